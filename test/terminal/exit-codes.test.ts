// The exit codes of `carrel run`, and interrupting it.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const carrel = (host: string, ...words: string[]) => ({ arguments: ['--home', home, '--host', host, ...words] })

async function session(): Promise<Record<string, unknown>[]> {
  const names = await readdir(join(home, 'sessions'))
  expect(names).toHaveLength(1)
  return await linesOf(join(home, 'sessions', names[0] ?? ''))
}

describe('exit codes', () => {
  const cause = (lines: readonly Record<string, unknown>[]) => lines.at(-1)?.['error']

  test('5 when the answer was cut at its longest', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'half' }, { done: 'length' }) })
    const ended = await runTerminal(carrel(server.url, 'run', '--json', 'x'))
    expect([ended.code, ended.lines().at(-1)?.['stop']]).toEqual([5, 'length'])
  })

  test('3 when no server answers, when it is no Ollama, and when the model is not there', async () => {
    const server = await fakeServer()
    const missing = await runTerminal(carrel(server.url, 'run', '--json', '--model', 'nobody:1b', 'x'))
    expect([missing.code, cause(missing.lines())]).toEqual([
      3,
      { code: 'unavailable', message: messages.failures.noSuchModel('nobody:1b', server.url) },
    ])
    const page = { status: 200, body: '<!doctype html><title>router</title>', contentType: 'text/html' }
    for (const path of ['/api/version', '/api/tags', '/api/ps', '/api/chat']) server.setFault(path, page)
    const html = await runTerminal(carrel(server.url, 'run', '--json', 'x'))
    expect([html.code, cause(html.lines())]).toEqual([
      3,
      { code: 'unavailable', message: messages.failures.notOllama(server.url) },
    ])
    await server.stop()
    const away = await runTerminal(carrel(server.url, 'run', '--json', 'x'))
    expect([away.code, cause(away.lines())]).toEqual([
      3,
      { code: 'unavailable', message: messages.failures.ollamaNotRunning(server.url) },
    ])
    expect(away.lines().map(({ type }) => type)).toEqual(['session', 'end'])
  })

  test('3 with what had arrived when the server goes away in the middle', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'half' }, { gate: 'middle' }, { fault: 'reset' }) })
    const running = startTerminal(carrel(server.url, 'run', '--json', 'x'))
    await running.waitForOutput('"half"')
    server.release('middle')
    const ended = await running.ended
    expect(ended.code).toBe(3)
    expect(ended.lines().at(-1)).toMatchObject({
      stop: 'error',
      text: 'half',
      error: { message: messages.failures.connectionLost },
    })
    expect((await session()).at(-1)).toMatchObject({ content: 'half', stop: 'error' })
  })

  test.each([
    ['no question', ['run']],
    ['an empty question', ['run', '  ']],
    ['an unknown option', ['run', '--colour', 'red', 'x']],
    ['an unknown level', ['run', '--think', 'hard', 'x']],
    ['a temperature that is none', ['run', '--temperature', 'warm', 'x']],
    ['a share beyond all', ['run', '--top-p', '1.5', 'x']],
    ['half a seed', ['run', '--seed', '0.5', 'x']],
    ['an id that is none', ['run', '--session', '../../etc/passwd', 'x']],
    ['an unknown command', ['fly']],
    ['a command of every object', ['constructor']],
    ['no command', []],
    ['an empty home', ['--home', '', 'run', 'x']],
    ['a home without a value', ['run', 'x', '--home']],
  ])('2 for %s, before anything is made', async (_what, words) => {
    const ended = await runTerminal({ arguments: ['--json', '--home', home, '--host', 'http://127.0.0.1:9', ...words] })
    expect(ended.code).toBe(2)
    expect(ended.json()).toEqual({ error: { code: 'invalid-input', message: expect.any(String) } })
    await expect(readdir(home)).rejects.toThrow('ENOENT')
  })

  test('2 for an option without its value, in one sentence and what helps', async () => {
    const ended = await runTerminal({ arguments: ['sessions', 'list', '--home', '--all'] })
    expect([ended.code, ended.out, ended.error.trimEnd().split('\n')]).toEqual([2, '', [expect.any(String)]])
    expect(ended.error).toContain('--home')
    expect(ended.error).toContain('carrel --help')
  })

  test.each([
    [['run', '--max-rounds', '0', 'x'], '--max-rounds takes a whole number from 1 to 200.'],
    [['ledger', '--since', 'yesterday'], '--since takes a time such as'],
  ])('2 for %j, which is told what it takes', async (given, sentence) => {
    const ended = await runTerminal({ arguments: ['--home', home, ...given] })
    expect([ended.code, ended.error]).toEqual([2, expect.stringContaining(sentence)])
  })

  test('2 for an address that is none', async () => {
    const ended = await runTerminal(carrel('ftp://example.org', 'models', 'list', '--json'))
    expect(ended.code).toBe(2)
    expect(ended.json()).toMatchObject({ error: { code: 'invalid-input' } })
  })

  test('1 for a session that is not there, without making one', async () => {
    const server = await fakeServer()
    const ended = await runTerminal(carrel(server.url, 'run', '--json', '--session', 'nobody', 'x'))
    expect([ended.code, ended.json()]).toEqual([
      1,
      { error: { code: 'not-found', message: messages.failures.sessionNotFound } },
    ])
    expect(server.chatRequests()).toEqual([])
  })

  test('1 with the sentence while another process owns the folder and lets nobody attach', async () => {
    const server = await fakeServer()
    const { app } = await bootCarrel({ home, host: server.url })
    const lock = join(home, 'owner.lock')
    await writeFile(lock, JSON.stringify({ ...JSON.parse(await readFile(lock, 'utf8')), socket: null }))
    expect(app.services.home.readOnly).toBe(null)
    const ended = await runTerminal(carrel(server.url, 'run', '--json', 'x'))
    expect([ended.code, ended.json()]).toEqual([
      1,
      { error: { code: 'busy', message: messages.failures.ownerBusy(process.pid) } },
    ])
    const list = await runTerminal(carrel(server.url, 'sessions', 'list', '--json'))
    expect([list.code, list.json()]).toEqual([0, { sessions: [] }])
  })
})

describe('interrupting', () => {
  const slow = steps({ content: 'Hello ', chunk: 'whole' }, { gate: 'middle' }, { content: 'world' }, { done: 'stop' })

  test('once: cancelled, 130, and the words so far are kept', async () => {
    const server = await fakeServer({ scenario: slow })
    const running = startTerminal(carrel(server.url, 'run', '--json', 'x'))
    await running.waitForOutput('"Hello "')
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended.code).toBe(130)
    expect(ended.lines().at(-1)).toMatchObject({ type: 'end', stop: 'cancelled', text: 'Hello ', error: null })
    expect((await session()).at(-1)).toMatchObject({ content: 'Hello ', stop: 'cancelled' })
    await server.waitForAbort()
    expect(await readdir(home)).toEqual(['cache', 'sessions'])
  })

  test('before the first word', async () => {
    const server = await fakeServer({ scenario: steps({ fault: 'hang' }) })
    const running = startTerminal(carrel(server.url, 'run', 'x'))
    await server.waitForRequest()
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect([ended.code, ended.out, ended.error]).toEqual([130, '', `${messages.terminal.stopped}\n`])
  })

  test('while it waits for standard input', async () => {
    const server = await fakeServer()
    const running = startTerminal({ ...carrel(server.url, 'run', '-', '--json'), input: '' })
    // More than any pipe holds: when it is written, the program has begun to read.
    await new Promise<void>((resolve) => running.child.stdin?.write('word '.repeat(1_000_000), () => resolve()))
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended.code).toBe(130)
    expect(ended.json()).toMatchObject({ error: { code: 'cancelled' } })
    await expect(readdir(home)).rejects.toThrow('ENOENT')
  })

  test('a reader that goes away ends the run and keeps the words', async () => {
    const server = await fakeServer({
      scenario: steps(
        { content: 'Hello ', chunk: 'whole' },
        { gate: 'middle' },
        { content: 'world', chunk: 'char' },
        { fault: 'hang' },
      ),
    })
    const running = startTerminal(carrel(server.url, 'run', '--json', 'x'))
    await running.waitForOutput('"Hello "')
    running.child.stdout?.destroy()
    server.release('middle')
    const ended = await running.ended
    expect(ended.code).toBe(130)
    expect(ended.error).toBe('')
    expect((await session()).at(-1)).toMatchObject({ content: expect.stringMatching(/^Hello w/), stop: 'cancelled' })
  })
})
