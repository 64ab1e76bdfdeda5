// Looks through all roots and says of each skill what it is and how it stands. A file of its own, read when skills are first asked for.
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { isSafePath } from '../../../shared/data-places.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { skillFailures as failures } from '../../../shared/messages/skills.ts'
import type {
  OfferedSkill,
  ShownFile,
  SkillContent,
  SkillDetails,
  SkillJudgement,
  SkillLibrary,
  SkillRoot,
  SkillSummary,
} from '../../../shared/skills.ts'
import type { Trust } from '../../contracts.ts'
import type { Agreed } from './agreed.ts'
import { findFolders, isWithin } from './find-folders.ts'
import { judgementOf, judgeText } from './judge.ts'
import { createPace } from './pace.ts'
import { pooled } from './pooled.ts'
import { type Places, type Root, rootsFor } from './roots.ts'
import { shownFileIn } from './shown-file.ts'
import { readSkillFolder, type SkillFolder, skillTextIn } from './skill-folder.ts'
import { sameName, standingsOf } from './states.ts'
import { type Scan, summariesOf } from './summaries.ts'

export interface LibraryDependencies {
  places: Places
  agreed: Agreed
  trust: Pick<Trust, 'answerFor'>
  /** Where skills of the person's own folder were installed from, by the names of their folders. */
  sources(): Promise<Readonly<Record<string, string>>>
  /** Hears which folders a look for a front was made of. */
  onLooked?: (folders: ReadonlySet<string>) => void
}

export { createAgreed } from './agreed.ts'
export { createLock } from './install/lock-file.ts'
export { createWatch } from './watch.ts'

export type Library = ReturnType<typeof createLibrary>

/** Skills that are read at once: while a large file is waited for, the others go on. */
const atATime = 4

export function createLibrary({ places, agreed, trust, sources, onLooked }: LibraryDependencies) {
  /** By real path. Only what bears the same mark is believed; where SKILL.md leads as a link is a part of that. */
  const known = new Map<string, SkillFolder>()
  /** For which session's folder a skill was last seen: a project's is found from there alone. */
  const seenFor = new Map<string, string | null>()

  async function scan(given: string | null, signal: AbortSignal): Promise<Scan> {
    // A folder that is gone has no skills.
    const workspace = given === null ? null : await realpath(given).catch(() => null)
    const [roots, agreements, installedFrom, isTrusted] = await Promise.all([
      rootsFor(workspace, places),
      agreed.load(),
      sources(),
      workspace === null ? false : trust.answerFor(workspace).then((answer) => answer === true),
    ])
    const found = await Promise.all(roots.map(({ path, boundary }) => findFolders(path, boundary, signal)))
    // What two roots lead to is one skill, and belongs to the first.
    const seen = new Set<string>()
    const wanted = found.flatMap(({ folders }, at) => {
      const root = roots[at]
      const own = root ? folders.filter(({ realFolder }) => !seen.has(realFolder)) : []
      for (const { realFolder } of own) seen.add(realFolder)
      return root ? own.map((one) => ({ ...one, root })) : []
    })
    const pace = createPace(signal)
    const read = await pooled(wanted, atATime, async ({ folder, realFolder, root }) => {
      const boundary = boundaryOf(root, realFolder)
      const content = await readSkillFolder(realFolder, { boundary, before: known.get(realFolder), pace })
      if (!content) return []
      known.set(realFolder, content)
      const { name, status } = content.judged
      const { scope } = root
      const key = keyOf(root, realFolder)
      seenFor.set(key, workspace)
      return [
        {
          key,
          name,
          scope,
          status,
          hash: content.hash,
          isTrusted: scope !== 'project' || isTrusted,
          root,
          folder,
          realFolder,
          content,
        },
      ]
    })
    return {
      roots: roots.map((root, at) => rootOf(root, found[at], isTrusted)),
      skills: read.flat(),
      agreements,
      sources: installedFrom,
    }
  }

  /** Of the skill and everything around it. Throws `not-found`. */
  async function find(key: string, signal: AbortSignal) {
    const seen = await scan(seenFor.get(key) ?? null, signal)
    const skill = seen.skills.find((one) => one.key === key)
    if (!skill) throw new ExpectedFailure('not-found', failures.gone)
    return { skill, scan: seen }
  }

  function summaryIn(seen: Scan, key: string): SkillSummary {
    const found = summariesOf(seen).find((one) => one.key === key)
    if (!found) throw new ExpectedFailure('not-found', failures.gone)
    return found
  }

  const summary = async (key: string, signal: AbortSignal): Promise<SkillSummary> =>
    summaryIn((await find(key, signal)).scan, key)

  return {
    scan,
    find,
    summary,
    /** What was kept of folders counts no more; the next look reads everything. */
    forget: () => known.clear(),

    judge: (text: string, folderName: string): SkillJudgement => judgementOf(judgeText(text, folderName)),

    async library(workspace: string | null, signal: AbortSignal): Promise<SkillLibrary> {
      const seen = await scan(workspace, signal)
      onLooked?.(foldersOf(seen))
      return { roots: seen.roots, skills: summariesOf(seen) }
    },

    async details(key: string, signal: AbortSignal): Promise<SkillDetails> {
      const { skill, scan: seen } = await find(key, signal)
      const { content, realFolder, root } = skill
      const { body, license, compatibility, allowedTools, metadata, name } = content.judged
      const others = seen.skills.filter((one) => one !== skill && sameName(one.name) === sameName(name))
      return {
        skill: summaryIn(seen, key),
        text: await skillTextIn(realFolder, boundaryOf(root, realFolder)),
        body,
        files: [...content.files],
        license,
        compatibility,
        allowedTools: [...allowedTools],
        metadata: [...metadata],
        others: others.map(({ key: other, scope, folder }) => ({ key: other, scope, folder })),
      }
    },

    async file(key: string, path: string, signal: AbortSignal): Promise<ShownFile> {
      const { skill } = await find(key, signal)
      if (isSafePath(path) && !skill.content.files.some((file) => file.path === path)) {
        throw new ExpectedFailure('not-found', failures.noFile(path))
      }
      return await shownFileIn(skill.realFolder, path)
    },

    async validate(given: string, signal: AbortSignal): Promise<{ folder: string; judgement: SkillJudgement }[]> {
      const path = resolve(given)
      const real = await realpath(path).catch(() => null)
      if (real === null) throw new ExpectedFailure('not-found', failures.nothingThere(path))
      const options = { boundary: null, pace: createPace(signal) }
      const alone = await readSkillFolder(real, options)
      if (alone) return [{ folder: path, judgement: judgementOf(alone.judged) }]
      const { folders } = await findFolders(path, null, signal)
      const read = await pooled(folders, atATime, async ({ folder, realFolder }) => {
        const content = await readSkillFolder(realFolder, options)
        return content ? [{ folder, judgement: judgementOf(content.judged) }] : []
      })
      if (read.length === 0) throw new ExpectedFailure('not-found', failures.noSkill(path))
      return read.flat()
    },

    async offered(workspace: string | null, choices: Readonly<Record<string, boolean>>): Promise<OfferedSkill[]> {
      const { skills, agreements } = await scan(workspace, new AbortController().signal)
      const standings = standingsOf(skills, agreements, choices)
      return skills
        .filter((_, at) => standings[at]?.state === 'on')
        .map(({ key, name, scope, realFolder, hash, content }) => {
          return { key, name, description: content.judged.description, scope, folder: realFolder, hash }
        })
        .sort((one, other) => (one.name < other.name ? -1 : 1))
    },

    async read(offered: OfferedSkill, signal: AbortSignal): Promise<SkillContent> {
      const root = (await rootsFor(null, places)).find(({ scope }) => scope === offered.scope)
      // A project's roots are not asked for: its own folder is the narrowest border there is.
      const boundary = offered.scope === 'user' ? null : root?.scope === 'built-in' ? root.boundary : offered.folder
      const content = await readSkillFolder(offered.folder, { boundary, pace: createPace(signal) })
      if (!content || content.hash !== offered.hash || content.judged.status === 'invalid') {
        throw new ExpectedFailure('not-found', failures.notOffered(offered.name))
      }
      return { ...offered, body: content.judged.body, files: content.files }
    },

    async agree(key: string, change: { on: boolean | null; hash: string }): Promise<SkillSummary> {
      const signal = new AbortController().signal
      const { skill, scan: seen } = await find(key, signal)
      const { name, status, scope, realFolder, hash } = skill
      const before = seen.agreements?.get(key)
      const on = change.on ?? before?.on ?? scope === 'built-in'
      if (change.on !== false) {
        if (status === 'invalid') throw new ExpectedFailure('denied', failures.refused(name))
        if (hash !== change.hash) throw new ExpectedFailure('denied', failures.changed(name))
      }
      const accepted = change.on === false ? (before?.accepted ?? null) : hash
      await agreed.set(key, { on, accepted, folder: realFolder, scope })
      return await summary(key, signal)
    },
  }

  function keyOf({ scope, path }: Root, realFolder: string): string {
    // What comes with Carrel lies elsewhere after an update, and an AppImage mounts it at another place at each start.
    const place = scope === 'built-in' ? relative(path, realFolder).split(sep).join('/') : realFolder
    return createHash('sha256').update(`${scope}\0${place}`).digest('hex').slice(0, 32)
  }
}

/** SKILL.md as a link may lead anywhere in the person's own folders, and elsewhere not out of what was opened. */
function boundaryOf({ scope, boundary }: Root, realFolder: string): string | null {
  if (scope === 'user') return null
  return boundary !== null && isWithin(boundary, realFolder) && scope === 'built-in' ? boundary : realFolder
}

function rootOf(root: Root, found: Awaited<ReturnType<typeof findFolders>> | undefined, isTrusted: boolean): SkillRoot {
  const { path, scope, isOurs } = root
  const state = found?.state ?? 'missing'
  const isWaiting = state === 'read' && scope === 'project' && !isTrusted
  const { folders = [], problems = [] } = found ?? {}
  return { path, scope, isOurs, state: isWaiting ? 'untrusted' : state, found: folders.length, problems }
}

/** Every folder whose change would be another answer. What does not exist yet is in none of them. */
function foldersOf({ roots, skills }: Scan): ReadonlySet<string> {
  const folders = new Set(roots.flatMap(({ path, state }) => (state === 'missing' ? [] : [path])))
  for (const { root, folder, content } of skills) {
    for (let above = dirname(folder); above.length > root.path.length; above = dirname(above)) folders.add(above)
    for (const { path } of content.files) folders.add(join(folder, dirname(path)))
  }
  return folders
}
