// `carrel sessions …` as a process: what it prints, validated, and how it exits.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { stopReasons } from '../../shared/session.ts'
import { type FakeOllama, gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { changed, listed, shown } from '../support/terminal-shapes.ts'

const nowhere = 'http://127.0.0.1:9'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const carrel = (...words: string[]) => runTerminal({ arguments: ['--home', home, '--host', nowhere, ...words] })
const on = (server: FakeOllama, ...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', server.url, ...words] })

async function writeSession(name: string, bytes: Buffer): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', name), bytes)
}

describe('sessions list', () => {
  test('shows what was asked, newest first, in the shape of the contract', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'yes' }, { done: 'stop' }) })
    await on(server, 'run', 'the older one')
    await on(server, 'run', 'the newer one')
    const ended = await carrel('sessions', 'list', '--json')
    const { sessions } = listed.parse(ended.json())
    expect(ended.code).toBe(0)
    expect(sessions.map(({ title }) => title)).toEqual(['the newer one', 'the older one'])
    expect(sessions[0]).toMatchObject({ entries: 2, model: gemma.name, archived: false, state: 'ok', badLines: 0 })
    const told = await carrel('sessions')
    expect(told.out.split('\n').map((line) => line.slice(56))).toEqual(['the newer one', 'the older one', ''])
  })

  test('lists what is damaged, newer, unreadable or strange, and leaves out what is no session', async () => {
    await writeSession('empty.jsonl', Buffer.alloc(0))
    await writeSession('newer.jsonl', toBytes({ ...header, v: 9 }, message('m', null)))
    await writeSession('partly.jsonl', toBytes(header, message('m', null, { ts: 'yesterday' }), '{"type":"mess'))
    await writeSession('away.jsonl.archived', toBytes(header, message('m', null)))
    await writeSession('notes.txt', Buffer.from('x'))
    await writeSession('a b.jsonl', toBytes(header))
    await mkdir(join(home, 'sessions', 'folder.jsonl'))
    const states = (json: unknown) =>
      listed.parse(json).sessions.map(({ id, state, badLines }) => [id, state, badLines])
    expect(states((await carrel('sessions', 'list', '--json')).json()).sort()).toEqual([
      ['empty', 'damaged', 0],
      ['newer', 'readonly', 0],
      ['partly', 'ok', 1],
    ])
    expect(states((await carrel('sessions', 'list', '--json', '--archived')).json())).toEqual([['away', 'ok', 0]])
    expect(states((await carrel('--all', 'sessions', '--json', 'list')).json())).toHaveLength(4)
  })

  test('of a folder that is not there is empty, and makes none', async () => {
    expect((await carrel('sessions', 'list', '--json')).json()).toEqual({ sessions: [] })
    await expect(readdir(home)).rejects.toThrow('ENOENT')
  })

  test('a title cannot steer the terminal', async () => {
    await writeSession('s.jsonl', toBytes(header, message('m', null, { content: 'a\u001b[2Jb\u0007' })))
    expect((await carrel('sessions', 'list')).out).toMatch(/ {2}a \[2Jb\n$/)
  })
})

describe('sessions show', () => {
  test('gives the active path in the shape of the contract', async () => {
    const lines = [message('q', null), message('a1', 'q'), message('a2', 'q', { role: 'assistant', stop: 'stop' })]
    await writeSession('s.jsonl', toBytes(header, ...lines))
    const ended = await carrel('sessions', 'show', 's', '--json')
    const { entries, diagnostics } = shown.parse(ended.json())
    expect([ended.code, entries, diagnostics]).toEqual([0, [lines[0], lines[2]], []])
    expect(stopReasons).toContain('stop')
  })

  test('prints all the same when bytes were skipped, and exits 6', async () => {
    const damaged = '{"type":"message","id":"x'
    await writeSession('s.jsonl', toBytes(header, damaged, message('m', null, { content: 'still here' })))
    const ended = await carrel('sessions', 'show', 's', '--json')
    const { entries, diagnostics, session } = shown.parse(ended.json())
    expect([ended.code, entries.map(({ id }) => id), session.state, session.badLines]).toEqual([6, ['m'], 'ok', 1])
    expect(diagnostics).toMatchObject([{ code: 'bad_line', offset: toBytes(header).length, length: damaged.length }])
    const told = await carrel('sessions', 'show', 's')
    expect([told.code, told.out]).toEqual([
      6,
      `still here\n\nYou\nstill here\n\n(${messages.terminal.skipped(damaged.length)})\n`,
    ])
  })

  test('a line that was written twice is mended, not damage', async () => {
    await writeSession('s.jsonl', toBytes(header, message('m', null), message('m', null)))
    expect((await carrel('sessions', 'show', 's', '--json')).code).toBe(0)
  })

  test('of one without a valid record exits 6, of none 1, of an id that is none 2', async () => {
    await writeSession('s.jsonl', Buffer.from('\0\0'))
    const damaged = await carrel('sessions', 'show', 's', '--json')
    expect([damaged.code, shown.parse(damaged.json()).session.state]).toEqual([6, 'damaged'])
    const none = await carrel('sessions', 'show', 'nobody', '--json')
    expect([none.code, none.json()]).toMatchObject([1, { error: { code: 'not-found' } }])
    const wrong = await carrel('sessions', 'show', '../s', '--json')
    expect([wrong.code, wrong.json()]).toMatchObject([2, { error: { code: 'invalid-input' } }])
    expect((await carrel('sessions', 'show')).code).toBe(2)
  })
})

test('sessions rename, archive and restore say what was done and what was not', async () => {
  await writeSession('s.jsonl', toBytes(header, message('m', null)))
  const done = async (...words: string[]) => {
    const ended = await carrel('sessions', ...words, '--json')
    return [ended.code, changed.parse(ended.json())]
  }
  expect(await done('rename', 's', 'A', 'new', 'title')).toEqual([0, { done: ['s'], failed: [] }])
  expect(await done('archive', 's', 'nobody')).toMatchObject([
    1,
    { done: ['s'], failed: [{ id: 'nobody', code: 'not-found' }] },
  ])
  expect(await readdir(join(home, 'sessions'))).toEqual(['s.jsonl.archived'])
  expect(await done('rename', 's', 'x')).toMatchObject([1, { done: [], failed: [{ code: 'denied' }] }])
  expect(await done('restore', 's')).toEqual([0, { done: ['s'], failed: [] }])
  const { sessions } = listed.parse((await carrel('sessions', 'list', '--json')).json())
  expect(sessions).toMatchObject([{ id: 's', title: 'A new title', archived: false }])
  await writeSession('s.jsonl.archived', toBytes(header))
  expect(await done('restore', 's')).toMatchObject([1, { done: [], failed: [{ code: 'busy' }] }])
  expect((await carrel('sessions', 'fly')).code).toBe(2)
})
