// The states a server can be in, and when they are told.
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, gemma, smol, startFakeOllama } from '../support/fake-ollama.ts'
import { openRoom } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama({ loaded: ['gemma4:e4b'] })
})
afterEach(() => fake.stop())

describe('a server that is there', () => {
  test('tells its version and its models', async () => {
    const { models } = openRoom({ host: fake.url })
    expect(models.current()).toMatchObject({ status: 'unknown', host: fake.url, chosenBy: 'setting', checkedAt: null })
    const state = await models.refresh()
    expect(state).toMatchObject({
      status: 'ready',
      version: '0.33.0',
      failure: null,
      checkedAt: '2026-11-22T08:00:00.000Z',
    })
    expect(state.models[0]).toEqual({
      name: 'gemma4:e4b',
      bytes: 9_608_350_245,
      capabilities: ['completion', 'vision', 'audio', 'tools', 'thinking'],
      contextLength: 131_072,
      family: 'gemma4',
      quantization: 'Q4_K_M',
      parameterSize: '8.0B',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/u),
      loaded: true,
      memory: {
        bytes: 9_608_350_245,
        gpuBytes: 9_608_350_245,
        contextTokens: 4_096,
        until: expect.stringMatching(/^20\d\d-/u),
      },
    })
    expect(state.models[1]?.loaded).toBe(false)
    expect(models.current()).toBe(state)
  })

  test('pushes only what changed, and always knows when it was asked', async () => {
    const room = openRoom({ host: fake.url })
    await room.models.refresh()
    room.later(1_000)
    const again = await room.models.refresh()
    expect(room.pushed).toHaveLength(1)
    expect(again.checkedAt).toBe('2026-11-22T08:00:01.000Z')
    fake.setModels([smol])
    await room.models.refresh()
    expect(room.pushed.map((state) => state.models.length)).toEqual([3, 1])
  })

  test('is asked once when several ask at the same time', async () => {
    const { models } = openRoom({ host: fake.url })
    await Promise.all([models.refresh(), models.refresh(), models.refresh()])
    expect(fake.requests.map(({ path }) => path).sort()).toEqual(['/api/ps', '/api/tags', '/api/version'])
  })

  test('may leave out what older servers do not know', async () => {
    fake.setModels([{ ...gemma, capabilities: null, contextLength: null }])
    fake.setFault('/api/ps', { status: 404, body: '404 page not found' })
    const { models } = openRoom({ host: fake.url })
    const state = await models.refresh()
    expect(state.status).toBe('ready')
    expect(state.models[0]).toMatchObject({ capabilities: [], contextLength: null, loaded: null })
  })

  test.each([
    [{ models: null }, []],
    [{ models: [{ name: 'bare' }] }, ['bare']],
    [
      { models: [{ name: 'odd', size: null, details: { families: null, family: '', new_field: {} }, extra: 1 }] },
      ['odd'],
    ],
  ])('lists %j', async (body, names) => {
    fake.setFault('/api/tags', { status: 200, body })
    const { models } = openRoom({ host: fake.url })
    const state = await models.refresh()
    expect(state.failure).toBeNull()
    expect(state.models.map(({ name }) => name)).toEqual(names)
  })
})

describe('a server that is not there', () => {
  test('is unreachable, keeps its models in view, and comes back', async () => {
    const room = openRoom({ host: fake.url })
    await room.models.refresh()
    await fake.stop()
    room.later(1_000)
    const away = await room.models.refresh()
    expect(away).toMatchObject({
      status: 'unreachable',
      version: null,
      failure: { code: 'unavailable', message: failures.ollamaNotRunning(fake.url) },
    })
    expect(away.models.map(({ loaded }) => loaded)).toEqual([null, null, null])
    room.later(2_000)
    await room.models.refresh()
    expect(room.pushed.map(({ checkedAt }) => checkedAt?.slice(17, 19))).toEqual(['00', '01', '03'])
    const { port } = fake
    fake = await startFakeOllama({ port })
    expect((await room.models.refresh()).status).toBe('ready')
  })

  test('has a name nobody knows', async () => {
    const { models } = openRoom({ host: 'no-such-machine.invalid' })
    const host = 'http://no-such-machine.invalid:11434'
    expect(await models.refresh()).toMatchObject({
      status: 'unreachable',
      failure: { message: failures.hostUnknown(host) },
    })
  })

  test('has an address that is none', async () => {
    const { models } = openRoom({ flagHost: 'ftp://x' })
    expect(models.current()).toMatchObject({ status: 'unreachable', chosenBy: 'flag' })
    expect(await models.refresh()).toMatchObject({
      host: 'ftp://x',
      status: 'unreachable',
      failure: { code: 'invalid-input', message: failures.hostInvalid('ftp://x') },
    })
  })

  test('says nothing within three seconds', { timeout: 10_000 }, async () => {
    fake.setFault('/api/tags', 'hang')
    const { models } = openRoom({ host: fake.url })
    expect(await models.refresh()).toMatchObject({
      status: 'unreachable',
      failure: { message: failures.hostTimedOut(fake.url) },
    })
    await fake.waitForNoConnections()
  })

  test('does not hold up who no longer waits', async () => {
    fake.setFault('/api/tags', 'hang')
    const { models } = openRoom({ host: fake.url })
    const impatient = new AbortController()
    const waiting = models.refresh(impatient.signal)
    await fake.waitForRequest(({ path }) => path === '/api/tags')
    impatient.abort()
    expect((await waiting).status).toBe('unknown')
  })

  test('breaks the connection', async () => {
    fake.setFault('/api/version', 'reset')
    const { models } = openRoom({ host: fake.url })
    expect(await models.refresh()).toMatchObject({
      status: 'unreachable',
      failure: { message: failures.connectionBroke(fake.url) },
    })
  })

  test('is behind a gateway that fails', async () => {
    fake.setFault('/api/version', { status: 502, body: '<html><h1>Bad gateway</h1></html>' })
    const { models } = openRoom({ host: fake.url })
    expect(await models.refresh()).toMatchObject({
      status: 'unreachable',
      failure: { message: failures.hostFailed(fake.url, 502) },
    })
  })

  test('does not let this machine in', async () => {
    fake.setFault('/api/version', { status: 403 })
    const { models } = openRoom({ host: fake.url })
    expect(await models.refresh()).toMatchObject({
      status: 'unreachable',
      failure: { code: 'denied', message: failures.hostRefused(fake.url) },
    })
  })
})

describe('something else at this address', () => {
  test.each([
    ['a page', { status: 200, body: '<!doctype html><title>Router</title>' }],
    ['a page that calls itself JSON', { status: 200, body: '<!doctype html>', contentType: 'application/json' }],
    ['other JSON', { status: 200, body: { name: 'other' } }],
    ['a list', { status: 200, body: [] }],
    ['no such page', { status: 404, body: '404 page not found' }],
    ['a redirect', { status: 302, location: 'http://127.0.0.1:1/elsewhere', body: '' }],
  ])('%s is not Ollama', async (_, fault) => {
    fake.setFault('/api/version', fault)
    const { models } = openRoom({ host: fake.url })
    expect(await models.refresh()).toMatchObject({
      status: 'not-ollama',
      models: [],
      failure: { message: failures.notOllama(fake.url) },
    })
  })

  test('a server of another protocol is not Ollama', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9.2\r\n'))
    const port = await listen(server)
    try {
      const { models } = openRoom({ host: `127.0.0.1:${port}` })
      expect((await models.refresh()).status).toBe('not-ollama')
    } finally {
      server.close()
    }
  })

  test('a redirect is never followed', async () => {
    const elsewhere = await startFakeOllama()
    fake.setFault('/api/version', { status: 307, location: `${elsewhere.url}/api/version`, body: '' })
    const { models } = openRoom({ host: fake.url })
    await models.refresh()
    expect(elsewhere.connections.total).toBe(0)
    await elsewhere.stop()
  })
})

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
