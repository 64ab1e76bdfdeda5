// What Carrel's driver needs of an Ollama server: the same suite for the fake one and, with REAL_OLLAMA_URL, a real one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { collect, openRoom, question } from '../models/room.ts'
import { type FakeOllama, startFakeOllama } from '../support/fake-ollama.ts'
import { waitFor } from '../support/wait.ts'
import { refused } from './refused.ts'

const realUrl = process.env['REAL_OLLAMA_URL']
/** A real model on a slow machine may load for a minute. */
const patience = { timeout: 120_000 }

describe('the fake Ollama', () => contract(() => startFakeOllama()))
describe.skipIf(realUrl === undefined)('a real Ollama', () =>
  contract(async () => ({ url: realUrl ?? '', stop: async () => undefined })),
)

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
    expect(done?.usage?.promptTokens).toBeGreaterThan(0)
    expect(done?.usage?.outputTokens).toBeGreaterThan(0)
    expect(done?.usage?.numCtx).toBeGreaterThan(0)
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

  test.each(refused)('%s refuses %j', async (path, body, status, error) => {
    const text = (typeof body === 'string' ? body : JSON.stringify(body)).replaceAll('"M"', JSON.stringify(model))
    const response = await fetch(server.url + path, { method: 'POST', body: text })
    expect([response.status, await errorOf(response)]).toEqual([
      status,
      typeof error === 'string' ? error : expect.stringMatching(error),
    ])
  })

  test('is strict about what is deleted', async () => {
    const remove = async (body: object) => {
      const response = await raw('/api/delete', 'DELETE', body)
      return [response.status, await errorOf(response)]
    }
    expect(await remove({})).toEqual([400, 'model is required'])
    expect(await remove({ model: 'a b' })).toEqual([400, 'name "a b" is invalid'])
    expect(await remove({ name: 'nope' })).toEqual([404, "model 'nope' not found"])
  })

  test('copies and deletes, and answers with nothing', async () => {
    const names = async () =>
      Object(await (await raw('/api/tags', 'GET')).json())['models'].map(({ name }: { name: string }) => name)
    const copied = await raw('/api/copy', 'POST', { source: model, destination: 'carrel-contract-copy' })
    expect([copied.status, await copied.text()]).toEqual([200, ''])
    expect(await names()).toContain('carrel-contract-copy:latest')
    const removed = await raw('/api/delete', 'DELETE', { model: 'carrel-contract-copy' })
    expect([removed.status, await removed.text()]).toEqual([200, ''])
    expect(await names()).not.toContain('carrel-contract-copy:latest')
  })

  test('redirects a path with a slash too many, and knows HEAD only on some', async () => {
    const follow = async (path: string, method: string) => {
      const response = await fetch(server.url + path, { method, redirect: 'manual' })
      return [response.status, response.headers.get('location')]
    }
    expect(await follow('/api/version/', 'GET')).toEqual([301, '/api/version'])
    expect(await follow('/api/chat/', 'POST')).toEqual([307, '/api/chat'])
    expect(await follow('/api/tags', 'HEAD')).toEqual([200, null])
    expect(await follow('/api/ps', 'HEAD')).toEqual([405, null])
  })

  test('loads, tells its window, and unloads', patience, async () => {
    const loaded = async () => {
      const { models } = Object(await (await raw('/api/ps', 'GET')).json())
      return models.find(({ name }: { name: string }) => name === model)
    }
    const load = await raw('/api/chat', 'POST', { model, messages: [], think: false, options: { num_ctx: 2_048 } })
    expect(await load.json()).toMatchObject({ message: { content: '' }, done: true, done_reason: 'load' })
    expect(await loaded()).toMatchObject({
      context_length: 2_048,
      expires_at: expect.stringMatching(/^\d{4}-.*(Z|\d\d:\d\d)$/u),
    })
    const unload = await raw('/api/chat', 'POST', { model, messages: [], keep_alive: 0 })
    expect(await unload.json()).toMatchObject({ done: true, done_reason: 'unload' })
    // A real one answers first and lets go of it afterwards.
    await waitFor('the model to be unloaded', async () => (await loaded()) === undefined)
  })

  describe('a prompt that is too long', () => {
    const long = { role: 'user', content: 'word '.repeat(9_000) }
    const base = { think: false, options: { num_ctx: 2_048, num_predict: 2 } }
    const chat = (body: object) => raw('/api/chat', 'POST', { model, ...base, ...body })

    test('is refused with JSON inside the text when it may not be cut', patience, async () => {
      const response = await chat({ truncate: false, shift: false, messages: [long] })
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json'])
      expect(JSON.parse(await errorOf(response))).toEqual({
        error: {
          code: 400,
          type: 'exceed_context_size_error',
          message: expect.stringMatching(/^request \(\d+ tokens\) exceeds the available context size \(2048 tokens\)/u),
          n_ctx: 2_048,
          n_prompt_tokens: expect.any(Number),
        },
      })
    })

    test('is refused in words when only the last message is left and it may not shift', patience, async () => {
      const response = await chat({ shift: false, messages: [long] })
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json'])
      expect(await errorOf(response)).toBe(
        'the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context length',
      )
    })

    test('loses its oldest messages without a word', patience, async () => {
      const response = await chat({ shift: false, stream: false, messages: [long, user] })
      const answer = Object(await response.json())
      expect(answer).toMatchObject({ done: true, message: { role: 'assistant' } })
      expect(answer.prompt_eval_count).toBeLessThan(200)
    })
  })

  test('generates with a response instead of a message', patience, async () => {
    const body = { model, prompt: 'Hi', think: false, options: { num_predict: 3, num_ctx: 2_048 } }
    const lines = (await (await raw('/api/generate', 'POST', body)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ model, response: expect.any(String), done: false })
    expect(lines.at(-1)).toMatchObject({ response: expect.any(String), done: true, context: expect.any(Array) })
  })

  test('pulls an unknown model with an error in the stream, and a status without one', patience, async () => {
    const name = 'carrel-no-such-model:0b'
    const streamed = await raw('/api/pull', 'POST', { model: name })
    expect([streamed.status, streamed.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    const lines = (await streamed.text()).trim().split('\n')
    expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([['status'], ['error']])
    expect(lines[1]).toContain('pull model manifest: ')
    const whole = await raw('/api/pull', 'POST', { model: name, stream: false })
    expect([whole.status, whole.headers.get('content-type')]).toEqual([500, 'application/json'])
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
