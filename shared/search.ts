// Searching all sessions: what is asked, what is found, and how far the index is. Its schemas are made when they are asked for.
import { z } from 'zod'
import { once } from './once.ts'
import { sessionId } from './session.ts'

/** Longest line of a search, in UTF-16 code units. */
export const searchLimit = 1_000

export const searchScope = once(() => z.enum(['active', 'archived', 'all']))
export type SearchScope = z.infer<ReturnType<typeof searchScope>>

/** Which of an entry's texts count: what was said, what tools were asked and answered, or the names of sessions. */
export const searchKind = once(() => z.enum(['message', 'tool', 'title']))
export type SearchKind = z.infer<ReturnType<typeof searchKind>>

export const searchRole = once(() => z.enum(['user', 'assistant', 'tool']))
export type SearchRole = z.infer<ReturnType<typeof searchRole>>

/**
 * `text` is what a person writes: words, "phrases", and filters (`role:` `tool:` `file:` `host:` `skill:` `model:` `before:` `after:`
 * `in:` `is:`). The fields beside it say the same as a filter would and win over it.
 */
export const searchQuery = once(() =>
  z.strictObject({
    text: z.string().max(searchLimit),
    scope: searchScope().optional(),
    limit: z.number().int().min(1).max(200).optional(),
    sessionId: sessionId.optional(),
    role: searchRole().optional(),
    kind: searchKind().optional(),
    /** Sessions of this folder only: its path as the sessions have it. */
    workspace: z.string().max(4_096).optional(),
    /** Whole days or moments, ISO 8601. */
    after: z.string().max(40).optional(),
  }),
)
export type SearchQuery = z.infer<ReturnType<typeof searchQuery>>

/** Which text of an entry was found. */
export const hitPart = once(() =>
  z.enum(['title', 'question', 'answer', 'call', 'output', 'approval', 'summary', 'skill']),
)
export type HitPart = z.infer<ReturnType<typeof hitPart>>

export const searchHit = once(() =>
  z.object({
    sessionId: z.string(),
    /** null for the name of a session. */
    entryId: z.string().nullable(),
    /** Where its record begins in the file, in bytes. */
    offset: z.number(),
    title: z.string(),
    workspace: z.string().nullable(),
    archived: z.boolean(),
    /** ISO 8601; null when the record has none. */
    ts: z.string().nullable(),
    part: hitPart(),
    /** The tool it is about. */
    tool: z.string().nullable(),
    /** A piece of the text around what was found. */
    snippet: z.string(),
    /** What was found in it: UTF-16 code units, from and to. */
    ranges: z.array(z.tuple([z.number(), z.number()])),
    /** The better, the larger; comparable within one answer only. */
    score: z.number(),
  }),
)
export type SearchHit = z.infer<ReturnType<typeof searchHit>>

/**
 * ready · indexing: `files` of `of` are in it, and what is in it is found · off: why, `reason` says; then the files
 * themselves are read.
 */
export const indexState = once(() => z.enum(['ready', 'indexing', 'off']))

export const indexStatus = once(() =>
  z.object({
    /** Absolute path of the database. */
    path: z.string(),
    state: indexState(),
    reason: z.string().nullable(),
    /** Sessions that are in it, of those there are. */
    files: z.number(),
    of: z.number(),
    entries: z.number(),
    bytes: z.number(),
    version: z.number(),
  }),
)
export type IndexStatus = z.infer<ReturnType<typeof indexStatus>>

export const searchAnswer = once(() =>
  z.object({
    hits: z.array(searchHit()),
    /** How many there are; `more` says that they were not all counted. */
    total: z.number(),
    more: z.boolean(),
    /** In so many sessions, as far as they were counted. */
    sessions: z.number(),
    /**
     * all: every word was found as asked · inside: only as a part of longer words, by reading the files · some: only some of the words.
     */
    match: z.enum(['all', 'inside', 'some']),
    /** Sentences about the query: a filter that nothing can be made of. */
    problems: z.array(z.string()),
    index: indexStatus(),
    /** Milliseconds. */
    ms: z.number(),
  }),
)
export type SearchAnswer = z.infer<ReturnType<typeof searchAnswer>>
