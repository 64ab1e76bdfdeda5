// One skill's folder: what is in it, its hash, and what is to be said of its SKILL.md. Reading only; no link inside it is followed.
import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import type { SkillFile, SkillProblem } from '../../../shared/skills.ts'
import { isWithin, skillEntry } from './find-folders.ts'
import { type JudgedSkill, judgeBytes, textOf, unreadable } from './judge.ts'
import { deepestFile, largestFile, largestSkill, mostFiles } from './limits.ts'
import { problem, statusOf } from './problems.ts'
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
  signal: AbortSignal
}

interface Listed {
  path: string
  stats: Stats
  /** Where it leads, for a link. */
  link: string | null
}

/** Milliseconds in which a file can be written twice and bear the same time. */
const clockStep = 2_000

/** null when there is no such folder, or no SKILL.md in it. Throws when the signal is aborted. */
export async function readSkillFolder(realFolder: string, options: FolderOptions): Promise<SkillFolder | null> {
  const { boundary, before, signal } = options
  const folderName = basename(realFolder)
  const entries = await readdir(realFolder, { withFileTypes: true }).catch(() => null)
  const entry = entries && skillEntry(entries)
  if (!entry) return null
  const listed: Listed[] = []
  const problems: SkillProblem[] = []
  await list(realFolder, '', listed, problems, 0)
  listed.sort((one, other) => (one.path < other.path ? -1 : 1))
  const target = entry.isSymbolicLink() ? await linkedSkillFile(join(realFolder, entry.name), boundary ?? null) : null
  const mark = markOf(listed, target?.stats ?? null)
  if (mark !== null && before?.mark === mark) return before
  signal.throwIfAborted()

  if (entry.name !== 'SKILL.md') problems.push(problem('file-name-case', { path: entry.name }))
  const bytes = listed.reduce((sum, { stats, link }) => sum + (link === null ? stats.size : 0), 0)
  if (bytes > largestSkill || listed.some(({ stats, link }) => link === null && stats.size > largestFile)) {
    problems.push(problem('too-large'))
  }
  const isTooMuch = problems.some(({ code }) => code === 'too-large' || code === 'too-many-files')
  const skillPath = target === null ? join(realFolder, entry.name) : target.path
  const first = await readSkillFile(skillPath, entry.name, folderName, target)
  const { files, hash } = await readAll(realFolder, listed, isTooMuch, first.bytes, problems, signal)
  const all = [...first.judged.problems, ...problems]
  return {
    judged: { ...first.judged, problems: all, status: statusOf(all) },
    files,
    bytes,
    scripts: files.filter(({ isScript }) => isScript).length,
    hash,
    modified: first.modified,
    mark,
  }
}

interface LinkedFile {
  path: string
  stats: Stats | null
  problem: SkillProblem | null
}

async function linkedSkillFile(link: string, boundary: string | null): Promise<LinkedFile> {
  const path = await realpath(link).catch(() => null)
  const name = basename(link)
  if (path === null) return { path: link, stats: null, problem: problem('link-dangling', { path: name }) }
  if (!isWithin(boundary, path)) return { path: link, stats: null, problem: problem('link-outside', { path: name }) }
  return { path, stats: await lstat(path).catch(() => null), problem: null }
}

/** `above` ends with a slash, or is empty. */
async function list(folder: string, above: string, into: Listed[], problems: SkillProblem[], depth: number) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown) => {
    if (errorCode(thrown) !== 'ENOENT') problems.push(problem('unreadable', { path: above.slice(0, -1) }))
    return []
  })
  for (const entry of entries) {
    const path = above + entry.name
    if (entry.isDirectory()) {
      // The history of a skill that was cloned is nothing that a model reads.
      if (path === '.git') continue
      if (depth < deepestFile) await list(join(folder, entry.name), `${path}/`, into, problems, depth + 1)
      else if (!problems.some(({ code }) => code === 'too-many-files')) problems.push(problem('too-many-files'))
      continue
    }
    if (into.length >= mostFiles) {
      if (!problems.some(({ code }) => code === 'too-many-files')) problems.push(problem('too-many-files'))
      return
    }
    const stats = await lstat(join(folder, entry.name)).catch(() => null)
    if (stats?.isFile()) into.push({ path, stats, link: null })
    if (!stats?.isSymbolicLink()) continue
    const link = await readlink(join(folder, entry.name)).catch(() => '')
    into.push({ path, stats, link })
  }
}

function markOf(listed: readonly Listed[], linked: Stats | null): string | null {
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

/** At most so many bytes of a file, never through a link and never waiting for a pipe. */
export async function readFileAt(path: string, most: number) {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) return 'not-a-file'
      const bytes = Buffer.alloc(Math.min(most, stats.size))
      let length = 0
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return { bytes: bytes.subarray(0, length), stats }
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    const code = errorCode(thrown)
    return code === 'EISDIR' || code === 'ELOOP' || code === 'ENOENT' || code === 'ENXIO' ? 'not-a-file' : 'unreadable'
  }
}

async function readAll(
  realFolder: string,
  listed: readonly Listed[],
  isTooMuch: boolean,
  skillFile: Uint8Array | null,
  problems: SkillProblem[],
  signal: AbortSignal,
): Promise<{ files: SkillFile[]; hash: string }> {
  const hash = createHash('sha256')
  const files: SkillFile[] = []
  if (skillFile) hash.update(skillFile)
  for (const { path, stats, link } of listed) {
    if (link !== null) {
      hash.update(`link ${path.length} ${path} ${link.length} ${link}\n`)
      continue
    }
    signal.throwIfAborted()
    let begin: Uint8Array = new Uint8Array()
    // Whoever is refused needs no hash: nothing of it can be agreed to.
    if (!isTooMuch) {
      const read = await readFileAt(join(realFolder, path), largestFile)
      if (typeof read === 'string') problems.push(problem('unreadable', { path }))
      else {
        hash.update(`file ${path.length} ${path} ${read.bytes.length}\n`).update(read.bytes)
        begin = read.bytes
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
  const entries = await readdir(realFolder, { withFileTypes: true }).catch(() => [])
  const entry = skillEntry(entries)
  if (!entry) return null
  const link = entry.isSymbolicLink() ? await linkedSkillFile(join(realFolder, entry.name), boundary) : null
  if (link?.problem) return null
  const read = await readFileAt(link?.path ?? join(realFolder, entry.name), largestSkillFile + 1)
  return typeof read === 'string' || read.bytes.length > largestSkillFile ? null : textOf(read.bytes)
}
