// One session's file: read as a whole, appended to by one writer, synced before anything is acknowledged.

import * as fs from 'node:fs'
import { mkdir, open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { errorCode, readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import { syncFolder } from '../../sync-disk.ts'
import { blobOf, blobsFolderOf, holdBlobs, writeBlob } from './blobs.ts'
import { writeAll } from './disk-write.ts'
import { type FileMark, markOf } from './file-mark.ts'
import { missingFrom } from './missing-records.ts'
import { type LogReading, readLog } from './read-log.ts'
import { toLine, withBlobs } from './record-line.ts'
import { headerOf, isNewer } from './summary.ts'

// Descriptors and not the handles of fs/promises: with those, opening and closing cost an append as much as the disk does.
const openDescriptor = promisify(fs.open)
const readDescriptor = promisify(fs.readFile)
const sync = promisify(fs.fdatasync)

export interface SessionFile {
  readonly path: string
  reading(): LogReading
  /** The file this reading is of; null when it had grown while it was read. */
  mark(): FileMark | null
  /**
   * Appends the records and syncs them: when this resolves they are in the file of this path, and so is everything
   * that was read here or acknowledged before, whatever others did to the file meanwhile. Appends wait for one another.
   */
  append(records: readonly SessionRecord[]): Promise<void>
}

export interface SessionFileOptions {
  /** Hears of a file that had gone or changed and was mended. */
  log?: ((line: string) => void) | undefined
}

/** A file as it was when it was looked at. */
interface Seen {
  reading: LogReading
  identity: Identity
}

/** Which file lies at a path, for another one has another inode, and when it was last written to. */
type Identity = Pick<fs.Stats, 'dev' | 'ino' | 'mtimeMs' | 'ctimeMs' | 'size'>

/** Reads an existing file. Throws an ExpectedFailure when it cannot be read. */
export async function openSessionFile(path: string, options: SessionFileOptions = {}): Promise<SessionFile> {
  try {
    const descriptor = await openDescriptor(path, 'r')
    try {
      return sessionFile(path, await look(path, descriptor), options)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
    throw readFailure(thrown, path)
  }
}

/**
 * Makes a new file with its first records. It is on the disk, with its name, when this resolves; when it fails
 * nothing of it is left.
 */
export async function createSessionFile(
  path: string,
  records: readonly SessionRecord[],
  options: SessionFileOptions = {},
): Promise<SessionFile> {
  try {
    return sessionFile(path, await writeNew(path, records), options)
  } catch (thrown) {
    throw writeFailure(thrown, path, dirname(path))
  }
}

async function look(path: string, descriptor: number): Promise<Seen> {
  const stats = fs.fstatSync(descriptor)
  // Reading a folder gives no bytes and no error.
  if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' })
  const bytes = await readDescriptor(descriptor)
  return { reading: await withBlobs(readLog(bytes), bytes, blobsFolderOf(path)), identity: stats }
}

async function writeNew(path: string, records: readonly SessionRecord[]): Promise<Seen> {
  const { bytes, release } = await toLines(path, records)
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await writeAll(handle.fd, bytes)
      await handle.datasync()
      const identity = fs.fstatSync(handle.fd)
      await syncFolder(dirname(path))
      return { reading: await withBlobs(readLog(bytes), bytes, blobsFolderOf(path)), identity }
    } catch (thrown) {
      // Ours from the first byte, and never acknowledged: the only file this program takes back on its own.
      await unlink(path).catch(() => undefined)
      throw thrown
    } finally {
      await handle.close()
    }
  } finally {
    release()
  }
}

interface Lines {
  bytes: Buffer
  /** The records as they will be read back. */
  records: SessionRecord[]
  /** To be called when the bytes are in the file, or will never be. */
  release(): void
}

/** The lines of some records; what is too large for them is on the disk when this resolves. */
async function toLines(path: string, records: readonly SessionRecord[]): Promise<Lines> {
  const lines = records.map(toLine)
  const blobs = lines.flatMap((line) => line.blobs)
  const release = holdBlobs(blobs.map((content) => blobOf(content).blob))
  try {
    for (const content of blobs) await writeBlob(blobsFolderOf(path), content)
  } catch (thrown) {
    release()
    throw thrown
  }
  return { bytes: Buffer.concat(lines.map(({ bytes }) => bytes)), records: lines.map(({ record }) => record), release }
}

/** How often a file that others change all the time is looked at anew: two are enough for any writer that ends. */
const attempts = 8

function sessionFile(path: string, first: Seen, { log = () => undefined }: SessionFileOptions): SessionFile {
  let { reading, identity } = first
  let lastAppend: Promise<void> = Promise.resolve()

  async function appendNow(records: readonly SessionRecord[]): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const descriptor = await openIfThere()
      if (descriptor === null) {
        if (await writeWhole([...reading.records, ...records])) return
        continue
      }
      try {
        if (await appendTo(descriptor, records, attempt > 0)) return
      } finally {
        fs.closeSync(descriptor)
      }
    }
    throw new Error('the file was changed by others again and again')
  }

  /** Appending, so that two writers can never overwrite one another; and without O_CREAT, for no headless tail. */
  async function openIfThere(): Promise<number | null> {
    try {
      return await openDescriptor(path, fs.constants.O_RDWR | fs.constants.O_APPEND)
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return null
      throw thrown
    }
  }

  /** False when the file must be looked at once more. `isAgain`: some of the new records may be in it already. */
  async function appendTo(descriptor: number, records: readonly SessionRecord[], isAgain: boolean): Promise<boolean> {
    const stats = fs.fstatSync(descriptor)
    let before: Seen = { reading, identity }
    let lost: SessionRecord[] = []
    let missing = records
    // Somebody else's lines, or the rest of our own torn write, are read before we add to them.
    const isKnown = isSame(stats, identity) && stats.size === reading.bytes && stats.mtimeMs === identity.mtimeMs
    if (isAgain || !isKnown) {
      before = await look(path, descriptor)
      if (isNewer(headerOf(before.reading.records)) && !isNewer(headerOf(reading.records))) {
        throw new ExpectedFailure('denied', messages.failures.sessionNewer)
      }
      lost = missingFrom(reading.records, before.reading.records)
      if (lost.length > 0) log(`${path} was changed by others; ${lost.length} records were put back`)
      missing = [...lost, ...(isAgain ? missingFrom(records, before.reading.records) : records)]
    }
    const lines = await toLines(path, missing)
    // A torn line is ended first, and stays as one bad line.
    const endsTorn = missing.length > 0 && !before.reading.endsWithNewline
    const bytes = endsTorn ? Buffer.concat([Buffer.from('\n'), lines.bytes]) : lines.bytes
    try {
      await writeAll(descriptor, bytes)
      await sync(descriptor)
    } finally {
      lines.release()
    }
    // Replaced or taken away meanwhile: what was written went with the old file.
    if (!isSame(statIfThere(path), before.identity)) return false
    // Others wrote in the same moment: what came of both has to be read.
    const after = fs.fstatSync(descriptor)
    if (missing.length > 0 && after.size !== before.reading.bytes + bytes.length) return false
    // What is put back may be known by other ids at its new place.
    if (lost.length > 0) return false
    identity = after
    reading = {
      records: [...before.reading.records, ...lines.records],
      diagnostics: before.reading.diagnostics,
      bytes: before.reading.bytes + bytes.length,
      endsWithNewline: missing.length > 0 || before.reading.endsWithNewline,
    }
    return true
  }

  /**
   * The file was taken away by others: the session is written once more, as a whole. What the program itself moves or
   * deletes is never held here. False when a file has appeared meanwhile.
   */
  async function writeWhole(records: readonly SessionRecord[]): Promise<boolean> {
    const folder = dirname(path)
    // Only the folder itself: when the one around it has gone, so has the disk, or the person moved everything away.
    if (statIfThere(folder) === null) {
      await mkdir(folder, { mode: 0o700 })
      await syncFolder(dirname(folder))
      log(`${folder} had gone and was made again`)
    }
    try {
      ;({ reading, identity } = await writeNew(path, records))
      log(`${path} had gone and was written again as a whole`)
      return true
    } catch (thrown) {
      if (errorCode(thrown) === 'EEXIST') return false
      throw thrown
    }
  }

  return {
    path,
    reading: () => reading,
    mark: () => (identity.size === reading.bytes ? markOf(identity) : null),
    append(records) {
      const append = lastAppend.then(async () => {
        try {
          await appendNow(records)
        } catch (thrown) {
          if (errorCode(thrown) === 'ENOENT') throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
          throw writeFailure(thrown, path, dirname(path))
        }
      })
      lastAppend = append.catch(() => undefined)
      return append
    },
  }
}

function isSame(one: Identity | null, other: Identity): boolean {
  return one !== null && one.dev === other.dev && one.ino === other.ino
}

function statIfThere(path: string): fs.Stats | null {
  return fs.statSync(path, { throwIfNoEntry: false }) ?? null
}

/** Size in bytes and time of the last change of a file, or null when there is no file. */
export async function sizeAndTime(path: string): Promise<{ bytes: number; changed: Date; inode: number } | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? { bytes: found.size, changed: found.mtime, inode: found.ino } : null
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw readFailure(thrown, path)
  }
}
