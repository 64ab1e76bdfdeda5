// Whose turn it is with which model: one answer at a time for each, the others wait in the order they came.
import { canonicalName } from './wire.ts'

/** Why one waits: behind the answer of this session, or of nobody that has one. */
export interface Behind {
  sessionId: string | null
}

/** A place at one model. Its holder gives it back by `leave`, whatever happens. */
export interface Place {
  /** Resolves with whom one waits for, again whenever that is somebody else, and with null when it is one's turn. */
  next(): Promise<Behind | null>
  /** Harmless a second time. */
  leave(): void
  /** Resolves when it was given back. */
  readonly left: Promise<void>
}

/** More than these wait for nobody: a person who has asked ten things at once has forgotten the first. */
export const mostWaiting = 8

export interface Places {
  /** null when too many wait for this model already. */
  take(model: string, sessionId: string | null): Place | null
}

interface Seat {
  readonly sessionId: string | null
  tell(behind: Behind | null): void
}

export function createPlaces(): Places {
  const queues = new Map<string, Seat[]>()

  return {
    take(model, sessionId) {
      const name = canonicalName(model)
      const queue = queues.get(name) ?? []
      if (queue.length > mostWaiting) return null
      queues.set(name, queue)
      const news = createNews()
      const seat: Seat = { sessionId, tell: news.put }
      let tellLeft = () => {}
      const left = new Promise<void>((resolve) => {
        tellLeft = resolve
      })
      queue.push(seat)
      tell(queue)
      return {
        next: news.take,
        left,
        leave() {
          const index = queue.indexOf(seat)
          if (index < 0) return
          queue.splice(index, 1)
          if (queue.length === 0) queues.delete(name)
          tellLeft()
          if (index === 0) tell(queue)
        },
      }
    },
  }

  /** Whoever waits, waits for the one whose turn it is: those between may still leave. */
  function tell(queue: readonly Seat[]): void {
    const [first, ...others] = queue
    first?.tell(null)
    for (const other of others) other.tell({ sessionId: first?.sessionId ?? null })
  }
}

/** The newest thing that was not taken yet; older ones are of no interest, and only a change counts. */
function createNews() {
  let last: Behind | null | undefined
  let untaken: Behind | null | undefined
  let wake = () => {}
  return {
    put(value: Behind | null): void {
      if (last !== undefined && last?.sessionId === value?.sessionId && (last === null) === (value === null)) return
      last = value
      untaken = value
      wake()
    },
    async take(): Promise<Behind | null> {
      while (untaken === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const taken = untaken
      untaken = undefined
      return taken
    },
  }
}
