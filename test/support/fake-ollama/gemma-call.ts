// One call in gemma4's own notation, read as Ollama reads it: bare keys, raw strings, and a few repairs.
import { isObject } from './go-json.ts'

export interface ParsedCall {
  name: string
  arguments: Record<string, unknown>
}

const quote = '<|"|>'
/** Holds the place of a string; a private character, so that nothing in the text is taken for it. */
const place = '\uE000'

/** Null when it cannot be read: Ollama drops such a call without a word. */
export function gemmaCall(text: string): ParsedCall | null {
  const brace = text.indexOf('{')
  if (!text.startsWith('call:') || brace < 0) return null
  const written = text.slice(brace)
  const given = readArguments(written) ?? readArguments(repair(written))
  return given === null ? null : { name: text.slice('call:'.length, brace).trim(), arguments: given }
}

function readArguments(text: string): Record<string, unknown> | null {
  const strings: string[] = []
  const marked = text.replace(
    /<\|"\|>(.*?)<\|"\|>/gsu,
    (_, inner: string) => `${place}${strings.push(inner) - 1}${place}`,
  )
  const json = quoteBareKeys(marked).replace(/\uE000(\d+)\uE000/gu, (_, index: string) =>
    JSON.stringify(strings[Number(index)]),
  )
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** Keys of letters, digits and `_` only: a hyphen makes the whole call unreadable, as in the real parser. */
function quoteBareKeys(text: string): string {
  return text.replace(
    /("(?:[^"\\]|\\.)*")|([{,]\s*)([\p{L}\p{Nd}_]+):/gu,
    (whole, string: string | undefined, before: string, key: string) => (string ? whole : `${before}"${key}":`),
  )
}

/** Single quotes, a string that is not closed, an object that is not closed. */
function repair(text: string): string {
  let repaired = text.replace(
    /(:\s*)'((?:[^'\\]|\\.)*)'(?:<\|"\|>)?/gsu,
    (_, before: string, value: string) => before + quote + value + quote,
  )
  if (repaired.split(quote).length % 2 === 0) {
    const end = repaired.trimEnd()
    const at = /[}\]]$/u.test(end) ? end.length - 1 : end.length
    repaired = end.slice(0, at) + quote + end.slice(at)
  }
  return repaired !== text && !repaired.trimEnd().endsWith('}') ? `${repaired.trimEnd()}}` : repaired
}
