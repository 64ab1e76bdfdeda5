// One Ollama server as an actor: what it has, and whose turn it is with each of its models. No token passes through here.
import { setMaxListeners } from 'node:events'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { ActorContext, Behavior, Outcome, ReplyTo } from '../../kernel/types.ts'
import type { BearerFor, Reached } from './http.ts'
import { createPlaces, type Place } from './places.ts'
import { type Survey, survey } from './survey.ts'

/** A place at a model of this server, and how long it is worth something. */
export interface Turn {
  place: Place
  /** Aborts when this incarnation of the host ends: what was given out then is void. */
  signal: AbortSignal
}

export type HostMessage =
  | { type: 'probe'; replyTo: ReplyTo<Survey> }
  /** Whoever has aborted the signal holds no place, whether or not the answer had reached him. */
  | { type: 'generate'; model: string; sessionId: string | null; signal: AbortSignal; replyTo: ReplyTo<Turn> }
  | { type: 'probed'; outcome: Outcome<Survey> }
  | { type: 'generation-ended' }
  | { type: 'idle' }

export interface ModelHostDependencies {
  host: string
  reached: Reached
  bearerFor: BearerFor
  /** Nobody has asked for anything for a while. */
  idle(): void
}

/** Places that can be taken at one server, at all its models together. */
export const mostPlaces = 60
/** A server nobody asks any more is forgotten; one that is watched is asked every few seconds. */
const idleMs = 300_000

export function startModelHost(
  context: ActorContext<HostMessage>,
  { host, reached, bearerFor, idle }: ModelHostDependencies,
): Behavior<HostMessage> {
  // Everybody at every model listens to it: many are no leak.
  setMaxListeners(0, context.signal)
  const places = createPlaces()
  /** Everybody who asks while one probe is under way gets its answer. */
  let asking: ReplyTo<Survey>[] = []
  /** Counted until the end was received, so that the piped works never are more than there is room for. */
  let given = 0
  let idleTimer: NodeJS.Timeout | null = null

  function probe(replyTo: ReplyTo<Survey>): void {
    asking.push(replyTo)
    if (asking.length > 1) return
    context.pipe(
      (signal) => survey({ host, reached, bearerFor, signal }),
      (outcome) => ({ type: 'probed', outcome }),
    )
  }

  function give(message: Extract<HostMessage, { type: 'generate' }>): void {
    const { model, sessionId, signal, replyTo } = message
    if (signal.aborted) {
      replyTo.reject(new ExpectedFailure('cancelled', failures.cancelled))
      return
    }
    const place = given < mostPlaces ? places.take(model, sessionId) : null
    if (place === null) {
      replyTo.reject(new ExpectedFailure('busy', failures.modelQueueFull(model)))
      return
    }
    given += 1
    signal.addEventListener('abort', place.leave, { once: true })
    // As piped work the end of it can neither be lost nor refused, and the activity page counts it.
    context.pipe(
      async (ended) => {
        ended.addEventListener('abort', place.leave, { once: true })
        await place.left
        ended.removeEventListener('abort', place.leave)
        signal.removeEventListener('abort', place.leave)
      },
      () => ({ type: 'generation-ended' }),
    )
    replyTo.answer({ place, signal: context.signal })
  }

  function waitForMore(): void {
    if (idleTimer) clearTimeout(idleTimer)
    idleTimer = setTimeout(() => context.self.tell({ type: 'idle' }), idleMs)
    idleTimer.unref()
  }

  return {
    receive(message) {
      switch (message.type) {
        case 'probe':
          probe(message.replyTo)
          break
        case 'probed': {
          const { outcome } = message
          // A survey never throws but for a bug, and a bug is the supervisor's; who asked hears it from the kernel.
          if (!outcome.ok) throw outcome.error
          for (const replyTo of asking) replyTo.answer(outcome.value)
          asking = []
          break
        }
        case 'generate':
          give(message)
          break
        case 'generation-ended':
          given -= 1
          break
        case 'idle':
          if (given === 0 && asking.length === 0) idle()
          break
        default:
          message satisfies never
      }
      waitForMore()
    },
    stopped() {
      if (idleTimer) clearTimeout(idleTimer)
    },
  }
}
