// read_file: texts in their encodings, parts of them, and kind words for everything that is no text.
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { room } from './room.ts'

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const utf16le = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

describe('a text is read in its encoding', () => {
  test.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from('käse\nbrot\n'), 'käse\nbrot\n'],
    ['UTF-8 with a mark', Buffer.from('\ufeffkäse'), 'käse'],
    ['UTF-16, little end first', utf16le('käse\n'), 'käse\n'],
    ['UTF-16, big end first', utf16le('käse\n').swap16(), 'käse\n'],
    ['Windows-1252', Buffer.from([0x6b, 0xe4, 0x73, 0x65, 0x20, 0x80]), 'käse €'],
    ['with Windows line ends', Buffer.from('a\r\nb\r\n'), 'a\nb\n'],
    ['without a last line end', Buffer.from('a'), 'a'],
  ])('%s', async (_, bytes, content) => {
    const { run } = await room({ 'a.txt': bytes })
    expect(await run('read_file', { path: 'a.txt' })).toEqual({
      content,
      isError: false,
      failure: null,
      full: null,
      detail: {
        files: [],
        found: { what: 'lines', count: content.trimEnd().split('\n').length, of: expect.any(Number) },
      },
      image: null,
    })
  })
})

describe('a part', () => {
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 1}\n`).join('')

  test.each([
    [{ offset: 9 }, 'line 9\nline 10\n[lines 9-10 of 10]'],
    [{ limit: 2 }, 'line 1\nline 2\n[lines 1-2 of 10; read on with offset 3]'],
    [{ offset: 3, limit: 1 }, 'line 3\n[line 3 of 10; read on with offset 4]'],
    [{ offset: 10, limit: 5 }, 'line 10\n[line 10 of 10]'],
    [{ offset: null, limit: null }, lines],
  ])('%j', async (range, content) => {
    const { run } = await room({ 'a.txt': lines })
    expect(await run('read_file', { path: 'a.txt', ...range })).toMatchObject({ content, isError: false })
  })

  test('beyond the end is said', async () => {
    const { run } = await room({ 'a.txt': lines })
    const { content, failure } = await run('read_file', { path: 'a.txt', offset: 11 })
    expect(failure).toEqual({ code: 'invalid-input', reason: null })
    expect(content).toBe('a.txt has 10 lines. Give an offset up to that.')
  })

  test('a long file is cut, and its words lead on to exactly what is missing', async () => {
    const numbered = Array.from({ length: 3_000 }, (_, index) => `this is line ${index + 1}\n`).join('')
    const { run } = await room({ 'a.txt': numbered })
    const first = await run('read_file', { path: 'a.txt', limit: 3_000 })
    expect(first.content.length).toBeLessThanOrEqual(8_000)
    expect(first.full).toBe(numbered)
    const [, omitted, offset] = /\[\.\.\. ([\d,]+) characters omitted; use read_file with offset (\d+) \.\.\.\]/.exec(
      first.content,
    ) ?? ['', '', '']
    const head = first.content.slice(0, first.content.indexOf('[...'))
    expect(head.endsWith(`this is line ${Number(offset) - 1}\n`)).toBe(true)
    expect(first.content.endsWith('this is line 3000\n')).toBe(true)
    const tail = first.content.slice(first.content.indexOf('...]\n') + 5)
    expect(head.length + tail.length + Number(omitted?.replaceAll(',', ''))).toBe(numbered.length)
    expect(head.length / (head.length + tail.length)).toBeCloseTo(0.7, 1)
    const next = await run('read_file', { path: 'a.txt', offset: Number(offset), limit: 1 })
    expect(next.content.startsWith(`this is line ${offset}\n`)).toBe(true)
  })
})

describe('what is no text', () => {
  test.each<[string, Uint8Array, string]>([
    ['empty', Buffer.alloc(0), '[x is empty]'],
    ['a PDF', Buffer.from('%PDF-1.7 and more'), 'x is not text: a PDF document, 17 bytes. It cannot be shown.'],
    ['a ZIP', Buffer.from('504b030414000000', 'hex'), 'x is not text: a ZIP archive or an office document, 8 bytes.'],
    ['a program', Buffer.from('7f454c4602010100', 'hex'), 'x is not text: a program, 8 bytes.'],
    ['binary', Buffer.from([1, 0, 2]), 'x is not text: binary data, 3 bytes.'],
    ['cut UTF-16', Buffer.from([0xff, 0xfe, 0x41]), 'x is not text: binary data, 3 bytes.'],
    ['a picture', png, 'x is a picture (image/png, 16 bytes), and this model cannot see pictures.'],
  ])('%s', async (_, bytes, words) => {
    const { run } = await room({ x: bytes })
    expect((await run('read_file', { path: 'x' })).content).toContain(words)
  })

  test('a picture goes to a model that can see', async () => {
    const { run } = await room({ 'a.png': png })
    const { image, isError, content } = await run('read_file', { path: 'a.png' }, { seesImages: true })
    expect(image).toEqual({ mime: 'image/png', bytes: png })
    expect({ isError, content }).toEqual({ isError: false, content: '[a.png: picture, image/png, 16 bytes]' })
  })

  test('more than can be read', async () => {
    const { run, root } = await room()
    await writeFile(join(root, 'large'), Buffer.alloc(16 * 1_024 * 1_024 + 1, 'a'))
    const { content, failure } = await run('read_file', { path: 'large' })
    expect(failure).toEqual({ code: 'limit', reason: null })
    expect(content).toContain('large has 16,777,217 bytes; files of more than 16,777,216 are not read.')
  })

  test('a folder tells what is in it', async () => {
    const { run, root } = await room({ 'src/b.ts': '', 'src/a.ts': '', 'src/deep/c.ts': '' })
    await mkdir(join(root, 'none'))
    expect((await run('read_file', { path: 'src/' })).content).toBe('src is a folder. In it: a.ts, b.ts, deep/')
    expect((await run('read_file', { path: '.' })).content).toBe('The workspace is a folder. In it: none/, src/')
    expect((await run('read_file', { path: 'none' })).content).toBe('none is an empty folder.')
  })

  test('what is not there is told with what is like it', async () => {
    const { run } = await room({ 'src/settings-store.ts': '', 'src/main.ts': '', 'README.md': '' })
    const { content, failure } = await run('read_file', { path: 'src/settings_store.ts' })
    expect(failure).toEqual({ code: 'not-found', reason: null })
    expect(content).toBe('There is no file src/settings_store.ts. Files with such a name: src/settings-store.ts')
    expect((await run('read_file', { path: 'readme.txt' })).content).toContain('README.md')
    expect((await run('read_file', { path: 'src/zzz' })).content).toBe('There is no file src/zzz.')
    expect((await run('read_file', { path: 'README.md/x' })).content).toBe(
      'A part of README.md/x is a file, not a folder.',
    )
    expect((await run('read_file', { path: 'no/such/file' })).content).toBe('There is no file no/such/file.')
  })
})

test('a file with a second name asks, and is read when a person allows it', async () => {
  const { run, root } = await room({ 'a.txt': 'words' })
  await link(join(root, 'a.txt'), join(root, 'b.txt'))
  expect(await run('read_file', { path: 'b.txt' })).toMatchObject({ failure: { code: 'denied', reason: 'hard-link' } })
  expect((await run('read_file', { path: 'b.txt' }, { permitted: ['hard-link'] })).content).toBe('words')
})

test('a link that stays in the workspace is followed where the system can tell, and never for writing', async () => {
  const { run, root, workspace } = await room({ 'real/a.txt': 'words' })
  await symlink('real', join(root, 'folder'))
  await symlink('real/a.txt', join(root, 'file'))
  const isFollowed = workspace.root.checking === 'descriptor'
  expect((await run('read_file', { path: 'folder/a.txt' })).content === 'words').toBe(isFollowed)
  expect((await run('read_file', { path: 'file' })).content === 'words').toBe(isFollowed)
  const { content, failure } = await run('write_file', { path: 'file', content: 'x' })
  expect(failure).toEqual({ code: 'denied', reason: 'link' })
  if (isFollowed)
    expect(content).toBe('file is a link, and files are not written through links. Write to the file it points to.')
})

test('an absolute path inside the workspace is as good as a relative one', async () => {
  const { run, root } = await room({ 'a.txt': 'here' })
  expect((await run('read_file', { path: join(root, 'a.txt') })).content).toBe('here')
  expect((await run('read_file', { path: `${root}/./b/../a.txt` })).content).toBe('here')
})

test('any bytes whatever have an outcome', async () => {
  const { run, root } = await room()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('', '\ufeff'), async (bytes, mark) => {
      await writeFile(join(root, 'any'), Buffer.concat([Buffer.from(mark), bytes]))
      const outcome = await run('read_file', { path: 'any' }, { characters: 300 })
      expect(outcome.content.length).toBeLessThanOrEqual(300)
      expect(outcome.content).not.toMatch(/\p{Surrogate}/u)
    }),
    { numRuns: 300 },
  )
})
