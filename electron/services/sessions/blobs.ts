// Blobs: what is too large for a line of a session file, named by the hash of its bytes, beside the sessions folder.

import { createHash } from 'node:crypto'
import { mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { attachmentsOf, isKept } from '../../../shared/attachment-kinds.ts'
import { errorCode } from '../../../shared/disk-failure.ts'
import type { TreeRecord } from '../../../shared/session.ts'
import { syncFolder } from '../../sync-disk.ts'
import { renamePatiently, writeAll } from './disk-write.ts'

export interface Blob {
  /** `sha256:` and 64 hex digits. */
  blob: string
  bytes: number
}

const hashForm = /^sha256:([0-9a-f]{64})$/

/** The session file's own home: `<home>/sessions/<id>.jsonl` has its blobs in `<home>/blobs`. */
export function blobsFolderOf(sessionPath: string): string {
  return join(dirname(dirname(sessionPath)), 'blobs')
}

export function blobOf(bytes: Buffer): Blob {
  return { blob: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes: bytes.length }
}

/** Null for a name that is none, so that no path is ever made of what a file says. */
function pathOf(folder: string, name: string): string | null {
  const hex = hashForm.exec(name)?.[1]
  return hex === undefined ? null : join(folder, hex.slice(0, 2), hex)
}

/** The bytes of a blob, or null when they are missing, cannot be read, or are not the ones it was named after. */
export async function readBlob(folder: string, { blob, bytes }: Blob): Promise<Buffer | null> {
  const path = pathOf(folder, blob)
  if (path === null) return null
  try {
    // Before reading: a file of any size may lie there.
    const found = await stat(path)
    if (!found.isFile() || found.size !== bytes) return null
    const content = await readFile(path)
    return blobOf(content).blob === blob ? content : null
  } catch {
    return null
  }
}

/** Whatever size it is said to have. */
export async function readNamedBlob(folder: string, name: string): Promise<Buffer | null> {
  const path = pathOf(folder, name)
  const found = path === null ? null : await stat(path).catch(() => null)
  return found?.isFile() ? await readBlob(folder, { blob: name, bytes: found.size }) : null
}

let written = 0

/** It is on the disk, whole and with its name, when this resolves. The same bytes are kept once. */
export async function writeBlob(folder: string, content: Buffer): Promise<Blob> {
  const blob = blobOf(content)
  const path = pathOf(folder, blob.blob)
  if (path === null) throw new Error('a hash that is none')
  // One by one: a home that has gone must not come back as a folder of blobs.
  await makeFolder(folder)
  await makeFolder(dirname(path))
  if ((await readBlob(folder, blob)) === null) {
    const beside = `${path}.${process.pid}-${written++}.new`
    try {
      const handle = await open(beside, 'wx', 0o600)
      try {
        await writeAll(handle.fd, content)
        await handle.datasync()
      } finally {
        await handle.close()
      }
      await renamePatiently(beside, path)
    } catch (thrown) {
      await unlink(beside).catch(() => undefined)
      throw thrown
    }
  }
  // Also of one that was there: whoever put it there may have been killed before this.
  for (const made of [dirname(path), folder, dirname(folder)]) await syncFolder(made)
  return blob
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown
  }
}

/** Names that are about to be written into a session file, and since the beginning of every clearing that goes on. */
const held = new Map<string, number>()
const clearings = new Set<Set<string>>()

/** Keeps blobs from being cleared away while the line that names them is not written yet. Answers what ends that. */
export function holdBlobs(names: readonly string[]): () => void {
  for (const name of names) {
    held.set(name, (held.get(name) ?? 0) + 1)
    for (const clearing of clearings) clearing.add(name)
  }
  return () => {
    for (const name of names) {
      const left = (held.get(name) ?? 0) - 1
      if (left > 0) held.set(name, left)
      else held.delete(name)
    }
  }
}

/** Holds what is attached to questions while they are written; without it a clearing could look past both places they stand in. */
export async function holdingAttached<Value>(
  entries: readonly TreeRecord[],
  write: () => Promise<Value>,
): Promise<Value> {
  const release = holdBlobs(
    entries.flatMap((one) => attachmentsOf(one).flatMap((each) => (isKept(each) ? [each.blob] : []))),
  )
  try {
    return await write()
  } finally {
    release()
  }
}

/** Watches what is held from now on: `isHeld` is true for every name that is, or was at any time since. */
export function watchHeldBlobs(): { isHeld(name: string): boolean; end(): void } {
  const seen = new Set(held.keys())
  clearings.add(seen)
  return { isHeld: (name) => seen.has(name), end: () => clearings.delete(seen) }
}
