// Many sessions at once: each is done or refused for itself; and what a person has not seen yet is kept until they look.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Surface } from '../../electron/contracts.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'

const nobody = 'http://127.0.0.1:9'
let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
})

const seed = async (id: string, title = id) =>
  await writeFile(join(home, 'sessions', `${id}.jsonl`), toBytes(header, message('m', null, { content: title })))
const files = async (folder = join(home, 'sessions')) => (await readdir(folder)).sort()

/** A window whose person chooses this folder. */
function windowWith(folder: string | null): Surface {
  return windowOf({ chooseFolder: async (_signal, purpose) => (purpose === 'export' ? folder : null) })
}

test('many are archived, restored, deleted and taken back, and what is not there is named', async () => {
  for (const id of ['a', 'b', 'c']) await seed(id)
  const { bridge } = await bootCarrel({ home, host: nobody })
  const bulk = async (act: 'archive' | 'restore' | 'delete' | 'take-back', ...sessionIds: string[]) =>
    answered(await bridge.call('sessions.bulk', { act, sessionIds }))

  const archived = await bulk('archive', 'a', 'nowhere', 'b', 'a')
  expect(archived).toMatchObject({ done: ['a', 'b'], failed: [{ id: 'nowhere', failure: { code: 'not-found' } }] })
  expect(await files()).toEqual(['a.jsonl.archived', 'b.jsonl.archived', 'c.jsonl'])
  expect(await bulk('restore', 'a', 'b')).toEqual({ done: ['a', 'b'], failed: [] })
  expect(await bulk('delete', 'a', 'c')).toEqual({ done: ['a', 'c'], failed: [] })
  expect(await files()).toEqual(['b.jsonl'])
  expect(await bulk('take-back', 'a', 'c')).toEqual({ done: ['a', 'c'], failed: [] })
  expect(await files()).toEqual(['a.jsonl', 'b.jsonl', 'c.jsonl'])
})

test('a session in which an answer is being written is refused by name, and the rest is done', async () => {
  await seed('idle')
  const server = await fakeServer({
    scenario: { turns: [{ match: {}, steps: [{ content: 'Slowly' }, { fault: 'hang' }] }] },
  })
  const carrel = await bootCarrel({ home, host: server.url })
  const { sessionId } = await carrel.send('Take your time')
  await carrel.waitForWords('Slowly')
  for (const act of ['archive', 'delete'] as const) {
    const { done, failed } = answered(
      await carrel.bridge.call('sessions.bulk', { act, sessionIds: [sessionId, 'idle'] }),
    )
    expect([done, failed.map(({ id, failure }) => [id, failure.code])]).toEqual([['idle'], [[sessionId, 'busy']]])
  }
})

test('a page names sessions and nothing else, and not none', async () => {
  const { bridge } = await bootCarrel({ home, host: nobody })
  for (const sessionIds of [[], ['../settings'], ['a/b']]) {
    const answer = await bridge.call('sessions.bulk', { act: 'delete', sessionIds })
    expect(refused(answer)).toMatchObject({ code: 'invalid-input' })
  }
})

test('many are exported into the folder the person chose, and no file that is there is touched', async () => {
  await seed('a', 'High water / low water')
  await seed('b', 'high WATER low water')
  await seed('c', 'High water low water')
  const folder = await mkdtemp(join(home, 'out-'))
  await writeFile(join(folder, 'High water low water.jsonl'), 'somebody’s own')
  const { bridge } = await bootCarrel({ home, host: nobody, surface: windowWith(folder) })
  const wish = { sessionIds: ['a', 'b', 'c', 'nowhere'], format: 'jsonl' as const }
  const exported = answered(await bridge.call('window.exportSessions', wish))
  expect(exported).toMatchObject({
    saved: folder,
    done: ['a', 'b', 'c'],
    failed: [{ id: 'nowhere', failure: { code: 'not-found' } }],
  })
  expect(await files(folder)).toEqual([
    'High water low water (2).jsonl',
    'High water low water (3).jsonl',
    'High water low water.jsonl',
    'high WATER low water (2).jsonl',
  ])
  expect(await readFile(join(folder, 'High water low water.jsonl'), 'utf8')).toBe('somebody’s own')
  expect(await readFile(join(folder, 'High water low water (2).jsonl'))).toEqual(
    await readFile(join(home, 'sessions', 'a.jsonl')),
  )
})

test('nothing is exported when the person chose no folder, or there is no window to ask in', async () => {
  await seed('a')
  const wish = { sessionIds: ['a'], format: 'md' as const }
  const asked = await bootCarrel({ home, host: nobody, surface: windowWith(null) })
  expect(answered(await asked.bridge.call('window.exportSessions', wish))).toEqual({
    saved: null,
    done: [],
    failed: [],
  })
  await asked.app.close()
  const { bridge } = await bootCarrel({ home, host: nobody })
  expect(refused(await bridge.call('window.exportSessions', wish))).toMatchObject({ code: 'denied' })
})

test('an answer that ended is unread until its session is looked at, also after a restart', async () => {
  const server = await fakeServer({
    scenario: { turns: [{ match: {}, steps: [{ content: 'Here.' }, { done: 'stop' }] }] },
  })
  const first = await bootCarrel({ home, host: server.url, surface: windowWith(null) })
  const { sessionId } = await first.ask('Is anybody there?')
  expect(first.pushed('unread.changed')).toEqual([{ sessionId, isUnread: true }])
  await first.app.close()

  const second = await bootCarrel({ home, host: server.url, surface: windowWith(null) })
  const unread = async () => answered(await second.bridge.call('sessions.list', { filter: 'all' })).unread
  expect(await unread()).toEqual([sessionId])
  answered(await second.bridge.call('sessions.looked', { sessionId }))
  expect(await unread()).toEqual([])
  // Looking again is no news.
  answered(await second.bridge.call('sessions.looked', { sessionId }))
  expect(second.pushed('unread.changed')).toEqual([{ sessionId, isUnread: false }])
  await second.app.close()

  const third = await bootCarrel({ home, host: server.url, surface: windowWith(null) })
  expect(answered(await third.bridge.call('sessions.list', { filter: 'all' })).unread).toEqual([])
})

test('whoever stopped an answer was there, and in the terminal nobody has anything unread', async () => {
  const steps = [{ content: 'Slowly' }, { fault: 'hang' as const }]
  const server = await fakeServer({ scenario: { turns: [{ match: {}, steps }] } })
  const window = await bootCarrel({ home, host: server.url, surface: windowWith(null) })
  const { sessionId, runId } = await window.send('Take your time')
  await window.waitForWords('Slowly')
  answered(await window.bridge.call('chat.stop', { sessionId }))
  await window.runEnd(runId)
  expect(window.pushed('unread.changed')).toEqual([])
  await window.app.close()
  server.setScenario({ turns: [{ match: {}, steps: [{ content: 'Here.' }, { done: 'stop' }] }] })
  const terminal = await bootCarrel({ home, host: server.url })
  await terminal.ask('Is anybody there?')
  expect(terminal.pushed('unread.changed')).toEqual([])
})

test('how the list is shown is remembered, and a file that says something else is the usual way', async () => {
  const view = { grouping: 'folder' as const, showSizes: true }
  const first = await bootCarrel({ home, host: nobody })
  answered(await first.bridge.call('window.rememberList', view))
  await first.app.close()
  const second = await bootCarrel({ home, host: nobody })
  expect(answered(await second.bridge.call('app.state', {})).listView).toEqual(view)
  await second.app.close()
  await writeFile(join(home, 'window.json'), JSON.stringify({ listView: { grouping: 'colour' } }))
  const third = await bootCarrel({ home, host: nobody })
  expect(answered(await third.bridge.call('app.state', {})).listView).toEqual({ grouping: 'time', showSizes: false })
})
