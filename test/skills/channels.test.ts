// Skills over the outside wall: named by keys, asked for by sessions, and told to whoever shows them.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { waitFor } from '../support/wait.ts'
import { skillRoom, skillText } from './room.ts'

async function boot() {
  const room = await skillRoom()
  await room.skills.close()
  await room.dependencies.home.close()
  const server = await fakeServer()
  const carrel = await bootCarrel({
    home: room.data,
    host: server.url,
    personHome: room.home,
    skillsFolder: room.builtIn,
  })
  return { room, carrel, ...carrel }
}

test('a skill is found, looked at, switched on and told to every front', async () => {
  const { room, bridge, pushed } = await boot()
  await room.putSkill('home/.claude/skills', 'notes')
  await room.put('home/.claude/skills/notes/references/a.md', 'A.')
  await room.putSkill('built-in', 'ours')
  const { skills, roots } = answered(await bridge.call('skills.library', { sessionId: null }))
  expect(skills.map(({ name, state }) => [name, state])).toEqual([
    ['notes', 'off'],
    ['ours', 'on'],
  ])
  expect(roots.map(({ path }) => path)).toContain(join(room.data, 'skills'))
  const [{ key = '', hash = '' } = {}] = skills
  const details = answered(await bridge.call('skills.details', { key }))
  expect(details).toMatchObject({ text: skillText('notes'), body: '# notes\n\nRead me.\n', others: [] })
  expect(answered(await bridge.call('skills.file', { key, path: 'references/a.md' }))).toEqual({
    text: 'A.',
    isCut: false,
  })
  expect(refused(await bridge.call('skills.file', { key, path: '../../../x' })).code).toBe('denied')
  expect(answered(await bridge.call('skills.setEnabled', { key, on: true, hash }))).toMatchObject({ state: 'on' })
  await waitFor('the push', () => pushed('skills.changed').length > 0)
  expect(refused(await bridge.call('skills.details', { key: '0'.repeat(32) })).code).toBe('not-found')
})

test("a session's folder is looked into by the session's id, and its skills wait for trust", async () => {
  const { room, bridge, carrel } = await boot()
  await room.putSkill('project/.agents/skills', 'theirs')
  const input = { sessionId: null, text: 'Hello', model: null, think: null, workspace: room.project }
  const { sessionId, runId } = answered(await bridge.call('chat.send', input))
  await carrel.runEnd(runId)
  const states = async () => {
    const { skills } = answered(await bridge.call('skills.library', { sessionId }))
    return skills.map(({ name, state }) => `${name} ${state}`)
  }
  expect(await states()).toEqual(['theirs untrusted'])
  answered(await bridge.call('sessions.trustFolder', { sessionId, trusted: true }))
  expect(await states()).toEqual(['theirs off'])
  expect(refused(await bridge.call('skills.library', { sessionId: '01990000-0000-7000-8000-000000000000' })).code).toBe(
    'not-found',
  )
})

test('a text that is being written, and folders that are named, are judged and changed in nothing', async () => {
  const { room, bridge } = await boot()
  const judged = answered(await bridge.call('skills.judge', { text: skillText('a'), folderName: 'b' }))
  expect(judged).toMatchObject({ status: 'warn', problems: [{ code: 'name-folder-mismatch', line: 2 }] })
  await room.putSkill('somewhere', 'one')
  await room.put('somewhere/two/SKILL.md', 'none')
  const path = join(room.folder, 'somewhere')
  const { skills } = answered(await bridge.call('terminal.validateSkills', { path }))
  expect(skills.map(({ folder, judgement }) => [folder, judgement.status])).toEqual([
    [join(path, 'one'), 'valid'],
    [join(path, 'two'), 'invalid'],
  ])
  const alone = answered(await bridge.call('terminal.validateSkills', { path: join(path, 'one') }))
  expect(alone.skills).toHaveLength(1)
  await writeFile(join(room.folder, 'file.txt'), '')
  for (const nothing of ['file.txt', 'nowhere', 'project']) {
    const answer = await bridge.call('terminal.validateSkills', { path: join(room.folder, nothing) })
    expect(refused(answer).code).toBe('not-found')
  }
})
