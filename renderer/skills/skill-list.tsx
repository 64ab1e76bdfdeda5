// The rows of the shelf, of which only those in sight are drawn: one stop for the Tab key, arrows inside.
import {
  type CSSProperties,
  createContext,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type Ref,
  useContext,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import type { Skills } from './skills-store.ts'

export interface SkillListHandle {
  /** The row that is chosen, or the first. */
  focusChosen(): void
}

interface SkillListProps {
  ref: Ref<SkillListHandle>
  skills: Skills
  rows: readonly SkillSummary[]
  chosen: string | null
  onChoose: (key: string) => void
  onOpen: (key: string) => void
  onSwitch: (skill: SkillSummary) => void
  onInto: () => void
  /** Upwards from the first row. */
  onLeave: () => void
}

/** Where a row stands that was not drawn before: it has its place when the browser has measured it. Frames. */
const framesUntilPlaced = 30

export function SkillList(props: SkillListProps) {
  const { rows, chosen } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useRef<VirtualizerHandle>(null)
  const places = useMemo(() => new Map(rows.map(({ key }, place) => [key, place])), [rows])
  const reachable = (chosen !== null && places.has(chosen) ? chosen : rows[0]?.key) ?? null
  const kept = reachable === null ? [] : [places.get(reachable) ?? 0]

  // What is chosen elsewhere, such as a skill that was just installed, is where it can be seen.
  useEffect(() => {
    const place = chosen === null ? undefined : places.get(chosen)
    if (place !== undefined) virtual.current?.scrollToIndex(place, { align: 'nearest' })
  }, [chosen, places])

  const rowOf = (key: string) =>
    scroller.current?.querySelector<HTMLElement>(`[data-skill="${CSS.escape(key)}"]`) ?? null

  function focus(key: string) {
    const begun = document.activeElement
    const attempt = (frames: number) => {
      const row = rowOf(key)
      row?.focus()
      if (frames === 0 || (row !== null && document.activeElement === row)) return
      requestAnimationFrame(() => {
        // The person has gone somewhere else meanwhile.
        if (document.activeElement === begun || document.activeElement === document.body) attempt(frames - 1)
      })
    }
    const place = places.get(key)
    if (place !== undefined) virtual.current?.scrollToIndex(place, { align: 'nearest' })
    attempt(framesUntilPlaced)
  }
  useImperativeHandle(props.ref, () => ({ focusChosen: () => reachable !== null && go(reachable) }))

  function go(key: string) {
    props.onChoose(key)
    focus(key)
  }

  /** One view further. */
  function pageFrom(place: number, direction: 1 | -1): number {
    const list = virtual.current
    if (!list) return place
    const next = list.findItemIndex(list.getItemOffset(place) + direction * list.viewportSize * 0.9)
    return next === place ? place + direction : next
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const key = event.target instanceof HTMLElement ? event.target.dataset['skill'] : undefined
    const place = key === undefined ? undefined : places.get(key)
    if (place === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const skill = rows[place]
    if (!skill) return
    if (event.key === ' ') {
      event.preventDefault()
      if (!event.repeat) props.onSwitch(skill)
      return
    }
    if (event.key === 'Enter' || event.key === 'ArrowRight') {
      event.preventDefault()
      props.onOpen(skill.key)
      return props.onInto()
    }
    if (event.key === 'ArrowUp' && place === 0) {
      event.preventDefault()
      return props.onLeave()
    }
    const wanted = {
      ArrowDown: () => place + 1,
      ArrowUp: () => place - 1,
      Home: () => 0,
      End: () => rows.length - 1,
      PageDown: () => pageFrom(place, 1),
      PageUp: () => pageFrom(place, -1),
    }[event.key]
    if (!wanted) return
    event.preventDefault()
    const next = rows[Math.min(rows.length - 1, Math.max(0, wanted()))]
    if (next) go(next.key)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows, which are buttons
    <div ref={scroller} className="shelf-list scroll" onKeyDown={onKeyDown}>
      <ListSize value={rows.length}>
        <Virtualizer ref={virtual} as={Rows} item={RowPlace} data={rows} keepMounted={kept}>
          {(skill) => (
            <SkillRow
              key={skill.key}
              skills={props.skills}
              skill={skill}
              isChosen={skill.key === chosen}
              isReachable={skill.key === reachable}
              onOpen={props.onOpen}
            />
          )}
        </Virtualizer>
      </ListSize>
    </div>
  )
}

const SkillRow = memo(function SkillRow(props: {
  skills: Skills
  skill: SkillSummary
  isChosen: boolean
  isReachable: boolean
  onOpen: (key: string) => void
}) {
  const { skill } = props
  const isQuiet = skill.state !== 'on' && skill.state !== 'refused' && skill.state !== 'changed'
  return (
    <button
      type="button"
      className={isQuiet ? 'skill-row skill-row--off' : 'skill-row'}
      data-skill={skill.key}
      tabIndex={props.isReachable ? 0 : -1}
      aria-keyshortcuts="Space"
      {...(props.isChosen ? { 'aria-current': 'true' as const } : {})}
      onClick={() => props.onOpen(skill.key)}
    >
      <span className="skill-name cut" dir="auto">
        <ExactText text={skill.name} line />
      </span>
      <Mark skills={props.skills} skill={skill} />
      <span className="skill-line cut" dir="auto">
        <ExactText text={lineOf(skill)} line />
      </span>
    </button>
  )
})

/** Why it is refused is what one wants to know of it first. */
function lineOf({ state, problems, description, folder }: SkillSummary): string {
  if (state === 'refused') return problems[0]?.message ?? description
  return description === '' ? folder : description
}

function Mark({ skills, skill }: { skills: Skills; skill: SkillSummary }) {
  const isUsed = skill.state === 'on'
  const use = useStore(skills.store, (each) => (isUsed ? each.uses.get(skill.key) : undefined))
  const age = useStore(skills.store, (each) => each.usesAge)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when what is known may be old
  useEffect(() => {
    if (isUsed) skills.wantUse(skill.key)
  }, [skills, skill.key, isUsed, age])
  switch (skill.state) {
    case 'on':
      if (use === undefined) return <span className="skill-mark">{words.marks.on}</span>
      return (
        <span className="skill-mark num">
          {use.chosen === 0 ? words.neverChosen : words.chosen(wholeNumber(use.chosen))}
        </span>
      )
    case 'refused':
      return (
        <span className="skill-mark bad">
          <Icon name="warn" small />
          {words.marks.refused}
        </span>
      )
    case 'changed':
    case 'untrusted':
      return (
        <span className="skill-mark careful">
          <Icon name="waiting" small />
          {words.marks[skill.state]}
        </span>
      )
    case 'off':
    case 'shadowed':
      return <span className="skill-mark">{words.marks[skill.state]}</span>
    default:
      return skill.state satisfies never
  }
}

const ListSize = createContext(0)

function Rows(props: { style: CSSProperties; children: ReactNode; ref?: Ref<HTMLUListElement> }) {
  const size = useContext(ListSize)
  return (
    <ul ref={props.ref} style={props.style} aria-label={words.list} hidden={size === 0}>
      {props.children}
    </ul>
  )
}

/** Says how many there are: most of them are not in the page. */
function RowPlace(props: { style: CSSProperties; index: number; children: ReactNode; ref?: Ref<HTMLLIElement> }) {
  const size = useContext(ListSize)
  return (
    <li ref={props.ref} style={props.style} aria-setsize={size} aria-posinset={props.index + 1}>
      {props.children}
    </li>
  )
}
