// Reads the bytes of a session file: every record that can be read, and what had to be skipped.
import { messages } from '../../../shared/messages/messages.ts'
import {
  type Diagnostic,
  messageRecord,
  type SessionRecord,
  sessionHeader,
  unknownRecord,
} from '../../../shared/session.ts'
import { depthLimit } from '../../../shared/session-format.ts'

export interface LogReading {
  records: SessionRecord[]
  diagnostics: Diagnostic[]
  bytes: number
  /** False when the next append has to end a torn line first. */
  endsWithNewline: boolean
}

/** A record and the bytes it was read from. */
interface Found {
  record: SessionRecord
  start: number
  end: number
}

const newline = 0x0a
const decoder = new TextDecoder('utf-8', { fatal: true })
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
    found.push(...readLine(bytes, start, end, diagnostics))
    start = end + 1
  }
  return {
    records: settle(bytes, found, diagnostics),
    diagnostics,
    bytes: bytes.length,
    endsWithNewline: bytes.length === 0 || bytes[bytes.length - 1] === newline,
  }
}

function readLine(bytes: Buffer, start: number, end: number, diagnostics: Diagnostic[]): Found[] {
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
  const salvaged = salvage(bytes, from, to)
  const bad = (salvaged[0]?.start ?? end) - from
  if (bad > 0) {
    diagnostics.push({
      code: text === null ? 'not_utf8' : 'bad_line',
      offset: from,
      length: bad,
      message: text === null ? messages.diagnostics.notText : messages.diagnostics.badLine,
    })
  }
  return salvaged
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x0d || byte === 0x20 || byte === 0x09
}

function decode(line: Uint8Array): string | null {
  try {
    return decoder.decode(line)
  } catch {
    return null
  }
}

const unplaced = ' unplaced'

/** Whether brackets are nested deeper than the format allows; those in strings do not count. */
export function isTooDeep(json: Uint8Array): boolean {
  // Opening and closing one level takes two bytes: most lines are too short to be too deep.
  if (json.length <= 2 * depthLimit) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > depthLimit) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
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
  const schema = value.type === 'message' ? messageRecord : value.type === 'session' ? sessionHeader : unknownRecord
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : null
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
  let previousNode: string | null = null
  for (const one of found) {
    const { start, end } = one
    let record = one.record
    if (record.id === unplaced) record = { ...record, id: `v0:${start}`, parentId: previousNode }
    if (record.type !== 'session' && typeof record.id === 'string') {
      const first = known.get(record.id)
      if (first) {
        const isRepeated = bytes.subarray(first.start, first.end).equals(bytes.subarray(start, end))
        diagnostics.push({
          code: isRepeated ? 'repeated_line' : 'duplicate_id',
          offset: start,
          length: end - start,
          message: isRepeated ? messages.diagnostics.repeatedLine : messages.diagnostics.duplicateId(record.id),
        })
        if (isRepeated) continue
        record = { ...record, id: `${record.id}#${start}` }
      }
      if (typeof record.id === 'string' && !known.has(record.id)) known.set(record.id, one)
    }
    records.push(record)
    if ('parentId' in record && record.parentId !== undefined && typeof record.id === 'string') previousNode = record.id
  }
  return records
}
