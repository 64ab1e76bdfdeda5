// Every row of the table of errors, over real HTTP: what the server or the way to it does, and what the person is told.
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Asked } from '../../electron/services/models/faults.ts'
import type { FailureCode } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, gemma, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

type Sentence = (asked: Asked) => string
const exceeded =
  '{"error":{"code":400,"message":"request (20000 tokens) exceeds the available context size","type":"exceed_context_size_error"}}'

const answered: [number, unknown, FailureCode, Sentence][] = [
  [400, { error: 'missing request body' }, 'invalid-input', () => failures.requestRefused],
  [
    400,
    { error: 'json: cannot unmarshal string into Go struct field' },
    'invalid-input',
    () => failures.requestRefused,
  ],
  [400, { error: 'invalid think value: "x" (must be "high", …)' }, 'invalid-input', () => failures.requestRefused],
  [
    404,
    { error: "model 'gemma4:e4b' not found" },
    'unavailable',
    ({ model, host }) => failures.noSuchModel(model, host),
  ],
  [
    404,
    { error: 'model "x" not found, try pulling it first' },
    'unavailable',
    ({ model, host }) => failures.noSuchModel(model, host),
  ],
  [
    400,
    { error: 'registry.ollama.ai/library/x does not support tools' },
    'invalid-input',
    ({ model }) => failures.modelCannotUseTools(model),
  ],
  [400, { error: '"x" does not support thinking' }, 'invalid-input', ({ model }) => failures.modelCannotThink(model)],
  [400, { error: '"x" does not support chat' }, 'invalid-input', ({ model }) => failures.modelCannotChat(model)],
  [
    503,
    { error: 'server busy, please try again.  maximum pending requests exceeded' },
    'busy',
    () => failures.serverBusy,
  ],
  [503, { error: 'anything' }, 'busy', () => failures.serverBusy],
  [
    500,
    { error: 'llama-server process has terminated: signal: illegal instruction' },
    'unavailable',
    () => failures.outOfMemory,
  ],
  [499, { error: 'request canceled' }, 'cancelled', () => failures.cancelled],
  [
    400,
    { error: 'the prompt is longer than the context length currently available to the model; shorten …' },
    'limit',
    () => failures.contextFull,
  ],
  [400, { error: exceeded }, 'limit', () => failures.contextFull],
  [
    500,
    { error: 'model runner has unexpectedly stopped, this may be due to resource limitations …' },
    'unavailable',
    () => failures.outOfMemory,
  ],
  [500, { error: 'an error was encountered while running the model: EOF' }, 'unavailable', () => failures.outOfMemory],
  [
    500,
    { error: 'model requires more system memory (9.6 GiB) than is available (4.0 GiB)' },
    'unavailable',
    () => failures.outOfMemory,
  ],
  [500, { error: 'failed to parse the tool call' }, 'unavailable', () => failures.modelFailed],
  [500, { error: { deep: ['odd'] } }, 'unavailable', () => failures.modelFailed],
  [
    401,
    { error: 'unauthorized', signin_url: 'https://ollama.com/x' },
    'denied',
    ({ model }) => failures.signInNeeded(model),
  ],
  [403, { error: 'ollama cloud is disabled' }, 'denied', ({ model }) => failures.cloudRefused(model)],
  [429, { error: 'you have reached your hourly usage limit' }, 'busy', () => failures.usageLimit],
  [502, { error: 'bad gateway' }, 'unavailable', ({ host }) => failures.hostFailed(host, 502)],
  [403, undefined, 'denied', ({ host }) => failures.hostRefused(host)],
  [401, '<h1>Who are you?</h1>', 'denied', ({ host }) => failures.tokenWanted(host)],
  [404, '404 page not found', 'unavailable', ({ host }) => failures.notOllama(host)],
  [405, '405 method not allowed', 'unavailable', ({ host }) => failures.notOllama(host)],
  [503, '<h1>Down for maintenance</h1>', 'unavailable', ({ host }) => failures.hostFailed(host, 503)],
  [500, 'plain words', 'unavailable', ({ host }) => failures.hostFailed(host, 500)],
]

describe('an answer with an error status', () => {
  test.each(answered)('%i %j', async (status, body, code, sentence) => {
    fake.setScenario(steps({ fault: { status, ...(body !== undefined && { body }) } }))
    const { models } = openRoom({ host: fake.url })
    const { failure, events } = await collect(models, question())
    expect(failure).toMatchObject({ code, message: sentence({ host: fake.url, model: 'gemma4:e4b' }) })
    expect(failure?.detail).toContain(String(status))
    expect(events.filter(({ type }) => type !== 'waiting')).toEqual([])
    await fake.waitForNoConnections()
  })

  test('an endless error body holds nobody up', { timeout: 10_000 }, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write(
        'HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: 999999\r\n\r\nwords',
      )
    })
    const host = await new Promise<string>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
      })
    })
    const { models } = openRoom({ host })
    const { failure } = await collect(models, question())
    expect(failure).toMatchObject({ message: failures.hostFailed(host, 500), detail: '500 words' })
    server.close()
  })
})

describe('an error line in the stream', () => {
  test.each<[unknown, FailureCode, string]>([
    [
      'model runner has unexpectedly stopped, this may be due to resource limitations',
      'unavailable',
      failures.outOfMemory,
    ],
    [
      // Seen with a real server whose runner was killed: the words after the colon are those of an earlier request.
      'an error was encountered while running the model: error: task id = 0, error: request (12010 tokens) exceeds the available context size (8192 tokens), try increasing it',
      'unavailable',
      failures.outOfMemory,
    ],
    [exceeded, 'limit', failures.contextFull],
    ['unexpected end of tool call', 'unavailable', failures.modelFailed],
    [{ message: 'an object' }, 'unavailable', failures.modelFailed],
    [null, 'unavailable', failures.modelFailed],
  ])('%j', async (errorLine, code, message) => {
    fake.setScenario(steps({ content: 'So far', chunk: 'whole' }, { fault: { errorLine } }))
    const { models } = openRoom({ host: fake.url })
    expect(await collect(models, question())).toMatchObject({ text: 'So far', failure: { code, message } })
  })
})

describe('the way to the server', () => {
  test('nobody listens', async () => {
    await fake.stop()
    const { models } = openRoom({ host: fake.url })
    const { failure } = await collect(models, question())
    expect(failure).toMatchObject({ code: 'unavailable', message: failures.ollamaNotRunning(fake.url) })
  })

  test('nobody has this name', async () => {
    const { models } = openRoom({ host: 'no-such-machine.invalid' })
    const { failure } = await collect(models, question())
    expect(failure?.message).toBe(failures.hostUnknown('http://no-such-machine.invalid:11434'))
  })

  test('the address is none', async () => {
    const { models } = openRoom({ host: 'ftp://x' })
    expect((await collect(models, question())).failure).toMatchObject({
      code: 'invalid-input',
      message: failures.hostInvalid('ftp://x'),
    })
  })

  test('the port is one that is never asked', async () => {
    const { models } = openRoom({ host: '127.0.0.1:6000' })
    expect((await collect(models, question())).failure?.message).toBe(failures.hostInvalid('http://127.0.0.1:6000'))
  })

  test('the server speaks no TLS', async () => {
    const host = fake.url.replace('http:', 'https:')
    const { models } = openRoom({ host })
    expect((await collect(models, question())).failure?.message).toBe(failures.hostNotTrusted(host))
  })

  test('breaks before the headers', async () => {
    fake.setScenario(steps({ fault: 'reset' }))
    const { models } = openRoom({ host: fake.url })
    expect((await collect(models, question())).failure).toMatchObject({
      code: 'unavailable',
      message: failures.connectionBroke(fake.url),
    })
  })

  test('breaks in the middle', async () => {
    fake.setScenario(steps({ content: 'So far', chunk: 'whole' }, { gate: 'read' }, { fault: 'reset' }))
    const { models } = openRoom({ host: fake.url })
    const { text, failure } = await collect(
      models,
      question(),
      undefined,
      ({ type }) => type === 'text' && fake.release('read'),
    )
    expect(text).toBe('So far')
    expect(failure).toMatchObject({ code: 'unavailable', message: failures.connectionLost })
  })

  test('the server is killed in the middle, and answers after its restart', async () => {
    fake.setScenario(steps({ content: 'So far', chunk: 'whole' }, { gate: 'read' }, { done: 'stop' }))
    const { models } = openRoom({ host: fake.url })
    let stopped: Promise<void> = Promise.resolve()
    const { text, failure } = await collect(models, question(), undefined, ({ type }) => {
      if (type === 'text') stopped = fake.stop()
    })
    expect(text).toBe('So far')
    expect(failure?.message).toBe(failures.connectionLost)
    await stopped
    fake = await startFakeOllama({ port: fake.port })
    expect(await collect(models, question())).toMatchObject({ failure: null, done: { stop: 'stop' } })
  })
})

test('a model that is not installed is told with the way to get it', async () => {
  const { models } = openRoom({ host: fake.url })
  const { failure } = await collect(models, question({ model: 'nope:1b' }))
  expect(failure).toMatchObject({ code: 'unavailable', message: failures.noSuchModel('nope:1b', fake.url) })
  fake.setModels([{ ...gemma, name: 'embed:1', capabilities: ['embedding'] }])
  expect((await collect(models, question({ model: 'embed:1' }))).failure?.message).toBe(
    failures.modelCannotChat('embed:1'),
  )
})
