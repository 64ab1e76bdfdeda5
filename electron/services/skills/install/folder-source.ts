// A folder as a source. No link is followed, none is left out silently, and nothing is opened that is no file.
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { problem } from '../problems.ts'
import { isLeftOut } from './find-skill.ts'
import { type Incoming, type IncomingEntry, Refused } from './incoming.ts'
import { limits } from './limits.ts'

/** A folder of skills has more in it than one; beyond this it is a person's home, or a disk. */
const mostEntries = 20 * limits.files
const pieceBytes = 65_536

/** `path` is absolute and a folder's. */
export async function openFolder(path: string, signal: AbortSignal): Promise<Incoming> {
  const entries: IncomingEntry[] = []
  /** By their inode they are known again when they are read. */
  const seen = new Map<string, { dev: bigint; ino: bigint }>()

  async function walk(folder: string, depth: number): Promise<void> {
    signal.throwIfAborted()
    const names = await readdir(join(path, folder)).catch(() => null)
    if (names === null || depth > limits.depth) {
      entries.push({ path: folder, kind: 'unreadable', bytes: 0, packed: null, executable: false })
      return
    }
    for (const name of names.sort()) {
      const own = folder === '' ? name : `${folder}/${name}`
      if (isLeftOut(own)) continue
      if (entries.length > mostEntries) throw new Refused(problem('too-many-files'))
      const entry = await look(own)
      entries.push(entry)
      if (entry.kind === 'folder') await walk(own, depth + 1)
    }
  }

  async function look(own: string): Promise<IncomingEntry> {
    const found = await lstat(join(path, own), { bigint: true }).catch(() => null)
    const entry = { path: own, bytes: 0, packed: null, executable: false }
    if (!found) return { ...entry, kind: 'unreadable' }
    if (found.isSymbolicLink()) return { ...entry, kind: 'link' }
    if (found.isDirectory()) return { ...entry, kind: 'folder' }
    if (!found.isFile()) return { ...entry, kind: 'special' }
    seen.set(own, { dev: found.dev, ino: found.ino })
    return { ...entry, kind: 'file', bytes: Number(found.size), executable: (found.mode & 0o100n) !== 0n }
  }

  await walk('', 0)
  return {
    name: basename(path),
    entries,
    packed: null,
    isWhole: false,
    isGit: false,
    commit: null,
    async read(entry) {
      return pieces(join(path, entry.path), entry.path, seen.get(entry.path))
    },
    close: async () => undefined,
  }
}

async function* pieces(
  path: string,
  shown: string,
  seen: { dev: bigint; ino: bigint } | undefined,
): AsyncGenerator<Uint8Array> {
  const changed = () => new Refused(problem('unreadable', { path: shown }))
  // A pipe that has taken the file's place would be waited for for ever.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(path, flags).catch((thrown) => {
    if (['EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'ENOTDIR'].includes(errorCode(thrown) ?? '')) throw changed()
    throw thrown
  })
  try {
    const found = await handle.stat({ bigint: true })
    if (!found.isFile() || found.ino !== seen?.ino || found.dev !== seen.dev) throw changed()
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(pieceBytes), 0, pieceBytes, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
