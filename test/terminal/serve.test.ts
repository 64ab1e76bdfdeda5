// `carrel serve --stdio` as a process: the example client, what is no message, and how it ends.
import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { serveWords as words } from '../../shared/messages/serve.ts'
import { stdioLineLimit } from '../../shared/wire.ts'
import { bootCarrel } from '../support/carrel.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, startTerminal, terminalProgram } from '../support/terminal.ts'
import { waitFor } from '../support/wait.ts'

const client = join(import.meta.dirname, '..', '..', 'docs', 'serve-client.mjs')

let home: string
let project: string
beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(project)
})

interface Message extends Record<string, unknown> {
  answer?: { ok: boolean; value?: Record<string, unknown>; failure?: { code: string; message: string } }
}

function serve(host: string) {
  const running = startTerminal({ arguments: ['--home', home, '--host', host, 'serve', '--stdio'], input: '' })
  const heard = () =>
    running
      .out()
      .split('\n')
      .slice(0, -1)
      .map((line): Message => JSON.parse(line))
  const write = (text: string) => void running.child.stdin?.write(text)
  return {
    ...running,
    heard,
    write,
    end: () => void running.child.stdin?.end(),
    async hears(what: string, is: (message: Message) => boolean): Promise<Message> {
      await waitFor(`${what}; it was: ${running.out().slice(0, 2_000)}`, () => heard().some(is))
      return heard().find(is) ?? {}
    },
    async call(id: string, channel: string, input: unknown = {}) {
      write(`${JSON.stringify({ type: 'call', id, channel, input })}\n`)
      return (await this.hears(`the answer ${id}`, (message) => message['id'] === id)).answer
    },
  }
}

const question = { sessionId: null, text: 'Name a fish', model: null, think: null, workspace: null }
const slow = steps({ content: 'Trout ', chunk: 'whole' }, { gate: 'middle' }, { content: 'and cod.' }, { done: 'stop' })
async function lastRecord() {
  const [name = ''] = (await readdir(join(home, 'sessions'))).filter((one) => one.endsWith('.jsonl'))
  return (await linesOf(join(home, 'sessions', name))).at(-1)
}

test('the example client streams an answer, allows what is asked, and lists the sessions', async () => {
  await writeFile(join(project, '.env'), 'KEY=trout\n')
  const read = { tool_calls: [{ name: 'read_file', arguments: { path: '.env' } }] }
  const server = await fakeServer({
    scenario: {
      turns: [
        { match: { nth: 1 }, steps: [read, { done: 'stop' }] },
        { steps: [{ content: 'The key is a fish.', chunk: 'token' }, { done: 'stop' }] },
      ],
    },
  })
  const carrel = [process.execPath, terminalProgram(), '--home', home, '--host', server.url]
  const out = await new Promise<string>((resolve, reject) => {
    const environment = { PATH: process.env['PATH'], HOME: '/nonexistent', CARREL_MEMORY_BYTES: '0' }
    execFile(
      process.execPath,
      [client, project, 'Which key?', ...carrel],
      { env: environment, cwd: '/' },
      (thrown, told, error) => (thrown ? reject(new Error(`${thrown.message}\n${told}\n${error}`)) : resolve(told)),
    )
  })
  expect(out).toBe('\n[read_file .env: allowed]\nThe key is a fish.\n[stop]\nWhich key?\n')
  expect(JSON.stringify(server.chatRequests().at(-1)?.body)).toContain('KEY=trout')
})

test('what is no message is told by its line; what a window alone can do is denied; the rest goes on', async () => {
  const server = await fakeServer()
  const served = serve(server.url)
  served.write('no json\n\n{"type":"call","id":"","channel":"app.state","input":{}}\n')
  served.write(`{"type":"answer","id":"1"}\n${'x'.repeat(stdioLineLimit + 1)}\n{"type":"cancel","id":"nothing"}\n`)
  expect(await served.call('state', 'app.state')).toMatchObject({ ok: true, value: { home } })
  expect(served.heard()[0]).toEqual({ type: 'hello', wire: 1, version: expect.any(String) })
  const errors = served.heard().filter(({ type }) => type === 'error')
  const none = { code: 'invalid-input', message: words.noMessage }
  expect(errors).toEqual([
    ...[1, 3, 4].map((line) => ({ type: 'error', line, failure: none })),
    { type: 'error', line: 5, failure: { code: 'limit', message: words.lineTooLong(stdioLineLimit) } },
  ])
  const denied = { code: 'denied', message: messages.failures.notInThisFront }
  expect(await served.call('w', 'window.emptyTrash')).toEqual({ ok: false, failure: denied })
  expect(await served.call('u', 'no.channel')).toMatchObject({ ok: false, failure: { code: 'invalid-input' } })
  expect(await served.call('b', 'sessions.list', { filter: 'odd' })).toMatchObject({
    failure: { code: 'invalid-input' },
  })
  served.end()
  expect(await served.ended).toMatchObject({ code: 0, error: '' })
})

test('a cancelled call is answered so, and its id is not taken twice meanwhile', async () => {
  const server = await fakeServer()
  server.setFault('/api/show', 'hang')
  const served = serve(server.url)
  const ask = { type: 'call', id: 'r', channel: 'models.show', input: { model: gemma.name } }
  served.write(`${JSON.stringify(ask)}\n${JSON.stringify(ask)}\n`)
  const refused = await served.hears('the second one', ({ id }) => id === 'r')
  expect(refused.answer).toMatchObject({ ok: false, failure: { message: words.idInUse('r') } })
  served.write('{"type":"cancel","id":"r"}\n')
  await waitFor('the first one', () => served.heard().filter(({ id }) => id === 'r').length === 2)
  expect(served.heard().findLast(({ id }) => id === 'r')?.answer).toMatchObject({ failure: { code: 'cancelled' } })
})

test.each([
  ['the end of the input', 0, (served: ReturnType<typeof serve>) => served.end()],
  ['SIGTERM', 130, (served: ReturnType<typeof serve>) => void served.child.kill('SIGTERM')],
])('%s stops the run that was begun, keeps what had arrived, and exits %i', async (_what, code, end) => {
  const server = await fakeServer({ scenario: slow })
  const served = serve(server.url)
  expect(await served.call('q', 'chat.send', question)).toMatchObject({ ok: true })
  await served.hears('the first words', ({ push }) => push === 'run.frame')
  end(served)
  const ended = await served.ended
  expect([ended.code, ended.error]).toEqual([code, ''])
  expect(await lastRecord()).toMatchObject({ content: 'Trout ', stop: 'cancelled' })
  expect(await readdir(home)).not.toContain('owner.lock')
})

test('beside an open window both hear the same; 3 when the window goes', async () => {
  const server = await fakeServer({ scenario: slow })
  const window = await bootCarrel({ home, host: server.url })
  const served = serve(server.url)
  const sent = await served.call('q', 'chat.send', question)
  const sessionId = String(sent?.value?.['sessionId'])
  const there = await window.bridge.call('sessions.open', { sessionId })
  expect(there).toMatchObject({ ok: true, value: { entries: [{ content: 'Name a fish' }] } })
  server.release('middle')
  const end = await served.hears('the end', ({ push }) => push === 'run.ended')
  expect(end).toMatchObject({ payload: { sessionId, stop: 'stop' } })
  await window.app.close()
  const ended = await served.ended
  expect([ended.code, ended.error]).toEqual([3, `${messages.failures.ownerGone}\n`])
})
