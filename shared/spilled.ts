// What of a record is not in its line: how large a line may be, and what stands for the rest.
import { z } from 'zod'

/** Longest line of a session file, in bytes without its newline; what is larger goes into a blob. */
export const lineLimit = 1_048_576
/** How much of a text stays in its line when all of it is in a blob, in bytes. */
export const headLimit = 32_768
/** How deep a record may be nested: what is deeper cannot be shown, sent or written again by every program. */
export const depthLimit = 512

export const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const blob = { blob: hash, bytes: z.number().int().nonnegative() }

/**
 * Fields of which the line holds no more than a head, so that it is not too long: all of it is in the blob, as it is or as
 * JSON, and put back when the file is read.
 */
export const spilled = z.record(z.string(), z.object({ ...blob, json: z.literal(true).optional() }))
export type Spilled = z.infer<typeof spilled>
