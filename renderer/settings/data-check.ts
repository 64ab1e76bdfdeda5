// The check of one's data: it goes on while another page is open, and what it found is there when one comes back.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CheckProgress } from '../../shared/data-report.ts'
import type { Failure } from '../../shared/failure.ts'
import type { Output } from '../../shared/ipc.ts'
import type { Bridge } from '../app/bridge.ts'

export interface DataCheckState {
  /** Null while none is under way; a check that has just begun knows nothing yet. */
  running: { progress: CheckProgress | null } | null
  report: (Output<'app.check'> & { at: string }) | null
  wasStopped: boolean
  /** Repaired copies asked for since the last check, by session id. */
  repairs: ReadonlyMap<string, Repair>
  failure: Failure | null
}

export type Repair =
  | { state: 'making' }
  | ({ state: 'made' } & Output<'sessions.repair'>)
  | { state: 'failed'; failure: Failure }

export interface DataCheck {
  store: StoreApi<DataCheckState>
  /** Does nothing while one is under way. */
  run(): Promise<void>
  cancel(): void
  /** Makes a copy of what can be read; the session itself stays as it is. */
  repair(sessionId: string): Promise<void>
}

const checks = new WeakMap<Bridge, DataCheck>()

/** The one of this window. */
export function dataCheckOf(bridge: Bridge): DataCheck {
  const check = checks.get(bridge) ?? createDataCheck(bridge)
  checks.set(bridge, check)
  return check
}

function createDataCheck(bridge: Bridge): DataCheck {
  const store = createStore<DataCheckState>(() => ({
    running: null,
    report: null,
    wasStopped: false,
    repairs: new Map(),
    failure: null,
  }))
  let controller = new AbortController()
  let progressId = ''

  bridge.on('check.progress', ({ progressId: whose, ...progress }) => {
    if (whose === progressId && store.getState().running) store.setState({ running: { progress } })
  })

  function setRepair(sessionId: string, repair: Repair) {
    store.setState(({ repairs }) => ({ repairs: new Map(repairs).set(sessionId, repair) }))
  }

  return {
    store,
    async run() {
      if (store.getState().running) return
      controller = new AbortController()
      progressId = crypto.randomUUID()
      store.setState({ running: { progress: null }, wasStopped: false, failure: null })
      const answer = await bridge.call('app.check', { progressId }, controller.signal)
      if (answer.ok) {
        const report = { ...answer.value, at: new Date().toISOString() }
        store.setState({ running: null, report, repairs: new Map() })
      } else if (answer.failure.code === 'cancelled') store.setState({ running: null, wasStopped: true })
      else store.setState({ running: null, failure: answer.failure })
    },
    cancel: () => controller.abort(),
    async repair(sessionId) {
      if (store.getState().repairs.get(sessionId)?.state === 'making') return
      setRepair(sessionId, { state: 'making' })
      const answer = await bridge.call('sessions.repair', { sessionId })
      setRepair(
        sessionId,
        answer.ok ? { state: 'made', ...answer.value } : { state: 'failed', failure: answer.failure },
      )
    },
  }
}
