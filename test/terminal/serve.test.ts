// `carrel serve --stdio` as a process: the example client, what is no message, and how it ends.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { calls } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import { serveWords as words } from '../../shared/messages/serve.ts'
import { stdioLineLimit } from '../../shared/wire.ts'
import { bootCarrel } from '../support/carrel.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { windowOf } from '../support/surface.ts'
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
  ['SIGHUP', 130, (served: ReturnType<typeof serve>) => void served.child.kill('SIGHUP')],
  [
    'an answer that nobody reads any more',
    130,
    (served: ReturnType<typeof serve>) => {
      served.child.stdout?.destroy()
      served.write('{"type":"call","id":"late","channel":"app.state","input":{}}\n')
    },
  ],
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

/** What is no call of a front, or one with something in it that is not of it. */
const noMessages = [
  'null',
  '[]',
  '"text"',
  '1',
  '{}',
  '{"type":"__proto__"}',
  '{"type":"hello","wire":1}',
  '{"type":"push","push":"run.ended","payload":{}}',
  '{"type":"answer","id":"1","answer":{"ok":true}}',
  '{"type":"painted","more":1}',
  '{"type":"cancel"}',
  '{"type":"call"}',
  '{"type":"call","id":1,"channel":"app.state","input":{}}',
  '{"type":"call","id":null,"channel":"app.state","input":{}}',
  `{"type":"call","id":"${'x'.repeat(101)}","channel":"app.state","input":{}}`,
  '{"type":"call","id":"1","channel":7,"input":{}}',
  `{"type":"call","id":"1","channel":"${'x'.repeat(201)}","input":{}}`,
  '{"type":"call","id":"1","channel":"app.state","input":{},"more":1}',
  '{"type":"call","id":"1","channel":"app.state","input":{},"__proto__":{"more":1}}',
  '{"__proto__":{"type":"call"},"id":"1","channel":"app.state","input":{}}',
  '{"type":"call","id":"1","channel":"app.state","input":{}',
  '{"type":"call"}{"type":"call"}',
  '\ufeff{"type":"painted"}',
  '\u0000',
]

test('lines that are no message are each told by their number, and nothing of them is done', async () => {
  const served = serve('http://127.0.0.1:9')
  served.write(`${noMessages.join('\n')}\n`)
  // No UTF-8 either.
  served.child.stdin?.write(Buffer.from([0xff, 0xfe, 0x7b, 0x0a]))
  const last = noMessages.length + 1
  await served.hears('the last line', ({ line }) => line === last)
  const failure = { code: 'invalid-input', message: words.noMessage }
  expect(served.heard().slice(1)).toEqual(
    Array.from({ length: last }, (_, index) => ({ type: 'error', line: index + 1, failure })),
  )
  expect(await served.call('1', 'sessions.list', { filter: 'all' })).toMatchObject({ ok: true })
  served.end()
  expect(await served.ended).toMatchObject({ code: 0, error: '' })
})

test.each([
  ['a channel of every object', '__proto__', '{}', 'invalid-input'],
  ['another one', 'constructor', '{}', 'invalid-input'],
  ['a channel with a blank in front', ' window.emptyTrash', '{}', 'invalid-input'],
  ['a channel in capitals', 'WINDOW.emptyTrash', '{}', 'invalid-input'],
  ['an input that is none', 'sessions.list', 'null', 'invalid-input'],
  [
    'an input with a prototype in it',
    'sessions.list',
    '{"filter":"all","__proto__":{"filter":"active"}}',
    'invalid-input',
  ],
  ['an input that is a prototype', 'sessions.list', '{"__proto__":{"filter":"all"}}', 'invalid-input'],
  ['settings with a prototype', 'terminal.updateSettings', '{"rounds":3,"__proto__":{"rounds":4}}', 'invalid-input'],
  [
    'an input of a hundred thousand floors',
    'sessions.list',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    'invalid-input',
  ],
  ['an input that is too large', 'sessions.list', `{"filter":"${'x'.repeat(8_000_001)}"}`, 'limit'],
  ['an id that leads elsewhere', 'sessions.open', '{"sessionId":"../../etc/passwd"}', 'invalid-input'],
  ['an id with a zero in it', 'sessions.open', '{"sessionId":"a\\u0000b"}', 'invalid-input'],
  ['an id of every object', 'sessions.open', '{"sessionId":"__proto__"}', 'not-found'],
  ['a decision that nobody waits for', 'approval.decide', '{"id":"1","hash":"x","decision":"allow"}', 'invalid-input'],
])('%s is refused', async (_what, channel, input, code) => {
  const served = serve('http://127.0.0.1:9')
  const before = await served.call('before', 'app.state')
  // `id` is one of every object, too.
  served.write(`{"type":"call","id":"__proto__","channel":${JSON.stringify(channel)},"input":${input}}\n`)
  const { answer } = await served.hears('the answer', ({ id }) => id === '__proto__')
  expect(answer).toEqual({ ok: false, failure: expect.objectContaining({ code, message: expect.any(String) }) })
  expect(await served.call('after', 'app.state')).toEqual(before)
  served.end()
  expect(await served.ended).toMatchObject({ code: 0, error: '' })
})

test('everything that only a window can do is denied, also where a window has the folder open', async () => {
  const server = await fakeServer()
  await bootCarrel({ home, host: server.url, surface: windowOf() })
  const served = serve(server.url)
  const channels = Object.keys(calls).filter((channel) => channel.startsWith('window.'))
  expect(channels.length).toBeGreaterThan(10)
  for (const channel of channels) {
    const failure = { code: 'denied', message: messages.failures.notInThisFront }
    expect([channel, await served.call(channel, channel, {})]).toEqual([channel, { ok: false, failure }])
  }
})

test('a line of 100 MB is not kept, and what comes behind it is done', async () => {
  const served = serve('http://127.0.0.1:9')
  const piece = 'x'.repeat(1_000_000)
  for (let megabytes = 0; megabytes < 100; megabytes += 1) {
    if (served.child.stdin?.write(piece) === false) await once(served.child.stdin, 'drain')
  }
  served.write('\n')
  expect(await served.call('1', 'sessions.list', { filter: 'all' })).toMatchObject({ ok: true })
  expect(served.heard()[1]).toEqual({
    type: 'error',
    line: 1,
    failure: { code: 'limit', message: words.lineTooLong(stdioLineLimit) },
  })
  // One without an end.
  for (let megabytes = 0; megabytes < 100; megabytes += 1) {
    if (served.child.stdin?.write(piece) === false) await once(served.child.stdin, 'drain')
  }
  const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${served.child.pid}/status`, 'utf8').catch(() => ''))?.[1]
  expect(Number(peak ?? 0)).toBeLessThan(200_000)
  served.end()
  const ended = await served.ended
  expect([ended.code, ended.error, ended.lines().at(-1)]).toMatchObject([
    0,
    '',
    { line: 3, failure: { code: 'limit' } },
  ])
})

test('ten thousand calls at once are all answered, each by its id, before the end', async () => {
  const served = serve('http://127.0.0.1:9')
  const ids = Array.from({ length: 10_000 }, (_, index) => String(index))
  const call = (id: string) => JSON.stringify({ type: 'call', id, channel: 'sessions.list', input: { filter: 'all' } })
  served.write(`${ids.map(call).join('\n')}\n`)
  served.end()
  const ended = await served.ended
  const answers = ended.lines().filter(({ type }) => type === 'answer')
  expect([ended.code, answers.filter(({ answer }) => (answer as Message['answer'])?.ok).length]).toEqual([0, 10_000])
  expect(new Set(answers.map(({ id }) => id)).size).toBe(10_000)
})

test('of two clients both hear a run; the first one stays until the run of the second is over', async () => {
  const server = await fakeServer({ scenario: slow })
  const first = serve(server.url)
  await first.call('1', 'app.state')
  const second = serve(server.url)
  const sent = await second.call('1', 'chat.send', question)
  const { sessionId } = sent?.value ?? {}
  await first.hears('the same words', ({ push }) => push === 'run.frame')
  await second.hears('its words', ({ push }) => push === 'run.frame')
  expect(await first.call('2', 'chat.send', { ...question, sessionId })).toMatchObject({ failure: { code: 'busy' } })
  first.end()
  server.release('middle')
  const end = await second.hears('the end', ({ push }) => push === 'run.ended')
  expect(end).toMatchObject({ payload: { sessionId, stop: 'stop' } })
  expect(await first.ended).toMatchObject({ code: 0, error: '' })
  expect(await second.ended).toMatchObject({ code: 3, error: `${messages.failures.ownerGone}\n` })
  expect(await lastRecord()).toMatchObject({ content: 'Trout and cod.', stop: 'stop' })
})
