// Rules a good client keeps, checked on what the server saw. Each throws with the first request that broke it.
import { asArray, isObject, textOf } from './go-json.ts'
import type { RecordedRequest } from './records.ts'

type Requests = readonly RecordedRequest[]

/** A new connection may be seen a moment before the end of the one that was given up. */
const slackMs = 25

/** One model answers one question at a time. */
export function assertNoConcurrentChats(requests: Requests): void {
  for (const [, list] of byModel(requests)) {
    for (const [index, one] of list.entries()) {
      const end = one.startedMs + (one.closedMs ?? Number.POSITIVE_INFINITY)
      const overlap = list.slice(index + 1).find((other) => other.startedMs < end - slackMs)
      if (overlap) fail('Two chats of one model at once', one, overlap)
    }
  }
}

/** A change of these loads the model anew, or lets it go. */
export function assertConstantOptions(requests: Requests): void {
  const watched = (request: RecordedRequest) => {
    const { options, shift, keep_alive: keepAlive } = bodyOf(request)
    return JSON.stringify({ numCtx: isObject(options) ? options['num_ctx'] : undefined, shift, keepAlive })
  }
  for (const [, list] of byModel(requests)) {
    const other = list.find((one) => list[0] !== undefined && watched(one) !== watched(list[0]))
    if (other && list[0]) fail(`num_ctx, shift or keep_alive changed from ${watched(list[0])}`, other)
  }
}

/** Left out, it means true for models that can think. */
export function assertExplicitThink(requests: Requests): void {
  for (const request of questions(requests)) {
    if (bodyOf(request)['think'] === undefined) fail('think was left out', request)
  }
}

/** Between a call and the next words of anybody else stand the results of all its calls. */
export function assertResultsFollowCalls(requests: Requests): void {
  for (const request of questions(requests)) {
    const messages = messagesOf(request)
    for (const [index, message] of messages.entries()) {
      const calls = callsOf(message)
      const results = takeResults(messages, index + 1)
      if (calls.length > 0 && index + 1 < messages.length && results.length !== calls.length) {
        fail(`${calls.length} calls, then ${results.length} results`, request)
      }
    }
  }
}

/** A result without its call is dropped by the model's template, without a word. */
export function assertNoOrphanResults(requests: Requests): void {
  for (const request of questions(requests)) {
    const messages = messagesOf(request)
    for (const [index, message] of messages.entries()) {
      if (message['role'] !== 'tool') continue
      const before = messages.slice(0, index).findLast(({ role }) => role !== 'tool')
      const calls = before === undefined ? [] : callsOf(before)
      const id = textOf(message['tool_call_id'])
      const isKnown = id === '' ? calls.length > 0 : calls.some((call) => call['id'] === id)
      if (!isKnown) fail(`The result ${id || textOf(message['tool_name'])} has no call before it`, request)
    }
  }
}

/** What stands first in the prompt never changes, so that the model need not read it again. */
export function assertStablePrefix(requests: Requests): void {
  for (const [, list] of byModel(requests)) {
    const prefixOf = (request: RecordedRequest) => {
      const first = messagesOf(request)[0]
      return JSON.stringify([bodyOf(request)['tools'] ?? [], first?.['role'] === 'system' ? first : null])
    }
    const other = list.find((one) => list[0] !== undefined && prefixOf(one) !== prefixOf(list[0]))
    if (other) fail('The system prompt or the tools changed', other)
  }
}

/** Each prompt begins with the one before it: nothing was rewritten. */
export function assertGrowingPrompt(requests: Requests): void {
  for (const [, list] of byModel(requests)) {
    for (const [index, { prompt, cachedPrefix }] of list.entries()) {
      const before = index > 0 ? list[index - 1]?.prompt : null
      // The prompt before ends with the model's turn, which is what the answer then fills.
      if (before && prompt !== null && (cachedPrefix ?? 0) < before.length - '<|turn>model\n'.length) {
        const request = list[index]
        if (request) fail(`Only ${cachedPrefix} of ${before.length} characters were the same`, request)
      }
    }
  }
}

/** After Stop nothing more is asked. */
export function assertNothingAfterAbort(requests: Requests): void {
  const list = questions(requests)
  const aborted = list.findIndex(({ abortedByClient }) => abortedByClient)
  const next = aborted < 0 ? undefined : list[aborted + 1]
  if (next) fail('A chat after one that was aborted', next)
}

/** All rules that hold for any conversation, also for one that was stopped and went on. */
export function assertGoodClient(requests: Requests): void {
  assertNoConcurrentChats(requests)
  assertConstantOptions(requests)
  assertExplicitThink(requests)
  assertResultsFollowCalls(requests)
  assertNoOrphanResults(requests)
  assertStablePrefix(requests)
}

/** Chats with messages; a request without any only loads the model. */
function questions(requests: Requests): RecordedRequest[] {
  return requests.filter((request) => request.path === '/api/chat' && messagesOf(request).length > 0)
}

function byModel(requests: Requests): Map<string, RecordedRequest[]> {
  const groups = new Map<string, RecordedRequest[]>()
  for (const request of questions(requests)) {
    const name = textOf(bodyOf(request)['model'])
    groups.set(name, [...(groups.get(name) ?? []), request])
  }
  return groups
}

function takeResults(messages: readonly Record<string, unknown>[], from: number): unknown[] {
  const end = messages.findIndex((message, index) => index >= from && message['role'] !== 'tool')
  return messages.slice(from, end < 0 ? messages.length : end)
}

function bodyOf({ body }: RecordedRequest): Record<string, unknown> {
  return isObject(body) ? body : {}
}

function messagesOf(request: RecordedRequest): Record<string, unknown>[] {
  return asArray(bodyOf(request)['messages']).filter(isObject)
}

function callsOf(message: Record<string, unknown>): Record<string, unknown>[] {
  return asArray(message['tool_calls']).filter(isObject)
}

function fail(what: string, ...requests: RecordedRequest[]): never {
  throw new Error(`${what}:\n${requests.map(({ raw }) => raw.slice(0, 2_000)).join('\n')}`)
}
