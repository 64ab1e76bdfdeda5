// What a readable export shows of a session: questions, answers, and the calls between, in order.
import { attachmentsOf, isKept, type PictureMime } from '../../../shared/attachment-kinds.ts'
import { callFacts, objectOf } from '../../../shared/call-facts.ts'
import type { OpenedSession } from '../../../shared/ipc.ts'
import { attachedLine } from '../../../shared/messages/attached-line.ts'
import { callWords } from '../../../shared/messages/calls.ts'
import { exportWords } from '../../../shared/messages/exports.ts'
import { isMessage, type MessageRecord, skippedBytes, type TreeRecord } from '../../../shared/session.ts'
import { callIdOf, callsOf, isResult, type RecordedCall } from '../../../shared/session-tree.ts'

export interface CallPart {
  /** Verb, object and outcome in one line. */
  line: string
  /** Indented JSON; null when they were no object. */
  arguments: string | null
  output: string | null
}

export interface AttachedPart {
  name: string
  /** Kind, name and size, and what became of its content when it is not there. */
  line: string
  /** An encoded picture, of a page that shows them. */
  picture: Picture | null
}

export type Part =
  | { kind: 'question'; text: string; ts: string | null; attached: AttachedPart[] }
  | { kind: 'summary'; text: string }
  | {
      kind: 'answer'
      text: string
      thinking: string
      model: string | null
      ts: string | null
      calls: CallPart[]
      error: string | null
    }

export interface ReadableSession {
  title: string
  folder: string | null
  parts: Part[]
  skippedBytes: number
  hasBranches: boolean
}

/** Of results of which the record has a part: all that a page shows of them, by entry. */
export type WholeOutputs = ReadonlyMap<string, { text: string; characters: number }>

export interface Picture {
  mime: PictureMime
  bytes: Uint8Array
}

/** What is attached, by the name of its blob: a picture to show, a sentence that says why there is nothing, null for what is there. */
export type AttachedContents = ReadonlyMap<string, Picture | string | null>

export function readable(
  opened: OpenedSession,
  whole: WholeOutputs = new Map(),
  contents: AttachedContents = new Map(),
): ReadableSession {
  // The walls of `sessions.open` let anything through that is a record; what is no node of the tree is not shown.
  const entries = opened.entries.filter(isNode)
  const results = new Map(entries.flatMap((record) => (isResult(record) ? [[callIdOf(record), record] as const] : [])))
  return {
    title: opened.session.title,
    folder: opened.workspace,
    parts: entries.flatMap((record) => partOf(record, { results, whole, contents }) ?? []),
    skippedBytes: skippedBytes(opened.diagnostics),
    hasBranches: opened.versions.length > 0,
  }
}

function isNode(record: OpenedSession['entries'][number]): record is TreeRecord {
  return typeof record.id === 'string' && record.parentId !== undefined
}

interface Beside {
  results: ReadonlyMap<string | null, TreeRecord>
  whole: WholeOutputs
  contents: AttachedContents
}

function partOf(record: TreeRecord, { results, whole, contents }: Beside): Part | null {
  if (record.type === 'compaction' && typeof record['summary'] === 'string') {
    return { kind: 'summary', text: record['summary'] }
  }
  if (!isMessage(record)) return null
  const { role, content, ts } = record
  if (role === 'user') return { kind: 'question', text: content, ts, attached: attachedParts(record, contents) }
  if (role !== 'assistant') return null
  return {
    kind: 'answer',
    text: content,
    thinking: record.thinking ?? '',
    model: record.model ?? null,
    ts,
    calls: callsOf(record).map((call) => callPart(call, results.get(call.id), whole)),
    error: record.error?.message ?? null,
  }
}

function attachedParts(record: MessageRecord, contents: AttachedContents): AttachedPart[] {
  return attachmentsOf(record).map((one) => {
    const line = attachedLine(one)
    const found = isKept(one) ? (contents.get(one.blob) ?? null) : exportWords.attachedPlace
    if (typeof found === 'string') return { name: one.name, line: `${line}, ${found}`, picture: null }
    return { name: one.name, line, picture: found }
  })
}

function callPart(call: RecordedCall, found: TreeRecord | undefined, whole: WholeOutputs): CallPart {
  const result = found && isMessage(found) ? (found as MessageRecord) : null
  const facts = callFacts(result)
  const { text, within } = objectOf(call)
  const outcome = callWords.outcome(call.name, facts)
  const object = `${text || callWords.noName}${within === null ? '' : callWords.inPath(within)}`
  return {
    line: `${callWords.verb(call.name, facts)} ${object}${outcome === '' ? '' : ` (${outcome})`}`,
    arguments: call.arguments === null ? null : JSON.stringify(call.arguments, null, 2),
    output: result === null ? null : outputOf(result, whole),
  }
}

function outputOf({ id, content }: MessageRecord, whole: WholeOutputs): string {
  const found = whole.get(id)
  if (!found) return content
  const { text, characters } = found
  return text.length < characters ? `${text}\n${exportWords.outputGoesOn(characters, text.length)}` : text
}
