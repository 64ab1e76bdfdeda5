// Appending to a real file: after a torn line, beside another writer, and when the file has gone.
import { writeSync } from 'node:fs'
import { appendFile, mkdir, open, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patiently, writeAll } from '../../electron/services/sessions/disk-write.ts'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import { errorCode } from '../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { type MessageRecord, messageRecord, sessionHeader } from '../../shared/session.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const record = (id: string, parentId: string | null = null): MessageRecord => messageRecord.parse(message(id, parentId))
const headerRecord = sessionHeader.parse(header)
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (thrown) => (thrown instanceof ExpectedFailure ? thrown.failure.code : String(thrown)),
  )

test('a new file holds its first records, is the person’s alone, and is never made over another', async () => {
  const path = join(await temporaryFolder(), 'a.jsonl')
  await createSessionFile(path, [record('m1')])
  expect(await linesOf(path)).toEqual([message('m1', null)])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await codeOf(createSessionFile(path, [record('m2')]))).toBe('internal')
  expect(await linesOf(path)).toEqual([message('m1', null)])
})

test('after any torn tail the next record begins on a line of its own and nothing before it changes', async () => {
  const folder = await temporaryFolder()
  const before = toBytes(header, message('m1', null))
  const last = toBytes(message('m2', 'm1'))
  let files = 0
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: last.length }), async (length) => {
      const path = join(folder, `${files++}.jsonl`)
      const torn = Buffer.concat([before, last.subarray(0, length)])
      await writeFile(path, torn)
      const file = await openSessionFile(path)
      await file.append([record('m3', 'm1')])
      const bytes = await readFile(path)
      expect(bytes.subarray(0, torn.length).equals(torn)).toBe(true)
      const isOpen = length > 0 && length < last.length
      expect(bytes.subarray(torn.length).toString()).toBe(`${isOpen ? '\n' : ''}${toBytes(message('m3', 'm1'))}`)
      expect((await openSessionFile(path)).reading().records.at(-1)).toEqual(message('m3', 'm1'))
      expect(file.reading()).toEqual((await openSessionFile(path)).reading())
    }),
    { numRuns: 40 },
  )
})

test('two writers on one file lose nothing', async () => {
  const path = join(await temporaryFolder(), 'a.jsonl')
  const one = await createSessionFile(path, [record('m0')])
  const other = await openSessionFile(path)
  const appends = Array.from({ length: 40 }, (_, index) =>
    (index % 2 === 0 ? one : other).append([record(`m${index + 1}`, 'm0')]),
  )
  await Promise.all(appends)
  const found = (await linesOf(path)).map(({ id }) => id)
  expect(found.sort()).toEqual(Array.from({ length: 41 }, (_, index) => `m${index}`).sort())
  // What each of them knows is what stands in the file as far as it has read, the other one's lines in their places.
  for (const { bytes, records } of [one.reading(), other.reading()]) {
    expect(readLog((await readFile(path)).subarray(0, bytes)).records).toEqual(records)
  }
})

test('records appended at once keep their order', async () => {
  const path = join(await temporaryFolder(), 'a.jsonl')
  const file = await createSessionFile(path, [record('m0')])
  await Promise.all(Array.from({ length: 50 }, (_, index) => file.append([record(`m${index + 1}`)])))
  expect((await linesOf(path)).map(({ id }) => id)).toEqual(Array.from({ length: 51 }, (_, index) => `m${index}`))
  expect(file.reading()).toEqual((await openSessionFile(path)).reading())
})

test('lines of another program, torn ones too, are read before the next append', async () => {
  const path = join(await temporaryFolder(), 'a.jsonl')
  const file = await createSessionFile(path, [record('m1')])
  await appendFile(path, `${toBytes(message('m2', 'm1'))}{"type":"mess`)
  await file.append([record('m3', 'm2')])
  expect(file.reading().records.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3'])
  expect(file.reading().diagnostics).toMatchObject([{ code: 'bad_line', length: 13 }])
})

const idsIn = async (path: string) => (await openSessionFile(path)).reading().records.map(({ id }) => id)

describe('a file that was taken away', () => {
  test('is written again whole, header and all, in a folder that had gone as well', async () => {
    const home = await temporaryFolder()
    const folder = join(home, 'sessions')
    await mkdir(folder)
    const path = join(folder, 'a.jsonl')
    const lines: string[] = []
    const file = await createSessionFile(path, [headerRecord, record('m1')], { log: (line) => lines.push(line) })
    await unlink(path)
    await file.append([record('m2', 'm1')])
    expect(await linesOf(path)).toEqual([header, message('m1', null), message('m2', 'm1')])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await rename(folder, join(home, 'away'))
    await file.append([record('m3', 'm2')])
    expect(await idsIn(path)).toEqual([header['id'], 'm1', 'm2', 'm3'])
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(lines).toHaveLength(3)
    expect(file.reading()).toEqual((await openSessionFile(path)).reading())
  })

  test('whose home has gone, too, is not made again: the disk may only be unplugged', async () => {
    const outside = await temporaryFolder()
    await mkdir(join(outside, 'home', 'sessions'), { recursive: true })
    const path = join(outside, 'home', 'sessions', 'a.jsonl')
    const file = await createSessionFile(path, [record('m1')])
    await rename(join(outside, 'home'), join(outside, 'away'))
    expect(await codeOf(file.append([record('m2')]))).toBe('not-found')
    expect(await readdir(outside)).toEqual(['away'])
    await rename(join(outside, 'away'), join(outside, 'home'))
    // A failed append does not keep the next one from the file.
    await file.append([record('m3')])
    expect(await idsIn(path)).toEqual(['m1', 'm3'])
  })

  test('of the oldest form comes back with every line, in its order and under its name', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const old = ['yes', 'a', 'yes'].map((content) => ({ role: 'user', content }))
    await writeFile(path, toBytes(...old))
    const file = await openSessionFile(path)
    const before = file.reading().records
    await unlink(path)
    await file.append([record('m1', String(before.at(-1)?.id))])
    expect((await openSessionFile(path)).reading().records).toEqual([
      ...before,
      message('m1', String(before.at(-1)?.id)),
    ])
  })
})

describe('a file that was replaced', () => {
  /** Puts another file at the path, as a synchronizing program or an editor does. */
  async function replace(path: string, bytes: Buffer): Promise<void> {
    await writeFile(`${path}.other`, bytes)
    await rename(`${path}.other`, path)
  }

  test('by a longer one is gone on with as it is now', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const file = await createSessionFile(path, [record('m1')])
    await replace(path, toBytes(header, message('m1', null), message('x', 'm1')))
    await file.append([record('m2', 'x')])
    expect((await linesOf(path)).map(({ id }) => id)).toEqual([header['id'], 'm1', 'x', 'm2'])
  })

  test('by one of the same size is seen as well', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const file = await createSessionFile(path, [record('m1')])
    await replace(path, toBytes(message('x1', null)))
    await file.append([record('m2', 'm1')])
    expect(await idsIn(path)).toEqual(['x1', 'm1', 'm2'])
  })

  test('or rewritten in place with the same size is seen as well', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const file = await createSessionFile(path, [record('m1')])
    await writeFile(path, toBytes(message('x1', null)))
    const later = new Date(Date.now() + 1_000)
    await utimes(path, later, later)
    await file.append([record('m2', 'm1')])
    expect(await idsIn(path)).toEqual(['x1', 'm1', 'm2'])
  })

  test('by a newer version’s is not written to, and nothing is lost here', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const file = await createSessionFile(path, [headerRecord, record('m1')])
    const newer = toBytes({ ...header, v: 2 }, message('x', null))
    await replace(path, newer)
    expect(await codeOf(file.append([record('m2')]))).toBe('denied')
    expect((await readFile(path)).equals(newer)).toBe(true)
    await unlink(path)
    await file.append([record('m2')])
    expect(await idsIn(path)).toEqual([header['id'], 'm1', 'm2'])
  })

  test('or cut, or both, by whatever: nothing that was known here is lost, and no byte of the other one', async () => {
    const folder = await temporaryFolder()
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => message(id, null))
    // Lines without an id of their own, one of them twice.
    const old = ['yes', 'no', 'yes'].map((content) => ({ role: 'user', content }))
    const later = new Date(Date.now() + 1_000)
    let files = 0
    const kept = fc.record({
      lines: fc.shuffledSubarray<Line | string>([...all, ...old, message('x', null), '\0\0{"type":"mess']),
      cut: fc.nat({ max: 12 }),
      inPlace: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(kept, async ({ lines, cut, inPlace }) => {
        const path = join(folder, `${files++}.jsonl`)
        await writeFile(path, toBytes(...old, ...all))
        const file = await openSessionFile(path)
        const whole = toBytes(...lines)
        const other = whole.subarray(0, Math.max(0, whole.length - cut))
        await (inPlace ? writeFile(path, other) : replace(path, other))
        // Later by more than the clock of the file system can tell apart.
        await utimes(path, later, later)
        await file.append([record('new', 'e')])
        const bytes = await readFile(path)
        expect(bytes.subarray(0, other.length).equals(other)).toBe(true)
        const { records } = readLog(bytes)
        const ids = records.map(({ id }) => id)
        for (const { id } of all) expect(ids.filter((one) => one === id)).toEqual([id])
        const words = records.map((one) => one['content']).filter((one) => one === 'yes' || one === 'no')
        expect(words.sort()).toEqual(['no', 'yes', 'yes'])
        expect(ids.at(-1)).toBe('new')
        expect(file.reading()).toEqual((await openSessionFile(path)).reading())
      }),
      { numRuns: 150 },
    )
  })

  test('while it is written to: what was acknowledged is in the file that lies there in the end', async () => {
    const path = join(await temporaryFolder(), 'a.jsonl')
    const file = await createSessionFile(path, [headerRecord, record('m0')])
    const old = await readFile(path)
    let during = 0
    for (let index = 1; index <= 40; index++) {
      let isReplaced = false
      const replacing = replace(path, old).then(() => {
        isReplaced = true
      })
      await file.append([record(`m${index}`)])
      if (isReplaced) {
        during++
        expect(await idsIn(path)).toContain(`m${index}`)
      }
      await replacing
    }
    expect(during).toBeGreaterThan(0)
    await file.append([record('last')])
    const expected = [header['id'], ...Array.from({ length: 41 }, (_, index) => `m${index}`), 'last']
    expect((await idsIn(path)).sort()).toEqual(expected.sort())
  })
})

test('a short write is gone on with, whatever its pieces; one of nothing is a full disk', async () => {
  const folder = await temporaryFolder()
  let files = 0
  const run = fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }), pieces: fc.array(fc.nat({ max: 9 })) })
  await fc.assert(
    fc.asyncProperty(run, async ({ bytes, pieces }) => {
      const path = join(folder, `${files++}`)
      const handle = await open(path, 'wx')
      const left = [...pieces]
      let written = 0
      const writing = writeAll(handle.fd, Buffer.from(bytes), async (descriptor, rest) => {
        const bytesWritten = writeSync(descriptor, rest, 0, Math.min(left.shift() ?? rest.length, rest.length))
        written += bytesWritten
        return { bytesWritten }
      })
      const code = await writing.then(() => 'done', errorCode)
      await handle.close()
      const used = pieces.slice(0, pieces.length - left.length)
      expect(code).toBe(used.includes(0) ? 'ENOSPC' : 'done')
      expect(
        Buffer.from(bytes)
          .subarray(0, written)
          .equals(await readFile(path)),
      ).toBe(true)
      if (code === 'done') expect(written).toBe(bytes.length)
    }),
    { numRuns: 100 },
  )
})

describe('a file that another program has open for a moment', () => {
  const refusing = (times: number, code: string) => {
    let tries = 0
    return {
      tries: () => tries,
      work: async () => {
        if (tries++ < times) throw Object.assign(new Error(code), { code })
      },
    }
  }

  test.each([
    ['EBUSY', 5, 'done', 6],
    ['EPERM', 5, 'done', 6],
    ['EPERM', 6, 'EPERM', 6],
    ['ENOENT', 1, 'ENOENT', 1],
  ])('%s %i times: %s', async (code, times, outcome, tries) => {
    const refused = refusing(times, code)
    expect(await patiently(refused.work, [1, 1, 1, 1, 1]).then(() => 'done', errorCode)).toBe(outcome)
    expect(refused.tries()).toBe(tries)
  })
})

test('what cannot be read is told with a sentence', async () => {
  const folder = await temporaryFolder()
  expect(await codeOf(openSessionFile(join(folder, 'none.jsonl')))).toBe('not-found')
  expect(await codeOf(openSessionFile(folder))).toBe('internal')
})
