// Arguments against the schema of their tool: one sensible reading, or an error that a model can act on.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coerceArguments } from '../../electron/agent/dialects/coerce.ts'

const tool = (properties: Record<string, unknown>, required: string[] = []) => ({
  name: 't',
  description: '',
  parameters: { type: 'object', properties, required },
})
const one = (schema: unknown, value: unknown) => {
  const coerced = coerceArguments(tool({ a: schema }, ['a']), { a: value })
  return coerced.ok ? coerced.arguments['a'] : coerced.error
}
const integer = { type: 'integer' }
const strings = { type: 'array', items: { type: 'string' } }

describe('one sensible reading', () => {
  test.each<[unknown, unknown, unknown]>([
    [integer, '20', 20],
    [integer, ' -3 ', -3],
    [integer, '20.0', 20],
    [{ type: 'number' }, '1.5e3', 1500],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'False', false],
    [{ type: 'string' }, 12, '12'],
    [{ type: 'string' }, true, 'true'],
    [{ type: 'string' }, { b: 1 }, '{\n  "b": 1\n}'],
    [{ type: 'string' }, [1], '[\n  1\n]'],
    [{ type: 'string' }, '20', '20'],
    [strings, 'src', ['src']],
    [strings, '["a","b"]', ['a', 'b']],
    [strings, "['a', 'b']", ['a', 'b']],
    [strings, '[a', ['[a']],
    [strings, [1, 'b'], ['1', 'b']],
    [{ type: 'array', items: integer }, '7', [7]],
    [{ type: 'array', items: { type: 'object' } }, { b: 1 }, [{ b: 1 }]],
    [{ type: 'object' }, '{"b": 1}', { b: 1 }],
    [{ type: 'object', properties: { b: integer } }, { b: '1' }, { b: 1 }],
    [{ type: ['integer', 'null'] }, null, null],
    [{ type: ['integer', 'string'] }, '5', '5'],
    [{ anyOf: [integer, { type: 'boolean' }] }, 'true', true],
    [{ type: 'string', enum: ['c', 'f'] }, 'c', 'c'],
    [{ type: 'integer', enum: [1, 2] }, '2', 2],
    [{}, { any: ['thing'] }, { any: ['thing'] }],
  ])('%j takes %j as %j', (schema, value, made) => {
    expect(one(schema, value)).toEqual(made)
  })
})

describe('an error names the field and what belongs there', () => {
  test.each<[unknown, unknown, string]>([
    [integer, 12.5, 'a must be an integer'],
    [integer, '12.5', 'a must be an integer'],
    [integer, 'ten', 'a must be an integer'],
    [integer, true, 'a must be an integer'],
    [integer, '12345678901234567890', 'a must be an integer'],
    [{ type: 'number' }, '', 'a must be a number'],
    [{ type: 'number' }, '1e999', 'a must be a number'],
    [{ type: 'boolean' }, 1, 'a must be a boolean'],
    [{ type: 'boolean' }, 'yes', 'a must be a boolean'],
    [strings, { b: 1 }, 'a must be an array of strings'],
    [strings, [null], 'a[0] must be a string'],
    [{ type: 'object' }, 'words', 'a must be an object'],
    [{ type: 'object', properties: { b: integer }, required: ['b'] }, {}, 'a.b is required and must be an integer'],
    [{ type: 'string', enum: ['c', 'f'] }, 'k', 'a must be one of "c", "f"'],
    [{ anyOf: [integer, { type: 'boolean' }] }, 'x', 'a must be an integer or a boolean'],
    [{ type: 'string' }, null, 'a must be a string'],
  ])('%j refuses %j', (schema, value, error) => {
    expect(one(schema, value)).toBe(error)
  })

  test('all mistakes at once', () => {
    const coerced = coerceArguments(tool({ a: integer, b: { type: 'string' } }, ['b']), { a: 'x' })
    expect(coerced).toEqual({ ok: false, error: 'a must be an integer; b is required and must be a string' })
  })
})

test('optional nulls and unknown keys are left out, the latter with a note', () => {
  const coerced = coerceArguments(tool({ a: integer, b: integer }), { a: null, b: 1, mood: 'happy' })
  expect(coerced).toEqual({ ok: true, arguments: { b: 1 }, notes: ['mood is not a parameter and was left out'] })
})

test('a schema that allows other keys keeps them', () => {
  const open = {
    name: 't',
    description: '',
    parameters: { type: 'object', properties: {}, additionalProperties: true },
  }
  expect(coerceArguments(open, { x: 1 })).toMatchObject({ arguments: { x: 1 } })
  expect(coerceArguments({ ...open, parameters: {} }, { x: 1 })).toMatchObject({ arguments: { x: 1 } })
})

test('keys of every object are no parameters', () => {
  for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
    expect(coerceArguments(tool({}), { [key]: 1 })).toMatchObject({ arguments: {} })
    expect(coerceArguments(tool({}, [key]), {})).toMatchObject({ ok: false })
  }
  expect(coerceArguments(tool({}), JSON.parse('{"__proto__":{"x":1}}'))).toMatchObject({ ok: false })
  expect(one({ type: 'object' }, '{"__proto__":{"x":1}}')).toBe('a must be an object')
})

test('no arguments make it throw, what it answers it takes again, and it changes nothing it was given', () => {
  const schema = fc.constantFrom(
    integer,
    strings,
    { type: 'object' },
    { type: 'boolean' },
    { type: 'string' },
    { type: 'number' },
    {},
    { type: 'array' },
    { type: 'object', properties: { b: strings } },
  )
  fc.assert(
    fc.property(schema, fc.jsonValue({ maxDepth: 4 }), (wanted, value) => {
      const before = JSON.stringify(value)
      const coerced = coerceArguments(tool({ a: wanted }), { a: value })
      expect(JSON.stringify(value)).toBe(before)
      if (!coerced.ok) return
      expect(coerceArguments(tool({ a: wanted }), coerced.arguments)).toMatchObject({ arguments: coerced.arguments })
    }),
    { seed: 7, numRuns: 5_000 },
  )
})
