// A picture with a number in it, made of our own bytes: what a model that sees can read, and no other can guess.
import { crc32, deflateSync } from 'node:zlib'

/** The number in the picture. It stands nowhere in what is asked. */
export const numberShown = '47'

const digits: Readonly<Record<string, readonly string[]>> = {
  '4': ['#..#', '#..#', '#..#', '####', '...#', '...#', '...#'],
  '7': ['####', '...#', '..#.', '..#.', '.#..', '.#..', '.#..'],
}
/** Pixels for each of their points, and around them. */
const scale = 16
const margin = 2

/** A grey PNG, black on white, as large as small vision models want it. */
export function numberPicture(): Uint8Array {
  const rows = Array.from({ length: 7 }, (_, row) => [...numberShown].map((digit) => digits[digit]?.[row]).join('..'))
  const width = ((rows[0]?.length ?? 0) + 2 * margin) * scale
  const height = (rows.length + 2 * margin) * scale
  const lines = Array.from({ length: height }, (_, y) => {
    const row = rows[Math.floor(y / scale) - margin] ?? ''
    const pixels = Array.from({ length: width }, (_, x) => (row[Math.floor(x / scale) - margin] === '#' ? 0 : 255))
    // The first byte of a line says that it is not filtered.
    return Buffer.from([0, ...pixels])
  })
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    // Eight bits, grey, and nothing out of the ordinary.
    chunk('IHDR', Buffer.concat([size, Buffer.from([8, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
