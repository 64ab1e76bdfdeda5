// What of a record can be found: its texts, each with what it is, for the index and for the piece that is shown of a hit.
import { objectOf } from '../../../shared/call-facts.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import type { HitPart, SearchRole } from '../../../shared/search.ts'
import { isMessage, type MessageRecord, type SessionRecord } from '../../../shared/session.ts'
import { callsOf, type RecordedCall } from '../../../shared/session-tree.ts'

/** One text of a record. */
export interface Part {
  part: HitPart
  tool: string | null
  text: string
}

export interface Document {
  role: SearchRole | null
  /** Milliseconds since 1970; null when the record does not say. */
  ts: number | null
  model: string | null
  parts: readonly Part[]
  tools: readonly string[]
  files: readonly string[]
  hosts: readonly string[]
  skills: readonly string[]
}

/** Of what was asked of a tool, and of what it answered: as much as anybody looks for by its words. The rest is read from the files. */
const argumentsLimit = 4_096
const outputLimit = 8_192
/** Longest text of a message that is put into the index; there is nothing as long that was written by hand. */
const textLimit = 1_048_576

/** null when there is nothing to be found in it. `callOf` finds what an approval was about. */
export function documentOf(record: SessionRecord, callOf: (callId: string) => RecordedCall | null): Document | null {
  if (isMessage(record)) return ofMessage(record)
  const text = (key: string) => {
    const value: unknown = (record as Record<string, unknown>)[key]
    return typeof value === 'string' ? value : ''
  }
  const ts = timeOf(record)
  const nothing = { role: null, ts, model: null, parts: [], tools: [], files: [], hosts: [], skills: [] }
  if (record.type === 'approval') {
    const call = callOf(text('callId'))
    const decision = text('decision')
    const said = decision === 'allow' || decision === 'deny' ? searchWords.approval[decision] : ''
    const { tools, files, hosts, skills } = aboutCalls(call ? [call] : [])
    const about = call ? aboutCall(call) : ''
    const words = [said, text('by') === 'user' ? '' : text('by'), about, text('note')]
    const part: Part = { part: 'approval', tool: call?.name ?? null, text: words.filter((one) => one !== '').join(' ') }
    return { ...nothing, parts: [part], tools, files, hosts, skills }
  }
  if (record.type === 'compaction')
    return { ...nothing, parts: [{ part: 'summary', tool: null, text: text('summary') }] }
  if (record.type === 'skill' && text('name') !== '' && text('event') !== 'offered') {
    return { ...nothing, parts: [{ part: 'skill', tool: null, text: text('name') }], skills: [text('name')] }
  }
  return null
}

function ofMessage(record: MessageRecord): Document | null {
  const ts = timeOf(record)
  const nothing = { ts, model: null, tools: [], files: [], hosts: [], skills: [] }
  const content = record.content.slice(0, textLimit)
  if (record.role === 'user') {
    const names = attachmentNames(record['attachments'])
    // A message of attachments alone is found, and shown, by their names.
    const text = content.trim() === '' ? names.join(', ') : content
    return { ...nothing, role: 'user', parts: [{ part: 'question', tool: null, text }], files: names }
  }
  if (record.role === 'assistant') {
    const calls = callsOf(record)
    const parts: Part[] = content === '' ? [] : [{ part: 'answer', tool: null, text: content }]
    for (const call of calls) parts.push({ part: 'call', tool: call.name, text: aboutCall(call) })
    return { ...nothing, role: 'assistant', model: record.model ?? null, parts, ...aboutCalls(calls) }
  }
  if (record.role !== 'tool') return null
  const tool = typeof record['name'] === 'string' ? record['name'] : null
  const { files, hosts } = aboutDetail(record['detail'])
  const output: Part = { part: 'output', tool, text: content.slice(0, outputLimit) }
  return { ...nothing, role: 'tool', parts: [output], tools: tool === null ? [] : [tool], files, hosts }
}

/** What a call is about first, then the rest of what it was given. */
function aboutCall(call: RecordedCall): string {
  const object = objectOf(call)
  const texts = [object.text === call.name ? '' : object.text]
  for (const value of Object.values(call.arguments ?? {})) {
    if (value === object.text) continue
    texts.push(typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : '')
  }
  return texts
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, argumentsLimit)
}

function aboutCalls(calls: readonly RecordedCall[]) {
  const files: string[] = []
  const hosts: string[] = []
  const skills: string[] = []
  for (const { name, arguments: given } of calls) {
    const path = given?.['path']
    const url = given?.['url']
    const skill = given?.['name']
    if (typeof path === 'string') files.push(path.slice(0, 4_096))
    if (typeof url === 'string') hosts.push(...hostOf(url))
    if (name === 'use_skill' && typeof skill === 'string') skills.push(skill.slice(0, 200))
  }
  return { tools: calls.map(({ name }) => name.slice(0, 200)), files, hosts, skills }
}

function aboutDetail(detail: unknown): { files: string[]; hosts: string[] } {
  const files: string[] = []
  const hosts: string[] = []
  if (typeof detail !== 'object' || detail === null) return { files, hosts }
  if ('files' in detail && Array.isArray(detail.files)) {
    for (const file of detail.files.slice(0, 1_000)) {
      if (typeof file === 'object' && file !== null && typeof file.path === 'string') files.push(file.path)
    }
  }
  if ('page' in detail && typeof detail.page === 'object' && detail.page !== null && 'url' in detail.page) {
    if (typeof detail.page.url === 'string') hosts.push(...hostOf(detail.page.url))
  }
  return { files, hosts }
}

function hostOf(url: string): string[] {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return host === '' ? [] : [host]
}

function attachmentNames(attachments: unknown): string[] {
  if (!Array.isArray(attachments)) return []
  return attachments.flatMap((one) => (typeof one?.name === 'string' ? [one.name.slice(0, 400)] : []))
}

export function timeOf(record: SessionRecord): number | null {
  const said: unknown = (record as Record<string, unknown>)['ts']
  const time = typeof said === 'string' ? Date.parse(said) : Number.NaN
  return Number.isNaN(time) ? null : time
}
