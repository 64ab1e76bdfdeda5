// What is attached to the questions of a path, read for a model.
import { attachmentsOf, isKept, isPicture } from '../../../shared/attachment-kinds.ts'
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import { type Attached, attachedFor } from '../../agent/attached.ts'

/** Answers null for bytes that are not there, or are not the ones they were named after. */
export type ReadBlob = (blob: { blob: string; bytes: number }) => Promise<Uint8Array | null>

/** null for a record that has nothing attached. A picture is read only for a model that can see. */
export async function attachedTo(
  record: TreeRecord,
  readBlob: ReadBlob,
  window: { numCtx: number; seesImages: boolean },
): Promise<Attached | null> {
  const attachments = isMessage(record) && record.role === 'user' ? attachmentsOf(record) : []
  if (attachments.length === 0) return null
  const bytes = await Promise.all(
    attachments.map(async (one) =>
      isKept(one) && (window.seesImages || !isPicture(one)) ? await readBlob(one) : null,
    ),
  )
  return attachedFor(attachments, bytes, window)
}

/** By the ids of the entries. */
export async function attachedOn(
  path: readonly TreeRecord[],
  readBlob: ReadBlob,
  window: { numCtx: number; seesImages: boolean },
): Promise<Map<string, Attached>> {
  const found = new Map<string, Attached>()
  for (const record of path) {
    const attached = await attachedTo(record, readBlob, window)
    if (attached) found.set(record.id, attached)
  }
  return found
}
