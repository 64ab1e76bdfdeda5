// `carrel run` as a process: the events of the contract, what a person sees, and where question and folder come from.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { manualPage } from '../../electron/terminal/manual/pages.ts'
import { messages } from '../../shared/messages/messages.ts'
import { replWords } from '../../shared/messages/repl.ts'
import { bootCarrel } from '../support/carrel.ts'
import { steps, streamedText } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { waitFor } from '../support/wait.ts'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const carrel = (host: string, ...words: string[]) => ({ arguments: ['--home', home, '--host', host, ...words] })
const joined = (lines: readonly Record<string, unknown>[], type: string) =>
  lines
    .filter((line) => line['type'] === type)
    .map((line) => line['delta'])
    .join('')

async function session(): Promise<Record<string, unknown>[]> {
  const names = await readdir(join(home, 'sessions'))
  expect(names).toHaveLength(1)
  return await linesOf(join(home, 'sessions', names[0] ?? ''))
}

describe('--json', () => {
  test('says that it waits for the model, once, and is answered when it is its turn', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [
          { match: { contains: 'first' }, steps: [{ content: 'One' }, { gate: 'end' }, { done: 'stop' }] },
          { steps: [{ content: 'Two' }, { done: 'stop' }] },
        ],
      },
    })
    // The one that has the folder: the terminal attaches to it, and both wait in the same line.
    const owner = await bootCarrel({ home, host: server.url })
    const sent = await owner.send('first')
    await server.waitForGate('end')
    const waiting = runTerminal(carrel(server.url, 'run', '--json', 'second'))
    await waitFor('the second to wait', () => owner.pushed('run.changed').some(({ phase }) => phase === 'queued'))
    expect(owner.pushed('run.changed').find(({ phase }) => phase === 'queued')?.behind).toBe(sent.sessionId)
    server.release('end')
    const ended = await waiting
    expect(ended.code).toBe(0)
    const lines = ended.lines()
    expect(lines.filter(({ type }) => type === 'notice')).toEqual([
      { type: 'notice', code: 'model_waiting', message: messages.terminal.modelWaiting('gemma4:e4b') },
    ])
    expect(lines.at(-1)).toMatchObject({ type: 'end', stop: 'stop', text: 'Two' })
  })

  test('a call of a tool nobody offered is an end in error with a sentence, not a blank answer', async () => {
    const server = await fakeServer({
      scenario: steps({ tool_calls: [{ name: 'read_file', arguments: { path: 'a' } }] }, { done: 'stop' }),
    })
    const ended = await runTerminal(carrel(server.url, 'run', '--json', 'read a'))
    expect(ended.code).toBe(1)
    const error = { code: 'invalid-input', message: messages.failures.toolNotOffered('read_file') }
    expect(ended.lines().at(-1)).toMatchObject({ type: 'end', stop: 'error', text: '', error })
  })

  test('prints the events of the contract in their order', async () => {
    const server = await fakeServer({
      scenario: steps(
        { thinking: 'let me see' },
        { content: 'straße 📚', chunk: 'char' },
        {
          done: 'stop',
          metrics: {
            prompt_eval_count: 12,
            eval_count: 5,
            load_duration: 3e6,
            prompt_eval_duration: 2e6,
            eval_duration: 1e6,
          },
        },
      ),
    })
    const ended = await runTerminal(carrel(server.url, 'run', '--json', '--think', 'low', 'Where', 'is it?'))
    const lines = ended.lines()
    const types = lines.map(({ type }) => type)
    expect(ended.code).toBe(0)
    expect(types[0]).toBe('session')
    expect(types.slice(-2)).toEqual(['usage', 'end'])
    expect(types.lastIndexOf('thinking')).toBeLessThan(types.indexOf('text'))
    expect(joined(lines, 'thinking')).toBe('let me see')
    expect(joined(lines, 'text')).toBe('straße 📚')
    const sessionId = lines[0]?.['id']
    expect(lines.at(-2)).toEqual({
      type: 'usage',
      promptTokens: 12,
      outputTokens: 5,
      contextTokens: 17,
      numCtx: 16_384,
      loadMs: 3,
      promptMs: 2,
      outputMs: 1,
    })
    expect(lines.at(-1)).toEqual({ type: 'end', stop: 'stop', text: 'straße 📚', sessionId, rounds: 1, error: null })
    expect((await session()).map(({ type, id, content }) => [type, content ?? id])).toEqual([
      ['session', sessionId],
      ['settings', expect.any(String)],
      ['message', 'Where is it?'],
      ['message', 'straße 📚'],
    ])
    expect(await readdir(home)).toEqual(['cache', 'sessions'])
  })

  test('says how the model answers, from here on, and takes it back', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'yes' }, { done: 'stop' }) })
    const chosen = ['--think', 'high', '--temperature', '0.4', '--top-p', '0.8', '--seed', '3']
    const first = (await runTerminal(carrel(server.url, 'run', '--json', ...chosen, 'one'))).lines()
    const again = ['run', '--json', '--session', String(first[0]?.['id'])]
    const second = (await runTerminal(carrel(server.url, ...again, 'two'))).lines()
    const usual = ['--think', 'default', '--temperature', 'default', '--top-p', 'default', '--seed', 'default']
    const third = (await runTerminal(carrel(server.url, ...again, ...usual, 'three'))).lines()
    const sent = server.chatRequests().map(({ body }) => {
      const { think, options } = Object(body)
      const { num_ctx: _, num_predict: __, ...sampling } = options
      return { think, ...sampling }
    })
    const asChosen = { think: true, temperature: 0.4, top_p: 0.8, seed: 3 }
    expect(sent).toEqual([asChosen, asChosen, { think: false }])
    const notices = [first, second, third].map((lines) =>
      lines.flatMap(({ type, code }) => (type === 'notice' ? [code] : [])),
    )
    expect(notices).toEqual([[], [], ['prompt_changed']])
  })

  test('goes on in a session', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'yes' }, { done: 'stop' }) })
    const first = (await runTerminal(carrel(server.url, 'run', '--json', 'one'))).lines()
    const id = String(first[0]?.['id'])
    const second = await runTerminal(carrel(server.url, 'run', 'two', '--session', id, '--json'))
    expect(second.lines()[0]).toEqual({ type: 'session', id })
    expect((await session()).map(({ content }) => content)).toEqual([undefined, 'one', 'yes', 'two', 'yes'])
  })

  test('an answer of 10,000 tokens comes whole', async () => {
    const server = await fakeServer({
      scenario: steps({ stream: { tokens: 10_000, perSecond: 100_000 } }, { done: 'stop' }),
    })
    const ended = await runTerminal(carrel(server.url, 'run', '--json', 'long'))
    const recorded = (await session()).at(-1)?.['content']
    expect(joined(ended.lines(), 'text')).toBe(recorded)
    expect(ended.lines().at(-1)?.['text']).toBe(recorded)
    expect(recorded).toBe(streamedText(10_000))
  })
})

describe('for a person', () => {
  test('only the answer is on standard output, and nothing in it can steer the terminal', async () => {
    const content = 'a\u001b]0;owned\u0007b\u001b[2Jc\r\u009bd\te\nf\u0000'
    const server = await fakeServer({
      scenario: steps({ thinking: 'secret' }, { content, chunk: 'char' }, { done: 'stop' }),
    })
    const ended = await runTerminal(carrel(server.url, 'run', 'x'))
    expect([ended.code, ended.out, ended.error]).toEqual([0, 'a]0;ownedb[2Jcd\te\nf\n', ''])
  })

  test.each([
    ['an answer without a word', 'stop', '', 0, `${messages.notices.emptyTurn}\n${messages.failures.emptyAnswer}`],
    ['an answer that was cut by its length', 'length', 'So far', 5, messages.terminal.length],
  ] as const)('%s is said on standard error', async (_name, done, content, code, sentence) => {
    const server = await fakeServer({ scenario: steps({ content }, { done }) })
    const ended = await runTerminal(carrel(server.url, 'run', 'x'))
    expect([ended.code, ended.out.trim(), ended.error]).toEqual([code, content, `${sentence}\n`])
  })

  test('a failure is one sentence on standard error', async () => {
    const server = await fakeServer()
    await server.stop()
    const ended = await runTerminal(carrel(server.url, 'run', 'x'))
    expect([ended.code, ended.out, ended.error]).toEqual([3, '', `${messages.failures.ollamaNotRunning(server.url)}\n`])
  })

  test('help and version need nothing', async () => {
    const help = await runTerminal({ arguments: ['--help'] })
    expect([help.code, help.out, help.error]).toEqual([0, manualPage([]), ''])
    const none = await runTerminal({ arguments: [] })
    expect([none.code, none.out, none.error]).toEqual([2, '', `${manualPage([])}\n${replWords.notATerminal}\n`])
    const version = await runTerminal({ arguments: ['--version'] })
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('where things come from', () => {
  test('the question from standard input', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'ok' }, { done: 'stop' }) })
    const input = 'Was heißt „carrel“?\nIn one line.\n'
    expect((await runTerminal({ ...carrel(server.url, 'run', '-'), input })).code).toBe(0)
    expect((await session())[1]).toMatchObject({ content: 'Was heißt „carrel“?\nIn one line.' })
  })

  test('a relative home from the folder the person called from', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'ok' }, { done: 'stop' }) })
    const [called, other] = [await temporaryFolder(), await temporaryFolder()]
    const words = ['run', 'x', '--home', 'desk', '--host', server.url]
    await runTerminal({ arguments: words, environment: { INIT_CWD: called }, cwd: other })
    expect(await readdir(called)).toEqual(['desk'])
    await runTerminal({ arguments: words, cwd: other })
    expect(await readdir(other)).toEqual(['desk'])
  })

  test('OLLAMA_HOST without a scheme, and CARREL_HOME', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'ok' }, { done: 'stop' }) })
    const environment = { OLLAMA_HOST: `0.0.0.0:${server.port}`, CARREL_HOME: home }
    const ended = await runTerminal({ arguments: ['run', 'x'], environment })
    expect([ended.code, ended.out]).toEqual([0, 'ok\n'])
    expect(await readdir(home)).toEqual(['cache', 'sessions'])
  })

  test('a question that looks like an option after --', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'ok' }, { done: 'stop' }) })
    expect((await runTerminal(carrel(server.url, 'run', '--', '-5 + 3?'))).code).toBe(0)
    expect((await session())[1]).toMatchObject({ content: '-5 + 3?' })
  })
})
