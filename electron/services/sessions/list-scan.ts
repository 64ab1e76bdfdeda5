// What a list shows of one file, read piece by piece: the memory of a line, and never long without everybody's turn.
import * as fs from 'node:fs'
import { promisify } from 'node:util'
import { isMessage, type SessionRecord, type SessionSummary } from '../../../shared/session.ts'
import { blobsFolderOf } from './blobs.ts'
import { type FileMark, isSameMark, markOf } from './file-mark.ts'
import type { Pace } from './inspect-log.ts'
import { type Found, readLine, unplaced } from './read-log.ts'
import { withBlobs } from './record-line.ts'
import type { PlacedSession } from './sessions-folder.ts'
import { badLinesIn, summaryFold } from './summary.ts'

// Descriptors, as for a session's own file: a thousand small files are opened at the first list.
const openDescriptor = promisify(fs.open)
const readDescriptor = promisify(fs.read)

/** Bytes that are read at once. Most files are one piece. */
const pieceBytes = 262_144
const newline = 0x0a

export interface Scanned {
  summary: SessionSummary
  /** Null when the file was changed while it was read. */
  mark: FileMark | null
}

/** As far as the file reached when it was opened. The summary is the same as of all of its records at once. */
export async function scanSession({ id, path, archived }: PlacedSession, pace: Pace): Promise<Scanned> {
  const descriptor = await openDescriptor(path, 'r')
  try {
    const begin = fs.fstatSync(descriptor)
    if (!begin.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' })
    const { fold, bytes, badLines } = await foldFile(descriptor, begin.size, blobsFolderOf(path), pace)
    const mark = markOf(begin)
    return {
      summary: fold.summary({ id, bytes, changed: begin.mtime, archived, badLines }),
      mark: bytes === begin.size && isSameMark(mark, markOf(fs.fstatSync(descriptor))) ? mark : null,
    }
  } finally {
    fs.closeSync(descriptor)
  }
}

async function foldFile(descriptor: number, size: number, blobsFolder: string, pace: Pace) {
  const fold = summaryFold()
  const firsts = new Map<string, { offset: number; length: number }>()
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, size)))
  let begun: Buffer[] = []
  let lineStart = 0
  let position = 0
  let badLines = 0
  let hasQuestion = false

  /** Whether the same bytes stand further up: a line that was written twice counts once. */
  async function isRepeated(id: string, { start, end }: Found, line: Buffer, offset: number): Promise<boolean> {
    const first = firsts.get(id)
    if (!first) {
      firsts.set(id, { offset: offset + start, length: end - start })
      return false
    }
    if (first.length !== end - start) return false
    const again = Buffer.alloc(first.length)
    await readDescriptor(descriptor, again, 0, first.length, first.offset)
    return again.equals(line.subarray(start, end))
  }

  async function take(line: Buffer, offset: number): Promise<void> {
    const diagnostics: Parameters<typeof readLine>[3] = []
    for (const found of readLine(line, 0, line.length, diagnostics)) {
      const { record } = found
      const hasOwnId = record.type !== 'session' && typeof record.id === 'string' && record.id !== unplaced
      if (hasOwnId && (await isRepeated(String(record.id), found, line, offset))) continue
      const isFirstQuestion = !hasQuestion && isMessage(record) && record.role === 'user'
      hasQuestion ||= isFirstQuestion
      fold.add(isShownSpilled(record, isFirstQuestion) ? await whole(record, line, blobsFolder) : record)
    }
    badLines += badLinesIn(diagnostics)
  }

  while (position < size) {
    const wanted = Math.min(piece.length, size - position)
    const { bytesRead } = await readDescriptor(descriptor, piece, 0, wanted, position)
    if (bytesRead === 0) break
    const read = piece.subarray(0, bytesRead)
    let from = 0
    for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, from)) {
      const end = read.subarray(from, at)
      await take(begun.length === 0 ? end : Buffer.concat([...begun, end]), lineStart)
      begun = []
      from = at + 1
      lineStart = position + from
      if (pace.isDue()) await pace.pause()
    }
    // The piece is filled anew in a moment.
    if (from < bytesRead) begun.push(Buffer.from(read.subarray(from)))
    position += bytesRead
  }
  if (begun.length > 0) await take(Buffer.concat(begun), lineStart)
  return { fold, bytes: position, badLines }
}

const texts = ['content', 'thinking', 'rawText', 'summary', 'toolCalls']

/** Whether a list shows something of what lies in blobs: the words of the first question, or a field as strange as it is long. */
function isShownSpilled(record: SessionRecord, isFirstQuestion: boolean): boolean {
  const spilled = 'spilled' in record ? record['spilled'] : null
  if (typeof spilled !== 'object' || spilled === null) return false
  return isFirstQuestion || Object.keys(spilled).some((name) => !texts.includes(name))
}

async function whole(record: SessionRecord, line: Buffer, blobsFolder: string): Promise<SessionRecord> {
  const reading = { records: [record], diagnostics: [], bytes: line.length, endsWithNewline: true }
  return (await withBlobs(reading, line, blobsFolder)).records[0] ?? record
}
