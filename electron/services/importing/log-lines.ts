// The lines of a log, one piece of the file after the other: no log is ever in memory as a whole.
import type { FileHandle } from 'node:fs/promises'
import { isTooDeep } from '../../../shared/nesting.ts'
import { type Fields, isFields } from './fields.ts'

/** Longer lines are left out: nobody has said so much. Bytes. */
export const longestLine = 16_777_216

export interface RawLine {
  bytes: Buffer
  /** In the file, in bytes. */
  offset: number
}

export interface LineOptions {
  /** What is read: a log that somebody goes on writing is read as it was at the beginning. */
  size: number
  /** Hears every byte, in order. */
  onBytes(bytes: Buffer): void
  /** A line beyond the limit. */
  onLong(): void
}

const pieceBytes = 262_144
const newline = 0x0a

/** The lines of one piece of the file at a time; blank ones are none. */
export async function* linesOf(handle: FileHandle, { size, onBytes, onLong }: LineOptions): AsyncGenerator<RawLine[]> {
  let begun: Buffer[] = []
  let begunBytes = 0
  let start = 0
  for (let position = 0; position < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, size - position))
    const { bytesRead } = await handle.read(piece, 0, piece.length, position)
    // Cut while it is read: what is there counts.
    if (bytesRead === 0) break
    const bytes = piece.subarray(0, bytesRead)
    onBytes(bytes)
    const lines: RawLine[] = []
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(newline, at)
      const part = bytes.subarray(at, end < 0 ? bytes.length : end)
      begunBytes += part.length
      if (begunBytes <= longestLine) begun.push(part)
      else begun = []
      if (end < 0) break
      at = end + 1
      finish(lines)
      start = position + at
    }
    position += bytesRead
    yield lines
  }
  const rest: RawLine[] = []
  finish(rest)
  yield rest

  function finish(lines: RawLine[]): void {
    if (begunBytes > longestLine) onLong()
    else {
      const line = trimmed(begun.length === 1 && begun[0] ? begun[0] : Buffer.concat(begun), start === 0)
      if (line.length > 0) lines.push({ bytes: line, offset: start })
    }
    begun = []
    begunBytes = 0
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Without what other systems and a crash leave around a line: a mark of the encoding, NUL bytes, a carriage return. */
function trimmed(line: Buffer, isFirst: boolean): Buffer {
  let from = isFirst && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0
  while (line[from] === 0) from++
  let to = line.length
  while (to > from && isSpace(line[to - 1])) to--
  return line.subarray(from, to)
}

const isSpace = (byte: number | undefined) => byte === 0x0d || byte === 0x20 || byte === 0x09

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Null for what is no JSON object, no UTF-8, or nested too deep. */
export function parseLine(bytes: Buffer): Fields | null {
  if (isTooDeep(bytes)) return null
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    return isFields(value) ? value : null
  } catch {
    return null
  }
}
