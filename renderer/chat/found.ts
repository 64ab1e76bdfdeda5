// The places that were found in a session, counted through from its root.
import type { FoundInSession } from '../../shared/ipc.ts'
import type { Target } from './chat-store.ts'
import type { Entry } from './entries.ts'

export type Found = FoundInSession

/** Which text of which entry the place of this number is in, and which of the places there it is. */
export function placeOf({ hits }: Found, place: number): Required<Pick<Target, 'entryId' | 'field' | 'nth'>> | null {
  let before = 0
  for (const { entryId, field, count } of hits) {
    if (place < before + count) return { entryId, field, nth: place - before }
    before += count
  }
  return null
}

/** The first place from where the reader is on, among what is held; else the last of all. */
export function firstPlace(found: Found, entries: readonly Entry[], seenId: string | null): number {
  const positions = new Map(entries.map(({ id }, position) => [id, position]))
  const seen = (seenId === null ? undefined : positions.get(seenId)) ?? 0
  let before = 0
  for (const { entryId, count } of found.hits) {
    const position = positions.get(entryId)
    if (position !== undefined && position >= seen) return before
    before += count
  }
  return Math.max(0, found.total - 1)
}
