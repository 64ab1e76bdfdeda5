// One answer of a model, read to its end.
import { ExpectedFailure, type Failure, type Remedy, toFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { StopReason, Usage } from '../../shared/session.ts'
import type { GenerateRequest, ModelEvent, Models, ToolCall } from '../contracts.ts'

export interface ModelTurn {
  stop: Extract<StopReason, 'stop' | 'length' | 'cancelled' | 'error'>
  content: string
  thinking: string
  /** Empty unless the answer came to its end: half an answer may hold half the calls. */
  calls: readonly ToolCall[]
  usage: Usage | null
  error: Failure | null
  /** What of the error the loop may help with. */
  remedy: Remedy | null
}

export type Told = Exclude<ModelEvent, { type: 'done' | 'tool-call' }>

/** Never throws: whatever happens is a turn, and what had arrived is in it. */
export async function takeTurn(
  models: Pick<Models, 'generate'>,
  request: GenerateRequest,
  tell: (event: Told) => void,
  signal: AbortSignal,
): Promise<ModelTurn> {
  const content: string[] = []
  const thinking: string[] = []
  const calls: ToolCall[] = []
  const ended = (how: Pick<ModelTurn, 'stop' | 'error'> & Partial<ModelTurn>): ModelTurn => ({
    content: content.join(''),
    thinking: thinking.join(''),
    calls: [],
    usage: null,
    remedy: null,
    ...how,
  })
  try {
    for await (const event of models.generate(request, signal)) {
      // A cut answer may have lost the end of a call, or one of several.
      if (event.type === 'done') {
        return ended({ stop: event.stop, usage: event.usage, error: null, calls: event.stop === 'stop' ? calls : [] })
      }
      if (event.type === 'tool-call') {
        calls.push(event.call)
        continue
      }
      if (event.type === 'text') content.push(event.delta)
      if (event.type === 'thinking') thinking.push(event.delta)
      tell(event)
    }
    throw new ExpectedFailure('unavailable', messages.failures.endedEarly)
  } catch (thrown) {
    if (signal.aborted) return ended({ stop: 'cancelled', error: null })
    const failure = toFailure(thrown, messages.failures.internal)
    return failure.code === 'cancelled'
      ? ended({ stop: 'cancelled', error: null })
      : ended({ stop: 'error', error: failure, remedy: thrown instanceof ExpectedFailure ? thrown.remedy : null })
  }
}
