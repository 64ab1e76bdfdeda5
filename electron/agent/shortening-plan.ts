// What of a conversation is shortened when it no longer fits: the oldest results first, and much at once, because each time the
// server has to evaluate anew what stands behind the first of them.
import { type Shortening, type Shortenings, type ShortForm, withShortenings } from '../../shared/shortenings.ts'
import { skillTool } from '../../shared/tool.ts'
import type { Shown } from './context.ts'

export interface Window {
  /** Tokens a prompt may have. */
  room: number
  tokensOf(shortened: Shortenings): number
  /** About how many characters of a result are that many tokens. */
  charactersOf(tokens: number): number
}

/** Shares of the room: where shortening begins, how far it goes, and what it has to bring while there is still room. */
export const full = 0.75
const emptied = 0.5
const worthwhile = 0.25
/** What a model is working with stays whole as long as anything else can go. */
const latestRounds = 2
/** Of a result, however little room there is. UTF-16 code units. */
export const leastCharacters = 400

/**
 * gently: only what is old, and as long as that is enough · as-needed: also what the model has just been working with · harder: for
 * a prompt that the server found too long: the estimate was wrong, so whatever is old is shortened.
 */
export type Effort = 'gently' | 'as-needed' | 'harder'

/** In order, as they are to be recorded; none when there is no need. */
export function planShortenings(
  shown: readonly Shown[],
  shortened: Shortenings,
  { room, tokensOf, charactersOf }: Window,
  effort: Effort,
): Shortening[] {
  const harder = effort === 'harder'
  const begun = tokensOf(shortened)
  if (!harder && begun <= room * full) return []

  const rounds = shown.flatMap(({ message }, at) => (message.toolCalls ? [at] : []))
  const oldUntil = rounds.at(-latestRounds) ?? 0
  const old = shown.slice(0, oldUntil)
  const latest = shown.slice(oldUntil)
  const steps: Shortening[] = []
  let now = shortened
  const take = (step: Shortening): void => {
    if (step.targets.length === 0) return
    const next = withShortenings(now, [step])
    // What would bring nothing is not written down.
    if (tokensOf(next) >= tokensOf(now)) return
    steps.push(step)
    now = next
  }
  // Once over the room, to just below it would be over again in a moment.
  const isFreed = () => tokensOf(now) <= room * (harder ? emptied : begun > room ? full : 1)

  const still = (form: ShortForm, ids: readonly string[]) => ids.filter((id) => !shortened.get(id)?.forms.has(form))
  const lines = still('line', resultsOf(old))
  const leastTokens = tokensOf(withLines(now, lines))
  if (!harder && begun <= room && begun - leastTokens < room * worthwhile) return []
  take({
    to: 'line',
    targets: harder ? lines : enough(lines, (some) => tokensOf(withLines(now, some)) <= room * emptied),
  })
  if (isFreed()) return steps
  take({
    to: 'no-thinking',
    targets: still(
      'no-thinking',
      idsOf(old, ({ thinking }) => thinking !== undefined),
    ),
  })
  if (isFreed()) return steps
  take({
    to: 'short-arguments',
    targets: still(
      'short-arguments',
      idsOf(old, ({ toolCalls }) => toolCalls !== undefined),
    ),
  })
  if (effort === 'gently' || tokensOf(now) <= room * (harder ? emptied : 1)) return steps

  const left = resultsOf(latest)
  const spare = room * (harder ? emptied : full) - tokensOf(withLines(now, left))
  const characters = Math.max(leastCharacters, charactersOf(spare / Math.max(1, left.length)))
  take({
    to: 'parts',
    characters,
    targets: idsOf(
      latest,
      (message) => message.role === 'tool' && !isOfSkill(message) && message.content.length > characters,
    ),
  })
  if (tokensOf(now) <= room) return steps
  // A smaller window than the one they were written in.
  take({
    to: 'short-arguments',
    targets: still(
      'short-arguments',
      idsOf(latest, ({ toolCalls }) => toolCalls !== undefined),
    ),
  })
  if (tokensOf(now) <= room) return steps
  // The last resort, before the server refuses it: only what came last is still read.
  take({ to: 'line', targets: resultsOf(shown.slice(oldUntil, rounds.at(-1))) })
  if (tokensOf(now) <= room) return steps
  // What a skill says is what the model works by, so it goes last; it can be read again.
  take({ to: 'line', targets: still('line', idsOf(shown.slice(0, rounds.at(-1)), isOfSkill)) })
  return steps
}

/** Tokens of the conversation when all its results are lines. */
export function leastTokens(shown: readonly Shown[], shortened: Shortenings, tokensOf: Window['tokensOf']): number {
  return tokensOf(withLines(shortened, resultsOf(shown)))
}

function withLines(shortened: Shortenings, targets: readonly string[]): Shortenings {
  return targets.length === 0 ? shortened : withShortenings(shortened, [{ to: 'line', targets: [...targets] }])
}

/** The shortest beginning that is enough, or all. Bisected: each look weighs the whole conversation. */
function enough(ids: readonly string[], isEnough: (some: readonly string[]) => boolean): string[] {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isEnough(ids.slice(0, middle))) high = middle
    else low = middle + 1
  }
  return ids.slice(0, low)
}

/** Without what skills say. */
function resultsOf(shown: readonly Shown[]): string[] {
  return idsOf(shown, (message) => message.role === 'tool' && !isOfSkill(message))
}

function isOfSkill({ role, toolName }: Shown['message']): boolean {
  return role === 'tool' && toolName === skillTool
}

function idsOf(shown: readonly Shown[], isMeant: (message: Shown['message']) => boolean): string[] {
  return shown.flatMap(({ id, message }) => (id !== null && isMeant(message) ? [id] : []))
}
