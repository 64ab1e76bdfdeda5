// The agent loop: from a question to an answer, with the calls in between. One readable async function.
import type { Sampling } from '../../shared/answers.ts'
import type { Failure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { MessageRecord, StopReason, TreeRecord, Usage } from '../../shared/session.ts'
import { callIdOf, callIdsOf, callsOf, isResult } from '../../shared/session-tree.ts'
import type { CompactionChoice, ThinkLevel } from '../../shared/settings.ts'
import type { Shortening, Shortenings } from '../../shared/shortenings.ts'
import type { DialectName, FunctionTool, ModelMessage, Models, Toolbox, ToolCall } from '../contracts.ts'
import type { Border } from './border.ts'
import { createBudget, type PlannedCompaction } from './budget.ts'
import { type Compaction, compact } from './compacting.ts'
import { inQuarter, type Place } from './context.ts'
import { contextMismatch } from './context-mismatch.ts'
import { createDialect } from './dialects/dialect.ts'
import { createLoopGuard } from './loop-guard.ts'
import { type MadeCall, type ModelTurn, type Told, takeTurn } from './model-turn.ts'
import { readOnlyOf, toolsFor } from './offered-tools.ts'
import { type CallResult, type CallsDependencies, runCalls } from './run-calls.ts'
import { toModel } from './to-model.ts'

export type AgentEvent =
  | Told
  | Parameters<CallsDependencies['tell']>[0]
  | { type: 'notice'; code: NoticeCode; message: string }
  /** The model is asked to summarise what no longer fits, before it is asked for its answer. */
  | { type: 'summarising' }

export type NoticeCode =
  | 'empty_turn'
  | 'repeated_call'
  | 'round_limit'
  | 'results_shortened'
  | 'compacted'
  | 'compaction_failed'
  | 'context_mismatch'
  | 'nothing_to_summarise'
  | 'dialect_changed'
  | 'repaired_call'

/** A record the loop puts into the log; its id, its parent and its time are given there. */
export type NewEntry =
  | ({ type: 'message'; role: 'assistant'; stop: 'tool_calls' } & Pick<
      MessageRecord,
      'content' | 'thinking' | 'usage'
    > & {
        toolCalls: readonly (ToolCall & { repaired?: true })[]
        dialect: DialectName
        /** What the model wrote, when the calls are not all of it. */
        rawText?: string
      })
  | { type: 'tool_start'; callId: string }
  | ({ type: 'message'; role: 'tool' } & Omit<CallResult, MayLack> & {
        [Name in MayLack]?: NonNullable<CallResult[Name]>
      })

/** What a result's record has only when there is something to say. */
type MayLack = 'ms' | 'detail' | 'image' | 'failure'

export interface AgentDependencies {
  models: Pick<Models, 'generate' | 'learnPrompted'>
  toolbox: Toolbox
  border: Border
  /** Answers the record when it is on the disk. Whatever it throws ends the run: nothing may happen unrecorded. */
  record(entry: NewEntry): Promise<TreeRecord>
  /** The same for what is shown in short from here on, in this run and in every later one. */
  shorten(shortenings: readonly Shortening[]): Promise<void>
  /** The same for a summary: it stands behind everything recorded so far. */
  compact(compaction: Compaction): Promise<TreeRecord>
  /** What the person said meanwhile, recorded behind the results. Asked before the model is asked again. */
  corrections(): Promise<readonly TreeRecord[]>
  /** Hears every event as it comes; what it keeps of them is its own affair. */
  tell(event: AgentEvent): void
}

export interface AgentRequest {
  model: string
  /** Tokens of its window. */
  numCtx: number
  /** How calls are written; changed for the rest of the run when the server takes no tools. */
  dialect: DialectName
  /** At which the model's own definition ends an answer. */
  stop: readonly string[]
  /** The path up to and with the question. */
  path: readonly TreeRecord[]
  /** Ids of what the model is not shown of it. */
  hidden: readonly string[]
  /** What of it is shown in short. */
  shortened: Shortenings
  place: Place
  /** The model can see pictures. */
  seesImages: boolean
  think: ThinkLevel
  sampling: Sampling
  /** Whether the beginning of a conversation is summarised when it no longer fits. */
  compaction: CompactionChoice
  /** What the person has called by themselves, before the model is asked: a skill. It stands as a call like any other. */
  opening?: ToolCall | null
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
  { models, toolbox, border, record, shorten, compact: recordCompaction, corrections, tell }: AgentDependencies,
  request: AgentRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = [...request.path]
  let guard = createLoopGuard()
  const offered = toolsFor(request.numCtx, toolbox.list())
  const put = async (entry: NewEntry) => void path.push(await record(entry))
  const { model, sessionId, numCtx, hidden, seesImages, shortened, sampling } = request
  const place = inQuarter(request.place, numCtx)
  let { think } = request
  let nudge: string | null = null
  /** Once in a run is enough: what the server does it does with every answer. */
  let hasWarned = false
  const readOnly = readOnlyOf(offered, toolbox)
  const dialectOf = (name: DialectName) => createDialect(name, { tools: offered, readOnly, stop: request.stop })
  let dialect = dialectOf(request.dialect)

  const write = (messages: readonly ModelMessage[], tools: readonly FunctionTool[]) => ({
    tools: [],
    ...dialect.write(messages, tools),
  })
  const keepShort = async (shortenings: readonly Shortening[]) => {
    await shorten(shortenings)
    for (const call of callsBehind(shortenings, path)) guard.forget(call)
    tell({ type: 'notice', code: 'results_shortened', message: messages.notices.resultsShortened })
  }
  async function summarise(planned: PlannedCompaction): Promise<boolean> {
    const asking = { model, sessionId, numCtx, dialect, wish: null }
    const done = await compact({ models, compact: recordCompaction, tell }, asking, planned, signal)
    if (done.record === null) {
      const { why } = done
      if (why !== null) {
        tell({ type: 'notice', code: 'compaction_failed', message: messages.notices.compactionFailed(why.message) })
      }
      return false
    }
    path.push(done.record)
    budget.counted(done.asked, planned.tools, done.promptTokens)
    const { messageCount, leftOut } = planned
    tell({
      type: 'notice',
      code: 'compacted',
      message: messages.notices.compacted(messageCount, leftOut?.messages ?? 0),
    })
    return true
  }
  const weighing = { model, numCtx, hidden, place, shortened, write, record: keepShort }
  const budget = createBudget(
    { ...weighing, summarise: request.compaction === 'off' ? null : summarise },
    path,
    offered,
  )

  const ask = async (tools: readonly FunctionTool[]): Promise<ModelTurn> => {
    const more: ModelMessage[] = nudge === null ? [] : [{ role: 'user', content: nudge }]
    let asked = await budget.messagesFor(path, more, tools)
    const take = () => {
      const reading = { reader: dialect.read(), taken: path.flatMap(callIdsOf) }
      return takeTurn(
        models,
        { model, think, sampling, sessionId, numCtx, ...dialect.write(asked, tools) },
        reading,
        tell,
        signal,
      )
    }
    let turn = await take()
    if (turn.remedy === 'other-dialect' && dialect.name === 'native') {
      await models.learnPrompted(model)
      tell({ type: 'notice', code: 'dialect_changed', message: messages.notices.dialectChanged(model) })
      dialect = dialectOf('prompted')
      return await ask(tools)
    }
    const shorter = turn.remedy === 'shorter-prompt' ? await budget.shorterFor(path, more, tools) : null
    if (shorter) {
      asked = shorter
      turn = await take()
    }
    const mismatch = hasWarned || !turn.usage ? null : contextMismatch(turn.usage, budget.expected(asked, tools))
    if (mismatch) {
      hasWarned = true
      tell({ type: 'notice', code: 'context_mismatch', message: messages.notices.contextMismatch(mismatch) })
    }
    budget.counted(asked, tools, turn.usage?.promptTokens ?? 0)
    if (turn.usage) budget.loadedAs(turn.usage.loadedCtx)
    return turn
  }

  /** The answer that called, what it called, and what came of it: all of it recorded. */
  async function perform(made: Pick<ModelTurn, 'content' | 'thinking' | 'usage' | 'calls' | 'rawText'>) {
    const { content, thinking, usage, calls, rawText } = made
    const guessed = calls.find(({ repaired }) => repaired)
    if (guessed) {
      tell({
        type: 'notice',
        code: 'repaired_call',
        message: messages.notices.repairedCall(guessed.name.slice(0, 100)),
      })
    }
    await put({
      type: 'message',
      role: 'assistant',
      content,
      ...(thinking !== '' && { thinking }),
      toolCalls: calls.map(toRecorded),
      ...(calls.some(({ repaired, fault }) => repaired || fault !== null) && { rawText }),
      dialect: dialect.name,
      usage,
      stop: 'tool_calls',
    })
    const willStart = (call: ToolCall) => put({ type: 'tool_start', callId: call.id })
    const charactersFor = budget.charactersEach(path, calls.length, offered)
    const { results, end } = await runCalls(
      { toolbox, guard, border, charactersFor, seesImages, willStart, tell },
      calls,
      signal,
    )
    for (const { ms, detail, image, failure, ...result } of results) {
      const more = {
        ...(ms !== null && { ms }),
        ...(detail && { detail }),
        ...(image && { image }),
        ...(failure && { failure }),
      }
      await put({ type: 'message', role: 'tool', ...result, ...more })
    }
    return end
  }

  if (request.opening && offered.some(({ name }) => name === request.opening?.name)) {
    const call: MadeCall = { ...request.opening, repaired: false, fault: null }
    await perform({ content: '', thinking: '', usage: null, calls: [call], rawText: '' })
    if (signal.aborted) return { stop: 'cancelled', content: '', thinking: '', usage: null, error: null }
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

    const end = await perform(turn)
    if (signal.aborted) return { stop: 'cancelled', content: '', thinking: '', usage: null, error: null }
    const said = await corrections()
    path.push(...said)
    if (said.length > 0) {
      // It is news: what was called before may be worth a call again.
      guard = createLoopGuard()
      continue
    }
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
  const why = guard.isStuck ? messages.failures.stuck : messages.failures.stepsUsed(request.rounds)
  return { ...lastOf(closing), stop: 'limit', error: { code: 'limit', message: why } }
}

/** The record has an object in any case; that there was none is said by the result. */
function toRecorded({ id, name, arguments: given, repaired }: MadeCall) {
  return { id, name, arguments: given ?? {}, ...(repaired && { repaired }) }
}

/** The calls whose results are shown in short from here on. */
function callsBehind(shortenings: readonly Shortening[], path: readonly TreeRecord[]): ToolCall[] {
  const targets = new Set(shortenings.flatMap((one) => one.targets))
  const ids = new Set(path.flatMap((record) => (isResult(record) && targets.has(record.id) ? [callIdOf(record)] : [])))
  return path.flatMap(callsOf).filter(({ id }) => ids.has(id))
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
