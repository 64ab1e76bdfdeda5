// Joined lines say what the single lines said: every character, in its order, and nothing else is ever taken into them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineJoiner, wordsIn } from '../../electron/services/models/join-lines.ts'

const words = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
const said = fc.record({ content: words, thinking: words }, { requiredKeys: [] }).map((message) => ({
  model: 'm',
  created_at: 'now',
  message: { role: 'assistant', ...message },
  done: false,
}))
const other = fc.constantFrom(
  { message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'read', arguments: {} } }] } },
  { message: { role: 'assistant', content: 'end' }, done: true, done_reason: 'stop' },
  { message: { content: 7 } },
  { message: null },
  { done: false },
  { message: { content: 'x' }, logprobs: [] },
)

/** What a reader hears, in order: thinking before words within a line; neighbours of one kind as one. */
function heard(lines: readonly { message?: unknown }[]): unknown[] {
  const all: unknown[] = []
  let last = ''
  const say = (kind: string, text: unknown) => {
    if (typeof text !== 'string' || text === '') return
    if (last === kind) all.push(`${all.pop()}${text}`)
    else all.push(text)
    last = kind
  }
  for (const line of lines) {
    const message = Object(line.message)
    if ('done' in line && line.done === false && 'role' in message && !('tool_calls' in message)) {
      say('thinking', message.thinking)
      say('content', message.content)
    } else {
      all.push(line)
      last = ''
    }
  }
  return all
}

test('any lines, taken at any moments', () => {
  const line = fc.oneof({ weight: 5, arbitrary: said }, { weight: 1, arbitrary: other })
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.boolean()), { maxLength: 40 }), (steps) => {
      const joiner = createLineJoiner()
      let out = ''
      for (const [value, takes] of steps) {
        joiner.add(value, JSON.stringify(value))
        if (takes) out += joiner.take()
      }
      out += joiner.take()
      const lines = out.split('\n').slice(0, -1)
      expect(heard(lines.map((each) => JSON.parse(each)))).toEqual(
        heard(steps.map(([value]) => JSON.parse(JSON.stringify(value)))),
      )
      expect(lines.length).toBeLessThanOrEqual(steps.length)
    }),
  )
})

test('a run of words becomes one line', () => {
  const joiner = createLineJoiner()
  for (const content of ['One', ' two', ' three']) joiner.add({ message: { role: 'assistant', content } }, 'not used')
  expect(joiner.take()).toBe('{"message":{"role":"assistant","content":"One two three","thinking":""},"done":false}\n')
  expect(joiner.take()).toBe('')
})

test('what is read in a line without parsing it is what parsing finds', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'a "quote"', 'back\\slash', 'tab\tand\nline', '\u2028', '\ud83d', '","done":true,"x":"', '}'),
  )
  /** As servers write it, and as they do not: with other escapes, other spaces, other fields, cut, or with signs JSON has not. */
  const line = fc
    .tuple(text, fc.option(text), fc.constantFrom('whole', 'whole', 'escaped', 'cut', 'other', 'raw'), fc.nat())
    .map(([content, thinking, how, at]) => {
      const message = { role: 'assistant', content, ...(thinking !== null && { thinking }) }
      const usual = JSON.stringify({ model: 'm', created_at: '2026', message, done: false })
      if (how === 'escaped')
        return usual.replace(/[a-z<](?=[^"]*"\})/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
      if (how === 'cut') return usual.slice(0, at % usual.length)
      if (how === 'other') return usual.replace('"done":false', at % 2 === 0 ? '"done":true' : '"done":false,"x":1')
      return how === 'raw'
        ? usual.replace('"content":"', `"content":"${['\\x', '\n', '\\', '\\u12', '"'][at % 5]}`)
        : usual
    })
  let found = 0
  fc.assert(
    fc.property(line, (written) => {
      const words = wordsIn(written)
      if (words === null) return
      found += 1
      const { message, done } = JSON.parse(written)
      expect(words).toEqual({ content: message.content, thinking: message.thinking ?? '' })
      expect(done).toBe(false)
      expect(Object.keys(message).every((name) => ['role', 'content', 'thinking'].includes(name))).toBe(true)
    }),
    { numRuns: 3_000 },
  )
  // Else it would say nothing.
  expect(found).toBeGreaterThan(500)
})

test('as Ollama writes a line, it is read without parsing it', () => {
  const head = '{"model":"gemma4:e4b","created_at":"2026-11-22T07:20:00.101123Z","message":{"role":"assistant",'
  expect(wordsIn(`${head}"content":"café \\"静か\\""},"done":false}`)).toEqual({ content: 'café "静か"', thinking: '' })
  expect(wordsIn(`${head}"content":"","thinking":"Hm"},"done":false}`)).toEqual({ content: '', thinking: 'Hm' })
  expect(wordsIn(`${head}"content":"","tool_calls":[]},"done":false}`)).toBeNull()
  expect(wordsIn(`${head}"content":""},"done":true,"done_reason":"stop"}`)).toBeNull()
})
