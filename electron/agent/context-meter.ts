// What of a prompt is what: the weight of each part, and the tokens that the server counted shared out by it.

import type { ContextPart, ContextReport } from '../../shared/context-report.ts'
import { contextParts } from '../../shared/context-report.ts'
import { isMessage, type TreeRecord } from '../../shared/session.ts'
import type { Shortenings } from '../../shared/shortenings.ts'
import { skillTool } from '../../shared/tool.ts'
import type { FunctionTool, ModelMessage } from '../contracts.ts'
import { inTheirForms, type Place, shownOf } from './context.ts'
import type { Dialect } from './dialects/dialect.ts'
import { createTokenEstimate, tokensIn, tokensOfMessage, tokensOfPicture } from './token-estimate.ts'

export interface MeterRequest {
  /** The active path, to its end. */
  path: readonly TreeRecord[]
  /** Ids of what the model is not shown of it. */
  hidden: readonly string[]
  shortened: Shortenings
  place: Place
  offered: readonly FunctionTool[]
  dialect: Dialect
  model: string
  /** Something was hidden, or shown in short, since the last answer: what was counted is no longer what is there. */
  isRearranged: boolean
}

export type Weights = Record<ContextPart, number>
type Metered = Pick<ContextReport, 'parts' | 'used' | 'by' | 'countedAt'>

/** What stands in the window: as it was counted last, or what the next request would be, when that has changed since. */
export function meterContext(request: MeterRequest): Metered {
  const { path, model, isRearranged } = request
  const at = path.findLastIndex((record) => countOf(record, model) !== null)
  const last = path[at]
  const count = last ? countOf(last, model) : null
  if (!last || count === null) {
    const weights = weigh(request, path)
    return metered(weights, Math.ceil(sum(weights)), 'guess', null)
  }
  const before = path.slice(0, at)
  if (!isRearranged && !path.slice(at + 1).some(changesPrompt)) {
    const weights = { ...weigh(request, before), answer: 0 }
    const { parts } = metered(weights, count.prompt, 'server', null)
    const answer = count.output > 0 ? [{ part: 'answer' as const, tokens: count.output }] : []
    return {
      parts: [...parts, ...answer],
      used: count.prompt + count.output,
      by: 'server',
      countedAt: last.ts as string | null,
    }
  }
  const estimate = createTokenEstimate()
  estimate.counted(written(request, before), count.prompt)
  return metered(weigh(request, path), estimate.of(written(request, path)), 'since', last.ts as string | null)
}

function metered(weights: Weights, total: number, by: Metered['by'], countedAt: string | null): Metered {
  const tokens = shareOut(weights, total)
  const parts = contextParts.flatMap((part) => (tokens[part] > 0 ? [{ part, tokens: tokens[part] }] : []))
  return { parts, used: total, by, countedAt }
}

/** Whole tokens in the proportions of the weights, together exactly the total; a part without weight gets none. */
export function shareOut(weights: Weights, total: number): Weights {
  const whole = sum(weights)
  const exact = contextParts.map((part) => ({ part, share: whole === 0 ? 0 : (weights[part] / whole) * total }))
  const shares = { ...weights }
  for (const { part, share } of exact) shares[part] = Math.floor(share)
  const rest = total - sum(shares)
  const byRemainder = exact
    .filter(({ part }) => weights[part] > 0)
    .sort((one, other) => (other.share % 1) - (one.share % 1))
  for (let given = 0; given < rest && byRemainder.length > 0; given += 1) {
    const next = byRemainder[given % byRemainder.length]
    if (next) shares[next.part] += 1
  }
  return shares
}

const sum = (weights: Weights) => contextParts.reduce((total, part) => total + weights[part], 0)

function messagesOf({ hidden, shortened, place }: MeterRequest, path: readonly TreeRecord[]): ModelMessage[] {
  return inTheirForms(shownOf(path, hidden, place), shortened)
}

function written(request: MeterRequest, path: readonly TreeRecord[]) {
  return { tools: [], ...request.dialect.write(messagesOf(request, path), request.offered) }
}

function weigh(request: MeterRequest, path: readonly TreeRecord[]): Weights {
  const { place, offered, dialect } = request
  const shown = shownOf(path, request.hidden, place)
  const messages = inTheirForms(shown, request.shortened)
  const weights: Weights = { system: 0, tools: 0, skills: 0, history: 0, results: 0, attached: 0, answer: 0 }
  for (const [index, message] of messages.entries()) {
    const tokens = tokensOfMessage(message)
    const id = shown[index]?.id ?? null
    if (message.role === 'system') {
      const skills = place.skills === null ? 0 : tokensIn(place.skills)
      weights.skills += skills
      weights.system += tokens - skills
    } else if (message.role === 'tool') {
      weights[message.toolName === skillTool ? 'skills' : 'results'] += tokens
    } else {
      const attached = id === null ? null : place.attached.get(id)
      const ofAttached = attached ? tokensIn(attached.words) + tokensOfPicture * attached.pictures.length : 0
      weights.attached += Math.min(tokens, ofAttached)
      weights.history += Math.max(0, tokens - ofAttached)
    }
  }
  weights.tools = toolsWeight(offered, dialect, messages)
  return weights
}

/** In fields of their own, or in the words of the system message. */
function toolsWeight(offered: readonly FunctionTool[], dialect: Dialect, [system]: readonly ModelMessage[]): number {
  if (offered.length === 0 || !system) return 0
  const { messages: [told] = [], tools = [] } = dialect.write([system], offered)
  const inWords = told ? tokensOfMessage(told) - tokensOfMessage(system) : 0
  return (
    inWords + tools.reduce((tokens, tool) => tokens + tokensIn(JSON.stringify({ type: 'function', function: tool })), 0)
  )
}

/** What a server counted of this answer of this model. The answer that closes a turn was asked without tools. */
function countOf(record: TreeRecord, model: string): { prompt: number; output: number } | null {
  if (!isMessage(record) || record.role !== 'assistant' || record.model !== model || record.stop === 'limit')
    return null
  const { promptTokens = 0, outputTokens = 0 } = record.usage ?? {}
  return promptTokens > 0 ? { prompt: promptTokens, output: outputTokens } : null
}

const changesPrompt = (record: TreeRecord) =>
  record.type === 'message' ||
  record.type === 'compaction' ||
  (record.type === 'settings' && ('ownPrompt' in record || 'skills' in record || 'dialect' in record))
