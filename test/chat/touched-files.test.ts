// The files a session has touched: each once, from what its runs have kept and from its calls, and nothing of it twice.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry, Marks } from '../../renderer/chat/entries.ts'
import { readEntries } from '../../renderer/chat/read-entries.ts'
import { linesOf, touchedFiles } from '../../renderer/chat/touched-files.ts'
import type { ChangedFile, RunChanges } from '../../shared/changes.ts'
import type { TouchedFile } from '../../shared/tool.ts'
import { message } from '../support/session-lines.ts'

const noMarks: Marks = { versions: new Map(), hidden: new Set() }
const written = (path: string, more: Partial<TouchedFile> = {}): TouchedFile => ({
  path,
  change: 'edited',
  added: 1,
  removed: 0,
  diff: `@@ of ${path} @@`,
  ...more,
})
const kept = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  action: 'changed',
  added: 5,
  removed: 2,
  diff: `kept of ${path}`,
  ...more,
})
const run = (entryId: string, files: ChangedFile[], more: Partial<RunChanges> = {}): RunChanges => ({
  runId: `run of ${entryId}`,
  entryId,
  at: '2026-11-22T08:00:02.000Z',
  files,
  state: 'done',
  limits: [],
  ...more,
})

/** A conversation in which each question’s calls have written these files. */
function conversation(...turns: { question: string; files: TouchedFile[] }[]): Entry[] {
  let parentId: string | null = null
  const records = turns.flatMap(({ question, files }) => {
    const [answer, result] = [`${question}-a`, `${question}-t`]
    const calls = [{ id: `${question}-c`, name: 'edit_file', arguments: {} }]
    const lines = [
      message(question, parentId, { role: 'user' }),
      message(answer, question, { role: 'assistant', stop: 'tool_calls', toolCalls: calls }),
      message(result, answer, { role: 'tool', callId: `${question}-c`, isError: false, ms: 1, detail: { files } }),
    ]
    const last = message(`${question}-b`, result, { role: 'assistant', content: 'Done.', stop: 'stop' })
    parentId = `${question}-b`
    return [...lines, last]
  })
  return readEntries(records.map((record) => ({ type: 'message', ...record })))
}

const names = (files: readonly { path: string }[]) => files.map(({ path }) => path)

describe('the files a session has touched', () => {
  test('come from its calls where no run has kept them, the last one first', () => {
    const entries = conversation(
      { question: 'q1', files: [written('a'), written('b')] },
      { question: 'q2', files: [written('a', { change: 'created', added: 3 })] },
    )
    const files = touchedFiles(entries, noMarks, [])
    expect(names(files)).toEqual(['a', 'b'])
    expect(files[0]?.changes.map(({ action }) => action)).toEqual(['created', 'changed'])
    expect(linesOf(files[0] ?? { path: '', changes: [] })).toEqual({ added: 4, removed: 0 })
  })

  test('come from what the run has kept where it has: what commands did is there too, and nothing twice', () => {
    const entries = conversation({ question: 'q1', files: [written('a')] }, { question: 'q2', files: [written('z')] })
    const files = touchedFiles(entries, noMarks, [
      run('q1', [kept('a'), kept('made-by-a-command', { action: 'created' })]),
    ])
    expect(names(files)).toEqual(['z', 'made-by-a-command', 'a'])
    expect(files.at(-1)?.changes).toHaveLength(1)
    expect(files.at(-1)?.changes[0]?.diff).toBe('kept of a')
  })

  test('what was undone is said to be, and does not count', () => {
    const files = touchedFiles(conversation({ question: 'q1', files: [written('a')] }), noMarks, [
      run('q1', [kept('a')], { state: 'undone' }),
    ])
    expect(files[0]?.changes[0]?.isUndone).toBe(true)
    expect(linesOf(files[0] ?? { path: '', changes: [] })).toBeNull()
  })

  test('what has no text has no lines', () => {
    const files = touchedFiles([], noMarks, [
      run('q', [kept('picture.png', { added: null, removed: null, diff: null })]),
    ])
    expect(linesOf(files[0] ?? { path: '', changes: [] })).toBeNull()
  })

  test('runs of branches that are not shown have changed the folder all the same', () => {
    const entries = conversation({ question: 'q1', files: [written('a')] })
    expect(names(touchedFiles(entries, noMarks, [run('elsewhere', [kept('other')])]))).toEqual(['a', 'other'])
  })

  test('whatever happened, each path is there once, with a change, and none is lost', () => {
    const path = fc.constantFrom('a', 'b', 'c/d', 'e f', '__proto__', '')
    const turn = fc.record({
      called: fc.array(path, { maxLength: 4 }),
      kept: fc.option(fc.array(path, { maxLength: 4 })),
    })
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 5 }), fc.array(path, { maxLength: 3 }), (turns, others) => {
        const entries = conversation(
          ...turns.map(({ called }, index) => ({ question: `q${index}`, files: called.map((one) => written(one)) })),
        )
        const runs = [
          ...(others.length > 0
            ? [
                run(
                  'elsewhere',
                  others.map((one) => kept(one)),
                ),
              ]
            : []),
          ...turns.flatMap(({ kept: found }, index) =>
            found === null
              ? []
              : [
                  run(
                    `q${index}`,
                    found.map((one) => kept(one)),
                  ),
                ],
          ),
        ]
        const files = touchedFiles(entries, noMarks, runs)
        const all = [...others, ...turns.flatMap(({ called, kept: found }) => found ?? called)]
        expect([...names(files)].sort()).toEqual([...new Set(all)].sort())
        expect(files.reduce((sum, { changes }) => sum + changes.length, 0)).toBe(all.length)
        expect(files.every(({ changes }) => changes.length > 0)).toBe(true)
      }),
    )
  })
})
