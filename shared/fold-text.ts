// Looking for words as a person means them: without regard to case, accents and width.

const ascii = /^[\0-\x7f]*$/
/** Accents and points that stand on a letter; vowel signs that are letters of their own stay. */
const accents = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u064b-\u065f]/g
const knownSigns = new Map<string, string>()
const mostKnown = 20_000

/** Sign by sign, so that a place in the folded text is a place in the text. */
function foldSign(sign: string): string {
  const known = knownSigns.get(sign)
  if (known !== undefined) return known
  const folded = sign
    .normalize('NFKD')
    .replace(accents, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
  if (knownSigns.size >= mostKnown) knownSigns.clear()
  knownSigns.set(sign, folded)
  return folded
}

export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  let folded = ''
  for (const sign of text) folded += sign < '\x80' ? sign.toLowerCase() : foldSign(sign)
  return folded
}

export interface FoundPlace {
  from: number
  to: number
}

/** How often a folded text is in another folded one; places that overlap count once. */
export function countIn(folded: string, wanted: string, most = Number.POSITIVE_INFINITY): number {
  if (wanted === '') return 0
  let count = 0
  for (let at = folded.indexOf(wanted); at >= 0 && count < most; at = folded.indexOf(wanted, at + wanted.length))
    count++
  return count
}

/** Where a folded text is in a text, as places of the text as it stands. */
export function placesIn(text: string, wanted: string): FoundPlace[] {
  if (wanted === '') return []
  const isPlain = ascii.test(text)
  const folded = isPlain ? text.toLowerCase() : foldText(text)
  const found: FoundPlace[] = []
  let starts: number[] | null = null
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length
    if (isPlain) found.push({ from: at, to: end })
    else {
      starts ??= startsIn(text)
      // An accent behind the last letter belongs to it.
      found.push({ from: starts[at] ?? text.length, to: starts[end] ?? text.length })
    }
  }
  return found
}

/** For each place of the folded text, where the sign begins that it is made of. */
function startsIn(text: string): number[] {
  const starts: number[] = []
  let at = 0
  for (const sign of text) {
    const { length } = sign < '\x80' ? sign : foldSign(sign)
    for (let one = 0; one < length; one++) starts.push(at)
    at += sign.length
  }
  return starts
}
