// Opens what lies below a workspace's root and makes sure that it does: first open, then check what was opened.
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { type Owner, requireOwner, rights } from './owner-rights.ts'
import { AccessRefused } from './refusal.ts'

/**
 * A check before an open is worth nothing: a folder can be swapped for a link in between (40,000 tries against realpath
 * and then open gave the secret away about a thousand times). So what was opened is checked.
 *
 * `descriptor`: the kernel tells where a descriptor leads (/proc/self/fd, Linux), and a path below a folder's descriptor
 * stays below that very folder whatever happens to its name. Links that stay in the workspace are followed.
 *
 * `walk`: elsewhere. Node has neither openat nor F_GETPATH (macOS), so every part of the path is looked at with lstat, the
 * last one opened with O_NOFOLLOW, and then all of it is looked at again and must be the same, the opened file included.
 * No link is followed. One such look let 3 of 10,000 reads through in the race of the tests, so it is taken several times in
 * a row and must be the same each time. It remains a matter of luck: against a program that swaps at just the right moments
 * for long, only a process with a sandbox of its own helps there.
 */
export type Checking = 'descriptor' | 'walk'

export interface Root {
  /** Where the folder really was when it was chosen. */
  path: string
  dev: bigint
  ino: bigint
  checking: Checking
  /** Whose everything is that is made in it, and whose rights count, when we are root and it is somebody else's folder. */
  owner: Owner | null
}

/** A folder below the root that was found to be there. */
export interface OpenFolder {
  /** From the root, as it really is. */
  names: readonly string[]
  owner: Owner | null
  /** A path of a child of exactly this folder, for a call of the system. */
  at(name: string): string
  /** Throws unless what was opened as its child is that, and the folder is where it was. */
  check(child: FileHandle, name: string, shown: string): Promise<void>
  /** Resolves when its entries are on the disk, where the system can do that. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface OpenFile {
  handle: FileHandle
  names: readonly string[]
}

/** 0 where the system does not have them. O_NONBLOCK: a pipe without a writer must not hold us. */
const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants
const fileFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY
const folderFlags = O_RDONLY | O_DIRECTORY
/** How often the walk is looked at again. */
const looks = 4

/** Remembers a folder by its number on the disk, so that another one in its place is noticed. */
export async function rememberRoot(path: string, checking: Checking | null): Promise<Root> {
  const real = await realpath(path)
  const handle = await open(real, folderFlags | O_NOFOLLOW)
  try {
    const { dev, ino, uid, gid } = await handle.stat({ bigint: true })
    const isRoot = process.getuid?.() === 0
    const owner = isRoot && uid !== 0n ? { uid: Number(uid), gid: Number(gid) } : null
    const canAsk = (await whereIs(handle).catch(() => null)) === real
    return { path: real, dev, ino, checking: checking ?? (canAsk ? 'descriptor' : 'walk'), owner }
  } finally {
    await handle.close()
  }
}

/** Throws AccessRefused `workspace` when the root was moved, replaced or is gone. */
export async function openRoot(root: Root): Promise<OpenFolder> {
  const gone = new AccessRefused('workspace', toolWords.workspaceGone)
  const handle = await open(root.path, folderFlags | O_NOFOLLOW).catch(() => {
    throw gone
  })
  try {
    const { dev, ino } = await handle.stat({ bigint: true })
    if (dev !== root.dev || ino !== root.ino) throw gone
    return root.checking === 'descriptor' ? folderOf(root, handle, []) : await walkedFolder(root, [], handle)
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** Opens a file or folder for reading. `shown` is its path in a sentence. Rejects with errors of the system, too. */
export async function openForReading(root: Root, names: readonly string[], shown: string): Promise<OpenFile> {
  if (root.checking === 'walk') {
    const folder = await openFolder(root, names.slice(0, -1), shown, null)
    try {
      return await openLeaf(folder, names.at(-1) ?? '.', shown)
    } finally {
      await folder.close()
    }
  }
  const folder = await openRoot(root)
  try {
    const handle = await open(folder.at(names.join('/') || '.'), fileFlags)
    return await closedOnThrow(handle, async () => {
      const real = await realNames(root, handle, shown)
      await requireOwner(root.owner, handle, rights.read)
      if (root.owner) await requireWayTo(folder, real.slice(0, -1))
      return { handle, names: real }
    })
  } finally {
    await folder.close()
  }
}

/** The kernel has followed the path with our rights. Where it led is looked at with the owner's. */
async function requireWayTo(folder: OpenFolder, names: readonly string[]): Promise<void> {
  for (let length = 0; length <= names.length; length++) {
    await requireOwner(folder.owner, folder.at(names.slice(0, length).join('/') || '.'), rights.enter)
  }
}

/**
 * Opens a folder, part by part. Missing ones are made when `create` is given: it is asked first, with the names that lead
 * there as they really are, and throws where nothing may be made.
 */
export async function openFolder(
  root: Root,
  names: readonly string[],
  shown: string,
  create: ((names: readonly string[]) => void) | null,
): Promise<OpenFolder> {
  let folder = await openRoot(root)
  for (const name of names) {
    const parent = folder
    try {
      folder = await openChild(root, parent, name, shown, create)
    } finally {
      await parent.close()
    }
  }
  return folder
}

/** Opens the child of an open folder, and no link: for those who walk down by themselves. */
export async function openPlainChild(
  root: Root,
  parent: OpenFolder,
  name: string,
  isMade = false,
): Promise<OpenFolder> {
  const handle = await open(parent.at(name), folderFlags | O_NOFOLLOW)
  return await closedOnThrow(handle, async () => {
    if (isMade && root.owner) await handle.chown(root.owner.uid, root.owner.gid)
    await requireOwner(root.owner, handle, rights.read | rights.enter)
    return root.checking === 'descriptor'
      ? folderOf(root, handle, [...parent.names, name])
      : await walkedFolder(root, [...parent.names, name], handle)
  })
}

/** Opens the file of an open folder, and no link. */
export async function openLeaf(folder: OpenFolder, name: string, shown: string): Promise<OpenFile> {
  const handle = await open(folder.at(name), fileFlags | O_NOFOLLOW).catch((thrown) => {
    throw isLink(thrown) ? new AccessRefused('link', toolWords.linkOnTheWay(shown)) : thrown
  })
  return await closedOnThrow(handle, async () => {
    await folder.check(handle, name, shown)
    await requireOwner(folder.owner, handle, rights.read)
    return { handle, names: [...folder.names, name] }
  })
}

async function openChild(
  root: Root,
  parent: OpenFolder,
  name: string,
  shown: string,
  create: ((names: readonly string[]) => void) | null,
): Promise<OpenFolder> {
  if (root.checking === 'walk') {
    const found = await lstat(parent.at(name)).catch((thrown) => {
      if (create && errorCode(thrown) === 'ENOENT') return null
      throw thrown
    })
    if (found?.isSymbolicLink()) throw new AccessRefused('link', toolWords.linkOnTheWay(shown))
    let isMade = false
    if (!found) {
      create?.([...parent.names, name])
      isMade = await make(parent, name)
    }
    return await openPlainChild(root, parent, name, isMade)
  }
  try {
    const handle = await open(parent.at(name), folderFlags)
    return await closedOnThrow(handle, async () => {
      await requireOwner(root.owner, handle, rights.enter)
      return folderOf(root, handle, await realNames(root, handle, shown))
    })
  } catch (thrown) {
    if (!create || errorCode(thrown) !== 'ENOENT') throw thrown
    // A link that leads nowhere has no folder, and yet mkdir finds it there: then the plain open below refuses it.
    create([...parent.names, name])
    const isMade = await make(parent, name)
    return await openPlainChild(root, parent, name, isMade).catch((again) => {
      throw isLink(again) || errorCode(again) === 'ENOTDIR'
        ? new AccessRefused('link', toolWords.linkWrite(shown))
        : again
    })
  }
}

const descriptors = '/proc/self/fd/'

function folderOf({ owner }: Root, handle: FileHandle, names: readonly string[]): OpenFolder {
  return {
    names,
    owner,
    at: (name) => `${descriptors}${handle.fd}/${name}`,
    check: async () => undefined,
    sync: () => handle.sync().catch(ignored),
    close: () => handle.close(),
  }
}

async function walkedFolder(root: Root, names: readonly string[], handle: FileHandle): Promise<OpenFolder> {
  const path = join(root.path, ...names)
  const parts = [root.path, ...names.map((_, index) => join(root.path, ...names.slice(0, index + 1)))]
  const look = async (shown: string) => {
    const seen: string[] = []
    for (const part of parts) {
      const found = await lstat(part, { bigint: true })
      if (!found.isDirectory()) throw new AccessRefused('link', toolWords.linkOnTheWay(shown))
      seen.push(numberOf(found))
    }
    return seen
  }
  const before = await look(names.join('/') || '.')
  const changed = (shown: string) => new AccessRefused('changed', toolWords.changed(shown))
  if (before.at(-1) !== numberOf(await handle.stat({ bigint: true }))) throw changed(names.join('/') || '.')
  return {
    names,
    owner: root.owner,
    at: (name) => join(path, name),
    async check(child, name, shown) {
      const opened = numberOf(await child.stat({ bigint: true }))
      for (let round = 0; round < looks; round++) {
        if ((await look(shown)).join() !== before.join()) throw changed(shown)
        if (numberOf(await lstat(join(path, name), { bigint: true })) !== opened) throw changed(shown)
      }
    },
    sync: () => handle.sync().catch(ignored),
    close: () => handle.close(),
  }
}

function numberOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`
}

/** Where the opened thing really is, from the root; throws when that is outside. */
async function realNames(root: Root, handle: FileHandle, shown: string): Promise<string[]> {
  const real = await whereIs(handle)
  if (real === root.path) return []
  const below = root.path === sep ? root.path : `${root.path}${sep}`
  if (!real.startsWith(below)) throw new AccessRefused('outside', toolWords.leadsOutside(shown))
  return real.slice(below.length).split(sep)
}

async function whereIs(handle: FileHandle): Promise<string> {
  return await readlink(`${descriptors}${handle.fd}`)
}

async function closedOnThrow<Value>(handle: FileHandle, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** What O_NOFOLLOW says of a link; with O_DIRECTORY it is ENOTDIR on Linux, as for a file. */
function isLink(thrown: unknown): boolean {
  return errorCode(thrown) === 'ELOOP' || errorCode(thrown) === 'EMLINK'
}

/** False when somebody else was quicker. */
async function make(parent: OpenFolder, name: string): Promise<boolean> {
  await requireOwner(parent.owner, parent.at('.'), rights.write | rights.enter)
  try {
    await mkdir(parent.at(name))
    return true
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown
    return false
  }
}

/** Not every file system can sync a folder; what was written to the file itself is on the disk all the same. */
function ignored(): void {}
