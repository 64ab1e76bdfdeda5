// The Skills page: the library beside one skill of it, and where new ones come from.
import { type DragEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { toFailure } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { Icon } from '../ui/icon.tsx'
import { useToast } from '../ui/toasts.tsx'
import { CreateDialog } from './create-dialog.tsx'
import { holdsFiles, takeDropped } from './dropped.ts'
import { InstallDialog, type InstallRequest } from './install-dialog.tsx'
import { Library } from './library.tsx'
import { Roots } from './roots.tsx'
import { ShownSkill } from './shown-skill.tsx'
import type { OpenUse } from './skill-figures.tsx'
import type { Skills } from './skills-store.ts'
import { isShownOn, notSwitchable } from './switchable.ts'
import './skills.css'
import './skill-details.css'
import './skill-dialogs.css'

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
  const { library, shown, readingSince } = useStore(skills.store)
  const [isDetailShown, setDetailShown] = useState(false)
  const [request, setRequest] = useState<InstallRequest | null>(null)
  const [isCreating, setCreating] = useState(false)
  const [editingKey, setEditingKey] = useState<string | null>(null)
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
    // There is always one to read, as long as there is one. What was just installed may not be among them yet.
    if (all && readingSince === null && (shown === null || isGone)) {
      const [first] = all
      skills.store.setState({ shown: first ? { key: first.key } : null })
    }
  }, [all, shown, isGone, readingSince, skills])

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
  const onInstalled = (skill: SkillSummary, isUpdate: boolean) => {
    setRequest(null)
    void skills.load()
    skills.store.setState({ shown: { key: skill.key }, text: '', filter: 'all' })
    setDetailShown(true)
    const isOff = !isShownOn(skill) && notSwitchable(skill) === undefined
    showToast({
      text: isUpdate ? words.install.updated(skill.name) : words.install.installed(skill.name),
      ...(isOff && { act: { label: words.install.switchOn, run: () => void switchTo(skill, true) } }),
    })
  }
  const drop = useDrop(isReadOnly || request !== null || isCreating, setRequest)

  return (
    <div className="skills-page" {...drop.handlers}>
      <header className="bar skills-bar">
        {props.barStart}
        <h1>{words.title}</h1>
        <div className="bar-end">
          <button
            type="button"
            className="button button--plain"
            aria-disabled={isReadOnly}
            title={isReadOnly ? words.readOnly : undefined}
            onClick={() => !isReadOnly && setCreating(true)}
          >
            <Icon name="write" />
            {words.create.open}
          </button>
          <button
            type="button"
            className="button"
            aria-disabled={isReadOnly}
            title={isReadOnly ? words.readOnly : undefined}
            onClick={() => !isReadOnly && setRequest({ from: 'asked' })}
          >
            <Icon name="plus" />
            {words.install.open}
          </button>
        </div>
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
              isEditing={editingKey === key}
              onEdit={(isEditing) => setEditingKey(isEditing ? key : null)}
              onOpenUse={props.onOpenUse}
              onSwitch={(skill, on) => void switchTo(skill, on)}
              onChoose={open}
              onTry={props.onTry}
              onUpdate={(skill) => setRequest({ from: 'update', skill })}
              onCheck={() => void check()}
              onRemoved={back}
            />
          ) : (
            library !== null && readingSince === null && <p className="detail-none">{words.nothingChosen}</p>
          )}
        </div>
      </div>
      {drop.isOver && (
        <div className="drop-cover">
          <Icon name="folder" />
          <p>{words.install.drop}</p>
          <p className="muted">{words.install.dropSays}</p>
        </div>
      )}
      <InstallDialog
        bridge={skills.bridge}
        request={request}
        isReadOnly={isReadOnly}
        onInstalled={onInstalled}
        onClose={() => setRequest(null)}
      />
      <CreateDialog
        bridge={skills.bridge}
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        onCreated={({ skill }) => {
          setCreating(false)
          void skills.load().then(() => {
            skills.store.setState({ text: '', filter: 'all' })
            open(skill.key)
            setEditingKey(skill.key)
          })
          showToast({ text: words.create.created(skill.name) })
        }}
      />
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

function useDrop(isOff: boolean, onDropped: (request: InstallRequest) => void) {
  /** Entered parts of the page, one inside of the other. */
  const depth = useRef(0)
  const [isOver, setOver] = useState(false)
  const leave = () => {
    depth.current = 0
    setOver(false)
  }
  const handlers = {
    onDragEnter: (event: DragEvent) => {
      if (isOff || !holdsFiles(event.dataTransfer)) return
      depth.current += 1
      setOver(true)
    },
    onDragLeave: () => {
      depth.current -= 1
      if (depth.current <= 0) leave()
    },
    onDragOver: (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return
      // Without it nothing can be dropped here.
      event.preventDefault()
      event.dataTransfer.dropEffect = isOff ? 'none' : 'copy'
    },
    onDrop: (event: DragEvent) => {
      leave()
      if (!holdsFiles(event.dataTransfer)) return
      event.preventDefault()
      if (isOff) return
      const taken = takeDropped(event.dataTransfer)
      const wanted = taken.then(
        (dropped) => ({ from: 'dropped' as const, ...dropped }),
        (thrown) => ({ failure: toFailure(thrown, failures.internal) }),
      )
      onDropped({ from: 'dropped', wanted })
    },
  }
  return { isOver, handlers }
}
