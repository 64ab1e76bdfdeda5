// What of a session that is known here is not in its file any more: the file was replaced, cut or mixed up by others.
import type { SessionRecord } from '../../../shared/session.ts'

/** Ids that are made of the place of a line, so that another file has others. */
const placeId = /^v0:\d+$|#\d+$/

/**
 * The known records that are not among those found, in their order. A record is known by its id; one that has none of its
 * own by what it says, and as often as it is said.
 */
export function missingFrom(known: readonly SessionRecord[], found: readonly SessionRecord[]): SessionRecord[] {
  const ids = new Set(found.map((record) => record.id))
  const withoutId = known.some((record) => !hasOwnId(record))
  const said = new Map<string, number>()
  if (withoutId) for (const record of found) said.set(wordsOf(record), (said.get(wordsOf(record)) ?? 0) + 1)
  return known.filter((record) => {
    if (hasOwnId(record)) return !ids.has(record.id)
    const left = said.get(wordsOf(record)) ?? 0
    said.set(wordsOf(record), left - 1)
    return left <= 0
  })
}

function hasOwnId(record: SessionRecord): boolean {
  return typeof record.id === 'string' && !placeId.test(record.id)
}

function wordsOf(record: SessionRecord): string {
  return JSON.stringify({ ...record, id: null, parentId: null })
}
