// Installing, changing and removing skills for every front: a page sends bytes, keys and addresses, and never a path.
import type { Handlers } from '../../shared/ipc.ts'
import type { skillInstallCalls } from '../../shared/skill-calls.ts'
import { meansRepository } from '../../shared/skill-source.ts'
import type { Skills, Surface } from '../contracts.ts'

export type SkillInstallHandlers = Pick<Handlers, keyof typeof skillInstallCalls>

/** `surface` throws `denied` in a front without a window. */
export function createSkillInstallHandlers(skills: Skills, surface: () => Surface): SkillInstallHandlers {
  return {
    'skills.create': async ({ name, description }) => await skills.create(name, description),
    'skills.save': async ({ key, text, before }) => await skills.save(key, text, before),
    'skills.mend': async ({ key, fix }) => await skills.mend(key, fix),
    'skills.inspectGit': async ({ url }, signal) => {
      // No page reaches a host by itself, nor says anything to one in an address. What is no repository is refused without a question.
      const mayReach = !meansRepository(url) || (await surface().confirmFetch(url, signal))
      return { inspection: mayReach ? await skills.inspect({ kind: 'git', url }, signal) : null }
    },
    'skills.inspectDropped': async ({ name, files }, signal) => {
      const decoded = files.map(({ path, base64 }) => ({ path, bytes: Buffer.from(base64, 'base64') }))
      return { inspection: await skills.inspect({ kind: 'bytes', name, files: decoded }, signal) }
    },
    'skills.inspectUpdate': async ({ key }, signal) => {
      // That it was said yes to once is no yes to every time a page likes to call.
      const mayFetch = (url: string) => surface().confirmFetch(url, signal)
      return { inspection: await skills.inspectUpdate(key, mayFetch, signal) }
    },
    'skills.install': async ({ id, overwriteEdits }) => await skills.install(id, { overwriteEdits }),
    'skills.inspectedFile': async ({ id, path }) => await skills.inspectedFile(id, path),
    'skills.discard': async ({ id }) => {
      await skills.discard(id)
      return {}
    },
    'skills.remove': async ({ key }) => await skills.remove(key),
    'skills.takeBack': async ({ trashId }) => await skills.takeBack(trashId),
    'skills.trash': async () => ({ skills: await skills.trashed() }),
    'window.chooseSkill': async ({ what }, signal) => {
      const path = await surface().chooseSkill(what, signal)
      return { inspection: path === null ? null : await skills.inspect({ kind: 'path', path }, signal) }
    },
    'terminal.inspectSkillUpdate': async ({ key }, signal) => ({
      inspection: await skills.inspectUpdate(key, async () => true, signal),
    }),
    'terminal.inspectSkill': async ({ source }, signal) => {
      const isGit = meansRepository(source)
      const inspection = await skills.inspect(
        isGit ? { kind: 'git', url: source } : { kind: 'path', path: source },
        signal,
      )
      return { inspection }
    },
  }
}
