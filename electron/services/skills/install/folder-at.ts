// A skill's folder as it is now, read as the library reads it.
import { createPace } from '../pace.ts'
import { readSkillFolder, type SkillFolder } from '../skill-folder.ts'

/** null when there is none, or no SKILL.md in it. No link in it leads anywhere else. */
export async function folderAt(folder: string, signal: AbortSignal): Promise<SkillFolder | null> {
  return await readSkillFolder(folder, { boundary: folder, pace: createPace(signal) })
}
