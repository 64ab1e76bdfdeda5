// The manifest of each run, and what lies beside it while something is under way: a stock, an undo that is not finished.
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../../../shared/disk-failure.ts'
import { makeFolder, remove, replaceFile } from './disk.ts'
import { state } from './state.ts'
import type { Stock } from './stock.ts'

const change = z.object({ path: z.string(), before: state, after: state })

export const manifest = z.object({
  v: z.literal(1),
  sessionId: z.string(),
  runId: z.string(),
  entryId: z.string(),
  at: z.string(),
  root: z.object({ path: z.string(), ino: z.string() }),
  state: z.enum(['done', 'undone']),
  /** When it was undone last: that one is redone first. */
  undoneAt: z.string().nullable(),
  /** The run is over, and everything it left is known. */
  ended: z.boolean(),
  changes: z.array(change),
  /** What a file tool is about to write, as it was before. */
  pending: z.array(z.object({ path: z.string(), before: state })),
  /** A command is running; its stock lies beside. */
  stocked: z.boolean(),
  /** What no undo covers, in sentences. */
  limits: z.array(z.string()),
  /** What was changed all the same, in sentences. */
  missed: z.array(z.string()),
  /** Its bytes were given up to make room. */
  givenUp: z.boolean(),
})
export type Manifest = z.infer<typeof manifest>

/** An undo or a redo under way: what is to be there in the end, and by which name its own files are known. */
export const journal = z.object({
  to: z.enum(['before', 'after']),
  mark: z.string().regex(/^[0-9a-f]{16}$/),
  /** Folders that are not open for their owner: the mode they get back. */
  closed: z.array(z.object({ path: z.string(), mode: z.number() })),
})
export type Journal = z.infer<typeof journal>

const stockFile = z.object({
  places: z.array(z.tuple([z.string(), state])),
  notKept: z.array(z.tuple([z.string(), z.enum(['large', 'room', 'unreadable', 'unsteady'])])),
  unseen: z.array(z.string()),
  closed: z.array(z.string()),
  hasGit: z.boolean(),
})

export interface Manifests {
  sessions(): Promise<string[]>
  /** Oldest first. One that cannot be read is left out, and logged. */
  of(sessionId: string): Promise<Manifest[]>
  /** On the disk when it resolves. */
  write(manifest: Manifest): Promise<void>
  remove(manifest: Manifest): Promise<void>
  writeStock(of: Manifest, stock: Stock): Promise<void>
  readStock(of: Manifest): Promise<Stock | null>
  removeStock(of: Manifest): Promise<void>
  writeJournal(of: Manifest, journal: Journal): Promise<void>
  readJournal(of: Manifest): Promise<Journal | null>
  removeJournal(of: Manifest): Promise<void>
  forget(sessionId: string): Promise<void>
}

/** Ids become names of files: nothing else passes. */
const idForm = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

export function createManifests(folder: string, log: (line: string) => void): Manifests {
  const folderOf = (sessionId: string) => {
    if (!idForm.test(sessionId) || sessionId === objectsName) throw new Error('an id that is none')
    return join(folder, sessionId)
  }
  const fileOf = ({ sessionId, runId }: Pick<Manifest, 'sessionId' | 'runId'>, suffix: string) => {
    if (!idForm.test(runId)) throw new Error('an id that is none')
    return join(folderOf(sessionId), `${runId}${suffix}`)
  }

  async function read<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | null> {
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (thrown) {
      if (errorCode(thrown) !== 'ENOENT') log(`${path} could not be read: ${String(thrown)}`)
      return null
    }
  }

  return {
    async sessions() {
      const names = await readdir(folder).catch(() => [])
      return names.filter((name) => name !== objectsName && idForm.test(name))
    },
    async of(sessionId) {
      const names = await readdir(folderOf(sessionId)).catch(() => [])
      const found: Manifest[] = []
      for (const name of names) {
        if (!name.endsWith('.json')) continue
        const one = await read(join(folderOf(sessionId), name), manifest)
        // What names another run would be written to that one's file.
        if (one && one.sessionId === sessionId && `${one.runId}.json` === name) found.push(one)
      }
      return found.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1))
    },
    async write(one) {
      await makeFolder(folder)
      await makeFolder(folderOf(one.sessionId))
      await replaceFile(fileOf(one, '.json'), JSON.stringify(one))
    },
    async remove(one) {
      await remove(fileOf(one, '.stock'))
      await remove(fileOf(one, '.json'))
    },
    async writeStock(of, { places, notKept, unseen, closed, hasGit }) {
      const text = { places: [...places], notKept: [...notKept], unseen: [...unseen], closed: [...closed], hasGit }
      await replaceFile(fileOf(of, '.stock'), JSON.stringify(text))
    },
    async readStock(of) {
      const found = await read(fileOf(of, '.stock'), stockFile)
      if (!found) return null
      const { places, notKept, unseen, closed, hasGit } = found
      return {
        places: new Map(places),
        notKept: new Map(notKept),
        unseen: new Set(unseen),
        closed: new Set(closed),
        hasGit,
      }
    },
    removeStock: (of) => remove(fileOf(of, '.stock')),
    writeJournal: (of, one) => replaceFile(fileOf(of, '.undo'), JSON.stringify(one)),
    readJournal: (of) => read(fileOf(of, '.undo'), journal),
    removeJournal: (of) => remove(fileOf(of, '.undo')),
    async forget(sessionId) {
      await rm(folderOf(sessionId), { recursive: true, force: true })
    },
  }
}

export const objectsName = 'objects'

function orderOf({ at, runId }: Manifest): string {
  return `${at} ${runId}`
}
