// What the transcript makes of a session's records: turns, what is marked, what is drawn again and what is not.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  appendEntry,
  type Entry,
  groupTurns,
  isSameTurn,
  keepKnown,
  type Marks,
  upTo,
} from '../../renderer/chat/entries.ts'
import { readEntry } from '../../renderer/chat/read-entries.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { correctionsOn } from '../../shared/session-tree.ts'

const unmarked: Marks = { versions: new Map(), hidden: new Set() }

function entry(id: string, parentId: string | null, role: MessageRecord['role'] | null, more: object = {}): Entry {
  const message: MessageRecord | null =
    role === null ? null : { type: 'message', id, parentId, ts: null, role, content: `words of ${id}`, ...more }
  return { id, parentId, message }
}

/** A path of these roles, each the child of the one before; null is a record that is no message. */
function pathOf(roles: readonly (MessageRecord['role'] | null)[]): Entry[] {
  return roles.map((role, index) => entry(`e${index}`, index === 0 ? null : `e${index - 1}`, role))
}

const someRoles = fc.array(fc.constantFrom('user', 'assistant', 'tool', 'system', null), { maxLength: 30 })

describe('turns', () => {
  test('every question and every answer stands in exactly one turn, in the order of the path', () => {
    fc.assert(
      fc.property(someRoles, (some) => {
        const path = pathOf(some)
        const shown = groupTurns(path, unmarked).flatMap(({ question, answers }) => [
          ...(question ? [question] : []),
          ...answers,
        ])
        const expected = path.flatMap(({ message }) =>
          message?.role === 'user' || message?.role === 'assistant' ? [message] : [],
        )
        expect(shown.map(({ record }) => record)).toEqual(expected)
      }),
    )
  })

  test('keys are different from one another, and stay when more comes at the end', () => {
    fc.assert(
      fc.property(someRoles, fc.nat(30), (some, cut) => {
        const keys = groupTurns(pathOf(some), unmarked).map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        const fewer = groupTurns(pathOf(some.slice(0, cut)), unmarked).map(({ key }) => key)
        expect(keys.slice(0, fewer.length)).toEqual(fewer)
      }),
    )
  })

  test('a turn knows which skills its model was told of and which were used, each once', () => {
    const skill = (id: string, record: object) => readEntry({ type: 'skill', id, parentId: 'q', ...record })
    const path = [
      entry('q', null, 'user'),
      skill('s1', { event: 'offered', by: 'model', names: ['tides', 'knots', 7] }),
      skill('s2', { event: 'chosen', name: 'tides', by: 'user' }),
      entry('a', 's2', 'assistant'),
      skill('s3', { event: 'read', name: 'tides', by: 'model', path: 'references/words.md' }),
      skill('s4', { event: 'read', name: 'knots', by: 'model' }),
      skill('s5', { event: 'danced', name: 'jig' }),
      entry('q2', 'a', 'user'),
    ].flatMap((one) => one ?? [])
    const [first, second] = groupTurns(path, unmarked)
    expect(first?.skills).toEqual({
      offered: ['tides', 'knots'],
      used: [
        { name: 'tides', by: 'user' },
        { name: 'knots', by: 'model' },
      ],
    })
    expect(second?.skills).toEqual({ offered: null, used: [] })
    const [before] = groupTurns(path.slice(0, 4), unmarked)
    expect(before && first && isSameTurn(before, first)).toBe(false)
  })

  test('a correction stands in its turn, at its place, and is what the tree says is one', () => {
    const roles = ['user', 'assistant', 'tool', null, 'user', 'user', 'assistant', 'user'] as const
    const turns = groupTurns(pathOf(roles), unmarked)
    expect(
      turns.map(({ question, answers }) => [question?.record.id, ...answers.map(({ record }) => record.id)]),
    ).toEqual([['e0', 'e1', 'e4', 'e5', 'e6'], ['e7']])
    fc.assert(
      fc.property(someRoles, (some) => {
        const path = pathOf(['user', ...some])
        const within = groupTurns(path, unmarked).flatMap(({ answers }) =>
          answers.flatMap(({ record }) => (record.role === 'user' ? [record.id] : [])),
        )
        expect(within).toEqual([...correctionsOn(path.flatMap(({ message }) => message ?? []))])
      }),
    )
  })

  test('another version of a question has the key of the one it stands for', () => {
    const before = [entry('q1', null, 'user'), entry('a1', 'q1', 'assistant')]
    const [, first] = groupTurns([...before, entry('q2', 'a1', 'user')], unmarked)
    const [, second] = groupTurns([...before, entry('s', 'a1', null), entry('q2b', 's', 'user')], unmarked)
    expect(second?.key).toBe(first?.key)
    expect(groupTurns([entry('other', null, 'user')], unmarked)[0]?.key).toBe(groupTurns(before, unmarked)[0]?.key)
  })

  test('a message has its versions and its mark, and no other has', () => {
    const path = pathOf(['user', 'assistant', 'user', 'assistant'])
    const [one, two] = groupTurns(path, { versions: new Map([['e1', ['x', 'e1']]]), hidden: new Set(['e2']) })
    expect(one?.answers[0]).toMatchObject({ versions: ['x', 'e1'], isHidden: false })
    expect(one?.question).toMatchObject({ versions: null, isHidden: false })
    expect(two?.question).toMatchObject({ versions: null, isHidden: true })
  })

  test('a turn is drawn again when a version, a mark or a word of it changes, and else not', () => {
    const path = pathOf(['user', 'assistant'])
    const turnOf = (marks: Marks, entries: readonly Entry[] = path) => {
      const [turn] = groupTurns(entries, marks)
      if (!turn) throw new Error('no turn')
      return turn
    }
    const marked = (ids: string[], hidden: string[]): Marks => ({
      versions: new Map([['e1', ids]]),
      hidden: new Set(hidden),
    })
    const plain = turnOf(unmarked)
    expect(isSameTurn(plain, turnOf(unmarked))).toBe(true)
    expect(isSameTurn(plain, turnOf(marked(['e1', 'x'], [])))).toBe(false)
    expect(isSameTurn(turnOf(marked(['e1', 'x'], [])), turnOf(marked(['e1', 'x'], [])))).toBe(true)
    expect(isSameTurn(turnOf(marked(['e1', 'x'], [])), turnOf(marked(['e1', 'y'], [])))).toBe(false)
    expect(isSameTurn(turnOf(marked(['e1', 'x'], [])), turnOf(marked(['e1', 'x', 'y'], [])))).toBe(false)
    expect(isSameTurn(plain, turnOf({ ...unmarked, hidden: new Set(['e0']) }))).toBe(false)
    expect(isSameTurn(plain, turnOf(unmarked, [...path, entry('e2', 'e1', 'assistant')]))).toBe(false)
    expect(isSameTurn(plain, turnOf(unmarked, [entry('e1', null, 'assistant')]))).toBe(false)
  })
})

describe('what was there before', () => {
  test('stays the same objects where nothing has changed, and always says what is there now', () => {
    fc.assert(
      fc.property(someRoles, fc.array(fc.nat(29)), (some, changed) => {
        const before = pathOf(some)
        const after = pathOf(some).map((one, index) =>
          changed.includes(index) && one.message
            ? { ...one, message: { ...one.message, content: 'other words' } }
            : one,
        )
        const kept = keepKnown(before, after)
        expect(kept).toEqual(after)
        for (const [index, one] of kept.entries()) {
          expect(one === before[index]).toBe(!(changed.includes(index) && before[index]?.message))
        }
      }),
    )
  })

  test('a field more, less or deep inside is a change; equal objects are none', () => {
    const usage = { promptTokens: 1, outputTokens: 2 }
    const before = [entry('a', null, 'assistant', { usage })]
    const [old] = before
    const same = (more: object) => keepKnown(before, [entry('a', null, 'assistant', more)])[0] === old
    expect(same({ usage: { ...usage } })).toBe(true)
    expect(same({ usage: { ...usage, outputTokens: 3 } })).toBe(false)
    expect(same({ usage, model: 'm' })).toBe(false)
    expect(same({})).toBe(false)
    expect(keepKnown(before, [entry('a', 'p', 'assistant', { usage })])[0]).not.toBe(old)
  })
})

test('an entry beside the last one begins a branch, one of elsewhere cannot be placed, and none comes twice', () => {
  const path = pathOf(['user', 'assistant', 'user', 'assistant'])
  const branch = entry('b', 'e0', 'assistant')
  expect(appendEntry(path, branch)).toEqual([path[0], branch])
  expect(appendEntry(path, entry('b', 'nowhere', 'assistant'))).toBeNull()
  expect(appendEntry(path, entry('b', null, 'user'))).toBeNull()
  expect(appendEntry(path, entry('e2', 'e1', 'user'))).toBe(path)
  expect(upTo(path, 'e1')).toEqual(path.slice(0, 2))
  expect(upTo(path, 'nowhere')).toBe(path)
})
