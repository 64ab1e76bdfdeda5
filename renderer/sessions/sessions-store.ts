// All sessions as the sidebar knows them, and the runs that go on in them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { RunState } from '../../shared/run.ts'
import type { SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import { withPlainTitle } from '../ui/plain-title.ts'
import { neighbourOf } from './groups.ts'

export interface SessionsState {
  /** Newest change first. */
  sessions: readonly SessionSummary[]
  /** The run that goes on, by session id. */
  runs: ReadonlyMap<string, RunState>
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
  /** Calls back just before the list goes on without it. */
  onRemoved(listener: (removal: Removal) => void): () => void
}

export function createSessions(bridge: Bridge): Sessions {
  const store = createStore<SessionsState>(() => ({
    sessions: [],
    runs: new Map(),
    isLoaded: false,
    failure: null,
    renaming: null,
  }))
  const { getState: state, setState: set } = store
  const listeners = new Set<(removal: Removal) => void>()
  /** What is on its way to the trash from here, with its heir. */
  const removing = new Map<string, string | null>()

  function put(changed: SessionSummary) {
    const others = state().sessions.filter((session) => session.id !== changed.id)
    set({ sessions: newestFirst([withPlainTitle(changed), ...others]) })
  }

  function dropRun(sessionId: string) {
    const runs = new Map(state().runs)
    if (runs.delete(sessionId)) set({ runs })
  }

  bridge.on('sessions.changed', put)
  bridge.on('sessions.removed', ({ sessionId }) => {
    const before = state().sessions
    const session = before.find(({ id }) => id === sessionId) ?? { id: sessionId, title: '' }
    const heir = removing.get(sessionId) ?? neighbourOf(before, sessionId)?.id ?? null
    const isOwn = removing.delete(sessionId)
    for (const tell of listeners) tell({ session, heir, isOwn })
    const { renaming } = state()
    set({
      sessions: before.filter(({ id }) => id !== sessionId),
      renaming: renaming?.id === sessionId ? null : renaming,
    })
  })
  bridge.on('run.changed', (run) => {
    if (run.phase === 'ended') dropRun(run.sessionId)
    else set({ runs: new Map(state().runs).set(run.sessionId, run) })
  })
  bridge.on('run.ended', (end) => dropRun(end.sessionId))

  async function change(call: Promise<Answer<SessionSummary>>): Promise<Failure | null> {
    const answer = await call
    if (!answer.ok) return answer.failure
    put(answer.value)
    return null
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
        isLoaded: true,
        failure: null,
      })
    },
    beginRename: (id) => set({ renaming: { id, returnTo: document.activeElement } }),
    rename: (sessionId, title) => change(bridge.call('sessions.rename', { sessionId, title })),
    archive: (sessionId) => change(bridge.call('sessions.archive', { sessionId })),
    restore: (sessionId) => change(bridge.call('sessions.restore', { sessionId })),
    pin: (sessionId, pinned) => change(bridge.call('sessions.pin', { sessionId, pinned })),
    async remove(sessionId, heir) {
      removing.set(sessionId, heir)
      const answer = await bridge.call('sessions.delete', { sessionId })
      if (answer.ok) return null
      // Else the event takes it away: it may come before the answer or behind it.
      removing.delete(sessionId)
      return answer.failure
    },
    takeBack: (sessionId) => change(bridge.call('trash.restore', { sessionId })),
    onRemoved(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function newestFirst(sessions: readonly SessionSummary[]): SessionSummary[] {
  return [...sessions].sort((one, other) => other.updatedAt.localeCompare(one.updatedAt))
}
