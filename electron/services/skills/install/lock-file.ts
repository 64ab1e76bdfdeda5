// skills.lock.json: where each installed skill came from, and what it was when it came.
import { z } from 'zod'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'
import type { Home, Surroundings } from '../../../contracts.ts'

export const lockName = 'skills.lock.json'

const lockEntry = z.looseObject({
  /** As the person gave it: a path, the name of what was dropped, or an address with its ref and folder. */
  source: z.string(),
  kind: z.enum(['path', 'git', 'bytes']),
  ref: z.string().nullable(),
  commit: z.string().nullable(),
  subpath: z.string().nullable(),
  /** Over names and bytes of all files, as they were installed. */
  sha256: z.string(),
  installedAt: z.string(),
  updatedAt: z.string(),
})
export type LockEntry = z.infer<typeof lockEntry>
export const lockEntrySchema = lockEntry

const file = z.looseObject({ v: z.literal(1), skills: z.record(z.string(), lockEntry) })
type LockFile = z.infer<typeof file>
const anyVersion = z.looseObject({ v: z.number() })

export interface LockDependencies {
  home: Pick<Home, 'read' | 'write' | 'setAside'>
  surroundings: Pick<Surroundings, 'log'>
}

export interface Lock {
  /** By the names of their folders. What cannot be read knows nothing. */
  all(): Promise<Readonly<Record<string, LockEntry>>>
  of(folderName: string): Promise<LockEntry | null>
  /** null takes the entry away. Throws `denied` when a newer version has written the file: then nothing has changed. */
  set(changes: Readonly<Record<string, LockEntry | null>>): Promise<void>
  /** Throws the same before anything is done that would have to be written down. */
  requireWritable(): Promise<void>
}

export function createLock({ home, surroundings }: LockDependencies): Lock {
  async function read(): Promise<LockFile | 'newer' | 'broken'> {
    const text = await home.read(lockName)
    if (text === null) return { v: 1, skills: {} }
    try {
      const content: unknown = JSON.parse(text)
      const version = anyVersion.safeParse(content).data?.v
      if (version !== undefined && version > 1) return 'newer'
      return file.safeParse(content).data ?? 'broken'
    } catch {
      return 'broken'
    }
  }

  async function all(): Promise<Readonly<Record<string, LockEntry>>> {
    const found = await read()
    return typeof found === 'string' ? {} : found.skills
  }

  async function requireWritable(): Promise<void> {
    if ((await read()) === 'newer') throw new ExpectedFailure('denied', words.newerLock(lockName))
  }

  return {
    all,
    requireWritable,
    async of(folderName) {
      const skills = await all()
      return Object.hasOwn(skills, folderName) ? (skills[folderName] ?? null) : null
    },
    async set(changes) {
      await requireWritable()
      const found = await read()
      if (found === 'broken') surroundings.log(words.brokenLock(lockName, await home.setAside(lockName)))
      const before: LockFile = typeof found === 'string' ? { v: 1, skills: {} } : found
      const skills = new Map(Object.entries(before.skills))
      for (const [name, entry] of Object.entries(changes)) {
        if (entry) skills.set(name, entry)
        else skills.delete(name)
      }
      // In the order of their names, so that two files can be compared.
      const sorted = [...skills].sort(([one], [other]) => (one < other ? -1 : 1))
      await home.write(lockName, `${JSON.stringify({ ...before, skills: Object.fromEntries(sorted) }, null, 2)}\n`)
    },
  }
}
