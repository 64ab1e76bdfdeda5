// What the head of a line says of its record, where the line is written as this program writes it: nothing is parsed.
import { hashEnd, hashStart, hashStep } from './id-table.ts'

/** Numbers and not words, because fifty thousand of them are kept. */
export const kinds = { other: 0, user: 1, assistant: 2, tool: 3, system: 4 } as const

/** Places in the bytes that were read last. `from` is inclusive, `to` is not; both -1 for what is null or not there. */
export interface LineHead {
  /** One of `kinds`. */
  kind: number
  idFrom: number
  idTo: number
  parentFrom: number
  parentTo: number
  tsFrom: number
  tsTo: number
  /** Of the id, as `id-table.ts` has it. */
  hash: number
  /** The parent is the entry whose head was read before this one, in the same bytes. */
  followsLast: boolean
}

export const emptyHead = (): LineHead => ({
  kind: kinds.other,
  idFrom: -1,
  idTo: -1,
  parentFrom: -1,
  parentTo: -1,
  tsFrom: -1,
  tsTo: -1,
  hash: 0,
  followsLast: false,
})

/** Of the same kind as what is read: two kinds of arrays in one loop make it twice as slow. */
const bytesOf = (text: string) => Buffer.from(text, 'latin1')

const message = bytesOf('{"type":"message","id":"')
/** Nodes of the tree that nobody is shown; a settings record is read whole. */
const others = ['approval', 'tool_start', 'skill', 'compaction'].map((type) => bytesOf(`{"type":"${type}","id":"`))
const parent = bytesOf('","parentId":')
const time = bytesOf(',"ts":')
const role = bytesOf(',"role":"')
const nothing = bytesOf('null')
const tool = { kind: kinds.tool, word: bytesOf('tool"') }
const assistant = { kind: kinds.assistant, word: bytesOf('assistant"') }
const user = { kind: kinds.user, word: bytesOf('user"') }
const system = { kind: kinds.system, word: bytesOf('system"') }

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const brace = 0x7d
const zulu = 0x5a
const timeMark = 0x54
/** `2026-11-29T08:00:00.000Z` */
const usualTime = 24
const longestWord = 128

/**
 * False for a line in any other form, which has to be parsed. The end of `to` is a whole line's. Whoever reads other bytes than
 * the last time says so by an `idFrom` of -1.
 */
export function readHead(bytes: Buffer, from: number, to: number, head: LineHead): boolean {
  if (bytes[to - 1] !== brace) return false
  const isMessage = isThere(bytes, from, message)
  const opening = isMessage ? message : others.find((other) => isThere(bytes, from, other))
  if (!opening) return false
  const lastFrom = head.idFrom
  const lastLength = head.idTo - lastFrom
  const idFrom = from + opening.length
  // Found and hashed in one go: this is done for every line.
  let at = idFrom
  let hash = hashStart
  for (let byte = bytes[at] ?? 0; byte !== quote; byte = bytes[++at] ?? 0) {
    if (byte < 0x20 || byte > 0x7e || byte === backslash || at - idFrom > longestWord) return false
    hash = hashStep(hash, byte)
  }
  if (at === idFrom || !isThere(bytes, at, parent)) return false
  head.hash = hashEnd(hash)
  head.idFrom = idFrom
  head.idTo = at
  at += parent.length
  head.followsLast = false
  if (bytes[at] === quote) {
    const parentFrom = at + 1
    let same = 0
    if (lastFrom >= 0) while (same < lastLength && bytes[parentFrom + same] === bytes[lastFrom + same]) same++
    head.followsLast = lastFrom >= 0 && same === lastLength && bytes[parentFrom + same] === quote
    head.parentFrom = parentFrom
    head.parentTo = head.followsLast ? parentFrom + same : endOfWord(bytes, parentFrom)
    if (head.parentTo < 0) return false
    at = head.parentTo + 1
  } else if (isThere(bytes, at, nothing)) {
    head.parentFrom = head.parentTo = -1
    at += nothing.length
  } else return false
  if (!isThere(bytes, at, time)) return false
  at += time.length
  if (bytes[at] === quote) {
    head.tsFrom = at + 1
    const usual = at + 1 + usualTime
    const isUsual = bytes[usual] === quote && bytes[usual - 1] === zulu && bytes[at + 11] === timeMark
    head.tsTo = isUsual ? usual : endOfWord(bytes, at + 1)
    if (head.tsTo < 0) return false
    at = head.tsTo + 1
  } else if (isMessage && isThere(bytes, at, nothing)) {
    head.tsFrom = head.tsTo = -1
    at += nothing.length
  } else return false
  head.kind = kinds.other
  if (isMessage) {
    if (!isThere(bytes, at, role)) return false
    at += role.length
    // By its first letter: nothing is made for a line.
    const letter = bytes[at]
    const known = letter === 0x74 ? tool : letter === 0x61 ? assistant : letter === 0x75 ? user : system
    if (!isThere(bytes, at, known.word)) return false
    head.kind = known.kind
    at += known.word.length
  }
  return at < to && (bytes[at] === comma || (bytes[at] === brace && at === to - 1))
}

function isThere(bytes: Buffer, from: number, expected: Buffer): boolean {
  for (let at = 0; at < expected.length; at++) if (bytes[from + at] !== expected[at]) return false
  return true
}

/** Where the quote stands that ends a plain word; -1 when there is none soon, or anything that JSON writes otherwise. */
function endOfWord(bytes: Buffer, from: number): number {
  for (let at = from; at <= from + longestWord; at++) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === undefined || byte < 0x20 || byte > 0x7e || byte === backslash) return -1
  }
  return -1
}
