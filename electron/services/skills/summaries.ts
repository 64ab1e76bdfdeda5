// What was found, as lists show it.
import { relative } from 'node:path'
import type { SkillProblem, SkillRoot, SkillSummary } from '../../../shared/skills.ts'
import type { Agreements } from './agreed.ts'
import { problem } from './problems.ts'
import type { Root } from './roots.ts'
import type { SkillFolder } from './skill-folder.ts'
import { type Candidate, type Standing, sameName, standingsOf } from './states.ts'

/** One skill as a scan has found it. */
export interface FoundSkill extends Candidate {
  root: Root
  /** As it was found. */
  folder: string
  realFolder: string
  content: SkillFolder
}

/** Everything that was seen for one session's folder. */
export interface Scan {
  roots: SkillRoot[]
  /** In the order of precedence. */
  skills: FoundSkill[]
  agreements: Agreements
  /** Where those in the folder of the person's own came from, by the names of their folders. */
  sources: Readonly<Record<string, string>>
}

export function summariesOf({ skills, agreements, sources }: Scan): SkillSummary[] {
  const standings = standingsOf(skills, agreements)
  const first = firstOfNames(skills)
  return skills.map((skill, at) => {
    const one = first.get(nameInScope(skill))
    // Within one scope two of a name are most likely a mistake.
    const isSecond = skill.status !== 'invalid' && one !== undefined && one !== skill
    const collisions = isSecond ? [problem('name-collision', { what: one.folder })] : []
    return { ...summaryOf(skill, standings[at], collisions), source: sourceOf(skill, sources) }
  })
}

function sourceOf({ root, folder }: FoundSkill, sources: Scan['sources']): string | null {
  const place = relative(root.path, folder)
  return root.isOurs && Object.hasOwn(sources, place) ? (sources[place] ?? null) : null
}

const nameInScope = ({ scope, name }: FoundSkill) => `${scope} ${sameName(name)}`

function firstOfNames(skills: readonly FoundSkill[]): ReadonlyMap<string, FoundSkill> {
  const first = new Map<string, FoundSkill>()
  for (const skill of skills) {
    const name = nameInScope(skill)
    if (skill.status !== 'invalid' && !first.has(name)) first.set(name, skill)
  }
  return first
}

function summaryOf(
  skill: FoundSkill,
  standing: Standing | undefined,
  collisions: readonly SkillProblem[],
): Omit<SkillSummary, 'source'> {
  const { key, name, scope, folder, root, status, hash, content } = skill
  const problems = [...content.judged.problems, ...collisions]
  return {
    key,
    name,
    description: content.judged.description,
    scope,
    folder,
    root: root.path,
    status: status === 'valid' && collisions.length > 0 ? 'warn' : status,
    state: standing?.state ?? 'refused',
    isEnabled: standing?.isEnabled ?? false,
    isAccepted: standing?.isAccepted ?? false,
    isOurs: root.isOurs,
    // Elsewhere nothing is ever written, whatever could be mended.
    problems: root.isOurs ? problems : problems.map((one) => ({ ...one, fix: null })),
    shadowedBy: standing?.shadowedBy ?? null,
    tokens: content.tokens,
    files: content.files.length,
    bytes: content.bytes,
    scripts: content.scripts,
    hash,
    modified: content.modified,
  }
}
