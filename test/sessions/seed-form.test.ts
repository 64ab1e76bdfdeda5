// Files of the program Carrel began as: one message object a line, no type, no header. They are read, appended to, moved
// and deleted as it did, and their bytes are never rewritten.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
let folder: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  folder = join(home, 'sessions')
  await mkdir(folder, { recursive: true })
})

const old = [
  { role: 'user', content: 'Was ist ein Lesepult?' },
  { role: 'assistant', content: 'Ein kleiner Tisch.', extra: { kept: true } },
]
const bytes = Buffer.from(old.map((line) => `${JSON.stringify(line)}\n`).join(''))
const write = (name: string, content = bytes) => writeFile(join(folder, name), content)
const read = (name: string) => readFile(join(folder, name))

async function boot() {
  const server = await fakeServer({ scenario: steps({ content: 'Mehr.' }, { done: 'stop' }) })
  const carrel = await bootCarrel({ home, host: server.url })
  const listed = async (filter: 'active' | 'archived' | 'all') =>
    answered(await carrel.bridge.call('sessions.list', { filter })).sessions.map(({ id }) => id)
  const open = async (sessionId: string) => answered(await carrel.bridge.call('sessions.open', { sessionId }))
  return { server, carrel, call: carrel.bridge.call, listed, open }
}

test('its lines are messages in their order, with what else they hold', async () => {
  await write('old.jsonl')
  const { open } = await boot()
  const { entries, session, diagnostics } = await open('old')
  expect(entries).toEqual([
    { type: 'message', id: 'v0:0', parentId: null, ts: null, ...old[0] },
    { type: 'message', id: `v0:${bytes.indexOf('\n') + 1}`, parentId: 'v0:0', ts: null, ...old[1] },
  ])
  expect(session).toMatchObject({ title: 'Was ist ein Lesepult?', entries: 2, state: 'ok', badLines: 0 })
  expect(diagnostics).toEqual([])
})

test('what is said next is appended, behind a header, and the old bytes stay', async () => {
  await write('old.jsonl')
  const { carrel, open, server } = await boot()
  await carrel.ask('Und mehr?', 'old')
  const after = await read('old.jsonl')
  expect(after.subarray(0, bytes.length)).toEqual(bytes)
  const added = after.subarray(bytes.length).toString().trim().split('\n')
  expect(added.map((line) => JSON.parse(line).type)).toEqual(['session', 'message', 'message'])
  expect(JSON.parse(added[1] ?? '').parentId).toBe(`v0:${bytes.indexOf('\n') + 1}`)
  expect((await open('old')).entries.map(({ content }) => content)).toEqual([
    'Was ist ein Lesepult?',
    'Ein kleiner Tisch.',
    'Und mehr?',
    'Mehr.',
  ])
  expect(server.chatRequests()).toHaveLength(1)
})

test('an archived one is hidden from the list, found by its id, and archiving is a rename', async () => {
  await write('away.jsonl.archived')
  await write('here.jsonl')
  const { call, listed, open } = await boot()
  expect(await listed('active')).toEqual(['here'])
  expect(await listed('archived')).toEqual(['away'])
  expect((await open('away')).entries).toHaveLength(2)
  answered(await call('sessions.archive', { sessionId: 'here' }))
  expect((await readdir(folder)).sort()).toEqual(['away.jsonl.archived', 'here.jsonl.archived'])
  expect(await read('here.jsonl.archived')).toEqual(bytes)
  answered(await call('sessions.restore', { sessionId: 'away' }))
  expect(await read('away.jsonl')).toEqual(bytes)
})

test('of a live and an archived file of one id the live one is read, and deleting takes both', async () => {
  const newer = Buffer.concat([bytes, Buffer.from('{"role":"user","content":"später"}\n')])
  await write('both.jsonl', newer)
  await write('both.jsonl.archived')
  const { call, listed, open } = await boot()
  expect((await open('both')).entries).toHaveLength(3)
  expect(await listed('all')).toEqual(['both'])
  answered(await call('sessions.delete', { sessionId: 'both' }))
  expect(await readdir(folder)).toEqual([])
  expect(await call('sessions.open', { sessionId: 'both' })).toMatchObject({
    ok: false,
    failure: { code: 'not-found' },
  })
  answered(await call('trash.restore', { sessionId: 'both' }))
  expect([await read('both.jsonl'), await read('both.jsonl.archived')]).toEqual([newer, bytes])
})

test('its lines may be mixed with those of today, in any order', async () => {
  const today =
    '{"type":"message","id":"m","parentId":"v0:0","ts":"2026-11-22T08:00:01.000Z","role":"user","content":"neu"}\n'
  await write(
    'mixed.jsonl',
    Buffer.concat([bytes, Buffer.from(today), Buffer.from('{"role":"user","content":"alt"}\n')]),
  )
  const { open } = await boot()
  // The second old line and the new one both follow the first: what was written last is shown.
  expect((await open('mixed')).entries.map(({ content }) => content)).toEqual(['Was ist ein Lesepult?', 'neu', 'alt'])
})
