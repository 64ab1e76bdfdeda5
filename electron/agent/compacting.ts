// Puts a summary in the place of the beginning of a conversation: when it no longer fits, or because a person wants it.
import type { Failure } from '../../shared/failure.ts'
import type { LeftOut } from '../../shared/left-out.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { TreeRecord } from '../../shared/session.ts'
import type { ModelMessage, Models, Toolbox } from '../contracts.ts'
import type { AgentEvent, AgentRequest } from './agent-loop.ts'
import { createBudget, type PlannedCompaction } from './budget.ts'
import { inQuarter } from './context.ts'
import { createDialect, type Dialect } from './dialects/dialect.ts'
import type { Told } from './model-turn.ts'
import { readOnlyOf, toolsFor } from './offered-tools.ts'
import { askForSummary } from './summary.ts'

/** A summary and what it stands for, as it is recorded. */
export interface Compaction {
  summary: string
  firstKeptId: string
  tokensBefore: number
  tokensAfter: number
  /** Before the first kept one. */
  messageCount: number
  /** Those of them that are in no summary. */
  leftOut?: LeftOut
  model: string
}

export interface CompactingDependencies {
  models: Pick<Models, 'generate'>
  /** Answers the record when it is on the disk: it stands behind everything recorded so far. */
  compact(compaction: Compaction): Promise<TreeRecord>
  tell(event: Extract<AgentEvent, { type: 'notice' | 'summarising' }> | Told): void
}

export type Compacted =
  | { record: TreeRecord; asked: readonly ModelMessage[]; promptTokens: number }
  /** Why there is none; null when it was stopped. */
  | { record: null; why: Failure | null }

/** Has it written and recorded; one that gains nothing is thrown away. */
export async function compact(
  { models, compact: record, tell }: CompactingDependencies,
  request: Pick<AgentRequest, 'model' | 'sessionId' | 'numCtx'> & { dialect: Dialect; wish: string | null },
  planned: PlannedCompaction,
  signal: AbortSignal,
): Promise<Compacted> {
  tell({ type: 'summarising' })
  const { messages: asked, tools, firstKeptId, messageCount, leftOut, tokensBefore } = planned
  // While the prompt is read and while the summary is written the same is said.
  const wait = (told: Told) => {
    tell(told.type === 'waiting' && told.for === 'prompt' ? { type: 'summarising' } : told)
  }
  const summary = await askForSummary(models, { ...request, tools, messages: asked }, wait, signal)
  if (summary.text === null) return { record: null, why: summary.why }
  const tokensAfter = planned.tokensWith(summary.text)
  if (tokensAfter >= tokensBefore) {
    return { record: null, why: { code: 'unavailable', message: messages.notices.summaryNoGain } }
  }
  const more = leftOut === null ? {} : { leftOut }
  const { model } = request
  const said = { summary: summary.text, firstKeptId, tokensBefore, tokensAfter, messageCount, ...more, model }
  return { record: await record(said), asked: summary.asked, promptTokens: summary.promptTokens }
}

export type CompactRequest = Pick<
  AgentRequest,
  'model' | 'numCtx' | 'stop' | 'dialect' | 'path' | 'hidden' | 'shortened' | 'place' | 'sessionId'
> & {
  /** What the person says of the summary; null for nothing. */
  wish: string | null
}

export interface CompactEnd {
  stop: 'stop' | 'cancelled' | 'error'
  error: Failure | null
}

/** All but the latest of a conversation, because a person wants it. That there was too little for that is told, and no error. */
export async function compactNow(
  dependencies: CompactingDependencies & { toolbox: Pick<Toolbox, 'list' | 'effectOf'> },
  request: CompactRequest,
  signal: AbortSignal,
): Promise<CompactEnd> {
  const { model, numCtx, hidden, shortened, stop } = request
  const { toolbox } = dependencies
  const offered = toolsFor(numCtx, toolbox.list())
  const dialect = createDialect(request.dialect, { tools: offered, readOnly: readOnlyOf(offered, toolbox), stop })
  const path = [...request.path]
  const failed: Failure[] = []
  const budget = createBudget(
    {
      model,
      numCtx,
      hidden,
      shortened,
      place: inQuarter(request.place, numCtx),
      write: (shown, tools) => ({ tools: [], ...dialect.write(shown, tools) }),
      // The next question finds out by itself what has to be shown in short.
      record: async () => undefined,
      async summarise(planned) {
        const done = await compact(dependencies, { ...request, dialect }, planned, signal)
        if (done.record !== null) {
          path.push(done.record)
          budget.counted(done.asked, planned.tools, done.promptTokens)
        } else if (done.why !== null) failed.push(done.why)
        return done.record !== null
      },
    },
    path,
    offered,
  )
  const done = await budget.summariseAll(path, offered)
  if (signal.aborted) return { stop: 'cancelled', error: null }
  const [failure] = failed
  if (failure) {
    const message = messages.notices.compactionFailed(failure.message)
    dependencies.tell({ type: 'notice', code: 'compaction_failed', message })
    return { stop: 'error', error: { ...failure, message } }
  }
  if (done === 0) {
    dependencies.tell({ type: 'notice', code: 'nothing_to_summarise', message: messages.notices.nothingToSummarise })
  }
  return { stop: 'stop', error: null }
}
