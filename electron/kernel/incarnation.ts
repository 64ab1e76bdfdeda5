// One incarnation of an actor: from its start, through one message after another, to its last words.
import { AskError, type Reply, replyIn } from './ask.ts'
import { settlesWithin } from './clock.ts'
import type { Mailbox } from './mailbox.ts'
import type { ActorContext, ActorOptions, ActorRef, Behavior, Clock, Ending, Outcome, Phase } from './types.ts'

export const defaultPipes = 16
const defaultStopDeadlineMs = 5_000

export interface IncarnationDependencies<Message> {
  self: ActorRef<Message>
  options: ActorOptions<Message>
  mailbox: Mailbox<Message>
  clock: Clock
  fault(during: Phase, failure: unknown): void
  /** Told once and at once, before anything is wound down. */
  ending(ending: Ending): void
}

export interface Incarnation {
  /** There is something in the mailbox. */
  wake(): void
  /** Only the first ending counts. */
  end(ending: Ending): void
  /** Resolves when nothing of it runs any more, or with what was still running when its time was up. Never rejects. */
  readonly ended: Promise<Phase | null>
  state(): 'starting' | 'idle' | 'busy' | 'ending'
  pipes(): number
}

export function createIncarnation<Message>(dependencies: IncarnationDependencies<Message>): Incarnation {
  const { self, options, mailbox, clock, fault } = dependencies
  const { pipes = defaultPipes, stopDeadlineMs = defaultStopDeadlineMs } = options
  const controller = new AbortController()
  /** Asks that were received and not answered yet: nobody else will answer them. */
  const unanswered = new Set<Reply<never>>()
  /** Never rejecting, like `starting` and `receiving`. */
  const piped = new Set<Promise<void>>()
  let behavior: Behavior<Message> | null = null
  let receiving: Promise<void> | null = null
  let state: 'starting' | 'idle' | 'busy' | 'ending' = 'starting'
  let ending: Ending | null = null
  let windDown = () => {}
  const ended = new Promise<void>((resolve) => {
    windDown = resolve
  }).then(finish)

  const context: ActorContext<Message> = { self, signal: controller.signal, pipe, stop: () => end({ cause: 'finish' }) }
  // In a microtask: whoever spawns has its ref before the actor's own code runs.
  const starting = Promise.resolve()
    .then(() => (ending ? null : options.start(context)))
    .then(
      (started) => {
        behavior = started
        if (ending) return
        state = 'idle'
        wake()
      },
      (failure: unknown) => fail('start', failure),
    )

  function wake(): void {
    if (state !== 'idle') return
    state = 'busy'
    queueMicrotask(receiveAll)
  }

  /** No promise and no timer for a message whose `receive` returns nothing. */
  function receiveAll(): void {
    while (behavior && !ending) {
      const envelope = mailbox.take()
      if (!envelope) {
        state = 'idle'
        return
      }
      const reply = replyIn(envelope.message)
      reply?.heldBy(unanswered)
      try {
        const result: unknown = behavior.receive(envelope.message)
        if (typeof result !== 'object' || result === null) continue
        receiving = Promise.resolve(result).then(
          () => {
            receiving = null
            receiveAll()
          },
          (failure: unknown) => {
            receiving = null
            failReceive(failure, reply)
          },
        )
        return
      } catch (failure) {
        failReceive(failure, reply)
      }
    }
  }

  function failReceive(failure: unknown, reply: Reply<never> | null): void {
    reply?.reject(new AskError('failed', self.name, failure))
    fail('receive', failure)
  }

  function fail(during: Phase, failure: unknown): void {
    fault(during, failure)
    end({ cause: 'failure', failure })
  }

  function pipe<Value>(
    work: (signal: AbortSignal) => Promise<Value>,
    toMessage: (outcome: Outcome<Value>) => Message,
  ): void {
    if (ending) return
    // The place is taken until the outcome is received, not only until the work has settled.
    if (piped.size + mailbox.outcomes() >= pipes) throw new Error(`${self.name} pipes more than ${pipes} works at once`)

    function deliver(outcome: Outcome<Value>): void {
      piped.delete(running)
      if (ending) return
      try {
        const message = toMessage(outcome)
        if (!ending) mailbox.putOutcome(message)
        wake()
      } catch (failure) {
        fail('pipe', failure)
      }
    }
    const running = new Promise<Value>((resolve) => resolve(work(controller.signal))).then(
      (value) => deliver({ ok: true, value }),
      (error: unknown) => deliver({ ok: false, error }),
    )
    piped.add(running)
  }

  function end(cause: Ending): void {
    if (ending) return
    ending = cause
    state = 'ending'
    mailbox.dropOutcomes()
    dependencies.ending(cause)
    controller.abort()
    // In a microtask: the `receive` that called this may be about to return a promise.
    windDown()
  }

  async function finish(): Promise<Phase | null> {
    const isQuiet = await settlesWithin(clock, stopDeadlineMs, Promise.all([starting, receiving, ...piped]))
    const hanging = isQuiet ? null : receiving !== null ? 'receive' : piped.size > 0 ? 'pipe' : 'start'
    // However late: after a start or a receive that took too long, its resources are still given back.
    const lastWords = Promise.all([starting, receiving]).then(speakLastWords)
    const canSpeak = hanging === null || hanging === 'pipe'
    const hasSpoken = canSpeak && (await settlesWithin(clock, stopDeadlineMs, lastWords))
    for (const reply of unanswered) reply.reject(unansweredError())
    return hanging ?? (hasSpoken ? null : 'stopped')
  }

  async function speakLastWords(): Promise<void> {
    try {
      await behavior?.stopped?.()
    } catch (failure) {
      fault('stopped', failure)
    }
  }

  function unansweredError(): AskError {
    return ending?.cause === 'failure'
      ? new AskError('failed', self.name, ending.failure)
      : new AskError('ended', self.name)
  }

  return { wake, end, ended, state: () => state, pipes: () => piped.size }
}
