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

export const replayCalls = {
  /** A new session that asks the questions of this one's active path of another model. Answers when it has begun. */
  'sessions.replay': call(
    () => z.strictObject({ sessionId, model: z.string().min(1).max(400) }),
    () => z.object({ sessionId: z.string(), questions: z.number().int() }),
  ),
} as const
