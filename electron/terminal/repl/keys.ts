// What a terminal sends, as keys: bytes of a raw terminal in, texts, pastes and named keys out.
import { StringDecoder } from 'node:string_decoder'

export type KeyName =
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'escape'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'
  | 'unknown'

export interface NamedKey {
  kind: 'key'
  /** A key of its own, or the letter that was pressed with Control or Alt. */
  name: KeyName | (string & {})
  ctrl: boolean
  alt: boolean
  shift: boolean
}
export type Key =
  /** Typed: as much as came in one go. */
  | { kind: 'text'; text: string }
  /** Between the brackets of a paste; lines end with LF. */
  | { kind: 'paste'; text: string }
  | NamedKey

export interface KeyDecoder {
  write(bytes: Uint8Array): Key[]
  /** Something has begun that may be Escape alone: `flush` decides so when nothing came behind it. */
  readonly isOpen: boolean
  flush(): Key[]
}

const esc = '\u001b'
const pasteBegins = '\u001b[200~'
const pasteEnds = '\u001b[201~'
/** A sequence that is longer than any key has is none. */
const longestSequence = 64

const finalLetters: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  Z: 'tab',
}
const tildeNumbers: Readonly<Record<number, KeyName>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
}
const codes: Readonly<Record<number, KeyName>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
}

export function createKeyDecoder(): KeyDecoder {
  const utf8 = new StringDecoder('utf8')
  let rest = ''
  /** null outside of a paste. */
  let pasted: string[] | null = null

  function take(): Key[] {
    const keys: Key[] = []
    while (rest !== '') {
      if (pasted) {
        if (!takePaste(keys)) break
        continue
      }
      const length = rest.startsWith(esc) ? takeEscape(keys) : takePlain(keys)
      if (length === 0) break
      rest = rest.slice(length)
    }
    return keys
  }

  /** False when its end has not come yet. */
  function takePaste(keys: Key[]): boolean {
    const end = rest.indexOf(pasteEnds)
    if (end < 0) {
      // What may be the beginning of the end is waited for.
      const kept = beginningAtEnd(rest, pasteEnds)
      pasted?.push(rest.slice(0, rest.length - kept))
      rest = rest.slice(rest.length - kept)
      return false
    }
    const text = [...(pasted ?? []), rest.slice(0, end)].join('')
    pasted = null
    rest = rest.slice(end + pasteEnds.length)
    keys.push({ kind: 'paste', text: text.replace(/\r\n?/g, '\n') })
    return true
  }

  /** How many characters it was; 0 when more has to come. */
  function takeEscape(keys: Key[]): number {
    if (rest.startsWith(pasteBegins)) {
      pasted = []
      return pasteBegins.length
    }
    const second = rest[1]
    if (second === undefined) return 0
    if (second === '[') return takeSequence(keys)
    if (second === 'O') {
      const third = rest[2]
      if (third === undefined) return 0
      keys.push(named(finalLetters[third] ?? 'unknown'))
      return 3
    }
    if (second === esc) {
      keys.push(named('escape'))
      return 1
    }
    const sign = String.fromCodePoint(rest.codePointAt(1) ?? 0)
    const plain = keyOfControl(sign) ?? named(sign)
    keys.push({ ...plain, alt: true })
    return 1 + sign.length
  }

  function takeSequence(keys: Key[]): number {
    let end = 2
    while (end < rest.length && rest[end] !== undefined && /[ -?]/.test(rest[end] ?? '')) end += 1
    const final = rest[end]
    if (final === undefined) {
      if (rest.length <= longestSequence) return 0
      keys.push(named('unknown'))
      return rest.length
    }
    // Anything else breaks it off, and is looked at for itself.
    if (!/[@-~]/.test(final)) {
      keys.push(named('unknown'))
      return end
    }
    keys.push(keyOfSequence(rest.slice(2, end), final))
    return end + 1
  }

  function takePlain(keys: Key[]): number {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the keys that are no text.
    const text = /^[^\u0000-\u001f\u007f-\u009f]+/.exec(rest)?.[0]
    if (text !== undefined) {
      keys.push({ kind: 'text', text })
      return text.length
    }
    keys.push(keyOfControl(rest[0] ?? '') ?? named('unknown'))
    return 1
  }

  return {
    write(bytes) {
      rest += utf8.write(Buffer.from(bytes))
      return take()
    },
    get isOpen() {
      return pasted === null && rest !== ''
    },
    flush() {
      if (pasted || rest === '') return []
      const keys: Key[] = []
      if (rest === `${esc}O` || rest === `${esc}[`) keys.push({ ...named(rest[1] ?? ''), alt: true })
      else keys.push(named(rest === esc ? 'escape' : 'unknown'))
      rest = ''
      return keys
    },
  }
}

function named(name: NamedKey['name'], more: Partial<NamedKey> = {}): NamedKey {
  return { kind: 'key', name, ctrl: false, alt: false, shift: false, ...more }
}

/** null for what is no control character. */
function keyOfControl(sign: string): NamedKey | null {
  const code = sign.codePointAt(0) ?? 0
  if (code >= 32 && code !== 127) return null
  const own = codes[code]
  if (own !== undefined) return named(own)
  if (code === 0) return named(' ', { ctrl: true })
  return named(String.fromCharCode(code + (code <= 26 ? 96 : 64)), { ctrl: true })
}

/** `1;5` with `C`, `3` with `~`, `13;2` with `u`: a number, and what was held down with it. */
function keyOfSequence(parameters: string, final: string): NamedKey {
  const numbers = parameters.split(';').map((one) => Number.parseInt(one, 10))
  const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = numbers
  // `27;2;13~`: how xterm says the same as `13;2u`.
  if (final === '~' && first === 27) return withHeld(ofCode(third), second)
  if (final === '~') return withHeld(named(tildeNumbers[first] ?? 'unknown'), second)
  if (final === 'u') return withHeld(ofCode(first), second)
  const name = finalLetters[final]
  if (name === undefined) return named('unknown')
  return final === 'Z' ? named('tab', { shift: true }) : withHeld(named(name), second)
}

function ofCode(code: number): NamedKey {
  const name = codes[code]
  if (name !== undefined) return named(name)
  return named(code > 32 && code < 0x110000 ? String.fromCodePoint(code) : 'unknown')
}

function withHeld(key: NamedKey, parameter: number): NamedKey {
  const held = Number.isNaN(parameter) ? 0 : parameter - 1
  return { ...key, shift: (held & 1) !== 0, alt: (held & 2) !== 0, ctrl: (held & 4) !== 0 }
}

/** How many characters at the end of the text are the beginning of this word. */
function beginningAtEnd(text: string, word: string): number {
  for (let length = Math.min(word.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(word.slice(0, length))) return length
  }
  return 0
}
