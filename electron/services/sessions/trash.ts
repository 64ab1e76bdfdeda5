// The trash: one folder for every deleted session, with its files as they were. Only a person empties it.

import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, open, readdir, readFile, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode, readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure, type Failure, toFailure } from '../../../shared/failure.ts'
import type { TrashedSession } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { sessionId as sessionIdSchema } from '../../../shared/session.ts'
import { syncFolder } from '../../sync-disk.ts'
import { removeDraft } from './answer-draft.ts'
import { clearBlobs } from './blob-clearing.ts'
import { renamePatiently } from './disk-write.ts'
import { type SessionsFolder, sessionSuffixes } from './sessions-folder.ts'

export interface Trash {
  /** Moves all files of a session here. A crash leaves it in its place or here, never nowhere. */
  put(sessionId: string, title: string): Promise<void>
  /** Newest first. */
  list(): Promise<TrashedSession[]>
  /** Puts what was deleted last under this id back to where it was. Overwrites nothing. */
  restore(sessionId: string): Promise<void>
  /** For good. Answers which sessions are gone, and what could not be removed. */
  empty(): Promise<{ done: string[]; failed: { id: string; failure: Failure }[] }>
}

const manifestName = 'trash.json'

/** For a person who looks into the folder, and for lists. No path is ever made of what it says. */
const manifest = z.looseObject({ id: z.string(), title: z.string(), deletedAt: z.iso.datetime() })

/** The stamp is the time of the deletion as a file name can hold it; `_2` and on when that was taken. */
const folderName = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(?:_\d+)?-(.+)$/

interface Deletion {
  id: string
  path: string
  deletedAt: string
  /** Which of a session's files lie in it. */
  suffixes: string[]
  bytes: number
}

export function createTrash(home: string, sessions: SessionsFolder, now: () => Date): Trash {
  const trash = join(home, 'trash')
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: emptying must never meet a session that is on its way in. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  /** False when there is none. A link would lead out of the data folder. */
  async function isThere(): Promise<boolean> {
    const found = await look(trash)
    if (found && !found.isDirectory()) throw new ExpectedFailure('denied', messages.failures.trashUnusable(trash))
    return found !== null
  }

  /** Of all sessions, or of this one alone: putting back a thousand does not look at all of them a thousand times. */
  async function deletions(of: string | null = null): Promise<Deletion[]> {
    if (!(await isThere())) return []
    const found: Deletion[] = []
    try {
      for (const entry of await readdir(trash, { withFileTypes: true })) {
        const name = folderName.exec(entry.name)
        // Whatever else lies here, links too, is not ours.
        if (!name || !entry.isDirectory()) continue
        const [, day, minute, second, rest, id = ''] = name
        if (!sessionIdSchema.safeParse(id).success || (of !== null && id !== of)) continue
        const path = join(trash, entry.name)
        const deletion: Deletion = { id, path, deletedAt: `${day}:${minute}:${second}.${rest}`, suffixes: [], bytes: 0 }
        for (const suffix of sessionSuffixes.all) {
          const file = await look(join(path, `${id}${suffix}`))
          if (!file || file.isDirectory()) continue
          deletion.suffixes.push(suffix)
          deletion.bytes += file.size
        }
        found.push(deletion)
      }
    } catch (thrown) {
      throw readFailure(thrown, trash)
    }
    // By name, so that of one moment the later one is first.
    return found.sort((one, other) => (one.path < other.path ? 1 : -1))
  }

  /** A crash before the move leaves a folder without a session: nothing is in the trash then. */
  const holdsSession = ({ suffixes }: Deletion) => suffixes.some((suffix) => suffix !== sessionSuffixes.draft)

  async function makeFolder(sessionId: string, deletedAt: string): Promise<string> {
    if (!(await isThere())) {
      await mkdir(trash, { mode: 0o700 })
      await syncFolder(home)
    }
    const stamp = deletedAt.replace(/[:.]/g, '-')
    for (let count = 1; ; count++) {
      const path = join(trash, `${stamp}${count === 1 ? '' : `_${count}`}-${sessionId}`)
      try {
        await mkdir(path, { mode: 0o700 })
        return path
      } catch (thrown) {
        if (errorCode(thrown) !== 'EEXIST') throw thrown
      }
    }
  }

  async function putNow(sessionId: string, title: string): Promise<void> {
    const placed = await sessions.filesOf(sessionId)
    const draft = placed.find(({ suffix }) => suffix === sessionSuffixes.draft)
    // The live file, which is the session, goes last: until then it is in its place.
    const files = placed.filter((file) => file !== draft).reverse()
    if (files.length === 0) throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
    const deletedAt = now().toISOString()
    let path: string | null = null
    try {
      path = await makeFolder(sessionId, deletedAt)
      const from = placed.map(({ suffix }) => ({
        file: `${sessionId}${suffix}`,
        from: `sessions/${sessionId}${suffix}`,
      }))
      await writeNew(
        join(path, manifestName),
        `${JSON.stringify({ id: sessionId, title, deletedAt, files: from }, null, 2)}\n`,
      )
      // A copy first: a draft without its session would be taken for a left-over.
      if (draft) await copySynced(draft.path, join(path, `${sessionId}${draft.suffix}`))
      await syncFolder(path)
      await syncFolder(trash)
      for (const file of files) await renamePatiently(file.path, join(path, `${sessionId}${file.suffix}`))
      await syncFolder(path)
      await syncFolder(sessions.path)
      await removeDraft(sessions.draftPathOf(sessionId))
    } catch (thrown) {
      if (path) await dropEmptied(path, sessionId).catch(() => undefined)
      throw writeFailure(thrown, trash, home)
    }
  }

  async function restoreNow(sessionId: string): Promise<void> {
    const deletion = (await deletions(sessionId)).find(holdsSession)
    if (!deletion) throw new ExpectedFailure('not-found', messages.failures.notInTrash)
    if ((await sessions.filesOf(sessionId)).length > 0) {
      throw new ExpectedFailure('busy', messages.failures.sessionThereAgain)
    }
    await sessions.requireNoTwin(sessionId)
    const inTrash = (suffix: string) => join(deletion.path, `${sessionId}${suffix}`)
    const draftPath = sessions.draftPathOf(sessionId)
    try {
      await sessions.prepare()
      const files = deletion.suffixes.filter((suffix) => suffix !== sessionSuffixes.draft)
      if (files.length < deletion.suffixes.length) await copySynced(inTrash(sessionSuffixes.draft), draftPath)
      // The live one first: from then on the session is back.
      for (const suffix of files) await renamePatiently(inTrash(suffix), sessions.placeOf(sessionId, suffix))
      await syncFolder(sessions.path)
      await syncFolder(deletion.path)
    } catch (thrown) {
      throw writeFailure(thrown, sessions.path, home)
    }
    // It is back. A folder that cannot be taken away is one without a session.
    await dropEmptied(deletion.path, sessionId).catch(() => undefined)
  }

  return {
    put: (sessionId, title) => inTurn(() => putNow(sessionId, title)),
    async list() {
      const shown: TrashedSession[] = []
      for (const deletion of await deletions()) {
        if (!holdsSession(deletion)) continue
        const { id, path, bytes } = deletion
        const said = await readManifest(path)
        shown.push({ id, title: said?.title ?? '', deletedAt: said?.deletedAt ?? deletion.deletedAt, bytes })
      }
      return shown
    },
    restore: (sessionId) => inTurn(() => restoreNow(sessionId)),
    empty: () =>
      inTurn(async () => {
        const done: string[] = []
        const failed: { id: string; failure: Failure }[] = []
        for (const deletion of await deletions()) {
          try {
            // Removes links and never what they lead to.
            await rm(deletion.path, { recursive: true })
            if (holdsSession(deletion)) done.push(deletion.id)
          } catch (thrown) {
            const failure = toFailure(writeFailure(thrown, deletion.path, trash), messages.failures.internal)
            failed.push({ id: deletion.id, failure })
          }
        }
        if (done.length > 0) await clearBlobs(home)
        return { done, failed }
      }),
  }
}

async function look(path: string) {
  try {
    return await lstat(path)
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw readFailure(thrown, path)
  }
}

async function readManifest(path: string): Promise<z.infer<typeof manifest> | null> {
  try {
    const file = join(path, manifestName)
    if (!(await lstat(file)).isFile()) return null
    return manifest.safeParse(JSON.parse(await readFile(file, 'utf8'))).data ?? null
  } catch {
    // The session is there all the same.
    return null
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
  const handle = await open(to, 'r+')
  try {
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** Takes away a deletion's folder in which no session lies. */
async function dropEmptied(path: string, sessionId: string): Promise<void> {
  const kept = (await readdir(path)).filter((name) => name !== manifestName && name !== `${sessionId}.draft`)
  if (kept.length > 0 || !sessionIdSchema.safeParse(sessionId).success) return
  for (const name of await readdir(path)) await unlink(join(path, name))
  await rmdir(path)
}
