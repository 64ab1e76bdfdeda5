// What Carrel's driver needs of an Ollama server: the same suite for the fake one and, with REAL_OLLAMA_URL, a real one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { collect, openRoom, question } from '../models/room.ts'
import { type FakeOllama, startFakeOllama } from '../support/fake-ollama.ts'

const realUrl = process.env['REAL_OLLAMA_URL']
/** A real model on a slow machine may load for a minute. */
const patience = { timeout: 120_000 }

describe('the fake Ollama', () => contract(() => startFakeOllama()))
describe.skipIf(realUrl === undefined)('a real Ollama', () =>
  contract(async () => ({ url: realUrl ?? '', stop: async () => undefined })),
)

/** As a real server of August 2026 says them. */
const refusals: Readonly<Record<string, string>> = {
  'half a body': 'unexpected EOF',
  'a list': 'json: cannot unmarshal array into Go value of type api.ChatRequest',
  'messages that are no list':
    'json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message',
  'a message that is text': 'json: cannot unmarshal string into Go struct field ChatRequest.messages of type api.Alias',
  'stream that is text': 'json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool',
  'think that is a number': 'think must be a boolean or string ("high", "medium", "low", "max", true, or false)',
  'options that are text':
    'json: cannot unmarshal string into Go struct field ChatRequest.options of type map[string]interface {}',
  'arguments that are text': "Value looks like object, but can't find closing '}' symbol",
}

function contract(start: () => Promise<Pick<FakeOllama, 'url' | 'stop'>>): void {
  let server: Pick<FakeOllama, 'url' | 'stop'>
  let room: ReturnType<typeof openRoom>
  let model: string
  beforeAll(async () => {
    server = await start()
    room = openRoom({ host: server.url })
    model = await room.models.choose(null)
  })
  afterAll(() => server.stop())

  const raw = (path: string, method: string, body?: unknown) =>
    fetch(server.url + path, { method, body: body === undefined ? null : JSON.stringify(body) })
  const errorOf = async (response: Response) => Object(await response.json())['error']
  const user = { role: 'user', content: 'Say hello.' }

  test('says who it is and what it has', async () => {
    const state = await room.models.refresh()
    expect(state).toMatchObject({ status: 'ready', failure: null, version: expect.stringMatching(/^\d+\.\d+/u) })
    const installed = state.models.find(({ name }) => name === model)
    expect(installed?.bytes).toBeGreaterThan(0)
    expect(installed?.family).toEqual(expect.any(String))
  })

  test('answers with deltas and one end that counts', patience, async () => {
    const { text, done, failure, events } = await collect(
      room.models,
      question({ model, messages: [{ role: 'user', content: 'Say hello.' }] }),
    )
    expect(failure).toBeNull()
    expect(text.length).toBeGreaterThan(0)
    expect(events.at(-1)).toBe(done)
    expect(done?.usage.promptTokens).toBeGreaterThan(0)
    expect(done?.usage.outputTokens).toBeGreaterThan(0)
    expect(done?.usage.numCtx).toBeGreaterThan(0)
  })

  test('has the model in memory afterwards', patience, async () => {
    await collect(room.models, question({ model }))
    const state = await room.models.refresh()
    expect(state.models.find(({ name }) => name === model)?.loaded).toBe(true)
  })

  test('takes any level of thinking for any model', patience, async () => {
    const { failure } = await collect(room.models, question({ model, think: 'low' }))
    expect(failure).toBeNull()
  })

  test('takes a conversation with thinking in it', patience, async () => {
    const messages = [
      { role: 'system' as const, content: 'Be short.' },
      { role: 'user' as const, content: 'Hello' },
      { role: 'assistant' as const, content: 'Hi.', thinking: 'A greeting.' },
      { role: 'user' as const, content: 'Bye' },
    ]
    const { failure } = await collect(room.models, question({ model, messages }))
    expect(failure).toBeNull()
  })

  test('stops in the middle and answers the next question', patience, async () => {
    const stop = new AbortController()
    const long = question({ model, messages: [{ role: 'user', content: 'Count from one to a thousand in words.' }] })
    const stopped = await collect(room.models, long, stop.signal, ({ type }) => type === 'text' && stop.abort())
    expect(stopped.failure?.code).toBe('cancelled')
    expect(stopped.text.length).toBeGreaterThan(0)
    expect((await collect(room.models, question({ model }))).failure).toBeNull()
  })

  test('knows no such model', async () => {
    const { failure } = await collect(room.models, question({ model: 'no-such-model:0b' }))
    expect(failure).toMatchObject({
      code: 'unavailable',
      message: failures.noSuchModel('no-such-model:0b', server.url),
    })
  })

  test.each([
    ['/', 'GET', 200, 'Ollama is running'],
    ['/api/nothing', 'GET', 404, '404 page not found'],
    ['/api/chat', 'GET', 405, '405 method not allowed'],
  ])('%s %s', async (path, method, status, text) => {
    const response = await raw(path, method)
    expect([response.status, await response.text()]).toEqual([status, text])
  })

  test.each<[string, unknown]>([
    ['half a body', '{'],
    ['a list', [1]],
    ['messages that are no list', { model: 'M', messages: 'x' }],
    ['a message that is text', { model: 'M', messages: ['x'] }],
    ['stream that is text', { model: 'M', messages: [user], stream: 'yes' }],
    ['think that is a number', { model: 'M', messages: [user], think: 7 }],
    ['options that are text', { model: 'M', messages: [user], options: 'x' }],
    [
      'arguments that are text',
      { model: 'M', messages: [{ ...user, tool_calls: [{ function: { name: 'a', arguments: '{}' } }] }] },
    ],
  ])('refuses %s in the same words', async (name, body) => {
    const text = (typeof body === 'string' ? body : JSON.stringify(body)).replace('"M"', JSON.stringify(model))
    const response = await fetch(`${server.url}/api/chat`, { method: 'POST', body: text })
    expect([response.status, await errorOf(response)]).toEqual([400, refusals[name]])
  })

  test('is strict about a chat request', async () => {
    expect(await errorOf(await raw('/api/chat', 'POST'))).toBe('missing request body')
    expect(await errorOf(await raw('/api/chat', 'POST', { messages: [user] }))).toBe('model is required')
    const wrongContent = await raw('/api/chat', 'POST', { model, messages: [{ role: 'user', content: [1] }] })
    expect(wrongContent.status).toBe(400)
    expect(await errorOf(wrongContent)).toMatch(/cannot unmarshal/u)
    const wrongThink = await raw('/api/chat', 'POST', { model, messages: [user], think: 'x' })
    expect(await errorOf(wrongThink)).toMatch(/^invalid think value: "x"/u)
    const missing = await raw('/api/show', 'POST', { model: 'no-such-model:0b' })
    expect([missing.status, await errorOf(missing)]).toEqual([404, "model 'no-such-model:0b' not found"])
  })

  test('leaves out what is zero or empty, and says how it ended', patience, async () => {
    const body = { model, messages: [user], think: false, options: { num_predict: 8 } }
    const response = await raw('/api/chat', 'POST', body)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatchObject({ done: false, message: { role: 'assistant', content: expect.any(String) } })
      expect(line).not.toHaveProperty('eval_count')
    }
    expect(lines.at(-1)).toMatchObject({
      done: true,
      done_reason: expect.stringMatching(/^(stop|length)$/u),
      eval_count: expect.any(Number),
    })
  })
}
