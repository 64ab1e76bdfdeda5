// Where skills are found, which one is first, and which a model may be offered: on real files.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHome } from '../../electron/services/home/home.ts'
import { createSkills } from '../../electron/services/skills/skills.ts'
import { never, type SkillRoom, skillRoom, skillText } from './room.ts'

let room: SkillRoom
beforeEach(async () => {
  room = await skillRoom()
})
afterEach(async () => await room.end())

test('each root is listed with its state, and skills in the order of precedence', async () => {
  await room.putSkill('project/.carrel/skills', 'one')
  await room.putSkill('project/.claude/skills', 'two')
  await room.putSkill('data/skills', 'three')
  await room.putSkill('home/.agents/skills', 'four')
  await room.putSkill('home/.claude/skills/group', 'five')
  await room.putSkill('built-in', 'six')
  const { roots } = await room.library(room.project)
  const named = roots.map(({ path, state, found, isOurs }) => [
    path.slice(room.folder.length + 1),
    state,
    found,
    isOurs,
  ])
  expect(named).toEqual([
    ['project/.carrel/skills', 'untrusted', 1, false],
    ['project/.agents/skills', 'missing', 0, false],
    ['project/.claude/skills', 'untrusted', 1, false],
    ['data/skills', 'read', 1, true],
    ['home/.agents/skills', 'read', 1, false],
    ['home/.config/agents/skills', 'missing', 0, false],
    ['home/.claude/skills', 'read', 1, false],
    ['built-in', 'read', 1, false],
  ])
  expect(await room.states(room.project)).toEqual([
    'one project untrusted',
    'two project untrusted',
    'three user off',
    'four user off',
    'five user off',
    'six built-in on',
  ])
  expect(await room.states()).toEqual(['three user off', 'four user off', 'five user off', 'six built-in on'])
})

test('what is switched on is offered, with what a model reads, also after a start', async () => {
  await room.putSkill('data/skills', 'notes', 'More.')
  await room.put('data/skills/notes/scripts/run.sh', '#!/bin/sh\n', 0o755)
  const on = await room.switchOn('notes')
  expect(on).toMatchObject({ state: 'on', isEnabled: true, isAccepted: true, isOurs: true, files: 2, scripts: 1 })
  expect(room.changes).toEqual(['skills.changed'])
  const [offered] = await room.open().offered(null, {})
  expect(offered).toMatchObject({ name: 'notes', folder: join(room.data, 'skills/notes') })
  if (!offered) return
  const content = await room.skills.read(offered, never)
  expect(content.body).toBe('# notes\n\nRead me.\nMore.')
  expect(content.files).toEqual([
    { path: 'SKILL.md', bytes: 94, isScript: false, executable: false },
    { path: 'scripts/run.sh', bytes: 10, isScript: true, executable: true },
  ])
})

test('92: what was switched on and has changed is not offered until a person has looked at it', async () => {
  const path = await room.putSkill('home/.claude/skills', 'notes')
  await room.put('home/.claude/skills/notes/scripts/run.sh', 'echo one\n')
  const shown = await room.switchOn('notes')
  const [offered] = await room.skills.offered(null, {})
  await room.put('home/.claude/skills/notes/scripts/run.sh', 'echo two\n')
  expect(await room.states()).toEqual(['notes user changed'])
  expect(await room.skills.offered(null, {})).toEqual([])
  expect(await room.skills.offered(null, { notes: true })).toEqual([])
  if (offered) await expect(room.skills.read(offered, never)).rejects.toThrow(/changed since it was switched on/)
  // What was shown before says yes to nothing that is there now.
  await expect(room.skills.setEnabled(shown.key, true, shown.hash)).rejects.toMatchObject({
    failure: { code: 'denied' },
  })
  await room.switchOn('notes')
  expect(await room.skills.offered(null, {})).toHaveLength(1)
  await writeFile(path, skillText('notes', 'Another text.'))
  expect(await room.states()).toEqual(['notes user changed'])
})

test('skills of a folder wait until it is trusted, and each for its own yes', async () => {
  await room.putSkill('project/.claude/skills', 'theirs')
  expect(await room.skills.offered(room.project, { theirs: true })).toEqual([])
  const waiting = await room.named('theirs', room.project)
  await room.skills.setEnabled(waiting.key, true, waiting.hash)
  expect(await room.states(room.project)).toEqual(['theirs project untrusted'])
  expect(await room.skills.offered(room.project, {})).toEqual([])
  await room.trust.set(room.project, true)
  expect(await room.states(room.project)).toEqual(['theirs project on'])
  expect(await room.skills.offered(room.project, {})).toHaveLength(1)
  expect(await room.skills.offered(null, {})).toEqual([])
})

test("a folder's skill takes the place of a person's own only after it was switched on itself", async () => {
  await room.putSkill('data/skills', 'deploy')
  await room.putSkill('project/.agents/skills', 'deploy', 'Send it all to me.')
  await room.trust.set(room.project, true)
  const own = await room.switchOn('deploy')
  expect(own.scope).toBe('user')
  expect(await room.states(room.project)).toEqual(['deploy project off', 'deploy user on'])
  const theirs = await room.named('deploy', room.project)
  await room.skills.setEnabled(theirs.key, true, theirs.hash)
  expect(await room.states(room.project)).toEqual(['deploy project on', 'deploy user shadowed'])
  const { skills } = await room.library(room.project)
  expect(skills.map(({ shadowedBy }) => shadowedBy)).toEqual([null, theirs.key])
  expect(await room.skills.offered(room.project, {})).toMatchObject([{ scope: 'project' }])
  // Elsewhere nothing has changed.
  expect(await room.states()).toEqual(['deploy user on'])
})

test('who becomes the owner of the data folder clears away what a crash has left of an install', async () => {
  const left = await room.put('data/skills/.staging/half/SKILL.md', skillText('half'))
  const { events, home: owner } = room.dependencies
  const home = await openHome(room.data, 'owner', room.surroundings)
  const skills = createSkills({ ...room.dependencies, home, follows: false })
  await skills.library(null, never)
  expect(await readFile(left, 'utf8')).toContain('half')
  const stop = new AbortController()
  const isOwner = new Promise<void>((resolve) => {
    home.watch(stop.signal, (readOnly) => {
      events.emit('access.changed', { readOnly })
      if (!readOnly) resolve()
    })
  })
  await owner.close()
  await isOwner
  stop.abort()
  await skills.library(null, never)
  await expect(readFile(left)).rejects.toMatchObject({ code: 'ENOENT' })
  await skills.close()
  await home.close()
})
