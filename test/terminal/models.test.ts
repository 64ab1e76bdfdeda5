// `carrel models show|pull|remove|unload` as processes: what they print, and how they exit.
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { modelTerminalWords as words } from '../../shared/messages/models-terminal.ts'
import { pullWords } from '../../shared/messages/pulls.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { type FakeOllama, gemma, qwen, smol } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const on = (server: FakeOllama, ...more: string[]) => ({
  arguments: ['--home', home, '--host', server.url, 'models', ...more],
})
const empty = () => fakeServer({ models: [], loaded: [], pull: { steps: 5, stepMs: 1 } })
const pullCount = ({ requests }: FakeOllama) => requests.filter(({ path }) => path === '/api/pull').length

describe('pull', () => {
  test('gets a model; JSON lines say how far it is, the last one that it is there', async () => {
    const server = await empty()
    const ended = await runTerminal(on(server, 'pull', 'smollm2:135m', '--json'))
    expect([ended.code, ended.error]).toEqual([0, ''])
    const lines = ended.lines()
    expect(lines.at(-1)).toEqual({ status: 'success' })
    expect(
      lines
        .filter(({ digest }) => digest !== undefined)
        .every((line) => Number(line['completed']) <= Number(line['total'])),
    ).toBe(true)
    expect(server.models().map(({ name }) => name)).toEqual([smol.name])
  })

  test('says in words what it does, and where it is', async () => {
    const server = await empty()
    const ended = await runTerminal(on(server, 'pull', 'smollm2:135m'))
    expect([ended.code, ended.out]).toEqual([0, `${words.installed(smol.name, smol.bytes + 11_847)}\n`])
    expect(ended.error).toContain(smol.name)
  })

  test('names what is no model, exits 3', async () => {
    const server = await empty()
    const ended = await runTerminal(on(server, 'pull', 'nobody:knows', '--json'))
    expect([ended.code, ended.lines().at(-1)]).toEqual([
      3,
      { error: { code: 'unavailable', message: pullWords.unknownModel('nobody:knows') } },
    ])
  })

  test('exits 3 when nothing answers', async () => {
    const server = await empty()
    await server.stop()
    const ended = await runTerminal(on(server, 'pull', 'smollm2:135m'))
    expect([ended.code, ended.out]).toEqual([3, ''])
    expect(ended.error).toContain(messages.failures.ollamaNotRunning(server.url))
  })

  test('pauses at an interrupt, says how to go on, and goes on', async () => {
    const server = await empty()
    server.setFault('/api/pull', 'pullStall', 1)
    const running = startTerminal(on(server, 'pull', qwen.name, '--json'))
    await running.waitForOutput('"completed"')
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect([ended.code, ended.lines().at(-1)]).toEqual([
      130,
      { error: { code: 'cancelled', message: words.paused(qwen.name) } },
    ])
    await server.waitForRequest(({ path, abortedByClient }) => path === '/api/pull' && abortedByClient)
    const again = await runTerminal(on(server, 'pull', qwen.name, '--json'))
    expect([again.code, again.lines().at(-1)]).toEqual([0, { status: 'success' }])
  })

  test('lets the window that has the folder get it', async () => {
    const server = await empty()
    const window = await bootCarrel({ home, host: server.url })
    const ended = await runTerminal(on(server, 'pull', 'smollm2:135m', '--json'))
    expect([ended.code, ended.lines().at(-1)]).toEqual([0, { status: 'success' }])
    const { pulls } = answered(await window.bridge.call('pulls.list', {}))
    expect(pulls.map(({ model, state }) => [model, state])).toEqual([[smol.name, 'done']])
    expect(pullCount(server)).toBe(1)
  })
})

describe('one model', () => {
  test('is shown, unloaded and removed', async () => {
    const server = await fakeServer()
    const shown = await runTerminal(on(server, 'show', 'gemma4:e4b', '--json'))
    expect(shown.json()).toMatchObject({ name: 'gemma4:e4b', contextLength: 131_072, parameterSize: '8.0B' })
    expect((await runTerminal(on(server, 'show', 'gemma4:e4b'))).out).toContain(words.tokens(131_072))
    expect((await runTerminal(on(server, 'list'))).out).toContain('loaded on the GPU, window 4,096')
    const unloaded = await runTerminal(on(server, 'unload', 'gemma4:e4b'))
    expect([unloaded.code, unloaded.out]).toEqual([0, `${words.unloaded('gemma4:e4b')}\n`])
    // As the real one does: it answers, and frees the memory then. Nothing else keeps the process alive meanwhile.
    const slow = await fakeServer({ scenario: { turns: [], unloadMs: 600 } })
    const later = await runTerminal(on(slow, 'unload', 'gemma4:e4b'))
    expect([later.code, later.out]).toEqual([0, `${words.unloaded('gemma4:e4b')}\n`])
    const removed = await runTerminal(on(server, 'remove', 'gemma4:e4b', '--json'))
    expect([removed.code, removed.json()]).toEqual([0, { done: ['gemma4:e4b'], failed: [] }])
    const again = await runTerminal(on(server, 'remove', 'gemma4:e4b', '--json'))
    expect([again.code, again.json()]).toMatchObject([3, { error: { code: 'unavailable' } }])
  })

  test.each(
    [['show'], ['pull'], ['remove'], ['unload'], ['remove', 'a', 'b'], ['unknown'], ['list', 'more']].map((each) => [
      each,
    ]),
  )('%j is no command', async (more) => {
    const server = await fakeServer()
    expect((await runTerminal(on(server, ...more))).code).toBe(2)
    expect(server.requests).toEqual([])
  })

  test('that does not fit on the GPU is listed with how much of it does', async () => {
    const [half, none] = [
      { ...gemma, vramBytes: gemma.bytes / 4 },
      { ...smol, vramBytes: 0 },
    ]
    const both = await fakeServer({ models: [half, none, qwen], loaded: [half.name, none.name] })
    const { out } = await runTerminal(on(both, 'list'))
    const line = (name: string) => out.split('\n').find((one) => one.startsWith(name))
    expect(line(half.name)).toContain('loaded 25% on the GPU')
    expect(line(none.name)).toContain('loaded on the CPU')
    expect(line(qwen.name)).not.toContain('loaded')
  })

  const server = () => fakeServer({ models: [smol] })

  test.each([['show'], ['remove'], ['unload'], ['test'], ['pull']])('%s: 3 when nothing answers', async (name) => {
    const away = await server()
    await away.stop()
    const ended = await runTerminal(on(away, name, smol.name, '--json'))
    expect([ended.code, ended.lines().at(-1)]).toMatchObject([3, { error: { code: 'unavailable' } }])
  })

  // As `run`: what it was asked for is not to be had there.
  test.each([['show'], ['unload'], ['test'], ['remove'], ['pull']])(
    '%s: 3 for a model that is not there',
    async (name) => {
      const ended = await runTerminal(on(await server(), name, 'nobody:1b', '--json'))
      expect([ended.code, ended.lines().at(-1)]).toMatchObject([3, { error: { code: 'unavailable' } }])
    },
  )

  test.each([
    ['list', '/api/tags'],
    ['show', '/api/show'],
    ['remove', '/api/delete'],
    ['unload', '/api/generate'],
  ])('%s: 130 when it is interrupted', async (name, path) => {
    const slow = await server()
    slow.setFault(path, 'hang', 1)
    const running = startTerminal(on(slow, name, ...(name === 'list' ? [] : [smol.name]), '--json'))
    await slow.waitForRequest((request) => request.path === path)
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect([ended.code, ended.lines().at(-1)]).toMatchObject([130, { error: { code: 'cancelled' } }])
    await slow.waitForRequest((request) => request.path === path && request.abortedByClient)
  })
})
