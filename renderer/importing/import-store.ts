// An import: it goes on while another page is open, and what came of it is there when one comes back.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from '../../shared/failure.ts'
import type { ImportProgress, ImportReport } from '../../shared/importing.ts'
import type { Bridge } from '../app/bridge.ts'
import { plainTitle } from '../ui/plain-title.ts'

export interface ImportState {
  /** Null while none is under way; the system's own dialog is open as long as nothing is known. */
  running: { progress: ImportProgress | null } | null
  report: ImportReport | null
  failure: Failure | null
}

export interface Import {
  store: StoreApi<ImportState>
  /** The person chooses natively. Does nothing while one is under way. */
  run(what: 'files' | 'folder'): Promise<void>
  cancel(): void
}

const imports = new WeakMap<Bridge, Import>()

/** The one of this window. */
export function importOf(bridge: Bridge): Import {
  const known = imports.get(bridge) ?? createImport(bridge)
  imports.set(bridge, known)
  return known
}

function createImport(bridge: Bridge): Import {
  const store = createStore<ImportState>(() => ({ running: null, report: null, failure: null }))
  let controller = new AbortController()
  let progressId = ''

  bridge.on('import.progress', ({ progressId: whose, ...progress }) => {
    if (whose === progressId && store.getState().running) store.setState({ running: { progress } })
  })

  return {
    store,
    async run(what) {
      if (store.getState().running) return
      controller = new AbortController()
      progressId = crypto.randomUUID()
      store.setState({ running: { progress: null }, failure: null })
      const answer = await bridge.call('window.importSessions', { what, progressId }, controller.signal)
      if (!answer.ok) store.setState({ running: null, failure: answer.failure })
      // Whoever chose nothing still sees what came of the last one.
      else if (answer.value.report === null) store.setState({ running: null })
      else store.setState({ running: null, report: withPlainTitles(answer.value.report) })
    },
    cancel: () => controller.abort(),
  }
}

function withPlainTitles(report: ImportReport): ImportReport {
  const plain = <One extends { source: string }>(one: One) => ({ ...one, source: plainTitle(one.source) })
  return {
    ...report,
    imported: report.imported.map((one) => ({ ...plain(one), title: plainTitle(one.title) })),
    skipped: report.skipped.map(plain),
    failed: report.failed.map(plain),
  }
}
