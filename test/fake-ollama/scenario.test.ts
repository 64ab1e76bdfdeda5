// Scenarios: which turn is played, how texts become lines and bytes, and what Ollama's parsers make of a model's text.
import { describe, expect, test } from 'vitest'
import { type Scenario, type Step, scenario, steps } from '../support/fake-ollama.ts'
import { chat, linesOf, onTheWire, openFake, said, user } from './room.ts'

const done: Step = { done: 'stop' }
const tool = { type: 'function', function: { name: 'read_file', parameters: { type: 'object', properties: {} } } }

async function answerTo(played: Scenario, body: object = {}) {
  const fake = await openFake({ scenario: played })
  return linesOf(await onTheWire(fake.url, '/api/chat', chat(body)))
}

describe('a turn is chosen by', () => {
  const call = { id: 'call_1', function: { name: 'read_file', arguments: {} } }
  const byId = [
    user,
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', content: '1', tool_call_id: 'call_1' },
  ]
  const byName = [user, { role: 'tool', content: '1', tool_name: 'read_file' }]
  const prompted = [user, { role: 'user', content: '<tool_result name="read_file" id="call_1">\n1\n</tool_result>' }]

  test.each<[string, object, object, object]>([
    ['lastRole', { lastRole: 'tool' }, { messages: byId }, {}],
    ['contains', { contains: 'ell' }, {}, { messages: [{ role: 'user', content: 'Bye' }] }],
    ['hasTools', { hasTools: true }, { tools: [tool] }, {}],
    ['no tools', { hasTools: false }, {}, { tools: [tool] }],
    ['toolResultFor, by the id of the call', { toolResultFor: 'read_file' }, { messages: byId }, {}],
    ['toolResultFor, by name', { toolResultFor: 'read_file' }, { messages: byName }, { messages: prompted }],
    ['matchPromptMode', { matchPromptMode: true }, { messages: prompted }, { messages: byName }],
    ['both', { matchPromptMode: true, toolResultFor: 'read_file' }, { messages: prompted }, { messages: byId }],
    ['model', { model: 'qwen3:0.6b' }, { model: 'qwen3:0.6b' }, {}],
    ['think', { think: true }, { think: true }, {}],
    ['think that was left out', { think: true }, { think: undefined }, { think: false }],
  ])('%s', async (_, match, fitting, other) => {
    const played = { turns: [{ match, steps: [{ content: 'this' }, done] }, { steps: [{ content: 'that' }, done] }] }
    expect(said(await answerTo(played, fitting))).toBe('this')
    expect(said(await answerTo(played, other))).toBe('that')
  })

  test('nth, counted from the moment the scenario was set', async () => {
    const played: Scenario = { turns: [{ match: { nth: 2 }, steps: [{ content: 'second' }, done] }], fallback: 'error' }
    const fake = await openFake({ scenario: played })
    const ask = async () => (await onTheWire(fake.url, '/api/chat', chat())).status
    expect([await ask(), await ask(), await ask()]).toEqual([500, 200, 500])
    fake.setScenario(played)
    expect([await ask(), await ask()]).toEqual([500, 200])
  })

  test('the model, when the scenario brings its own', async () => {
    const fake = await openFake({
      scenario: { ...steps({ content: 'mine' }, done), model: { name: 'mine:1b', capabilities: ['completion'] } },
      scenarios: { 'script:greeting': steps({ content: 'script' }, done) },
    })
    const ask = async (model: string) => said(linesOf(await onTheWire(fake.url, '/api/chat', chat({ model }))))
    expect(await ask('mine:1b')).toBe('mine')
    expect(await ask('script:greeting')).toBe('script')
    const refused = await onTheWire(fake.url, '/api/chat', chat({ model: 'mine:1b', tools: [tool] }))
    expect(refused.text).toContain('does not support tools')
  })
})

describe('a text is cut', () => {
  const text = 'Grüße\naus 静か 📚\n'

  test.each([
    ['char', Array.from(text)],
    ['token', ['Grüß', 'e\nau', 's 静か', ' 📚\n']],
    ['line', ['Grüße\n', 'aus 静か 📚\n']],
    ['whole', [text]],
  ] as const)('by %s', async (chunk, pieces) => {
    const lines = await answerTo(steps({ content: text, chunk }, done))
    expect(lines.slice(0, -1).map(({ message }) => message?.content)).toEqual(pieces)
  })

  test('by bytes on the wire, inside characters, in the step and in all', async () => {
    for (const played of [
      steps({ content: text, chunk: { bytes: 3 } }, done),
      { ...steps({ content: text }, done), chunk: { bytes: 3 } },
      { ...steps({ content: text }, done), wireBytes: 3 },
    ]) {
      const fake = await openFake({ scenario: played })
      const seen = await onTheWire(fake.url, '/api/chat', chat())
      expect(seen.pieces.filter(({ length }) => length <= 3).length).toBeGreaterThan(100)
      expect(said(linesOf(seen))).toBe(text)
    }
  })

  test('not at all: many lines in one piece', async () => {
    const fake = await openFake({ scenario: steps({ content: text, chunk: 'coalesce' }, done) })
    const seen = await onTheWire(fake.url, '/api/chat', chat())
    expect(seen.pieces[0]?.toString().split('\n')).toHaveLength(5)
    fake.setScenario({ ...steps({ thinking: 'Hm' }, { content: text }, done), chunk: 'coalesce' })
    expect((await onTheWire(fake.url, '/api/chat', chat())).pieces).toHaveLength(1)
  })

  test('with jitter, the same for the same seed', async () => {
    const lengths = async (seed: number) => {
      const fake = await openFake({ scenario: { ...steps({ content: text }, done), jitter: { seed, bytes: 50 } } })
      const seen = await onTheWire(fake.url, '/api/chat', chat())
      expect(said(linesOf(seen))).toBe(text)
      return seen.pieces.slice(0, 8).map(({ length }) => length)
    }
    expect(await lengths(1)).toEqual(await lengths(1))
    expect(await lengths(1)).not.toEqual(await lengths(2))
  })
})

describe('calls', () => {
  test('get an id as Ollama makes them, and an index', async () => {
    const call = { name: 'read_file', arguments: { path: 'a', limit: 1 } }
    const [line] = await answerTo(steps({ tool_calls: [call, { ...call, id: '' }, { ...call, id: 'mine' }] }, done))
    const calls = line?.message?.tool_calls ?? []
    expect(calls.map(({ id }) => id)).toEqual([expect.stringMatching(/^call_[a-z0-9]{8}$/u), '', 'mine'])
    expect(calls.map((one) => one.function)).toEqual([0, 1, 2].map((index) => ({ index, ...call })))
  })

  test('are in an answer without a stream only when there were tools', async () => {
    const played = steps({ tool_calls: [{ name: 'read_file', arguments: {} }] }, done)
    expect((await answerTo(played, { stream: false }))[0]?.message).not.toHaveProperty('tool_calls')
    const [whole] = await answerTo(played, { stream: false, tools: [tool] })
    expect(whole?.message?.tool_calls).toHaveLength(1)
  })
})

describe("a model's text, read by gemma4's parser", () => {
  const write = (raw: string, body: object = {}) => answerTo(steps({ raw, parser: 'gemma4' }, done), body)
  const callsIn = (lines: Awaited<ReturnType<typeof write>>) =>
    lines.flatMap(({ message }) => message?.tool_calls ?? []).map((one) => one.function)
  const quoted = (text: string) => `<|"|>${text}<|"|>`

  test('thinking, words and calls come apart', async () => {
    const raw = `<|channel>thought\nI read it.<channel|>Just a moment.\n<|tool_call>call:read_file{path:${quoted('C:\\new\\a.txt')},limit:5,deep:{all:true}}<tool_call|>`
    const lines = await write(raw, { think: true })
    expect(lines.map(({ message }) => message?.thinking ?? '').join('')).toBe('I read it.')
    expect(said(lines)).toBe('Just a moment.')
    expect(callsIn(lines)).toEqual([
      { index: 0, name: 'read_file', arguments: { path: 'C:\\new\\a.txt', limit: 5, deep: { all: true } } },
    ])
    expect((await write(raw)).some(({ message }) => message?.thinking)).toBe(false)
  })

  test('nothing is sent while a call is written, and it is counted all the same', async () => {
    const raw = `<|tool_call>call:write_file{content:${quoted('x'.repeat(400))}}<tool_call|>`
    const lines = await write(raw)
    expect(lines).toHaveLength(2)
    expect(lines.at(-1)?.eval_count).toBeGreaterThan(100)
  })

  test.each([
    ['a key with a hyphen', `call:read_file{file-path:${quoted('a')}}`],
    ['no name before the brace', 'read_file{}'],
    ['no braces', 'call:read_file:\nBEGIN_ARG:path\na\nEND_ARG'],
    ['code in double quotes', 'call:run_command{command:echo "hi" && "bye"}'],
  ])('a call with %s is dropped: an empty turn', async (_, call) => {
    const lines = await write(`<|tool_call>${call}<tool_call|>`)
    expect([said(lines), callsIn(lines)]).toEqual(['', []])
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop' })
  })

  test.each([
    ['single quotes', "call:read_file{path:'a b'}"],
    ['a string that is not closed', 'call:read_file{path:<|"|>a b}'],
    ['an object that is not closed either', 'call:read_file{path:<|"|>a b'],
  ])('a call with %s is mended', async (_, call) => {
    expect(callsIn(await write(`<|tool_call>${call}<tool_call|>`))[0]).toMatchObject({ arguments: { path: 'a b' } })
  })

  test('noise after a call is swallowed, and a call without its end still counts', async () => {
    const lines = await write('<|tool_call>call:a{}<tool_call|><tool_call|><|tool_response><|tool_call>call:b{}')
    expect(callsIn(lines)).toEqual([
      { index: 0, name: 'a', arguments: {} },
      { index: 1, name: 'b', arguments: {} },
    ])
    expect(said(lines)).toBe('')
  })

  test('without a parser it leaks', async () => {
    const raw = '<|tool_call>call:a{}<tool_call|>'
    expect(said(await answerTo(steps({ raw, parser: 'none' }, done)))).toBe(raw)
  })
})

describe("a model's text, read by qwen3's parser", () => {
  const write = (raw: string, think: boolean) => answerTo(steps({ raw, parser: 'qwen3' }, done), { think })

  test('finds calls also without tools in the request', async () => {
    const lines = await write(
      '<think>Hm.</think>I look.\n<tool_call>{"name":"a","arguments":{"b":1}}</tool_call>',
      true,
    )
    expect(said(lines)).toBe('I look.')
    expect(lines.map(({ message }) => message?.thinking ?? '').join('')).toBe('Hm.')
    expect(lines.flatMap(({ message }) => message?.tool_calls ?? [])[0]?.function).toEqual({
      index: 0,
      name: 'a',
      arguments: { b: 1 },
    })
  })

  test('a call it cannot read is an error in the stream', async () => {
    const lines = await write('I look.<tool_call>{"name":</tool_call>', false)
    expect([said(lines), lines.at(-1)]).toEqual(['I look.', { error: expect.stringMatching(/JSON/u) }])
  })
})

test('Go escapes what could be HTML', async () => {
  const fake = await openFake({ scenario: steps({ content: '<b>&', chunk: 'whole' }, done) })
  expect((await onTheWire(fake.url, '/api/chat', chat())).text).toContain('"content":"\\u003cb\\u003e\\u0026"')
})

test('a scenario file is checked', () => {
  const accepted = [
    { turns: [], rules: [{ route: '/api/tags', fault: { status: 500 }, times: 1 }] },
    { turns: [{ match: { lastRole: 'user' }, steps: [{ done: 'stop', eval_count: 7 }] }], fallback: 'error' },
    { turns: [], model: { name: 'a', capabilities: null, context_length: 4_096 }, jitter: { seed: 1, ms: 5 } },
  ]
  for (const one of accepted) expect(scenario.safeParse(one).success).toBe(true)
  const refused = [
    { turns: [{ match: { lastrole: 'user' }, steps: [] }] },
    { turns: [{ steps: [{ fault: 'noSuchFault' }] }] },
    { turns: [{ steps: [{ raw: 'x', parser: 'llama' }] }] },
  ]
  for (const one of refused) expect(scenario.safeParse(one).success).toBe(false)
})
