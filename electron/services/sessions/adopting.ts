// Sessions made of somebody else's logs: written in one go, and never over anything.

import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { MessageRecord, SessionRecord, SessionSummary } from '../../../shared/session.ts'
import { headLimit } from '../../../shared/spilled.ts'
import type { Adopted, ImportedSession } from '../../contracts.ts'
import { syncFolder } from '../../sync-disk.ts'
import { blobOf, blobsFolderOf, holdBlobs, writeBlob } from './blobs.ts'
import { writeAll } from './disk-write.ts'
import { headOf, toLine } from './record-line.ts'
import type { PlacedSession, SessionsFolder } from './sessions-folder.ts'
import { summarize } from './summary.ts'

/** No list takes it for a session, and the next import takes it away. */
const unfinished = '.adopting'
const pieceBytes = 1_048_576

/**
 * The session is there as a whole, or there is nothing of it: a crash leaves a file that is no session. Throws what cannot be
 * written as a failure.
 */
export async function adoptSession(
  folder: SessionsFolder,
  { id, records, blobOf: bytesOf }: Adopted,
): Promise<SessionSummary> {
  await folder.prepare()
  const path = folder.pathOf(id)
  if ((await folder.filesOf(id)).length > 0) throw new ExpectedFailure('busy', messages.failures.sessionExists)
  await folder.requireNoTwin(id)
  const beside = folder.placeOf(id, unfinished)
  const releases: (() => void)[] = []
  const keep = async (content: Uint8Array) => {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    releases.push(holdBlobs([blobOf(bytes).blob]))
    return await writeBlob(blobsFolderOf(path), bytes)
  }
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      let piece: Buffer[] = []
      let size = 0
      const write = async () => {
        await writeAll(handle.fd, Buffer.concat(piece))
        piece = []
        size = 0
      }
      for (const given of records) {
        for (const name of blobNames(given)) {
          const content = await bytesOf(name)
          // It was there when the log was read. What names nothing would be a record that lies.
          if (content === null) throw new ExpectedFailure('busy', messages.failures.logChanged)
          await keep(content)
        }
        const line = toLine(await withShortOutput(given, keep))
        for (const content of line.blobs) await keep(content)
        piece.push(line.bytes)
        size += line.bytes.length
        if (size >= pieceBytes) await write()
      }
      await write()
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await nameNew(beside, path)
    await syncFolder(dirname(path))
    // Of what was written, and not of the file: to read a large one again would keep everybody waiting.
    const { size, mtime } = await stat(path)
    return summarize(id, { records: [...records], diagnostics: [], bytes: size, endsWithNewline: true }, mtime, false)
  } catch (thrown) {
    await unlink(beside).catch(() => undefined)
    throw writeFailure(thrown, path, dirname(path))
  } finally {
    for (const release of releases) release()
  }
}

/** By a link, which overwrites nothing; where the file system has none, by a rename to a name that nobody has. */
async function nameNew(beside: string, path: string): Promise<void> {
  try {
    await link(beside, path)
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') throw new ExpectedFailure('busy', messages.failures.sessionExists)
    const isThere = await stat(path).catch(() => null)
    if (isThere) throw new ExpectedFailure('busy', messages.failures.sessionExists)
    await rename(beside, path)
    return
  }
  await unlink(beside)
}

/** What a tool answered is in its line as far as a model is shown it, as when it was run here. */
async function withShortOutput(
  record: SessionRecord,
  keep: (content: Uint8Array) => Promise<{ blob: string; bytes: number }>,
): Promise<SessionRecord> {
  if (record.type !== 'message' || !isOutput(record) || Buffer.byteLength(record.content) <= headLimit) return record
  const full = await keep(Buffer.from(record.content))
  return { ...record, content: headOf(record.content), truncated: true, full }
}

const isOutput = (record: SessionRecord): record is MessageRecord =>
  'role' in record && record['role'] === 'tool' && !('full' in record)

function blobNames(record: SessionRecord): string[] {
  const fields = 'role' in record ? record : {}
  const named = [
    ...('full' in fields ? [fields['full']] : []),
    ...('image' in fields ? [fields['image']] : []),
    ...('attachments' in fields && Array.isArray(fields['attachments']) ? fields['attachments'] : []),
  ]
  return named.flatMap((one) => (typeof Object(one).blob === 'string' ? [Object(one).blob] : []))
}

/** What a killed import has left behind. */
export async function clearUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (name.endsWith(unfinished)) await unlink(join(folder, name)).catch(() => undefined)
}

/** Of the cache: what is not there any more can be made again. */
export async function removeMirrors(mirrors: SessionsFolder, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await unlink(mirrors.pathOf(id)).catch((thrown) => {
      if (errorCode(thrown) !== 'ENOENT') throw writeFailure(thrown, mirrors.pathOf(id), mirrors.path)
    })
  }
}

/** It stands in the second line of a session that was imported. Bytes. */
const headBytes = 32_768
const readAtOnce = 16

/** Every session that was imported, archived ones too. Only the beginning of each file is read. */
export async function importedSessions(places: readonly PlacedSession[]): Promise<ImportedSession[]> {
  const found: ImportedSession[] = []
  for (let from = 0; from < places.length; from += readAtOnce) {
    const some = await Promise.all(places.slice(from, from + readAtOnce).map(importedIn))
    found.push(...some.flatMap((one) => one ?? []))
  }
  return found
}

export async function importedIn({ id, path }: PlacedSession): Promise<ImportedSession | null> {
  try {
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      return importedOf(id, buffer.toString('utf8', 0, bytesRead))
    } finally {
      await handle.close()
    }
  } catch {
    return null
  }
}

function importedOf(sessionId: string, head: string): ImportedSession | null {
  for (const line of head.split('\n', 4)) {
    if (!line.includes('"imported"')) continue
    try {
      const { type, imported } = Object(JSON.parse(line))
      const { from, path, sha256, part, folder } = Object(imported)
      if (type !== 'meta' || [from, path, sha256].some((one) => typeof one !== 'string')) continue
      return {
        sessionId,
        from,
        path,
        sha256,
        part: Number.isSafeInteger(part) ? part : 1,
        folder: typeof folder === 'string' ? folder : null,
      }
    } catch {
      // No record: the next line may be the one.
    }
  }
  return null
}
