// The rules of a good client: each holds for good requests and breaks for one that is not.
import { expect, test } from 'vitest'
import {
  assertConstantOptions,
  assertExplicitThink,
  assertGoodClient,
  assertNoConcurrentChats,
  assertNoOrphanResults,
  assertNothingAfterAbort,
  assertResultsFollowCalls,
  assertStablePrefix,
  type RecordedRequest,
} from '../support/fake-ollama.ts'

const system = { role: 'system', content: 'Be brief.' }
const user = { role: 'user', content: 'Hello' }
const calling = {
  role: 'assistant',
  content: '',
  tool_calls: [
    { id: 'call_a', function: { name: 'a', arguments: {} } },
    { id: 'call_b', function: { name: 'b', arguments: {} } },
  ],
}
const result = (id: string) => ({ role: 'tool', content: '1', tool_name: 'a', tool_call_id: id })
const tools = [{ type: 'function', function: { name: 'a' } }]
const options = { num_ctx: 8_192 }

function record(startedMs: number, change: object, more: Partial<RecordedRequest> = {}): RecordedRequest {
  const body = {
    model: 'm',
    messages: [system, user],
    think: false,
    keep_alive: '5m',
    shift: false,
    tools,
    options,
    ...change,
  }
  const raw = JSON.stringify(body)
  return {
    method: 'POST',
    path: '/api/chat',
    headers: {},
    raw,
    bytes: Buffer.from(raw),
    body: JSON.parse(raw),
    startedMs,
    status: 200,
    firstByteMs: 1,
    closedMs: 50,
    abortedByClient: false,
    closedEarly: false,
    prompt: null,
    cachedPrefix: null,
    ...more,
  }
}

const good = [
  record(0, {}),
  record(100, { messages: [system, user, calling, result('call_a'), result('call_b')] }),
  record(200, { messages: [system, user, calling, result('call_a'), result('call_b'), calling] }),
  record(150, { model: 'other', options: { num_ctx: 4_096 } }),
  record(400, { messages: [], options: {} }),
]

test('a good client keeps all of them', () => {
  expect(() => assertGoodClient(good)).not.toThrow()
  expect(() => assertNothingAfterAbort(good)).not.toThrow()
})

test.each<[string, (requests: readonly RecordedRequest[]) => void, RecordedRequest[], RegExp]>([
  ['two at once', assertNoConcurrentChats, [record(0, {}), record(10, {})], /at once/u],
  ['one that never ended', assertNoConcurrentChats, [record(0, {}, { closedMs: null }), record(900, {})], /at once/u],
  ['another num_ctx', assertConstantOptions, [record(0, {}), record(100, { options: { num_ctx: 1 } })], /changed/u],
  ['another shift', assertConstantOptions, [record(0, {}), record(100, { shift: true })], /changed/u],
  ['another keep_alive', assertConstantOptions, [record(0, {}), record(100, { keep_alive: 0 })], /changed/u],
  ['no think', assertExplicitThink, [record(0, { think: undefined })], /left out/u],
  [
    'a missing result',
    assertResultsFollowCalls,
    [record(0, { messages: [calling, result('call_a'), user] })],
    /then 1/u,
  ],
  ['an orphan', assertNoOrphanResults, [record(0, { messages: [user, result('call_a')] })], /no call/u],
  ['a stranger', assertNoOrphanResults, [record(0, { messages: [calling, result('call_z')] })], /call_z/u],
  ['other tools', assertStablePrefix, [record(0, {}), record(100, { tools: [] })], /tools changed/u],
  ['another system prompt', assertStablePrefix, [record(0, {}), record(100, { messages: [user] })], /changed/u],
  [
    'a chat after Stop',
    assertNothingAfterAbort,
    [record(0, {}, { abortedByClient: true }), record(100, {})],
    /after one that was aborted/u,
  ],
])('%s breaks it', (_, assert, requests, message) => {
  expect(() => assert(requests)).toThrow(message)
})
