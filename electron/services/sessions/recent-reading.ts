// The whole reading of a large file that had to be read whole, kept for a little while: whoever pages through it asks again.
import { type OpenSession, openPlaced } from './session-actor.ts'
import { sizeAndTime } from './session-file.ts'
import type { PlacedSession } from './sessions-folder.ts'

/** Long enough for a reader who scrolls; the memory is not lent for longer. */
const keptMs = 30_000

export function createRecentReading() {
  let kept: { path: string; seen: string; session: OpenSession } | null = null
  let timer: NodeJS.Timeout | null = null

  return async (place: PlacedSession): Promise<OpenSession> => {
    const found = await sizeAndTime(place.path)
    const seen = found ? `${found.bytes} ${found.changed.getTime()} ${found.inode}` : ''
    const session = kept?.path === place.path && kept.seen === seen ? kept.session : await openPlaced(place)
    kept = { path: place.path, seen, session }
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => {
      kept = null
    }, keptMs)
    timer.unref()
    return session
  }
}
