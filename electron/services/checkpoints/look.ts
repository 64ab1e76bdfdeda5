// What is at one place of a workspace right now, its bytes kept or only hashed: opened without a link, read, and looked at again.
import { type BigIntStats, constants } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { errorCode } from '../../../shared/disk-failure.ts'
import { type Folder, openFolder, type Root } from './folders.ts'
import type { Objects } from './objects.ts'
import { type FileState, modeOf, nameOf, nothing, ownerOf, type Path, parentOf, type State, stampOf } from './state.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants
/** A pipe without a writer must not hold us. */
const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY

/** Why the bytes of a file are not kept. */
export type NotKept = 'large' | 'room' | 'unreadable' | 'unsteady'

export interface Seen {
  state: State
  notKept: NotKept | null
  stats: BigIntStats | null
}

/** Hashes by a file's number, size and times. */
export interface HashCache {
  find(stats: BigIntStats): string | undefined
  learn(stats: BigIntStats, hash: string, readAtMs: number): void
}

/**
 * A file that was changed just before it was read may be changed again without another time or size. So only what has
 * been at rest for a while is known by them; two seconds is the coarsest clock of a disk (FAT).
 */
const atRestMs = 2_000
const cachedHashes = 200_000

export function createHashCache(): HashCache {
  const hashes = new Map<string, string>()
  return {
    find: (stats) => hashes.get(stampOf(stats)),
    learn(stats, hash, readAtMs) {
      const changedMs = Number((stats.ctimeNs > stats.mtimeNs ? stats.ctimeNs : stats.mtimeNs) / 1_000_000n)
      if (changedMs > readAtMs - atRestMs) return
      if (hashes.size >= cachedHashes) hashes.clear()
      hashes.set(stampOf(stats), hash)
    },
  }
}

export interface Looking {
  objects: Objects
  cache: HashCache
  /** Kept bytes can come back; hashed ones are only compared. */
  keep: boolean
  /** Largest file, in bytes. */
  limit: number
}

export async function seeChild(folder: Folder, name: string, looking: Looking, stats?: BigIntStats): Promise<Seen> {
  const found = stats ?? (await lstat(folder.at(name), { bigint: true }).catch(unlessMissing))
  if (!found) return { state: nothing, notKept: null, stats: null }
  if (found.isDirectory()) return plain({ kind: 'folder', mode: modeOf(found), ...ownerOf(found) }, found)
  if (found.isSymbolicLink()) {
    const target = await readlink(folder.at(name), { encoding: 'buffer' }).catch(unlessMissing)
    if (!target) return await seeChild(folder, name, looking)
    return plain({ kind: 'link', target: target.toString('latin1'), ...ownerOf(found) }, found)
  }
  if (!found.isFile()) return plain({ kind: 'other' }, found)
  return await seeFile(folder, name, found, looking)
}

/** How often a file that changes while it is read is read again. */
const tries = 3

async function seeFile(folder: Folder, name: string, found: BigIntStats, looking: Looking): Promise<Seen> {
  const { objects, cache, keep, limit } = looking
  const known = cache.find(found)
  if (known !== undefined && (!keep || objects.has(known))) return plain(fileOf(found, known), found)
  if (keep && found.size > limit) return notKept(found, 'large')
  const handle = await open(folder.at(name), flags).catch((thrown) => {
    if (errorCode(thrown) === 'EACCES' || errorCode(thrown) === 'EPERM') return 'unreadable' as const
    return unlessMissing(thrown)
  })
  if (handle === 'unreadable') return notKept(found, 'unreadable')
  // Something else has come in its place meanwhile.
  if (!handle) return await seeChild(folder, name, looking)
  try {
    for (let round = 0; round < tries; round++) {
      const before = await handle.stat({ bigint: true })
      if (!before.isFile()) return plain({ kind: 'other' }, before)
      const readAt = Date.now()
      const read = keep ? await objects.keep(handle, Number(before.size), limit) : await objects.hashOf(handle)
      if (read === null) return notKept(before, 'large')
      const after = await handle.stat({ bigint: true })
      if (stampOf(before) !== stampOf(after)) continue
      cache.learn(after, read.hash, readAt)
      return plain(fileOf(after, read.hash), after)
    }
    return notKept(await handle.stat({ bigint: true }), 'unsteady')
  } finally {
    await handle.close()
  }
}

function plain(state: State, stats: BigIntStats): Seen {
  return { state, notKept: null, stats }
}

export function notKept(stats: BigIntStats, why: NotKept): Seen {
  return { state: fileOf(stats, null), notKept: why, stats }
}

function fileOf(stats: BigIntStats, hash: string | null): FileState {
  return {
    kind: 'file',
    mode: modeOf(stats),
    bytes: Number(stats.size),
    hash,
    stamp: stampOf(stats),
    ...ownerOf(stats),
  }
}

/** What stands in the way of a path: something that is no folder. It is then neither there nor free. */
export class Blocked extends Error {}

/** Throws Blocked when the way there leads through a link or a file. */
export async function see(root: Root, path: Path, looking: Looking): Promise<Seen> {
  let folder: Folder
  try {
    folder = await openFolder(root, parentOf(path))
  } catch (thrown) {
    const code = errorCode(thrown)
    if (code === 'ENOENT') return { state: nothing, notKept: null, stats: null }
    if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'EMLINK') throw new Blocked(path)
    throw thrown
  }
  try {
    return await seeChild(folder, nameOf(path), looking)
  } finally {
    await folder.close()
  }
}

function unlessMissing(thrown: unknown): null {
  const code = errorCode(thrown)
  if (code === 'ENOENT' || code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'EINVAL') return null
  throw thrown
}
