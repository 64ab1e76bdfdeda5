// `carrel rules …` and `carrel ledger …` as processes, and the same channels behind the one door.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { PolicyQuestion } from '../../electron/contracts.ts'
import { ledgerWords, ruleWords } from '../../shared/messages/ledger.ts'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { changed, ledgerListed, rulesListed } from '../support/terminal-shapes.ts'

const host = 'http://127.0.0.1:9'
let base: string
let home: string
let folder: string

beforeAll(buildTerminal)
beforeEach(async () => {
  base = await temporaryFolder()
  home = join(base, 'home')
  folder = join(base, 'project')
  await mkdir(folder)
})

const carrel = (...words: string[]) => runTerminal({ arguments: ['--home', home, '--host', host, ...words], cwd: base })
const run = (command: string): PolicyQuestion => ({
  tool: 'run_command',
  effect: 'execute',
  arguments: { command },
  folder,
  sessionId: 'one',
  mode: 'workspace',
  allowed: [],
  doubts: [],
  seal: { state: 'holds', jail: 'bubblewrap', guards: [], reason: null, fix: null, triedAt: null },
})

test('rules are listed with what they matched, and revoked by another process', async () => {
  expect((await carrel('rules')).out).toBe(`${ruleWords.none}\n`)
  const { app, bridge, pushed } = await bootCarrel({ home, host })
  const { policy } = app.services
  const ls = await policy.remember(run('ls'), 'allow', 'folder')
  const pwd = await policy.remember(run('pwd'), 'deny', 'folder')
  const ofSession = await policy.remember(run('wc -l'), 'allow', 'session')
  await policy.judge(run('ls -la'))
  expect(answered(await bridge.call('rules.list', {})).rules.map(({ id }) => id)).toEqual([ofSession.id, pwd.id, ls.id])
  expect(pushed('rules.changed')).toHaveLength(4)

  const listed = await carrel('rules', 'list', '--json')
  expect([listed.code, rulesListed.parse(listed.json()).rules]).toMatchObject([
    0,
    [
      { id: pwd.id, decision: 'deny', pattern: 'pwd', uses: 0 },
      { id: ls.id, decision: 'allow', folder, uses: 1, lastMatches: ['ls -la'] },
    ],
  ])
  const { out } = await carrel('rules', 'list')
  expect(out).toContain(`${ls.id}  allow  run_command  ls\n`)
  expect(out).toMatch(/used once, last \d{4}-\d\d-\d\d \d\d:\d\d/)

  // Through the door of the process that owns the folder, which has the session's rule, too.
  const revoked = await carrel('rules', 'revoke', ls.id, ofSession.id, 'nobody', '--json')
  expect([revoked.code, changed.parse(revoked.json())]).toEqual([
    1,
    { done: [ls.id, ofSession.id], failed: [{ id: 'nobody', code: 'not-found', message: ruleWords.gone('nobody') }] },
  ])
  expect(await policy.judge(run('ls'))).toMatchObject({ decision: 'ask' })
  expect(answered(await bridge.call('rules.revoke', { id: pwd.id }))).toEqual({ revoked: true })
  expect(answered(await bridge.call('rules.revoke', { id: pwd.id }))).toEqual({ revoked: false })
  expect((await carrel('rules', 'revoke')).code).toBe(2)
  expect((await carrel('rules', 'forget')).code).toBe(2)
})

test('the ledger is listed, filtered and exported; what would steer the terminal is written out', async () => {
  expect((await carrel('ledger')).out).toBe(`${ledgerWords.empty}\n${ledgerWords.nothingLeft}\n`)
  const { app, bridge, pushed } = await bootCarrel({ home, host })
  const { ledger } = app.services
  const entry = { sessionId: 'one', approvalId: null, outcome: 'exit 0' }
  await ledger.add({ ...entry, kind: 'command', what: '=1+1, "x"\n\u001b[2K\u202e' })
  await ledger.add({ ...entry, kind: 'host', what: 'example.com:443', approvalId: 'a1', outcome: '200, 1 kB' })
  await ledger.add({ ...entry, kind: 'secret', what: '.env', sessionId: 'two' })
  expect(pushed('ledger.added')).toHaveLength(3)

  const all = await carrel('ledger', '--json')
  expect([all.code, ledgerListed.parse(all.json())]).toMatchObject([
    0,
    {
      entries: [{ what: '.env' }, { what: 'example.com:443', approvalId: 'a1' }, { kind: 'command' }],
      more: false,
      reached: [{ host: 'example.com:443', times: 1 }],
    },
  ])
  const found = async (...words: string[]) =>
    ledgerListed.parse((await carrel('ledger', ...words, '--json')).json()).entries.map(({ kind }) => kind)
  expect(await found('--kind', 'host')).toEqual(['host'])
  expect(await found('--session', 'two')).toEqual(['secret'])
  expect(await found('--since', '2020-01-01')).toEqual(['secret', 'host', 'command'])
  expect(await found('--since', '2999-01-01T00:00:00Z')).toEqual([])

  const { out } = await carrel('ledger')
  expect(out).toContain('=1+1, "x"⟨U+000A⟩⟨U+001B⟩[2K⟨U+202E⟩\n')
  expect(out).toContain(`${ledgerWords.reached}\n  example.com:443  once\n`)
  expect(out).not.toContain(ledgerWords.nothingLeft)
  expect((await carrel('ledger', '--session', 'two')).out).toContain(`${ledgerWords.nothingLeft}\n`)

  const lines = await carrel('ledger', '--out', 'ledger.jsonl', '--json')
  expect([lines.code, lines.json()]).toEqual([0, { path: join(base, 'ledger.jsonl'), entries: 3 }])
  expect(await readFile(join(base, 'ledger.jsonl'), 'utf8')).toBe(await readFile(join(home, 'ledger.jsonl'), 'utf8'))
  expect((await stat(join(base, 'ledger.jsonl'))).mode & 0o777).toBe(0o600)
  expect((await carrel('ledger', '--out', 'Ledger.CSV')).out).toBe(
    `${ledgerWords.exported(3, join(base, 'Ledger.CSV'))}\n`,
  )
  const table = await readFile(join(base, 'Ledger.CSV'), 'utf8')
  expect(table.split('\r\n')[0]).toBe('time,session,kind,what,approval,outcome')
  // No formula for a spreadsheet.
  expect(table).toContain(`,command,"'=1+1, ""x""\n\u001b[2K\u202e",,exit 0\r\n`)
  const again = await carrel('ledger', '--out', 'Ledger.CSV')
  expect([again.code, again.error]).toEqual([4, `${messages.terminal.fileIsThere(join(base, 'Ledger.CSV'))}\n`])
  expect(await readFile(join(base, 'Ledger.CSV'), 'utf8')).toBe(table)

  for (const words of [['--since', '1'], ['--since', 'yesterday'], ['--kind', 'x'], ['list']])
    expect((await carrel('ledger', ...words)).code).toBe(2)
  for (const input of [{ limit: 0 }, { kind: 'x' }, { since: 'now' }, { sessionId: '../x' }, { more: 1 }])
    expect(refused(await bridge.call('ledger.list', input as never)).code).toBe('invalid-input')
})

test('lines that cannot be read are said, and "nothing left" is not claimed', async () => {
  await mkdir(home)
  await writeFile(join(home, 'ledger.jsonl'), '{"half\n')
  const { out, code } = await carrel('ledger')
  expect(out).toBe(`${ledgerWords.empty}\n${ledgerWords.nothingKnownLeft}\n${ledgerWords.badLines(1)}\n`)
  expect(code).toBe(0)
})
