// The folders with a SKILL.md below a root. Nothing below a skill is one of its own; what begins with a dot, and node_modules, is left out.
import * as fs from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'
import type { SkillProblem } from '../../../shared/skills.ts'
import { deepestSkill, mostFolders } from './limits.ts'
import { createPace } from './pace.ts'
import { pooled } from './pooled.ts'
import { problem } from './problems.ts'

const readFolder = promisify(fs.readdir)

export interface FoundFolder {
  /** As it was found. */
  folder: string
  realFolder: string
}

export interface FoundFolders {
  state: 'read' | 'missing' | 'unreadable'
  folders: FoundFolder[]
  /** Of the root, not of one skill. */
  problems: SkillProblem[]
}

interface Place extends FoundFolder {
  depth: number
}

/** At once as many as the disk takes gladly. */
const atATime = 16

/** `boundary`: no link leads out of it; null where links may lead anywhere. Throws when the signal is aborted. */
export async function findFolders(root: string, boundary: string | null, signal: AbortSignal): Promise<FoundFolders> {
  const realRoot = await realpath(root).catch((thrown) => errorCode(thrown) ?? 'EACCES')
  if (!realRoot.includes(sep)) {
    const isMissing = realRoot === 'ENOENT' || realRoot === 'ENOTDIR'
    if (isMissing) return { state: 'missing', folders: [], problems: [] }
    return { state: 'unreadable', folders: [], problems: [problem('unreadable', { path: root })] }
  }
  if (!isWithin(boundary, realRoot)) {
    return { state: 'unreadable', folders: [], problems: [problem('link-outside', { path: root })] }
  }
  const pace = createPace(signal)
  const found: FoundFolders = { state: 'read', folders: [], problems: [] }
  const seen = new Set([realRoot])
  let looked = 0
  let level: Place[] = [{ folder: root, realFolder: realRoot, depth: 0 }]
  while (level.length > 0) {
    const room = mostFolders - looked
    if (level.length > room) found.problems.push(problem('too-many-folders', { path: root }))
    const looks = await pooled(level.slice(0, room), atATime, lookInto)
    looked += looks.length
    level = []
    for (const { place, isSkill, below, problems } of looks) {
      found.problems.push(...problems)
      if (isSkill) found.folders.push({ folder: place.folder, realFolder: place.realFolder })
      for (const next of below) {
        if (seen.has(next.realFolder)) continue
        seen.add(next.realFolder)
        level.push(next)
      }
    }
    if (looked >= mostFolders) break
  }
  if (found.problems.some(({ path, code }) => path === root && code === 'unreadable')) found.state = 'unreadable'
  found.folders.sort((one, other) => (one.folder < other.folder ? -1 : 1))
  return found

  async function lookInto(place: Place) {
    const below: Place[] = []
    const problems: SkillProblem[] = []
    if (pace.isDue()) await pace.turn()
    // Beyond a disk that is away the root waits on another thread, and holds nobody up.
    const entries = place.depth === 0 ? await entriesLater(place.realFolder) : entriesIn(place.realFolder)
    if (typeof entries === 'string') {
      // Gone meanwhile is as if it had never been there.
      if (entries !== 'ENOENT') problems.push(problem('unreadable', { path: place.folder }))
      return { place, isSkill: false, below, problems }
    }
    if (place.depth > 0 && skillEntry(entries)) return { place, isSkill: true, below, problems }
    if (place.depth >= deepestSkill) return { place, isSkill: false, below, problems }
    for (const entry of entries.toSorted(byName)) {
      const { name } = entry
      if (name.startsWith('.') || name === 'node_modules') continue
      const folder = join(place.folder, name)
      const next = { folder, realFolder: join(place.realFolder, name), depth: place.depth + 1 }
      if (entry.isDirectory()) below.push(next)
      if (!entry.isSymbolicLink()) continue
      const target = await realpath(next.realFolder).catch(() => null)
      if (target === null) problems.push(problem('link-dangling', { path: folder }))
      else if (!(await stat(target).catch(() => null))?.isDirectory()) continue
      else if (isWithin(boundary, target)) below.push({ ...next, realFolder: target })
      else problems.push(problem('link-outside', { path: folder }))
    }
    return { place, isSkill: false, below, problems }
  }
}

/** What lies in a folder, asked at once; a code of the system when it cannot be read. */
export function entriesIn(folder: string): fs.Dirent[] | string {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch (thrown) {
    return errorCode(thrown) ?? 'EIO'
  }
}

const entriesLater = async (folder: string): Promise<fs.Dirent[] | string> =>
  await readFolder(folder, { withFileTypes: true }).catch((thrown) => errorCode(thrown) ?? 'EIO')

export function isWithin(boundary: string | null, path: string): boolean {
  if (boundary === null || path === boundary) return true
  const below = relative(boundary, path)
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`)
}

const byName = (one: fs.Dirent, other: fs.Dirent) => (one.name < other.name ? -1 : 1)

/** The file that makes a folder a skill, by its real name: SKILL.md, or that in other letters. */
export function skillEntry(entries: readonly fs.Dirent[]): fs.Dirent | null {
  const exact = entries.find(({ name }) => name === 'SKILL.md')
  return exact ?? entries.toSorted(byName).find(({ name }) => name.toLowerCase() === 'skill.md') ?? null
}
