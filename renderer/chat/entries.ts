// The records of a session as the transcript reads them, grouped into turns.
import type { MessageRecord } from '../../shared/session.ts'

/** A record on the active path. One that is not a message is kept for its place in the tree, and not shown. */
export interface Entry {
  id: string
  parentId: string | null
  message: MessageRecord | null
}

/** A question with what came after it; the question is missing when a file begins with an answer. */
export interface Turn {
  key: string
  question: MessageRecord | null
  answers: readonly MessageRecord[]
}

/** The path with one more entry at its end. null when its parent is not on the path: the session must be read again. */
export function appendEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] | null {
  if (entries.some((known) => known.id === entry.id)) return entries
  if (entry.parentId === null) return entries.length === 0 ? [entry] : null
  const parent = entries.findLastIndex((known) => known.id === entry.parentId)
  return parent < 0 ? null : [...entries.slice(0, parent + 1), entry]
}

/** The entries up to and including `id`, or all when it is not among them. */
export function upTo(entries: readonly Entry[], id: string): readonly Entry[] {
  const index = entries.findLastIndex((entry) => entry.id === id)
  return index < 0 ? entries : entries.slice(0, index + 1)
}

export function groupTurns(entries: readonly Entry[]): Turn[] {
  const turns: { key: string; question: MessageRecord | null; answers: MessageRecord[] }[] = []
  for (const { message } of entries) {
    if (!message) continue
    if (message.role === 'user') turns.push({ key: message.id, question: message, answers: [] })
    if (message.role !== 'assistant') continue
    const turn = turns.at(-1)
    if (turn) turn.answers.push(message)
    else turns.push({ key: message.id, question: null, answers: [message] })
  }
  return turns
}

export function isSameTurn(one: Turn, other: Turn): boolean {
  return (
    one.key === other.key &&
    one.question === other.question &&
    one.answers.length === other.answers.length &&
    one.answers.every((answer, index) => answer === other.answers[index])
  )
}
