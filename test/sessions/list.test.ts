// The list of sessions, with what an earlier look has left behind: always the list that reading every file would give.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createPace } from '../../electron/services/sessions/inspect-log.ts'
import { scanSession } from '../../electron/services/sessions/list-scan.ts'
import { toRecord } from '../../electron/services/sessions/read-log.ts'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import { createSessionList } from '../../electron/services/sessions/session-list.ts'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import { summarize } from '../../electron/services/sessions/summary.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { conversation, header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
beforeEach(async () => {
  home = await temporaryFolder()
  await mkdir(join(home, 'sessions'))
})

const pathOf = (name: string) => join(home, 'sessions', name)
const cachePath = () => join(home, 'cache', 'session-list.json')
/** Later than any file was touched. */
const later = () => Date.now() + 60_000

function startList(now?: () => number, readOnly = false) {
  const log: string[] = []
  const failure = { code: 'busy' as const, message: 'Somebody else is at work.' }
  const list = createSessionList({
    home: { path: home, readOnly: readOnly ? failure : null },
    surroundings: { log: (line) => log.push(line) },
    ...(now && { now }),
  })
  const all = async () => await list.summaries(await sessionsFolder(home).list(), () => true)
  return { ...list, all, log }
}

/** Every file whole and at once, as a session that is opened reads it. */
async function readEverything(): Promise<SessionSummary[]> {
  const places = await sessionsFolder(home).list()
  const summaries = await Promise.all(
    places.map(async ({ id, path, archived }) => {
      const reading = (await openSessionFile(path)).reading()
      return summarize(id, reading, (await stat(path)).mtime, archived)
    }),
  )
  const key = ({ updatedAt, id }: SessionSummary) => `${updatedAt} ${id}`
  return summaries.sort((one, other) => (key(one) < key(other) ? 1 : -1))
}

/** What every file says of itself: nothing may be known by it. */
const writtenAt = new Date('2026-11-22T12:00:00.000Z')

/** Writes until nobody could take the file for the one before: two writes may fall into one tick of the clock of files. */
async function rewrite(name: string, bytes: Buffer): Promise<void> {
  const before = await stat(pathOf(name)).catch(() => null)
  do {
    await writeFile(pathOf(name), bytes)
    await utimes(pathOf(name), writtenAt, writtenAt)
  } while ((await stat(pathOf(name))).ctimeMs === before?.ctimeMs)
}

const failed = (id: string, code?: string) =>
  message(id, null, {
    role: 'assistant',
    content: '',
    model: 'gemma4:e4b',
    stop: 'error',
    error: code ? { code, message: 'x' } : null,
  })

const anyLine = fc.constantFrom<Line | string>(
  header,
  { ...header, id: 'second', workspace: '/home/somebody/tidelog' },
  { ...header, v: 7, ts: 'yesterday' },
  ...conversation(5).slice(1),
  message('late', null, { ts: '2027-01-01T00:00:00.000Z' }),
  message('timeless', null, { ts: null }),
  message('blank', null, { content: ' \n\n ' }),
  failed('gone', 'unavailable'),
  failed('odd'),
  { role: 'user', content: 'of the oldest form' },
  { role: 'assistant', content: 'an answer of the oldest form', model: 'qwen3:0.6b' },
  { type: 'title', id: 'n1', ts: '2026-11-22T09:00:00.000Z', title: 'By the model', by: 'model' },
  { type: 'title', id: 'n2', ts: '2026-11-22T09:00:00.000Z', title: 'By its person', by: 'user' },
  { type: 'title', id: 'n3', ts: '2026-11-22T09:00:00.000Z', title: '  ', by: 'user' },
  { type: 'meta', id: 'p1', ts: '2026-11-22T09:00:00.000Z', pinned: true },
  { type: 'meta', id: 'p2', ts: '2026-11-22T09:00:00.000Z', pinned: false },
  { type: 'mood', id: 'm', ts: '2026-11-22T09:00:00.000Z' },
  '{"type":"mess',
  '\0\0\0{"type":"meta","id":"p3","ts":"","pinned":true}',
  '\0\0',
  '',
  ' \r',
  `{"type":"mess${JSON.stringify(message('behind-a-tear', null))}`,
  `${JSON.stringify(message('glued', null))}${JSON.stringify(message('glued', null))}`,
  'x'.repeat(300_000),
  message('long', null, { content: `${'静'.repeat(100_000)}` }),
)
const anyFile = fc
  .tuple(fc.array(anyLine, { maxLength: 12 }), fc.nat({ max: 3 }), fc.boolean())
  .map(([lines, cut, hasBadByte]) => {
    const bytes = toBytes(...lines)
    if (hasBadByte && bytes.length > 40) bytes[40] = 0xff
    return bytes.subarray(0, Math.max(0, bytes.length - cut))
  })

test('a file read piece by piece gives the summary of all of its records at once', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, async (bytes) => {
      await writeFile(pathOf('any.jsonl'), bytes)
      const pace = createPace(new AbortController().signal)
      const { summary } = await scanSession({ id: 'any', path: pathOf('any.jsonl'), archived: false }, pace)
      expect([summary]).toEqual(await readEverything())
    }),
    { numRuns: 150 },
  )
})

test('what a list shows of a record that was too long for its line comes out of its blob', async () => {
  const question = message('q', null, { content: `${'\n'.repeat(40_000)}Far below${' x'.repeat(600_000)}` })
  const detail = 'x'.repeat(1_100_000)
  const error = { code: 'unavailable', message: 'Gone', detail }
  const answer = message('a', 'q', { role: 'assistant', content: '', stop: 'error', error })
  await createSessionFile(
    pathOf('long.jsonl'),
    [header, question, answer].map(toRecord).filter((one) => one !== null),
  )
  expect((await stat(pathOf('long.jsonl'))).size).toBeLessThan(100_000)
  const all = await startList(later).all()
  expect(all).toMatchObject([{ title: expect.stringContaining('Far below'), lastError: 'unavailable' }])
  expect(all).toEqual(await readEverything())
})

test('whatever happens to the files between two looks, the list is the one that reading all of them gives', async () => {
  const name = fc.constantFrom('a.jsonl', 'b.jsonl', 'b.jsonl.archived', 'c.jsonl.archived')
  const change = fc.oneof(
    fc.record({ do: fc.constant('write' as const), name, bytes: anyFile }),
    fc.record({ do: fc.constant('append' as const), name, bytes: anyFile }),
    // Of the same size and time: only the clock of the file system tells.
    fc.record({ do: fc.constant('forge' as const), name, with: fc.constantFrom('{', 'x', '"', '\n', '1') }),
    fc.record({ do: fc.constant('remove' as const), name }),
    fc.record({ do: fc.constant('move' as const), name, to: name }),
    fc.record({ do: fc.constant('restart' as const) }),
    fc.record({ do: fc.constant('damage' as const), at: fc.nat({ max: 2_000 }), byte: fc.nat({ max: 255 }) }),
    fc.record({ do: fc.constant('cut' as const), at: fc.nat({ max: 2_000 }) }),
  )
  type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

  async function apply(one: Exclude<Change, { do: 'restart' }>): Promise<void> {
    if (one.do === 'write') await rewrite(one.name, one.bytes)
    else if (one.do === 'remove') await rm(pathOf(one.name), { force: true })
    else if (one.do === 'move') await rename(pathOf(one.name), pathOf(one.to)).catch(() => undefined)
    else if (one.do === 'append') {
      const before = await readFile(pathOf(one.name)).catch(() => Buffer.alloc(0))
      await rewrite(one.name, Buffer.concat([before, one.bytes]))
    } else if (one.do === 'forge') {
      const before = await readFile(pathOf(one.name)).catch(() => null)
      if (!before || before.length === 0) return
      before.write(one.with, before.length >> 1, 'latin1')
      await rewrite(one.name, before)
    } else {
      const cache = await readFile(cachePath()).catch(() => null)
      if (!cache) return
      // What is damaged into another cache of the right form cannot be told from it: only its form is under test here.
      if (one.do === 'cut') await writeFile(cachePath(), cache.subarray(0, Math.min(one.at, cache.length - 1)))
      else await writeFile(cachePath(), Buffer.concat([cache.subarray(0, one.at), Buffer.from([0x7b, one.byte])]))
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      await rm(join(home, 'cache'), { recursive: true, force: true })
      for (const each of await readdir(join(home, 'sessions'))) await rm(pathOf(each))
      let list = startList(later)
      for (const one of changes) {
        if (one.do === 'restart') {
          await list.close()
          list = startList(later)
        } else await apply(one)
        expect(await list.all()).toEqual(await readEverything())
      }
      await list.close()
    }),
    { numRuns: 60 },
  )
})

describe('what was read is not read again', () => {
  /** A file that cannot be read any more, though nothing about it has changed: whoever lists it had it from before. */
  async function listUnread(name: string): Promise<void> {
    const bytes = await readFile(cachePath(), 'utf8')
    await writeFile(cachePath(), bytes.replaceAll('words of q', name))
  }

  test('by the next start, which takes it from the cache', async () => {
    await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
    const first = startList(later)
    expect(await first.all()).toMatchObject([{ id: 'one', title: 'words of q' }])
    await first.close()
    expect((await stat(cachePath())).mode & 0o777).toBe(0o600)
    await listUnread('only in the cache')
    expect(await startList(later).all()).toMatchObject([{ id: 'one', title: 'only in the cache' }])
  })

  test('nor is one that was worked in meanwhile, by the next start', async () => {
    const server = await fakeServer({
      scenario: { turns: [{ match: {}, steps: [{ content: 'Yes.' }, { done: 'stop' }] }] },
    })
    const first = await bootCarrel({ home, host: server.url })
    answered(await first.bridge.call('sessions.list', { filter: 'all' }))
    const { sessionId } = await first.ask('words of q')
    answered(await first.bridge.call('sessions.pin', { sessionId, pinned: true }))
    await first.app.close()
    const [kept] = JSON.parse(await readFile(cachePath(), 'utf8')).entries
    const [everything] = await readEverything()
    expect(kept).toMatchObject({ name: `${sessionId}.jsonl`, summary: everything })
    await listUnread('only in the cache')
    const second = await bootCarrel({ home, host: server.url })
    const { sessions } = answered(await second.bridge.call('sessions.list', { filter: 'all' }))
    expect(sessions).toMatchObject([{ title: 'only in the cache', pinned: true, entries: 2 }])
    await second.app.close()

    // By others it was changed since: it is read again.
    await writeFile(pathOf(`${sessionId}.jsonl`), toBytes(header, message('z', null)))
    const third = await bootCarrel({ home, host: server.url })
    expect(answered(await third.bridge.call('sessions.list', { filter: 'all' })).sessions).toMatchObject([
      { title: 'words of z', pinned: false, entries: 1 },
    ])
  })

  test('unless it was touched so lately that it may be another one by now', async () => {
    await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
    const { mtime, atime } = await stat(pathOf('one.jsonl'))
    const list = startList()
    expect(await list.all()).toMatchObject([{ title: 'words of q' }])
    await writeFile(pathOf('one.jsonl'), toBytes(header, message('r', null)))
    await utimes(pathOf('one.jsonl'), atime, mtime)
    expect(await list.all()).toMatchObject([{ title: 'words of r' }])
    await list.close()
    await expect(stat(cachePath())).rejects.toThrow('ENOENT')
  })

  test('nor kept when its file has gone', async () => {
    for (const id of ['one', 'two']) await writeFile(pathOf(`${id}.jsonl`), toBytes(header, message('q', null)))
    const list = startList(later)
    await list.all()
    await rm(pathOf('two.jsonl'))
    await list.all()
    await list.close()
    expect(JSON.parse(await readFile(cachePath(), 'utf8')).entries).toMatchObject([{ name: 'one.jsonl' }])
  })

  test('and not written down by whoever does not own the folder', async () => {
    await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
    const reader = startList(later, true)
    expect(await reader.all()).toHaveLength(1)
    await reader.close()
    expect(await readdir(home)).toEqual(['sessions'])
  })
})

test.each([
  ['text', 'no json'],
  ['another version', JSON.stringify({ version: 99, entries: [] })],
  ['entries of another form', JSON.stringify({ version: 1, entries: [{ name: 'one.jsonl' }] })],
  ['nothing', ''],
])('a cache of %s is none, and no reason for a failure', async (_what, text) => {
  await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
  await mkdir(join(home, 'cache'))
  await writeFile(cachePath(), text)
  const list = startList(later)
  expect(await list.all()).toMatchObject([{ id: 'one', title: 'words of q' }])
  expect(list.log).toEqual([expect.stringContaining('was not used')])
  await list.close()
  expect(JSON.parse(await readFile(cachePath(), 'utf8')).entries).toHaveLength(1)
})

test('a cache that cannot be written, since something else lies in its place, costs nothing but time', async () => {
  await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
  await writeFile(join(home, 'cache'), 'a file')
  const list = startList(later)
  expect(await list.all()).toHaveLength(1)
  await list.close()
  expect(list.log.join('\n')).toContain('was not written')
})

test('a cache says nothing about a session it does not name', async () => {
  await writeFile(pathOf('one.jsonl'), toBytes(header, message('q', null)))
  const first = startList(later)
  await first.all()
  await first.close()
  const cache = JSON.parse(await readFile(cachePath(), 'utf8'))
  cache.entries[0].summary.id = 'another'
  await writeFile(cachePath(), JSON.stringify(cache))
  expect(await startList(later).all()).toMatchObject([{ id: 'one' }])
})

test('a list tells the folder of a session, and the error its last message ended in', async () => {
  const answer = message('a', 'q', { role: 'assistant', stop: 'stop' })
  const folder = '/home/somebody/tidelog'
  await writeFile(
    pathOf('well.jsonl'),
    toBytes({ ...header, workspace: folder }, message('q', null), failed('f', 'limit'), answer),
  )
  await writeFile(pathOf('badly.jsonl'), toBytes(header, message('q', null), answer, failed('f', 'unavailable')))
  const carrel = await bootCarrel({ home, host: null })
  const { sessions } = answered(await carrel.bridge.call('sessions.list', { filter: 'all' }))
  const told = sessions.map(({ id, workspace, lastError }) => [id, workspace, lastError])
  expect(told.sort()).toEqual([
    ['badly', null, 'unavailable'],
    ['well', folder, null],
  ])
})

test('while a file is read for a list, everybody else may have their turn after every line', async () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => message(`m${index}`, null, { content: 'x'.repeat(200) }))
  await writeFile(pathOf('large.jsonl'), toBytes(header, ...lines))
  let pauses = 0
  const pace = { isDue: () => true, pause: async () => void pauses++ }
  const { summary } = await scanSession({ id: 'large', path: pathOf('large.jsonl'), archived: false }, pace)
  expect([summary.entries, pauses]).toEqual([3_000, 3_001])
})
