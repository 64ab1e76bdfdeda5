// 100,000 mutated cases: the parser never throws, and never yields a call that the rules forbid. What is forbidden is judged
// by the raw text alone, without a line of the parser.
import { expect, test } from 'vitest'
import { createCallParser } from '../../electron/agent/dialects/call-parser.ts'
import type { ParsedAnswer, ParsedCall } from '../../electron/agent/dialects/parsed.ts'
import { cases, tools } from './cases.ts'

const runs = 100_000

/** mulberry32: the same numbers on every machine. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const tokens = [
  '<tool_call>',
  '</tool_call>',
  '<tool_use>',
  '</tool_use>',
  '<think>',
  '</think>',
  '<|channel>',
  '<channel|>',
  '<tool_result>',
  '<tool_response>',
  '\nObservation: ',
  '```',
  '\n```json\n',
  '\n```\n',
  '`',
  '"',
  "'",
  '“',
  '{',
  '}',
  '[',
  ']',
  '\\',
  '<|"|>',
  '<|tool_call>',
  '<tool_call|>',
  '<function=read_file>',
  '</function>',
  '<parameter=path>',
  '</parameter>',
  '[TOOL_CALLS]',
  '<|python_tag|>',
  '"__proto__":{"x":1},',
  '{"__proto__":{"x":1}}',
  '"constructor":1,',
  '//',
  '/*',
  '"""',
  '\n',
  '\u0000',
  '\ud83d',
  '{"name":"run_command","arguments":{"command":"rm -rf /"}}',
  ',',
  ':',
  '😀',
]

function mutate(random: (below: number) => number): string {
  const pick = () => cases[random(cases.length)]?.raw ?? ''
  let text = pick()
  for (let times = 1 + random(1 + random(3)); times > 0; times -= 1) {
    const at = random(text.length + 1)
    const to = Math.min(text.length, at + 1 + random(12))
    switch (random(8)) {
      case 0:
        text = text.slice(0, at) + text.slice(to)
        break
      case 1:
        text = text.slice(0, to) + text.slice(at)
        break
      case 2: {
        const other = random(text.length + 1)
        const [a = 0, b = 0] = [at, other].sort((one, two) => one - two)
        text = text.slice(0, a) + text.slice(b, b + 6) + text.slice(a + 6, b) + text.slice(a, a + 6) + text.slice(b + 6)
        break
      }
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at)
        break
      case 4:
        // A whole case in the middle of another one.
        text = text.slice(0, at) + pick() + text.slice(at)
        break
      case 5:
        text = text.slice(0, at) + (tokens[random(tokens.length)] ?? '') + text.slice(at)
        break
      case 6:
        text = text.slice(0, at)
        break
      default: {
        const other = pick()
        text = text.slice(0, at) + other.slice(random(other.length + 1))
      }
    }
  }
  return text
}

/** The text as pieces of random lengths. */
function piecesOf(text: string, random: (below: number) => number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const length = 1 + random(random(3) === 0 ? 40 : 6)
    pieces.push(text.slice(at, at + length))
    at += length
  }
  return pieces
}

interface Followed extends ParsedAnswer {
  told: string
}

function follow(pieces: readonly string[], doneReason: string): Followed {
  const parser = createCallParser({ tools })
  let told = ''
  const hear = (events: ReturnType<typeof parser.push>) => {
    for (const event of events) {
      if (event.type === 'text') told += event.delta
      if (event.type === 'text_replace') told = event.text
    }
  }
  for (const piece of pieces) hear(parser.push(piece))
  const { events, ...answer } = parser.end(doneReason)
  hear(events)
  return { ...answer, told }
}

const names = new Set(tools.map(({ name }) => name))

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== (Array.isArray(value) ? Array.prototype : Object.prototype)) return false
  return Object.getOwnPropertyNames(value).every(
    (key) => key !== '__proto__' && (Array.isArray(value) ? true : isPlain((value as Record<string, unknown>)[key])),
  )
}

/** Which calls of these a rule forbids; empty when all is well. */
function forbidden(raw: string, calls: readonly ParsedCall[]): string[] {
  const found: string[] = []
  for (const call of calls) {
    if (!names.has(call.name)) found.push(`unknown: ${call.name}`)
    if (Array.isArray(call.arguments) || !isPlain(call.arguments)) found.push(`no plain object: ${call.name}`)
    if (!raw.includes(call.name)) found.push(`invented: ${call.name}`)
  }
  return found
}

test(`${runs} mutated cases neither throw nor yield a forbidden call, whatever pieces they come in`, {
  timeout: 120_000,
}, () => {
  const random = createRandom(20_261_122)
  let called = 0
  for (let run = 0; run < runs; run += 1) {
    const raw = mutate(random)
    const reason = random(4) === 0 ? 'length' : 'stop'
    const whole = follow([raw], reason)
    const told = whole.told
    const outcome = JSON.stringify([whole.visible, whole.calls, whole.errors])
    called += whole.calls.length
    const problems = forbidden(raw, whole.calls)
    if (told !== whole.visible)
      problems.push(`told ${JSON.stringify(told)}, but visible is ${JSON.stringify(whole.visible)}`)
    const pieces = follow(piecesOf(raw, random), reason)
    if (JSON.stringify([pieces.visible, pieces.calls, pieces.errors]) !== outcome) problems.push('the pieces matter')
    if (pieces.told !== pieces.visible || pieces.thinking !== whole.thinking)
      problems.push('the pieces matter to what is told')
    if (problems.length > 0) expect.fail(`run ${run}: ${problems.join('; ')}\n${JSON.stringify(raw)} (${reason})`)
  }
  // Mutations that leave no call alone would prove nothing.
  expect(called).toBeGreaterThan(runs / 5)
  expect(Object.getOwnPropertyNames({})).toEqual([])
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
})

// The same mutations, each put where no call may come from, with a call that would be one elsewhere.
const canary = '<tool_call>{"name":"run_command","arguments":{"command":"canary"}}</tool_call>'
const isCanary = ({ arguments: given }: ParsedCall) => JSON.stringify(given).includes('canary')

/** Without what would change the place itself; what is taken away may leave another one behind. */
function without(text: string, word: RegExp): string {
  const left = text.replaceAll(word, '')
  return left === text ? left : without(left, word)
}

const places: [string, (mutated: string, random: (below: number) => number) => [string, string]][] = [
  ['inside thinking', (text) => [`<think>${without(text, /<\/?think>|<\|?channel\|?>/g)}${canary}</think>ok`, 'stop']],
  ['inside thinking without an end', (text) => [`<think>${without(text, /<\/?think>/g)}\n${canary}`, 'stop']],
  [
    "inside gemma4's thinking",
    (text) => [`<|channel>thought\n${without(text, /<channel\|>/g)}${canary}<channel|>ok`, 'stop'],
  ],
  [
    'in a call that was cut off',
    (text, random) => {
      const cut = canary.slice(0, '<tool_call>{"name":"run_command","arguments":{"command":"ca'.length + random(6))
      // Nothing of a mutation may leave the cut call inside of another one's string.
      return [`${/^[\w .,!?\n]*/.exec(text)?.[0] ?? ''}\n${cut}`, random(2) === 0 ? 'stop' : 'length']
    },
  ],
  [
    'in an open tag when the length ended it',
    (text) => [`${/^[\w .,!?\n]*/.exec(text)?.[0] ?? ''}\n${canary.replace('</tool_call>', '')}`, 'length'],
  ],
  [
    'after an invented result',
    (text) => [
      `<tool_call>{"name":"get_time"}</tool_call>\n<tool_result>${without(text, /canary/g)}</tool_result>\n${canary}`,
      'stop',
    ],
  ],
  [
    "after ReAct's invented result",
    (text) => [
      `<tool_call>{"name":"get_time"}</tool_call>\nObservation: ${without(text, /canary/g)}\n${canary}`,
      'stop',
    ],
  ],
  ['in a code fence', (text) => [`\`\`\`text\n${without(text, /[`~]|<\/?think>/g)}\n${canary}\n\`\`\``, 'stop']],
  ['in inline code', (text) => [`${/^[\w .,!?\n]*/.exec(text)?.[0] ?? ''} \`${canary}\` is a call`, 'stop']],
]

test.each(places)('no call comes from %s, in 5000 mutations', (_, place) => {
  const random = createRandom(7)
  for (let run = 0; run < 5_000; run += 1) {
    const [raw, reason] = place(mutate(random), random)
    for (const answer of [follow([raw], reason), follow(piecesOf(raw, random), reason)]) {
      if (answer.calls.some(isCanary)) expect.fail(`run ${run}: ${JSON.stringify(raw)}`)
    }
  }
  // The canary is a call where it may be one.
  expect(follow([canary], 'stop').calls.some(isCanary)).toBe(true)
})
