// Skills from folders, archives and drops: looked at first, then installed as a whole, removed and taken back.
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rawZip } from '../support/raw-zip.ts'
import { temporaryFolder } from '../support/temp.ts'
import {
  codesOf,
  failureOf,
  type InstallRoom,
  installRoom,
  never,
  skillText,
  treeOf,
  writeTree,
} from './install-room.ts'

let base: string
let room: InstallRoom
beforeEach(async () => {
  base = await temporaryFolder()
  room = await installRoom(base)
})
afterEach(() => room.close())

async function notes(body?: string): Promise<string> {
  const folder = join(base, 'source', 'notes')
  await writeTree(folder, { 'SKILL.md': skillText('notes', body), 'scripts/run.sh': '#!/bin/sh\necho hi\n' })
  await chmod(join(folder, 'scripts/run.sh'), 0o755)
  return folder
}

const staged = async () => (await readdir(join(room.skills, '.staging')).catch(() => [])).length

test('a folder is looked at, and nothing is installed by that', async () => {
  const inspection = await room.installing.inspect({ kind: 'path', path: await notes() }, never)
  expect(inspection).toMatchObject({
    folderName: 'notes',
    problems: [],
    replaces: null,
    totals: { files: 2, scripts: 1 },
  })
  expect(inspection.judgement).toMatchObject({ status: 'valid', name: 'notes' })
  expect(inspection.files.map(({ path, executable }) => [path, executable])).toEqual([
    ['SKILL.md', false],
    ['scripts/run.sh', true],
  ])
  expect(inspection.body).toContain('Do it well.')
  expect(await room.all()).toEqual([])
  expect(await staged()).toBe(1)
  await room.installing.discard(inspection.id ?? '')
  expect(await staged()).toBe(0)
})

test('what was said yes to is installed, switched off, and it is written down where it came from', async () => {
  const source = await notes()
  const skill = await room.install({ kind: 'path', path: source })
  expect(skill).toMatchObject({ name: 'notes', state: 'off', isEnabled: false, isOurs: true })
  expect(await treeOf(join(room.skills, 'notes'))).toEqual({
    'SKILL.md': `644 ${skillText('notes')}`,
    'scripts/': '755',
    'scripts/run.sh': '755 #!/bin/sh\necho hi\n',
  })
  const lock = JSON.parse(await readFile(join(room.path, 'skills.lock.json'), 'utf8'))
  expect(lock).toMatchObject({ v: 1, skills: { notes: { kind: 'path', source, sha256: skill.hash, commit: null } } })
  expect(await staged()).toBe(0)
})

test('an archive with one folder around everything, with what macOS puts beside it', async () => {
  const zip = rawZip([
    { name: 'notes-main/', content: '', mode: 0o040755 },
    { name: 'notes-main/SKILL.md', content: skillText('notes'), mode: 0o100644 },
    { name: 'notes-main/scripts/run.sh', content: '#!/bin/sh\n', mode: 0o100755 },
    { name: 'notes-main/.DS_Store', content: 'x' },
    { name: '__MACOSX/notes-main/._SKILL.md', content: 'x' },
  ])
  await writeFile(join(base, 'notes.skill'), zip)
  const skill = await room.install({ kind: 'path', path: join(base, 'notes.skill') })
  expect(skill).toMatchObject({ name: 'notes', state: 'off' })
  expect(Object.keys(await treeOf(join(room.skills, 'notes')))).toEqual(['SKILL.md', 'scripts/', 'scripts/run.sh'])
})

test('a dropped folder and a dropped archive', async () => {
  const bytes = Buffer.from(skillText('dropped'))
  const folder = await room.install({
    kind: 'bytes',
    name: 'dropped',
    files: [
      { path: 'dropped/SKILL.md', bytes },
      { path: 'dropped/run', bytes: Buffer.from('#!/bin/sh\n') },
      { path: 'dropped/empty.txt', bytes: new Uint8Array() },
    ],
  })
  expect(folder.name).toBe('dropped')
  expect(await treeOf(join(room.skills, 'dropped'))).toMatchObject({ run: '755 #!/bin/sh\n', 'empty.txt': '644 ' })
  const zip = rawZip([{ name: 'SKILL.md', content: skillText('packed') }])
  const archive = await room.install({ kind: 'bytes', name: 'packed.zip', files: [{ path: 'packed.zip', bytes: zip }] })
  expect(archive.name).toBe('packed')
  const other = room.installing.inspect({ kind: 'bytes', name: 'a.txt', files: [{ path: 'a.txt', bytes }] }, never)
  expect((await failureOf(other))?.code).toBe('invalid-input')
})

test.each<[string, () => Promise<string>, string]>([
  ['nothing there', async () => join(base, 'none'), 'There is nothing'],
  [
    'a file that is no archive',
    async () => {
      await writeFile(join(base, 'a.tar'), 'x')
      return join(base, 'a.tar')
    },
    'neither a folder nor an archive',
  ],
])('%s is no source', async (_name, make, words) => {
  const failure = await failureOf(room.installing.inspect({ kind: 'path', path: await make() }, never))
  expect(failure).toMatchObject({ code: 'invalid-input', message: expect.stringContaining(words) })
  expect(await staged()).toBe(0)
})

test.each<[string, Record<string, string>, string]>([
  ['no SKILL.md', { 'README.md': 'x' }, 'no-skill'],
  ['two skills', { 'a/SKILL.md': skillText('a'), 'b/SKILL.md': skillText('b') }, 'several-skills'],
])('a folder with %s brings nothing', async (_name, files, code) => {
  const path = await writeTree(join(base, 'source'), files)
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(inspection).toMatchObject({ id: null, files: [], judgement: { status: 'invalid' } })
  expect(codesOf(inspection)).toEqual([code])
  expect(await staged()).toBe(0)
})

test('a skill that is refused by its SKILL.md is shown and cannot be installed', async () => {
  const path = await writeTree(join(base, 'bad'), { 'SKILL.md': '---js\nname: bad\n---\n' })
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(inspection).toMatchObject({ id: null, judgement: { status: 'invalid' } })
  expect(inspection.judgement.problems.map(({ code }) => code)).toContain('fence-language')
})

test('the folder gets a decent name, whatever the skill calls itself', async () => {
  const path = await writeTree(join(base, 'x'), { 'SKILL.md': skillText('My Plugin: Notes') })
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(inspection.folderName).toBe('my-plugin-notes')
  await room.installing.install(inspection.id ?? '', { overwriteEdits: false })
  expect(await readdir(room.skills)).toContain('my-plugin-notes')
})

test('an update shows what changes, keeps a skill on that was on, and goes without a question when nobody edited it', async () => {
  const source = await notes()
  const first = await room.install({ kind: 'path', path: source })
  await room.library.agree(first.key, { on: true, hash: first.hash })
  const same = await room.update(first)
  expect(same.replaces).toMatchObject({ key: first.key, isSame: true, isEdited: false, changes: [] })
  await writeFile(join(source, 'SKILL.md'), skillText('notes', 'Do it better.\n'))
  await writeFile(join(source, 'new.bin'), Buffer.from([0, 1, 2, 255]))
  await rm(join(source, 'scripts'), { recursive: true })
  const update = await room.update(first)
  expect(update.replaces).toMatchObject({ isSame: false, isEdited: false })
  expect(update.replaces?.changes.map(({ path, change }) => `${change} ${path}`)).toEqual([
    'changed SKILL.md',
    'added new.bin',
    'removed scripts/run.sh',
  ])
  const [text, binary] = update.replaces?.changes ?? []
  expect(text?.diff).toContain('-Do it well.\n+Do it better.')
  expect(binary?.diff).toBeNull()
  const second = await room.installing.install(update.id ?? '', { overwriteEdits: false })
  expect(second).toMatchObject({ key: first.key, state: 'on' })
  expect(second.hash).not.toBe(first.hash)
  // What nobody has changed by hand is not kept.
  expect(await room.installing.trashed()).toEqual([])
})

test('an update of a skill that is off leaves it off', async () => {
  const source = await notes()
  await room.install({ kind: 'path', path: source })
  await writeFile(join(source, 'more.md'), 'more')
  expect((await room.install({ kind: 'path', path: source })).state).toBe('off')
})

test("a person's edits are not replaced without their word, and lie in the trash afterwards", async () => {
  const source = await notes()
  const skill = await room.install({ kind: 'path', path: source })
  await writeFile(join(room.skills, 'notes', 'SKILL.md'), skillText('notes', 'My own way.\n'))
  const inspection = await room.installing.inspect({ kind: 'path', path: source }, never)
  expect(inspection.replaces).toMatchObject({ key: skill.key, isEdited: true })
  const id = inspection.id ?? ''
  expect((await failureOf(room.installing.install(id, { overwriteEdits: false })))?.code).toBe('denied')
  expect(await readFile(join(room.skills, 'notes', 'SKILL.md'), 'utf8')).toContain('My own way.')
  await room.installing.install(id, { overwriteEdits: true })
  expect(await readFile(join(room.skills, 'notes', 'SKILL.md'), 'utf8')).toContain('Do it well.')
  const [kept] = await room.installing.trashed()
  expect(await readFile(join(room.path, 'trash/skills', kept?.trashId ?? '', 'skill/SKILL.md'), 'utf8')).toContain(
    'My own',
  )
})

test.each<[string, (folder: string, data: string) => Promise<void>]>([
  [
    'what was staged',
    async (_folder, data) => {
      const [id = ''] = await readdir(join(data, 'skills/.staging'))
      await writeFile(join(data, 'skills/.staging', id, 'new/notes/SKILL.md'), skillText('notes', 'Evil.\n'))
    },
  ],
  [
    'what is to be replaced',
    async (folder) => await writeFile(join(folder, 'SKILL.md'), skillText('notes', 'Mine.\n')),
  ],
])('%s changed after it was shown: nothing is installed', async (_name, change) => {
  const source = await notes()
  await room.install({ kind: 'path', path: source })
  await writeFile(join(source, 'more.md'), 'more')
  const { id } = await room.installing.inspect({ kind: 'path', path: source }, never)
  await change(join(room.skills, 'notes'), room.path)
  const before = await treeOf(join(room.skills, 'notes'))
  expect((await failureOf(room.installing.install(id ?? '', { overwriteEdits: true })))?.code).toBe('denied')
  expect(await treeOf(join(room.skills, 'notes'))).toEqual(before)
  expect(await staged()).toBe(0)
})

test('an inspection is said yes to once, and of many only the latest wait', async () => {
  const source = await notes()
  const { id } = await room.installing.inspect({ kind: 'path', path: source }, never)
  await room.installing.install(id ?? '', { overwriteEdits: false })
  expect((await failureOf(room.installing.install(id ?? '', { overwriteEdits: true })))?.code).toBe('not-found')
  for (let count = 0; count < 12; count++) await room.installing.inspect({ kind: 'path', path: source }, never)
  expect(await staged()).toBe(8)
})

test('removed into the trash, where sessions see nothing of it, and taken back as it was', async () => {
  const skill = await room.install({ kind: 'path', path: await notes() })
  await room.library.agree(skill.key, { on: true, hash: skill.hash })
  const before = await treeOf(join(room.skills, 'notes'))
  const { trashId } = await room.installing.remove(skill.key)
  expect(await room.all()).toEqual([])
  expect(await room.installing.trashed()).toMatchObject([{ trashId, name: 'notes', place: 'notes' }])
  expect((await room.installing.takeBack(trashId)).state).toBe('on')
  expect(await treeOf(join(room.skills, 'notes'))).toEqual(before)
  expect((await room.update(skill)).replaces?.isEdited).toBe(false)
  expect((await failureOf(room.installing.takeBack(trashId)))?.code).toBe('not-found')
})

test('taken back over nothing: another one of its name stays', async () => {
  const source = await notes()
  const skill = await room.install({ kind: 'path', path: source })
  const { trashId } = await room.installing.remove(skill.key)
  await room.install({ kind: 'path', path: source })
  expect((await failureOf(room.installing.takeBack(trashId)))?.code).toBe('busy')
  expect(await room.installing.trashed()).toHaveLength(1)
})

test('one that is installed anew is off, also when one that lay there was on', async () => {
  const source = await notes()
  const skill = await room.install({ kind: 'path', path: source })
  await room.library.agree(skill.key, { on: true, hash: skill.hash })
  await room.installing.remove(skill.key)
  const again = await room.install({ kind: 'path', path: source })
  expect(again).toMatchObject({ key: skill.key, hash: skill.hash, state: 'off', isEnabled: false })
})

test('emptying the trash takes away the skills in it and nothing else', async () => {
  const skill = await room.install({ kind: 'path', path: await notes() })
  await room.installing.remove(skill.key)
  await writeTree(join(room.path, 'trash'), { '2026-11-20T09-30-00-000Z-one/one.jsonl': '{}', 'skills/mine/a': 'x' })
  await room.installing.emptyTrash(null)
  expect(await room.installing.trashed()).toEqual([])
  expect(
    Object.keys(await treeOf(join(room.path, 'trash')))
      .filter((path) => !path.endsWith('/'))
      .sort(),
  ).toEqual(['2026-11-20T09-30-00-000Z-one/one.jsonl', 'skills/mine/a'])
})

test('what belongs to another program is neither removed nor replaced', async () => {
  await writeTree(join(room.personHome, '.claude/skills/theirs'), { 'SKILL.md': skillText('theirs') })
  const theirs = await room.named('theirs')
  expect((await failureOf(room.installing.remove(theirs.key)))?.code).toBe('denied')
  const before = await treeOf(room.personHome)
  // One of the same name is installed beside it.
  const path = await writeTree(join(base, 'theirs'), { 'SKILL.md': skillText('theirs', 'Other.\n') })
  const inspection = await room.installing.inspect({ kind: 'path', path }, never)
  expect(inspection.replaces).toBeNull()
  await room.installing.install(inspection.id ?? '', { overwriteEdits: true })
  expect(await treeOf(room.personHome)).toEqual(before)
})

test('a folder in the way that is no skill is not replaced', async () => {
  await mkdir(join(room.skills, 'notes', 'deep'), { recursive: true })
  const inspection = await room.installing.inspect({ kind: 'path', path: await notes() }, never)
  expect(inspection).toMatchObject({ id: null, replaces: null })
  expect(codesOf(inspection)).toEqual(['name-collision'])
})

test('a lock file of a newer version is left as it is, and nothing is installed or removed', async () => {
  const source = await notes()
  const skill = await room.install({ kind: 'path', path: source })
  const newer = JSON.stringify({ v: 2, skills: 'another form' })
  await writeFile(join(room.path, 'skills.lock.json'), newer)
  const { id } = await room.installing.inspect({ kind: 'path', path: source }, never)
  expect((await failureOf(room.installing.install(id ?? '', { overwriteEdits: true })))?.code).toBe('denied')
  expect((await failureOf(room.installing.remove(skill.key)))?.code).toBe('denied')
  expect((await failureOf(room.installing.create('other', 'Something.')))?.code).toBe('denied')
  expect(await readFile(join(room.path, 'skills.lock.json'), 'utf8')).toBe(newer)
  expect((await room.named('notes')).hash).toBe(skill.hash)
})

test('a lock file that cannot be read is kept beside its place', async () => {
  await mkdir(room.path, { recursive: true })
  await writeFile(join(room.path, 'skills.lock.json'), '{"v":1,')
  await room.install({ kind: 'path', path: await notes() })
  expect((await readdir(room.path)).filter((name) => name.startsWith('skills.lock.broken-'))).toHaveLength(1)
})

test('an aborted look leaves nothing', async () => {
  const stopped = AbortSignal.abort()
  const failure = await failureOf(room.installing.inspect({ kind: 'path', path: await notes() }, stopped))
  expect(failure?.code).toBe('cancelled')
  expect(await staged()).toBe(0)
})
