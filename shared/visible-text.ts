// Splits a text into what can be seen and what cannot, or not for what it is: nothing in an approval may be hidden.
import { letterLookalike, signLookalike } from './lookalikes.ts'
import { visibleWords as words } from './messages/visible.ts'

/** control: steers a screen or ends a line · bidi: turns the reading around · hidden: has no shape, or covers others · space: no U+0020. */
export type MarkKind = 'hidden' | 'bidi' | 'control' | 'lookalike' | 'space'

export interface TextPiece {
  text: string
}
/** One sign. */
export interface MarkPiece {
  /** Its code point, such as U+200B. */
  mark: string
  name: string
  kind: MarkKind
}
export type VisiblePiece = TextPiece | MarkPiece

/** In the order of the text. Put together by `textOf`, the pieces are the text again, to the last bit. */
export function visibleText(text: string): VisiblePiece[] {
  const pieces: VisiblePiece[] = []
  let seen = ''
  const forged = forgedLetters(text)
  const end = () => {
    if (seen !== '') pieces.push({ text: seen })
    seen = ''
  }
  let at = 0
  let combined = mostCombined
  for (const sign of text) {
    const isCombining = combiningMark.test(sign)
    combined = isCombining ? combined + 1 : letter.test(sign) ? 0 : mostCombined
    const mark = markOf(sign, isCombining && combined > mostCombined, forged.has(at))
    at += sign.length
    if (mark) {
      end()
      pieces.push(mark)
    } else {
      seen += sign
    }
  }
  end()
  return pieces
}

export function textOf(pieces: readonly VisiblePiece[]): string {
  return pieces
    .map((piece) => ('text' in piece ? piece.text : String.fromCodePoint(Number.parseInt(piece.mark.slice(2), 16))))
    .join('')
}

const control = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufff9-\ufffb]/u
const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/u
const space = /[\p{Zs}\u2800]/u
const tag = /[\u{e0000}-\u{e007f}]/u
const variation = /[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u
/** Default_Ignorable_Code_Point is Unicode's own list of what is drawn as nothing. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cn}\u{fffc}\u{fffd}\u{16fe4}]/u
const combiningMark = /\p{M}/u
const letter = /\p{L}/u
/** No script needs more on one letter; signs that are no letters take none. */
const mostCombined = 3
/** They strike a letter out or draw a shape around it. */
const covering = /[\u0334-\u0338\u20d0-\u20f0\u0488\u0489]/u

function markOf(sign: string, isPiledUp: boolean, isForged: boolean): MarkPiece | null {
  if (sign >= ' ' && sign <= '~') return null
  if (control.test(sign)) return mark(sign, 'control', surrogate.test(sign) ? words.surrogate : words.control)
  if (bidi.test(sign)) return mark(sign, 'bidi', words.bidi)
  if (tag.test(sign)) return mark(sign, 'hidden', words.tag)
  if (variation.test(sign)) return mark(sign, 'hidden', words.variation)
  if (hidden.test(sign)) return mark(sign, 'hidden', hiddenName(sign))
  if (space.test(sign)) return mark(sign, 'space', words.space)
  if (isPiledUp || covering.test(sign)) return mark(sign, 'hidden', words.combining)
  const ascii = signLookalike(sign)
  if (ascii !== null) return mark(sign, 'lookalike', words.looksLike(ascii, null))
  const forgery = isForged ? letterLookalike(sign) : null
  if (forgery) {
    const script = forgery.script === null ? null : words.scripts[forgery.script]
    return mark(sign, 'lookalike', words.looksLike(forgery.ascii, script))
  }
  return null
}

const surrogate = /\p{Cs}/u

function hiddenName(sign: string): string {
  if (/\p{Co}/u.test(sign)) return words.privateUse
  return /\p{Cn}/u.test(sign) && !/\p{Default_Ignorable_Code_Point}/u.test(sign) ? words.unassigned : words.hidden
}

function mark(sign: string, kind: MarkKind, usualName: string): MarkPiece {
  const code = sign.codePointAt(0) ?? 0
  const name = words.named[code] ?? usualName
  return { mark: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, name, kind }
}

const latin = /\p{Script=Latin}/u
/** What stands between spaces, quotes and brackets: a path, a host, a word. */
const chunk = /[^\s"'`()[\]{}<>|;&$]+/gu
/** Marks and digits belong to the letters around them, and so does what cannot be seen. */
const wordOf = /[\p{L}\p{M}\p{N}\p{Cf}]+/gu

/** Where letters stand that are taken for Latin ones: in a Latin word, or as a word of only such in a name that has Latin in it. */
function forgedLetters(text: string): ReadonlySet<number> {
  const forged = new Set<number>()
  for (const { 0: name, index } of text.matchAll(chunk)) {
    if (!latin.test(name)) continue
    for (const { 0: word, index: place } of name.matchAll(wordOf)) {
      const alike = letterPlaces(word)
      const isMixed = [...word].some((sign) => latin.test(sign) && letterLookalike(sign) === null)
      const isOnlyAlike = alike.length > 0 && alike.length === [...word].filter((sign) => letter.test(sign)).length
      if (isMixed || isOnlyAlike) for (const at of alike) forged.add(index + place + at)
    }
  }
  return forged
}

function letterPlaces(word: string): number[] {
  const places: number[] = []
  let at = 0
  for (const sign of word) {
    if (letterLookalike(sign)) places.push(at)
    at += sign.length
  }
  return places
}
