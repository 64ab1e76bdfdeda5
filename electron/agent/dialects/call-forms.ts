// The forms other than JSON in which models write a call: gemma4's own, XML, and Python.
import { type Tools, toCall } from './call-shapes.ts'
import type { Finding } from './parsed.ts'
import { attempt, type Reading, type ReadOptions, type TolerantReader } from './tolerant-json.ts'

/** `call:NAME{key:<|"|>text<|"|>,n:5}`, once or several times. Strings between the delimiters are raw (Ollama's gemma4 parser). */
export function readNative(text: string, tools: Tools, options: ReadOptions): Reading<Finding[]> {
  return attempt(text, options, (reader) => {
    const found: Finding[] = []
    reader.skipSpace()
    while (!reader.atEnd() && !(found.length > 0 && options.closed && reader.takeLastBrace())) {
      reader.expect('call:')
      const name = reader.name() ?? ''
      reader.skipSpace()
      if (!reader.isAt('{')) reader.fail()
      found.push(toCall(name, reader.value(), tools, reader.repaired()))
      reader.skipSpace()
    }
    return found
  })
}

/** `[get_weather(city="Oslo"), get_time()]`, also without the brackets and in `print(…)` (gemma3's tool_code). */
export function readPythonic(text: string, tools: Tools, options: ReadOptions): Reading<Finding[]> {
  const printed = /^\s*print\(([\s\S]*)\)\s*$/.exec(text)?.[1]
  return attempt(printed ?? text, options, (reader) => {
    const found: Finding[] = []
    reader.skipSpace()
    const isList = reader.isAt('[')
    if (isList) reader.expect('[')
    for (;;) {
      reader.skipSpace()
      if (isList ? reader.isAt(']') : found.length > 0 && reader.atEnd()) break
      found.push(pythonCall(reader, tools))
      reader.skipSpace()
      if (reader.isAt(',') || (!isList && reader.isAt(';'))) reader.skipSeparator()
      else if (isList && !reader.isAt(']')) reader.fail()
    }
    if (isList) reader.expect(']')
    reader.skipSpace()
    if (!reader.atEnd()) reader.fail()
    return found
  })
}

function pythonCall(reader: TolerantReader, tools: Tools): Finding {
  const name = reader.name()
  if (name === null) reader.fail()
  reader.expect('(')
  const given: [string, unknown][] = []
  let positional = false
  for (;;) {
    reader.skipSpace()
    if (reader.isAt(')')) break
    const key = keyBefore(reader)
    if (key === null) positional = true
    given.push([key ?? '', reader.value()])
    reader.skipSpace()
    if (reader.isAt(',')) reader.skipSeparator()
    else if (!reader.isAt(')')) reader.fail()
  }
  reader.expect(')')
  // Which parameter a value without a name is for would be a guess.
  return toCall(name, positional ? [] : Object.fromEntries(given), tools, reader.repaired())
}

function keyBefore(reader: TolerantReader): string | null {
  if (!/^[A-Za-z_]\w{0,99}\s{0,9}=/.test(reader.ahead(120))) return null
  const key = reader.name()
  reader.expect('=')
  return key
}

/**
 * `<function=NAME><parameter=KEY>value</parameter></function>` (Qwen3-coder), `<function=NAME>{…}</function>` (Llama), and
 * `<name>…</name><arguments>{…}</arguments>` (Cherry Studio's tool_use). Values of parameters are raw text; a parameter
 * that the tool declares as no string is read as JSON where it is JSON.
 */
export function readXml(
  text: string,
  tools: Tools,
  options: ReadOptions,
  readArguments: (text: string) => Reading<unknown>,
): Reading<Finding[]> {
  return text.trimStart().startsWith('<function=')
    ? readFunctions(text, tools, readArguments)
    : readNamed(text, tools, options, readArguments)
}

function readFunctions(
  text: string,
  tools: Tools,
  readArguments: (text: string) => Reading<unknown>,
): Reading<Finding[]> {
  const found: Finding[] = []
  let at = 0
  const skip = () => {
    while (/\s/.test(text.charAt(at))) at += 1
  }
  for (skip(); at < text.length; skip()) {
    const open = sticky(/<function=\s*"?([\w.-]+)"?\s*>/y, text, at)
    if (!open) return { ok: false, fault: isBeginning(text, at) ? 'unfinished' : 'malformed' }
    at += open[0].length
    const name = open[1] ?? ''
    skip()
    const end = text.indexOf('</function>', at)
    if (text.charAt(at) === '{') {
      if (end < 0) return { ok: false, fault: 'unfinished' }
      const given = readArguments(text.slice(at, end))
      if (!given.ok) return given
      found.push(toCall(name, given.value, tools, given.repaired))
      at = end + '</function>'.length
      continue
    }
    const given: [string, unknown][] = []
    for (;;) {
      skip()
      if (text.startsWith('</function>', at)) break
      const parameter = sticky(/<parameter=\s*"?([\w.-]+)"?\s*>/y, text, at)
      if (!parameter)
        return { ok: false, fault: at >= text.length || isBeginning(text, at) ? 'unfinished' : 'malformed' }
      const from = at + parameter[0].length
      const close = text.indexOf('</parameter>', from)
      if (close < 0) return { ok: false, fault: 'cut' }
      const key = parameter[1] ?? ''
      given.push([key, parameterValue(text.slice(from, close), typeOf(tools, name, key))])
      at = close + '</parameter>'.length
    }
    at += '</function>'.length
    found.push(toCall(name, Object.fromEntries(given), tools, false))
  }
  return { ok: true, value: found, repaired: false }
}

/** The last tag of a text that ended in its middle. */
function isBeginning(text: string, at: number): boolean {
  return text.indexOf('>', at) < 0 && text.length - at < 200
}

function readNamed(
  text: string,
  tools: Tools,
  { closed }: ReadOptions,
  readArguments: (text: string) => Reading<unknown>,
): Reading<Finding[]> {
  const unfinished: Fault = closed ? 'malformed' : 'unfinished'
  const name = /^\s*<(name|tool_name)>([^<]*)<\/\1>\s*/.exec(text)
  if (!name) {
    const isBegun = /^\s*<(?:name|tool_name)?>?[^<]*(?:<\/?\w*)?$/.test(text)
    if (/^\s*<(?:arguments|parameters|args)>/.test(text)) {
      return { ok: true, value: [{ code: 'missing_name', name: null }], repaired: false }
    }
    return { ok: false, fault: isBegun ? unfinished : 'malformed' }
  }
  const tool = (name[2] ?? '').trim()
  const rest = text.slice(name[0].length)
  if (tool === '') return { ok: true, value: [{ code: 'missing_name', name: null }], repaired: false }
  if (rest.trim() === '') return { ok: true, value: [toCall(tool, null, tools, false)], repaired: false }
  const open = /^<(arguments|parameters|args)>/.exec(rest)
  if (!open) return { ok: false, fault: rest.length < 20 && !rest.includes('>') ? unfinished : 'malformed' }
  const close = rest.lastIndexOf(`</${open[1]}>`)
  if (close < 0) return { ok: false, fault: 'cut' }
  if (rest.slice(close + open[0].length + 1).trim() !== '') return { ok: false, fault: 'malformed' }
  const inner = rest.slice(open[0].length, close)
  if (inner.trim() === '') return { ok: true, value: [toCall(tool, null, tools, false)], repaired: false }
  const given = readArguments(inner)
  return given.ok ? { ok: true, value: [toCall(tool, given.value, tools, given.repaired)], repaired: false } : given
}

type Fault = Extract<Reading<never>, { ok: false }>['fault']

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function typeOf(tools: Tools, tool: string, key: string): unknown {
  const properties = tools.get(tool)?.parameters['properties'] as Record<string, { type?: unknown }> | undefined
  return properties && Object.hasOwn(properties, key) ? properties[key]?.type : undefined
}

/** The line breaks around the value belong to the form. */
function parameterValue(raw: string, type: unknown): unknown {
  const text = raw.replace(/^\r?\n/, '').replace(/\r?\n$/, '')
  if (type === undefined || type === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
