// Imports into a real data folder, through the door: what is there afterwards, and what is not.
import { createHash } from 'node:crypto'
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { ImportReport } from '../../shared/importing.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { lineLimit } from '../../shared/spilled.ts'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { sample, samples } from './samples.ts'

let home: string
let logs: string
let carrel: Carrel
beforeEach(async () => {
  const room = await temporaryFolder()
  home = join(room, 'home')
  logs = join(room, 'logs')
  await mkdir(logs)
  carrel = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
})

const importFrom = async (...paths: string[]): Promise<ImportReport> =>
  answered(await carrel.bridge.call('terminal.import', { paths, from: 'auto' }))
const open = async (sessionId: string) => answered(await carrel.bridge.call('sessions.open', { sessionId }))
const list = async () => answered(await carrel.bridge.call('sessions.list', { filter: 'all' })).sessions
const names = async () => (await readdir(join(home, 'sessions')).catch(() => [])).sort()
const fileOf = (sessionId: string) => join(home, 'sessions', `${sessionId}.jsonl`)
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
async function put(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(logs, name)
  await writeFile(path, bytes)
  return path
}

test('a folder of logs of every kind becomes sessions, each marked with where it comes from', async () => {
  const report = await importFrom(samples)
  const kinds = report.imported.map(({ from }) => from)
  expect(kinds).toEqual([
    ...[
      'carrel',
      'claude-code',
      'claude-code',
      'claude-code',
      'claude-code',
      'codex',
      'codex',
      'codex',
      'pi',
      'pi',
      'seed',
    ],
  ])
  expect(report.failed.map(({ source, code }) => [source, code])).toEqual([[sample('carrel/newer'), 'denied']])
  expect(await list()).toHaveLength(report.imported.length)
  for (const { sessionId, source, entries } of report.imported) {
    const lines = await linesOf(fileOf(sessionId))
    for (const line of lines) expect(writtenRecord.safeParse(line).error, JSON.stringify(line)).toBeUndefined()
    const imported = { path: source, sha256: hash(await readFile(source)) }
    expect(lines[0]).toMatchObject({ type: 'session', id: sessionId, workspace: null, parentSession: null })
    expect(lines[1]).toMatchObject({ type: 'meta', imported })
    expect((await open(sessionId)).session).toMatchObject({ state: 'ok', badLines: 0, entries })
    expect((await open(sessionId)).diagnostics).toEqual([])
  }
})

test('importing twice adds nothing, and says which session each log is', async () => {
  const first = await importFrom(samples)
  const before = await names()
  const again = await importFrom(samples, sample('pi/tree'))
  expect(again.imported).toEqual([])
  const known = again.skipped.filter(({ reason }) => reason === 'already-imported')
  const ids = first.imported.map(({ sessionId }) => sessionId)
  expect(new Set(known.map(({ sessionId }) => sessionId))).toEqual(new Set(ids))
  expect(await names()).toEqual(before)
})

test('whatever is imported how often in what order, each log is one session; archived ones count', async () => {
  const some = ['pi/tree', 'codex/rollback', 'claude-code/agent-only', 'seed/flat'].map(sample)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.subarray(some), { maxLength: 4 }), fc.boolean(), async (rounds, archive) => {
      const all = new Set(rounds.flat())
      for (const paths of rounds) if (paths.length > 0) await importFrom(...paths)
      const sources = []
      for (const { id } of await list()) {
        sources.push((await linesOf(fileOf(id)).catch(() => linesOf(`${fileOf(id)}.archived`)))[1]?.['imported'])
        if (archive) await carrel.bridge.call('sessions.archive', { sessionId: id })
      }
      const paths = sources.map((imported) => Object(imported).path)
      expect(new Set(paths).size).toBe(paths.length)
      for (const path of all) expect(paths).toContain(path)
    }),
    { numRuns: 12 },
  )
})

test('two imports at the same time make no session twice', async () => {
  const [one, other] = await Promise.all([importFrom(samples), importFrom(samples)])
  expect(one.imported.length).toBeGreaterThan(0)
  expect(other.imported).toEqual([])
})

test('a log that has grown becomes a session beside the earlier one, which stays as it is', async () => {
  const path = join(logs, 'grows.jsonl')
  await copyFile(sample('pi/first-version'), path)
  const [first] = (await importFrom(path)).imported
  const before = await readFile(fileOf(first?.sessionId ?? ''))
  await appendFile(path, `${JSON.stringify({ type: 'message', message: { role: 'user', content: 'More.' } })}\n`)
  const { imported } = await importFrom(path)
  expect(imported).toMatchObject([{ earlier: first?.sessionId, entries: 3 }])
  expect(await readFile(fileOf(first?.sessionId ?? ''))).toEqual(before)
  expect(await list()).toHaveLength(2)
})

test('nothing of another Carrel counts here: no folder, no mode, no approval, and its calls are not run', async () => {
  const server = await fakeServer({ scenario: steps({ content: 'Here.' }, { done: 'stop' }) })
  await carrel.app.close()
  carrel = await bootCarrel({ home, host: server.url })
  const { imported } = await importFrom(sample('carrel/rights'))
  const sessionId = imported[0]?.sessionId ?? ''
  expect(sessionId).not.toBe('01990000-0000-7000-8000-00000000aaaa')
  expect(await open(sessionId)).toMatchObject({ workspace: null, mode: 'workspace', origin: null })
  expect(answered(await carrel.bridge.call('sessions.folder', { sessionId }))).toEqual({ folder: null })
  const text = await readFile(fileOf(sessionId), 'utf8')
  for (const word of ['trusted', 'approval', '"skill"', 'Grant', 'pinned']) expect(text).not.toContain(word)
  await carrel.ask('Go on.', sessionId)
  const asked = JSON.stringify(server.chatRequests()[0]?.body)
  expect(asked).toContain('Behind a torn line')
  expect(Object(server.chatRequests()[0]?.body).tools ?? []).toEqual([])
  expect((await open(sessionId)).entries.filter(({ role }) => role === 'tool')).toHaveLength(1)
})

test('a session that was exported from here is here already', async () => {
  const bytes = toBytes(header, message('a', null), message('b', 'a', { role: 'assistant' }))
  await mkdir(join(home, 'sessions'))
  await writeFile(fileOf(String(header['id'])), bytes)
  const path = await put('exported.jsonl', bytes)
  expect(await importFrom(path)).toMatchObject({
    imported: [],
    skipped: [{ reason: 'already-here', sessionId: header['id'] }],
  })
  // The same name with other words is another session.
  const other = await put('other.jsonl', toBytes(header, message('a', null, { content: 'something else' })))
  expect((await importFrom(other)).imported).toHaveLength(1)
  expect(await readFile(fileOf(String(header['id'])))).toEqual(bytes)
})

test('what lies in blobs beside a log of Carrel comes with it, checked, and what does not is said', async () => {
  const long = `é${'x'.repeat(3 * lineLimit)}`
  const output = 'the whole output'
  const named = (text: string) => ({ blob: `sha256:${hash(Buffer.from(text))}`, bytes: Buffer.byteLength(text) })
  const keep = async (text: string, content = text) => {
    const hex = hash(Buffer.from(text))
    await mkdir(join(logs, 'blobs', hex.slice(0, 2)), { recursive: true })
    await writeFile(join(logs, 'blobs', hex.slice(0, 2), hex), content)
  }
  await Promise.all([keep(long), keep(output), keep('forged', 'other bytes')])
  await mkdir(join(logs, 'sessions'))
  const call = {
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'c', name: 'bash', arguments: {} }],
    stop: 'tool_calls',
  }
  const bytes = toBytes(
    header,
    message('a', null, { content: 'é', spilled: { content: named(long) } }),
    message('b', 'a', { ...call, usage: null, error: null }),
    message('c', 'b', {
      role: 'tool',
      callId: 'c',
      name: 'bash',
      content: 'the',
      isError: false,
      truncated: true,
      full: named(output),
    }),
    message('d', 'c', { content: 'forg', spilled: { content: named('forged') } }),
  )
  const { imported } = await importFrom(await put('sessions/x.jsonl', bytes))
  expect(imported[0]?.leftOut).toEqual([{ reason: 'blob', count: 1 }])
  const { entries, diagnostics } = await open(imported[0]?.sessionId ?? '')
  expect(entries.map(({ content }) => content)).toEqual([long, '', 'the', 'forg'])
  expect(diagnostics).toEqual([])
  const sessionId = imported[0]?.sessionId ?? ''
  expect(answered(await carrel.bridge.call('sessions.output', { sessionId, entryId: 'c', from: 0 })).text).toBe(output)
})

test('a long output keeps its beginning in the line and all of it in a blob', async () => {
  const output = 'ü'.repeat(40_000)
  const lines = [
    { type: 'session_meta', payload: { id: 'x', cwd: '/w' } },
    { type: 'response_item', payload: { type: 'function_call', name: 'cat', arguments: '{}', call_id: '1' } },
    { type: 'response_item', payload: { type: 'function_call_output', call_id: '1', output } },
  ]
  const { imported } = await importFrom(await put('rollout.jsonl', toBytes(...lines)))
  const sessionId = imported[0]?.sessionId ?? ''
  const [, result] = (await open(sessionId)).entries
  expect(result).toMatchObject({ truncated: true, content: 'ü'.repeat(16_384) })
  const piece = answered(
    await carrel.bridge.call('sessions.output', { sessionId, entryId: String(result?.id), from: 0 }),
  )
  expect(piece.characters).toBe(40_000)
})

test('links inside a folder lead nowhere, and what is no log is left alone', async () => {
  await mkdir(join(logs, 'deeper'))
  await copyFile(sample('seed/flat'), join(logs, 'deeper', 'a.jsonl'))
  await symlink(sample('pi/tree'), join(logs, 'link.jsonl'))
  await symlink(samples, join(logs, 'linked'))
  await put('notes.jsonl', '{"note":1}\n')
  await put('notes.txt', JSON.stringify({ role: 'user', content: 'no ending' }))
  const report = await importFrom(logs)
  expect(report.imported.map(({ source }) => source)).toEqual([join(logs, 'deeper', 'a.jsonl')])
  expect(report.skipped).toMatchObject([{ source: join(logs, 'notes.jsonl'), reason: 'not-a-log' }])
  expect(report.failed).toEqual([])
  // Named by the person, a link is what it leads to.
  expect((await importFrom(join(logs, 'link.jsonl'))).imported).toMatchObject([{ source: sample('pi/tree') }])
})

test('one log that fails keeps no other from being imported, and leaves nothing', async () => {
  await copyFile(sample('seed/flat'), join(logs, 'b.jsonl'))
  await put('a.jsonl', 'no log at all\n')
  const huge = await put('huge.jsonl', '')
  await truncate(huge, 3_000_000_000)
  const report = await importFrom(join(logs, 'nothing.jsonl'), join(logs, 'a.jsonl'), huge, join(logs, 'b.jsonl'))
  expect(report.failed.map(({ code }) => code)).toEqual(['not-found', 'invalid-input', 'limit'])
  expect(report.imported).toHaveLength(1)
  expect(await names()).toEqual([`${report.imported[0]?.sessionId}.jsonl`])
})

test('an import that is stopped keeps what it has imported, and can be gone on with', async () => {
  for (let index = 0; index < 30; index++)
    await put(`${index}.jsonl`, JSON.stringify({ role: 'user', content: `Nr ${index}` }))
  const controller = new AbortController()
  const stop = carrel.app.services.events.on('sessions.changed', () => controller.abort())
  const input = { paths: [logs], from: 'auto' as const }
  const report = answered(await carrel.bridge.call('terminal.import', input, controller.signal))
  stop()
  expect(report.cancelled).toBe(true)
  expect(report.imported.length).toBeGreaterThan(0)
  expect(report.imported.length).toBeLessThan(30)
  expect(await names()).toHaveLength(report.imported.length)
  const rest = await importFrom(logs)
  expect([rest.cancelled, rest.imported.length + report.imported.length]).toEqual([false, 30])
})

test('it is told how far it is, and the list hears of every session', async () => {
  const input = { paths: [samples], from: 'auto' as const, progressId: 'one' }
  const report = answered(await carrel.bridge.call('terminal.import', input))
  const told = carrel.pushed('import.progress')
  expect(told.every(({ progressId }) => progressId === 'one')).toBe(true)
  expect(told.at(-1)).toMatchObject({ files: told[0]?.of, bytes: told[0]?.ofBytes })
  const heard = carrel.pushed('sessions.changed')
  expect(heard.map(({ id }) => id)).toEqual(report.imported.map(({ sessionId }) => sessionId))
  const listed = new Map((await list()).map((session) => [session.id, session]))
  for (const summary of heard) expect(summary).toEqual(listed.get(summary.id))
})

test('who only reads imports nothing', async () => {
  const reader = await bootCarrel({ home, host: null, as: 'reader' })
  const failure = refused(await reader.bridge.call('terminal.import', { paths: [samples], from: 'auto' }))
  expect(failure.code).not.toBe('internal')
  expect(await names()).toEqual([])
})

test('a folder whose inside may not be read hides no other one', async () => {
  await mkdir(join(logs, 'locked'))
  await copyFile(sample('seed/flat'), join(logs, 'z.jsonl'))
  await chmod(join(logs, 'locked'), 0)
  expect((await importFrom(logs)).imported).toHaveLength(1)
  await chmod(join(logs, 'locked'), 0o700)
  await rename(join(logs, 'locked'), join(logs, 'open'))
})
