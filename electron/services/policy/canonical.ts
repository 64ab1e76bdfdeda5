// One text for one value, whatever the order of its keys: what a decision is bound to.
import { createHash } from 'node:crypto'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { policyWords } from '../../../shared/messages/policy.ts'

/** Deeper than any call; a stack must not decide what is the same. */
const deepest = 100

/**
 * JSON with sorted keys and without spaces. A key such as `__proto__` is a key like others. Throws an ExpectedFailure for what
 * is nested too deeply and a TypeError for what is no JSON value: two calls must never look the same because of it.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

function write(value: unknown, depth: number): string {
  if (depth > deepest) throw new ExpectedFailure('invalid-input', policyWords.tooDeep)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[${Array.from(value, (one: unknown) => write(one, depth + 1)).join(',')}]`
  }
  if (isPlainObject(value)) {
    // A key without a value is none, as in JSON.
    const entries = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
    return `{${entries.map((key) => `${JSON.stringify(key)}:${write(value[key], depth + 1)}`).join(',')}}`
  }
  throw new TypeError(`a ${typeof value} is no JSON value`)
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
