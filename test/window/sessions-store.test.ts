// The list as the window keeps it, on the real app: what is done with many is in it when it is done, and each that goes is told once.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSessions, type Removal } from '../../renderer/sessions/sessions-store.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

const ids = ['a', 'b', 'c', 'd']

async function openList() {
  const home = await temporaryFolder()
  await mkdir(join(home, 'sessions'))
  for (const [index, id] of ids.entries()) {
    const ts = `2026-11-22T08:0${9 - index}:00.000Z`
    await writeFile(join(home, 'sessions', `${id}.jsonl`), toBytes(header, message('m', null, { content: id, ts })))
  }
  const { bridge } = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const sessions = createSessions(bridge, { grouping: 'time', showSizes: false })
  await sessions.load()
  const told: Removal[] = []
  sessions.onRemoved((removal) => told.push(removal))
  const listed = () => sessions.store.getState().sessions.map(({ id, archived }) => (archived ? id.toUpperCase() : id))
  return { bridge, sessions, told, listed: () => listed().join('') }
}

test('each act with many is in the list when it is done, in whatever order pushes and the answer come', async () => {
  const { sessions, told, listed } = await openList()
  expect(listed()).toBe('abcd')
  answered(await sessions.bulk('archive', ['a', 'c'], null))
  expect(listed()).toBe('AbCd')
  answered(await sessions.bulk('restore', ['a', 'c'], null))
  expect(listed()).toBe('abcd')
  answered(await sessions.bulk('delete', ['a', 'b', 'c'], 'd'))
  expect(listed()).toBe('d')
  expect(told.map(({ session, heir, isOwn }) => [session.id, heir, isOwn])).toEqual([
    ['a', 'd', true],
    ['b', 'd', true],
    ['c', 'd', true],
  ])
  answered(await sessions.bulk('take-back', ['a', 'b', 'c'], null))
  expect(listed()).toBe('abcd')
  expect(sessions.store.getState().bulk).toBeNull()
})

test('what is done with many by others is told for each, and the list ends as it is', async () => {
  const { bridge, sessions, told, listed } = await openList()
  answered(await bridge.call('sessions.bulk', { act: 'delete', sessionIds: ['a', 'c'] }))
  await waitFor('both to go', () => listed() === 'bd')
  expect(told.map(({ session, isOwn }) => [session.id, isOwn])).toEqual([
    ['a', false],
    ['c', false],
  ])
  // One that went at the same moment is nobody's heir.
  expect(told.map(({ heir }) => heir)).toEqual(['b', 'd'])
  answered(await bridge.call('sessions.bulk', { act: 'archive', sessionIds: ['b', 'd'] }))
  await waitFor('both to be archived', () => listed() === 'BD')
  // What was refused is nobody's own any more: it is told as another's when it goes by another.
  expect(await sessions.bulk('delete', ['nowhere'], null)).toMatchObject({ ok: true, value: { done: [] } })
})

test('a session that was looked at is not unread, here at once and for the main process as well', async () => {
  const { bridge, sessions } = await openList()
  const unread = () => [...sessions.store.getState().unread]
  sessions.store.setState({ unread: new Set(['a', 'b']) })
  sessions.looked('a')
  expect(unread()).toEqual(['b'])
  sessions.show({ grouping: 'folder' })
  await waitFor('the view to be remembered', async () => {
    const { listView } = answered(await bridge.call('app.state', {}))
    return listView.grouping === 'folder' && !listView.showSizes
  })
})
