// A backup that is written or put back: it goes on while another page is open, and what came of it is there when one comes back.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from '../../shared/failure.ts'
import type { BackupWritten } from '../../shared/ipc.ts'
import type { Bridge } from '../app/bridge.ts'

export interface BackupWorkState {
  /** Null while nothing is under way. Without a progress the person is being asked natively. */
  running: { kind: 'backup' | 'restore'; progress: { bytes: number; ofBytes: number } | null } | null
  written: BackupWritten | null
  /** What is here is about to be another; the app begins anew. */
  begins: boolean
  failure: Failure | null
}

export interface BackupWork {
  store: StoreApi<BackupWorkState>
  /** Both do nothing while one is under way. */
  backUp(): Promise<void>
  restore(): Promise<void>
  cancel(): void
}

const works = new WeakMap<Bridge, BackupWork>()

/** The one of this window. */
export function backupWorkOf(bridge: Bridge): BackupWork {
  const work = works.get(bridge) ?? createBackupWork(bridge)
  works.set(bridge, work)
  return work
}

function createBackupWork(bridge: Bridge): BackupWork {
  const nothing: BackupWorkState = { running: null, written: null, begins: false, failure: null }
  const store = createStore<BackupWorkState>(() => nothing)
  let controller = new AbortController()
  let progressId = ''

  bridge.on('backup.progress', ({ progressId: whose, ...progress }) => {
    const { running } = store.getState()
    if (whose === progressId && running) store.setState({ running: { ...running, progress } })
  })

  async function work(
    kind: 'backup' | 'restore',
    ask: (progressId: string, signal: AbortSignal) => Promise<Partial<BackupWorkState>>,
  ): Promise<void> {
    if (store.getState().running || store.getState().begins) return
    controller = new AbortController()
    progressId = crypto.randomUUID()
    store.setState({ ...nothing, running: { kind, progress: null } })
    store.setState({ running: null, ...(await ask(progressId, controller.signal)) })
  }

  return {
    store,
    backUp: () =>
      work('backup', async (id, signal) => {
        const answer = await bridge.call('window.backup', { progressId: id }, signal)
        return answer.ok ? { written: answer.value.written } : { failure: answer.failure }
      }),
    restore: () =>
      work('restore', async (id, signal) => {
        const answer = await bridge.call('window.restoreBackup', { progressId: id }, signal)
        return answer.ok ? { begins: answer.value.begins } : { failure: answer.failure }
      }),
    cancel: () => controller.abort(),
  }
}
