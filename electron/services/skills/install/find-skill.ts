// Where in a source the skill lies: at its top, in a folder around everything, or as the only one that is there.
import { foldedPath } from '../../../../shared/data-places.ts'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import { problem } from '../problems.ts'
import { type Incoming, type IncomingEntry, Refused } from './incoming.ts'

/** What systems leave behind, and the history of a repository: none of it is part of a skill. */
const leftOut = /(^|\/)(\.git|\.ds_store|__macosx|thumbs\.db|desktop\.ini)(\/|$)/

export function isLeftOut(path: string): boolean {
  return leftOut.test(foldedPath(path))
}

/** The folder's path in the source, '' for its top. Throws `Refused` when there is none, or more than one. */
export function findSkill({ entries, isGit }: Pick<Incoming, 'entries' | 'isGit'>): string {
  const folders = new Set(entries.filter(isSkillFile).map(({ path }) => path.slice(0, -'/SKILL.md'.length)))
  const outermost = [...folders].filter((folder) => !aboveOf(folder).some((above) => folders.has(above)))
  const [first] = outermost
  if (first === undefined) throw new Refused(problem('no-skill'))
  if (outermost.length > 1) {
    throw new Refused(problem('several-skills', { what: skillInstallWords.several(outermost.sort(), isGit) }))
  }
  return first
}

/** The entries of the skill, by their path from its folder on. */
export function entriesOf(entries: readonly IncomingEntry[], folder: string): { entry: IncomingEntry; path: string }[] {
  return entries
    .filter(({ path }) => isWithin(path, folder) && !isLeftOut(path))
    .map((entry) => ({ entry, path: folder === '' ? entry.path : entry.path.slice(folder.length + 1) }))
}

function isSkillFile({ path, kind }: IncomingEntry): boolean {
  return kind !== 'folder' && !isLeftOut(path) && /(^|\/)skill\.md$/i.test(path)
}

/** Every folder around this one. */
function aboveOf(folder: string): string[] {
  if (folder === '') return []
  const names = folder.split('/')
  return names.map((_, depth) => names.slice(0, depth).join('/'))
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`)
}
