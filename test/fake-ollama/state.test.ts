// What the server remembers: models in memory, who waits, what a change of options costs, and what was installed.
import { expect, test } from 'vitest'
import { createManualClock, embedder, gemma, steps } from '../support/fake-ollama.ts'
import { chat, linesOf, onTheWire, openFake, said } from './room.ts'

const ok = steps({ content: 'Yes' }, { done: 'stop' })
const get = async (url: string, path: string) =>
  JSON.parse((await onTheWire(url, path, undefined, { method: 'GET' })).text)
const loadedIn = async (url: string): Promise<{ name: string; context_length: number; expires_at: string }[]> =>
  (await get(url, '/api/ps')).models

test('a model stays in memory for its keep_alive, from the end of the last answer', async () => {
  const clock = createManualClock()
  const { url } = await openFake({ clock, scenario: ok })
  await onTheWire(url, '/api/chat', chat())
  clock.advance(5 * 60_000 - 1)
  expect((await loadedIn(url)).map(({ name }) => name)).toEqual(['gemma4:e4b'])
  await onTheWire(url, '/api/chat', chat({ keep_alive: '1h30m' }))
  clock.advance(90 * 60_000 - 1)
  expect(await loadedIn(url)).toHaveLength(1)
  clock.advance(1)
  expect(await loadedIn(url)).toEqual([])
  await onTheWire(url, '/api/chat', chat({ keep_alive: -1 }))
  clock.advance(365 * 24 * 3_600_000)
  expect((await loadedIn(url))[0]?.expires_at).toMatch(/^23\d\d-/u)
  await onTheWire(url, '/api/chat', chat({ keep_alive: 0 }))
  expect(await loadedIn(url)).toEqual([])
})

test.each([
  [{ options: { num_ctx: 8_192 } }, 1],
  [{ options: { num_gpu: 1 } }, 1],
  [{ options: { num_batch: 64 } }, 1],
  [{ options: { num_thread: 2 } }, 1],
  [{ options: { main_gpu: 1 } }, 1],
  [{ options: { use_mmap: false } }, 1],
  [{ shift: false }, 1],
  [{ options: { temperature: 0.1, stop: ['x'], seed: 1, num_predict: 9 }, think: true, format: 'json' }, 0],
])('%j loads a loaded model anew: %i', async (change, times) => {
  const fake = await openFake({ scenario: ok })
  await onTheWire(fake.url, '/api/chat', chat())
  await onTheWire(fake.url, '/api/chat', chat(change))
  await onTheWire(fake.url, '/api/chat', chat(change))
  expect([fake.loads('gemma4:e4b'), fake.reloads()]).toEqual([1 + times, times])
})

test('the window: what was asked, else what the model says, never more than it was trained on', async () => {
  const models = [gemma, { ...gemma, name: 'mine:latest', numCtx: 12_000, contextLength: 16_000 }]
  const { url } = await openFake({ models, scenario: ok })
  const windowOf = async (body: object) => {
    await onTheWire(url, '/api/chat', chat({ ...body, messages: [] }))
    return (await loadedIn(url))[0]?.context_length
  }
  expect(await windowOf({})).toBe(4_096)
  expect(await windowOf({ options: { num_ctx: 8_192 } })).toBe(8_192)
  // Models that see get 2048 at least.
  expect(await windowOf({ options: { num_ctx: 100 } })).toBe(2_048)
  expect(await windowOf({ model: 'mine', keep_alive: '1h' })).toBe(12_000)
  expect(await windowOf({ model: 'mine', keep_alive: '1h', options: { num_ctx: 99_999 } })).toBe(16_000)
})

test('headers come after the load and the prompt, and the load is counted', async () => {
  const clock = createManualClock()
  const fake = await openFake({ clock, scenario: { ...ok, loadMs: 30_000, promptMs: 5_000 } })
  const seen = onTheWire(fake.url, '/api/chat', chat())
  await clock.whenPausing()
  expect(await loadedIn(fake.url)).toEqual([])
  clock.advance(30_000)
  await fake.waitForRequest(({ prompt }) => prompt !== null)
  expect(await loadedIn(fake.url)).toHaveLength(1)
  expect(fake.chatRequests()[0]?.status).toBeNull()
  await clock.whenPausing()
  clock.advance(5_000)
  expect(linesOf(await seen).at(-1)?.load_duration).toBeGreaterThan(0)
  const again = onTheWire(fake.url, '/api/chat', chat())
  await clock.whenPausing()
  clock.advance(5_000)
  expect(linesOf(await again).at(-1)).not.toHaveProperty('load_duration')
})

test('one question at a time for each model, in the order they came; a full queue is a 503', async () => {
  const scenario = { turns: [{ match: { contains: 'first' }, steps: [{ gate: 'go' }, { done: 'stop' }] }, ...ok.turns] }
  const fake = await openFake({ scenario, maxQueue: 2 })
  const ask = (content: string, body: object = {}) =>
    onTheWire(fake.url, '/api/chat', chat({ messages: [{ role: 'user', content }], ...body }))
  const first = ask('first')
  await fake.waitForGate('go')
  const second = ask('second')
  await fake.waitForQueue(1)
  const third = ask('third')
  await fake.waitForQueue(2)
  const full = await ask('fourth')
  expect([full.status, full.text]).toEqual([
    503,
    '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
  ])
  // Another model has a row of its own.
  expect((await ask('other', { model: 'qwen3:0.6b' })).status).toBe(200)
  fake.release('go')
  await Promise.all([first, second, third])
  const byContent = (content: string) => fake.chatRequests().find(({ raw }) => raw.includes(content))
  const begins = ['first', 'second', 'third'].map((content) => {
    const record = byContent(content)
    return (record?.startedMs ?? 0) + (record?.firstByteMs ?? 0)
  })
  expect(begins).toEqual([...begins].sort((one, other) => one - other))
})

test('who goes while waiting leaves no hole in the row', async () => {
  const scenario = { turns: [{ match: { nth: 1 }, steps: [{ gate: 'go' }, { done: 'stop' }] }, ...ok.turns] }
  const fake = await openFake({ scenario })
  const first = onTheWire(fake.url, '/api/chat', chat())
  await fake.waitForGate('go')
  const stop = new AbortController()
  const gone = onTheWire(fake.url, '/api/chat', chat(), { signal: stop.signal })
  await fake.waitForQueue(1)
  stop.abort()
  await gone
  await fake.waitForQueue(0)
  const third = onTheWire(fake.url, '/api/chat', chat())
  await fake.waitForQueue(1)
  fake.release('go')
  expect((await first).status).toBe(200)
  expect((await third).status).toBe(200)
})

test('copy adds, delete removes, and each refuses in its own words', async () => {
  const { url } = await openFake()
  const ask = async (path: string, method: string, body?: object) => {
    const seen = await onTheWire(url, path, body, { method })
    return [seen.status, seen.text]
  }
  expect(await ask('/api/copy', 'POST', { source: 'smollm2:135m', destination: 'mine' })).toEqual([200, ''])
  const tags = await get(url, '/api/tags')
  expect(tags.models[0]).toMatchObject({ name: 'mine:latest', details: { family: 'llama' } })
  expect(await ask('/api/delete', 'DELETE', { model: 'mine' })).toEqual([200, ''])
  expect(await ask('/api/delete', 'DELETE', { model: 'mine' })).toEqual([404, '{"error":"model \'mine\' not found"}'])
  expect(await ask('/api/copy', 'POST', { source: 'nope', destination: 'x' })).toEqual([
    404,
    '{"error":"model \\"nope\\" not found"}',
  ])
})

test('embed: one long, the same for the same text, and only by models that can', async () => {
  const { url } = await openFake({ models: [gemma, embedder] })
  const ask = async (body: object) => JSON.parse((await onTheWire(url, '/api/embed', body)).text)
  const { embeddings, prompt_eval_count } = await ask({ model: embedder.name, input: ['a', 'b', 'a'], dimensions: 8 })
  expect(embeddings[0]).toHaveLength(8)
  expect(embeddings[2]).toEqual(embeddings[0])
  expect(embeddings[1]).not.toEqual(embeddings[0])
  expect(Math.hypot(...embeddings[0])).toBeCloseTo(1, 5)
  expect(prompt_eval_count).toBe(3)
  const long = { model: embedder.name, input: 'x'.repeat(20_000), truncate: false }
  expect(await ask(long)).toEqual({ error: 'the input length exceeds the context length' })
  expect((await onTheWire(url, '/api/embed', { model: 'gemma4:e4b', input: 'a' })).status).toBe(501)
})

test('generate: response instead of message, and a context at the end', async () => {
  const { url } = await openFake({ scenario: ok })
  const seen = await onTheWire(url, '/api/generate', { model: 'gemma4:e4b', prompt: 'Hi', think: false })
  expect(said(linesOf(seen))).toBe('Yes')
  expect(linesOf(seen).at(-1)).toMatchObject({ response: '', done: true, context: expect.any(Array) })
  const whole = await onTheWire(url, '/api/generate', { model: 'gemma4:e4b', prompt: 'Hi', stream: false })
  expect(JSON.parse(whole.text)).toMatchObject({ response: 'Yes', done: true })
  const load = await onTheWire(url, '/api/generate', { model: 'gemma4:e4b' })
  expect(JSON.parse(load.text)).toMatchObject({ response: '', done_reason: 'load' })
})
