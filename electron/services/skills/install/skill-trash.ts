// The trash of skills: a part of the data folder's trash, with a folder for each. Only a person empties it.
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { z } from 'zod'
import { foldedPath, isSafePath } from '../../../../shared/data-places.ts'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { messages } from '../../../../shared/messages/messages.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'
import type { TrashedSkill } from '../../../../shared/skills.ts'
import { replaceFile } from '../../../replace-file.ts'
import { syncFolder } from '../../../sync-disk.ts'
import { type LockEntry, lockEntrySchema } from './lock-file.ts'

/** In `trash/`: the trash of sessions takes only folders whose names begin with a time. */
const folderName = 'skills'
const idForm = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-[0-9a-f]{8}$/
const manifestName = 'trash.json'

const manifest = z.looseObject({
  v: z.literal(1),
  name: z.string(),
  /** Where it was, from the folder of the person's own skills on, with slashes. */
  place: z.string().refine(isSafePath),
  deletedAt: z.iso.datetime(),
  entry: lockEntrySchema.nullable(),
})

export interface TrashedFolder extends TrashedSkill {
  place: string
  entry: LockEntry | null
}

export interface SkillTrash {
  /** By one rename: a crash leaves it in its place or here. Answers by which id it is taken back. */
  put(folder: string, of: { name: string; place: string; entry: LockEntry | null }): Promise<string>
  /** Newest first. */
  list(): Promise<TrashedFolder[]>
  /** Back to where it was, over nothing. Throws `not-found`, and `busy` when there is one of its name. */
  takeBack(id: string, root: string): Promise<TrashedFolder>
  /** For good: these, or all. */
  empty(ids: readonly string[] | null): Promise<void>
}

export function createSkillTrash(home: string, now: () => Date): SkillTrash {
  const trash = join(home, 'trash', folderName)

  /** A link would lead out of the data folder. */
  async function requireOurs(): Promise<void> {
    for (const path of [dirname(trash), trash]) {
      const found = await lstat(path).catch(() => null)
      if (found && !found.isDirectory()) throw new ExpectedFailure('denied', messages.failures.trashUnusable(path))
    }
  }

  async function ids(): Promise<string[]> {
    await requireOurs()
    const names = await readdir(trash, { withFileTypes: true }).catch((thrown) => {
      if (errorCode(thrown) === 'ENOENT') return []
      throw thrown
    })
    const ours = names.filter((entry) => entry.isDirectory() && idForm.test(entry.name)).map(({ name }) => name)
    return ours.sort().reverse()
  }

  /** null for one in which no skill lies: a crash came before it, or after. */
  async function look(id: string): Promise<TrashedFolder | null> {
    try {
      const skill = await lstat(join(trash, id, 'skill'))
      if (!skill.isDirectory()) return null
      const { name, place, deletedAt, entry } = manifest.parse(
        JSON.parse(await readFile(join(trash, id, manifestName), 'utf8')),
      )
      return { trashId: id, name, place, deletedAt, entry, bytes: await bytesBelow(join(trash, id, 'skill')) }
    } catch {
      // Nothing can be taken back without knowing what it is; emptying takes it along.
      return null
    }
  }

  return {
    async put(folder, { name, place, entry }) {
      await requireOurs()
      const deletedAt = now().toISOString()
      const id = `${deletedAt.replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`
      const path = join(trash, id)
      await mkdir(path, { recursive: true, mode: 0o700 })
      const said = `${JSON.stringify({ v: 1, name, place, deletedAt, entry }, null, 2)}\n`
      await replaceFile(join(path, manifestName), said, join(path, `${manifestName}.new`))
      for (const made of [path, trash, dirname(trash), home]) await syncFolder(made)
      await rename(folder, join(path, 'skill')).catch(async (thrown) => {
        await rm(path, { recursive: true, force: true })
        throw thrown
      })
      await syncFolder(path)
      await syncFolder(dirname(folder))
      return id
    },
    async list() {
      const found = await Promise.all((await ids()).map(look))
      return found.filter((one) => one !== null)
    },
    async takeBack(id, root) {
      const trashed = idForm.test(id) ? await look(id) : null
      if (!trashed) throw new ExpectedFailure('not-found', words.notInTrash)
      const names = trashed.place.split('/')
      const parent = join(root, ...names.slice(0, -1))
      await mkdir(parent, { recursive: true, mode: 0o700 })
      await requireInside(parent, root)
      const last = names.at(-1) ?? trashed.name
      if ((await readdir(parent)).some((one) => foldedPath(one) === foldedPath(last))) {
        throw new ExpectedFailure('busy', words.thereAgain(trashed.name))
      }
      await rename(join(trash, id, 'skill'), join(parent, last))
      await syncFolder(parent)
      await rm(join(trash, id), { recursive: true, force: true })
      return trashed
    },
    async empty(wanted) {
      const going = (await ids()).filter((id) => wanted === null || wanted.includes(id))
      // Removes links and never what they lead to.
      for (const id of going) await rm(join(trash, id), { recursive: true, force: true })
    },
  }
}

/** Nothing between the two is a link. */
async function requireInside(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root && path.startsWith(root + sep); path = dirname(path)) {
    const found = await lstat(path)
    if (!found.isDirectory()) throw new ExpectedFailure('denied', words.notOurs(path))
  }
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    bytes += await lstat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
