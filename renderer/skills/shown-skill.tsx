// The skill that is chosen: what is known of it, its menu, and its editor in the place of what it says.
import { type RefObject, useState } from 'react'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillProblem, SkillSummary } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { type MenuAnchor, PopupMenu } from '../ui/popup-menu.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Details } from './details.tsx'
import { Editor } from './editor.tsx'
import { commandsOf, notEditable } from './skill-commands.ts'
import type { OpenUse } from './skill-figures.tsx'
import type { Skills } from './skills-store.ts'
import { useDetails } from './use-details.ts'

export function ShownSkill(props: {
  skills: Skills
  skillKey: string
  heading: RefObject<HTMLHeadingElement | null>
  isReadOnly: boolean
  isEditing: boolean
  onEdit: (isEditing: boolean) => void
  onOpenUse: OpenUse
  onSwitch: (skill: SkillSummary, on: boolean) => void
  onChoose: (key: string) => void
  onTry: (skill: SkillSummary) => void
  onUpdate: (skill: SkillSummary) => void
  onCheck: () => void
  onRemoved: () => void
}) {
  const { skills, skillKey, isReadOnly, isEditing } = props
  const { bridge } = skills
  const summary = useStore(skills.store, (each) => each.library?.skills.find(({ key }) => key === skillKey) ?? null)
  const sessionId = useStore(skills.store, (each) => each.sessionId)
  const { details, failure, isSlow, learn } = useDetails(bridge, skillKey, summary)
  const [menu, setMenu] = useState<MenuAnchor | null>(null)
  const showToast = useToast()
  const tellFailure = (text: string) => void showToast({ text, tone: 'fault' })

  if (details === null || (failure && details.skill.key !== skillKey)) {
    return (
      <div className="detail-column">
        {failure ? (
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent>
            <button type="button" className="button" onClick={() => void skills.load()}>
              {windowWords.tryAgain}
            </button>
          </FailureLine>
        ) : (
          isSlow && (
            <p className="detail-note" role="status">
              {words.details.reading}
            </p>
          )
        )}
      </div>
    )
  }
  const { skill } = details

  const mend = async (fix: NonNullable<SkillProblem['fix']>) => {
    const answer = await bridge.call('skills.mend', { key: skill.key, fix })
    if (!answer.ok) return tellFailure(answer.failure.message)
    // With the folder's name its key is another one, too.
    await skills.load()
    props.onChoose(answer.value.skill.key)
    showToast({ text: words.problems.fixed })
  }
  const trust = async () => {
    if (sessionId === null) return
    const answer = await bridge.call('sessions.trustFolder', { sessionId, trusted: true })
    if (!answer.ok) tellFailure(answer.failure.message)
  }
  const show = async (what: 'folder' | 'editor') => {
    const answer = await bridge.call('window.showSkill', { key: skill.key, what })
    if (!answer.ok) tellFailure(answer.failure.message)
  }
  const remove = async () => {
    const answer = await bridge.call('skills.remove', { key: skill.key })
    if (!answer.ok) return tellFailure(answer.failure.message)
    const { trashId } = answer.value
    props.onRemoved()
    await skills.load()
    showToast({
      text: words.acts.removed(skill.name),
      icon: 'trash',
      act: { label: windowWords.undo, run: () => void takeBack(trashId) },
    })
  }
  const takeBack = async (trashId: string) => {
    const answer = await bridge.call('skills.takeBack', { trashId })
    if (!answer.ok) return tellFailure(answer.failure.message)
    await skills.load()
    props.onChoose(answer.value.key)
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
    edit: () => props.onEdit(true),
    update: () => props.onUpdate(skill),
    show: (what) => void show(what),
    copyPath: () => void copyPath(),
    remove: () => void remove(),
  })
  const isEditable = notEditable(details, isReadOnly) === undefined

  return (
    <section className="detail-column" aria-label={words.details.of(skill.name)}>
      {isEditing && isEditable && skill.key === skillKey ? (
        <>
          <div className="detail-head">
            <h2 ref={props.heading} tabIndex={-1} dir="auto">
              <ExactText text={skill.name} line />
            </h2>
          </div>
          <Editor
            bridge={bridge}
            details={details}
            onClose={() => props.onEdit(false)}
            onSaved={(saved) => {
              learn(saved)
              props.onEdit(false)
              void skills.load()
              showToast({
                text: saved.skill.state === 'changed' ? words.editor.savedOff : words.editor.saved(skill.name),
              })
            }}
          />
        </>
      ) : (
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
          onFix={(fix) => void mend(fix)}
          onShow={(what) => void show(what)}
          onCheck={props.onCheck}
          onEdit={isEditable ? () => props.onEdit(true) : null}
        />
      )}
      <PopupMenu anchor={menu} label={words.acts.menu} commands={commands} onClose={() => setMenu(null)} />
    </section>
  )
}
