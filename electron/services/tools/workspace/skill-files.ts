// The files of skills beside those of a workspace: read by their whole path, below the real folders of the offered skills, never written.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillUseWords as words } from '../../../../shared/messages/skill-use.ts'
import type { OfferedSkill } from '../../../../shared/skills.ts'
import type { ToolSkills } from '../../../contracts.ts'
import { type Checking, openForReading, type Root, rememberRoot } from './opening.ts'
import { namesOf, shownPath } from './paths.ts'
import { type CallRights, type FoundFile, type FoundFolder, readBelow } from './reading.ts'
import { AccessRefused, isOfTheDisk } from './refusal.ts'
import { inWords, type Workspace } from './workspace-files.ts'

export interface SkillFilesOptions {
  skills: Pick<ToolSkills, 'offered' | 'used'>
  platform: NodeJS.Platform
  checking?: Checking
}

/** The same workspace, or none, in which paths below a skill's folder can be read, too. */
export function withSkillFiles(
  inner: Pick<Workspace, 'forCall'> | null,
  { skills, platform, checking }: SkillFilesOptions,
): Pick<Workspace, 'forCall'> {
  /** The skill a whole path leads into, by its words; null for any other. */
  function placeOf(path: string): { skill: OfferedSkill; names: string[] } | null {
    if (!/^([/\\]|[a-z]:)/i.test(path)) return null
    for (const skill of skills.offered) {
      try {
        return { skill, names: namesOf(path, [skill.folder], platform) }
      } catch (thrown) {
        if (!(thrown instanceof ExpectedFailure)) throw thrown
      }
    }
    return null
  }

  async function rootOf({ folder, name }: OfferedSkill): Promise<Root> {
    const root = await rememberRoot(folder, checking ?? null)
    // Where it lay when it was offered: a link in its place leads to something nobody has said yes to.
    if (root.path !== folder) throw new AccessRefused('changed', words.moved(name))
    return root
  }

  async function readSkill(
    { skill, names }: { skill: OfferedSkill; names: string[] },
    path: string,
    rights: CallRights,
  ): Promise<FoundFile | FoundFolder> {
    const found = await readBelow(await rootOf(skill), names, path, rights)
    const whole = found.path === '.' ? skill.folder : `${skill.folder}/${found.path}`
    if (found.kind === 'folder') return { ...found, path: whole }
    return { ...found, path: whole, ofSkill: { skill, path: found.path } }
  }

  async function hasFile(skill: OfferedSkill, path: string): Promise<boolean> {
    try {
      const { handle } = await openForReading(await rootOf(skill), namesOf(path, [], platform), path)
      await handle.close()
      return true
    } catch (thrown) {
      if (!isOfTheDisk(thrown) && !(thrown instanceof ExpectedFailure)) throw thrown
      return false
    }
  }

  /** Skills name their files from their own folder, and models do so, too. */
  async function inUsedSkill(path: string, thrown: unknown): Promise<never> {
    if (thrown instanceof ExpectedFailure && (inner === null || thrown.failure.code === 'not-found')) {
      for (const skill of skills.used()) {
        if (await hasFile(skill, path)) {
          const whole = `${skill.folder}/${path.replace(/^(\.\/)+/, '')}`
          throw new ExpectedFailure('not-found', words.inSkill(shownPath(path), shownPath(whole)))
        }
      }
    }
    throw thrown
  }

  const refuse = (path: string) => Promise.reject(new AccessRefused('outside', words.onlySkills(shownPath(path))))
  return {
    forCall(rights) {
      const files = inner?.forCall(rights) ?? null
      return {
        async read(path) {
          const place = placeOf(path)
          if (place) return await inWords(path, readSkill(place, path, rights))
          return await (files?.read(path) ?? refuse(path)).catch((thrown) => inUsedSkill(path, thrown))
        },
        // Below a skill's folder it is outside of the workspace, as any other place.
        write: (path, bytes, before) => files?.write(path, bytes, before) ?? refuse(path),
        search: (path, query, isPattern) => files?.search(path, query, isPattern) ?? refuse(path),
      }
    },
  }
}
