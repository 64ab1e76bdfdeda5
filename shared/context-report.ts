// What stands in the window of a session's model, in tokens.
import { z } from 'zod'

/**
 * system: Carrel's words, the person's and the folder's · tools: what the model is told of them · skills: their names and what they say ·
 * history: questions, answers and calls · results: what tools have answered · attached: files and pictures that go with questions ·
 * answer: the last answer, as it was counted.
 */
export const contextParts = ['system', 'tools', 'skills', 'history', 'results', 'attached', 'answer'] as const
export type ContextPart = (typeof contextParts)[number]

export const contextReport = () =>
  z.object({
    model: z.string(),
    /** Tokens of the window this session asks that model for. */
    window: z.number(),
    /** What a new session would ask for. */
    usualWindow: z.number(),
    /** It has answers of this model, so that it keeps its window. */
    isKept: z.boolean(),
    /** In the order of `contextParts`; what has nothing in it is left out. */
    parts: z.array(z.object({ part: z.enum(contextParts), tokens: z.number().int() })),
    /** The sum of the parts. */
    used: z.number().int(),
    /** Kept free for an answer, of what is free. */
    forAnswer: z.number().int(),
    /**
     * server: as the server counted it, at `countedAt` · since: something came or went since, which is guessed by what was counted ·
     * guess: it has counted nothing of this model here yet.
     */
    by: z.enum(['server', 'since', 'guess']),
    countedAt: z.string().nullable(),
    /** The window that was really loaded with the last answer, where the server said another one. */
    loadedWindow: z.number().nullable(),
    reloads: z.object({
      again: z.number().int(),
      since: z.string().nullable(),
      lastAt: z.string().nullable(),
      lastMs: z.number(),
    }),
  })
export type ContextReport = z.infer<ReturnType<typeof contextReport>>
