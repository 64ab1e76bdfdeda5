// A clock that only moves when the test says so, and a way to let everything happen that is due.
import type { Clock } from '../../electron/kernel/types.ts'

export interface TestClock extends Clock {
  /** Moves on, timer by timer; what a timer sets off has happened before the next one fires. */
  advance(milliseconds: number): Promise<void>
  /** Resolves after so many ms, whatever else happens. */
  sleep(milliseconds: number): Promise<void>
  pending(): number
}

export function createTestClock(): TestClock {
  const timers = new Set<{ at: number; callback: () => void }>()
  let now = 0

  const clock: TestClock = {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(milliseconds) {
      const until = now + milliseconds
      await settled()
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)
        if (!next) break
        timers.delete(next)
        now = next.at
        next.callback()
        await settled()
      }
      now = until
    },
    sleep: (milliseconds) => new Promise((resolve) => clock.after(milliseconds, resolve)),
    pending: () => timers.size,
  }
  return clock
}

/** Every microtask that is due, and those they lead to. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
