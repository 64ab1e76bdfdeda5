// One session's file: read as a whole, appended to by one writer, synced before anything is acknowledged.
import { constants } from 'node:fs'
import { type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { SessionRecord } from '../../../shared/session.ts'
import { type LogReading, readLog } from './read-log.ts'

export interface SessionFile {
  readonly path: string
  reading(): LogReading
  /** Appends the records in one write and syncs them. Appends wait for one another. */
  append(records: readonly SessionRecord[]): Promise<void>
}

/** Reads an existing file. Throws what the file system says when it cannot be read. */
export async function openSessionFile(path: string): Promise<SessionFile> {
  return sessionFile(path, await readWhole(path))
}

/**
 * Makes a new file with its first records. It is on the disk, with its name, when this resolves; when it fails
 * nothing of it is left.
 */
export async function createSessionFile(path: string, records: readonly SessionRecord[]): Promise<SessionFile> {
  const bytes = encode(records)
  let handle: FileHandle
  try {
    handle = await open(path, 'wx', 0o600)
  } catch (thrown) {
    throw writeFailure(path, thrown)
  }
  try {
    await writeAll(handle, bytes)
    await handle.datasync()
  } catch (thrown) {
    await handle.close().catch(() => undefined)
    // Ours from the first byte, and never acknowledged: the only file this program takes back on its own.
    await unlink(path).catch(() => undefined)
    throw writeFailure(path, thrown)
  }
  await handle.close()
  await syncFolder(dirname(path))
  return sessionFile(path, readLog(bytes))
}

/** Makes a rename or a new name survive a power cut. Windows cannot sync a folder and does not need it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readWhole(path: string): Promise<LogReading> {
  return readLog(await readFile(path))
}

function encode(records: readonly SessionRecord[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

function sessionFile(path: string, first: LogReading): SessionFile {
  let reading = first
  let lastAppend: Promise<void> = Promise.resolve()

  async function appendNow(records: readonly SessionRecord[]): Promise<void> {
    let handle: FileHandle
    try {
      // Appending, so that two writers can never overwrite one another; and without O_CREAT: a file that was taken
      // away must not come back as a headless tail.
      handle = await open(path, constants.O_RDWR | constants.O_APPEND)
    } catch (thrown) {
      throw writeFailure(path, thrown)
    }
    try {
      // Somebody else's lines, or the rest of our own torn write, are read before we add to them.
      if ((await handle.stat()).size !== reading.bytes) reading = readLog(await handle.readFile())
      const body = encode(records)
      const bytes = reading.endsWithNewline ? body : Buffer.concat([Buffer.from('\n'), body])
      await writeAll(handle, bytes)
      await handle.datasync()
      reading = {
        records: [...reading.records, ...records],
        diagnostics: reading.diagnostics,
        bytes: reading.bytes + bytes.length,
        endsWithNewline: true,
      }
    } catch (thrown) {
      throw writeFailure(path, thrown)
    } finally {
      await handle.close()
    }
  }

  return {
    path,
    reading: () => reading,
    append(records) {
      const append = lastAppend.then(() => appendNow(records))
      lastAppend = append.catch(() => undefined)
      return append
    },
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length)
  if (bytesWritten !== bytes.length) {
    throw Object.assign(new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`), { code: 'ENOSPC' })
  }
}

function writeFailure(path: string, thrown: unknown): ExpectedFailure {
  if (thrown instanceof ExpectedFailure) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ExpectedFailure('no-space', messages.failures.noSpace(path), detail)
  if (code === 'ENOENT') return new ExpectedFailure('not-found', messages.failures.sessionNotFound, detail)
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new ExpectedFailure('denied', messages.failures.readOnlyFolder(dirname(path)), detail)
  }
  return new ExpectedFailure('internal', messages.failures.writeFailed(path), detail)
}

/** Size in bytes and time of the last change, or null when the file is not there. */
export async function sizeAndTime(path: string): Promise<{ bytes: number; changed: Date; inode: number } | null> {
  try {
    const found = await stat(path)
    return { bytes: found.size, changed: found.mtime, inode: found.ino }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
}
