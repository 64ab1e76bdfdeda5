// Folders of a workspace, opened part by part and never through a link: whatever is done below them stays below the root.
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { checkpointWords } from '../../../shared/messages/changes.ts'
import { bytesOf, type Path } from './state.ts'

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants
const flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW

export interface Root {
  /** Real path. */
  path: string
  /** Its number on the disk. That of the disk is not kept: it is another one after a restart of some systems. */
  ino: string
}

export interface Folder {
  handle: FileHandle
  /** Path of a child of exactly this folder, whatever happens to the folder's name meanwhile. */
  at(name: string): Buffer
  close(): Promise<void>
}

/** The kernel's own way below a folder that is open; elsewhere it is the path, looked at again after each opening. */
const hasDescriptors = process.platform === 'linux'

export async function rememberRoot(path: string): Promise<Root> {
  const real = await realpath(path)
  const found = await lstat(real, { bigint: true })
  if (!found.isDirectory()) throw new ExpectedFailure('denied', checkpointWords.folderGone(path))
  return { path: real, ino: String(found.ino) }
}

/** Throws `denied` when the root is gone, or another folder or a link is in its place. */
export async function openRoot(root: Root): Promise<Folder> {
  const gone = () => new ExpectedFailure('denied', checkpointWords.folderGone(root.path))
  if ((await realpath(root.path).catch(() => null)) !== root.path) throw gone()
  const handle = await open(root.path, flags).catch(() => {
    throw gone()
  })
  const { ino } = await handle.stat({ bigint: true })
  if (String(ino) === root.ino) return folderOf(handle, Buffer.from(root.path))
  await handle.close()
  throw gone()
}

/** Rejects with ENOENT when it is not there, with ENOTDIR or ELOOP when it is no folder. */
export async function openChild(parent: Folder, name: string): Promise<Folder> {
  const path = parent.at(name)
  const handle = await open(path, flags)
  if (hasDescriptors) return folderOf(handle, path)
  const [opened, there] = [await handle.stat({ bigint: true }), await lstat(path, { bigint: true })]
  if (opened.ino === there.ino && opened.dev === there.dev) return folderOf(handle, path)
  await handle.close()
  throw Object.assign(new Error('another folder was opened'), { code: 'ELOOP' })
}

export async function openFolder(root: Root, path: Path): Promise<Folder> {
  let folder = await openRoot(root)
  for (const name of path === '' ? [] : path.split('/')) {
    const parent = folder
    try {
      folder = await openChild(parent, name)
    } finally {
      await parent.close()
    }
  }
  return folder
}

function folderOf(handle: FileHandle, path: Buffer): Folder {
  const start = Buffer.concat([hasDescriptors ? Buffer.from(`/proc/self/fd/${handle.fd}`) : path, Buffer.from('/')])
  return { handle, at: (name) => Buffer.concat([start, bytesOf(name)]), close: () => handle.close() }
}
