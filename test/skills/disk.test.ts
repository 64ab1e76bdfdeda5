// What may lie where skills are looked for: links, loops, folders that cannot be read, names that are one to a disk.
import { execFile, execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { buildProgram } from '../support/program.ts'
import { never, type SkillRoom, skillRoom, skillText } from './room.ts'

const runProgram = promisify(execFile)
let look: string
let room: SkillRoom
beforeAll(async () => {
  const built = await buildProgram(join(import.meta.dirname, 'look-at.ts'))
  look = built.program
  return built.remove
})
beforeEach(async () => {
  room = await skillRoom()
})

const codesOf = (problems: readonly { code: string }[]) => problems.map(({ code }) => code)

test('skill.md alone is taken, and said', async () => {
  await room.put('data/skills/small/skill.md', skillText('small'))
  expect(await room.named('small')).toMatchObject({ status: 'warn', problems: [{ code: 'file-name-case' }] })
})

test('SKILL.md comes before skill.md', async () => {
  await room.putSkill('data/skills', 'both')
  await room.put('data/skills/both/skill.md', skillText('other'))
  expect(await room.named('both')).toMatchObject({ status: 'valid', problems: [] })
})

test('a folder and a pipe called SKILL.md are refused, and nobody waits for the pipe', async () => {
  await room.put('data/skills/folder/SKILL.md/inner.txt', 'x')
  await mkdir(join(room.data, 'skills/pipe'), { recursive: true })
  execFileSync('mkfifo', [join(room.data, 'skills/pipe/SKILL.md')])
  const { skills } = await room.library()
  expect(skills.map(({ name, state, problems }) => [name, state, codesOf(problems)])).toEqual([
    ['folder', 'refused', ['not-a-file']],
    ['pipe', 'refused', ['not-a-file']],
  ])
})

test("SKILL.md as a link out of a project is refused; in a person's own folder it is followed, and its content is in the hash", async () => {
  const target = await room.put('elsewhere/text.md', skillText('linked'))
  for (const root of [join(room.project, '.claude/skills/linked'), join(room.home, '.claude/skills/linked')]) {
    await mkdir(root, { recursive: true })
    await symlink(target, join(root, 'SKILL.md'))
  }
  await room.trust.set(room.project, true)
  const { skills } = await room.library(room.project)
  expect(skills.map(({ scope, state, problems }) => [scope, state, codesOf(problems)])).toEqual([
    ['project', 'refused', ['link-outside']],
    ['user', 'off', []],
  ])
  const own = skills[1]
  if (own) await room.skills.setEnabled(own.key, true, own.hash)
  expect(await room.skills.offered(null, {})).toHaveLength(1)
  await writeFile(target, skillText('linked', 'Another one.'))
  expect(await room.states()).toEqual(['linked user changed'])
})

test("a folder that links out of a project is not followed, and said; in a person's own it is", async () => {
  await room.putSkill('elsewhere', 'far')
  for (const root of [join(room.project, '.agents/skills'), join(room.home, '.agents/skills')]) {
    await mkdir(root, { recursive: true })
    await symlink(join(room.folder, 'elsewhere/far'), join(root, 'far'))
  }
  const { skills, roots } = await room.library(room.project)
  expect(skills.map(({ name, scope }) => [name, scope])).toEqual([['far', 'user']])
  const problems = roots.flatMap(({ problems: own }) => own)
  expect(problems).toMatchObject([{ code: 'link-outside', path: join(room.project, '.agents/skills/far') }])
})

test('a root of a project that is itself a link out of it is not looked into', async () => {
  await room.putSkill('elsewhere', 'far')
  await mkdir(join(room.project, '.claude'))
  await symlink(join(room.folder, 'elsewhere'), join(room.project, '.claude/skills'))
  const { skills, roots } = await room.library(room.project)
  expect(skills).toEqual([])
  expect(roots.find(({ path }) => path.endsWith('project/.claude/skills'))).toMatchObject({
    state: 'unreadable',
    problems: [{ code: 'link-outside' }],
  })
})

test('loops and links to nothing end, and the skills beside them are found', async () => {
  const root = join(room.home, '.claude/skills')
  await room.putSkill('home/.claude/skills', 'sound')
  await symlink(root, join(root, 'around'))
  await symlink(join(root, 'self'), join(root, 'self'))
  await symlink(join(root, 'nowhere'), join(root, 'gone'))
  await symlink(root, join(root, 'sound/up'))
  const { skills, roots } = await room.library()
  expect(skills.map(({ name, files }) => [name, files])).toEqual([['sound', 1]])
  expect(roots.flatMap(({ problems }) => problems.map(({ code, path }) => [code, path]))).toEqual([
    ['link-dangling', join(root, 'gone')],
    ['link-dangling', join(root, 'self')],
  ])
})

test('what lies below a skill is a part of it, and no skill of its own', async () => {
  await room.putSkill('data/skills', 'outer')
  await room.putSkill('data/skills/outer/examples', 'inner')
  expect(await room.states()).toEqual(['outer user off'])
  expect(await room.named('outer')).toMatchObject({ files: 2 })
})

test('two roots that lead to one folder have one skill, of the first of them', async () => {
  await room.putSkill('home/.agents/skills', 'once')
  await mkdir(join(room.home, '.claude'))
  await symlink(join(room.home, '.agents/skills'), join(room.home, '.claude/skills'))
  const { skills } = await room.library()
  expect(skills.map(({ root, shadowedBy, problems }) => [root, shadowedBy, problems])).toEqual([
    [join(room.home, '.agents/skills'), null, []],
  ])
})

test.each([
  ['capital letters', 'Notes', 'notes'],
  ['the way an accent is written', 'cafe\u0301', 'caf\u00e9'],
])('names that differ only in %s are one name: one of them is offered', async (_what, one, other) => {
  await room.put('data/skills/one/SKILL.md', skillText(one))
  await room.put('home/.agents/skills/other/SKILL.md', skillText(other))
  const { skills } = await room.library()
  for (const { key, hash } of skills) await room.skills.setEnabled(key, true, hash)
  const { skills: after } = await room.library()
  expect(after.map(({ state, problems }) => [state, codesOf(problems).includes('name-collision')])).toEqual([
    ['on', false],
    ['shadowed', true],
  ])
  expect(after[1]?.shadowedBy).toBe(after[0]?.key)
  expect(await room.skills.offered(null, {})).toHaveLength(1)
})

test('folders with a dot, and node_modules, are left out', async () => {
  for (const folder of ['.hidden', 'node_modules/package', 'plain']) await room.putSkill(`data/skills/${folder}`, 'x')
  const { skills } = await room.library()
  expect(skills.map(({ folder }) => folder)).toEqual([join(room.data, 'skills/plain/x')])
})

test('after 2,000 folders a root is looked at no further, and that is said', async () => {
  const root = join(room.home, '.agents/skills')
  for (let at = 0; at < 2_100; at += 1)
    await mkdir(join(root, `folder-${String(at).padStart(4, '0')}`), { recursive: true })
  await room.putSkill('home/.agents/skills/folder-0001', 'found')
  await room.putSkill('data/skills', 'elsewhere')
  const { roots, skills } = await room.library()
  expect(roots.flatMap(({ problems }) => codesOf(problems))).toEqual(['too-many-folders'])
  // Those that were looked at count, and the other roots are whole.
  expect(skills.map(({ name }) => name)).toContain('elsewhere')
})

test('a skill of more than 2,000 files, or with one of more than 10 MB, is refused and takes no hash', async () => {
  await room.putSkill('data/skills', 'many')
  for (let at = 0; at < 2_001; at += 1) await writeFile(join(room.data, 'skills/many', `${at}.txt`), '')
  await room.putSkill('data/skills', 'large')
  await writeFile(join(room.data, 'skills/large/model.bin'), Buffer.alloc(10_485_761))
  const { skills } = await room.library()
  expect(skills.map(({ name, state, problems }) => [name, state, codesOf(problems)])).toEqual([
    ['large', 'refused', ['too-large']],
    ['many', 'refused', ['too-many-files']],
  ])
})

test('what was read is gone, or another, when it is used: the model hears which', async () => {
  await room.putSkill('data/skills', 'fleeting')
  await room.switchOn('fleeting')
  const [offered] = await room.skills.offered(null, {})
  if (!offered) throw new Error('it is not offered')
  await rename(join(room.data, 'skills/fleeting'), join(room.data, 'skills/away'))
  await expect(room.skills.read(offered, never)).rejects.toMatchObject({
    failure: { code: 'not-found', message: expect.stringContaining('fleeting') },
  })
  expect(await room.skills.offered(null, {})).toEqual([])
  await rm(join(room.data, 'skills/away'), { recursive: true })
  await expect(room.skills.details(offered.key, never)).rejects.toMatchObject({ failure: { code: 'not-found' } })
})

test('files are shown as they are, cut where they are long, and nothing outside of the skill is', async () => {
  await room.putSkill('data/skills', 'shown')
  await room.put('data/secret.txt', 'secret')
  await room.put('data/skills/shown/references/a.md', 'é'.repeat(200_000))
  await room.put('data/skills/shown/logo.png', Buffer.from([0x89, 0x50, 0, 1]))
  const folder = join(room.data, 'skills/shown')
  await symlink(join(room.data, 'secret.txt'), join(folder, 'link.txt'))
  await symlink(room.data, join(folder, 'up'))
  const { key } = await room.named('shown')
  const file = async (path: string) => await room.skills.file(key, path, never)
  const cut = await file('references/a.md')
  // In the middle of a sign nothing is cut.
  expect(cut).toEqual({ text: 'é'.repeat(131_072), isCut: true })
  expect(await file('logo.png')).toEqual({ text: null, isCut: false })
  const { files } = await room.skills.details(key, never)
  expect(files.map(({ path }) => path)).toEqual(['SKILL.md', 'logo.png', 'references/a.md'])
  for (const path of [
    'link.txt',
    'up/secret.txt',
    '../../secret.txt',
    '/etc/passwd',
    'references/../../../secret.txt',
    '',
  ]) {
    await expect(file(path), path).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/denied|not-found/) },
    })
  }
  // A folder that became a link after it was listed.
  await room.put('data/other/a.md', 'secret')
  await rm(join(folder, 'references'), { recursive: true })
  await symlink(join(room.data, 'other'), join(folder, 'references'))
  await expect(file('references/a.md')).rejects.toMatchObject({
    failure: { code: expect.stringMatching(/denied|not-found/) },
  })
})

test('a repository somebody else has made above, and the home folder, say nothing about a folder in them', async () => {
  const inner = join(room.project, 'packages/inner')
  await mkdir(inner, { recursive: true })
  await room.putSkill('project/.agents/skills', 'of-the-repository')
  await room.putSkill('project/packages/inner/.agents/skills', 'of-the-package')
  const names = async (workspace: string) => (await room.library(workspace)).skills.map(({ name }) => name)
  expect(await names(inner)).toEqual(['of-the-package', 'of-the-repository'])
  const atHome = join(room.home, 'work')
  await mkdir(join(room.home, '.git'), { recursive: true })
  await room.putSkill('home/work/.agents/skills', 'at-work')
  await room.putSkill('home/.agents/skills', 'own')
  const { skills } = await room.library(atHome)
  expect(skills.map(({ name, scope }) => [name, scope])).toEqual([
    ['at-work', 'project'],
    ['own', 'user'],
  ])
  expect((await room.library(room.home)).skills.map(({ name, scope }) => [name, scope])).toEqual([['own', 'user']])
  if (process.getuid?.() !== 0) return
  await chown(room.project, 65_534, 65_534)
  expect(await names(inner)).toEqual(['of-the-package', 'own'])
})

test('what its reader may not read is listed with that, and the rest is found', async () => {
  await room.putSkill('home/.claude/skills', 'sound')
  const locked = await room.putSkill('home/.claude/skills', 'locked')
  const closed = join(room.home, '.claude/skills/closed')
  await mkdir(closed)
  // The way there is open to everybody.
  await chmod(room.folder, 0o755)
  await chmod(locked, 0o000)
  await chmod(closed, 0o000)
  // What root may read is no test.
  const someone = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { stdout } = await runProgram(process.execPath, [look, room.data, room.home], { ...someone, cwd: '/' })
  expect(JSON.parse(stdout)).toEqual({
    skills: [
      ['locked', 'refused', ['unreadable']],
      ['sound', 'off', []],
    ],
    problems: [['unreadable', closed]],
  })
})
