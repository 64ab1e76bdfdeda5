// How much a model thinks before it answers.
import { z } from 'zod'
import { thinkLevels } from './limits.ts'

export const thinkLevel = z.enum(thinkLevels)
export type ThinkLevel = z.infer<typeof thinkLevel>
