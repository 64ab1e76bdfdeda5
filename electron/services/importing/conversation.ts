// A conversation as a log is read into it: a tree of records in the order of the log, and a count of what is not in it.
import type { LeftOut, LeftOutReason } from '../../../shared/importing.ts'
import type { StopReason, Usage } from '../../../shared/session.ts'
import type { WrittenRecord } from '../../../shared/session-format.ts'
import { deriveTitle, titleLimit } from '../../../shared/title.ts'

/** What is read is text of somebody else: nothing but strings, and nothing that could grant anything. */
export type Said =
  | { role: 'user'; content: string }
  | {
      role: 'assistant'
      content: string
      thinking?: string
      toolCalls?: Call[]
      model?: string
      stop: StopReason
      usage: Usage | null
      error: { code: string; message: string } | null
    }
  | { role: 'tool'; callId: string; name: string; content: string; isError: boolean; exit?: number }

export interface Call {
  id: string
  name: string
  arguments: Record<string, unknown>
}

export interface Summary {
  summary: string
  /** null: everything before it. */
  firstKept: Node | null
  tokensBefore: number
}

export interface Node {
  id: string
  ts: string
  /** Changed as long as the log is read: what belongs together may stand apart. */
  said: Said | Summary
  parent: Node | null
}

export interface Place {
  /** As the log has it; when it is none, or taken, one is made of the place. */
  id?: unknown
  /** Of its line in the log, in bytes. */
  offset: number
  parent: Node | null
  /** ISO 8601 or milliseconds; when it is none, that of the line before. */
  ts?: unknown
}

/** One session of a log, before it gets an id and a header. */
export interface ReadSession {
  createdAt: string
  /** Where it was worked in there; for a person to read. */
  folder: string | null
  /** As they go into the file, behind the header. */
  records: WrittenRecord[]
  leftOut: LeftOut[]
}

export type Conversation = ReturnType<typeof createConversation>

/** Letters that cannot be taken for anything else, whoever wrote them. */
const idForm = /^[A-Za-z0-9_.:-]{1,100}$/

/** `changed`: of the file, for lines that have no time. `size`: of what is kept, when several conversations are read at once. */
export function createConversation(changed: Date, size = { kept: 0 }) {
  const nodes: Node[] = []
  const ids = new Set(['imported:title', 'imported:leaf', 'imported:meta'])
  const counts = new Map<LeftOutReason, number>()
  let lastTs: string | null = null

  /** Of the line that is read: how many of its nodes have been named after it. */
  let named = { offset: -1, count: 0 }

  function take(given: unknown, offset: number): string {
    let id = typeof given === 'string' && idForm.test(given) ? given : null
    while (id === null || ids.has(id)) {
      named = { offset, count: named.offset === offset ? named.count + 1 : 1 }
      id = named.count === 1 ? `line:${offset}` : `line:${offset}:${named.count}`
    }
    ids.add(id)
    return id
  }

  return {
    nodes: nodes as readonly Node[],
    /** What is added to a node later on is to be told. */
    grow(...texts: string[]): void {
      for (const text of texts) size.kept += text.length
    },
    kept: () => size.kept,
    /** The time of a line that is no node. */
    heard(ts: unknown): void {
      lastTs = timeOf(ts) ?? lastTs
    },
    add({ id, offset, parent, ts }: Place, said: Node['said']): Node {
      size.kept += 'role' in said ? said.content.length : said.summary.length
      lastTs = timeOf(ts) ?? lastTs
      const node: Node = { id: take(id, offset), ts: lastTs ?? changed.toISOString(), said, parent }
      nodes.push(node)
      return node
    },
    leaveOut(reason: LeftOutReason, count = 1): void {
      if (count > 0) counts.set(reason, (counts.get(reason) ?? 0) + count)
    },
    end({ title, by, folder, leaf }: End): ReadSession {
      const createdAt = nodes[0]?.ts ?? changed.toISOString()
      const ts = lastTs ?? createdAt
      const text = titleOf(title)
      return {
        createdAt,
        folder: folder === '' ? null : folder.slice(0, longestPath),
        records: [
          ...(text === '' ? [] : [{ type: 'title' as const, id: 'imported:title', ts, title: text, by }]),
          ...nodes.map(recordOf),
          // What is looked at in Carrel is the last node, unless told.
          ...(leaf === (nodes.at(-1) ?? null)
            ? []
            : [{ type: 'leaf' as const, id: 'imported:leaf', ts, target: leaf?.id ?? null }]),
        ],
        leftOut: [...counts].map(([reason, count]) => ({ reason, count })),
      }
    },
  }
}

interface End {
  /** Empty: as the first question says. */
  title: string
  by: 'user' | 'model' | 'derived'
  /** Empty when the log does not say. */
  folder: string
  /** The end of the branch that was looked at last; null: the place before the first message. */
  leaf: Node | null
}

const longestPath = 4_096

function recordOf({ id, ts, said, parent }: Node): WrittenRecord {
  const node = { id, parentId: parent?.id ?? null, ts }
  if ('role' in said) return { type: 'message', ...node, ...said }
  const { summary, firstKept, tokensBefore } = said
  // With its own id as the first that is kept it stands in for everything before it.
  return { type: 'compaction', ...node, summary, firstKeptId: firstKept?.id ?? id, tokensBefore, tokensAfter: 0 }
}

function titleOf(title: string): string {
  return title
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, titleLimit)
    .replace(/[\uD800-\uDBFF]$/, '')
}

/** The first line of a question that begins with words no person wrote. */
export function titleBehind(mark: string, text: string): string {
  const at = text.indexOf(mark)
  return at < 0 ? '' : deriveTitle(text.slice(at + mark.length))
}

/** Years of four digits only: others are no times of this format. */
export function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const time = new Date(value)
  const year = Number.isNaN(time.getTime()) ? 0 : time.getUTCFullYear()
  return year >= 1970 && year <= 9_999 ? time.toISOString() : null
}
