// Which versions of an answer are compared, and what is told of each.
import type { Failure } from '../../../shared/failure.ts'
import type { Chat, ChatState, Live } from '../chat-store.ts'
import { groupTurns, type Turn, upTo } from '../entries.ts'
import { readEntries } from '../read-entries.ts'
import { marksOf } from '../slices.ts'
import { type AnswerCost, rateOf } from './facts-line.ts'

/** The turn of this question as the window holds it; while it is answered anew, without the answers it had. */
export function shownTurn(state: Pick<ChatState, 'entries' | 'marks' | 'live'>, questionId: string): ShownTurn {
  const { entries, marks, live } = state
  const isLive = live !== null && live.end === null && !live.answered
  const turns = groupTurns(isLive ? upTo(entries, live.run.parentId) : entries, marks)
  const index = turns.findIndex(({ question }) => question?.record.id === questionId)
  const turn = turns[index] ?? null
  return { turn, live: index === turns.length - 1 ? live : null, firstId: turn?.answers[0]?.record.id ?? null }
}

export interface ShownTurn {
  turn: Turn | null
  /** The run that writes it. */
  live: Live | null
  /** The entry by which this version is known; null until its first words are recorded. */
  firstId: string | null
}

/** A version that stands in another branch; nothing is switched for it. */
export async function readVersion(chat: Chat, entryId: string): Promise<{ turn: Turn } | { failure: Failure }> {
  const answer = await chat.version(entryId)
  if (!answer.ok) return { failure: answer.failure }
  const [turn] = groupTurns(readEntries(answer.value.entries), marksOf(answer.value))
  return {
    turn: turn ?? { key: entryId, question: null, answers: [], notices: [], skills: { offered: null, used: [] } },
  }
}

export interface VersionFacts extends AnswerCost {
  model: string | null
}

/** Of all of its steps together. */
export function factsOf({ answers }: Turn): VersionFacts {
  const own = answers.map(({ record }) => record).filter(({ role }) => role === 'assistant')
  const sum = (name: 'outputTokens' | 'outputMs' | 'promptMs' | 'loadMs') =>
    own.reduce((total, { usage }) => total + (usage?.[name] ?? 0), 0)
  const [tokens, outputMs] = [sum('outputTokens'), sum('outputMs')]
  return {
    model: own.findLast(({ model }) => model !== undefined)?.model ?? null,
    at: own.at(-1)?.ts ?? null,
    tokens,
    ms: outputMs + sum('promptMs') + sum('loadMs'),
    rate: rateOf(tokens, outputMs),
  }
}

/** The one after this in that direction which the other column does not show; null at the end. */
export function nextVersion(ids: readonly string[], from: string | null, other: string | null, step: 1 | -1) {
  if (from === null) return null
  let at = ids.indexOf(from) + step
  if (ids[at] === other) at += step
  return ids[at] ?? null
}
