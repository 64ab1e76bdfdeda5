// What the runs of the open session have changed in its folder, and taking that back: read with the session, and when it is told.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunChanges } from '../../shared/changes.ts'
import type { Failure } from '../../shared/failure.ts'
import { checkpointWords } from '../../shared/messages/changes.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import type { ChatState } from './chat-store.ts'

export interface ChangesState {
  sessionId: string | null
  runs: readonly RunChanges[]
  /** The run that is being taken back or made again. */
  going: string | null
  /** Why that was not done, at the run it was asked of. */
  failure: { runId: string; failure: Failure } | null
}

export interface Changes {
  store: StoreApi<ChangesState>
  /** Undo of what is done, redo of what is undone. */
  turn(run: Pick<RunChanges, 'runId' | 'state'>): Promise<void>
  dismiss(): void
}

const nothing: ChangesState = { sessionId: null, runs: [], going: null, failure: null }

export function createChanges(bridge: Bridge, chat: StoreApi<ChatState>): Changes {
  const store = createStore<ChangesState>(() => nothing)

  async function read(sessionId: string) {
    const answer = await bridge.call('changes.list', { sessionId })
    if (answer.ok && store.getState().sessionId === sessionId) store.setState({ runs: answer.value.runs })
  }

  chat.subscribe(({ sessionId, workspace }) => {
    // A session without a folder has changed nothing.
    const named = workspace === null ? null : sessionId
    if (named === store.getState().sessionId) return
    store.setState({ ...nothing, sessionId: named }, true)
    if (named !== null) void read(named)
  })
  bridge.on('changes.changed', ({ sessionId }) => {
    if (sessionId === store.getState().sessionId) void read(sessionId)
  })

  return {
    store,
    async turn({ runId, state }) {
      const { sessionId, going } = store.getState()
      if (sessionId === null || going !== null) return
      store.setState({ going: runId, failure: null })
      const answer = await bridge.call(state === 'done' ? 'changes.undo' : 'changes.redo', { sessionId, runId })
      if (store.getState().sessionId !== sessionId) return
      const failure = answer.ok ? conflictOf(answer.value.conflicts) : answer.failure
      store.setState({ going: null, failure: failure && { runId, failure } })
      if (!failure) chat.setState({ announcement: state === 'done' ? words.changes.undone : words.changes.redone })
      await read(sessionId)
    },
    dismiss: () => store.setState({ failure: null }),
  }
}

function conflictOf(conflicts: readonly string[]): Failure | null {
  return conflicts.length === 0 ? null : { code: 'denied', message: checkpointWords.conflict(conflicts) }
}
