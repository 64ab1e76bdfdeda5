// Pulls: progress as the real one reports it, half of it kept, and three ways to fail.
import { expect, test } from 'vitest'
import { embedder, qwen } from '../support/fake-ollama.ts'
import { type Line, linesOf, onTheWire, openFake, type Seen } from './room.ts'

const fast = { models: [qwen], pull: { stepMs: 0, steps: 10 } }
const pull = (url: string, body: object = {}) => onTheWire(url, '/api/pull', { model: embedder.name, ...body })
const names = async (url: string) => (await onTheWire(url, '/api/tags', undefined, { method: 'GET' })).text
const ofFirstLayer = (seen: Seen): Line[] => linesOf(seen).filter(({ total }) => total === embedder.bytes)

test('tells of each layer, and installs the model at the end', async () => {
  const fake = await openFake(fast)
  const seen = await pull(fake.url)
  expect(seen.contentType).toBe('application/x-ndjson')
  const statuses = [...new Set(linesOf(seen).map(({ status }) => status?.replace(/[0-9a-f]{12}/u, '…')))]
  expect(statuses).toEqual(['pulling manifest', 'pulling …', 'verifying sha256 digest', 'writing manifest', 'success'])
  expect(ofFirstLayer(seen)[0]).not.toHaveProperty('completed')
  expect(ofFirstLayer(seen).at(-1)?.completed).toBe(embedder.bytes)
  expect(await names(fake.url)).toMatch(/^\{"models":\[\{"name":"embeddinggemma:300m"/u)
})

test('pullStall keeps what came, and the next pull goes on from there', async () => {
  const fake = await openFake(fast)
  fake.setFault('/api/pull', 'pullStall', 1)
  const stop = new AbortController()
  await onTheWire(
    fake.url,
    '/api/pull',
    { name: embedder.name },
    {
      signal: stop.signal,
      onPiece: () => fake.pulledBytes(embedder) >= embedder.bytes / 2 && stop.abort(),
    },
  )
  await fake.waitForRequest(({ path, abortedByClient }) => path === '/api/pull' && abortedByClient)
  const half = fake.pulledBytes(embedder)
  expect(half).toBeLessThan(embedder.bytes)
  expect(await names(fake.url)).not.toContain(embedder.name)
  const again = await pull(fake.url)
  expect(ofFirstLayer(again)[0]?.completed).toBe(half)
  expect(linesOf(again).at(-1)).toEqual({ status: 'success' })
})

test.each([
  ['pullError', 'pull model manifest: file does not exist'],
  [{ pullError: 'max retries exceeded: EOF' }, 'max retries exceeded: EOF'],
] as const)('%j comes in the stream, with status 200', async (fault, error) => {
  const fake = await openFake(fast)
  fake.setFault('/api/pull', fault)
  const seen = await pull(fake.url)
  expect([seen.status, linesOf(seen)]).toEqual([200, [{ status: 'pulling manifest' }, { error }]])
})

test('an unknown model is the same error, and a status without a stream', async () => {
  const fake = await openFake(fast)
  const error = 'pull model manifest: file does not exist'
  expect(linesOf(await pull(fake.url, { model: 'nope' })).at(-1)).toEqual({ error })
  const seen = await pull(fake.url, { model: 'nope', stream: false })
  expect([seen.status, seen.contentType, JSON.parse(seen.text)]).toEqual([500, 'application/json', { error }])
  expect(JSON.parse((await pull(fake.url, { stream: false })).text)).toEqual({ status: 'success' })
})

test('pullDigestMismatch throws the layer away', async () => {
  const fake = await openFake(fast)
  fake.setFault('/api/pull', 'pullDigestMismatch', 1)
  const seen = await pull(fake.url)
  expect(linesOf(seen).at(-1)?.error).toMatch(
    /^digest mismatch, file must be downloaded again: want sha256:\w+, got sha256:\w+$/u,
  )
  expect(fake.pulledBytes(embedder)).toBe(0)
  expect(ofFirstLayer(await pull(fake.url))[0]).not.toHaveProperty('completed')
})
