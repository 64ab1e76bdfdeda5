// Searching through the gateway, with the real index process: what dies is begun anew, and a question always has an answer.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SidePort, StartSide } from '../../electron/contracts.ts'
import { sideStarter } from '../../electron/side-process.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { message, toBytes } from '../support/session-lines.ts'
import { waitFor } from '../support/wait.ts'
import { library, talk } from './library.ts'

const fork = sideStarter(join(import.meta.dirname, '..', '..', 'dist', 'electron'))

/** Starts the real process and keeps its handle, so that a test can end it. */
function watched() {
  const ports: SidePort[] = []
  const startSide: StartSide = (name) => {
    const port = fork(name)
    ports.push(port)
    return port
  }
  return { ports, startSide }
}

test('what is asked and answered is found, in the words of a person and by its tools', async () => {
  const shelf = await library()
  await shelf.write('old', ...talk('Where is the almanac?', 'On the second shelf.'))
  const server = await fakeServer()
  const { startSide } = watched()
  const carrel = await bootCarrel({ home: shelf.home, host: server.url, startSide })
  const { end, sessionId } = await carrel.ask('Where is the sextant?')
  expect(end.stop).toBe('stop')
  const { hits, match, index } = answered(await carrel.bridge.call('search.query', { text: 'sextant', settle: true }))
  expect(match).toBe('all')
  expect(index).toMatchObject({ state: 'ready', files: 2, of: 2 })
  expect(hits.map(({ sessionId: id, part }) => [id, part])).toEqual(
    expect.arrayContaining([
      [sessionId, 'title'],
      [sessionId, 'question'],
    ]),
  )
  answered(await carrel.bridge.call('sessions.archive', { sessionId }))
  const later = answered(
    await carrel.bridge.call('search.query', { text: 'sextant', scope: 'archived', role: 'user', settle: true }),
  )
  expect(later.hits).toHaveLength(1)
  answered(await carrel.bridge.call('sessions.delete', { sessionId }))
  const gone = answered(await carrel.bridge.call('search.query', { text: 'sextant', settle: true }))
  expect(gone.hits).toEqual([])
})

test('a process that is killed is begun anew by the next question', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Where is the almanac?', 'On the second shelf.'))
  const { ports, startSide } = watched()
  const carrel = await bootCarrel({ home: shelf.home, host: null, startSide })
  for (let kill = 0; kill < 2; kill++) {
    const found = answered(await carrel.bridge.call('search.query', { text: 'almanac', kind: 'message', settle: true }))
    expect([found.match, found.hits.length]).toEqual(['all', 1])
    const gone = new Promise<string>((resolve) => ports.at(-1)?.onExit(resolve))
    ports.at(-1)?.kill()
    await gone
  }
  const found = answered(await carrel.bridge.call('search.query', { text: 'almanac', kind: 'message', settle: true }))
  expect(found.hits).toHaveLength(1)
  expect(ports.length).toBe(3)
})

test('a process that never comes up costs no answer, and making the index anew tries it again', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Where is the almanac?', 'On the second shelf.'))
  let isBroken = true
  const startSide: StartSide = (name) => {
    const port = fork(name)
    if (isBroken) port.kill()
    return port
  }
  const carrel = await bootCarrel({ home: shelf.home, host: null, startSide })
  const state = async () => answered(await carrel.bridge.call('activity.list', {})).services
  await waitFor('the search to be off', async () => {
    const { hits, index } = answered(await carrel.bridge.call('search.query', { text: 'almanac', kind: 'message' }))
    expect(hits).toHaveLength(1)
    expect(index.state).toBe('off')
    return (await state()).some(({ service, state: now }) => service === 'search' && now === 'off')
  })
  expect(refused(await carrel.bridge.call('index.rebuild', {})).code).toBe('unavailable')
  isBroken = false
  expect(answered(await carrel.bridge.call('index.rebuild', {}))).toMatchObject({ state: 'ready', files: 1 })
  const { match, index } = answered(await carrel.bridge.call('search.query', { text: 'almanac', kind: 'message' }))
  expect([match, index.state]).toEqual(['all', 'ready'])
})

test('a folder that is only read is searched without an index, and nothing is written to it', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Where is the almanac?', 'On the second shelf.'))
  const { ports, startSide } = watched()
  const carrel = await bootCarrel({ home: shelf.home, host: null, as: 'reader', startSide })
  const { hits, index } = answered(await carrel.bridge.call('search.query', { text: 'ALMANAC where', kind: 'message' }))
  expect(hits.map(({ entryId }) => entryId)).toEqual(['q1'])
  expect(index).toMatchObject({ state: 'off' })
  expect(ports).toEqual([])
  expect(refused(await carrel.bridge.call('index.rebuild', {})).code).not.toBe('internal')
})

test('a question that is taken back is cancelled', async () => {
  const shelf = await library()
  const lines = Array.from({ length: 3_000 }, (_, index) =>
    message(`m${index}`, null, { content: `word${index} `.repeat(40) }),
  )
  for (let file = 0; file < 10; file++) await writeFile(shelf.at(`s${file}`), toBytes(...lines))
  const { startSide } = watched()
  const carrel = await bootCarrel({ home: shelf.home, host: null, startSide })
  const taken = new AbortController()
  const asked = carrel.bridge.call('search.query', { text: 'nowhere at all', settle: true }, taken.signal)
  taken.abort()
  expect(refused(await asked).code).toBe('cancelled')
  const { hits } = answered(await carrel.bridge.call('search.query', { text: 'word7', limit: 3 }))
  expect(hits.length).toBeGreaterThan(0)
})

test('the doctor says how the index is', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Where is the almanac?', 'On the second shelf.'))
  const { startSide } = watched()
  const carrel = await bootCarrel({ home: shelf.home, host: 'http://127.0.0.1:9', startSide })
  answered(await carrel.bridge.call('search.query', { text: 'x', settle: true }))
  const { checks } = answered(await carrel.bridge.call('app.check', {}))
  expect(checks.find(({ name }) => name === 'search index')).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^1 of 1 sessions in it/),
  })
})
