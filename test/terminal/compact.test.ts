// `carrel sessions compact`: the summary on standard output, what it stands for beside it, and exit codes.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { compactWords } from '../../shared/messages/compact.ts'
import { messages } from '../../shared/messages/messages.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

beforeAll(buildTerminal)

const summary = 'Trout and cod; the boats leave at six.'
const said = 'so it is said of fish. '.repeat(100)
let home: string
const file = () => join(home, 'sessions', 'past.jsonl')
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  const entries = [1, 2, 3].flatMap((nth) => [
    message(`q${nth}`, nth === 1 ? null : `a${nth - 1}`, { content: `Question ${nth}: ${said}` }),
    message(`a${nth}`, `q${nth}`, { role: 'assistant', content: `Answer ${nth}: ${said}`, stop: 'stop' }),
  ])
  await writeFile(file(), toBytes({ ...header, id: 'past' }, ...entries))
})

const answering = (...before: { gate: string }[]) =>
  fakeServer({ scenario: { turns: [{ steps: [...before, { content: summary, chunk: 'whole' }, { done: 'stop' }] }] } })
const words = (host: string, ...more: string[]) => ['sessions', 'compact', ...more, '--home', home, '--host', host]

test('the summary, a line of JSON, and 0 also when there is nothing to summarise', async () => {
  const server = await answering()
  const plain = await runTerminal({
    arguments: words(server.url, 'past', 'keep', 'the', 'numbers', '--model', 'gemma4:e4b'),
  })
  expect(plain).toMatchObject({ code: 0, out: `${summary}\n`, error: `${compactWords.done(2, 0)}\n` })
  expect(server.chatRequests().at(-1)?.prompt).toContain('"keep the numbers"')
  const [compaction] = (await linesOf(file())).filter(({ type }) => type === 'compaction')
  expect(compaction).toMatchObject({ summary, firstKeptId: 'q2', parentId: 'a3', model: 'gemma4:e4b' })

  const again = await runTerminal({ arguments: words(server.url, 'past', '--json') })
  expect(again.code).toBe(0)
  expect(again.lines()).toEqual([{ sessionId: 'past', stop: 'stop', compaction: null, error: null }])
  const nothing = await runTerminal({ arguments: words(server.url, 'past') })
  expect(nothing).toMatchObject({ code: 0, out: '', error: `${messages.notices.nothingToSummarise}\n` })
  expect(server.chatRequests()).toHaveLength(1)
})

test('no server is 3, no session 1, no id 2, Ctrl+C 130; the file is as it was', async () => {
  const server = await answering({ gate: 'summary' })
  const before = await linesOf(file())
  const away = await answering()
  away.refuse()
  expect((await runTerminal({ arguments: words(away.url, 'past') })).code).toBe(3)
  expect((await runTerminal({ arguments: words(server.url, 'past', '--model', 'gone:1b', '--json') })).code).toBe(3)
  expect((await runTerminal({ arguments: words(server.url, 'nowhere') })).code).toBe(1)
  expect((await runTerminal({ arguments: words(server.url) })).code).toBe(2)
  const long = await runTerminal({ arguments: words(server.url, 'past', 'x'.repeat(2_001)) })
  expect(long).toMatchObject({ code: 2, error: `${compactWords.tooLong(2_000)}\n` })

  const running = startTerminal({ arguments: words(server.url, 'past', '--json') })
  await server.waitForGate('summary')
  running.child.kill('SIGINT')
  const stopped = await running.ended
  expect(stopped.code).toBe(130)
  expect(stopped.lines()).toEqual([{ sessionId: 'past', stop: 'cancelled', compaction: null, error: null }])
  expect(await linesOf(file())).toEqual(before)
})
