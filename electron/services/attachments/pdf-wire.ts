// What is said between the main process and the process that reads a PDF.
import { z } from 'zod'
import { once } from '../../../shared/once.ts'

/** To the process. Made by ourselves, so it is not parsed there. */
export interface ReadPdf {
  bytes: Uint8Array
  /** Most pages, and most text in UTF-16 code units. */
  pages: number
  characters: number
}

/** From the process. It has read what is anybody's, so what it says is parsed. */
export const fromPdfReader = once(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string(), pages: z.number().int(), readPages: z.number().int() }),
    z.object({ type: z.literal('refused'), why: z.enum(['encrypted', 'broken', 'too-much']) }),
  ]),
)
export type FromPdfReader = z.infer<ReturnType<typeof fromPdfReader>>
