// Work in goes, with everybody's turn between them.
import { setImmediate as turn } from 'node:timers/promises'

export interface Pace {
  /** The go was long enough. Throws when the signal is aborted. */
  isDue(): boolean
  turn(): Promise<void>
}

/** Nobody sees a picture come so much later. Milliseconds. */
const longestGo = 8

export function createPace(signal: AbortSignal): Pace {
  let begun = performance.now()
  return {
    isDue() {
      signal.throwIfAborted()
      return performance.now() - begun > longestGo
    },
    async turn() {
      await turn()
      begun = performance.now()
    },
  }
}
