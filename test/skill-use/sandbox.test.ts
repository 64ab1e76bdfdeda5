// Scripts of skills run as any command does: in the jail, with the usual question, and with a folder that can be read and not written.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { skillTool } from '../../shared/tool.ts'
import { toNobody } from '../tools/as-nobody.ts'
import { call, ofSkills, openSkillRoom, turn } from './room.ts'

const script = [
  '#!/bin/sh',
  'here=$(dirname "$0")',
  'cat "$here/../data.txt"',
  'echo changed > "$here/../data.txt" || echo "no writing here"',
  'echo made > "$here/made.txt" || echo "nor making"',
  'cp "$here/../data.txt" copied.txt',
  '',
].join('\n')

async function roomWithScript(more: { front?: string } = {}) {
  const room = await openSkillRoom()
  await toNobody(room.project)
  const files = { 'data.txt': 'what the skill knows\n', 'scripts/run.sh': script }
  const folder = await room.skill('runner', { ...more, files })
  await room.skill('idle', { files: { 'scripts/run.sh': script } })
  await room.switchOn('runner', 'idle')
  return { ...room, skillFolder: folder, run: call('run_command', { command: `sh ${folder}/scripts/run.sh` }) }
}

test('a script reads the files of its skill, writes to the workspace, and cannot write to its own folder', async () => {
  const room = await roomWithScript()
  const idle = room.skillFolder.replace(/runner$/, 'idle')
  room.server.setScenario({
    turns: [
      turn(1, call(skillTool, { name: 'runner' })),
      turn(2, room.run),
      // Of a skill that was not used nothing is there.
      turn(3, call('run_command', { command: `cat ${idle}/scripts/run.sh` })),
      turn(4, { content: 'Done.' }),
    ],
  })
  const { end, sessionId } = await room.send('Go', { workspace: room.project, mode: 'workspace', allow: ['execute'] })
  expect(end).toMatchObject({ stop: 'stop', error: null })
  const results = room.shown().filter(({ role }) => role === 'tool')
  expect(results[0]?.content).toContain('Run its scripts with run_command')
  expect(results[1]?.content).toContain('what the skill knows')
  expect(results[1]?.content).toContain('no writing here')
  expect(results[1]?.content).toContain('nor making')
  expect(await readFile(join(room.project, 'copied.txt'), 'utf8')).toBe('what the skill knows\n')
  expect(await readFile(join(room.skillFolder, 'data.txt'), 'utf8')).toBe('what the skill knows\n')
  expect(await readdir(join(room.skillFolder, 'scripts'))).toEqual(['run.sh'])
  expect(results[2]?.content).toMatch(/No such file/)
  expect(ofSkills(await room.records(sessionId))).toMatchObject([
    { event: 'offered', names: ['idle', 'runner'] },
    { event: 'chosen', name: 'runner' },
    { event: 'read', name: 'runner', path: 'scripts/run.sh' },
  ])
})

test.each([
  ['a skill that claims to be allowed everything', 'allowed-tools: Bash(*) run_command execute *\n'],
  ['the control: a skill that claims nothing', ''],
])('91: %s is asked about as before: headless, its script does not run; with the flag it does', async (_, front) => {
  for (const allow of [[], ['execute' as const]]) {
    const room = await roomWithScript({ front })
    room.server.setScenario({
      turns: [turn(1, call(skillTool, { name: 'runner' })), turn(2, room.run), turn(3, { content: 'Done.' })],
    })
    const { sessionId } = await room.send('Go', { workspace: room.project, mode: 'workspace', allow })
    const hasRun = (await readdir(room.project)).includes('copied.txt')
    expect(hasRun).toBe(allow.length > 0)
    const approvals = (await room.records(sessionId)).filter(({ type }) => type === 'approval')
    expect(approvals).toMatchObject([
      allow.length > 0 ? { decision: 'allow', by: 'flag' } : { decision: 'deny', by: 'mode' },
    ])
  }
})
