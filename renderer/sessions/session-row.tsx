// One session in the list: its name, and one thing at the end, a time or a state.
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef } from 'react'
import { replayWords } from '../../shared/messages/replay.ts'
import { listWords } from '../../shared/messages/session-list.ts'
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
  /** Opens or selects it, as the keys say that are held. */
  onPress: (session: SessionSummary, event: MouseEvent) => void
  onMenu: (session: SessionSummary, anchor: MenuAnchor) => void
  /** True when the key was for the session. */
  onKey: (session: SessionSummary, event: KeyboardEvent) => boolean
  /** null leaves the name as it was. */
  onRenamed: (session: SessionSummary, title: string | null) => void
}

interface RowProps {
  session: SessionSummary
  /** Of the group that begins with this row. */
  heading: string | null
  /** Path of the folder the group is of. */
  folder: string | null
  run: RunState | null
  /** What it is a copy of, in words; null when it is none. */
  origin: string | null
  /** An answer has ended here since the person last looked. */
  isUnread: boolean
  isCurrent: boolean
  /** The one row of the list that the Tab key reaches. */
  isReachable: boolean
  isRenaming: boolean
  /** null when nothing is being selected. */
  isSelected: boolean | null
  showSize: boolean
  /** The day it is drawn on: another day may change how its time is written. */
  today: string
  actions: RowActions
}

export const SessionRow = memo(function SessionRow(props: RowProps) {
  const { heading, folder } = props
  return (
    <>
      {heading !== null && (
        <h2 dir="auto" {...(folder === null ? {} : { title: folder })}>
          {heading}
        </h2>
      )}
      {props.isRenaming ? (
        <RenameRow session={props.session} onRenamed={props.actions.onRenamed} />
      ) : (
        <Row {...props} />
      )}
    </>
  )
})

function Row(props: RowProps) {
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

  const classes = ['row', doing !== null && 'row--live', props.isUnread && 'row--unread']
  const isSelecting = props.isSelected !== null
  // What went wrong last stands beside the name, unless more is said below it.
  const hasFailed = session.lastError !== null && run === null && bad === null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what the pointer asks for, the button beside the name asks for as well
    <div className="session" onContextMenu={isSelecting ? undefined : onContextMenu}>
      <button
        ref={button}
        type="button"
        className={classes.filter(Boolean).join(' ')}
        data-session={session.id}
        tabIndex={props.isReachable ? 0 : -1}
        title={[title, doing, hasFailed ? listWords.lastError : null].filter((one) => one !== null).join('\n')}
        {...(props.isCurrent ? { 'aria-current': 'page' as const } : {})}
        {...(isSelecting ? { 'aria-pressed': props.isSelected === true } : {})}
        onClick={(event) => actions.onPress(session, event)}
        onKeyDown={onKeyDown}
      >
        {isSelecting && <span className="tick">{props.isSelected && <Icon name="check" small />}</span>}
        {session.pinned && <Icon name="pin" small className="pin" />}
        {session.replayOf !== undefined && (
          <>
            <Icon name="again" small className="pin" />
            <span className="sr">{replayWords.mark}</span>
          </>
        )}
        <span className="name" dir="auto">
          {title}
        </span>
        {props.isUnread && (
          <span className="unread">
            <span className="sr">{listWords.unread}</span>
          </span>
        )}
        {hasFailed && (
          <span className="state--fault">
            <Icon name="warn" small />
            <span className="sr">{listWords.lastError}</span>
          </span>
        )}
        {props.showSize && <span className="num">{listWords.size(session.bytes)}</span>}
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
      {!isSelecting && (
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
      )}
    </div>
  )
}

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
  // A row that was out of sight can be written in when it has its place.
  useEffect(() => {
    input.current?.select()
    if (document.activeElement === input.current) return
    const frame = requestAnimationFrame(() => input.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
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
    <div className="session">
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
    </div>
  )
}
