// What the list of sessions makes of what it is given: copies by their ids, keys on every platform, and whose turn it is next.
import { expect, test } from 'vitest'
import { actOfKey, actOfRowKey } from '../../renderer/sessions/act-keys.ts'
import { copyOf } from '../../renderer/sessions/copies.ts'
import { inListOrder, neighbourOf } from '../../renderer/sessions/groups.ts'
import type { SessionSummary } from '../../shared/session.ts'

test.each([
  ['0199-a.conflict-2026-11-25T13-00-00-000Z', { kind: 'conflict', of: '0199-a' }],
  ['0199-a.conflict-2026-11-25T13-00-00-000Z_2', { kind: 'conflict', of: '0199-a' }],
  ['my_session.repaired', { kind: 'repaired', of: 'my_session' }],
  ['my_session.repaired-2', { kind: 'repaired', of: 'my_session' }],
  ['my_session', null],
  ['repaired', null],
  ['.repaired', null],
  ['a.repaired.more', null],
  ['a.repairedx', null],
  ['conflict-2026', null],
])('the id %s', (id, copy) => {
  expect(copyOf(id)).toEqual(copy)
})

const press = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey')[]) => ({
  key,
  ctrlKey: held.includes('ctrlKey'),
  metaKey: held.includes('metaKey'),
  shiftKey: held.includes('shiftKey'),
  altKey: held.includes('altKey'),
})

test.each([
  [press('F2'), 'rename', 'rename'],
  [press('F2', 'shiftKey'), null, null],
  [press('Delete'), 'delete', 'delete'],
  [press('Delete', 'shiftKey'), null, null],
  [press('Delete', 'ctrlKey'), null, null],
  [press('Delete', 'altKey'), null, null],
  [press('Backspace'), null, 'delete'],
  [press('P', 'ctrlKey', 'shiftKey'), 'pin', null],
  [press('p', 'metaKey', 'shiftKey'), null, 'pin'],
  [press('A', 'ctrlKey', 'shiftKey'), 'archive', null],
  [press('a', 'metaKey', 'shiftKey'), null, 'archive'],
  [press('a', 'ctrlKey'), null, null],
  [press('p'), null, null],
  [press('P', 'shiftKey'), null, null],
  [press('P', 'ctrlKey', 'shiftKey', 'altKey'), null, null],
])('%o in a row', (pressed, elsewhere, mac) => {
  expect([actOfRowKey(pressed, false), actOfRowKey(pressed, true)]).toEqual([elsewhere, mac])
  // Away from the rows it is the same, but nothing is deleted.
  const kept = (id: string | null) => (id === 'delete' ? null : id)
  expect([actOfKey(pressed, false), actOfKey(pressed, true)]).toEqual([kept(elsewhere), kept(mac)])
})

function session(id: string, more: Partial<SessionSummary> = {}): SessionSummary {
  const updatedAt = '2026-11-25T13:00:00.000Z'
  const facts = { title: id, createdAt: null, updatedAt, entries: 1, bytes: 1, model: null, badLines: 0 }
  return { ...facts, workspace: null, lastError: null, id, archived: false, pinned: false, state: 'ok', ...more }
}

test('the neighbour is the one below, or above the last, in the order that is seen and at the same place', () => {
  const listed = [session('a'), session('old', { archived: true }), session('b', { pinned: true }), session('c')]
  expect(inListOrder(listed, 'time').map(({ id }) => id)).toEqual(['b', 'a', 'old', 'c'])
  expect(['b', 'a', 'c', 'old', 'nobody'].map((id) => neighbourOf(listed, id)?.id ?? null)).toEqual([
    'a',
    'c',
    'a',
    null,
    null,
  ])
})
