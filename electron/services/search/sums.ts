// Short numbers that stand for bytes: of an id, and of everything of a file that is in the index.
import type { Buffer } from 'node:buffer'

/** Of a text: 53 bits, so that two of one session are never taken for one. */
export function idSum(text: string): number {
  // cyrb53, by bryc, public domain.
  let one = 0xdeadbeef
  let two = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 2654435761)
    two = Math.imul(two ^ unit, 1597334677)
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909)
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909)
  return 4294967296 * (2097151 & two) + (one >>> 0)
}

/** Of no bytes. */
export const emptySum = '811c9dc5.1b873593'

/** Goes on with a sum: of the bytes so far and these together. It tells a file that was changed, not one that somebody forged. */
export function addToSum(sum: string, bytes: Buffer): string {
  const [first = 0, second = 0] = sum.split('.').map((part) => Number.parseInt(part, 16))
  let one = first
  let two = second
  const { length } = bytes
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0
    one = Math.imul(one ^ byte, 16777619)
    two = Math.imul(two ^ byte, 2246822519) + 1
  }
  return `${(one >>> 0).toString(16)}.${(two >>> 0).toString(16)}`
}
