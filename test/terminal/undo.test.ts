// `carrel undo` and `carrel redo`: a run breaks a project, and all of it is taken back and done again.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let home: string
let project: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'greet.ts'), "export const greeting = 'Hello'\n")
})

const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
const breaking: Scenario = {
  turns: [
    {
      match: { nth: 1 },
      steps: [call('write_file', { path: 'greet.ts', content: 'broken' }), { done: 'stop' }],
    },
    { match: { nth: 2 }, steps: [call('write_file', { path: 'new/b.txt', content: 'b\n' }), { done: 'stop' }] },
    { match: { nth: 3 }, steps: [{ content: 'Done.' }, { done: 'stop' }] },
  ],
}
const carrel = (...words: string[]) => runTerminal({ arguments: ['--home', home, ...words] })
const greeting = () => readFile(join(project, 'greet.ts'), 'utf8')

async function broken(): Promise<string> {
  const server = await fakeServer({ scenario: breaking })
  const ended = await carrel('--host', server.url, 'run', '--json', '--workspace', project, 'Break it')
  expect(ended.code).toBe(0)
  expect(await greeting()).toBe('broken')
  return String(ended.lines()[0]?.['id'])
}

test('a run breaks a project; undo, redo and the list, with the session and without', async () => {
  const sessionId = await broken()
  const listed = await carrel('undo', '--list', '--json')
  expect(listed.json()).toMatchObject({
    sessionId,
    runs: [
      {
        state: 'done',
        limits: [],
        files: [
          { path: 'greet.ts', action: 'changed', added: 1, removed: 1 },
          { path: 'new/b.txt', action: 'created', added: 1, removed: 0 },
        ],
      },
    ],
  })
  expect((await carrel('undo', '--list')).out).toContain('changed  greet.ts  +1 -1')

  const undone = await carrel('undo', '--json')
  expect(undone.code).toBe(0)
  expect(undone.json()).toEqual({
    files: [
      { path: 'greet.ts', action: 'changed' },
      { path: 'new/b.txt', action: 'deleted' },
    ],
  })
  expect(await greeting()).toBe("export const greeting = 'Hello'\n")
  await expect(readFile(join(project, 'new/b.txt'))).rejects.toThrow('ENOENT')
  expect((await carrel('undo', '--list')).out).toContain('(undone)')

  const again = await carrel('undo')
  expect(again.code).toBe(1)
  expect(again.error).toContain('nothing to undo')

  const redone = await carrel('redo', sessionId)
  expect(redone.code).toBe(0)
  expect(redone.out).toBe('changed  greet.ts\ncreated  new/b.txt\n')
  expect(await greeting()).toBe('broken')
}, 60_000)

test('a file that was changed since is a conflict: a sentence, exit 4, and nothing is touched', async () => {
  const sessionId = await broken()
  await writeFile(join(project, 'greet.ts'), 'mine')
  const refused = await carrel('undo', sessionId)
  expect(refused.code).toBe(4)
  expect(refused.error).toContain('Nothing was changed, because greet.ts is not as the answer left it')
  const json = await carrel('undo', sessionId, '--json')
  expect(json.code).toBe(4)
  expect(json.json()).toMatchObject({ files: [], conflicts: ['greet.ts'], error: { code: 'denied' } })
  expect(await greeting()).toBe('mine')
  expect(await readFile(join(project, 'new/b.txt'), 'utf8')).toBe('b\n')

  await writeFile(join(project, 'greet.ts'), 'broken')
  expect((await carrel('undo', sessionId)).code).toBe(0)
  await writeFile(join(project, 'greet.ts'), 'mine again')
  const redo = await carrel('redo', sessionId, '--json')
  expect([redo.code, redo.json()]).toMatchObject([4, { files: [], conflicts: ['greet.ts'], error: { code: 'denied' } }])
  expect(await greeting()).toBe('mine again')
}, 60_000)

test('where nothing was ever changed there is nothing to undo, to redo or to list', async () => {
  for (const words of [['undo'], ['redo'], ['undo', 'no-such-session']]) {
    const ended = await carrel(...words)
    expect(ended.code).toBe(1)
    expect(ended.error).toContain('nothing to')
  }
  expect((await carrel('undo', '--list', '--json')).json()).toEqual({ sessionId: null, runs: [] })
}, 60_000)
