// What must be known of a text that is being written, without a look at all of it at every key.
import { messageLimit } from '../../shared/limits.ts'

export interface TextFacts {
  isBlank: boolean
  /** How long the text is when that is more than may be sent, else null. */
  excess: number | null
  /** Of a text so long that the browser must not look for it, and for its height, at every key; else null. */
  longDirection: 'ltr' | 'rtl' | null
}

/** Longer texts fill the composer up to its limit in any window. UTF-16 code units. */
const long = 50_000

export function factsOf(text: string): TextFacts {
  return {
    isBlank: text.trim() === '',
    excess: text.length > messageLimit ? text.length : null,
    longDirection: text.length > long ? directionOf(text.slice(0, long)) : null,
  }
}

const fromTheRight =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/** As `dir="auto"` finds it: by the first letter. */
function directionOf(text: string): 'ltr' | 'rtl' {
  return fromTheRight.test(/\p{L}/u.exec(text)?.[0] ?? '') ? 'rtl' : 'ltr'
}

export function isSameFacts(one: TextFacts, other: TextFacts): boolean {
  return one.isBlank === other.isBlank && one.excess === other.excess && one.longDirection === other.longDirection
}
