// Makes text fit to be shown to a model: no control characters, no long base64, no control tokens.

import { neutralise } from '../../../../shared/control-tokens.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'

/**
 * Escape sequences of terminals as ECMA-48 has them: a string (a title, a link) up to its end, a control sequence (colours,
 * the cursor), a sequence of two. Every repetition is bounded: Node's own stripVTControlCharacters runs out of stack on a
 * few million parameters. What is longer loses its escape character below and stays as text.
 */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]{0,2000}(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]{0,200}[ -/]{0,20}[@-~]|\u001b[ -/]{0,20}[0-Z\\^-~]/g

/** Everything below the space but tab and line ends, and the C1 characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** A run that long is no word and no path. */
const base64Length = 400

/** The order matters: what is removed first must not leave a control token behind. */
export function clean(text: string): string {
  const visible = text.replace(escapeSequences, '').replace(controlCharacters, '')
  return neutralise(withoutBase64(visible))
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
