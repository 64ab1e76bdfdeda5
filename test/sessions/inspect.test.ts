// A check of the folder of sessions: what it finds in damaged files, in files that grow, and in files that are no sessions.
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as othersTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { inspectSessions, type SessionsReport } from '../../electron/services/sessions/inspect.ts'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { createSessionFile } from '../../electron/services/sessions/session-file.ts'
import type { CheckProgress } from '../../shared/data-report.ts'
import { type Diagnostic, messageRecord, sessionHeader, skippedBytes } from '../../shared/session.ts'
import { conversation, header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
let folder: string

beforeEach(async () => {
  home = await temporaryFolder()
  folder = join(home, 'sessions')
  await mkdir(folder)
})

interface Watched {
  signal?: AbortSignal
  onProgress?: (progress: CheckProgress) => void
}

const check = ({ signal = new AbortController().signal, onProgress = () => {} }: Watched = {}) =>
  inspectSessions(home, { signal, onProgress })

/** The only session there is. */
function only({ sessions }: SessionsReport) {
  const [session] = sessions
  if (!session || sessions.length > 1) throw new Error(`one session expected, not ${sessions.length}`)
  return session
}

/** Where something was skipped: what was only mended comes in another order. */
const skips = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.filter((one) => skippedBytes([one]) > 0).sort((one, other) => one.offset - other.offset)

const write = (name: string, ...bytes: Uint8Array[]) => writeFile(join(folder, name), Buffer.concat(bytes))

describe('a file', () => {
  test('that is whole', async () => {
    const lines = conversation(4)
    const bytes = toBytes(...lines)
    const last = lines.at(-1) ?? {}
    await write('s1.jsonl', bytes)
    expect(only(await check())).toEqual({
      id: 's1',
      title: 'Nachricht 0: „straße“ 静か 📚',
      archived: false,
      state: 'ok',
      bytes: bytes.length,
      records: 5,
      badLines: 0,
      skippedBytes: 0,
      missingBlobs: 0,
      lastGood: {
        offset: bytes.length - toBytes(last).length,
        ts: last['ts'],
        type: 'message',
        role: 'assistant',
        words: String(last['content']),
      },
      endsWhole: true,
      beingWritten: false,
      shadowed: false,
      copy: null,
      diagnostics: [],
      diagnosticsLeftOut: 0,
      failure: null,
    })
  })

  test('that is torn at its end, and one with a line that is no record', async () => {
    const whole = toBytes(header, message('m1', null))
    await write('s1.jsonl', whole, Buffer.from('{"type":"mess'))
    expect(only(await check())).toMatchObject({
      state: 'ok',
      records: 2,
      badLines: 1,
      skippedBytes: 13,
      endsWhole: false,
      beingWritten: false,
      lastGood: { offset: toBytes(header).length, words: 'words of m1' },
      diagnostics: [{ code: 'bad_line', offset: whole.length, length: 13 }],
    })
    await write('s1.jsonl', toBytes(header, 'rubbish', message('m1', null)))
    expect(only(await check())).toMatchObject({
      badLines: 1,
      skippedBytes: 7,
      endsWhole: true,
      diagnostics: [{ code: 'bad_line', offset: toBytes(header).length, length: 7 }],
    })
  })

  test('without a line break after a last line that is whole', async () => {
    await write('s1.jsonl', toBytes(header, message('m1', null)).subarray(0, -1))
    expect(only(await check())).toMatchObject({ state: 'ok', records: 2, skippedBytes: 0, endsWhole: false })
  })

  test('with a run of NUL bytes', async () => {
    await write('s1.jsonl', toBytes(header, message('m1', null)), Buffer.alloc(4_096))
    expect(only(await check())).toMatchObject({
      state: 'ok',
      skippedBytes: 4_096,
      badLines: 0,
      diagnostics: [{ code: 'nul_bytes', length: 4_096 }],
    })
  })

  test.each([
    ['without a byte', Buffer.alloc(0), 0],
    ['of NUL bytes alone', Buffer.alloc(3_000_000), 3_000_000],
    ['without a record', Buffer.from('nothing of this\ncan be read\n'), 26],
  ])('%s is damaged', async (_what, bytes, skipped) => {
    await write('s1.jsonl.archived', bytes)
    expect(only(await check())).toMatchObject({
      state: 'damaged',
      archived: true,
      records: 0,
      skippedBytes: skipped,
      lastGood: null,
    })
  })

  test('without a header, in the oldest form, and of a newer version', async () => {
    await write('a.jsonl', toBytes(message('m1', null)))
    await write('b.jsonl', toBytes({ role: 'user', content: 'old question' }, { role: 'assistant', content: 'old' }))
    await write('c.jsonl', toBytes({ ...header, v: 2 }, message('m1', null)))
    const { sessions } = await check()
    expect(sessions).toMatchObject([
      { id: 'a', state: 'ok', records: 1, title: 'words of m1' },
      { id: 'b', state: 'ok', records: 2, title: 'old question', lastGood: { ts: null, words: 'old' } },
      { id: 'c', state: 'readonly', records: 2 },
    ])
  })

  test('with the same line twice, and with two records of one id', async () => {
    const twice = message('m1', null)
    await write('s1.jsonl', toBytes(header, twice, twice, message('m1', null, { content: 'other words' })))
    expect(only(await check())).toMatchObject({
      records: 3,
      skippedBytes: 0,
      diagnostics: [{ code: 'repeated_line' }, { code: 'duplicate_id' }],
    })
  })

  test('with more damage than is told one by one', async () => {
    await write('s1.jsonl', toBytes(header, ...Array.from({ length: 50 }, () => 'x')))
    const session = only(await check())
    expect(session).toMatchObject({ badLines: 50, skippedBytes: 50 })
    expect(session.diagnostics.length + session.diagnosticsLeftOut).toBe(50)
    expect(session.diagnosticsLeftOut).toBeGreaterThan(0)
  })

  test('with a part of an entry in a blob: whole with it, and not without', async () => {
    const said = 'a very long question '.repeat(60_000)
    const file = await createSessionFile(join(folder, 's1.jsonl'), [
      sessionHeader.parse(header),
      messageRecord.parse(message('m1', null, { content: said })),
    ])
    await file.append([messageRecord.parse(message('m2', 'm1', { role: 'assistant', content: 'short' }))])
    expect(only(await check())).toMatchObject({ state: 'ok', records: 3, missingBlobs: 0, diagnostics: [] })
    await rm(join(home, 'blobs'), { recursive: true })
    expect(only(await check())).toMatchObject({
      state: 'ok',
      records: 3,
      missingBlobs: 1,
      skippedBytes: 0,
      diagnostics: [{ code: 'missing_blob' }],
      lastGood: { words: 'short' },
    })
  })

  test('has the title the person gave it, and otherwise the last one', async () => {
    const title = (name: string, by: string) => ({ type: 'title', id: name, ts: header['ts'], title: name, by })
    await write('a.jsonl', toBytes(header, title('mine', 'user'), title('its', 'model')))
    await write('b.jsonl', toBytes(header, title('its first', 'model'), title('its last', 'model')))
    expect((await check()).sessions.map((session) => session.title)).toEqual(['mine', 'its last'])
  })

  test('is read as it is opened, whatever was done to it and however large it is', async () => {
    // Longer than what is read in one piece, so that lines go over the seam.
    const filler = 'a long answer '.repeat(40_000)
    const bytes = toBytes(...conversation(3), message('big', null, { content: filler }), ...conversation(9).slice(4))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        async (length, changes) => {
          const damaged = Buffer.concat([bytes, Buffer.alloc(length % 3), bytes]).subarray(0, bytes.length + length)
          for (const [at, value] of changes) damaged[at] = value
          await write('s1.jsonl', damaged)
          const expected = readLog(damaged)
          const session = only(await check())
          expect(skips(session.diagnostics)).toEqual(skips(expected.diagnostics))
          expect(session).toMatchObject({
            bytes: damaged.length,
            records: expected.records.length,
            skippedBytes: skippedBytes(expected.diagnostics),
            endsWhole: expected.endsWithNewline,
          })
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('the folder', () => {
  test('that is missing holds nothing', async () => {
    home = join(home, 'none')
    expect(await check()).toEqual({ sessions: [], others: [], sameButCase: [] })
  })

  test('with files that are no sessions names them, and opens none', async () => {
    await write('s1.jsonl', toBytes(header))
    await write('s1.draft', Buffer.from('{}'))
    await write('gone.draft', Buffer.from('{}'))
    await write('s1.conflict-2026-11-22T08-00-00-000Z.jsonl.archived', toBytes(header))
    await write('s1.repaired.jsonl', toBytes(header))
    await write('s1 (copy).jsonl', toBytes(header))
    await mkdir(join(folder, 'folder.jsonl'))
    await symlink(join(home, 'nowhere'), join(folder, 'link.jsonl'))
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'pipe.jsonl')])
    const { sessions, others } = await check()
    expect(sessions.map(({ id, copy }) => [id, copy])).toEqual([
      ['s1.conflict-2026-11-22T08-00-00-000Z', 'conflict'],
      ['s1', null],
      ['s1.repaired', 'repaired'],
    ])
    expect(others.map(({ name, kind }) => [name, kind])).toEqual([
      ['folder.jsonl', 'other'],
      ['gone.draft', 'draft'],
      ['link.jsonl', 'other'],
      ['pipe.jsonl', 'other'],
      ['s1 (copy).jsonl', 'other'],
    ])
  })

  test('with a session at both places, and ids that differ in case', async () => {
    await write('s1.jsonl', toBytes(header, message('m1', null)))
    await write('s1.jsonl.archived', toBytes(header, 'rubbish'))
    await write('S1.jsonl', toBytes(header))
    const { sessions, sameButCase } = await check()
    expect(sessions.map(({ id, archived, shadowed }) => [id, archived, shadowed])).toEqual([
      ['S1', false, false],
      ['s1', false, false],
      ['s1', true, true],
    ])
    expect(sessions.at(-1)).toMatchObject({ skippedBytes: 7 })
    expect(sameButCase).toEqual([['S1', 's1']])
  })

  test('is not touched', async () => {
    await write('s1.jsonl', toBytes(header, 'rubbish'), Buffer.from('{"type'))
    const before = await readFile(join(folder, 's1.jsonl'))
    await check()
    expect(await readdir(folder)).toEqual(['s1.jsonl'])
    expect((await readFile(join(folder, 's1.jsonl'))).equals(before)).toBe(true)
  })
})

describe('while it is worked in', () => {
  const line = toBytes(message('m2', 'm1', { content: 'the end of an answer' }))

  test('a last line that was caught half written is no damage', async () => {
    await write('s1.jsonl', toBytes(header, message('m1', null)), line.subarray(0, 40))
    const report = await check({
      // The file has been read, and now the rest of the line arrives.
      onProgress: ({ files }) => files === 1 && void appendFile(join(folder, 's1.jsonl'), line.subarray(40)),
    })
    expect(only(report)).toMatchObject({
      records: 3,
      skippedBytes: 0,
      badLines: 0,
      endsWhole: true,
      beingWritten: false,
      lastGood: { words: 'the end of an answer' },
    })
  })

  test('and one that still is not whole is said to be being written', async () => {
    await write('s1.jsonl', toBytes(header, 'rubbish'), line.subarray(0, 40))
    await write('s2.jsonl', Buffer.alloc(0))
    const report = await check({
      onProgress({ files }) {
        if (files === 1) void appendFile(join(folder, 's1.jsonl'), line.subarray(40, 50))
        if (files === 2) void appendFile(join(folder, 's2.jsonl'), '{"type":"sess')
      },
    })
    expect(report.sessions).toMatchObject([
      { id: 's1', skippedBytes: 7, badLines: 1, beingWritten: true, diagnostics: [{ length: 7 }] },
      { id: 's2', state: 'ok', skippedBytes: 0, badLines: 0, beingWritten: true, diagnostics: [] },
    ])
  })

  test('a session that is archived, and one that is deleted, after the names were read', async () => {
    await write('s1.jsonl', toBytes(header))
    await write('s2.jsonl', toBytes(header, message('m1', null)))
    await write('s3.jsonl', toBytes(header))
    const moves: Promise<void>[] = []
    const { sessions } = await check({
      onProgress({ files }) {
        if (files > 0 || moves.length > 0) return
        moves.push(rename(join(folder, 's2.jsonl'), join(folder, 's2.jsonl.archived')))
        moves.push(rename(join(folder, 's3.jsonl'), join(home, 's3.jsonl')))
      },
    })
    await Promise.all(moves)
    expect(sessions.map(({ id, archived }) => [id, archived])).toEqual([
      ['s1', false],
      ['s2', true],
    ])
  })

  const long = Array.from({ length: 24_000 }, (_, at) => message(`m${at}`, null, { content: 'x'.repeat(2_000) }))
  test.each([
    [
      'of long lines',
      toBytes(...long),
      { records: 24_000, lastGood: { offset: toBytes(...long.slice(0, -1)).length } },
    ],
    [
      'of NUL bytes and a record',
      Buffer.concat([toBytes(header), Buffer.alloc(30_000_000), toBytes(message('m1', null))]),
      { records: 2, badLines: 0, skippedBytes: 30_000_000, lastGood: { words: 'words of m1' } },
    ],
    ['of lines that are nothing', Buffer.from('x\n'.repeat(60_000)), { records: 0, badLines: 60_000 }],
  ])('nobody waits long for their turn, and a large file %s says how far it is', async (_what, bytes, expected) => {
    await write('large.jsonl', bytes)
    let longest = 0
    let isOver = false
    const others = (async () => {
      for (let last = performance.now(); !isOver; ) {
        await othersTurn()
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      }
    })()
    const told: CheckProgress[] = []
    const began = performance.now()
    const report = await check({ onProgress: (progress) => told.push(progress) })
    isOver = true
    await others
    expect(only(report)).toMatchObject(expected)
    expect(told.map((progress) => progress.bytes)).toEqual(
      [...told.map((progress) => progress.bytes)].sort((a, b) => a - b),
    )
    expect(told.at(-1)).toEqual({ files: 1, of: 1, bytes: bytes.length, ofBytes: bytes.length })
    // Whatever else holds this machine holds the whole reading, too.
    expect(longest).toBeLessThan((performance.now() - began) / 4)
  })

  test('it can be cancelled in the middle of a file', async () => {
    await write('large.jsonl', toBytes(...Array.from({ length: 20_000 }, (_, at) => message(`m${at}`, null))))
    const controller = new AbortController()
    const reached: number[] = []
    const failed = check({
      signal: controller.signal,
      onProgress({ bytes }) {
        reached.push(bytes)
        if (bytes > 0) controller.abort()
      },
    })
    await expect(failed).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    expect(Math.max(...reached)).toBeLessThan(4_000_000)
  })

  test('a file that shrinks under the reading is read as far as it is', async () => {
    const lines = toBytes(header, ...Array.from({ length: 30_000 }, (_, at) => message(`m${at}`, null)))
    await write('large.jsonl', lines)
    const session = only(
      await check({ onProgress: ({ bytes }) => bytes > 0 && void truncate(join(folder, 'large.jsonl'), 100) }),
    )
    expect(session.bytes).toBeLessThanOrEqual(lines.length)
    expect(session.records).toBeGreaterThan(0)
  })
})
