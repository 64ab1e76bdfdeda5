// One run a session: what is refused meanwhile, what may go beside it, and closing the app in the middle.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

let home: string

beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const fileOf = (sessionId: string, suffix = 'jsonl') => join(home, 'sessions', `${sessionId}.${suffix}`)

const hello = steps({ content: 'Hello ' }, { gate: 'middle' }, { content: 'world' }, { done: 'stop' })

describe('one run a session', () => {
  test('of many questions at once exactly one is taken', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'ok' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.ask('one')
    server.setScenario(hello)
    const input = { sessionId, text: 'two', model: null, think: null, workspace: null }
    const answers = await Promise.all(Array.from({ length: 8 }, () => carrel.bridge.call('chat.send', input)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    const codes = answers.filter(({ ok }) => !ok).map((answer) => refused(answer).code)
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'busy'))
    expect((await linesOf(fileOf(sessionId))).filter(({ content }) => content === 'two')).toHaveLength(1)
  })

  test('while it runs: another question, a retry and the archive are refused, a title is taken', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('one')
    await server.waitForGate('middle')
    const again = { sessionId, text: 'two', model: null, think: null, workspace: null }
    expect(refused(await carrel.bridge.call('chat.send', again)).code).toBe('busy')
    expect(refused(await carrel.bridge.call('chat.retry', { sessionId, model: null })).code).toBe('busy')
    expect(refused(await carrel.bridge.call('sessions.archive', { sessionId })).code).toBe('busy')
    expect(answered(await carrel.bridge.call('sessions.rename', { sessionId, title: 'New' })).title).toBe('New')
    server.release('middle')
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'stop' })
    expect((await linesOf(fileOf(sessionId))).map(({ type }) => type)).toEqual([
      'session',
      'message',
      'title',
      'message',
    ])
    expect((await carrel.messages(sessionId)).at(-1)).toMatchObject({ content: 'Hello world' })
  })

  test('two sessions run side by side', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const [one, other] = await Promise.all([carrel.send('one'), carrel.send('two')])
    const { runs } = answered(await carrel.bridge.call('sessions.list', { filter: 'active' }))
    expect(runs.map(({ runId }) => runId).sort()).toEqual([one.runId, other.runId].sort())
    server.release('middle')
    for (const { runId, sessionId } of [one, other]) {
      expect((await carrel.runEnd(runId)).stop).toBe('stop')
      expect((await carrel.messages(sessionId)).at(-1)).toMatchObject({ content: 'Hello world' })
    }
  })

  test('a front that comes in the middle is given all that has arrived', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('one')
    await carrel.waitForWords('Hello ')
    const { run } = answered(await carrel.bridge.call('sessions.open', { sessionId }))
    expect(run).toMatchObject({ runId, phase: 'writing', text: 'Hello ', model: gemma.name })
    server.release('middle')
    await carrel.runEnd(runId)
    expect(answered(await carrel.bridge.call('sessions.open', { sessionId })).run).toBeNull()
  })
})

describe('closing the app', () => {
  test('during a run keeps the words so far', async () => {
    const server = await fakeServer({ scenario: hello })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.send('one')
    await carrel.waitForWords('Hello ')
    await carrel.app.close()
    expect((await linesOf(fileOf(sessionId))).at(-1)).toMatchObject({ content: 'Hello ', stop: 'cancelled' })
    expect(await readdir(home)).toEqual(['sessions'])
    expect(await readdir(join(home, 'sessions'))).toEqual([`${sessionId}.jsonl`])
  })

  test('waits for a question that was on its way, and takes none afterwards', async () => {
    const server = await fakeServer({ scenario: steps({ fault: 'hang' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const sending = carrel.send('one')
    await waitFor('the question on the disk', () => carrel.pushed('sessions.appended').length === 1)
    await carrel.app.close()
    const { sessionId } = await sending
    expect((await linesOf(fileOf(sessionId))).map(({ stop }) => stop)).toEqual([undefined, undefined, 'cancelled'])
    const input = { sessionId, text: 'two', model: null, think: null, workspace: null }
    expect(refused(await carrel.bridge.call('chat.send', input)).code).toBe('cancelled')
  })
})
