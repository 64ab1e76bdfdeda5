// The list of sessions under the headings of their days: one stop for the Tab key, arrows inside.
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { copyOf } from './copies.ts'
import { groupByDay } from './groups.ts'
import { type RowActions, SessionRow } from './session-row.tsx'

export function SessionList(props: {
  sessions: readonly SessionSummary[]
  /** What a person knows a session by, or null when there is none of this id. */
  titleOf: (sessionId: string) => string | null
  runs: ReadonlyMap<string, RunState>
  currentId: string | null
  renamingId: string | null
  actions: RowActions
  /** Said when the list is empty. */
  emptySentence: string
}) {
  const { sessions, currentId } = props
  const list = useRef<HTMLDivElement>(null)
  const [lastFocused, setLastFocused] = useState<string | null>(null)
  const today = new Date().toDateString()
  const groups = useMemo(() => groupByDay(sessions, new Date(today)), [sessions, today])
  const has = (id: string | null) => id !== null && sessions.some((session) => session.id === id)
  const reachable = has(lastFocused) ? lastFocused : has(currentId) ? currentId : (groups[0]?.sessions[0]?.id ?? null)

  const originOf = (id: string) => {
    const copy = copyOf(id)
    return copy && words.sessions.copies[copy.kind](props.titleOf(copy.of))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key]
    if (step === undefined || !(event.target instanceof HTMLElement) || !event.target.dataset['session']) return
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-session]') ?? [])]
    const next = Math.min(rows.length - 1, Math.max(0, rows.indexOf(event.target) + step))
    event.preventDefault()
    rows[next]?.focus()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows, which are buttons
    <div
      ref={list}
      className="sessions scroll"
      onKeyDown={onKeyDown}
      onFocus={(event) => setLastFocused(event.target.dataset['session'] ?? lastFocused)}
    >
      {groups.length === 0 && <p className="none">{props.emptySentence}</p>}
      {groups.map((group) => (
        <section key={group.name} aria-label={group.name}>
          <h2>{group.name}</h2>
          <ul>
            {group.sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                run={props.runs.get(session.id) ?? null}
                origin={originOf(session.id)}
                isCurrent={session.id === currentId}
                isReachable={session.id === reachable}
                isRenaming={session.id === props.renamingId}
                today={today}
                actions={props.actions}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** What to say when nothing is listed. */
export function emptySentence(filter: 'active' | 'archived' | 'all', isSearching: boolean): string {
  return isSearching ? words.sessions.noneFound : words.sessions.none[filter]
}
