// Takes away blobs that nothing names any more: only when a person removes sessions for good, and never on a doubt.
import { unlinkSync } from 'node:fs'
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../../shared/disk-failure.ts'
import { watchHeldBlobs } from './blobs.ts'

/** Files are looked through in pieces that overlap by the name of a blob. */
const pieceBytes = 1_048_576
const name = /sha256:[0-9a-f]{64}/g
const nameBytes = 'sha256:'.length + 64

/** Those who copy sessions, and then the blobs that they name. */
let copying = 0

/** No blob goes until what is answered is called; whatever was to go goes the next time. */
export function keepBlobs(): () => void {
  let isHeld = true
  copying++
  return () => {
    if (isHeld) copying--
    isHeld = false
  }
}

/**
 * Reads every file in the sessions folder and the trash, whatever it is, and what is attached to unsent texts. When one of them cannot be read, or one comes,
 * goes or moves meanwhile, all blobs stay: the next time is soon enough.
 */
export async function clearBlobs(home: string): Promise<void> {
  const watch = watchHeldBlobs()
  try {
    const blobs = await blobsIn(join(home, 'blobs'))
    if (blobs.length === 0) return
    const files = await filesNaming(home)
    const named = new Set<string>()
    const piece = Buffer.allocUnsafe(pieceBytes)
    for (const path of files) await addNames(path, piece, named)
    const filesNow = await filesNaming(home)
    if (files.join('\n') !== filesNow.join('\n')) return
    for (const { path, blob } of blobs) {
      // At once with the question: between the two nobody can begin to rely on it.
      if (copying > 0) return
      if (!named.has(blob) && !watch.isHeld(blob)) unlinkSync(path)
    }
  } catch {
    // Whatever it was, the blobs it was about are there.
  } finally {
    watch.end()
  }
}

/** What lies on the desk: attached to an unsent text, or to one that waits. */
const onDesk = ['attached.json', 'queue.json']

/** Every file that may name a blob. */
async function filesNaming(home: string): Promise<string[]> {
  const names: string[] = []
  for (const path of onDesk.map((one) => join(home, one))) {
    const found = await look(path)
    if (found && !found.isFile()) throw new Error(`${path} cannot be looked through`)
    if (found) names.push(path)
  }
  return [...(await filesIn([join(home, 'sessions'), join(home, 'trash')])), ...names]
}

/** Blobs and what was left of writing one. Nothing else that lies there is ours, and no link is followed. */
async function blobsIn(folder: string): Promise<{ path: string; blob: string }[]> {
  const found: { path: string; blob: string }[] = []
  if (!(await isFolder(folder))) return found
  for (const start of await readdir(folder)) {
    const within = join(folder, start)
    if (!/^[0-9a-f]{2}$/.test(start) || !(await isFolder(within))) continue
    for (const entry of await readdir(within, { withFileTypes: true })) {
      const hex = /^([0-9a-f]{64})(?:\.\d+-\d+\.new)?$/.exec(entry.name)?.[1]
      if (!hex?.startsWith(start) || !entry.isFile()) continue
      found.push({ path: join(within, entry.name), blob: `sha256:${hex}` })
    }
  }
  return found
}

async function isFolder(path: string): Promise<boolean> {
  return (await look(path))?.isDirectory() === true
}

async function look(path: string) {
  try {
    return await lstat(path)
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

/** Every file under the folders that are there, in order. Throws at what is neither a file nor a folder. */
async function filesIn(folders: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    if ((await look(folder)) === null) continue
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) found.push(...(await filesIn([path])))
      else if ((await stat(path)).isFile()) found.push(path)
      else throw new Error(`${path} cannot be looked through`)
    }
  }
  return found.sort()
}

async function addNames(path: string, piece: Buffer, names: Set<string>): Promise<void> {
  const handle = await open(path, 'r')
  try {
    for (let position = 0; ; ) {
      const length = await fill(handle, piece, position)
      for (const [found] of piece.toString('latin1', 0, length).matchAll(name)) names.add(found)
      if (length < piece.length) return
      position += length - nameBytes
    }
  } finally {
    await handle.close()
  }
}

/** Shorter than the piece only at the end of the file. */
async function fill(handle: FileHandle, piece: Buffer, position: number): Promise<number> {
  let length = 0
  while (length < piece.length) {
    const { bytesRead } = await handle.read(piece, length, piece.length - length, position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}
