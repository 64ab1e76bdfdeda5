// The tour: a session in which a script stands in for a model, in a folder of made-up notes that is thrown away after it.
import { z } from 'zod'
import { call, nothing } from './call.ts'
import { sessionId } from './session.ts'

/** The session in which the tour goes on; null when there is none. */
const goingOn = z.object({ sessionId: sessionId.nullable() })

export const tourCalls = {
  /** Begins one, or answers the session of the one that goes on. */
  'tour.begin': call(
    () => nothing,
    () => z.object({ sessionId }),
  ),
  /** Its folder is removed; its session stays. */
  'tour.end': call(
    () => nothing,
    () => nothing,
  ),
  'tour.state': call(
    () => nothing,
    () => goingOn,
  ),
} as const

export const tourChanged = () => goingOn
