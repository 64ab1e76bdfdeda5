// Stopping: the connection closes at once, whenever it is asked for, and the server sees it.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { streamChat } from '../../electron/services/models/ollama.ts'
import { noAnswerChoices } from '../../shared/answers.ts'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, qwen, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const cancelled = { code: 'cancelled', message: failures.cancelled }

test('before the headers', async () => {
  fake.setScenario(steps({ gate: 'silent' }, { content: 'late' }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const answer = collect(models, question(), stop.signal)
  await fake.waitForGate('silent')
  const begun = performance.now()
  stop.abort()
  expect(await answer).toMatchObject({ text: '', failure: cancelled })
  const request = await fake.waitForAbort()
  expect(request.status).toBeNull()
  expect(performance.now() - begun).toBeLessThan(300)
})

test.each([
  ['while the model is loaded', { loadMs: 60_000 }],
  ['while the prompt is read', { promptMs: 60_000 }],
])('%s', async (_when, slow) => {
  fake.setScenario({ ...steps({ content: 'late' }, { done: 'stop' }), ...slow })
  const { models } = openRoom({ host: fake.url })
  await models.refresh()
  const stop = new AbortController()
  const answer = collect(models, question(), stop.signal)
  await fake.waitForRequest()
  const begun = performance.now()
  stop.abort()
  expect(await answer).toMatchObject({ text: '', failure: cancelled })
  expect((await fake.waitForAbort()).status).toBeNull()
  expect(performance.now() - begun).toBeLessThan(300)
  await fake.waitForNoConnections()
})

test('while the server answers another program first', async () => {
  fake.setScenario(steps({ content: 'theirs' }, { gate: 'theirs' }, { done: 'stop' }))
  const theirs = await fetch(`${fake.url}/api/chat`, {
    method: 'POST',
    body: JSON.stringify({ model: 'gemma4:e4b', messages: [{ role: 'user', content: 'x' }], think: false }),
  })
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const answer = collect(models, question(), stop.signal)
  await fake.waitForRequest(() => fake.chatRequests().length === 2)
  const begun = performance.now()
  stop.abort()
  expect(await answer).toMatchObject({ text: '', failure: cancelled })
  await fake.waitForAbort()
  expect(performance.now() - begun).toBeLessThan(300)
  fake.release('theirs')
  expect(await theirs.text()).toContain('"done":true')
})

test('in the middle of the answer, keeping what had arrived', async () => {
  fake.setScenario(steps({ content: 'Once upon' }, { gate: 'silent' }, { content: ' a time' }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  let seen = ''
  let hasArrived: () => void = () => undefined
  const arrived = new Promise<void>((resolve) => {
    hasArrived = resolve
  })
  const answer = collect(models, question(), stop.signal, (event) => {
    if (event.type === 'text') seen += event.delta
    if (seen === 'Once upon') hasArrived()
  })
  await arrived
  await fake.waitForGate('silent')
  stop.abort()
  expect(await answer).toMatchObject({ text: 'Once upon', failure: cancelled })
  expect((await fake.waitForAbort()).status).toBe(200)
  await fake.waitForNoConnections()
})

test('in a fast stream', async () => {
  fake.setScenario(steps({ stream: { tokens: 100_000, perSecond: 20_000 } }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const answer = await collect(models, question(), stop.signal, (event) => {
    if (event.type === 'text') stop.abort()
  })
  expect(answer.failure).toEqual(cancelled)
  expect(answer.text.length).toBeGreaterThan(0)
  await fake.waitForAbort()
})

test('while the server is asked what it has', async () => {
  fake.setFault('/api/tags', 'hang')
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const answer = collect(models, question(), stop.signal)
  await fake.waitForRequest(({ path }) => path === '/api/tags')
  stop.abort()
  expect((await answer).failure).toEqual(cancelled)
  expect(fake.chatRequests()).toEqual([])
})

test('before it began', async () => {
  const { models } = openRoom({ host: fake.url })
  expect((await collect(models, question(), AbortSignal.abort())).failure).toEqual(cancelled)
  expect(fake.chatRequests()).toEqual([])
})

test('by leaving the loop', async () => {
  fake.setScenario(steps({ content: 'One' }, { gate: 'silent' }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  for await (const event of models.generate(question(), new AbortController().signal)) if (event.type === 'text') break
  await fake.waitForAbort()
  await fake.waitForNoConnections()
})

test('the stream alone closes, too, when its reader leaves and when it fails', async () => {
  fake.setScenario({
    turns: [
      { match: { nth: 1 }, steps: [{ content: 'One' }, { gate: 'silent' }, { done: 'stop' }] },
      { steps: [{ content: 'One' }, { fault: 'nullLine' }, { gate: 'silent' }, { done: 'stop' }] },
    ],
  })
  const way = {
    host: fake.url,
    reached: () => undefined,
    bearerFor: async () => null,
    signal: new AbortController().signal,
  }
  const chat = {
    model: 'smollm2:135m',
    messages: [],
    think: false,
    numCtx: 4_096,
    tools: [],
    stop: [],
    sampling: noAnswerChoices,
    mostTokens: null,
  }
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  for await (const part of streamChat(way, { ...chat, messages })) if (part.type === 'text') break
  await fake.waitForNoConnections()
  const fails = async () => {
    for await (const part of streamChat(way, { ...chat, messages })) expect(part.type).toBe('text')
  }
  await expect(fails()).rejects.toThrow(failures.badLine)
  await fake.waitForNoConnections()
  expect(fake.chatRequests().map(({ abortedByClient }) => abortedByClient)).toEqual([true, true])
})

test('by leaving while nothing has come yet', async () => {
  fake.setScenario(steps({ gate: 'silent' }, { done: 'stop' }))
  fake.setFault('/api/ps', { status: 500 })
  const { models } = openRoom({ host: fake.url })
  const reader = models.generate(question(), new AbortController().signal)[Symbol.asyncIterator]()
  const first = reader.next().catch((thrown: unknown) => thrown)
  await fake.waitForGate('silent')
  await reader.return?.()
  await fake.waitForAbort()
  await expect(first).resolves.toMatchObject({ failure: cancelled })
})

test('one answer does not stop the other', async () => {
  fake.setScenario(steps({ content: 'One' }, { gate: 'silent' }, { content: ' two' }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const stopped = collect(models, question(), stop.signal)
  // Of one model they would wait for each other.
  const kept = collect(models, question({ model: qwen.name }))
  await fake.waitForRequest(() => fake.chatRequests().length === 2)
  stop.abort()
  await fake.waitForAbort()
  fake.release('silent')
  expect((await stopped).failure).toEqual(cancelled)
  expect(await kept).toMatchObject({ text: 'One two', failure: null })
})

test('after the garbage of a long answer was collected', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: unknown = runInNewContext('gc')
  fake.setScenario(steps({ content: 'One' }, { gate: 'silent' }, { done: 'stop' }))
  const { models } = openRoom({ host: fake.url })
  const stop = new AbortController()
  const answer = collect(models, question(), stop.signal)
  await fake.waitForGate('silent')
  for (let round = 0; round < 5; round += 1) {
    if (typeof collectGarbage === 'function') collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  stop.abort()
  expect((await answer).failure).toEqual(cancelled)
  await fake.waitForAbort()
})

test('leaves no listener on the signal it was given', async () => {
  const { models } = openRoom({ host: fake.url })
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1
    add(...given)
  }
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...given)
  }
  await collect(models, question(), signal)
  await collect(models, question({ model: 'nope' }), signal)
  expect(listeners).toBe(0)
})
