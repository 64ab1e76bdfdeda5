// Which part of a long session the window holds, and how it becomes another one.
import type { OpenedSession, SessionSlice, WantedSlice } from '../../shared/ipc.ts'
import type { Entry, Marks } from './entries.ts'

/** What lies beyond it on the other side is let go when one reads on. Entries. */
export const heldEntries = 600

export interface Held {
  entries: readonly Entry[]
  marks: Marks
  leftOut: readonly string[]
  /** null while nothing is open. */
  slice: SessionSlice | null
}

/** Whether what is said next stands right behind these entries. */
export function isAtEnd({ slice }: Pick<Held, 'slice'>): boolean {
  return slice === null || (slice.branch === null && slice.to >= slice.total)
}

export function isWhole({ slice }: Pick<Held, 'slice'>): boolean {
  return slice === null || (isAtEnd({ slice }) && slice.from === 0)
}

export const theEnd: WantedSlice = { at: 'end', entryId: null, branch: null }

/** The same part once more, after something has changed. */
export function sameAgain({ slice, entries }: Pick<Held, 'slice' | 'entries'>): WantedSlice {
  const first = entries[0]
  if (slice === null || !first || isWhole({ slice })) return theEnd
  return { at: 'from', entryId: first.id, branch: slice.branch }
}

export function marksOf({ versions, hidden }: Pick<OpenedSession, 'versions' | 'hidden'>): Marks {
  return { versions: new Map(versions.map(({ entryId, ids }) => [entryId, ids])), hidden: new Set(hidden) }
}

/** With the part before or after it. Nothing is let go: whoever draws them adds and takes away one after the other. */
export function joined(held: Held, added: Held, side: 'before' | 'after'): Held {
  if (held.slice === null || added.slice === null) return added
  const known = new Set(held.entries.map(({ id }) => id))
  const fresh = added.entries.filter(({ id }) => !known.has(id))
  const isBefore = side === 'before'
  return {
    entries: isBefore ? [...fresh, ...held.entries] : [...held.entries, ...fresh],
    marks: {
      versions: new Map([...held.marks.versions, ...added.marks.versions]),
      hidden: new Set([...held.marks.hidden, ...added.marks.hidden]),
    },
    leftOut: [...new Set([...held.leftOut, ...added.leftOut])],
    slice: {
      from: isBefore ? added.slice.from : held.slice.from,
      to: isBefore ? held.slice.to : added.slice.to,
      total: added.slice.total,
      branch: held.slice.branch,
    },
  }
}

/** Without what lies far from this side. null when nothing is too much. */
export function trimmed({ entries, slice }: Held, keep: 'start' | 'end'): Pick<Held, 'entries' | 'slice'> | null {
  const excess = entries.length - heldEntries
  if (slice === null || excess <= 0) return null
  const isBeginning = ({ message }: Entry) => message?.role === 'user' || message?.role === 'assistant'
  if (keep === 'end') {
    const from = entries.findIndex((entry, index) => index >= excess && isBeginning(entry))
    if (from <= 0) return null
    return { entries: entries.slice(from), slice: { ...slice, from: slice.from + from } }
  }
  const to = entries.findIndex((entry, index) => index >= heldEntries && isBeginning(entry))
  if (to <= 0) return null
  return { entries: entries.slice(0, to), slice: { ...slice, to: slice.to - (entries.length - to) } }
}
