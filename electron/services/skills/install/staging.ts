// Where a skill lies until a person has said yes to it: a hidden folder beside the installed ones, so that it is on their disk also
// when that folder is a disk of its own, and one rename brings it to its place. No root is looked through there, and no backup has it.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stagingName } from '../../../../shared/data-places.ts'
import { errorCode } from '../../../../shared/disk-failure.ts'

/** What nobody has said yes or no to is thrown away, the oldest first. */
const mostStaged = 8
const idForm = /^[A-Za-z0-9-]{1,100}$/

export interface StagedFolder {
  id: string
  path: string
  /** What comes, before it is known what it is. */
  arriving: string
  /** What stood in its place. */
  old: string
  /** Says that the two are being exchanged, and what is to come of it. */
  journal: string
  /** The new skill, in a folder that has its name already: it is judged there as it will be in its place. */
  skill(name: string): string
}

export function stagedFolder(root: string, id: string): StagedFolder {
  if (!idForm.test(id)) throw new Error('an id that is none')
  const path = join(root, stagingName, id)
  return {
    id,
    path,
    arriving: join(path, 'arriving'),
    old: join(path, 'old'),
    journal: join(path, 'exchange.json'),
    skill: (name) => join(path, 'new', name),
  }
}

export interface Staging {
  make(): Promise<StagedFolder>
  /** Those that a process has left which is not there any more. */
  left(): Promise<StagedFolder[]>
  remove(folder: StagedFolder): Promise<void>
  /** Takes all of it away that no exchange is under way in. */
  clear(keep: readonly string[]): Promise<void>
}

/** `root`: where the person's own skills lie. */
export function createStaging(root: string, newId: () => string): Staging {
  async function left(): Promise<StagedFolder[]> {
    const names = await readdir(join(root, stagingName)).catch((thrown) => {
      if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') return []
      throw thrown
    })
    return names.filter((name) => idForm.test(name)).map((id) => stagedFolder(root, id))
  }

  async function remove({ path }: StagedFolder): Promise<void> {
    // Removes links and never what they lead to.
    await rm(path, { recursive: true, force: true })
  }

  return {
    left,
    remove,
    async make() {
      const folder = stagedFolder(root, newId())
      await mkdir(folder.path, { recursive: true, mode: 0o700 })
      return folder
    },
    async clear(keep) {
      for (const folder of await left()) if (!keep.includes(folder.id)) await remove(folder)
    },
  }
}

/** Keeps what may still be installed, and says what is one too many. */
export function createWaiting<Value>() {
  const waiting = new Map<string, Value>()
  return {
    /** Answers those that had to go for it. */
    add(id: string, value: Value): Value[] {
      waiting.set(id, value)
      const tooMany = [...waiting].slice(0, Math.max(0, waiting.size - mostStaged))
      for (const [old] of tooMany) waiting.delete(old)
      return tooMany.map(([, one]) => one)
    },
    /** It goes on waiting. */
    look: (id: string): Value | null => waiting.get(id) ?? null,
    /** Nobody else gets it. */
    take(id: string): Value | null {
      const value = waiting.get(id) ?? null
      waiting.delete(id)
      return value
    },
    all: () => [...waiting.values()],
  }
}
