// What waits in the open session, as this window works with it: the calls, and the words of one that is being changed.
import type { NamedAttachment } from '../../shared/attachment.ts'
import type { Failure } from '../../shared/failure.ts'
import type { QueuedText, QueueState } from '../../shared/queue.ts'
import type { Bridge } from '../app/bridge.ts'
import type { Drafts } from './drafts.ts'

export interface Waiting {
  /** With what stays attached, in its order. */
  edit(id: string, text: string, attachments: readonly NamedAttachment[]): Promise<Failure | null>
  move(id: string, to: number): Promise<Failure | null>
  remove(id: string): Promise<Failure | null>
  correct(id: string): Promise<Failure | null>
  /** What was removed, at its place again; in the session it was in. */
  putBack(item: QueuedText, at: number): Promise<Failure | null>
  /** The answer that is being written is stopped first. */
  sendNow(id: string, model: string | null): Promise<Failure | null>
  /** What was typed in place of the words that wait; null when they are not being changed. */
  editedWords(id: string): string | null
  keepWords(id: string, text: string): void
  endEdit(id: string): void
  /**
   * To be told whatever waits now. Words that were being changed while theirs were sent or removed go into the composer:
   * true when there were such.
   */
  rescue(sessionId: string, queue: QueueState): boolean
}

export function createWaiting(bridge: Bridge, drafts: Drafts, sessionId: () => string | null): Waiting {
  const edited = new Map<string, { sessionId: string; text: string }>()
  /** The session that what was removed waited in. */
  const removed = new Map<string, string>()

  async function ask(
    channel: 'queue.edit' | 'queue.move' | 'queue.remove' | 'queue.correct' | 'queue.sendNow',
    more: { id: string; text?: string; attachments?: readonly NamedAttachment[]; to?: number; model?: string | null },
  ): Promise<Failure | null> {
    const here = sessionId()
    if (here === null) return null
    const answer = await bridge.call(channel, { sessionId: here, ...more } as never)
    return answer.ok ? null : answer.failure
  }

  return {
    async edit(id, text, attachments) {
      const failure = await ask('queue.edit', { id, text, attachments })
      if (!failure) edited.delete(id)
      return failure
    },
    move: (id, to) => ask('queue.move', { id, to }),
    async remove(id) {
      const here = sessionId()
      const failure = await ask('queue.remove', { id })
      if (!failure && here !== null) removed.set(id, here)
      return failure
    },
    correct: (id) => ask('queue.correct', { id }),
    async putBack({ id, text, isCorrection, attachments }, to) {
      const from = removed.get(id)
      if (from === undefined) return null
      removed.delete(id)
      const answer = await bridge.call('queue.add', {
        sessionId: from,
        text,
        isCorrection,
        ...(attachments && { attachments }),
      })
      if (!answer.ok) return answer.failure
      if (!answer.value.isSent) await bridge.call('queue.move', { sessionId: from, id: answer.value.id, to })
      return null
    },
    async sendNow(id, model) {
      const failure = await ask('queue.sendNow', { id, model })
      // Stopped before it was sent: it goes on waiting, as one sees.
      return failure?.code === 'cancelled' ? null : failure
    },
    editedWords: (id) => edited.get(id)?.text ?? null,
    keepWords(id, text) {
      const here = sessionId()
      if (here !== null) edited.set(id, { sessionId: here, text })
    },
    endEdit: (id) => void edited.delete(id),
    rescue(here, { items }) {
      let hasRescued = false
      for (const [id, words] of edited) {
        if (words.sessionId !== here || items.some((item) => item.id === id)) continue
        edited.delete(id)
        const before = drafts.read(here)
        drafts.replace(here, before.trim() === '' ? words.text : `${before}\n\n${words.text}`)
        hasRescued = true
      }
      return hasRescued
    },
  }
}
