// Carrel's own logs, of this version and of the oldest one (`seed`): what is in them stays as it is, except for what could
// grant something here. Decisions, modes and folders count where they were made.
import { createHash } from 'node:crypto'
import type { LeftOutReason } from '../../../../shared/importing.ts'
import { type StopReason, stopReason } from '../../../../shared/session.ts'
import {
  assistantMessage,
  compaction,
  hide,
  leaf,
  settingsChange,
  shorten,
  title,
  toolMessage,
  toolStart,
  userMessage,
  type WrittenRecord,
} from '../../../../shared/session-format.ts'
import { type Call, type ReadSession, timeOf } from '../conversation.ts'
import { argumentsOf, type Fields, fieldsOf, listOf, textOf } from '../fields.ts'
import type { LogReader } from '../reader.ts'

interface Known {
  /** By which it is known in the new session; of one that is left out, what it was linked to. */
  id: string | null
  hash: string
}

interface Frame {
  id: string
  parentId: string | null
  ts: string
}

export function carrelReader(changed: Date): LogReader {
  const records: WrittenRecord[] = []
  const counts = new Map<LeftOutReason, number>()
  const known = new Map<string, Known>()
  const taken = new Set<string>()
  /** Calls of the last answer that wait for their results, in their order: the oldest results name none. */
  const waiting = new Map<string, Call>()
  let last: string | null = null
  let lastTs: string | null = null
  let firstTs: string | null = null
  let folder: string | null = null
  let headerTs: string | null = null
  let newer = false
  let kept = 0

  const leaveOut = (reason: LeftOutReason) => void counts.set(reason, (counts.get(reason) ?? 0) + 1)

  function idOf(value: Fields, offset: number): string {
    const given = value['id']
    let id = typeof given === 'string' && isOwnId(given) ? given : `line:${offset}`
    for (let count = 1; taken.has(id); count++) id = count === 1 ? `line:${offset}` : `line:${offset}:${count}`
    taken.add(id)
    return id
  }

  function parentOf(value: Fields): string | null {
    if (value['parentId'] === null) return null
    const found = known.get(textOf(value['parentId']))
    // The oldest lines name none, and one that is missing follows what stands before: no history vanishes.
    return found === undefined ? last : found.id
  }

  function node(value: Fields, offset: number): void {
    const given = textOf(value['id'])
    const text = JSON.stringify(value)
    kept += text.length
    const hash = createHash('sha256').update(text).digest('base64')
    const before = given === '' ? undefined : known.get(given)
    if (before?.hash === hash) {
      leaveOut('repeated')
      return
    }
    const parentId = parentOf(value)
    const record = read(value, { id: idOf(value, offset), parentId, ts: lastTs ?? changed.toISOString() })
    if (record) {
      records.push(record)
      last = record.id
    } else last = parentId ?? last
    if (given !== '' && !before) known.set(given, { id: record?.id ?? parentId, hash })
  }

  /** Null for what is left out. */
  function read(value: Fields, frame: Frame): (WrittenRecord & { id: string }) | null {
    switch (value['type']) {
      case undefined:
      case 'message':
        return message(value, frame)
      case 'tool_start':
        return strict(toolStart, value, frame)
      case 'compaction':
        return strict(compaction, { ...value, firstKeptId: known.get(textOf(value['firstKeptId']))?.id }, frame)
      case 'settings': {
        // The mode and the folder are decisions; a model and a way to write calls are none.
        const { model, think, dialect } = value
        const kept = Object.fromEntries(
          Object.entries({ model, think, dialect }).filter(([, one]) => one !== undefined),
        )
        if (Object.keys(value).some((key) => ['mode', 'workspace', 'options', 'ownPrompt', 'system'].includes(key)))
          leaveOut('rights')
        return Object.keys(kept).length === 0 ? null : strict(settingsChange, { type: 'settings', ...kept }, frame)
      }
      case 'approval':
      case 'skill':
        leaveOut('rights')
        return null
      default:
        leaveOut('unknown')
        return null
    }
  }

  function message(value: Fields, frame: Frame): (WrittenRecord & { id: string }) | null {
    const typed = { ...value, type: 'message' }
    if (typeof value['content'] !== 'string') {
      leaveOut('unknown')
      return null
    }
    const content = value['content']
    switch (value['role']) {
      case 'user':
        return strictly(userMessage, typed, frame) ?? { type: 'message', ...frame, role: 'user', content }
      case 'assistant': {
        const record = strictly(assistantMessage, typed, frame) ?? oldAnswer(value, frame, content)
        waiting.clear()
        for (const call of record.toolCalls ?? []) waiting.set(call.id, call)
        return record
      }
      case 'tool': {
        const record = strictly(toolMessage, typed, frame) ?? oldResult(value, frame, content)
        if (record) waiting.delete(record.callId)
        else leaveOut('no-call')
        return record
      }
      default:
        // Of the oldest form: what the program told its model.
        leaveOut(value['role'] === 'system' ? 'injected' : 'unknown')
        return null
    }
  }

  function oldResult(value: Fields, frame: Frame, content: string) {
    const named = textOf(value['callId'] ?? value['toolCallId'] ?? value['tool_call_id'])
    const [oldest] = waiting.values()
    const call = named === '' ? oldest : waiting.get(named)
    if (!call) return null
    const isError = value['isError'] === true || value['is_error'] === true
    return {
      type: 'message' as const,
      ...frame,
      role: 'tool' as const,
      callId: call.id,
      name: call.name,
      content,
      isError,
    }
  }

  function strict<Data extends WrittenRecord & { id: string }>(
    schema: Schema<Data>,
    value: object,
    frame: Frame,
  ): Data | null {
    const record = strictly(schema, value, frame)
    if (!record) leaveOut('unknown')
    return record
  }

  /** What is said about the session or an entry. */
  function beside(value: Fields, offset: number): void {
    const frame = { id: idOf(value, offset), ts: lastTs ?? changed.toISOString() }
    const idThere = (id: unknown) => known.get(textOf(id))?.id ?? undefined
    const target = value['target'] === null ? null : idThere(value['target'])
    const targets = listOf(value['targets']).flatMap((id) => idThere(id) ?? [])
    const schemas = { title, leaf, hide, shorten }
    const type = textOf(value['type']) as keyof typeof schemas
    const parsed = schemas[type].safeParse({
      ...value,
      ...frame,
      ...('target' in value && { target }),
      ...('targets' in value && { targets }),
    })
    if (parsed.success) records.push(parsed.data)
    else leaveOut('unknown')
  }

  return {
    add({ value, offset }) {
      const ts = timeOf(value['ts'] ?? value['timestamp'])
      lastTs = ts ?? lastTs
      const { type } = value
      if (type === 'session') {
        if (headerTs !== null) return
        headerTs = ts ?? changed.toISOString()
        newer = typeof value['v'] === 'number' && value['v'] > 1
        folder = textOf(value['workspace']) || null
        return
      }
      firstTs ??= ts
      if (type === 'title' || type === 'leaf' || type === 'hide' || type === 'shorten') beside(value, offset)
      else if (type === 'meta') leaveOut('notes')
      else node(value, offset)
    },
    kept: () => kept,
    isNewer: () => newer,
    end(): ReadSession[] {
      if (!records.some(({ type }) => type === 'message')) return []
      const createdAt = headerTs ?? firstTs ?? changed.toISOString()
      return [{ createdAt, folder, records, leftOut: [...counts].map(([reason, count]) => ({ reason, count })) }]
    },
  }
}

/** Those that are made of the place of a line mean another place in the new file. */
const isOwnId = (id: string) => id !== '' && id.length <= 100 && !/^(imported:|v0:\d+$)|#\d+$/.test(id)

interface Schema<Data> {
  safeParse(value: unknown): { success: true; data: Data } | { success: false }
}

/** The record as this version writes it; null when it is none. */
function strictly<Data>(schema: Schema<Data>, value: object, frame: Frame): Data | null {
  const parsed = schema.safeParse({ ...value, ...frame })
  return parsed.success ? parsed.data : null
}

/** An answer of the oldest form, or one with something in it that this version would not write. */
function oldAnswer(value: Fields, frame: Frame, content: string) {
  const calls = [...listOf(value['toolCalls']), ...listOf(value['tool_calls'])].map((one, index): Call => {
    const call = fieldsOf(one)
    const called = fieldsOf(call['function'])
    const name = textOf(call['name']) || textOf(called['name'])
    return {
      id: textOf(call['id']) || `call:${frame.id}:${index}`,
      name,
      arguments: argumentsOf(call['arguments'] ?? called['arguments']),
    }
  })
  const said: StopReason = stopReason.safeParse(value['stop']).data ?? (calls.length > 0 ? 'tool_calls' : 'stop')
  const { thinking, model } = value
  return {
    type: 'message' as const,
    ...frame,
    role: 'assistant' as const,
    content,
    ...(typeof thinking === 'string' && { thinking }),
    ...(calls.length > 0 && { toolCalls: calls }),
    ...(typeof model === 'string' && { model }),
    stop: said,
    usage: null,
    error: null,
  }
}
