// A file or folder a person has named, as it lies there: never through a link, never a device, and never waiting for a pipe.
import { constants, type Stats } from 'node:fs'
import { lstat, open, realpath } from 'node:fs/promises'
import { basename, relative, sep } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'

const words = attachmentWords.file

export interface NamedPlace {
  kind: 'file' | 'folder'
  name: string
  /** From the root of the workspace, with slashes; null when it lies outside. */
  within: string | null
}

/** `workspace` is a real path. Throws `not-found` and `invalid-input` with a sentence. */
export async function lookAt(path: string, workspace: string | null): Promise<NamedPlace> {
  const name = basename(path)
  const found = await lstat(path).catch((thrown) => {
    throw unreadable(thrown, path)
  })
  if (found.isSymbolicLink()) throw new ExpectedFailure('invalid-input', words.link(name))
  if (!found.isFile() && !found.isDirectory()) throw new ExpectedFailure('invalid-input', words.noFile(name))
  const real = await realpath(path).catch((thrown) => {
    throw unreadable(thrown, path)
  })
  return { kind: found.isDirectory() ? 'folder' : 'file', name, within: pathWithin(real, workspace) }
}

/** The whole file when it has at most so many bytes, else its size alone. */
export async function readWhole(path: string, most: number): Promise<{ size: number; bytes: Buffer | null }> {
  return await withFile(path, async (read, { size }) => {
    if (size > most) return { size, bytes: null }
    // One byte more than it should have: a file that grows meanwhile is not cut.
    const bytes = await read(size + 1)
    if (bytes.length !== size) throw new ExpectedFailure('invalid-input', words.changed(basename(path)))
    return { size, bytes }
  })
}

/** What a file begins with. */
export async function readHead(path: string, most: number): Promise<Buffer> {
  return await withFile(path, async (read) => await read(most))
}

async function withFile<Value>(
  path: string,
  use: (read: (most: number) => Promise<Buffer>, stats: Stats) => Promise<Value>,
): Promise<Value> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  // Not there on Windows, where nothing of the kind lies in a folder.
  const handle = await open(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch((thrown) => {
    throw unreadable(thrown, path)
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new ExpectedFailure('invalid-input', words.noFile(basename(path)))
    const read = async (most: number) => {
      const bytes = Buffer.allocUnsafe(most)
      let length = 0
      while (length < most) {
        const { bytesRead } = await handle.read(bytes, length, most - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return bytes.subarray(0, length)
    }
    return await use(read, stats)
  } finally {
    await handle.close()
  }
}

function unreadable(thrown: unknown, path: string): ExpectedFailure {
  const code = errorCode(thrown)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ExpectedFailure('not-found', words.missing(path))
  if (code === 'ELOOP') return new ExpectedFailure('invalid-input', words.link(basename(path)))
  return new ExpectedFailure('invalid-input', words.unreadable(basename(path)), String(thrown))
}

function pathWithin(real: string, workspace: string | null): string | null {
  if (workspace === null) return null
  const path = relative(workspace, real)
  if (path === '') return '.'
  // On Windows a path on another drive stays absolute.
  if (path === '..' || path.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(path)) return null
  return path.split(sep).join('/')
}
