// ripgrep only proposes: what it says is opened, checked and matched again, and without it the answers are the same.
import { execFileSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canPropose, findRipgrep } from '../../electron/services/tools/workspace/ripgrep.ts'
import { searchLimits } from '../../electron/services/tools/workspace/search.ts'
import { temporaryFolder } from '../support/temp.ts'
import { room } from './room.ts'

const always = { ...searchLimits, proposedFrom: 0 }
const isPosix = process.platform !== 'win32'

/** A folder with a program of this name that does what the shell script says. */
async function folderWith(script: string): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'rg'), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'rg'), 0o755)
  return folder
}

describe.skipIf(!isPosix)('a program of this name', () => {
  test('is found on the path, and never in the workspace or in a relative folder', async () => {
    const folder = await folderWith('exit 0')
    const { root, put } = await room()
    await put({ 'bin/rg': '#!/bin/sh\n' })
    await chmod(join(root, 'bin/rg'), 0o755)
    const find = (...folders: string[]) => findRipgrep({ PATH: folders.join(delimiter) }, root)
    expect(await find('/nowhere', folder)).toBe(join(folder, 'rg'))
    expect(await find(join(root, 'bin'), folder)).toBe(join(folder, 'rg'))
    expect(await find(join(root, 'bin'))).toBe(null)
    expect(await find('bin', '.', '')).toBe(null)
    expect(await findRipgrep({}, root)).toBe(null)
  })

  test('that lies is not believed', async () => {
    const PATH = await folderWith(String.raw`printf './.env\0./a.txt\0./b.txt\0../outside\0/etc/passwd\0'`)
    const { run } = await room({ '.env': 'word', 'a.txt': 'word', 'b.txt': 'other' }, undefined, always, { PATH })
    expect((await run('search_files', { query: 'word' })).content).toBe(
      'a.txt:1: word\n[1 files were too large, secret or not to be opened, and were not searched]',
    )
  })

  test('is given the words and the paths as they are, and nothing of the environment', async () => {
    const told = await temporaryFolder()
    const PATH = await folderWith(`{ printf '%s|' "$@"; env; } > ${told}/told; exit 1`)
    const { run } = await room({ '--pre=x': '', 'a b.txt': 'word' }, undefined, always, { PATH })
    await run('search_files', { query: '-e $(id)' })
    const words = execFileSync('cat', [join(told, 'told')], { encoding: 'utf8' })
    expect(words).toContain('|--regexp|-e $(id)|--|./--pre=x|./a b.txt|')
    expect(words).toContain('--no-config|')
    // The shell makes some of its own; these are the test's.
    expect(process.env).toHaveProperty('HOME')
    expect(words).not.toContain('HOME=')
  })

  test.each(['exit 2', 'kill -9 $$', 'printf "./nothing"; exit 2'])(
    'that fails (%s) is done without',
    async (script) => {
      const PATH = await folderWith(script)
      const { run } = await room({ 'a.txt': 'word' }, undefined, always, { PATH })
      expect((await run('search_files', { query: 'word' })).content).toBe('a.txt:1: word')
    },
  )

  test('that hangs ends with the time there is, or with Stop', async () => {
    const PATH = await folderWith('exec sleep 1000')
    const late = await room({ 'a.txt': 'word' }, undefined, { ...always, milliseconds: 200 }, { PATH })
    expect((await late.run('search_files', { query: 'word' })).content).toContain('[stopped for want of time')
    const { tools } = await room({ 'a.txt': 'word' }, undefined, always, { PATH })
    const stop = new AbortController()
    const running = tools.run('search_files', { query: 'word' }, stop.signal)
    stop.abort()
    expect(await running).toMatchObject({ failure: { code: 'cancelled' } })
  })
})

test('it is asked only where it cannot miss what we would find', () => {
  expect(canPropose('plain words (a.b) [x]', false)).toBe(true)
  for (const [query, isPattern] of [
    ['a', true],
    ['grün', false],
    ['a\nb', false],
    ['', false],
  ] as const) {
    expect(canPropose(query, isPattern)).toBe(false)
  }
})

const installed = await findRipgrep(process.env, '/nowhere')

test.skipIf(installed === null)('with it and without it the answers are the same', async () => {
  const piece = fc.constantFrom('word', 'Word', ' ', '\n', '\r\n', 'ä', '\0', '<|x|>', 'x'.repeat(300), '-', 'o')
  const content = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const encoded = fc
    .tuple(content, fc.constantFrom('utf8', 'latin1', 'utf16'))
    .map(([text, encoding]) =>
      encoding === 'utf16' ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text, encoding as 'utf8' | 'latin1'),
    )
  const name = fc.constantFrom(
    'a.txt',
    'src/b.ts',
    'src/-c',
    'word.md',
    '.hidden',
    'deep/er/Word',
    'x.log',
    '.env',
    'a b',
  )
  let found = 0
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, encoded),
      fc.constantFrom('word', 'Word', 'wo', '-', '<|', 'x'),
      async (files, query) => {
        const all = { ...files, '.gitignore': '*.log' }
        const answers: string[] = []
        for (const environment of [{}, process.env]) {
          const { run } = await room(all, undefined, always, environment)
          answers.push((await run('search_files', { query })).content)
        }
        expect(answers[1]).toBe(answers[0])
        if (answers[0]?.includes(':1:')) found++
      },
    ),
    { numRuns: 60 },
  )
  expect(found).toBeGreaterThan(5)
})
