// A mailbox: a ring of fixed size that refuses what does not fit, with places of its own for outcomes of piped work.
import type { Envelope } from './types.ts'

export interface Mailbox<Message> {
  /** False when every place for messages is taken. */
  offer(message: Message): boolean
  /** The caller has kept a reserved place free since the work began. */
  putOutcome(message: Message): void
  /** The oldest, whichever kind of place it waited in. */
  take(): Envelope<Message> | undefined
  /** Takes the outcomes out and leaves the messages in their order. */
  dropOutcomes(): void
  messages(): number
  outcomes(): number
}

/** @param reserved places for outcomes, besides the `capacity` places for messages */
export function createMailbox<Message>(capacity: number, reserved: number): Mailbox<Message> {
  if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError(`a mailbox of capacity ${capacity}`)
  const size = capacity + reserved
  const ring = new Array<Envelope<Message> | undefined>(size)
  let head = 0
  let messages = 0
  let outcomes = 0

  function put(envelope: Envelope<Message>): void {
    const tail = head + messages + outcomes
    ring[tail < size ? tail : tail - size] = envelope
    if (envelope.isOutcome) outcomes += 1
    else messages += 1
  }

  function take(): Envelope<Message> | undefined {
    const envelope = ring[head]
    if (envelope === undefined) return undefined
    // What was received must not stay alive because its place has not been used again.
    ring[head] = undefined
    head = head + 1 < size ? head + 1 : 0
    if (envelope.isOutcome) outcomes -= 1
    else messages -= 1
    return envelope
  }

  return {
    offer(message) {
      if (messages >= capacity) return false
      put({ message, isOutcome: false })
      return true
    },
    putOutcome(message) {
      if (outcomes >= reserved) throw new Error('an outcome without a reserved place')
      put({ message, isOutcome: true })
    },
    take,
    dropOutcomes() {
      for (let left = messages + outcomes; left > 0; left -= 1) {
        const envelope = take()
        if (envelope && !envelope.isOutcome) put(envelope)
      }
    },
    messages: () => messages,
    outcomes: () => outcomes,
  }
}
