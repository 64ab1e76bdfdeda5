// One session's file: read as a whole, appended to by one writer, synced before anything is acknowledged.
import * as fs from 'node:fs'
import { open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { errorCode, readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import { type LogReading, readLog } from './read-log.ts'

// Descriptors and not the handles of fs/promises: with those, opening and closing cost an append as much as the disk does.
const openDescriptor = promisify(fs.open)
const readDescriptor = promisify(fs.readFile)
const write = promisify(fs.write)
const sync = promisify(fs.fdatasync)

export interface SessionFile {
  readonly path: string
  reading(): LogReading
  /** Appends the records in one write and syncs them. Appends wait for one another. */
  append(records: readonly SessionRecord[]): Promise<void>
}

/** Reads an existing file. Throws an ExpectedFailure when it cannot be read. */
export async function openSessionFile(path: string): Promise<SessionFile> {
  try {
    return sessionFile(path, readLog(await readFile(path)))
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
    throw readFailure(thrown, path)
  }
}

/**
 * Makes a new file with its first records. It is on the disk, with its name, when this resolves; when it fails
 * nothing of it is left.
 */
export async function createSessionFile(path: string, records: readonly SessionRecord[]): Promise<SessionFile> {
  const bytes = encode(records)
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await writeAll(handle.fd, bytes)
      await handle.datasync()
    } catch (thrown) {
      // Ours from the first byte, and never acknowledged: the only file this program takes back on its own.
      await unlink(path).catch(() => undefined)
      throw thrown
    } finally {
      await handle.close()
    }
    await syncFolder(dirname(path))
  } catch (thrown) {
    throw writeFailure(thrown, path, dirname(path))
  }
  return sessionFile(path, readLog(bytes))
}

/** Makes a rename or a new name survive a power cut, where the file system can. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync a folder and does not need it.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    // Network and FUSE file systems refuse it; what they hold is theirs to keep.
    if (errorCode(thrown) !== 'EINVAL' && errorCode(thrown) !== 'ENOTSUP') throw thrown
  } finally {
    await handle.close()
  }
}

function encode(records: readonly SessionRecord[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

function sessionFile(path: string, first: LogReading): SessionFile {
  let reading = first
  let lastAppend: Promise<void> = Promise.resolve()

  async function appendNow(records: readonly SessionRecord[]): Promise<void> {
    // Appending, so that two writers can never overwrite one another; and without O_CREAT: a file that was taken
    // away must not come back as a headless tail.
    const descriptor = await openDescriptor(path, fs.constants.O_RDWR | fs.constants.O_APPEND)
    try {
      // Somebody else's lines, or the rest of our own torn write, are read before we add to them.
      if (fs.fstatSync(descriptor).size !== reading.bytes) reading = readLog(await readDescriptor(descriptor))
      const body = encode(records)
      const bytes = reading.endsWithNewline ? body : Buffer.concat([Buffer.from('\n'), body])
      await writeAll(descriptor, bytes)
      await sync(descriptor)
      reading = {
        records: [...reading.records, ...records],
        diagnostics: reading.diagnostics,
        bytes: reading.bytes + bytes.length,
        endsWithNewline: true,
      }
    } finally {
      fs.closeSync(descriptor)
    }
  }

  return {
    path,
    reading: () => reading,
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

async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await write(descriptor, bytes)
  if (bytesWritten !== bytes.length) {
    throw Object.assign(new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`), { code: 'ENOSPC' })
  }
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
