// The fake server is as strict as the real one; every answer here was read in Ollama's source or seen from a running server.
import { get } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { embedder, type FakeOllama, scenario, startFakeOllama, steps } from '../support/fake-ollama.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

function ask(path: string, method = 'GET', body?: unknown): Promise<Response> {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(fake.url + path, { method, body: text })
}

const user = { role: 'user', content: 'Hello' }

test.each([
  ['GET', '/', 200, 'Ollama is running'],
  ['GET', '/api/nothing', 404, '404 page not found'],
  ['POST', '/api/tags', 405, '405 method not allowed'],
  ['GET', '/api/chat', 405, '405 method not allowed'],
])('%s %s answers %i %s', async (method, path, status, text) => {
  const response = await ask(path, method)
  expect([response.status, await response.text()]).toEqual([status, text])
  expect(response.headers.get('content-type')).toContain('text/plain')
})

describe('a chat request is refused', () => {
  test.each<[unknown, number, string | RegExp]>([
    [undefined, 400, 'missing request body'],
    ['{', 400, 'unexpected EOF'],
    ['hello', 400, /^invalid character 'h'/u],
    [[1], 400, 'json: cannot unmarshal array into Go value of type api.ChatRequest'],
    [{ model: 'gemma4:e4b', messages: 'x' }, 400, /messages of type \[\]api\.Message$/u],
    [{ model: 'gemma4:e4b', messages: ['x'] }, 400, /messages of type api\.Alias$/u],
    [{ model: 'gemma4:e4b', messages: [user], think: 7 }, 400, /^think must be a boolean or string/u],
    [{ messages: [user] }, 400, 'model is required'],
    [{ model: 'nope', messages: [user] }, 404, "model 'nope' not found"],
    [{ model: 'gemma4:e4b', messages: [{ role: 'user', content: [] }] }, 400, /^json: cannot unmarshal array/u],
    [
      {
        model: 'gemma4:e4b',
        messages: [{ role: 'user', content: 'x', tool_calls: [{ function: { arguments: '{}' } }] }],
      },
      400,
      /^Value looks like object/u,
    ],
    [{ model: 'gemma4:e4b', messages: [user], stream: 'yes' }, 400, /^json: cannot unmarshal string/u],
    [{ model: 'gemma4:e4b', messages: [user], think: 'x' }, 400, /^invalid think value: "x"/u],
    [{ model: 'smollm2:135m', messages: [user], think: true }, 400, '"smollm2:135m" does not support thinking'],
    [{ model: 'smollm2:135m', messages: [user], tools: [{}] }, 400, /library\/smollm2:135m does not support tools$/u],
  ])('%j', async (body, status, error) => {
    const response = await ask('/api/chat', 'POST', body)
    expect(response.status).toBe(status)
    expect(Object(await response.json())['error']).toEqual(
      typeof error === 'string' ? error : expect.stringMatching(error),
    )
  })
})

describe('a generate request is refused', () => {
  test.each<[object, number, RegExp]>([
    [{ model: 'gemma4:e4b', prompt: 7 }, 400, /GenerateRequest\.prompt of type string$/u],
    [{ model: 'smollm2:135m', prompt: 'x', think: true }, 400, /"smollm2:135m" does not support thinking/u],
    [{ model: 'nope', prompt: 'x' }, 404, /^model 'nope' not found$/u],
  ])('%j', async (body, status, error) => {
    const response = await ask('/api/generate', 'POST', body)
    expect([response.status, Object(await response.json())['error']]).toEqual([status, expect.stringMatching(error)])
  })
})

test('a model for embeddings answers neither chat nor generate', async () => {
  fake.setModels([embedder])
  for (const [path, body] of [
    ['chat', { messages: [user] }],
    ['generate', { prompt: 'x' }],
  ] as const) {
    const response = await ask(`/api/${path}`, 'POST', { model: embedder.name, ...body })
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: `"embeddinggemma:300m" does not support ${path}` },
    ])
  }
})

test('a stranger by name is turned away', async () => {
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      get(`${fake.url}/api/version`, { headers: { host } }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      )
    })
  expect(await status('evil.example')).toBe(403)
  expect(await Promise.all(['localhost:1', '127.0.0.1', '[::1]:80', 'desk.local'].map(status))).toEqual([
    200, 200, 200, 200,
  ])
})

test('thinking and streaming are what happens when nothing is said', async () => {
  const response = await ask('/api/chat', 'POST', { model: 'gemma4:e4b', messages: [user] })
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await response.text()).trim().split('\n')
  expect(lines[0]).toContain('"thinking":')
  expect(lines.at(-1)).toMatch(/"done":true,"done_reason":"stop"/u)
})

test('without a stream the answer is one object', async () => {
  fake.setScenario(steps({ thinking: 'Hm' }, { content: 'Hello you' }, { done: 'stop' }))
  const response = await ask('/api/chat', 'POST', { model: 'gemma4:e4b', messages: [user], stream: false })
  expect(await response.json()).toMatchObject({ done: true, message: { content: 'Hello you', thinking: 'Hm' } })
})

test('zero counts and empty fields are left out', async () => {
  fake.setScenario(steps({ content: 'a' }, { done: 'stop', metrics: { eval_count: 0, load_duration: 0 } }))
  const text = await (await ask('/api/chat', 'POST', { model: 'smollm2:135m', messages: [user] })).text()
  expect(text).not.toMatch(/eval_count":0|load_duration|thinking|tool_calls/u)
})

test('a request without messages loads and unloads', async () => {
  const names = async () =>
    Object(await (await ask('/api/ps')).json())['models'].map((model: { name: string }) => model.name)
  const load = await ask('/api/chat', 'POST', { model: 'qwen3:0.6b', messages: [] })
  expect(await load.json()).toMatchObject({ done: true, done_reason: 'load' })
  expect(await names()).toEqual(['qwen3:0.6b'])
  const unload = await ask('/api/chat', 'POST', { model: 'qwen3:0.6b', messages: [], keep_alive: 0 })
  expect(await unload.json()).toMatchObject({ done_reason: 'unload' })
  expect(await names()).toEqual([])
})

test('headers come with the first token and not before', async () => {
  fake.setScenario(steps({ gate: 'first' }, { content: 'a' }, { done: 'stop' }))
  const answer = ask('/api/chat', 'POST', { model: 'smollm2:135m', messages: [user] })
  await fake.waitForGate('first')
  expect(fake.chatRequests()[0]?.status).toBeNull()
  fake.release('first')
  expect((await answer).status).toBe(200)
})

test('turns are chosen by their conditions, and a missing one fails loudly', async () => {
  fake.setScenario({
    turns: [
      { match: { contains: 'notes' }, steps: [{ content: 'one' }, { done: 'stop' }] },
      { match: { nth: 2 }, steps: [{ content: 'two' }, { done: 'stop' }] },
    ],
  })
  const say = async (content: string) => {
    const body = { model: 'smollm2:135m', messages: [{ role: 'user', content }], stream: false }
    return Object(await (await ask('/api/chat', 'POST', body)).json())
  }
  expect((await say('my notes'))['message'].content).toBe('one')
  expect((await say('else'))['message'].content).toBe('two')
  expect((await say('else'))['error']).toBe('fake: no turn matched')
})

test('a scenario file is checked', () => {
  expect(scenario.safeParse({ turns: [{ steps: [{ content: 'a', delayMs: 5 }, { fault: 'reset' }] }] }).success).toBe(
    true,
  )
  expect(scenario.safeParse({ turns: [{ steps: [{ contents: 'a' }] }] }).success).toBe(false)
})
