// `carrel sessions compact ID`: what was said is summarised for the model, also where that is not done by itself.
import type { PushPayload } from '../../../shared/ipc.ts'
import { wishLimit } from '../../../shared/limits.ts'
import { compactWords } from '../../../shared/messages/compact.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { UnknownRecord } from '../../../shared/session.ts'
import { compaction } from '../../../shared/session-format.ts'
import { type CommandContext, cancelled, fail, jsonLine, printable } from '../front.ts'
import { exitOfEnd, ownerGone } from './run.ts'

const words = messages.terminal

/** The summary on standard output, what it stands for beside it. Exit codes as of `run`; 0 also when there was nothing to summarise. */
export async function compactSession(context: CommandContext, [id, ...more]: readonly string[]): Promise<number> {
  const { json, write, writeError, signal, options } = context
  const refuse = (message: string) => fail(context, { code: 'invalid-input', message })
  if (id === undefined) return refuse(words.missingArgument('ID'))
  const wish = more.join(' ').trim()
  if (wish.length > wishLimit) return refuse(compactWords.tooLong(wishLimit))
  const model = typeof options.model === 'string' ? options.model : null
  if (signal.aborted) return cancelled(context)
  return await context.withFront('owner', async ({ bridge, gone }) => {
    const appended: UnknownRecord[] = []
    const notices: PushPayload<'run.notice'>[] = []
    const waiting = new Set<string>()
    let ended: (end: PushPayload<'run.ended'>) => void = () => undefined
    const over = new Promise<PushPayload<'run.ended'>>((resolve) => {
      ended = resolve
    })
    // Another front may have its own run in the same process; in this session there is only one at a time.
    const stopListening = [
      bridge.on('run.changed', ({ sessionId, phase, model: asked }) => {
        if (sessionId !== id || json || waiting.has(phase)) return
        waiting.add(phase)
        if (phase === 'queued') writeError(`${words.modelWaiting(asked)}\n`)
        if (phase === 'retrying') writeError(`${words.serverRetry}\n`)
      }),
      bridge.on('sessions.appended', ({ sessionId, entries }) => sessionId === id && appended.push(...entries)),
      bridge.on('run.notice', (told) => told.sessionId === id && notices.push(told)),
      bridge.on('run.ended', (end) => end.sessionId === id && end.purpose === 'summary' && ended(end)),
    ]
    try {
      const begun = await bridge.call('sessions.compact', { sessionId: id, model, wish: wish === '' ? null : wish })
      if (!begun.ok) return fail(context, begun.failure)
      const { runId } = begun.value
      const stop = () => void bridge.call('chat.stop', { sessionId: id })
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      const end = await Promise.race([over, ownerGone(gone, { sessionId: id, runId })])
      signal.removeEventListener('abort', stop)
      const summaries = appended.flatMap((entry) => compaction.safeParse(entry).data ?? [])
      const last = summaries.at(-1) ?? null
      if (json) {
        const error = end.error && { code: end.error.code, message: end.error.message }
        write(jsonLine('sessions compact', { sessionId: id, stop: end.stop, compaction: last, error }))
      } else {
        if (last) {
          write(`${printable(last.summary)}\n`)
          writeError(`${compactWords.done(last.messageCount ?? 0, last.leftOut?.messages ?? 0)}\n`)
        }
        if (end.error) writeError(`${printable(end.error.message)}\n`)
        else if (end.stop === 'cancelled') writeError(`${compactWords.stopped}\n`)
        else for (const { message } of notices) writeError(`${printable(message)}\n`)
      }
      return exitOfEnd(end)
    } finally {
      for (const stop of stopListening) stop()
    }
  })
}
