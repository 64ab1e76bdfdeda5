// A summary of what was said, by the model itself: asked for behind the very words the server has in its cache.
import { neutralise } from '../../shared/control-tokens.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { FunctionTool, GenerateRequest, ModelMessage, Models } from '../contracts.ts'
import { summaryTokens } from './compaction-plan.ts'
import type { Dialect } from './dialects/dialect.ts'
import { type Told, takeTurn } from './model-turn.ts'
import { toModel } from './to-model.ts'

export interface SummaryRequest extends Pick<GenerateRequest, 'model' | 'sessionId'> {
  numCtx: number
  dialect: Dialect
  tools: readonly FunctionTool[]
  /** What it is to stand for, as the model was shown it. */
  messages: readonly ModelMessage[]
}

export type Summary =
  | { text: string; asked: readonly ModelMessage[]; promptTokens: number }
  /** Why there is none, in a sentence; null when it was stopped. */
  | { text: null; reason: string | null }

/** How long it shall be, in words; the second try asks for less. */
const wordsAsked = [200, 100] as const

/** Never throws but for a bug. One that was cut off, is empty or is a call counts for nothing. */
export async function askForSummary(
  models: Pick<Models, 'generate'>,
  request: SummaryRequest,
  tell: (event: Told) => void,
  signal: AbortSignal,
): Promise<Summary> {
  const { model, sessionId, numCtx, dialect, tools } = request
  for (const words of wordsAsked) {
    const asked: ModelMessage[] = [...request.messages, { role: 'user', content: toModel.summary(words) }]
    const turn = await takeTurn(
      models,
      // Without thinking, which would take the room of the words.
      { model, sessionId, numCtx, think: 'off', mostTokens: summaryTokens, ...dialect.write(asked, tools) },
      { reader: dialect.read(), taken: [] },
      // Its words are no answer, and nobody is shown them as one.
      (event) => event.type === 'waiting' && tell(event),
      signal,
    )
    if (turn.stop === 'cancelled') return { text: null, reason: null }
    if (turn.error) return { text: null, reason: turn.error.message }
    if (turn.stop === 'length') continue
    const text = neutralise(turn.content.trim())
    if (text === '') return { text: null, reason: messages.notices.summaryEmpty }
    return { text, asked, promptTokens: turn.usage?.promptTokens ?? 0 }
  }
  return { text: null, reason: messages.notices.summaryTooLong }
}
