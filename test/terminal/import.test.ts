// `carrel sessions import`, as a process; also one that is killed in the middle.
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sample, samples } from '../importing/samples.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'
import { waitFor } from '../support/wait.ts'

let home: string
let logs: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const room = await temporaryFolder()
  home = join(room, 'home')
  logs = join(room, 'logs')
  await mkdir(logs)
})

const options = () => ['--home', home, '--host', 'http://127.0.0.1:9']
const carrel = (...words: string[]) => runTerminal({ arguments: [...options(), ...words], cwd: logs })
const told = z.strictObject({
  imported: z.array(z.looseObject({ source: z.string(), sessionId: z.string(), entries: z.number() })),
  skipped: z.array(z.looseObject({ source: z.string(), reason: z.string() })),
  failed: z.array(z.strictObject({ source: z.string(), code: z.string(), message: z.string() })),
})
const names = async () => await readdir(join(home, 'sessions')).catch(() => [])

test('a file, by a path from where the person stands; a second time adds nothing', async () => {
  await copyFile(sample('codex/rollback'), join(logs, 'rollout.jsonl'))
  const first = await carrel('sessions', 'import', 'rollout.jsonl', '--json')
  expect(first.code).toBe(0)
  const { imported } = told.parse(first.json())
  expect(imported).toMatchObject([{ source: join(logs, 'rollout.jsonl'), from: 'codex', entries: 15 }])
  const again = await carrel('sessions', 'import', 'rollout.jsonl', '--json')
  expect(told.parse(again.json())).toMatchObject({ imported: [], skipped: [{ sessionId: imported[0]?.sessionId }] })
  const shown = await carrel('sessions', 'show', imported[0]?.sessionId ?? '')
  expect(shown.out).toContain('Weave a sail.')
  expect(await names()).toHaveLength(1)
})

test('for a person: what came of each log, what was left out, and that logs may hold secrets', async () => {
  const { out, error, code } = await carrel('sessions', 'import', samples)
  expect(code).toBe(4)
  expect(out).toContain('Claude Code  13 messages  The orrery')
  expect(out).toContain('left out: notes of the program (3), texts the program told its model (1)')
  expect(error).toContain('was made by a newer version of Carrel')
  expect(error).toContain('Imported logs may hold secrets')
  expect((await carrel('sessions', 'import', samples)).out).toContain('imported already')
})

test('a kind that is named counts; an unknown one, no path and a path to nothing are said', async () => {
  await writeFile(join(logs, 'a.jsonl'), '{"x":1}\n{"role":"user","content":"Hello"}\n')
  expect((await carrel('sessions', 'import', 'a.jsonl', '--from', 'word')).code).toBe(2)
  expect((await carrel('sessions', 'import')).code).toBe(2)
  expect((await carrel('sessions', 'import', 'gone.jsonl')).code).toBe(1)
  expect((await carrel('sessions', 'import', 'a.jsonl', '--from', 'codex')).out).toContain('nothing was said in it')
  expect((await carrel('sessions', 'import', 'a.jsonl', '--from', 'seed')).code).toBe(0)
})

test('killed in the middle of a session it leaves no half of one, and the next import goes on', async () => {
  const line = (index: number) => `${JSON.stringify({ role: 'user', content: `${index} ${'x'.repeat(2_000)}` })}\n`
  const count = 12_000
  const log = Array.from({ length: count }, (_, index) => line(index)).join('')
  for (const name of ['a', 'b']) await writeFile(join(logs, `${name}.jsonl`), log.replace('0 ', `${name} `))
  const running = startTerminal({ arguments: [...options(), 'sessions', 'import', logs] })
  await waitFor('the middle of a session', async () => {
    const unfinished = (await names()).find((name) => name.endsWith('.adopting'))
    const found = unfinished && (await stat(join(home, 'sessions', unfinished)).catch(() => null))
    return found && found.size > 2_000_000
  })
  running.child.kill('SIGKILL')
  await once(running.child, 'close')
  expect((await names()).filter((name) => name.endsWith('.adopting'))).toHaveLength(1)
  await expectWhole()
  const listed = await carrel('sessions', 'list', '--json')
  expect(Object(listed.json()).sessions.length).toBe((await whole()).length)

  expect((await carrel('sessions', 'import', logs)).code).toBe(0)
  expect(await whole()).toHaveLength(2)
  expect(await names()).toHaveLength(2)
  await expectWhole()

  async function whole() {
    return (await names()).filter((name) => name.endsWith('.jsonl'))
  }
  async function expectWhole() {
    for (const name of await whole()) {
      const lines = (await readFile(join(home, 'sessions', name), 'utf8')).trimEnd().split('\n')
      expect(lines.filter((one) => one.includes('"message"'))).toHaveLength(count)
    }
  }
})
