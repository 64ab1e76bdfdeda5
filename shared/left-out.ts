// What a compaction stands for without having read it: more than can be summarised before one answer.
import { z } from 'zod'

export const leftOut = z.object({
  messages: z.number().int().positive(),
  /** When the first and the last of them were said. ISO 8601 UTC, null when that is not known. */
  since: z.string().nullable(),
  until: z.string().nullable(),
  /** How the first question among them begins; empty when there is none. */
  question: z.string(),
})
export type LeftOut = z.infer<typeof leftOut>
