// What a data report comes to, apart from the schemas: the window needs no schema to say it.
import type { CheckedSession, DataReport } from './data-report.ts'

/** Whether something of this file is lost, or nothing of it can be read. */
export function hasDamage({ state, skippedBytes, missingBlobs }: CheckedSession): boolean {
  return state === 'damaged' || state === 'unreadable' || skippedBytes > 0 || missingBlobs > 0
}

/** The numbers of a report that are said in one sentence. */
export function sumUp({ sessions }: DataReport): {
  count: number
  /** Of them. */
  archived: number
  bytes: number
  /** Files with damage. */
  damaged: number
  skippedBytes: number
  missingBlobs: number
} {
  const sum = { count: 0, archived: 0, bytes: 0, damaged: 0, skippedBytes: 0, missingBlobs: 0 }
  for (const session of sessions) {
    if (!session.shadowed) sum.count++
    if (session.archived && !session.shadowed) sum.archived++
    sum.bytes += session.bytes
    sum.skippedBytes += session.skippedBytes
    sum.missingBlobs += session.missingBlobs
    if (hasDamage(session)) sum.damaged++
  }
  return sum
}
