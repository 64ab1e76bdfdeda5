// Skills on a real disk: a data folder, a home folder and a project, none of them the tester's own.
import { mkdir, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AppEvents } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { createSkills } from '../../electron/services/skills/skills.ts'
import { compareTexts, textOf } from '../../electron/services/tools/text/compare.ts'
import { createTrust } from '../../electron/services/trust/trust.ts'
import { temporaryFolder } from '../support/temp.ts'

export const skillText = (name: string, more = '') =>
  `---\nname: ${name}\ndescription: What ${name} does, and when it is used.\n---\n# ${name}\n\nRead me.\n${more}`

export const never = new AbortController().signal

export async function skillRoom() {
  const folder = await realpath(await temporaryFolder())
  const places = {
    data: join(folder, 'data'),
    home: join(folder, 'home'),
    project: join(folder, 'project'),
    builtIn: join(folder, 'built-in'),
  }
  for (const place of Object.values(places)) await mkdir(place, { recursive: true })
  await mkdir(join(places.project, '.git'))
  const logged: string[] = []
  const changes: string[] = []
  let count = 0
  const surroundings = {
    now: () => new Date(),
    newId: () => `id-${++count}`,
    environment: {},
    appVersion: '0',
    log: (line: string) => logged.push(line),
  }
  const events = createEventBus<AppEvents>((name, thrown) => logged.push(`${name}: ${String(thrown)}`))
  events.on('skills.changed', () => changes.push('skills.changed'))
  const home = await openHome(places.data, 'owner', surroundings)
  const trust = createTrust({ home, events, surroundings })
  const dependencies = {
    home,
    trust,
    events,
    surroundings,
    personHome: places.home,
    builtIn: places.builtIn,
    follows: true,
    texts: { decode: textOf, compare: compareTexts },
    git: { environment: {}, certificates: null, reached: async () => undefined },
  }
  const open = () => createSkills(dependencies)
  const skills = open()

  /** Made an hour ago, as nearly all that is found on a disk. */
  async function put(path: string, content: string | Uint8Array, mode = 0o644) {
    const at = join(folder, path)
    await mkdir(dirname(at), { recursive: true })
    await writeFile(at, content, { mode })
    const before = new Date(Date.now() - 3_600_000)
    await utimes(at, before, before)
    return at
  }

  return {
    folder,
    ...places,
    skills,
    dependencies,
    surroundings,
    /** The same again, as after a start. */
    open,
    trust,
    logged,
    changes,
    put,
    putSkill: async (root: string, name: string, more = '') =>
      await put(`${root}/${name}/SKILL.md`, skillText(name, more)),
    async library(workspace: string | null = null) {
      return await skills.library(workspace, never)
    },
    /** Of each skill its name, scope and state, as they are listed. */
    async states(workspace: string | null = null) {
      const { skills: found } = await skills.library(workspace, never)
      return found.map(({ name, scope, state }) => `${name} ${scope} ${state}`)
    },
    async named(name: string, workspace: string | null = null) {
      const { skills: found } = await skills.library(workspace, never)
      const one = found.find((skill) => skill.name === name)
      if (!one) throw new Error(`no skill ${name} among ${found.map((skill) => skill.name).join()}`)
      return one
    },
    async switchOn(name: string, workspace: string | null = null) {
      const { skills: found } = await skills.library(workspace, never)
      const one = found.find((skill) => skill.name === name)
      if (!one) throw new Error(`no skill ${name}`)
      return await skills.setEnabled(one.key, true, one.hash)
    },
    async end() {
      await skills.close()
      await home.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type SkillRoom = Awaited<ReturnType<typeof skillRoom>>
