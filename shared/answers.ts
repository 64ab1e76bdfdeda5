// What a session may say about how its model answers: thinking, sampling, and words of the person's own for the model.
import { z } from 'zod'
import { answerLimits } from './limits.ts'
import { thinkLevel } from './think.ts'

const { temperature, topP, seed, ownPrompt } = answerLimits
const between = ({ least, most }: { least: number; most: number }) => z.number().min(least).max(most)

/** Shown to the model behind Carrel's own words, with every question. */
export const ownText = z.string().trim().min(1).max(ownPrompt)

const choices = {
  /** How much it thinks; null as the person's settings say. */
  think: thinkLevel.nullable(),
  /** Each null as the model's own definition says: nothing is sent then. */
  temperature: between(temperature).nullable(),
  topP: between(topP).nullable(),
  seed: between(seed).int().nullable(),
  ownPrompt: ownText.nullable(),
}

export const answerChoices = z.strictObject(choices)
export type AnswerChoices = z.infer<typeof answerChoices>

/** What is left out stays as it is. */
export const answerPatch = answerChoices.partial()
export type AnswerPatch = z.infer<typeof answerPatch>

export type Sampling = Pick<AnswerChoices, 'temperature' | 'topP' | 'seed'>

export const noAnswerChoices: AnswerChoices = {
  think: null,
  temperature: null,
  topP: null,
  seed: null,
  ownPrompt: null,
}

/** `options` of a `settings` record, in Ollama's names. All of them: one that is not there is the model's own. */
export const recordedSampling = z.object({
  temperature: between(temperature).optional(),
  top_p: between(topP).optional(),
  seed: between(seed).int().optional(),
})
