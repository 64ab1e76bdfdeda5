// The piece of a text that is shown of a hit, and what in it was found.
import type { Term } from './query.ts'
import { lowered, type Token, tokensOf } from './tokens.ts'

export interface Snippet {
  text: string
  ranges: [number, number][]
  /** How many of the terms are in the text. */
  found: number
}

/** On each side of what was found, in UTF-16 code units. */
const before = 50
const after = 130
/** Of longer texts only so much around the first likely place is looked at. */
const looked = 32_768
const mostRanges = 64

/** Words as the index has them; with `inside` also parts of words. */
export function snippetOf(text: string, terms: readonly Term[], inside: boolean): Snippet {
  const from = text.length > 2 * looked ? likelyPlace(text, terms) : 0
  const part = from === 0 && text.length <= 2 * looked ? text : text.slice(from, from + 2 * looked)
  const found = inside ? insideOf(part, terms) : wordsOf(part, terms)
  const ranges = found.ranges.sort((one, other) => one[0] - other[0] || other[1] - one[1])
  const [start, end] = windowOf(part, ranges)
  const shown: [number, number][] = []
  for (const [a, b] of ranges) {
    const last = shown.at(-1)
    const [left, right] = [Math.max(a, start) - start, Math.min(b, end) - start]
    if (left >= right) continue
    if (last && left <= last[1]) last[1] = Math.max(last[1], right)
    else if (shown.length < mostRanges) shown.push([left, right])
  }
  const head = from + start > 0 ? '… ' : ''
  const tail = from + end < text.length ? ' …' : ''
  for (const range of shown) for (const side of [0, 1] as const) range[side] += head.length
  return { text: head + oneLine(part.slice(start, end)) + tail, ranges: shown, found: found.terms }
}

function wordsOf(text: string, terms: readonly Term[]): { ranges: [number, number][]; terms: number } {
  const tokens = tokensOf(text)
  const places = new Map<string, number[]>()
  for (const [index, { word }] of tokens.entries()) {
    const known = places.get(word)
    if (known) known.push(index)
    else places.set(word, [index])
  }
  const ranges: [number, number][] = []
  let count = 0
  for (const term of terms) {
    const mine = rangesOf(tokens, places, term)
    if (mine.length > 0) count += 1
    ranges.push(...mine)
  }
  return { ranges, terms: count }
}

function rangesOf(tokens: readonly Token[], places: ReadonlyMap<string, number[]>, term: Term): [number, number][] {
  const [first = '', ...rest] = term.words
  const starts =
    term.isPrefix && rest.length === 0
      ? tokens.flatMap(({ word }, index) => (word.startsWith(first) ? [index] : []))
      : (places.get(first) ?? [])
  const ranges: [number, number][] = []
  for (const at of starts) {
    const matches = rest.every((word, offset) => {
      const there = tokens[at + 1 + offset]?.word
      return there === word || (term.isPrefix && offset === rest.length - 1 && there?.startsWith(word) === true)
    })
    const [begin, end] = [tokens[at], tokens[at + rest.length]]
    if (matches && begin && end) ranges.push([begin.start, end.end])
    if (ranges.length >= 500) break
  }
  return ranges
}

function insideOf(text: string, terms: readonly Term[]): { ranges: [number, number][]; terms: number } {
  const lower = lowered(text)
  const ranges: [number, number][] = []
  let count = 0
  for (const { text: wanted } of terms) {
    const needle = lowered(wanted)
    let at = needle === '' ? -1 : lower.indexOf(needle)
    if (at >= 0) count += 1
    for (; at >= 0 && ranges.length < 500; at = lower.indexOf(needle, at + needle.length))
      ranges.push([at, at + needle.length])
  }
  return { ranges, terms: count }
}

function likelyPlace(text: string, terms: readonly Term[]): number {
  const lower = lowered(text)
  for (const { text: wanted, words } of terms) {
    for (const needle of [lowered(wanted), ...words]) {
      const at = lower.indexOf(needle)
      if (at >= 0) return Math.max(0, at - looked)
    }
  }
  return 0
}

/** Around the place with the most of what was found, and not through a sign. */
function windowOf(text: string, ranges: readonly [number, number][]): [number, number] {
  let best = ranges[0]?.[0] ?? 0
  let most = 0
  for (const [index, [start]] of ranges.entries()) {
    let here = 0
    for (let other = index; other < ranges.length && (ranges[other]?.[0] ?? 0) < start + after; other++) here += 1
    if (here > most) [best, most] = [start, here]
  }
  const start = wordStart(text, Math.max(0, best - before), best)
  return [start, signEnd(text, Math.min(text.length, best + after))]
}

/** The first beginning of a word behind `from`, when there is one before `to`. */
function wordStart(text: string, from: number, to: number): number {
  if (from === 0) return 0
  const space = text.slice(from, to).search(/\s/)
  const at = space < 0 ? from : from + space + 1
  return isLowHalf(text, at) ? at + 1 : at
}

function signEnd(text: string, at: number): number {
  if (at >= text.length) return text.length
  const space = text.slice(at - 20, at).search(/\s\S*$/)
  const end = space > 0 ? at - 20 + space : at
  return isLowHalf(text, end) ? end + 1 : end
}

function isLowHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** Breaks, controls and signs that turn the direction are spaces, each of the same length. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
}
