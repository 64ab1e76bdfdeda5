// The window in effigy: what is counted, what is dropped, what is refused, and what the model need not read again.
import { expect, test } from 'vitest'
import { assertGrowingPrompt, steps } from '../support/fake-ollama.ts'
import { chat, linesOf, onTheWire, openFake } from './room.ts'

const ok = steps({ content: 'Yes' }, { done: 'stop' })
const small = { options: { num_ctx: 2_048 } }
const message = (role: string, content: string) => ({ role, content })
/** That many tokens, about. */
const long = (word: string, tokens: number) => `${word} `.repeat((tokens * 4) / (word.length + 1))

async function ask(body: object) {
  const fake = await openFake({ scenario: ok })
  const seen = await onTheWire(fake.url, '/api/chat', chat({ ...small, ...body }))
  return { seen, prompt: fake.lastPrompt() ?? '', count: linesOf(seen).at(-1)?.prompt_eval_count ?? 0 }
}

test('a token is four characters of messages and tools', async () => {
  const plain = await ask({ messages: [message('user', 'x'.repeat(400))] })
  const more = await ask({ messages: [message('user', 'x'.repeat(800))] })
  expect(more.count - plain.count).toBe(100)
  const tools = [{ type: 'function', function: { name: 'read_file', description: 'y'.repeat(400) } }]
  const withTools = await ask({ messages: [message('user', 'x'.repeat(400))], tools })
  expect(withTools.count - plain.count).toBeGreaterThan(100)
  const images = [{ ...message('user', 'x'.repeat(400)), images: ['AQID'] }]
  expect((await ask({ messages: images })).count - plain.count).toBe(768)
})

const conversation = [
  message('system', 'Be brief.'),
  message('user', long('oldest', 1_200)),
  message('assistant', long('older', 600)),
  message('user', 'The question.'),
]

test('truncate, the default, drops the oldest, and keeps the system and the last', async () => {
  const { seen, prompt, count } = await ask({ messages: [...conversation, message('user', long('new', 800))] })
  expect(seen.status).toBe(200)
  expect(prompt).toContain('Be brief.')
  expect(prompt).not.toContain('oldest')
  expect(prompt).toContain('older')
  expect(prompt).toContain('new new')
  expect(count).toBeLessThanOrEqual(2_048)
})

test('what is still too long loses its middle, and with it the system prompt', async () => {
  const { prompt, count } = await ask({
    messages: [message('system', 'Be brief.'), message('user', long('huge', 3_000))],
  })
  expect(count).toBe(2_048 - Math.floor((2_048 - 5) / 2))
  expect(prompt).not.toContain('Be brief.')
})

test('without shift that is a 400', async () => {
  const { seen } = await ask({ shift: false, messages: [message('user', long('huge', 3_000))] })
  expect([seen.status, seen.contentType]).toEqual([400, 'application/json'])
  expect(JSON.parse(seen.text).error).toMatch(/^the prompt is longer than the context length currently available/u)
  const fits = await ask({ shift: false, messages: [...conversation, message('user', long('new', 800))] })
  expect(fits.seen.status).toBe(200)
})

test.each([{}, { shift: false }])('without truncate it is a 400 with JSON inside the text: %j', async (body) => {
  const { seen } = await ask({ ...body, truncate: false, messages: [message('user', long('huge', 3_000))] })
  expect([seen.status, seen.contentType]).toEqual([400, 'application/json'])
  const inner = JSON.parse(JSON.parse(seen.text).error).error
  expect(inner).toMatchObject({ code: 400, type: 'exceed_context_size_error', n_ctx: 2_048 })
  expect(inner.message).toBe(
    `request (${inner.n_prompt_tokens} tokens) exceeds the available context size (2048 tokens), try increasing it`,
  )
})

test('a conversation that only grows is read only once', async () => {
  const fake = await openFake({ scenario: ok })
  const messages = [message('system', 'Be brief.'), message('user', 'One?')]
  await onTheWire(fake.url, '/api/chat', chat({ messages }))
  const next = [...messages, message('assistant', 'Yes'), message('user', 'Two?')]
  await onTheWire(fake.url, '/api/chat', chat({ messages: next }))
  const [first, second] = fake.chatRequests()
  expect(first?.cachedPrefix).toBe(0)
  expect(second?.cachedPrefix).toBeGreaterThanOrEqual((first?.prompt?.length ?? 0) - '<|turn>model\n'.length)
  assertGrowingPrompt(fake.requests)
  await onTheWire(fake.url, '/api/chat', chat({ messages: [message('system', 'It is 9:41.'), ...next.slice(1)] }))
  expect(fake.chatRequests()[2]?.cachedPrefix).toBeLessThan(30)
  expect(() => assertGrowingPrompt(fake.requests)).toThrow(/characters were the same/u)
})

test('thinking changes the start of the prompt, and a reload forgets everything', async () => {
  const fake = await openFake({ scenario: ok })
  const cached = async (body: object) => {
    await onTheWire(fake.url, '/api/chat', chat(body))
    return fake.chatRequests().at(-1)?.cachedPrefix ?? -1
  }
  expect(await cached({})).toBe(0)
  expect(await cached({})).toBeGreaterThan(10)
  expect(await cached({ think: true })).toBe('<|t'.length)
  expect(await cached({ think: true, shift: false })).toBe(0)
})

test('answers end where they must, when the scenario says so', async () => {
  const words = { ...steps({ content: 'x'.repeat(400) }, { done: 'stop' as const }), obeysLimits: true }
  const fake = await openFake({ scenario: words })
  const ask = async (body: object) => linesOf(await onTheWire(fake.url, '/api/chat', chat(body))).at(-1)
  expect(await ask({ options: { num_predict: 10 } })).toMatchObject({ done_reason: 'length', eval_count: 10 })
  expect(await ask({ options: { num_predict: 500 } })).toMatchObject({ done_reason: 'stop', eval_count: 100 })
  const messages = [message('user', 'y'.repeat(2_000 * 4))]
  expect(await ask({ messages, shift: false, options: { num_ctx: 2_048 } })).toMatchObject({ done_reason: 'length' })
})
