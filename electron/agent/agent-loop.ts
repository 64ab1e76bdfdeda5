// The agent loop: from a question to an answer, with the calls in between. One readable async function.
import type { Failure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { MessageRecord, StopReason, TreeRecord, Usage } from '../../shared/session.ts'
import type { ThinkLevel } from '../../shared/settings.ts'
import type { Shortening, Shortenings } from '../../shared/shortenings.ts'
import type { FunctionTool, ModelMessage, Models, Toolbox, ToolCall } from '../contracts.ts'
import { createBudget } from './budget.ts'
import { createLoopGuard } from './loop-guard.ts'
import { type ModelTurn, type Told, takeTurn } from './model-turn.ts'
import { type CallResult, type CallsDependencies, runCalls } from './run-calls.ts'
import { toModel } from './to-model.ts'

export type AgentEvent =
  | Told
  | Parameters<CallsDependencies['tell']>[0]
  | { type: 'notice'; code: 'empty_turn' | 'repeated_call' | 'round_limit' | 'results_shortened'; message: string }

/** A record the loop puts into the log; its id, its parent and its time are given there. */
export type NewEntry =
  | ({ type: 'message'; role: 'assistant'; stop: 'tool_calls' } & Pick<
      MessageRecord,
      'content' | 'thinking' | 'usage'
    > & {
        toolCalls: readonly ToolCall[]
      })
  | { type: 'tool_start'; callId: string }
  | ({ type: 'message'; role: 'tool'; ms?: number } & Omit<CallResult, 'ms'>)

export interface AgentDependencies {
  models: Pick<Models, 'generate'>
  toolbox: Toolbox
  /** Answers the record when it is on the disk. Whatever it throws ends the run: nothing may happen unrecorded. */
  record(entry: NewEntry): Promise<TreeRecord>
  /** The same for what is shown in short from here on, in this run and in every later one. */
  shorten(shortenings: readonly Shortening[]): Promise<void>
  /** Hears every event as it comes; what it keeps of them is its own affair. */
  tell(event: AgentEvent): void
}

export interface AgentRequest {
  model: string
  /** Tokens of its window. */
  numCtx: number
  /** The path up to and with the question. */
  path: readonly TreeRecord[]
  /** Ids of what the model is not shown of it. */
  hidden: readonly string[]
  /** What of it is shown in short. */
  shortened: Shortenings
  think: ThinkLevel
  sessionId: string | null
  /** Answers with calls before the one that must close the turn. */
  rounds: number
}

/** The last answer, which is recorded by whoever asked. */
export interface Outcome {
  stop: Extract<StopReason, 'stop' | 'length' | 'cancelled' | 'interrupted' | 'error' | 'limit'>
  content: string
  thinking: string
  usage: Usage | null
  error: Failure | null
}

/** Throws only what `record` throws, or for a bug of a tool. */
export async function runAgent(
  { models, toolbox, record, shorten, tell }: AgentDependencies,
  request: AgentRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = [...request.path]
  const guard = createLoopGuard()
  const offered = toolbox.list()
  const put = async (entry: NewEntry) => void path.push(await record(entry))
  const { model, sessionId, numCtx, hidden, shortened } = request
  let { think } = request
  let nudge: string | null = null

  const write = (messages: readonly ModelMessage[], tools: readonly FunctionTool[]) => ({ messages, tools })
  const keepShort = async (shortenings: readonly Shortening[]) => {
    await shorten(shortenings)
    tell({ type: 'notice', code: 'results_shortened', message: messages.notices.resultsShortened })
  }
  const budget = createBudget({ model, numCtx, hidden, shortened, write, record: keepShort }, path, offered)

  const ask = async (tools: readonly FunctionTool[]): Promise<ModelTurn> => {
    const more: ModelMessage[] = nudge === null ? [] : [{ role: 'user', content: nudge }]
    let asked = await budget.messagesFor(path, more, tools)
    const take = () => takeTurn(models, { model, think, sessionId, ...write(asked, tools) }, tell, signal)
    let turn = await take()
    const shorter = turn.remedy === 'shorter-prompt' ? await budget.shorterFor(path, more, tools) : null
    if (shorter) {
      asked = shorter
      turn = await take()
    }
    budget.counted(asked, tools, turn.usage?.promptTokens ?? 0)
    return turn
  }

  for (let round = 1; round <= request.rounds; round += 1) {
    let turn = await ask(offered)
    nudge = null
    if (isEmpty(turn)) {
      tell({ type: 'notice', code: 'empty_turn', message: messages.notices.emptyTurn })
      nudge = toModel.nudge
      // All of the answer was thought: without, there is room for words.
      if (turn.stop === 'length') think = 'off'
      turn = await ask(offered)
      nudge = null
    }
    if (turn.calls.length === 0) return lastOf(turn)
    if (offered.length === 0) return unoffered(turn)

    const { content, thinking, usage, calls } = turn
    await put({
      type: 'message',
      role: 'assistant',
      content,
      ...(thinking !== '' && { thinking }),
      // The record has an object in any case; that there was none is said by the result.
      toolCalls: calls.map((call) => ({ ...call, arguments: call.arguments ?? {} })),
      usage,
      stop: 'tool_calls',
    })
    const willStart = (call: ToolCall) => put({ type: 'tool_start', callId: call.id })
    const characters = budget.charactersEach(path, calls.length, offered)
    const { results, end } = await runCalls({ toolbox, guard, characters, willStart, tell }, calls, signal)
    for (const { ms, ...result } of results) {
      await put({ type: 'message', role: 'tool', ...result, ...(ms !== null && { ms }) })
    }
    if (signal.aborted) return { stop: 'cancelled', content: '', thinking: '', usage: null, error: null }
    if (end === 'repeated') {
      tell({ type: 'notice', code: 'repeated_call', message: messages.notices.repeatedCall })
      return limited(messages.failures.repeatedCall)
    }
    if (guard.isStuck) {
      nudge = toModel.stuck
      break
    }
  }

  // The answer that closes the turn: without tools, so that there is one.
  if (nudge === null) {
    tell({ type: 'notice', code: 'round_limit', message: messages.notices.roundLimit(request.rounds) })
    nudge = toModel.close
  }
  const closing = await ask([])
  if (closing.stop !== 'stop') return lastOf(closing)
  return { ...lastOf(closing), stop: 'limit' }
}

const isEmpty = ({ stop, content, calls }: ModelTurn) =>
  (stop === 'stop' || stop === 'length') && content.trim() === '' && calls.length === 0

function lastOf({ stop, content, thinking, usage, error }: ModelTurn): Outcome {
  return { stop, content, thinking, usage, error }
}

function limited(message: string): Outcome {
  return { stop: 'limit', content: '', thinking: '', usage: null, error: { code: 'limit', message } }
}

/** Nothing was offered. A call that is dropped in silence would leave a blank answer, or half of one. */
function unoffered(turn: ModelTurn): Outcome {
  const name = turn.calls[0]?.name ?? ''
  const error: Failure = { code: 'invalid-input', message: messages.failures.toolNotOffered(name.slice(0, 100)) }
  return { ...lastOf(turn), stop: 'error', error }
}
