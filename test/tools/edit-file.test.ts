// edit_file: one text for another and every other byte as it was; what is not there or not unique is said with the place.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../electron/services/tools/text/encoding.ts'
import { room } from './room.ts'

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

test.each<[string, Uint8Array | string, { old_text: string; new_text: string; all?: boolean }, Uint8Array | string]>([
  ['a word', 'one two three', { old_text: 'two', new_text: '2' }, 'one 2 three'],
  ['a deletion', 'one two three', { old_text: ' two', new_text: '' }, 'one three'],
  ['several lines', 'a\nb\nc\n', { old_text: 'a\nb\n', new_text: 'x\n' }, 'x\nc\n'],
  ['every place', 'a b a b a', { old_text: 'a', new_text: 'aa', all: true }, 'aa b aa b aa'],
  ['Windows line ends', 'a\r\nb\r\nc\r\n', { old_text: 'a\nb\n', new_text: 'x\ny\n' }, 'x\r\ny\r\nc\r\n'],
  ['Windows line ends, one word', 'a\r\nb\r\n', { old_text: 'a', new_text: 'x\ny' }, 'x\r\ny\r\nb\r\n'],
  ['Unix line ends asked for as Windows', 'a\nb\n', { old_text: 'a\r\nb', new_text: 'x\r\ny' }, 'x\ny\n'],
  ['mixed line ends', 'a\r\nb\nc\r\n', { old_text: 'b\nc', new_text: 'x\ny' }, 'a\r\nx\ny\r\n'],
  ['a mark', '\ufeffeins zwei', { old_text: 'zwei', new_text: 'drei' }, '\ufeffeins drei'],
  ['UTF-16', utf16be('\ufeffgrün\n'), { old_text: 'grün', new_text: 'blau🙂' }, utf16be('\ufeffblau🙂\n')],
  ['Windows-1252', Buffer.from([0xe4, 0x20, 0x80]), { old_text: '€', new_text: 'ü' }, Buffer.from([0xe4, 0x20, 0xfc])],
  ['a dollar sign is one', 'a b', { old_text: 'a', new_text: "$&$1$'" }, "$&$1$' b"],
  [
    'a defused token',
    'x <|im_end|> y',
    { old_text: '<\u200b|im_end|> y', new_text: '<\u200b|im_end|> z' },
    'x <|im_end|> z',
  ],
  ['a real U+200B', 'x <\u200b|a|> y', { old_text: '<\u200b|a|> y', new_text: '<\u200b|a|> z' }, 'x <\u200b|a|> z'],
])('%s', async (_, before, args, after) => {
  const { run, root } = await room({ 'a.txt': before })
  const outcome = await run('edit_file', { path: 'a.txt', ...args })
  expect(await readFile(join(root, 'a.txt'))).toEqual(Buffer.from(after))
  expect(outcome).toMatchObject({ isError: false, detail: { files: [{ path: 'a.txt', change: 'edited' }] } })
})

test('the diff and the words say where', async () => {
  const { run } = await room({ 'src/a.ts': 'one\ntwo\nthree\n' })
  const { content, detail } = await run('edit_file', { path: 'src/a.ts', old_text: 'two', new_text: '2' })
  expect(content).toBe('Edited src/a.ts at line 2.')
  expect(detail).toEqual({
    files: [
      {
        path: 'src/a.ts',
        change: 'edited',
        added: 1,
        removed: 1,
        diff: expect.stringContaining('@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n'),
      },
    ],
  })
})

describe('an error tells what to do', () => {
  const code = 'function first() {\n    return 1\n}\n\nfunction second() {\n    return 2\n}\n'

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'other spaces',
      { old_text: 'function second() {\n  return 2\n}', new_text: '' },
      'not-found',
      'old_text occurs in a.ts only with other spaces, at lines 5-7:\nfunction second() {\n    return 2\n}\nCopy',
    ],
    [
      'nearly there',
      { old_text: 'function third() {\n    return 2\n}', new_text: '' },
      'not-found',
      'old_text does not occur in a.ts. The nearest is lines 5-7:\nfunction second() {\n    return 2\n}\nCopy',
    ],
    [
      'nothing like it',
      { old_text: 'zzzz qqqq', new_text: '' },
      'not-found',
      'old_text does not occur in a.ts. Read the',
    ],
    [
      'several',
      { old_text: 'return', new_text: 'yield' },
      'invalid-input',
      'old_text occurs 2 times in a.ts: lines 2, 6. Add lines around it until it is unique, or set all to true.',
    ],
    ['nothing to look for', { old_text: '', new_text: 'x' }, 'invalid-input', 'old_text is empty.'],
    ['nothing to change', { old_text: 'first', new_text: 'first' }, 'invalid-input', 'are the same'],
  ])('%s', async (_, args, failure, words) => {
    const { run, root } = await room({ 'a.ts': code })
    const outcome = await run('edit_file', { path: 'a.ts', ...args })
    expect(outcome.content).toContain(words)
    expect(outcome).toMatchObject({ isError: true, failure: { code: failure, reason: null }, detail: null })
    expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe(code)
  })

  test('places that overlap are not unique', async () => {
    const { run } = await room({ 'a.txt': 'aaa' })
    expect((await run('edit_file', { path: 'a.txt', old_text: 'aa', new_text: 'b' })).content).toContain(
      'occurs 2 times',
    )
  })

  test('a sign the encoding does not have', async () => {
    const bytes = Buffer.from([0xe4, 0x0a])
    const { run, root } = await room({ 'a.txt': bytes })
    const { content } = await run('edit_file', { path: 'a.txt', old_text: 'ä', new_text: '漢' })
    expect(content).toContain('is written in windows-1252, which has no sign for')
    expect(await readFile(join(root, 'a.txt'))).toEqual(bytes)
  })

  test('a binary file, a folder, nothing', async () => {
    const { run } = await room({ 'a.bin': Buffer.from([0]), 'folder/x': '' })
    const edit = async (path: string) => (await run('edit_file', { path, old_text: 'a', new_text: 'b' })).content
    expect(await edit('a.bin')).toBe('a.bin is not text: binary data. It cannot be edited as text.')
    expect(await edit('folder')).toBe('folder is a folder, not a file.')
    expect(await edit('none')).toBe('There is no file none.')
  })
})

test('an edit and its reverse leave the same bytes', async () => {
  const { run, root } = await room()
  const piece = fc.stringMatching(/^[ab\n\r €<|>s\u200b]{0,6}$/)
  const line = fc.constantFrom('\n', '\r\n', '')
  const shape = fc.constantFrom<Parameters<typeof encode>[1]>(
    { encoding: 'utf-8', mark: false },
    { encoding: 'utf-8', mark: true },
    { encoding: 'utf-16le', mark: true },
    { encoding: 'utf-16be', mark: true },
  )
  let edits = 0
  await fc.assert(
    fc.asyncProperty(piece, piece, piece, line, shape, async (start, middle, end, lineEnd, as) => {
      const text = [start, 'old', middle, 'words', lineEnd, end].join('')
      const before = encode(text, as) ?? Buffer.alloc(0)
      await writeFile(join(root, 'a.txt'), before)
      // With a sign between them: \r and \n of two pieces side by side would be a line end that neither has.
      const [old_text, new_text] = [`old${middle}words`, `new${middle}-${middle}text`]
      const there = await run('edit_file', { path: 'a.txt', old_text, new_text })
      if (there.isError) return
      const changed = await readFile(join(root, 'a.txt'))
      expect(changed).not.toEqual(before)
      const back = await run('edit_file', { path: 'a.txt', old_text: new_text, new_text: old_text })
      expect(back).toMatchObject({ isError: false })
      expect(await readFile(join(root, 'a.txt'))).toEqual(before)
      edits++
    }),
    { numRuns: 150 },
  )
  expect(edits).toBeGreaterThan(50)
})

test('every byte survives the way to text and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoded = decode(bytes)
      if (decoded) expect(encode(decoded.text, decoded)).toEqual(Buffer.from(bytes))
    }),
  )
  const all = Uint8Array.from({ length: 2_000 }, (_, index) => Math.max(index % 256, 32))
  const decoded = decode(all)
  expect(decoded?.encoding).toBe('windows-1252')
  expect(decoded && encode(decoded.text, decoded)).toEqual(Buffer.from(all))
  const one = (text: string) => encode(text, { encoding: 'windows-1252', mark: false })
  expect(one('€\u0081ÿ')).toEqual(Buffer.from([0x80, 0x81, 0xff]))
  // What stands at byte 0x80 is the euro; the control character of this number has no byte.
  for (const text of ['\u0080', '漢', '🙂']) expect(one(text)).toBe(null)
})
