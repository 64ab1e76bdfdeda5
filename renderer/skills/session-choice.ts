// Which skills are on in one session: what was said for it goes before what holds for all.
import type { SkillSummary } from '../../shared/skills.ts'

export type Choices = Readonly<Record<string, boolean>>

export interface SessionSkill {
  key: string
  hash: string
  /** The person has said yes to what is there. */
  isAccepted: boolean
  name: string
  description: string
  isOn: boolean
  isOnForAll: boolean
  isChosenHere: boolean
}

/**
 * Only those that could be told of: no choice lets one in that is refused, has changed or lies in a folder that is not trusted. Each
 * name once. `only`: the one that is tried in this session, on or off.
 */
export function skillsOfSession(
  skills: readonly SkillSummary[],
  choices: Choices,
  only: string | null = null,
): SessionSkill[] {
  const byName = new Map<string, SessionSkill>()
  for (const { key, hash, name, description, state, isAccepted } of skills) {
    if (state !== 'on' && state !== 'off') continue
    if (only !== null && name !== only) continue
    const chosen = only !== null ? true : Object.hasOwn(choices, name) ? choices[name] : undefined
    const isOnForAll = state === 'on'
    if (byName.get(name)?.isOnForAll) continue
    const isChosenHere = chosen !== undefined
    byName.set(name, {
      ...{ key, hash, name, description, isAccepted },
      ...{ isOn: chosen ?? isOnForAll, isOnForAll, isChosenHere },
    })
  }
  return [...byName.values()]
}
