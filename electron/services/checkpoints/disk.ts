// Small writes to the data folder that a crash leaves whole: beside, synced, renamed.

import { randomBytes } from 'node:crypto'
import { mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { replaceFile as replace } from '../../replace-file.ts'
import { syncFolder } from '../../sync-disk.ts'

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

/** Its bytes, where it is still there. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+').catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  })
  await handle?.datasync().finally(() => handle.close())
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
