// Models on their way to a server: the queue, and how far each is.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pullWords } from '../../shared/messages/pulls.ts'
import {
  createManualClock,
  embedder,
  type FakeOllama,
  gemma,
  type ManualClock,
  qwen,
  smol,
  startFakeOllama,
} from '../support/fake-ollama.ts'
import { openPullRoom } from './pull-room.ts'

let fake: FakeOllama
let clock: ManualClock
beforeEach(async () => {
  clock = createManualClock()
  fake = await startFakeOllama({
    models: [],
    clock,
    pull: { registry: [gemma, qwen, smol, embedder], steps: 10, stepMs: 100 },
  })
})
afterEach(() => fake.stop())

/** Lets the fake send what it has, until the model is in this state. */
async function goOn(step = 100): Promise<void> {
  await clock.whenPausing()
  clock.advance(step)
}

async function finish(until: Promise<unknown>): Promise<void> {
  let isOver = false
  const over = until.finally(() => {
    isOver = true
  })
  while (!isOver) await Promise.race([over, goOn()])
  await over
}

const pullRequests = () => fake.requests.filter(({ path }) => path === '/api/pull')

describe('one model', () => {
  test('is got to its end, and the server is looked at again', async () => {
    const room = await openPullRoom({ url: fake.url })
    const added = await room.pulls.add('qwen3:0.6b', null)
    expect(added).toMatchObject({ host: fake.url, model: 'qwen3:0.6b', state: 'running', failure: null, totalBytes: 0 })
    await finish(room.waitUntil('qwen3:0.6b', 'done'))
    const [done] = await room.pulls.list()
    const total = qwen.bytes + 11_357 + 490
    expect(done).toMatchObject({ state: 'done', step: null, doneBytes: total, totalBytes: total, secondsLeft: null })
    expect(done?.layers.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    expect(fake.models().map(({ name }) => name)).toEqual(['qwen3:0.6b'])
    expect(room.refreshed).toHaveLength(1)
    expect(room.noted).toEqual([`registry.ollama.ai:443 ${pullWords.toldToGet('qwen3:0.6b')}`])
    expect(room.log).toEqual([])
  })

  test('says how far it is, layer by layer', async () => {
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    const manifest = await room.waitUntil('qwen3:0.6b', ({ totalBytes }) => totalBytes > 0)
    expect(manifest).toMatchObject({ state: 'running', step: 'download', doneBytes: 0, totalBytes: qwen.bytes })
    for (let step = 0; step < 3; step += 1) await goOn()
    const third = await room.waitUntil('qwen3:0.6b', ({ doneBytes }) => doneBytes > qwen.bytes / 4)
    expect(third).toMatchObject({ doneBytes: fake.pulledBytes(qwen), layers: [{ state: 'running' }] })
  })

  test('is one, however often it is asked for', async () => {
    const room = await openPullRoom({ url: fake.url })
    const first = await room.pulls.add('smollm2:135m', null)
    const again = await room.pulls.add(' ollama pull smollm2:135m ', null)
    expect(again.id).toBe(first.id)
    expect(await room.pulls.list()).toHaveLength(1)
  })
})

describe('several', () => {
  test('wait for each other, in the order they were asked for', async () => {
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    const second = await room.pulls.add('smollm2:135m', null)
    expect(second.state).toBe('waiting')
    await finish(room.waitUntil('smollm2:135m', 'done'))
    expect(pullRequests().map(({ body }) => body)).toMatchObject([{ model: 'qwen3:0.6b' }, { model: 'smollm2:135m' }])
    const [first, next] = pullRequests()
    expect((first?.startedMs ?? 0) + (first?.closedMs ?? Infinity)).toBeLessThanOrEqual(next?.startedMs ?? 0)
  })
})

describe('paused', () => {
  test('closes the connection, keeps what has come, and goes on from there', async () => {
    const room = await openPullRoom({ url: fake.url })
    const { id } = await room.pulls.add('qwen3:0.6b', null)
    for (let step = 0; step < 4; step += 1) await goOn()
    await room.waitUntil('qwen3:0.6b', ({ doneBytes }) => doneBytes > 0)
    expect(await room.pulls.pause(id)).toMatchObject({ state: 'paused', step: null, bytesPerSecond: null })
    await fake.waitForRequest(({ path, abortedByClient }) => path === '/api/pull' && abortedByClient)
    const kept = fake.pulledBytes(qwen)
    expect(kept).toBeGreaterThan(0)
    await room.pulls.resume(id)
    const on = await room.waitUntil('qwen3:0.6b', ({ step }) => step === 'download')
    expect(on.doneBytes).toBeGreaterThanOrEqual(kept)
    await finish(room.waitUntil('qwen3:0.6b', 'done'))
    expect(pullRequests()).toHaveLength(2)
  })

  test('lets the next one begin', async () => {
    const room = await openPullRoom({ url: fake.url })
    const { id } = await room.pulls.add('qwen3:0.6b', null)
    await room.pulls.add('smollm2:135m', null)
    await room.pulls.pause(id)
    await finish(room.waitUntil('smollm2:135m', 'done'))
    expect(await room.waitUntil('qwen3:0.6b', 'paused')).toBeTruthy()
  })

  test('goes off the list when it is cancelled', async () => {
    const room = await openPullRoom({ url: fake.url })
    const { id } = await room.pulls.add('qwen3:0.6b', null)
    await fake.waitForRequest(({ path }) => path === '/api/pull')
    expect(await room.pulls.cancel(id)).toEqual([])
    await fake.waitForRequest(({ path, abortedByClient }) => path === '/api/pull' && abortedByClient)
    expect(room.pushed.at(-1)).toEqual([])
    await expect(room.pulls.resume(id)).rejects.toThrow(pullWords.gone)
  })
})
