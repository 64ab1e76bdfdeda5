// A file or folder a person has named, as it lies there: never through a link, never a device, and never waiting for a pipe.
import { constants } from 'node:fs'
import { lstat, open, realpath } from 'node:fs/promises'
import { basename, relative, resolve, sep } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'

const words = attachmentWords.file

export interface NamedPlace {
  kind: 'file' | 'folder'
  name: string
  /** From the root of the workspace, with slashes; null when it lies outside. */
  within: string | null
  /** Where it lay when it was looked at, and which file that was. */
  real: string
  dev: number
  ino: number
}

export interface OpenedFile {
  size: number
  /** What it begins with: at most so many bytes. */
  head(most: number): Promise<Buffer>
  /** All of it. Throws `invalid-input` when it has changed meanwhile. */
  whole(): Promise<Buffer>
}

/** Throws `not-found` and `invalid-input` with a sentence. */
export async function lookAt(path: string, workspace: string | null): Promise<NamedPlace> {
  const name = basename(path)
  try {
    const found = await lstat(path)
    if (found.isSymbolicLink()) throw new ExpectedFailure('invalid-input', words.link(name))
    if (!found.isFile() && !found.isDirectory()) throw new ExpectedFailure('invalid-input', words.noFile(name))
    const real = await realpath(path)
    const root = workspace === null ? null : await realpath(workspace).catch(() => null)
    const within = root === null ? null : pathWithin(real, root)
    // It was named as something of the folder, and a link on the way leads out of it: a run can have put it there.
    if (within === null && (await isNamedWithin(path, workspace)))
      throw new ExpectedFailure('invalid-input', words.linkOut(name))
    const kind = found.isDirectory() ? 'folder' : 'file'
    return { kind, name, within, real, dev: found.dev, ino: found.ino }
  } catch (thrown) {
    throw unreadable(thrown, path)
  }
}

/** Whether the path is written as one inside of the workspace, as that was named or as it really lies. */
export async function isNamedWithin(path: string, workspace: string | null): Promise<boolean> {
  if (workspace === null) return false
  const root = await realpath(workspace).catch(() => null)
  return [workspace, root].some((one) => one !== null && pathWithin(resolve(path), one) !== null)
}

/** Opened once, and only as the file that was looked at: what lies in its place by then is not read. */
export async function withFile<Value>(
  { real, dev, ino }: NamedPlace,
  use: (file: OpenedFile) => Promise<Value>,
): Promise<Value> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const name = basename(real)
  // Not there on Windows, where nothing of the kind lies in a folder.
  const handle = await open(real, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch((thrown) => {
    throw unreadable(thrown, real)
  })
  try {
    const stats = await handle.stat()
    if (stats.dev !== dev || stats.ino !== ino) throw new ExpectedFailure('invalid-input', words.changed(name))
    const { size } = stats
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
    return await use({
      size,
      head: read,
      async whole() {
        // One byte more than it should have: a file that grows meanwhile is not cut.
        const bytes = await read(size + 1)
        if (bytes.length !== size) throw new ExpectedFailure('invalid-input', words.changed(name))
        return bytes
      },
    })
  } finally {
    await handle.close()
  }
}

function unreadable(thrown: unknown, path: string): ExpectedFailure {
  if (thrown instanceof ExpectedFailure) return thrown
  const code = errorCode(thrown)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ExpectedFailure('not-found', words.missing(path))
  if (code === 'ELOOP') return new ExpectedFailure('invalid-input', words.link(basename(path)))
  return new ExpectedFailure('invalid-input', words.unreadable(basename(path)), String(thrown))
}

function pathWithin(real: string, workspace: string): string | null {
  const path = relative(workspace, real)
  if (path === '') return '.'
  // On Windows a path on another drive stays absolute.
  if (path === '..' || path.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(path)) return null
  return path.split(sep).join('/')
}
