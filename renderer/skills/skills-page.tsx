// The Skills page: the library beside one skill of it, and where new ones come from.
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { Icon } from '../ui/icon.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Library } from './library.tsx'
import { Roots } from './roots.tsx'
import { ShownSkill } from './shown-skill.tsx'
import type { OpenUse } from './skill-figures.tsx'
import type { Skills } from './skills-store.ts'
import { isShownOn, notSwitchable } from './switchable.ts'
import './skills.css'
import './skill-details.css'

export interface SkillsPageProps {
  skills: Skills
  barStart: ReactNode
  /** Nothing can be written; the reason stands at the top of the window. */
  isReadOnly: boolean
  /** Counts up when the field shall take the focus. */
  toField: number
  onOpenUse: OpenUse
  onTry: (skill: SkillSummary) => void
}

export function SkillsPage(props: SkillsPageProps) {
  const { skills, isReadOnly, toField } = props
  const { library, shown } = useStore(skills.store)
  const [isDetailShown, setDetailShown] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const detail = useRef<HTMLDivElement>(null)
  const showToast = useToast()
  const { said, switchTo } = useSwitching(skills, isReadOnly)
  useEffect(() => void skills.load(), [skills])
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted up whenever the field shall take the focus
  useEffect(() => field.current?.focus({ preventScroll: true }), [toField])

  const all = library?.skills
  const key = shown !== null && shown !== 'roots' ? shown.key : null
  const isGone = key !== null && all !== undefined && !all.some((skill) => skill.key === key)
  useEffect(() => {
    // There is always one to read, as long as there is one.
    if (all && (shown === null || isGone)) {
      const [first] = all
      skills.store.setState({ shown: first ? { key: first.key } : null })
    }
  }, [all, shown, isGone, skills])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another skill is read from its beginning
  useEffect(() => detail.current?.scrollTo({ top: 0 }), [key])

  const choose = useCallback((next: string) => skills.store.setState({ shown: { key: next } }), [skills])
  const open = useCallback(
    (next: string) => {
      choose(next)
      setDetailShown(true)
    },
    [choose],
  )
  const into = () => requestAnimationFrame(() => heading.current?.focus({ preventScroll: true }))
  const back = () => {
    setDetailShown(false)
    requestAnimationFrame(() => field.current?.focus({ preventScroll: true }))
  }
  const check = async () => {
    const answer = await skills.rescan()
    if (answer.ok) showToast({ text: words.checked(answer.value.skills.length) })
  }
  return (
    <div className="skills-page">
      <header className="bar skills-bar">
        {props.barStart}
        <h1>{words.title}</h1>
      </header>
      <p className="sr" role="status">
        {said}
      </p>
      <div className="library" data-shows={isDetailShown ? 'detail' : 'list'}>
        <Library
          skills={skills}
          field={field}
          onOpen={open}
          onSwitch={(skill) => void switchTo(skill, !isShownOn(skill))}
          onRoots={() => {
            skills.store.setState({ shown: 'roots' })
            setDetailShown(true)
          }}
          onInto={into}
        />
        <div ref={detail} className="detail scroll">
          <button type="button" className="link detail-back" onClick={back}>
            <Icon name="left" small />
            {words.back}
          </button>
          {shown === 'roots' ? (
            <section className="detail-column" aria-label={words.roots.title}>
              <Roots roots={library?.roots ?? []} heading={heading} onCheck={() => void check()} />
            </section>
          ) : key !== null && !isGone ? (
            <ShownSkill
              skills={skills}
              skillKey={key}
              heading={heading}
              isReadOnly={isReadOnly}
              onOpenUse={props.onOpenUse}
              onSwitch={(skill, on) => void switchTo(skill, on)}
              onChoose={open}
              onTry={props.onTry}
              onCheck={() => void check()}
            />
          ) : (
            library !== null && <p className="detail-none">{words.nothingChosen}</p>
          )}
        </div>
      </div>
    </div>
  )
}

/** Says to those who listen what a key has switched, and to all why something could not be. */
function useSwitching(skills: Skills, isReadOnly: boolean) {
  const [said, setSaid] = useState('')
  const showToast = useToast()
  const switchTo = async (skill: SkillSummary, on: boolean) => {
    const notNow = isReadOnly ? words.readOnly : notSwitchable(skill)
    if (notNow !== undefined) return setSaid(notNow)
    const answer = await skills.setEnabled(skill, on)
    if (answer.ok) setSaid(isShownOn(answer.value) ? words.isOn(skill.name) : words.isOff(skill.name))
    else showToast({ text: answer.failure.message, tone: 'fault' })
  }
  return { said, switchTo }
}
