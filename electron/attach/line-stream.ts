// JSON lines over a byte stream: cut at line breaks, bounded, never a character in two.
import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Calls `take` with every line. A line over `limit` bytes, or an error, ends the stream: nobody honest sends one. */
export function readLines(stream: Duplex, limit: number, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let length = 0
  stream.on('data', (bytes: Buffer) => {
    const pieces = decoder.write(bytes).split('\n')
    for (const [index, piece] of pieces.entries()) {
      parts.push(piece)
      length += piece.length
      if (length > limit) {
        stream.destroy()
        return
      }
      if (index === pieces.length - 1) break
      const line = parts.join('')
      parts = []
      length = 0
      if (line !== '') take(line)
    }
  })
  stream.on('error', () => stream.destroy())
}

/** The value as one line. False when the other side has gone or has stopped reading. */
export function writeLine(stream: Duplex, value: object, waitingLimit: number): boolean {
  if (stream.destroyed || !stream.writable) return false
  if (stream.writableLength > waitingLimit) {
    stream.destroy()
    return false
  }
  stream.write(`${JSON.stringify(value)}\n`)
  return true
}

export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
