// The agent loop: from a question to an answer. One readable async function.

import { ExpectedFailure, type Failure, toFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { StopReason, Usage } from '../../shared/session.ts'
import type { GenerateRequest, ModelEvent, Models, ToolCall } from '../contracts.ts'

export interface AgentDependencies {
  models: Pick<Models, 'generate'>
  /** Hears every event as it comes; what it keeps of them is its own affair. */
  tell(event: Exclude<ModelEvent, { type: 'done' | 'tool-call' }>): void
}

export interface Outcome {
  stop: Extract<StopReason, 'stop' | 'length' | 'cancelled' | 'interrupted' | 'error'>
  content: string
  thinking: string
  usage: Usage | null
  error: Failure | null
}

/** Never throws: whatever happens is an outcome, and what had arrived is in it. */
export async function runAgent(
  { models, tell }: AgentDependencies,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const content: string[] = []
  const thinking: string[] = []
  const outcome = (stop: Outcome['stop'], usage: Usage | null, error: Outcome['error']): Outcome => ({
    stop,
    content: content.join(''),
    thinking: thinking.join(''),
    usage,
    error,
  })

  try {
    let called: ToolCall | null = null
    for await (const event of models.generate(request, signal)) {
      if (event.type === 'done') {
        // Nothing was offered. A call that is dropped in silence would leave a blank answer, or half of one.
        if (called) return outcome('error', event.usage, unofferedTool(called))
        return outcome(event.stop, event.usage, null)
      }
      if (event.type === 'tool-call') {
        called ??= event.call
        continue
      }
      if (event.type === 'text') content.push(event.delta)
      if (event.type === 'thinking') thinking.push(event.delta)
      tell(event)
    }
    throw new ExpectedFailure('unavailable', messages.failures.endedEarly)
  } catch (thrown) {
    if (signal.aborted) return outcome('cancelled', null, null)
    const failure = toFailure(thrown, messages.failures.internal)
    if (failure.code === 'cancelled') return outcome('cancelled', null, null)
    return outcome('error', null, failure)
  }
}

function unofferedTool({ name }: ToolCall): Failure {
  return { code: 'invalid-input', message: messages.failures.toolNotOffered(name.slice(0, 100)) }
}
