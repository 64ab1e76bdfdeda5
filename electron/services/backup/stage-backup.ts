// A backup on its way back: every byte is compared with what was written, into a folder beside the data folder.

import { createHash } from 'node:crypto'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { rightsFiles, rightsIn } from '../../../shared/data-places.ts'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import type { BackupContents } from '../../contracts.ts'
import { syncDiskOf, syncFolder } from '../../sync-disk.ts'
import { syncFile } from './disk.ts'
import type { SavedFile } from './manifest.ts'
import { isSession, isTrashed } from './summary.ts'
import { withoutRights } from './without-rights.ts'
import { damaged, type OpenedBackup, openBackup } from './zip-reader.ts'

/** Windows and macOS take `Ab` and `aB` for one name. */
const systemFoldsCase = process.platform === 'win32' || process.platform === 'darwin'

export async function inspectBackup(path: string, foldsCase = systemFoldsCase): Promise<BackupContents> {
  const backup = await openBackup(path, foldsCase)
  try {
    return await contentsOf(backup)
  } finally {
    backup.close()
  }
}

export interface Staging {
  /** The archive. */
  path: string
  /** A folder that is not there yet; its own parent is. */
  into: string
  withRights: boolean
  /** The present text of a file of the data folder; null when there is none. */
  present(name: string): Promise<string | null>
  signal: AbortSignal
  onProgress(bytes: number, ofBytes: number): void
  foldsCase?: boolean
}

/** So much of the disk stays free. */
const marginBytes = 16_777_216
/** More files than these are put on the disk with one word to the system. */
const fewFiles = 64
/** Files that are read and written at once: enough to hide the disk. */
const lanes = 8

/** Everything is on the disk and was compared when this resolves; when it throws, nothing is left of it. */
export async function stageBackup(staging: Staging): Promise<BackupContents> {
  const { path, into, signal } = staging
  const backup = await openBackup(path, staging.foldsCase ?? systemFoldsCase)
  try {
    await requireRoom(dirname(into), backup.bytes)
    const contents = await contentsOf(backup)
    await mkdir(into, { mode: 0o700 })
    await extract(backup, staging)
    return contents
  } catch (thrown) {
    await rm(into, { recursive: true, force: true })
    if (signal.aborted) throw new ExpectedFailure('cancelled', words.stopped)
    throw writeFailure(thrown, into, dirname(into))
  } finally {
    backup.close()
  }
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < bytes + marginBytes) {
    throw new ExpectedFailure('no-space', words.noRoom(folder, bytes + marginBytes, bavail * bsize))
  }
}

async function extract(backup: OpenedBackup, staging: Staging): Promise<void> {
  const { into, withRights, signal, onProgress } = staging
  const folders = new Set([into])
  const written: string[] = []
  let bytes = 0
  const targetOf = ({ path }: SavedFile) => join(into, ...path.split('/'))
  for (const file of backup.files) await makeFolder(dirname(targetOf(file)), into, folders)
  await inLanes(lanes, backup.files, async (file) => {
    signal.throwIfAborted()
    const target = targetOf(file)
    // What is not to be used is compared as well: it is one backup, whole or not.
    const isLeft = !withRights && rightsFiles.includes(file.path)
    const keys = withRights ? undefined : rightsIn[file.path]
    if (isLeft || keys) {
      const text = await readWhole(backup, file, signal)
      if (keys) await writeWhole(target, file, withPresent(text, await staging.present(file.path), keys))
    } else {
      await copyOut(backup, file, target, { signal, withRights })
    }
    if (!isLeft) written.push(target)
    bytes += file.bytes
    onProgress(bytes, backup.bytes)
  })
  if (written.length <= fewFiles || !(await syncDiskOf(into))) for (const target of written) await syncFile(target)
  for (const folder of folders) await syncFolder(folder)
  await syncFolder(dirname(into))
}

/** At once, so many. The first that fails ends all of them. */
async function inLanes<Item>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  let isOver = false
  const lane = async () => {
    for (let item = items[next++]; item !== undefined && !isOver; item = items[next++]) await work(item)
  }
  const all = Array.from({ length: count }, () =>
    lane().catch((thrown) => {
      isOver = true
      throw thrown
    }),
  )
  // Nobody writes any more when this throws: what was written is taken away then.
  const [failed] = (await Promise.allSettled(all)).filter((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

async function makeFolder(path: string, root: string, made: Set<string>): Promise<void> {
  if (made.has(path) || path === root) return
  await makeFolder(dirname(path), root, made)
  await mkdir(path, { mode: 0o700 })
  made.add(path)
}

async function copyOut(
  backup: OpenedBackup,
  file: SavedFile,
  target: string,
  { signal, withRights }: Pick<Staging, 'signal' | 'withRights'>,
): Promise<void> {
  const handle = await open(target, 'wx', file.runs ? 0o700 : 0o600)
  // A session that acts unasked is a right, too.
  const filter = !withRights && (isSession(file) || isTrashed(file)) ? withoutRights() : null
  try {
    await checked(backup, file, signal, (piece) => handle.writeFile(filter ? filter.take(piece) : piece))
    if (filter) await handle.writeFile(filter.end())
    const changed = new Date(file.changed)
    await handle.utimes(changed, changed)
  } finally {
    await handle.close()
  }
}

/** Small ones only: larger than these they are none that was written by Carrel. */
const mostTextBytes = 16_777_216

async function readWhole(backup: OpenedBackup, file: SavedFile, signal: AbortSignal): Promise<string> {
  if (file.bytes > mostTextBytes) throw damaged(file.path)
  const parts: Buffer[] = []
  await checked(backup, file, signal, async (piece) => void parts.push(piece))
  return Buffer.concat(parts).toString('utf8')
}

async function writeWhole(target: string, file: SavedFile, text: string): Promise<void> {
  const handle = await open(target, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    const changed = new Date(file.changed)
    await handle.utimes(changed, changed)
  } finally {
    await handle.close()
  }
}

/** Throws when they are not exactly the bytes that were saved, also when there are more of them. */
async function checked(
  backup: OpenedBackup,
  file: SavedFile,
  signal: AbortSignal,
  use: (piece: Buffer) => Promise<void>,
): Promise<void> {
  const { path, bytes, sha256 } = file
  const hash = createHash('sha256')
  let length = 0
  const source = await backup.read(file).catch((thrown) => {
    throw damaged(`${path}: ${String(thrown)}`)
  })
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      length += piece.length
      if (length > bytes) throw damaged(path)
      hash.update(piece)
      await use(piece)
    }
  } catch (thrown) {
    // What the disk says keeps its own words; what the archive says is damage.
    if (thrown instanceof ExpectedFailure || signal.aborted || errorCode(thrown)?.startsWith('E')) throw thrown
    throw damaged(`${path}: ${String(thrown)}`)
  } finally {
    source.destroy()
  }
  if (length !== bytes || hash.digest('hex') !== sha256) throw damaged(path)
}

/** Values that say how much may happen stay as they are here: none at all, where there is none. */
export function withPresent(restored: string, present: string | null, keys: readonly string[]): string {
  const theirs = objectIn(restored)
  const ours = present === null ? {} : objectIn(present)
  const kept = Object.entries(ours).filter(([key]) => keys.includes(key))
  const taken = Object.entries(theirs).filter(([key]) => !keys.includes(key))
  return `${JSON.stringify(Object.fromEntries([...taken, ...kept]), null, 2)}\n`
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : {}
  } catch {
    return {}
  }
}

async function contentsOf(backup: OpenedBackup): Promise<BackupContents> {
  const { manifest, files, bytes } = backup
  return {
    app: manifest.app,
    created: manifest.created,
    files: files.length,
    bytes,
    sessions: files.filter(isSession).length,
    trashed: files.filter(isTrashed).length,
    rules: await counted(backup, 'rules.json', (found) => (Array.isArray(found['rules']) ? found['rules'].length : 0)),
    trustedFolders: await counted(
      backup,
      'trust.json',
      (found) => Object.values(found).filter((one) => objectOr(one)['trusted'] === true).length,
    ),
  }
}

const objectOr = (value: unknown) =>
  (typeof value === 'object' && value !== null ? { ...value } : {}) as Record<string, unknown>

async function counted(
  backup: OpenedBackup,
  path: string,
  count: (found: Record<string, unknown>) => number,
): Promise<number> {
  const file = backup.files.find((one) => one.path === path)
  return file ? count(objectIn(await readWhole(backup, file, new AbortController().signal))) : 0
}
