// `carrel sessions fork`, `repair` and `show --all-branches`, as processes.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { copied, shown } from '../support/terminal-shapes.ts'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
})

const carrel = (...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', ...words] })
const fileOf = (id: string) => join(home, 'sessions', `${id}.jsonl`)
const write = async (id: string, ...lines: (Line | string)[]) => await writeFile(fileOf(id), toBytes(...lines))
const idsOf = ({ entries }: { entries: { id: string }[] }) => entries.map(({ id }) => id)

const branched = [
  header,
  message('q', null),
  message('a1', 'q', { role: 'assistant' }),
  message('a2', 'q', { role: 'assistant' }),
  { type: 'hide', id: 'h', ts: '', target: 'q', hidden: true },
]

test('show has the active path, and with --all-branches every message with what it follows', async () => {
  await write('branched', ...branched)
  expect(idsOf(shown.parse((await carrel('sessions', 'show', 'branched', '--json')).json()))).toEqual(['q', 'a2'])
  const all = await carrel('sessions', 'show', '--all-branches', 'branched', '--json')
  expect(idsOf(shown.parse(all.json()))).toEqual(['q', 'a1', 'a2'])
  const path = (await carrel('sessions', 'show', 'branched')).out
  expect(path).toContain('You (not shown to the model)\nwords of q')
  expect(path).toContain('assistant (version 2 of 2)\nwords of a2')
  expect(path).not.toContain('words of a1')
  expect((await carrel('sessions', 'show', 'branched', '--all-branches')).out).toContain(
    'a1  after q\nassistant\nwords of a1',
  )
})

test('fork prints the id of a session that goes up to the entry', async () => {
  await write('branched', ...branched)
  const before = await readFile(fileOf('branched'))
  const forked = await carrel('sessions', 'fork', 'branched', '--at', 'a1', '--json')
  const { sessionId, kept, skipped } = copied.parse(forked.json())
  expect([forked.code, kept, skipped]).toEqual([0, 3, 0])
  expect(idsOf(shown.parse((await carrel('sessions', 'show', sessionId, '--json')).json()))).toEqual(['q', 'a1'])
  const plain = await carrel('sessions', 'fork', 'branched')
  expect(idsOf(shown.parse((await carrel('sessions', 'show', plain.out.trim(), '--json')).json()))).toEqual(['q', 'a2'])
  expect(await readFile(fileOf('branched'))).toEqual(before)
  expect((await carrel('sessions', 'fork', 'branched', '--at', 'nobody')).code).toBe(1)
  expect((await carrel('sessions', 'fork')).code).toBe(2)
  expect((await carrel('sessions', 'fork', '../branched')).code).toBe(2)
  expect(await readdir(join(home, 'sessions'))).toHaveLength(3)
})

test('repair writes a copy and exits 6 when something is not in it; a whole session is its own copy', async () => {
  await write('torn', header, message('q', null), '{"type":"mess', message('a', 'q', { role: 'assistant' }))
  const before = await readFile(fileOf('torn'))
  const repaired = await carrel('sessions', 'repair', 'torn', '--json')
  expect(copied.parse(repaired.json())).toEqual({ sessionId: 'torn.repaired', kept: 2, skipped: 1 })
  expect(repaired.code).toBe(6)
  expect(await readFile(fileOf('torn'))).toEqual(before)
  const whole = await carrel('sessions', 'show', 'torn.repaired', '--json')
  expect([whole.code, idsOf(shown.parse(whole.json()))]).toEqual([0, ['q', 'a']])
  const again = await carrel('sessions', 'repair', 'torn.repaired')
  expect([again.code, again.out]).toEqual([0, 'Nothing is damaged: all 2 records can be read. No copy was made.\n'])
  expect((await readdir(join(home, 'sessions'))).sort()).toEqual(['torn.jsonl', 'torn.repaired.jsonl'])
})

test('a file without a valid record is refused by repair as damaged, and a last line without its end is made whole', async () => {
  await writeFile(fileOf('empty'), '')
  const refused = await carrel('sessions', 'repair', 'empty', '--json')
  expect([refused.code, Object(refused.json()).error.code]).toEqual([6, 'damaged'])
  await writeFile(fileOf('cut'), toBytes(header, message('q', null)).subarray(0, -1))
  const { sessionId, skipped } = copied.parse((await carrel('sessions', 'repair', 'cut', '--json')).json())
  expect([sessionId, skipped]).toEqual(['cut.repaired', 0])
})
