// A summary of what was said, by the model itself: asked for behind the very words the server has in its cache.
import { neutralise } from '../../shared/control-tokens.ts'
import type { Failure } from '../../shared/failure.ts'
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
  /** What the person says of it; null for nothing. */
  wish: string | null
}

export type Summary =
  | { text: string; asked: readonly ModelMessage[]; promptTokens: number }
  /** Why there is none; null when it was stopped. */
  | { text: null; why: Failure | null }

/** How long it shall be, in words; the second try asks for less. */
const wordsAsked = [200, 100] as const

/** Never throws but for a bug. One that was cut off, is empty or is a call counts for nothing. */
export async function askForSummary(
  models: Pick<Models, 'generate'>,
  request: SummaryRequest,
  tell: (event: Told) => void,
  signal: AbortSignal,
): Promise<Summary> {
  const { model, sessionId, numCtx, dialect, tools, wish } = request
  for (const words of wordsAsked) {
    const asked: ModelMessage[] = [...request.messages, { role: 'user', content: toModel.summary(words, wish) }]
    const turn = await takeTurn(
      models,
      // Without thinking, which would take the room of the words.
      { model, sessionId, numCtx, think: 'off', mostTokens: summaryTokens, ...dialect.write(asked, tools) },
      { reader: dialect.read(), taken: [] },
      // Its words are no answer, and nobody is shown them as one.
      (event) => event.type === 'waiting' && tell(event),
      signal,
    )
    if (turn.stop === 'cancelled') return { text: null, why: null }
    if (turn.error) return { text: null, why: turn.error }
    if (turn.stop === 'length') continue
    const text = neutralise(turn.content.trim())
    if (text === '') return { text: null, why: { code: 'unavailable', message: messages.notices.summaryEmpty } }
    return { text, asked, promptTokens: turn.usage?.promptTokens ?? 0 }
  }
  return { text: null, why: { code: 'unavailable', message: messages.notices.summaryTooLong } }
}
