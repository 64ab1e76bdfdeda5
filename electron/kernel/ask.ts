// Asking an actor: a message with a place for the answer, and a promise that settles exactly once whatever happens.
import { systemClock } from './clock.ts'
import type { ActorRef, Clock, ReplyTo } from './types.ts'

/**
 * `full` and `dead`: never queued. `failed` and `ended`: the actor had it, or had it queued, and failed or ended before it
 * answered; what it had done by then is not known. `deadline` and `aborted`: the actor may still do it.
 */
export type AskReason = 'full' | 'dead' | 'failed' | 'ended' | 'deadline' | 'aborted'

export class AskError extends Error {
  readonly reason: AskReason

  constructor(reason: AskReason, name: string, cause?: unknown) {
    super(`${name} did not answer: ${reason}`, { cause })
    this.name = 'AskError'
    this.reason = reason
  }
}

export interface AskOptions {
  deadlineMs: number
  signal?: AbortSignal | undefined
  clock?: Clock
}

/**
 * Tells the actor what `toMessage` makes, and waits for its answer. Rejects with an AskError, or with what the actor
 * rejected it with. The message must carry the reply as its property `replyTo`: that is how the kernel finds it when the
 * message is lost. Annotate the parameter (`(replyTo: ReplyTo<string>) => …`) to name the type of the answer.
 */
export function ask<Message, Value>(
  ref: ActorRef<Message>,
  toMessage: (replyTo: ReplyTo<Value>) => Message,
  { deadlineMs, signal, clock = systemClock }: AskOptions,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new AskError('aborted', ref.name, signal.reason))
      return
    }
    const aborted = () => reply.reject(new AskError('aborted', ref.name, signal?.reason))
    const reply = new Reply<Value>(resolve, reject, () => {
      takeBack()
      signal?.removeEventListener('abort', aborted)
    })
    const takeBack = clock.after(deadlineMs, () => reply.reject(new AskError('deadline', ref.name)))
    signal?.addEventListener('abort', aborted, { once: true })
    try {
      const told = ref.tell(toMessage(reply))
      if (told !== 'accepted') reply.reject(new AskError(told, ref.name))
    } catch (thrown) {
      reply.reject(thrown)
    }
  })
}

/** A class, so that the kernel knows its own replies from anything else that is called `replyTo`. */
export class Reply<in Value> implements ReplyTo<Value> {
  readonly #resolve: (value: Value) => void
  readonly #reject: (reason: unknown) => void
  readonly #release: () => void
  #holder: Set<Reply<never>> | null = null
  #isSettled = false

  constructor(resolve: (value: Value) => void, reject: (reason: unknown) => void, release: () => void) {
    this.#resolve = resolve
    this.#reject = reject
    this.#release = release
  }

  answer(value: Value): void {
    if (this.#settle()) this.#resolve(value)
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason)
  }

  /** Until it is settled, or another actor receives it, it is among what this holder still owes. */
  heldBy(holder: Set<Reply<never>>): void {
    if (this.#isSettled) return
    this.#holder?.delete(this)
    this.#holder = holder
    holder.add(this)
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    this.#holder?.delete(this)
    this.#release()
    return true
  }
}

/** The reply a message carries, if it came from an ask. */
export function replyIn(message: unknown): Reply<never> | null {
  if (typeof message !== 'object' || message === null || !('replyTo' in message)) return null
  return message.replyTo instanceof Reply ? message.replyTo : null
}
