// Summaries of many sessions; a file that did not change since the last look is not read again.
import type { SessionSummary } from '../../../shared/session.ts'
import { openSessionFile, sizeAndTime } from './session-file.ts'
import type { PlacedSession } from './sessions-folder.ts'
import { summarize, summarizeUnreadable } from './summary.ts'

interface Listed {
  bytes: number
  changed: number
  inode: number
  summary: SessionSummary
}

/** How many files are read at once: enough to hide the disk, few enough for the memory. */
const readAtOnce = 8

/** `log` hears of a file that cannot be read. */
export function createSessionList(log: (line: string) => void) {
  const listed = new Map<string, Listed>()

  async function listOne(place: PlacedSession): Promise<SessionSummary | null> {
    const found = await sizeAndTime(place.path)
    if (!found) return null
    const changed = found.changed.getTime()
    const known = listed.get(place.path)
    if (known && known.bytes === found.bytes && known.changed === changed && known.inode === found.inode) {
      return known.summary
    }
    try {
      const file = await openSessionFile(place.path)
      const summary = summarize(place.id, file.reading(), found.changed, place.archived)
      listed.set(place.path, { bytes: found.bytes, changed, inode: found.inode, summary })
      return summary
    } catch (thrown) {
      log(`${place.path} cannot be read: ${String(thrown)}`)
      return summarizeUnreadable(place, found.bytes, found.changed)
    }
  }

  return {
    /** Newest first. */
    async summaries(places: readonly PlacedSession[]): Promise<SessionSummary[]> {
      const sessions: SessionSummary[] = []
      for (let from = 0; from < places.length; from += readAtOnce) {
        const some = await Promise.all(places.slice(from, from + readAtOnce).map(listOne))
        for (const summary of some) if (summary) sessions.push(summary)
      }
      return sessions.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0))
    },
  }
}
