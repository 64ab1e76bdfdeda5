// Makes text fit to be shown to a model: no control characters, no long base64, no control tokens.

import { neutralise } from '../../../../shared/control-tokens.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { plainText } from '../../../../shared/plain-text.ts'

/** A run that long is no word and no path. */
const base64Length = 400

/** The order matters: what is removed first must not leave a control token behind. */
export function clean(text: string): string {
  return neutralise(withoutBase64(plainText(text)))
}

/** By hand: a regular expression runs out of stack where the run has some millions of characters. */
function withoutBase64(text: string): string {
  let kept = ''
  let copied = 0
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && isBase64(text.charCodeAt(at))) continue
    if (at - start >= base64Length && isMixed(text.slice(start, at))) {
      kept += text.slice(copied, start) + toolWords.base64(at - start)
      copied = at
    }
    start = at + 1
  }
  return copied === 0 ? text : kept + text.slice(copied)
}

function isBase64(code: number): boolean {
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return isLetter || (code >= 0x2f && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x5f || code === 0x3d
}

/** A long path or a long line of one letter has not all of them. */
function isMixed(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run)
}
