// Long turns stay short; and a change is drawn line by line with the right numbers.
import { expect, test } from 'vitest'
import type { Said } from '../../renderer/chat/entries.ts'
import { foldsOf } from '../../renderer/chat/folds.ts'
import { diffLines } from '../../renderer/ui/diff-lines.ts'

const round = (calls: number, content = ''): Said => ({
  record: {
    type: 'message',
    id: 'a',
    parentId: null,
    ts: null,
    role: 'assistant',
    content,
    ...(calls > 0 && {
      toolCalls: Array.from({ length: calls }, (_, n) => ({ id: `c${n}`, name: 'x', arguments: {} })),
    }),
  },
  versions: null,
  isHidden: false,
  results: [],
  started: [],
})
const rounds = (...calls: number[]) => calls.map((count) => round(count))
const nobody = new Set<number>()

test('eight steps in a row are shown, of more only the last few', () => {
  expect(foldsOf(rounds(...Array(8).fill(1)), nobody)).toEqual([])
  expect(foldsOf(rounds(...Array(25).fill(1), 0), nobody)).toEqual([{ from: 0, to: 21, steps: 21 }])
  // A round is not torn apart.
  expect(foldsOf(rounds(3, 3, 3), nobody)).toEqual([{ from: 0, to: 1, steps: 3 }])
  expect(foldsOf(rounds(12), nobody)).toEqual([])
})

test('words between steps are never folded away: a new row begins there', () => {
  const answers = [...rounds(1, 1, 1, 1, 1), round(1, 'Now the rest.'), ...rounds(1, 1, 1, 1, 1, 1, 1, 1, 1)]
  expect(foldsOf(answers, nobody)).toEqual([{ from: 5, to: 11, steps: 6 }])
  expect(foldsOf([...rounds(1, 1, 1, 1, 1), round(0, 'Done.'), ...rounds(1, 1, 1, 1)], nobody)).toEqual([])
})

test('nothing before a step that somebody looks into goes, and what was unfolded stays', () => {
  const answers = rounds(...Array(12).fill(1))
  expect(foldsOf(answers, new Set([3]))).toEqual([{ from: 0, to: 3, steps: 3 }])
  expect(foldsOf(answers, new Set([3, 0]))).toEqual([])
  expect(foldsOf(answers, new Set([11]))).toEqual([{ from: 0, to: 8, steps: 8 }])
})

test('a diff has the numbers of the file, whatever its lines begin with', () => {
  const diff = [
    'Index: a',
    '--- a',
    '+++ a',
    '@@ -2,3 +2,3 @@',
    ' same',
    '--- old',
    '+++ new',
    '\\ No newline at end of file',
    '@@ -10 +10,2 @@',
    ' ten',
    '+eleven',
    '',
  ].join('\n')
  expect(diffLines(diff).map(({ kind, number, text }) => `${kind} ${number} ${text}`)).toEqual([
    'same 2 same',
    'removed 3 -- old',
    'added 3 ++ new',
    'note null No newline at end of file',
    'gap null ',
    'same 10 ten',
    'added 11 eleven',
  ])
  expect(diffLines('')).toEqual([])
})
