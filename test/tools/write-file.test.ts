// write_file: exactly the text, in place of exactly what was there, and a diff that says what changed.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { room } from './room.ts'

test('a file is created with the folders it lies in', async () => {
  const { run, root } = await room()
  const { content, detail, isError } = await run('write_file', { path: 'a/b/c.txt', content: 'one\ntwo\n' })
  expect({ content, isError }).toEqual({ content: 'Created a/b/c.txt (2 lines).', isError: false })
  expect(await readFile(join(root, 'a/b/c.txt'), 'utf8')).toBe('one\ntwo\n')
  expect(detail).toEqual({
    files: [
      { path: 'a/b/c.txt', change: 'created', added: 2, removed: 0, diff: expect.stringContaining('+one\n+two') },
    ],
  })
  expect(await readdir(join(root, 'a/b'))).toEqual(['c.txt'])
})

test('a file is replaced, and git applies the diff to the same end', async () => {
  const { run, root } = await room({ 'x.txt': 'one\ntwo\nthree\n' })
  const { content, detail } = await run('write_file', { path: 'x.txt', content: 'one\n2\nthree\nfour' })
  expect(content).toBe('Replaced x.txt (2 lines added, 1 removed).')
  expect(detail?.files).toMatchObject([{ path: 'x.txt', change: 'replaced', added: 2, removed: 1 }])
  expect(await readFile(join(root, 'x.txt'), 'utf8')).toBe('one\n2\nthree\nfour')
  const other = await room({ 'x.txt': 'one\ntwo\nthree\n' })
  execFileSync('git', ['apply', '-p0', '-'], { cwd: other.root, input: detail?.files[0]?.diff ?? '' })
  expect(await readFile(join(other.root, 'x.txt'), 'utf8')).toBe('one\n2\nthree\nfour')
})

test('the mode of a file stays, a new one gets the mode of the process', async () => {
  const { run, root } = await room({ 'run.sh': 'echo 1\n' })
  await chmod(join(root, 'run.sh'), 0o777)
  await run('write_file', { path: 'run.sh', content: 'echo 2\n' })
  expect((await stat(join(root, 'run.sh'))).mode & 0o7777).toBe(0o777)
  await writeFile(join(root, 'usual'), '')
  await run('write_file', { path: 'new', content: '' })
  expect((await stat(join(root, 'new'))).mode).toBe((await stat(join(root, 'usual'))).mode)
})

test('the same text again changes nothing', async () => {
  const { run, root } = await room({ 'a.txt': 'same' })
  const before = await stat(join(root, 'a.txt'), { bigint: true })
  const { content, detail } = await run('write_file', { path: 'a.txt', content: 'same' })
  expect({ content, detail }).toEqual({
    content: 'a.txt already has exactly this text. Nothing was changed.',
    detail: null,
  })
  expect((await stat(join(root, 'a.txt'), { bigint: true })).ino).toBe(before.ino)
})

test('bytes that were no text are replaced without a diff', async () => {
  const { run } = await room({ 'a.bin': Buffer.from([0, 1, 2]) })
  const { detail } = await run('write_file', { path: 'a.bin', content: 'text\n' })
  expect(detail?.files).toEqual([{ path: 'a.bin', change: 'replaced', added: 1, removed: 0, diff: null }])
})

test('what a model copied with defused control tokens is written as it was', async () => {
  const template = '<|im_start|>user\n<start_of_turn>[INST]</s>\n'
  const { run, root } = await room({ 'template.txt': template })
  const { content } = await run('read_file', { path: 'template.txt' })
  expect(content).not.toContain('<|im_start|>')
  await run('write_file', { path: 'copy.txt', content })
  expect(await readFile(join(root, 'copy.txt'), 'utf8')).toBe(template)
})

test.each<[string, Record<string, string>, string, string]>([
  ['a folder', { path: 'folder', content: '' }, 'invalid-input', 'folder is a folder, not a file.'],
  ['the workspace', { path: '.', content: '' }, 'invalid-input', 'The workspace is a folder, not a file.'],
  ['below a file', { path: 'a.txt/b', content: '' }, 'not-found', 'A part of a.txt/b is a file, not a folder.'],
  ['read-only', { path: 'fixed.txt', content: '' }, 'denied', 'fixed.txt is marked as read-only and was not changed.'],
  ['too much', { path: 'b', content: 'x'.repeat(8_388_609) }, 'limit', 'The text for b is too long'],
])('refused: %s', async (_, args, code, words) => {
  const { run, root } = await room({ 'a.txt': 'kept', 'fixed.txt': 'kept' })
  await mkdir(join(root, 'folder'))
  await chmod(join(root, 'fixed.txt'), 0o444)
  const { content, failure, isError, detail } = await run('write_file', args)
  expect({ failure, isError, detail }).toEqual({ failure: { code, reason: null }, isError: true, detail: null })
  expect(content).toContain(words)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('kept')
  expect(await readFile(join(root, 'fixed.txt'), 'utf8')).toBe('kept')
  expect((await readdir(root)).sort()).toEqual(['a.txt', 'fixed.txt', 'folder'])
})

test('a call that is stopped in its middle leaves the old file whole, and nothing beside it', async () => {
  const { tools, root } = await room({ 'a.txt': 'old' })
  let stopped = 0
  for (let nth = 0; nth < 200 && stopped < 3; nth++) {
    const stop = new AbortController()
    const running = tools.run('write_file', { path: 'a.txt', content: `${nth}`.repeat(1_000_000) }, stop.signal)
    const before = await readFile(join(root, 'a.txt'), 'utf8')
    let isDone = false
    const done = running.then(() => (isDone = true))
    while (!isDone && !(await readdir(root)).some((name) => name.startsWith('.carrel-'))) await turn()
    stop.abort()
    await done
    const outcome = await running
    if (outcome.isError) {
      expect(outcome.failure).toEqual({ code: 'cancelled', reason: null })
      expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe(before)
      stopped++
    }
    expect(await readdir(root)).toEqual(['a.txt'])
  }
  expect(stopped).toBe(3)
})

test('a call that is stopped before it begins leaves nothing', async () => {
  const { tools, root } = await room()
  const outcome = await tools.run('write_file', { path: 'a', content: 'b' }, AbortSignal.abort())
  expect(outcome).toMatchObject({ isError: true, failure: { code: 'cancelled', reason: null } })
  expect(await readdir(root)).toEqual([])
})
