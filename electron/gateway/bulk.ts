// The same with many sessions: each is done or refused for itself, and what is refused keeps the others from nothing.
import type { ExportFormat } from '../../shared/export-format.ts'
import { ExpectedFailure, type Failure, toFailure } from '../../shared/failure.ts'
import type { BulkAct } from '../../shared/list-view.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Services, Surface } from '../contracts.ts'
import type { Going } from './going.ts'
import { fileName } from './session-export.ts'

export interface BulkDone {
  done: string[]
  failed: { id: string; failure: Failure }[]
}

export function createBulk({ sessions, exporting, surroundings }: Omit<Services, 'surface'>, going: Going) {
  const acts: Record<BulkAct, (sessionId: string) => Promise<unknown>> = {
    archive: (sessionId) => sessions.archive(sessionId),
    restore: (sessionId) => sessions.restore(sessionId),
    delete: (sessionId) => going.intoTrash(sessionId),
    'take-back': (sessionId) => sessions.trash.restore(sessionId),
  }

  /** One after the other: each waits for the disk, and whoever works in another session has its turn in between. */
  async function each(
    sessionIds: readonly string[],
    signal: AbortSignal,
    work: (sessionId: string) => Promise<unknown>,
  ): Promise<BulkDone> {
    const done: string[] = []
    const failed: BulkDone['failed'] = []
    for (const id of new Set(sessionIds)) {
      try {
        if (signal.aborted) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
        await work(id)
        done.push(id)
      } catch (thrown) {
        const failure = toFailure(thrown, messages.failures.internal)
        if (failure.code === 'internal') surroundings.log(`${id}: ${failure.detail ?? failure.message}`)
        failed.push({ id, failure })
      }
    }
    return { done, failed }
  }

  return {
    perform: (act: BulkAct, sessionIds: readonly string[], signal: AbortSignal) => each(sessionIds, signal, acts[act]),

    /** Into a folder the person chooses natively, each session a file under a name that nobody has there. */
    async export(
      surface: Surface,
      sessionIds: readonly string[],
      format: ExportFormat,
      signal: AbortSignal,
    ): Promise<BulkDone & { saved: string | null }> {
      const folder = await surface.chooseFolder(signal, 'export')
      if (folder === null) return { saved: null, done: [], failed: [] }
      const { sessions: listed } = await sessions.list('all')
      const titles = new Map(listed.map(({ id, title }) => [id, title]))
      const name = namesApart()
      const exported = await each(sessionIds, signal, (sessionId) =>
        exporting.exportInto(folder, name(titles.get(sessionId) ?? ''), sessionId, format),
      )
      return { saved: folder, ...exported }
    },
  }
}

/** Sessions of one title are told apart by a number, also where `Ab` and `aB` are one name. */
function namesApart(): (title: string) => string {
  const given = new Map<string, number>()
  return (title) => {
    const name = fileName(title)
    const folded = name.normalize('NFC').toLowerCase()
    const number = (given.get(folded) ?? 0) + 1
    given.set(folded, number)
    return number === 1 ? name : `${name} (${number})`
  }
}
