// Commands without a sandbox: neither that they may be asked for nor that one is run can be said by a page alone.
import { armsAfterMs } from '../../shared/approval.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { approvalWords } from '../../shared/messages/approvals.ts'
import type { ApprovalAnswer, Services, Surface } from '../contracts.ts'

export interface WithoutSandbox {
  /** False when the person said no to the native question. */
  setAllowed(on: boolean, surface: Surface, signal: AbortSignal): Promise<boolean>
  /**
   * Whether the person has said yes natively, too; false when this answer needs no such yes, or would not count anyway. Throws
   * `cancelled` when they said no: the session goes on asking.
   */
  isConfirmed(sessionId: string, answer: ApprovalAnswer, surface: () => Surface, signal: AbortSignal): Promise<boolean>
}

type Needs = Pick<Services, 'settings' | 'sessions' | 'events' | 'surroundings'>

export function createWithoutSandbox({ settings, sessions, events, surroundings }: Needs): WithoutSandbox {
  /** Approvals about which a native question is open. */
  const open = new Set<string>()

  return {
    async setAllowed(on, surface, signal) {
      if (on && !(await surface.confirmCommandsWithoutSandbox(signal))) return false
      await settings.update({ commandsWithoutSandbox: on })
      return true
    },
    async isConfirmed(sessionId, { approvalId, hash, decision, scope }, surface, signal) {
      const asked = sessions.asking(sessionId)
      if (decision !== 'allow' || scope !== 'once' || asked?.id !== approvalId || asked.hash !== hash) return false
      if (!asked.reasons.includes('no-sandbox') || asked.subject.kind !== 'command') return false
      if (surroundings.now().getTime() - Date.parse(asked.askedAt) < armsAfterMs) return false
      if (open.has(asked.id)) throw new ExpectedFailure('busy', approvalWords.confirming)
      const { command, background } = asked.subject
      // What is not asked any more is not asked natively either.
      const over = new AbortController()
      const isOver = () => sessions.asking(sessionId)?.id !== asked.id
      const unheard = [
        events.on('run.changed', (run) => run.sessionId === sessionId && isOver() && over.abort()),
        events.on('run.ended', (end) => end.sessionId === sessionId && over.abort()),
      ]
      open.add(asked.id)
      try {
        const question = { command, folder: asked.folder, background }
        const isYes = await surface().confirmWithoutSandbox(question, AbortSignal.any([signal, over.signal]))
        if (!isYes && !isOver()) throw new ExpectedFailure('cancelled', approvalWords.notConfirmed)
        return isYes
      } finally {
        open.delete(asked.id)
        for (const stop of unheard) stop()
      }
    },
  }
}
