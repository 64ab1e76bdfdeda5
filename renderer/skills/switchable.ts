// Whether a skill is shown as on, and whether it can be switched at all.
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillSummary } from '../../shared/skills.ts'

/** One that has changed is off until it was looked at, whatever the person said of what it was before. */
export function isShownOn({ state, isEnabled }: Pick<SkillSummary, 'state' | 'isEnabled'>): boolean {
  return state === 'on' || (isEnabled && (state === 'shadowed' || state === 'untrusted'))
}

/** Why not, or undefined. */
export function notSwitchable({ state, name }: Pick<SkillSummary, 'state' | 'name'>): string | undefined {
  return state === 'refused' ? skillsPage.notSwitched(name) : undefined
}
