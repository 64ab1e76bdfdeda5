// What changes on the disk is told, once for all that happens in a moment.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { waitFor } from '../support/wait.ts'
import { skillRoom, skillText } from './room.ts'

test('a changed, a new, a renamed and a removed skill are told, and a look finds them', async () => {
  const room = await skillRoom()
  const path = await room.putSkill('home/.claude/skills', 'first')
  await room.put('home/.claude/skills/first/scripts/run.sh', 'echo one')
  await room.switchOn('first')
  const root = join(room.home, '.claude/skills')
  const afterwards = async (change: () => Promise<unknown>) => {
    await room.library()
    room.changes.length = 0
    await change()
    await waitFor('the change to be told', () => room.changes.length > 0)
    return await room.states()
  }
  expect(await afterwards(() => writeFile(join(root, 'first/scripts/run.sh'), 'echo two'))).toEqual([
    'first user changed',
  ])
  expect(await afterwards(() => writeFile(path, skillText('renamed')))).toEqual(['renamed user changed'])
  expect(await afterwards(() => room.putSkill('home/.claude/skills', 'second'))).toHaveLength(2)
  expect(await afterwards(() => rename(join(root, 'second'), join(root, 'third')))).toHaveLength(2)
  expect(await afterwards(() => rm(join(root, 'first'), { recursive: true }))).toEqual(['second user off'])
  await room.skills.close()
})

test('a thousand writes in a row are told few times', async () => {
  const room = await skillRoom()
  await room.putSkill('data/skills', 'busy')
  await room.library()
  await mkdir(join(room.data, 'skills/busy/out'))
  for (let at = 0; at < 1_000; at += 1) await writeFile(join(room.data, 'skills/busy', `${at}.txt`), 'x')
  await waitFor('the change to be told', () => room.changes.length > 0)
  expect(room.changes.length).toBeLessThan(5)
  await room.skills.close()
})

test('trust in a folder is told: its skills wait for it', async () => {
  const room = await skillRoom()
  await room.trust.set(room.project, true)
  expect(room.changes).toEqual(['skills.changed'])
})
