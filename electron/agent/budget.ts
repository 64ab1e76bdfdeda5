// Keeps a run inside the window of its model: what is asked fits, and what was shortened once stays as it was shortened.

import { ExpectedFailure } from '../../shared/failure.ts'
import type { LeftOut } from '../../shared/left-out.ts'
import { failures } from '../../shared/messages/failures.ts'
import { outputRoom } from '../../shared/output-room.ts'
import { isMessage, type TreeRecord } from '../../shared/session.ts'
import { type Shortening, type Shortenings, withShortenings } from '../../shared/shortenings.ts'
import { skillTool } from '../../shared/tool.ts'
import type { FunctionTool, ModelMessage } from '../contracts.ts'
import { beginningsIn, mostRequests, planCompaction, summaryTokens, type Wanted } from './compaction-plan.ts'
import { compactedOn, inTheirForms, type Place, type Shown, shownOf } from './context.ts'
import type { Sent } from './context-mismatch.ts'
import { leftOutUntil } from './left-out.ts'
import { type Effort, full, leastCharacters, leastTokens, planShortenings, type Window } from './shortening-plan.ts'
import { createTokenEstimate, leastTokensIn, type Prompt } from './token-estimate.ts'

export interface BudgetRequest {
  model: string
  numCtx: number
  hidden: readonly string[]
  place: Place
  /** What was shortened before this run. */
  shortened: Shortenings
  /** As the model is sent them. */
  write(messages: readonly ModelMessage[], tools: readonly FunctionTool[]): Prompt
  /** Resolves when they are on the disk: only then are they shown in short, so that every later run shows the same. */
  record(shortenings: readonly Shortening[]): Promise<void>
  /**
   * Has the beginning of the conversation summarised and puts that on the path; false when nothing came of it. null: nothing is
   * ever summarised.
   */
  summarise: ((planned: PlannedCompaction) => Promise<boolean>) | null
}

/** What a summary is to stand for. */
export interface PlannedCompaction {
  firstKeptId: string
  /** Before that entry on the path. */
  messageCount: number
  /** Those of them that nobody reads for it, and that no summary before has read. */
  leftOut: LeftOut | null
  /** The others, as the model is shown them now. */
  messages: readonly ModelMessage[]
  tools: readonly FunctionTool[]
  tokensBefore: number
  tokensWith(summary: string): number
}

export interface Budget {
  /** The messages of the path and what comes after them, in what room there is. */
  messagesFor(
    path: readonly TreeRecord[],
    more: readonly ModelMessage[],
    tools: readonly FunctionTool[],
  ): Promise<ModelMessage[]>
  /** The server found that too long. Null when nothing can be shortened any more. */
  shorterFor(
    path: readonly TreeRecord[],
    more: readonly ModelMessage[],
    tools: readonly FunctionTool[],
  ): Promise<ModelMessage[] | null>
  /** Has as much summarised as may be, because the person wants it. How often something was. */
  summariseAll(path: readonly TreeRecord[], tools: readonly FunctionTool[]): Promise<number>
  /** What it will count of these messages, by what it counted last; null when it has counted nothing yet. */
  expected(messages: readonly ModelMessage[], tools: readonly FunctionTool[]): Sent | null
  /** What the server counted, of an answer to these messages. */
  counted(messages: readonly ModelMessage[], tools: readonly FunctionTool[], tokens: number): void
  /** Tokens of the window in which that answer was made; left out when they are those that were asked for. */
  loadedAs(tokens: number | undefined): void
  /**
   * Longest content of each result of so many calls, which are the last of the path, by the tool's name. UTF-16 code units. What a
   * skill says may take as large a share, and is not cut at the length that is enough for a look.
   */
  charactersEach(
    path: readonly TreeRecord[],
    calls: number,
    tools: readonly FunctionTool[],
  ): (toolName: string) => number
}

/** No result is longer, however large the window is. */
const mostCharacters = 8_000
const mostOfSkill = 32_000

/** About as long as one becomes, for what is weighed before it is written. */
const likelySummary = 'A summary is written in words such as these. '.repeat(38)
/** For the words that ask for it, and for what the estimate may be off. */
const marginOfSummary = 256

/** `path` and `tools` are those the run begins with: what was counted on the way there counts here, too. */
export function createBudget(
  { model, numCtx, hidden, place, write, record, summarise, ...request }: BudgetRequest,
  path: readonly TreeRecord[],
  tools: readonly FunctionTool[],
): Budget {
  /** Tokens that the model was loaded with: fewer than were asked for where the server has its own mind. */
  let loaded = numCtx
  const roomOf = (tokens: number) => Math.max(tokens - outputRoom(tokens), Math.floor(tokens / 2))
  const room = () => roomOf(loaded)
  const estimate = createTokenEstimate()
  let { shortened } = request
  let reached: { path: readonly TreeRecord[]; length: number; reach: readonly TreeRecord[] } | null = null
  /** One that came to nothing is not asked for again: the next would not, either. */
  let maySummarise = summarise !== null

  /**
   * The conversation without what no request can get to: of a year of messages only the end is ever weighed. What is said counts
   * alone, because results can be shown in short; as little as it can be, because the estimate may be off.
   */
  function inReach(path: readonly TreeRecord[]): readonly TreeRecord[] {
    // Asked several times for each request. A path only grows.
    if (reached === null || reached.path !== path || reached.length !== path.length) {
      reached = { path, length: path.length, reach: reachOf(path) }
    }
    return reached.reach
  }

  function reachOf(path: readonly TreeRecord[]): readonly TreeRecord[] {
    const before = compactedOn(path)
    const reach = (mostRequests + 1) * numCtx
    let said = 0
    let at = path.length
    while (at > before.before.length && said <= reach) {
      at -= 1
      const record = path[at]
      if (record && isMessage(record) && record.role !== 'tool') said += leastTokensIn(record.content)
    }
    const first = said <= reach ? undefined : beginningsIn(path).findLast((one) => one.at <= at)
    if (!first || first.at <= before.before.length) return path
    const leftOut = leftOutUntil(path, first.id, before)
    const node = { type: 'compaction', id: '', parentId: path.at(-1)?.id ?? null }
    return [...path, { ...node, summary: before.summary ?? '', firstKeptId: first.id, ...(leftOut && { leftOut }) }]
  }

  const lastCounted = path.findLastIndex((one) => isMessage(one) && countedIn(one, model) > 0)
  const last = path[lastCounted]
  // What was counted before the person's own words were others says nothing of a prompt with these.
  const isSince = lastCounted > path.findLastIndex((one) => one.type === 'settings' && 'ownPrompt' in one)
  if (last && isMessage(last)) loadedAs(last.usage?.loadedCtx)
  if (last && isMessage(last) && isSince && inReach(path) === path) {
    const before = inTheirForms(shownOf(path.slice(0, lastCounted), hidden, place), shortened)
    estimate.counted(write(before, tools), countedIn(last, model))
  }

  function loadedAs(tokens: number | undefined): void {
    loaded = Math.min(numCtx, tokens ?? numCtx)
  }

  const windowOf = (
    shown: readonly Shown[],
    more: readonly ModelMessage[],
    offered: readonly FunctionTool[],
  ): Window => {
    const promptOf = (forms: Shortenings) => write([...inTheirForms(shown, forms), ...more], offered)
    return {
      room: room(),
      tokensOf: (forms) => estimate.of(promptOf(forms)),
      charactersOf: (tokens) => estimate.charactersOf(promptOf(shortened), tokens),
    }
  }

  async function makeRoom(shown: readonly Shown[], window: Window, effort: Effort): Promise<boolean> {
    const steps = planShortenings(shown, shortened, window, effort)
    if (steps.length === 0) return false
    await record(steps)
    shortened = withShortenings(shortened, steps)
    return true
  }

  /** Whether something was summarised. Each time so much is gained that it ends. */
  async function compact(
    path: readonly TreeRecord[],
    more: readonly ModelMessage[],
    offered: readonly FunctionTool[],
  ): Promise<boolean> {
    let hasChanged = false
    for (let requests = mostRequests; requests > 0 && maySummarise && summarise !== null; requests -= 1) {
      if (inReach(path) === path && !needsSummary(path, more, offered)) break
      const planned = plan(path, more, offered, { requests, isAsked: false })
      if (planned === null) break
      maySummarise = await summarise(planned)
      hasChanged ||= maySummarise
    }
    return hasChanged
  }

  /** What results in short can do costs no answer of the model. */
  function needsSummary(
    path: readonly TreeRecord[],
    more: readonly ModelMessage[],
    offered: readonly FunctionTool[],
  ): boolean {
    const shown = shownOf(path, hidden, place)
    const window = windowOf(shown, more, offered)
    if (window.tokensOf(shortened) <= room() * full) return false
    const steps = planShortenings(shown, shortened, window, 'gently')
    return steps.length === 0 || window.tokensOf(withShortenings(shortened, steps)) > room() * full
  }

  function plan(
    whole: readonly TreeRecord[],
    more: readonly ModelMessage[],
    offered: readonly FunctionTool[],
    wanted: Wanted,
  ): PlannedCompaction | null {
    const path = inReach(whole)
    const shown = shownOf(path, hidden, place)
    const now = inTheirForms(shown, shortened)
    const tokensOf = (messages: readonly ModelMessage[]) => estimate.of(write(messages, offered))
    const before = compactedOn(path)
    const shownWith = (firstKeptId: string, summary: string, leftOut: LeftOut | null) => {
      const node = { type: 'compaction', id: '', parentId: path.at(-1)?.id ?? null }
      return shownOf([...path, { ...node, summary, firstKeptId, ...(leftOut && { leftOut }) }], hidden, place)
    }
    const leftOutBefore = (from: string | null) => (from === null ? before.unread : leftOutUntil(path, from, before))
    const tokensWith = (firstKeptId: string, summary: string, leftOut: LeftOut | null) =>
      tokensOf([...inTheirForms(shownWith(firstKeptId, summary, leftOut), shortened), ...more])
    const asked = (from: string | null, firstKeptId: string) => {
      const begun = from === null ? shown : shownWith(from, before.summary ?? '', leftOutBefore(from))
      const stay = new Set(path.slice(path.findIndex(({ id }) => id === firstKeptId)).map(({ id }) => id))
      const end = begun.findIndex(({ id }) => id !== null && stay.has(id))
      return inTheirForms(end < 0 ? begun : begun.slice(0, end), shortened)
    }
    const sizes = {
      room: room(),
      now: tokensOf([...now, ...more]),
      mostAsked: loaded - summaryTokens - marginOfSummary,
      after: (firstKeptId: string) => tokensWith(firstKeptId, likelySummary, before.unread),
      asking: (from: string | null, firstKeptId: string) => tokensOf(asked(from, firstKeptId)),
    }
    const planned = planCompaction(path, before.before.length, sizes, wanted)
    if (planned === null) return null
    const { from, firstKeptId } = planned
    const leftOut = leftOutBefore(from)
    const wholeNow = path === whole ? sizes.now : tokensOf(inTheirForms(shownOf(whole, hidden, place), shortened))
    return {
      firstKeptId,
      messageCount: path
        .slice(
          0,
          path.findIndex(({ id }) => id === firstKeptId),
        )
        .filter(isMessage).length,
      leftOut,
      messages: asked(from, firstKeptId),
      tools: offered,
      tokensBefore: wholeNow,
      tokensWith: (summary) => tokensWith(firstKeptId, summary, leftOut),
    }
  }

  return {
    async messagesFor(path, more, offered) {
      await compact(path, more, offered)
      // The server would only count for a while before it said the same.
      if (inReach(path) !== path) throw new ExpectedFailure('limit', failures.contextFull)
      const shown = shownOf(path, hidden, place)
      await makeRoom(shown, windowOf(shown, more, offered), 'as-needed')
      return [...inTheirForms(shown, shortened), ...more]
    },
    async shorterFor(path, more, offered) {
      const shown = shownOf(path, hidden, place)
      // It was a window's worth at least, whatever was thought of it.
      estimate.counted(write([...inTheirForms(shown, shortened), ...more], offered), loaded)
      const isShorter = await makeRoom(shown, windowOf(shown, more, offered), 'harder')
      if (isShorter) return [...inTheirForms(shown, shortened), ...more]
      if (!(await compact(path, more, offered))) return null
      return [...inTheirForms(shownOf(path, hidden, place), shortened), ...more]
    },
    async summariseAll(path, offered) {
      let done = 0
      for (; done < mostRequests && summarise !== null; done += 1) {
        const planned = plan(path, [], offered, { requests: mostRequests - done, isAsked: true })
        if (planned === null || !(await summarise(planned))) break
      }
      return done
    },
    expected(messages, offered) {
      const before = estimate.last()
      return before === null ? null : { before, tokens: estimate.of(write(messages, offered)) }
    },
    counted(messages, offered, tokens) {
      estimate.counted(write(messages, offered), tokens)
    },
    loadedAs,
    charactersEach(path, calls, offered) {
      const shown = shownOf(path, hidden, place)
      const window = windowOf(shown, [], offered)
      const left = Math.max(0, room() - leastTokens(shown, shortened, window.tokensOf))
      // So that four rounds can be compared, and shortening is seldom; of several calls each gets less, and all together half.
      const tokens = Math.min(loaded / 4, left / 4, left / 2 / calls)
      const each = Math.max(leastCharacters, window.charactersOf(tokens))
      return (name) => Math.min(name === skillTool ? mostOfSkill : mostCharacters, each)
    },
  }
}

/** Prompt tokens that the server counted for this answer of this model. The answer that closes a turn was asked without tools. */
function countedIn(record: TreeRecord, model: string): number {
  if (!isMessage(record) || record.role !== 'assistant' || record.model !== model || record.stop === 'limit') return 0
  return record.usage?.promptTokens ?? 0
}
