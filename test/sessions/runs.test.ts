// A question and its answer through the booted app: what is on the disk at which moment, and how a run can end.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string

beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const fileOf = (sessionId: string, suffix = 'jsonl') => join(home, 'sessions', `${sessionId}.${suffix}`)

const hello = steps({ content: 'Hello ' }, { gate: 'middle' }, { content: 'world' }, { done: 'stop' })

describe('a question', () => {
  test('is on the disk before the model hears of it', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const sending = carrel.send('What is a carrel?')
    await server.waitForRequest()
    const [name] = (await readdir(join(home, 'sessions'))).filter((one) => one.endsWith('.jsonl'))
    const lines = await linesOf(join(home, 'sessions', name ?? ''))
    const { sessionId, entryId } = await sending
    expect(lines).toEqual([
      expect.objectContaining({
        type: 'session',
        v: 1,
        id: sessionId,
        workspace: null,
        app: expect.stringMatching(/^carrel\/\d/),
      }),
      expect.objectContaining({
        type: 'message',
        id: entryId,
        parentId: null,
        role: 'user',
        content: 'What is a carrel?',
      }),
    ])
    server.release('middle')
  })

  test('is told to every front before the run begins', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'yes' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    await carrel.ask('Is it?')
    const order = carrel.pushes.map(({ push }) => push).filter((push) => push !== 'models.changed')
    expect(order.indexOf('sessions.appended')).toBeLessThan(order.indexOf('run.changed'))
    expect(order.lastIndexOf('run.frame')).toBeLessThan(order.lastIndexOf('sessions.appended'))
    expect(order.lastIndexOf('sessions.appended')).toBeLessThan(order.indexOf('run.ended'))
  })
})

describe('an answer', () => {
  test('streams, and is one record with its thinking apart', async () => {
    const server = await fakeServer({
      scenario: steps(
        { thinking: 'hm, ' },
        { thinking: 'so' },
        { content: 'straße 📚 ', chunk: 'char' },
        { content: '静か', chunk: 'char' },
        { done: 'stop', metrics: { prompt_eval_count: 7, eval_count: 3 } },
      ),
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, entryId, end, runId } = await carrel.ask('Where?')
    expect(end).toMatchObject({ stop: 'stop', error: null, usage: { promptTokens: 7, outputTokens: 3 } })
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({
      type: 'message',
      role: 'assistant',
      parentId: entryId,
      content: 'straße 📚 静か',
      thinking: 'hm, so',
      model: gemma.name,
      stop: 'stop',
      usage: { promptTokens: 7 },
      error: null,
    })
    const frames = carrel.pushed('run.frame').filter((frame) => frame.runId === runId)
    expect(frames.map(({ text }) => text).join('')).toBe('straße 📚 静か')
    expect(frames.map(({ thinking }) => thinking).join('')).toBe('hm, so')
    expect(await readdir(join(home, 'sessions'))).toEqual([`${sessionId}.jsonl`])
  })

  test('of the next turn is asked for with the whole path, without the thinking', async () => {
    const server = await fakeServer({ scenario: steps({ thinking: 'hm' }, { content: 'first' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.ask('one')
    await carrel.ask('two', sessionId)
    expect(server.chatRequests().at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system' },
        { role: 'user', content: expect.stringMatching(/^one\n\n\(Asked on /) },
        { role: 'assistant', content: 'first' },
        { role: 'user', content: expect.stringMatching(/^two\n\n\(Asked on /) },
      ],
    })
    expect(server.chatRequests().at(-1)?.raw).not.toContain('"hm"')
    expect((await carrel.messages(sessionId)).map(({ content }) => content)).toEqual(['one', 'first', 'two', 'first'])
  })

  test('that is written again is a sibling; the earlier one stays in the file', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'first' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, entryId } = await carrel.ask('one')
    server.setScenario(steps({ content: 'second' }, { done: 'stop' }))
    const { runId } = answered(await carrel.bridge.call('chat.retry', { sessionId, model: null }))
    await carrel.runEnd(runId)
    const answers = (await linesOf(fileOf(sessionId))).filter(({ role }) => role === 'assistant')
    expect(answers).toMatchObject([
      { content: 'first', parentId: entryId },
      { content: 'second', parentId: entryId },
    ])
    expect((await carrel.messages(sessionId)).map(({ content }) => content)).toEqual(['one', 'second'])
    expect(server.chatRequests().at(-1)?.raw).not.toContain('first')
  })
})

describe('Stop', () => {
  test('before the first word keeps the question and says cancelled', async () => {
    const server = await fakeServer({ scenario: steps({ fault: 'hang' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('Hello?')
    await server.waitForRequest()
    expect(answered(await carrel.bridge.call('chat.stop', { sessionId }))).toEqual({ stopped: true })
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'cancelled', error: null })
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({
      role: 'assistant',
      content: '',
      stop: 'cancelled',
    })
    await server.waitForAbort()
  })

  test('in the middle keeps what had arrived and closes the connection', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('Hello?')
    await carrel.waitForWords('Hello ')
    answered(await carrel.bridge.call('chat.stop', { sessionId }))
    // On the disk when the call is answered.
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({
      content: 'Hello ',
      stop: 'cancelled',
      error: null,
    })
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'cancelled' })
    await server.waitForAbort()
    expect(answered(await carrel.bridge.call('chat.stop', { sessionId }))).toEqual({ stopped: false })
  })

  test('does not wait for a server that says nothing when asked for its models', async () => {
    const server = await fakeServer()
    for (const path of ['/api/version', '/api/tags', '/api/ps']) server.setFault(path, 'hang')
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('Hello?')
    await server.waitForRequest(({ path }) => path === '/api/tags')
    const begun = performance.now()
    answered(await carrel.bridge.call('chat.stop', { sessionId }))
    expect(performance.now() - begun).toBeLessThan(1_500)
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'cancelled' })
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({ role: 'assistant', stop: 'cancelled' })
  })
})

describe('when the server fails', () => {
  test.each([
    ['goes away in the middle', { fault: 'reset' } as const, messages.failures.connectionLost],
    ['ends without its last line', { fault: 'endWithoutDone' } as const, messages.failures.endedEarly],
    ['sends a line that is no JSON', { fault: 'invalidJsonLine' } as const, messages.failures.badLine],
  ])('and %s, the words so far and the reason are recorded', async (_what, fault, sentence) => {
    const server = await fakeServer({ scenario: steps({ content: 'Half an ' }, { gate: 'middle' }, fault) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('Hello?')
    await carrel.waitForWords('Half an ')
    server.release('middle')
    const end = await carrel.runEnd(runId)
    expect(end).toMatchObject({ stop: 'error', error: { message: sentence } })
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({
      content: 'Half an ',
      stop: 'error',
      error: { message: sentence },
    })
    // No spinner is left, and the next question goes out.
    server.setScenario(steps({ content: 'Whole.' }, { done: 'stop' }))
    expect((await carrel.ask('Again?', sessionId)).end.stop).toBe('stop')
  })

  test('and is not there at all, the question is kept and the run ends with a sentence', async () => {
    const server = await fakeServer()
    await server.stop()
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, end } = await carrel.ask('Hello?')
    expect(end).toMatchObject({
      stop: 'error',
      error: { code: 'unavailable', message: messages.failures.ollamaNotRunning(server.url) },
    })
    expect((await carrel.messages(sessionId)).map(({ role, stop }) => [role, stop])).toEqual([
      ['user', undefined],
      ['assistant', 'error'],
    ])
  })
})
