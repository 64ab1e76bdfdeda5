// Logs that are mounted have their sessions in the cache: the index follows these as it follows the others.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toBytes } from '../support/session-lines.ts'
import { engineOn, found, library, talk } from './library.ts'

const id = `log-${'0123456789ab'.repeat(2)}`

test('what a mounted log says is in the index, and goes from it with its session', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Where is the sail?', 'In the loft.'))
  const mirrors = join(shelf.home, 'cache', 'sessions')
  await mkdir(mirrors, { recursive: true })
  const path = join(mirrors, `${id}.jsonl`)
  await writeFile(path, toBytes(...talk('A sail of flax', 'And a rope.')))
  const engine = await engineOn(shelf)
  expect((await found(engine, 'sail', { kind: 'message' })).sort()).toEqual([`${id}/q1`, 'one/q1'])
  const { hits } = await engine.query({ text: 'flax' }, new AbortController().signal)
  expect(hits[0]?.snippet).toContain('A sail of flax')

  await writeFile(`${path}.new`, toBytes(...talk('A sail of hemp', 'And a rope.')))
  await rename(`${path}.new`, path)
  engine.sweep()
  await engine.settled()
  expect(await found(engine, 'hemp', { kind: 'message' })).toEqual([`${id}/q1`])
  await rm(path)
  engine.sweep()
  await engine.settled()
  expect(await found(engine, 'sail', { kind: 'message' })).toEqual(['one/q1'])
})

test('only sessions of logs count there, and none of that name in the folder of the sessions', async () => {
  const shelf = await library()
  await shelf.write(id, ...talk('forged', 'x'))
  await shelf.write('one', ...talk('real', 'x'))
  const mirrors = join(shelf.home, 'cache', 'sessions')
  await mkdir(mirrors, { recursive: true })
  await writeFile(join(mirrors, 'one.jsonl'), toBytes(...talk('other', 'x')))
  const engine = await engineOn(shelf)
  expect(await found(engine, 'real', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'other', { kind: 'message' })).toEqual([])
  expect(await found(engine, 'forged', { kind: 'message' })).toEqual([])
})
