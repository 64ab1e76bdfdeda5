// Reads the bytes of a session file: every record that can be read, and what had to be skipped.
import {
  type Diagnostic,
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

const newline = 0x0a
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Splits on 0x0A and reads each line on its own, so that a damaged byte costs the record it is in and no other.
 * A line that holds a second record behind a torn first one gives that second record. Nothing is ever rewritten.
 */
export function readLog(bytes: Uint8Array): LogReading {
  const reading: LogReading = {
    records: [],
    diagnostics: [],
    bytes: bytes.length,
    endsWithNewline: bytes.length === 0 || bytes[bytes.length - 1] === newline,
  }
  const ids = new Set<string>()
  let previousNode: string | null = null
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start)
    const end = found === -1 ? bytes.length : found
    const record = readLine(bytes, start, end, reading.diagnostics)
    if (record) {
      const settled = settle(record, start, end - start, ids, previousNode, reading.diagnostics)
      reading.records.push(settled)
      if ('parentId' in settled && settled.parentId !== undefined && typeof settled.id === 'string') {
        previousNode = settled.id
      }
    }
    start = end + 1
  }
  return reading
}

function readLine(bytes: Uint8Array, start: number, end: number, diagnostics: Diagnostic[]): SessionRecord | null {
  let from = start
  // A crash can leave a block of NUL bytes where the file had grown but the data had not arrived.
  while (from < end && bytes[from] === 0) from++
  if (from > start) {
    diagnostics.push({
      code: 'nul_bytes',
      offset: start,
      length: from - start,
      message: 'Empty bytes, as a crash leaves them',
    })
  }
  let to = end
  while (to > from && (bytes[to - 1] === 0x0d || bytes[to - 1] === 0x20)) to--
  if (to === from) return null
  const line = bytes.subarray(from, to)
  const text = decode(line)
  const record = text === null ? null : parseRecord(text)
  if (record) return record
  const glued = gluedRecord(line)
  diagnostics.push({
    code: text === null ? 'not_utf8' : 'bad_line',
    offset: from,
    length: glued ? glued.at : to - from,
    message: text === null ? 'A line with bytes that are no text' : 'A line that is no whole record',
  })
  return glued?.record ?? null
}

function decode(line: Uint8Array): string | null {
  try {
    return decoder.decode(line)
  } catch {
    return null
  }
}

function parseRecord(text: string): SessionRecord | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
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

const unplaced = ' unplaced'

/** A write that was torn and then continued by a whole record: `{"type":"mess{"type":"message",…}`. */
function gluedRecord(line: Uint8Array): { record: SessionRecord; at: number } | null {
  const mark = Buffer.from('{"type":"')
  const buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
  for (let at = buffer.indexOf(mark, 1); at !== -1; at = buffer.indexOf(mark, at + 1)) {
    const text = decode(buffer.subarray(at))
    const record = text === null ? null : parseRecord(text)
    if (record) return { record, at }
  }
  return null
}

/** Gives every record the id and parent it is known by here. */
function settle(
  record: SessionRecord,
  offset: number,
  length: number,
  ids: Set<string>,
  previousNode: string | null,
  diagnostics: Diagnostic[],
): SessionRecord {
  let settled = record
  if (settled.id === unplaced) settled = { ...settled, id: `v0:${offset}`, parentId: previousNode }
  if (settled.type !== 'session' && typeof settled.id === 'string') {
    if (ids.has(settled.id)) {
      diagnostics.push({ code: 'duplicate_id', offset, length, message: `A second record with the id ${settled.id}` })
      settled = { ...settled, id: `${settled.id}#${offset}` }
    }
    if (typeof settled.id === 'string') ids.add(settled.id)
  }
  return settled
}
