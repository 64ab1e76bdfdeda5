// What runs change, taken back and done again on a real disk: by file tools, by commands, and with somebody else about.
import { chmod, link, lstat, mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { room, sessionId, treeOf } from './room.ts'

test('what file tools wrote is listed with its lines, goes back, and comes again', async () => {
  const { root, checkpoints, writes } = await room({ 'a.txt': 'one\ntwo\n', 'keep.txt': 'keep' })
  const before = await treeOf(root)
  await writes('run-1', { 'a.txt': 'one\n2\nthree\n', 'new/deep/b.txt': 'b\n' })
  const after = await treeOf(root)

  const [run] = await checkpoints.list(sessionId)
  expect(run).toMatchObject({ runId: 'run-1', entryId: 'q-run-1', state: 'done', limits: [] })
  expect(run?.files.map(({ path, action, added, removed }) => [path, action, added, removed])).toEqual([
    ['a.txt', 'changed', 2, 1],
    ['new/deep/b.txt', 'created', 1, 0],
  ])
  expect(run?.files[0]?.diff).toContain('-two\n+2\n+three')

  expect(await checkpoints.undo(sessionId, null)).toEqual({
    files: [
      { path: 'a.txt', action: 'changed' },
      { path: 'new/deep/b.txt', action: 'deleted' },
    ],
    conflicts: [],
  })
  expect(await treeOf(root)).toEqual(before)
  expect((await checkpoints.list(sessionId))[0]?.state).toBe('undone')
  expect(await checkpoints.redo(sessionId, null)).toMatchObject({ conflicts: [] })
  expect(await treeOf(root)).toEqual(after)
})

test('a command may do anything to the folder: deleted files, links, modes and empty folders come back', async () => {
  const { root, checkpoints, runs } = await room({ 'src/a.txt': 'a', 'run.sh': '#!/bin/sh\n', 'old/gone.txt': 'gone' })
  await symlink('src/a.txt', join(root, 'link'))
  await symlink('/etc/passwd', join(root, 'outward'))
  await mkdir(join(root, 'empty'))
  await chmod(join(root, 'run.sh'), 0o755)
  const before = await treeOf(root)
  await runs('run-1', async () => {
    await rm(join(root, 'old'), { recursive: true })
    await rm(join(root, 'empty'), { recursive: true })
    await chmod(join(root, 'run.sh'), 0o644)
    await unlink(join(root, 'link'))
    await writeFile(join(root, 'link'), 'a file in its place')
    await unlink(join(root, 'outward'))
    await symlink('/etc/hostname', join(root, 'outward'))
    await unlink(join(root, 'src/a.txt'))
    await mkdir(join(root, 'src/a.txt'))
    await writeFile(join(root, 'src/a.txt/inner'), 'a folder in its place')
  })
  const after = await treeOf(root)
  expect(await checkpoints.undo(sessionId, 'run-1')).toMatchObject({ conflicts: [] })
  expect(await treeOf(root)).toEqual(before)
  expect(await checkpoints.redo(sessionId, 'run-1')).toMatchObject({ conflicts: [] })
  expect(await treeOf(root)).toEqual(after)
})

test('a file that somebody has changed since is a conflict, and then nothing at all is touched', async () => {
  const { root, checkpoints, writes } = await room({ 'a.txt': 'a', 'b.txt': 'b' })
  await writes('run-1', { 'a.txt': 'A', 'b.txt': 'B' })
  await writeFile(join(root, 'b.txt'), 'mine')
  const before = await treeOf(root)
  expect(await checkpoints.undo(sessionId, null)).toEqual({ files: [], conflicts: ['b.txt'] })
  expect(await treeOf(root)).toEqual(before)
  expect((await checkpoints.list(sessionId))[0]?.state).toBe('done')
  // Put as the run left it, or as it was before: both are no conflict.
  await writeFile(join(root, 'b.txt'), 'b')
  expect((await checkpoints.undo(sessionId, null)).files).toEqual([{ path: 'a.txt', action: 'changed' }])
})

test('a mode alone is a change, for a run and for a conflict', async () => {
  const { root, checkpoints, runs } = await room({ 'a.sh': 'a' })
  await runs('run-1', () => chmod(join(root, 'a.sh'), 0o755))
  expect((await checkpoints.list(sessionId))[0]?.files).toMatchObject([
    { path: 'a.sh', added: 0, removed: 0, diff: null },
  ])
  await chmod(join(root, 'a.sh'), 0o700)
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual(['a.sh'])
})

test('the last run goes back first; an older one whose files a later one changed does not', async () => {
  const { root, checkpoints, writes } = await room({ 'a.txt': '0' })
  await writes('run-1', { 'a.txt': '1' })
  await writes('run-2', { 'a.txt': '2' })
  await writes('run-3', { 'other.txt': '3' })
  expect((await checkpoints.undo(sessionId, 'run-1')).conflicts).toEqual(['a.txt'])
  const states = async () => (await checkpoints.list(sessionId)).map(({ state }) => state)
  for (const left of [
    ['done', 'done', 'undone'],
    ['done', 'undone', 'undone'],
    ['undone', 'undone', 'undone'],
  ]) {
    await checkpoints.undo(sessionId, null)
    expect(await states()).toEqual(left)
  }
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('0')
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await checkpoints.redo(sessionId, null)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('1')
  await checkpoints.redo(sessionId, null)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('2')
  expect(await states()).toEqual(['done', 'done', 'undone'])
  await expect(checkpoints.undo(sessionId, 'run-3')).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await expect(checkpoints.redo(sessionId, 'run-1')).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await expect(checkpoints.undo(sessionId, 'no-run')).rejects.toMatchObject({ failure: { code: 'not-found' } })
})

test('a folder that the run made stays when somebody has put something into it', async () => {
  const { root, checkpoints, writes } = await room()
  await writes('run-1', { 'made/a.txt': 'a' })
  await writeFile(join(root, 'made/mine.txt'), 'mine')
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual([])
  expect(Object.keys(await treeOf(root))).toEqual(['made/', 'made/mine.txt'])
  expect((await checkpoints.redo(sessionId, null)).conflicts).toEqual([])
  expect(Object.keys(await treeOf(root))).toEqual(['made/', 'made/a.txt', 'made/mine.txt'])
})

test('a folder that came in the place of a file does not go while somebody has something in it', async () => {
  const { root, checkpoints, runs } = await room({ a: 'a file' })
  await runs('run-1', async () => {
    await unlink(join(root, 'a'))
    await mkdir(join(root, 'a'))
  })
  await writeFile(join(root, 'a/mine.txt'), 'mine')
  const before = await treeOf(root)
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual(['a/mine.txt'])
  expect(await treeOf(root)).toEqual(before)
})

test('a run that changed nothing, or changed everything back, is not listed', async () => {
  const { root, checkpoints, runs, writes } = await room({ 'a.txt': 'a' })
  await runs('run-1', () => undefined)
  await writes('run-2', {})
  await runs('run-3', async () => {
    await writeFile(join(root, 'a.txt'), 'b')
    await writeFile(join(root, 'a.txt'), 'a')
  })
  expect(await checkpoints.list(sessionId)).toEqual([])
})

test('undo waits for nobody: it is refused while a run goes on, in this session or in another one of this folder', async () => {
  const { root, checkpoints, writes } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'b' })
  await checkpoints.begin({ sessionId, runId: 'run-2', entryId: 'q', workspace: root })
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'busy' } })
  await checkpoints.end('run-2')
  await checkpoints.begin({ sessionId: 'other', runId: 'run-3', entryId: 'q', workspace: root })
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'busy' } })
  await checkpoints.end('run-3')
  expect((await checkpoints.undo(sessionId, null)).files).toHaveLength(1)
})

test('what another session writes while a command runs is the other session’s', async () => {
  const { root, checkpoints } = await room({ 'a.txt': 'a' })
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  await checkpoints.begin({ sessionId: 'other', runId: 'run-2', entryId: 'q', workspace: root })
  await checkpoints.willRun('run-1', new AbortController().signal)
  await checkpoints.willWrite('run-2', 'new/theirs.txt')
  await mkdir(join(root, 'new'))
  await writeFile(join(root, 'new/theirs.txt'), 'theirs')
  await checkpoints.hasWritten('run-2')
  await writeFile(join(root, 'mine.txt'), 'mine')
  await checkpoints.hasRun('run-1')
  await checkpoints.end('run-1')
  await checkpoints.end('run-2')
  const paths = async (id: string) => (await checkpoints.list(id)).flatMap(({ files }) => files.map(({ path }) => path))
  expect(await paths(sessionId)).toEqual(['mine.txt'])
  expect(await paths('other')).toEqual(['new/theirs.txt'])
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual([])
  expect(await readFile(join(root, 'new/theirs.txt'), 'utf8')).toBe('theirs')
})

test('what somebody else writes between two writes of a run is said', async () => {
  const { root, checkpoints } = await room({ 'a.txt': 'a' })
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  const write = async (text: string) => {
    await checkpoints.willWrite('run-1', 'a.txt')
    await writeFile(join(root, 'a.txt'), text)
    await checkpoints.hasWritten('run-1')
  }
  await write('first')
  await writeFile(join(root, 'a.txt'), 'mine')
  await write('second')
  await checkpoints.end('run-1')
  expect((await checkpoints.list(sessionId))[0]?.limits.join()).toContain('a.txt was also changed by somebody else')
})

test('a background command: later commands and the end of the run find what it has done', async () => {
  const { root, checkpoints } = await room({ 'a.txt': 'a' })
  const before = await treeOf(root)
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  const signal = new AbortController().signal
  await checkpoints.willRun('run-1', signal)
  await checkpoints.willRun('run-1', signal)
  await writeFile(join(root, 'one.txt'), '1')
  await checkpoints.hasRun('run-1')
  await writeFile(join(root, 'two.txt'), '2')
  await checkpoints.end('run-1')
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['one.txt', 'two.txt'])
  expect(run?.limits.join()).toContain('still running')
  await checkpoints.undo(sessionId, null)
  expect(await treeOf(root)).toEqual(before)
})

test('names that are no UTF-8, hostile names and the longest ones', async () => {
  const { root, checkpoints, runs } = await room()
  const names = [
    Buffer.from([0xff, 0xfe, 0x41]),
    Buffer.from('zeile\nzwei\u202e'),
    Buffer.from('__proto__'),
    Buffer.from('é'.repeat(127)),
    Buffer.from(' .. '),
  ]
  const at = (name: Buffer) => Buffer.concat([Buffer.from(`${root}/`), name])
  for (const name of names) await writeFile(at(name), 'before')
  await symlink(at(Buffer.from([0xfd])), at(Buffer.from('to-bytes')))
  const before = await treeOf(root)
  await runs('run-1', async () => {
    for (const name of names) await writeFile(at(name), 'after')
    await unlink(at(Buffer.from('to-bytes')))
  })
  expect((await checkpoints.list(sessionId))[0]?.files).toHaveLength(6)
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual([])
  expect(await treeOf(root)).toEqual(before)
})

test('hard links: the file inside comes back, the one outside is not written to', async () => {
  const { base, root, checkpoints, runs } = await room({ 'a.txt': 'a' })
  await link(join(root, 'a.txt'), join(base, 'outside.txt'))
  await runs('run-1', () => writeFile(join(root, 'a.txt'), 'changed'))
  await checkpoints.undo(sessionId, null)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('a')
  expect(await readFile(join(base, 'outside.txt'), 'utf8')).toBe('changed')
})

test('the data folder is closed to others, and kept bytes that were damaged are refused, with nothing changed', async () => {
  const { root, home, checkpoints, writes } = await room({ 'a.txt': 'precious', 'b.txt': 'b' })
  await writes('run-1', { 'b.txt': 'B', 'a.txt': 'A' })
  const tree = await treeOf(join(home, 'checkpoints'))
  for (const [name, content] of Object.entries(tree)) {
    expect(content.split(' ')[0], name).toBe(name.endsWith('/') ? '700' : '600')
  }
  const object = Object.keys(tree).find((name) => tree[name] === '600 precious')
  await writeFile(join(home, 'checkpoints', object ?? ''), 'forged!!')
  const before = await treeOf(root)
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'damaged' } })
  expect(await treeOf(root)).toEqual(before)
  await unlink(join(home, 'checkpoints', object ?? ''))
  await expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'damaged' } })
  expect(await treeOf(root)).toEqual(before)
})

test('what a session has kept goes with it', async () => {
  const { home, checkpoints, writes, told } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'b' })
  expect(new Set(told)).toEqual(new Set([sessionId]))
  await checkpoints.forget([sessionId, 'never-there'])
  const left = Object.keys(await treeOf(join(home, 'checkpoints'))).filter((name) => !name.endsWith('/'))
  expect(left).toEqual([])
  expect(await checkpoints.list(sessionId)).toEqual([])
})

test('a moved workspace, another folder in its place, or a link there is refused', async () => {
  const { base, root, checkpoints, writes } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'b' })
  const moved = join(base, 'moved')
  await rename(root, moved)
  const refused = () => expect(checkpoints.undo(sessionId, null)).rejects.toMatchObject({ failure: { code: 'denied' } })
  await refused()
  await symlink(moved, root)
  await refused()
  await unlink(root)
  await mkdir(root)
  await writeFile(join(root, 'a.txt'), 'b')
  await refused()
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('b')
  await rm(root, { recursive: true })
  await rename(moved, root)
  expect((await checkpoints.undo(sessionId, null)).files).toHaveLength(1)
  expect((await lstat(root)).isDirectory()).toBe(true)
})
