// Whether anything is being answered just now: a test of a model waits for it, and makes way for it.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import type { Events } from '../../../contracts.ts'

export interface RunWatch {
  goesOn(): boolean
  /** Resolves when no run goes on; throws `cancelled` when the signal is aborted. */
  none(signal: AbortSignal): Promise<void>
  /** Calls back when a run begins or goes on, until the returned function is called. */
  onBegin(listener: () => void): () => void
}

/** Hears of runs from the moment it is made: before that there are none. */
export function createRunWatch(events: Events): RunWatch {
  const going = new Set<string>()
  const beginners = new Set<() => void>()
  const waiting = new Set<() => void>()
  events.on('run.changed', ({ runId, phase }) => {
    if (phase === 'ended' || going.has(runId)) return
    going.add(runId)
    for (const tell of [...beginners]) tell()
  })
  events.on('run.ended', ({ runId }) => {
    going.delete(runId)
    if (going.size === 0) for (const tell of [...waiting]) tell()
  })
  return {
    goesOn: () => going.size > 0,
    async none(signal) {
      while (going.size > 0) {
        if (signal.aborted) break
        await new Promise<void>((resolve) => {
          const done = () => {
            waiting.delete(done)
            signal.removeEventListener('abort', done)
            resolve()
          }
          waiting.add(done)
          signal.addEventListener('abort', done, { once: true })
        })
      }
      if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    },
    onBegin(listener) {
      beginners.add(listener)
      return () => void beginners.delete(listener)
    },
  }
}
