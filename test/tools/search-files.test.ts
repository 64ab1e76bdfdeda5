// search_files: what is found and where, what is left out, and that no query and no folder can hold it up.
import { execFileSync } from 'node:child_process'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { searchLimits } from '../../electron/services/tools/workspace/search.ts'
import { room } from './room.ts'

const project = {
  'README.md': 'A project\nwith a Needle in it\n',
  'src/needle.ts': 'export const hay = 1\n',
  'src/main.ts': 'import { hay } from "./needle.ts"\n\nconsole.log(hay) // needle\n',
  'src/deep/er/more.ts': 'nothing\n',
}

test.each<[string, Record<string, unknown>, string]>([
  [
    'names and contents',
    { query: 'needle' },
    [
      'Files with such a name:\nsrc/needle.ts\n',
      'README.md:2: with a Needle in it',
      'src/main.ts:1: import { hay } from "./needle.ts"',
      'src/main.ts:3: console.log(hay) // needle',
    ].join('\n'),
  ],
  ['capital letters count when there are some', { query: 'Needle' }, 'README.md:2: with a Needle in it'],
  ['a folder', { query: 'needle', path: 'src/deep' }, 'Nothing found (1 files searched).'],
  ['a file', { query: 'hay', path: 'src/needle.ts' }, 'src/needle.ts:1: export const hay = 1'],
  ['a pattern', { query: '^import .*\\.ts"$', regex: true }, 'src/main.ts:1: import { hay } from "./needle.ts"'],
  ['a pattern of a name', { query: '^more\\.', regex: true }, 'Files with such a name:\nsrc/deep/er/more.ts'],
  ['words that look like a pattern', { query: 'log(hay)' }, 'src/main.ts:3: console.log(hay) // needle'],
  ['a path', { query: 'deep/er' }, 'Files with such a name:\nsrc/deep/er/more.ts'],
  ['nothing', { query: 'zebra' }, 'Nothing found (4 files searched).'],
])('%s', async (_, args, content) => {
  const { run } = await room(project)
  expect(await run('search_files', args)).toMatchObject({ content, isError: false, failure: null })
})

test.each<[string, Record<string, unknown>, string, string]>([
  ['no pattern', { query: '(', regex: true }, 'invalid-input', 'query is not a regular expression that can be used'],
  [
    'look-ahead',
    { query: 'a(?=b)', regex: true },
    'invalid-input',
    'Look-around and back-references do not exist here',
  ],
  ['a back-reference', { query: '(a)\\1', regex: true }, 'invalid-input', 'Look-around and back-references'],
  ['no words', { query: '' }, 'invalid-input', 'query must be a text that is not empty'],
  ['too many words', { query: 'a'.repeat(1_001) }, 'limit', 'query is longer than 1,000 characters'],
  ['nowhere', { query: 'a', path: 'none' }, 'not-found', 'There is no file none.'],
  ['outside', { query: 'a', path: '..' }, 'denied', 'outside the workspace'],
])('refused: %s', async (_, args, code, words) => {
  const { run } = await room(project)
  const { content, failure } = await run('search_files', args)
  expect(failure?.code).toBe(code)
  expect(content).toContain(words)
})

test('the same is found in every encoding, and binary files are passed over', async () => {
  const { run } = await room({
    '1.txt': Buffer.from('\ufeffgrün\n', 'utf16le'),
    '2.txt': Buffer.from([0x67, 0x72, 0xfc, 0x6e, 0x0d, 0x0a]),
    '3.txt': 'grün\r\n',
    '4.bin': Buffer.from('grün\0'),
  })
  expect((await run('search_files', { query: 'grün' })).content).toBe('1.txt:1: grün\n2.txt:1: grün\n3.txt:1: grün')
  expect((await run('search_files', { query: 'grün$', regex: true })).content).toContain('2.txt:1: grün\n3.txt:1: grün')
})

describe('ignore files', () => {
  /** Files whose every one holds the word; what is left out is git's to say. */
  const files = {
    '.gitignore': '*.log\n/build/\nignored/\n!important.log\n# comment\n\\#odd\ndoc/**/draft\n',
    'a.log': 'word',
    'important.log': 'word',
    'build/out.js': 'word',
    'sub/build/out.js': 'word',
    'ignored/a.txt': 'word',
    'doc/x/y/draft': 'word',
    'doc/x/y/final': 'word',
    '#odd': 'word',
    'sub/.gitignore': '!b.log\nonly-here\n',
    'sub/b.log': 'word',
    'sub/c.log': 'word',
    'sub/only-here': 'word',
    'only-here': 'word',
    'Build/x': 'word',
  }

  test('leave out exactly what git leaves out', async () => {
    const { run, root } = await room(files)
    execFileSync('git', ['init', '-q'], { cwd: root })
    const others = execFileSync('git', ['ls-files', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    const { content } = await run('search_files', { query: 'word' })
    expect(
      content
        .split('\n')
        .map((line) => line.replace(':1: word', ''))
        .sort(),
    ).toEqual(
      others
        .split('\n')
        .filter((name) => name !== '' && !name.endsWith('.gitignore'))
        .sort(),
    )
  })

  test('what is asked for by its name is searched all the same', async () => {
    const { run } = await room(files)
    expect((await run('search_files', { query: 'word', path: 'build' })).content).toBe('build/out.js:1: word')
    expect((await run('search_files', { query: 'word', path: 'sub' })).content).not.toContain('c.log')
    expect((await run('search_files', { query: 'word', path: 'a.log' })).content).toBe('a.log:1: word')
  })

  test('node_modules and .git are left out unless they are named', async () => {
    const { run } = await room({ 'node_modules/x/a.js': 'word', '.git/config': 'word', 'a.js': 'word' })
    expect((await run('search_files', { query: 'word' })).content).toBe('a.js:1: word')
    expect((await run('search_files', { query: 'word', path: 'node_modules/x' })).content).toContain('a.js:1: word')
  })

  test('rules made to take for ever do not', async () => {
    const stars = Array.from({ length: 40 }, () => '*a').join('')
    const folders = Array.from({ length: 20 }, () => '**/a').join('/')
    const { run } = await room({
      '.gitignore': `${stars}b\n${folders}/b\n`,
      ['a'.repeat(250)]: 'word',
      'z.txt': 'word',
    })
    const started = performance.now()
    expect((await run('search_files', { query: 'word' })).content).toContain('z.txt:1: word')
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('bounds', () => {
  test('lines of a file, lines of all, names', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`word-${String(index).padStart(2, '0')}.txt`, 'word\n'.repeat(12)]),
    )
    const { run } = await room(files)
    const { content } = await run('search_files', { query: 'word' })
    expect(content).toContain('Files with such a name:\nword-00.txt\n')
    expect(content).toContain('word-00.txt:10: word\n[more lines in word-00.txt]\nword-01.txt:1: word')
    expect(content.match(/^word-\d\d\.txt:\d+: word$/gm)).toHaveLength(100)
    expect(content).toContain('[stopped after 100 lines; narrow the query or the path]')
    const many = await room(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`word${index}`, ''])))
    expect((await many.run('search_files', { query: 'word' })).content).toMatch(/(\nword\d+){20}\n\[5 more names\]$/)
  })

  test('a long line is shown around what was found', async () => {
    const { run } = await room({ 'a.min.js': `${'x'.repeat(50_000)}word${'y'.repeat(50_000)}` })
    const { content } = await run('search_files', { query: 'word' })
    expect(content).toMatch(/^a\.min\.js:1: \[\.\.\.\]x+wordy+\[\.\.\.\]$/)
    expect(content.length).toBeLessThan(250)
  })

  test('large files, secrets, files with a second name and links are not looked into', async () => {
    const { run, root, around } = await room({ 'a.txt': 'word', '.env': 'word', 'large.txt': 'word' })
    await writeFile(join(root, 'large.txt'), `word${' '.repeat(searchLimits.fileBytes)}`)
    await writeFile(join(around, 'outside.txt'), 'word')
    await link(join(around, 'outside.txt'), join(root, 'hard.txt'))
    await symlink(join(around, 'outside.txt'), join(root, 'soft.txt'))
    await symlink(around, join(root, 'folder'))
    await symlink('.', join(root, 'loop'))
    const { content } = await run('search_files', { query: 'word' })
    expect(content).toBe('a.txt:1: word\n[3 files were too large, secret or not to be opened, and were not searched]')
    const permitted = await run('search_files', { query: 'word' }, { permitted: ['secret'] })
    expect(permitted.content).toContain('.env:1: word')
  })

  test('time, files, and folders in folders', async () => {
    const limits = { ...searchLimits, milliseconds: -1 }
    const late = await room(project, undefined, limits)
    expect((await late.run('search_files', { query: 'hay' })).content).toContain(
      '[stopped for want of time after 0 files',
    )
    const few = await room(project, undefined, { ...searchLimits, files: 2 })
    expect((await few.run('search_files', { query: 'hay' })).content).toContain(
      '[stopped after 2 files; narrow the path]',
    )
    const deep = await room()
    await mkdir(join(deep.root, 'd/'.repeat(80)), { recursive: true })
    await writeFile(join(deep.root, 'd/'.repeat(80), 'a.txt'), 'word')
    expect((await deep.run('search_files', { query: 'word' })).content).toContain('1 files were too large')
  })

  test('D47 a pattern made to take for ever does not, and the process answers meanwhile', async () => {
    const { run } = await room({ 'a.txt': `${'a'.repeat(19_000)}!\n`.repeat(60) + 'a'.repeat(30_000) })
    let longestHold = 0
    let isDone = false
    const watching = (async () => {
      for (let last = performance.now(); !isDone; last = performance.now()) {
        await turn()
        longestHold = Math.max(longestHold, performance.now() - last)
      }
    })()
    const started = performance.now()
    const { content } = await run('search_files', { query: '(a+)+$|(a|aa)+b|(a*)*c', regex: true })
    const ms = performance.now() - started
    isDone = true
    await watching
    expect(content).toBe(
      'Nothing found (1 files searched).\n[1 lines of more than 20,000 characters were not tried; look for plain words in them]',
    )
    expect(ms).toBeLessThan(searchLimits.milliseconds)
    expect(longestHold).toBeLessThan(ms / 2)
  })

  test('Stop ends it in its middle', async () => {
    const { tools, put } = await room()
    await put(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}.txt`, 'a\n'.repeat(2_000)])))
    const stop = new AbortController()
    const running = tools.run('search_files', { query: 'b+c', regex: true }, stop.signal)
    await turn()
    const stopped = performance.now()
    stop.abort()
    expect(await running).toMatchObject({ isError: true, failure: { code: 'cancelled', reason: null } })
    expect(performance.now() - stopped).toBeLessThan(300)
  })
})

test('D47 10,000 files in bounded time', { timeout: 120_000 }, async () => {
  const { run, put } = await room()
  const body = 'a line of words that is like many others in a project\n'.repeat(40)
  const files: Record<string, string> = {}
  for (let index = 0; index < 10_000; index++) files[`f${index % 200}/file-${index}.txt`] = `${body}number ${index}\n`
  await put(files)
  for (const [query, regex] of [
    ['number 9876', false],
    ['number 98[7]6$', true],
  ] as const) {
    const started = performance.now()
    const { content } = await run('search_files', { query, regex })
    const ms = performance.now() - started
    if (process.env['CARREL_SHOW_TIMES']) console.log(`${query}: ${Math.round(ms)} ms`)
    expect(content).toBe('f76/file-9876.txt:41: number 9876')
    expect(ms).toBeLessThan(searchLimits.milliseconds)
  }
})
