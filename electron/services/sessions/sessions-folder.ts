// The folder of session files: which there are, where one lies, and moving it to the archive and back.

import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { errorCode, readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { sessionId as sessionIdSchema, type TreeRecord } from '../../../shared/session.ts'
import type { ToolOutcome } from '../../contracts.ts'
import { syncFolder } from '../../sync-disk.ts'
import { removeDraft } from './answer-draft.ts'
import { clearBlobs } from './blob-clearing.ts'
import { type Blob, blobOf, holdBlobs, readBlob, writeBlob } from './blobs.ts'
import { renamePatiently } from './disk-write.ts'
import { sizeAndTime } from './session-file.ts'

const live = '.jsonl'
const archived = '.jsonl.archived'
const draft = '.draft'

/** What the names of a session's files end in, the one that counts first. */
export const sessionSuffixes = { live, archived, draft, all: [live, archived, draft] } as const

export interface PlacedSession {
  id: string
  path: string
  archived: boolean
}

/** What belongs to an entry and is too large for its line: the whole text of which it has a part, and a picture. */
export interface Beside {
  full: string | null
  image: ToolOutcome['image']
}

export interface SessionsFolder {
  readonly path: string
  /** Makes the folder when it is missing. */
  prepare(): Promise<void>
  pathOf(sessionId: string): string
  draftPathOf(sessionId: string): string
  placeOf(sessionId: string, suffix: string): string
  /** Every file of one session that is there, in the order of `sessionSuffixes`. */
  filesOf(sessionId: string): Promise<{ path: string; suffix: string }[]>
  /** Every session file, live and archived. When both exist for one id the live one counts. */
  list(): Promise<PlacedSession[]>
  listDrafts(): Promise<string[]>
  /** The live file, else the archived one. Throws `not-found`. */
  find(sessionId: string): Promise<PlacedSession>
  findIfThere(sessionId: string): Promise<PlacedSession | null>
  /**
   * Refuses an id that another session has in other letters, `Ab` beside `aB`: where the file system takes them for one
   * name, what is moved or made there would overwrite it.
   */
  requireNoTwin(sessionId: string): Promise<void>
  /** An id nobody has for a copy that is kept beside a session. */
  freeCopyId(sessionId: string, kind: 'repaired' | 'conflict', now: Date): Promise<string>
  /** Loses nothing of an archived file that lies there already: one that is no beginning of this one gets another name. */
  archive(sessionId: string, now: Date): Promise<PlacedSession>
  restore(sessionId: string): Promise<PlacedSession>
  /** Puts what is too large for a line into blobs, and holds them until whoever names them has done so. */
  keep(beside: Beside, use: (named: NamedBeside) => Promise<void>): Promise<void>
  /** Puts bytes into a blob, and holds it until whoever names it has done so. */
  keepBlob<Value>(content: Uint8Array, use: (blob: Blob) => Promise<Value>): Promise<Value>
  /** What a record names; null when what is there is not what it names, or is larger than what a person can attach. */
  readBlob(blob: Blob): Promise<Uint8Array | null>
  /** The picture that an entry names; null when it names none, or what is there is not what it names. */
  readPicture(record: TreeRecord): Promise<Uint8Array | null>
  /** For good: all files of a session, the live one after its older copy. Throws `not-found` when there is none. */
  remove(sessionId: string): Promise<void>
}

/** Windows and macOS take `Ab.jsonl` and `aB.jsonl` for one file. */
const systemFoldsCase = process.platform === 'win32' || process.platform === 'darwin'

export interface NamedBeside {
  truncated?: true
  full?: Blob
  image?: Blob & { mime: string }
}

/** Larger ones are none that a tool or a person has put there for a model. Bytes. */
const mostShownBytes = 16_777_216
const shownName = z.object({ blob: z.string(), bytes: z.number().int().min(1).max(mostShownBytes) })

export function sessionsFolder(home: string, foldsCase = systemFoldsCase): SessionsFolder {
  const folder = join(home, 'sessions')

  // The id was checked at the wall; it is checked again here, where a path is made of it.
  function place(sessionId: string, suffix: string): string {
    if (!sessionIdSchema.safeParse(sessionId).success) {
      throw new ExpectedFailure('invalid-input', messages.failures.invalidInput('sessionId'))
    }
    return join(folder, `${sessionId}${suffix}`)
  }

  async function names(): Promise<string[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true })
      return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return []
      throw readFailure(thrown, folder)
    }
  }

  function idIn(name: string, suffix: string): string | null {
    if (!name.endsWith(suffix)) return null
    const id = name.slice(0, -suffix.length)
    return sessionIdSchema.safeParse(id).success ? id : null
  }

  async function findIfThere(sessionId: string): Promise<PlacedSession | null> {
    for (const suffix of [live, archived]) {
      const path = place(sessionId, suffix)
      if (await isThere(path)) return { id: sessionId, path, archived: suffix === archived }
    }
    return null
  }

  async function isThere(path: string): Promise<boolean> {
    if (!(await sizeAndTime(path))) return false
    // In other letters the file is found as well, and would get a second writer under that id.
    return !foldsCase || (await names()).includes(basename(path))
  }

  async function requireNoTwin(sessionId: string): Promise<void> {
    if (!foldsCase) return
    const folded = sessionId.toLowerCase()
    for (const name of await names()) {
      const id = idIn(name, live) ?? idIn(name, archived)
      if (id !== null && id !== sessionId && id.toLowerCase() === folded) {
        throw new ExpectedFailure('busy', messages.failures.sessionTwin(id))
      }
    }
  }

  async function filesOf(sessionId: string): Promise<{ path: string; suffix: string }[]> {
    const there: { path: string; suffix: string }[] = []
    for (const suffix of sessionSuffixes.all) {
      const path = place(sessionId, suffix)
      if (await isThere(path)) there.push({ path, suffix })
    }
    return there
  }

  async function requireThere(path: string): Promise<void> {
    if (!(await isThere(path))) throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
  }

  async function archive(sessionId: string, now: Date): Promise<void> {
    const source = place(sessionId, live)
    const target = place(sessionId, archived)
    await requireThere(source)
    await requireNoTwin(sessionId)
    try {
      // A crash, a copied folder or a synchronizing program can leave an archived file of this id behind.
      if ((await sizeAndTime(target)) && !(await beginsWith(source, target))) {
        await renamePatiently(target, place(await freeCopyId(sessionId, 'conflict', now), archived))
      }
      await renamePatiently(source, target)
      await syncFolder(folder)
    } catch (thrown) {
      throw writeFailure(thrown, source, folder)
    }
  }

  async function freeCopyId(sessionId: string, kind: 'repaired' | 'conflict', now: Date): Promise<string> {
    const taken = new Set((await names()).flatMap((name) => idIn(name, live) ?? idIn(name, archived) ?? []))
    // Of a copy's copy the first word is dropped: an id has room for one.
    const original = sessionId.replace(/\..*$/, '')
    const stamp = now.toISOString().replace(/[:.]/g, '-')
    const plain = `${original}.${kind}`
    if (kind === 'repaired' && !taken.has(plain)) return plain
    for (let count = 1; ; count++) {
      const id = `${plain}-${stamp}${count === 1 ? '' : `_${count}`}`
      if (!taken.has(id)) return id
    }
  }

  async function restore(sessionId: string): Promise<void> {
    const source = place(sessionId, archived)
    const target = place(sessionId, live)
    if (await sizeAndTime(target)) throw new ExpectedFailure('busy', messages.failures.sessionExists)
    await requireThere(source)
    await requireNoTwin(sessionId)
    try {
      await renamePatiently(source, target)
      await syncFolder(folder)
    } catch (thrown) {
      throw writeFailure(thrown, source, folder)
    }
  }

  return {
    path: folder,
    async prepare() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
      } catch (thrown) {
        throw writeFailure(thrown, folder, home)
      }
    },
    pathOf: (sessionId) => place(sessionId, live),
    draftPathOf: (sessionId) => place(sessionId, draft),
    placeOf: place,
    filesOf,
    async list() {
      const found = new Map<string, PlacedSession>()
      for (const name of await names()) {
        const liveId = idIn(name, live)
        if (liveId) found.set(liveId, { id: liveId, path: join(folder, name), archived: false })
        const archivedId = idIn(name, archived)
        if (archivedId && !found.has(archivedId)) {
          found.set(archivedId, { id: archivedId, path: join(folder, name), archived: true })
        }
      }
      return [...found.values()]
    },
    async listDrafts() {
      return (await names()).flatMap((name) => idIn(name, draft) ?? [])
    },
    async find(sessionId) {
      const found = await findIfThere(sessionId)
      if (!found) throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
      return found
    },
    findIfThere,
    requireNoTwin,
    freeCopyId,
    async archive(sessionId, now) {
      await archive(sessionId, now)
      return { id: sessionId, path: place(sessionId, archived), archived: true }
    },
    async restore(sessionId) {
      await restore(sessionId)
      return { id: sessionId, path: place(sessionId, live), archived: false }
    },
    async keep({ full, image }, use) {
      const contents = [full === null ? null : Buffer.from(full), image && Buffer.from(image.bytes)] as const
      const release = holdBlobs(contents.flatMap((content) => (content ? [blobOf(content).blob] : [])))
      const written = async (content: Buffer) =>
        await writeBlob(join(home, 'blobs'), content).catch((thrown) => {
          throw writeFailure(thrown, join(home, 'blobs'), home)
        })
      try {
        const [whole, picture] = contents
        await use({
          ...(whole && { truncated: true as const, full: await written(whole) }),
          ...(picture && image && { image: { ...(await written(picture)), mime: image.mime } }),
        })
      } finally {
        release()
      }
    },
    async keepBlob(content, use) {
      const bytes = Buffer.from(content)
      const release = holdBlobs([blobOf(bytes).blob])
      try {
        const kept = await writeBlob(join(home, 'blobs'), bytes).catch((thrown) => {
          throw writeFailure(thrown, join(home, 'blobs'), home)
        })
        return await use(kept)
      } finally {
        release()
      }
    },
    async readBlob(blob) {
      const named = shownName.safeParse(blob)
      return named.success ? await readBlob(join(home, 'blobs'), named.data) : null
    },
    async readPicture(record) {
      const named = 'image' in record ? shownName.safeParse(record['image']) : null
      return named?.success ? await readBlob(join(home, 'blobs'), named.data) : null
    },
    async remove(sessionId) {
      const files = await filesOf(sessionId)
      if (!files.some(({ suffix }) => suffix !== draft)) {
        throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
      }
      try {
        // What counts goes last: a crash in between must not bring an older copy to light.
        for (const { path } of files.reverse()) await unlink(path)
        await removeDraft(place(sessionId, draft))
        await syncFolder(folder)
      } catch (thrown) {
        throw writeFailure(thrown, folder, folder)
      }
      await clearBlobs(home)
    },
  }
}

const compareBytes = 65_536

/** Whether a file begins with all bytes of another one. */
async function beginsWith(path: string, startPath: string): Promise<boolean> {
  const whole = await open(path, 'r')
  try {
    const start = await open(startPath, 'r')
    try {
      for (let position = 0; ; ) {
        const expected = await readFully(start, position)
        if (expected.length === 0) return true
        const found = (await readFully(whole, position)).subarray(0, expected.length)
        if (!found.equals(expected)) return false
        position += expected.length
      }
    } finally {
      await start.close()
    }
  } finally {
    await whole.close()
  }
}

/** The next piece, shorter only at the end of the file. */
async function readFully(handle: FileHandle, position: number): Promise<Buffer> {
  const piece = Buffer.alloc(compareBytes)
  let length = 0
  while (length < piece.length) {
    const { bytesRead } = await handle.read(piece, length, piece.length - length, position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return piece.subarray(0, length)
}
