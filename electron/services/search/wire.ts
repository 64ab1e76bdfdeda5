// What is said between the main process and the process of the index.
import { z } from 'zod'
import { failure } from '../../../shared/failure.ts'
import { once } from '../../../shared/once.ts'
import { indexStatus, type SearchQuery, searchAnswer } from '../../../shared/search.ts'

/** To the index. Made by ourselves, so it is not parsed again there. */
export type ToIndex =
  | { type: 'open'; home: string }
  | { type: 'query'; id: number; query: SearchQuery; settle: boolean }
  | { type: 'status' | 'rebuild'; id: number }
  | { type: 'cancel'; id: number }
  | { type: 'touch'; sids: readonly string[] }
  | { type: 'sweep' }
  | { type: 'close' }

/** From the index. It has read files that are anybody's, so what it says is parsed. */
export const fromIndex = once(() =>
  z.discriminatedUnion('type', [
    /** It has opened its database, or knows why not. */
    z.object({ type: z.literal('ready') }),
    z.object({ type: z.literal('answer'), id: z.number(), answer: searchAnswer() }),
    z.object({ type: z.literal('state'), id: z.number(), status: indexStatus() }),
    z.object({ type: z.literal('failed'), id: z.number(), failure }),
    z.object({ type: z.literal('status'), status: indexStatus(), isBusy: z.boolean() }),
    z.object({ type: z.literal('log'), line: z.string().max(10_000) }),
  ]),
)
export type FromIndex = z.infer<ReturnType<typeof fromIndex>>
