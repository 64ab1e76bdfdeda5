// Rule 7: a call's arguments against its tool's JSON schema. What has one sensible reading is read that way; anything else
// is an error that tells the model which field it is about and what belongs there.
import type { FunctionTool } from '../../contracts.ts'
import { isObject, isPlainData, readValues } from './tolerant-json.ts'

export type Coerced =
  | { ok: true; arguments: Record<string, unknown> /** What was left out, for the model. */; notes: string[] }
  | { ok: false; error: string }

type Schema = Readonly<Record<string, unknown>>

class Misfit extends Error {}

/**
 * Understands `type` (one or several), `properties`, `required`, `items`, `enum`, `const` and `anyOf`/`oneOf`; other words
 * of a schema are for the tool itself to check. Takes plain data, never changes it, and never throws.
 */
export function coerceArguments(tool: FunctionTool, given: Readonly<Record<string, unknown>>): Coerced {
  const notes: string[] = []
  if (!isPlainData(given)) return { ok: false, error: 'arguments must be plain data' }
  const errors: string[] = []
  const made = coerceObject(tool.parameters, given, '', notes, errors)
  return errors.length > 0 ? { ok: false, error: errors.join('; ') } : { ok: true, arguments: made, notes }
}

/** All fields are looked at, so that the model hears of every mistake at once. */
function coerceObject(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
  at: string,
  notes: string[],
  errors: string[],
): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : null
  // A schema that names no properties describes any object.
  const isOpen = properties === null || (schema['additionalProperties'] ?? false) !== false
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const made: [string, unknown][] = []
  for (const [key, value] of Object.entries(given)) {
    if (properties === null || !Object.hasOwn(properties, key)) {
      if (isOpen) made.push([key, value])
      else notes.push(`${at}${key} is not a parameter and was left out`)
      continue
    }
    const inner = asSchema(properties[key])
    if (value === null && !accepts(inner, null) && !required.includes(key)) continue
    try {
      made.push([key, coerce(inner, value, `${at}${key}`, notes)])
    } catch (thrown) {
      if (!(thrown instanceof Misfit)) throw thrown
      errors.push(thrown.message)
    }
  }
  for (const key of required) {
    if (typeof key !== 'string' || (Object.hasOwn(given, key) && given[key] !== undefined)) continue
    const inner = properties && Object.hasOwn(properties, key) ? asSchema(properties[key]) : {}
    errors.push(`${at}${key} is required and must be ${shapeOf(inner)}`)
  }
  return Object.fromEntries(made)
}

function coerce(schema: Schema, value: unknown, at: string, notes: string[]): unknown {
  const made = coerceType(schema, value, at, notes)
  if (isAllowed(schema, made)) return made
  throw new Misfit(`${at} must be ${shapeOf(schema)}`)
}

function coerceType(schema: Schema, value: unknown, at: string, notes: string[]): unknown {
  const alternatives = alternativesOf(schema)
  if (alternatives.length === 0) return value
  const exact = alternatives.find((one) => accepts(one, value))
  // A value of the right type stays as it is; only what is inside of it may need reading.
  for (const one of exact ? [exact] : alternatives) {
    const made = coerceOne(one, value, at, notes)
    if (made !== misfit) return made
  }
  throw new Misfit(`${at} must be ${shapeOf(schema)}`)
}

const misfit = Symbol('misfit')

function coerceOne(schema: Schema, value: unknown, at: string, notes: string[]): unknown {
  switch (schema['type']) {
    case 'string':
      return toText(value)
    case 'integer':
    case 'number': {
      const number = toNumber(value)
      if (number === null) return misfit
      return schema['type'] === 'number' || Number.isSafeInteger(number) ? number : misfit
    }
    case 'boolean':
      return toBoolean(value)
    case 'null':
      return value === null ? null : misfit
    case 'array': {
      const list = toList(schema, value)
      if (list === null) return misfit
      const items = asSchema(schema['items'])
      return list.map((item, index) => coerce(items, item, `${at}[${index}]`, notes))
    }
    case 'object': {
      const object = typeof value === 'string' ? fromText(value) : value
      if (!isObject(object)) return misfit
      const errors: string[] = []
      const made = coerceObject(schema, object, `${at}.`, notes, errors)
      if (errors.length > 0) throw new Misfit(errors.join('; '))
      return made
    }
    default:
      return value
  }
}

function toText(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, null, 2)
  return misfit
}

/** No rounding: 12.5 is no integer, and neither is a number that has lost its last digits. */
function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || !/^\s*[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3})?\s*$/.test(value)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

function toBoolean(value: unknown): unknown {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return misfit
  const word = value.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : misfit
}

function toList(schema: Schema, value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (value === null || value === undefined) return null
  if (typeof value === 'string') {
    const list = fromText(value)
    if (Array.isArray(list)) return list
  }
  if (isObject(value)) {
    const items = asSchema(schema['items'])
    return alternativesOf(items).some((one) => accepts(one, value)) ? [value] : null
  }
  return [value]
}

/** What JSON text stands for, when it is that of an array or an object. */
function fromText(text: string): unknown {
  const first = text.trimStart().charAt(0)
  if (first !== '[' && first !== '{') return undefined
  const reading = readValues(text, { closed: false })
  if (!reading.ok || reading.repaired || reading.value.length !== 1) return undefined
  return isPlainData(reading.value[0]) ? reading.value[0] : undefined
}

function asSchema(value: unknown): Schema {
  return isObject(value) ? value : {}
}

/** The types that may be meant, one schema for each; none when anything may. */
function alternativesOf(schema: Schema): Schema[] {
  const several = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(several)) return several.flatMap((one) => alternativesOf(asSchema(one)))
  const type = schema['type']
  if (Array.isArray(type)) return type.map((one) => ({ ...schema, type: one }))
  return type === undefined ? [] : [schema]
}

function accepts(schema: Schema, value: unknown): boolean {
  return alternativesOf(schema).some(({ type }) => {
    if (type === 'array') return Array.isArray(value)
    if (type === 'object') return isObject(value)
    if (type === 'null') return value === null
    if (type === 'integer') return Number.isSafeInteger(value)
    if (type === 'number') return Number.isFinite(value)
    // The schema's names of the other types are those of typeof.
    return typeof value === type
  })
}

function isAllowed(schema: Schema, value: unknown): boolean {
  if (Object.hasOwn(schema, 'const')) return isSame(schema['const'], value)
  return !Array.isArray(schema['enum']) || schema['enum'].some((one) => isSame(one, value))
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** In words that a model has read a million times. */
function shapeOf(schema: Schema): string {
  if (Object.hasOwn(schema, 'const')) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].map((one) => JSON.stringify(one)).join(', ')}`
  const alternatives = alternativesOf(schema)
  if (alternatives.length === 0) return 'given'
  return [...new Set(alternatives.map(typeInWords))].join(' or ')
}

function typeInWords(schema: Schema): string {
  const type = schema['type']
  if (type === 'array') {
    const items = alternativesOf(asSchema(schema['items']))
    return items.length === 1 && typeof items[0]?.['type'] === 'string'
      ? `an array of ${items[0]['type']}s`
      : 'an array'
  }
  if (type === 'integer' || type === 'object') return `an ${type}`
  return type === 'null' ? 'null' : `a ${String(type)}`
}
