// What models are shown in short of a session, because their window has no room for all of it.
import { z } from 'zod'
import type { SessionRecord } from './session.ts'

/**
 * A result becomes one line, or its head and tail; an answer with calls loses its thinking, or the long texts in the
 * arguments of its calls.
 */
export const shortForm = z.enum(['line', 'parts', 'no-thinking', 'short-arguments'])
export type ShortForm = z.infer<typeof shortForm>

export const shortening = z.object({
  /** Ids of the entries. */
  targets: z.array(z.string().min(1).max(128)).min(1),
  to: shortForm,
  /** How long head and tail are together, in UTF-16 code units; with `parts` only. */
  characters: z.number().int().positive().optional(),
})
export type Shortening = z.infer<typeof shortening>

/** All that was done to one entry; a line goes before parts. */
export interface Shortened {
  forms: ReadonlySet<ShortForm>
  characters: number
}

/** By the entry's id. */
export type Shortenings = ReadonlyMap<string, Shortened>

/** Of all branches: what was too long for one of them is so for the others that share it. */
export function shorteningsIn(records: readonly SessionRecord[]): Shortenings {
  return withShortenings(
    new Map(),
    records.flatMap((record) => {
      const read = record.type === 'shorten' ? shortening.safeParse(record) : null
      return read?.success ? [read.data] : []
    }),
  )
}

export function withShortenings(known: Shortenings, more: readonly Shortening[]): Shortenings {
  const all = new Map(known)
  for (const { targets, to, characters } of more) {
    for (const id of targets) {
      const before = all.get(id)
      all.set(id, {
        forms: new Set([...(before?.forms ?? []), to]),
        characters: (to === 'parts' ? characters : undefined) ?? before?.characters ?? 0,
      })
    }
  }
  return all
}
