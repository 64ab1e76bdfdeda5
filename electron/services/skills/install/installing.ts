// Everything that changes which skills lie in the person's own folder, one after the other. Loaded late: no start needs it.
import { lstat, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'
import type { ShownFile, SkillDetails, SkillInspection, SkillSummary } from '../../../../shared/skills.ts'
import type { SkillSource } from '../../../contracts.ts'
import { shownFileIn } from '../shown-file.ts'
import type { InstallDependencies } from './dependencies.ts'
import { diskTrouble } from './disk-trouble.ts'
import { createEditing } from './editing.ts'
import { exchange, recover, siblingNamed } from './exchange.ts'
import { folderAt } from './folder-at.ts'
import { type Candidate, inspectSource } from './inspecting.ts'
import { createLock } from './lock-file.ts'
import { createSkillTrash } from './skill-trash.ts'
import { createStaging, createWaiting } from './staging.ts'

export type Installing = ReturnType<typeof createInstalling>

const never = new AbortController().signal

export function createInstalling(dependencies: InstallDependencies) {
  const { home, surroundings, library } = dependencies
  const root = join(home.path, 'skills')
  const staging = createStaging(root, () => surroundings.newId())
  const lock = createLock({ home, surroundings })
  const trash = createSkillTrash(home.path, () => surroundings.now())
  const waiting = createWaiting<Candidate>()
  const places = { root, lock, trash, staging, log: (line: string) => surroundings.log(line) }
  let last: Promise<unknown> = Promise.resolve()
  let recovered: Promise<void> | null = null
  /** Whoever is looking at something stops at the end of the app: git runs in a group of its own. */
  const closing = new AbortController()
  const looking = new Set<Promise<unknown>>()

  /** One change after the other, each of them on what the one before has left; what a crash has interrupted is finished first. */
  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    home.requireWritable()
    const mine = last.then(async () => {
      recovered ??= recover(places)
      await recovered
      return await work()
    })
    last = mine.catch(() => undefined)
    try {
      return await mine
    } catch (thrown) {
      throw diskTrouble(thrown, root, home.path)
    }
  }

  /** The skill in a folder of ours, after it has changed. */
  async function skillIn(folder: string): Promise<SkillSummary> {
    const { skills } = await library.library(null, never)
    const found = skills.find((skill) => skill.isOurs && skill.folder === folder)
    if (!found) throw new ExpectedFailure('not-found', words.notStaged)
    return found
  }

  /** Answers its folder. Throws `denied` for what is not ours to change. */
  async function ownFolder({ skill }: SkillDetails): Promise<string> {
    const notOurs = () => new ExpectedFailure('denied', words.notOurs(skill.folder))
    if (!skill.isOurs) throw notOurs()
    const isFolder = await lstat(skill.folder).then((found) => found.isDirectory())
    const real = await realpath(skill.folder)
    const realRoot = await realpath(root)
    if (!isFolder || !real.startsWith(realRoot + sep)) throw notOurs()
    return join(root, relative(realRoot, real))
  }

  async function inspect(source: SkillSource, updated: string | null, signal: AbortSignal): Promise<SkillInspection> {
    await inTurn(async () => undefined)
    const until = AbortSignal.any([signal, closing.signal])
    const look = inspectSource(source, updated, { root, staging, lock, dependencies }, until)
    looking.add(look)
    const { inspection, candidate } = await look.finally(() => looking.delete(look))
    if (candidate) for (const old of waiting.add(candidate.staged.id, candidate)) await staging.remove(old.staged)
    return inspection
  }

  /** Throws `denied` unless both are what the person was shown. */
  async function requireAsShown({ staged, name, hash, replaces }: Candidate): Promise<void> {
    const hashOf = async (folder: string) => (await folderAt(folder, never))?.hash ?? null
    const there = await siblingNamed(root, name)
    const isFree = there === null || there === replaces?.name
    const isOldSame = replaces === null || (await hashOf(join(root, replaces.name))) === replaces.hash
    if (!isFree || !isOldSame || (await hashOf(staged.skill(name))) !== hash) {
      throw new ExpectedFailure('denied', words.changedMeanwhile)
    }
  }

  async function install(id: string, overwriteEdits: boolean): Promise<SkillSummary> {
    await lock.requireWritable()
    const candidate = waiting.take(id)
    if (!candidate) throw new ExpectedFailure('not-found', words.notStaged)
    const { staged, name, hash, replaces, origin } = candidate
    if (replaces?.isEdited && !overwriteEdits) {
      // The person may still say yes to that.
      waiting.add(id, candidate)
      throw new ExpectedFailure('denied', words.edited(replaces.name))
    }
    await requireAsShown(candidate).catch(async (thrown) => {
      // It has to be looked at again, so nobody needs this any more.
      await staging.remove(staged)
      throw thrown
    })
    const before = replaces === null ? null : await lock.of(replaces.name)
    const wasOn = replaces !== null && (await library.details(replaces.key, never)).skill.state === 'on'
    const now = surroundings.now().toISOString()
    const entry = { ...origin, sha256: hash, installedAt: before?.installedAt ?? now, updatedAt: now }
    const order = { name, replaces: replaces?.name ?? null, keepsOld: replaces?.isEdited ?? false, entry }
    await exchange(staged, order, places)
    const skill = await skillIn(join(root, name))
    if (wasOn && skill.hash === hash) return await library.agree(skill.key, { on: true, hash })
    // What lay here once and was switched on says nothing of this one.
    if (skill.isEnabled && replaces === null) return await library.agree(skill.key, { on: false, hash: skill.hash })
    return skill
  }

  async function sourceOf(key: string, signal: AbortSignal): Promise<{ source: SkillSource; folder: string }> {
    const details = await library.details(key, signal)
    const folder = relative(root, await ownFolder(details))
    const entry = await lock.of(folder)
    if (entry?.kind === 'git') return { source: { kind: 'git', url: entry.source }, folder }
    if (entry?.kind === 'path') return { source: { kind: 'path', path: entry.source }, folder }
    throw new ExpectedFailure('not-found', words.noSource(details.skill.name))
  }

  async function remove(key: string): Promise<{ trashId: string }> {
    await lock.requireWritable()
    const details = await library.details(key, never)
    const folder = await ownFolder(details)
    const place = relative(root, folder).split(sep).join('/')
    const trashId = await trash.put(folder, { name: details.skill.name, place, entry: await lock.of(place) })
    await lock.set({ [place]: null })
    return { trashId }
  }

  async function takeBack(trashId: string): Promise<SkillSummary> {
    await lock.requireWritable()
    const { place, entry } = await trash.takeBack(trashId, root)
    await lock.set({ [place]: entry })
    return await skillIn(join(root, ...place.split('/')))
  }

  const editing = createEditing({ dependencies, ...places, skillIn, ownFolder })

  return {
    inspect: async (source: SkillSource, signal: AbortSignal) => await inspect(source, null, signal),
    async inspectUpdate(key: string, mayFetch: (url: string) => Promise<boolean>, signal: AbortSignal) {
      const { source, folder } = await sourceOf(key, signal)
      if (source.kind === 'git' && !(await mayFetch(source.url))) return null
      return await inspect(source, folder, signal)
    },
    install: async (id: string, { overwriteEdits }: { overwriteEdits: boolean }) =>
      await inTurn(() => install(id, overwriteEdits)),
    async file(id: string, path: string): Promise<ShownFile> {
      const candidate = waiting.look(id)
      const folder = candidate && (await realpath(candidate.staged.skill(candidate.name)).catch(() => null))
      if (!folder) throw new ExpectedFailure('not-found', words.notStaged)
      return await shownFileIn(folder, path)
    },
    async discard(id: string) {
      const candidate = waiting.take(id)
      if (candidate) await staging.remove(candidate.staged)
    },
    remove: async (key: string) => await inTurn(() => remove(key)),
    takeBack: async (trashId: string) => await inTurn(() => takeBack(trashId)),
    trashed: async () => await trash.list(),
    emptyTrash: async (trashIds: readonly string[] | null) => await inTurn(() => trash.empty(trashIds)),
    create: async (name: string, description: string) => await inTurn(() => editing.create(name, description)),
    save: async (key: string, text: string, before: string) => await inTurn(() => editing.save(key, text, before)),
    mend: async (key: string, fix: 'rename-folder' | 'rewrite-frontmatter') =>
      await inTurn(() => editing.mend(key, fix)),
    /** Finishes what a crash has interrupted, and clears away what nobody has said yes to. */
    recover: async () => await inTurn(async () => undefined),
    async close() {
      closing.abort()
      await Promise.allSettled([last, ...looking])
      for (const { staged } of waiting.all()) await staging.remove(staged)
    },
  }
}
