// `carrel sessions delete|pin|unpin` and `carrel trash …` as processes.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { changed, listed, trashListed } from '../support/terminal-shapes.ts'

let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  for (const id of ['one', 'two']) {
    await writeFile(
      join(home, 'sessions', `${id}.jsonl`),
      toBytes(header, message('m', null, { content: `ask ${id}` })),
    )
  }
})

const carrel = (...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', ...words] })
const done = async (...words: string[]) => {
  const ended = await carrel(...words, '--json')
  return [ended.code, changed.parse(ended.json())]
}
const inSessions = async () => (await readdir(join(home, 'sessions'))).sort()

test('delete goes to the trash, trash list shows it, restore puts it back, empty removes it for good', async () => {
  expect(await done('sessions', 'delete', 'one', 'nobody', '../two')).toEqual([
    1,
    {
      done: ['one'],
      failed: [
        { id: 'nobody', code: 'not-found', message: messages.failures.sessionNotFound },
        { id: '../two', code: 'invalid-input', message: expect.any(String) },
      ],
    },
  ])
  expect(await inSessions()).toEqual(['two.jsonl'])
  const list = await carrel('trash', 'list', '--json')
  const bytes = toBytes(header, message('m', null, { content: 'ask one' })).length
  expect([list.code, trashListed.parse(list.json())]).toMatchObject([
    0,
    { trash: [{ id: 'one', title: 'ask one', bytes }] },
  ])
  expect((await carrel('trash')).out).toMatch(/^one {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}ask one\n$/)
  expect(await done('trash', 'restore', 'one', 'two')).toMatchObject([
    1,
    { done: ['one'], failed: [{ id: 'two', code: 'not-found', message: messages.failures.notInTrash }] },
  ])
  expect(await inSessions()).toEqual(['one.jsonl', 'two.jsonl'])
  expect(await done('sessions', 'delete', 'one')).toEqual([0, { done: ['one'], failed: [] }])
  expect(await done('trash', 'empty')).toEqual([0, { done: ['one'], failed: [] }])
  expect(await done('trash', 'empty')).toEqual([0, { done: [], failed: [] }])
  expect((await carrel('trash', 'list')).out).toBe(`${messages.terminal.trashEmpty}\n`)
  expect(await readdir(join(home, 'trash'))).toEqual([])
})

test('delete --permanently skips the trash', async () => {
  expect(await done('sessions', 'delete', '--permanently', 'one')).toEqual([0, { done: ['one'], failed: [] }])
  expect(await inSessions()).toEqual(['two.jsonl'])
  await expect(readdir(join(home, 'trash'))).rejects.toThrow('ENOENT')
})

test('pin and unpin are records of the session and show in the list', async () => {
  const pinned = async () =>
    listed
      .parse((await carrel('sessions', 'list', '--json')).json())
      .sessions.flatMap((one) => (one.pinned ? one.id : []))
  expect(await done('sessions', 'pin', 'one', 'nobody')).toMatchObject([
    1,
    { done: ['one'], failed: [{ id: 'nobody', code: 'not-found' }] },
  ])
  expect(await pinned()).toEqual(['one'])
  expect(await done('sessions', 'unpin', 'one')).toEqual([0, { done: ['one'], failed: [] }])
  expect(await pinned()).toEqual([])
  const metas = (await linesOf(join(home, 'sessions', 'one.jsonl'))).slice(-2)
  const of = (is: boolean) => ({ type: 'meta', id: expect.any(String), ts: expect.any(String), pinned: is })
  expect(metas).toEqual([of(true), of(false)])
})

test.each([
  ['no id to delete', ['sessions', 'delete']],
  ['no id to pin', ['sessions', 'pin']],
  ['no id to restore', ['trash', 'restore']],
  ['one id to empty', ['trash', 'empty', 'one']],
  ['an unknown command', ['trash', 'burn']],
])('exit 2 for %s, and nothing is changed', async (_what, words) => {
  const ended = await carrel(...words, '--json')
  expect([ended.code, ended.json()]).toMatchObject([2, { error: { code: 'invalid-input' } }])
  expect(await readdir(home)).toEqual(['sessions'])
  expect(await inSessions()).toEqual(['one.jsonl', 'two.jsonl'])
})

test('trash list makes no folder', async () => {
  expect((await carrel('trash', 'list', '--json')).json()).toEqual({ trash: [] })
  expect(await readdir(home)).toEqual(['sessions'])
})
