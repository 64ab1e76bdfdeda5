// Notices when a small model goes round in circles, and when it is time to end that.
import type { ToolCall } from '../contracts.ts'

export type Verdict = 'run' | 'repeated' | 'end'

export interface LoopGuard {
  /** Once for every call, in order, before it is run. */
  judge(call: ToolCall): Verdict
  /** Once for every call that was run. A change may make the next look worth while. */
  heard(call: ToolCall, result: { hasChanged: boolean }): void
  /** Once for every answer, how its calls went. Those of one tool that all failed are one failure: the model saw none before. */
  answered(results: readonly { name: string; isError: boolean }[]): void
  /** The model no longer sees what came of it, and was told to call again when it needs that. */
  forget(call: ToolCall): void
  /** A tool has failed in three answers in a row: going on by itself will not help. */
  readonly isStuck: boolean
}

/** The fourth of the same calls ends the turn; the second and third are answered without being run. */
const repeatsAllowed = 3
const errorsAllowed = 3

export function createLoopGuard(): LoopGuard {
  /** How often each call was made since something changed last. */
  let made = new Map<string, number>()
  let last: string[] = []
  const errors = new Map<string, number>()
  let isStuck = false

  return {
    judge(call) {
      const key = keyOf(call)
      const times = (made.get(key) ?? 0) + 1
      made.set(key, times)
      last.push(key)
      if (last.length > 4) last.shift()
      if (times > repeatsAllowed) return 'end'
      return times > 1 || isToAndFro(last) ? 'repeated' : 'run'
    },
    heard(call, { hasChanged }) {
      // The change itself is still the same call when it is made again.
      if (hasChanged) made = new Map([[keyOf(call), made.get(keyOf(call)) ?? 1]])
    },
    answered(results) {
      const done = new Set(results.flatMap(({ name, isError }) => (isError ? [] : [name])))
      for (const name of new Set(results.map((one) => one.name))) {
        const failed = done.has(name) ? 0 : (errors.get(name) ?? 0) + 1
        errors.set(name, failed)
        isStuck ||= failed >= errorsAllowed
      }
    },
    forget(call) {
      const key = keyOf(call)
      made.delete(key)
      last = last.filter((one) => one !== key)
    },
    get isStuck() {
      return isStuck
    },
  }
}

/** A, B, A, B: each changes something, so neither counts as a repetition. */
function isToAndFro([a, b, c, d]: readonly string[]): boolean {
  return d !== undefined && a === c && b === d && a !== b
}

/** The same whatever order the arguments stand in. */
export function keyOf({ name, arguments: given }: ToolCall): string {
  return `${name} ${JSON.stringify(sorted(given))}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  // As entries and not as an object: an object moves keys that look like numbers to its front.
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)])
}
