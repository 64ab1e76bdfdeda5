// Every kind of log, with what is odd in each, against the session it has to become: each compared as a whole.
import { copyFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { longestLine } from '../../electron/services/importing/log-lines.ts'
import type { LogKind } from '../../shared/importing.ts'
import { isMessage } from '../../shared/session.ts'
import { sessionTree } from '../../shared/session-tree.ts'
import { temporaryFolder } from '../support/temp.ts'
import { found, read, sample, samples } from './samples.ts'

const changed = new Date('2026-10-01T10:00:00.000Z')

/** A log without times has that of its file. */
async function dated(name: string): Promise<string> {
  const path = join(await temporaryFolder(), 'log.jsonl')
  await copyFile(sample(name), path)
  await utimes(path, changed, changed)
  return path
}

const expected: [string, LogKind][] = [
  ['claude-code/branches', 'claude-code'],
  ['claude-code/odd', 'claude-code'],
  ['claude-code/agent-only', 'claude-code'],
  ['codex/rollback', 'codex'],
  ['codex/oldest', 'codex'],
  ['codex/rolled-back-whole', 'codex'],
  ['pi/tree', 'pi'],
  ['pi/first-version', 'pi'],
  ['seed/flat', 'seed'],
  ['carrel/rights', 'carrel'],
]

test.each(expected)('%s is known as a log of %s, and becomes exactly the expected sessions', async (name, kind) => {
  const { from, sessions } = await found(await dated(name))
  expect(from).toBe(kind)
  await expect(`${JSON.stringify(sessions, null, 2)}\n`).toMatchFileSnapshot(join(samples, `${name}.expected.json`))
})

const pathOf = async (name: string, session = 0) => {
  const { sessions } = await found(sample(name))
  return sessionTree(sessions[session]?.records ?? [])
    .path.filter(isMessage)
    .map(({ content }) => content)
}

test('Claude Code: the branch that was looked at last is shown, with both results of one answer on it', async () => {
  const said = await pathOf('claude-code/branches')
  expect(said[0]).toBe('Which moons does it show?')
  const { sessions } = await found(sample('claude-code/branches'))
  const tree = sessionTree(sessions[0]?.records ?? [])
  expect(tree.pathTo('a5')?.map(({ id }) => id)).toEqual(['u1', 'a1', 'r1', 'r2', 'a5'])
  expect(tree.leftOut).toEqual([])
})

test('Claude Code: what was counted of an answer is counted once, however many lines it has', async () => {
  const { sessions } = await found(sample('claude-code/branches'))
  const usages = sessions[0]?.records.flatMap((record) => ('usage' in record && record.usage ? [record.usage] : []))
  expect(usages?.map(({ outputTokens }) => outputTokens)).toEqual([44, 12, 3, 10, 10, 0])
})

test('Codex: what was rolled back is a branch beside, and off the path', async () => {
  const said = await pathOf('codex/rollback')
  expect(said).toContain('Weave a sail.')
  expect(said).not.toContain('Weave a flag.')
  expect(said.filter((text) => text.includes('What does the loom weave?'))).toHaveLength(1)
})

test('nothing that was imported can decide anything: no approval, no mode, no folder, no skill', async () => {
  const { sessions } = await found(sample('carrel/rights'))
  const records = sessions.flatMap((session) => session.records)
  expect(records.filter(({ type }) => type === 'approval' || type === 'skill')).toEqual([])
  for (const record of records) {
    if (record.type !== 'settings') continue
    expect(Object.keys(record).sort()).toEqual(['dialect', 'id', 'model', 'parentId', 'ts', 'type'])
  }
  expect(JSON.stringify(records)).not.toContain('Grant')
})

test('a log of a newer version is not guessed at', async () => {
  expect(await read(sample('carrel/newer'))).toEqual({ is: 'newer' })
})

test('a line beyond the limit is left out and counted, and the lines around it are read', async () => {
  const path = join(await temporaryFolder(), 'long.jsonl')
  const line = (content: string) => `${JSON.stringify({ role: 'user', content })}\n`
  await writeFile(path, line('before') + line('x'.repeat(longestLine)) + line('behind'))
  const { sessions } = await found(path)
  expect(sessions[0]?.records.map((record) => 'content' in record && record.content)).toEqual(['before', 'behind'])
  expect(sessions[0]?.leftOut).toEqual([{ reason: 'too-long', count: 1 }])
})

test('what is no log is none, whatever its name', async () => {
  const path = join(await temporaryFolder(), 'rollout-2026.jsonl')
  for (const text of ['', 'no json\n', '{}\n', '[]\n', '{"type":"event"}\n', '{"role":"user"}\n'.repeat(500)]) {
    await writeFile(path, text)
    expect(await read(path), text).toEqual({ is: 'not-a-log' })
  }
})

test('the kind that a person names counts, also where the first lines do not tell', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl')
  await writeFile(path, '{"x":1}\n'.repeat(300) + JSON.stringify({ role: 'user', content: 'Hello' }))
  expect(await read(path)).toEqual({ is: 'not-a-log' })
  expect((await found(path, { from: 'seed' })).sessions[0]?.records).toMatchObject([{ content: 'Hello' }])
})
