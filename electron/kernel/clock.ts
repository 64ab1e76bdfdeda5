// The clock of the machine, and waiting for something no longer than a deadline.
import type { Clock } from './types.ts'

/** Longer timers fire at once instead of late. */
const longestMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, longestMs))
    return () => clearTimeout(timer)
  },
}

/** True when the work settled, well or badly, before the deadline. Never rejects. */
export function settlesWithin(clock: Clock, milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const takeBack = clock.after(milliseconds, () => resolve(false))
    const settled = () => {
      takeBack()
      resolve(true)
    }
    work.then(settled, settled)
  })
}
