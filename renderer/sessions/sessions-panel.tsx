// The upper part of the sidebar: the search field, the filter, the list, and what can be done with a session.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { BulkAct } from '../../shared/list-view.ts'
import { replayWords } from '../../shared/messages/replay.ts'
import { listWords } from '../../shared/messages/session-list.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { type MenuAnchor, type MenuCommand, PopupMenu } from '../ui/popup-menu.tsx'
import type { ShowToast } from '../ui/toasts.tsx'
import { type ActId, actOfRowKey } from './act-keys.ts'
import type { BulkActs } from './bulk-acts.ts'
import { countOf, type Filter, filters, groupByDay, groupByFolder, rowsOf, selectSessions } from './groups.ts'
import { SelectBar } from './select-bar.tsx'
import { allOf, extendedTo, nothingSelected, type Selection, toggled } from './selection.ts'
import type { SessionActs } from './session-acts.ts'
import { emptySentence, SessionList, type SessionListHandle } from './session-list.tsx'
import type { RowActions } from './session-row.tsx'
import type { Sessions } from './sessions-store.ts'
import './sessions.css'

/** A closed menu has given the focus back by then. Milliseconds. */
const focusReturns = 200

export interface SessionsPanelProps {
  sessions: Sessions
  acts: SessionActs
  bulkActs: BulkActs
  /** As it is written on this platform. */
  selectShortcut: string
  isMac: boolean
  currentId: string | null
  /** Nothing can be saved: a session can only be opened. */
  isReadOnly: boolean
  /** What a session can be replayed with. */
  models: readonly string[]
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
  const {
    sessions: all,
    runs,
    isLoaded,
    failure,
    renaming,
    unread,
    view,
    selection,
    bulk,
  } = useStore(props.sessions.store)
  const [filter, setFilter] = useState<Filter>('active')
  const [search, setSearch] = useState('')
  const [menu, setMenu] = useState<{ session: SessionSummary; anchor: MenuAnchor } | null>(null)
  const [listMenu, setListMenu] = useState<MenuAnchor | null>(null)
  const panel = useRef<HTMLDivElement>(null)
  const list = useRef<SessionListHandle>(null)
  const shown = useMemo(() => selectSessions(all, filter, search), [all, filter, search])
  const today = new Date().toDateString()
  const rows = useMemo(
    () => rowsOf(view.grouping === 'folder' ? groupByFolder(shown) : groupByDay(shown, new Date(today))),
    [shown, view.grouping, today],
  )
  // What is not in sight, because the list was narrowed, is not meant.
  const chosen = useMemo(
    () => rows.flatMap(({ session }) => (selection?.ids.has(session.id) ? [session] : [])),
    [rows, selection],
  )
  const isSlow = useLater(!isLoaded)
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

  const latest = useRef({ ...props, order: [] as readonly string[], rows, selection, chosen, bulk })
  latest.current = { ...props, order: rows.map(({ session }) => session.id), rows, selection, chosen, bulk }

  // A row that is deleted elsewhere takes the focus with it when it has it.
  useEffect(
    () =>
      props.sessions.onRemoved(({ session, isOwn }) => {
        const neighbour = neighbourIn(latest.current.order, session.id)
        if (isOwn || !panel.current?.contains(document.activeElement)) return
        setTimeout(() => findFocus(panel.current, list.current, session.id, neighbour))
      }),
    [props.sessions],
  )

  // Whoever selects from the native menu goes on in the list.
  const isSelecting = selection !== null
  useEffect(() => {
    if (!isSelecting) return
    const { activeElement } = document
    if (!panel.current?.contains(activeElement)) list.current?.focusReachable()
    // The bar has taken some of the room.
    else if (activeElement?.matches('[data-session]')) activeElement.scrollIntoView({ block: 'nearest' })
  }, [isSelecting])

  const perform = useCallback(async (id: ActId, session: SessionSummary, pause: number) => {
    const neighbour = neighbourIn(latest.current.order, session.id)
    const isDone = await latest.current.acts.perform(id, session, neighbour)
    if (isDone && id !== 'rename')
      setTimeout(() => findFocus(panel.current, list.current, session.id, neighbour), pause)
  }, [])

  const select = useCallback((next: Selection | null) => latest.current.sessions.select(next), [])
  function leaveSelecting() {
    const hadFocus = panel.current?.contains(document.activeElement)
    select(null)
    if (hadFocus) setTimeout(() => list.current?.focusReachable())
  }
  /** With all that are selected and can have it done; what remains has the focus, and the neighbour of the open one its place. */
  const performBulk = useCallback(
    async (act: Exclude<BulkAct, 'take-back'>) => {
      const { chosen: wanted, order, currentId, bulkActs, isReadOnly, bulk: isBusy } = latest.current
      const some = act === 'delete' ? wanted : wanted.filter(({ archived }) => archived === (act === 'restore'))
      if (some.length === 0 || isReadOnly || isBusy) return
      const going = new Set(some.map(({ id }) => id))
      const stay = (from: string | null) => {
        const at = from === null ? -1 : order.indexOf(from)
        const others = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at)).reverse()]
        return others.find((id) => !going.has(id)) ?? null
      }
      const neighbour = stay(some.at(-1)?.id ?? null)
      if (!(await bulkActs.perform(act, some, stay(currentId)))) return
      select(null)
      setTimeout(() => {
        const { activeElement } = document
        const isElsewhere = activeElement && activeElement !== document.body && !panel.current?.contains(activeElement)
        if (!isElsewhere && !list.current?.focus(neighbour)) panel.current?.querySelector('input')?.focus()
      })
    },
    [select],
  )
  const actions = useMemo<RowActions>(
    () => ({
      onPress(session, { ctrlKey, metaKey, shiftKey }) {
        const { order, currentId, isMac, onOpen, selection: now, bulk: isBusy } = latest.current
        const isToggle = isMac ? metaKey : ctrlKey
        if (isBusy) return
        if (shiftKey) select(extendedTo(now ?? nothingSelected, order, currentId ?? session.id, session.id))
        else if (isToggle || now) select(toggled(now ?? nothingSelected, session.id))
        else onOpen(session.id)
      },
      onMenu: (session, anchor) => setMenu({ session, anchor }),
      onKey(session, event) {
        const id = actOfRowKey(event, latest.current.isMac)
        if (id === null || event.repeat) return id !== null
        // A key that is held down must not go on with the neighbour. What is selected is meant, and not the row.
        if (latest.current.selection === null) void perform(id, session, 0)
        else if (id === 'delete') void performBulk('delete')
        else if (id === 'archive') void performBulk(session.archived ? 'restore' : 'archive')
        return true
      },
      onRenamed(session, title) {
        const { store } = latest.current.sessions
        const returnTo = store.getState().renaming?.returnTo ?? null
        store.setState({ renaming: null })
        giveBackFocus(panel.current, list.current, session.id, returnTo)
        const wanted = title?.trim() ?? ''
        if (wanted === '' || wanted === session.title) return
        void latest.current.sessions.rename(session.id, wanted).then((failed) => {
          if (failed) latest.current.showToast({ text: failed.message, tone: 'fault' })
        })
      },
    }),
    [perform, performBulk, select],
  )

  /** Which model shall answer: the next menu, where the first one was. */
  const [replaying, setReplaying] = useState<{ session: SessionSummary; anchor: MenuAnchor } | null>(null)
  const askModel = (session: SessionSummary) => {
    const row = panel.current?.querySelector<HTMLElement>(`[data-session="${CSS.escape(session.id)}"]`)
    if (props.models.length === 0) props.showToast({ text: words.models.none, tone: 'fault' })
    else if (row) setReplaying({ session, anchor: { element: row, point: null } })
  }
  const replayWith = async (model: string) => {
    const begun = replaying && (await props.acts.replay(replaying.session, model))
    if (begun) props.onOpen(begun)
  }

  const commandsOf = (session: SessionSummary): MenuCommand[] => {
    const acts = props.acts.of(session).map((act) => ({
      ...act,
      apart: act.id === 'delete',
      run: () => void perform(act.id, session, focusReturns),
    }))
    const replay: MenuCommand = {
      id: 'replay',
      label: replayWords.act,
      icon: 'again',
      notNow: props.sessions.store.getState().runs.has(session.id) ? replayWords.running : undefined,
      run: () => askModel(session),
    }
    if (!props.isReadOnly) return [...acts.filter(({ id }) => id !== 'delete'), replay, ...acts.slice(-1)]
    const open = () => props.onOpen(session.id)
    return [
      { id: 'open', label: words.sessions.open, icon: 'right', run: open },
      ...acts.filter(({ id }) => id === 'export'),
    ]
  }

  const listCommands: MenuCommand[] = [
    {
      id: 'group',
      label: listWords.byFolder,
      icon: 'folder',
      isOn: view.grouping === 'folder',
      run: () => props.sessions.show({ grouping: view.grouping === 'folder' ? 'time' : 'folder' }),
    },
    {
      id: 'sizes',
      label: listWords.showSizes,
      icon: 'lines',
      isOn: view.showSizes,
      run: () => props.sessions.show({ showSizes: !view.showSizes }),
    },
    {
      id: 'select',
      label: listWords.select,
      icon: 'check',
      shortcut: props.selectShortcut,
      apart: true,
      notNow: rows.length === 0 ? emptySentence(filter, search.trim() !== '') : undefined,
      run() {
        props.sessions.beginSelecting()
        list.current?.focusReachable()
      },
    },
  ]

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape belongs to whatever in it has the focus
    <div
      ref={panel}
      className="sessions-panel"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !selection || bulk || event.defaultPrevented) return
        event.preventDefault()
        event.stopPropagation()
        leaveSelecting()
      }}
    >
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
      <div className="list-head">
        <fieldset className="tabs">
          <legend className="sr">{words.sessions.show}</legend>
          {filters.map((each) => (
            <button key={each} type="button" aria-pressed={each === filter} onClick={() => setFilter(each)}>
              {words.sessions.filter[each]}
              {each !== 'all' && <span className="num">{countOf(all, each)}</span>}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className="icon-button icon-button--s"
          aria-label={listWords.view}
          title={listWords.view}
          aria-haspopup="menu"
          onClick={(event) => setListMenu({ element: event.currentTarget, point: null })}
        >
          <Icon name="sliders" small />
        </button>
      </div>
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
        ref={list}
        rows={rows}
        titleOf={titleOf}
        runs={runs}
        unread={unread}
        currentId={props.currentId}
        renamingId={renaming?.id ?? null}
        selected={selection?.ids ?? null}
        showSizes={view.showSizes || isSelecting}
        today={today}
        actions={actions}
        onExtend={(from, to) =>
          !bulk && select(extendedTo(selection ?? nothingSelected, latest.current.order, from, to))
        }
        onSelectAll={() => !bulk && select(allOf(latest.current.order))}
        emptySentence={isLoaded ? emptySentence(filter, search.trim() !== '') : isSlow ? listWords.reading : ''}
      />
      {selection && (
        <SelectBar
          chosen={chosen}
          bulk={bulk}
          isReadOnly={props.isReadOnly}
          onAct={(act) => void performBulk(act)}
          onExport={(format) => void props.bulkActs.export(chosen, format).then((isDone) => isDone && leaveSelecting())}
          onLeave={leaveSelecting}
        />
      )}
      <PopupMenu anchor={listMenu} label={listWords.view} commands={listCommands} onClose={() => setListMenu(null)} />
      <PopupMenu
        anchor={replaying?.anchor ?? null}
        label={replayWords.act}
        commands={props.models.map((model) => ({
          id: model,
          label: model,
          icon: 'chip',
          run: () => void replayWith(model),
        }))}
        onClose={() => setReplaying(null)}
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

/** Milliseconds after which a wait deserves a word. */
const slowAfter = 600

/** True when something has gone on for a while. */
function useLater(isGoing: boolean): boolean {
  const [isLater, setLater] = useState(false)
  useEffect(() => {
    if (!isGoing) return setLater(false)
    const timer = setTimeout(() => setLater(true), slowAfter)
    return () => clearTimeout(timer)
  }, [isGoing])
  return isLater
}

/** To where it was before, or to the row, when the row is back in the list. */
function giveBackFocus(
  panel: HTMLElement | null,
  list: SessionListHandle | null,
  sessionId: string,
  returnTo: Element | null,
) {
  // A sidebar that lies over the window takes the focus for itself first.
  const isOver = panel?.closest('[role="dialog"]') != null
  const give = () => {
    const isOutside = returnTo instanceof HTMLElement && returnTo.isConnected && returnTo.matches('main *')
    if (isOutside && !isOver) returnTo.focus()
    else list?.focus(sessionId)
  }
  setTimeout(give, isOver ? focusReturns : 0)
}

/** The session in the row below, or above when it is the last; null when there is no other. */
function neighbourIn(order: readonly string[], sessionId: string): string | null {
  const at = order.indexOf(sessionId)
  return at < 0 ? null : (order[at + 1] ?? order[at - 1] ?? null)
}

/** When the row with the focus has gone: to where it stands now, else to its neighbour, else to the field above the list. */
function findFocus(
  panel: HTMLElement | null,
  list: SessionListHandle | null,
  sessionId: string,
  neighbour: string | null,
) {
  const { activeElement } = document
  const isLost = activeElement === null || activeElement === document.body || activeElement.matches('[role="dialog"]')
  if (!isLost || !panel) return
  if (!list?.focus(sessionId) && !list?.focus(neighbour)) panel.querySelector('input')?.focus()
}
