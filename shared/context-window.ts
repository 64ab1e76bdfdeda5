// How many tokens of context a model is asked for: what its person chose, what its maker set, or what there is memory for.
import { z } from 'zod'
import { leastWindow, usualWindow, windowSteps } from './limits.ts'

/** The largest that is taken unasked: what is beyond it makes every answer of a full conversation slow. */
const mostUnasked = 32_768

export const windowSize = z.number().int().min(leastWindow).max(1_048_576)

/** By the name of the model: the windows that a person has chosen. */
export const windowChoices = z.record(z.string().min(1).max(400), windowSize)

/** A window, and what it comes from. */
export const modelWindow = () =>
  z.object({
    /** What every new session asks for. */
    tokens: z.number(),
    by: z.enum(['person', 'maker', 'memory', 'usual']),
    /** What it would be without the person's choice. */
    automatic: z.number(),
    automaticBy: z.enum(['maker', 'memory', 'usual']),
    /** Longest the model was trained for; null when the server does not say. */
    trained: z.number().nullable(),
    /** Memory of this machine that was counted with; null when the server is another one, or nobody knows. */
    memoryBytes: z.number().nullable(),
  })
export type ModelWindow = z.infer<ReturnType<typeof modelWindow>>

export interface WindowFacts {
  /** Longest the model was trained for; null when nobody knows. */
  trained: number | null
  /** Of the model on its server's disk, about what its weights need in memory; null when nobody knows. */
  weightsBytes: number | null
  /** All the memory of the machine it runs on; null when nobody knows. */
  memoryBytes: number | null
}

/** The system and what else runs. */
const spareOf = (memoryBytes: number) => Math.max(2e9, memoryBytes / 6)
/** What one token of context takes: 36 layers with 8 heads of 128 values, keys and values, 2 bytes each, and rather more for a large model. */
const bytesPerToken = (weightsBytes: number) => (weightsBytes < 16e9 ? 147_456 : 262_144)

/** The largest step there is memory for beside the model itself; at least the first one. Never above what the model was trained for. */
export function windowByMemory({ trained, weightsBytes, memoryBytes }: WindowFacts): number {
  const most = trained ?? usualWindow
  if (memoryBytes === null || weightsBytes === null) return Math.min(usualWindow, most)
  const left = (memoryBytes - spareOf(memoryBytes) - weightsBytes) / bytesPerToken(weightsBytes)
  const step = windowSteps.findLast((tokens) => tokens <= left && tokens <= mostUnasked) ?? windowSteps[0]
  return Math.min(step, most)
}

/** What the person chose goes before what the maker set, and that before what there is memory for. */
export function windowFor(
  facts: WindowFacts,
  { chosen, maker }: { chosen: number | null; maker: number | null },
): ModelWindow {
  const { trained, memoryBytes } = facts
  const capped = (tokens: number) => Math.min(tokens, trained ?? tokens)
  // Definitions of old models name a window of 2,048, which has no room for a tool and what it finds.
  const automatic = maker === null ? windowByMemory(facts) : capped(Math.max(maker, windowSteps[0]))
  const isByMemory = memoryBytes !== null && facts.weightsBytes !== null
  const automaticBy = maker !== null ? 'maker' : isByMemory ? 'memory' : 'usual'
  return {
    tokens: chosen === null ? automatic : capped(chosen),
    by: chosen === null ? automaticBy : 'person',
    automatic,
    automaticBy,
    trained,
    memoryBytes,
  }
}
