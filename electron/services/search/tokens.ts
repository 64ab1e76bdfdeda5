// Texts as words: for the index as SQLite splits them, and with their places for what is shown of a hit.

/** Scripts that put no spaces between words: each of their letters is a word of its own, and neighbours are a phrase. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const unspacedAll = new RegExp(unspaced, 'gu')
/** Quick to ask of a long text: whether there may be such a letter at all. Its ranges have these scripts in them, and surrogates. */
const mayBeUnspaced =
  /[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\udbff\uf900-\ufaff\uff66-\uffdc]/
const camel = /\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u

/** A text as the index is given it, and as a query is: NFKC, with letters of unspaced scripts set apart. */
export function spaced(text: string): string {
  const normal = text.normalize('NFKC')
  return mayBeUnspaced.test(normal) ? normal.replace(unspacedAll, ' $& ') : normal
}

/** The parts of names such as `readLogLine` in a text, each once. Underscores and hyphens part words by themselves. */
export function namePartsIn(text: string): string {
  if (!camel.test(text)) return ''
  const parts = new Set<string>()
  for (const [word] of text.matchAll(/\p{L}[\p{L}\p{N}]{3,80}/gu)) {
    if (!camel.test(word)) continue
    for (const part of word.split(/(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)) {
      if (part !== word && part.length > 1) parts.add(part)
      if (parts.size >= 200) return [...parts].join(' ')
    }
  }
  return [...parts].join(' ')
}

/** One word and where it stands, in UTF-16 code units. */
export interface Token {
  /** Folded: without case and diacritics. */
  word: string
  start: number
  end: number
}

const isWordSign = /[\p{L}\p{N}\p{Co}]/u
const isMark = /\p{M}/u
/** What each sign beyond ASCII folds to. As many as a person's scripts have; emptied before it is a burden. */
const folded = new Map<string, Folded>()
interface Folded {
  text: string
  kind: 'word' | 'alone' | 'mark' | 'gap'
}

function foldOf(sign: string): Folded {
  const known = folded.get(sign)
  if (known) return known
  const normal = sign.normalize('NFKC')
  const made: Folded = unspaced.test(normal)
    ? { text: normal, kind: 'alone' }
    : isMark.test(normal)
      ? { text: '', kind: 'mark' }
      : isWordSign.test(normal)
        ? { text: withoutMarks(normal), kind: 'word' }
        : { text: '', kind: 'gap' }
  if (folded.size > 20_000) folded.clear()
  folded.set(sign, made)
  return made
}

const withoutMarks = (text: string) => text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')

/** The words of a text as the index has them. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let word = ''
  let start = 0
  let end = 0
  const close = () => {
    if (word !== '') tokens.push({ word, start, end })
    word = ''
  }
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code < 0x80) {
      const isWord = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)
      if (!isWord) close()
      else {
        if (word === '') start = at
        word += String.fromCharCode(code >= 0x41 && code <= 0x5a ? code + 0x20 : code)
        end = at + 1
      }
      at += 1
      continue
    }
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
    const { text: letters, kind } = foldOf(sign)
    if (kind === 'alone') {
      close()
      for (const letter of letters) tokens.push({ word: letter, start: at, end: at + sign.length })
    } else if (kind === 'word') {
      if (word === '') start = at
      word += letters
      end = at + sign.length
    } else if (kind === 'gap') close()
    else if (word !== '') end = at + sign.length
    at += sign.length
  }
  close()
  return tokens
}

/** A text for looking inside of words: without case. As long as the text, so that places are places in it. */
export function lowered(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return text
    .replace(/[^\0-\x7f]/g, (unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit))
    .toLowerCase()
}
