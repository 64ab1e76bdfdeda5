// What is too large for a line of Carrel's own logs lies beside them: it is put back, or copied, or it is said that it is gone.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isTooDeep } from '../../../shared/nesting.ts'
import type { WrittenRecord } from '../../../shared/session-format.ts'
import type { ReadSession } from './conversation.ts'
import type { Pace } from './pace.ts'

/** Larger ones are not taken over. Bytes. */
const largestBlob = 268_435_456
/** What is put back into the records of one log has to fit into a session that can be opened. Bytes. */
const mostPutBack = 134_217_728

const nameForm = /^sha256:([0-9a-f]{64})$/

/** The bytes of a blob in a folder of blobs; null when they are not there, or are not those it is named after. */
export async function blobIn(folder: string, name: string, largest = largestBlob): Promise<Buffer | null> {
  const hex = nameForm.exec(name)?.[1]
  if (hex === undefined) return null
  try {
    const path = join(folder, hex.slice(0, 2), hex)
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = await handle.stat()
      if (!found.isFile() || found.size > largest) return null
      const bytes = await handle.readFile()
      return createHash('sha256').update(bytes).digest('hex') === hex ? bytes : null
    } finally {
      await handle.close()
    }
  } catch {
    return null
  }
}

/** A log may name any blob of ours: what is not beside the log itself, and has not these very bytes, is not named any more. */
export async function putBlobsBack(session: ReadSession, folder: string | null, pace: Pace): Promise<ReadSession> {
  let missing = 0
  let room = mostPutBack
  /** Whoever names one a thousand times has it looked at once. */
  const known = new Map<string, boolean>()
  const beside: Beside = {
    async isThere(name) {
      const isThere = known.get(name) ?? (folder !== null && (await blobIn(folder, name)) !== null)
      known.set(name, isThere)
      if (!isThere) missing++
      return isThere
    },
    async read(name) {
      const bytes = folder === null ? null : await blobIn(folder, name, room)
      if (bytes === null) missing++
      else room -= bytes.length
      return bytes
    },
  }
  const records: WrittenRecord[] = []
  for (const record of session.records) {
    records.push(await whole(record, beside))
    await pace.turn()
  }
  if (missing === 0) return { ...session, records }
  return { ...session, records, leftOut: [...session.leftOut, { reason: 'blob', count: missing }] }
}

interface Beside {
  isThere(name: string): Promise<boolean>
  read(name: string): Promise<Buffer | null>
}

async function whole(record: WrittenRecord, { isThere, read }: Beside): Promise<WrittenRecord> {
  let made: WrittenRecord = record
  if ('spilled' in record && record.spilled !== undefined) {
    const { spilled, ...line } = record
    const found: Record<string, unknown> = {}
    for (const [field, { blob, json }] of Object.entries(spilled)) {
      // Which record this is, and where it belongs, never comes out of a blob.
      if (!movable.has(field)) continue
      const bytes = await read(blob)
      const value = bytes && (json ? parsed(bytes) : bytes.toString())
      if (value !== null && value !== undefined) found[field] = value
    }
    made = { ...line, ...found } as WrittenRecord
  }
  if (made.type !== 'message') return made
  if (made.role === 'tool') {
    const { full, image, ...result } = made
    return {
      ...result,
      ...(full && (await isThere(full.blob)) && { full }),
      ...(image && (await isThere(image.blob)) && { image }),
    }
  }
  if (made.role !== 'user' || made.attachments === undefined) return made
  const { attachments, ...question } = made
  const there: typeof attachments = []
  // A place is of the folder that it was worked in there, and this session has none.
  for (const one of attachments) if ('blob' in one && (await isThere(one.blob))) there.push(one)
  return there.length === 0 ? question : { ...question, attachments: there }
}

const movable = new Set([
  'content',
  'thinking',
  'rawText',
  'summary',
  'toolCalls',
  'detail',
  'usage',
  'error',
  'options',
  'note',
])

function parsed(bytes: Buffer): unknown {
  if (isTooDeep(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
