// The `ollama` client over the fake: its known behaviour, also where it is bad, so that the driver is tested against the truth.
import { Ollama } from 'ollama'
import { afterEach, expect, test, vi } from 'vitest'
import { type Scenario, type Step, steps } from '../support/fake-ollama.ts'
import { openFake } from './room.ts'

afterEach(() => vi.restoreAllMocks())

const done: Step = { done: 'stop' }
const hello: Step = { content: 'Hello', chunk: 'whole' }
const question = () => ({ model: 'gemma4:e4b', messages: [{ role: 'user', content: 'Hi' }], think: false })
const streamed = () => ({ ...question(), stream: true as const })

async function open(scenario: Scenario) {
  const fake = await openFake({ scenario })
  return { fake, client: new Ollama({ host: fake.url }) }
}

async function read(scenario: Scenario): Promise<{ text: string; thrown: unknown }> {
  const { client } = await open(scenario)
  let text = ''
  try {
    for await (const { message } of await client.chat(streamed())) text += message.content
    return { text, thrown: null }
  } catch (thrown) {
    return { text, thrown }
  }
}

test('abort before the headers has no effect', async () => {
  const { fake, client } = await open(steps({ gate: 'first' }, hello, done))
  const answer = client.chat(streamed())
  await fake.waitForGate('first')
  client.abort()
  fake.release('first')
  let text = ''
  for await (const { message } of await answer) text += message.content
  expect(text).toBe('Hello')
  expect(fake.chatRequests()[0]?.abortedByClient).toBe(false)
})

test('a fetch of our own with a signal stops at once, also before the headers', async () => {
  const { fake } = await open(steps({ gate: 'first' }, done))
  const stop = new AbortController()
  const client = new Ollama({
    host: fake.url,
    fetch: (url, options) => {
      const signals = [stop.signal, ...(options?.signal ? [options.signal] : [])]
      return fetch(url, { ...options, signal: AbortSignal.any(signals) })
    },
  })
  const answer = client.chat(question())
  await fake.waitForGate('first')
  stop.abort()
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  expect((await fake.waitForAbort()).status).toBeNull()
})

async function twoStreams() {
  const { fake, client } = await open(steps(hello, { gate: 'middle' }, done))
  const one = await client.chat({ ...streamed(), model: 'gemma4:e4b' })
  const other = await client.chat({ ...streamed(), model: 'qwen3:0.6b' })
  const text = async (stream: typeof one) => {
    let all = ''
    for await (const { message } of stream) all += message.content
    return all
  }
  return { fake, client, one, texts: [text(one), text(other)] as const }
}

test('abort of the client ends all its streams', async () => {
  const { client, texts } = await twoStreams()
  client.abort()
  const ends = await Promise.allSettled(texts)
  expect(ends.map((end) => end.status === 'rejected' && Object(end.reason)['name'])).toEqual([
    'AbortError',
    'AbortError',
  ])
})

test('abort of an iterator ends only that one', async () => {
  const { fake, one, texts } = await twoStreams()
  one.abort()
  await expect(texts[0]).rejects.toMatchObject({ name: 'AbortError' })
  fake.release('middle')
  expect(await texts[1]).toBe('Hello')
})

test('break leaves the connection open, and the server goes on', async () => {
  const { fake, client } = await open(steps(hello, { gate: 'middle' }, { content: ' you' }, done))
  for await (const part of await client.chat(streamed())) {
    expect(part.message.content).toBe('Hello')
    break
  }
  await fake.waitForGate('middle')
  expect(fake.connections.open).toBe(1)
  fake.release('middle')
  await fake.waitForRequest(({ closedMs }) => closedMs !== null)
  expect(fake.chatRequests()[0]).toMatchObject({ abortedByClient: false, closedEarly: false })
})

test('an error line is a plain Error without a status', async () => {
  const { text, thrown } = await read(steps(hello, { fault: { errorLine: 'out of luck' } }))
  expect(text).toBe('Hello')
  expect(thrown).toMatchObject({ name: 'Error', message: 'out of luck' })
  expect(thrown).not.toHaveProperty('status_code')
})

test('a status is a ResponseError with the words of the body', async () => {
  const { thrown } = await read(steps({ fault: 'queue503' }))
  expect(thrown).toMatchObject({ name: 'ResponseError', status_code: 503, message: /busy/u })
})

test('no done is its own message', async () => {
  const { text, thrown } = await read(steps(hello, { fault: 'endWithoutDone' }))
  expect([text, thrown]).toEqual(['Hello', new Error('Did not receive done or success response in stream.')])
})

test('a null line is a TypeError', async () => {
  const { thrown } = await read(steps(hello, { fault: 'nullLine' }, done))
  expect(thrown).toBeInstanceOf(TypeError)
  expect(thrown).toMatchObject({ message: expect.stringContaining("Cannot use 'in' operator") })
})

test('an invalid line is skipped with a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  expect(await read(steps(hello, { fault: 'invalidJsonLine' }, { content: ' you' }, done))).toEqual({
    text: 'Hello you',
    thrown: null,
  })
  expect(warn).toHaveBeenCalledWith('invalid json: ', expect.any(String))
})

test.each(['reset', 'halfClose'] as const)('%s in the middle is "terminated"', async (fault) => {
  const { text, thrown } = await read(steps(hello, { fault }))
  expect(text).toBe('Hello')
  expect(thrown).toMatchObject({ name: 'TypeError', message: 'terminated' })
})

test('what is cut at every byte arrives right', async () => {
  const content = 'Grüße 静か 📚 \u{1F469}\u200D\u{1F680}'
  const cut = { ...steps({ content, chunk: 'char' }, done), wireBytes: 1 }
  expect(await read(cut)).toEqual({ text: content, thrown: null })
})

test('pull and delete send `name`, and the fake takes it as the real one does', async () => {
  const { fake, client } = await open(steps(done))
  await client.delete({ model: 'smollm2:135m' })
  expect((await client.list()).models.map(({ name }) => name)).not.toContain('smollm2:135m')
  expect(fake.requests[0]?.body).toEqual({ name: 'smollm2:135m' })
  const fast = await openFake({ pull: { stepMs: 0, steps: 2 } })
  const statuses: string[] = []
  const progress = await new Ollama({ host: fast.url }).pull({ model: 'smollm2:135m', stream: true })
  for await (const { status } of progress) statuses.push(status)
  expect(statuses.at(-1)).toBe('success')
  expect(fast.requests[0]?.body).toEqual({ name: 'smollm2:135m', stream: true })
})

test('chat changes the request it was given', async () => {
  const { client } = await open(steps(done))
  const image = new Uint8Array([1, 2, 3])
  const request = { ...question(), messages: [{ role: 'user', content: 'What is it?', images: [image] }] }
  await client.chat(request)
  expect(request).toMatchObject({ stream: false, messages: [{ images: ['AQID'] }] })
})

test('everything else it can ask', async () => {
  const { client } = await open(steps(hello, done))
  expect(await client.version()).toEqual({ version: '0.33.0' })
  expect((await client.show({ model: 'gemma4:e4b' })).capabilities).toContain('tools')
  await client.copy({ source: 'gemma4:e4b', destination: 'mine' })
  expect((await client.list()).models[0]?.name).toBe('mine:latest')
  expect((await client.generate({ model: 'mine', prompt: 'Hi', think: false })).response).toBe('Hello')
  expect((await client.ps()).models.map(({ name }) => name)).toEqual(['mine:latest'])
  const { embeddings } = await client.embed({ model: 'mine', input: [] })
  expect(embeddings).toEqual([])
})
