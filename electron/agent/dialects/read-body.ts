// The text between an opener and its end, read as calls.

import { readNative, readPythonic, readXml } from './call-forms.ts'
import { areAllKnown, callsIn, type Tools } from './call-shapes.ts'
import { type Finding, isError } from './parsed.ts'
import { type Fault, type Reading, readValues } from './tolerant-json.ts'

export interface BodyContext {
  tools: Tools
  /** Its closing tag was there. */
  closed: boolean
  /** The stream ended in it. */
  atEnd: boolean
  /** What encloses raw text in gemma4's form. */
  delimiter: string
  /** Calls as Python writes them are accepted, too. */
  pythonic: boolean
  /** Prose may follow the calls. */
  ignoreTail: boolean
}

/** Never throws; at least one finding. Linear in the length of the body. */
export function readBody(raw: string, context: BodyContext): Finding[] {
  const { tools } = context
  const body = unwrapped(raw)
  const reading = readForm(body, context)
  if (!reading.ok) return [{ code: codeOf(reading.fault, context.atEnd), name: null }]
  return reading.value.length > 0 ? reading.value : callsIn([], tools, false)
}

function readForm(body: string, context: BodyContext): Reading<Finding[]> {
  const { tools, closed, delimiter, ignoreTail } = context
  const options = { closed, delimiter, ignoreTail }
  if (body.startsWith('<')) {
    return readXml(body, tools, options, (text) => {
      const inner = readValues(text, { closed: true })
      if (!inner.ok) return inner
      return inner.value.length === 1 ? { ...inner, value: inner.value[0] } : { ok: false, fault: 'malformed' }
    })
  }
  if (body.startsWith('call:')) return readNative(body, tools, options)
  // Mistral: [TOOL_CALLS]name[ARGS]{…}
  const named = ignoreTail ? /^([\w.-]+)\s*(?:\[ARGS\]\s*)?(?=\{)/.exec(body) : null
  const values = readValues(named ? body.slice(named[0].length) : body, options)
  if (values.ok) {
    const [first] = values.value
    const shaped = named ? [{ name: named[1], arguments: first }] : values.value
    return { ...values, value: callsIn(shaped, tools, values.repaired) }
  }
  if (!context.pythonic) return values
  const python = readPythonic(body, tools, { closed: false })
  return python.ok ? python : values
}

/** Calls without a tag around them, or null when it is anything else: rule 3, which asks for known names only. */
export function readUntagged(text: string, tools: Tools, pythonic: boolean): Finding[] | null {
  const values = readValues(text, { closed: false })
  if (values.ok) {
    const found = callsIn(values.value, tools, values.repaired)
    return areAllKnown(found, tools) ? found : null
  }
  if (!pythonic || !text.trimStart().startsWith('[')) return null
  const python = readPythonic(text, tools, { closed: false })
  return python.ok && python.value.length > 0 && areAllKnown(python.value, tools) ? python.value : null
}

/** Whether it reads without a fault and without a guess. */
export function isSound(findings: readonly Finding[]): boolean {
  return findings.every((one) =>
    isError(one) ? one.code !== 'malformed_json' && one.code !== 'truncated' : !one.repaired,
  )
}

/** Spaces around, and a fence inside of the tag. */
function unwrapped(raw: string): string {
  const body = raw.trim()
  const fence = /^```[\w-]*[ \t]*\r?\n/.exec(body)
  if (!fence) return body
  return body.slice(fence[0].length, body.endsWith('```') && body.length > fence[0].length + 2 ? -3 : undefined).trim()
}

function codeOf(fault: Fault, atEnd: boolean): 'truncated' | 'malformed_json' {
  return fault === 'cut' || (fault === 'unfinished' && atEnd) ? 'truncated' : 'malformed_json'
}
