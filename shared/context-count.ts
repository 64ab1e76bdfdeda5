// What a server counted of a session's window, read from its answers: no estimate, and nothing that has to be asked for.
import type { Usage } from './session.ts'

/** A load this long was one: with the model in memory Ollama says a few hundredths of a second. */
export const loadMsOfReload = 1_000

/** The fields of an answer that it is read from; records of other programs have some of them. */
export interface CountedAnswer {
  type?: unknown
  role?: unknown
  ts?: string | null | undefined
  model?: string | undefined
  usage?: { [Name in keyof Usage]?: Usage[Name] | undefined } | null | undefined
}

export interface ContextCount {
  /** Prompt and answer, tokens. */
  used: number
  /** Tokens of the window it was asked with. */
  window: number
}

/** Of the last answer that a server has counted; null when there is none, or another program did not say how large its window was. */
export function lastCount(entries: readonly CountedAnswer[]): ContextCount | null {
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const entry = entries[at]
    if (entry?.type !== 'message' || entry.role !== 'assistant') continue
    const { contextTokens = 0, promptTokens = 0, numCtx = 0 } = entry.usage ?? {}
    if (promptTokens > 0 && numCtx > 0) return { used: contextTokens, window: numCtx }
  }
  return null
}

export interface Reloads {
  /** How often the model was loaded again after its first answer here. */
  again: number
  /** Time of the first answer, ISO 8601; null when it was not written down. */
  since: string | null
  /** Of the last of them. */
  lastAt: string | null
  lastMs: number
}

/** Of one model, on the way to the last answer. */
export function reloadsOn(entries: readonly CountedAnswer[], model: string): Reloads {
  const own = entries.filter(({ type, role, usage, ...one }) => {
    return type === 'message' && role === 'assistant' && one.model === model && (usage?.promptTokens ?? 0) > 0
  })
  const again = own.slice(1).filter(({ usage }) => (usage?.loadMs ?? 0) >= loadMsOfReload)
  const last = again.at(-1)
  return {
    again: again.length,
    since: own[0]?.ts ?? null,
    lastAt: last?.ts ?? null,
    lastMs: last?.usage?.loadMs ?? 0,
  }
}
