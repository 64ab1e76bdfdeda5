// Small writes to the data folder that a crash leaves whole: beside, synced, renamed.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'
import { replaceFile as replace } from '../../replace-file.ts'

/** Its name is on the disk, too, when this resolves. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown
    return
  }
  await syncFolder(dirname(path))
}

export async function replaceFile(path: string, text: string): Promise<void> {
  await replace(path, text, besideOf(path))
  await syncFolder(dirname(path))
}

/** Names that end like this are unfinished: whoever finds one after a crash may remove it. */
export const unfinished = '.new'

export function besideOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}${unfinished}`
}

/** Makes a new name survive a power cut, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    if (errorCode(thrown) !== 'EINVAL' && errorCode(thrown) !== 'ENOTSUP') throw thrown
  } finally {
    await handle.close()
  }
}

/** Its bytes, where it is still there. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+').catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  })
  await handle?.datasync().finally(() => handle.close())
}

/**
 * Everything of the disk this folder is on, by the program of the system, as Node has no syncfs: for thousands of files much
 * sooner done than one by one. False where there is no such program, or it failed.
 */
export async function syncDiskOf(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  return await promisify(execFile)('/usr/bin/sync', ['-f', folder], { timeout: 60_000 }).then(
    () => true,
    () => false,
  )
}

export async function remove(path: string): Promise<void> {
  await unlink(path).catch((thrown) => {
    if (errorCode(thrown) !== 'ENOENT') throw thrown
  })
}

/** So many at once, in the order of the items. The first failure ends it. */
export async function inLanes<Item>(
  lanes: number,
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value)
    }),
  )
}
