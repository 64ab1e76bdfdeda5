// What is kept of a large session's file: of every line where it lies and where it belongs, and only little ones whole.
import { isMessage, type SessionRecord } from '../../../shared/session.ts'
import { createIdTable } from './id-table.ts'
import { emptyHead, kinds, type LineHead, readHead } from './line-head.ts'
import { parseLine, unplaced } from './read-log.ts'
import type { Piece } from './whole-lines.ts'

/** A record that stands beside the tree, and how many nodes stood before it. */
export interface Beside {
  after: number
  record: SessionRecord
}

/** Nodes are numbered in the order of the file. */
export interface Skeleton {
  readonly count: number
  /** How much of the file it is made of. */
  readonly bytes: number
  readonly endsWithNewline: boolean
  readonly beside: readonly Beside[]
  /** Of nodes that had to be read whole: settings, and whatever is written in another form. Only settings are kept. */
  readonly settings: ReadonlyMap<number, SessionRecord>
  /** The first time that any record names. */
  readonly firstTime: string | null
  /** Of the last message that has one. */
  readonly lastTime: string | null
  readonly messages: number
  /** Every node follows the one before it: there are no branches. */
  readonly isLine: boolean
  kindOf(node: number): number
  /** -1 above a root. */
  parentOf(node: number): number
  offsetOf(node: number): number
  lengthOf(node: number): number
  idOf(node: number): string
  /** -1 when no node has this id. */
  nodeOf(id: string): number
  /** Whether any record has this id. */
  has(id: string): boolean
  /** The nodes that were looked at, the latest last; -1 is the place before the first message. */
  readonly looks: Int32Array
}

export interface SkeletonBuilder {
  /** False when anything stands there that only the whole reading can judge; nothing may be added after that. */
  add(piece: Piece): boolean
  skeleton: Skeleton
}

/** Most lines are longer; of a guess that is too small everything grows. Bytes. */
const usualLine = 768

/** One of these in the tree is nothing that was ever written. */
const besideTypes: readonly string[] = ['session', 'title', 'leaf', 'hide', 'shorten', 'meta']

const newline = 0x0a
const openBrace = 0x7b

/**
 * Takes over what `readLog` does for files in which there is nothing to be mended, and refuses every other one: damage,
 * ids that are there twice, parents that are not there. Lines in the form that is written here are known by their head;
 * damage within one of those is found when it is read (`parseLine` of a slice), or by whoever checks the whole file.
 */
export function buildSkeleton(fileBytes = 0): SkeletonBuilder {
  const room = 2 ** Math.ceil(Math.log2(Math.max(256, fileBytes / usualLine)))
  const ids = createIdTable(room)
  /** For each id of `ids`, its node; -1 for a record beside the tree. */
  let nodeById = new Int32Array(room)
  let nodeIds = new Int32Array(room)
  let parents = new Int32Array(room)
  let offsets = new Float64Array(room)
  let lengths = new Uint32Array(room)
  let kindsOf = new Uint8Array(room)
  let looks = new Int32Array(room)
  let lookCount = 0
  const beside: Beside[] = []
  const settings = new Map<number, SessionRecord>()
  const head: LineHead = emptyHead()
  const state = {
    count: 0,
    bytes: 0,
    endsWithNewline: true,
    firstTime: null as string | null,
    lastTime: null as string | null,
    messages: 0,
    isLine: true,
  }

  function look(node: number): void {
    if (lookCount === looks.length) looks = grown(looks, (size) => new Int32Array(size))
    looks[lookCount++] = node
  }

  function addNode(id: number, parent: number, kind: number, offset: number, length: number): number {
    const node = state.count
    if (node === nodeIds.length) {
      nodeIds = grown(nodeIds, (size) => new Int32Array(size))
      parents = grown(parents, (size) => new Int32Array(size))
      offsets = grown(offsets, (size) => new Float64Array(size))
      lengths = grown(lengths, (size) => new Uint32Array(size))
      kindsOf = grown(kindsOf, (size) => new Uint8Array(size))
    }
    nodeIds[node] = id
    parents[node] = parent
    if (parent !== node - 1) state.isLine = false
    offsets[node] = offset
    lengths[node] = length
    kindsOf[node] = kind
    if (kind !== kinds.other) state.messages++
    state.count++
    look(node)
    return node
  }

  /** The number of the new id; -1 when it is there already. */
  function addId(bytes: Buffer, from: number, to: number, node: number, hash?: number): number {
    const id = ids.add(bytes, from, to, hash)
    if (id < 0) return -1
    if (id === nodeById.length) nodeById = grown(nodeById, (size) => new Int32Array(size))
    nodeById[id] = node
    return id
  }

  /** -1 for none, -2 for one that is not there. */
  function parentIn(bytes: Buffer, from: number, to: number): number {
    if (from < 0) return -1
    const last = state.count - 1
    if (last >= 0 && ids.isAt(nodeIds[last] ?? 0, bytes, from, to)) return last
    const id = ids.find(bytes, from, to)
    const node = id < 0 ? -1 : (nodeById[id] ?? -1)
    return node < 0 ? -2 : node
  }

  function addHead(bytes: Buffer, from: number, to: number, offset: number): boolean {
    const parent = head.followsLast ? state.count - 1 : parentIn(bytes, head.parentFrom, head.parentTo)
    if (parent === -2) return false
    const id = addId(bytes, head.idFrom, head.idTo, state.count, head.hash)
    if (id < 0) return false
    addNode(id, parent, head.kind, offset + from, to - from)
    return true
  }

  /** A line in any other form, and the few that are kept. */
  function addWhole(line: Buffer, offset: number): boolean {
    const parsed = parseLine(line)
    if (!parsed) return false
    const isOld = parsed.id === unplaced
    const previous = state.count - 1
    const record = isOld ? { ...parsed, id: `v0:${offset}` } : parsed
    if ('ts' in record && typeof record.ts === 'string') state.firstTime ??= record.ts
    const isBeside = besideTypes.includes(record.type)
    if (isBeside && 'parentId' in record) return false
    if (record.type === 'session' || typeof record.id !== 'string') {
      beside.push({ after: state.count, record })
      return true
    }
    const parentId = isOld ? undefined : 'parentId' in record ? record.parentId : undefined
    const isNode = isOld || parentId !== undefined
    let parent = isOld ? previous : -1
    if (typeof parentId === 'string') {
      const named = Buffer.from(parentId)
      parent = parentIn(named, 0, named.length)
      if (parent === -2) return false
    }
    const name = Buffer.from(record.id)
    const id = addId(name, 0, name.length, isNode ? state.count : -1)
    if (id < 0) return false
    if (!isNode) {
      beside.push({ after: state.count, record })
      if (record.type === 'leaf' && 'target' in record) {
        const target = record['target'] === null ? -1 : nodeOf(String(record['target']))
        if (record['target'] === null || target >= 0) look(target)
      }
      return true
    }
    const node = addNode(id, parent, kindOf(record), offset, line.length)
    if (isMessage(record) && typeof record.ts === 'string') state.lastTime = record.ts
    if (record.type === 'settings') settings.set(node, record)
    return true
  }

  function nodeOf(id: string): number {
    const known = ids.findText(id)
    return known < 0 ? -1 : (nodeById[known] ?? -1)
  }

  function add({ bytes, offset, isEnded }: Piece): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    head.idFrom = -1
    let timeFrom = -1
    let timeTo = -1
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(newline, start)
      const end = found === -1 ? bytes.length : found
      let to = end
      while (to > start && isSpace(bytes[to - 1] ?? 0)) to--
      if (to > start) {
        // Two records in one line are found as damage within it is: when the line is read, or by whoever checks the whole file.
        if (isEnded && bytes[start] === openBrace && readHead(bytes, view, start, to, head)) {
          if (!addHead(bytes, start, to, offset)) return false
          if (head.tsFrom >= 0) {
            state.firstTime ??= bytes.toString('latin1', head.tsFrom, head.tsTo)
            if (head.kind !== kinds.other) {
              timeFrom = head.tsFrom
              timeTo = head.tsTo
            }
          }
        } else {
          const before = state.lastTime
          // The last head read is not the last node any more.
          head.idFrom = -1
          if (!addWhole(bytes.subarray(start, to), offset + start)) return false
          if (state.lastTime !== before) timeFrom = -1
        }
      }
      start = end + 1
    }
    if (timeFrom >= 0) state.lastTime = bytes.toString('latin1', timeFrom, timeTo)
    state.bytes = offset + bytes.length
    state.endsWithNewline = isEnded
    return true
  }

  return {
    add,
    skeleton: {
      get count() {
        return state.count
      },
      get bytes() {
        return state.bytes
      },
      get endsWithNewline() {
        return state.endsWithNewline
      },
      get firstTime() {
        return state.firstTime
      },
      get lastTime() {
        return state.lastTime
      },
      get isLine() {
        return state.isLine
      },
      get messages() {
        return state.messages
      },
      get looks() {
        return looks.subarray(0, lookCount)
      },
      beside,
      settings,
      kindOf: (node) => kindsOf[node] ?? kinds.other,
      parentOf: (node) => parents[node] ?? -1,
      offsetOf: (node) => offsets[node] ?? 0,
      lengthOf: (node) => lengths[node] ?? 0,
      idOf: (node) => ids.textOf(nodeIds[node] ?? 0),
      nodeOf,
      has: (id) => ids.findText(id) >= 0,
    },
  }
}

function kindOf(record: SessionRecord): number {
  return isMessage(record) ? kinds[record.role] : kinds.other
}

function grown<Numbers extends Int32Array | Uint32Array | Float64Array | Uint8Array>(
  numbers: Numbers,
  make: (size: number) => Numbers,
): Numbers {
  const larger = make(numbers.length * 2)
  larger.set(numbers)
  return larger
}

function isSpace(byte: number): boolean {
  return byte === 0x0d || byte === 0x20 || byte === 0x09
}
