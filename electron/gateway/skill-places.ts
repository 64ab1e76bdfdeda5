// Skills that a person chooses or opens natively: no page names a path.
import type { SkillInspection } from '../../shared/skills.ts'
import type { SkillInstalls, Skills, Surface } from '../contracts.ts'

/** Out of the system's own dialog into staging; null when the person chose none. */
export async function inspectChosen(
  skills: Pick<SkillInstalls, 'inspect'>,
  surface: Surface,
  what: 'folder' | 'archive',
  signal: AbortSignal,
): Promise<SkillInspection | null> {
  const path = await surface.chooseSkill(what, signal)
  return path === null ? null : await skills.inspect({ kind: 'path', path }, signal)
}

/** The folder of a skill in the file manager, or its SKILL.md in the person's editor. Throws `not-found`. */
export async function showSkill(
  skills: Skills,
  surface: Surface,
  key: string,
  what: 'folder' | 'editor',
  signal: AbortSignal,
): Promise<void> {
  const { skill, files } = await skills.details(key, signal)
  // Its real name: some are written in small letters, which another disk does not take for the same.
  const file = files.find(({ path }) => path.toLowerCase() === 'skill.md')
  if (what === 'folder' || !file) return await surface.showFolder(skill.folder)
  await surface.openText(`${skill.folder}/${file.path}`)
}
