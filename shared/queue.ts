// What a person has written while an answer is being written: it waits for its turn.
import { z } from 'zod'
import { namedAttachment } from './attachment.ts'

export const queuedText = z.object({
  /** The id of the entry it becomes, so that it cannot be sent twice. */
  id: z.string(),
  text: z.string(),
  /** Given to the model after what it is doing now, and not only when the answer has ended. These stand first. */
  isCorrection: z.boolean(),
  attachments: z.array(namedAttachment).optional(),
})
export type QueuedText = z.infer<typeof queuedText>

export const queueState = z.object({
  items: z.array(queuedText),
  /** Nothing of it is sent by itself: the last answer did not end well, or Carrel was started anew. */
  isPaused: z.boolean(),
})
export type QueueState = z.infer<typeof queueState>
