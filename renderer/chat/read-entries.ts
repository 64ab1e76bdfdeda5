// Checks the records of a session once. Loaded with the first session: the schemas are not needed for the first words.
import { type SessionMode, sessionMode } from '../../shared/approval.ts'
import { type TextField, textsOf } from '../../shared/entry-texts.ts'
import { foldText } from '../../shared/fold-text.ts'
import { type MessageRecord, messageRecord, type UnknownRecord } from '../../shared/session.ts'
import type { Entry, SkillFacts, SummaryFacts } from './entries.ts'

/** null for a record that has no place in the tree. */
export function readEntry(record: UnknownRecord): Entry | null {
  if (typeof record.id !== 'string') return null
  if (record.type !== 'message') {
    if (record.parentId === undefined) return null
    const place = { id: record.id, parentId: record.parentId, message: null }
    const callId = record.type === 'tool_start' ? record['callId'] : undefined
    const skill = record.type === 'skill' ? skillOf(record) : null
    if (skill) return { ...place, skill }
    const summary = record.type === 'compaction' ? summaryOf(record) : null
    if (summary) return { ...place, summary }
    return typeof callId === 'string' ? { ...place, startedCall: callId } : place
  }
  const parsed = messageRecord.safeParse(record)
  if (!parsed.success) return { id: record.id, parentId: record.parentId ?? null, message: null }
  return { id: parsed.data.id, parentId: parsed.data.parentId, message: parsed.data }
}

/** Leniently: files are anybody's. */
function skillOf({ event, name, names, by }: UnknownRecord & Record<string, unknown>): SkillFacts | null {
  if (event === 'offered') {
    const offered = Array.isArray(names) ? names.filter((one) => typeof one === 'string') : []
    return { offered }
  }
  if (event !== 'chosen' && event !== 'read') return null
  return typeof name === 'string' ? { used: name, by: by === 'user' ? 'user' : 'model' } : null
}

/** As leniently; of logs of other programs the number of messages is not known. */
function summaryOf({ summary, messageCount, leftOut }: UnknownRecord & Record<string, unknown>): SummaryFacts | null {
  if (typeof summary !== 'string') return null
  const left: unknown = Object(leftOut).messages
  const messages = typeof messageCount === 'number' ? messageCount : null
  return { text: summary, messages, leftOut: typeof left === 'number' ? left : 0 }
}

/** The mode that was chosen here; null when this is about something else. */
export function modeOf(record: UnknownRecord): SessionMode | null {
  return record.type === 'settings' ? (sessionMode.safeParse(record['mode']).data ?? null) : null
}

/** Which skills were chosen for this session alone: all of its choices. null when this is about something else. */
export function skillChoicesOf(record: UnknownRecord): Record<string, boolean> | null {
  const given = record.type === 'settings' ? record['skills'] : null
  if (typeof given !== 'object' || given === null) return null
  return Object.fromEntries(
    Object.entries(given).filter((one): one is [string, boolean] => typeof one[1] === 'boolean'),
  )
}

export function readEntries(records: readonly UnknownRecord[]): Entry[] {
  return records.flatMap((record) => readEntry(record) ?? [])
}

/** Where in a message the first of these words are. */
export function fieldWith(message: MessageRecord | null, terms: readonly string[]): TextField | null {
  if (message === null) return null
  const wanted = terms.map(foldText).filter((term) => term !== '')
  const found = textsOf(message).find(({ text }) => wanted.some((term) => foldText(text).includes(term)))
  return found?.field ?? null
}
