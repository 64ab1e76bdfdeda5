// Puts places of a workspace from one state into another, each as a whole.
import { constants } from 'node:fs'
import { chmod, lchown, mkdir, open, rename, rmdir, symlink, unlink } from 'node:fs/promises'
import { errorCode } from '../../../shared/disk-failure.ts'
import { type Folder, openFolder, type Root } from './folders.ts'
import { Blocked, type Looking, see, seeChild } from './look.ts'
import type { Journal } from './manifests.ts'
import type { Objects } from './objects.ts'
import {
  bytesOf,
  depthOf,
  type FileState,
  nameOf,
  nothing,
  type Path,
  parentOf,
  permissions,
  type State,
  same,
} from './state.ts'
import type { Step } from './steps.ts'

/** Somebody else has changed this place. */
export class Foreign extends Error {
  readonly path: Path
  constructor(path: Path) {
    super('somebody else has changed it')
    this.path = path
  }
}

/** A call of the system failed here. */
export class Failed extends Error {
  readonly path: Path
  constructor(path: Path, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.path = path
  }
}

const isRoot = process.getuid?.() === 0
const { O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants
/** Linux: a descriptor that only names. Node has no word for it. */
const O_PATH = 0o10000000
const hasPathDescriptors = process.platform === 'linux'

export interface Applying {
  objects: Objects
  looking: Looking
  /** Leaves what somebody else has changed as it is, and answers it; else that is thrown as Foreign. */
  isLenient: boolean
}

/**
 * Each place changes by one call of the system, so after a crash it is in one state or the other, and the same steps may be
 * taken again. Throws Foreign or Failed in the middle: the reversed steps lead back.
 */
export async function apply(
  root: Root,
  steps: readonly Step[],
  { mark, closed }: Pick<Journal, 'mark' | 'closed'>,
  { objects, looking, isLenient }: Applying,
): Promise<Path[]> {
  const left: Path[] = []
  const deepestFirst = [...steps].sort((one, other) => depthOf(other.path) - depthOf(one.path))

  async function each(some: readonly Step[], work: (step: Step) => Promise<void>): Promise<void> {
    for (const step of some) {
      try {
        await work(step)
      } catch (thrown) {
        if (!(thrown instanceof Foreign)) throw new Failed(step.path, thrown)
        if (!isLenient) throw thrown
        left.push(thrown.path)
      }
    }
  }
  const now = async (path: Path): Promise<State> =>
    await see(root, path, looking).then(
      ({ state }) => state,
      (thrown) => {
        if (thrown instanceof Blocked) return nothing
        throw thrown
      },
    )

  /** Whoever owns a folder may open it, and close it again in the end. */
  for (const { path, mode } of closed) await setMode(root, path, mode | 0o700).catch(() => undefined)

  // What goes, or is of another kind.
  await each(deepestFirst, async ({ path, from, to }) => {
    if (from.kind === 'none' || from.kind === to.kind) return
    const found = await now(path)
    if (found.kind === 'none' || found.kind === to.kind) return
    const isSame = from.kind === 'folder' ? found.kind === 'folder' : same(found, from)
    if (!isSame) throw new Foreign(path)
    await inFolder(root, path, async (folder) => {
      if (found.kind !== 'folder') await unlink(folder.at(nameOf(path)))
      else await rmdir(folder.at(nameOf(path))).catch(unlessFull(path, to))
    })
  })

  await each([...deepestFirst].reverse(), async ({ path, to }) => {
    if (to.kind !== 'folder') return
    const found = await now(path)
    if (found.kind === 'folder') return
    if (found.kind !== 'none') throw new Foreign(path)
    await inFolder(root, path, async (folder) => {
      await mkdir(folder.at(nameOf(path)), { mode: 0o700 })
      await giveTo(folder.at(nameOf(path)), to)
    })
  })

  for (const [index, step] of steps.entries()) {
    if (step.to.kind !== 'file' && step.to.kind !== 'link') continue
    await each([step], () => put(root, step, `.carrel-${mark}-${index}.tmp`, objects, looking))
  }

  const modes = new Map(closed.map(({ path, mode }) => [path, mode]))
  for (const { path, to } of steps) if (to.kind === 'folder') modes.set(path, to.mode)
  const ordered = [...modes].sort(([one], [other]) => depthOf(other) - depthOf(one))
  for (const [path, mode] of ordered) {
    await setMode(root, path, mode).catch((thrown) => {
      // It went, or something else is there: that was told above.
      if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(thrown) ?? '')) throw new Failed(path, thrown)
    })
  }
  return left
}

/** Files of ours that a crash has left beside their places. */
export async function sweep(root: Root, steps: readonly Step[], { mark }: Pick<Journal, 'mark'>): Promise<void> {
  for (const [index, { path, to }] of steps.entries()) {
    if (to.kind !== 'file' && to.kind !== 'link') continue
    await inFolder(root, path, (folder) => unlink(folder.at(`.carrel-${mark}-${index}.tmp`))).catch(() => undefined)
  }
}

async function put(root: Root, { path, from, to }: Step, beside: string, objects: Objects, looking: Looking) {
  if (to.kind !== 'file' && to.kind !== 'link') return
  await inFolder(root, path, async (folder) => {
    const isFree = async () => {
      const { state } = await seeChild(folder, nameOf(path), looking)
      if (same(state, to)) return false
      if (same(state, from) || (state.kind === 'none' && from.kind !== to.kind)) return true
      throw new Foreign(path)
    }
    if (!(await isFree())) return
    const own = folder.at(beside)
    await unlink(own).catch(unlessMissing)
    try {
      if (to.kind === 'link') {
        await symlink(bytesOf(to.target), own)
        await giveTo(own, to)
      } else await fill(own, to, objects)
      // What somebody writes between this look and the rename is lost; no system that Node runs on closes that gap.
      if (await isFree()) await rename(own, folder.at(nameOf(path)))
    } finally {
      await unlink(own).catch(unlessMissing)
    }
    await folder.handle.sync().catch(() => undefined)
  })
}

async function fill(path: Buffer, to: FileState, objects: Objects): Promise<void> {
  if (to.hash === null) throw new Error('bytes that were never kept')
  const { O_WRONLY, O_CREAT, O_EXCL } = constants
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    await objects.copyTo(to.hash, handle)
    if (isRoot && to.owner) await handle.chown(...to.owner)
    // After the owner: giving a file away takes some of these bits.
    await handle.chmod(to.mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function giveTo(path: Buffer, to: Extract<State, { kind: 'link' | 'folder' }>): Promise<void> {
  if (isRoot && to.owner) await lchown(path, ...to.owner)
}

/** Of a folder, also of one that its owner may not even read. */
async function setMode(root: Root, path: Path, mode: number): Promise<void> {
  if (path === '' || !hasPathDescriptors) {
    const folder = await openFolder(root, path)
    await folder.handle.chmod(mode).finally(() => folder.close())
    return
  }
  await inFolder(root, path, async (parent) => {
    const handle = await open(parent.at(nameOf(path)), O_PATH | O_DIRECTORY | O_NOFOLLOW)
    try {
      // The kernel's own way to exactly what was opened, as fchmod takes no such descriptor.
      if (((await handle.stat()).mode & permissions) !== mode) await chmod(`/proc/self/fd/${handle.fd}`, mode)
    } finally {
      await handle.close()
    }
  })
}

async function inFolder(root: Root, path: Path, work: (folder: Folder) => Promise<void>): Promise<void> {
  const folder = await openFolder(root, parentOf(path))
  try {
    await work(folder)
  } finally {
    await folder.close()
  }
}

function unlessFull(path: Path, to: State): (thrown: unknown) => void {
  return (thrown) => {
    const code = errorCode(thrown)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw thrown
    // Others have put something there since: it stays, and so does its folder.
    if (to.kind !== 'none') throw new Foreign(path)
  }
}

function unlessMissing(thrown: unknown): void {
  if (errorCode(thrown) !== 'ENOENT') throw thrown
}
