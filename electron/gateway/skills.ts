// Skills for every front: of a session they are asked for by its id, since no page may name a folder.
import type { Handlers } from '../../shared/ipc.ts'
import type { skillCalls, skillUseCalls } from '../../shared/skill-calls.ts'
import type { Services, Surface } from '../contracts.ts'
import { showSkill } from './skill-places.ts'

export type SkillHandlers = Pick<Handlers, keyof typeof skillCalls | keyof typeof skillUseCalls>

export function createSkillHandlers(
  { skills, sessions }: Pick<Services, 'skills' | 'sessions'>,
  /** Throws `denied` in a front without a window. */
  surface: () => Surface,
): SkillHandlers {
  async function folderOf(sessionId: string | null, signal: AbortSignal): Promise<string | null> {
    return sessionId === null ? null : ((await sessions.folderOf(sessionId, signal))?.path ?? null)
  }

  return {
    'skills.library': async ({ sessionId }, signal) => await skills.library(await folderOf(sessionId, signal), signal),
    'skills.rescan': async ({ sessionId }, signal) => await skills.rescan(await folderOf(sessionId, signal), signal),
    'skills.details': async ({ key }, signal) => await skills.details(key, signal),
    'skills.file': async ({ key, path }, signal) => await skills.file(key, path, signal),
    'skills.setEnabled': async ({ key, on, hash }) => await skills.setEnabled(key, on, hash),
    'skills.accept': async ({ key, hash }) => await skills.accept(key, hash),
    'skills.use': async ({ key }, signal) => {
      const { skill } = await skills.details(key, signal)
      return await sessions.skillUse(skill.name)
    },
    'skills.room': async (_input, signal) => await sessions.skillRoom(signal),
    'skills.setForSession': async ({ sessionId, name, on }) => {
      await sessions.setSkill(sessionId, name, on)
      return {}
    },
    'skills.judge': async ({ text, folderName }) => await skills.judge(text, folderName),
    'window.showSkill': async ({ key, what }, signal) => {
      await showSkill(skills, surface(), key, what, signal)
      return {}
    },
    'terminal.skillLibrary': async ({ folder }, signal) => await skills.library(folder, signal),
    'terminal.validateSkills': async ({ path }, signal) => ({ skills: await skills.validate(path, signal) }),
  }
}
