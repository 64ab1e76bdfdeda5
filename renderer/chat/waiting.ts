// What waits in the open session, as this window works with it: the calls, and the words of one that is being changed.
import type { Failure } from '../../shared/failure.ts'
import type { QueueState } from '../../shared/queue.ts'
import type { Bridge } from '../app/bridge.ts'
import type { Drafts } from './drafts.ts'

export interface Waiting {
  edit(id: string, text: string): Promise<Failure | null>
  move(id: string, to: number): Promise<Failure | null>
  remove(id: string): Promise<Failure | null>
  correct(id: string): Promise<Failure | null>
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

  async function ask(
    channel: 'queue.edit' | 'queue.move' | 'queue.remove' | 'queue.correct' | 'queue.sendNow',
    more: { id: string; text?: string; to?: number; model?: string | null },
  ): Promise<Failure | null> {
    const here = sessionId()
    if (here === null) return null
    const answer = await bridge.call(channel, { sessionId: here, ...more } as never)
    return answer.ok ? null : answer.failure
  }

  return {
    async edit(id, text) {
      const failure = await ask('queue.edit', { id, text })
      if (!failure) edited.delete(id)
      return failure
    },
    move: (id, to) => ask('queue.move', { id, to }),
    remove: (id) => ask('queue.remove', { id }),
    correct: (id) => ask('queue.correct', { id }),
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
