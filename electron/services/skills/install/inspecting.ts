// What a source would bring, looked at in the staging folder: files, problems, and what would be another one. Nothing is installed.
import { lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { errorCode, readFailure } from '../../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'
import type { SkillInspection, SkillProblem } from '../../../../shared/skills.ts'
import type { SkillSource } from '../../../contracts.ts'
import { judgementOf, judgeText, unreadable } from '../judge.ts'
import { problem } from '../problems.ts'
import { type SkillFolder, skillTextIn } from '../skill-folder.ts'
import { archiveName, openArchiveFile } from './archive-source.ts'
import { changesBetween } from './changes.ts'
import type { InstallDependencies } from './dependencies.ts'
import { diskTrouble } from './disk-trouble.ts'
import { openDropped } from './dropped-source.ts'
import { siblingNamed } from './exchange.ts'
import { folderAt } from './folder-at.ts'
import { folderNameOf } from './folder-name.ts'
import { openFolder } from './folder-source.ts'
import { parseGitAddress } from './git-address.ts'
import { openRepository } from './git-source.ts'
import { type Incoming, Refused } from './incoming.ts'
import type { Lock, LockEntry } from './lock-file.ts'
import { receive } from './receive.ts'
import type { StagedFolder, Staging } from './staging.ts'

/** What a person was shown, and may say yes to. */
export interface Candidate {
  staged: StagedFolder
  name: string
  hash: string
  /** The folder it takes the place of, as it was when that was shown. */
  replaces: { name: string; hash: string; key: string; isEdited: boolean } | null
  /** Without the times and the hash. */
  origin: Pick<LockEntry, 'source' | 'kind' | 'ref' | 'commit' | 'subpath'>
}

export interface Inspecting {
  root: string
  staging: Staging
  lock: Lock
  dependencies: InstallDependencies
}

/** `updated` is the folder of an installed skill that this shall take the place of, whatever the name is now. */
export async function inspectSource(
  source: SkillSource,
  updated: string | null,
  inspecting: Inspecting,
  signal: AbortSignal,
): Promise<{ inspection: SkillInspection; candidate: Candidate | null }> {
  const { staging, root } = inspecting
  const staged = await staging.make().catch((thrown) => {
    throw diskTrouble(thrown, root, root)
  })
  try {
    const incoming = await openSource(source, staged, inspecting, signal)
    const sourceName = await receive(incoming, staged.arriving, signal).finally(() => incoming.close())
    const origin = originOf(source, incoming)
    const looked = await look({ staged, sourceName, origin, updated }, inspecting, signal)
    if (!looked.candidate) await staging.remove(staged)
    else await rm(fetchedIn(staged), { recursive: true, force: true })
    return looked
  } catch (thrown) {
    await staging.remove(staged)
    if (signal.aborted) throw new ExpectedFailure('cancelled', words.source.stopped)
    if (thrown instanceof Refused) return { inspection: refusedInspection(source, thrown.problems), candidate: null }
    throw diskTrouble(thrown, staged.path, root)
  }
}

const fetchedIn = ({ path }: StagedFolder) => join(path, 'fetched')

async function openSource(
  source: SkillSource,
  staged: StagedFolder,
  { dependencies }: Inspecting,
  signal: AbortSignal,
): Promise<Incoming> {
  if (source.kind === 'bytes') return await openDropped(source)
  if (source.kind === 'git') {
    const address = parseGitAddress(source.url)
    await mkdir(fetchedIn(staged))
    return await openRepository(address, fetchedIn(staged), dependencies.git, signal)
  }
  if (!isAbsolute(source.path)) throw new ExpectedFailure('invalid-input', words.source.missing(source.path))
  // What a person names may be a link; what is in it may not.
  const path = await realpath(source.path).catch(() => {
    throw new ExpectedFailure('invalid-input', words.source.missing(source.path))
  })
  try {
    const found = await stat(path)
    if (found.isDirectory()) return await openFolder(path, signal)
    if (found.isFile() && /\.(zip|skill)$/i.test(source.path)) return await openArchiveFile(path)
  } catch (thrown) {
    if (thrown instanceof Refused || signal.aborted || errorCode(thrown) === undefined) throw thrown
    throw readFailure(thrown, path)
  }
  throw new ExpectedFailure('invalid-input', words.source.neither(source.path))
}

function originOf(source: SkillSource, { commit }: Incoming): Candidate['origin'] {
  const nothing = { ref: null, commit: null, subpath: null }
  if (source.kind === 'path') return { ...nothing, kind: 'path', source: source.path }
  if (source.kind === 'bytes') return { ...nothing, kind: 'bytes', source: source.name }
  const { ref, folder } = parseGitAddress(source.url)
  return { kind: 'git', source: source.url, ref, commit, subpath: folder === '' ? null : folder }
}

const nameOf = (source: SkillSource) =>
  source.kind === 'path' ? source.path : source.kind === 'git' ? source.url : source.name

/** Of a source that brings nothing. */
function refusedInspection(source: SkillSource, problems: readonly SkillProblem[]): SkillInspection {
  const name = archiveName(nameOf(source).split('#')[0] ?? '')
  return {
    id: null,
    source: nameOf(source),
    judgement: { ...judgementOf(unreadable(name)), status: 'invalid' },
    folderName: name.slice(0, 255),
    files: [],
    totals: { files: 0, bytes: 0, scripts: 0 },
    problems: [...problems],
    body: '',
    replaces: null,
  }
}

interface Arrived {
  staged: StagedFolder
  sourceName: string
  origin: Candidate['origin']
  updated: string | null
}

async function look(arrived: Arrived, inspecting: Inspecting, signal: AbortSignal) {
  const { staged, sourceName, origin } = arrived
  const { name, problems } = await nameFor(arrived, inspecting)
  const place = staged.skill(name ?? 'skill')
  await mkdir(dirname(place))
  await rename(staged.arriving, place)
  const content = await folderAt(place, signal)
  if (!content) throw new Error(`no SKILL.md in what came from ${sourceName}`)
  const replaced = name === null ? null : await whatIsThere(name, arrived.updated, inspecting, signal)
  if (replaced === 'in-the-way')
    problems.push({ ...problem('name-collision'), message: words.thereAlready(name ?? '') })
  const old = replaced === 'in-the-way' ? null : replaced
  const isRefused = content.judged.status === 'invalid' || problems.length > 0 || name === null
  const inspection: SkillInspection = {
    id: isRefused ? null : staged.id,
    source: origin.source,
    judgement: judgementOf(content.judged),
    folderName: name ?? sourceName.slice(0, 255),
    files: [...content.files],
    totals: { files: content.files.length, bytes: content.bytes, scripts: content.scripts },
    problems,
    body: content.judged.body,
    replaces: old && {
      key: old.key,
      isEdited: old.isEdited,
      isSame: old.content.hash === content.hash,
      changes: await changesBetween(
        { folder: old.folder, content: old.content },
        { folder: place, content },
        inspecting.dependencies.texts,
      ),
    },
  }
  if (isRefused) return { inspection, candidate: null }
  const replaces = old && { name: old.name, hash: old.content.hash, key: old.key, isEdited: old.isEdited }
  return { inspection, candidate: { staged, name, hash: content.hash, replaces, origin } }
}

/** Of what the skill calls itself, or else of where it came from. */
async function nameFor(
  { staged, sourceName, updated }: Arrived,
  { root }: Inspecting,
): Promise<{ name: string | null; problems: SkillProblem[] }> {
  const text = await skillTextIn(staged.arriving, staged.arriving)
  const said = judgeText(text ?? '', sourceName).name
  const name = folderNameOf(said)
  if (name === null)
    return { name, problems: [{ ...problem('name-unsafe'), message: words.nameUnsafe(said.slice(0, 100)) }] }
  // An update that calls itself as another skill is called that is there stays under the name it had.
  const sibling = updated === null ? null : await siblingNamed(root, name)
  return { name: sibling !== null && sibling !== updated && updated !== null ? updated : name, problems: [] }
}

interface Replaced {
  name: string
  folder: string
  key: string
  content: SkillFolder
  isEdited: boolean
}

/** null when the place is free. What is no skill, or lies elsewhere, is not replaced by one. */
async function whatIsThere(
  name: string,
  updated: string | null,
  { root, lock, dependencies }: Inspecting,
  signal: AbortSignal,
): Promise<Replaced | null | 'in-the-way'> {
  const sibling = updated ?? (await siblingNamed(root, name))
  if (sibling === null) return null
  const folder = join(root, sibling)
  const isFolder = await lstat(folder).then((found) => found.isDirectory())
  const content = isFolder ? await folderAt(folder, signal) : null
  const { skills } = await dependencies.library.library(null, signal)
  const key = skills.find((skill) => skill.isOurs && skill.folder === folder)?.key
  if (!content || key === undefined) return 'in-the-way'
  const entry = await lock.of(sibling)
  return { name: sibling, folder, key, content, isEdited: entry?.sha256 !== content.hash }
}
