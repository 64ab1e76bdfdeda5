// The skeletons of the large sessions that were opened last; one whose file has only grown is gone on with.
import * as fs from 'node:fs'
import { promisify } from 'node:util'
import { parseLine } from './read-log.ts'
import { buildSkeleton, type Skeleton, type SkeletonBuilder } from './skeleton.ts'
import { asNode } from './skeleton-way.ts'
import { wholeLines } from './whole-lines.ts'

const openDescriptor = promisify(fs.open)
const read = promisify(fs.read)

/** Smaller files are read whole: that takes no longer than a look at the clock. */
const wholeBelow = 1_048_576
const kept = 4
/** The end of what was read, which must still be there when a file has only grown. */
const endBytes = 4_096

interface Known {
  inode: number
  changed: number
  size: number
  /** null: only the whole reading can say what is in this file. */
  builder: SkeletonBuilder | null
  end: Buffer
  isChecked: boolean
}

export interface OpenSkeleton {
  skeleton: Skeleton
  descriptor: number
  changed: Date
}

export interface Skeletons {
  /** Lends the skeleton of a file. null for one that is small, or that only the whole reading can judge. */
  use<Value>(path: string, work: (opened: OpenSkeleton) => Promise<Value>): Promise<Value | null>
  /** Something was not as it looked: this file is read whole from now on, until it changes. */
  refuse(path: string): void
  /**
   * Parses every line of a file whose skeleton is known, once, a little at a time. False when one of them is not what its
   * head says: damage that no quick look can see.
   */
  check(path: string, signal: AbortSignal): Promise<boolean>
}

export function createSkeletons(options: { wholeBelow?: number } = {}): Skeletons {
  const smallest = options.wholeBelow ?? wholeBelow
  const known = new Map<string, Known>()
  /** One look at a file at a time: two would add the same lines twice. */
  const looking = new Map<string, Promise<unknown>>()

  async function inTurn<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
    const before = looking.get(path) ?? Promise.resolve()
    const mine = before.then(work, work)
    looking.set(path, mine)
    try {
      return await mine
    } finally {
      if (looking.get(path) === mine) looking.delete(path)
    }
  }

  async function bringUpToDate(path: string, descriptor: number, stats: fs.Stats): Promise<Known> {
    const held = known.get(path)
    const isSame = held && held.inode === stats.ino && held.size === stats.size && held.changed === stats.mtimeMs
    if (isSame) {
      known.delete(path)
      known.set(path, held)
      return held
    }
    const goesOn = held?.builder && held.inode === stats.ino && (await hasOnlyGrown(descriptor, held, stats))
    const builder = (goesOn ? held?.builder : null) ?? buildSkeleton(stats.size)
    const isWhole = await addLines(builder, descriptor)
    const { bytes } = builder.skeleton
    const fresh: Known = {
      inode: stats.ino,
      changed: stats.mtimeMs,
      size: stats.size,
      builder: isWhole ? builder : null,
      end: isWhole ? await bytesBefore(descriptor, bytes) : Buffer.alloc(0),
      isChecked: false,
    }
    // What was written while it was read is in it already; the next look goes on from there.
    if (isWhole && bytes !== stats.size) fresh.size = bytes
    known.delete(path)
    known.set(path, fresh)
    for (const oldest of known.keys()) {
      if (known.size <= kept) break
      known.delete(oldest)
    }
    return fresh
  }

  return {
    async use(path, work) {
      const descriptor = await openDescriptor(path, 'r')
      try {
        const stats = fs.fstatSync(descriptor)
        if (!stats.isFile() || stats.size < smallest) return null
        const { builder } = await inTurn(path, () => bringUpToDate(path, descriptor, stats))
        if (!builder) return null
        return await work({ skeleton: builder.skeleton, descriptor, changed: stats.mtime })
      } finally {
        fs.closeSync(descriptor)
      }
    },

    refuse(path) {
      const held = known.get(path)
      if (held) held.builder = null
    },

    async check(path, signal) {
      const held = known.get(path)
      if (!held?.builder || held.isChecked) return true
      const descriptor = await openDescriptor(path, 'r')
      try {
        const { skeleton } = held.builder
        const isSound = await isAsItLooks(skeleton, descriptor, signal)
        held.isChecked = isSound && !signal.aborted
        if (!isSound) held.builder = null
        return isSound
      } finally {
        fs.closeSync(descriptor)
      }
    },
  }
}

async function addLines(builder: SkeletonBuilder, descriptor: number): Promise<boolean> {
  try {
    for await (const piece of wholeLines(descriptor, builder.skeleton.bytes)) if (!builder.add(piece)) return false
    return true
  } catch (thrown) {
    if (thrown instanceof RangeError) return false
    throw thrown
  }
}

/** A file that does not end with a line's end goes on in that line: it is read from the beginning. */
async function hasOnlyGrown(descriptor: number, held: Known, stats: fs.Stats): Promise<boolean> {
  const { bytes, endsWithNewline } = held.builder?.skeleton ?? { bytes: 0, endsWithNewline: false }
  if (!endsWithNewline || stats.size < bytes) return false
  return (await bytesBefore(descriptor, bytes)).equals(held.end)
}

async function bytesBefore(descriptor: number, end: number): Promise<Buffer> {
  const length = Math.min(endBytes, end)
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await read(descriptor, bytes, 0, length, end - length)
  return bytes.subarray(0, bytesRead)
}

/** So long the others wait. Milliseconds. */
const goMs = 4

async function isAsItLooks(skeleton: Skeleton, descriptor: number, signal: AbortSignal): Promise<boolean> {
  let node = 0
  let since = performance.now()
  const end = skeleton.bytes
  for await (const { bytes, offset } of wholeLines(descriptor, 0)) {
    for (let start = 0; start < bytes.length && offset + start < end; ) {
      const found = bytes.indexOf(0x0a, start)
      const lineEnd = found === -1 ? bytes.length : found
      if (node < skeleton.count && skeleton.offsetOf(node) === offset + start) {
        const line = bytes.subarray(start, start + skeleton.lengthOf(node))
        if (!asNode(skeleton, node, parseLine(line))) return false
        node++
      }
      start = lineEnd + 1
      if (performance.now() - since > goMs) {
        await new Promise((resolve) => setImmediate(resolve))
        since = performance.now()
        if (signal.aborted) return true
      }
    }
  }
  return node === skeleton.count
}
