// Which bytes a file had when it was read, as far as the file system tells: whoever finds another mark reads it again.
import { type Stats, stat } from 'node:fs'
import { promisify } from 'node:util'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'

const statFile = promisify(stat)

/** Other bytes have another size, time or inode. Times are milliseconds. */
export interface FileMark {
  bytes: number
  changed: number
  /** When anything of it was changed last, be it its times; no program can set it. */
  touched: number
  inode: number
}

export function markOf({ size, mtimeMs, ctimeMs, ino }: Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>): FileMark {
  return { bytes: size, changed: mtimeMs, touched: ctimeMs, inode: ino }
}

export function isSameMark(one: FileMark, other: FileMark): boolean {
  return (
    one.bytes === other.bytes &&
    one.changed === other.changed &&
    one.touched === other.touched &&
    one.inode === other.inode
  )
}

/** Null when there is no file, or something else than one. Throws when that cannot be found out. */
export async function markIfThere(path: string): Promise<FileMark | null> {
  try {
    const found = await statFile(path)
    return found.isFile() ? markOf(found) : null
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw readFailure(thrown, path)
  }
}
