// Reads JSON as small models write it. Every reading is either the only sensible one or is marked as repaired; what could
// mean two things is a fault, because the value may be a command that is run.

/** `cut`: the text ends inside a string. `unfinished`: it ends elsewhere inside a value. */
export type Fault = 'cut' | 'unfinished' | 'malformed'

export type Reading<Value> = { ok: true; value: Value; repaired: boolean } | { ok: false; fault: Fault }

export interface ReadOptions {
  /** The text has ended where it was meant to end, so that one brace may be missing or too many. */
  closed: boolean
  /** A pair of these encloses raw text, as `<|"|>` does for gemma4. */
  delimiter?: string
  /** What follows the last value is not looked at. */
  ignoreTail?: boolean
}

/** Deeper values are refused: nothing of ours needs them, and recursion must end. */
export const deepest = 64

class FaultError extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault)
    this.fault = fault
  }
}

/** One or more values, one after the other; none is malformed. Linear in the length of the text. */
export function readValues(text: string, options: ReadOptions): Reading<unknown[]> {
  const strict = hasDrivePath(text) ? undefined : strictly(text)
  if (strict !== undefined) return { ok: true, value: [strict], repaired: false }
  return attempt(text, options, (reader) => {
    const values: unknown[] = []
    for (;;) {
      reader.skipSpace()
      if (values.length > 0) reader.skipSeparator()
      if (reader.atEnd()) break
      if (values.length > 0 && options.ignoreTail && !reader.isAt('{') && !reader.isAt('[')) break
      if (values.length > 0 && options.closed && reader.takeLastBrace()) break
      values.push(reader.value())
    }
    if (values.length === 0) throw new FaultError('malformed')
    return values
  })
}

/** Runs a reading of one's own over the text; faults become values. */
export function attempt<Value>(
  text: string,
  options: ReadOptions,
  read: (reader: TolerantReader) => Value,
): Reading<Value> {
  const reader = createReader(text, options)
  try {
    const value = read(reader)
    return { ok: true, value, repaired: reader.repaired() }
  } catch (thrown) {
    if (thrown instanceof FaultError) return { ok: false, fault: thrown.fault }
    throw thrown
  }
}

export interface TolerantReader {
  repaired(): boolean
  atEnd(): boolean
  isAt(words: string): boolean
  skipSpace(): void
  skipSeparator(): void
  /** Takes the words or is at fault. */
  expect(words: string): void
  /** A name as in a programming language, dots and hyphens allowed, or null. */
  name(): string | null
  value(): unknown
  /** Takes one closing brace too many, when nothing follows it. */
  takeLastBrace(): boolean
  /** The text is at fault here. */
  fail(): never
  /** The next characters, taken by nobody. */
  ahead(length: number): string
}

// Closing characters of each opening one. A smart quote closes with either of its kind.
const closersOf: Record<string, string> = { '"': '"', "'": "'", '`': '`', '“': '”“', '”': '”“', '‘': '’', '’': '’' }
const space = /[\s\uFEFF]/
const numberPattern = /[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/y
const namePattern = /[A-Za-z_$][\w$.-]*/y
const words = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
])

function createReader(text: string, { closed, delimiter }: ReadOptions): TolerantReader {
  let at = 0
  let repaired = false
  let spareBraces = closed ? 1 : 0

  function fail(): never {
    throw new FaultError(at >= text.length ? 'unfinished' : 'malformed')
  }

  function skipSpace(): void {
    for (;;) {
      while (at < text.length && space.test(text.charAt(at))) at += 1
      const isLine = text.startsWith('//', at) || text.charAt(at) === '#'
      const isBlock = text.startsWith('/*', at)
      if (!isLine && !isBlock) return
      const end = isLine ? text.indexOf('\n', at) : text.indexOf('*/', at + 2)
      if (end < 0 && isBlock) throw new FaultError('unfinished')
      at = end < 0 ? text.length : end + (isBlock ? 2 : 1)
    }
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) at += found.length
    return found
  }

  function value(depth = 0): unknown {
    skipSpace()
    if (depth > deepest) throw new FaultError('malformed')
    const first = text.charAt(at)
    if (first === '{') return object(depth)
    if (first === '[') return list(depth)
    if (isString()) return string()
    const number = match(numberPattern)
    if (number !== null) return toNumber(number)
    const name = match(namePattern)
    if (name === null) fail()
    if (!words.has(name)) throw new FaultError(at >= text.length && isBeginning(name) ? 'unfinished' : 'malformed')
    return words.get(name)
  }

  function toNumber(number: string): number {
    // A digit that is followed by more of a word is no number: 12abc, 0x1F.
    if (/[\w.]/.test(text.charAt(at))) fail()
    // Leading zeros, a plus sign and a bare point are not JSON; octal or decimal is a guess.
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(number)) repaired = true
    return Number(number)
  }

  function object(depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {}
    at += 1
    for (;;) {
      skipSpace()
      if (take('}')) return made
      if (atEndOfLast()) return made
      const key = isString() ? string() : match(namePattern)
      if (key === null) fail()
      skipSpace()
      if (!take(':')) fail()
      // A key such as __proto__ must become data like any other; who takes the value refuses it.
      Object.defineProperty(made, key, {
        value: value(depth + 1),
        writable: true,
        enumerable: true,
        configurable: true,
      })
      skipSpace()
      if (take(',')) continue
      if (take('}')) return made
      if (atEndOfLast()) return made
      fail()
    }
  }

  function list(depth: number): unknown[] {
    const made: unknown[] = []
    at += 1
    for (;;) {
      skipSpace()
      if (take(']')) return made
      if (made.length > 0 && atEndOfLast()) return made
      made.push(value(depth + 1))
      skipSpace()
      if (take(',')) continue
      if (take(']')) return made
      if (atEndOfLast()) return made
      fail()
    }
  }

  /** The one brace that may be missing, and only at the very end. */
  function atEndOfLast(): boolean {
    if (at < text.length || spareBraces === 0) return false
    spareBraces -= 1
    repaired = true
    return true
  }

  function isString(): boolean {
    return Object.hasOwn(closersOf, text.charAt(at)) || (delimiter !== undefined && text.startsWith(delimiter, at))
  }

  function string(): string {
    if (delimiter !== undefined && text.startsWith(delimiter, at)) return enclosed(delimiter)
    for (const triple of ['"""', "'''"]) {
      if (!text.startsWith(triple, at)) continue
      const raw = enclosed(triple)
      // In Python it would be an escape; in what a model copies from a file, a backslash.
      if (raw.includes('\\')) repaired = true
      return raw
    }
    const quote = text.charAt(at)
    return quote === '`' ? enclosed(quote) : quoted(quote)
  }

  function enclosed(mark: string): string {
    const from = at + mark.length
    const end = text.indexOf(mark, from)
    if (end < 0) throw new FaultError('cut')
    at = end + mark.length
    return text.slice(from, end)
  }

  function quoted(quote: string): string {
    const closers = closersOf[quote] ?? quote
    const from = at + 1
    let end = from
    let hasEscapes = false
    let isEscaped = true
    while (end < text.length && !closers.includes(text.charAt(end))) {
      if (text.charAt(end) === '\\') {
        hasEscapes = true
        end += 1
        isEscaped &&= isEscape(end, quote)
      }
      end += 1
    }
    if (end >= text.length) throw new FaultError('cut')
    at = end + 1
    const raw = text.slice(from, end)
    if (!hasEscapes) return raw
    // `\d+` and `C:\temp`: whoever wrote them did not escape, so no backslash of theirs is one.
    if (isDrivePath(raw) || !isEscaped) {
      repaired = true
      return raw
    }
    return raw.replace(/\\(?:u([0-9a-fA-F]{4})|([^u]))/gs, (_, hex: string | undefined, letter: string) =>
      hex === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }

  /** Whether what follows a backslash makes an escape of it. */
  function isEscape(place: number, quote: string): boolean {
    const letter = text.charAt(place)
    if (letter === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(place + 1, place + 5))
    return '"\\/bfnrt'.includes(letter) || (letter === "'" && quote !== '"')
  }

  function take(character: string): boolean {
    if (text.charAt(at) !== character) return false
    at += 1
    return true
  }

  return {
    repaired: () => repaired,
    atEnd: () => at >= text.length,
    isAt: (expected) => text.startsWith(expected, at),
    skipSpace,
    skipSeparator() {
      if (text.charAt(at) === ',' || text.charAt(at) === ';') at += 1
      skipSpace()
    },
    expect(expected) {
      skipSpace()
      if (!text.startsWith(expected, at)) fail()
      at += expected.length
    },
    name: () => match(namePattern),
    value: () => value(),
    takeLastBrace() {
      if (!/^[}\]]\s*$/.test(text.slice(at, at + 64)) || text.length > at + 64) return false
      at = text.length
      repaired = true
      return true
    },
    fail,
    ahead: (length) => text.slice(at, at + length),
  }
}

function isBeginning(word: string): boolean {
  return [...words.keys()].some((whole) => whole.startsWith(word))
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Whole string literals that are a Windows path with single backslashes: `C:\temp\notes.txt` is valid JSON for another text. */
function isDrivePath(raw: string): boolean {
  return /^[A-Za-z]:\\[^\\/:*?"<>|\r\n]/.test(raw) && !/[/:*?"<>|\r\n]/.test(raw.slice(2))
}

function hasDrivePath(text: string): boolean {
  return /"[A-Za-z]:\\[^\\]/.test(text)
}

/** The value, or undefined when the text is not JSON. */
function strictly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A value in which nothing is nested too deeply and no object has a `__proto__` of its own. */
export function isPlainData(value: unknown): boolean {
  return everyInside(value, (inner, depth) => depth <= deepest && !Object.hasOwn(inner, '__proto__'))
}

export function isTooDeep(value: unknown): boolean {
  return !everyInside(value, (_, depth) => depth <= deepest)
}

/** Objects and arrays of a value, itself included; without recursion, since the depth is the model's choice. */
function everyInside(value: unknown, holds: (inner: object, depth: number) => boolean): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    if (!holds(next.value, next.depth)) return false
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 })
  }
  return true
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
