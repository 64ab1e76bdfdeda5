// `carrel doctor` on a data folder with damage: what it says of each session, alone, beside an owner, and attached.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attachTo } from '../../electron/attach/attach-client.ts'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { conversation, header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { checked } from '../support/terminal-shapes.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534
const words = messages.terminal.data
const names = messages.terminal.checks

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
})

const write = (name: string, ...bytes: Uint8Array[]) => writeFile(join(home, 'sessions', name), Buffer.concat(bytes))
const doctor = (host: string, ...more: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', host, 'doctor', ...more] })
const whole = toBytes(...conversation(3))

async function writeDamage(): Promise<void> {
  await write('whole.jsonl', whole)
  await write('torn.jsonl', toBytes(header, message('m1', null)), Buffer.from('{"type":"mess'))
  await write('nul.jsonl.archived', toBytes(header, message('m1', null)), Buffer.alloc(512))
  await write('empty.jsonl', Buffer.alloc(0))
  await write('headerless.jsonl', toBytes(message('m1', null, { content: 'no header' })))
  await write('newer.jsonl', toBytes({ ...header, v: 9 }, message('m1', null, { content: 'from tomorrow' })))
  await write('both.jsonl', toBytes(header, message('m1', null)))
  await write('both.jsonl.archived', toBytes(header))
  await write('Both.jsonl', toBytes(header))
  await write('both.conflict-2026-11-22T08-00-00-000Z.jsonl.archived', toBytes(header))
  await write('not a session.jsonl', Buffer.from('x'))
  await write('gone.draft', Buffer.from('{}'))
}

describe('a folder with damage', () => {
  test('is told session by session, and the exit code is 6', async () => {
    await writeDamage()
    const server = await fakeServer()
    const ended = await doctor(server.url, '--json')
    const { checks, sessions } = checked.parse(ended.json())
    expect(ended.code).toBe(6)
    expect(sessions.map(({ id, archived, state, skippedBytes }) => [id, archived, state, skippedBytes])).toEqual([
      ['Both', false, 'ok', 0],
      ['both.conflict-2026-11-22T08-00-00-000Z', true, 'ok', 0],
      ['both', false, 'ok', 0],
      ['both', true, 'ok', 0],
      ['empty', false, 'damaged', 0],
      ['headerless', false, 'ok', 0],
      ['newer', false, 'readonly', 0],
      ['nul', true, 'ok', 512],
      ['torn', false, 'ok', 13],
      ['whole', false, 'ok', 0],
    ])
    expect(sessions.find(({ id }) => id === 'torn')?.lastGood).toEqual({
      offset: toBytes(header).length,
      ts: '2026-11-22T08:00:01.000Z',
      type: 'message',
      role: 'user',
      words: 'words of m1',
    })
    const check = checks.find(({ name }) => name === names.sessions)
    expect(check).toMatchObject({ status: 'warn' })
    // Nine sessions: the archived file beside a live one is none of its own.
    expect(check?.detail).toMatch(/^9 sessions, .*; 3 damaged, 525 bytes had to be skipped; trash empty; .* free$/)
  })

  test('is said in words, with the last good line of each', async () => {
    await writeDamage()
    const server = await fakeServer()
    const { out } = await doctor(server.url)
    const [, damaged = '', newer = '', others = ''] = out.split(/^(?=\S.*\n {2}\S)/m).filter((part) => part !== '')
    expect(damaged.split('\n')).toEqual([
      words.damaged,
      `  empty  ${messages.terminal.untitled}`,
      `      ${words.empty}`,
      `  nul  words of m1  (${words.archived})`,
      `      ${words.skipped(512, 0)}`,
      `      ${words.at(toBytes(header, message('m1', null)).length, 512, 'Empty bytes, as a crash leaves them')}`,
      `      ${words.lastGood('2026-11-22T08:00:01.000Z', toBytes(header).length, 'words of m1')}`,
      '  torn  words of m1',
      `      ${words.skipped(13, 1)}`,
      `      ${words.at(toBytes(header, message('m1', null)).length, 13, 'A line that is no whole record')}`,
      `      ${words.lastGood('2026-11-22T08:00:01.000Z', toBytes(header).length, 'words of m1')}`,
      '',
      '',
    ])
    expect(newer).toContain(`${words.newer}\n  newer  from tomorrow\n`)
    expect(others).toContain(words.shadowed('both'))
    expect(others).toContain(words.copies.conflict('both.conflict-2026-11-22T08-00-00-000Z'))
    expect(others).toContain(words.sameButCase(['Both', 'both']))
    for (const name of ['not a session.jsonl', 'gone.draft']) expect(others).toContain(name)
  })

  test('cannot write to the terminal what a title says', async () => {
    const title = {
      type: 'title',
      id: 't',
      ts: header['ts'],
      title: 'A \u001b]0;x\u0007title\nof two lines',
      by: 'user',
    }
    await write('s.jsonl', toBytes(header, title, 'rubbish'))
    const server = await fakeServer()
    const { out } = await doctor(server.url)
    expect(out).toContain('  s  A ]0;xtitle of two lines\n')
    expect(out).not.toContain('\u001b')
  })

  test('counts what lies in the trash', async () => {
    await write('s1.jsonl', whole)
    await write('s2.jsonl', whole)
    const server = await fakeServer()
    await runTerminal({ arguments: ['--home', home, '--host', server.url, 'sessions', 'delete', 's2'] })
    const ended = await doctor(server.url, '--json')
    const { checks } = checked.parse(ended.json())
    const check = checks.find(({ name }) => name === names.sessions)
    expect([ended.code, check?.status]).toEqual([0, 'ok'])
    expect(check?.detail).toMatch(/^1 session, .*; every line readable; 1 in the trash, /)
  })
})

describe.skipIf(!isRoot)('a session that this user may not read', () => {
  test('is unreadable, the others are read, and nothing counts as skipped', async () => {
    await write('closed.jsonl', whole)
    await write('open.jsonl', whole)
    await chmod(join(home, '..'), 0o755)
    await chmod(join(home, 'sessions', 'closed.jsonl'), 0)
    const server = await fakeServer()
    const asNobody = (...more: string[]) =>
      runTerminal({ arguments: ['--home', home, '--host', server.url, 'doctor', ...more], uid: nobody })
    const { sessions } = checked.parse((await asNobody('--json')).json())
    const failure = messages.failures.cannotRead(join(home, 'sessions', 'closed.jsonl'))
    expect(sessions).toMatchObject([
      { id: 'closed', state: 'unreadable', bytes: whole.length, skippedBytes: 0, lastGood: null, failure },
      { id: 'open', state: 'ok', failure: null },
    ])
    expect((await asNobody()).out).toContain(`  closed  ${messages.terminal.untitled}\n      ${failure}\n`)
  })
})

describe('while another process owns the folder', () => {
  test('and writes an answer, doctor reads beside it, and the same check can be asked of the owner', async () => {
    await write('torn.jsonl', toBytes(header, message('m1', null)), Buffer.from('{"type":"mess'))
    const server = await fakeServer({
      scenario: steps({ content: 'Begun ' }, { gate: 'middle' }, { content: 'and ended' }, { done: 'stop' }),
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('a question')
    await server.waitForGate('middle')

    const ended = await doctor(server.url, '--json')
    const { checks, sessions } = checked.parse(ended.json())
    expect(ended.code).toBe(6)
    expect(checks).toContainEqual(expect.objectContaining({ name: names.owner, detail: names.ownerBusy(process.pid) }))
    expect(sessions.map(({ id, skippedBytes, lastGood }) => [id, skippedBytes, lastGood?.words])).toEqual([
      [sessionId, 0, 'a question'],
      ['torn', 13, 'words of m1'],
    ])

    const { home: owned } = carrel.app.services
    const attached = await attachTo(owned.socketPath)
    const told: unknown[] = []
    attached.on('check.progress', (progress) => told.push(progress))
    const { data } = answered(await attached.call('app.check', { progressId: 'mine' }))
    attached.close()
    expect(data?.sessions.map(({ id }) => id)).toEqual([sessionId, 'torn'])
    expect(data?.others).toEqual([])
    expect(told.at(-1)).toMatchObject({ progressId: 'mine', files: 2, of: 2 })

    server.release('middle')
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'stop' })
    expect((await carrel.messages(sessionId)).at(-1)).toMatchObject({ content: 'Begun and ended' })
  })

  test('a check that is cancelled ends with `cancelled`', async () => {
    for (let count = 0; count < 50; count++) await write(`s${count}.jsonl`, whole)
    const server = await fakeServer()
    const carrel = await bootCarrel({ home, host: server.url })
    const controller = new AbortController()
    carrel.bridge.on('check.progress', () => controller.abort())
    const answer = await carrel.bridge.call('app.check', { progressId: 'mine' }, controller.signal)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  })
})
