// What waits in one session: its order, whether it is sent by itself, and every change on the disk before it is answered.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { queueLimit, queueTextLimit } from '../../../shared/limits.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { QueuedText, QueueState } from '../../../shared/queue.ts'
import type { Desk, Events, QueueChange } from '../../contracts.ts'

export interface SessionQueue {
  state(): QueueState
  first(): QueuedText | null
  /** Throws when it does not wait, or is just being recorded. */
  find(id: string): QueuedText
  add(item: QueuedText): Promise<void>
  change(change: QueueChange): Promise<void>
  toFront(id: string): Promise<void>
  /** What is in the log waits no more. */
  sent(isSent: (id: string) => boolean): Promise<void>
  /** Lets a correction be recorded; when that fails it goes on waiting. False when there is none. */
  giveCorrection(record: (correction: QueuedText) => Promise<void>): Promise<boolean>
  /** Also when nothing waits yet. */
  isPaused(): boolean
  pause(): void
  resume(): void
  /** What came too late to correct an answer is asked as a question. */
  endCorrections(): Promise<void>
}

export function createSessionQueue(sessionId: string, { desk, events }: { desk: Desk; events: Events }): SessionQueue {
  /** Until somebody says otherwise: nothing goes out by itself after a start. */
  let isPaused = true
  /** On its way into the log. */
  let taken: string | null = null
  const items = () => desk.queue(sessionId)
  const state = (): QueueState => ({ items: [...items()], isPaused: isPaused && items().length > 0 })
  const tell = () => events.emit('queue.changed', { sessionId, ...state() })

  async function put(next: readonly QueuedText[]): Promise<void> {
    // The desk has it at once; whoever answers waits for the disk.
    const written = desk.writeQueue(sessionId, correctionsFirst(next))
    tell()
    await written
  }

  function find(id: string): QueuedText {
    const found = items().find((item) => item.id === id)
    if (!found || found.id === taken) throw new ExpectedFailure('not-found', messages.failures.queuedGone)
    return found
  }

  const without = (id: string) => items().filter((item) => item.id !== id)

  function requireRoom(others: readonly QueuedText[], text: string): void {
    if (others.length >= queueLimit) throw new ExpectedFailure('limit', messages.failures.queueFull(queueLimit))
    const length = others.reduce((sum, item) => sum + item.text.length, text.length)
    if (length > queueTextLimit) {
      throw new ExpectedFailure('limit', messages.failures.queueTooLong(queueTextLimit.toLocaleString('en')))
    }
  }

  return {
    state,
    first: () => items()[0] ?? null,
    find,
    async add(item) {
      if (items().some(({ id }) => id === item.id)) return
      requireRoom(items(), item.text)
      await put([...items(), item])
    },
    async change(change) {
      const item = find(change.id)
      const others = without(item.id)
      switch (change.do) {
        case 'edit':
          requireRoom(others, change.text)
          return await put(items().map((one) => (one === item ? edited(item, change) : one)))
        case 'move':
          return await put(others.toSpliced(change.to, 0, item))
        case 'remove':
          return await put(others)
        case 'correct':
          return await put([...others, { ...item, isCorrection: true }])
        default:
          change satisfies never
      }
    },
    async toFront(id) {
      const item = find(id)
      await put([{ ...item, isCorrection: false }, ...without(id)])
    },
    async sent(isSent) {
      const left = items().filter(({ id }) => !isSent(id))
      if (left.length < items().length) await put(left)
    },
    async giveCorrection(record) {
      const item = items().find(({ isCorrection }) => isCorrection)
      if (!item) return false
      taken = item.id
      try {
        await record(item)
      } finally {
        taken = null
      }
      await put(without(item.id))
      return true
    },
    isPaused: () => isPaused,
    pause() {
      if (isPaused) return
      isPaused = true
      if (items().length > 0) tell()
    },
    resume() {
      if (!isPaused) return
      isPaused = false
      if (items().length > 0) tell()
    },
    async endCorrections() {
      if (!items().some(({ isCorrection }) => isCorrection)) return
      await put(items().map((item) => ({ ...item, isCorrection: false })))
    },
  }
}

function edited(
  { attachments: before = [], ...item }: QueuedText,
  { text, attachments = before }: Extract<QueueChange, { do: 'edit' }>,
): QueuedText {
  if (text === '' && attachments.length === 0) {
    throw new ExpectedFailure('invalid-input', messages.failures.nothingToSend)
  }
  return { ...item, text, ...(attachments.length > 0 && { attachments }) }
}

function correctionsFirst(items: readonly QueuedText[]): readonly QueuedText[] {
  return [...items.filter(({ isCorrection }) => isCorrection), ...items.filter(({ isCorrection }) => !isCorrection)]
}
