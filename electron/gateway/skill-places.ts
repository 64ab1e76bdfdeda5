// Skills that a person opens natively: no page names a path.
import type { Skills, Surface } from '../contracts.ts'

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
