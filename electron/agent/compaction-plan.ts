// Which part of a conversation a summary is to stand for, when results in short are not enough.
import { isMessage, type TreeRecord } from '../../shared/session.ts'
import { correctionsOn } from '../../shared/session-tree.ts'

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
  /** Tokens of the request that asks for it. */
  asking(firstKeptId: string): number
}

/** Shares of the room: how far a summary empties it, and what it has to bring, while there is room and when there is none. */
const emptied = 0.5
const worthwhile = 0.25
const leastGain = 0.05
/** What a model is working with stays word for word. */
const latestRounds = 2

/**
 * The first entry that stays as it is; null when a summary would bring too little, or cannot be asked for. Never between a call
 * and its results.
 */
export function planCompaction(
  path: readonly TreeRecord[],
  /** Where the part begins that no summary stands for yet. */
  from: number,
  { room, now, mostAsked, after, asking }: Sizes,
): string | null {
  const beginnings = beginningsIn(path)
  const rounds = path.flatMap((record, at) => (isMessage(record) && record.role === 'assistant' ? [at] : []))
  const isOver = now > room
  // With no room at all even the latest rounds give way, one after the other.
  for (let kept = latestRounds; kept >= (isOver ? 0 : latestRounds); kept -= 1) {
    const latest = kept === 0 ? path.length - 1 : (rounds.at(-kept) ?? -1)
    const candidates = beginnings.filter(({ at }) => at > from && at <= latest)
    const fits = count(candidates.length, (at) => asking(candidates[at]?.id ?? '') <= mostAsked)
    if (fits === 0) continue
    const short = count(candidates.length, (at) => after(candidates[at]?.id ?? '') > room * emptied)
    const chosen = candidates[Math.min(short, fits - 1)]
    if (!chosen) continue
    const gain = now - after(chosen.id)
    if (gain >= room * (isOver ? leastGain : worthwhile)) return chosen.id
  }
  return null
}

/** Where a part that stays may begin: at a question, or at an answer that is not the first to its question. */
function beginningsIn(path: readonly TreeRecord[]): { id: string; at: number }[] {
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
