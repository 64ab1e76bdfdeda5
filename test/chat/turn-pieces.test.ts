// A long session in the window: pieces that stay the same while one reads on, and a part that never grows without end.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Entry, groupTurns } from '../../renderer/chat/entries.ts'
import { type Held, heldEntries, isAtEnd, joined, trimmed } from '../../renderer/chat/slices.ts'
import { piecesOf, pieceWith } from '../../renderer/chat/turn-pieces.ts'

const marks = { versions: new Map(), hidden: new Set<string>() }

/** `question`: how many answers stand between two questions. */
function conversation(count: number, question: number): Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const role = index % (question + 1) === 0 ? ('user' as const) : ('assistant' as const)
    const [id, parentId] = [`e${index}`, index === 0 ? null : `e${index - 1}`]
    return { id, parentId, message: { type: 'message', id, parentId, ts: null, role, content: id } }
  })
}

const held = (entries: readonly Entry[], from: number, total: number): Held => ({
  entries,
  marks,
  leftOut: [],
  slice: { from, to: from + entries.length, total, branch: null },
})

const piecesFrom = (entries: readonly Entry[], from: number) => piecesOf(groupTurns(entries, marks), entries, from)

test('every entry is drawn in exactly one piece, and no piece is long', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 400 }),
      fc.nat(500),
      (count, every, from) => {
        const entries = conversation(count, every)
        const pieces = piecesFrom(entries, from)
        const drawn = pieces.flatMap(({ turn, isContinued }) => [
          ...(turn.question && !isContinued ? [turn.question.record.id] : []),
          ...turn.answers.map(({ record }) => record.id),
        ])
        expect(drawn).toEqual(entries.map(({ id }) => id))
        expect(new Set(pieces.map(({ key }) => key)).size).toBe(pieces.length)
        for (const { turn } of pieces) expect(turn.answers.length).toBeLessThanOrEqual(24)
        for (const { id } of entries) expect(pieceWith(pieces, id)).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})

test('the pieces that were there stay the same when a part is added before them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 300 }), fc.nat(), fc.integer({ min: 1, max: 60 }), (count, cut, every) => {
      const entries = conversation(count, every)
      const from = cut % count
      const later = piecesFrom(entries.slice(from), from)
      const all = piecesFrom(entries, 0)
      // The first one may have its beginning now.
      const keys = later.slice(1).map(({ key }) => key)
      expect(all.map(({ key }) => key).slice(all.length - keys.length)).toEqual(keys)
    }),
  )
})

test('parts are joined in their order, and what is far away is let go', () => {
  const entries = conversation(2_000, 3)
  let now = held(entries.slice(1_800), 1_800, 2_000)
  expect(isAtEnd(now)).toBe(true)
  for (let from = 1_600; from >= 0; from -= 200) {
    now = joined(now, held(entries.slice(from, from + 200), from, 2_000), 'before')
    const less = trimmed(now, 'start')
    if (less) now = { ...now, ...less }
    const { slice } = now
    if (slice === null) throw new Error('nothing is held')
    expect(now.entries).toEqual(entries.slice(slice.from, slice.to))
    expect(now.entries.length).toBeLessThanOrEqual(heldEntries + 4)
  }
  expect(now.slice?.from).toBe(0)
  expect(isAtEnd(now)).toBe(false)
  for (let to = now.slice?.to ?? 0; to < 2_000; to = now.slice?.to ?? 2_000) {
    now = joined(now, held(entries.slice(to, to + 200), to, 2_000), 'after')
    const less = trimmed(now, 'end')
    if (less) now = { ...now, ...less }
    expect(now.entries[0]?.message?.role).toMatch(/user|assistant/)
    expect(now.entries).toEqual(entries.slice(now.slice?.from, now.slice?.to))
  }
  expect(isAtEnd(now)).toBe(true)
})
