// Reads one session file for a check: line by line with the memory of a line, and never long without a pause.
import { open } from 'node:fs/promises'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { LastGoodLine } from '../../../shared/data-report.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { type Diagnostic, isMessage, type SessionRecord, skippedBytes, titleRecord } from '../../../shared/session.ts'
import { blobsFolderOf } from './blobs.ts'
import { readLog } from './read-log.ts'
import { withBlobs } from './record-line.ts'

export interface LogInspection {
  bytes: number
  records: number
  badLines: number
  skippedBytes: number
  missingBlobs: number
  lastGood: LastGoodLine | null
  endsWhole: boolean
  /** The last line, when it may be one that is being written: without a line break, and no whole record. */
  torn: TornLine | null
  diagnostics: Diagnostic[]
  diagnosticsLeftOut: number
  /** What the title and the version are known by. */
  telling: SessionRecord[]
}

export interface TornLine {
  offset: number
  badLines: number
  skippedBytes: number
}

/** Lets everybody else have their turn when this one has worked for a while. Throws when the signal is aborted. */
export interface Pace {
  isDue(): boolean
  pause(): Promise<void>
}

/** Milliseconds of work in one go. With 8 a streamed answer stood still for up to 130 ms, with 4 for 86; without a check 57. */
const goMs = 4
const pieceBytes = 1_048_576
const newline = 0x0a
/** How many diagnostics of a file are told one by one. */
export const diagnosticsTold = 20
const wordsTold = 120

export function createPace(signal: AbortSignal): Pace {
  let since = performance.now()
  return {
    isDue: () => performance.now() - since > goMs,
    async pause() {
      await othersTurn()
      if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
      since = performance.now()
    },
  }
}

/** As far as the file reached when it was opened. `onBytes` hears how many have been read of it. */
export async function inspectLog(path: string, pace: Pace, onBytes: (bytes: number) => void): Promise<LogInspection> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, size)))
    const reader = createLineReader(blobsFolderOf(path), async (offset, length) => {
      const line = Buffer.alloc(length)
      const { bytesRead } = await handle.read(line, 0, length, offset)
      return line.subarray(0, bytesRead)
    })
    let begun: Buffer[] = []
    let lineStart = 0
    // A crash can leave a run of NUL bytes as long as all else; it is counted and not collected.
    let nulls = 0
    let position = 0
    while (position < size) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, size - position), position)
      if (bytesRead === 0) break
      let from = 0
      const skipNulls = (end: number) => {
        for (; begun.length === 0 && from < end && piece[from] === 0; from++) nulls++
      }
      for (let at = piece.indexOf(newline); at >= 0 && at < bytesRead; at = piece.indexOf(newline, from)) {
        skipNulls(at)
        const end = piece.subarray(from, at)
        await reader.take(begun.length === 0 ? end : Buffer.concat([...begun, end]), lineStart, nulls)
        begun = []
        nulls = 0
        from = at + 1
        lineStart = position + from
        if (pace.isDue()) await pace.pause()
      }
      skipNulls(bytesRead)
      // The piece is filled anew in a moment.
      if (from < bytesRead) begun.push(Buffer.from(piece.subarray(from, bytesRead)))
      position += bytesRead
      onBytes(position)
      if (pace.isDue()) await pace.pause()
    }
    const rest = Buffer.concat(begun)
    const before = reader.found()
    await reader.take(rest, lineStart, nulls)
    const found = reader.found()
    const badLines = found.badLines - before.badLines
    const skippedBytes = found.skippedBytes - before.skippedBytes
    // A file without a byte may have been made a moment ago.
    const torn = skippedBytes > 0 || position === 0 ? { offset: lineStart, badLines, skippedBytes } : null
    return { ...found, bytes: position, endsWhole: lineStart === position, torn }
  } finally {
    await handle.close()
  }
}

/** `readAgain` gives bytes of the file once more: two lines of one id are compared. */
function createLineReader(blobsFolder: string, readAgain: (offset: number, length: number) => Promise<Buffer>) {
  const places = new Map<string, { offset: number; length: number }>()
  const diagnostics: Diagnostic[] = []
  let diagnosticsLeftOut = 0
  let records = 0
  let badLines = 0
  let skipped = 0
  let missingBlobs = 0
  let last: { record: SessionRecord; offset: number } | null = null
  let header: SessionRecord | null = null
  let titleByUser: SessionRecord | null = null
  let title: SessionRecord | null = null
  let question: SessionRecord | null = null

  function tell(found: readonly Diagnostic[], lineStart: number): void {
    for (const one of found) {
      if (one.code === 'missing_blob') missingBlobs++
      if (one.code === 'bad_line' || one.code === 'not_utf8') badLines++
      if (diagnostics.length < diagnosticsTold) diagnostics.push({ ...one, offset: lineStart + one.offset })
      else diagnosticsLeftOut++
    }
    skipped += skippedBytes(found)
  }

  function keep(record: SessionRecord): void {
    if (record.type === 'session') header ??= record
    else if (record.type === 'title') {
      const said = titleRecord.safeParse(record).data
      if (!said || said.title.trim() === '') return
      if (said.by === 'user') titleByUser = record
      title = record
    } else if (isMessage(record) && record.role === 'user') question ??= record
  }

  /** Whether the line stands in the file already, byte for byte. */
  async function isRepeated(id: string, line: Buffer, offset: number): Promise<boolean> {
    const first = places.get(id)
    if (!first) {
      places.set(id, { offset, length: line.length })
      return false
    }
    const repeated = first.length === line.length && (await readAgain(first.offset, first.length)).equals(line)
    const code = repeated ? 'repeated_line' : 'duplicate_id'
    tell([{ code, offset: 0, length: line.length, message: repeatedWords(repeated, id) }], offset)
    return repeated
  }

  return {
    /** A line without the NUL bytes it begins with; `lineStart` is before those. */
    async take(line: Buffer, lineStart: number, nulls: number): Promise<void> {
      // In the words of `readLog`, which would need them all at once.
      if (nulls > 0)
        tell(
          readLog(Buffer.alloc(1)).diagnostics.map((one) => ({ ...one, length: nulls })),
          lineStart,
        )
      if (line.length === 0) return
      const offset = lineStart + nulls
      const lineReading = readLog(line)
      const hasBlobs = lineReading.records.some((record) => 'spilled' in record)
      const reading = hasBlobs ? await withBlobs(lineReading, line, blobsFolder) : lineReading
      tell(reading.diagnostics, offset)
      const [only] = reading.records
      if (reading.records.length === 1 && only && only.type !== 'session' && typeof only.id === 'string') {
        // A line of the oldest form has no id but its place.
        const hasOwnId = only.id !== 'v0:0'
        if (hasOwnId && (await isRepeated(only.id, withoutEnd(line), offset))) return
      }
      for (const record of reading.records) {
        records++
        keep(record)
        last = { record, offset }
      }
    },
    found() {
      const telling = [header, title, titleByUser, question].filter((one) => one !== null)
      const lastGood = last && lastGoodLine(last.record, last.offset)
      return {
        records,
        badLines,
        skippedBytes: skipped,
        missingBlobs,
        lastGood,
        diagnostics,
        diagnosticsLeftOut,
        telling,
      }
    },
  }
}

const repeatedWords = (repeated: boolean, id: string) =>
  repeated ? 'A line that was written twice' : `A second record with the id ${id}`

/** Without what `readLog` drops at the end of a line. */
function withoutEnd(line: Buffer): Buffer {
  let end = line.length
  while (end > 0 && [0x0d, 0x20, 0x09].includes(line[end - 1] ?? 0)) end--
  return line.subarray(0, end)
}

function lastGoodLine(record: SessionRecord, offset: number): LastGoodLine {
  const said = isMessage(record) ? record.content : 'title' in record ? record['title'] : ''
  const time = 'ts' in record && typeof record.ts === 'string' ? new Date(record.ts) : null
  return {
    offset,
    ts: time && !Number.isNaN(time.getTime()) ? time.toISOString() : null,
    type: record.type,
    role: isMessage(record) ? record.role : null,
    words: typeof said === 'string' ? firstWords(said) : '',
  }
}

/** In one line, and cut between two characters. */
function firstWords(said: string): string {
  const line = said
    .slice(0, 4 * wordsTold)
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length <= wordsTold && said.length <= 4 * wordsTold
    ? line
    : `${characters.slice(0, wordsTold).join('').trimEnd()}…`
}
