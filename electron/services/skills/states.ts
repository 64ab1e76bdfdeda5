// Which of the skills that were found a model may be offered, and what stands in the way of the others. Pure.
import { foldedPath } from '../../../shared/data-places.ts'
import type { SkillScope, SkillState, SkillStatus } from '../../../shared/skills.ts'
import type { Agreements } from './agreed.ts'

/** What decides about one skill. */
export interface Candidate {
  key: string
  name: string
  scope: SkillScope
  status: SkillStatus
  hash: string
  /** For a project's: the person trusts the session's folder. */
  isTrusted: boolean
}

export interface Standing {
  state: SkillState
  isEnabled: boolean
  /** What is there is what a person has said yes to. */
  isAccepted: boolean
  /** Key of the one of its name that comes first. */
  shadowedBy: string | null
}

/** Names that a person or a disk could take for one another are one name. */
export const sameName = (name: string) => foldedPath(name.normalize('NFKC'))

/**
 * In the order of precedence. Of a name the first that is on is the one; what is off, untrusted or changed takes nobody's place, so a
 * folder that was merely opened cannot push out what its person uses. `choices` are a session's own, by name.
 */
export function standingsOf(
  candidates: readonly Candidate[],
  agreements: Agreements,
  choices: Readonly<Record<string, boolean>> = {},
): Standing[] {
  const alone = candidates.map((candidate) => standingAlone(candidate, agreements, choiceOf(choices, candidate.name)))
  const byName = new Map<string, { key: string; standing: Standing }[]>()
  for (const [at, { name, key }] of candidates.entries()) {
    const standing = alone[at]
    if (!standing || standing.state === 'refused') continue
    const ones = byName.get(sameName(name)) ?? []
    byName.set(sameName(name), [...ones, { key, standing }])
  }
  for (const ones of byName.values()) {
    const inForce = ones.findIndex(({ standing }) => standing.state === 'on')
    const first = Math.max(0, inForce)
    for (const { standing } of ones.slice(first + 1)) {
      standing.shadowedBy = ones[first]?.key ?? null
      if (inForce !== -1) standing.state = 'shadowed'
    }
  }
  return alone
}

function choiceOf(choices: Readonly<Record<string, boolean>>, name: string): boolean | null {
  const chosen = Object.keys(choices).find((one) => sameName(one) === sameName(name))
  return chosen === undefined ? null : (choices[chosen] ?? null)
}

function standingAlone(candidate: Candidate, agreements: Agreements, choice: boolean | null): Standing {
  const { key, scope, status, hash, isTrusted } = candidate
  const agreement = agreements?.get(key)
  // What comes with Carrel is as trusted as Carrel, and on until somebody says otherwise.
  const isOurOwn = scope === 'built-in'
  const isEnabled = agreements !== null && (agreement?.on ?? isOurOwn)
  const isAccepted = agreements !== null && (isOurOwn || agreement?.accepted === hash)
  const isWanted = choice ?? isEnabled
  const state = (): SkillState => {
    if (status === 'invalid') return 'refused'
    if (!isTrusted) return 'untrusted'
    if (!isWanted || agreements === null) return 'off'
    if (isAccepted) return 'on'
    // Never agreed to at all is no change.
    return agreement?.accepted ? 'changed' : 'off'
  }
  return { state: state(), isEnabled, isAccepted, shadowedBy: null }
}
