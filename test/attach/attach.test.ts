// owner.sock: a second process of the same person works with the gateway of the one that owns the data folder.
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { attachTo } from '../../electron/attach/attach-client.ts'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { qwen, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

beforeAll(buildTerminal)

async function owner(options: Parameters<typeof fakeServer>[0] = {}) {
  const server = await fakeServer(options)
  const home = join(await temporaryFolder(), 'home')
  const carrel = await bootCarrel({ home, host: server.url })
  const socket = carrel.app.services.home.socketPath
  const attached = await attachTo(socket)
  onTestFinished(() => attached.close())
  return { server, home, carrel, socket, attached }
}

describe('a terminal beside an owner', () => {
  test('asks through it: one session, one writer, and the owner sees it grow', async () => {
    const { server, home, carrel } = await owner({ scenario: steps({ content: 'together' }, { done: 'stop' }) })
    const ended = await startTerminal({ arguments: ['run', '--json', '--home', home, '--host', server.url, 'Hello'] })
      .ended
    expect(ended.error).toBe('')
    expect(ended.code).toBe(0)
    const lines = ended.lines()
    expect(lines.map(({ type }) => type)).toEqual(['session', 'text', 'usage', 'end'])
    const id = String(lines[0]?.['id'])
    expect(carrel.pushed('sessions.appended').map((push) => push.sessionId)).toEqual([id, id])
    expect((await readdir(join(home, 'sessions'))).sort()).toEqual([`${id}.jsonl`])
    expect((await carrel.messages(id)).map(({ content }) => content)).toEqual(['Hello', 'together'])
  })

  test('--host counts for its run only', async () => {
    const { server, home, carrel } = await owner()
    const other = await fakeServer({ scenario: steps({ content: 'from the other' }, { done: 'stop' }) })
    const ended = await startTerminal({ arguments: ['run', '--home', home, '--host', other.url, 'Where are you?'] })
      .ended
    expect(ended).toMatchObject({ code: 0, out: 'from the other\n' })
    expect(server.chatRequests()).toEqual([])
    await carrel.ask('And you?')
    expect(other.chatRequests()).toHaveLength(1)
    expect(server.chatRequests()).toHaveLength(1)
  })

  test('commands that are called all at once have the folder one after the other, or work through whoever has it', async () => {
    const home = join(await temporaryFolder(), 'home')
    const calls = ['off', 'low', 'medium', 'high', 'off', 'low', 'medium', 'high'].map((think) => [
      ...['settings', 'set', 'think', think],
      ...['--home', home, '--host', 'http://127.0.0.1:9'],
    ])
    const ended = await Promise.all(calls.map(async (args) => await startTerminal({ arguments: args }).ended))
    expect(ended.map(({ code, error }) => [code, error])).toEqual(calls.map(() => [0, '']))
  })

  test('an owner that is done waits for the run that was asked through it', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [
          { match: { contains: 'first' }, steps: [{ content: 'One' }, { gate: 'end' }, { done: 'stop' }] },
          { steps: [{ content: 'Two and more', chunk: 'char', delayMs: 60 }, { done: 'stop' }] },
        ],
      },
    })
    const home = join(await temporaryFolder(), 'home')
    const words = (...more: string[]) => ({ arguments: ['--home', home, '--host', server.url, 'run', ...more] })
    const first = runTerminal(words('first'))
    await server.waitForGate('end')
    // On another model, so that both are under way when the first one ends.
    const second = runTerminal(words('--model', qwen.name, 'second'))
    await server.waitForRequest(() => server.chatRequests().length === 2)
    server.release('end')
    expect([(await first).code, (await second).code, (await second).out]).toEqual([0, 0, 'Two and more\n'])
  })

  test('Ctrl+C stops its run and no other', async () => {
    const { server, home, carrel } = await owner({
      scenario: {
        turns: [
          {
            match: { contains: 'mine' },
            steps: [{ content: 'the window writes' }, { gate: 'window' }, { done: 'stop' }],
          },
          { steps: [{ content: 'half' }, { gate: 'never' }, { done: 'stop' }] },
        ],
      },
    })
    // On another model: a server answers one question at a time with each.
    const mine = await carrel.send('mine', null, qwen.name)
    await carrel.waitForWords('the window writes')
    const running = startTerminal({ arguments: ['run', '--home', home, '--host', server.url, 'Go on'] })
    await running.waitForOutput('half')
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130, out: 'half\n' })
    server.release('window')
    expect(await carrel.runEnd(mine.runId)).toMatchObject({ stop: 'stop' })
  })

  test('an owner that ends takes the run with it, and it is said what became of it', async () => {
    const { server, home, carrel } = await owner({ scenario: steps({ content: 'half' }, { gate: 'never' }) })
    const running = startTerminal({ arguments: ['run', '--json', '--home', home, '--host', server.url, 'Go on'] })
    await running.waitForOutput('half')
    await carrel.app.close()
    const ended = await running.ended
    expect(ended.code).toBe(130)
    expect(ended.lines().at(-1)).toMatchObject({ type: 'end', stop: 'cancelled', text: 'half' })
  })

  test('rename and archive go through the owner as well', async () => {
    const { home, carrel, server } = await owner()
    const { sessionId } = await carrel.ask('A name')
    const words = ['--home', home, '--host', server.url]
    expect((await startTerminal({ arguments: ['sessions', 'rename', sessionId, 'Better', ...words] }).ended).code).toBe(
      0,
    )
    expect(carrel.pushed('sessions.changed').at(-1)).toMatchObject({ title: 'Better' })
    expect((await startTerminal({ arguments: ['sessions', 'archive', sessionId, ...words] }).ended).code).toBe(0)
    expect(carrel.pushed('sessions.changed').at(-1)).toMatchObject({ archived: true })
  })
})

describe('the socket', () => {
  test('is for this person only, and gone when the owner is', async () => {
    const { socket, carrel } = await owner()
    expect((await stat(socket)).mode & 0o777).toBe(0o600)
    await carrel.app.close()
    await expect(stat(socket)).rejects.toThrow('ENOENT')
  })

  test('that a crash left behind is replaced', async () => {
    const home = join(await temporaryFolder(), 'home')
    await mkdir(home)
    await writeFile(join(home, 'owner.sock'), 'left behind')
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
    const attached = await attachTo(carrel.app.services.home.socketPath)
    expect(answered(await attached.call('sessions.list', { filter: 'all' })).sessions).toEqual([])
    attached.close()
  })

  test('lies in a short private folder when the data folder has a long path, and the lock names it', async () => {
    const runtime = await temporaryFolder()
    const home = join(await temporaryFolder(), 'a-long-name'.repeat(12))
    const environment = { XDG_RUNTIME_DIR: runtime }
    const carrel = await bootCarrel({ home, host: (await fakeServer()).url, environment })
    const { socketPath } = carrel.app.services.home
    expect(socketPath.startsWith(runtime)).toBe(true)
    expect(JSON.parse(await readFile(join(home, 'owner.lock'), 'utf8'))).toMatchObject({ socket: socketPath })
    const attached = await attachTo(socketPath)
    expect(answered(await attached.call('app.state', {})).home).toBe(home)
    attached.close()
  })

  test('does nothing that only a window can do', async () => {
    const { attached } = await owner()
    expect(refused(await attached.call('window.openLink', { url: 'https://example.com' }))).toMatchObject({
      code: 'denied',
    })
    expect(refused(await attached.call('window.showDataFolder', {}))).toMatchObject({ code: 'denied' })
  })

  test.each([
    ['no JSON', 'GET / HTTP/1.1\n'],
    ['an unknown message', '{"type":"run","command":"id"}\n'],
    ['a call with more than it has', '{"type":"call","id":"1","channel":"app.state","input":{},"admin":true}\n'],
  ])('ends at %s, and others go on', async (_name, line) => {
    const { socket, attached } = await owner()
    const stranger = createConnection(socket)
    await once(stranger, 'connect')
    stranger.resume().write(line)
    await once(stranger, 'close')
    expect(answered(await attached.call('app.state', {})).readOnly).toBe(null)
  })

  test('a cancelled call is cancelled at the other side', async () => {
    const { attached, server } = await owner()
    server.setFault('/api/tags', 'hang')
    const aborting = new AbortController()
    const looking = attached.call('models.refresh', {}, aborting.signal)
    aborting.abort()
    const answer = await looking
    expect(answer.ok ? answer.value.status : answer.failure.code).toMatch(/unknown|cancelled/)
  })

  test('what was asked when the owner went away fails with a sentence', async () => {
    const { attached, server, carrel } = await owner()
    server.setFault('/api/tags', 'hang')
    const looking = attached.call('models.refresh', {})
    await server.waitForRequest(({ path }) => path === '/api/tags')
    await carrel.app.close()
    expect(refused(await looking)).toMatchObject({ code: 'unavailable', message: messages.failures.ownerGone })
    expect(attached.gone.aborted).toBe(true)
  })
})

test('who comes too late becomes the owner when the first one ends', async () => {
  const server = await fakeServer({ scenario: steps({ content: 'so far' }, { gate: 'never' }) })
  const home = join(await temporaryFolder(), 'home')
  const first = await bootCarrel({ home, host: server.url })
  const second = await bootCarrel({ home, host: server.url })
  expect(second.app.services.home.readOnly).toMatchObject({ code: 'busy' })
  expect(refused(await second.bridge.call('sessions.rename', { sessionId: 'a', title: 'b' }))).toMatchObject({
    code: 'busy',
  })

  const watching = new AbortController()
  onTestFinished(() => watching.abort())
  const { home: late, events } = second.app.services
  const changed = new Promise((resolve) => events.on('access.changed', resolve))
  late.watch(watching.signal, (readOnly) => events.emit('access.changed', { readOnly }))
  await first.app.close()
  expect(await changed).toEqual({ readOnly: null })
  server.setScenario(steps({ content: 'hello' }, { done: 'stop' }))
  expect((await second.ask('Mine now?')).end).toMatchObject({ stop: 'stop' })
})
