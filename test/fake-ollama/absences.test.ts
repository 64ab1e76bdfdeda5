// Faults of more than one answer: silence, a server that goes, and rules for routes.
import { describe, expect, test } from 'vitest'
import { createManualClock, demonstrate, type Fault, steps } from '../support/fake-ollama.ts'
import { chat, linesOf, onTheWire, openFake, type Seen, said } from './room.ts'

describe('silence', () => {
  test('hang before the headers, until the client goes', async () => {
    const fake = await openFake({ scenario: steps({ fault: 'hang' }) })
    const stop = new AbortController()
    const seen = onTheWire(fake.url, '/api/chat', chat(), { signal: stop.signal })
    await fake.waitForRequest(({ prompt }) => prompt !== null)
    stop.abort()
    expect(await fake.waitForAbort()).toMatchObject({ status: null, closedEarly: true })
    expect((await seen).status).toBeNull()
  })

  test('hang in the middle of the stream', async () => {
    const fake = await openFake({ scenario: { turns: [{ steps: demonstrate('hang') }] } })
    const stop = new AbortController()
    const seen = await onTheWire(fake.url, '/api/chat', chat(), {
      signal: stop.signal,
      onPiece: () => stop.abort(),
    })
    expect(said(linesOf(seen))).toBe('Hello')
    expect((await fake.waitForAbort()).status).toBe(200)
  })

  test('slowFirstToken', async () => {
    const clock = createManualClock()
    const fake = await openFake({ clock, scenario: steps({ fault: { slowFirstToken: 60_000 } }, { done: 'stop' }) })
    const seen = onTheWire(fake.url, '/api/chat', chat())
    await clock.whenPausing()
    clock.advance(59_999)
    expect(fake.chatRequests()[0]?.status).toBeNull()
    clock.advance(1)
    expect((await seen).status).toBe(200)
  })
})

describe('a server that goes', () => {
  test('modelVanishes: the second turn is told there is no such model', async () => {
    const fake = await openFake({ scenario: { turns: [{ steps: demonstrate('modelVanishes') }] } })
    expect(said(linesOf(await onTheWire(fake.url, '/api/chat', chat())))).toBe('Hello and more')
    const second = await onTheWire(fake.url, '/api/chat', chat())
    expect([second.status, second.text]).toEqual([404, '{"error":"model \'gemma4:e4b\' not found"}'])
  })

  test('refuse: this answer goes on, and nobody new is let in until the server accepts again', async () => {
    const fake = await openFake({ scenario: { turns: [{ steps: demonstrate('refuse') }] } })
    expect((await onTheWire(fake.url, '/api/chat', chat())).isWhole).toBe(true)
    expect((await onTheWire(fake.url, '/api/version', undefined, { method: 'GET' })).error).toBe('ECONNREFUSED')
    await fake.accept()
    expect((await onTheWire(fake.url, '/api/version', undefined, { method: 'GET' })).status).toBe(200)
  })

  test('restart: the connection breaks, nobody answers, and the same port is back in time', async () => {
    const clock = createManualClock()
    const fake = await openFake({ clock, loaded: ['gemma4:e4b'], scenario: steps({ fault: { restart: 500 } }) })
    expect((await onTheWire(fake.url, '/api/chat', chat())).error).toBe('ECONNRESET')
    expect((await onTheWire(fake.url, '/api/ps', undefined, { method: 'GET' })).error).toBe('ECONNREFUSED')
    clock.advance(500)
    await fake.waitUntilListening()
    const back = await onTheWire(fake.url, '/api/ps', undefined, { method: 'GET' })
    expect(back.text).toBe('{"models":[]}')
    expect(await fake.waitForRequest(({ closedEarly }) => closedEarly)).toMatchObject({ abortedByClient: false })
  })
})

describe('a rule for a route', () => {
  test('holds as often as it says', async () => {
    const fake = await openFake()
    fake.setFault('/api/chat', 'queue503', 2)
    const statuses = []
    for (let count = 0; count < 3; count += 1) statuses.push((await onTheWire(fake.url, '/api/chat', chat())).status)
    expect(statuses).toEqual([503, 503, 200])
  })

  test('can come with the scenario, and plays faults of answers too', async () => {
    const rules = [{ route: '/api/chat', fault: 'repeatLoop' as const, times: 1 }]
    const fake = await openFake({ scenario: { ...steps({ done: 'stop' }), rules } })
    expect(linesOf(await onTheWire(fake.url, '/api/chat', chat()))).toHaveLength(31)
    expect(linesOf(await onTheWire(fake.url, '/api/chat', chat()))).toHaveLength(1)
  })

  test('versionOld: neither capabilities nor a context length, on every route', async () => {
    const fake = await openFake()
    fake.setFault('*', 'versionOld')
    const ask = async (path: string, method: string, body?: object) =>
      (await onTheWire(fake.url, path, body, { method })).text
    expect(await ask('/api/tags', 'GET')).not.toMatch(/capabilities|context_length/u)
    expect(await ask('/api/show', 'POST', { model: 'gemma4:e4b' })).not.toMatch(/capabilities|context_length/u)
    expect(await ask('/api/version', 'GET')).toBe('{"version":"0.5.7"}')
    const old = await openFake({ versionOld: true })
    expect((await onTheWire(old.url, '/api/tags', undefined, { method: 'GET' })).text).not.toContain('capabilities')
  })

  test('is refused where it cannot happen', async () => {
    const fake = await openFake()
    expect(() => fake.setFault('/api/tags', 'dupDone')).toThrow('dupDone cannot happen on /api/tags')
    expect(() => fake.setFault('/api/chat', 'pullStall')).toThrow(TypeError)
  })

  test.each<[Fault, Partial<Seen>]>([
    ['reset', { status: null, error: 'ECONNRESET' }],
    ['halfClose', { status: null, hasFin: true }],
    ['refuse', { status: null }],
    ['endWithoutDone', { status: 200, text: '' }],
    ['invalidJsonLine', { status: 200, text: '{"models":[{' }],
    ['nullLine', { status: 200, text: 'null\n' }],
  ])('%j on a list', async (fault, expected) => {
    const fake = await openFake()
    fake.setFault('/api/tags', fault)
    expect(await onTheWire(fake.url, '/api/tags', undefined, { method: 'GET' })).toMatchObject(expected)
  })
})
