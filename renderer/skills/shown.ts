// Which skills are shown, in which order: by name, those that are refused at the end.
import type { SkillState, SkillSummary } from '../../shared/skills.ts'

export const filters = ['all', 'on', 'off', 'changed', 'refused'] as const
export type Filter = (typeof filters)[number]

/** Every state is under exactly one of them, so that the counts add up. */
const filterOf: Record<SkillState, Exclude<Filter, 'all'>> = {
  on: 'on',
  off: 'off',
  untrusted: 'off',
  shadowed: 'off',
  changed: 'changed',
  refused: 'refused',
}

export function countsOf(skills: readonly SkillSummary[]): Record<Filter, number> {
  const counts = { all: skills.length, on: 0, off: 0, changed: 0, refused: 0 }
  for (const { state } of skills) counts[filterOf[state]] += 1
  return counts
}

/** Not by what was switched or used: a row must not run away from whoever has just pressed a key on it. */
export function inOrderOfName(skills: readonly SkillSummary[]): SkillSummary[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const rank = ({ state }: SkillSummary) => (state === 'refused' ? 1 : 0)
  return [...skills].sort(
    (one, other) =>
      rank(one) - rank(other) || collator.compare(one.name, other.name) || one.folder.localeCompare(other.folder),
  )
}

/** All of the words, in the name, the description or the path. */
export function shownOf(skills: readonly SkillSummary[], filter: Filter, text: string): SkillSummary[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return skills.filter((skill) => {
    if (filter !== 'all' && filterOf[skill.state] !== filter) return false
    const all = `${skill.name}\n${skill.description}\n${skill.folder}`.toLocaleLowerCase()
    return words.every((word) => all.includes(word))
  })
}
