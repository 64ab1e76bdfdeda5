// The one door: what is let in, what is answered, what is cancelled, and what goes out.
import { describe, expect, test } from 'vitest'
import type { AppEvents } from '../../electron/contracts.ts'
import { createGateway, createLocalBridge } from '../../electron/gateway/gateway.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { calls, type Handlers, type Push, payloadLimit } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import { refused } from '../support/carrel.ts'

/** Every handler refuses, but for the ones a test gives. */
function open(given: Partial<Handlers> = {}) {
  const log: string[] = []
  const events = createEventBus<AppEvents>((name, thrown) => log.push(`${name}: ${String(thrown)}`))
  const refuse = async (): Promise<never> => {
    throw new ExpectedFailure('denied', 'no handler in this test')
  }
  const none = Object.fromEntries(Object.keys(calls).map((name) => [name, refuse]))
  const handlers = { ...none, ...given } as Handlers
  const gateway = createGateway({ handlers, events, log: (line) => log.push(line) })
  const pushes: Push[] = []
  const connection = gateway.connect((push) => pushes.push(push))
  let called = 0
  return {
    gateway,
    events,
    log,
    pushes,
    connection,
    call: (channel: string, input: unknown) => connection.call(`test ${++called}`, channel, input),
  }
}

/** A handler that only ends when its signal is aborted. */
function untilAborted() {
  const seen: AbortSignal[] = []
  const handler: Handlers['models.refresh'] = (_input, signal) => {
    seen.push(signal)
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new ExpectedFailure('cancelled', 'stopped'))),
    )
  }
  return { seen, handler }
}

describe('what is not let in', () => {
  test.each(['nothing.here', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'app.state ', 'APP.STATE'])(
    'the channel “%s”',
    async (channel) => {
      const answer = refused(await open().call(channel, {}))
      expect(answer).toEqual({ code: 'invalid-input', message: messages.failures.unknownChannel(channel) })
    },
  )

  test('a name as long as a book is not echoed', async () => {
    expect(refused(await open().call('x'.repeat(1_000_000), {})).message.length).toBeLessThan(200)
  })

  const circular: Record<string, unknown> = { sessionId: 's' }
  circular['self'] = circular
  let deep: unknown = 1
  for (let index = 0; index < 200_000; index++) deep = [deep]

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a word', 's'],
    ['a missing key', {}],
    ['one key too many', { sessionId: 's', more: 1 }],
    ['__proto__ as a key', JSON.parse('{"sessionId":"s","__proto__":{"admin":true}}')],
    ['constructor as a key', { sessionId: 's', constructor: 1 }],
    ['a path', { sessionId: '../../etc/passwd' }],
    ['another type', { sessionId: 7 }],
    ['a list in the place of a word', { sessionId: ['s'] }],
    ['a circle', circular],
    ['a number JSON has not', { sessionId: 1n }],
    ['something very deep', { sessionId: 's', deep }],
    ['a Map', new Map([['sessionId', 's']])],
  ])('%s as input', async (_what, input) => {
    let wasCalled = false
    const { call, log } = open({
      'sessions.archive': async () => {
        wasCalled = true
        throw new Error('not reached')
      },
    })
    expect(refused(await call('sessions.archive', input)).code).toBe('invalid-input')
    expect(wasCalled).toBe(false)
    expect(log).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  test('more than the limit, before it is looked at', async () => {
    const { call } = open()
    const input = { sessionId: null, text: 'x'.repeat(payloadLimit), model: null, think: null, workspace: null }
    expect(refused(await call('chat.send', input))).toEqual({
      code: 'limit',
      message: messages.failures.tooLarge(payloadLimit),
    })
  })

  test('a second call with the number of one that is under way', async () => {
    const { seen, handler } = untilAborted()
    const { connection } = open({ 'models.refresh': handler })
    const first = connection.call('same', 'models.refresh', {})
    expect(refused(await connection.call('same', 'models.refresh', {})).code).toBe('invalid-input')
    connection.cancel('same')
    expect(refused(await first).code).toBe('cancelled')
    expect(seen).toHaveLength(1)
    // Free again.
    void connection.call('same', 'models.refresh', {})
    expect(seen).toHaveLength(2)
  })
})

describe('what is answered', () => {
  test('only what is declared', async () => {
    const { call } = open({ 'chat.stop': async () => ({ stopped: true, secret: 'of the main process' }) })
    expect(await call('chat.stop', { sessionId: 's' })).toEqual({ ok: true, value: { stopped: true } })
  })

  test('an expected failure with its code, its sentence and its detail', async () => {
    const { call, log } = open({
      'chat.stop': async () => {
        throw new ExpectedFailure('unavailable', 'It is away.', 'ECONNREFUSED')
      },
    })
    const failure = refused(await call('chat.stop', { sessionId: 's' }))
    expect(failure).toEqual({ code: 'unavailable', message: 'It is away.', detail: 'ECONNREFUSED' })
    expect(log).toEqual([])
  })

  test.each([
    ['a bug', new TypeError('x is undefined'), /TypeError: x is undefined/],
    ['a thrown word', 'oops', /^oops$/],
    ['an error as long as a book', new Error('x'.repeat(1_000_000)), /^Error: x/],
  ])(
    '%s as internal: a sentence, a bounded detail, nothing else, and a line in the log',
    async (_what, thrown, detail) => {
      const { call, log } = open({
        'chat.stop': async () => {
          throw thrown
        },
      })
      const failure = refused(await call('chat.stop', { sessionId: 's' }))
      expect(Object.keys(failure).sort()).toEqual(['code', 'detail', 'message'])
      expect(failure).toMatchObject({ code: 'internal', message: messages.failures.internal })
      expect(failure.detail).toMatch(detail)
      expect(failure.detail?.length).toBeLessThanOrEqual(20_000)
      expect(log).toEqual([`chat.stop: ${failure.detail}`])
    },
  )

  test('an answer of the wrong shape as internal: it never leaves', async () => {
    const { call } = open({ 'chat.stop': async () => ({ stopped: 'perhaps' }) as never })
    expect(refused(await call('chat.stop', { sessionId: 's' })).code).toBe('internal')
  })
})

describe('cancelling', () => {
  test('reaches the signal of the one call it names', async () => {
    const { seen, handler } = untilAborted()
    const { connection } = open({ 'models.refresh': handler })
    const first = connection.call('1', 'models.refresh', {})
    const second = connection.call('2', 'models.refresh', {})
    connection.cancel('nobody')
    connection.cancel('2')
    expect(refused(await second).code).toBe('cancelled')
    expect(seen.map(({ aborted }) => aborted)).toEqual([false, true])
    connection.cancel('1')
    await first
  })

  test('happens to every call of a front that goes away, which hears nothing more and is answered nothing', async () => {
    const { seen, handler } = untilAborted()
    const { connection, events, pushes, call } = open({ 'models.refresh': handler })
    const running = connection.call('1', 'models.refresh', {})
    connection.close()
    expect(refused(await running).code).toBe('cancelled')
    expect(seen[0]?.aborted).toBe(true)
    events.emit('app.notice', { id: 'n', severity: 'info', code: 'c', message: 'm' })
    expect(pushes).toEqual([])
    expect(refused(await call('models.refresh', {})).code).toBe('cancelled')
    expect(seen).toHaveLength(1)
  })

  test('through a Bridge works with a signal, also one that was aborted before', async () => {
    const { seen, handler } = untilAborted()
    const { gateway } = open({ 'models.refresh': handler })
    const bridge = createLocalBridge(gateway)
    const controller = new AbortController()
    const running = bridge.call('models.refresh', {}, controller.signal)
    controller.abort()
    expect(refused(await running).code).toBe('cancelled')
    expect(refused(await bridge.call('models.refresh', {}, controller.signal)).code).toBe('cancelled')
    expect(seen).toHaveLength(1)
  })
})

describe('pushes', () => {
  const frame = { sessionId: 's', runId: 'r', textFrom: 0, text: 'a', thinkingFrom: 0, thinking: '' }

  test('every front hears them, each frame once and before what follows it', () => {
    const { gateway, events, pushes } = open()
    const others: Push[] = []
    gateway.connect((push) => others.push(push))
    events.emit('run.delta', frame)
    events.emit('run.delta', { ...frame, textFrom: 1, text: 'b' })
    events.emit('sessions.appended', { sessionId: 's', entries: [] })
    events.emit('run.ended', { sessionId: 's', runId: 'r', stop: 'stop', usage: null, error: null })
    expect(pushes.map(({ push }) => push)).toEqual(['run.frame', 'run.frame', 'sessions.appended', 'run.ended'])
    expect(pushes.slice(0, 2)).toMatchObject([{ payload: { text: 'a' } }, { payload: { textFrom: 1, text: 'b' } }])
    expect(others).toEqual(pushes)
  })

  test('a front that fails does not keep them from the others', () => {
    const { gateway, events, log } = open()
    const heard: Push[] = []
    gateway.connect(() => {
      throw new Error('gone')
    })
    gateway.connect((push) => heard.push(push))
    events.emit('app.notice', { id: 'n', severity: 'info', code: 'c', message: 'm' })
    expect(heard).toHaveLength(1)
    expect(log).toEqual(['app.notice: Error: gone'])
  })

  test('a Bridge hears a name until it is told not to', () => {
    const { gateway, events } = open()
    const bridge = createLocalBridge(gateway)
    const heard: string[] = []
    const stop = bridge.on('app.notice', ({ message }) => heard.push(message))
    events.emit('app.notice', { id: 'n', severity: 'info', code: 'c', message: 'one' })
    stop()
    events.emit('app.notice', { id: 'n', severity: 'info', code: 'c', message: 'two' })
    expect(heard).toEqual(['one'])
  })
})
