// What a list shows of a session, computed from its records.
import {
  formatVersion,
  isMessage,
  type SessionHeader,
  type SessionRecord,
  type SessionSummary,
  sessionHeader,
  sessionTitle,
} from '../../../shared/session.ts'
import type { LogReading } from './read-log.ts'
import type { PlacedSession } from './sessions-folder.ts'

export function summarize(id: string, reading: LogReading, changed: Date, archived: boolean): SessionSummary {
  const { records } = reading
  const header = headerOf(records)
  let entries = 0
  let model: string | null = null
  let firstTime: string | null = null
  let lastTime: string | null = null
  for (const record of records) {
    if ('ts' in record && typeof record.ts === 'string') firstTime ??= record.ts
    if (!isMessage(record)) continue
    // A name, a pin or a look at another version is nothing new that was said.
    if (record.ts !== null) lastTime = record.ts
    entries++
    if (record.role === 'assistant' && record.model) model = record.model
  }
  return {
    id,
    title: sessionTitle(records),
    createdAt: timeOf(header?.ts) ?? timeOf(firstTime),
    updatedAt: timeOf(lastTime) ?? changed.toISOString(),
    entries,
    bytes: reading.bytes,
    model,
    archived,
    pinned: isPinned(records),
    state: records.length === 0 ? 'damaged' : isNewer(header) ? 'readonly' : 'ok',
    badLines: reading.diagnostics.filter((one) => one.code === 'bad_line' || one.code === 'not_utf8').length,
  }
}

/** A file that is there and cannot be read: listed, because a list that leaves it out would look like a loss. */
export function summarizeUnreadable({ id, archived }: PlacedSession, bytes: number, changed: Date): SessionSummary {
  const nothing: LogReading = { records: [], diagnostics: [], bytes, endsWithNewline: true }
  return summarize(id, nothing, changed, archived)
}

/** A file made by others may say anything where a time belongs. */
export function timeOf(said: string | null | undefined): string | null {
  const time = new Date(said ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

/** The first header of the file that can be read. */
export function headerOf(records: readonly SessionRecord[]): SessionHeader | null {
  for (const record of records) {
    const parsed = record.type === 'session' ? sessionHeader.safeParse(record) : null
    if (parsed?.success) return parsed.data
  }
  return null
}

/** Written by a newer version: it may hold what this one would break. */
export function isNewer(header: SessionHeader | null): boolean {
  return header !== null && header.v > formatVersion
}

export function isPinned(records: readonly SessionRecord[]): boolean {
  let pinned = false
  for (const record of records) {
    if (record.type === 'meta' && 'pinned' in record && typeof record.pinned === 'boolean') pinned = record.pinned
  }
  return pinned
}
