// All sessions as the sidebar knows them, and the runs that go on in them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ExportFormat } from '../../shared/export-format.ts'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { BulkAct, ListView } from '../../shared/list-view.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import type { SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import { withPlainTitle } from '../ui/plain-title.ts'
import { neighbourOf } from './groups.ts'
import { nothingSelected, type Selection } from './selection.ts'

export interface SessionsState {
  /** Newest change first. */
  sessions: readonly SessionSummary[]
  /** The run that goes on, by session id. */
  runs: ReadonlyMap<string, RunState>
  /** Where an answer has ended since the person last looked. */
  unread: ReadonlySet<string>
  view: ListView
  /** null while nothing is being selected. */
  selection: Selection | null
  /** Something is being done with many. */
  bulk: { act: BulkAct | 'export'; done: number; of: number } | null
  isLoaded: boolean
  failure: Failure | null
  /** The session whose name is being written, and what had the focus before. */
  renaming: { id: string; returnTo: Element | null } | null
}

/** A session has left the list, for the trash or for good. */
export interface Removal {
  /** As the list last knew it. */
  session: Pick<SessionSummary, 'id' | 'title'>
  /** Whose turn it is when the session was open; null when no other is left. */
  heir: string | null
  /** Deleted in this window; else in the terminal or by another front. */
  isOwn: boolean
}

export interface BulkOutcome {
  done: string[]
  failed: { id: string; failure: Failure }[]
}

export interface Sessions {
  store: StoreApi<SessionsState>
  load(): Promise<void>
  beginRename(sessionId: string): void
  rename(sessionId: string, title: string): Promise<Failure | null>
  archive(sessionId: string): Promise<Failure | null>
  restore(sessionId: string): Promise<Failure | null>
  pin(sessionId: string, pinned: boolean): Promise<Failure | null>
  /** Into the trash. `heir` overrules the neighbour in the list. */
  remove(sessionId: string, heir: string | null): Promise<Failure | null>
  /** Out of the trash. */
  takeBack(sessionId: string): Promise<Failure | null>
  /** With many; what was refused is in the answer. `heir` is the session to go to when the open one is among them. */
  bulk(act: BulkAct, sessionIds: readonly string[], heir: string | null): Promise<Answer<BulkOutcome>>
  /** Nothing else may be begun with many meanwhile. */
  exportMany(
    sessionIds: readonly string[],
    format: ExportFormat,
  ): Promise<Answer<BulkOutcome & { saved: string | null }>>
  /** The person has it before their eyes. */
  looked(sessionId: string): void
  show(view: Partial<ListView>): void
  select(selection: Selection | null): void
  beginSelecting(): void
  /** Calls back with the replays of this session, now and whenever they change, until the returned function is called. */
  watchReplays(sessionId: string, tell: (replays: { id: string; title: string }[]) => void): () => void
  /** Calls back just before the list goes on without it. */
  onRemoved(listener: (removal: Removal) => void): () => void
}

/** When many are changed, here or by others, the list is drawn anew this often and not for each. Milliseconds. */
const betweenDraws = 100
/** And when it has been done, looked this often whether all of it was told. Milliseconds. */
const betweenLooks = 10

export function createSessions(bridge: Bridge, view: ListView): Sessions {
  const store = createStore<SessionsState>(() => ({
    sessions: [],
    runs: new Map(),
    unread: new Set(),
    view,
    selection: null,
    bulk: null,
    isLoaded: false,
    failure: null,
    renaming: null,
  }))
  const { getState: state, setState: set } = store
  const listeners = new Set<(removal: Removal) => void>()
  /** What is on its way to the trash from here, with its heir. */
  const removing = new Map<string, string | null>()

  /** What has changed and is not in the list yet; null is one that has left it. */
  const waiting = new Map<string, SessionSummary | null>()
  let drawing: ReturnType<typeof setTimeout> | null = null
  let drawnAt = Number.NEGATIVE_INFINITY

  function change(sessionId: string, to: SessionSummary | null) {
    waiting.set(sessionId, to)
    // One change is seen at once; of a flood, as an import is one, each drawing takes what has come by then.
    const isFlood = state().bulk !== null || performance.now() - drawnAt < betweenDraws
    if (!isFlood) draw()
    else drawing ??= setTimeout(draw, betweenDraws)
  }

  function draw() {
    if (drawing) clearTimeout(drawing)
    drawing = null
    if (waiting.size === 0) return
    drawnAt = performance.now()
    const changes = new Map(waiting)
    waiting.clear()
    const gone = new Set([...changes].flatMap(([sessionId, to]) => (to === null ? [sessionId] : [])))
    for (const sessionId of gone) tellRemoved(sessionId, gone)
    const { sessions: before, renaming, bulk } = state()
    const others = before.filter(({ id }) => !changes.has(id))
    const changed = [...changes.values()].flatMap((one) => (one ? [withPlainTitle(one)] : []))
    set({
      sessions: newestFirst([...changed, ...others]),
      ...(renaming && changes.get(renaming.id) === null ? { renaming: null } : {}),
      ...(bulk ? { bulk: { ...bulk, done: Math.min(bulk.of, bulk.done + changes.size) } } : {}),
    })
  }

  function put(changed: SessionSummary) {
    change(changed.id, changed)
  }

  /** `gone` go at the same moment: none of them is anybody's heir. */
  function tellRemoved(sessionId: string, gone: ReadonlySet<string>) {
    const before = state().sessions.filter(({ id }) => id === sessionId || !gone.has(id))
    const session = before.find(({ id }) => id === sessionId) ?? { id: sessionId, title: '' }
    const heir = removing.get(sessionId) ?? neighbourOf(before, sessionId, state().view.grouping)?.id ?? null
    const isOwn = removing.delete(sessionId)
    for (const tell of listeners) tell({ session, heir, isOwn })
  }

  /** What was done is in the list when this resolves: pushes and the answer may come in any order. */
  async function withMany<Value extends BulkOutcome>(
    act: BulkAct | 'export',
    of: number,
    call: () => Promise<Answer<Value>>,
  ): Promise<Answer<Value>> {
    set({ bulk: { act, done: 0, of } })
    try {
      const answer = await call()
      for (let looks = 0; answer.ok && looks < 100; looks++) {
        draw()
        if (isListed(act, answer.value.done)) break
        await new Promise((resolve) => setTimeout(resolve, betweenLooks))
      }
      return answer
    } finally {
      draw()
      set({ bulk: null })
    }
  }

  function isListed(act: BulkAct | 'export', done: readonly string[]): boolean {
    if (act === 'export') return true
    const ids = new Set(done)
    const there = state().sessions.filter(({ id }) => ids.has(id))
    if (act === 'delete') return there.length === 0
    return (
      there.length === ids.size &&
      there.every(({ archived }) => act === 'take-back' || archived === (act === 'archive'))
    )
  }

  function dropRun(sessionId: string) {
    const runs = new Map(state().runs)
    if (runs.delete(sessionId)) set({ runs })
  }

  bridge.on('sessions.changed', put)
  bridge.on('sessions.removed', ({ sessionId }) => change(sessionId, null))
  bridge.on('unread.changed', ({ sessionId, isUnread }) => setUnread(sessionId, isUnread))
  bridge.on('run.changed', (run) => {
    if (run.phase === 'ended') dropRun(run.sessionId)
    else set({ runs: new Map(state().runs).set(run.sessionId, run) })
  })
  bridge.on('run.ended', (end) => dropRun(end.sessionId))

  function setUnread(sessionId: string, isUnread: boolean) {
    const unread = new Set(state().unread)
    if (isUnread) unread.add(sessionId)
    else unread.delete(sessionId)
    set({ unread })
  }

  async function changed(call: Promise<Answer<SessionSummary>>): Promise<Failure | null> {
    const answer = await call
    if (!answer.ok) return answer.failure
    put(answer.value)
    // Whoever asked for it goes on from here.
    draw()
    return null
  }

  /** Whoever asked for it goes on from here: it is in the list no longer, unless nobody says that it has gone. */
  async function leaves(sessionId: string): Promise<void> {
    for (let looks = 100; looks > 0 && state().sessions.some(({ id }) => id === sessionId); looks--) {
      if (waiting.has(sessionId)) draw()
      else await new Promise((resolve) => setTimeout(resolve, betweenLooks))
    }
  }

  return {
    store,
    async load() {
      const answer = await bridge.call('sessions.list', { filter: 'all' })
      if (!answer.ok) {
        set({ failure: answer.failure })
        return
      }
      const runs = answer.value.runs.filter((run) => run.phase !== 'ended').map((run) => [run.sessionId, run] as const)
      set({
        sessions: newestFirst(answer.value.sessions.map(withPlainTitle)),
        runs: new Map(runs),
        unread: new Set(answer.value.unread),
        isLoaded: true,
        failure: null,
      })
    },
    beginRename: (id) => set({ renaming: { id, returnTo: document.activeElement } }),
    rename: (sessionId, title) => changed(bridge.call('sessions.rename', { sessionId, title })),
    archive: (sessionId) => changed(bridge.call('sessions.archive', { sessionId })),
    restore: (sessionId) => changed(bridge.call('sessions.restore', { sessionId })),
    pin: (sessionId, pinned) => changed(bridge.call('sessions.pin', { sessionId, pinned })),
    async remove(sessionId, heir) {
      removing.set(sessionId, heir)
      const answer = await bridge.call('sessions.delete', { sessionId })
      // The event takes it away: it may come before the answer or behind it.
      if (answer.ok) {
        await leaves(sessionId)
        return null
      }
      removing.delete(sessionId)
      return answer.failure
    },
    takeBack: (sessionId) => changed(bridge.call('trash.restore', { sessionId })),
    async bulk(act, sessionIds, heir) {
      if (act === 'delete') for (const id of sessionIds) removing.set(id, heir)
      const call = () => bridge.call('sessions.bulk', { act, sessionIds: [...sessionIds] })
      const answer = await withMany(act, sessionIds.length, call)
      // Whoever was refused is here still, and may go in another way later on.
      if (act === 'delete') {
        for (const id of answer.ok ? answer.value.failed.map((one) => one.id) : sessionIds) removing.delete(id)
      }
      return answer
    },
    exportMany: (sessionIds, format) =>
      withMany('export', sessionIds.length, () =>
        bridge.call('window.exportSessions', { sessionIds: [...sessionIds], format }),
      ),
    looked(sessionId) {
      if (!state().unread.has(sessionId)) return
      setUnread(sessionId, false)
      void bridge.call('sessions.looked', { sessionId })
    },
    show(some) {
      const view = { ...state().view, ...some }
      set({ view })
      void bridge.call('window.rememberList', view)
    },
    select: (selection) => set({ selection }),
    beginSelecting: () => set({ selection: state().selection ?? nothingSelected }),
    watchReplays(sessionId, tell) {
      let seen: readonly SessionSummary[] | null = null
      let told = ''
      const look = () => {
        const { sessions } = state()
        if (sessions === seen) return
        seen = sessions
        const replays = sessions
          .filter(({ replayOf }) => replayOf === sessionId)
          .map(({ id, title }) => ({ id, title: title || words.untitled }))
        const now = JSON.stringify(replays)
        if (now === told) return
        told = now
        tell(replays)
      }
      look()
      return store.subscribe(look)
    },
    onRemoved(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function newestFirst(sessions: readonly SessionSummary[]): SessionSummary[] {
  return [...sessions].sort((one, other) =>
    one.updatedAt < other.updatedAt ? 1 : one.updatedAt > other.updatedAt ? -1 : 0,
  )
}
