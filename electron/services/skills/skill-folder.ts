// One skill's folder: what is in it, its hash, and what is to be said of its SKILL.md. Reading only; no link inside it is followed.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { SkillFile, SkillProblem, SkillSummary } from '../../../shared/skills.ts'
import { entriesIn, isWithin, skillEntry } from './find-folders.ts'
import { type JudgedSkill, judgeBytes, textOf, tokensOf, unreadable } from './judge.ts'
import { deepestFile, largestFile, largestSkill, mostFiles } from './limits.ts'
import type { Pace } from './pace.ts'
import { problem, statusOf } from './problems.ts'
import { readFileAt } from './read-file.ts'
import { largestSkillFile } from './skill-file.ts'

export interface SkillFolder {
  /** SKILL.md and the folder together. */
  judged: JudgedSkill
  /** In the order of their paths. */
  files: readonly SkillFile[]
  bytes: number
  scripts: number
  /** SHA-256 over names and bytes of all files, and over where links lead; of nothing when it is refused. */
  hash: string
  tokens: SkillSummary['tokens']
  /** Of SKILL.md; ISO 8601. */
  modified: string | null
  /** By this it is known again without being read. null when it may not be: a clock has steps, and something was just written. */
  mark: string | null
}

export interface FolderOptions {
  /** Where a link as SKILL.md may lead to; null for anywhere. */
  boundary: string | null
  /** What was known of it. */
  before?: SkillFolder | undefined
  pace: Pace
}

interface Listed {
  path: string
  stats: fs.Stats
  /** Where it leads, for a link. */
  link: string | null
}

interface Listing {
  listed: Listed[]
  problems: SkillProblem[]
  pace: Pace
}

/** Milliseconds in which a file can be written twice and bear the same time. */
const clockStep = 2_000

/** null when there is no such folder, or no SKILL.md in it. Throws when the signal is aborted. */
export async function readSkillFolder(realFolder: string, options: FolderOptions): Promise<SkillFolder | null> {
  const { boundary, before, pace } = options
  const folderName = basename(realFolder)
  const listed: Listed[] = []
  const problems: SkillProblem[] = []
  const entry = skillEntry(await list(realFolder, '', { listed, problems, pace }, 0))
  if (!entry) return null
  listed.sort((one, other) => (one.path < other.path ? -1 : 1))
  const target = entry.isSymbolicLink() ? await linkedSkillFile(join(realFolder, entry.name), boundary ?? null) : null
  const mark = markOf(listed, target?.stats ?? null)
  if (mark !== null && before?.mark === mark) return before

  if (entry.name !== 'SKILL.md') problems.push(problem('file-name-case', { path: entry.name }))
  const bytes = listed.reduce((sum, { stats, link }) => sum + (link === null ? stats.size : 0), 0)
  if (bytes > largestSkill || listed.some(({ stats, link }) => link === null && stats.size > largestFile)) {
    problems.push(problem('too-large'))
  }
  const isTooMuch = problems.some(({ code }) => code === 'too-large' || code === 'too-many-files')
  const skillPath = target === null ? join(realFolder, entry.name) : target.path
  const first = await readSkillFile(skillPath, entry.name, folderName, target)
  const own = { path: target === null ? entry.name : null, bytes: first.bytes }
  const { files, hash } = await readAll(realFolder, listed, isTooMuch, own, problems, pace)
  const all = [...first.judged.problems, ...problems]
  return {
    judged: { ...first.judged, problems: all, status: statusOf(all) },
    files,
    bytes,
    scripts: files.filter(({ isScript }) => isScript).length,
    hash,
    tokens: tokensOf(first.judged),
    modified: first.modified,
    mark,
  }
}

interface LinkedFile {
  path: string
  stats: fs.Stats | null
  problem: SkillProblem | null
}

async function linkedSkillFile(link: string, boundary: string | null): Promise<LinkedFile> {
  const path = await realpath(link).catch(() => null)
  const name = basename(link)
  if (path === null) return { path: link, stats: null, problem: problem('link-dangling', { path: name }) }
  if (!isWithin(boundary, path)) return { path: link, stats: null, problem: problem('link-outside', { path: name }) }
  return { path, stats: fs.lstatSync(path, { throwIfNoEntry: false }) ?? null, problem: null }
}

/**
 * What lies in the folder itself. `above` ends with a slash, or is empty. Asked at once: there are thousands of small looks, and each
 * costs less than to wait for another thread. The root itself was asked otherwise, so a disk that is away holds nobody up here.
 */
async function list(folder: string, above: string, into: Listing, depth: number): Promise<readonly fs.Dirent[]> {
  const { listed, problems, pace } = into
  const entries = entriesIn(folder)
  if (typeof entries === 'string') {
    if (entries !== 'ENOENT') problems.push(problem('unreadable', { path: above.slice(0, -1) || basename(folder) }))
    return []
  }
  for (const entry of entries) {
    if (pace.isDue()) await pace.turn()
    if (listed.length >= mostFiles) {
      tooMany(problems)
      break
    }
    const path = above + entry.name
    const at = join(folder, entry.name)
    if (entry.isDirectory()) {
      // The history of a skill that was cloned is nothing that a model reads.
      if (path === '.git') continue
      if (depth < deepestFile) await list(at, `${path}/`, into, depth + 1)
      else tooMany(problems)
      continue
    }
    const stats = fs.lstatSync(at, { throwIfNoEntry: false })
    if (stats?.isFile()) listed.push({ path, stats, link: null })
    else if (stats?.isSymbolicLink()) listed.push({ path, stats, link: targetOf(at) })
  }
  return entries
}

function tooMany(problems: SkillProblem[]): void {
  if (!problems.some(({ code }) => code === 'too-many-files')) problems.push(problem('too-many-files'))
}

function targetOf(link: string): string {
  try {
    return fs.readlinkSync(link)
  } catch {
    // Gone, or no link any more: the next look sees what is there then.
    return ''
  }
}

function markOf(listed: readonly Listed[], linked: fs.Stats | null): string | null {
  const all = [...listed.map(({ stats }) => stats), ...(linked ? [linked] : [])]
  if (all.some(({ ctimeMs }) => ctimeMs > Date.now() - clockStep)) return null
  const marks = all.map(({ size, mtimeMs, ctimeMs, ino, mode }) => [size, mtimeMs, ctimeMs, ino, mode].join())
  return JSON.stringify([listed.map(({ path, link }) => [path, link]), marks])
}

async function readSkillFile(path: string, name: string, folderName: string, target: LinkedFile | null) {
  const without = (what: SkillProblem) => ({ judged: unreadable(folderName, what), bytes: null, modified: null })
  if (target?.problem) return without(target.problem)
  const read = await readFileAt(path, largestSkillFile + 1)
  if (read === 'not-a-file') return without(problem('not-a-file', { path: name }))
  if (read === 'unreadable') return without(problem('unreadable', { path: name }))
  return { judged: judgeBytes(read.bytes, folderName), bytes: read.bytes, modified: read.stats.mtime.toISOString() }
}

async function readAll(
  realFolder: string,
  listed: readonly Listed[],
  isTooMuch: boolean,
  /** What was read already, and where it lies when it is a file of this folder. */
  own: { path: string | null; bytes: Uint8Array | null },
  problems: SkillProblem[],
  pace: Pace,
): Promise<{ files: SkillFile[]; hash: string }> {
  const hash = createHash('sha256')
  const files: SkillFile[] = []
  // A link's own bytes are in no other place of the hash.
  if (own.path === null && own.bytes) hash.update(own.bytes)
  for (const { path, stats, link } of listed) {
    if (link !== null) {
      hash.update(`link ${path.length} ${path} ${link.length} ${link}\n`)
      continue
    }
    if (pace.isDue()) await pace.turn()
    let begin: Uint8Array = new Uint8Array()
    // Whoever is refused needs no hash: nothing of it can be agreed to.
    if (!isTooMuch) {
      const isOwn = path === own.path && own.bytes !== null
      const read = isOwn ? { bytes: own.bytes } : await readFileAt(join(realFolder, path), largestFile)
      // Of SKILL.md that was said before.
      if (typeof read === 'string') {
        if (path !== own.path) problems.push(problem('unreadable', { path }))
      } else {
        begin = read.bytes ?? begin
        hash.update(`file ${path.length} ${path} ${begin.length}\n`).update(begin)
      }
    }
    const executable = (stats.mode & 0o111) !== 0
    const isScript =
      executable || scriptEndings.has(extname(path).toLowerCase()) || (begin[0] === 0x23 && begin[1] === 0x21)
    files.push({ path, bytes: stats.size, isScript, executable })
  }
  return { files, hash: hash.digest('hex') }
}

const scriptEndings = new Set(
  '.sh .bash .zsh .fish .py .js .mjs .cjs .ts .rb .pl .php .lua .awk .r .ps1 .bat .cmd'.split(' '),
)

/** Of a skill's folder, as it is; null when it is no text or too large. */
export async function skillTextIn(realFolder: string, boundary: string | null): Promise<string | null> {
  const entries = entriesIn(realFolder)
  const entry = typeof entries === 'string' ? null : skillEntry(entries)
  if (!entry) return null
  const link = entry.isSymbolicLink() ? await linkedSkillFile(join(realFolder, entry.name), boundary) : null
  if (link?.problem) return null
  const read = await readFileAt(link?.path ?? join(realFolder, entry.name), largestSkillFile + 1)
  return typeof read === 'string' || read.bytes.length > largestSkillFile ? null : textOf(read.bytes)
}
