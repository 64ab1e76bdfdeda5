// A backup as it is read: everything it says of itself is checked before the first byte of it is used.
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { belongs, foldedPath, isSafePath, manifestName } from '../../../shared/data-places.ts'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import { type Manifest, readManifest, type SavedFile } from './manifest.ts'

/** Of what a backup says of itself, which is read as one text: a million files and more. */
const mostManifestBytes = 300_000_000
const mostFiles = 5_000_000
const fileType = 0o170000
const regular = 0o100000

export interface OpenedBackup {
  manifest: Manifest
  /** In the order in which they lie in the archive. */
  files: readonly SavedFile[]
  /** All of them together. */
  bytes: number
  /** Ends with an error when there are more bytes than it should have. */
  read(file: SavedFile): Promise<Readable>
  close(): void
}

/** Throws a failure with a sentence when it is no backup, or not one that may be used. */
export async function openBackup(path: string, foldsCase: boolean): Promise<OpenedBackup> {
  const found = await stat(path).catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') throw new ExpectedFailure('not-found', words.noFile(path))
    throw readFailure(thrown, path)
  })
  if (!found.isFile()) throw new ExpectedFailure('invalid-input', words.noBackup)
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((thrown) => {
    if (['EACCES', 'EPERM', 'EIO'].includes(errorCode(thrown) ?? '')) throw readFailure(thrown, path)
    throw new ExpectedFailure('invalid-input', words.noBackup, String(thrown))
  })
  try {
    const entries = await entriesOf(zip, foldsCase)
    const about = entries.get(manifestName)
    if (!about) throw new ExpectedFailure('invalid-input', words.noBackup)
    if (about.uncompressedSize > mostManifestBytes) throw damaged('the manifest is too large')
    const manifest = readManifest(await textOf(zip, about))
    entries.delete(manifestName)
    const files = inOrder(manifest, entries)
    return {
      manifest,
      files,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      async read(file) {
        const entry = entries.get(file.path)
        if (!entry) throw damaged(file.path)
        return await zip.openReadStreamPromise(entry)
      },
      close: () => zip.close(),
    }
  } catch (thrown) {
    zip.close()
    if (thrown instanceof ExpectedFailure) throw thrown
    throw damaged(String(thrown))
  }
}

export const damaged = (detail: string) => new ExpectedFailure('damaged', words.damaged, detail)

async function entriesOf(zip: ZipFile, foldsCase: boolean): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  const folded = new Set<string>()
  if (zip.entryCount > mostFiles) throw damaged(`${zip.entryCount} entries`)
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry
    const isOurs = isSafePath(name) && (name === manifestName || belongs(name))
    if (!isOurs) throw new ExpectedFailure('damaged', words.badName(name.slice(0, 200)))
    // Whatever is said to be a link, a folder or a device is no file.
    const kind = (entry.externalFileAttributes >>> 16) & fileType
    if (kind !== 0 && kind !== regular) throw new ExpectedFailure('damaged', words.badName(name))
    if (entry.isEncrypted()) throw damaged(`${name} is encrypted`)
    const key = foldsCase ? foldedPath(name) : name
    if (folded.has(key)) throw new ExpectedFailure('damaged', words.sameName(name))
    folded.add(key)
    entries.set(name, entry)
  }
  // Where a file has the name of a folder, one of the two would have no place.
  for (const key of folded) {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      if (folded.has(key.slice(0, end))) throw new ExpectedFailure('damaged', words.sameName(key.slice(0, end)))
    }
  }
  return entries
}

/** What the archive has and what it says that it has are the same files, of the same sizes. */
function inOrder({ files }: Manifest, entries: ReadonlyMap<string, Entry>): SavedFile[] {
  const said = new Map(files.map((file) => [file.path, file]))
  if (said.size !== files.length || said.size !== entries.size) throw damaged('other files than it says')
  return [...entries].map(([name, { uncompressedSize }]) => {
    const file = said.get(name)
    if (!file || file.bytes !== uncompressedSize) throw damaged(name)
    return file
  })
}

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of await zip.openReadStreamPromise(entry)) {
    bytes += part.length
    if (bytes > mostManifestBytes) throw damaged('the manifest is too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
