// The session format v1 as far as it is written today, and how a file of records folds into what is shown.
import { z } from 'zod'
import { attachmentsOf } from './attachment-kinds.ts'
import { deriveTitle, questionTitle, titleLimit } from './title.ts'

export { deriveTitle, titleLimit }

/**
 * Ids become file names, so nothing that could leave the sessions folder may pass: a dot stands only before the one word
 * by which a copy that was kept beside a session is known, `<id>.repaired` and `<id>.conflict-<time>`.
 */
export const sessionId = z.string().regex(/^[A-Za-z0-9_-]{1,128}(\.(repaired|conflict)(-[0-9A-Za-z_-]{1,40})?)?$/)

export const stopReasons = [
  'stop',
  'length',
  'tool_calls',
  'cancelled',
  'denied',
  'limit',
  'error',
  'interrupted',
] as const
export const stopReason = z.enum(stopReasons)
export type StopReason = z.infer<typeof stopReason>

/** Token counts are the server's; durations are milliseconds. */
export const usage = z.object({
  promptTokens: z.number(),
  outputTokens: z.number(),
  contextTokens: z.number(),
  numCtx: z.number(),
  /** The window that was really loaded, where the server said another one than was asked for. */
  loadedCtx: z.number().optional(),
  loadMs: z.number(),
  promptMs: z.number(),
  outputMs: z.number(),
})
export type Usage = z.infer<typeof usage>

/** Why an assistant message ended in error. The code is open: a newer version may know more of them. */
export const recordedError = z.object({ code: z.string(), message: z.string(), detail: z.string().optional() })

export const sessionHeader = z.looseObject({
  type: z.literal('session'),
  v: z.number().int(),
  id: z.string(),
  ts: z.string(),
  app: z.string().optional(),
  workspace: z.string().nullable().optional(),
  parentSession: z.string().nullable().optional(),
  forkedAt: z.string().nullable().optional(),
  replayOf: z.object({ model: z.string() }).optional().catch(undefined),
})
export type SessionHeader = z.infer<typeof sessionHeader>

const roles = ['user', 'assistant', 'tool', 'system'] as const

export const messageRecord = z.looseObject({
  type: z.literal('message'),
  id: z.string().min(1),
  parentId: z.string().nullable(),
  ts: z.string().nullable(),
  role: z.enum(roles),
  content: z.string(),
  thinking: z.string().optional(),
  model: z.string().optional(),
  stop: stopReason.optional(),
  usage: usage.partial().nullable().optional(),
  error: recordedError.nullable().optional(),
})
export type MessageRecord = z.infer<typeof messageRecord>

/**
 * Whether this is a message that `messageRecord` would leave as it is. Of what it says no about, the schema decides: this knows only
 * what nearly every line of a log looks like, and takes a quarter of the schema's time for it.
 */
export function isPlainMessage(value: object): value is MessageRecord {
  const { type, id, parentId, ts, role, content, thinking, model, stop, usage, error } = value as Record<
    string,
    unknown
  >
  return (
    type === 'message' &&
    typeof id === 'string' &&
    id !== '' &&
    (parentId === null || typeof parentId === 'string') &&
    (ts === null || typeof ts === 'string') &&
    (roles as readonly unknown[]).includes(role) &&
    typeof content === 'string' &&
    (thinking === undefined || typeof thinking === 'string') &&
    (model === undefined || typeof model === 'string') &&
    (stop === undefined || (stopReasons as readonly unknown[]).includes(stop)) &&
    (usage === undefined || usage === null || isPlainUsage(usage)) &&
    (error === undefined || error === null) &&
    !Object.hasOwn(value, '__proto__')
  )
}

function isPlainUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([name, count]) => Object.hasOwn(usage.shape, name) && Number.isFinite(count))
}

export const titleRecord = z.looseObject({
  type: z.literal('title'),
  id: z.string().min(1),
  ts: z.string(),
  title: z.string(),
  by: z.enum(['user', 'model', 'derived']),
})
export type TitleRecord = z.infer<typeof titleRecord>

/** A record of a type this version does not know: kept, shown to nobody, passed through on export. */
export const unknownRecord = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  parentId: z.string().nullable().optional(),
})
export type UnknownRecord = z.infer<typeof unknownRecord>

export type SessionRecord = SessionHeader | MessageRecord | TitleRecord | UnknownRecord
export type TreeRecord = MessageRecord | (UnknownRecord & { id: string; parentId: string | null })

/** One thing that had to be skipped or mended while reading; offset and length are bytes. */
export const diagnostic = z.object({
  code: z.string(),
  offset: z.number(),
  length: z.number(),
  message: z.string(),
})
export type Diagnostic = z.infer<typeof diagnostic>

/** Codes of diagnostics whose bytes gave no record. The others mended something; nothing of them is missing. */
const skippingCodes: readonly string[] = ['bad_line', 'not_utf8', 'nul_bytes']

/** How many places had to be skipped. */
export function skippedPlaces(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ code }) => skippingCodes.includes(code)).length
}

/** How many bytes had to be skipped. */
export function skippedBytes(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.reduce((sum, { code, length }) => sum + (skippingCodes.includes(code) ? length : 0), 0)
}

/** Version of the format that is written. Files with a higher one are opened read-only. */
export const formatVersion = 1

export const sessionSummary = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string().nullable(),
  updatedAt: z.string(),
  /** Messages in the file, on all branches. */
  entries: z.number(),
  bytes: z.number(),
  model: z.string().nullable(),
  archived: z.boolean(),
  pinned: z.boolean(),
  state: z.enum(['ok', 'damaged', 'readonly']),
  badLines: z.number(),
  /** Absolute path of its folder; null when it has none. */
  workspace: z.string().nullable(),
  /** The code of the error its last message ended in; null when it ended in none. */
  lastError: z.string().nullable(),
  /** The session whose questions this one asks again. */
  replayOf: z.string().optional(),
})
export type SessionSummary = z.infer<typeof sessionSummary>

export function isMessage(record: SessionRecord): record is MessageRecord {
  return record.type === 'message'
}

/** The person's last title wins, else the last title, else the first line of the first question. */
export function sessionTitle(records: readonly SessionRecord[]): string {
  let title = ''
  let chosenByUser = false
  for (const record of records) {
    const parsed = record.type === 'title' ? titleRecord.safeParse(record) : null
    if (!parsed?.success || parsed.data.title.trim() === '') continue
    const byUser = parsed.data.by === 'user'
    if (byUser || !chosenByUser) title = parsed.data.title
    chosenByUser ||= byUser
  }
  // The half of a character that a cut leaves behind is no text.
  if (title !== '') return title.slice(0, titleLimit).replace(/[\uD800-\uDBFF]$/, '')
  const question = records.find((record) => isMessage(record) && record.role === 'user')
  return question && isMessage(question) ? questionTitle(question.content, attachmentsOf(question)) : ''
}
