// Waits for a condition without sleeping longer than it takes.
import { setTimeout as pause } from 'node:timers/promises'

const patienceMs = 10_000

/** The first value that is neither undefined nor null nor false; after ten seconds it fails and says what was missing. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
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
