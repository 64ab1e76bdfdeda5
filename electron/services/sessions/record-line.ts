// A record as a line that is never too long: what makes it so goes into blobs, and comes back when the file is read.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { isTooDeep } from '../../../shared/nesting.ts'
import type { Diagnostic, SessionRecord } from '../../../shared/session.ts'
import { headLimit, lineLimit, type Spilled, spilled as spilledSchema } from '../../../shared/spilled.ts'
import { blobOf, readBlob } from './blobs.ts'
import { type LogReading, toRecord } from './read-log.ts'

export interface Line {
  /** With its newline. */
  bytes: Buffer
  /** The record as it is read back from this line and its blobs. */
  record: SessionRecord
  /** To be on the disk before the line is. */
  blobs: Buffer[]
}

/** Texts of a person or a model, in the order they are looked at: a head of them stays in the line. */
const texts = ['content', 'thinking', 'rawText', 'summary']
/** What says which record this is and where it belongs. It is never moved. */
const identity = ['type', 'v', 'id', 'parentId', 'ts', 'role', 'spilled']
/** A smaller field would take as much room as the name of its blob. */
const worthMoving = 256

/** Throws an ExpectedFailure for a record that cannot become a line, before anything of it is written. */
export function toLine(record: SessionRecord): Line {
  const bytes = encode(record)
  if (isTooDeep(bytes)) throw tooLarge()
  return isShort(bytes) ? { bytes, record, blobs: [] } : spill(record)
}

const tooLarge = (detail?: string) => new ExpectedFailure('limit', messages.failures.recordTooLarge, detail)

const isShort = (bytes: Buffer) => bytes.length <= lineLimit + 1

function encode(record: object): Buffer {
  try {
    return Buffer.from(`${JSON.stringify(record)}\n`)
  } catch (thrown) {
    // Nested deeper than this program can write, or read again.
    throw tooLarge(String(thrown))
  }
}

function spill(whole: SessionRecord): Line {
  const fields: Record<string, unknown> = { ...whole }
  const known: Record<string, unknown> = { ...whole }
  const blobs: Buffer[] = []
  const moved: Spilled = { ...spilledOf(whole) }
  // Somebody else's field of this name could not be kept beside ours.
  if ('spilled' in whole && !spilledSchema.safeParse(whole['spilled']).success) throw tooLarge()
  let estimate = encode(whole).length

  for (const { name, text, bytes } of candidates(whole, moved)) {
    const isToolOutput = name === 'content' && isToolMessage(whole) && !('full' in whole)
    const { content, json } = text === null ? asJson(fields[name]) : isToolOutput ? asText(text) : asIs(text)
    blobs.push(content)
    if (text === null) delete fields[name]
    else fields[name] = headOf(text)
    const blob = blobOf(content)
    if (isToolOutput) {
      // What a tool answered is shown to the model by its head only; nothing is put back.
      for (const one of [fields, known]) Object.assign(one, { content: fields[name], truncated: true, full: blob })
    } else {
      moved[name] = json ? { ...blob, json } : blob
      fields['spilled'] = moved
    }
    estimate -= bytes
    if (estimate > lineLimit) continue
    const line = encode(fields)
    if (isShort(line)) return { bytes: line, record: toRecord(known) ?? whole, blobs }
  }
  throw tooLarge()
}

const isToolMessage = (record: SessionRecord) => record.type === 'message' && record['role'] === 'tool'

interface Candidate {
  name: string
  /** Null for what is no text. */
  text: string | null
  /** In the line. */
  bytes: number
}

/** The fields that may be moved: texts longer than their head first, then whatever else there is, the largest first. */
function candidates(record: SessionRecord, moved: Spilled): Candidate[] {
  const all = Object.entries(record)
    .filter(([name, value]) => !identity.includes(name) && !Object.hasOwn(moved, name) && value !== undefined)
    .map(([name, value]) => ({
      name,
      text: texts.includes(name) && typeof value === 'string' ? value : null,
      bytes: Buffer.byteLength(JSON.stringify(value) ?? ''),
    }))
    .sort((one, other) => other.bytes - one.bytes)
  const long = all.filter(({ text }) => text !== null && Buffer.byteLength(text) > headLimit)
  return [...long, ...all.filter(({ text, bytes }) => text === null && bytes > worthMoving)]
}

interface Content {
  content: Buffer
  json?: true
}

const asText = (text: string): Content => ({ content: Buffer.from(text) })
const asJson = (value: unknown): Content => ({ content: Buffer.from(JSON.stringify(value)), json: true })
/** As it is, for whoever looks into the blobs; half a character has no bytes of its own and needs JSON. */
const asIs = (text: string) => (halfCharacter.test(text) ? asJson(text) : asText(text))

const halfCharacter = /\p{Surrogate}/u

/** The beginning of a text, cut between two characters. */
export function headOf(text: string): string {
  const bytes = Buffer.from(text.slice(0, headLimit).replace(/[\uD800-\uDBFF]$/, ''))
  let end = Math.min(bytes.length, headLimit)
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

function spilledOf(record: SessionRecord): Spilled {
  return 'spilled' in record ? (spilledSchema.safeParse(record['spilled']).data ?? {}) : {}
}

/** Undefined for what says it is JSON and is none. */
function readContent(content: Buffer, json: boolean): unknown {
  if (!json) return content.toString()
  if (isTooDeep(content)) return undefined
  try {
    return JSON.parse(content.toString())
  } catch {
    return undefined
  }
}

/** Puts back what is in blobs. Where one is missing the head stays, and a diagnostic says so. */
export async function withBlobs(reading: LogReading, source: Buffer, folder: string): Promise<LogReading> {
  const diagnostics: Diagnostic[] = []
  const records: SessionRecord[] = []
  for (const record of reading.records) {
    if (!('spilled' in record)) {
      records.push(record)
      continue
    }
    const moved = Object.entries(spilledOf(record)).filter(([name]) => !identity.includes(name))
    if (moved.length === 0) {
      records.push(record)
      continue
    }
    const found: Record<string, unknown> = {}
    const left: Spilled = {}
    for (const [name, blob] of moved) {
      const content = await readBlob(folder, blob)
      const value = content && readContent(content, blob.json === true)
      if (value === undefined || value === null) left[name] = blob
      else found[name] = value
    }
    const { spilled: _spilled, ...line } = { ...record, spilled: null }
    const whole = toRecord({ ...line, ...found, ...(Object.keys(left).length > 0 ? { spilled: left } : {}) })
    for (const blob of Object.values(whole ? left : spilledOf(record))) {
      const offset = Math.max(0, source.indexOf(blob.blob))
      diagnostics.push({
        code: 'missing_blob',
        offset,
        length: blob.blob.length,
        message: messages.diagnostics.missingBlob,
      })
    }
    records.push(whole ?? record)
  }
  return { ...reading, records, diagnostics: [...reading.diagnostics, ...diagnostics] }
}
