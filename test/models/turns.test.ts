// One answer at a time with each model, over real HTTP: who waits is told for whom, and the host's actor may end any time.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKernel } from '../../electron/kernel/kernel.ts'
import type { BulkheadState } from '../../electron/kernel/types.ts'
import { createHosts } from '../../electron/services/models/hosts.ts'
import { mostWaiting } from '../../electron/services/models/places.ts'
import { failures } from '../../shared/messages/failures.ts'
import { assertNoConcurrentChats, type FakeOllama, qwen, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { waitFor } from '../support/wait.ts'
import { type Collected, collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const waits = ({ events }: Collected) =>
  events.flatMap((event) => (event.type === 'waiting' && event.for === 'model' ? [event.behind] : []))

/** Resolves with the first event of a question. */
function aTelling() {
  let tell: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { told, tell: () => tell() }
}

describe('the line before a model', () => {
  test('one after the other, in the order they came, each told for whom it waits; another model does not wait', async () => {
    fake.setScenario(steps({ content: 'Done' }, { gate: 'end' }, { done: 'stop' }), 'gemma4:e4b')
    fake.setScenario(steps({ content: 'At once' }, { done: 'stop' }), qwen.name)
    const { models } = openRoom({ host: fake.url })
    const order: string[] = []
    const answers = ['a', 'b', 'c'].map(async (sessionId) => {
      const answer = await collect(models, question({ sessionId }))
      order.push(sessionId)
      return answer
    })
    await fake.waitForGate('end')
    expect((await collect(models, question({ model: qwen.name, sessionId: 'd' }))).text).toBe('At once')
    expect(fake.chatRequests()).toHaveLength(2)
    fake.release('end')
    const all = await Promise.all(answers)
    expect(all.map(({ text, failure }) => [text, failure])).toEqual(all.map(() => ['Done', null]))
    expect(order).toEqual(['a', 'b', 'c'])
    expect(all.map(waits)).toEqual([[], ['a'], ['a', 'b']])
    assertNoConcurrentChats(fake.requests)
  })

  test('stopped while it waits: at once, without a request, and the next moves up', async () => {
    fake.setScenario(steps({ content: 'First' }, { gate: 'end' }, { done: 'stop' }))
    const { models, kernel } = openRoom({ host: fake.url })
    const first = collect(models, question({ sessionId: 'a' }))
    await fake.waitForGate('end')
    const stop = new AbortController()
    const { told, tell } = aTelling()
    const second = collect(models, question({ sessionId: 'b' }), stop.signal, tell)
    await told
    const third = collect(models, question({ sessionId: 'c' }))
    const begun = performance.now()
    stop.abort()
    expect((await second).failure).toEqual({ code: 'cancelled', message: failures.cancelled })
    expect(performance.now() - begun).toBeLessThan(300)
    fake.release('end')
    expect((await first).text).toBe('First')
    expect((await third).failure).toBeNull()
    expect(fake.chatRequests()).toHaveLength(2)
    await waitFor('every place to be given back', () => kernel.snapshot()[0]?.pipes === 0)
  })

  test('too many are refused as busy, and the others are answered', async () => {
    fake.setScenario(steps({ content: 'Hi' }, { gate: 'end' }, { done: 'stop' }))
    const { models } = openRoom({ host: fake.url })
    const answers = Array.from({ length: mostWaiting + 1 }, () => collect(models, question()))
    await fake.waitForGate('end')
    expect((await collect(models, question())).failure).toEqual({
      code: 'busy',
      message: failures.modelQueueFull('gemma4:e4b'),
    })
    fake.release('end')
    expect((await Promise.all(answers)).map(({ failure }) => failure)).toEqual(answers.map(() => null))
  })

  test('the same server under another name is the same line', async () => {
    fake.setScenario(steps({ content: 'Hi' }, { gate: 'end' }, { done: 'stop' }))
    const { models, kernel } = openRoom({ host: fake.url })
    const first = collect(models, question({ sessionId: 'a' }))
    await fake.waitForGate('end')
    // Heard from itself: on its way to the line it is piped work as well.
    const { told, tell } = aTelling()
    const second = collect(models.at(fake.url.replace('http://', '')), question(), undefined, tell)
    await told
    expect(kernel.snapshot()).toHaveLength(1)
    fake.release('end')
    await first
    expect(waits(await second)).toEqual(['a'])
  })
})

describe('the actor of a host', () => {
  test('restarted: what is under way and what waits fails as unavailable, and the next question is answered', async () => {
    fake.setScenario(steps({ content: 'So far', chunk: 'whole' }, { gate: 'end' }, { done: 'stop' }))
    const { models, kernel } = openRoom({ host: fake.url })
    const [begun, waits] = [aTelling(), aTelling()]
    const running = collect(models, question(), undefined, ({ type }) => type === 'text' && begun.tell())
    await begun.told
    const waiting = collect(models, question(), undefined, waits.tell)
    await waits.told
    expect(kernel.restart(`models/${fake.url}`)).toBe(true)
    const failure = { code: 'unavailable', message: failures.hostRestarted(fake.url) }
    expect(await running).toMatchObject({ text: 'So far', failure })
    expect(await waiting).toMatchObject({ text: '', failure })
    // The server does not go on writing for nobody.
    await fake.waitForAbort()
    fake.setScenario(steps({ content: 'Again' }, { done: 'stop' }))
    expect(await collect(models, question())).toMatchObject({ text: 'Again', failure: null })
  })

  test('stopped: the same, and the next question finds a new one', async () => {
    fake.setScenario(steps({ content: 'So far' }, { gate: 'end' }, { done: 'stop' }))
    const { models, kernel } = openRoom({ host: fake.url })
    const running = collect(models, question())
    await fake.waitForGate('end')
    await kernel.stop(`models/${fake.url}`)
    expect((await running).failure?.message).toBe(failures.hostRestarted(fake.url))
    expect(kernel.snapshot()).toEqual([])
    fake.setScenario(steps({ content: 'Again' }, { done: 'stop' }))
    expect((await collect(models, question())).text).toBe('Again')
  })

  test('whoever has aborted holds no place, and one that is held holds up no stop', async () => {
    const kernel = createKernel()
    const bulkhead = { service: 'models', current: () => ({ state: 'ok' as const }), change() {}, workerFailed() {} }
    const abandoned: unknown[] = []
    kernel.observe((event) => event.type === 'abandoned' && abandoned.push(event))
    const hosts = createHosts({ kernel, bulkhead, reached: () => undefined, bearerFor: async () => null })
    const stop = new AbortController()
    const never = new AbortController().signal
    const first = await hosts.take(fake.url, 'm', null, stop.signal)
    const second = await hosts.take(fake.url, 'm', null, never)
    expect(await first.place.next()).toBeNull()
    expect(await second.place.next()).toEqual({ sessionId: null })
    stop.abort()
    expect(await second.place.next()).toBeNull()
    await kernel.close()
    expect(second.signal.aborted).toBe(true)
    expect(abandoned).toEqual([])
  })

  test('restarted while it looks at the server: the look is taken again, and what the new one gave out stays good', async () => {
    const kernel = createKernel()
    const bulkhead = { service: 'models', current: () => ({ state: 'ok' as const }), change() {}, workerFailed() {} }
    const hosts = createHosts({ kernel, bulkhead, reached: () => undefined, bearerFor: async () => null })
    const seen: string[] = []
    kernel.observe(({ type }) => seen.push(type))
    fake.setFault('/api/tags', 'hang', 1)
    const probe = hosts.probe(fake.url)
    await fake.waitForRequest(({ path }) => path === '/api/tags')
    kernel.restart(`models/${fake.url}`)
    const turn = await hosts.take(fake.url, 'm', null, new AbortController().signal)
    expect((await probe).status).toBe('ready')
    expect(turn.signal.aborted).toBe(false)
    // Nobody has ended the one that had just begun anew.
    expect(seen).toEqual(['spawned', 'restarted'])
    await kernel.close()
  })

  test('a bug in it: said, given up after three restarts, tried anew by the next question, and well again', async () => {
    const kernel = createKernel()
    const states: BulkheadState[] = []
    const failed: string[] = []
    let isBroken = true
    const hosts = createHosts({
      kernel,
      bulkhead: {
        service: 'models',
        current: () => states.at(-1) ?? { state: 'ok' },
        change: (state) => states.push(state),
        workerFailed: (name) => {
          failed.push(name)
          states.push({ state: 'degraded', reason: name })
        },
      },
      reached: () => undefined,
      // A bug in another room, at the one place where a host meets it.
      async bearerFor() {
        if (isBroken) throw new RangeError('a bug')
        return null
      },
    })
    const said: unknown[] = []
    await waitFor('the actor to be given up', async () => {
      said.push(await hosts.probe(fake.url).catch((thrown: unknown) => thrown))
      return failed.length > 0
    })
    for (const failure of said) {
      expect(failure).toMatchObject({ failure: { code: 'unavailable', message: failures.hostGivenUp(fake.url) } })
    }
    expect(failed).toEqual([`models/${fake.url}`])
    isBroken = false
    expect((await hosts.probe(fake.url)).status).toBe('ready')
    expect(states.at(-1)).toEqual({ state: 'ok' })
    await kernel.close()
  })
})
