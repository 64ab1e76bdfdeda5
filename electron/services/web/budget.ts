// The time a page may take, spent in pieces: while a person is asked, it stands still.

export interface Budget {
  /** Aborted when the time is up, or when the caller's own signal is. */
  signal: AbortSignal
  /** Rejects with the signal's reason as soon as it is aborted, also when the work does not hear of it. */
  spend<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export function createBudget(limitMs: number, outer: AbortSignal): Budget & { close(): void } {
  const controller = new AbortController()
  const { signal } = controller
  const follow = () => controller.abort(outer.reason)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow, { once: true })
  let left = limitMs
  return {
    signal,
    async spend(work) {
      const started = performance.now()
      const timer = setTimeout(() => controller.abort(new DOMException('No time left.', 'TimeoutError')), left)
      let leave = () => {}
      try {
        signal.throwIfAborted()
        const aborted = new Promise<never>((_, reject) => {
          leave = () => reject(signal.reason)
          signal.addEventListener('abort', leave, { once: true })
        })
        return await Promise.race([work(signal), aborted])
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', leave)
        left = Math.max(0, left - (performance.now() - started))
      }
    },
    /** Whatever is still open is closed. */
    close() {
      outer.removeEventListener('abort', follow)
      controller.abort()
    },
  }
}
