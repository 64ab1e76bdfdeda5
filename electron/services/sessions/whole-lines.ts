// The bytes of a file piece by piece, each piece a number of whole lines: whoever reads them holds one piece at a time.
import * as fs from 'node:fs'
import { promisify } from 'node:util'

const read = promisify(fs.read)

/** So much is looked at before others have their turn, a millisecond of work; two of them stay in a processor's cache. */
const pieceBytes = 1_048_576
/** Room for the beginning of a line in front of the piece it goes on in. A line as it is written here fits. */
const frontBytes = 131_072
/** Longer lines are none that was written here; they are read in another way. */
const longestLine = 16 * 1_048_576

export interface Piece {
  /** Valid until the next piece is asked for. */
  bytes: Buffer
  /** Of the first byte, in the file. */
  offset: number
  /** False for what stands behind the last newline of the file. */
  isEnded: boolean
}

/** The next bytes are read while a piece is looked at. Throws a RangeError at a line that is far too long. */
export async function* wholeLines(descriptor: number, from: number): AsyncGenerator<Piece, void> {
  const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(frontBytes + pieceBytes))
  const start = (turn: number, at: number) =>
    read(descriptor, buffers[turn] ?? Buffer.alloc(0), frontBytes, pieceBytes, at)
  let turn = 0
  let position = from
  let rest: Buffer = Buffer.alloc(0)
  let next = start(turn, position)
  try {
    for (;;) {
      const { bytesRead } = await next
      if (bytesRead === 0) break
      const held = buffers[turn] ?? Buffer.alloc(0)
      const offset = position - rest.length
      let bytes: Buffer
      if (rest.length <= frontBytes) {
        rest.copy(held, frontBytes - rest.length)
        bytes = held.subarray(frontBytes - rest.length, frontBytes + bytesRead)
      } else bytes = Buffer.concat([rest, held.subarray(frontBytes, frontBytes + bytesRead)])
      position += bytesRead
      const end = bytes.lastIndexOf(0x0a) + 1
      if (bytes.length - end > longestLine) throw new RangeError('a line of the file is far too long')
      // The other buffer is free: what was left of it lies in front of this piece now.
      turn = 1 - turn
      next = start(turn, position)
      if (end > 0) yield { bytes: bytes.subarray(0, end), offset, isEnded: true }
      rest = bytes.subarray(end)
    }
    if (rest.length > 0) yield { bytes: rest, offset: position - rest.length, isEnded: false }
  } finally {
    // The descriptor must not be closed under a read.
    await next.catch(() => undefined)
  }
}
