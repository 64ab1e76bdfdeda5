// The tree in a session's records: which way leads to its end, what other versions there are, and what is hidden.
import { isMessage, type MessageRecord, type SessionRecord, type TreeRecord } from './session.ts'

export interface SessionTree {
  /** Every node in file order. */
  readonly nodes: readonly TreeRecord[]
  /** For each node, the id of the one it follows, after what had to be mended; null for a root. */
  readonly parentIds: readonly (string | null)[]
  /** From the root to the leaf, without results that nobody called for. */
  readonly path: readonly TreeRecord[]
  /** Ids of results on the way whose call is not on it: a damaged line took it away. */
  readonly leftOut: readonly string[]
  /** What stands at the same place in other branches, for the messages of the path that have such. */
  readonly versions: readonly Versions[]
  /** Ids of the messages on the path that no model is shown. A call and its results are hidden together. */
  readonly hidden: readonly string[]
  /** The same of another way through the tree. */
  hiddenOn(path: readonly TreeRecord[]): string[]
  /** The same of another way, which is left as it is. */
  versionsOn(path: readonly TreeRecord[]): Versions[]
  /** From the root to this entry; null when there is no such node. */
  pathTo(entryId: string): TreeRecord[] | null
  /** The same, and on to the last result when the entry stands between a call and its results. */
  wholePathTo(entryId: string): TreeRecord[] | null
  /** The end of the branch through this entry that was looked at last; null when there is no such node. */
  leafBehind(entryId: string): string | null
}

export interface Versions {
  entryId: string
  /** In file order, `entryId` among them. */
  ids: readonly string[]
}

/**
 * The leaf is the last node in file order, or the target of a `leaf` record that stands after it: a person may look at
 * another branch without writing to it. Regenerating writes a sibling with the same parent, so the older answer drops
 * off the path without being rewritten.
 * A parent that is missing, later in the file or its own ancestor is replaced by the previous node in file order: a
 * damaged line must never make the history before it disappear.
 */
export function sessionTree(records: readonly SessionRecord[]): SessionTree {
  const position = new Map<string, number>()
  const nodes: TreeRecord[] = []
  /** Always of an earlier node; -1 above a root. */
  const parents: number[] = []
  /** The nodes that were looked at, the latest last: each when it was written, and again when it was chosen. */
  const looks: number[] = []
  const hiddenByTarget = new Map<string, boolean>()
  for (const record of records) {
    if (record.type === 'leaf' && 'target' in record) {
      // null: the place before the first message.
      const chosen = record['target'] === null ? -1 : position.get(String(record['target']))
      if (chosen !== undefined) looks.push(chosen)
    }
    if (record.type === 'hide' && 'target' in record && typeof record['hidden'] === 'boolean') {
      hiddenByTarget.set(String(record['target']), record['hidden'])
    }
    if (!isTreeRecord(record)) continue
    const index = nodes.length
    parents.push(parentOf(record, index))
    nodes.push(record)
    looks.push(index)
    if (!position.has(record.id)) position.set(record.id, index)
  }

  function parentOf({ parentId }: TreeRecord, index: number): number {
    if (parentId === null) return -1
    // Nearly always the one before: to compare with it is cheaper than to look it up.
    return nodes[index - 1]?.id === parentId ? index - 1 : (position.get(parentId) ?? index - 1)
  }

  function wayTo(end: number): number[] {
    const way: number[] = []
    for (let index = end; index >= 0; index = parents[index] ?? -1) way.push(index)
    return way.reverse()
  }

  const recordsOn = (way: readonly number[]) => way.map((index) => nodes[index] as TreeRecord)
  const whole = recordsOn(wayTo(looks.at(-1) ?? -1))
  const leftOut = new Set(orphanedResults(whole))
  const path = leftOut.size === 0 ? whole : whole.filter(({ id }) => !leftOut.has(id))
  // Only when they are asked for: of a long session each takes as long as the path itself.
  let versions: Versions[] | undefined
  let hidden: string[] | undefined

  function leafBehind(top: number): number {
    const isBehind: boolean[] = []
    for (const [index, parent] of parents.entries()) isBehind.push(index === top || isBehind[parent] === true)
    return looks.findLast((index) => isBehind[index]) ?? top
  }

  return {
    nodes,
    get parentIds() {
      return parents.map((parent) => nodes[parent]?.id ?? null)
    },
    path,
    leftOut: [...leftOut],
    get versions() {
      versions ??= versionsOn(path, nodes, parents)
      return versions
    },
    get hidden() {
      hidden ??= hiddenOn(path, hiddenByTarget)
      return hidden
    },
    hiddenOn: (way) => hiddenOn(way, hiddenByTarget),
    versionsOn: (way) => versionsOn(way, nodes, parents),
    pathTo(entryId) {
      const end = position.get(entryId)
      return end === undefined ? null : recordsOn(wayTo(end))
    },
    wholePathTo(entryId) {
      const end = position.get(entryId)
      if (end === undefined) return null
      const beyond = recordsOn(wayTo(leafBehind(end)))
      const length = wayTo(end).length
      return beyond.slice(0, wholeLength(beyond, length) ?? length)
    },
    leafBehind(entryId) {
      const top = position.get(entryId)
      return top === undefined ? null : (nodes[leafBehind(top)]?.id ?? null)
    },
  }
}

/** The shortest beginning of at least this length in which every call has its result; null when there is none. */
function wholeLength(path: readonly TreeRecord[], least: number): number | null {
  const open = new Set<string>()
  for (const [index, record] of path.entries()) {
    // Calls of before that never got a result will not get one now.
    if (isMessage(record) && record.role !== 'tool') open.clear()
    for (const id of callIdsOf(record)) open.add(id)
    const callId = callIdOf(record)
    if (isResult(record) && callId !== null) open.delete(callId)
    if (index + 1 >= least && open.size === 0) return index + 1
    if (index + 1 > least && isMessage(record) && record.role !== 'tool') return null
  }
  return null
}

/** The records from the root to the leaf. */
export function activePath(records: readonly SessionRecord[]): readonly TreeRecord[] {
  return sessionTree(records).path
}

function isTreeRecord(record: SessionRecord): record is TreeRecord {
  if (record.type === 'message') return true
  return 'parentId' in record && record.parentId !== undefined && typeof record.id === 'string'
}

/** Ids of the calls an assistant message made, as far as its record can be read. */
export function callIdsOf(record: TreeRecord): readonly string[] {
  return 'toolCalls' in record && isMessage(record) ? callsOf(record).map(({ id }) => id) : noIds
}

/** Of nearly every record: nothing has to be made for it. */
const noIds: readonly string[] = []

/** A call as it is recorded; null arguments were no object. */
export interface RecordedCall {
  id: string
  name: string
  arguments: Readonly<Record<string, unknown>> | null
}

/** The calls an assistant message made, as far as its record can be read; none twice. */
export function callsOf(record: SessionRecord): RecordedCall[] {
  const calls = 'toolCalls' in record && record['role'] === 'assistant' ? record['toolCalls'] : null
  if (!Array.isArray(calls)) return []
  const known = new Set<string>()
  return calls.flatMap((call: { id?: unknown; name?: unknown; arguments?: unknown } | null) => {
    if (typeof call?.id !== 'string' || known.has(call.id)) return []
    known.add(call.id)
    const given = call.arguments
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
    return [
      {
        id: call.id,
        name: typeof call.name === 'string' ? call.name : '',
        arguments: isObject ? (given as RecordedCall['arguments']) : null,
      },
    ]
  })
}

/** The call a record belongs to: of a result, an approval or a start; null of any other. */
export function callIdOf(record: TreeRecord): string | null {
  return typeof record['callId'] === 'string' ? record['callId'] : null
}

export function isResult(record: TreeRecord): boolean {
  return isMessage(record) && record.role === 'tool'
}

/**
 * Ids of what a person said within a turn: directly behind a result, or behind another correction. Any other message of
 * theirs is a question.
 */
export function correctionsOn(path: readonly TreeRecord[]): Set<string> {
  const corrections = new Set<string>()
  let before: MessageRecord | null = null
  for (const record of path) {
    if (!isMessage(record)) continue
    const isBehind = before !== null && (before.role === 'tool' || corrections.has(before.id))
    if (record.role === 'user' && isBehind) corrections.add(record.id)
    before = record
  }
  return corrections
}

/** Results without a call id are of the oldest form, which has none. */
export function orphanedResults(path: readonly TreeRecord[]): string[] {
  const called = new Set<string>()
  const orphaned: string[] = []
  for (const record of path) {
    if (!isResult(record)) {
      for (const id of callIdsOf(record)) called.add(id)
      continue
    }
    const callId = callIdOf(record)
    if (callId !== null && !called.has(callId)) orphaned.push(record.id)
  }
  return orphaned
}

/**
 * Two messages are versions of one another when the same message stands before them, or none: what lies between, such as
 * a change of the model, is not what a person sees.
 */
function versionsOn(path: readonly TreeRecord[], nodes: readonly TreeRecord[], parents: readonly number[]): Versions[] {
  /** For each node, the nearest message above it; -1 for none. */
  const above: number[] = []
  const first = new Map<number, string[]>()
  const aboveOf = new Map<string, number>()
  for (const [index, record] of nodes.entries()) {
    const parent = parents[index] ?? -1
    const parentNode = nodes[parent]
    const before = parentNode && isMessage(parentNode) ? parent : (above[parent] ?? -1)
    above.push(before)
    if (!isMessage(record) || isResult(record)) continue
    const ids = first.get(before)
    if (ids) ids.push(record.id)
    else first.set(before, [record.id])
    if (!aboveOf.has(record.id)) aboveOf.set(record.id, before)
  }
  return path.flatMap((record) => {
    const before = aboveOf.get(record.id)
    const ids = before === undefined ? undefined : first.get(before)
    return isMessage(record) && ids && ids.length > 1 ? [{ entryId: record.id, ids }] : []
  })
}

/** A call and its results are one thing to a model: hiding one of them hides all. */
export function hiddenOn(path: readonly TreeRecord[], hiddenByTarget: ReadonlyMap<string, boolean>): string[] {
  if (hiddenByTarget.size === 0) return []
  const isHidden = ({ id }: TreeRecord) => hiddenByTarget.get(id) === true
  const hiddenCalls = new Set<string>()
  for (const record of path) {
    if (!isHidden(record)) continue
    for (const id of callIdsOf(record)) hiddenCalls.add(id)
    const callId = callIdOf(record)
    if (callId !== null) hiddenCalls.add(callId)
  }
  // One call of several hides its message, and with it the others.
  for (const record of path) {
    const ids = callIdsOf(record)
    if (ids.some((id) => hiddenCalls.has(id))) for (const id of ids) hiddenCalls.add(id)
  }
  return path.flatMap((record) => {
    const callId = callIdOf(record)
    const isOfHidden =
      callIdsOf(record).some((id) => hiddenCalls.has(id)) || (callId !== null && hiddenCalls.has(callId))
    return isMessage(record) && (isHidden(record) || isOfHidden) ? [record.id] : []
  })
}
