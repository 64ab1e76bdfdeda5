// A run: from a prompt to idle. What the fronts see of it while it lives.
import { z } from 'zod'
import { approval } from './approval.ts'
import { recordedError, stopReason, usage } from './session.ts'

/**
 * queued: the model answers another session first · retrying: the server could not answer just now and is asked again ·
 * waiting: the request is out, the server has not said anything · loading: the server is loading the model ·
 * thinking, writing: tokens arrive · preparing: a call is being written, of which nothing can be shown yet ·
 * summarising: the model writes a summary of what no longer fits, before it answers ·
 * calling: what the model called is being done · asking: the person has to allow it first · ended: the answer is in the log.
 */
export const runPhase = z.enum([
  'queued',
  'retrying',
  'waiting',
  'loading',
  'thinking',
  'writing',
  'preparing',
  'summarising',
  'calling',
  'asking',
  'ended',
])
export type RunPhase = z.infer<typeof runPhase>

export const runState = z.object({
  sessionId: z.string(),
  runId: z.string(),
  /** Nothing is answered: what was said is summarised, because the person wants it. */
  purpose: z.literal('summary').optional(),
  /** Entry behind which the next one comes: the question, then what the run has recorded. */
  parentId: z.string(),
  model: z.string(),
  phase: runPhase,
  /** ISO 8601 UTC. */
  startedAt: z.string(),
  /** When this phase began. */
  phaseSince: z.string(),
  /** While queued: the session whose answer is written first, when it has one. */
  behind: z.string().nullable(),
  /** Whether the model may call anything, so that its silence may be a call that is being written. */
  hasTools: z.boolean(),
  /** The calls that have begun and whose results are not among the entries yet. */
  calling: z.array(
    z.object({
      callId: z.string(),
      name: z.string(),
      since: z.string(),
      /** Milliseconds it took; null while it goes on. */
      ms: z.number().nullable(),
      isError: z.boolean(),
      /** Why it was not done: its result is not among the entries before those of the calls before it. */
      failure: z.object({ code: z.string(), reason: z.string().nullable() }).nullable(),
    }),
  ),
  /** What the person is asked now. */
  approval: approval.nullable(),
})
export type RunState = z.infer<typeof runState>

const noticed = z.object({
  code: z.string(),
  message: z.string(),
  /** The entry behind which it was told. */
  after: z.string(),
})

/** A run as a newly connected client needs it: its state, what has arrived so far, and what was told of it. */
export const liveRun = runState.extend({ text: z.string(), thinking: z.string(), notices: z.array(noticed) })
export type LiveRun = z.infer<typeof liveRun>

/**
 * Deltas joined for one paint. The positions are lengths in UTF-16 code units before the delta; a client whose own
 * length differs has missed something and opens the session again instead of showing a hole.
 */
export const runFrame = z.object({
  sessionId: z.string(),
  runId: z.string(),
  textFrom: z.number().int(),
  text: z.string(),
  thinkingFrom: z.number().int(),
  thinking: z.string(),
  /** All text before this frame turned out to be none: what is here takes its place. `textFrom` is 0 then. */
  replaces: z.literal(true).optional(),
})
export type RunFrame = z.infer<typeof runFrame>

/** What a command has written since the last such frame; no more of it than a person can follow. */
export const runOutput = z.object({
  sessionId: z.string(),
  runId: z.string(),
  callId: z.string(),
  text: z.string(),
  /** In UTF-16 code units, of what was left out before the text because there was too much of it. */
  skipped: z.number().int().nonnegative(),
})
export type RunOutput = z.infer<typeof runOutput>

/** Something a person should know of a run that goes on. */
export const runNotice = noticed.extend({ sessionId: z.string(), runId: z.string() })
export type RunNotice = z.infer<typeof runNotice>

export const runEnd = z.object({
  sessionId: z.string(),
  runId: z.string(),
  /** As of the run. */
  purpose: z.literal('summary').optional(),
  stop: stopReason,
  usage: usage.nullable(),
  error: recordedError.nullable(),
})
export type RunEnd = z.infer<typeof runEnd>
