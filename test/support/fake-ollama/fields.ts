// Types of request fields as Ollama's Go structs have them, and Ollama's words for a value that does not fit.
import { type Fields, isObject, kindOf, type Refusal } from './go-json.ts'

/** A JSON kind, and the Go type in the sentence. */
export type Field = readonly [kind: 'string' | 'bool' | 'array' | 'object' | 'number', type: string]
export type Struct = Readonly<Record<string, Field>>

export const string: Field = ['string', 'string']
export const bool: Field = ['bool', 'bool']
export const integer: Field = ['number', 'int']
export const anyMap: Field = ['object', 'map[string]interface {}']

/** The value of a field; Go does not mind the case of its name. */
export function fieldOf(fields: Fields, name: string): unknown {
  if (name in fields) return fields[name]
  const key = Object.keys(fields).find((candidate) => candidate.toLowerCase() === name)
  return key === undefined ? undefined : fields[key]
}

/** The first value that does not fit, in the order of the body. Go takes null for a value that was left out. */
export function checkStruct(fields: Fields, struct: Struct, path: string): Refusal | null {
  for (const [key, value] of Object.entries(fields)) {
    const name = key.toLowerCase()
    const field = struct[name]
    if (field === undefined || value === null || kindOf(value) === field[0]) continue
    return unfit(value, `${path}.${name}`, field[1])
  }
  return null
}

/** Each entry must be an object, or null. */
export function checkList(
  list: readonly unknown[],
  path: string,
  type: string,
  look: (one: Fields) => Refusal | null,
): Refusal | null {
  for (const one of list) {
    if (one === null) continue
    const wrong = isObject(one) ? look(one) : unfit(one, path, type)
    if (wrong !== null) return wrong
  }
  return null
}

export function unfit(value: unknown, field: string, type: string): Refusal {
  return { status: 400, error: `json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${type}` }
}

const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }

/** `keep_alive` in milliseconds; null when it was left out, Infinity for ever. */
export function readKeepAlive(value: unknown): { ms: number | null } | Refusal {
  if (value === undefined || value === null) return { ms: null }
  if (typeof value === 'number') return { ms: value < 0 ? Number.POSITIVE_INFINITY : value * 1_000 }
  if (typeof value !== 'string') {
    const type = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? '[]interface {}' : anyMap[1]
    return { status: 400, error: `Unsupported type: '${type}'` }
  }
  const [, sign = '', parts = ''] = /^([-+]?)(.*)$/su.exec(value) ?? []
  if (parts === '0') return { ms: 0 }
  if (/^[\d.]*\d[\d.]*$/u.test(parts)) return { status: 400, error: `time: missing unit in duration "${value}"` }
  const found = [...parts.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/gu)]
  if (parts === '' || found.map(([whole]) => whole).join('') !== parts) {
    return { status: 400, error: `time: invalid duration "${value}"` }
  }
  const ms = found.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0)
  return { ms: sign === '-' && ms > 0 ? Number.POSITIVE_INFINITY : ms }
}

const integers =
  'num_ctx num_batch num_gpu main_gpu num_thread num_keep seed num_predict top_k repeat_last_n draft_num_predict'
const floats = 'temperature top_p min_p typical_p repeat_penalty presence_penalty frequency_penalty'
const optionTypes: Readonly<Record<string, readonly [kind: string, type: string]>> = {
  ...Object.fromEntries(integers.split(' ').map((name) => [name, ['number', 'integer']])),
  ...Object.fromEntries(floats.split(' ').map((name) => [name, ['number', 'float32']])),
  use_mmap: ['bool', 'boolean'],
  stop: ['array', 'array'],
}

/** Options it does not know are ignored, as the real one does. */
export function checkOptions(options: Fields): Refusal | null {
  for (const [name, value] of Object.entries(options)) {
    const wanted = optionTypes[name]
    if (wanted === undefined || value === null || kindOf(value) === wanted[0]) continue
    return { status: 500, error: `option "${name}" must be of type ${wanted[1]}` }
  }
  return null
}
