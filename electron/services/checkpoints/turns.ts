// Whose turn it is: one after the other in each folder, side by side in different ones, and some work alone.
export interface Turns {
  /** Waits until nobody works in this folder, or alone. */
  in<Value>(folder: string, work: () => Promise<Value>): Promise<Value>
  /** Waits until nobody works at all, and nobody begins meanwhile. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  let lastAlone: Promise<unknown> = Promise.resolve()
  return {
    in(folder, work) {
      const before = Promise.all([last.get(folder), lastAlone])
      const result = before.then(work)
      const settled = result.then(ignored, ignored).then(() => {
        if (last.get(folder) === settled) last.delete(folder)
      })
      last.set(folder, settled)
      return result
    },
    alone(work) {
      const result = Promise.all([...last.values(), lastAlone]).then(work)
      lastAlone = result.then(ignored, ignored)
      return result
    },
  }
}

function ignored(): void {}
