// What was probably meant: the lines nearest to a text that is not there, and names like one that does not exist.

export interface NearLines {
  /** Counted from 1; `to` is included. */
  from: number
  to: number
  text: string
  /** The same but for spaces. */
  isSpacing: boolean
}

/** Bounds of the work, since both texts may be of any length. */
const linesLimit = 100_000
const comparedLines = 200
const likenedLines = 10_000
const lineLength = 160
const shownLines = 12
const candidates = 20
/** Below this, two lines have nothing to do with each other. */
const likeness = 0.5

/** Where `wanted` nearly is; null when nothing is like it. */
export function nearestLines(text: string, wanted: string): NearLines | null {
  const lines = text.split('\n', linesLimit)
  const wantedLines = trimmedBlanks(wanted.split('\n', linesLimit)).map((line) => squeezed(line))
  if (wantedLines.length === 0) return null
  const bare = lines.map((line) => squeezed(line))
  const compared = wantedLines.slice(0, comparedLines)
  const spaced = bare.findIndex((_, at) => compared.every((line, offset) => line === bare[at + offset]))
  if (spaced >= 0) return nearAt(lines, spaced, wantedLines.length, true)
  const likest = likestStart(lines, wantedLines.slice(0, shownLines))
  return likest === null ? null : nearAt(lines, likest, wantedLines.length, false)
}

function nearAt(lines: readonly string[], at: number, length: number, isSpacing: boolean): NearLines {
  const to = Math.min(at + length, at + shownLines, lines.length)
  const shown = lines.slice(at, to).map((line) => line.slice(0, lineLength))
  return { from: at + 1, to, text: shown.join('\n'), isSpacing }
}

/** Of the places whose first line is likest, the one where all of them are. */
function likestStart(lines: readonly string[], wanted: readonly string[]): number | null {
  const wantedPairs = wanted.map(pairsOf)
  const [first = new Map<string, number>()] = wantedPairs
  const known = new Map<string, number>()
  const scores = lines.slice(0, likenedLines).map((line, at) => {
    const score = known.get(line) ?? likenessOf(pairsOf(squeezed(line)), first)
    known.set(line, score)
    return { at, score }
  })
  const likest = scores
    .filter(({ score }) => score >= likeness)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, candidates)
    .map(({ at }) => {
      const each = wantedPairs.map((pairs, offset) => likenessOf(pairsOf(squeezed(lines[at + offset])), pairs))
      return { at, score: each.reduce((sum, one) => sum + one, 0) }
    })
    .sort((a, b) => b.score - a.score || a.at - b.at)
  return likest[0]?.at ?? null
}

/** At most three of the names, the likest first. */
export function nearestNames(names: readonly string[], wanted: string): string[] {
  const pairs = pairsOf(wanted.toLowerCase())
  const stem = (name: string) => name.toLowerCase().replace(/\.[^.]*$/, '')
  return names
    .map((name) => ({
      name,
      score: Math.max(likenessOf(pairsOf(name.toLowerCase()), pairs), stem(name) === stem(wanted) ? 0.9 : 0),
    }))
    .filter(({ score }) => score >= 0.4)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

function trimmedBlanks(lines: string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1)
}

function squeezed(line = ''): string {
  return line.replace(/\s+/g, ' ').trim()
}

/** How often each pair of neighbouring characters occurs. */
function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>()
  const bounded = ` ${text.slice(0, lineLength)} `
  if (text === '') return pairs
  for (let at = 0; at + 1 < bounded.length; at++) {
    const pair = bounded.slice(at, at + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  return pairs
}

/** Dice's coefficient: 1 for the same pairs, 0 for none in common. */
function likenessOf(left: Map<string, number>, right: Map<string, number>): number {
  let common = 0
  for (const [pair, times] of left) common += Math.min(times, right.get(pair) ?? 0)
  const sum = [...left.values()].reduce((a, b) => a + b, 0) + [...right.values()].reduce((a, b) => a + b, 0)
  return sum === 0 ? 1 : (2 * common) / sum
}
