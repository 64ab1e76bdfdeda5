// The text of a SKILL.md, taken apart: the only file that reads front matter. Caps and fence are looked at before any library is
// asked; what is written there is never run, and only known fields leave this file.
import matter from 'gray-matter'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import type { SkillProblem, SkillProblemCode } from '../../../shared/skills.ts'
import { entriesOf, type FrontEntry, type FrontLine, requoted, textOfEntry } from './front-lines.ts'
import { type ProblemDetail, problem } from './problems.ts'

/** Bytes. */
export const largestSkillFile = 1_048_576
export const largestFrontMatter = 32_768

const knownFields = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'] as const
export type KnownField = (typeof knownFields)[number]
/** A text, what of a list or a mapping is a text (null for what is not), or nothing. */
export type FieldValue = string | null | (string | null)[] | Map<string, string | null>

export interface TakenApart {
  /** Has no prototype. */
  fields: Readonly<Partial<Record<KnownField, FieldValue>>>
  /** Names of other fields: a few, and not whole when they are long. */
  unknown: readonly string[]
  /** The fields as they were written. */
  entries: readonly FrontEntry[]
  /** Behind the front matter; lines end with a line feed alone. */
  body: string
  problems: readonly SkillProblem[]
}

/** Never throws. What it cannot read is a problem. */
export function takeApart(given: string): TakenApart {
  if (isLonger(given, largestSkillFile)) return refused('file-too-large')
  const marked = given.startsWith('\ufeff') ? given.slice(1) : given
  const text = marked.includes('\r') ? marked.replace(/\r\n?/g, '\n') : marked
  const nul = text.indexOf('\0')
  if (nul !== -1) return refused('nul-byte', { line: text.slice(0, nul).split('\n').length })
  const [fence, begin] = lineAt(text, 0)
  if (!fence.startsWith('---') || fence.startsWith('----')) return refused('no-frontmatter', { line: 1 })
  if (fence.trimEnd() !== '---') return refused('fence-language', { line: 1 })
  // The body is as long as a book, and is not looked at by lines.
  for (let at = begin; at < text.length; ) {
    const [line, next] = lineAt(text, at)
    if (line.startsWith('---') && line.trimEnd() === '---') {
      const front = text.slice(begin, Math.max(begin, at - 1))
      if (isLonger(front, largestFrontMatter)) return refused('frontmatter-too-large', { line: 1 })
      return { ...readFront(frontLines(front.split('\n'))), body: text.slice(next) }
    }
    at = next
  }
  return refused('unclosed', { line: 1 })
}

/** The line that begins here, and where the next one does. */
function lineAt(text: string, at: number): [string, number] {
  const end = text.indexOf('\n', at)
  return end === -1 ? [text.slice(at), text.length] : [text.slice(at, end), end + 1]
}

function isLonger(text: string, bytes: number): boolean {
  return text.length > bytes || Buffer.byteLength(text) > bytes
}

function refused(code: SkillProblemCode, detail?: ProblemDetail): TakenApart {
  return { fields: none(), unknown: [], entries: [], body: '', problems: [problem(code, detail)] }
}

const none = (): TakenApart['fields'] => Object.create(null)

/**
 * Without runs of blank lines, over which gray-matter takes a time that grows with their square; in the values that are read a run is a
 * space anyway. Unicode's own line ends are none to YAML and are such to gray-matter.
 */
function frontLines(lines: readonly string[]): FrontLine[] {
  return lines
    .map((text, at) => ({ text: text.replace(/[\u0085\u2028\u2029]/g, ' '), line: at + 2 }))
    .filter(({ text }, at, all) => text.trim() !== '' || all[at - 1]?.text.trim() !== '')
}

function readFront(lines: readonly FrontLine[]): Omit<TakenApart, 'body'> {
  const entries = entriesOf(lines)
  const first = parse(lines.map(({ text }) => text).join('\n'))
  if (first.is === 'fields') return { ...first, entries, problems: [] }
  if (first.is === 'no-mapping') return { ...refused('frontmatter-not-mapping', { line: 2 }), entries }
  const line = lines[first.line]?.line
  const detail: ProblemDetail = { fix: 'rewrite-frontmatter', ...(line !== undefined && { line }) }
  const mended = mend(entries)
  if (mended) return { ...mended, entries, problems: [problem('yaml-repaired', detail)] }
  const byLine = readByLine(entries)
  if (!hasAny(byLine)) return { ...refused('yaml-unreadable', detail), entries }
  return { fields: byLine, unknown: [], entries, problems: [problem('yaml-line-fallback', detail)] }
}

/** YAML takes none of them, whatever is around them. */
const unprintable = /(?!\t)[\p{Cc}\p{Cs}]/gu

const hasAny = ({ name, description }: TakenApart['fields']) => typeof (name ?? description) === 'string'

/** Known fields alone are mended: a block can have thousands of entries, and each try takes its time. null when it does not help. */
function mend(entries: readonly FrontEntry[]): Pick<TakenApart, 'fields' | 'unknown'> | null {
  const known = entries.filter(({ key }) => isKnown(key))
  const keys = known.map(({ key }) => key)
  // What is there twice stays wrong in any form.
  if (new Set(keys).size < keys.length) return null
  const printable = known.map(({ value, below, ...entry }) => ({
    ...entry,
    value: value.replace(unprintable, ''),
    below: below.map((line) => line.replace(unprintable, '')),
  }))
  const parsed = parse(requoted(printable, (yaml) => parse(yaml).is === 'fields'))
  if (parsed.is !== 'fields' || !hasAny(parsed.fields)) return null
  const others = entries.filter(({ key }) => !isKnown(key) && key !== '__proto__').slice(0, mostNamed)
  return { fields: parsed.fields, unknown: others.map(({ key }) => key.slice(0, longestNamed)) }
}

const isKnown = (key: string) => knownFields.some((field) => field === key)

/** The first of each name. */
function readByLine(entries: readonly FrontEntry[]): TakenApart['fields'] {
  const fields = Object.create(null)
  for (const wanted of ['name', 'description'] as const) {
    const entry = entries.find(({ key }) => key === wanted)
    if (entry) fields[wanted] = textOfEntry(entry)
  }
  return fields
}

type Parsed =
  | { is: 'fields'; fields: TakenApart['fields']; unknown: readonly string[] }
  | { is: 'no-mapping' }
  /** Which of the lines, counted from 0. */
  | { is: 'error'; line: number }

const anchor = /(?:^|[\s,[{:?-])&[^\s,[\]{}]/m
const alias = /(?:^|[\s,[{:?-])\*[^\s,[\]{}]/gm
/** More than any block has that a person wrote. */
const mostAliases = 50

function refuseEngine(): never {
  throw new Error('Nothing but YAML is read.')
}

/** Every engine but ours throws, and there are always options: without them gray-matter answers from a cache that anybody fills. */
function parse(yaml: string): Parsed {
  // gray-matter ends the block at any line with hyphens, and YAML begins or ends a document with these.
  const marker = yaml.split('\n').findIndex((line) => /^(---|\.\.\.)/.test(line))
  if (marker !== -1) return { is: 'error', line: marker }
  // As keys, what references lead to becomes text each time: a small block could fill the memory.
  if (anchor.test(yaml) && (yaml.match(alias)?.length ?? 0) > mostAliases) return { is: 'error', line: 0 }
  let parsed: Parsed = { is: 'fields', fields: none(), unknown: [] }
  const yamlEngine = (text: string) => {
    parsed = readYaml(text)
    // Nothing that was written there is handed on: gray-matter itself obeys some of the fields.
    return {}
  }
  try {
    matter(`---\n${yaml}\n---\n`, {
      language: 'yaml',
      engines: {
        yaml: yamlEngine,
        json: refuseEngine,
        javascript: refuseEngine,
        js: refuseEngine,
        coffee: refuseEngine,
      },
    })
    return parsed
  } catch (thrown) {
    return { is: 'error', line: lineOf(thrown) }
  }
}

function readYaml(text: string): Parsed {
  const value = load(text, { schema: FAILSAFE_SCHEMA })
  if (value === null || value === undefined) return { is: 'fields', fields: none(), unknown: [] }
  if (typeof value !== 'object' || Array.isArray(value)) return { is: 'no-mapping' }
  const fields = Object.create(null)
  const unknown: string[] = []
  for (const [name, given] of Object.entries(value)) {
    const known = knownFields.find((field) => field === name)
    if (known) fields[known] = fieldValue(given)
    else if (name !== '__proto__' && unknown.length < mostNamed) unknown.push(name.slice(0, longestNamed))
  }
  return { is: 'fields', fields, unknown }
}

const mostNamed = 12
const longestNamed = 60
/** References make a small block endless, so no more than this is ever looked at. */
const mostItems = 100
const longestItem = 2_000

function fieldValue(value: unknown): FieldValue {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.slice(0, mostItems).map(itemText)
  if (typeof value !== 'object' || value === null) return null
  const items = Object.entries(value).filter(([name]) => name !== '__proto__')
  return new Map(items.slice(0, mostItems).map(([name, item]) => [name.slice(0, longestNamed), itemText(item)]))
}

const itemText = (item: unknown) => (typeof item === 'string' ? item.slice(0, longestItem) : null)

/** gray-matter gives YAML the line end of the fence as well. */
function lineOf(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('mark' in thrown)) return 0
  const { mark } = thrown
  const isMark = typeof mark === 'object' && mark !== null && 'line' in mark && typeof mark.line === 'number'
  return isMark ? Math.max(0, Number(mark.line) - 1) : 0
}
