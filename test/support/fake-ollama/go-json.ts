// JSON as Go reads and writes it: only the first value of a body, its words for what is wrong, and its escapes.

export type Refusal = { status: number; error: string }
export type Fields = Readonly<Record<string, unknown>>

/** A body as an object; null is an empty one, and what follows the first value is not looked at. */
export function readBody(raw: string, type: string): { fields: Fields } | Refusal {
  const read = scan(raw)
  if (read.error === 'EOF') return { status: 400, error: 'missing request body' }
  if (read.error !== null) return { status: 400, error: read.error }
  const value: unknown = JSON.parse(raw.slice(0, read.end))
  if (value === null) return { fields: {} }
  return isObject(value)
    ? { fields: value }
    : { status: 400, error: `json: cannot unmarshal ${kindOf(value)} into Go value of type api.${type}` }
}

/** What the encoder of Go makes of a value: it escapes what could be HTML. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value)
  return /[<>&\u2028\u2029]/u.test(text)
    ? text.replace(/[<>&\u2028\u2029]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text
}

export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

type Scanned = { end: number; error: null } | { error: string }

/** Finds the end of the first value, or says what Go says. */
function scan(text: string): Scanned {
  let at = 0
  const blank = () => {
    while (/[ \t\r\n]/u.test(text[at] ?? '')) at += 1
  }
  const refuse = (where: string): never => {
    const character = text[at]
    throw new SyntaxError(
      character === undefined ? 'unexpected EOF' : `invalid character ${quoted(character)} ${where}`,
    )
  }

  function value(): void {
    blank()
    const first = text[at] ?? ''
    const literal = ['true', 'false', 'null'].find((one) => first !== '' && one.startsWith(first))
    if (first === '{') group('}', 'after object key:value pair', member)
    else if (first === '[') group(']', 'after array element', value)
    else if (first === '"') string()
    else if (/[-0-9]/u.test(first)) number()
    else if (literal !== undefined) word(literal)
    else refuse('looking for beginning of value')
  }

  function group(close: string, where: string, item: () => void): void {
    at += 1
    blank()
    if (text[at] === close) {
      at += 1
      return
    }
    for (;;) {
      item()
      blank()
      if (text[at] === close) break
      if (text[at] !== ',') refuse(where)
      at += 1
    }
    at += 1
  }

  function member(): void {
    blank()
    if (text[at] !== '"') refuse('looking for beginning of object key string')
    string()
    blank()
    if (text[at] !== ':') refuse('after object key')
    at += 1
    value()
  }

  function string(): void {
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === undefined || (text[at] ?? '') < ' ') refuse('in string literal')
      if (text[at] !== '\\') continue
      at += 1
      if (text[at] === 'u') {
        for (let digit = 0; digit < 4; digit += 1) {
          at += 1
          if (!/[0-9a-f]/iu.test(text[at] ?? '')) refuse('in \\u hexadecimal character escape')
        }
      } else if (!/["\\/bfnrt]/u.test(text[at] ?? '')) refuse('in string escape code')
    }
    at += 1
  }

  function number(): void {
    const found = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/uy
    found.lastIndex = at
    const match = found.exec(text)
    if (match === null) {
      at += 1
      refuse('in numeric literal')
    }
    at += match?.[0].length ?? 0
  }

  function word(literal: string): void {
    for (const character of literal) {
      if (text[at] !== character) refuse(`in literal ${literal} (expecting '${character}')`)
      at += 1
    }
  }

  try {
    blank()
    if (text[at] === undefined) return { error: 'EOF' }
    value()
    return { end: at, error: null }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { error: thrown.message }
    throw thrown
  }
}

function quoted(character: string): string {
  if (character === "'") return "'\\''"
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`
}
