// Which folders are looked through for skills, the one that wins first.
import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import type { SkillScope } from '../../../shared/skills.ts'

export interface Root {
  /** Absolute path. */
  path: string
  scope: SkillScope
  /** Carrel may write there. */
  isOurs: boolean
  /** Real path of the folder that links must not lead out of; null where the person may link whatever they like. */
  boundary: string | null
}

export interface Places {
  /** Absolute path of the data folder. */
  dataFolder: string
  personHome: string
  /** What comes with Carrel; null when there is nothing. */
  builtIn: string | null
}

/** Of a session's folder; what other programs look into, too. */
const inProject = [join('.carrel', 'skills'), join('.agents', 'skills'), join('.claude', 'skills')]

/** `workspace` is a real path, or null. */
export async function rootsFor(workspace: string | null, places: Places): Promise<Root[]> {
  const { dataFolder, personHome, builtIn } = places
  const user: Root[] = [
    { path: join(dataFolder, 'skills'), scope: 'user', isOurs: true, boundary: null },
    ...['.agents/skills', '.config/agents/skills', '.claude/skills'].map(
      (name): Root => ({ path: join(personHome, name), scope: 'user', isOurs: false, boundary: null }),
    ),
  ]
  const project = workspace === null ? [] : await projectRoots(workspace, personHome)
  // A session in the home folder itself: what lies there is the person's own.
  const isUsers = (path: string) => user.some((one) => one.path === path)
  return [
    ...project.filter(({ path }) => !isUsers(path)),
    ...user,
    ...(builtIn === null ? [] : [{ path: builtIn, scope: 'built-in' as const, isOurs: false, boundary: builtIn }]),
  ]
}

async function projectRoots(workspace: string, personHome: string): Promise<Root[]> {
  const home = await realpath(personHome).catch(() => personHome)
  const folders = await upToRepository(workspace, home)
  const boundary = folders.at(-1) ?? workspace
  return folders.flatMap((folder) =>
    inProject.map((name): Root => ({ path: join(folder, name), scope: 'project', isOurs: false, boundary })),
  )
}

/** From the folder up to the root of its repository, never into the home folder or above; the folder alone when it is in none. */
async function upToRepository(workspace: string, home: string): Promise<string[]> {
  const owner = await stat(workspace).catch(() => null)
  const folders: string[] = []
  for (let folder = workspace; ; folder = dirname(folder)) {
    const isOthers = (await stat(folder).catch(() => null))?.uid !== owner?.uid
    // A repository that somebody else has made above says nothing here.
    if (folders.length > 0 && (isOthers || folder === home || folder === parse(folder).root)) return [workspace]
    folders.push(folder)
    const isRepository = await lstat(join(folder, '.git')).then(
      () => true,
      () => false,
    )
    if (isRepository) return folders
  }
}
