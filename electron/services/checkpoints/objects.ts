// The bytes that were there: each kept once under its hash, in the data folder.

import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { syncDiskOf, syncFolder } from '../../sync-disk.ts'
import { besideOf, inLanes, makeFolder, remove, syncFile, unfinished } from './disk.ts'

/** Read and written in pieces of this size, with everybody's turn between. */
const pieceBytes = 1_048_576
/** More new files than these are put on the disk with one word to the system, where there is one for that. */
const fewNames = 64

export interface Objects {
  has(hash: string): boolean
  /**
   * Keeps a whole file, which has about `expected` bytes; null when it has more than the limit. It is on the disk when `sync`
   * has resolved: nothing may name it there before.
   */
  keep(source: FileHandle, expected: number, limit: number): Promise<{ hash: string; bytes: number } | null>
  /** Their hash, without keeping them. */
  hashOf(source: FileHandle): Promise<{ hash: string; bytes: number }>
  sync(): Promise<void>
  /** Throws `missing` when the bytes are gone or are not the ones they are named after. */
  copyTo(hash: string, target: FileHandle): Promise<void>
  /** null when they are missing or more than the limit. */
  read(hash: string, limit: number): Promise<Buffer | null>
  bytes(): number
  all(): IterableIterator<string>
  remove(hash: string): Promise<number>
}

const form = /^[0-9a-f]{64}$/

/** `isOurs`: what a crash has left unfinished may go. */
export async function openObjects(folder: string, isOurs: boolean): Promise<Objects> {
  /** Only this process writes here. */
  const known = new Map<string, number>()
  const unsynced = new Set<string>()
  /** Folders that are known to be there. */
  const made = new Set<string>()
  let syncing: Promise<void> = Promise.resolve()
  let total = 0

  const pathOf = (hash: string) => {
    if (!form.test(hash)) throw new Error('a hash that is none')
    return join(folder, hash.slice(0, 2), hash)
  }

  for (const part of await readdir(folder).catch(() => [])) {
    if (isOurs && part.endsWith(unfinished)) await remove(join(folder, part)).catch(() => undefined)
    for (const name of await readdir(join(folder, part)).catch(() => [])) {
      const path = join(folder, part, name)
      if (isOurs && name.endsWith(unfinished)) await remove(path).catch(() => undefined)
      const found = form.test(name) ? await stat(path).catch(() => null) : null
      if (found?.isFile()) {
        known.set(name, found.size)
        total += found.size
      }
    }
  }

  /** The whole of a small file at once: it may be here already, and then nothing is written. */
  async function keep(source: FileHandle, expected: number, limit: number) {
    const most = Math.min(pieceBytes, expected + 1, limit + 1)
    const first = await piece(source, 0, most)
    if (first.length > limit) return null
    const hash = createHash('sha256').update(first)
    if (first.length < most) {
      const name = hash.digest('hex')
      if (!known.has(name)) await put(name, first.length, async (target) => void (await target.writeFile(first)))
      return { hash: name, bytes: first.length }
    }
    return await keepLarge(source, limit, hash, first)
  }

  async function keepLarge(source: FileHandle, limit: number, hash: ReturnType<typeof createHash>, first: Buffer) {
    await makeFolder(folder)
    const beside = besideOf(join(folder, 'large'))
    try {
      const target = await open(beside, 'wx', 0o600)
      let length = 0
      try {
        for (let part = first; part.length > 0; part = await piece(source, length, pieceBytes)) {
          if (length > 0) hash.update(part)
          length += part.length
          if (length > limit) return null
          await target.writeFile(part)
        }
      } finally {
        await target.close()
      }
      const name = hash.digest('hex')
      if (known.has(name)) return { hash: name, bytes: length }
      await prepare(name)
      await rename(beside, pathOf(name))
      learn(name, length)
      return { hash: name, bytes: length }
    } finally {
      await remove(beside)
    }
  }

  async function put(name: string, bytes: number, write: (target: FileHandle) => Promise<void>): Promise<void> {
    await prepare(name)
    const path = pathOf(name)
    const beside = besideOf(path)
    try {
      const target = await open(beside, 'wx', 0o600)
      try {
        await write(target)
      } finally {
        await target.close()
      }
      await rename(beside, path)
    } catch (thrown) {
      await remove(beside).catch(() => undefined)
      // Somebody may have taken them away.
      made.clear()
      throw thrown
    }
    learn(name, bytes)
  }

  async function prepare(name: string): Promise<void> {
    const part = name.slice(0, 2)
    if (made.has(part)) return
    await makeFolder(folder)
    await makeFolder(join(folder, part))
    made.add(part)
  }

  async function syncNew(): Promise<void> {
    const names = [...unsynced]
    if (names.length === 0) return
    for (const name of names) unsynced.delete(name)
    try {
      if (names.length > fewNames && (await syncDiskOf(folder))) return
      await inLanes(8, names, (name) => syncFile(pathOf(name)))
      for (const part of new Set(names.map((name) => name.slice(0, 2)))) await syncFolder(join(folder, part))
    } catch (thrown) {
      for (const name of names) unsynced.add(name)
      throw thrown
    }
  }

  function learn(name: string, bytes: number): void {
    if (!known.has(name)) total += bytes
    known.set(name, bytes)
    unsynced.add(name)
  }

  return {
    has: (hash) => known.has(hash),
    keep,
    async hashOf(source) {
      const hash = createHash('sha256')
      let length = 0
      for (
        let part = await piece(source, 0, pieceBytes);
        part.length > 0;
        part = await piece(source, length, pieceBytes)
      ) {
        hash.update(part)
        length += part.length
      }
      return { hash: hash.digest('hex'), bytes: length }
    },
    sync() {
      // One after the other: what another one has begun to sync is synced when this resolves.
      const work = syncing.then(syncNew)
      syncing = work.catch(() => undefined)
      return work
    },
    async copyTo(hash, target) {
      const source = await open(pathOf(hash), 'r').catch(() => {
        throw missing(hash)
      })
      try {
        const found = createHash('sha256')
        let length = 0
        for (
          let part = await piece(source, 0, pieceBytes);
          part.length > 0;
          part = await piece(source, length, pieceBytes)
        ) {
          found.update(part)
          length += part.length
          await target.writeFile(part)
        }
        if (found.digest('hex') !== hash) throw missing(hash)
      } finally {
        await source.close()
      }
    },
    async read(hash, limit) {
      if ((known.get(hash) ?? Number.POSITIVE_INFINITY) > limit) return null
      return await readFile(pathOf(hash)).catch(() => null)
    },
    bytes: () => total,
    all: () => known.keys(),
    async remove(hash) {
      const bytes = known.get(hash) ?? 0
      await unlink(pathOf(hash)).catch((thrown) => {
        if (errorCode(thrown) !== 'ENOENT') throw thrown
      })
      known.delete(hash)
      total -= bytes
      return bytes
    },
  }
}

function missing(hash: string): Error {
  return Object.assign(new Error(`the kept bytes ${hash} are gone or damaged`), { code: 'MISSING' })
}

async function piece(source: FileHandle, position: number, most: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(most)
  let length = 0
  while (length < most) {
    const { bytesRead } = await source.read(buffer, length, most - length, position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}
