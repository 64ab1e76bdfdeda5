// The files of the sessions as the index reads them: by pieces of whole lines, and single records by their place.
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { isLogSession } from '../../../shared/log-session.ts'
import { sessionId } from '../../../shared/session.ts'

const live = '.jsonl'
const archived = '.jsonl.archived'

/** A session's file as it lies there now. */
export interface Lying {
  sid: string
  archived: boolean
  path: string
  size: number
  /** Nanoseconds, and the number of the file, as texts: both can be larger than a number is exact. */
  mtime: string
  ino: string
}

/** What lies in the folder of sessions. Where a session is there twice, the live one counts. Throws when it cannot be read. */
export function lyingIn(folder: string): Map<string, Lying> {
  const found = new Map<string, Lying>()
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown
    names = []
  }
  for (const name of names) {
    const isArchived = name.endsWith(archived)
    if (!isArchived && !name.endsWith(live)) continue
    const sid = name.slice(0, -(isArchived ? archived : live).length)
    if (!sessionId.safeParse(sid).success || isLogSession(sid) || (isArchived && found.get(sid)?.archived === false))
      continue
    const lying = lookAt(folder, sid, isArchived)
    if (lying) found.set(sid, lying)
  }
  return addMirrors(folder, found)
}

/** Logs that are mounted have their sessions in the cache beside the folder. Without it there are none. */
const mirrorsOf = (folder: string) => join(dirname(folder), 'cache', 'sessions')

function addMirrors(folder: string, found: Map<string, Lying>): Map<string, Lying> {
  const mirrors = mirrorsOf(folder)
  let names: string[] = []
  try {
    names = readdirSync(mirrors)
  } catch {
    // A cache: none was made, or it is made again.
  }
  for (const name of names) {
    const sid = name.endsWith(live) ? name.slice(0, -live.length) : ''
    const lying = isLogSession(sid) ? lookAt(mirrors, sid, false) : null
    if (lying) found.set(sid, lying)
  }
  return found
}

/** null when there is none. */
export function lyingOf(folder: string, sid: string): Lying | null {
  if (isLogSession(sid)) return lookAt(mirrorsOf(folder), sid, false)
  return lookAt(folder, sid, false) ?? lookAt(folder, sid, true)
}

function lookAt(folder: string, sid: string, isArchived: boolean): Lying | null {
  const path = join(folder, sid + (isArchived ? archived : live))
  try {
    const { size, mtimeNs, ino, ...kind } = statSync(path, { bigint: true })
    const isFile = (kind.mode & 0o170000n) === 0o100000n
    return isFile ? { sid, archived: isArchived, path, size: Number(size), mtime: `${mtimeNs}`, ino: `${ino}` } : null
  } catch {
    return null
  }
}

/** A file that stays the same one while it is read, whatever happens to its name. */
export interface OpenFile {
  size(): number
  /** As many bytes as there are, up to this. */
  read(from: number, length: number): Buffer
  /**
   * Whole lines from there on: about `length` bytes, more where one line is longer. Ends with the last newline; null when there is
   * none before `to`. A line of more than `longest` bytes comes in two pieces, which no record is.
   */
  lines(from: number, to: number): Buffer | null
  close(): void
}

/** Bytes that are read at once. */
export const pieceSize = 1_048_576
/** No line of ours is longer than a megabyte; what is longer than this is no session. */
const longest = 67_108_864

export function openFile(path: string): OpenFile {
  const descriptor = openSync(path, 'r')
  function read(from: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    let done = 0
    while (done < length) {
      const count = readSync(descriptor, bytes, done, length - done, from + done)
      if (count === 0) break
      done += count
    }
    return bytes.subarray(0, done)
  }
  return {
    size: () => fstatSync(descriptor).size,
    read,
    lines(from, to) {
      for (let length = pieceSize; ; length *= 4) {
        const bytes = read(from, Math.min(length, to - from))
        const end = bytes.lastIndexOf(0x0a)
        if (end >= 0) return bytes.subarray(0, end + 1)
        if (from + bytes.length >= to || bytes.length < Math.min(length, to - from)) return null
        if (length >= longest) return bytes
      }
    },
    close: () => closeSync(descriptor),
  }
}
