// The records of a session as the transcript reads them, grouped into turns.
import type { MessageRecord } from '../../shared/session.ts'

/** A record on the active path. One that is not a message is kept for its place in the tree, and not shown. */
export interface Entry {
  id: string
  parentId: string | null
  message: MessageRecord | null
  /** Of a record that says that a call has begun. */
  startedCall?: string
  /** Of a record that says what became of skills. */
  skill?: SkillFacts
  /** Of a record that stands in for what was said before it, to models. */
  summary?: SummaryFacts
}

export interface SummaryFacts {
  text: string
  /** How many messages it stands for; null when that is not said. */
  messages: number | null
  /** Those of them that no summary has read. */
  leftOut: number
}

/** Of which a model was told, or which one was used, and of that perhaps a file. */
export type SkillFacts = { offered: readonly string[] } | { used: string; by: 'model' | 'user' }

/** What is said about messages beside the path. */
export interface Marks {
  /** By the id of a message: all that stand at its place, in file order, itself among them. */
  versions: ReadonlyMap<string, readonly string[]>
  /** Ids of messages that no model is shown. */
  hidden: ReadonlySet<string>
  /** What was told of a run, by the entry behind which it was. */
  notices?: ReadonlyMap<string, readonly string[]>
}

export interface Said {
  record: MessageRecord
  /** null when it is the only one at its place. */
  versions: readonly string[] | null
  isHidden: boolean
  /** What came of its calls, as far as it has come. */
  results: readonly MessageRecord[]
  /** Of its calls, those that are known to have begun. */
  started: readonly string[]
}

/** What was told before the answer at a place: a sentence, or a summary that models are shown from there on. */
export type Told = { place: number } & ({ message: string } | { summary: SummaryFacts })

/** A question with what came after it; the question is missing when a file begins with an answer. Among the answers are corrections. */
export interface Turn {
  /** The id of the message before it: it stays the same when another version of the question is shown. */
  key: string
  question: Said | null
  answers: readonly Said[]
  /** What was told of the run, before the answer at this place. */
  notices: readonly Told[]
  /** Which ones a model was told of when this was asked; null when nothing says so. And which were used, each once. */
  skills: { offered: readonly string[] | null; used: readonly { name: string; by: 'model' | 'user' }[] }
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

/** What a record adds to what is known of a turn's skills. */
function withSkill(known: Turn['skills'], facts: SkillFacts): Turn['skills'] {
  if ('offered' in facts) return { ...known, offered: facts.offered }
  const { used: name, by } = facts
  return known.used.some((one) => one.name === name) ? known : { ...known, used: [...known.used, { name, by }] }
}

const noSkills: Turn['skills'] = { offered: null, used: [] }

type Growing<Whole> = {
  -readonly [Name in keyof Whole]: Whole[Name] extends readonly (infer One)[] ? One[] : Whole[Name]
}
type GrowingSaid = Omit<Said, 'results' | 'started'> & { results: MessageRecord[]; started: string[] }

/** Among the answers of a turn are corrections, which have no calls. */
function lastAnswer(turn: { answers: GrowingSaid[] } | undefined): GrowingSaid | undefined {
  return turn?.answers.findLast(({ record }) => record.role === 'assistant')
}

export function groupTurns(entries: readonly Entry[], { versions, hidden, notices }: Marks): Turn[] {
  const turns: (Omit<Growing<Turn>, 'answers' | 'skills'> & { answers: GrowingSaid[]; skills: Turn['skills'] })[] = []
  // A part of a long session begins behind an entry that is not held.
  let before = entries[0]?.parentId ?? firstKey
  // As `correctionsOn` of the tree, which is too large for the first moment of a window.
  let isWithin = false
  for (const { id, message, startedCall, skill, summary } of entries) {
    const turn = turns.at(-1)
    if (skill && turn) turn.skills = withSkill(turn.skills, skill)
    if (summary) turn?.notices.push({ place: turn.answers.length, summary })
    if (startedCall !== undefined) lastAnswer(turn)?.started.push(startedCall)
    if (message) {
      const own = { versions: versions.get(id) ?? null, isHidden: hidden.has(id), results: [], started: [] }
      const said: GrowingSaid = { record: message, ...own }
      if (message.role === 'user' && isWithin && turn) turn.answers.push(said)
      else if (message.role === 'user')
        turns.push({ key: before, question: said, answers: [], notices: [], skills: noSkills })
      // What comes behind a correction is one, too.
      isWithin = message.role === 'tool' || (isWithin && message.role === 'user')
      if (message.role === 'assistant') {
        if (turn) turn.answers.push(said)
        else turns.push({ key: before, question: null, answers: [said], notices: [], skills: noSkills })
      }
      if (message.role === 'tool') lastAnswer(turn)?.results.push(message)
      before = message.id
    }
    const last = turns.at(-1)
    for (const told of notices?.get(id) ?? []) last?.notices.push({ place: last.answers.length, message: told })
  }
  return turns
}

export function isSameTurn(one: Turn, other: Turn): boolean {
  return (
    one.key === other.key &&
    isSameSaid(one.question, other.question) &&
    one.answers.length === other.answers.length &&
    one.answers.every((answer, index) => isSameSaid(answer, other.answers[index] ?? null)) &&
    one.notices.length === other.notices.length &&
    one.skills.offered?.length === other.skills.offered?.length &&
    one.skills.used.length === other.skills.used.length
  )
}

function isSameSaid(one: Said | null, other: Said | null): boolean {
  if (one === null || other === null) return one === other
  return (
    one.record === other.record &&
    one.isHidden === other.isHidden &&
    one.versions?.length === other.versions?.length &&
    (one.versions ?? []).every((id, index) => id === other.versions?.[index]) &&
    one.started.length === other.started.length &&
    one.results.length === other.results.length &&
    one.results.every((result, index) => result === other.results[index])
  )
}
