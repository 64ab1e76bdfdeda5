// The parser of the prompted dialect: every case whole and in every kind of pieces, and what the rules say beyond the cases.
import { describe, expect, test } from 'vitest'
import { createCallParser } from '../../electron/agent/dialects/call-parser.ts'
import { coerceArguments } from '../../electron/agent/dialects/coerce.ts'
import { type Case, cases, outcomeOf, tools, type Watched, watch } from './cases.ts'

const asExpected = ({ expect: first, expect_alt: second }: Case, answer: Watched) => {
  const outcome = outcomeOf(answer)
  if (second && JSON.stringify(outcome) === JSON.stringify(second)) return
  expect(outcome).toEqual(first)
}

/** What is shown is the visible text, grows only, and was taken back at most by a retraction. */
function expectHonest(answer: Watched): void {
  expect(answer.shown.at(-1)).toBe(answer.visible)
  expect(answer.thought).toBe(answer.thinking)
  if (answer.replaced) return
  for (const text of answer.shown) if (!answer.visible.startsWith(text)) expect(text).toBe(answer.visible)
}

describe.each(cases)('$id ($family)', (one) => {
  const { raw, done_reason: reason } = one

  test('whole', () => {
    const answer = watch([raw], reason)
    asExpected(one, answer)
    expectHonest(answer)
  })

  test('split in two at every position, and in three', () => {
    for (let at = 0; at <= raw.length; at += 1) {
      const answer = watch([raw.slice(0, at), raw.slice(at)], reason)
      asExpected(one, answer)
      expectHonest(answer)
      const middle = Math.floor((at + raw.length) / 2)
      asExpected(one, watch([raw.slice(0, at), raw.slice(at, middle), raw.slice(middle)], reason))
    }
  })

  test('one character at a time', () => {
    const answer = watch(raw.split(''), reason)
    asExpected(one, answer)
    expectHonest(answer)
  })

  test('bytes split at every byte, and one byte at a time', () => {
    const bytes = new TextEncoder().encode(raw)
    const decoded = (parts: Uint8Array[]) => {
      const decoder = new TextDecoder()
      return [...parts.map((part) => decoder.decode(part, { stream: true })), decoder.decode()]
    }
    for (let at = 0; at <= bytes.length; at += 1) {
      asExpected(one, watch(decoded([bytes.subarray(0, at), bytes.subarray(at)]), reason))
    }
    const answer = watch(decoded([...bytes].map((byte) => Uint8Array.of(byte))), reason)
    asExpected(one, answer)
    expectHonest(answer)
  })
})

test.each(cases.filter((one) => one.expect_validated))('$id: its arguments against the schema', (one) => {
  const [call] = watch([one.raw], one.done_reason).calls
  const tool = tools.find(({ name }) => name === call?.name)
  const { ok, arguments: given, error } = one.expect_validated ?? { ok: false }
  const coerced = tool && call && coerceArguments(tool, call.arguments)
  expect(coerced).toMatchObject(ok ? { ok } : { ok, error })
  if (coerced?.ok) expect(coerced.arguments).toEqual(given)
})

const call = (path: string) => `<tool_call>{"name":"read_file","arguments":{"path":"${path}"}}</tool_call>`
const read = (path: string) => ({ name: 'read_file', arguments: { path } })
const nothing = { visible: '', thinking: '', calls: [], errors: [] }

/** Beyond the cases: [what, raw, outcome, done reason]. */
const more: [string, string, Partial<ReturnType<typeof outcomeOf>>, string?][] = [
  // Rule 1
  ['a lone </think>', 'I think.\n</think>\nHi', { thinking: 'I think.', visible: 'Hi' }],
  [
    'a call before a lone </think>',
    `hm ${call('a')} no</think>${call('b')}`,
    { thinking: `hm ${call('a')} no`, calls: [read('b')] },
  ],
  [
    'a tag before a lone </think>',
    'a <tool_call> would do</think>Hi',
    { thinking: 'a <tool_call> would do', visible: 'Hi' },
  ],
  [
    'a </think> in an argument',
    '<tool_call>{"name":"write_file","arguments":{"path":"a","content":"</think>"}}</tool_call>',
    { calls: [{ name: 'write_file', arguments: { path: 'a', content: '</think>' } }] },
  ],
  ['thinking twice', '<think>a</think>b<think>c</think>d', { thinking: 'a\nc', visible: 'bd' }],
  ['thinking in thinking', '<think>a<think>b</think>c</think>d', { thinking: 'a<think>b\nc', visible: 'd' }],
  ['text, thinking, and a lone end', 'a<think>b</think>c</think>d', { thinking: 'b\nac', visible: 'd' }],
  ['thinking after a call', `${call('a')}<think>${call('b')}</think>`, { thinking: call('b'), calls: [read('a')] }],
  ['unclosed thinking after a call', `${call('a')}<think>${call('b')}`, { thinking: call('b'), calls: [read('a')] }],
  ['thinking of gemma4', `<|channel>thought\n${call('b')}<channel|>Hi`, { thinking: call('b'), visible: 'Hi' }],
  ['unclosed thinking of gemma4', `<|channel>thought\n${call('b')}`, { thinking: call('b') }],
  ['a stray end of gemma4 thinking', `${call('a')}<channel|>`, { calls: [read('a')] }],
  ['a tag of thinking in code', 'The `<think>` and `</think>` tags', { visible: 'The `<think>` and `</think>` tags' }],
  [
    'bare JSON after thinking',
    '<think>x</think>\n{"name":"get_time"}',
    { thinking: 'x', calls: [{ name: 'get_time', arguments: {} }] },
  ],
  // Rule 2
  ...['tool_use', 'function_call', 'toolcall'].map((tag): [string, string, object] => [
    `<${tag}>`,
    `<${tag}>{"name":"get_time"}</${tag}>`,
    { calls: [{ name: 'get_time', arguments: {} }] },
  ]),
  ['[TOOL_CALL]', '[TOOL_CALL]{"name":"get_time"}[/TOOL_CALL]', { calls: [{ name: 'get_time', arguments: {} }] }],
  [
    'functiongemma',
    '<start_function_call>call:get_weather{city:<escape>Oslo<escape>}<end_function_call>',
    { calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] },
  ],
  ['a tag in inline code', `The form is \`${call('a')}\`.`, { visible: `The form is \`${call('a')}\`.` }],
  ['a tag behind one backtick', `it\`s ${call('a')}`, { visible: 'it`s', calls: [read('a')] }],
  ['a tag behind one backtick, and a line', `it\`s ${call('a')}\nand\`s`, { visible: 'it`s', calls: [read('a')] }],
  ['a tag in a code fence', `\`\`\`python\n${call('a')}\n\`\`\``, { visible: `\`\`\`python\n${call('a')}\n\`\`\`` }],
  [
    'a tag in a tilde fence',
    `~~~text\n${call('a')}\n~~~\n${call('b')}`,
    { visible: `~~~text\n${call('a')}\n~~~`, calls: [read('b')] },
  ],
  [
    'a longer fence around a shorter one',
    `\`\`\`\`md\n\`\`\`\n${call('a')}\n\`\`\`\n\`\`\`\`\nend`,
    { visible: `\`\`\`\`md\n\`\`\`\n${call('a')}\n\`\`\`\n\`\`\`\`\nend` },
  ],
  [
    'a plain fence that opens with a tag',
    `Now:\n\`\`\`\n${call('a')}\n\`\`\`\n${call('b')}`,
    { visible: 'Now:', calls: [read('a'), read('b')] },
  ],
  ['an xml fence that opens with a tag', `\`\`\`xml\n\n  ${call('a')}\n\`\`\``, { calls: [read('a')] }],
  ['a plain fence of anything else', `\`\`\`\nx ${call('a')}\n\`\`\``, { visible: `\`\`\`\nx ${call('a')}\n\`\`\`` }],
  ['a plain fence of JSON', '```\n{"name":"get_time"}\n```', { visible: '```\n{"name":"get_time"}\n```' }],
  [
    'tool_code',
    '```tool_code\nprint(get_weather(city="Oslo"))\n```',
    { calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] },
  ],
  [
    'a tool_call fence without an end',
    '```tool_call\n{"name":"get_time"}',
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  ['a tool_call fence that was cut', '```tool_call\n{"name":"get_time"}', { errors: ['truncated'] }, 'length'],
  ['an unknown function tag', 'a <function=delete_all></function>', { visible: 'a <function=delete_all></function>' }],
  [
    'an unknown function in a tag',
    '<tool_call><function=delete_all></function></tool_call>',
    { errors: ['unknown_tool'] },
  ],
  ['Llama, a function with JSON', '<function=read_file>{"path":"a"}</function>', { calls: [read('a')] }],
  [
    'Qwen3-coder',
    '<tool_call>\n<function=read_file>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>',
    { calls: [read('a')] },
  ],
  [
    'Cherry Studio',
    '<tool_use>\n<name>read_file</name>\n<arguments>{"path":"a"}</arguments>\n</tool_use>',
    { calls: [read('a')] },
  ],
  ['Mistral with ARGS', '[TOOL_CALLS]read_file[ARGS]{"path":"a"}', { calls: [read('a')] }],
  [
    '[TOOL_CALLS] and prose',
    '[TOOL_CALLS][{"name":"get_time"}]\nNow I wait.',
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  ['[TOOL_CALLS] in a line', 'The word [TOOL_CALLS] is a token.', { visible: 'The word [TOOL_CALLS] is a token.' }],
  [
    'a closing tag in a string',
    '<tool_call>{"name":"write_file","arguments":{"path":"a","content":"x</tool_call>y<tool_call>"}}</tool_call>',
    { calls: [{ name: 'write_file', arguments: { path: 'a', content: 'x</tool_call>y<tool_call>' } }] },
  ],
  [
    'a closing tag in a parameter',
    '<tool_call><function=write_file><parameter=path>a</parameter><parameter=content></tool_call></function></parameter></function></tool_call>',
    { calls: [{ name: 'write_file', arguments: { path: 'a', content: '</tool_call></function>' } }] },
  ],
  [
    'a forgotten quote and a good call',
    `<tool_call>{"name":"read_file","arguments":{"path":"a}}</tool_call>${call('b')}`,
    { calls: [read('b')], errors: ['truncated'] },
  ],
  ['an opener that stutters', `<tool_call>\n${call('a')}</tool_call>`, { calls: [read('a')] }],
  [
    'code behind a backtick that closes nothing',
    `it\`s ${call('a')} \`\`${call('b')}\`\``,
    { visible: 'it`s', calls: [read('a'), read('b')] },
  ],
  [
    'prose behind a fence of calls',
    `\`\`\`\n${call('a')}\n\`\`\`\nThen\n${call('b')}`,
    { calls: [read('a'), read('b')] },
  ],
  [
    'a forgotten quote that a later one closes',
    `<tool_call>{"name":"read_file","arguments":{"path":"a}}</tool_call>"${call('b')}`,
    { calls: [read('b')], errors: ['truncated'] },
  ],
  // Rule 3
  [
    'gpt-oss',
    '<|channel|>analysis<|message|>Oslo it is.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
    { thinking: 'Oslo it is.', calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] },
  ],
  [
    'gpt-oss, the tool before the channel, and an end that is missing',
    '<|start|>assistant to=functions.read_file<|channel|>commentary json<|message|>{"path":"<|call|>"}',
    { calls: [read('<|call|>')] },
  ],
  [
    'gpt-oss, an answer',
    '<|channel|>analysis<|message|><tool_call>{"name":"get_time"}</tool_call><|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>',
    { thinking: '<tool_call>{"name":"get_time"}</tool_call>', visible: 'Hi' },
  ],
  [
    'gpt-oss, what was cut and what is unknown',
    '<|channel|>commentary to=functions.nobody<|message|>{}<|call|><|start|>assistant<|channel|>commentary to=functions.read_file<|message|>{"path":"a',
    { errors: ['unknown_tool', 'truncated'] },
  ],
  [
    'tokens of gpt-oss in a text',
    'It ends with <|end|> or <|channel|> then.',
    { visible: 'It ends with <|end|> or <|channel|> then.' },
  ],
  ['bare JSON and prose', '{"name":"get_time"} is a call', { visible: '{"name":"get_time"} is a call' }],
  ['bare JSON and an unknown one', '{"name":"get_time"}{"name":"x"}', { visible: '{"name":"get_time"}{"name":"x"}' }],
  [
    'bare JSON and an invented result',
    '{"name":"get_time"}\n<tool_result>12</tool_result>',
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  [
    'bare JSON that was cut',
    '{"name":"write_file","arguments":{"path":"a","content":"x',
    { visible: '{"name":"write_file","arguments":{"path":"a","content":"x' },
  ],
  ['bare JSON whose length ended', '{"name":"get_time"}', { errors: ['truncated'] }, 'length'],
  ['bare JSON and a call', `{"a":1} ${call('b')}`, { visible: '{"a":1}', calls: [read('b')] }],
  ['an unknown pythonic list', '[get_time(), rm()]', { visible: '[get_time(), rm()]' }],
  ['positional values', '[get_weather("Oslo")]', { errors: ['bad_arguments'] }],
  ['a link', '[Carrel](x) is {y}', { visible: '[Carrel](x) is {y}' }],
  ['a list of tasks', '[x] done', { visible: '[x] done' }],
  [
    'two json fences',
    '```json\n{"name":"get_time"}\n```\n```json\n{"name":"get_time"}\n```',
    { visible: '```json\n{"name":"get_time"}\n```', calls: [{ name: 'get_time', arguments: {} }] },
  ],
  // Rule 4
  ['text after an error', '<tool_call>x</tool_call> and so on', { errors: ['malformed_json'] }],
  ['an invented result without a call', 'Let me see.\n<tool_result>12</tool_result>', { visible: 'Let me see.' }],
  ['Observation without a call', 'Observation: it rains.', { visible: 'Observation: it rains.' }],
  [
    'an invented result in a fence',
    `${call('a')}\n\`\`\`\n<tool_result>x</tool_result>\n\`\`\`\n${call('b')}`,
    { calls: [read('a')] },
  ],
  [
    'a forgotten end before a result',
    `<tool_call>{"name":"get_time"}\n<tool_result>1</tool_result>${call('b')}`,
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  [
    'a result in an argument',
    '<tool_call>{"name":"read_file","arguments":{"path":"<tool_result>"}}</tool_call>',
    { calls: [read('<tool_result>')] },
  ],
  // Rule 5 and 6
  [
    'python literals',
    "<tool_call>{'name':'search_files','arguments':{'query':'x','regex':True,}}</tool_call>",
    { calls: [{ name: 'search_files', arguments: { query: 'x', regex: true } }] },
  ],
  [
    'a closing tag that was cut',
    '<tool_call>{"name":"get_time"}</tool_ca',
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  ['a closing tag that the length cut', '<tool_call>{"name":"get_time"}</tool_ca', { errors: ['truncated'] }, 'length'],
  [
    'a closing tag that was cut in a string',
    '<tool_call>{"name":"read_file","arguments":{"path":"</tool_ca',
    { errors: ['truncated'] },
  ],
  [
    'two missing braces',
    '<tool_call>{"name":"read_file","arguments":{"path":"a"</tool_call>',
    { errors: ['malformed_json'] },
  ],
  [
    'an unclosed tag around a whole call',
    '<tool_call>{"name":"get_time"}',
    { calls: [{ name: 'get_time', arguments: {} }] },
  ],
  [
    'an unclosed tag and a missing brace',
    '<tool_call>{"name":"read_file","arguments":{"path":"a"}',
    { errors: ['truncated'] },
  ],
  ['an unclosed tag whose length ended', '<tool_call>{"name":"get_time"}', { errors: ['truncated'] }, 'length'],
  ['an unclosed tag of a stream that broke off', '<tool_call>{"name":"get_time"}', { errors: ['truncated'] }, ''],
  ['a closed tag whose length ended', call('a'), { calls: [read('a')] }, 'length'],
  [
    'a cut string in a closed tag',
    '<tool_call>{"name":"read_file","arguments":{"path":"a</tool_call>',
    { errors: ['truncated'] },
  ],
  [
    'an array of arguments',
    '<tool_call>{"name":"read_file","arguments":["a"]}</tool_call>',
    { errors: ['bad_arguments'] },
  ],
  [
    'words as arguments',
    '<tool_call>{"name":"read_file","arguments":"a.txt"}</tool_call>',
    { errors: ['bad_arguments'] },
  ],
  [
    'a drive letter',
    '<tool_call>{"name":"read_file","arguments":{"path":"C:\\Users\\bob\\new.txt"}}</tool_call>',
    { calls: [read('C:\\Users\\bob\\new.txt')] },
  ],
  [
    'an escaped drive letter',
    '<tool_call>{"name":"read_file","arguments":{"path":"C:\\\\temp\\\\a"}}</tool_call>',
    { calls: [read('C:\\temp\\a')] },
  ],
  [
    'no drive letter',
    '<tool_call>{"name":"read_file","arguments":{"path":"a:\\n  b: 1"}}</tool_call>',
    { calls: [read('a:\n  b: 1')] },
  ],
  [
    'good and bad calls',
    `${call('a')}<tool_call>x</tool_call>${call('b')}`,
    { calls: [read('a'), read('b')], errors: ['malformed_json'] },
  ],
]

test.each(more)('%s', (_, raw, outcome, reason = 'stop') => {
  const whole = watch([raw], reason)
  expect(outcomeOf(whole)).toEqual({ ...nothing, ...outcome })
  expectHonest(whole)
  for (let at = 0; at <= raw.length; at += 1) {
    const split = watch([raw.slice(0, at), raw.slice(at)], reason)
    expect(outcomeOf(split)).toEqual(outcomeOf(whole))
    expectHonest(split)
  }
  const single = watch(raw.split(''), reason)
  expect(outcomeOf(single)).toEqual(outcomeOf(whole))
  expectHonest(single)
})

describe('what is told while it comes', () => {
  test('text at once, but for what may become an opener', () => {
    expect(
      watch(['Let me look. ', 'a < b', ' <tool', '_call>{"name"', ':"get_time"}</tool_call>'], 'stop').shown,
    ).toEqual([
      'Let me look.',
      'Let me look. a < b',
      'Let me look. a < b',
      'Let me look. a < b',
      'Let me look. a < b',
      'Let me look. a < b',
    ])
  })

  test('the beginning of an opener only at the very end', () => {
    expect(watch(['Hi\n', '<tool_ca'], 'length').shown).toEqual(['Hi', 'Hi', 'Hi\n<tool_ca'])
    expect(watch(['a <'], 'stop').shown).toEqual(['a', 'a <'])
  })

  test('never half a character', () => {
    const answer = watch('a😀b'.split(''), 'stop')
    expect(answer.shown).toEqual(['a', 'a', 'a😀', 'a😀b', 'a😀b'])
  })

  test('what a lone </think> shows to be thinking is taken back', () => {
    const parser = createCallParser({ tools })
    expect(parser.push('I think.')).toEqual([{ type: 'text', delta: 'I think.' }])
    expect(parser.push('</think>Hi')).toEqual([
      { type: 'thinking', delta: 'I think.' },
      { type: 'text_replace', text: '' },
      { type: 'text', delta: 'Hi' },
    ])
  })

  test('a list, a link or a table that begins like JSON is not held', () => {
    expect(watch(['[', '1', '] first'], 'stop').shown[1]).toBe('[1')
    expect(watch(['[get', 'away](x)'], 'stop').shown[1]).toBe('[getaway](x)')
    expect(watch(['{{', ' template }}'], 'stop').shown[0]).toBe('{{')
  })

  test('that a call is being written', () => {
    const parser = createCallParser({ tools })
    parser.push('Hi ')
    expect(parser.isHolding()).toBe(false)
    parser.push('<tool_call>{"na')
    expect(parser.isHolding()).toBe(true)
    parser.push('me":"get_time"}</tool_call>')
    expect(parser.isHolding()).toBe(false)
  })
})

describe('when the rest is not worth waiting for', () => {
  const stopped = (...pieces: string[]) => watch(pieces, 'stop').stoppedAt
  test('as soon as anything but a call follows a complete one', () => {
    expect(stopped(call('a'), '\n\n', 'It says', ' hello')).toBe(2)
    expect(stopped(call('a'), '\n<tool_result>')).toBe(1)
  })
  test('not before, between and at the end of calls', () => {
    expect(stopped('Text ', call('a'), '\n', call('b'), ' \n')).toBe(-1)
    expect(stopped(`\`\`\`xml\n${call('a')}`, '\n```\n', call('b'))).toBe(-1)
    expect(stopped('<function=get_time></function>', '\n</tool_call>\n', call('b'))).toBe(-1)
  })
  test('not after an error alone', () => {
    expect(stopped('<tool_call>x</tool_call>', ' sorry')).toBe(-1)
  })
})

describe('repaired calls are marked', () => {
  const isRepaired = (body: string) =>
    watch([`<tool_call>${body}</tool_call>`], 'stop').calls.map(({ repaired }) => repaired)
  test.each([
    ['a missing brace', '{"name":"read_file","arguments":{"path":"a"}'],
    ['a brace too many', '{"name":"read_file","arguments":{"path":"a"}}}'],
    ['backslashes taken literally', '{"name":"read_file","arguments":{"path":"\\d"}}'],
    ['a drive letter', '{"name":"read_file","arguments":{"path":"C:\\temp\\a"}}'],
    ['leading zeros', '{"name":"read_file","arguments":{"path":"a","limit":007}}'],
    ['a missing brace in arguments as text', `{"name":"read_file","arguments":"{\\"path\\":\\"\\\\d\\"}"}`],
  ])('%s', (_, body) => {
    expect(isRepaired(body)).toEqual([true])
  })
  test.each([
    ['valid JSON', '{"name":"read_file","arguments":{"path":"a"}}'],
    ['other quotes', "{'name':'read_file','arguments':{'path':'a'}}"],
    ['a trailing comma', '{"name":"read_file","arguments":{"path":"a",},}'],
    ['a line break in a string', '{"name":"read_file","arguments":{"path":"a\nb"}}'],
  ])('not %s, which can be read in one way only', (_, body) => {
    expect(isRepaired(body)).toEqual([false])
  })
})

test('calls and errors keep their order among each other', () => {
  const { calls, errors } = watch([`${call('a')}<tool_call>x</tool_call>${call('b')}`], 'stop')
  expect([calls.map(({ order }) => order), errors.map(({ order }) => order)]).toEqual([[0, 2], [1]])
})

describe('names and keys of every object stay plain data', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('a tool called %s is unknown', (name) => {
    expect(outcomeOf(watch([`<tool_call>{"name":"${name}"}</tool_call>`], 'stop')).errors).toEqual(['unknown_tool'])
    expect(outcomeOf(watch([`{"${name}":{}}`], 'stop')).visible).toBe(`{"${name}":{}}`)
  })
  test.each([
    '<tool_call>{"name":"read_file","arguments":{"__proto__":{"x":1}}}</tool_call>',
    "<tool_call>{'name':'read_file','arguments':{'a':[{'__proto__':1}]}}</tool_call>",
    '<tool_call>{"name":"read_file","__proto__":{"x":1}}</tool_call>',
    '<|tool_call>call:read_file{__proto__:{x:1}}<tool_call|>',
    '<function=read_file><parameter=__proto__>{"x":1}</parameter></function>',
    '[read_file(__proto__={"x":1})]',
  ])('__proto__ is refused: %s', (raw) => {
    expect(outcomeOf(watch([raw], 'stop'))).toMatchObject({ calls: [], errors: ['bad_arguments'] })
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })
  test('constructor and prototype are keys like any other', () => {
    const [found] = watch(
      ["<tool_call>{'name':'read_file','arguments':{'constructor':{'prototype':1}}}</tool_call>"],
      'stop',
    ).calls
    expect(found?.arguments).toEqual({ constructor: { prototype: 1 } })
    expect(Object.keys(found?.arguments ?? {})).toEqual(['constructor'])
  })
  test('nesting without an end is malformed, in every form', () => {
    const deep = '['.repeat(20_000)
    for (const raw of [
      `<tool_call>{"name":"read_file","arguments":{"path":${deep}1${']'.repeat(20_000)}}}</tool_call>`,
      `<tool_call>{'name':'read_file','arguments':{'path':${deep}</tool_call>`,
      `<tool_call>${'{"function":'.repeat(20_000)}</tool_call>`,
      `<tool_call>${'{"function":'.repeat(20_000)}1${'}'.repeat(20_000)}</tool_call>`,
      `<|tool_call>call:read_file{path:${deep}<tool_call|>`,
    ]) {
      const { calls, errors } = watch([raw], 'stop')
      expect([calls.length, errors.length]).toEqual([0, 1])
    }
  })
})
