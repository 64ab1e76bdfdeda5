// One session in the list: its name, and one thing at the end, a time or a state.
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { titleLimit } from '../../shared/title.ts'
import { Icon } from '../ui/icon.tsx'
import { elapsed, fullMoment, shortMoment } from '../ui/moments.ts'
import type { MenuAnchor } from '../ui/popup-menu.tsx'
import { useNow } from '../ui/use-now.ts'
import { actOfKey } from './act-keys.ts'

export interface RowActions {
  onOpen: (session: SessionSummary) => void
  onMenu: (session: SessionSummary, anchor: MenuAnchor) => void
  /** True when the key was for the session. */
  onKey: (session: SessionSummary, event: KeyboardEvent) => boolean
  /** null leaves the name as it was. */
  onRenamed: (session: SessionSummary, title: string | null) => void
}

interface RowProps {
  session: SessionSummary
  run: RunState | null
  /** What it is a copy of, in words; null when it is none. */
  origin: string | null
  isCurrent: boolean
  /** The one row of the list that the Tab key reaches. */
  isReachable: boolean
  isRenaming: boolean
  /** The day it is drawn on: another day may change how its time is written. */
  today: string
  actions: RowActions
}

export const SessionRow = memo(function SessionRow(props: RowProps) {
  const { session, run, actions } = props
  const title = session.title || words.untitled
  const bad = trouble(session)
  const asked = run?.approval ?? null
  const doing = asked
    ? words.sessions.asks(asked.subject.kind)
    : run
      ? words.sessions.doing(run.phase)
      : (bad ?? props.origin)
  const button = useRef<HTMLButtonElement>(null)

  const onContextMenu = (event: MouseEvent) => {
    event.preventDefault()
    if (button.current) {
      actions.onMenu(session, { element: button.current, point: { x: event.clientX, y: event.clientY } })
    }
  }
  const onMore = (event: MouseEvent<HTMLButtonElement>) =>
    actions.onMenu(session, { element: event.currentTarget, point: null })
  const onKeyDown = (event: KeyboardEvent) => {
    if (actions.onKey(session, event)) event.preventDefault()
  }

  if (props.isRenaming) return <RenameRow session={session} onRenamed={actions.onRenamed} />
  return (
    <li className="session" onContextMenu={onContextMenu}>
      <button
        ref={button}
        type="button"
        className={doing === null ? 'row' : 'row row--live'}
        data-session={session.id}
        tabIndex={props.isReachable ? 0 : -1}
        title={doing === null ? title : words.sessions.rowTitle(title, doing)}
        {...(props.isCurrent ? { 'aria-current': 'page' as const } : {})}
        onClick={() => actions.onOpen(session)}
        onKeyDown={onKeyDown}
      >
        {session.pinned && <Icon name="pin" small className="pin" />}
        <span className="name" dir="auto">
          {title}
        </span>
        {asked ? (
          <span className="state state--wait">
            <Icon name="waiting" small />
            {words.sessions.waits}
          </span>
        ) : run ? (
          <RunningFor run={run} />
        ) : (
          <time dateTime={session.updatedAt} title={fullMoment(session.updatedAt)}>
            {shortMoment(session.updatedAt, new Date())}
          </time>
        )}
        {doing !== null && (
          <span className={run || bad === null ? 'doing' : 'doing state--fault'} dir="auto">
            {doing}
          </span>
        )}
      </button>
      <button
        type="button"
        className="icon-button icon-button--s more"
        tabIndex={props.isReachable ? 0 : -1}
        aria-label={words.sessions.more(title)}
        aria-haspopup="menu"
        onClick={onMore}
      >
        <Icon name="more" small />
      </button>
    </li>
  )
})

function RunningFor(props: { run: RunState }) {
  const now = useNow(1_000)
  return (
    <span className="state state--run">
      <Icon name="running" small turning />
      {elapsed(now - Date.parse(props.run.startedAt))}
    </span>
  )
}

function trouble(session: SessionSummary): string | null {
  if (session.state === 'damaged') return words.sessions.damaged
  if (session.state === 'readonly') return words.sessions.newer
  return session.badLines > 0 ? words.sessions.badLines(session.badLines) : null
}

function RenameRow(props: { session: SessionSummary; onRenamed: RowActions['onRenamed'] }) {
  const { session, onRenamed } = props
  const input = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  useEffect(() => input.current?.select(), [])
  const finish = (title: string | null) => {
    if (isDone.current) return
    isDone.current = true
    onRenamed(session, title)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation()
    // Nor may the native menu take these for the open session while a name is being written.
    if (actOfKey(event, false) ?? actOfKey(event, true)) event.preventDefault()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') finish(event.currentTarget.value)
    if (event.key === 'Escape') finish(null)
  }
  return (
    <li className="session">
      <div className="field field--rename">
        <input
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
          autoFocus
          dir="auto"
          aria-label={words.sessions.newName}
          defaultValue={session.title}
          maxLength={titleLimit}
          onKeyDown={onKeyDown}
          onBlur={(event) => finish(event.currentTarget.value)}
        />
      </div>
    </li>
  )
}
