// A backup: the whole data folder as one zip file, written beside its name and renamed when it is whole.

import { link, lstat, realpath, rename, statfs, unlink } from 'node:fs/promises'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { manifestName } from '../../../shared/data-places.ts'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { BackupWritten } from '../../contracts.ts'
import { syncFolder } from '../../sync-disk.ts'
import { collect, sizeUp } from './collect.ts'
import { backupVersion, type Manifest } from './manifest.ts'
import { isSession } from './summary.ts'
import { writeZip } from './zip-writer.ts'

export interface Writing {
  home: string
  path: string
  /** Whoever chose the name was asked. Else what is there stays. */
  mayReplace: boolean
  app: string
  now: Date
  signal: AbortSignal
  onProgress(bytes: number, ofBytes: number): void
}

/** So much of a disk stays free whatever is written: sessions go on meanwhile. */
const marginBytes = 16_777_216

export async function writeBackup(writing: Writing): Promise<BackupWritten> {
  const { home, path, mayReplace, signal } = writing
  const folder = dirname(path)
  const part = `${path}.part`
  try {
    await requireOutside(home, folder)
    if (!mayReplace) await requireFree(path)
    const all = await sizeUp(home, signal)
    await requireRoom(folder, all.bytes)
    const zip = await writeZip(part, signal).catch((thrown) => {
      if (errorCode(thrown) === 'EEXIST') throw new ExpectedFailure('denied', words.partIsThere(part))
      throw thrown
    })
    let bytes = 0
    try {
      const { files, leftOut } = await collect(home, zip, signal, (more) => {
        bytes += more
        writing.onProgress(bytes, Math.max(bytes, all.bytes))
      })
      const manifest: Manifest = {
        carrelBackup: backupVersion,
        app: writing.app,
        created: writing.now.toISOString(),
        files,
      }
      await zip.addText(manifestName, JSON.stringify(manifest), writing.now)
      const size = await zip.end()
      signal.throwIfAborted()
      await takeName(part, path, mayReplace)
      await syncFolder(folder)
      return { path, bytes: size, files: files.length, sessions: files.filter(isSession).length, leftOut }
    } catch (thrown) {
      await zip.abandon()
      await unlink(part).catch(() => undefined)
      throw thrown
    }
  } catch (thrown) {
    if (signal.aborted) throw new ExpectedFailure('cancelled', words.stopped)
    if (errorCode(thrown) === 'ENOENT') throw new ExpectedFailure('not-found', words.noFolder(folder))
    throw writeFailure(thrown, path, folder)
  }
}

/** In there it would be part of the next one, and of itself. */
async function requireOutside(home: string, folder: string): Promise<void> {
  const way = relative(await realpath(home), await realpath(folder))
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))) {
    throw new ExpectedFailure('denied', words.insideHome(home))
  }
}

async function requireFree(path: string): Promise<void> {
  const found = await lstat(path).catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  })
  if (found) throw isThere(path)
}

const isThere = (path: string) => new ExpectedFailure('denied', messages.terminal.fileIsThere(path))

/** By its size before it is made smaller: it fits for sure, or it is not begun. */
async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < bytes + marginBytes) throw new ExpectedFailure('no-space', words.noRoom(folder, bytes + marginBytes, free))
}

/** Another one may have come to that name meanwhile: a link to it, unlike a renaming, takes nobody's place. */
async function takeName(part: string, path: string, mayReplace: boolean): Promise<void> {
  if (mayReplace) return await rename(part, path)
  try {
    await link(part, path)
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') throw isThere(path)
    // File systems without such links: a look before is the next best.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(errorCode(thrown) ?? '')) throw thrown
    await requireFree(path)
    return await rename(part, path)
  }
  await unlink(part)
}
