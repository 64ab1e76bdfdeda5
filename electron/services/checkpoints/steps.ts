// The places a run has changed, as steps back or forth.
import type { Change } from './compare.ts'
import type { Journal } from './manifests.ts'
import type { Path, State } from './state.ts'

/** One place: what it must be now, and what it shall be. */
export interface Step {
  path: Path
  from: State
  to: State
}

export function stepsOf(changes: readonly Change[], to: Journal['to']): Step[] {
  return changes.map(({ path, before, after }) =>
    to === 'before' ? { path, from: after, to: before } : { path, from: before, to: after },
  )
}

export function reversed(steps: readonly Step[]): Step[] {
  return steps.map(({ path, from, to }) => ({ path, from: to, to: from }))
}
