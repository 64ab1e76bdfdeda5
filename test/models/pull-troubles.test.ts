// Models on their way to a server: what can be in the way, and what outlives a start.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { pullWords } from '../../shared/messages/pulls.ts'
import { embedder, type FakeOllama, gemma, qwen, smol, startFakeOllama } from '../support/fake-ollama.ts'
import { temporaryFolder } from '../support/temp.ts'
import { openPullRoom } from './pull-room.ts'

const registry = [gemma, qwen, smol, embedder]
let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama({ models: [], pull: { registry, steps: 10, stepMs: 1 } })
})
afterEach(() => fake.stop())

const host = () => fake.url
const pulled = (request: { path: string }) => request.path === '/api/pull'
const pullCount = () => fake.requests.filter(pulled).length

describe('fails, with a sentence, and lets the next one begin', () => {
  test.each([
    ['pull model manifest: file does not exist', 'unavailable', () => pullWords.unknownModel('qwen3:0.6b')],
    ['invalid model name', 'invalid-input', () => pullWords.noName('qwen3:0.6b')],
    ['write /models/blobs/x: no space left on device', 'no-space', () => pullWords.serverDiskFull(host())],
    ['max retries exceeded: write x: no space left on device', 'no-space', () => pullWords.serverDiskFull(host())],
    [
      'digest mismatch, file must be downloaded again: want sha256:a, got sha256:b',
      'damaged',
      () => pullWords.digestMismatch,
    ],
    [
      'The model you are pulling requires a newer version of Ollama.',
      'unavailable',
      () => pullWords.newerServer('qwen3:0.6b'),
    ],
    ['pull model manifest: 401: unauthorized', 'denied', () => pullWords.registryDenied('qwen3:0.6b')],
    ['something nobody has seen before', 'unavailable', () => pullWords.failed('qwen3:0.6b')],
  ])('%s', async (words, code, message) => {
    fake.setFault('/api/pull', { pullError: words }, 1)
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    await room.pulls.add('smollm2:135m', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure).toEqual({ code, message: message(), detail: words })
    await room.waitUntil('smollm2:135m', 'done')
  })

  test('an answer with a status', async () => {
    fake.setFault('/api/pull', { status: 400, body: { error: 'invalid model name' } }, 1)
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure?.message).toBe(pullWords.noName('qwen3:0.6b'))
  })

  test('a digest that is another one', async () => {
    fake.setFault('/api/pull', 'pullDigestMismatch', 1)
    const room = await openPullRoom({ url: fake.url })
    const { id } = await room.pulls.add('qwen3:0.6b', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure).toMatchObject({ code: 'damaged', message: pullWords.digestMismatch })
    await room.pulls.resume(id)
    await room.waitUntil('qwen3:0.6b', 'done')
  })

  test.each(['invalidJsonLine', 'nullLine'] as const)('a line that is none: %s', async (fault) => {
    fake.setFault('/api/pull', { status: 200, body: fault === 'nullLine' ? 'null\n' : '{"status":\n' }, 1)
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    expect((await room.waitUntil('qwen3:0.6b', ({ failure }) => failure !== null)).state).toBe('failed')
  })

  test('a server that was never there', async () => {
    const { url } = fake
    await fake.stop()
    const room = await openPullRoom({ url })
    await room.pulls.add('qwen3:0.6b', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure?.message).toBe(failures.ollamaNotRunning(url))
  })

  test.each(['', '  ', 'a model', '../etc', 'x'.repeat(401), '-rf', 'ollama rm x'])('no name: “%s”', async (words) => {
    const room = await openPullRoom({ url: fake.url })
    await expect(room.pulls.add(words, null)).rejects.toMatchObject({ failure: { code: 'invalid-input' } })
    expect(pullCount()).toBe(0)
  })
})

describe('room on the disk', () => {
  test('is looked at before the first byte when the size is known', async () => {
    const room = await openPullRoom({ url: fake.url, freeBytes: 5_000_000_000 })
    await room.pulls.add('gemma4:e4b', null)
    const failed = await room.waitUntil('gemma4:e4b', 'failed')
    const message = pullWords.noRoom(gemma.bytes, 5_000_000_000, '/models')
    expect(failed.failure).toEqual({ code: 'no-space', message })
    expect(pullCount()).toBe(0)
  })

  test('is looked at as soon as the server names a size', async () => {
    const room = await openPullRoom({ url: fake.url, freeBytes: 100_000_000 })
    await room.pulls.add('qwen3:0.6b', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure?.message).toBe(pullWords.noRoom(qwen.bytes, 100_000_000, '/models'))
    await fake.waitForRequest((request) => pulled(request) && request.abortedByClient)
  })

  test('of another machine is not known, and not guessed', async () => {
    const room = await openPullRoom({ url: fake.url, freeBytes: null })
    expect(await room.pulls.room()).toEqual({
      isThisMachine: false,
      folder: null,
      freeBytes: null,
      memoryBytes: null,
    })
    await room.pulls.add('gemma4:e4b', null)
    await room.waitUntil('gemma4:e4b', 'done')
  })
})

describe('is tried again by itself', () => {
  test.each([
    'pull model manifest: Get "x": dial tcp: lookup registry.ollama.ai: no such host',
    'max retries exceeded: EOF',
  ])('when the registry is out of reach: %s', async (words) => {
    fake.setFault('/api/pull', { pullError: words }, 3)
    const room = await openPullRoom({ url: fake.url })
    await room.pulls.add('qwen3:0.6b', null)
    await room.waitUntil('qwen3:0.6b', 'done')
    expect(pullCount()).toBe(4)
    const tried = room.pushed.flat().find(({ state }) => state === 'retrying')
    expect(tried?.failure?.message).toBe(pullWords.registryUnreachable)
  })

  test('when the server goes away in the middle, and goes on where it was', async () => {
    // Stands still in the middle until its connection is closed.
    fake.setFault('/api/pull', 'pullStall', 1)
    const room = await openPullRoom({ url: fake.url, pause: untilReleased() })
    await room.pulls.add('qwen3:0.6b', null)
    await room.waitUntil('qwen3:0.6b', ({ doneBytes }) => doneBytes >= qwen.bytes / 2)
    await fake.refuse()
    fake.restart(0)
    const retrying = await room.waitUntil('qwen3:0.6b', 'retrying')
    expect(retrying.failure?.message).toBe(pullWords.serverWent(fake.url))
    expect(retrying.doneBytes).toBeGreaterThanOrEqual(qwen.bytes / 2)
    await fake.waitUntilListening()
    await room.pulls.resume(retrying.id)
    await room.waitUntil('qwen3:0.6b', 'done')
  })

  test.each([
    ['when nothing comes any more', 'pullStall'],
    ['when nothing comes at all, not even a first line', 'hang'],
  ] as const)('%s', async (_when, fault) => {
    fake.setFault('/api/pull', fault, 1)
    const room = await openPullRoom({ url: fake.url, silence: { usualMs: 300, verifyingMs: 60_000 } })
    await room.pulls.add('qwen3:0.6b', null)
    await room.waitUntil('qwen3:0.6b', 'done')
    const why = room.pushed.flat().find(({ state }) => state === 'retrying')?.failure
    expect(why?.message).toBe(pullWords.silent)
  })

  test('but not for ever where nobody looks', async () => {
    fake.setFault('/api/pull', { pullError: 'dial tcp: i/o timeout' })
    const room = await openPullRoom({ url: fake.url, follows: false })
    await room.pulls.add('qwen3:0.6b', null)
    const failed = await room.waitUntil('qwen3:0.6b', 'failed')
    expect(failed.failure?.message).toBe(pullWords.registryGivenUp)
    expect(pullCount()).toBe(12)
  })

  test('until it is paused', async () => {
    fake.setFault('/api/pull', { pullError: 'dial tcp: i/o timeout' })
    const room = await openPullRoom({ url: fake.url, pause: untilReleased() })
    const { id } = await room.pulls.add('qwen3:0.6b', null)
    await room.pulls.add('smollm2:135m', null)
    await room.waitUntil('qwen3:0.6b', 'retrying')
    fake.setFault('/api/pull', null)
    expect((await room.pulls.pause(id)).state).toBe('paused')
    await room.waitUntil('smollm2:135m', 'done')
    expect(pullCount()).toBe(2)
  })
})

describe('the next start', () => {
  async function stopInTheMiddle(path: string): Promise<void> {
    fake.setFault('/api/pull', 'pullStall', 1)
    const room = await openPullRoom({ url: fake.url, path })
    await room.pulls.add('qwen3:0.6b', null)
    const second = await room.pulls.add('smollm2:135m', null)
    await room.pulls.add('embeddinggemma:300m', null)
    await room.pulls.pause(second.id)
    await room.waitUntil('qwen3:0.6b', ({ doneBytes }) => doneBytes >= qwen.bytes / 2)
    await room.close()
    await fake.waitForRequest((request) => pulled(request) && request.abortedByClient)
  }

  test('goes on with what was under way and what waited, and not with what was paused', async () => {
    const path = await temporaryFolder()
    await stopInTheMiddle(path)
    const room = await openPullRoom({ url: fake.url, path })
    await room.waitUntil('embeddinggemma:300m', 'done')
    expect((await room.pulls.list()).map(({ state }) => state)).toEqual(['done', 'paused', 'done'])
    expect(room.log).toEqual([])
  })

  test('of a terminal shows them and begins with none, and leaves them for the window', async () => {
    const path = await temporaryFolder()
    await stopInTheMiddle(path)
    const terminal = await openPullRoom({ url: fake.url, path, follows: false })
    const [first] = await terminal.pulls.list()
    expect(first).toMatchObject({ model: 'qwen3:0.6b', state: 'paused' })
    expect(first?.doneBytes).toBeGreaterThanOrEqual(qwen.bytes / 2)
    const asked = pullCount()
    await terminal.pulls.add('smollm2:135m', null)
    await terminal.waitUntil('smollm2:135m', 'done')
    expect(pullCount()).toBe(asked + 1)
    await terminal.close()
    const window = await openPullRoom({ url: fake.url, path })
    await window.waitUntil('embeddinggemma:300m', 'done')
    await window.waitUntil('qwen3:0.6b', 'done')
  })

  test.each(['', '{', '{"pulls":[{"id":"x"}]}', '{"pulls":[{"id":"a","host":"file:///etc","model":"x"}]}'])(
    'with a list that cannot be read begins with none: %s',
    async (text) => {
      const path = await temporaryFolder()
      await writeFile(join(path, 'pulls.json'), text)
      const room = await openPullRoom({ url: fake.url, path })
      expect(await room.pulls.list()).toEqual([])
      expect(room.log).toHaveLength(1)
    },
  )

  test('finds nothing of what is done', async () => {
    const path = await temporaryFolder()
    const room = await openPullRoom({ url: fake.url, path })
    await room.pulls.add('smollm2:135m', null)
    await room.waitUntil('smollm2:135m', 'done')
    await room.close()
    expect(JSON.parse(await readFile(join(path, 'pulls.json'), 'utf8'))).toEqual({ pulls: [] })
  })
})

/** A pause that only the abort of its signal ends. */
function untilReleased() {
  return (_ms: number, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    )
}
