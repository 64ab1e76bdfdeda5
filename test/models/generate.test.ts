// One answer: what is asked of the server, and what is told in which order.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { GenerateRequest, ModelMessage } from '../../electron/contracts.ts'
import { failures } from '../../shared/messages/failures.ts'
import type { ThinkLevel } from '../../shared/settings.ts'
import { type FakeOllama, gemma, smol, startFakeOllama, steps, streamedText } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

async function bodyOf(request: Partial<GenerateRequest>): Promise<Record<string, unknown>> {
  const { models } = openRoom({ host: fake.url })
  await collect(models, question(request))
  return Object(fake.chatRequests().at(-1)?.body)
}

describe('the request', () => {
  test('says everything that Ollama would otherwise choose', async () => {
    fake.setScenario(steps({ content: 'Hi' }, { done: 'stop' }))
    expect(await bodyOf({})).toEqual({
      model: 'gemma4:e4b',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      think: false,
      keep_alive: '30m',
      truncate: false,
      shift: false,
      options: { num_ctx: 16_384, num_predict: 4_096 },
    })
  })

  test('asks for no more context than the model has', async () => {
    expect(await bodyOf({ model: 'smollm2:135m' })).toMatchObject({ options: { num_ctx: 8_192, num_predict: 2_048 } })
    fake.setModels([{ ...smol, contextLength: 2_048 }])
    expect(await bodyOf({ model: 'smollm2:135m' })).toMatchObject({ options: { num_ctx: 2_048, num_predict: 1_024 } })
    fake.setModels([{ ...smol, contextLength: null }])
    expect(await bodyOf({ model: 'smollm2:135m' })).toMatchObject({ options: { num_ctx: 16_384 } })
  })

  test.each<[string, ThinkLevel, boolean | string]>([
    ['gemma4:e4b', 'off', false],
    ['gemma4:e4b', 'high', true],
    ['gpt-oss:20b', 'off', false],
    ['gpt-oss:20b', 'low', 'low'],
    ['gpt-oss:20b', 'high', 'high'],
    ['smollm2:135m', 'medium', false],
  ])('%s with thinking %s is asked with think %s', async (model, think, asked) => {
    fake.setModels([gemma, smol, { ...gemma, name: 'gpt-oss:20b', family: 'gptoss' }])
    expect((await bodyOf({ model, think, numCtx: 8_192 }))['think']).toBe(asked)
    expect(fake.requests.some(({ path }) => path === '/api/show')).toBe(false)
  })

  test('asks an older server what the model can do, and only to think', async () => {
    fake.setModels([{ ...gemma, contextLength: null }])
    fake.setFault('/api/tags', {
      status: 200,
      body: { models: [{ name: 'gemma4:e4b', details: { family: 'gemma4' } }] },
    })
    expect((await bodyOf({ think: 'off', numCtx: 8_192 }))['think']).toBe(false)
    expect(fake.requests.some(({ path }) => path === '/api/show')).toBe(false)
    expect((await bodyOf({ think: 'low', numCtx: 8_192 }))['think']).toBe(true)
    expect(fake.requests.some(({ path }) => path === '/api/show')).toBe(true)
    fake.setModels([{ ...gemma, capabilities: null }])
    fake.setFault('/api/show', { status: 200, body: { capabilities: null } })
    expect((await bodyOf({ think: 'low', numCtx: 8_192 }))['think']).toBe(false)
  })

  test('copies the messages, keeps thinking, and never changes what it was given', async () => {
    const messages: ModelMessage[] = [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: '/etc/passwd' },
      { role: 'assistant', content: 'No.', thinking: 'A path.' },
      { role: 'assistant', content: 'Really.', thinking: '' },
      { role: 'user', content: 'Why?' },
    ]
    const frozen = messages.map((message) => Object.freeze({ ...message }))
    expect((await bodyOf({ messages: Object.freeze(frozen) }))['messages']).toEqual([
      messages[0],
      messages[1],
      messages[2],
      { role: 'assistant', content: 'Really.' },
      messages[4],
    ])
  })

  test('finds a model without its tag', async () => {
    fake.setModels([{ ...smol, name: 'smollm2:latest', contextLength: 4_096 }])
    expect(await bodyOf({ model: 'smollm2' })).toMatchObject({ options: { num_ctx: 4_096 } })
  })

  test('goes under a path, too', async () => {
    const { models } = openRoom({ host: `${fake.url}/api/ollama/` })
    const { failure } = await collect(models, question())
    expect(fake.requests.at(-1)?.path).toMatch(/^\/api\/ollama\/api\/(chat|ps)$/u)
    expect(failure?.message).toBe(failures.notOllama(`${fake.url}/api/ollama`))
  })
})

describe('the answer', () => {
  test('is told as thinking, text and one end', async () => {
    fake.setScenario(
      steps(
        { thinking: 'Hm, well.', chunk: 'token' },
        { content: 'Grüße aus Köln 🙂', chunk: 'char' },
        {
          done: 'stop',
          metrics: {
            prompt_eval_count: 812,
            eval_count: 61,
            load_duration: 120_000_000,
            prompt_eval_duration: 400_000_000,
            eval_duration: 900_000_000,
          },
        },
      ),
    )
    const { models } = openRoom({ host: fake.url })
    const { text, thinking, done, failure, events } = await collect(models, question({ think: 'low' }))
    expect({ text, thinking, failure }).toEqual({ text: 'Grüße aus Köln 🙂', thinking: 'Hm, well.', failure: null })
    expect(done).toEqual({
      type: 'done',
      stop: 'stop',
      usage: {
        promptTokens: 812,
        outputTokens: 61,
        contextTokens: 873,
        numCtx: 16_384,
        loadMs: 120,
        promptMs: 400,
        outputMs: 900,
      },
    })
    expect(events.at(-1)).toBe(done)
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(1)
    await fake.waitForNoConnections()
    expect(fake.chatRequests()[0]?.abortedByClient).toBe(false)
  })

  test('takes counts that are left out for zero', async () => {
    const zero = { prompt_eval_count: 0, eval_count: 0, load_duration: 0, prompt_eval_duration: 0, eval_duration: 0 }
    fake.setScenario(steps({ done: 'stop', metrics: zero }))
    const { models } = openRoom({ host: fake.url })
    const { done, text } = await collect(models, question())
    expect(text).toBe('')
    expect(done?.usage).toEqual({
      promptTokens: 0,
      outputTokens: 0,
      contextTokens: 0,
      numCtx: 16_384,
      loadMs: 0,
      promptMs: 0,
      outputMs: 0,
    })
  })

  test.each([
    ['length', 'length'],
    ['stop', 'stop'],
    ['unload', 'stop'],
    [null, 'stop'],
  ])('that ends with %s stops with %s', async (reason, stop) => {
    fake.setScenario(steps({ content: 'So' }, { done: reason, content: ' much' }))
    const { models } = openRoom({ host: fake.url })
    const { done, text } = await collect(models, question())
    expect(done?.stop).toBe(stop)
    expect(text).toBe('So much')
  })

  test('may hold tool calls, which nobody runs yet', async () => {
    const call = { name: 'read_file', arguments: { path: 'notes.txt' } }
    fake.setScenario(
      steps({ content: 'I open it.' }, { tool_calls: [call, { ...call, id: 'call_1' }] }, { done: 'stop' }),
    )
    const { models } = openRoom({ host: fake.url })
    expect(await collect(models, question())).toMatchObject({ text: 'I open it.', failure: null })
  })

  test('arrives whole: 10,000 tokens at 1,000 a second', { timeout: 30_000 }, async () => {
    fake.setScenario(steps({ stream: { tokens: 10_000, perSecond: 1_000 } }, { done: 'stop' }))
    const { models } = openRoom({ host: fake.url })
    const begun = performance.now()
    const { text, done, events } = await collect(models, question())
    expect(text).toBe(streamedText(10_000))
    // Lines that arrive together are told together.
    expect(events.filter(({ type }) => type === 'text').length).toBeLessThanOrEqual(10_000)
    expect(done?.usage?.outputTokens).toBe(10_000)
    expect(performance.now() - begun).toBeGreaterThan(9_900)
  })

  test('of several models at once is not mixed up', async () => {
    fake.setScenario(steps({ content: 'from gemma '.repeat(50), chunk: 'char' }, { done: 'stop' }), 'gemma4:e4b')
    fake.setScenario(steps({ content: 'from qwen '.repeat(50), chunk: 'char' }, { done: 'stop' }), 'qwen3:0.6b')
    const { models } = openRoom({ host: fake.url })
    const [one, other] = await Promise.all([
      collect(models, question()),
      collect(models, question({ model: 'qwen3:0.6b' })),
    ])
    expect([one.text, other.text]).toEqual(['from gemma '.repeat(50), 'from qwen '.repeat(50)])
  })
})

describe('the wait for the first token', () => {
  test.each([
    ['loading', []],
    ['prompt', ['gemma4:e4b']],
  ])('is for %s', async (reason, loaded) => {
    const slow = await startFakeOllama({
      loaded,
      scenario: { ...steps({ gate: 'before' }, { content: 'Hi' }, { done: 'stop' }) },
    })
    // The fake says a model is loaded as soon as it begins; the real one, when it is.
    if (reason === 'loading') slow.setFault('/api/ps', { status: 200, body: { models: [] } })
    const { models } = openRoom({ host: slow.url })
    const { events } = await collect(models, question(), undefined, () => slow.release('before'))
    expect(events.map((event) => (event.type === 'waiting' ? event.for : event.type))).toEqual([reason, 'text', 'done'])
    await slow.stop()
  })

  test('is not told when the server does not say what is loaded', async () => {
    fake.setFault('/api/ps', { status: 500, body: { error: 'no' } })
    const { models } = openRoom({ host: fake.url })
    const { events, failure } = await collect(models, question())
    expect(failure).toBeNull()
    expect(events.filter(({ type }) => type === 'waiting')).toEqual([])
  })

  test('never holds up the answer', async () => {
    const { models } = openRoom({ host: fake.url })
    await models.refresh()
    fake.setFault('/api/ps', 'hang')
    expect(await collect(models, question())).toMatchObject({ failure: null, done: { stop: 'stop' } })
    await fake.waitForNoConnections()
  })
})
