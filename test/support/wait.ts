// Waits for a condition without sleeping longer than it takes.
import { setTimeout as pause } from 'node:timers/promises'

/** Only what hangs is to end by it, and before the time limit of the test does. Milliseconds. */
const usualPatience = 50_000

/** The first value that is neither undefined nor null nor false; when none comes it fails and says what was missing. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  patienceMs = usualPatience,
): Promise<Exclude<Value, undefined | null | false>> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<Value, undefined | null | false>
    }
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`)
    await pause(5)
  }
}
