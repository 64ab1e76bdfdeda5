// What a person writes into a search field, as terms and filters. Nothing of it reaches SQLite as it is written.
import { searchWords } from '../../../shared/messages/search.ts'
import type { SearchKind, SearchQuery, SearchRole, SearchScope } from '../../../shared/search.ts'
import { sessionId } from '../../../shared/session.ts'
import { spaced, tokensOf } from './tokens.ts'

/** One word or phrase to be found. */
export interface Term {
  text: string
  /** Its words as the index has them. */
  words: readonly string[]
  /** The last of its words may go on. */
  isPrefix: boolean
}

/** The columns of the index that a filter looks in. */
export type Facet = 'name' | 'file' | 'host' | 'skill'

export interface ParsedQuery {
  terms: readonly Term[]
  facets: readonly { facet: Facet; text: string }[]
  /** Beginning of the model's name. */
  model: string | null
  role: SearchRole | null
  kind: SearchKind | null
  /** Milliseconds since 1970: from this moment on, and before this one. */
  from: number | null
  to: number | null
  sessionId: string | null
  workspace: string | null
  scope: SearchScope
  isPinned: boolean
  problems: readonly string[]
}

const facetOf: Record<string, Facet> = { tool: 'name', file: 'file', host: 'host', skill: 'skill' }
const filterNames = ['role', 'tool', 'file', 'host', 'skill', 'model', 'before', 'after', 'in', 'is', 'kind']
/** More words than these are a text, not a question. */
const mostTerms = 32

/** Never throws: what it can make nothing of is a word to be found, or a problem in a sentence. */
export function parseQuery(query: SearchQuery): ParsedQuery {
  const terms: Term[] = []
  const facets: { facet: Facet; text: string }[] = []
  const problems: string[] = []
  let model: string | null = null
  let role: SearchRole | null = null
  let kind: SearchKind | null = null
  let from: number | null = null
  let to: number | null = null
  let inSession: string | null = null
  let scope: SearchScope | null = null
  let isPinned = false

  const pieces = piecesOf(query.text)
  for (const [index, { name, value, isQuoted }] of pieces.entries()) {
    const facet = name === null ? undefined : facetOf[name]
    if (name === null) {
      const words = tokensOf(value).map(({ word }) => word)
      if (words.length === 0 || terms.length >= mostTerms) continue
      // What is still being written is found, too; a letter of a script without spaces is a word already.
      const isLast = index === pieces.length - 1 && !isQuoted && !/\s$/.test(query.text)
      const tail = words.at(-1) ?? ''
      terms.push({ text: value, words, isPrefix: (isLast || value.endsWith('*')) && /^[^\p{Lo}]{2}/u.test(tail) })
    } else if (value === '') problems.push(searchWords.emptyFilter(name))
    else if (facet) facets.push({ facet, text: value })
    else if (name === 'model') model = value.toLowerCase()
    else if (name === 'role') {
      role = roleOf(value)
      if (role === null) problems.push(searchWords.unknownValue(name, value))
    } else if (name === 'kind') {
      kind = value === 'message' || value === 'tool' || value === 'title' ? value : null
      if (kind === null) problems.push(searchWords.unknownValue(name, value))
    } else if (name === 'after' || name === 'before') {
      const moment = momentOf(value, name)
      if (moment === null) problems.push(searchWords.noDate(name, value))
      else if (name === 'after') from = moment
      else to = moment
    } else if (name === 'in') {
      if (sessionId.safeParse(value).success) inSession = value
      else problems.push(searchWords.noSession(value))
    } else if (value === 'archived' || value === 'active') scope = value
    else if (value === 'all') scope = 'all'
    else if (value === 'pinned') isPinned = true
    else problems.push(searchWords.unknownValue(name, value))
  }
  return {
    terms,
    facets,
    model,
    role: query.role ?? role,
    kind: query.kind ?? kind,
    from: query.after === undefined ? from : momentOf(query.after, 'after'),
    to,
    sessionId: query.sessionId ?? inSession,
    workspace: query.workspace ?? null,
    scope: scope ?? query.scope ?? 'all',
    isPinned,
    problems,
  }
}

interface Piece {
  /** Of a filter; null for what is to be found. */
  name: string | null
  value: string
  /** And the quote is closed. */
  isQuoted: boolean
}

/** Split at spaces outside quotes. A quote that is not closed ends with the line. Curly quotes are quotes. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  const pattern = /\s*([A-Za-z]+):(?=\s|$)|\s*(?:([A-Za-z]+):)?(?:["“”„]([^"“”„]*)(?:(["“”„])|$)|([^\s"“”„]+))/gu
  for (const [whole, lone, name, phrase, closing, bare] of text.matchAll(pattern)) {
    const quoted = phrase === undefined ? null : { value: phrase, isQuoted: closing !== undefined }
    if (lone !== undefined) {
      pieces.push(isFilter(lone) ? { name: lone.toLowerCase(), value: '', isQuoted: false } : word(lone))
    } else if (name !== undefined && isFilter(name)) {
      pieces.push({ name: name.toLowerCase(), value: bare ?? '', isQuoted: false, ...quoted })
    } else if (name !== undefined && quoted) pieces.push(word(name), { name: null, ...quoted })
    else if (quoted) pieces.push({ name: null, ...quoted })
    else pieces.push(word(whole.trim()))
  }
  return pieces
}

const word = (value: string): Piece => ({ name: null, value, isQuoted: false })
const isFilter = (name: string) => filterNames.includes(name.toLowerCase())

function roleOf(value: string): SearchRole | null {
  const plain = value.toLowerCase()
  if (plain === 'user' || plain === 'me') return 'user'
  if (plain === 'assistant' || plain === 'model') return 'assistant'
  return plain === 'tool' ? 'tool' : null
}

/** A day of the person's own calendar, or a moment. `after:` a day has that day in it, `before:` has not. */
function momentOf(value: string, _name: 'after' | 'before'): number | null {
  const day = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value)
  if (!day) {
    const time = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
    return Number.isNaN(time) ? null : time
  }
  const [year, month, date] = [Number(day[1]), Number(day[2] ?? 1), Number(day[3] ?? 1)]
  const made = new Date(year, month - 1, date)
  return made.getFullYear() === year && made.getMonth() === month - 1 && made.getDate() === date ? made.getTime() : null
}

/** Which columns a free word is looked for in. */
const columnsOf: Record<SearchKind | 'any', string> = {
  any: '{title body tool name file host skill parts}',
  message: '{body parts}',
  tool: '{tool name file host parts}',
  title: '{title}',
}

/** As FTS5 is asked; null when nothing in it needs the index of words. Every word stands in quotes, so none is a word of FTS5. */
export function matchOf({ terms, facets, kind }: ParsedQuery, join: 'AND' | 'OR'): string | null {
  const columns = columnsOf[kind ?? 'any']
  const free = terms.map((term) => `${quoted(term.text)}${term.isPrefix ? '*' : ''}`)
  const filters = facets.map(({ facet, text }) => `${facet} : ${quoted(text)}*`)
  const found = free.length === 0 ? [] : [`${columns} : (${free.join(` ${join} `)})`]
  const all = [...found, ...filters]
  return all.length === 0 ? null : all.join(' AND ')
}

const quoted = (text: string) => `"${spaced(text).replaceAll('"', '""').replaceAll('\0', ' ')}"`
