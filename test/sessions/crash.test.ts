// A process that is killed while an answer streams: what the next start finds.
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, startTerminal } from '../support/terminal.ts'
import { waitFor } from '../support/wait.ts'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const fileOf = (sessionId: string, suffix = 'jsonl') => join(home, 'sessions', `${sessionId}.${suffix}`)
const draft = { answerId: 'a1', parentId: 'q1', model: gemma.name, content: 'so far', thinking: '' }

async function writeFiles(id: string, left: unknown, ...lines: (Line | string)[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(fileOf(id), toBytes(...lines))
  await writeFile(fileOf(id, 'draft'), typeof left === 'string' ? left : JSON.stringify(left))
}

describe('killed with SIGKILL', () => {
  test('in the middle of an answer: question and answer so far are there after the next start', async () => {
    const server = await fakeServer({
      scenario: steps(
        { thinking: 'hm', chunk: 'whole' },
        { content: 'Half an answer', chunk: 'whole' },
        { gate: 'middle' },
        { done: 'stop' },
      ),
    })
    const running = startTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '--json', 'What is it?'] })
    await running.waitForOutput('Half an answer')
    const sessionId = String(JSON.parse(running.out().split('\n')[0] ?? '')['id'])
    // Within a second of the words the draft has them.
    await waitFor('the draft', async () =>
      (await readFile(fileOf(sessionId, 'draft'), 'utf8').catch(() => '')).includes('Half'),
    )
    running.child.kill('SIGKILL')
    await running.ended
    expect((await readdir(home)).sort()).toEqual(['owner.lock', 'owner.sock', 'sessions'])

    const carrel = await bootCarrel({ home, host: server.url })
    expect(carrel.app.services.home.readOnly).toBeNull()
    const found = await carrel.messages(sessionId)
    expect(found).toMatchObject([
      { role: 'user', content: 'What is it?' },
      {
        role: 'assistant',
        content: 'Half an answer',
        thinking: 'hm',
        stop: 'interrupted',
        model: gemma.name,
        error: { code: 'interrupted', message: messages.failures.answerLost },
      },
    ])
    expect(await readdir(join(home, 'sessions'))).toEqual([`${sessionId}.jsonl`])
    server.setScenario(steps({ content: 'whole' }, { done: 'stop' }))
    expect((await carrel.ask('Go on', sessionId)).end.stop).toBe('stop')
    await carrel.app.close()
    // Once and not at every start.
    const again = await bootCarrel({ home, host: server.url })
    expect(await again.messages(sessionId)).toHaveLength(4)
  })

  test('before the first word: the answer is said to be lost', async () => {
    const server = await fakeServer({ scenario: steps({ fault: 'hang' }) })
    const running = startTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '--json', 'x'] })
    await server.waitForRequest()
    await waitFor('the draft', async () =>
      (await readdir(join(home, 'sessions'))).some((name) => name.endsWith('.draft')),
    )
    running.child.kill('SIGKILL')
    await running.ended
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessions } = answered(await carrel.bridge.call('sessions.list', { filter: 'active' }))
    expect(await carrel.messages(sessions[0]?.id ?? '')).toMatchObject([
      { content: 'x' },
      { content: '', stop: 'interrupted', error: { message: messages.failures.answerLostWhole } },
    ])
  })
})

describe('a draft that lies there', () => {
  test('is spent when its answer is in the log', async () => {
    const whole = message('a1', 'q1', { role: 'assistant', content: 'so far and to the end', stop: 'stop' })
    await writeFiles('s', draft, header, message('q1', null), whole)
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    expect(await carrel.messages('s')).toEqual([message('q1', null), whole])
    expect(await readdir(join(home, 'sessions'))).toEqual(['s.jsonl'])
  })

  test('that is older than what was called, found and said since stands behind all of it', async () => {
    const calls = message('a1', 'q1', {
      role: 'assistant',
      content: '',
      stop: 'tool_calls',
      toolCalls: [{ id: 'c1', name: 'look', arguments: {} }],
    })
    const result = message('r1', 'a1', { role: 'tool', callId: 'c1', name: 'look' })
    const turn = [header, message('q1', null), calls]
    await writeFiles('calls', draft, ...turn)
    await writeFiles('result', draft, ...turn, result)
    await writeFiles('broken', '{', ...turn, result, message('k1', 'r1'))
    await writeFiles('correction', { ...draft, answerId: 'a2', parentId: 'r1' }, ...turn, result, message('k1', 'r1'))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    for (const [id, parentId, content] of [
      ['calls', 'a1', ''],
      ['result', 'r1', ''],
      ['broken', 'k1', ''],
      ['correction', 'k1', 'so far'],
    ] as const) {
      const found = await carrel.messages(id)
      expect(found.at(-1)).toMatchObject({ role: 'assistant', stop: 'interrupted', parentId, content })
      expect(found.filter(({ stop }) => stop === 'interrupted')).toHaveLength(1)
    }
  })

  test('goes behind a torn line', async () => {
    await writeFiles('s', draft, header, message('q1', null))
    await writeFile(fileOf('s'), '{"type":"mess', { flag: 'a' })
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    expect((await carrel.messages('s')).map(({ content }) => content)).toEqual(['words of q1', 'so far'])
  })

  test.each(['', '{"answerId":"a', '{}', 'null'])('and says “%s” stands for an answer that is lost', async (text) => {
    await writeFiles('s', text, header, message('q1', null))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    expect(await carrel.messages('s')).toMatchObject([
      { id: 'q1' },
      { content: '', parentId: 'q1', stop: 'interrupted', error: { message: messages.failures.answerLostWhole } },
    ])
    expect(await readdir(join(home, 'sessions'))).toEqual(['s.jsonl'])
  })

  test('of an archived session waits until it is restored', async () => {
    await writeFiles('s', draft, header, message('q1', null))
    const first = await bootCarrel({ home, host: (await fakeServer()).url })
    await first.app.close()
    await writeFile(fileOf('s', 'draft'), JSON.stringify({ ...draft, answerId: 'a2', content: 'later' }))
    await rename(fileOf('s'), fileOf('s', 'jsonl.archived'))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    expect(await carrel.messages('s')).toHaveLength(2)
    expect((await readdir(join(home, 'sessions'))).sort()).toEqual(['s.draft', 's.jsonl.archived'])
    expect(await linesOf(fileOf('s', 'jsonl.archived'))).toHaveLength(3)
    answered(await carrel.bridge.call('sessions.restore', { sessionId: 's' }))
    // A sibling of the first answer: both had answered the same question.
    expect((await carrel.messages('s')).map(({ content }) => content)).toEqual(['words of q1', 'later'])
    expect(await linesOf(fileOf('s'))).toHaveLength(4)
  })

  test('of a session that is gone goes with it', async () => {
    await writeFiles('s', draft, header)
    await mkdir(join(home, 'kept'))
    await rename(fileOf('s'), join(home, 'kept', 's.jsonl'))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    answered(await carrel.bridge.call('sessions.list', { filter: 'all' }))
    expect(await readdir(join(home, 'sessions'))).toEqual([])
  })

  test('that cannot be recovered keeps neither the others nor the start', async () => {
    await writeFiles('a', draft, header, message('q1', null))
    await writeFiles('b', draft, header, message('q1', null))
    await mkdir(join(home, 'sessions', 'c.jsonl'))
    await writeFile(fileOf('c', 'draft'), JSON.stringify(draft))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    for (const id of ['a', 'b']) expect(await carrel.messages(id)).toHaveLength(2)
  })

  test('is left alone by a reader', async () => {
    await writeFiles('s', draft, header, message('q1', null))
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url, as: 'reader' })
    expect(await carrel.messages('s')).toHaveLength(1)
    expect((await readdir(join(home, 'sessions'))).sort()).toEqual(['s.draft', 's.jsonl'])
  })
})
