// What a person has selected, and under which heading each session stands.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupByDay, groupByFolder, inListOrder, rowsOf } from '../../renderer/sessions/groups.ts'
import { allOf, extendedTo, nothingSelected, toggled } from '../../renderer/sessions/selection.ts'
import type { SessionSummary } from '../../shared/session.ts'

const order = ['a', 'b', 'c', 'd', 'e', 'f']
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort().join('')

describe('selecting', () => {
  test('one by one, and back', () => {
    const two = toggled(toggled(nothingSelected, 'b'), 'd')
    expect([ids(two), ids(toggled(two, 'b')), ids(allOf(order))]).toEqual(['bd', 'd', 'abcdef'])
  })

  test('a stretch begins at the one that was chosen last, and what was chosen before stays', () => {
    const begun = toggled(toggled(nothingSelected, 'a'), 'c')
    const down = extendedTo(begun, order, 'c', 'e')
    expect(ids(down)).toBe('acde')
    expect(ids(extendedTo(down, order, 'e', 'b'))).toBe('abc')
  })

  test('where nothing was chosen it begins where the person stands', () => {
    expect(ids(extendedTo(nothingSelected, order, 'd', 'c'))).toBe('cd')
    expect(ids(extendedTo(toggled(nothingSelected, 'gone'), order, 'd', 'c'))).toBe('cdgone')
  })

  test('the way to the end of a stretch does not count, wherever it has led', () => {
    const one = fc.constantFrom(...order)
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 4 }),
        fc.array(one, { minLength: 1, maxLength: 5 }),
        one,
        (first, way, from) => {
          const begun = first.reduce(toggled, nothingSelected)
          const led = way.reduce((selection, to) => extendedTo(selection, order, from, to), begun)
          const end = way.at(-1) ?? from
          expect(ids(led)).toBe(ids(extendedTo(begun, order, from, end)))
        },
      ),
    )
  })
})

const facts = { createdAt: null, entries: 1, bytes: 1, model: null, badLines: 0, lastError: null }
const session = (id: string, workspace: string | null, more: Partial<SessionSummary> = {}): SessionSummary => ({
  ...{ id, title: id, workspace, archived: false, pinned: false, state: 'ok', ...facts },
  updatedAt: '2026-11-25T13:00:00.000Z',
  ...more,
})
const told = (groups: ReturnType<typeof groupByFolder>) =>
  groups.map(({ name, folder, sessions }) => [name, folder ?? null, sessions.map(({ id }) => id).join('')])

describe('groups', () => {
  test('by folder: the pinned ones first, those without a folder last, and two folders of one name told apart', () => {
    const listed = [
      session('a', null),
      session('b', '/home/anna/Notes/tides'),
      session('c', '/home/anna/Club/tides'),
      session('d', '/srv/letters/'),
      session('e', '/home/anna/Notes/tides'),
      session('f', 'C:\\Users\\anna\\boats', { pinned: true }),
      session('g', '/'),
    ]
    expect(told(groupByFolder(listed))).toEqual([
      ['Pinned', null, 'f'],
      ['Notes/tides', '/home/anna/Notes/tides', 'be'],
      ['Club/tides', '/home/anna/Club/tides', 'c'],
      ['letters', '/srv/letters/', 'd'],
      ['/', '/', 'g'],
      ['No folder', null, 'a'],
    ])
    expect(
      inListOrder(listed, 'folder')
        .map(({ id }) => id)
        .join(''),
    ).toBe('fbecdga')
    expect(groupByFolder([session('w', 'C:\\Users\\anna\\boats')])).toMatchObject([{ name: 'boats' }])
  })

  test('every session stands in exactly one group, in its order, and only the first row has the heading', () => {
    const any = fc.record({
      folder: fc.constantFrom(null, '', '/a', '/b/a', '/b'),
      pinned: fc.boolean(),
      day: fc.integer({ min: -1, max: 400 }),
    })
    const now = new Date('2026-11-25T13:00:00.000Z')
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (some) => {
        const listed = some.map(({ folder, pinned, day }, index) => {
          const updatedAt = new Date(now.getTime() - day * 86_400_000).toISOString()
          return session(`s${index}`, folder, { pinned, updatedAt })
        })
        for (const groups of [groupByFolder(listed), groupByDay(listed, now)]) {
          const rows = rowsOf(groups)
          expect(rows.map((row) => row.session.id).sort()).toEqual(listed.map(({ id }) => id).sort())
          expect(rows.flatMap(({ heading }) => heading ?? [])).toEqual(groups)
        }
      }),
    )
  })
})
