// A way through a session from its root to an end, and which part of it is shown at once: never a call without its results.
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import { kinds } from './line-head.ts'

/** Positions are counted from the root. */
export interface Way {
  length: number
  /** One of `kinds`. */
  kindAt(position: number): number
  /** What the entry takes, about. */
  bytesAt(position: number): number
  /** -1 when the entry is not on this way. */
  positionOf(entryId: string): number
}

export type Place = 'end' | 'around' | 'before' | 'after' | 'from'

/** From `from` up to `to`, which is not in it. */
export interface Part {
  from: number
  to: number
}

export interface PartLimits {
  /** A way of at most so many entries and bytes is shown as a whole. */
  wholeEntries: number
  wholeBytes: number
  entries: number
  bytes: number
}

export const partLimits: PartLimits = { wholeEntries: 400, wholeBytes: 4_194_304, entries: 200, bytes: 1_048_576 }

/** A window holds about so many parts. */
const windowParts = 3
/** How far beyond its size a part is made larger so that it begins with a question. Entries. */
const reach = 100

/** Of an entry that is not on the way the end is shown. */
export function partOf(way: Way, at: Place, entryId: string | null, limits: PartLimits = partLimits): Part {
  const all = { from: 0, to: way.length }
  const position = entryId === null ? -1 : way.positionOf(entryId)
  if (at === 'before' && position >= 0) return { from: back(way, position, limits.entries, limits.bytes), to: position }
  if (at === 'after' && position >= 0) {
    return { from: position + 1, to: forth(way, position + 1, limits.entries, limits.bytes) }
  }
  if (at === 'from' && position >= 0) {
    return { from: position, to: forth(way, position, limits.entries * windowParts, limits.bytes * windowParts) }
  }
  if (way.length <= limits.wholeEntries && bytesOf(way) <= limits.wholeBytes) return all
  if (at !== 'around' || position < 0) return { ...all, from: back(way, way.length, limits.entries, limits.bytes) }
  return {
    from: back(way, position, limits.entries / 2, limits.bytes / 2),
    to: forth(way, position + 1, limits.entries / 2, limits.bytes / 2),
  }
}

function bytesOf(way: Way): number {
  let bytes = 0
  for (let position = 0; position < way.length; position++) bytes += way.bytesAt(position)
  return bytes
}

function back(way: Way, to: number, entries: number, bytes: number): number {
  let from = to
  for (let taken = 0; from > 0 && to - from < entries && taken < bytes; ) taken += way.bytesAt(--from)
  const nearest = Math.max(0, from - reach)
  for (let position = from; position >= nearest; position--) if (isQuestion(way, position)) return position
  while (from > 0 && !isBeginning(way, from)) from--
  return from
}

function forth(way: Way, from: number, entries: number, bytes: number): number {
  let to = from
  for (let taken = 0; to < way.length && to - from < entries && taken < bytes; to++) taken += way.bytesAt(to)
  const furthest = Math.min(way.length, to + reach)
  for (let position = to; position < furthest; position++) if (isQuestion(way, position)) return position
  if (furthest === way.length) return way.length
  while (to < way.length && !isBeginning(way, to)) to++
  return to
}

/** Whether a part may begin here: neither with what came of a call, nor with what was said within a turn. */
function isBeginning(way: Way, position: number): boolean {
  return way.kindAt(position) === kinds.assistant || isQuestion(way, position)
}

/** A message of the person behind a result is a correction, and so is what they say behind one. */
function isQuestion(way: Way, position: number): boolean {
  if (position === 0) return true
  if (way.kindAt(position) !== kinds.user) return false
  const furthest = Math.max(0, position - reach)
  let before = position - 1
  while (before >= furthest && (way.kindAt(before) === kinds.other || way.kindAt(before) === kinds.user)) before--
  return before < furthest || way.kindAt(before) !== kinds.tool
}

/** The way of records that are in memory. */
export function wayOf(path: readonly TreeRecord[]): Way {
  let positions: Map<string, number> | null = null
  return {
    length: path.length,
    kindAt(position) {
      const record = path[position]
      return record && isMessage(record) ? kinds[record.role] : kinds.other
    },
    bytesAt: (position) => lengthOf(path[position]),
    positionOf(entryId) {
      positions ??= new Map(path.map(({ id }, position) => [id, position]))
      return positions.get(entryId) ?? -1
    },
  }
}

/** Enough for most of what an entry is without its texts. */
const restBytes = 400

function lengthOf(record: TreeRecord | undefined): number {
  if (!record || !isMessage(record)) return restBytes
  return restBytes + record.content.length + (record.thinking?.length ?? 0)
}
