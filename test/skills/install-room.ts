// A data folder of a test's own in which skills are installed, with everything real that an install works with.
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Skills } from '../../electron/contracts.ts'
import { openHome } from '../../electron/services/home/home.ts'
import type { GitDependencies } from '../../electron/services/skills/install/git-source.ts'
import { createInstalling } from '../../electron/services/skills/install/installing.ts'
import { createAgreed, createLibrary } from '../../electron/services/skills/skill-library.ts'
import { compareTexts, textOf } from '../../electron/services/tools/text/compare.ts'
import type { Failure } from '../../shared/failure.ts'
import type { SkillInspection, SkillSummary } from '../../shared/skills.ts'

export const never = new AbortController().signal

export const skillText = (name: string, body = 'Do it well.\n') =>
  `---\nname: ${name}\ndescription: What ${name} does, and when to use it.\n---\n\n${body}`

/** In a folder that has room for more than the data folder, as `outside` for what must not change. */
export async function installRoom(base: string, git: Partial<GitDependencies> = {}) {
  const path = join(base, 'data')
  const personHome = join(base, 'person')
  await mkdir(personHome, { recursive: true })
  const logged: string[] = []
  const reached: { host: string; bytes: number | null }[] = []
  let ids = 0
  const surroundings = {
    now: () => new Date(),
    newId: () => `${process.pid}-${Date.now().toString(36)}-${ids++}`,
    environment: process.env,
    appVersion: '0.0.0',
    log: (line: string) => void logged.push(line),
  }
  const home = await openHome(path, 'owner', surroundings)
  const library = createLibrary({
    places: { dataFolder: path, personHome, builtIn: null },
    agreed: createAgreed({ home, surroundings }),
    trust: { answerFor: async () => null },
    sources: async () => ({}),
  })
  const installing = createInstalling({
    home,
    surroundings,
    library,
    texts: { decode: textOf, compare: compareTexts },
    git: {
      environment: process.env,
      certificates: null,
      reached: async (host, bytes) => void reached.push({ host, bytes }),
      ...git,
    },
  })
  const skills = async (): Promise<SkillSummary[]> => (await library.library(null, never)).skills
  return {
    home,
    path,
    skills: join(path, 'skills'),
    personHome,
    library,
    installing,
    logged,
    reached,
    all: skills,
    async named(name: string): Promise<SkillSummary> {
      const found = (await skills()).find((skill) => skill.name === name)
      if (!found) throw new Error(`there is no skill ${name}`)
      return found
    },
    /** Looked at and said yes to. */
    async install(source: Parameters<Skills['inspect']>[0], overwriteEdits = false): Promise<SkillSummary> {
      const inspection = await installing.inspect(source, never)
      if (inspection.id === null) throw new Error(`refused: ${codesOf(inspection).join()}`)
      return await installing.install(inspection.id, { overwriteEdits })
    },
    /** What lies where it came from now; the person lets its host be reached. */
    async update({ key }: SkillSummary): Promise<SkillInspection> {
      const inspection = await installing.inspectUpdate(key, async () => true, never)
      if (!inspection) throw new Error('nothing was looked at')
      return inspection
    },
    close: async () => {
      await installing.close()
      await home.close()
    },
  }
}
export type InstallRoom = Awaited<ReturnType<typeof installRoom>>

export const codesOf = ({ problems }: Pick<SkillInspection, 'problems'>) => problems.map(({ code }) => code)

export async function failureOf(work: Promise<unknown>): Promise<Failure | null> {
  return await work.then(
    () => null,
    (thrown) => thrown.failure ?? Promise.reject(thrown),
  )
}

export async function writeTree(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

/** Everything below a folder: files with their text and mode, links with where they lead. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const path = join(entry.parentPath, entry.name)
    const { mode } = await lstat(path)
    const shown = path.slice(folder.length + 1)
    if (entry.isFile()) tree[shown] = `${(mode & 0o7777).toString(8)} ${await readFile(path, 'utf8')}`
    else if (entry.isSymbolicLink()) tree[shown] = `-> ${await readlink(path)}`
    else tree[`${shown}/`] = (mode & 0o7777).toString(8)
  }
  return tree
}
