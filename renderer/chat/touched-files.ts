// The files a session has changed, each once, with every change: from what its runs have kept, and from its calls where they have not.
import { callFacts } from '../../shared/call-facts.ts'
import type { ChangedFile, RunChanges } from '../../shared/changes.ts'
import type { TouchedFile } from '../../shared/tool.ts'
import { type Entry, groupTurns, type Marks } from './entries.ts'

export interface FileChange {
  action: ChangedFile['action']
  /** Lines; null where there is no text to count. */
  added: number | null
  removed: number | null
  diff: string | null
  isUndone: boolean
}

export interface TouchedPath {
  path: string
  /** The latest first; never empty. */
  changes: readonly FileChange[]
}

/** The file that was changed last stands first. */
export function touchedFiles(entries: readonly Entry[], marks: Marks, runs: readonly RunChanges[]): TouchedPath[] {
  const kept = new Set(runs.map(({ entryId }) => entryId))
  const found = new Map<string, FileChange[]>()
  const add = (path: string, change: FileChange) => {
    const changes = found.get(path) ?? []
    // Put in anew, so that the order is that of the last changes.
    found.delete(path)
    found.set(path, [change, ...changes])
  }
  for (const { at, question, answers } of inTime(entries, marks, runs)) {
    for (const run of at) {
      for (const { path, ...change } of run.files) add(path, { ...change, isUndone: run.state === 'undone' })
    }
    if (question === null || kept.has(question)) continue
    for (const result of answers) {
      for (const file of callFacts(result).detail?.files ?? []) add(file.path, changeOf(file))
    }
  }
  return [...found].map(([path, changes]) => ({ path, changes })).reverse()
}

/** Turns in their order with the runs that answered them; runs of other branches before them, since they are over. */
function inTime(entries: readonly Entry[], marks: Marks, runs: readonly RunChanges[]) {
  const turns = groupTurns(entries, marks).map(({ question, answers }) => {
    const id = question?.record.id ?? null
    return {
      question: id ?? '',
      at: runs.filter(({ entryId }) => entryId === id),
      answers: answers.flatMap(({ results }) => results),
    }
  })
  const shown = new Set(turns.map(({ question }) => question))
  const elsewhere = runs.filter(({ entryId }) => !shown.has(entryId))
  return [{ question: null, at: elsewhere, answers: [] }, ...turns]
}

function changeOf({ change, added, removed, diff }: TouchedFile): FileChange {
  return { action: change === 'created' ? 'created' : 'changed', added, removed, diff, isUndone: false }
}

/** Of all that was not undone; null where there is nothing to count. */
export function linesOf({ changes }: TouchedPath): { added: number; removed: number } | null {
  const counted = changes.filter(({ added, removed, isUndone }) => added !== null && removed !== null && !isUndone)
  if (counted.length === 0) return null
  return counted.reduce(
    (sum, { added, removed }) => ({ added: sum.added + (added ?? 0), removed: sum.removed + (removed ?? 0) }),
    { added: 0, removed: 0 },
  )
}
