// Sessions in which a skill is tried: the main process throws them away when nobody looks at them any more, and keeps what a person keeps.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { answered, bootCarrel } from '../support/carrel.ts'
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

const seed = async (id: string, ...more: object[]) => {
  const name = id === 'archived' ? `${id}.jsonl.archived` : `${id}.jsonl`
  const records = [header, message('m', null, { content: id }), ...(more as (typeof header)[])]
  await writeFile(join(home, 'sessions', name), toBytes(...records))
}
const files = async () => (await readdir(join(home, 'sessions'))).filter((name) => name.includes('.jsonl')).sort()

async function leftBehind() {
  for (const id of ['left', 'other', 'archived']) await seed(id)
  await seed('pinned', { type: 'meta', pinned: true })
  await writeFile(
    join(home, 'tried.json'),
    JSON.stringify({ sessionIds: ['left', 'pinned', 'archived', 'long-gone', '../odd'] }),
  )
  await writeFile(join(home, 'window.json'), JSON.stringify({ lastSessionId: 'left' }))
}

test('what a window has left behind is in the trash before the next one asks; what was kept stays, once and for all', async () => {
  await leftBehind()
  const first = await bootCarrel({ home, host: nobody, surface: windowOf({}) })
  expect(answered(await first.bridge.call('app.state', {})).lastSessionId).toBe(null)
  expect(answered(await first.bridge.call('trash.list', {})).trash.map(({ id }) => id)).toEqual(['left'])
  expect(await files()).toEqual(['archived.jsonl.archived', 'other.jsonl', 'pinned.jsonl'])
  // Kept once, it is a session as any other.
  answered(await first.bridge.call('sessions.pin', { sessionId: 'pinned', pinned: false }))
  answered(await first.bridge.call('trash.restore', { sessionId: 'left' }))
  await first.app.close()
  const second = await bootCarrel({ home, host: nobody, surface: windowOf({}) })
  answered(await second.bridge.call('app.state', {}))
  expect(await files()).toEqual(['archived.jsonl.archived', 'left.jsonl', 'other.jsonl', 'pinned.jsonl'])
})

test.each([
  ['a terminal', null, 'owner'],
  ['a reader', windowOf({}), 'reader'],
] as const)('%s throws nothing away', async (_name, surface, as) => {
  await leftBehind()
  const { bridge } = await bootCarrel({ home, host: nobody, as, ...(surface && { surface }) })
  answered(await bridge.call('app.state', {}))
  expect(await files()).toContain('left.jsonl')
})

test('it goes when the window shows another one: at once, or when its answer has ended; never while it is looked at', async () => {
  const server = await fakeServer({
    scenario: { turns: [{ match: {}, steps: [{ content: 'Slowly' }, { gate: 'on' }, { done: 'stop' }] }] },
  })
  const carrel = await bootCarrel({ home, host: server.url, surface: windowOf({}) })
  const { call } = carrel.bridge
  const show = async (lastSessionId: string | null) => answered(await call('window.remember', { lastSessionId }))
  const wish = { sessionId: null, model: null, think: null, workspace: null, onlySkill: 'knots' }
  const removed = () => carrel.pushed('sessions.removed').map(({ sessionId }) => sessionId)

  const { sessionId } = answered(await call('chat.send', { ...wish, text: 'Try it' }))
  await show(sessionId)
  await carrel.waitForWords('Slowly')
  await show(null)
  await show(sessionId)
  await show(null)
  expect(removed()).toEqual([])
  server.release('on')
  await expect.poll(removed).toEqual([sessionId])
  answered(await call('trash.restore', { sessionId }))
  // Brought back it stays, however often it is left.
  await show(sessionId)
  await show(null)

  const second = answered(await call('chat.send', { ...wish, text: 'Try it again' }))
  await show(second.sessionId)
  await expect
    .poll(() => carrel.pushed('run.ended').some((end) => 'sessionId' in end && end.sessionId === second.sessionId))
    .toBe(true)
  expect(removed()).toEqual([sessionId])
  await show(sessionId)
  await expect.poll(removed).toEqual([sessionId, second.sessionId])
  expect(await files()).toEqual([`${sessionId}.jsonl`])
})
