// One log, from its bytes to the sessions in it. Read late: only who imports or mounts logs needs it.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LeftOutReason, LogChoice, LogKind } from '../../../shared/importing.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import { isWrittenRecord } from '../../../shared/session-format.ts'
import { putBlobsBack } from './blobs-beside.ts'
import type { ReadSession } from './conversation.ts'
import { kindOfLine } from './detect.ts'
import { linesOf, parseLine, type RawLine } from './log-lines.ts'
import { createPace, type Pace } from './pace.ts'
import type { LogReader, Readers } from './reader.ts'
import { carrelReader } from './readers/carrel.ts'
import { claudeCodeReader } from './readers/claude-code.ts'
import { codexReader } from './readers/codex.ts'
import { piReader } from './readers/pi.ts'

export { blobIn } from './blobs-beside.ts'

const readers: Readers = {
  carrel: carrelReader,
  seed: carrelReader,
  'claude-code': claudeCodeReader,
  codex: codexReader,
  pi: piReader,
}

/** Larger logs are refused. Bytes; most of such a log is pictures and copies of what was said. */
export const largestLog = 2_147_483_648
/** What is kept of one log has to fit into a session that can be opened. UTF-16 code units. */
export const mostCharacters = 134_217_728
/** So many lines, or bytes, may come before the first that says whose log it is. */
const undecidedLines = 200
const undecidedBytes = 4_194_304

export interface ReadOptions {
  from: LogChoice
  signal: AbortSignal
  /** Where the blobs of Carrel's own logs lie, when they lie beside them. */
  blobs: string | null
  /** The records of a line as a session file is read, with what a torn write left in it. */
  recordsIn(line: Uint8Array): SessionRecord[]
  onBytes?(bytes: number): void
}

export type ReadLog =
  | {
      is: 'read'
      from: LogKind
      sha256: string
      bytes: number
      changed: Date
      sessions: ReadSession[]
      ownId: string | null
    }
  | { is: 'not-a-log' | 'too-large' | 'newer' }

/** Throws what the system says when the file cannot be read, and when the signal is aborted. Follows no link. */
export async function readLogFile(path: string, options: ReadOptions): Promise<ReadLog> {
  const pace = createPace(options.signal)
  // Without waiting: what has no end would never answer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = await handle.stat()
    if (!found.isFile()) return { is: 'not-a-log' }
    if (found.size > largestLog) return { is: 'too-large' }
    const log = createLog(found.mtime, options)
    const hash = createHash('sha256')
    let bytes = 0
    const onBytes = (piece: Buffer) => {
      hash.update(piece)
      bytes += piece.length
      options.onBytes?.(piece.length)
    }
    for await (const lines of linesOf(handle, { size: found.size, onBytes, onLong: () => log.leaveOut('too-long') })) {
      for (const line of lines) {
        if (!log.take(line)) return { is: 'not-a-log' }
        if (log.kept() > mostCharacters) return { is: 'too-large' }
        await pace.turn()
      }
      options.signal.throwIfAborted()
    }
    const ended = log.end()
    if (ended === null) return { is: 'not-a-log' }
    if (ended.isNewer) return { is: 'newer' }
    const sessions: ReadSession[] = []
    for (const session of ended.sessions)
      sessions.push(await strictly(await putBlobsBack(session, options.blobs, pace), pace))
    return {
      is: 'read',
      from: ended.from,
      sha256: hash.digest('hex'),
      bytes,
      changed: found.mtime,
      sessions,
      ownId: ended.ownId,
    }
  } finally {
    await handle.close()
  }
}

function createLog(changed: Date, { from, recordsIn }: ReadOptions) {
  let kind: LogKind | null = from === 'auto' ? null : from
  let reader: LogReader | null = kind && readers[kind](changed)
  let undecided: RawLine[] = []
  let undecidedSize = 0
  let ownId: string | null = null
  const counts = new Map<LeftOutReason, number>()
  const leaveOut = (reason: LeftOutReason) => void counts.set(reason, (counts.get(reason) ?? 0) + 1)

  function read(line: RawLine, reader: LogReader): void {
    const value = parseLine(line.bytes)
    if (value) {
      if (value['type'] === 'session' && typeof value['id'] === 'string') ownId ??= value['id']
      reader.add({ value, offset: line.offset })
      return
    }
    leaveOut('damaged')
    // Whole records behind a torn one, as only Carrel's own reading knows them.
    if (kind !== 'carrel' && kind !== 'seed') return
    for (const record of recordsIn(line.bytes)) reader.add({ value: { ...record }, offset: line.offset })
  }

  function decide(): void {
    for (const line of undecided) {
      const value = parseLine(line.bytes)
      kind = value && kindOfLine(value)
      if (kind) break
    }
    if (!kind) return
    reader = readers[kind](changed)
    for (const line of undecided) read(line, reader)
    undecided = []
  }

  return {
    leaveOut,
    kept: () => reader?.kept() ?? 0,
    /** False when it is no log of a known kind. */
    take(line: RawLine): boolean {
      if (reader) {
        read(line, reader)
        return true
      }
      undecided.push(line)
      undecidedSize += line.bytes.length
      const value = parseLine(line.bytes)
      if (value && kindOfLine(value)) decide()
      return reader !== null || (undecided.length < undecidedLines && undecidedSize < undecidedBytes)
    },
    /** Null when it is no log of a known kind. */
    end() {
      if (!reader || !kind) return null
      const isOwn = kind === 'carrel' || kind === 'seed'
      const [first, ...others] = reader.end()
      const leftOut = [...counts].map(([reason, count]) => ({ reason, count }))
      const sessions = first ? [{ ...first, leftOut: [...first.leftOut, ...leftOut] }, ...others] : []
      return { from: kind, sessions, isNewer: reader.isNewer?.() === true, ownId: isOwn ? ownId : null }
    },
  }
}

/** Whatever a log holds: what goes on from here is written as this version writes it, or not at all. */
async function strictly(session: ReadSession, pace: Pace): Promise<ReadSession> {
  const records: ReadSession['records'] = []
  let unknown = 0
  for (const record of session.records) {
    if (isWrittenRecord(record)) records.push(record)
    else unknown++
    await pace.turn()
  }
  return unknown === 0
    ? session
    : { ...session, records, leftOut: [...session.leftOut, { reason: 'unknown', count: unknown }] }
}
