// A file as it lies there: never through a link, and never waiting for a pipe.
import * as fs from 'node:fs'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'

// Descriptors, and at once: hundreds of small files are read at the first look.
const readDescriptor = promisify(fs.read)

/** Bytes up to which a wait for another thread costs more than the reading. */
const readAtOnce = 65_536

export interface ReadFile {
  bytes: Uint8Array
  stats: fs.Stats
}

/** At most so many bytes from its beginning. */
export async function readFileAt(path: string, most: number): Promise<ReadFile | 'not-a-file' | 'unreadable'> {
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants
    const descriptor = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stats = fs.fstatSync(descriptor)
      if (!stats.isFile()) return 'not-a-file'
      return { bytes: await read(descriptor, Math.min(most, stats.size)), stats }
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (thrown) {
    const code = errorCode(thrown)
    return code === 'EISDIR' || code === 'ELOOP' || code === 'ENOENT' || code === 'ENXIO' ? 'not-a-file' : 'unreadable'
  }
}

async function read(descriptor: number, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size)
  if (size <= readAtOnce) return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, size, 0))
  let length = 0
  while (length < size) {
    const { bytesRead } = await readDescriptor(descriptor, bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}
