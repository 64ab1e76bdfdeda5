// A session and its replay, question by question: what both have answered and called, and where they called something else.
import { objectOf } from '../../../shared/call-facts.ts'
import { pairsAtOnce, pairTextLimit } from '../../../shared/limits.ts'
import type { ComparedCall, PairSide, ReplayPairs } from '../../../shared/replay.ts'
import { isMessage, type SessionRecord, type TreeRecord } from '../../../shared/session.ts'
import {
  callIdOf,
  callsOf,
  correctionsOn,
  type RecordedCall,
  type SessionTree,
  sessionTree,
} from '../../../shared/session-tree.ts'
import { isMissingInLog, looseKey } from './replay-log.ts'
import { headerOf } from './summary.ts'

/** A question, and every record behind it up to the next one. */
interface Turn {
  question: string
  records: TreeRecord[]
}

interface Pair {
  original: Turn | null
  replay: Turn | null
}

/** The questions from this place on, as many as are told at once. */
export function pairsFrom(
  original: readonly SessionRecord[],
  replay: readonly SessionRecord[],
  from: number,
): ReplayPairs {
  const pairs = pairUp(turnsReplayed(original, headerOf(replay)?.forkedAt ?? null), turnsOf(sessionTree(replay)))
  const calls = pairs.map(comparedCalls)
  return {
    of: pairs.length,
    differing: calls.flatMap((both, place) =>
      [...both.original, ...both.replay].some(({ mark }) => mark !== 'same') ? [place] : [],
    ),
    pairs: pairs.slice(from, from + pairsAtOnce).map((pair, index) => ({
      question: (pair.replay ?? pair.original)?.question.slice(0, pairTextLimit) ?? '',
      original: pair.original && sideOf(pair.original, calls[from + index]?.original ?? []),
      replay: pair.replay && sideOf(pair.replay, calls[from + index]?.replay ?? []),
    })),
  }
}

/** As the session was when it was replayed: what was said in it since has no part in this. */
function turnsReplayed(records: readonly SessionRecord[], forkedAt: string | null): Turn[] {
  const tree = sessionTree(records)
  const path = (forkedAt === null ? null : tree.pathTo(forkedAt)) ?? tree.path
  return turnsOf({ path, hidden: tree.hiddenOn(path) })
}

/** The questions a replay asks; what was said within a turn is a part of it. */
function turnsOf({ path, hidden }: Pick<SessionTree, 'path' | 'hidden'>): Turn[] {
  const leftOut = new Set([...hidden, ...correctionsOn(path)])
  const turns: Turn[] = []
  for (const record of path) {
    const isQuestion = isMessage(record) && record.role === 'user'
    if (isQuestion && !leftOut.has(record.id)) turns.push({ question: record.content, records: [] })
    else turns.at(-1)?.records.push(record)
  }
  return turns
}

/** Both in their order, and together where they ask the same. What was asked by hand, in other words, or not yet, stands alone. */
function pairUp(originals: readonly Turn[], replays: readonly Turn[]): Pair[] {
  const left = [...originals]
  const alone = (turns: readonly Turn[]): Pair[] => turns.map((original) => ({ original, replay: null }))
  const asked = replays.flatMap((replay) => {
    const at = left.findIndex(({ question }) => question === replay.question)
    if (at < 0) return [{ original: null, replay }]
    const before = alone(left.splice(0, at))
    return [...before, { original: left.shift() ?? null, replay }]
  })
  return [...asked, ...alone(left)]
}

function comparedCalls({ original, replay }: Pair): { original: ComparedCall[]; replay: ComparedCall[] } {
  const made = new Set(callsIn(replay).map(({ call }) => looseKey(call.name, call.arguments)))
  return {
    // A question that is not asked yet calls nothing, and differs in nothing.
    original: callsIn(original).map(({ call }) =>
      told(call, replay === null || made.has(looseKey(call.name, call.arguments)) ? 'same' : 'not-made'),
    ),
    replay: callsIn(replay).map(({ call, isMissing }) => told(call, isMissing ? 'not-in-log' : 'same')),
  }
}

/** Ids may come again in a later answer: a result belongs to the call before it. */
function callsIn(turn: Turn | null): { call: RecordedCall; isMissing: boolean }[] {
  const latest = new Map<string, { call: RecordedCall; isMissing: boolean }>()
  return (turn?.records ?? []).flatMap((record) => {
    const called = latest.get(callIdOf(record) ?? '')
    if (called && isMissingInLog(record)) called.isMissing = true
    return callsOf(record).map((call) => {
      const one = { call, isMissing: false }
      latest.set(call.id, one)
      return one
    })
  })
}

function told(call: RecordedCall, mark: ComparedCall['mark']): ComparedCall {
  const { text } = objectOf(call)
  return { name: call.name, object: text === call.name ? '' : text.slice(0, 400), mark }
}

function sideOf({ records }: Turn, calls: ComparedCall[]): PairSide {
  const answers = records.filter(isMessage).filter(({ role }) => role === 'assistant')
  const sum = (name: 'outputTokens' | 'outputMs' | 'promptMs' | 'loadMs') =>
    answers.reduce((total, { usage }) => total + (usage?.[name] ?? 0), 0)
  const text = answers
    .map(({ content }) => content.trim())
    .filter(Boolean)
    .join('\n\n')
  const shown = text.slice(0, pairTextLimit).replace(/[\uD800-\uDBFF]$/, '')
  const outputMs = sum('outputMs')
  return {
    model: answers.findLast(({ model }) => model !== undefined)?.model ?? null,
    text: shown,
    leftOut: text.length - shown.length,
    tokens: sum('outputTokens'),
    outputMs,
    ms: outputMs + sum('promptMs') + sum('loadMs'),
    calls,
    error: answers.at(-1)?.error?.message ?? null,
  }
}
