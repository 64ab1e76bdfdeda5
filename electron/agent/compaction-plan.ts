// Which part of a conversation a summary is to stand for, when results in short are not enough.
import { isMessage, type TreeRecord } from '../../shared/session.ts'
import { correctionsOn } from '../../shared/session-tree.ts'

/** So many are asked for at most before an answer: each of them is the wait for a whole window. */
export const mostRequests = 3

/** Tokens that are asked for. A longer one would not be worth its place in a small window. */
export const summaryTokens = 512

export interface Sizes {
  /** Tokens a prompt may have. */
  room: number
  /** Of the conversation as it is shown now. */
  now: number
  /** Tokens a request for a summary may have. */
  mostAsked: number
  /** Tokens of the conversation with a summary of that length in place of all before this entry. */
  after(firstKeptId: string): number
  /** Tokens of the request that asks for it; what stands before `from` is left out of it, null for nothing. */
  asking(from: string | null, firstKeptId: string): number
}

/** Shares of the room: how far a summary empties it, and what it has to bring, while there is room and when there is none. */
const emptied = 0.5
const worthwhile = 0.25
const leastGain = 0.05
/** What a model is working with stays word for word. */
const latestRounds = 2
/** Of what a further request could read: parts end where a round ends. */
const filled = 0.75

export interface Wanted {
  /** So many may still be asked for before the answer: what they cannot read together is left out, the oldest first. */
  requests: number
  /** The person wants it: as much as may be, whatever room there is. */
  isAsked: boolean
}

export interface Planned {
  /** The first entry that is read; null when that is all there is. */
  from: string | null
  /** The first one that stays as it is. */
  firstKeptId: string
}

/** null when a summary would bring too little, or cannot be asked for. Never between a call and its results. */
export function planCompaction(
  path: readonly TreeRecord[],
  /** Where the part begins that no summary stands for yet. */
  begin: number,
  sizes: Sizes,
  { requests, isAsked }: Wanted,
): Planned | null {
  const { room, now, after } = sizes
  const beginnings = beginningsIn(path)
  const rounds = path.flatMap((record, at) => (isMessage(record) && record.role === 'assistant' ? [at] : []))
  const isOver = !isAsked && now > room
  const least = isAsked ? 1 : room * (isOver ? leastGain : worthwhile)
  let most: Planned | null = null
  // With no room at all even the latest rounds give way, one after the other.
  for (let kept = latestRounds; kept >= (isOver ? 0 : latestRounds); kept -= 1) {
    const latest = kept === 0 ? path.length - 1 : (rounds.at(-kept) ?? -1)
    const ids = beginnings.filter(({ at }) => at > begin && at <= latest).map(({ id }) => id)
    const short = isAsked ? ids.length : count(ids.length, (at) => after(ids[at] ?? '') > room * emptied)
    const planned = partUpTo(ids.slice(0, short + 1), sizes, requests)
    if (!planned || now - after(planned.firstKeptId) < least) continue
    // The last one has to be enough, if any can be.
    if (!isOver || requests > 1 || after(planned.firstKeptId) <= room) return planned
    most = planned
  }
  return most
}

/** What the next request reads on the way to the last of these: all before it, or as much of its end as can be read. */
function partUpTo(ids: readonly string[], { mostAsked, asking }: Sizes, requests: number): Planned | null {
  const last = ids.at(-1)
  if (last === undefined) return null
  const further = Math.max(0, (mostAsked - asking(last, last)) * filled)
  // Where the oldest round alone is too long, no number of requests gets past it.
  for (const reach of new Set([mostAsked + (requests - 1) * further, mostAsked])) {
    const skipped =
      asking(null, last) <= reach ? 0 : 1 + count(ids.length - 1, (at) => asking(ids[at] ?? '', last) > reach)
    const from = ids[skipped - 1] ?? null
    const ends = ids.slice(skipped)
    const fits = count(ends.length, (at) => asking(from, ends[at] ?? '') <= mostAsked)
    const firstKeptId = ends[fits - 1]
    if (firstKeptId !== undefined) return { from, firstKeptId }
  }
  return null
}

/** Where a part that stays may begin: at a question, or at an answer that is not the first to its question. */
export function beginningsIn(path: readonly TreeRecord[]): { id: string; at: number }[] {
  const corrections = correctionsOn(path)
  let before: TreeRecord | null = null
  return path.flatMap((record, at) => {
    if (!isMessage(record) || record.role === 'tool') return []
    const isQuestion = record.role === 'user' && !corrections.has(record.id)
    const isFirst = before !== null && isMessage(before) && before.role === 'user' && !corrections.has(before.id)
    before = record
    return isQuestion || (record.role === 'assistant' && !isFirst) ? [{ id: record.id, at }] : []
  })
}

/** How many of the first so many hold; what holds for one holds for all before it. Bisected: each look weighs the conversation. */
function count(of: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, of]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
