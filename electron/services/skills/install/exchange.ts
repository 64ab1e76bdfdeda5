// One skill in the place of another, or of nothing: after a crash at any moment there is the old one or the new one, and never a mixture.
import { lstat, mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { foldedPath } from '../../../../shared/data-places.ts'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { replaceFile } from '../../../replace-file.ts'
import { syncFolder } from '../../../sync-disk.ts'
import { type Lock, type LockEntry, lockEntrySchema } from './lock-file.ts'
import type { SkillTrash } from './skill-trash.ts'
import type { StagedFolder, Staging } from './staging.ts'

/** Written before the first rename. What lies where then says how far it came. */
const journal = z.looseObject({
  v: z.literal(1),
  /** The new folder's name, and that of the folder it replaces. */
  name: z.string().min(1).max(255),
  replaces: z.string().min(1).max(255).nullable(),
  /** A person has changed the old one: it goes into the trash, and not for good. */
  keepsOld: z.boolean(),
  entry: lockEntrySchema.nullable(),
  replacedEntry: lockEntrySchema.nullable(),
})
type Journal = z.infer<typeof journal>

export interface ExchangeDependencies {
  /** Where the person's own skills lie. */
  root: string
  lock: Lock
  trash: SkillTrash
  staging: Staging
  log(line: string): void
}

export interface Exchange {
  name: string
  replaces: string | null
  keepsOld: boolean
  /** null for a skill that came from nowhere else. */
  entry: LockEntry | null
}

/** The folder that has this name, or one that is the same where capital letters and accents make no difference; null for none. */
export async function siblingNamed(root: string, name: string): Promise<string | null> {
  const names = await readdir(root).catch((thrown) => {
    if (errorCode(thrown) === 'ENOENT') return []
    throw thrown
  })
  return names.find((one) => one === name) ?? names.find((one) => foldedPath(one) === foldedPath(name)) ?? null
}

/** What is staged takes its place. Throws what the system says; then the old one is in its place. */
export async function exchange(staged: StagedFolder, order: Exchange, dependencies: ExchangeDependencies) {
  const { root, lock } = dependencies
  const replacedEntry = order.replaces === null ? null : await lock.of(order.replaces)
  const written: Journal = { v: 1, ...order, replacedEntry }
  await replaceFile(staged.journal, `${JSON.stringify(written)}\n`, `${staged.journal}.new`)
  await syncFolder(staged.path)
  if (order.replaces !== null) await rename(join(root, order.replaces), staged.old)
  try {
    await rename(staged.skill(order.name), join(root, order.name))
  } catch (thrown) {
    if (order.replaces !== null) await rename(staged.old, join(root, order.replaces))
    await unlink(staged.journal)
    throw thrown
  }
  await syncFolder(root)
  await syncFolder(staged.path)
  await finish(staged, written, dependencies)
}

/** The new one is in its place: what is said of it is written down, and the old one goes. The same when it is done again. */
async function finish(staged: StagedFolder, order: Journal, { lock, trash, staging }: ExchangeDependencies) {
  const { name, replaces, entry } = order
  await lock.set({ ...(replaces !== null && { [replaces]: null }), [name]: entry })
  if (order.keepsOld && replaces !== null && (await isThere(staged.old))) {
    await trash.put(staged.old, { name: replaces, place: replaces, entry: order.replacedEntry })
  }
  // From here on nothing of it counts any more.
  await unlink(staged.journal)
  await staging.remove(staged)
}

/** At the start: finishes what a crash has interrupted, or takes it back, and clears the rest away. Never throws. */
export async function recover(dependencies: ExchangeDependencies): Promise<void> {
  const { root, staging, log } = dependencies
  const kept: string[] = []
  try {
    for (const staged of await staging.left()) {
      const order = await readJournal(staged)
      if (order === 'unknown') kept.push(staged.id)
      else if (order) {
        await recoverOne(staged, order, dependencies).catch((thrown) => {
          kept.push(staged.id)
          log(`the exchange of a skill in ${root} could not be finished: ${String(thrown)}`)
        })
      }
    }
    await staging.clear(kept)
  } catch (thrown) {
    log(`what was staged in ${root} could not be cleared away: ${String(thrown)}`)
  }
}

async function recoverOne(staged: StagedFolder, order: Journal, dependencies: ExchangeDependencies): Promise<void> {
  const { root, trash, lock } = dependencies
  if (!(await isThere(staged.skill(order.name)))) return await finish(staged, order, dependencies)
  if (order.replaces !== null && (await isThere(staged.old))) {
    const place = join(root, order.replaces)
    if (!(await isThere(place))) {
      await mkdir(root, { recursive: true, mode: 0o700 })
      await rename(staged.old, place)
      await syncFolder(root)
    } else {
      // Somebody has put another one there meanwhile: nothing of either is lost.
      await trash.put(staged.old, { name: order.replaces, place: order.replaces, entry: order.replacedEntry })
      await lock.set({ [order.replaces]: null })
    }
  }
  await unlink(staged.journal)
}

/** null when there is none. */
async function readJournal({ journal: path }: StagedFolder): Promise<Journal | null | 'unknown'> {
  try {
    const read = journal.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return read.success && isOneName(read.data.name) && isOneName(read.data.replaces ?? 'none') ? read.data : 'unknown'
  } catch (thrown) {
    return errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR' ? null : 'unknown'
  }
}

const isOneName = (name: string) => !/[/\\\0]/.test(name) && name !== '.' && name !== '..'

export async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (thrown) => {
      if (errorCode(thrown) === 'ENOENT') return false
      throw thrown
    },
  )
}
