// Watches over a server that says nothing: a model may load or read for long, but not for ever.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { createCloser, type Way } from './http.ts'

export interface SilenceLimits {
  /** Until the first token: a queue of other programs, the loading of a model, and the reading of the prompt. */
  firstTokenMs: number
  /** Between two: Ollama sends nothing while a model writes a long tool call. */
  betweenMs: number
}

/** Generous on purpose. A prompt of 16,000 tokens takes a slow machine a quarter of an hour. */
export const usualSilence: SilenceLimits = { firstTokenMs: 30 * 60_000, betweenMs: 10 * 60_000 }

export function createSilenceWatch({ host, signal }: Way, limits: SilenceLimits) {
  const closer = createCloser(signal)
  let failure: ExpectedFailure | null = null
  let hasHeard = false
  let timer = startTimer(limits.firstTokenMs)

  function startTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      failure = new ExpectedFailure('unavailable', failures.serverSilent(host, Math.round(ms / 60_000)))
      closer.close(failure)
    }, ms)
  }

  return {
    /** Aborted with the outer one, and when the silence has lasted too long. */
    signal: closer.signal,
    /** Something has arrived. Cheap: it is called for every token. */
    heard(): void {
      if (hasHeard) {
        timer.refresh()
        return
      }
      hasHeard = true
      clearTimeout(timer)
      timer = startTimer(limits.betweenMs)
    },
    /** Set once the silence has lasted too long. */
    failure: () => failure,
    close(): void {
      clearTimeout(timer)
      closer.close()
    },
  }
}
