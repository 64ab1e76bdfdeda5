// The ledger on a real disk: what is in it stays, what cannot be read or written is said, and what was reached is counted.
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AppEvents } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { createLedger } from '../../electron/services/ledger/ledger.ts'
import { createModelServerNote } from '../../electron/services/ledger/model-server.ts'
import { type LedgerEntry, notDone } from '../../shared/ledger.ts'
import { isThisComputer } from '../../shared/this-computer.ts'
import { openRoom } from '../models/room.ts'
import { startFakeOllama } from '../support/fake-ollama.ts'
import { temporaryFolder } from '../support/temp.ts'

async function ledgerRoom(options: { as?: 'owner' | 'reader'; partBytes?: number } = {}) {
  const base = await temporaryFolder()
  let seconds = 0
  const logged: string[] = []
  const surroundings = {
    now: () => new Date(Date.UTC(2026, 10, 28, 8, 0, seconds++)),
    newId: () => `id${seconds}`,
    environment: {},
    appVersion: '0.0.0',
    log: (line: string) => void logged.push(line),
  }
  async function open(as = options.as ?? 'owner') {
    const home = await openHome(join(base, 'home'), as, surroundings)
    const events = createEventBus<AppEvents>(() => undefined)
    const told: LedgerEntry[] = []
    events.on('ledger.added', (entry) => told.push(entry))
    const dependencies = { home, events, surroundings }
    const ledger = createLedger({ ...dependencies, ...(options.partBytes && { partBytes: options.partBytes }) })
    return { home, events, told, ledger }
  }
  return { home: join(base, 'home'), path: join(base, 'home', 'ledger.jsonl'), logged, surroundings, open }
}

const command = (what: string, more: Partial<LedgerEntry> = {}): Omit<LedgerEntry, 'ts'> => ({
  sessionId: 'one',
  kind: 'command',
  what,
  approvalId: null,
  outcome: 'exit 0',
  ...more,
})
const host = (what: string, more: Partial<LedgerEntry> = {}) =>
  command(what, { kind: 'host', outcome: '200, 1 kB', ...more })

test('what was added is a line of its own in a file of its owner, newest first in the list, and there after a restart', async () => {
  const room = await ledgerRoom()
  const { ledger, told, home } = await room.open()
  expect(await ledger.list({})).toEqual({ entries: [], more: false, reached: [], badLines: 0 })
  await ledger.add(command('ls\n"x"'))
  await ledger.add(host('example.com:443', { approvalId: 'a1' }))
  const lines = (await readFile(room.path, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(told)
  expect((await stat(room.path)).mode & 0o777).toBe(0o600)
  await home.close()
  const again = await room.open()
  expect((await again.ledger.list({})).entries).toEqual(told.toReversed())
  expect(again.ledger.fault()).toBeNull()
})

test('by time, session, kind and number; what is left out is said', async () => {
  const room = await ledgerRoom()
  const { ledger, told } = await room.open()
  await ledger.add(command('a'))
  await ledger.add(command('b', { sessionId: 'two' }))
  await ledger.add(command('c', { kind: 'secret' }))
  await ledger.add(host('h:80', { sessionId: null }))
  const found = async (filter: Parameters<typeof ledger.list>[0]) =>
    (await ledger.list(filter)).entries.map(({ what }) => what)
  expect(await found({ sessionId: 'one' })).toEqual(['c', 'a'])
  expect(await found({ kind: 'command' })).toEqual(['b', 'a'])
  expect(await found({ since: told[2]?.ts ?? '' })).toEqual(['h:80', 'c'])
  expect(await found({ since: '2026-11-28T09:00:02+01:00' })).toEqual(await found({ since: '2026-11-28T08:00:02Z' }))
  expect(await found({ sessionId: 'one', kind: 'outside' })).toEqual([])
  expect(await ledger.list({ limit: 3 })).toMatchObject({ entries: [{ what: 'h:80' }, {}, {}], more: true })
  expect(await ledger.list({ limit: 4 })).toMatchObject({ more: false })
})

test('a line that was torn is ended before the next one, and counted; nothing of it is lost or changed', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  await ledger.add(command('first'))
  await ledger.add(command('torn'))
  const whole = await readFile(room.path)
  await truncate(room.path, whole.length - 10)
  await ledger.add(command('third'))
  await appendFile(
    room.path,
    '{"ts":1}\n\n[]\nnull\n\u0000\n{"ts":"2026-11-28T08:00:00Z","sessionId":null,"kind":"new-kind","what":"","approvalId":null,"outcome":""}\n',
  )
  const { entries, badLines } = await ledger.list({})
  expect(entries.map(({ what }) => what)).toEqual(['third', 'first'])
  expect(badLines).toBe(6)
  const now = await readFile(room.path)
  expect(now.subarray(0, whole.length - 10).equals(whole.subarray(0, whole.length - 10))).toBe(true)
})

test('wherever the file was cut off: each whole line before, and what comes after, is read', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  for (const what of ['ä', '\u2028', 'c']) await ledger.add(command(what))
  const whole = await readFile(room.path)
  const ends = [...whole.keys()].filter((at) => whole[at] === 0x0a)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), async (cut) => {
      await writeFile(room.path, whole.subarray(0, cut))
      await ledger.add(command('after'))
      const { entries, badLines } = await ledger.list({})
      // A line that lacks nothing but its end is whole.
      const isWhole = ends.includes(cut)
      const before = ends.filter((end) => end < cut).length + (isWhole ? 1 : 0)
      expect(entries.map(({ what }) => what)).toEqual(['after', ...['ä', '\u2028', 'c'].slice(0, before).reverse()])
      const isClean = cut === 0 || isWhole || ends.includes(cut - 1)
      expect(badLines).toBe(isClean ? 0 : 1)
    }),
    { numRuns: 80 },
  )
})

test('many at once are all there, each once, in their order', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  const names = Array.from({ length: 200 }, (_, index) => `c${index}`)
  await Promise.all(names.map((name) => ledger.add(command(name))))
  expect((await ledger.list({})).entries.map(({ what }) => what)).toEqual(names.toReversed())
})

test('a disk that takes nothing: nothing is thrown, it is said, and all of it is written when it goes again', async () => {
  const room = await ledgerRoom()
  const { ledger, told } = await room.open()
  await mkdir(room.path)
  await ledger.add(command('a'))
  expect(ledger.fault()).toMatchObject({ code: 'internal' })
  expect(room.logged).toHaveLength(1)
  await ledger.add(host('example.com:443'))
  await rm(room.path, { recursive: true })
  // It is known meanwhile: nothing was reached would be a lie.
  expect(await ledger.list({})).toMatchObject({ entries: [{}, {}], reached: [{ host: 'example.com:443', times: 1 }] })
  await ledger.add(command('c'))
  expect(ledger.fault()).toBeNull()
  const lines = (await readFile(room.path, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(told)
})

test('a ledger that cannot be read is a failure with a sentence, and not an empty one', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  await mkdir(room.path)
  await expect(ledger.list({})).rejects.toMatchObject({ failure: { code: 'internal', message: expect.any(String) } })
})

test('who may not write yet says so, logs nothing, shows it meanwhile, and writes it when the folder is free', async () => {
  const room = await ledgerRoom()
  const owner = await room.open()
  await owner.ledger.add(command('before'))
  const { ledger, events, home } = await room.open()
  await ledger.add(command('a'))
  expect(ledger.fault()).toMatchObject({ code: 'busy' })
  expect(room.logged).toEqual([])
  expect((await ledger.list({})).entries.map(({ what }) => what)).toEqual(['a', 'before'])
  expect(await readFile(room.path, 'utf8')).not.toContain('"a"')
  const watching = new AbortController()
  const isFree = new Promise<void>((resolve) => {
    home.watch(watching.signal, (readOnly) => {
      events.emit('access.changed', { readOnly })
      if (!readOnly) resolve()
    })
  })
  await owner.home.close()
  await isFree
  await ledger.close()
  watching.abort()
  expect(await readFile(room.path, 'utf8')).toContain('"a"')
  expect(ledger.fault()).toBeNull()
})

test('who only looks writes nothing', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open('reader')
  await ledger.add(command('a'))
  expect(ledger.fault()).toMatchObject({ code: 'denied' })
  await expect(readFile(room.path)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a large file is closed and kept; what is in it still counts', async () => {
  const room = await ledgerRoom({ partBytes: 300 })
  const { ledger } = await room.open()
  const names = Array.from({ length: 12 }, (_, index) => `c${index}`)
  for (const name of names) await ledger.add(command(name))
  await ledger.add(host('example.com:443'))
  const parts = (await readdir(room.home)).filter((name) => name.startsWith('ledger'))
  expect(parts.length).toBeGreaterThan(3)
  const { entries, reached } = await ledger.list({})
  expect(entries.map(({ what }) => what)).toEqual(['example.com:443', ...names.toReversed()])
  expect(reached).toEqual([{ host: 'example.com:443', times: 1 }])
})

test('a command that is very long is cut, and says so', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  await ledger.add(command('x'.repeat(1_000_000)))
  const [entry] = (await ledger.list({})).entries
  expect(entry?.what.length).toBeLessThan(21_000)
  expect(entry?.what).toMatch(/cut here/)
})

test('what was reached is counted over all kinds and beyond the limit, this computer and refusals apart', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  for (const what of ['127.0.0.1:80', 'localhost:11434', '[::1]:80', '127.9.9.9:1']) await ledger.add(host(what))
  await ledger.add(host('refused.example:443', { outcome: notDone }))
  await ledger.add(command('curl example.com'))
  expect((await ledger.list({})).reached).toEqual([])
  await ledger.add(host('b.example:443'))
  await ledger.add(host('a.example:443', { outcome: 'no answer' }))
  await ledger.add(host('a.example:443', { sessionId: null }))
  for (let count = 0; count < 5; count += 1) await ledger.add(command('ls'))
  const expected = [
    { host: 'a.example:443', times: 2 },
    { host: 'b.example:443', times: 1 },
  ]
  expect((await ledger.list({ limit: 1 })).reached).toEqual(expected)
  expect((await ledger.list({ kind: 'command' })).reached).toEqual(expected)
  expect((await ledger.list({ sessionId: 'one' })).reached).toEqual([
    { host: 'a.example:443', times: 1 },
    { host: 'b.example:443', times: 1 },
  ])
})

test('a time that is none takes no entry out of the count', async () => {
  const room = await ledgerRoom()
  const { ledger } = await room.open()
  await writeFile(room.path, `${JSON.stringify({ ts: 'never', ...host('example.com:443') })}\n`)
  expect(await ledger.list({})).toMatchObject({ entries: [{ ts: 'never' }], reached: [{ times: 1 }] })
})

test.each([
  ['127.0.0.1:11434', true],
  ['127.255.255.254:1', true],
  ['localhost:80', true],
  ['LOCALHOST:80', true],
  ['[::1]:11434', true],
  ['[0:0:0:0:0:0:0:1]:80', true],
  ['[::ffff:127.0.0.1]:80', true],
  ['2130706433:80', true],
  ['localhost.evil.example:80', false],
  ['127.0.0.1.evil.example:80', false],
  ['evil.example/@127.0.0.1:80', false],
  ['evil.example#.localhost', false],
  ['localhost@evil.example:80', false],
  ['localhost\\.evil.example', false],
  ['128.0.0.1:80', false],
  ['10.0.0.1:80', false],
  ['192.168.1.1:11434', false],
  ['[::2]:80', false],
  ['[::ffff:8.8.8.8]:80', false],
  ['0.0.0.0:80', false],
  ['', false],
  [':', false],
  ['not a host', false],
])('%s is this computer: %s', (what, expected) => {
  expect(isThisComputer(what)).toBe(expected)
})

test('a model server on another computer is noted once a day, one on this computer never', async () => {
  const added: Omit<LedgerEntry, 'ts'>[] = []
  let day = 1
  const note = createModelServerNote({
    ledger: { add: async (entry) => void added.push(entry) },
    surroundings: { now: () => new Date(Date.UTC(2026, 10, day)) },
  })
  for (const origin of [
    'http://127.0.0.1:11434',
    'http://[::1]:1',
    'http://localhost',
    'http://box.lan:11434',
    'http://box.lan:11434',
    'https://far.example',
  ])
    note(new URL(origin))
  day = 2
  note(new URL('http://box.lan:11434'))
  expect(added.map(({ what, kind, sessionId, outcome }) => [what, kind, sessionId, outcome])).toEqual([
    ['box.lan:11434', 'host', null, 'model server'],
    ['far.example:443', 'host', null, 'model server'],
    ['box.lan:11434', 'host', null, 'model server'],
  ])
})

test('the models service tells of each server it has connected to, and of none it has not', async () => {
  const server = await startFakeOllama()
  const reached: string[] = []
  const { models } = openRoom({ host: server.url, reached: (origin) => void reached.push(origin.href) })
  await models.at('http://127.0.0.1:9').refresh()
  expect(reached).toEqual([])
  await models.refresh()
  expect(new Set(reached)).toEqual(new Set([`${server.url}/`]))
  await server.stop()
})
