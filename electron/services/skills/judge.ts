// What is to be said of a SKILL.md: the rules of the Agent Skills specification, kept strictly where something could go wrong, and
// mildly where a person only wrote it in another way. Text and the folder's name in, a judgement out.
import type { SkillJudgement, SkillProblem, SkillStatus } from '../../../shared/skills.ts'
import { tokensIn } from '../../agent/token-estimate.ts'
import { cleanLine, cleanText, cutTo } from './clean-text.ts'
import { textOfEntry } from './front-lines.ts'
import { problem, statusOf } from './problems.ts'
import { type FieldValue, largestSkillFile, type TakenApart, takeApart } from './skill-file.ts'

export interface JudgedSkill {
  status: SkillStatus
  /** The folder's own where the file has none that may be taken. */
  name: string
  /** Empty when it is refused for want of one. */
  description: string
  license: string | null
  compatibility: string | null
  allowedTools: readonly string[]
  metadata: readonly { name: string; value: string }[]
  /** Without the front matter, and without anything that is not seen. */
  body: string
  problems: readonly SkillProblem[]
}

/** As the specification counts: code points. */
const longestName = 64
/** What is longer is no name: it stands in every list and every request. */
const longestTakenName = 200
const longestDescription = 1_024
const longestCompatibility = 500
const mostBodyLines = 500

export function judgeBytes(bytes: Uint8Array, folderName: string): JudgedSkill {
  if (bytes.length > largestSkillFile) return unreadable(folderName, problem('file-too-large'))
  const text = textOf(bytes)
  return text === null ? unreadable(folderName, problem('not-text')) : judgeText(text, folderName)
}

/** null when it is no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // That is all it throws for.
    return null
  }
}

/** Of a folder whose SKILL.md could not be had. */
export function unreadable(folderName: string, ...problems: SkillProblem[]): JudgedSkill {
  const fields = { license: null, compatibility: null, allowedTools: [], metadata: [] }
  const name = nameOfFolder(folderName)
  return { status: statusOf(problems), name, description: '', ...fields, body: '', problems }
}

export function judgeText(text: string, folderName: string): JudgedSkill {
  const taken = takeApart(text)
  const { fields, unknown, entries } = taken
  const problems: SkillProblem[] = [...taken.problems]
  const isReadable = statusOf(problems) !== 'invalid'
  const lineOf = (key: string) => entries.find((entry) => entry.key === key)?.line
  /** A problem of one field. */
  const say = (code: SkillProblem['code'], field: string, more: { what?: string; fix?: SkillProblem['fix'] } = {}) => {
    const line = lineOf(field)
    const { what, fix } = more
    problems.push(problem(code, { ...(what !== undefined && { what }), ...(line && { line }), ...(fix && { fix }) }))
  }

  const description = isReadable ? judgeDescription(taken, say) : ''
  const ownName = lineText(fields.name).normalize('NFC')
  // Where there is nothing at all, one problem says it.
  const isNamed = isReadable && (ownName !== '' || description !== '')
  const name = isNamed ? judgeName(ownName, folderName, say) : nameOfFolder(folderName)
  const compatibility = judgeCompatibility(fields.compatibility, say)
  const allowedTools = judgeTools(fields['allowed-tools'], say)
  const metadata = judgeMetadata(fields.metadata, say)
  if (unknown.length > 0) problems.push(problem('unknown-field', { what: unknown.map(cleanLine).join(', ') }))
  const body = cleanText(taken.body)
  if (isReadable && body.trim() === '') problems.push(problem('empty-body'))
  if (hasMoreLines(body, mostBodyLines)) problems.push(problem('body-over-500-lines'))
  const license = cutTo(lineText(fields.license), longestCompatibility).text || null
  return {
    status: statusOf(problems),
    name,
    description,
    license,
    compatibility,
    allowedTools,
    metadata,
    body,
    problems,
  }
}

function hasMoreLines(text: string, most: number): boolean {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1 && lines <= most; at = text.indexOf('\n', at + 1)) lines += 1
  return lines > most
}

type Say = (code: SkillProblem['code'], field: string, more?: { what?: string; fix?: SkillProblem['fix'] }) => void

const lineText = (value: FieldValue | undefined) => (typeof value === 'string' ? cleanLine(value) : '')

/** Never empty: something has to stand in the list. */
function nameOfFolder(folderName: string): string {
  return cutTo(cleanLine(folderName.normalize('NFC')), longestTakenName).text || '?'
}

function judgeName(name: string, folderName: string, say: Say): string {
  const own = nameOfFolder(folderName)
  if (name === '') {
    say('name-from-folder', 'name', { fix: 'rewrite-frontmatter' })
    return own
  }
  // A name becomes a part of paths: where skills are mounted, and where they are installed.
  if (/[/\\]|^\.+$/.test(name) || cutTo(name, longestTakenName).isCut) {
    say('name-unsafe', 'name')
    return own
  }
  const sameForm = name.normalize('NFKC')
  if (sameForm !== sameForm.toLowerCase()) say('name-uppercase', 'name')
  if (/[^\p{L}\p{M}\p{N}-]/u.test(sameForm)) say('name-chars', 'name')
  if (/^-|-$|--/.test(sameForm)) say('name-hyphens', 'name')
  if (cutTo(name, longestName).isCut) say('name-too-long', 'name')
  if (sameForm !== folderName.normalize('NFKC')) {
    say('name-folder-mismatch', 'name', { what: own, fix: 'rename-folder' })
  }
  return name
}

function judgeDescription({ fields, entries }: TakenApart, say: Say): string {
  const given = fields.description
  const entry = entries.find(({ key }) => key === 'description')
  let text = lineText(given)
  if (typeof given === 'object' && given !== null && entry) {
    // Brackets that were meant as such, and are a list to YAML.
    text = cleanLine(textOfEntry(entry))
    say('yaml-repaired', 'description', { fix: 'rewrite-frontmatter' })
  } else if (entry && isPlain(entry.value) && /\s#/.test([entry.value, ...entry.below].join('\n'))) {
    const isWhole = text === cleanLine(textOfEntry(entry))
    if (!isWhole) say('description-has-hash-comment', 'description', { fix: 'rewrite-frontmatter' })
  }
  if (text === '') say('description-missing', 'description')
  const cut = cutTo(text, longestDescription)
  if (cut.isCut) say('description-too-long', 'description')
  return cut.text
}

/** Neither in quotes nor a block: what YAML reads up to a comment. */
const isPlain = (value: string) => value !== '' && !/^["'|>[{&*!]/.test(value)

function judgeCompatibility(value: FieldValue | undefined, say: Say): string | null {
  if (value === undefined) return null
  const cut = cutTo(lineText(value), longestCompatibility)
  if (cut.isCut || cut.text === '') say('compatibility-bad', 'compatibility')
  return cut.text || null
}

/** Advice for the person; nothing is ever granted by it. */
function judgeTools(value: FieldValue | undefined, say: Say): string[] {
  if (value === undefined || value === null || value instanceof Map) return []
  if (Array.isArray(value)) {
    say('allowed-tools-list', 'allowed-tools', { fix: 'rewrite-frontmatter' })
    return value.flatMap((item) => (item === null ? [] : [cleanLine(item)])).filter((item) => item !== '')
  }
  // Between brackets a comma or a space belongs to the tool.
  const text = cleanLine(value).slice(0, 2_000)
  if (/,/.test(text.replace(/\([^()]*\)/g, ''))) {
    say('allowed-tools-commas', 'allowed-tools', { fix: 'rewrite-frontmatter' })
  }
  return text.match(/[^\s,(]*\([^()]*\)|[^\s,]+/g) ?? []
}

function judgeMetadata(value: FieldValue | undefined, say: Say): { name: string; value: string }[] {
  if (value === undefined || value === null) return []
  const items = value instanceof Map ? [...value] : []
  if (items.length === 0 || items.some(([, item]) => item === null)) {
    if (!(value instanceof Map) || items.length > 0) say('metadata-nested', 'metadata')
  }
  return items.flatMap(([name, item]) => (item === null ? [] : [{ name: cleanLine(name), value: cleanLine(item) }]))
}

/** About: one line of the catalogue in each request, and the text that a use brings. */
export function tokensOf({ name, description, body }: Pick<JudgedSkill, 'name' | 'description' | 'body'>) {
  return { catalogue: tokensIn(`- ${name}: ${description}\n`), loaded: tokensIn(body) }
}

export function judgementOf(judged: JudgedSkill): SkillJudgement {
  const { status, name, description, problems } = judged
  return { status, name, description, problems: [...problems], tokens: tokensOf(judged) }
}
