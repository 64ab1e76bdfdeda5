// `carrel sessions search` and `carrel index`, as built, with the real index process.
import { execFile } from 'node:child_process'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type SearchAnswer, searchAnswer } from '../../shared/search.ts'
import { type Library, library, talk } from '../search/library.ts'
import { header, message } from '../support/session-lines.ts'

const program = join(import.meta.dirname, '..', '..', 'dist', 'electron', 'cli.cjs')

async function carrel({ home }: Library, ...words: string[]): Promise<{ code: number; out: string; error: string }> {
  return await new Promise((resolve) => {
    const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' }
    execFile(
      process.execPath,
      [program, '--home', home, ...words],
      { env: environment, cwd: '/' },
      (failed, out, error) =>
        resolve({ code: typeof failed?.code === 'number' ? failed.code : failed ? -1 : 0, out, error }),
    )
  })
}

async function shelf(): Promise<Library> {
  const made = await library()
  await made.write(
    'log',
    { ...header, workspace: '/home/me/tides' },
    ...talk('Where is the almanac?', 'The almanac is on the second shelf.').slice(1),
  )
  await made.write(
    'old',
    ...talk('An almanac of 1999', 'Which one?'),
    message('q2', 'a1', { content: 'the almanac with the red back' }),
  )
  await rename(made.at('old'), made.at('old', true))
  return made
}

const json = (out: string): SearchAnswer => searchAnswer().parse(JSON.parse(out))

test('hits as JSON have what scripts need: where, which words, how good, and how far the index is', async () => {
  const made = await shelf()
  const { code, out } = await carrel(made, 'sessions', 'search', '--json', 'almanac', '--all', '--kind', 'message')
  expect(code).toBe(0)
  const { hits, index, total } = json(out)
  expect(hits.map(({ sessionId, entryId, archived }) => `${sessionId}/${entryId} ${archived}`).sort()).toEqual([
    'log/a1 false',
    'log/q1 false',
    'old/q1 true',
    'old/q2 true',
  ])
  for (const { snippet, ranges } of hits)
    expect(ranges.map(([from, to]) => snippet.slice(from, to))).toEqual(['almanac'])
  expect([total, index.state, index.files, index.of]).toEqual([4, 'ready', 2, 2])
  expect((await readdir(join(made.home, 'cache'))).filter((name) => name !== 'code')).toEqual(['search.db'])
})

test.each([
  [['almanac'], ['log/a1', 'log/q1']],
  [
    ['almanac', '--archived'],
    ['old/q1', 'old/q2'],
  ],
  [
    ['almanac', '--in', 'old'],
    ['old/q1', 'old/q2'],
  ],
  [['almanac', '--role', 'assistant'], ['log/a1']],
  [['almanac', '--all', '--limit', '1'], 1],
  [['"red back"', '--all'], ['old/q2']],
  [['is:archived', '1999'], ['old/q1']],
  [['in:old', 'shelf'], []],
  [
    ['--kind', 'title', 'almanac', '--all'],
    ['log/title', 'old/title'],
  ],
] as const)('%j', async (words, expected) => {
  const made = await shelf()
  const kind = words.some((word) => word === '--kind') ? [] : ['--kind', 'message']
  const { code, out } = await carrel(made, 'sessions', 'search', '--json', ...words, ...kind)
  const found = json(out).hits.map(({ sessionId, entryId }) => `${sessionId}/${entryId ?? 'title'}`)
  expect(code).toBe(0)
  if (typeof expected === 'number') expect(found).toHaveLength(expected)
  else expect(found.sort()).toEqual(expected)
})

test('a person reads sessions and lines, and is told what was left out', async () => {
  const made = await shelf()
  const { code, out, error } = await carrel(made, 'sessions', 'search', 'role:nobody', 'second', 'shelf')
  expect(code).toBe(0)
  expect(out).toMatch(
    /^log {2}Where is the almanac\?\n {2}Answer: The almanac is on the second shelf\. {2}\[a1\]\n1 in 1 session\n$/,
  )
  expect(error).toContain('“role:nobody” is nothing Carrel can look for')
  expect((await carrel(made, 'sessions', 'search', 'nowhere')).out).toBe('Nothing found.\n')
})

test('what is wrong is said before anything is done', async () => {
  const made = await library()
  for (const words of [[], ['x', '--limit', '0'], ['x', '--role', 'nobody'], ['x', '--kind', 'all']]) {
    const { code, error } = await carrel(made, 'sessions', 'search', ...words)
    expect([words, code]).toEqual([words, 2])
    expect(error).not.toBe('')
  }
  expect((await carrel(made, 'index', 'burn')).code).toBe(2)
  expect(await readdir(made.home)).toEqual(['sessions'])
})

test('the index says how it is and is made anew', async () => {
  const made = await shelf()
  const status = await carrel(made, 'index', 'status', '--json')
  expect(JSON.parse(status.out)).toMatchObject({ path: join(made.home, 'cache', 'search.db'), of: 2, version: 1 })
  const rebuilt = await carrel(made, 'index', 'rebuild', '--json')
  expect(JSON.parse(rebuilt.out)).toMatchObject({ state: 'ready', files: 2, of: 2, entries: 5 })
  expect((await carrel(made, 'index', 'status')).out).toContain('ready: 2 of 2 sessions, 5 messages')
})
