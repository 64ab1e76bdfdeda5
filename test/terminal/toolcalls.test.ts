// `carrel toolcalls parse` as a process: every case, its output validated, and what it says of wrong input.
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { messages } from '../../shared/messages/messages.ts'
import { cases, toolsFile } from '../agent/cases.ts'
import { bootCarrel } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

const nowhere = 'http://127.0.0.1:9'
const words = messages.terminal

const parsed = z.strictObject({
  id: z.union([z.string(), z.number(), z.null()]),
  visible: z.string(),
  thinking: z.string(),
  calls: z.array(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  errors: z.array(z.enum(['malformed_json', 'truncated', 'missing_name', 'unknown_tool', 'bad_arguments'])),
  validated: z.array(
    z.union([
      z.strictObject({ ok: z.literal(true), arguments: z.record(z.string(), z.unknown()) }),
      z.strictObject({ ok: z.literal(false), error: z.string().min(1) }),
    ]),
  ),
})

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const parse = (input: string, ...more: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', nowhere, 'toolcalls', 'parse', ...more], input })
const line = (value: unknown) => `${JSON.stringify(value)}\n`
const time = { id: 't', raw: '<tool_call>{"name":"get_time"}</tool_call>', done_reason: 'stop' }

test('every case comes out as expected, one line each, without a server and without making the data folder', async () => {
  const ended = await parse(
    cases.map(({ id, raw, done_reason }) => line({ id, raw, done_reason })).join(''),
    '--tools',
    toolsFile,
  )
  expect([ended.code, ended.error]).toEqual([0, ''])
  const answers = ended.lines().map((answer) => parsed.parse(answer))
  expect(answers.map(({ id }) => id)).toEqual(cases.map(({ id }) => id))
  for (const [index, { validated, id, ...outcome }] of answers.entries()) {
    const { expect: first, expect_alt: second, expect_validated: valid } = cases[index] ?? cases[0] ?? expect.fail()
    const isSecond = JSON.stringify(outcome) === JSON.stringify(second)
    expect({ id, ...outcome }).toEqual({ id, ...(isSecond ? second : first) })
    expect(validated).toHaveLength(outcome.calls.length)
    if (valid) expect(validated).toEqual([valid])
  }
  await expect(readdir(home)).rejects.toThrow('ENOENT')
})

test('works while another process owns the data folder, and with --json as without', async () => {
  await bootCarrel({ home, host: nowhere })
  const ended = await parse(line(time), '--json', '--tools', toolsFile)
  expect(ended.code).toBe(0)
  expect(ended.lines()).toEqual([
    {
      id: 't',
      visible: '',
      thinking: '',
      calls: [{ name: 'get_time', arguments: {} }],
      errors: [],
      validated: [{ ok: true, arguments: {} }],
    },
  ])
})

test('without --tools every name is unknown, and that is said', async () => {
  const ended = await parse(line(time))
  expect([ended.code, ended.error]).toEqual([0, `${words.noTools}\n`])
  expect(ended.lines()).toMatchObject([{ calls: [], errors: ['unknown_tool'], validated: [] }])
})

test('relative paths begin where the person stands, also through npm', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'tools.json'), line([{ name: 'get_time', description: '', parameters: {} }]))
  const run = { arguments: ['--home', home, 'toolcalls', 'parse', '--tools', 'tools.json'], input: line(time) }
  const inside = await runTerminal({ ...run, cwd: folder })
  const throughNpm = await runTerminal({ ...run, environment: { INIT_CWD: folder } })
  for (const ended of [inside, throughNpm]) {
    expect(ended.lines()).toMatchObject([{ calls: [{ name: 'get_time' }] }])
  }
})

test('nothing on standard input is nothing to say', async () => {
  const ended = await runTerminal({ arguments: ['--home', home, 'toolcalls', 'parse', '--tools', toolsFile] })
  expect([ended.code, ended.out, ended.error]).toEqual([0, '', ''])
})

describe('wrong input', () => {
  test('bad lines are named, the good ones answered all the same, and it exits 2', async () => {
    const input = `\uFEFF${line(time)}rubbish\n\n${line({ id: 'x' })}${line([1])}${line({ ...time, done_reason: 5 })}${line({ ...time, id: {} })}{"raw":"Hi"}\r\n`
    const ended = await parse(input, '--tools', toolsFile)
    expect(ended.code).toBe(2)
    expect(ended.error).toBe([2, 4, 5, 6, 7].map((number) => `${words.badAnswerLine(number)}\n`).join(''))
    expect(ended.lines()).toMatchObject([
      { id: 't', calls: [{ name: 'get_time' }] },
      { id: null, visible: 'Hi' },
    ])
  })

  test('a file of tools that is none', async () => {
    await mkdir(home, { recursive: true })
    const path = join(home, 'tools.json')
    const failure = async () => {
      const ended = await parse(line(time), '--json', '--tools', path)
      return [ended.code, ended.json()]
    }
    expect(await failure()).toEqual([1, { error: { code: 'not-found', message: words.toolsUnreadable(path) } }])
    await writeFile(path, '{}')
    expect(await failure()).toEqual([2, { error: { code: 'invalid-input', message: words.toolsNoArray(path) } }])
    await writeFile(path, '[{"type":"function","function":{"name":"a"}},{"name":5}]')
    expect(await failure()).toEqual([2, { error: { code: 'invalid-input', message: words.toolsBadEntry(path, 2) } }])
  })

  test.each([
    ['no subcommand', ['toolcalls']],
    ['another subcommand', ['toolcalls', 'run']],
    ['a word too many', ['toolcalls', 'parse', 'x']],
    ['an empty path', ['toolcalls', 'parse', '--tools', '']],
  ])('%s exits 2', async (_, given) => {
    const ended = await runTerminal({ arguments: ['--home', home, ...given], input: line(time) })
    expect([ended.code, ended.out]).toEqual([2, ''])
  })
})

test('a person who interrupts while more may come gets 130', async () => {
  const running = startTerminal({ arguments: ['--home', home, 'toolcalls', 'parse'], input: '' })
  running.child.stdin?.write(line(time))
  if (running.child.stderr) await once(running.child.stderr, 'data')
  running.child.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 130, out: '' })
})
