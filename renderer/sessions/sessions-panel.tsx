// The upper part of the sidebar: the search field, the filter, the list, and what can be done with a session.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { type MenuAnchor, type MenuCommand, PopupMenu } from '../ui/popup-menu.tsx'
import type { ShowToast } from '../ui/toasts.tsx'
import { type ActId, actOfRowKey } from './act-keys.ts'
import { countOf, type Filter, filters, selectSessions } from './groups.ts'
import type { SessionActs } from './session-acts.ts'
import { emptySentence, SessionList } from './session-list.tsx'
import type { RowActions } from './session-row.tsx'
import type { Sessions } from './sessions-store.ts'
import './sessions.css'

/** A closed menu has given the focus back by then. Milliseconds. */
const focusReturns = 200

export interface SessionsPanelProps {
  sessions: Sessions
  acts: SessionActs
  isMac: boolean
  currentId: string | null
  /** Nothing can be saved: a session can only be opened. */
  isReadOnly: boolean
  /** Shortcut of the command, as it is written on this platform. */
  newShortcut: string
  searchShortcut: string
  showToast: ShowToast
  onOpen: (sessionId: string) => void
  onNew: () => void
  /** In the texts of all sessions. */
  onSearch: (text?: string) => void
}

export function SessionsPanel(props: SessionsPanelProps) {
  const { sessions: all, runs, isLoaded, failure, renaming } = useStore(props.sessions.store)
  const [filter, setFilter] = useState<Filter>('active')
  const [search, setSearch] = useState('')
  const [menu, setMenu] = useState<{ session: SessionSummary; anchor: MenuAnchor } | null>(null)
  const panel = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => selectSessions(all, filter, search), [all, filter, search])
  // As it is now: its menu may be open while an answer in it ends.
  const inMenu = menu && (all.find(({ id }) => id === menu.session.id) ?? null)
  const titleOf = (id: string) => {
    const found = all.find((session) => session.id === id)
    return found ? found.title || words.untitled : null
  }

  // A name is written where the person can see it, whatever the list was narrowed to.
  const isRenamingUnseen = renaming !== null && !shown.some((session) => session.id === renaming.id)
  useEffect(() => {
    if (!isRenamingUnseen) return
    setFilter('all')
    setSearch('')
  }, [isRenamingUnseen])

  // A row that is deleted elsewhere takes the focus with it when it has it.
  useEffect(
    () =>
      props.sessions.onRemoved(({ session, isOwn }) => {
        const neighbour = neighbourIn(panel.current, session.id)
        if (isOwn || !panel.current?.contains(document.activeElement)) return
        setTimeout(() => findFocus(panel.current, session.id, neighbour))
      }),
    [props.sessions],
  )

  const latest = useRef(props)
  latest.current = props
  const perform = useCallback(async (id: ActId, session: SessionSummary, pause: number) => {
    const neighbour = neighbourIn(panel.current, session.id)
    const isDone = await latest.current.acts.perform(id, session, neighbour)
    if (isDone && id !== 'rename') setTimeout(() => findFocus(panel.current, session.id, neighbour), pause)
  }, [])
  const actions = useMemo<RowActions>(
    () => ({
      onOpen: (session) => latest.current.onOpen(session.id),
      onMenu: (session, anchor) => setMenu({ session, anchor }),
      onKey(session, event) {
        const id = actOfRowKey(event, latest.current.isMac)
        // A key that is held down must not go on with the neighbour.
        if (id !== null && !event.repeat) void perform(id, session, 0)
        return id !== null
      },
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
    [perform],
  )

  const commandsOf = (session: SessionSummary): MenuCommand[] => {
    const acts = props.acts.of(session).map((act) => ({
      ...act,
      apart: act.id === 'delete',
      run: () => void perform(act.id, session, focusReturns),
    }))
    if (!props.isReadOnly) return acts
    const open = () => props.onOpen(session.id)
    return [
      { id: 'open', label: words.sessions.open, icon: 'right', run: open },
      ...acts.filter(({ id }) => id === 'export'),
    ]
  }

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
              if (event.key === 'Enter' && !event.nativeEvent.isComposing && search.trim() !== '') {
                event.preventDefault()
                props.onSearch(search)
                return
              }
              if (event.key !== 'Escape' || search === '') return
              event.stopPropagation()
              setSearch('')
            }}
          />
          {search === '' && (
            <button
              type="button"
              className="field-key"
              title={words.withShortcut(words.sessions.everywhere, props.searchShortcut)}
              onClick={() => props.onSearch()}
            >
              <span className="sr">{words.sessions.everywhere}</span>
              <kbd>{props.searchShortcut}</kbd>
            </button>
          )}
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
      {search.trim() !== '' && (
        <button type="button" className="row sessions-everywhere" onClick={() => props.onSearch(search)}>
          <Icon name="search" />
          <span className="name">{words.sessions.everywhereFor(search.trim())}</span>
          <kbd>{words.sessions.enterKey}</kbd>
        </button>
      )}
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
        titleOf={titleOf}
        runs={runs}
        currentId={props.currentId}
        renamingId={renaming?.id ?? null}
        actions={actions}
        emptySentence={isLoaded ? emptySentence(filter, search.trim() !== '') : ''}
      />
      <PopupMenu
        anchor={menu?.anchor ?? null}
        label={words.sessions.menu}
        commands={inMenu ? commandsOf(inMenu) : []}
        onClose={() => setMenu(null)}
      />
    </div>
  )
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

/** The session in the row below, or above when it is the last; null when there is no other. */
function neighbourIn(panel: HTMLElement | null, sessionId: string): string | null {
  const ids = [...(panel?.querySelectorAll<HTMLElement>('[data-session]') ?? [])].map((row) => row.dataset['session'])
  const at = ids.indexOf(sessionId)
  return at < 0 ? null : (ids[at + 1] ?? ids[at - 1] ?? null)
}

/** When the row with the focus has gone: to where it stands now, else to its neighbour, else to the field above the list. */
function findFocus(panel: HTMLElement | null, sessionId: string, neighbour: string | null) {
  const { activeElement } = document
  const isLost = activeElement === null || activeElement === document.body || activeElement.matches('[role="dialog"]')
  if (!isLost || !panel) return
  const rowOf = (id: string | null) => id && panel.querySelector<HTMLElement>(`[data-session="${CSS.escape(id)}"]`)
  const row = rowOf(sessionId) || rowOf(neighbour) || panel.querySelector('input')
  row?.focus()
}
