// Long work in small goes: everybody else has their turn in between.
import { setImmediate as others } from 'node:timers/promises'

const goMs = 8

/** `turn` is called often; it throws when the signal is aborted. */
export function createPace(signal: AbortSignal) {
  let since = performance.now()
  return {
    async turn(): Promise<void> {
      if (performance.now() - since < goMs) return
      await others()
      signal.throwIfAborted()
      since = performance.now()
    },
  }
}
export type Pace = ReturnType<typeof createPace>
