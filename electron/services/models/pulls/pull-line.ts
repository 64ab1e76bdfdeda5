// One line of what Ollama says while it gets a model.
import { z } from 'zod'

/** `completed` is left out while it is zero; a line about no layer has neither a digest nor a total. */
export const pullLine = z.object({
  status: z.string().default(''),
  digest: z.string().optional(),
  total: z.number().nonnegative().optional(),
  completed: z.number().nonnegative().optional(),
})
export type PullLine = z.infer<typeof pullLine>
