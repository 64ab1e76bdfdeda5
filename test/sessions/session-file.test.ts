// Appending to a real file: after a torn line, beside another writer, and when the file has gone.
import { appendFile, readdir, readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { type MessageRecord, messageRecord } from '../../shared/session.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const record = (id: string, parentId: string | null = null): MessageRecord => messageRecord.parse(message(id, parentId))
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

test('a file that was taken away is not made again', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'a.jsonl')
  const file = await createSessionFile(path, [record('m1')])
  await unlink(path)
  expect(await codeOf(file.append([record('m2')]))).toBe('not-found')
  expect(await readdir(folder)).toEqual([])
})

test('a file that was replaced is appended to as it is now', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'a.jsonl')
  const file = await createSessionFile(path, [record('m1')])
  await writeFile(join(folder, 'b'), toBytes(header, message('m1', null), message('x', 'm1')))
  await rename(join(folder, 'b'), path)
  await file.append([record('m2', 'x')])
  expect((await linesOf(path)).map(({ id }) => id)).toEqual([header['id'], 'm1', 'x', 'm2'])
})

test('a file that lost its end is continued from what is left', async () => {
  const path = join(await temporaryFolder(), 'a.jsonl')
  const file = await createSessionFile(path, [record('m1'), record('m2')])
  await truncate(path, toBytes(message('m1', null)).length + 5)
  await file.append([record('m3')])
  expect(file.reading().records.map(({ id }) => id)).toEqual(['m1', 'm3'])
})

test('a failed append does not keep the next one from the file', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'a.jsonl')
  const file = await createSessionFile(path, [record('m1')])
  await rename(path, join(folder, 'away'))
  const failed = file.append([record('m2')])
  expect(await codeOf(failed)).toBe('not-found')
  await rename(join(folder, 'away'), path)
  await file.append([record('m3')])
  expect((await linesOf(path)).map(({ id }) => id)).toEqual(['m1', 'm3'])
})

test('what cannot be read is told with a sentence', async () => {
  const folder = await temporaryFolder()
  expect(await codeOf(openSessionFile(join(folder, 'none.jsonl')))).toBe('not-found')
  expect(await codeOf(openSessionFile(folder))).toBe('internal')
})
