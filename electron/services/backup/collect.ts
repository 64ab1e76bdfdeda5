// Every file of the data folder, copied while the owner goes on: nobody is held up, and nothing that was there is missed.
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { belongs, dataFolders, isSafePath } from '../../../shared/data-places.ts'
import { errorCode } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import type { LeftOut } from '../../contracts.ts'
import type { SavedFile } from './manifest.ts'
import type { ZipWriter } from './zip-writer.ts'

/** Every file that belongs into a backup, as far as one look can say. */
export async function sizeUp(home: string, signal: AbortSignal): Promise<{ files: number; bytes: number }> {
  const size = { files: 0, bytes: 0 }
  for (const path of [...(await filesIn(home)), ...(await filesBelow(home, dataFolders))]) {
    signal.throwIfAborted()
    const found = await stat(join(home, path)).catch(() => null)
    if (!found?.isFile()) continue
    size.files++
    size.bytes += found.size
  }
  return size
}

/** More looks at the sessions than these, and somebody moves them faster than they can be read. */
const mostLooks = 20
/** So often a file is sought that was moved a moment ago. */
const mostChases = 50

export interface Collected {
  files: SavedFile[]
  leftOut: LeftOut[]
}

/**
 * In this order: what waits to be sent and is not lost twice; sessions, wherever they are moved meanwhile; then what they name,
 * which was there before they named it.
 */
export async function collect(
  home: string,
  zip: Pick<ZipWriter, 'add'>,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Collected> {
  const files: SavedFile[] = []
  const leftOut: LeftOut[] = []
  const seen = new Set<string>()
  /** By number and session: a file that is moved stays the same file, and one that got its number is another. */
  const copied = new Set<string>()

  /** False when it is not there any more. */
  async function take(path: string, identity = path): Promise<boolean> {
    if (seen.has(path)) return true
    signal.throwIfAborted()
    const refuse = (why: LeftOut['why']) => {
      seen.add(path)
      leftOut.push({ path, why })
      return true
    }
    let handle: FileHandle
    try {
      // Never through a link, and never waiting for whoever is at the other end of a pipe.
      handle = await open(
        join(home, path),
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      )
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return false
      return refuse(errorCode(thrown) === 'ELOOP' ? 'kind' : 'unreadable')
    }
    try {
      if (!isSafePath(path)) return refuse('name')
      const found = isLog(path) ? await settled(handle) : await handle.stat({ bigint: true })
      if (!found.isFile()) return refuse('kind')
      const key = `${found.dev}:${found.ino}:${identity}`
      if (copied.has(key)) return true
      const bytes = Number(found.size)
      const runs = (found.mode & 0o100n) !== 0n
      const changed = Number(found.mtimeMs)
      const sha256 = await zip.add({ path, bytes, changed: new Date(changed), runs }, handle, onBytes)
      seen.add(path)
      copied.add(key)
      files.push({ path, bytes, sha256, changed, ...(runs && { runs }) })
      return true
    } finally {
      await handle.close()
    }
  }

  async function takeAll(paths: readonly string[]): Promise<void> {
    for (const path of paths) await take(path)
  }

  /** A log that has become too large gets another name: then the second look finds the new one. */
  async function takeOwnFiles(): Promise<void> {
    for (let look = 0; look < 2; look++) for (const path of await filesIn(home)) await take(path, 'data')
  }

  async function takeSessions(): Promise<void> {
    const done = new Set<string>()

    /** The answer that is being written comes before its session: what it answers is in there for sure. */
    async function takeOne(id: string, path: string): Promise<boolean> {
      if (!done.has(id)) await take(`sessions/${id}.draft`)
      if (!(await take(path, id))) return false
      done.add(id)
      return true
    }

    /** Where it is now; true also when it is nowhere any more. */
    async function chase(id: string): Promise<boolean> {
      for (let tried = 0; tried < mostChases; tried++) {
        for (const path of [`sessions/${id}.jsonl`, `sessions/${id}.jsonl.archived`]) {
          if (await takeOne(id, path)) return true
        }
        for (const path of await filesBelow(home, ['trash'])) {
          if (sessionIn(path) === id && (await takeOne(id, path))) return true
        }
      }
      return false
    }

    for (let look = 0; look < mostLooks; look++) {
      const known = files.length
      // The one twice: what goes into the trash and comes out of it is in one of the three.
      const paths = new Set(await filesBelow(home, ['sessions', 'trash', 'sessions']))
      let missed = false
      for (const path of paths) if (sessionIn(path) === null && !path.endsWith('.draft')) await take(path)
      for (const path of paths) {
        const id = sessionIn(path)
        if (id !== null && !(await takeOne(id, path)) && !(await chase(id))) missed = true
      }
      // A left-over without its session.
      for (const path of paths) if (path.endsWith('.draft') && !done.has(nameOf(path).slice(0, -6))) await take(path)
      // What was deleted for good in between is missed once, and not found again.
      if (look > 0 && !missed && files.length === known) return
    }
    throw new ExpectedFailure('busy', words.neverStill)
  }

  await takeOwnFiles()
  await takeSessions()
  await takeAll(await filesBelow(home, ['skills']))
  // What runs have changed, before the bytes that they name.
  const kept = await filesBelow(home, ['checkpoints'])
  const isObject = (path: string) => path.startsWith('checkpoints/objects/')
  await takeAll(kept.filter((path) => !isObject(path)))
  await takeAll((await filesBelow(home, ['checkpoints'])).filter(isObject))
  await takeAll(await filesBelow(home, ['blobs']))
  return { files, leftOut }
}

const isLog = (path: string) => /\.jsonl(\.archived)?$/.test(path)
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const sessionIn = (path: string) => /\/([^/]+)\.jsonl(?:\.archived)?$/.exec(path)?.[1] ?? null

const newline = 0x0a
const looksAtTail = 4
const betweenLooksMs = 5

/** Its size at the end of a line. One that is being written is waited for; one that stays half is half. */
async function settled(handle: FileHandle): Promise<BigIntStats> {
  let found = await handle.stat({ bigint: true })
  for (let look = 0; look < looksAtTail && found.size > 0n; look++) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Number(found.size) - 1)
    if (bytesRead === 0 || buffer[0] === newline) break
    await pause(betweenLooksMs)
    found = await handle.stat({ bigint: true })
  }
  return found
}

/** Those in the data folder itself. */
async function filesIn(home: string): Promise<string[]> {
  const entries = await readdir(home, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && belongs(entry.name))
    .map(({ name }) => name)
    .sort()
}

/** Everything under these folders that is no folder, in the order of its names. */
async function filesBelow(home: string, folders: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    // The folder itself may be a link to a larger disk; what is in it may not.
    const entries = await readdir(join(home, folder), { withFileTypes: true }).catch((thrown) => {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(thrown) ?? '')) return []
      throw thrown
    })
    const below: string[] = []
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) below.push(path)
      else if (belongs(path)) found.push(path)
    }
    found.push(...(await filesBelow(home, below)))
  }
  return found
}
