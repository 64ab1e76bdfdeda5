// What a list shows of a session, computed from its records.
import {
  type Diagnostic,
  formatVersion,
  isMessage,
  type MessageRecord,
  type SessionHeader,
  type SessionRecord,
  type SessionSummary,
  sessionHeader,
  sessionTitle,
  titleRecord,
} from '../../../shared/session.ts'
import type { LogReading } from './read-log.ts'
import type { PlacedSession } from './sessions-folder.ts'

/** A summary that grows record by record, so that whoever reads a large file need not have all of it at once. */
export interface SummaryFold {
  add(record: SessionRecord): void
  /** As far as it was read. */
  summary(file: FileFacts): SessionSummary
}

export interface FileFacts {
  id: string
  bytes: number
  changed: Date
  archived: boolean
  badLines: number
}

export function summaryFold(): SummaryFold {
  let header: SessionHeader | null = null
  let records = 0
  let entries = 0
  let model: string | null = null
  let firstTime: string | null = null
  let lastTime: string | null = null
  let lastError: string | null = null
  let pinned = false
  // What the title is made of: nothing else of a record is kept.
  let title: SessionRecord | null = null
  let titleByUser: SessionRecord | null = null
  let question: SessionRecord | null = null

  function addMessage(record: MessageRecord): void {
    // A name, a pin or a look at another version is nothing new that was said.
    if (record.ts !== null) lastTime = record.ts
    entries++
    lastError = errorOf(record)
    if (record.role === 'assistant' && record.model) model = record.model
    if (record.role === 'user') question ??= record
  }

  return {
    add(record) {
      records++
      if ('ts' in record && typeof record.ts === 'string') firstTime ??= record.ts
      if (isMessage(record)) addMessage(record)
      else if (record.type === 'session') header ??= headerOf([record])
      else if (record.type === 'title') {
        const said = titleRecord.safeParse(record).data
        if (!said || said.title.trim() === '') return
        if (said.by === 'user') titleByUser = record
        title = record
      } else if (record.type === 'meta' && 'pinned' in record && typeof record.pinned === 'boolean') {
        pinned = record.pinned
      }
    },
    summary: ({ id, bytes, changed, archived, badLines }) => ({
      id,
      title: sessionTitle([title, titleByUser, question].filter((one) => one !== null)),
      createdAt: timeOf(header?.ts) ?? timeOf(firstTime),
      updatedAt: timeOf(lastTime) ?? changed.toISOString(),
      entries,
      bytes,
      model,
      archived,
      pinned,
      state: records === 0 ? 'damaged' : isNewer(header) ? 'readonly' : 'ok',
      badLines,
      workspace: header?.workspace ?? null,
      lastError,
      ...replayedBy(header),
    }),
  }
}

/** The session that is replayed in it. */
export function replayedBy(header: SessionHeader | null): Pick<SessionSummary, 'replayOf'> {
  return header?.replayOf && header.parentSession ? { replayOf: header.parentSession } : {}
}

/** Why a message ended in error; null when it did not. */
export function errorOf({ stop, error }: MessageRecord): string | null {
  return stop === 'error' ? (error?.code ?? 'internal') : null
}

/** How many lines held what is no record. */
export function badLinesIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ code }) => code === 'bad_line' || code === 'not_utf8').length
}

export function summarize(id: string, reading: LogReading, changed: Date, archived: boolean): SessionSummary {
  const fold = summaryFold()
  for (const record of reading.records) fold.add(record)
  return fold.summary({ id, bytes: reading.bytes, changed, archived, badLines: badLinesIn(reading.diagnostics) })
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
