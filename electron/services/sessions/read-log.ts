// Reads the bytes of a session file: every record that can be read, and what had to be skipped.
import { isAscii, isUtf8 } from 'node:buffer'
import { messages } from '../../../shared/messages/messages.ts'
import { isTooDeep } from '../../../shared/nesting.ts'
import {
  type Diagnostic,
  isPlainMessage,
  messageRecord,
  type SessionRecord,
  sessionHeader,
  unknownRecord,
} from '../../../shared/session.ts'

export interface LogReading {
  records: SessionRecord[]
  diagnostics: Diagnostic[]
  bytes: number
  /** False when the next append has to end a torn line first. */
  endsWithNewline: boolean
}

/** A record and the bytes it was read from. */
export interface Found {
  record: SessionRecord
  start: number
  end: number
}
export type FoundRecord = Readonly<Found>

const newline = 0x0a
const openBrace = 0x7b
const closeBrace = 0x7d
const decoder = new TextDecoder('utf-8')
const recordMark = Buffer.from('{"type":"')
/** How many places of one bad line are tried: enough for every real tear, and no file can make reading slow. */
const salvageTries = 64

/**
 * Splits on 0x0A and reads each line on its own, so that a damaged byte costs the record it is in and no other.
 * A line that holds whole records behind a torn one gives those records. Nothing is ever rewritten.
 */
export function readLog(source: Uint8Array): LogReading {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  const diagnostics: Diagnostic[] = []
  const found: Found[] = []
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(newline, start)
    const end = next === -1 ? bytes.length : next
    // Nearly every line is nothing but one record.
    const record =
      bytes[start] === openBrace && bytes[end - 1] === closeBrace ? parseLine(bytes.subarray(start, end)) : null
    if (record) found.push({ record, start, end })
    else found.push(...readLine(bytes, start, end, diagnostics))
    start = end + 1
  }
  return {
    records: settle(bytes, found, diagnostics),
    diagnostics,
    bytes: bytes.length,
    endsWithNewline: bytes.length === 0 || bytes[bytes.length - 1] === newline,
  }
}

/**
 * The records of some whole lines, each with its place in the file, where these bytes begin at `base`. Ids are those of `readLog`, but
 * for a record whose id is in an earlier line, too: which that is, only the whole file says.
 */
export function readLines(source: Uint8Array, base: number): FoundRecord[] {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  const found: FoundRecord[] = []
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(newline, start)
    const end = next === -1 ? bytes.length : next
    for (const { record, start: from, end: to } of readLine(bytes, start, end, [])) {
      const placed = record.id === unplaced ? { ...record, id: `v0:${base + from}` } : record
      found.push({ record: placed, start: base + from, end: base + to })
    }
    start = end + 1
  }
  return found
}

/** The records of one line, between these bytes; what they are known by is settled with those of the other lines. */
export function readLine(bytes: Buffer, start: number, end: number, diagnostics: Diagnostic[]): Found[] {
  let from = start
  // A crash can leave a block of NUL bytes where the file had grown but the data had not arrived.
  while (from < end && bytes[from] === 0) from++
  if (from > start) {
    diagnostics.push({
      code: 'nul_bytes',
      offset: start,
      length: from - start,
      message: messages.diagnostics.nulBytes,
    })
  }
  let to = end
  while (to > from && isSpace(bytes[to - 1])) to--
  if (to === from) return []
  const line = bytes.subarray(from, to)
  const text = decode(line)
  const record = text === null ? null : parseRecord(text, line)
  // Where a line stands is where it begins: the id of a line without one is made of it.
  if (record) return [{ record, start, end: to }]
  const { pieces, rest } = glued(bytes, from, to)
  const found = rest < to ? [...pieces, ...salvage(bytes, rest, to)] : pieces
  let done = from
  for (const next of [...found, { start: end, end }]) {
    tellGap(bytes, done, next.start, text === null ? 'not_utf8' : 'bad_line', diagnostics)
    done = next.end
  }
  return found
}

/** What lies between records in one line. Spaces are nothing. */
function tellGap(bytes: Buffer, from: number, to: number, code: string, diagnostics: Diagnostic[]): void {
  const gap = bytes.subarray(from, to)
  if (gap.every(isSpace)) return
  const isNul = gap.every((byte) => byte === 0)
  const { nulBytes, notText, badLine } = messages.diagnostics
  diagnostics.push({
    code: isNul ? 'nul_bytes' : code,
    offset: from,
    length: to - from,
    message: isNul ? nulBytes : code === 'not_utf8' ? notText : badLine,
  })
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x0d || byte === 0x20 || byte === 0x09
}

/** Most lines are ASCII, for which nothing has to be decoded. */
function decode(line: Buffer): string | null {
  if (isAscii(line)) return line.toString('latin1')
  return isUtf8(line) ? decoder.decode(line) : null
}

/** The id of a record that has none, until its place in the file is known. */
export const unplaced = ' unplaced'

/** A line that is nothing but one whole record; null for any other. */
export function parseLine(line: Buffer): SessionRecord | null {
  const text = decode(line)
  return text === null ? null : parseRecord(text, line)
}

function parseRecord(text: string, bytes: Uint8Array): SessionRecord | null {
  if (isTooDeep(bytes)) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return toRecord(value)
}

/** A value that was a line, as a record; null when it is none. */
export function toRecord(value: unknown): SessionRecord | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  if (!('type' in value)) {
    // The oldest form: a message without a type. Its id and parent are given by its place in the file.
    const old = messageRecord.safeParse({ ts: null, ...value, type: 'message', id: unplaced, parentId: null })
    return old.success ? old.data : null
  }
  if (isPlainMessage(value)) return value
  const schema = value.type === 'message' ? messageRecord : value.type === 'session' ? sessionHeader : unknownRecord
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/**
 * Whole records one behind the other, as when the newline between them was damaged: one byte or a run of NUL bytes may stand
 * where it was. `rest` is where that ends; a line that ends in anything but the beginning of another object is not taken
 * for such a one, for it may be the inside of a torn record.
 */
function glued(bytes: Buffer, from: number, to: number): { pieces: Found[]; rest: number } {
  const pieces: Found[] = []
  let rest = from
  for (let at = from; at < to; ) {
    const piece = wholeAt(bytes, at, to) ?? (at > from ? wholeAt(bytes, at + 1, to) : null)
    if (!piece) break
    pieces.push(piece)
    rest = piece.end
    at = piece.end
    while (at < to && bytes[at] === 0) at++
    if (at === to) return { pieces, rest: to }
  }
  const isFollowed = bytes[rest] === openBrace || bytes[rest + 1] === openBrace || bytes[rest] === 0
  return pieces.length > 0 && isFollowed ? { pieces, rest } : { pieces: [], rest: from }
}

/** The record that begins exactly there, if there is a whole one. */
function wholeAt(bytes: Buffer, at: number, to: number): Found | null {
  if (bytes[at] !== openBrace) return null
  const end = endOfObject(bytes, at, to)
  if (end === null) return null
  const piece = bytes.subarray(at, end)
  const text = decode(piece)
  const record = text === null ? null : parseRecord(text, piece)
  return record && typeof record.id === 'string' ? { record, start: at, end } : null
}

function endOfObject(bytes: Buffer, from: number, to: number): number | null {
  let depth = 0
  let inString = false
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === openBrace) depth++
    else if (byte === closeBrace && --depth === 0) return at + 1
  }
  return null
}

/**
 * The whole records at the end of a line that is none: a write that was torn and then continued by others,
 * `{"type":"mess{"type":"message",…}`. Looked for from the end, because the torn one is the first.
 */
function salvage(bytes: Buffer, from: number, to: number): Found[] {
  const line = bytes.subarray(from, to)
  const found: Found[] = []
  let end = line.length
  let tries = 0
  for (let at = line.lastIndexOf(recordMark); at >= 0 && tries < salvageTries; ) {
    const piece = line.subarray(at, end)
    const text = decode(piece)
    const record = text === null ? null : parseRecord(text, piece)
    // Every record has an id; an object without one is a piece of the torn record.
    if (record && typeof record.id === 'string') {
      found.unshift({ record, start: from + at, end: from + end })
      end = at
    } else tries++
    at = at === 0 ? -1 : line.lastIndexOf(recordMark, at - 1)
  }
  return found
}

/** Gives every record the id and parent it is known by here, and drops a line that was written twice. */
function settle(bytes: Buffer, found: readonly Found[], diagnostics: Diagnostic[]): SessionRecord[] {
  const records: SessionRecord[] = []
  const known = new Map<string, Found>()
  const nodes = new Set<string>()
  let previousNode: string | null = null
  for (const one of found) {
    const { start, end } = one
    let record = one.record
    if (record.id === unplaced) record = { ...record, id: `v0:${start}`, parentId: previousNode }
    if (record.type !== 'session' && typeof record.id === 'string') {
      const first = known.get(record.id)
      if (!first) known.set(record.id, one)
      else {
        const isRepeated = bytes.subarray(first.start, first.end).equals(bytes.subarray(start, end))
        diagnostics.push({
          code: isRepeated ? 'repeated_line' : 'duplicate_id',
          offset: start,
          length: end - start,
          message: isRepeated ? messages.diagnostics.repeatedLine : messages.diagnostics.duplicateId(record.id),
        })
        if (isRepeated) continue
        const id: string = `${record.id}#${start}`
        record = { ...record, id }
        if (!known.has(id)) known.set(id, one)
      }
    }
    records.push(record)
    if (!('parentId' in record) || typeof record.parentId === 'undefined' || typeof record.id !== 'string') continue
    // Nearly always the one before: to compare with it is cheaper than to look it up.
    if (typeof record.parentId === 'string' && record.parentId !== previousNode && !nodes.has(record.parentId)) {
      // Nothing of it is missing, but where it belongs is a guess.
      const message = messages.diagnostics.parentUnknown
      diagnostics.push({ code: 'unknown_parent', offset: start, length: end - start, message })
    }
    nodes.add(record.id)
    previousNode = record.id
  }
  return records
}
