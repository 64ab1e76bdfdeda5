// When what waits in a session is sent: after an answer that ended well, at once when nothing is written, or in place of it.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { QueuedText } from '../../../shared/queue.ts'
import type { QueueChange } from '../../contracts.ts'
import type { ReplyTo } from '../../kernel/types.ts'
import { answering } from './answering.ts'
import type { SessionQueue } from './session-queue.ts'

export interface Sent {
  entryId: string
  runId: string
}

export interface WaitingDependencies {
  queue: SessionQueue
  isRunning(): boolean
  isClosing(): boolean
  /** Ends the answer that is being written; `ended` is called when that has happened. */
  stopRun(): void
  /** Throws when nothing may be written to the session. */
  requireWritable(): Promise<void>
  /** Puts the text into the log under this id, and begins its run; `logged` is called as soon as it is on the disk. */
  send(
    message: Pick<QueuedText, 'id' | 'text' | 'attachments'>,
    model: string | null,
    logged: () => Promise<void>,
  ): Promise<string>
  log(line: string): void
}

export interface Waiting {
  add(text: QueuedText): Promise<{ id: string; isSent: boolean }>
  change(change: QueueChange): Promise<void>
  /** The answer that is being written is stopped first. */
  sendNow(wanted: { id: string; model: string | null; replyTo: ReplyTo<Sent> }): Promise<void>
  /** A run has ended: what waits first is sent when the way is free, or what shall be sent in any case. */
  ended(): Promise<void>
  /** A Send now that is under way is not wanted any more. */
  takeBack(): void
}

/** All of it is called by the session's actor, one message at a time. */
export function createSessionWaiting(dependencies: WaitingDependencies): Waiting {
  const { queue, isRunning } = dependencies
  /** What shall be sent as soon as the answer that is being stopped has ended. */
  let next: { id: string; model: string | null; replyTo: ReplyTo<Sent> } | null = null

  async function send(id: string, model: string | null): Promise<Sent> {
    const { text, attachments } = queue.find(id)
    let written: Promise<void> = Promise.resolve()
    const runId = await dependencies.send({ id, text, attachments }, model, async () => {
      queue.resume()
      // The answer need not wait for the desk: what is in the log is not sent again.
      written = queue.sent((one) => one === id)
    })
    await written
    return { entryId: id, runId }
  }

  return {
    async add(message) {
      const { id } = message
      if (isRunning()) {
        await queue.add(message)
        // Said while an answer is being written: it shall follow.
        queue.resume()
        return { id, isSent: false }
      }
      await dependencies.requireWritable()
      const isFree = queue.first() === null && !queue.isPaused()
      await queue.add({ ...message, isCorrection: false })
      if (isFree) await send(id, null)
      return { id, isSent: isFree }
    },
    async change(change) {
      if (change.do === 'correct' && !isRunning()) {
        throw new ExpectedFailure('invalid-input', messages.failures.nothingToCorrect)
      }
      await queue.change(change)
    },
    async sendNow(wanted) {
      if (!isRunning()) return await answering(wanted.replyTo, () => send(wanted.id, wanted.model))
      try {
        await queue.toFront(wanted.id)
      } catch (thrown) {
        if (!(thrown instanceof ExpectedFailure)) throw thrown
        return wanted.replyTo.reject(thrown)
      }
      next?.replyTo.reject(wasStopped())
      next = wanted
      dependencies.stopRun()
    },
    async ended() {
      const wanted = next
      next = null
      if (dependencies.isClosing()) return wanted?.replyTo.reject(wasStopped())
      if (wanted) return await answering(wanted.replyTo, () => send(wanted.id, wanted.model))
      const first = queue.first()
      if (first === null || queue.state().isPaused) return
      try {
        await send(first.id, null)
      } catch (thrown) {
        if (!(thrown instanceof ExpectedFailure)) throw thrown
        dependencies.log(`what waits was not sent: ${thrown.message}`)
        queue.pause()
      }
    },
    takeBack() {
      next?.replyTo.reject(wasStopped())
      next = null
    },
  }
}

const wasStopped = () => new ExpectedFailure('cancelled', messages.failures.cancelled)
