// `carrel logs …`, as processes: logs stay where they are, are opened and found there, and are never written to.
import { appendFile, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sample, samples } from '../importing/samples.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let home: string
let logs: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const room = await temporaryFolder()
  home = join(room, 'home')
  logs = join(room, 'logs')
  await cp(samples, logs, { recursive: true })
})

const carrel = (...words: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', ...words], cwd: logs })
const mounts = z.strictObject({
  mounts: z.array(
    z.strictObject({ path: z.string(), kind: z.string(), sessions: z.number(), trouble: z.string().nullable() }),
  ),
})
const told = async (...words: string[]) => mounts.parse((await carrel(...words, '--json')).json()).mounts
const found = z.looseObject({
  hits: z.array(z.looseObject({ sessionId: z.string(), entryId: z.string().nullable(), snippet: z.string() })),
})
const search = async (words: string) =>
  found.parse((await carrel('sessions', 'search', words, '--all', '--json')).json()).hits
const listed = async () => Object((await carrel('sessions', 'list', '--all', '--json')).json()).sessions

async function bytesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(files.sort().map(async (path) => `${path} ${(await readFile(path)).toString('base64')}`))
}

test('a folder is mounted: its sessions are found and shown, in no list, and the logs stay to the byte', async () => {
  const before = await bytesBelow(logs)
  expect(await told('logs', 'mount', '.')).toEqual([{ path: logs, kind: 'auto', sessions: 11, trouble: null }])
  expect(await told('logs', 'list')).toEqual([{ path: logs, kind: 'auto', sessions: 11, trouble: null }])
  expect(await listed()).toEqual([])
  const [hit] = await search('"Weave a sail"')
  expect(hit?.sessionId).toMatch(/^log-[0-9a-f]{24}$/)
  const shown = await carrel('sessions', 'show', hit?.sessionId ?? '')
  expect(shown.code).toBe(0)
  expect(shown.out).toContain('Weave a sail.')
  expect(shown.out).not.toContain('Weave a flag.')
  expect(await bytesBelow(logs)).toEqual(before)
  expect(await readdir(join(home, 'sessions')).catch(() => [])).toEqual([])
})

test('whatever would write to one is refused, and says what to do', async () => {
  await carrel('logs', 'mount', logs)
  const [hit] = await search('"Weave a sail"')
  const id = hit?.sessionId ?? ''
  for (const words of [
    ['rename', id, 'x'],
    ['archive', id],
    ['pin', id],
    ['delete', id],
    ['delete', '--permanently', id],
  ]) {
    const { code, error } = await carrel('sessions', ...words)
    expect([words[0], code]).toEqual([words[0], 1])
    expect(error).toContain('import it to go on with it')
  }
  for (const words of [
    ['fork', id],
    ['repair', id],
  ])
    expect((await carrel('sessions', ...words)).code).toBe(4)
  expect((await carrel('run', '--session', id, 'Go on')).error).toContain('import it to go on with it')
  expect((await search('"Weave a sail"'))[0]?.sessionId).toBe(id)
})

test('what is added to a log is found, what is gone is not, and the others keep their ids', async () => {
  await carrel('logs', 'mount', logs)
  const [before] = await search('steeps')
  await appendFile(
    join(logs, 'pi', 'tree.jsonl'),
    `${JSON.stringify({ type: 'message', id: 'e9', parentId: 'e0000006', message: { role: 'user', content: 'And oolong?' } })}\n`,
  )
  await rm(join(logs, 'codex'), { recursive: true })
  const [added] = await search('oolong')
  expect(added?.sessionId).toBe(before?.sessionId)
  expect(await search('"Weave a sail"')).toEqual([])
  expect(await told('logs', 'list')).toMatchObject([{ sessions: 8 }])
})

test('a folder that is not there just now is said, and what was read of it is still found', async () => {
  await carrel('logs', 'mount', logs)
  await rename(logs, `${logs}-away`)
  const again = await runTerminal({
    arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'sessions', 'search', 'sail', '--json'],
  })
  expect(found.parse(again.json()).hits.length).toBeGreaterThan(0)
  const list = await runTerminal({
    arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'logs', 'list', '--json'],
  })
  expect(mounts.parse(list.json()).mounts[0]?.trouble).toContain('It is not there now.')
  await rename(`${logs}-away`, logs)
})

test('unmounted, nothing of it is left but the logs', async () => {
  await carrel('logs', 'mount', logs)
  expect(await told('logs', 'unmount', logs)).toEqual([])
  expect(await search('sail')).toEqual([])
  expect(await readdir(join(home, 'cache', 'sessions'))).toEqual([])
  expect((await carrel('logs', 'unmount', logs)).code).toBe(1)
})

test('a cache that was deleted is made anew, and a damaged list of mounts is said', async () => {
  await carrel('logs', 'mount', logs)
  await rm(join(home, 'cache'), { recursive: true })
  expect((await search('"Weave a sail"')).length).toBe(1)
  await writeFile(join(home, 'mounts.json'), '{"mounts":[{"path":3}]}')
  const { code, error } = await carrel('logs', 'list')
  expect(code).toBe(6)
  expect(error).toContain('mounts.json')
})

test('links inside lead nowhere, and no other file is read', async () => {
  const inside = join(logs, 'inside')
  await mkdir(inside)
  await symlink(sample('seed/flat'), join(inside, 'a.jsonl'))
  await writeFile(join(inside, 'b.txt'), JSON.stringify({ role: 'user', content: 'xyzzy' }))
  await chmod(join(inside, 'b.txt'), 0o644)
  expect(await told('logs', 'mount', inside)).toMatchObject([{ sessions: 0 }])
  expect((await carrel('logs', 'mount', join(logs, 'nowhere'))).code).toBe(1)
  expect((await carrel('logs', 'mount')).code).toBe(2)
  expect((await carrel('logs', 'mount', logs, '--from', 'word')).code).toBe(2)
})
