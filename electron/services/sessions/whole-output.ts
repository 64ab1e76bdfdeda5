// All of what a tool answered, in pieces: its record has a part of it, the rest lies in a blob.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { OutputPiece } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { isMessage, type SessionRecord } from '../../../shared/session.ts'
import { readBlob } from './blobs.ts'

/** Longest piece, in UTF-16 code units: a few of them are as much as a page can draw at once. */
const pieceLength = 200_000
/** Larger ones are not read into memory for the sake of a card, in bytes. */
const largest = 64 * 1_024 * 1_024

const named = z.object({ blob: z.string(), bytes: z.number().int().nonnegative() })

/** Throws an ExpectedFailure when there is no such result here, or what belongs to it is not there any more. */
export async function wholeOutput(
  records: readonly SessionRecord[],
  entryId: string,
  from: number,
  blobs: string,
): Promise<OutputPiece> {
  const record = records.find((one) => one.id === entryId)
  if (!record || !isMessage(record) || record.role !== 'tool') {
    throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
  }
  const full = named.safeParse(record['full']).data
  const text = full ? await textOf(full, blobs) : record.content
  const start = isInside(text, from) ? from - 1 : from
  const end = Math.min(text.length, start + pieceLength)
  const next = isInside(text, end) ? end - 1 : end
  return { text: text.slice(start, next), next: next < text.length ? next : null, characters: text.length }
}

async function textOf(full: z.infer<typeof named>, blobs: string): Promise<string> {
  if (full.bytes > largest) throw new ExpectedFailure('limit', messages.failures.outputTooLarge(largest))
  const bytes = await readBlob(blobs, full)
  if (!bytes) throw new ExpectedFailure('damaged', messages.failures.outputMissing)
  return bytes.toString()
}

/** Between the two halves of a character. */
function isInside(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1))
}
