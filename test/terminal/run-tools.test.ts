// `carrel run --workspace`: a model reads, searches and edits a small project, and everything of it is told and recorded.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { writtenRecord } from '../../shared/session-format.ts'
import {
  assertGoodClient,
  assertNoOrphanResults,
  assertResultsFollowCalls,
  type Scenario,
} from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let home: string
let project: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(join(project, 'src'), { recursive: true })
  await writeFile(join(project, 'src', 'greet.ts'), "export const greeting = 'Helo'\n")
  await writeFile(join(project, '.env'), 'SECRET=hidden\n')
  await writeFile(join(folder, 'outside.txt'), 'not yours\n')
})

const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
const turn = (nth: number, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { nth },
  steps: [...steps, { done: 'stop' as const }],
})
const run = (host: string, ...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', host, 'run', ...words] })

async function records() {
  const [name = ''] = await readdir(join(home, 'sessions'))
  return await linesOf(join(home, 'sessions', name))
}

const editing = {
  turns: [
    turn(1, { content: 'I look.' }, call('search_files', { query: 'Helo' })),
    turn(2, call('read_file', { path: 'src/greet.ts' })),
    turn(3, call('edit_file', { path: 'src/greet.ts', old_text: 'Helo', new_text: 'Hello' })),
    turn(4, { content: 'Mended.' }),
  ],
}

test('searches, reads and edits; every event is told, every record is of the format, and the file is changed', async () => {
  const server = await fakeServer({ scenario: editing })
  const ended = await run(server.url, '--json', '--workspace', project, 'Mend the greeting')
  expect(ended.code).toBe(0)
  expect(await readFile(join(project, 'src', 'greet.ts'), 'utf8')).toBe("export const greeting = 'Hello'\n")

  const lines = ended.lines()
  const told = lines.filter(({ type }) => type === 'tool_call' || type === 'tool_result')
  expect(told.map(({ type, name }) => (type === 'tool_call' ? name : type))).toEqual(
    ['search_files', 'read_file', 'edit_file'].flatMap((name) => [name, 'tool_result']),
  )
  expect(told.filter(({ type }) => type === 'tool_result').every(({ isError }) => isError === false)).toBe(true)
  expect(told[1]?.['content']).toContain('src/greet.ts')
  const ids = told.map((one) => (one['type'] === 'tool_call' ? one['id'] : one['callId']))
  expect(ids).toEqual([ids[0], ids[0], ids[2], ids[2], ids[4], ids[4]])
  expect(lines.at(-1)).toMatchObject({ type: 'end', stop: 'stop', text: 'Mended.', rounds: 4, error: null })

  const written = await records()
  for (const record of written) expect(writtenRecord.safeParse(record).error?.issues).toBeUndefined()
  expect(written[0]).toMatchObject({ workspace: project })
  expect(written.map(({ type, role }) => role ?? type)).toEqual([
    ...['session', 'user', 'assistant', 'tool', 'assistant', 'tool'],
    ...['assistant', 'tool_start', 'tool', 'assistant'],
  ])
  // One way through: each stands behind the one before.
  const nodes = written.slice(1)
  expect(nodes.map(({ parentId }) => parentId)).toEqual([null, ...nodes.slice(0, -1).map(({ id }) => id)])
  assertGoodClient(server.requests)
  assertResultsFollowCalls(server.requests)
  assertNoOrphanResults(server.requests)
})

test('to a person each call is a line when it begins and one when it ends, with what it changed', async () => {
  const server = await fakeServer({ scenario: editing })
  const ended = await run(server.url, '--workspace', project, 'Mend the greeting')
  expect(ended.code).toBe(0)
  expect(ended.out).toBe('I look.\nMended.\n')
  const said = ended.error.replace(/\d+\.\d s/g, '0.0 s')
  expect(said).toBe(
    [
      '→ Searching for “Helo”',
      '✓ Searched for “Helo”: 1 hit in 1 file, 0.0 s',
      '→ Reading src/greet.ts',
      '✓ Read src/greet.ts: 1 line, 0.0 s',
      '→ Editing src/greet.ts',
      '✓ Edited src/greet.ts: +1 −1, 0.0 s',
      '    @@ -1,1 +1,1 @@',
      "    -export const greeting = 'Helo'",
      "    +export const greeting = 'Hello'",
      '',
    ].join('\n'),
  )
})

test('read-only offers nothing that changes, and what is tried all the same changes nothing', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [
        turn(1, call('edit_file', { path: 'src/greet.ts', old_text: 'Helo', new_text: 'Hello' })),
        turn(2, { content: 'I may not.' }),
      ],
    },
  })
  const ended = await run(server.url, '--json', '--workspace', project, '--mode', 'read-only', 'Mend the greeting')
  expect(ended.code).toBe(0)
  const offered = Object(server.chatRequests()[0]?.body).tools.map(
    (tool: { function: { name: string } }) => tool.function.name,
  )
  expect(offered).toEqual(['read_file', 'search_files'])
  expect(ended.lines().find(({ type }) => type === 'tool_result')).toMatchObject({ isError: true })
  expect(await readFile(join(project, 'src', 'greet.ts'), 'utf8')).toContain('Helo')
})

test('secrets, and what lies outside, are refused; the model is told and the person sees it', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [
        turn(1, call('read_file', { path: '.env' })),
        turn(2, call('read_file', { path: '../outside.txt' })),
        turn(3, { content: 'Neither.' }),
      ],
    },
  })
  const ended = await run(server.url, '--workspace', project, 'Read everything')
  expect(ended.out).toContain('Neither.')
  expect(ended.error).toContain('✗ Read .env: refused: may hold secrets, ')
  expect(ended.error).toContain('✗ Read ../outside.txt: refused: outside the folder, ')
  for (const { raw } of server.requests) expect(raw).not.toMatch(/SECRET=|not yours/)
  expect(JSON.stringify(await records())).not.toMatch(/SECRET=|not yours/)
})

test('a folder that may be none is refused before anything is written', async () => {
  const server = await fakeServer({ scenario: editing })
  const ended = await run(server.url, '--json', '--workspace', '/', 'Mend everything')
  expect(ended.code).toBe(4)
  expect(await readdir(join(home, 'sessions')).catch(() => [])).toEqual([])
  expect(server.chatRequests()).toEqual([])
})

test('without a folder there are no tools', async () => {
  const server = await fakeServer({ scenario: { turns: [turn(1, { content: 'Only words.' })] } })
  expect((await run(server.url, 'Mend the greeting')).code).toBe(0)
  expect(Object(server.chatRequests()[0]?.body).tools).toBeUndefined()
})

test('a long result is shown to the model in part, and kept as a whole', async () => {
  const long = Array.from({ length: 4_000 }, (_, n) => `line ${n} of a long file`).join('\n')
  await writeFile(join(project, 'long.txt'), long)
  const server = await fakeServer({
    scenario: {
      turns: [
        turn(1, call('search_files', { query: 'of a long file' })),
        turn(2, call('read_file', { path: 'long.txt', limit: 3_000 })),
        turn(3, { content: 'Long.' }),
      ],
    },
  })
  await run(server.url, '--workspace', project, 'Read it')
  const results = (await records()).filter(({ role }) => role === 'tool')
  for (const { content } of results) expect(String(content).length).toBeLessThanOrEqual(8_500)
  const full = results.map(({ full: named }) => Object(named)).filter(({ blob }) => blob)
  expect(full.length).toBeGreaterThan(0)
  for (const { blob, bytes } of full) {
    const hex = String(blob).slice('sha256:'.length)
    expect((await readFile(join(home, 'blobs', hex.slice(0, 2), hex))).length).toBe(bytes)
  }
})

test('a run that goes round in circles ends by a limit that is named, with its own exit code', async () => {
  const again = Array.from({ length: 6 }, (_, n) => turn(n + 1, call('read_file', { path: 'none.txt' })))
  const server = await fakeServer({ scenario: { turns: [...again, turn(7, { content: 'No.' })] } })
  const ended = await run(server.url, '--json', '--workspace', project, 'Read it')
  expect(ended.code).toBe(5)
  const lines = ended.lines()
  expect(lines.find(({ type }) => type === 'notice')).toMatchObject({ code: 'repeated_call' })
  expect(lines.at(-1)).toMatchObject({ type: 'end', stop: 'limit', error: { code: 'limit' } })
})
