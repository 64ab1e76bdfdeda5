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
  failure: Failure | null
}

export interface DataCheck {
  store: StoreApi<DataCheckState>
  /** Does nothing while one is under way. */
  run(): Promise<void>
  cancel(): void
}

const checks = new WeakMap<Bridge, DataCheck>()

/** The one of this window. */
export function dataCheckOf(bridge: Bridge): DataCheck {
  const check = checks.get(bridge) ?? createDataCheck(bridge)
  checks.set(bridge, check)
  return check
}

function createDataCheck(bridge: Bridge): DataCheck {
  const store = createStore<DataCheckState>(() => ({ running: null, report: null, wasStopped: false, failure: null }))
  let controller = new AbortController()
  let progressId = ''

  bridge.on('check.progress', ({ progressId: whose, ...progress }) => {
    if (whose === progressId && store.getState().running) store.setState({ running: { progress } })
  })

  return {
    store,
    async run() {
      if (store.getState().running) return
      controller = new AbortController()
      progressId = crypto.randomUUID()
      store.setState({ running: { progress: null }, wasStopped: false, failure: null })
      const answer = await bridge.call('app.check', { progressId }, controller.signal)
      if (answer.ok) store.setState({ running: null, report: { ...answer.value, at: new Date().toISOString() } })
      else if (answer.failure.code === 'cancelled') store.setState({ running: null, wasStopped: true })
      else store.setState({ running: null, failure: answer.failure })
    },
    cancel: () => controller.abort(),
  }
}
