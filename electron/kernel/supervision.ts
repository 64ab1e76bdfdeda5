// Supervision as in OTP: whether an incarnation that ended is followed by another one, and after how long.
import type { Ending, SupervisionOptions } from './types.ts'

/** `exhausted`: it should begin anew, but has done so too often; the failure goes up to the bulkhead. */
export type Verdict = { type: 'restart'; delayMs: number } | { type: 'end' } | { type: 'exhausted' }

const defaultIntensity = { restarts: 5, withinMs: 60_000 }
const defaultBackoff = { firstMs: 100, maxMs: 10_000 }

export function createSupervision(options: SupervisionOptions, now: () => number): (ending: Ending) => Verdict {
  const { restart: policy, intensity = defaultIntensity, backoff = defaultBackoff } = options
  let counted: number[] = []

  function restart(): Verdict {
    const time = now()
    counted = counted.filter((earlier) => time - earlier < intensity.withinMs)
    if (counted.length >= intensity.restarts) return { type: 'exhausted' }
    const delayMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** counted.length)
    counted.push(time)
    return { type: 'restart', delayMs }
  }

  return ({ cause }) => {
    switch (cause) {
      case 'stop':
        return { type: 'end' }
      case 'restart':
        return { type: 'restart', delayMs: 0 }
      case 'finish':
        return policy === 'permanent' ? restart() : { type: 'end' }
      case 'failure':
        return policy === 'temporary' ? { type: 'end' } : restart()
      default:
        return cause satisfies never
    }
  }
}
