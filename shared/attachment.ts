// What belongs to a question beside its words: a picture or a text, whose bytes are a blob, or a place in the session's folder.
import { z } from 'zod'
import { pictureMimes } from './attachment-kinds.ts'
import { blob, hash } from './spilled.ts'

/** A name to show, or a path from the root of the workspace with slashes; what could turn or hide other words is not in it. */
const shown = (most: number) => z.string().min(1).max(most)

/** The bytes lie in the blob: an encoded picture, or text in UTF-8. */
export const keptAttachment = z.object({
  ...blob,
  mime: z.string(),
  name: z.string(),
  /** Of a picture, in pixels. */
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  /** About how many tokens a text is, all of it. */
  tokens: z.number().int().nonnegative().optional(),
  /** Of a text that was taken out of another file: what that was, in bytes, how many pages it has, and how many were read. */
  of: z
    .object({
      mime: z.string(),
      bytes: z.number().int().nonnegative(),
      pages: z.number().int().nonnegative(),
      readPages: z.number().int().nonnegative(),
    })
    .optional(),
})
export type KeptAttachment = z.infer<typeof keptAttachment>

/** Named only: a model reads it with its tools, under their guards. */
export const placeAttachment = z.object({ path: z.string(), name: z.string(), kind: z.enum(['file', 'folder']) })
export type PlaceAttachment = z.infer<typeof placeAttachment>

export const attachment = z.union([keptAttachment, placeAttachment])
export type Attachment = z.infer<typeof attachment>

/** As a page may name it: the same, with bounds. What it says of the bytes is compared with them. */
export const namedAttachment = z.union([
  z.strictObject({
    blob: hash,
    bytes: z.number().int().min(1).max(100_000_000),
    mime: z.enum([...pictureMimes, 'text/plain']),
    name: shown(255),
    width: z.number().int().min(1).max(100_000).optional(),
    height: z.number().int().min(1).max(100_000).optional(),
    tokens: z.number().int().min(0).max(100_000_000).optional(),
    of: z
      .strictObject({
        mime: z.literal('application/pdf'),
        bytes: z.number().int().min(0).max(100_000_000),
        pages: z.number().int().min(0).max(10_000_000),
        readPages: z.number().int().min(0).max(10_000_000),
      })
      .optional(),
  }),
  z.strictObject({ path: shown(4_096), name: shown(255), kind: z.enum(['file', 'folder']) }),
])
export type NamedAttachment = z.infer<typeof namedAttachment>
