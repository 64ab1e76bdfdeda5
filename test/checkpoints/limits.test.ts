// What is too large to be kept: it is said, in a fixed order, and never lost by an undo.
import { lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createHashCache } from '../../electron/services/checkpoints/look.ts'
import { stockLimits } from '../../electron/services/checkpoints/stock.ts'
import { room, sessionId, treeOf } from './room.ts'

test('a folder with too many files: plain ones come first, heavy folders last, and what is not covered is said', async () => {
  const heavy = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`node_modules/p/${index}.js`, 'x']))
  const { root, checkpoints, runs } = await room(
    { ...heavy, 'src/a.txt': 'a', 'z.txt': 'z' },
    { limits: { ...stockLimits, places: 15 } },
  )
  const said = await runs('run-1', async () => {
    await writeFile(join(root, 'src/a.txt'), 'A')
    await writeFile(join(root, 'z.txt'), 'Z')
    await writeFile(join(root, 'node_modules/p/29.js'), 'changed')
    await rm(join(root, 'node_modules/p/28.js'))
  })
  expect(said).toEqual([expect.stringContaining('not everything in node_modules/p is covered')])
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['src/a.txt', 'z.txt'])
  expect(run?.limits).toEqual([...said])
  await checkpoints.undo(sessionId, null)
  expect(await readFile(join(root, 'z.txt'), 'utf8')).toBe('z')
  expect(await readFile(join(root, 'node_modules/p/29.js'), 'utf8')).toBe('changed')
})

test('a command that makes more files than are looked at: what was there is still known, what is new and unseen stays', async () => {
  const { root, checkpoints, runs } = await room(
    { 'z/a.txt': 'a', 'z/b.txt': 'b' },
    { limits: { ...stockLimits, places: 12 } },
  )
  await runs('run-1', async () => {
    await mkdir(join(root, 'a'))
    for (let index = 0; index < 40; index++) await writeFile(join(root, 'a', `${index}`), '')
    await writeFile(join(root, 'z/a.txt'), 'A')
    await rm(join(root, 'z/b.txt'))
  })
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual([])
  expect(await readFile(join(root, 'z/a.txt'), 'utf8')).toBe('a')
  expect(await readFile(join(root, 'z/b.txt'), 'utf8')).toBe('b')
})

test('a large file, and one for which there is no more room: a change is noticed and said, and the file stays as it is', async () => {
  const { root, checkpoints, runs } = await room(
    { 'a.bin': 'x'.repeat(60), 'b.bin': 'y'.repeat(60), 'large.bin': 'z'.repeat(101), 'same.bin': 'w'.repeat(200) },
    { limits: { ...stockLimits, fileBytes: 100, bytes: 100 } },
  )
  const said = await runs('run-1', async () => {
    await writeFile(join(root, 'a.bin'), 'a')
    await writeFile(join(root, 'b.bin'), 'b')
    await writeFile(join(root, 'large.bin'), 'large')
    await writeFile(join(root, 'new.bin'), 'n'.repeat(101))
  })
  expect(said).toEqual([expect.stringContaining('large.bin and same.bin'), expect.stringContaining('b.bin')])
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['a.bin'])
  const missed = run?.limits.join('\n')
  for (const name of ['b.bin', 'large.bin', 'new.bin']) expect(missed).toContain(`${name} was`)
  expect(missed).not.toContain('same.bin was')
  expect((await checkpoints.undo(sessionId, null)).files).toEqual([{ path: 'a.bin', action: 'changed' }])
  expect(await readFile(join(root, 'b.bin'), 'utf8')).toBe('b')
  expect((await stat(join(root, 'new.bin'))).size).toBe(101)
})

test('a file is known by its times only when it was at rest before it was read: the same tick may hold another change', async () => {
  const { root } = await room({ 'a.txt': 'a' })
  const stats = await lstat(join(root, 'a.txt'), { bigint: true })
  const changedMs = Number(stats.ctimeNs / 1_000_000n)
  const cache = createHashCache()
  cache.learn(stats, 'hash', changedMs + 1_900)
  expect(cache.find(stats)).toBeUndefined()
  cache.learn(stats, 'hash', changedMs + 2_100)
  expect(cache.find(stats)).toBe('hash')
  await writeFile(join(root, 'a.txt'), 'b')
  expect(cache.find(await lstat(join(root, 'a.txt'), { bigint: true }))).toBeUndefined()
})

test('Stop ends the taking of stock, and then nothing is under way', async () => {
  const { root, checkpoints } = await room({ 'a.txt': 'a' })
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  const stopped = checkpoints.willRun('run-1', AbortSignal.abort())
  await expect(stopped).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  await checkpoints.end('run-1')
  expect(await checkpoints.list(sessionId)).toEqual([])
})

test('when all of it is too much the oldest runs give up theirs, never the newest of a session, and it is said', async () => {
  const large = (letter: string) => letter.repeat(1_000)
  const { root, home, checkpoints, writes } = await room({ 'a.txt': large('0') }, { totalLimit: 3_500 })
  await writes('run-1', { 'a.txt': large('1') })
  await writes('run-2', { 'a.txt': large('2') })
  await writes('run-3', { 'a.txt': large('3') })
  const runs = await checkpoints.list(sessionId)
  expect(runs.map(({ limits }) => limits.join().includes('given up'))).toEqual([true, false, false])
  const kept = Object.keys(await treeOf(join(home, 'checkpoints/objects'))).filter((name) => !name.endsWith('/'))
  expect(kept).toHaveLength(3)
  await checkpoints.undo(sessionId, null)
  await checkpoints.undo(sessionId, null)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe(large('1'))
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'limit' } })

  const small = await room({ 'a.txt': large('0') }, { totalLimit: 10 })
  await small.writes('run-1', { 'a.txt': large('1') })
  expect((await small.checkpoints.undo(sessionId, null)).files).toHaveLength(1)
})

test('what only a stock has kept goes at the next start; what a run needs stays', async () => {
  const { root, home, runs, restarted } = await room({ 'a.txt': 'a', 'unchanged.txt': 'unchanged' })
  await runs('run-1', () => writeFile(join(root, 'a.txt'), 'A'))
  const kept = async () =>
    Object.entries(await treeOf(join(home, 'checkpoints/objects'))).filter(([name]) => !name.endsWith('/')).length
  expect(await kept()).toBe(3)
  const next = restarted()
  expect(await next.list(sessionId)).toHaveLength(1)
  expect(await kept()).toBe(2)
  expect((await next.undo(sessionId, null)).files).toHaveLength(1)
})

test('long diffs and bytes that are no text are named without their lines', async () => {
  const { checkpoints, writes } = await room({ 'b.bin': '\0\u0001\u0002' })
  await writes('run-1', { 'b.bin': '\0changed', 'long.txt': 'a long line of text\n'.repeat(60_000) })
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files).toEqual([
    { path: 'b.bin', action: 'changed', added: null, removed: null, diff: null },
    { path: 'long.txt', action: 'created', added: null, removed: null, diff: null },
  ])
})

test('who may only look lists the runs and changes nothing', async () => {
  const { home, root, writes, restarted } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'A' })
  const before = await treeOf(home)
  const reader = restarted({ readOnly: true })
  expect(await reader.list(sessionId)).toHaveLength(1)
  await expect(reader.undo(sessionId, null)).rejects.toThrow('only to look')
  await expect(reader.begin({ sessionId, runId: 'r', entryId: 'q', workspace: root })).rejects.toThrow('only to look')
  expect(await treeOf(home)).toEqual(before)
})
