// Calls from every line, each with an id of its own and arguments that can be trusted to be an object; and what goes back.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FunctionTool, GenerateRequest, ToolCall } from '../../electron/contracts.ts'
import { type FakeOllama, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const tools: FunctionTool[] = [
  {
    name: 'read_file',
    description: 'Reads a file.',
    parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
]
const reading = { tool_calls: [{ name: 'read_file', arguments: { path: 'a' } }] }

async function callsOf(overrides: Partial<GenerateRequest> = {}): Promise<ToolCall[]> {
  const { models } = openRoom({ host: fake.url })
  const { events, failure } = await collect(models, question({ tools, ...overrides }))
  expect(failure).toBeNull()
  return events.flatMap((event) => (event.type === 'tool-call' ? [event.call] : []))
}

test('from every line, in order, with the ids of the server', async () => {
  const two = { tool_calls: [...reading.tool_calls, { name: 'read_file', arguments: { path: 'b' } }] }
  fake.setScenario(steps({ content: 'I will.' }, two, reading, { done: 'stop' }))
  const calls = await callsOf()
  expect(calls.map(({ arguments: given }) => given?.['path'])).toEqual(['a', 'b', 'a'])
  expect(new Set(calls.map(({ id }) => id)).size).toBe(3)
  for (const { id } of calls) expect(id).toMatch(/^call_[a-z0-9]{8}$/)
})

test('from the last line', async () => {
  fake.setScenario(steps({ fault: 'toolCallInDoneLine' }, reading, { done: 'stop' }))
  expect(await callsOf()).toMatchObject([{ name: 'read_file', arguments: { path: 'a' } }])
})

test.each(['toolCallNoId', 'dupIds'] as const)('ids are made where they are missing or the same: %s', async (fault) => {
  fake.setScenario(steps({ fault }, reading, reading, { done: 'stop' }))
  const calls = await callsOf()
  expect(calls).toHaveLength(2)
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
  expect(calls.every(({ id }) => id !== '')).toBe(true)
})

test('a made id is like none of the conversation', async () => {
  fake.setScenario(steps({ fault: 'toolCallNoId' }, reading, { done: 'stop' }))
  const earlier: ToolCall = { id: 'call_2', name: 'read_file', arguments: { path: 'x' } }
  const messages: GenerateRequest['messages'] = [
    { role: 'user', content: 'Read x' },
    { role: 'assistant', content: '', toolCalls: [earlier] },
    { role: 'tool', content: 'words', toolCallId: 'call_2', toolName: 'read_file' },
  ]
  const [call] = await callsOf({ messages })
  expect(call?.id).toMatch(/^call_\d+$/)
  expect(call?.id).not.toBe('call_2')
})

test('arguments as text are read, none are none, and anything else is null', async () => {
  fake.setScenario(steps({ fault: 'argsAsString' }, reading, { done: 'stop' }))
  expect(await callsOf()).toMatchObject([{ arguments: { path: 'a' } }])
  fake.setScenario(steps({ fault: 'nullArgs' }, { done: 'stop' }))
  expect((await callsOf())[0]?.arguments).toEqual({})
  const line = (given: unknown) =>
    `${JSON.stringify({ message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'read_file', arguments: given } }] }, done: false })}\n`
  fake.setScenario(steps({ raw: line([1]) + line('{"path": "cut') + line(7) }, { done: 'stop' }))
  expect((await callsOf()).map(({ arguments: given }) => given)).toEqual([null, null, null])
})

test('what goes back: tools, calls with their ids, results, pictures, all as copies', async () => {
  fake.setScenario(steps({ content: 'I see.' }, { done: 'stop' }))
  const call: ToolCall = Object.freeze({ id: 'call_1', name: 'read_file', arguments: Object.freeze({ path: 'a' }) })
  const messages = [
    Object.freeze({ role: 'user' as const, content: 'Look', images: [new Uint8Array([1, 2, 3])] }),
    Object.freeze({ role: 'assistant' as const, content: '', thinking: 'Hm.', toolCalls: Object.freeze([call]) }),
    Object.freeze({ role: 'tool' as const, content: 'words', toolCallId: 'call_1', toolName: 'read_file' }),
  ]
  await callsOf({ messages })
  expect(fake.chatRequests()[0]?.body).toMatchObject({
    tools: [{ type: 'function', function: tools[0] }],
    messages: [
      { role: 'user', content: 'Look', images: ['AQID'] },
      {
        role: 'assistant',
        thinking: 'Hm.',
        tool_calls: [{ id: 'call_1', function: { name: 'read_file', arguments: { path: 'a' } } }],
      },
      { role: 'tool', content: 'words', tool_call_id: 'call_1', tool_name: 'read_file' },
    ],
  })
})
