// What became of a skill is counted out of the logs: answers, not lines, of thirty days, and copies of a session once.
import { appendFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { createSkillUses } from '../../electron/services/sessions/skill-use.ts'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const now = new Date('2026-11-29T12:00:00.000Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString()

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

const offered = (id: string, ts: string, names: string[]): Line => {
  return { type: 'skill', id, parentId: 'q', ts, event: 'offered', by: 'model', names, tokens: 20 }
}
const used = (id: string, ts: string, name: string, event: 'chosen' | 'read', by: 'model' | 'user' = 'model'): Line => {
  return { type: 'skill', id, parentId: `result-${id}`, ts, name, event, by, callId: `c-${id}`, tokens: 40 }
}

async function session(id: string, ...lines: (Line | string)[]) {
  const path = join(folder, `${id}.jsonl`)
  await writeFile(path, toBytes(header, message('q', null), ...lines))
  await utimes(path, now, now)
  return { id, path, archived: false }
}
const titleOf = async (sessionId: string) => `Title of ${sessionId}`

test('offered, chosen and read are counted by answers, the newest uses are named', async () => {
  const places = [
    await session(
      'one',
      offered('o1', daysAgo(3), ['plan', 'notes']),
      used('u1', daysAgo(3), 'plan', 'chosen'),
      used('u2', daysAgo(3), 'plan', 'chosen'),
      used('u3', daysAgo(3), 'plan', 'read'),
      offered('o2', daysAgo(2), ['plan', 'notes']),
      message('a', 'q', { role: 'assistant', content: '{"type":"skill","event":"chosen","name":"plan"}' }),
    ),
    await session('two', offered('o3', daysAgo(1), ['plan']), used('u4', daysAgo(1), 'plan', 'chosen', 'user')),
  ]
  const uses = createSkillUses({ now: () => now })
  expect(await uses.of('plan', places, titleOf)).toEqual({
    offered: 3,
    chosen: 2,
    read: 1,
    lastChosen: daysAgo(1),
    latest: [
      { sessionId: 'two', title: 'Title of two', entryId: 'result-u4', ts: daysAgo(1), by: 'user' },
      { sessionId: 'one', title: 'Title of one', entryId: 'result-u1', ts: daysAgo(3), by: 'model' },
    ],
  })
  expect(await uses.of('notes', places, titleOf)).toMatchObject({ offered: 2, chosen: 0, latest: [], lastChosen: null })
  expect(await uses.of('never', places, titleOf)).toMatchObject({ offered: 0, chosen: 0, read: 0 })
})

test('what is older than thirty days does not count, nor a copy of what counted, nor a torn line', async () => {
  const lines = [
    offered('o1', daysAgo(40), ['plan']),
    used('u1', daysAgo(40), 'plan', 'chosen'),
    offered('o2', daysAgo(5), ['plan']),
    '{"type":"skill","id":"torn","parentId":null,"ts":"2026',
  ]
  const places = [await session('one', ...lines), await session('fork', ...lines)]
  expect(await createSkillUses({ now: () => now }).of('plan', places, titleOf)).toMatchObject({ offered: 1, chosen: 0 })
})

test('a log that grows is read on, also from the middle of a line, and one that was replaced is read anew', async () => {
  const place = await session('one', offered('o1', daysAgo(1), ['plan']))
  const uses = createSkillUses({ now: () => now })
  const counted = async () => {
    const { offered: times, chosen } = await uses.of('plan', [place], titleOf)
    return [times, chosen]
  }
  expect(await counted()).toEqual([1, 0])
  const more = toBytes(used('u1', daysAgo(1), 'plan', 'chosen'), offered('o2', daysAgo(1), ['plan'])).toString()
  await appendFile(place.path, more.slice(0, 30))
  expect(await counted()).toEqual([1, 0])
  await appendFile(place.path, more.slice(30))
  expect(await counted()).toEqual([2, 1])
  await session('one', offered('o9', daysAgo(1), ['plan']))
  expect(await counted()).toEqual([1, 0])
})

test('a long log is read in pieces, and a line may lie on two of them', async () => {
  const filler = Array.from({ length: 40 }, (_, at) => message(`m${at}`, 'q', { content: 'x'.repeat(64_000 + at) }))
  const lines = filler.flatMap((line, at) => [line, offered(`o${at}`, daysAgo(1), ['plan'])])
  const place = await session('one', ...lines)
  expect(await createSkillUses({ now: () => now }).of('plan', [place], titleOf)).toMatchObject({ offered: 40 })
})
