// The folder of session files: which there are, where one lies, and moving it to the archive and back.
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, readFailure, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { sessionId as sessionIdSchema } from '../../../shared/session.ts'
import { sizeAndTime, syncFolder } from './session-file.ts'

const live = '.jsonl'
const archived = '.jsonl.archived'
const draft = '.draft'

export interface PlacedSession {
  id: string
  path: string
  archived: boolean
}

export interface SessionsFolder {
  /** Makes the folder when it is missing. */
  prepare(): Promise<void>
  pathOf(sessionId: string): string
  draftPathOf(sessionId: string): string
  /** Every session file, live and archived. When both exist for one id the live one counts. */
  list(): Promise<PlacedSession[]>
  listDrafts(): Promise<string[]>
  /** The live file, else the archived one. Throws `not-found`. */
  find(sessionId: string): Promise<PlacedSession>
  findIfThere(sessionId: string): Promise<PlacedSession | null>
  archive(sessionId: string): Promise<PlacedSession>
  restore(sessionId: string): Promise<PlacedSession>
}

export function sessionsFolder(home: string): SessionsFolder {
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
      if (await sizeAndTime(path)) return { id: sessionId, path, archived: suffix === archived }
    }
    return null
  }

  async function move(sessionId: string, from: string, to: string): Promise<void> {
    const source = place(sessionId, from)
    const target = place(sessionId, to)
    if (await sizeAndTime(target)) throw new ExpectedFailure('busy', messages.failures.sessionExists)
    if (!(await sizeAndTime(source))) throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
    try {
      await rename(source, target)
      await syncFolder(folder)
    } catch (thrown) {
      throw writeFailure(thrown, source, folder)
    }
  }

  return {
    async prepare() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
      } catch (thrown) {
        throw writeFailure(thrown, folder, home)
      }
    },
    pathOf: (sessionId) => place(sessionId, live),
    draftPathOf: (sessionId) => place(sessionId, draft),
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
    async archive(sessionId) {
      await move(sessionId, live, archived)
      return { id: sessionId, path: place(sessionId, archived), archived: true }
    },
    async restore(sessionId) {
      await move(sessionId, archived, live)
      return { id: sessionId, path: place(sessionId, live), archived: false }
    },
  }
}
