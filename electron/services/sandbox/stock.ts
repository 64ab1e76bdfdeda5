// Takes stock of a workspace: where names lie that a command must not write, and those that look like secrets.
import { lstat, readdir, readlink } from 'node:fs/promises'
import { isSecret, isWriteProtected } from '../../../shared/protected-names.ts'

export interface Found {
  /** From the root, with slashes. */
  path: string
  /** bare: a folder that git takes for a repository, and whose settings it obeys. */
  kind: 'protected' | 'secret' | 'bare'
  type: 'file' | 'folder' | 'link' | 'other'
  /** Another one for whatever is put in its place. */
  identity: string
}

export interface Stock {
  /** By path, those nearest to the root first. */
  found: ReadonlyMap<string, Found>
  /** False when the folder is too large to be looked at as a whole. */
  isWhole: boolean
}

const mostEntries = 200_000
const mostMs = 2_000
const atOnce = 16

/** What in .git is obeyed by git itself. */
const obeyedInGit = ['hooks', 'config', 'config.worktree', 'info', 'modules']

/** `root` is a path of an open folder, so that it stays that one. With `insideGit` also what git obeys in it is looked at. */
export async function takeStock(root: string, options: { insideGit: boolean }): Promise<Stock> {
  const found = new Map<string, Found>()
  const begun = performance.now()
  let entries = 0
  let level: { path: string; isInProtected: boolean }[] = [{ path: '', isInProtected: false }]

  async function note(path: string, kind: Found['kind']): Promise<void> {
    const looked = await identityOf(`${root}/${path}`)
    if (looked) found.set(path, { path, kind, ...looked })
  }

  async function look({ path, isInProtected }: { path: string; isInProtected: boolean }) {
    const below = await readdir(`${root}/${path}`, { withFileTypes: true }).catch(() => [])
    entries += below.length
    const folders: typeof level = []
    const names = new Set(below.map(({ name }) => name))
    if (path !== '' && !isInProtected && ['HEAD', 'objects', 'refs'].every((name) => names.has(name))) {
      await note(path, 'bare')
    }
    for (const entry of below) {
      const at = path === '' ? entry.name : `${path}/${entry.name}`
      const isProtected = !isInProtected && isWriteProtected([entry.name])
      if (isProtected) await note(at, 'protected')
      else if (isSecret([entry.name])) await note(at, 'secret')
      const isGit = isProtected && entry.name === '.git'
      if (isGit && options.insideGit && entry.isDirectory()) await lookInGit(at, note, root)
      if (entry.isDirectory() && !isGit) folders.push({ path: at, isInProtected: isInProtected || isProtected })
    }
    return folders
  }

  while (level.length > 0) {
    const next: typeof level = []
    for (let at = 0; at < level.length; at += atOnce) {
      if (entries > mostEntries || performance.now() - begun > mostMs) return { found, isWhole: false }
      next.push(...(await Promise.all(level.slice(at, at + atOnce).map(look))).flat())
    }
    level = next
  }
  return { found, isWhole: true }
}

async function lookInGit(git: string, note: (path: string, kind: 'protected') => Promise<void>, root: string) {
  for (const name of obeyedInGit) await note(`${git}/${name}`, 'protected')
  const hooks = await readdir(`${root}/${git}/hooks`).catch(() => [])
  for (const hook of hooks) await note(`${git}/hooks/${hook}`, 'protected')
}

/** What is there after a command and was not, or not the same, before it. */
export function appearedBetween(before: Stock, after: Stock): string[] {
  return [...after.found.values()]
    .filter(({ kind }) => kind !== 'secret')
    .filter(({ path, identity }) => before.found.get(path)?.identity !== identity)
    .map(({ path }) => path)
}

/** A folder is known by its number, since what changes in it is for others to see; a file also by its content. */
export async function identityOf(path: string): Promise<Pick<Found, 'type' | 'identity'> | null> {
  const seen = await lstat(path, { bigint: true }).catch(() => null)
  if (!seen) return null
  if (seen.isSymbolicLink()) return { type: 'link', identity: `link ${await readlink(path).catch(() => '')}` }
  if (seen.isDirectory()) return { type: 'folder', identity: `${seen.dev}:${seen.ino}` }
  const type = seen.isFile() ? 'file' : 'other'
  return { type, identity: `${seen.dev}:${seen.ino} ${seen.size} ${seen.mtimeNs}` }
}
