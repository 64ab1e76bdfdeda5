// What a fake server is told to answer: turns with conditions, and the steps of each turn. Also the format of scenario files.
import { z } from 'zod'

/** How a text is cut into lines of the stream: one character, about four characters, or one line. */
const chunking = z.enum(['char', 'token', 'whole'])
export type Chunking = z.infer<typeof chunking>

const said = { chunk: chunking.optional(), delayMs: z.number().min(0).optional() }

/** Counts are tokens, durations nanoseconds. What is zero is left out on the wire, as Ollama does. */
const metrics = z.object({
  prompt_eval_count: z.number().optional(),
  prompt_eval_duration: z.number().optional(),
  eval_count: z.number().optional(),
  eval_duration: z.number().optional(),
  load_duration: z.number().optional(),
  total_duration: z.number().optional(),
})

export const fault = z.union([
  /** An answer with this status instead of a stream; a body that is no text goes out as JSON. */
  z.strictObject({
    status: z.number().int(),
    body: z.unknown().optional(),
    contentType: z.string().optional(),
    location: z.string().optional(),
  }),
  z.strictObject({ errorLine: z.unknown() }),
  z.enum(['endWithoutDone', 'reset', 'hang', 'invalidJsonLine', 'nullLine', 'blankLines', 'cutLine']),
])
export type Fault = z.infer<typeof fault>

const step = z.union([
  z.strictObject({ thinking: z.string(), ...said }),
  z.strictObject({ content: z.string(), ...said }),
  /** Whole calls in one line, as Ollama sends them. */
  z.strictObject({
    tool_calls: z.array(
      z.object({ id: z.string().optional(), name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
    ),
  }),
  /** The last line. Null leaves the reason out. */
  z.strictObject({ done: z.string().nullable(), content: z.string().optional(), metrics: metrics.optional() }),
  /** These characters as they are, line breaks included. */
  z.strictObject({ raw: z.string() }),
  /** That many tokens of `streamedText`, paced by the clock. */
  z.strictObject({ stream: z.object({ tokens: z.number().int(), perSecond: z.number() }) }),
  z.strictObject({ delayMs: z.number().min(0) }),
  /** Waits until the test releases this gate. */
  z.strictObject({ gate: z.string() }),
  z.strictObject({ fault }),
])
export type Step = z.infer<typeof step>

const match = z.object({
  model: z.string().optional(),
  lastRole: z.string().optional(),
  /** Text in the last message. */
  contains: z.string().optional(),
  think: z.boolean().optional(),
  /** The how many-th chat request since the scenario was set, from 1. */
  nth: z.number().int().optional(),
})
export type Match = z.infer<typeof match>

export const scenario = z.strictObject({
  /** The first turn whose conditions hold is played. */
  turns: z.array(z.strictObject({ match: match.optional(), steps: z.array(step) })),
  /** What happens when no turn fits: an error that fails the test loudly, or a short answer. */
  fallback: z.enum(['error', 'answer']).optional(),
  /** Cuts what goes over the wire at this many bytes, across lines and inside characters. */
  wireBytes: z.number().int().min(1).optional(),
  /** Milliseconds until a model that is not loaded is loaded. */
  loadMs: z.number().min(0).optional(),
  /** Milliseconds before the first token of any answer. */
  promptMs: z.number().min(0).optional(),
})
export type Scenario = z.infer<typeof scenario>

/** Answers every question with something readable. */
export const answering: Scenario = { turns: [], fallback: 'answer' }

/** A scenario of one turn for every request. */
export function steps(...list: Step[]): Scenario {
  return { turns: [{ steps: list }] }
}
