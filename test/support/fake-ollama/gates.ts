// Places where an answer stops until the test says go on.
import type { Records } from './records.ts'

/** A gate nobody opens must not hold an answer for ever; it outlasts a window that had to be started twice. */
const gateMs = 60_000

export function createGates(records: Records) {
  const reached = new Set<string>()
  const open = new Set<string>()
  let isAllOpen = false

  return {
    async pass(name: string, signal: AbortSignal): Promise<void> {
      reached.add(name)
      records.changed()
      await Promise.race([
        records
          .waitFor(`the release of the gate "${name}"`, () => (isAllOpen || open.has(name) ? true : undefined), gateMs)
          .catch(() => true),
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      ])
    },
    waitUntilReached(name: string): Promise<void> {
      return records
        .waitFor(`an answer at the gate "${name}"`, () => (reached.has(name) ? true : undefined))
        .then(() => undefined)
    },
    release(name: string): void {
      open.add(name)
      records.changed()
    },
    reset(): void {
      reached.clear()
      open.clear()
    },
    releaseAll(): void {
      isAllOpen = true
      records.changed()
    },
  }
}

export type Gates = ReturnType<typeof createGates>
