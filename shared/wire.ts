// The messages between a front and the gateway where they travel as JSON lines: over owner.sock and over stdio (docs/serve.md).
import { z } from 'zod'
import type { Answer, Failure } from './failure.ts'
import type { Push } from './ipc.ts'

/** Raised when a front of an older version could misunderstand what it is sent. */
export const wireVersion = 1

const callId = z.string().min(1).max(100)

/** What a front may say. Inputs of calls are parsed by the gateway, which knows their channels. */
export const wireRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id: callId, channel: z.string().max(200), input: z.unknown() }),
  z.strictObject({ type: z.literal('cancel'), id: callId }),
  z.strictObject({ type: z.literal('painted') }),
])
export type WireRequest = z.infer<typeof wireRequest>

/** What a front hears: who it speaks with, first of all; then answers and pushes. */
export type WireReply =
  | { type: 'hello'; wire: number; version: string }
  | { type: 'answer'; id: string; answer: Answer<unknown> }
  | ({ type: 'push' } & Push)

/** Over stdio also: a line, counted from 1, was no message. The others go on. */
export type StdioReply = WireReply | { type: 'error'; line: number; failure: Failure }

/** Only the outer shape: what is inside comes from the same user's own process and was parsed by its gateway. */
export const wireReply = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('hello'), wire: z.number(), version: z.string() }),
  z.looseObject({ type: z.literal('answer'), id: callId, answer: z.looseObject({ ok: z.boolean() }) }),
  z.looseObject({ type: z.literal('push'), push: z.string(), payload: z.unknown() }),
])

/** Longest line in either direction, in bytes: a whole long session is one answer. */
export const lineLimit = 256_000_000

/** The same of what is read over stdio, in UTF-16 code units: more than the largest input of a call. */
export const stdioLineLimit = 16_000_000
