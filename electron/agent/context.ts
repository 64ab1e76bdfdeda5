// What the model is shown of a session.

import { type LeftOut, leftOut } from '../../shared/left-out.ts'
import { isMessage, type MessageRecord, type TreeRecord } from '../../shared/session.ts'
import { callIdOf, callIdsOf, callsOf, correctionsOn, isResult } from '../../shared/session-tree.ts'
import type { Shortenings } from '../../shared/shortenings.ts'
import { skillFound } from '../../shared/tool.ts'
import type { ModelMessage, ToolCall } from '../contracts.ts'
import type { Attached } from './attached.ts'
import { inShort } from './short-forms.ts'
import { toModel } from './to-model.ts'
import { tokensIn } from './token-estimate.ts'

/**
 * Byte-stable on purpose: the server keeps what it has evaluated as long as the beginning of the prompt stays the same,
 * so no clock, folder or counter may ever stand here.
 */
const systemPrompt =
  'You are Carrel, an assistant that works with one person on their own computer. ' +
  'Answer in the language of the question, in Markdown, plainly and to the point. ' +
  'When you do not know something, say so.'

/** Before a summary that stands in for what was said; to the model, as the system prompt is. */
const summaryIntroduction = 'Summary of the conversation until here:'

/** Where a run is at home; the same for all of its requests. */
export interface Place {
  /** Absolute path of the session's folder. */
  workspace: string | null
  /** What the folder itself has to say, when the person trusts it. */
  instructions: string | null
  /** The person's own words for this session. */
  ownPrompt: string | null
  /** The skills the model may use, as it is told of them (skill-catalogue.ts). */
  skills: string | null
  /** Pictures that results have, by the id of the entry, null for one that is gone; a run adds its own. */
  pictures: ReadonlyMap<string, Uint8Array | null>
  /** What is attached to questions, by the id of the entry. */
  attached: ReadonlyMap<string, Attached>
}

const nowhere: Place = {
  workspace: null,
  instructions: null,
  ownPrompt: null,
  skills: null,
  pictures: new Map(),
  attached: new Map(),
}

const nothingAttached: Attached = { words: '', inShort: '', pictures: [] }

/** A message, and the entry it shows; null when it shows none. */
export interface Shown {
  message: ModelMessage
  id: string | null
}

/**
 * The messages of the path, oldest first, with the system prompt before them. Left out are empty answers, what was
 * hidden, and what a compaction stands for; of that the question of the turn and what skills say stay. Every call is followed by one result each and no result stands alone:
 * servers refuse or misread anything else.
 */
export function messagesFor(
  path: readonly TreeRecord[],
  hidden: readonly string[] = [],
  shortened: Shortenings = new Map(),
  place: Place = nowhere,
): ModelMessage[] {
  return inTheirForms(shownOf(path, hidden, place), shortened)
}

/** The same with each message as it is while there is room for it. */
export function shownOf(path: readonly TreeRecord[], hidden: readonly string[], place: Place): Shown[] {
  const shown: Shown[] = []
  const show = (message: ModelMessage, id: string | null) => shown.push({ message, id })
  show({ role: 'system', content: introduction(place) }, null)
  const isHidden = new Set(hidden)
  // A correction is said within a turn and ends none.
  const corrections = correctionsOn(path)
  const { summary, unread, before, kept } = compactedOn(path)
  if (summary !== null) show({ role: 'user', content: standIn(summary, unread) }, null)
  for (const { record, results } of skillsIn(before, kept)) {
    if (isHidden.has(record.id)) continue
    const ids = new Set(results.map(callIdOf))
    const toolCalls = callsOf(record).filter(({ id }) => ids.has(id))
    show({ role: 'assistant', content: '', toolCalls }, record.id)
    const found = resultsIn(results)
    for (const call of toolCalls) shown.push(resultOf(call, found(call.id, 0), place))
  }
  const asked = lastQuestion(kept, corrections) ? null : lastQuestion(before, corrections)
  if (asked && !isHidden.has(asked.id)) {
    const { inShort } = place.attached.get(asked.id) ?? nothingAttached
    show({ role: 'user', content: (asked.content + inShort).trimStart() + stamp(asked.ts, place) }, asked.id)
  }
  const turnFrom = kept.findLastIndex(
    (record) => isMessage(record) && record.role === 'user' && !corrections.has(record.id),
  )
  const found = resultsIn(kept)
  for (const [index, record] of kept.entries()) {
    if (!isMessage(record) || isHidden.has(record.id)) continue
    if (record.role === 'user') {
      const when = corrections.has(record.id) ? '' : stamp(record.ts, place)
      const { words, pictures } = place.attached.get(record.id) ?? nothingAttached
      const images = pictures.length > 0 ? { images: pictures } : {}
      show({ role: 'user', content: (record.content + words).trimStart() + when, ...images }, record.id)
    }
    // A result is shown with its call.
    if (record.role !== 'assistant') continue
    const toolCalls = callsOf(record)
    if (record.content === '' && toolCalls.length === 0) continue
    const said: ModelMessage = {
      role: 'assistant',
      content: record.content,
      // It belongs to the turn it was made in: the calls of this one were made because of it, those of others are over.
      ...(index > turnFrom && record.thinking && { thinking: record.thinking }),
      ...(toolCalls.length > 0 && { toolCalls }),
    }
    show(said, record.id)
    for (const call of toolCalls) shown.push(resultOf(call, found(call.id, index + 1), place))
  }
  return shown
}

/** The words of the folder, and those of the person, each in at most a quarter of the window: there has to be room to answer. */
export function inQuarter(place: Place, numCtx: number): Place {
  const cut = (text: string | null, rest: (characters: number) => string) => {
    const share = text === null ? 1 : numCtx / 4 / tokensIn(text)
    if (text === null || share >= 1) return text
    const head = text.slice(0, Math.floor(text.length * share)).replace(/[\ud800-\udbff]$/, '')
    return `${head}\n${rest(text.length - head.length)}`
  }
  return {
    ...place,
    instructions: cut(place.instructions, toModel.instructionsCut),
    ownPrompt: cut(place.ownPrompt, toModel.ownPromptCut),
  }
}

function introduction({ instructions, ownPrompt, skills }: Place): string {
  const ofPerson = ownPrompt === null ? [] : [toModel.ownPrompt, ownPrompt]
  const ofFolder = instructions === null ? [] : [toModel.instructions, instructions]
  return [systemPrompt, ...ofPerson, ...(skills === null ? [] : [skills]), ...ofFolder].join('\n\n')
}

/**
 * When a question was asked, and in which folder. Of every question its own, always the same: a clock that only the newest
 * one had would change the one before it, and with it all that the server has evaluated since.
 */
function stamp(ts: string | null, { workspace }: Place): string {
  if (ts === null) return ''
  const asked = new Date(ts)
  if (Number.isNaN(asked.getTime())) return ''
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${asked.getFullYear()}-${two(asked.getMonth() + 1)}-${two(asked.getDate())}`
  const time = `${two(asked.getHours())}:${two(asked.getMinutes())}`
  return `\n\n${toModel.asked(weekdays[asked.getDay()] ?? '', day, time, workspace)}`
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** What stands in the place of the beginning: what is not shown of it is said, so that nobody takes the rest for all. */
function standIn(summary: string, unread: LeftOut | null): string {
  const said = summary === '' ? [] : [`${summaryIntroduction}\n\n${summary}`]
  if (unread === null) return said.join('')
  const { messages, since, until, question } = unread
  return [toModel.notShown(messages, dayOf(since), dayOf(until), question), ...said].join('\n\n')
}

function dayOf(ts: string | null): string | null {
  const said = ts === null ? Number.NaN : Date.parse(ts)
  return Number.isNaN(said) ? null : new Date(said).toISOString().slice(0, 10)
}

export function inTheirForms(shown: readonly Shown[], shortened: Shortenings): ModelMessage[] {
  return shown.map(({ message, id }) => (id === null ? message : inShort(message, shortened.get(id))))
}

/** The records of the path that a model is still shown, as far as a compaction does not stand for them. */
export function keptOn(path: readonly TreeRecord[]): readonly TreeRecord[] {
  const { before, kept } = compactedOn(path)
  return [...skillsIn(before, kept).flatMap(({ results }) => results), ...kept]
}

interface Compacted {
  /** Empty where only something is left out. */
  summary: string | null
  /** What of it no summary has read. */
  unread: LeftOut | null
  /** What the summary stands for. */
  before: readonly TreeRecord[]
  kept: readonly TreeRecord[]
}

/** The nearest compaction whose first kept entry is on the path; one without has lost its place and counts for nothing. */
export function compactedOn(path: readonly TreeRecord[]): Compacted {
  for (let at = path.length - 1; at >= 0; at--) {
    const record = path[at]
    if (record?.type !== 'compaction' || !('summary' in record) || typeof record['summary'] !== 'string') continue
    const { firstKeptId } = record
    // It is near the end of a long path.
    const first = path.findLastIndex(({ id }) => id === firstKeptId)
    if (first < 0) continue
    const from = beforeItsCall(path, first)
    const unread = 'leftOut' in record ? (leftOut.safeParse(record['leftOut']).data ?? null) : null
    return { summary: record['summary'], unread, before: path.slice(0, from), kept: path.slice(from) }
  }
  return { summary: null, unread: null, before: [], kept: path }
}

/** The words a turn answers stay as they were said, also when the first steps of it are summarised. */
function lastQuestion(records: readonly TreeRecord[], corrections: ReadonlySet<string>): MessageRecord | null {
  const isQuestion = (record: TreeRecord): record is MessageRecord =>
    isMessage(record) && record.role === 'user' && !corrections.has(record.id)
  return records.findLast(isQuestion) ?? null
}

/**
 * What the model was shown whole of skills is what it works by, so a summary does not stand for that: of each skill and each of
 * its files the last reading, with the answer that called for it.
 */
function skillsIn(
  before: readonly TreeRecord[],
  kept: readonly TreeRecord[],
): { record: MessageRecord; results: TreeRecord[] }[] {
  const last = new Map<string, TreeRecord>()
  for (const record of before) {
    const skill = skillIn(record)
    if (skill !== null) last.set(skill, record)
  }
  for (const record of kept) last.delete(skillIn(record) ?? '')
  if (last.size === 0) return []
  const isLast = new Set(last.values())
  const results = before.filter((record) => isLast.has(record))
  return before.flatMap((record, at) => {
    if (!isMessage(record) || record.role !== 'assistant') return []
    const ids = new Set(callIdsOf(record))
    // Ids of calls may come again: a result belongs to the last call before it.
    const own = results.filter((result) => {
      const place = before.indexOf(result)
      const callId = callIdOf(result)
      return callId !== null && ids.has(callId) && callBefore(before, place, callId) === at
    })
    return own.length === 0 ? [] : [{ record, results: own }]
  })
}

/** What of which skill a result shows whole; null for any other record. */
function skillIn(record: TreeRecord): string | null {
  if (!isResult(record) || record['isError'] === true) return null
  const { skill } = Object(record['detail'])
  // Nearly every result, and what a schema refuses takes it long.
  if (skill === undefined) return null
  const found = skillFound.safeParse(skill).data
  return found?.isWhole ? `${found.hash} ${found.name} ${found.path ?? ''}` : null
}

/** A place among the results of a call is moved before the call. */
function beforeItsCall(path: readonly TreeRecord[], at: number): number {
  const place = path[at]
  const callId = place && callIdOf(place)
  const call = callId == null ? -1 : callBefore(path, at, callId)
  return call < 0 ? at : call
}

function callBefore(path: readonly TreeRecord[], at: number, callId: string): number {
  return path.findLastIndex((one, index) => index < at && callIdsOf(one).includes(callId))
}

/** What came of a call among the records from a place on: the first result with its id, and whether it was begun. */
interface Outcome {
  record: TreeRecord | undefined
  hasStarted: boolean
}

/** Looked through once: a conversation may have ten thousand calls. */
function resultsIn(records: readonly TreeRecord[]): (callId: string, from: number) => Outcome {
  const places = new Map<string, number[]>()
  for (const [at, record] of records.entries()) {
    const callId = isResult(record) || record.type === 'tool_start' ? callIdOf(record) : null
    if (callId === null) continue
    const known = places.get(callId)
    if (known) known.push(at)
    else places.set(callId, [at])
  }
  return (callId, from) => {
    const after = (places.get(callId) ?? []).filter((at) => at >= from).map((at) => records[at])
    return {
      record: after.find((one) => one !== undefined && isResult(one)),
      hasStarted: after.some((one) => one?.type === 'tool_start'),
    }
  }
}

function resultOf(call: ToolCall, { record, hasStarted }: Outcome, { pictures }: Place): Shown {
  const said = record && isMessage(record) ? record.content : hasStarted ? toModel.interrupted : toModel.neverRan
  const picture = record && pictures.get(record.id)
  // Said, or the next picture of the same message would be taken for it.
  const content = picture === null ? `${said}\n${toModel.pictureGone}` : said
  const message = { role: 'tool' as const, content, toolCallId: call.id, toolName: call.name }
  return { message: picture ? { ...message, images: [picture] } : message, id: record?.id ?? null }
}
