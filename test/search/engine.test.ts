// The engine of the search on real files: what is found, how it is shown, and that the index follows the files.
import { appendFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { header, message, toBytes } from '../support/session-lines.ts'
import { engineOn, found, library, talk } from './library.ts'

const ask = { signal: new AbortController().signal }

test('words are found without case and diacritics, in questions, answers and names', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('Wann endet die Sommerzeit?', 'Am letzten Sonntag im Oktober, um drei.'))
  await shelf.write('two', ...talk('Crème brûlée for eight', 'Take nine yolks.'), {
    type: 'title',
    id: 't1',
    ts: '2026-11-22T09:00:00.000Z',
    title: 'Dinner on Sunday',
    by: 'user',
  })
  const engine = await engineOn(shelf)
  expect(await found(engine, 'sommerzeit')).toEqual(['one/title', 'one/q1'])
  expect(await found(engine, 'OKTOBER sonntag')).toEqual(['one/a1'])
  expect(await found(engine, 'creme brulee')).toEqual(['two/q1'])
  expect(await found(engine, 'dinner')).toEqual(['two/title'])
  expect(await found(engine, 'yol')).toEqual(['two/a1'])
  // A word that is finished is a whole one; inside of others it is only looked for when nothing else is found.
  expect(await found(engine, 'yol ')).toEqual(['inside two/a1'])
})

test('phrases are words side by side, and a quote that is left open counts', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('the summer time', 'time in summer, and summer time'))
  const engine = await engineOn(shelf)
  expect(await found(engine, '“summer time”', { kind: 'message' })).toEqual(
    expect.arrayContaining(['one/q1', 'one/a1']),
  )
  expect(await found(engine, '"time in sum', { kind: 'message' })).toEqual(['one/a1'])
  expect(await found(engine, '"in time"')).toEqual([])
})

test('words of scripts without spaces are found by any of their letters, also beside Latin ones', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('请重跑gen后再看结果', 'データを読みました'))
  await shelf.write('two', ...talk('안녕하세요', 'ภาษาไทย'))
  const engine = await engineOn(shelf)
  expect(await found(engine, '结果', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, '果', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'gen', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, '重跑gen后')).toContain('one/q1')
  expect(await found(engine, 'データ')).toEqual(['one/a1'])
  expect(await found(engine, '果结')).toEqual([])
  expect(await found(engine, '하세', { kind: 'message' })).toEqual(['two/q1'])
  expect(await found(engine, 'ไทย')).toEqual(['two/a1'])
})

test('parts of names are words', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('why does parseHTTPHeader fail', 'see read_session_file'))
  const engine = await engineOn(shelf)
  expect(await found(engine, 'header ', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'session file')).toEqual(['one/a1'])
})

test('what was run, touched, reached and decided is found, and filters narrow it', async () => {
  const shelf = await library()
  await shelf.write(
    'one',
    { ...header, workspace: '/home/me/tides' },
    message('q1', null, { content: 'check the gauge' }),
    message('a1', 'q1', {
      role: 'assistant',
      content: '',
      model: 'qwen3:8b',
      toolCalls: [
        { id: 'c1', name: 'run_command', arguments: { command: 'exiftool -r shore' } },
        { id: 'c2', name: 'fetch_url', arguments: { url: 'https://tides.example.org/dover' } },
      ],
    }),
    {
      type: 'approval',
      id: 'p1',
      parentId: 'a1',
      ts: '2026-11-22T08:00:02.000Z',
      callId: 'c1',
      decision: 'deny',
      scope: 'once',
      by: 'user',
      note: 'too slow',
    },
    message('t1', 'p1', {
      role: 'tool',
      callId: 'c1',
      name: 'run_command',
      content: '212 files',
      isError: false,
      detail: { files: [{ path: 'notes/table.md', change: 'edited', added: 1, removed: 0, diff: null }] },
    }),
  )
  await shelf.write('two', ...talk('exiftool', 'a program'))
  const engine = await engineOn(shelf)
  expect(await found(engine, 'exiftool', { kind: 'tool' })).toEqual(expect.arrayContaining(['one/a1', 'one/p1']))
  expect(await found(engine, 'tool:run_command exiftool')).toEqual(expect.arrayContaining(['one/a1', 'one/p1']))
  expect(await found(engine, 'tool:run_command 212')).toEqual(['one/t1'])
  expect(await found(engine, 'host:tides.example.org')).toEqual(['one/a1'])
  expect(await found(engine, 'file:table.md')).toEqual(['one/t1'])
  expect(await found(engine, 'denied exiftool')).toEqual(['one/p1'])
  expect(await found(engine, 'model:qwen3 role:assistant')).toEqual(['one/a1'])
  expect(await found(engine, 'role:user exiftool')).toEqual(['two/q1'])
  expect(await found(engine, 'in:two exiftool', { kind: 'message' })).toEqual(['two/q1'])
  expect(await found(engine, 'after:2026-11-23 exiftool')).toEqual([])
  expect(await found(engine, 'before:2027 after:2026-11-01 gauge', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'exiftool', { workspace: '/home/me/tides' })).toEqual(expect.arrayContaining(['one/a1']))
  expect(await found(engine, 'exiftool', { workspace: '/home/me/tides' })).not.toContain('two/q1')
  const { hits } = await engine.query({ text: 'denied exiftool' }, ask.signal)
  expect(hits[0]).toMatchObject({ part: 'approval', tool: 'run_command' })
})

test('what nothing can be made of is said, and the rest is looked for', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('gauge', 'yes'))
  const engine = await engineOn(shelf)
  const { problems, hits } = await engine.query(
    { text: 'gauge role:nobody before:soon in:../x is:green host:', kind: 'message' },
    ask.signal,
  )
  expect(problems).toHaveLength(5)
  expect(hits.map(({ entryId }) => entryId)).toEqual(['q1'])
})

test('archived sessions are found by filter, and a move does not make them read again', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('gauge', 'yes'))
  const engine = await engineOn(shelf)
  await rename(shelf.at('one'), shelf.at('one', true))
  engine.sweep()
  await engine.settled()
  expect(await found(engine, 'gauge is:archived', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'gauge', { scope: 'active', kind: 'message' })).toEqual([])
  expect(await found(engine, 'gauge is:active', { kind: 'message' })).toEqual([])
})

test('a piece of the text around what was found says where it is', async () => {
  const shelf = await library()
  await shelf.write(
    'one',
    ...talk('q', `${'long ago '.repeat(40)}The tide — très haut — was “Summer Time” high. ${'later on '.repeat(40)}`),
  )
  const engine = await engineOn(shelf)
  const { hits } = await engine.query({ text: '"summer time" tres' }, ask.signal)
  const [hit] = hits
  expect(hit?.ranges.map(([from, to]) => hit.snippet.slice(from, to))).toEqual(['très', 'Summer Time'])
  expect(hit?.snippet.length).toBeLessThan(240)
  expect(hit?.snippet).toMatch(/^… .* …$/u)
  expect(hit?.part).toBe('answer')
})

test('what was appended is found, what was changed or cut is found as it is now, what has gone is not', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('gauge', 'yes'))
  await shelf.write('two', ...talk('barometer', 'no'))
  const engine = await engineOn(shelf)
  await appendFile(shelf.at('one'), toBytes(message('q2', 'a1', { content: 'hygrometer' })))
  engine.touch(['one'])
  await engine.settled()
  expect(await found(engine, 'hygrometer')).toEqual(['one/q2'])

  const text = await readFile(shelf.at('one'), 'utf8')
  await writeFile(shelf.at('one'), text.replace('gauge', 'ruler'))
  engine.sweep()
  await engine.settled()
  expect(await found(engine, 'gauge')).toEqual([])
  expect(await found(engine, 'ruler', { kind: 'message' })).toEqual(['one/q1'])

  await truncate(shelf.at('one'), toBytes(...talk('ruler', 'yes')).length)
  engine.sweep()
  await engine.settled()
  expect(await found(engine, 'hygrometer')).toEqual([])

  await rm(shelf.at('two'))
  engine.touch(['two'])
  await engine.settled()
  expect(await found(engine, 'barometer')).toEqual([])
})

test('what was changed far before the end is seen, also when lines were added', async () => {
  const shelf = await library()
  await shelf.write('one', ...talk('gauge', 'x '.repeat(5_000)))
  const engine = await engineOn(shelf)
  const text = await readFile(shelf.at('one'), 'utf8')
  await writeFile(shelf.at('one'), text.replace('gauge', 'ruler'))
  await appendFile(shelf.at('one'), toBytes(message('q2', 'a1', { content: 'hygrometer' })))
  engine.touch(['one'])
  await engine.settled()
  expect(await found(engine, 'hygrometer')).toEqual(['one/q2'])
  expect(await found(engine, 'ruler', { kind: 'message' })).toEqual(['one/q1'])
  expect(await found(engine, 'gauge')).toEqual([])
})

test('a torn last line counts when it is whole', async () => {
  const shelf = await library()
  const line = JSON.stringify(message('q2', 'a1', { content: 'hygrometer' }))
  await shelf.write('one', ...talk('gauge', 'yes'))
  await appendFile(shelf.at('one'), line.slice(0, 40))
  const engine = await engineOn(shelf)
  expect(await found(engine, 'gauge', { kind: 'message' })).toEqual(['one/q1'])
  await appendFile(shelf.at('one'), `${line.slice(40)}\n`)
  engine.touch(['one'])
  await engine.settled()
  expect(await found(engine, 'hygrometer')).toEqual(['one/q2'])
})

test('an id that was given twice opens the record that was meant', async () => {
  const shelf = await library()
  await shelf.write(
    'one',
    header,
    message('m', null, { content: 'first' }),
    message('m', null, { content: 'second' }),
    message('m', null, { content: 'first' }),
  )
  const engine = await engineOn(shelf)
  const offset = toBytes(header, message('m', null, { content: 'first' })).length
  expect(await found(engine, 'second')).toEqual([`one/m#${offset}`])
  expect(await found(engine, 'first', { kind: 'message' })).toEqual(['one/m'])
})

test.each([
  ['garbage', (path: string) => writeFile(path, 'not a database at all, and long enough to be looked at')],
  ['nothing', (path: string) => writeFile(path, '')],
  ['half of it', (path: string) => truncate(path, 8_192)],
  [
    'zeros in the middle',
    async (path: string) => {
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0, 4_096, 20_480))
    },
  ],
])('a database that holds %s is made anew', async (_what, damage) => {
  const shelf = await library()
  await shelf.write('one', ...talk('gauge', 'yes'))
  const first = await engineOn(shelf)
  await first.close()
  await damage(join(shelf.home, 'cache', 'search.db'))
  const lines: string[] = []
  const second = await engineOn(shelf, (line) => lines.push(line))
  expect(await found(second, 'gauge', { kind: 'message' })).toEqual(['one/q1'])
  expect(second.status()).toMatchObject({ state: 'ready', files: 1, of: 1 })
})

test('rebuilding keeps the old one answering, and takes its place', async () => {
  const shelf = await library()
  for (let count = 0; count < 40; count++) await shelf.write(`s${count}`, ...talk(`gauge ${count}`, 'yes'))
  const engine = await engineOn(shelf)
  const rebuilt = engine.rebuild()
  expect(await found(engine, 'gauge 17', { kind: 'message' })).toEqual(['s17/q1'])
  await rebuilt
  expect(await found(engine, 'gauge 17', { kind: 'message' })).toEqual(['s17/q1'])
  expect(engine.status()).toMatchObject({ state: 'ready', files: 40, of: 40, entries: 80 })
})

test('without an index the files are read', async () => {
  const shelf = await library()
  await shelf.write('one', { ...header, workspace: '/home/me' }, ...talk('The Gauge is off', 'yes').slice(1))
  await shelf.write('two', ...talk('nothing', 'here'))
  // A folder where the database should be.
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(shelf.home, 'cache', 'search.db'), { recursive: true })
  await writeFile(join(shelf.home, 'cache', 'search.db', 'x'), '')
  const engine = await engineOn(shelf, () => undefined)
  expect(engine.status()).toMatchObject({ state: 'off' })
  expect(engine.status().reason).toMatch(/files themselves/)
  expect(await found(engine, 'gauge', { kind: 'message' })).toEqual(['inside one/q1'])
  expect(await found(engine, 'gauge role:assistant')).toEqual([])
})
