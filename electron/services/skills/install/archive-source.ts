// A .zip or .skill as a source, through a kept reader that unpacks to a stream and never to a place. Loaded late.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import * as yauzl from 'yauzl'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import { problem } from '../problems.ts'
import { type Incoming, type IncomingEntry, Refused } from './incoming.ts'
import { limits } from './limits.ts'

const kinds = { mask: 0o170000, regular: 0o100000, folder: 0o040000, link: 0o120000 }
/** In the upper byte of "version made by": only then the upper half of the attributes is a mode. */
const madeOnUnix = [3, 19]

/** The name of what is in it, without its ending. */
export const archiveName = (name: string) => basename(name).replace(/\.(zip|skill)$/i, '')

export async function openArchiveFile(path: string): Promise<Incoming> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const { size } = await handle.stat()
    if (size > limits.archiveBytes) throw new Refused(problem('too-large'))
    return await openArchive(await readWhole(handle, size), archiveName(path))
  } finally {
    await handle.close()
  }
}

async function readWhole(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  let done = 0
  while (done < size) {
    const { bytesRead } = await handle.read(bytes, done, size - done, done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

/** Throws `Refused` when it is damaged, encrypted, or has more entries than a skill may have. */
export async function openArchive(bytes: Buffer, name: string): Promise<Incoming> {
  // Names as they are: what yauzl makes of a backslash, or refuses with a sentence of its own, is judged with all the rest.
  const zip = await yauzl.fromBufferPromise(bytes, { decodeStrings: false }).catch(() => {
    throw damaged()
  })
  const known = new Map<IncomingEntry, yauzl.Entry>()
  if (zip.entryCount > 2 * limits.files) throw new Refused(problem('too-many-files'))
  try {
    for await (const entry of zip.eachEntry()) known.set(incomingEntry(entry), entry)
  } catch (thrown) {
    throw thrown instanceof Refused ? thrown : damaged()
  }
  return {
    name,
    entries: [...known.keys()],
    packed: bytes.length,
    isWhole: true,
    isGit: false,
    commit: null,
    async read(entry) {
      const packed = known.get(entry)
      if (!packed) throw new Error('an entry of another archive')
      return checked(zip, packed)
    },
    close: async () => zip.close(),
  }
}

const damaged = () => new Refused(problem('archive-damaged'))

function incomingEntry(entry: yauzl.Entry): IncomingEntry {
  if (entry.isEncrypted()) throw new Refused({ ...problem('archive-damaged'), message: skillInstallWords.encrypted })
  const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
  const mode = madeOnUnix.includes(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0
  const isFolder = name.endsWith('/')
  return {
    path: isFolder ? name.slice(0, -1) : name,
    kind: kindOf(entry.externalFileAttributes >>> 16, isFolder),
    bytes: entry.uncompressedSize,
    packed: entry.compressedSize,
    executable: (mode & 0o100) !== 0,
  }
}

/** A type counts whatever system is said to have made it: another program may believe it. */
function kindOf(mode: number, isFolder: boolean): IncomingEntry['kind'] {
  const type = mode & kinds.mask
  if (type === kinds.link) return 'link'
  if (isFolder) return type === 0 || type === kinds.folder ? 'folder' : 'special'
  return type === 0 || type === kinds.regular ? 'file' : 'special'
}

/** Ends with `Refused` when the bytes are not those that were packed, or not as many. */
async function* checked(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  let sum = 0
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      sum = crc32(piece, sum)
      yield piece
    }
  } catch {
    throw damaged()
  }
  if (sum !== entry.crc32) throw damaged()
}
