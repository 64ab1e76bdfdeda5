// The list of sessions under their headings, of which only the rows in sight are drawn: one stop for the Tab key, arrows inside.
import {
  type CSSProperties,
  createContext,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useContext,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { listWords } from '../../shared/messages/session-list.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import { copyOf } from './copies.ts'
import type { ListRow } from './groups.ts'
import { type RowActions, SessionRow } from './session-row.tsx'

export interface SessionListHandle {
  /** Gives the row of this session the focus, wherever in the list it stands. False when it is not in it. */
  focus(sessionId: string | null): boolean
  /** The row that the Tab key reaches. */
  focusReachable(): void
}

interface SessionListProps {
  ref: Ref<SessionListHandle>
  rows: readonly ListRow[]
  /** What a person knows a session by, or null when there is none of this id. */
  titleOf: (sessionId: string) => string | null
  runs: ReadonlyMap<string, RunState>
  unread: ReadonlySet<string>
  currentId: string | null
  renamingId: string | null
  /** null when nothing is being selected. */
  selected: ReadonlySet<string> | null
  showSizes: boolean
  today: string
  actions: RowActions
  /** From the row with the focus to the one it goes to. */
  onExtend: (fromId: string, toId: string) => void
  onSelectAll: () => void
  /** Said when the list is empty. */
  emptySentence: string
}

/** Where a row stands that was not drawn before: it has its place when the browser has measured it. Frames. */
const framesUntilPlaced = 30

export function SessionList(props: SessionListProps) {
  const { rows, currentId, renamingId } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useRef<VirtualizerHandle>(null)
  const [lastFocused, setLastFocused] = useState<string | null>(null)
  const places = useMemo(() => new Map(rows.map(({ session }, index) => [session.id, index])), [rows])
  const has = (id: string | null) => id !== null && places.has(id)
  const reachable = has(lastFocused) ? lastFocused : has(currentId) ? currentId : (rows[0]?.session.id ?? null)
  // What has the focus, or is about to have it, stays where it is when it is out of sight.
  const kept = [reachable, renamingId].flatMap((id) => (id === null ? [] : (places.get(id) ?? [])))

  const rowOf = (id: string) =>
    scroller.current?.querySelector<HTMLElement>(`[data-session="${CSS.escape(id)}"]`) ?? null

  function focus(id: string | null): boolean {
    const place = id === null ? undefined : places.get(id)
    if (id === null || place === undefined) return false
    const isThere = (row: HTMLElement | null) => {
      row?.focus()
      return row !== null && document.activeElement === row
    }
    if (isThere(rowOf(id))) return true
    setLastFocused(id)
    virtual.current?.scrollToIndex(place, { align: 'nearest' })
    const begun = document.activeElement
    const again = (frames: number) =>
      requestAnimationFrame(() => {
        // The person has gone somewhere else meanwhile.
        if (document.activeElement !== begun && document.activeElement !== document.body) return
        if (!isThere(rowOf(id)) && frames > 0) again(frames - 1)
      })
    again(framesUntilPlaced)
    return true
  }
  useImperativeHandle(props.ref, () => ({ focus, focusReachable: () => void focus(reachable) }))

  // The field for a new name is where it can be seen.
  useEffect(() => {
    const place = renamingId === null ? undefined : places.get(renamingId)
    if (place !== undefined) virtual.current?.scrollToIndex(place, { align: 'nearest' })
  }, [renamingId, places])

  /** One view further. */
  function pageFrom(place: number, direction: 1 | -1): number {
    const list = virtual.current
    if (!list) return place
    const next = list.findItemIndex(list.getItemOffset(place) + direction * list.viewportSize * 0.9)
    return next === place ? place + direction : next
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset['session'] : undefined
    const place = id === undefined ? undefined : places.get(id)
    if (id === undefined || place === undefined || event.altKey) return
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'a') {
      event.preventDefault()
      return props.onSelectAll()
    }
    if (event.ctrlKey || event.metaKey) return
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
    const next = rows[Math.min(rows.length - 1, Math.max(0, wanted()))]?.session.id ?? id
    if (event.shiftKey) props.onExtend(id, next)
    focus(next)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows, which are buttons
    <div
      ref={scroller}
      className="sessions scroll"
      onKeyDown={onKeyDown}
      onFocus={(event) => setLastFocused(event.target.dataset['session'] ?? lastFocused)}
    >
      {rows.length === 0 && <p className="none">{props.emptySentence}</p>}
      <ListSize value={rows.length}>
        <Virtualizer ref={virtual} as={Rows} item={RowPlace} data={rows} keepMounted={kept}>
          {({ session, heading }) => (
            <SessionRow
              key={session.id}
              session={session}
              heading={heading?.name ?? null}
              folder={heading?.folder ?? null}
              run={props.runs.get(session.id) ?? null}
              origin={originOf(session.id, props.titleOf)}
              isUnread={props.unread.has(session.id)}
              isCurrent={session.id === currentId}
              isReachable={session.id === reachable}
              isRenaming={session.id === renamingId}
              isSelected={props.selected?.has(session.id) ?? null}
              showSize={props.showSizes}
              today={props.today}
              actions={props.actions}
            />
          )}
        </Virtualizer>
      </ListSize>
    </div>
  )
}

function originOf(id: string, titleOf: SessionListProps['titleOf']): string | null {
  const copy = copyOf(id)
  return copy && words.sessions.copies[copy.kind](titleOf(copy.of))
}

const ListSize = createContext(0)

function Rows(props: { style: CSSProperties; children: ReactNode; ref?: Ref<HTMLUListElement> }) {
  const size = useContext(ListSize)
  // A list without a row has nothing to say.
  return (
    <ul ref={props.ref} style={props.style} aria-label={listWords.list} hidden={size === 0}>
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

/** What to say when nothing is listed. */
export function emptySentence(filter: 'active' | 'archived' | 'all', isSearching: boolean): string {
  return isSearching ? words.sessions.noneFound : words.sessions.none[filter]
}
