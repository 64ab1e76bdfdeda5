// `carrel sessions replay`: a document or JSON lines, and its exit codes.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { replayWords } from '../../shared/messages/replay.ts'
import { bootCarrel } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

beforeAll(buildTerminal)

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(
    join(home, 'sessions', 'past.jsonl'),
    toBytes(
      { ...header, id: 'past' },
      message('q1', null, { content: 'Name a fish' }),
      message('a1', 'q1', { role: 'assistant', content: 'Trout.', stop: 'stop' }),
    ),
  )
})

test('a document with its summary beside it, JSON lines, and a code for what came of it', async () => {
  const server = await fakeServer({ scenario: { turns: [{ steps: [{ content: 'Cod.' }, { done: 'stop' }] }] } })
  const replay = (...more: string[]) =>
    runTerminal({ arguments: ['sessions', 'replay', ...more, '--home', home, '--host', server.url] })

  const plain = await replay('past', '--model', 'gemma4:e4b')
  expect(plain).toMatchObject({ code: 0 })
  expect(plain.out).toContain('## Name a fish\n\nCod.\n')
  expect(plain.error).toContain(replayWords.progress(1, 1))
  expect(plain.error).toContain('No tool was called')

  const json = await replay('past', '--model', 'gemma4:e4b', '--json')
  const lines = json.lines()
  expect(lines.map(({ type }) => type)).toEqual(['session', 'question', 'user', 'assistant', 'end'])
  expect(lines.at(-1)).toMatchObject({ stop: 'stop', asked: 1, of: 1, calls: 0, found: 0, error: null })

  expect(await replay('past')).toMatchObject({ code: 2, error: expect.stringContaining(replayWords.noModel) })
  expect(await replay('nowhere', '--model', 'gemma4:e4b')).toMatchObject({ code: 1 })
  expect(await replay('past', '--model', 'gone:1b')).toMatchObject({
    code: 3,
    error: expect.stringContaining('gone:1b'),
  })
})

test('beside an open window: --host is the server of all its questions, and of nothing else', async () => {
  const [ofWindow, other] = [await fakeServer(), await fakeServer()]
  const window = await bootCarrel({ home, host: ofWindow.url })
  const words = ['sessions', 'replay', 'past', '--model', 'gemma4:e4b', '--home', home]
  const there = await runTerminal({ arguments: [...words, '--host', other.url] })
  expect(there.code).toBe(0)
  expect([other.chatRequests().length, ofWindow.chatRequests().length]).toEqual([1, 0])
  const replay = there.error.match(/^[0-9a-f-]{36}/m)?.[0] ?? null
  const { end } = await window.ask('And now?', replay)
  expect(end.stop).toBe('stop')
  expect([other.chatRequests().length, ofWindow.chatRequests().length]).toEqual([1, 1])
  expect((await runTerminal({ arguments: words })).code).toBe(0)
  expect([other.chatRequests().length, ofWindow.chatRequests().length]).toEqual([1, 2])
})

test('interrupted: what is there stays, no question follows, 130', async () => {
  const server = await fakeServer({
    scenario: { turns: [{ steps: [{ content: 'It begins' }, { delayMs: 600_000 }, { done: 'stop' }] }] },
  })
  const replay = startTerminal({
    arguments: ['sessions', 'replay', 'past', '--model', 'gemma4:e4b', '--home', home, '--host', server.url, '--json'],
  })
  await replay.waitForOutput('"question"')
  await server.waitForRequest(({ path }) => path === '/api/chat')
  replay.child.kill('SIGINT')
  const ended = await replay.ended
  expect([ended.code, ended.lines().at(-1)?.['stop']]).toEqual([130, 'cancelled'])
  expect(server.chatRequests()).toHaveLength(1)
})
