// Words of a path: whatever they are, they lead below the root or are refused. And the names that are never written, or ask.

import { symlink, writeFile } from 'node:fs/promises'
import { isAbsolute, join, posix, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesOf, shownPath } from '../../electron/services/tools/workspace/paths.ts'
import { isSecret, isWriteProtected } from '../../shared/protected-names.ts'
import { room } from './room.ts'

const root = '/srv/ws'

describe('names below the root', () => {
  test.each<[string, string[]]>([
    ['a.txt', ['a.txt']],
    ['./a//b/../c/', ['a', 'c']],
    ['/srv/ws/a', ['a']],
    ['/srv/./ws//a', ['a']],
    ['/srv/ws', []],
    ['.', []],
    ['', []],
    ['a/..', []],
    ['...', ['...']],
    ['a\\b', ['a\\b']],
    ['a~b', ['a~b']],
  ])('%j', (path, names) => {
    expect(namesOf(path, [root], 'linux')).toEqual(names)
  })

  test.each([
    '..',
    '../ws',
    'a/../..',
    '/',
    '/srv',
    '/srv/ws-evil/a',
    '/srv/ws/../x',
    '/srv/WS/a',
    '~',
    '~/a',
    '~root/a',
  ])('refused: %j', (path) => {
    expect(() => namesOf(path, [root], 'linux')).toThrow(expect.objectContaining({ reason: 'outside' }))
  })

  test.each<[string, string[]]>([
    ['src\\a.ts', ['src', 'a.ts']],
    ['C:\\Srv\\ws\\a', ['a']],
    ['c:/srv/WS/a', ['a']],
  ])('on Windows: %j', (path, names) => {
    expect(namesOf(path, ['C:\\srv\\ws'], 'win32')).toEqual(names)
  })

  test.each([
    'D:\\srv\\ws\\a',
    '\\\\host\\share\\a',
    'C:a',
    '\\a',
    '..\\a',
    'a.txt:stream',
    'NUL',
    'com1.txt',
    'a.',
    'a ',
  ])('refused on Windows: %j', (path) => {
    expect(() => namesOf(path, ['C:\\srv\\ws'], 'win32')).toThrow()
  })
})

/** Parts that have led out of somewhere before. */
const hostile = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '...',
    '~',
    '/',
    '\0',
    'ws',
    'ws-evil',
    'proc',
    'self',
    'root',
    'etc',
    'passwd',
    'link',
    'out',
  ),
  fc.constantFrom(
    '..\\',
    '%2e%2e',
    '\u2025',
    '．．',
    '..;',
    ' ..',
    '.. ',
    '..\u200b',
    '\u202e..',
    'C:',
    'a'.repeat(300),
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const path = fc
  .tuple(fc.constantFrom('', '/', '//', '/srv/ws/', './'), fc.array(hostile, { maxLength: 8 }))
  .map(([start, parts]) => start + parts.join('/'))

/** So that some lead to a file for certain. */
const harmless = fc.constantFrom('.', 'a.txt', './ws/../', 'ws/etc/passwd')

test('no path whatever leads outside by its words', () => {
  let followed = 0
  fc.assert(
    fc.property(path, (given) => {
      let names: string[]
      try {
        names = namesOf(given, [root], 'linux')
      } catch (thrown) {
        expect(thrown).toHaveProperty('failure.code', expect.stringMatching(/^(denied|invalid-input)$/))
        return
      }
      followed++
      const reached = posix.join(root, ...names)
      const way = relative(root, reached)
      expect(way.split('/')[0]).not.toBe('..')
      expect(isAbsolute(way)).toBe(false)
      // What the system would make of the words is the same place.
      expect(posix.resolve(root, given)).toBe(reached)
    }),
    { numRuns: 5_000 },
  )
  expect(followed).toBeGreaterThan(500)
})

test('no path whatever reads what lies outside, links and all', async () => {
  const { run, around, root } = await room({ 'a.txt': 'inside', 'ws/etc/passwd': 'inside' })
  const secret = 'the secret outside'
  await writeFile(join(around, 'passwd'), secret)
  await symlink(around, join(root, 'out'))
  await symlink(join(around, 'passwd'), join(root, 'link'))
  await symlink('/', join(root, 'root'))
  let inside = 0
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 4, arbitrary: path }, harmless),
      fc.constantFrom('', '/passwd', '/a.txt'),
      async (given, end) => {
        const { content, isError, failure } = await run('read_file', { path: `${given}${end}` })
        expect(content).not.toContain(secret)
        expect(content).not.toContain('root:x:0')
        if (!isError) inside++
        else expect(failure?.code).toMatch(/^(denied|invalid-input|not-found)$/)
      },
    ),
    { numRuns: 500 },
  )
  expect(inside).toBeGreaterThan(5)
})

test('a path in a sentence is one short line', () => {
  expect(shownPath('a\nb\u2028c\u001b[31m')).toBe('a?b?c?[31m')
  expect(shownPath('a'.repeat(5_000))).toHaveLength(203)
})

describe('A17: names that are never written', () => {
  test.each([
    '.git',
    '.GIT/config',
    '.git /config',
    '.git./config',
    '.g\u200cit/config',
    '．git/config',
    '.git::$INDEX_ALLOCATION/config',
    'GIT~1/config',
    'vendor/lib/.git/hooks/pre-commit',
    '.vscode/tasks.json',
    '.idea/x',
    '.husky/pre-commit',
    '.envrc',
    'sub/.mcp.json',
    'AGENTS.md',
    'sub/agents.MD',
    'CLAUDE.md',
    '.claude/settings.json',
    '.cursor/rules/x.mdc',
    'skills/x/SKILL.md',
    '.github/copilot-instructions.md',
  ])('%j', async (name) => {
    expect(isWriteProtected(name.split('/'))).toBe(true)
    const { run } = await room()
    const { failure, content } = await run('write_file', { path: name, content: 'x' })
    expect(failure).toEqual({ code: 'denied', reason: 'protected' })
    expect(content).toContain('is protected: file tools do not write there')
  })

  test.each(['.gitignore', '.github/workflows/a.yml', 'git', 'digit/a', '.gitx', 'agents.txt', 'vscode/a'])(
    'others are written: %j',
    async (name) => {
      const { run } = await room()
      expect(await run('write_file', { path: name, content: 'x' })).toMatchObject({ isError: false })
    },
  )

  test('they can be read', async () => {
    const { run } = await room({ '.git/config': 'harmless', 'AGENTS.md': 'words' })
    expect((await run('read_file', { path: '.git/config' })).content).toBe('harmless')
    expect((await run('read_file', { path: 'AGENTS.md' })).content).toBe('words')
  })
})

describe('names that ask', () => {
  test.each([
    '.env',
    '.ENV',
    '.env.local',
    'sub/.env.production',
    'id_rsa',
    '.ssh/config',
    'a.pem',
    'KEY.PEM',
    '.npmrc',
    '.env ',
  ])('%j', async (name) => {
    expect(isSecret(name.split('/'))).toBe(true)
    const { run } = await room({ [name]: 'secret' })
    for (const [tool, more] of [
      ['read_file', {}],
      ['write_file', { content: 'x' }],
      ['edit_file', { old_text: 'secret', new_text: 'x' }],
    ] as const) {
      const refused = await run(tool, { path: name, ...more })
      expect(refused).toMatchObject({ isError: true, failure: { code: 'denied', reason: 'secret' } })
      expect(refused.content).toContain('It is not opened unless the person allows it.')
    }
    expect((await run('read_file', { path: name }, { permitted: ['secret'] })).content).toBe('secret')
    expect(await run('write_file', { path: name, content: 'x' }, { permitted: ['secret'] })).toMatchObject({
      isError: false,
    })
  })

  test.each(['.env.example', '.env.sample', 'environment.ts', 'keys.ts', 'id_rsa.pub', 'pem'])(
    'others do not: %j',
    (name) => {
      expect(isSecret(name.split('/'))).toBe(false)
    },
  )

  test('what a person has allowed goes no further', async () => {
    const { run } = await room()
    const permitted = ['secret', 'outside', 'protected', 'link', 'special', 'workspace'] as const
    expect(await run('write_file', { path: '.git/x', content: '' }, { permitted })).toMatchObject({
      failure: { reason: 'protected' },
    })
    expect(await run('read_file', { path: '../x' }, { permitted })).toMatchObject({ failure: { reason: 'outside' } })
  })
})
