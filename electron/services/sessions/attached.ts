// What is attached to the questions of a path, read for a model.
import { attachmentsOf, isKept, isPicture, namesAttached } from '../../../shared/attachment-kinds.ts'
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import { type Attached, attachedFor, type Reader } from '../../agent/attached.ts'
import type { Toolbox } from '../../contracts.ts'

export const canReadWith = (toolbox: Pick<Toolbox, 'effectOf'>) => toolbox.effectOf('read_file') !== null

/** Answers null for bytes that are not there, or are not the ones they were named after. */
export type ReadBlob = (blob: { blob: string; bytes: number }) => Promise<Uint8Array | null>

/** null for a record that has nothing attached. A picture is read only for a model that can see. */
export async function attachedTo(record: TreeRecord, readBlob: ReadBlob, reader: Reader): Promise<Attached | null> {
  const attachments = isMessage(record) && record.role === 'user' ? attachmentsOf(record) : []
  if (attachments.length === 0) return null
  const bytes = await Promise.all(
    attachments.map(async (one) =>
      isKept(one) && (reader.seesImages || !isPicture(one)) ? await readBlob(one) : null,
    ),
  )
  return attachedFor(attachments, bytes, reader)
}

/** By the ids of the entries. */
export async function attachedOn(
  path: readonly TreeRecord[],
  readBlob: ReadBlob,
  reader: Reader,
): Promise<Map<string, Attached>> {
  const found = new Map<string, Attached>()
  for (const record of path) {
    const attached = await attachedTo(record, readBlob, reader)
    if (attached) found.set(record.id, attached)
  }
  return found
}

/** The text that a model names with the handle it was given, of the questions of this path; null when there is none, or no longer. */
export async function readAttached(
  path: readonly TreeRecord[],
  handle: string,
  readBlob: ReadBlob,
): Promise<Uint8Array | null> {
  const isNamed = namesAttached(handle)
  const found = path.flatMap(attachmentsOf).find((one) => isKept(one) && !isPicture(one) && isNamed?.(one))
  return found && isKept(found) ? await readBlob(found) : null
}
