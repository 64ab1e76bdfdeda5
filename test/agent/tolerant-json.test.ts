// JSON as small models write it: what has one reading is read, what has two is a fault.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ReadOptions, readValues } from '../../electron/agent/dialects/tolerant-json.ts'

const read = (text: string, options: Partial<ReadOptions> = {}) => readValues(text, { closed: false, ...options })
const value = (text: string, options?: Partial<ReadOptions>) => {
  const reading = read(text, options)
  return reading.ok ? (reading.value.length === 1 ? reading.value[0] : reading.value) : reading.fault
}

test('whatever is JSON is read as JSON.parse reads it, also by the tolerant part', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), (given, pretty) => {
      const text = JSON.stringify(given, null, pretty ? 2 : undefined)
      // Behind a comment it is no JSON any more, so that the tolerant part reads it; a drive letter is read otherwise on purpose.
      if (/"[A-Za-z]:\\/.test(text)) return
      expect(read(`/**/${text}`)).toEqual({ ok: true, value: [JSON.parse(text)], repaired: false })
    }),
    { seed: 5, numRuns: 2_000 },
  )
})

test('no text at all makes it throw, and every object is a plain one', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '`',
    '“',
    '”',
    ':',
    ',',
    '\\',
    'a',
    '1',
    '0',
    'true',
    'None',
    ' ',
    '\n',
    '//',
    '/*',
    '#',
    '__proto__',
    '"""',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, closed) => {
      const reading = read(pieces.join(''), { closed })
      if (reading.ok) expect(Object.getPrototypeOf(reading.value)).toBe(Array.prototype)
    }),
    { seed: 6, numRuns: 20_000 },
  )
  expect(Object.keys(Object.prototype)).toEqual([])
})

describe('one reading', () => {
  test.each([
    ["{'a': 'b \"c\"'}", { a: 'b "c"' }],
    ["{'a': 'it\\'s'}", { a: "it's" }],
    ['{“a”: “b "c"”}', { a: 'b "c"' }],
    ['{a: 1, b-c: 2}', { a: 1, 'b-c': 2 }],
    ['{"a": True, "b": False, "c": None}', { a: true, b: false, c: null }],
    ['{"a": [1, 2,], }', { a: [1, 2] }],
    ['{"a": "b\n\tc"}', { a: 'b\n\tc' }],
    ['{"a": 1 /* one */, # two\n "b": 2} // end', { a: 1, b: 2 }],
    ['{"a": `b\n"c"`}', { a: 'b\n"c"' }],
    ['{"a": """b "c" \'d\'"""}', { a: 'b "c" \'d\'' }],
    ['{"a":1}\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}, {"b":2}; {"c":3}', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['{"a": "\\u00fc\\ud83d\\ude00\\/"}', { a: 'ü😀/' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual({
      ok: true,
      value: text.includes('2}') && Array.isArray(expected) ? expected : [expected],
      repaired: false,
    })
  })
})

describe('a guess', () => {
  test.each<[string, unknown, boolean?]>([
    ['{"a": "\\d+"}', { a: '\\d+' }],
    ['{"a": "one\\nC:\\dir"}', { a: 'one\\nC:\\dir' }],
    ['{"a": "\\u12"}', { a: '\\u12' }],
    ['{"a": "C:\\temp\\new"}', { a: 'C:\\temp\\new' }],
    ['{"a": 007}', { a: 7 }],
    ['{"a": +1, "b": .5}', { a: 1, b: 0.5 }],
    ['{"a": """b\\n"""}', { a: 'b\\n' }],
    ['{"a": {"b": 1}', { a: { b: 1 } }, true],
    ['{"a": [1, 2]', { a: [1, 2] }, true],
    ['{"a": 1}}', { a: 1 }, true],
  ])('%s', (text, expected, closed = false) => {
    expect(read(text, { closed })).toEqual({ ok: true, value: [expected], repaired: true })
  })
})

describe('a fault', () => {
  test.each([
    ['', 'malformed'],
    ['words', 'malformed'],
    ["{'a': 'it's'}", 'malformed'],
    ['{"a": "he said "hi" to me"}', 'malformed'],
    ['{"a" 1}', 'malformed'],
    ['{"a": 12abc}', 'malformed'],
    ['{"a": 0x1F}', 'malformed'],
    ['{"a": NaN}', 'malformed'],
    ['{"a": undefined}', 'malformed'],
    ['{"a": 1} words', 'malformed'],
    ['[,]', 'malformed'],
    ['{"a": "b', 'cut'],
    ['{"a": "b\\', 'cut'],
    ["{'a': '''b''", 'cut'],
    ['{"a": 1', 'unfinished'],
    ['{"a":', 'unfinished'],
    ['{"a": [1', 'unfinished'],
    ['{"a": 1 /* ', 'unfinished'],
  ])('%s', (text, fault) => {
    expect(value(text)).toBe(fault)
  })
  test('one brace may be missing or too many where the text ends as it was meant to, and no more', () => {
    expect(value('{"a": {"b": 1', { closed: true })).toBe('unfinished')
    expect(value('{"a": 1}}}', { closed: true })).toBe('malformed')
    expect(value('{"a": 1}}')).toBe('malformed')
    expect(value('{"a":', { closed: true })).toBe('unfinished')
  })
})
