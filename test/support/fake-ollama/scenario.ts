// What a fake server is told to answer: turns with conditions, and the steps of each turn. Also the format of scenario files.
import { z } from 'zod'
import { fault } from './faults.ts'

export type { Fault } from './faults.ts'

const count = z.number().int().min(1)
const milliseconds = z.number().min(0)

/**
 * How a text becomes lines of the stream: one character each, about four characters, one line of text, or all at once.
 * `coalesce` sends the lines of the step in one piece; `{ bytes }` cuts what goes over the wire at that many bytes.
 */
const chunking = z.union([z.enum(['char', 'token', 'line', 'whole', 'coalesce']), z.strictObject({ bytes: count })])
export type Chunking = z.infer<typeof chunking>

const said = { chunk: chunking.optional(), delayMs: milliseconds.optional() }

/** Counts are tokens, durations nanoseconds. What is zero is left out on the wire, as Ollama does. */
const metrics = {
  prompt_eval_count: z.number().optional(),
  prompt_eval_duration: z.number().optional(),
  eval_count: z.number().optional(),
  eval_duration: z.number().optional(),
  load_duration: z.number().optional(),
  total_duration: z.number().optional(),
}
export type Metrics = z.infer<z.ZodObject<typeof metrics>>

const call = z.object({
  /** Made as Ollama makes them when left out; an empty one stays empty. */
  id: z.string().optional(),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
})
export type Call = z.infer<typeof call>

const step = z.union([
  z.strictObject({ thinking: z.string(), ...said }),
  z.strictObject({ content: z.string(), ...said }),
  /** Whole calls in one line, as Ollama sends them. */
  z.strictObject({ tool_calls: z.array(call) }),
  /** The last line. Null leaves the reason out. */
  z.strictObject({
    done: z.string().nullable(),
    content: z.string().optional(),
    metrics: z.object(metrics).optional(),
    ...metrics,
  }),
  /** What the model writes, read by one of Ollama's parsers: calls that cannot be read are dropped, or leak. */
  z.strictObject({ raw: z.string(), parser: z.enum(['gemma4', 'qwen3', 'none']), ...said }),
  /** These characters as they are on the wire, line breaks included. */
  z.strictObject({ raw: z.string() }),
  /** That many tokens of `streamedText`, paced by the clock. */
  z.strictObject({ stream: z.object({ tokens: z.number().int(), perSecond: z.number() }) }),
  z.strictObject({ delayMs: milliseconds }),
  /** Waits until the test releases this gate. */
  z.strictObject({ gate: z.string() }),
  z.strictObject({ fault }),
])
export type Step = z.infer<typeof step>

const match = z.strictObject({
  model: z.string().optional(),
  lastRole: z.string().optional(),
  /** Text in the last message. */
  contains: z.string().optional(),
  think: z.boolean().optional(),
  hasTools: z.boolean().optional(),
  /** The last message is a result of this tool. */
  toolResultFor: z.string().optional(),
  /** The last message of the user brings results, as models without tools get them. */
  matchPromptMode: z.boolean().optional(),
  /** The how many-th request since the scenario was set, from 1. */
  nth: z.number().int().optional(),
})
export type Match = z.infer<typeof match>

const rule = z.strictObject({
  /** A path such as /api/tags, or * for every one. */
  route: z.string(),
  fault,
  /** How many requests it is for; all of them when left out. */
  times: count.optional(),
})
export type Rule = z.infer<typeof rule>

const model = z.strictObject({
  name: z.string(),
  capabilities: z.array(z.string()).nullable().optional(),
  context_length: z.number().int().nullable().optional(),
  num_ctx: z.number().int().optional(),
  family: z.string().optional(),
  size: z.number().optional(),
})
export type ScenarioModel = z.infer<typeof model>

export const scenario = z.strictObject({
  /** Installed while this scenario is played; the scenario is then for this model alone. */
  model: model.optional(),
  /** The first turn whose conditions hold is played. */
  turns: z.array(z.strictObject({ match: match.optional(), steps: z.array(step) })),
  /** What happens when no turn fits: an error that fails the test loudly, or a short answer. */
  fallback: z.enum(['error', 'answer']).optional(),
  /** Faults of routes. */
  rules: z.array(rule).optional(),
  /** How texts are cut where a step does not say. */
  chunk: chunking.optional(),
  /** Cuts what goes over the wire at this many bytes, across lines and inside characters. */
  wireBytes: count.optional(),
  /** Pauses of up to `ms` and pieces of up to `bytes`, the same for the same seed. */
  jitter: z.strictObject({ seed: z.number().int(), ms: milliseconds.optional(), bytes: count.optional() }).optional(),
  /** Milliseconds until a model that is not loaded is loaded. */
  loadMs: milliseconds.optional(),
  /** So long a model that is unloaded stays in memory after the server has answered. */
  unloadMs: milliseconds.optional(),
  /** Tokens of the largest window there is memory for: a model is loaded with no more, whatever was asked for. */
  loadsAtMost: count.optional(),
  /** Milliseconds before the first token of any answer. */
  promptMs: milliseconds.optional(),
  /** Answers end at `num_predict` and, without `shift`, at the end of the window. */
  obeysLimits: z.boolean().optional(),
})
export type Scenario = z.infer<typeof scenario>

/** Answers every question with something readable. */
export const answering: Scenario = { turns: [], fallback: 'answer' }

/** A scenario of one turn for every request. */
export function steps(...list: Step[]): Scenario {
  return { turns: [{ steps: list }] }
}
