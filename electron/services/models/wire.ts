// What Ollama's answers look like, read leniently: unknown fields are ignored, and what older servers leave out is optional.
import { z } from 'zod'

export const versionAnswer = z.object({ version: z.string() })

const details = z.object({
  family: z.string().nullish(),
  families: z.array(z.string()).nullish(),
  quantization_level: z.string().nullish(),
  parameter_size: z.string().nullish(),
  context_length: z.number().nullish(),
})

export const tagsAnswer = z.object({
  /** Null in some servers when nothing is installed. */
  models: z
    .array(
      z.object({
        name: z.string(),
        digest: z.string().nullish(),
        size: z.number().nullish(),
        details: details.nullish(),
        capabilities: z.array(z.string()).nullish(),
      }),
    )
    .nullable(),
})
export type TagsAnswer = z.infer<typeof tagsAnswer>

export const psAnswer = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        size: z.number().nullish().catch(null),
        size_vram: z.number().nullish().catch(null),
        context_length: z.number().nullish().catch(null),
        expires_at: z.string().nullish().catch(null),
      }),
    )
    .nullable(),
})
export type PsAnswer = z.infer<typeof psAnswer>

export const showAnswer = z.object({
  details: details.nullish(),
  capabilities: z.array(z.string()).nullish(),
  license: z.string().nullish(),
  template: z.string().nullish(),
  modified_at: z.string().nullish(),
  requires: z.string().nullish(),
  /** Arrays in it are emptied by the server; it is empty for models that run elsewhere. */
  model_info: z.record(z.string(), z.unknown()).nullish(),
  /** A table as text: a name, spaces, and a value, which is quoted when it is a text. */
  parameters: z.string().nullish(),
})

export type ShowAnswer = z.infer<typeof showAnswer>

/** Ollama leaves out every metric that is zero. Durations are nanoseconds. */
const metric = z.number().nullish()

export const chatLine = z.object({
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z
        .array(
          z.object({
            id: z.string().nullish(),
            function: z.object({ name: z.string().nullish(), arguments: z.unknown() }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  load_duration: metric,
  prompt_eval_count: metric,
  prompt_eval_duration: metric,
  eval_count: metric,
  eval_duration: metric,
})
export type ChatLine = z.infer<typeof chatLine>

/** Ollama's words for what went wrong; anything that is not text is told as JSON. */
export function errorWords(error: unknown): string {
  if (typeof error !== 'string') return JSON.stringify(error) ?? ''
  // llama-server's own body comes through as JSON inside the string.
  const inner = parseJson(error)
  if (!isRecord(inner)) return error
  const nested = isRecord(inner['error']) ? inner['error'] : inner
  const { message, type } = nested
  return [message, type].filter((part) => typeof part === 'string').join(' ') || error
}

/** Undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Ollama lists `llama3` as `llama3:latest` and takes both. */
export function isSameModel(one: string, other: string): boolean {
  return canonicalName(one) === canonicalName(other)
}

/** The name with its tag, also where it was left out. */
export function canonicalName(name: string): string {
  return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`
}
