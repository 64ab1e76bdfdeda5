// A session that asks another one's questions of another model, with its tools answered from that one's log.
import { z } from 'zod'
import { call } from './call.ts'
import { sessionId } from './session.ts'

/** How far a replay has come, as its file says after each question. */
export const replayProgress = z.object({
  /** Questions that have been asked, and how many there are. */
  asked: z.number().int().nonnegative(),
  of: z.number().int().nonnegative(),
  /** Calls that were looked up in the log, and those of them that it had. */
  calls: z.number().int().nonnegative(),
  found: z.number().int().nonnegative(),
})
export type ReplayProgress = z.infer<typeof replayProgress>

export const replayState = replayProgress.extend({
  /** The model it was begun with. */
  model: z.string(),
  isGoingOn: z.boolean(),
})
export type ReplayState = z.infer<typeof replayState>

export const replayChanged = replayState.extend({ sessionId: z.string() })

export const comparedCall = z.object({
  name: z.string(),
  /** What it is about: a path, a command, words; empty where its name says all. */
  object: z.string(),
  /** `not-in-log`: made in the replay alone, and not run. `not-made`: made in the session alone. */
  mark: z.enum(['same', 'not-in-log', 'not-made']),
})
export type ComparedCall = z.infer<typeof comparedCall>

/** All that was answered to one question in one of the two. */
const pairSide = z.object({
  model: z.string().nullable(),
  text: z.string(),
  /** UTF-16 code units behind `text`. */
  leftOut: z.number().int().nonnegative(),
  tokens: z.number(),
  outputMs: z.number(),
  /** Loading, reading and writing, as the server counted them. */
  ms: z.number(),
  calls: z.array(comparedCall),
  /** A sentence when it ended in an error. */
  error: z.string().nullable(),
})
export type PairSide = z.infer<typeof pairSide>

export const replayPair = z.object({
  question: z.string(),
  /** null where it was not asked: by the session, when a person has asked it in the replay; by the replay, when that has not come so far. */
  original: pairSide.nullable(),
  replay: pairSide.nullable(),
})
export type ReplayPair = z.infer<typeof replayPair>

export const replayPairs = z.object({
  of: z.number().int(),
  /** Places of the questions to which the two did not call the same, from 0. */
  differing: z.array(z.number().int()),
  pairs: z.array(replayPair),
})
export type ReplayPairs = z.infer<typeof replayPairs>

const wish = () => z.strictObject({ sessionId, model: z.string().min(1).max(400) })
const begun = () => z.object({ sessionId: z.string(), questions: z.number().int() })

export const replayCalls = {
  /** The questions of a replay from this place on, each with both answers. `not-found` also when the session it replays is gone. */
  'sessions.replayPairs': call(
    () => z.strictObject({ sessionId, from: z.number().int().nonnegative() }),
    () => replayPairs,
  ),
  /** A new session that asks the questions of this one's active path of another model. Answers when it has begun. */
  'sessions.replay': call(wish, begun),
  /** The same at another server than the setting's: `host` counts for this replay alone. */
  'terminal.replay': call(() => wish().extend({ host: z.string().max(2_000).nullable() }), begun),
} as const
