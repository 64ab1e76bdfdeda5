// What can go wrong in an expected way: a code from a closed list and a sentence that says what to do next.
import { z } from 'zod'
import { ExpectedFailure } from './expected-failure.ts'

export { ExpectedFailure, type Remedy } from './expected-failure.ts'

/** The closed list of failure codes. A client may branch on the code; the sentence is for the person. */
export const failureCodes = [
  'invalid-input',
  'not-found',
  'busy',
  'cancelled',
  'denied',
  'limit',
  'unavailable',
  'damaged',
  'no-space',
  'internal',
] as const

export const failureCode = z.enum(failureCodes)
export type FailureCode = z.infer<typeof failureCode>

export const failure = z.object({
  code: failureCode,
  /** One or two sentences: what happened, what was kept, what to do. */
  message: z.string().max(4_000),
  /** Raw words of the other side, folded away in the window. */
  detail: z.string().max(20_000).optional(),
})
export type Failure = z.infer<typeof failure>

/** The answer of every call over the outside wall. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; failure: Failure }

/** An expected failure also when another bundle has thrown it, where the class is another one; null for a bug. */
export function expectedFailureOf(thrown: unknown): ExpectedFailure | null {
  if (thrown instanceof ExpectedFailure) return thrown
  if (!(thrown instanceof Error) || thrown.name !== 'ExpectedFailure' || !('failure' in thrown)) return null
  const parsed = failure.safeParse(thrown.failure)
  return parsed.success ? new ExpectedFailure(parsed.data.code, parsed.data.message, parsed.data.detail) : null
}

/** Turns whatever was thrown into a failure; only expected failures keep their own code. */
export function toFailure(thrown: unknown, internalMessage: string): Failure {
  if (thrown instanceof ExpectedFailure) return thrown.failure
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return { code: 'internal', message: internalMessage, detail: detail.slice(0, 20_000) }
}
