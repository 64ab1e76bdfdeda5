// Asking again: only before the first token, only where it can help, with growing pauses, and always to an end.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, type Fault, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama({ scenario: steps({ content: 'Here' }, { done: 'stop' }) })
})
afterEach(() => fake.stop())

function openCounting() {
  const pauses: number[] = []
  const room = openRoom({ host: fake.url, pause: async (ms) => void pauses.push(ms) })
  return { ...room, pauses }
}

describe('is asked again', () => {
  test.each<[string, Fault]>([
    ['a full queue', 'queue503'],
    ['a proxy without its server', { status: 503, body: '<h1>no</h1>', contentType: 'text/html' }],
    ['a connection that breaks before the headers', { reset: 'beforeHeaders' }],
    ['a connection that breaks within the first line', { reset: { afterBytes: 20 } }],
  ])('%s, twice, and then answered', async (_name, fault) => {
    const { models, pauses } = openCounting()
    fake.setFault('/api/chat', fault, 2)
    const answer = await collect(models, question())
    expect(answer).toMatchObject({ text: 'Here', failure: null })
    expect(pauses).toEqual([500, 1_000])
    expect(answer.events.filter((event) => event.type === 'waiting' && event.for === 'server')).toHaveLength(2)
    expect(fake.chatRequests()).toHaveLength(3)
  })

  test('four times and no more', async () => {
    const { models, pauses } = openCounting()
    fake.setFault('/api/chat', 'queue503', 10)
    expect((await collect(models, question())).failure).toMatchObject({ code: 'busy', message: failures.serverBusy })
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000])
    expect(fake.chatRequests()).toHaveLength(5)
  })

  test('a server that was there a moment ago and starts again', async () => {
    const { port } = fake
    const room = openRoom({
      host: fake.url,
      // What happens during the pause: it comes back.
      async pause() {
        fake = await startFakeOllama({ port, scenario: steps({ content: 'Back' }, { done: 'stop' }) })
      },
    })
    await room.models.refresh()
    await fake.stop()
    expect(await collect(room.models, question())).toMatchObject({ text: 'Back', failure: null })
  })
})

describe('is not asked again', () => {
  test('a server that is known to be away: said at once', async () => {
    const { models, pauses } = openCounting()
    await fake.stop()
    await models.refresh()
    expect((await collect(models, question())).failure?.message).toBe(failures.ollamaNotRunning(fake.url))
    expect(pauses).toEqual([])
  })

  test.each<[string, Fault]>([
    ['a bad request', { status: 400, body: { error: 'missing request body' } }],
    ['a model that is not there', { status: 404, body: { error: "model 'x' not found" } }],
    ['a runner that died', { status: 500, body: { error: 'model runner has unexpectedly stopped' } }],
    ['a gateway that failed', { status: 502, body: 'no' }],
  ])('%s', async (_name, fault) => {
    const { models, pauses } = openCounting()
    fake.setFault('/api/chat', fault, 10)
    expect((await collect(models, question())).failure).not.toBeNull()
    expect(pauses).toEqual([])
    expect(fake.chatRequests()).toHaveLength(1)
  })

  test('a server that says it is busy after the first token', async () => {
    const { models, pauses } = openCounting()
    const errorLine = 'server busy, please try again.  maximum pending requests exceeded'
    fake.setScenario(steps({ content: 'So far' }, { fault: { errorLine } }))
    expect(await collect(models, question())).toMatchObject({ text: 'So far', failure: { code: 'busy' } })
    expect(pauses).toEqual([])
  })

  test('a connection that breaks after the first token: what arrived is kept, nothing is asked twice', async () => {
    const { models, pauses } = openCounting()
    fake.setScenario(steps({ content: 'So far' }, { gate: 'seen' }, { fault: 'reset' }))
    const answer = await collect(models, question(), undefined, (event) => {
      if (event.type === 'text') fake.release('seen')
    })
    expect(answer).toMatchObject({ text: 'So far', failure: { message: failures.connectionLost } })
    expect(pauses).toEqual([])
    expect(fake.chatRequests()).toHaveLength(1)
  })

  test('after Stop in the pause, which ends at once', async () => {
    const stop = new AbortController()
    const { models } = openRoom({
      host: fake.url,
      pause: (_ms, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          stop.abort()
        }),
    })
    fake.setFault('/api/chat', 'queue503', 10)
    expect((await collect(models, question(), stop.signal)).failure?.code).toBe('cancelled')
    expect(fake.chatRequests()).toHaveLength(1)
  })
})

describe('silence', () => {
  const silence = { firstTokenMs: 150, betweenMs: 100 }

  test('before the first token, longer than anybody waits: said, and the connection closed', async () => {
    const { models } = openRoom({ host: fake.url, silence })
    fake.setScenario(steps({ fault: 'hang' }))
    expect((await collect(models, question())).failure).toMatchObject({
      code: 'unavailable',
      message: failures.serverSilent(fake.url, 0),
    })
    await fake.waitForAbort()
    expect(fake.chatRequests()).toHaveLength(1)
  })

  test('in the middle: what had arrived is kept', async () => {
    const { models } = openRoom({ host: fake.url, silence })
    fake.setScenario(steps({ content: 'So far' }, { fault: 'hang' }))
    expect(await collect(models, question())).toMatchObject({
      text: 'So far',
      failure: { message: failures.serverSilent(fake.url, 0) },
    })
  })

  test('a slow answer that goes on is no silence', async () => {
    const { models } = openRoom({ host: fake.url, silence: { firstTokenMs: 2_000, betweenMs: 500 } })
    // Longer in all than the limit between two tokens.
    fake.setScenario(steps({ content: 'abcdefgh', chunk: 'char', delayMs: 90 }, { done: 'stop' }))
    expect(await collect(models, question())).toMatchObject({ text: 'abcdefgh', failure: null })
  })
})
