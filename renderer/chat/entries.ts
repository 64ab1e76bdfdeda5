// The records of a session as the transcript reads them, grouped into turns.
import type { MessageRecord } from '../../shared/session.ts'

/** A record on the active path. One that is not a message is kept for its place in the tree, and not shown. */
export interface Entry {
  id: string
  parentId: string | null
  message: MessageRecord | null
}

/** What is said about messages beside the path. */
export interface Marks {
  /** By the id of a message: all that stand at its place, in file order, itself among them. */
  versions: ReadonlyMap<string, readonly string[]>
  /** Ids of messages that no model is shown. */
  hidden: ReadonlySet<string>
}

export interface Said {
  record: MessageRecord
  /** null when it is the only one at its place. */
  versions: readonly string[] | null
  isHidden: boolean
}

/** A question with what came after it; the question is missing when a file begins with an answer. Among the answers are corrections. */
export interface Turn {
  /** The id of the message before it: it stays the same when another version of the question is shown. */
  key: string
  question: Said | null
  answers: readonly Said[]
}

/** Key of the turn that has nothing before it. */
const firstKey = 'first'

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

/** The entries of `after`; those that were there before in the same words are the same objects, and not drawn again. */
export function keepKnown(before: readonly Entry[], after: readonly Entry[]): readonly Entry[] {
  const known = new Map(before.map((entry) => [entry.id, entry]))
  return after.map((entry) => {
    const old = known.get(entry.id)
    return old && old.parentId === entry.parentId && isSameMessage(old.message, entry.message) ? old : entry
  })
}

function isSameMessage(one: MessageRecord | null, other: MessageRecord | null): boolean {
  if (one === null || other === null) return one === other
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => one[key] === other[key] || JSON.stringify(one[key]) === JSON.stringify(other[key]))
  )
}

export function groupTurns(entries: readonly Entry[], { versions, hidden }: Marks): Turn[] {
  const turns: { key: string; question: Said | null; answers: Said[] }[] = []
  let before = firstKey
  // As `correctionsOn` of the tree, which is too large for the first moment of a window.
  let isWithin = false
  for (const { message } of entries) {
    if (!message) continue
    const said = { record: message, versions: versions.get(message.id) ?? null, isHidden: hidden.has(message.id) }
    const turn = turns.at(-1)
    if (message.role === 'user' && isWithin && turn) turn.answers.push(said)
    else if (message.role === 'user') turns.push({ key: before, question: said, answers: [] })
    // What comes behind a correction is one, too.
    isWithin = message.role === 'tool' || (isWithin && message.role === 'user')
    if (message.role === 'assistant') {
      if (turn) turn.answers.push(said)
      else turns.push({ key: before, question: null, answers: [said] })
    }
    before = message.id
  }
  return turns
}

export function isSameTurn(one: Turn, other: Turn): boolean {
  return (
    one.key === other.key &&
    isSameSaid(one.question, other.question) &&
    one.answers.length === other.answers.length &&
    one.answers.every((answer, index) => isSameSaid(answer, other.answers[index] ?? null))
  )
}

function isSameSaid(one: Said | null, other: Said | null): boolean {
  if (one === null || other === null) return one === other
  return (
    one.record === other.record &&
    one.isHidden === other.isHidden &&
    one.versions?.length === other.versions?.length &&
    (one.versions ?? []).every((id, index) => id === other.versions?.[index])
  )
}
