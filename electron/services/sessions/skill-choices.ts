// Which skills are on or off in a session, whatever holds for all.
import { z } from 'zod'
import type { TreeRecord } from '../../../shared/session.ts'

const choices = z.record(z.string(), z.boolean())

/** By name; what was chosen last on the way, and empty when nothing was. */
export function skillChoicesOn(path: readonly TreeRecord[]): Record<string, boolean> {
  const chosen = path.findLast((record) => record.type === 'settings' && 'skills' in record)
  return choices.safeParse(chosen?.['skills']).data ?? {}
}

/** The one skill that a session was begun to try; null for any other session. */
export function onlySkillOn(path: readonly TreeRecord[]): string | null {
  const chosen = path.findLast((record) => record.type === 'settings' && 'onlySkill' in record)
  return typeof chosen?.['onlySkill'] === 'string' ? chosen['onlySkill'] : null
}
