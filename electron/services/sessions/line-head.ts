// What the head of a line says of its record, where the line is written as this program writes it: nothing is parsed. It is
// looked at four bytes at a time: this is done for every line of a file, and takes most of its opening.
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

/** Words of four bytes, the last of which may overlap the one before. */
interface Mark {
  length: number
  words: Int32Array
  last: number
}

/** Of four letters at least. */
function mark(text: string): Mark {
  const bytes = Buffer.from(text, 'latin1')
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readInt32LE(index * 4))
  return { length: bytes.length, words, last: bytes.readInt32LE(bytes.length - 4) }
}

const message = mark('{"type":"message","id":"')
/** Nodes of the tree that nobody is shown; a settings record is read whole. */
const others = ['approval', 'tool_start', 'skill', 'compaction'].map((type) => mark(`{"type":"${type}","id":"`))
const parent = mark('","parentId":')
const time = mark(',"ts":')
const role = mark(',"role":"')
const nothing = mark('null')
const tool = { kind: kinds.tool, word: mark('tool"') }
const assistant = { kind: kinds.assistant, word: mark('assistant"') }
const user = { kind: kinds.user, word: mark('user"') }
const system = { kind: kinds.system, word: mark('system"') }

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
 * False for a line in any other form, which has to be parsed. The end of `to` is a whole line's, and `view` shows the same bytes.
 * Whoever reads other bytes than the last time says so by an `idFrom` of -1.
 */
export function readHead(bytes: Buffer, view: DataView, from: number, to: number, head: LineHead): boolean {
  if (bytes[to - 1] !== brace) return false
  const isMessage = isThere(view, from, to, message)
  const opening = isMessage ? message : others.find((other) => isThere(view, from, to, other))
  if (!opening) return false
  const lastFrom = head.idFrom
  const lastLength = head.idTo - lastFrom
  const idFrom = from + opening.length
  // Found and hashed in one go, as `hashOf` does it.
  let at = idFrom
  let hash = hashStart
  for (; at + 4 <= to; at += 4) {
    const word = view.getInt32(at, true)
    if (hasSpecial(word)) break
    hash = hashStep(hash, word)
  }
  for (let byte = bytes[at] ?? 0; byte !== quote; byte = bytes[++at] ?? 0) {
    if (isSpecial(byte) || at >= to) return false
    hash = hashStep(hash, byte)
  }
  if (at === idFrom || at - idFrom > longestWord || !isThere(view, at, to, parent)) return false
  head.hash = hashEnd(hash)
  head.idFrom = idFrom
  head.idTo = at
  at += parent.length
  head.followsLast = false
  if (bytes[at] === quote) {
    const parentFrom = at + 1
    const isLast = lastFrom >= 0 && bytes[parentFrom + lastLength] === quote && parentFrom + lastLength < to
    head.followsLast = isLast && isSame(view, lastFrom, parentFrom, lastLength)
    head.parentFrom = parentFrom
    head.parentTo = head.followsLast ? parentFrom + lastLength : endOfWord(bytes, parentFrom)
    if (head.parentTo < 0) return false
    at = head.parentTo + 1
  } else if (isThere(view, at, to, nothing)) {
    head.parentFrom = head.parentTo = -1
    at += nothing.length
  } else return false
  if (!isThere(view, at, to, time)) return false
  at += time.length
  if (bytes[at] === quote) {
    head.tsFrom = at + 1
    const usual = at + 1 + usualTime
    const isUsual = bytes[usual] === quote && bytes[usual - 1] === zulu && bytes[at + 11] === timeMark
    head.tsTo = isUsual ? usual : endOfWord(bytes, at + 1)
    if (head.tsTo < 0) return false
    at = head.tsTo + 1
  } else if (isMessage && isThere(view, at, to, nothing)) {
    head.tsFrom = head.tsTo = -1
    at += nothing.length
  } else return false
  head.kind = kinds.other
  if (isMessage) {
    if (!isThere(view, at, to, role)) return false
    at += role.length
    // By its first letter: nothing is made for a line.
    const letter = bytes[at]
    const known = letter === 0x74 ? tool : letter === 0x61 ? assistant : letter === 0x75 ? user : system
    if (!isThere(view, at, to, known.word)) return false
    head.kind = known.kind
    at += known.word.length
  }
  return at < to && (bytes[at] === comma || (bytes[at] === brace && at === to - 1))
}

function isThere(view: DataView, from: number, to: number, { words, length, last }: Mark): boolean {
  if (from + length > to) return false
  for (let index = 0; index < words.length; index++) {
    if (view.getInt32(from + index * 4, true) !== words[index]) return false
  }
  return view.getInt32(from + length - 4, true) === last
}

function isSame(view: DataView, one: number, other: number, length: number): boolean {
  let at = 0
  for (; at + 4 <= length; at += 4) if (view.getInt32(one + at, true) !== view.getInt32(other + at, true)) return false
  for (; at < length; at++) if (view.getUint8(one + at) !== view.getUint8(other + at)) return false
  return true
}

/** What ends a plain word, or is written in another way in JSON, or is not one letter for one byte. */
function isSpecial(byte: number): boolean {
  return byte < 0x20 || byte > 0x7e || byte === backslash || byte === quote
}

/** Whether one of four bytes is special: each test sets the highest bit of a byte for which it is true, and of others only above one. */
function hasSpecial(word: number): boolean {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  const isOne =
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes) |
    ((word - 0x20202020) & ~word) |
    (word + 0x01010101) |
    word
  return (isOne & 0x80808080) !== 0
}

/** Where the quote stands that ends a plain word; -1 when there is none soon, or anything that JSON writes otherwise. */
function endOfWord(bytes: Buffer, from: number): number {
  for (let at = from; at <= from + longestWord; at++) {
    const byte = bytes[at]
    if (byte === quote) return at
    if (byte === undefined || isSpecial(byte)) return -1
  }
  return -1
}
