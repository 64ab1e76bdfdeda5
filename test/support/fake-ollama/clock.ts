// The fake server's time: the machine's, or one that a test turns by hand.
import { setTimeout as sleep } from 'node:timers/promises'

export interface FakeClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Ends early, and never fails, when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: FakeClock = {
  now: () => Date.now(),
  pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
}

export interface ManualClock extends FakeClock {
  /** Moves the time on and ends every pause that is over by then. */
  advance(ms: number): void
  /** Resolves as soon as the server pauses, at once when it does already. */
  whenPausing(): Promise<void>
}

export function createManualClock(start: number = Date.UTC(2026, 10, 22, 8)): ManualClock {
  const pauses = new Set<{ until: number; end: () => void }>()
  const waiting = new Set<() => void>()
  let time = start
  return {
    now: () => time,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal.aborted) return resolve()
        const one = { until: time + ms, end }
        function end(): void {
          pauses.delete(one)
          signal.removeEventListener('abort', end)
          resolve()
        }
        signal.addEventListener('abort', end, { once: true })
        pauses.add(one)
        for (const seen of waiting) seen()
        waiting.clear()
      }),
    advance(ms) {
      time += ms
      for (const one of [...pauses]) if (one.until <= time) one.end()
    },
    whenPausing: () => new Promise((resolve) => (pauses.size > 0 ? resolve() : void waiting.add(resolve))),
  }
}

/** As Go writes a time: nine decimals without the zeros at their end. `count` keeps two answers of one millisecond apart. */
export function nanoTime(ms: number, count: number): string {
  const [seconds = '', millis = ''] = new Date(ms).toISOString().slice(0, -1).split('.')
  const decimals = `${millis}${String((count * 137) % 1_000_000).padStart(6, '0')}`.replace(/0+$/u, '')
  return `${seconds}${decimals === '' ? '' : `.${decimals}`}Z`
}
