// Joined lines say what the single lines said: every character, in its order, and nothing else is ever taken into them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineJoiner } from '../../electron/services/models/join-lines.ts'

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
