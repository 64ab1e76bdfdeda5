// Ways through the skeleton of a large session, and what of its records is read for the part that is shown.
import * as fs from 'node:fs'
import { promisify } from 'node:util'
import type { Diagnostic, SessionRecord, TreeRecord } from '../../../shared/session.ts'
import { isMessage } from '../../../shared/session.ts'
import { callIdOf, callIdsOf, hiddenOn, isResult, type Versions } from '../../../shared/session-tree.ts'
import { kinds } from './line-head.ts'
import { type LogReading, parseLine, unplaced } from './read-log.ts'
import { withBlobs } from './record-line.ts'
import type { Skeleton } from './skeleton.ts'
import type { Part, Way } from './way.ts'

const read = promisify(fs.read)

/** What the head of a line said is not what stands in it: only the whole reading can say what this file is. */
export class NotAsItLooked extends Error {}

export interface SkeletonWay extends Way {
  /** For each position, its node. */
  nodes: Int32Array
}

/** From the root to this node. */
export function wayTo(skeleton: Skeleton, end: number): SkeletonWay {
  let length = 0
  for (let node = end; node >= 0; node = skeleton.parentOf(node)) length++
  const nodes = new Int32Array(length)
  const positions = new Int32Array(skeleton.count).fill(-1)
  for (let node = end, position = length - 1; node >= 0; node = skeleton.parentOf(node), position--) {
    nodes[position] = node
    positions[node] = position
  }
  const nodeAt = (position: number) => nodes[position] ?? -1
  return {
    nodes,
    length,
    kindAt: (position) => skeleton.kindOf(nodeAt(position)),
    bytesAt: (position) => skeleton.lengthOf(nodeAt(position)),
    positionOf: (entryId) => positions[skeleton.nodeOf(entryId)] ?? -1,
  }
}

/** The end of the branch through this node that was looked at last. */
export function leafBehind(skeleton: Skeleton, top: number): number {
  const isBehind = new Uint8Array(skeleton.count)
  for (let node = top; node < skeleton.count; node++) {
    const parent = skeleton.parentOf(node)
    if (node === top || (parent >= 0 && isBehind[parent] === 1)) isBehind[node] = 1
  }
  const { looks } = skeleton
  for (let index = looks.length - 1; index >= 0; index--) {
    const node = looks[index] ?? -1
    if (node >= 0 && isBehind[node] === 1) return node
  }
  return top
}

/** As `versionsOn` of the tree, for these nodes. */
export function versionsAt(skeleton: Skeleton, nodes: Int32Array): Versions[] {
  if (skeleton.isLine) return []
  const { count } = skeleton
  const isSaid = (node: number) => {
    const kind = skeleton.kindOf(node)
    return kind !== kinds.other && kind !== kinds.tool
  }
  /** For each node the nearest message above it, and for each message how many were said directly below; 0 is above all. */
  const above = new Int32Array(count)
  const below = new Int32Array(count + 1)
  for (let node = 0; node < count; node++) {
    const parent = skeleton.parentOf(node)
    const isMessageAbove = parent >= 0 && skeleton.kindOf(parent) !== kinds.other
    above[node] = isMessageAbove ? parent : parent < 0 ? -1 : (above[parent] ?? -1)
    if (isSaid(node)) below[(above[node] ?? -1) + 1] = (below[(above[node] ?? -1) + 1] ?? 0) + 1
  }
  const idsBelow = new Map<number, string[]>()
  for (const node of nodes) {
    const parent = above[node] ?? -1
    if (isSaid(node) && (below[parent + 1] ?? 0) > 1) idsBelow.set(parent, [])
  }
  if (idsBelow.size === 0) return []
  for (let node = 0; node < count; node++) {
    if (isSaid(node)) idsBelow.get(above[node] ?? -1)?.push(skeleton.idOf(node))
  }
  return Array.from(nodes).flatMap((node) => {
    const ids = isSaid(node) ? idsBelow.get(above[node] ?? -1) : undefined
    return ids ? [{ entryId: skeleton.idOf(node), ids }] : []
  })
}

export interface PartReading {
  records: TreeRecord[]
  hidden: string[]
  leftOut: string[]
  diagnostics: Diagnostic[]
}

/** Reads some nodes of a file, in the order they are given. */
export interface NodeReader {
  /** With `isWanted` only the lines it answers true for. */
  read(
    nodes: Int32Array,
    isWanted?: (line: Buffer) => boolean,
  ): Promise<{ records: TreeRecord[]; diagnostics: Diagnostic[] }>
}

/** Gaps up to here are read over: another read costs more. */
const gapBytes = 65_536
const mostAtOnce = 4_194_304

export function nodeReader(skeleton: Skeleton, descriptor: number, blobsFolder: string): NodeReader {
  async function bytesOf(from: number, to: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(to - from)
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await read(descriptor, bytes, done, bytes.length - done, from + done)
      if (bytesRead === 0) throw new NotAsItLooked('the file is shorter than it was')
      done += bytesRead
    }
    return bytes
  }

  return {
    async read(nodes, isWanted) {
      const records: (TreeRecord | undefined)[] = new Array(nodes.length)
      const diagnostics: Diagnostic[] = []
      const order = Array.from(nodes, (node, index) => ({ node, index })).sort((one, other) => one.node - other.node)
      for (let first = 0; first < order.length; ) {
        const from = skeleton.offsetOf(order[first]?.node ?? 0)
        let to = from
        let last = first
        while (last < order.length) {
          const node = order[last]?.node ?? 0
          const start = skeleton.offsetOf(node)
          const end = start + skeleton.lengthOf(node)
          if (last > first && (start - to > gapBytes || end - from > mostAtOnce)) break
          to = end
          last++
        }
        const bytes = await bytesOf(from, to)
        for (const { node, index } of order.slice(first, last)) {
          const start = skeleton.offsetOf(node) - from
          const line = bytes.subarray(start, start + skeleton.lengthOf(node))
          if (isWanted?.(line) === false) continue
          const { record, told } = await readNode(node, line)
          records[index] = record
          diagnostics.push(...told)
        }
        first = last
      }
      return { records: records.filter((record) => record !== undefined), diagnostics }
    },
  }

  async function readNode(node: number, line: Buffer): Promise<{ record: TreeRecord; told: Diagnostic[] }> {
    const record = asNode(skeleton, node, parseLine(line))
    if (!record) throw new NotAsItLooked('a line is not what its head says')
    if (!('spilled' in record)) return { record, told: [] }
    const reading: LogReading = { records: [record], diagnostics: [], bytes: line.length, endsWithNewline: true }
    const whole = await withBlobs(reading, line, blobsFolder)
    const offset = skeleton.offsetOf(node)
    const told = whole.diagnostics.map((one) => ({ ...one, offset: one.offset + offset }))
    return { record: (whole.records[0] as TreeRecord | undefined) ?? record, told }
  }
}

/** The record under the id and parent it is known by; null when it is another one than the skeleton says. */
export function asNode(skeleton: Skeleton, node: number, parsed: SessionRecord | null): TreeRecord | null {
  if (!parsed) return null
  const id = skeleton.idOf(node)
  const parent = skeleton.parentOf(node)
  const parentId = parent < 0 ? null : skeleton.idOf(parent)
  if (parsed.id === unplaced) return { ...parsed, id, parentId } as TreeRecord
  const isKind = (isMessage(parsed) ? kinds[parsed.role] : kinds.other) === skeleton.kindOf(node)
  const isPlace = 'parentId' in parsed && parsed.parentId === parentId
  return parsed.id === id && isKind && isPlace ? (parsed as TreeRecord) : null
}

/** The records of a part, with what is said about them. */
export async function readPart(
  skeleton: Skeleton,
  way: SkeletonWay,
  { from, to }: Part,
  reader: NodeReader,
): Promise<PartReading> {
  const { records, diagnostics } = await reader.read(way.nodes.slice(from, to))
  const leftOut = await orphansIn(records, way, from, reader)
  const shown = leftOut.size === 0 ? records : records.filter(({ id }) => !leftOut.has(id))
  return { records: shown, leftOut: [...leftOut], hidden: await hiddenIn(shown), diagnostics }

  async function hiddenIn(part: readonly TreeRecord[]): Promise<string[]> {
    const marks = hideMarks(skeleton)
    const targets = [...marks].filter(([, isHidden]) => isHidden).map(([target]) => target)
    if (targets.length === 0) return []
    // Calls of one id in several places are hidden together, wherever they are.
    if (await repeatsCalls(skeleton, reader)) throw new NotAsItLooked('calls of one id')
    const beyond = targets.filter((target) => {
      const position = way.positionOf(target)
      return position >= 0 && (position < from || position >= to) && isOfCall(way.kindAt(position))
    })
    const elsewhere = await reader.read(Int32Array.from(beyond, (target) => skeleton.nodeOf(target)))
    const ids = new Set(part.map(({ id }) => id))
    return hiddenOn([...elsewhere.records, ...part], marks).filter((id) => ids.has(id))
  }
}

/** Asked only where something is hidden, and once for as much of a file. */
const repeated = new WeakMap<Skeleton, { count: number; isRepeated: boolean }>()

async function repeatsCalls(skeleton: Skeleton, reader: NodeReader): Promise<boolean> {
  const { count } = skeleton
  const known = repeated.get(skeleton)
  if (known?.count === count) return known.isRepeated
  const seen = new Set<string>()
  let isRepeated = false
  const results: number[] = []
  for (let node = 0; node < count; node++) if (skeleton.kindOf(node) === kinds.tool) results.push(node)
  for (let from = 0; from < results.length && !isRepeated; from += atOnce) {
    const { records } = await reader.read(Int32Array.from(results.slice(from, from + atOnce)))
    for (const record of records) {
      const callId = callIdOf(record)
      if (callId === null) continue
      isRepeated ||= seen.has(callId)
      seen.add(callId)
    }
  }
  repeated.set(skeleton, { count, isRepeated })
  return isRepeated
}

const isOfCall = (kind: number) => kind === kinds.assistant || kind === kinds.tool

function hideMarks(skeleton: Skeleton): Map<string, boolean> {
  const marks = new Map<string, boolean>()
  for (const { record } of skeleton.beside) {
    if (record.type === 'hide' && 'target' in record && typeof record['hidden'] === 'boolean') {
      marks.set(String(record['target']), record['hidden'])
    }
  }
  return marks
}

/** How many entries are looked through at once for the call of a result. */
const atOnce = 200

/** Ids of results whose call is nowhere before them on the way: nearly always it is in the part itself. */
async function orphansIn(
  part: readonly TreeRecord[],
  way: SkeletonWay,
  from: number,
  reader: NodeReader,
): Promise<Set<string>> {
  const called = new Set<string>()
  const open = new Map<string, string[]>()
  for (const record of part) {
    for (const id of callIdsOf(record)) called.add(id)
    const callId = callIdOf(record)
    if (!isResult(record) || callId === null || called.has(callId)) continue
    open.set(callId, [...(open.get(callId) ?? []), record.id])
  }
  for (let to = from; to > 0 && open.size > 0; to -= atOnce) {
    const nodes = way.nodes.slice(Math.max(0, to - atOnce), to)
    const answers = nodes.filter((_, index) => way.kindAt(Math.max(0, to - atOnce) + index) === kinds.assistant)
    const { records } = await reader.read(answers)
    for (const record of records) for (const id of callIdsOf(record)) open.delete(id)
  }
  return new Set([...open.values()].flat())
}
