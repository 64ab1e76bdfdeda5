// `carrel doctor` beside every fault the fake server can play: which check says what, and how it exits.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { type FakeOllama, type FaultName, faultNames, gemma } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { checked } from '../support/terminal-shapes.ts'

beforeAll(buildTerminal)

const { failures } = messages
const words = messages.terminal.checks

async function doctor(server: FakeOllama) {
  const home = join(await temporaryFolder(), 'home')
  const ended = await runTerminal({ arguments: ['--home', home, '--host', server.url, 'doctor', '--json'] })
  const { checks } = checked.parse(ended.json())
  return {
    code: ended.code,
    server: checks.find(({ name }) => name === words.server),
    model: checks.find(({ name }) => name === words.model),
    troubled: checks.filter(({ status }) => status !== 'ok').map(({ name }) => name),
  }
}

/** What is said of the server in place of its version; null: all is well in spite of it. */
const rows: [FaultName, ((host: string) => string) | null][] = [
  ['status', (host) => failures.hostFailed(host, 502)],
  ['queue503', () => failures.serverBusy],
  ['reset', failures.connectionBroke],
  ['halfClose', failures.connectionBroke],
  ['refuse', failures.connectionBroke],
  ['restart', failures.connectionBroke],
  ['hang', failures.hostTimedOut],
  ['endWithoutDone', failures.notOllama],
  ['invalidJsonLine', failures.notOllama],
  ['nullLine', failures.notOllama],
  ['blankLines', failures.notOllama],
  ['slowFirstToken', null],
  ['modelVanishes', null],
  ['versionOld', null],
]
const always = Number.MAX_SAFE_INTEGER

test.each(rows)('%s', async (fault, said) => {
  const server = await fakeServer()
  server.setFault('*', fault, always)
  const { code, ...found } = await doctor(server)
  const version = fault === 'versionOld' ? '0.5.7' : '0.33.0'
  const [status, detail] = said ? ['fail', said(server.url)] : ['ok', words.serverOk(server.url, version, false)]
  expect(found.server).toEqual({ name: words.server, status, detail, fix: null })
  expect(found.model).toEqual({
    name: words.model,
    status: said ? 'warn' : 'ok',
    detail: said ? words.modelUnknown : words.modelOk(gemma.name),
    fix: null,
  })
  expect([code, found.troubled]).toEqual(said ? [1, [words.server, words.model]] : [0, []])
})

test('every other fault is one of an answer or of a pull, and nothing of that is asked for', async () => {
  const server = await fakeServer()
  const others = faultNames.filter((name) => !rows.some(([fault]) => fault === name))
  for (const fault of others) {
    expect(() => server.setFault('*', fault, always), fault).toThrow(`${fault} cannot happen on *`)
    server.setFault(fault.startsWith('pull') ? '/api/pull' : '/api/chat', fault, always)
  }
  expect(await doctor(server)).toMatchObject({ code: 0, troubled: [] })
  const asked = new Set(server.requests.map(({ path }) => path))
  expect([...asked].sort()).toEqual(['/api/ps', '/api/tags', '/api/version'])
})

describe('of one question alone', () => {
  test('a list that cannot be had is said, however well the server knows its version', async () => {
    const server = await fakeServer()
    server.setFault('/api/tags', 'queue503', always)
    const { code, troubled, server: said } = await doctor(server)
    expect([code, troubled, said?.detail]).toEqual([1, [words.server, words.model], failures.serverBusy])
  })

  test('what is in memory is a nicety', async () => {
    const server = await fakeServer()
    server.setFault('/api/ps', 'status', always)
    expect(await doctor(server)).toMatchObject({ code: 0, troubled: [] })
  })
})

test('only where nothing listens it says how to start one', async () => {
  const server = await fakeServer()
  await server.refuse()
  const { code, server: said } = await doctor(server)
  expect([code, said]).toEqual([
    1,
    { name: words.server, status: 'fail', detail: failures.ollamaNotRunning(server.url), fix: words.serverFix },
  ])
})
