// What a person has said of skills, in skills.json: kept whatever lies there, and nothing on that nobody agreed to.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openHome } from '../../electron/services/home/home.ts'
import { createSkills } from '../../electron/services/skills/skills.ts'
import { never, type SkillRoom, skillRoom } from './room.ts'

let room: SkillRoom
let path: string
beforeEach(async () => {
  room = await skillRoom()
  path = join(room.data, 'skills.json')
  await room.putSkill('data/skills', 'notes')
  await room.putSkill('built-in', 'ours')
})
const onDisk = async () => JSON.parse(await readFile(path, 'utf8'))

test('it says for whom, as what, and since when, and keeps what it does not know', async () => {
  const { key, hash } = await room.switchOn('notes')
  const written = await onDisk()
  expect(written).toEqual({
    version: 1,
    skills: {
      [key]: {
        on: true,
        accepted: hash,
        folder: join(room.data, 'skills/notes'),
        scope: 'user',
        at: expect.any(String),
      },
    },
  })
  const entry = { ...written.skills[key], note: 'by hand' }
  await writeFile(
    path,
    JSON.stringify({ ...written, more: true, skills: { [key]: entry, other: { ...entry, on: false } } }),
  )
  await room.skills.setEnabled(key, false, hash)
  expect(await onDisk()).toMatchObject({
    more: true,
    skills: { [key]: { on: false, accepted: hash, note: 'by hand' } },
  })
  expect(Object.keys((await onDisk()).skills)).toHaveLength(2)
})

test('one that a newer Carrel has written stays as it is: nothing is on, and nothing can be switched', async () => {
  const { key, hash } = await room.named('notes')
  const newer = JSON.stringify({ version: 2, skills: { [key]: { on: true, accepted: hash } } })
  await writeFile(path, newer)
  expect(await room.states()).toEqual(['notes user off', 'ours built-in off'])
  expect(await room.skills.offered(null, { notes: true, ours: true })).toEqual([])
  await expect(room.skills.setEnabled(key, true, hash)).rejects.toMatchObject({ failure: { code: 'denied' } })
  expect(await readFile(path, 'utf8')).toBe(newer)
})

test.each(['{"half', '[]', '{"version": 1}', '{"version": 1, "skills": {"a": {"on": "yes"}}}'])(
  'one that cannot be read (%s) has nothing on that a person has installed, and is kept beside its place',
  async (text) => {
    await room.switchOn('notes')
    await writeFile(path, text)
    expect(await room.states()).toEqual(['notes user off', 'ours built-in on'])
    expect(room.logged.join()).toContain('skills.json')
    await room.switchOn('notes')
    const [kept = ''] = (await readdir(room.data)).filter((name) => name.startsWith('skills.broken'))
    expect(await readFile(join(room.data, kept), 'utf8')).toBe(text)
    expect(await room.states()).toEqual(['notes user on', 'ours built-in on'])
  },
)

test('what comes with Carrel is on, also after an update that changed it and lies elsewhere, until it is switched off', async () => {
  expect(await room.states()).toEqual(['notes user off', 'ours built-in on'])
  await room.put('built-in/ours/more.md', 'More.')
  expect(await room.states()).toContain('ours built-in on')
  const { key, hash } = await room.named('ours')
  await room.skills.setEnabled(key, false, hash)
  expect(await room.states()).toContain('ours built-in off')
  const moved = join(room.folder, 'version-2')
  await rename(room.builtIn, moved)
  const home = await openHome(room.data, 'reader', room.surroundings)
  const updated = createSkills({ ...room.dependencies, home, builtIn: moved, follows: false })
  const { skills } = await updated.library(null, never)
  expect(skills.map(({ key: now, name, state }) => [name, state, now === key])).toEqual([
    ['notes', 'off', false],
    ['ours', 'off', true],
  ])
})

test("a session's own choice counts for what a person has agreed to, and for nothing else", async () => {
  const shown = await room.named('notes')
  expect(await room.skills.offered(null, { notes: true, ours: false })).toEqual([])
  await expect(room.skills.accept(shown.key, '0'.repeat(64))).rejects.toMatchObject({ failure: { code: 'denied' } })
  expect(await room.skills.accept(shown.key, shown.hash)).toMatchObject({ state: 'off', isEnabled: false })
  const names = async (choices: Record<string, boolean>) =>
    (await room.skills.offered(null, choices)).map(({ name }) => name)
  expect(await names({})).toEqual(['ours'])
  expect(await names({ Notes: true })).toEqual(['notes', 'ours'])
  await room.switchOn('notes')
  expect(await names({ notes: false })).toEqual(['ours'])
  await room.put('data/skills/notes/more.md', 'More.')
  expect(await names({ notes: true })).toEqual(['ours'])
})

test('switching off needs no look at what is there now; what is refused cannot be switched on', async () => {
  const { key } = await room.switchOn('notes')
  await room.put('data/skills/notes/SKILL.md', 'nothing')
  const [now] = (await room.library()).skills
  expect(now).toMatchObject({ state: 'refused', isEnabled: true })
  await expect(room.skills.setEnabled(key, true, now?.hash ?? '')).rejects.toMatchObject({
    failure: { code: 'denied' },
  })
  expect(await room.skills.setEnabled(key, false, '0'.repeat(64))).toMatchObject({ isEnabled: false })
})

test('a reader of the folder sees everything and switches nothing', async () => {
  const { key, hash } = await room.named('notes')
  const home = await openHome(room.data, 'reader', room.surroundings)
  const skills = createSkills({ ...room.dependencies, home, follows: false })
  expect((await skills.library(null, never)).skills).toHaveLength(2)
  await expect(skills.setEnabled(key, true, hash)).rejects.toMatchObject({ failure: { code: 'denied' } })
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('looking changes nothing: no file and no folder is made, in the data folder or in any other', async () => {
  await room.putSkill('home/.claude/skills', 'theirs')
  await room.putSkill('project/.agents/skills', 'of-the-project')
  await mkdir(join(room.project, '.claude'))
  await rm(path, { force: true })
  const before = await readdir(room.folder, { recursive: true })
  await room.library(room.project)
  await room.skills.rescan(room.project, never)
  const theirs = await room.named('theirs', room.project)
  await room.skills.details(theirs.key, never)
  await room.skills.validate(join(room.home, '.claude'), never)
  await room.skills.offered(room.project, {})
  expect(await readdir(room.folder, { recursive: true })).toEqual(before)
})
