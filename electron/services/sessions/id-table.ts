// The ids of a large file, kept as bytes: found again without a string for each of them.

export interface IdTable {
  readonly count: () => number
  /** The number under which these bytes were added; -1 when they were not. */
  find(bytes: Buffer, from: number, to: number): number
  findText(id: string): number
  /** Answers the new number; -1 when they are here already. */
  add(bytes: Buffer, from: number, to: number, hash?: number): number
  /** Whether the id of this number is these bytes. */
  isAt(index: number, bytes: Buffer, from: number, to: number): boolean
  textOf(index: number): string
}

/** `expected` is about how many there will be: nothing has to grow then. */
export function createIdTable(expected: number): IdTable {
  const room = 2 ** Math.ceil(Math.log2(Math.max(256, expected)))
  let arena = Buffer.allocUnsafeSlow(room * 40)
  let used = 0
  let starts = new Uint32Array(room + 1)
  let hashes = new Int32Array(room + 1)
  let count = 0
  /** Open addressing; a slot holds a number of an id and one more, 0 is free. */
  let slots = new Int32Array(room * 2)

  function isAt(index: number, bytes: Buffer, from: number, to: number): boolean {
    const start = starts[index] ?? 0
    const length = (starts[index + 1] ?? 0) - start
    if (length !== to - from) return false
    for (let at = 0; at < length; at++) if (arena[start + at] !== bytes[from + at]) return false
    return true
  }

  function slotOf(bytes: Buffer, from: number, to: number, hash: number): number {
    const mask = slots.length - 1
    let slot = hash & mask
    for (let held = slots[slot] ?? 0; held !== 0; held = slots[slot] ?? 0) {
      if (hashes[held - 1] === hash && isAt(held - 1, bytes, from, to)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  function grow(): void {
    slots = new Int32Array(slots.length * 2)
    const mask = slots.length - 1
    for (let index = 0; index < count; index++) {
      let slot = (hashes[index] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = index + 1
    }
  }

  function find(bytes: Buffer, from: number, to: number): number {
    return (slots[slotOf(bytes, from, to, hashOf(bytes, from, to))] ?? 0) - 1
  }

  return {
    count: () => count,
    find,
    findText(id) {
      const bytes = Buffer.from(id)
      return find(bytes, 0, bytes.length)
    },
    add(bytes, from, to, hash = hashOf(bytes, from, to)) {
      if ((count + 1) * 2 > slots.length) grow()
      const slot = slotOf(bytes, from, to, hash)
      if (slots[slot] !== 0) return -1
      const length = to - from
      if (used + length > arena.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(arena.length * 2, used + length))
        arena.copy(larger, 0, 0, used)
        arena = larger
      }
      if (count + 2 > starts.length) {
        const larger = new Uint32Array(starts.length * 2)
        larger.set(starts)
        starts = larger
        const more = new Int32Array(starts.length)
        more.set(hashes)
        hashes = more
      }
      for (let at = 0; at < length; at++) arena[used + at] = bytes[from + at] ?? 0
      starts[count] = used
      used += length
      starts[count + 1] = used
      slots[slot] = count + 1
      hashes[count] = hash
      return count++
    },
    isAt,
    textOf: (index) => arena.toString('utf8', starts[index] ?? 0, starts[index + 1] ?? 0),
  }
}

/** Over words of four bytes, and what is left over byte by byte; for whoever goes through the bytes anyway. */
export const hashStart = 0x811c9dc5 | 0
export function hashStep(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
export const hashEnd = (hash: number) => hash ^ (hash >>> 15)

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = hashStart
  let at = from
  for (; at + 4 <= to; at += 4) hash = hashStep(hash, bytes.readInt32LE(at))
  for (; at < to; at++) hash = hashStep(hash, bytes[at] ?? 0)
  return hashEnd(hash)
}
