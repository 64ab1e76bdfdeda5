// `carrel sessions replay ID --model M`: a past session on another model, as a document or as JSON lines.
import type { JsonOf } from '../../../shared/command-json.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { replayWords } from '../../../shared/messages/replay.ts'
import type { ReplayState } from '../../../shared/replay.ts'
import { messageRecord } from '../../../shared/session.ts'
import { callsOf } from '../../../shared/session-tree.ts'
import { type CommandContext, cancelled, exitCodes, exitOfCode, fail, jsonLine, printable } from '../front.ts'

const words = messages.terminal

/** Exit codes as of `run`: those of its last answer. */
export async function replaySession(context: CommandContext, [id]: readonly string[]): Promise<number> {
  const { model } = context.options
  const refuse = (message: string) => fail(context, { code: 'invalid-input', message })
  if (id === undefined) return refuse(words.missingArgument('ID'))
  if (typeof model !== 'string' || model === '') return refuse(replayWords.noModel)
  const host = typeof context.options.host === 'string' ? context.options.host : null
  if (context.signal.aborted) return cancelled(context)
  const { json, write, writeError, signal } = context
  const line = (value: JsonOf<'sessions replay'>) => write(jsonLine('sessions replay', value))
  return await context.withFront('owner', async ({ bridge, gone }) => {
    let replayId: string | null = null
    let last: ReplayState | null = null
    let end: (how: 'over' | 'gone') => void = () => undefined
    const isOver = new Promise<'over' | 'gone'>((resolve) => {
      end = resolve
    })
    const heard = (state: ReplayState) => {
      last = state
      if (!state.isGoingOn) end('over')
      else if (json) line({ type: 'question', place: state.asked + 1, of: state.of })
      else writeError(`${replayWords.progress(state.asked + 1, state.of)}\n`)
    }
    // What is told before its name is known.
    let early: (ReplayState & { sessionId: string })[] | null = []
    const off = bridge.on('replay.changed', (state) => {
      if (early) early.push(state)
      else if (state.sessionId === replayId) heard(state)
    })
    const leave = () => end('gone')
    gone.addEventListener('abort', leave, { once: true })
    try {
      const begun = await bridge.call('terminal.replay', { sessionId: id, model, host })
      if (!begun.ok) return fail(context, begun.failure)
      const { sessionId } = begun.value
      replayId = sessionId
      if (json) line({ type: 'session', id: sessionId, questions: begun.value.questions })
      for (const state of early) if (state.sessionId === sessionId) heard(state)
      early = null
      const stop = () => void bridge.call('chat.stop', { sessionId })
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      const how = gone.aborted ? 'gone' : await isOver
      signal.removeEventListener('abort', stop)
      if (how === 'gone') return fail(context, { code: 'unavailable', message: messages.failures.ownerGone })
      const opened = await bridge.call('sessions.open', { sessionId })
      if (!opened.ok) return fail(context, opened.failure)
      const said = opened.value.entries.flatMap((entry) => messageRecord.safeParse(entry).data ?? [])
      const answer = said.findLast(({ role }) => role === 'assistant')
      const { calls, found, asked, of } = last ?? { calls: 0, found: 0, asked: 0, of: 0 }
      for (const entry of said) {
        const { role, content } = entry
        if (json && role === 'assistant') {
          line({ type: role, content, toolCalls: callsOf(entry), ...(entry.stop && { stop: entry.stop }) })
        } else if (json && role !== 'assistant') line({ type: role, content })
        else if (role === 'user') write(`\n## ${printable(content)}\n\n`)
        else if (role === 'assistant' && content !== '') write(`${printable(content)}\n`)
      }
      const stopReason = answer?.stop ?? 'interrupted'
      const error = answer?.error ?? null
      if (json) line({ type: 'end', stop: stopReason, sessionId, asked, of, calls, found, error })
      else {
        writeError(`${sessionId}${replayWords.facts({ model, calls, found, asked, of, isGoingOn: false })}\n`)
        if (error) writeError(`${printable(error.message)}\n`)
      }
      if (stopReason === 'error') {
        return exitOfCode(error?.code ?? 'internal') === exitCodes.unavailable
          ? exitCodes.unavailable
          : exitCodes.failed
      }
      if (stopReason === 'cancelled' || stopReason === 'interrupted') return exitCodes.cancelled
      return stopReason === 'stop' ? exitCodes.done : exitCodes.limit
    } finally {
      gone.removeEventListener('abort', leave)
      off()
    }
  })
}
