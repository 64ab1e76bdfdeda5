// The upper part of the sidebar: the search field, the filter, the list, and what can be done with a session.
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { type MenuAnchor, type MenuCommand, PopupMenu } from '../ui/popup-menu.tsx'
import type { ShowToast } from '../ui/toasts.tsx'
import { countOf, type Filter, filters, selectSessions } from './groups.ts'
import { emptySentence, SessionList } from './session-list.tsx'
import type { RowActions } from './session-row.tsx'
import type { Sessions } from './sessions-store.ts'
import './sessions.css'

/** A closed menu has given the focus back by then. Milliseconds. */
const focusReturns = 200

export interface SessionsPanelProps {
  sessions: Sessions
  currentId: string | null
  /** Nothing can be saved: no renaming, no archiving. */
  isReadOnly: boolean
  /** Shortcut of the command, as it is written on this platform. */
  newShortcut: string
  showToast: ShowToast
  onOpen: (sessionId: string) => void
  onNew: () => void
}

export function SessionsPanel(props: SessionsPanelProps) {
  const { sessions: all, runs, isLoaded, failure, renaming } = useStore(props.sessions.store)
  const [filter, setFilter] = useState<Filter>('active')
  const [search, setSearch] = useState('')
  const [menu, setMenu] = useState<{ session: SessionSummary; anchor: MenuAnchor } | null>(null)
  const panel = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => selectSessions(all, filter, search), [all, filter, search])
  const commands = commandsFor(props, runs)

  // A name is written where the person can see it, whatever the list was narrowed to.
  const isRenamingUnseen = renaming !== null && !shown.some((session) => session.id === renaming.id)
  useEffect(() => {
    if (!isRenamingUnseen) return
    setFilter('all')
    setSearch('')
  }, [isRenamingUnseen])

  const latest = useRef(props)
  latest.current = props
  const actions = useMemo<RowActions>(
    () => ({
      onOpen: (session) => latest.current.onOpen(session.id),
      onMenu: (session, anchor) => setMenu({ session, anchor }),
      onRename: (session) => !latest.current.isReadOnly && latest.current.sessions.beginRename(session.id),
      onRenamed(session, title) {
        const { store } = latest.current.sessions
        const returnTo = store.getState().renaming?.returnTo ?? null
        store.setState({ renaming: null })
        giveBackFocus(panel.current, session.id, returnTo)
        const wanted = title?.trim() ?? ''
        if (wanted === '' || wanted === session.title) return
        void latest.current.sessions.rename(session.id, wanted).then((failed) => {
          if (failed) latest.current.showToast({ text: failed.message, tone: 'fault' })
        })
      },
    }),
    [],
  )

  return (
    <div ref={panel} className="sessions-panel">
      <div className="sidebar-top">
        <label className="field field--quiet">
          <Icon name="search" />
          <input
            type="search"
            aria-label={words.sessions.search}
            placeholder={words.sessions.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || search === '') return
              event.stopPropagation()
              setSearch('')
            }}
          />
        </label>
        <button
          type="button"
          className="icon-button"
          aria-label={words.newSession}
          title={words.withShortcut(words.newSession, props.newShortcut)}
          onClick={props.onNew}
        >
          <Icon name="write" />
        </button>
      </div>
      <fieldset className="tabs">
        <legend className="sr">{words.sessions.show}</legend>
        {filters.map((each) => (
          <button key={each} type="button" aria-pressed={each === filter} onClick={() => setFilter(each)}>
            {words.sessions.filter[each]}
            {each !== 'all' && <span className="num">{countOf(all, each)}</span>}
          </button>
        ))}
      </fieldset>
      {failure && (
        <div className="sessions-failure">
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details}>
            <button type="button" className="link" onClick={() => void props.sessions.load()}>
              {words.tryAgain}
            </button>
          </FailureLine>
        </div>
      )}
      <SessionList
        sessions={shown}
        runs={runs}
        currentId={props.currentId}
        renamingId={renaming?.id ?? null}
        actions={actions}
        emptySentence={isLoaded ? emptySentence(filter, search.trim() !== '') : ''}
      />
      <PopupMenu
        anchor={menu?.anchor ?? null}
        label={words.sessions.menu}
        commands={menu ? commands(menu.session) : []}
        onClose={() => setMenu(null)}
      />
    </div>
  )
}

function commandsFor(props: SessionsPanelProps, runs: ReadonlyMap<string, RunState>) {
  const { sessions, showToast } = props
  const archive = async (session: SessionSummary) => {
    const neighbour = neighbourOf(session.id)
    const failed = await sessions.archive(session.id)
    if (failed) {
      showToast({ text: failed.message, tone: 'fault' })
      return
    }
    // The menu gives the focus back to a row that is gone from the list, unless all are shown.
    setTimeout(() => document.activeElement === document.body && neighbour?.focus(), focusReturns)
    const undo = { label: words.undo, run: () => void restore(session) }
    const text = words.sessions.archived(session.title || words.untitled)
    const close = showToast({ text, undo, onClose: () => stopWatching() })
    // There is nothing to undo any more when it was restored in another way.
    const stopWatching = sessions.store.subscribe(({ sessions: now }) => {
      if (now.some(({ id, archived }) => id === session.id && !archived)) close()
    })
  }
  const restore = async (session: SessionSummary) => {
    const failed = await sessions.restore(session.id)
    if (failed) showToast({ text: failed.message, tone: 'fault' })
  }
  return (session: SessionSummary): MenuCommand[] => {
    if (props.isReadOnly) {
      return [{ id: 'open', label: words.sessions.open, icon: 'right', run: () => props.onOpen(session.id) }]
    }
    return [
      {
        id: 'rename',
        label: words.sessions.rename,
        icon: 'pencil',
        shortcut: words.sessions.renameKey,
        run: () => sessions.beginRename(session.id),
      },
      session.archived
        ? { id: 'restore', label: words.sessions.restore, icon: 'archive', run: () => void restore(session) }
        : {
            id: 'archive',
            label: words.sessions.archive,
            icon: 'archive',
            notNow: runs.has(session.id) ? words.sessions.archiveLater : undefined,
            run: () => void archive(session),
          },
    ]
  }
}

/** To where it was before, or to the row, when the row is back in the list. */
function giveBackFocus(panel: HTMLElement | null, sessionId: string, returnTo: Element | null) {
  // A sidebar that lies over the window takes the focus for itself first.
  const isOver = panel?.closest('[role="dialog"]') != null
  const give = () => {
    const row = panel?.querySelector<HTMLElement>(`[data-session="${CSS.escape(sessionId)}"]`)
    const isOutside = returnTo instanceof HTMLElement && returnTo.isConnected && returnTo.matches('main *')
    if (isOutside && !isOver) returnTo.focus()
    else row?.focus()
  }
  setTimeout(give, isOver ? focusReturns : 0)
}

/** The row below, or above when it is the last. */
function neighbourOf(sessionId: string): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-session]')]
  const at = rows.findIndex((row) => row.dataset['session'] === sessionId)
  return rows[at + 1] ?? rows[at - 1]
}
