// The skill that is chosen: what is known of it, and its menu.
import { type RefObject, useState } from 'react'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { type MenuAnchor, PopupMenu } from '../ui/popup-menu.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Details } from './details.tsx'
import { commandsOf } from './skill-commands.ts'
import type { OpenUse } from './skill-figures.tsx'
import type { Skills } from './skills-store.ts'
import { useDetails } from './use-details.ts'

export function ShownSkill(props: {
  skills: Skills
  skillKey: string
  heading: RefObject<HTMLHeadingElement | null>
  isReadOnly: boolean
  onOpenUse: OpenUse
  onSwitch: (skill: SkillSummary, on: boolean) => void
  onChoose: (key: string) => void
  onTry: (skill: SkillSummary) => void
  onCheck: () => void
}) {
  const { skills, skillKey, isReadOnly } = props
  const { bridge } = skills
  const summary = useStore(skills.store, (each) => each.library?.skills.find(({ key }) => key === skillKey) ?? null)
  const sessionId = useStore(skills.store, (each) => each.sessionId)
  const { details, failure } = useDetails(bridge, skillKey, summary)
  const [menu, setMenu] = useState<MenuAnchor | null>(null)
  const showToast = useToast()
  const tellFailure = (text: string) => void showToast({ text, tone: 'fault' })

  if (details === null) {
    return failure ? (
      <div className="detail-column">
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent>
          <button type="button" className="button" onClick={() => void skills.load()}>
            {windowWords.tryAgain}
          </button>
        </FailureLine>
      </div>
    ) : null
  }
  const { skill } = details

  const trust = async () => {
    if (sessionId === null) return
    const answer = await bridge.call('sessions.trustFolder', { sessionId, trusted: true })
    if (!answer.ok) tellFailure(answer.failure.message)
  }
  const show = async (what: 'folder' | 'editor') => {
    const answer = await bridge.call('window.showSkill', { key: skill.key, what })
    if (!answer.ok) tellFailure(answer.failure.message)
  }
  const copyPath = async () => {
    try {
      await navigator.clipboard.writeText(skill.folder)
      showToast({ text: words.acts.pathCopied })
    } catch {
      tellFailure(windowWords.couldNotCopy)
    }
  }
  const commands = commandsOf(details, isReadOnly, {
    tryIt: () => props.onTry(skill),
    show: (what) => void show(what),
    copyPath: () => void copyPath(),
  })

  return (
    <section className="detail-column" aria-label={words.details.of(skill.name)}>
      <Details
        skills={skills}
        details={details}
        heading={props.heading}
        isReadOnly={isReadOnly}
        onOpenUse={props.onOpenUse}
        onSwitch={(on) => props.onSwitch(skill, on)}
        onMore={(element) => setMenu({ element, point: null })}
        onChoose={props.onChoose}
        onTrust={() => void trust()}
        onFix={null}
        onShow={(what) => void show(what)}
        onCheck={props.onCheck}
        onEdit={null}
      />
      <PopupMenu anchor={menu} label={words.acts.menu} commands={commands} onClose={() => setMenu(null)} />
    </section>
  )
}
