// Gives out the places of commands that run at the same time, in the order they were asked for.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'

export interface Places {
  /** Resolves when there is one, with what gives it back. Throws `cancelled`, and `busy` when too many wait. */
  take(signal: AbortSignal): Promise<() => void>
}

export function createPlaces(count: number, mostWaiting: number): Places {
  let free = count
  const waiting: (() => void)[] = []

  function giveBack(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  function place(): () => void {
    let isGiven = false
    return () => {
      if (isGiven) return
      isGiven = true
      giveBack()
    }
  }

  return {
    async take(signal) {
      if (signal.aborted) throw cancelled()
      if (free > 0) {
        free -= 1
        return place()
      }
      if (waiting.length >= mostWaiting) throw new ExpectedFailure('busy', sandboxWords.start.tooMany)
      return await new Promise((resolve, reject) => {
        const turn = () => {
          signal.removeEventListener('abort', leave)
          resolve(place())
        }
        const leave = () => {
          waiting.splice(waiting.indexOf(turn), 1)
          reject(cancelled())
        }
        waiting.push(turn)
        signal.addEventListener('abort', leave, { once: true })
      })
    },
  }
}

export function cancelled(): ExpectedFailure {
  return new ExpectedFailure('cancelled', messages.failures.cancelled)
}
