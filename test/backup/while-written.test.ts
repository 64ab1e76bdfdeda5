// Backups while sessions are written, archived, deleted and put back: every record that was acknowledged before is in each of them.
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectSessions } from '../../electron/services/sessions/inspect.ts'
import { hasDamage } from '../../shared/data-sums.ts'
import { answered, bootCarrel, type Carrel } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { restore } from './room.ts'

const sessionsThere = 6
const backups = 6
const random = (below: number) => Math.floor(Math.random() * below)

/** One session and a person without patience: what was acknowledged of it, in order. */
async function worked(carrel: Carrel, sessionId: string, acknowledged: Map<string, string[]>, isOver: () => boolean) {
  const { bridge } = carrel
  let count = 0
  while (!isOver()) {
    const title = `${sessionId} ${count++}`
    answered(await bridge.call('sessions.rename', { sessionId, title }))
    acknowledged.get(sessionId)?.push(title)
    if (random(2) === 0) continue
    if (random(2) === 0) {
      answered(await bridge.call('sessions.archive', { sessionId }))
      answered(await bridge.call('sessions.restore', { sessionId }))
    } else {
      answered(await bridge.call('sessions.delete', { sessionId }))
      answered(await bridge.call('trash.restore', { sessionId }))
    }
  }
}

/** A session with a blob that is begun and removed for good, again and again: no backup has one without its blob. */
async function comeAndGone({ bridge }: Carrel, isOver: () => boolean) {
  for (let count = 0; !isOver(); count++) {
    const text = `${count} large `.padEnd(500_000, '☕')
    const sent = await bridge.call('chat.send', { sessionId: null, text, model: null, think: null, workspace: null })
    const { sessionId } = answered(sent)
    await bridge.call('chat.stop', { sessionId })
    await bridge.call('terminal.deleteForGood', { sessionId })
  }
}

test('no record that was acknowledged is missing, and every session opens undamaged', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  await mkdir(home)
  const carrel = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const acknowledged = new Map<string, string[]>()
  for (let index = 0; index < sessionsThere; index++) {
    const text = `question ${index} `.padEnd(index === 0 ? 500_000 : 20, '☕')
    const { sessionId } = await carrel.ask(text)
    acknowledged.set(sessionId, [])
  }
  let isOver = false
  const work = Promise.all([
    ...[...acknowledged.keys()].map((id) => worked(carrel, id, acknowledged, () => isOver)),
    comeAndGone(carrel, () => isOver),
  ])
  for (let round = 0; round < backups; round++) {
    const before = new Map([...acknowledged].map(([id, titles]) => [id, [...titles]]))
    const file = join(folder, `${round}.zip`)
    const written = await Promise.race([
      carrel.app.services.backup.write(file, { mayReplace: false, progressId: null }, new AbortController().signal),
      work.then(() => Promise.reject(new Error('the work ended'))),
    ])
    expect(written.leftOut).toEqual([])
    const copy = join(folder, `copy-${round}`)
    await restore(file, copy)
    for (const [id, titles] of before) {
      const places = await placesOf(copy, id)
      expect(places).toHaveLength(1)
      const text = await readFile(places[0] ?? '', 'utf8')
      expect(titles.filter((title) => !text.includes(JSON.stringify(title)))).toEqual([])
    }
    const report = await inspectSessions(copy, { signal: new AbortController().signal, onProgress: () => undefined })
    expect(report.sessions.filter(hasDamage)).toEqual([])
  }
  isOver = true
  await work
  expect([...acknowledged.values()].every((titles) => titles.length > 5)).toBe(true)
})

async function placesOf(home: string, id: string): Promise<string[]> {
  const names = await readdir(home, { recursive: true })
  return names
    .filter((name) => name.endsWith(`${id}.jsonl`) || name.endsWith(`${id}.jsonl.archived`))
    .map((name) => join(home, name))
}

test('what was removed for good while it was copied leaves its blobs until the copy is done', async () => {
  const home = join(await temporaryFolder(), 'home')
  await mkdir(home)
  const carrel = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const { sessions } = carrel.app.services
  const blobs = async () =>
    (await readdir(join(home, 'blobs'), { recursive: true })).filter((name) => /.{60}/.test(name))
  const large = async (sign: string) => (await carrel.ask(sign.padEnd(500_000, '☕'))).sessionId
  const gone = async (sessionId: string) => answered(await carrel.bridge.call('terminal.deleteForGood', { sessionId }))
  const [one, other, last] = [await large('1'), await large('2'), await large('3')]
  expect(await blobs()).toHaveLength(3)
  const release = sessions.keepBlobs()
  const releaseSecond = sessions.keepBlobs()
  await gone(one)
  release()
  release()
  await gone(other)
  expect(await blobs()).toHaveLength(3)
  releaseSecond()
  await gone(last)
  expect(await blobs()).toEqual([])

  // The same by a backup: as soon as it says how far it is, the session goes.
  const sessionId = await large('4')
  let going: Promise<unknown> = Promise.resolve()
  const stop = carrel.app.services.events.on('backup.progress', () => {
    stop()
    going = gone(sessionId)
  })
  const file = join(home, '..', 'b.zip')
  await carrel.app.services.backup.write(file, { mayReplace: false, progressId: 'p' }, new AbortController().signal)
  await going
  await restore(file, join(home, '..', 'copy'))
  const options = { signal: new AbortController().signal, onProgress: () => undefined }
  const report = await inspectSessions(join(home, '..', 'copy'), options)
  expect(report.sessions.filter(hasDamage)).toEqual([])
})
