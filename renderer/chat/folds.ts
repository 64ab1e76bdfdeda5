// Which of the steps of a long turn stand behind one line: all but the last few, as long as nobody has opened one.
import type { Said } from './entries.ts'

export interface Fold {
  /** Places of answers; `to` is the first that is not folded. */
  from: number
  to: number
  steps: number
}

/** Fewer steps in a row are all shown. */
const longRow = 8
/** Of a longer row, at least these are shown. */
const shownSteps = 4

/** A row is broken by words: they stay where they were said. `pinned` are places of answers that somebody looked into. */
export function foldsOf(answers: readonly Said[], pinned: ReadonlySet<number>): Fold[] {
  return rowsOf(answers).flatMap(({ from, end }) => {
    const steps = answers.slice(from, end).map(callCount)
    if (sum(steps) <= longRow) return []
    let to = end - 1
    while (to > from && sum(steps.slice(to - from)) < shownSteps) to--
    for (let place = from; place < to; place++) if (pinned.has(place)) to = place
    return to > from ? [{ from, to, steps: sum(steps.slice(0, to - from)) }] : []
  })
}

function rowsOf(answers: readonly Said[]): { from: number; end: number }[] {
  const rows: { from: number; end: number }[] = []
  for (const [place, said] of answers.entries()) {
    const row = rows.at(-1)
    const isNext = row?.end === place && said.record.content.trim() === ''
    if (callCount(said) === 0) continue
    if (row && isNext) row.end = place + 1
    else rows.push({ from: place, end: place + 1 })
  }
  return rows
}

/** Counted here and not read as records are: the window needs no schema for it. */
export function callCount({ record }: Said): number {
  const calls = record['toolCalls']
  return record.role === 'assistant' && Array.isArray(calls) ? calls.length : 0
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
