// `carrel backup` and `carrel restore-backup` as processes: everything comes back as it was, and nothing is replaced unasked.
import { appendFile, chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { backupWords as words } from '../../shared/messages/backup.ts'
import { messages } from '../../shared/messages/messages.ts'
import { bootCarrel } from '../support/carrel.ts'
import { rawBackup } from '../support/raw-zip.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { asText, contentOf, everything, fill, left, restore, settings } from './room.ts'

let folder: string
let home: string
let file: string

beforeAll(buildTerminal)
beforeEach(async () => {
  folder = await temporaryFolder()
  home = join(folder, 'home')
  file = join(folder, 'backup.zip')
  await fill(home, { ...everything, ...left })
})

const carrel = (...words: string[]) => runTerminal({ arguments: ['--host', 'http://127.0.0.1:9', ...words] })
const backUp = () => carrel('--home', home, 'backup', file, '--json')
const entriesOf = async () => (await readdir(folder)).sort()
test('everything that is a person’s comes back byte for byte, and nothing else is in it', async () => {
  const ended = await backUp()
  expect([ended.code, ended.error]).toEqual([0, ''])
  expect(ended.json()).toMatchObject({ path: file, files: 23, sessions: 3, leftOut: [] })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const restored = await carrel('--home', join(folder, 'new'), 'restore-backup', file, '--with-rules', '--json')
  expect(restored.json()).toMatchObject({
    sessions: 3,
    trashed: 1,
    rules: 2,
    trustedFolders: 1,
    kept: null,
    withRules: true,
  })
  expect(restored.code).toBe(0)
  expect(await contentOf(join(folder, 'new'))).toEqual(asText(everything))
  const at = (name: string) => stat(join(folder, 'new', name))
  expect((await at('skills/notes/scripts/run.sh')).mode & 0o777).toBe(0o700)
  expect((await at('skills/notes/SKILL.md')).mode & 0o777).toBe(0o600)
  expect((await at('sessions')).mode & 0o777).toBe(0o700)
  expect((await at('sessions/two.jsonl.archived')).mtime.toISOString()).toBe('2026-11-20T09:30:00.000Z')
  expect(await entriesOf()).toEqual(['backup.zip', 'home', 'new'])
})

test('what is there already is replaced by no backup, and what may be another one is left alone', async () => {
  await writeFile(file, 'precious')
  const refused = await backUp()
  expect(refused.json()).toEqual({ error: { code: 'denied', message: messages.terminal.fileIsThere(file) } })
  expect([refused.code, await readFile(file, 'utf8'), await entriesOf()]).toEqual([
    4,
    'precious',
    ['backup.zip', 'home'],
  ])

  const other = join(folder, 'other.zip')
  await writeFile(`${other}.part`, 'precious')
  const part = await carrel('--home', home, 'backup', other, '--json')
  expect(part.json()).toEqual({ error: { code: 'denied', message: words.partIsThere(`${other}.part`) } })
  expect(await readFile(`${other}.part`, 'utf8')).toBe('precious')
})

test('a place that is none is said: in the data folder, in no folder, or without a name', async () => {
  const inside = join(home, 'skills', 'b.zip')
  expect((await carrel('--home', home, 'backup', inside, '--json')).json()).toMatchObject({
    error: { code: 'denied', message: words.insideHome(home) },
  })
  const nowhere = await carrel('--home', home, 'backup', join(folder, 'no', 'b.zip'), '--json')
  expect(nowhere.json()).toEqual({ error: { code: 'not-found', message: words.noFolder(join(folder, 'no')) } })
  expect((await carrel('--home', home, 'backup')).code).toBe(2)
  expect((await carrel('--home', home, 'restore-backup', 'one', 'two')).code).toBe(2)
  expect(await entriesOf()).toEqual(['home'])
})

test('what has no safe name, cannot be read or is no file is named, and the rest is in it', async () => {
  await symlink('/etc/passwd', join(home, 'skills', 'notes', 'link'))
  await writeFile(join(home, 'skills', 'notes', 'a\\b'), 'x')
  await writeFile(join(home, 'sessions', 'con.jsonl'), 'x')
  const ended = await backUp()
  expect(ended.json()).toMatchObject({
    files: 23,
    leftOut: [
      { path: 'sessions/con.jsonl', why: 'name' },
      { path: 'skills/notes/a\\b', why: 'name' },
      { path: 'skills/notes/link', why: 'kind' },
    ],
  })
  expect(ended.code).toBe(6)
  await restore(file, join(folder, 'new'))
  expect(await readdir(join(folder, 'new', 'skills', 'notes'))).toEqual(['SKILL.md', 'scripts'])
})

test('what is there now is kept beside it whole; what somebody else has put there stays', async () => {
  await backUp()
  const before = await contentOf(home)
  const mine = { 'sessions/later.jsonl': 'later', 'drafts.json': '{}', 'trust.json': '{}' }
  await fill(home, mine)
  const ended = await carrel('--home', home, 'restore-backup', file, '--json')
  expect([ended.code, ended.error]).toEqual([0, ''])
  const names = await entriesOf()
  const kept = names.find((name) => name.startsWith('home-before-restore-')) ?? ''
  expect(names).toEqual(['backup.zip', 'home', kept])
  expect(ended.json()).toMatchObject({ kept: join(folder, kept), withRules: false })
  const isTheirs = ([name]: [string, string]) =>
    name in everything || name in mine || /\.(new|adopting)$|\/\.staging\//.test(name)
  expect(await contentOf(join(folder, kept))).toEqual(
    Object.fromEntries(
      Object.entries({ ...before, ...mine }).filter((one) => isTheirs(one) && !one[0].startsWith('cache')),
    ),
  )
  const now = await contentOf(home)
  expect(now['sessions/later.jsonl']).toBeUndefined()
  expect(now).toMatchObject({
    'notes.txt': 'somebody else’s',
    'photos/holiday.jpg': 'somebody else’s',
    'drafts.json': '{"new":"unsent"}',
  })
  // What was made of the sessions that were there is made anew; the window’s own things are not.
  const cached = Object.keys(now).filter((name) => name.startsWith('cache') && !name.startsWith('cache/code/'))
  expect(cached).toEqual(['cache/chromium/Cookies'])
  expect(now['trust.json']).toBe('{}')
})

test('what allows anything comes only when it is asked for', async () => {
  const trusted = [
    'sessions/one.jsonl',
    'sessions/two.jsonl.archived',
    'trash/2026-11-20T09-30-00-000Z-three/three.jsonl',
  ]
  const trustedLine = `${JSON.stringify({ type: 'settings', id: 's', parentId: null, mode: 'trusted' })}\n`
  for (const name of trusted) await appendFile(join(home, name), trustedLine)
  await backUp()
  const fresh = join(folder, 'fresh')
  const ended = await carrel('--home', fresh, 'restore-backup', file)
  expect(ended.out).toContain(words.rightsLeft(2, 1))
  const restored = await contentOf(fresh)
  expect(restored['rules.json']).toBeUndefined()
  expect(restored['trust.json']).toBeUndefined()
  expect(restored['skills.json']).toBeUndefined()
  expect(JSON.parse(restored['settings.json'] ?? '')).toEqual({ theme: 'dark' })
  expect(JSON.parse(restored['window.json'] ?? '')).toEqual({ lastSessionId: 'one' })
  // In every place a session can lie in.
  for (const name of trusted) {
    expect(restored[name]).toContain('"mode":"workspace","modeBefore":"trusted"')
    expect(restored[name]?.replace(/"mode":"workspace","modeBefore":"trusted"/, '"mode":"trusted"')).toBe(
      asText(everything)[name] + trustedLine,
    )
  }

  const own = join(folder, 'own')
  await fill(own, { 'rules.json': '{"rules":[]}', 'settings.json': '{"host":"http://127.0.0.1:1","theme":"light"}' })
  await restore(file, own)
  expect(JSON.parse(await readFile(join(own, 'rules.json'), 'utf8'))).toEqual({ rules: [] })
  expect(JSON.parse(await readFile(join(own, 'settings.json'), 'utf8'))).toEqual({
    theme: 'dark',
    host: 'http://127.0.0.1:1',
  })
  await restore(file, own, true)
  expect(JSON.parse(await readFile(join(own, 'settings.json'), 'utf8'))).toEqual(settings)
  expect(JSON.parse(await readFile(join(own, 'rules.json'), 'utf8')).rules).toHaveLength(2)
  for (const name of trusted) expect(await readFile(join(own, name), 'utf8')).toContain(trustedLine)
})

test('a damaged or shortened backup changes nothing, wherever it is damaged', async () => {
  await backUp()
  const whole = await readFile(file)
  const target = join(folder, 'target')
  await fill(target, { 'sessions/mine.jsonl': 'mine' })
  const codes = new Set<unknown>()
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const bad = Buffer.from(whole)
    const place = Math.floor(whole.length * share)
    bad[place] = (bad[place] ?? 0) ^ 0x55
    for (const bytes of [bad, whole.subarray(0, place)]) {
      await writeFile(file, bytes)
      const refused = await restore(file, target).then(
        () => null,
        (thrown) => thrown.failure.code,
      )
      // A bit of what no reader looks at, such as the time of an entry, makes no other file of it.
      if (refused !== null) codes.add(refused)
      else expect(Object.keys(await contentOf(target))).toContain('sessions/one.jsonl')
      await fill(target, { 'sessions/mine.jsonl': 'mine' })
    }
  }
  expect([...codes].sort()).toEqual(['damaged', 'invalid-input'])
  expect(await contentOf(target)).toMatchObject({ 'sessions/mine.jsonl': 'mine' })
  expect((await entriesOf()).filter((name) => name.includes('.restoring-'))).toEqual([])
})

test('one of a newer version, one that is none and one that is not there are said, and nothing is made', async () => {
  const fresh = join(folder, 'fresh')
  const failureOf = async (bytes: Buffer | string | null) => {
    if (bytes !== null) await writeFile(file, bytes)
    const ended = await carrel('--home', fresh, 'restore-backup', file, '--json')
    return [ended.code, ended.json()]
  }
  expect(await failureOf(null)).toEqual([1, { error: { code: 'not-found', message: words.noFile(file) } }])
  expect(await failureOf('no zip at all')).toEqual([2, { error: { code: 'invalid-input', message: words.noBackup } }])
  const newer = rawBackup([], () => ({ carrelBackup: 2, whatever: [] }))
  expect(await failureOf(newer)).toEqual([2, { error: { code: 'invalid-input', message: words.newer } }])
  expect(await entriesOf()).toEqual(['backup.zip', 'home'])
})

test('an answer that is being written comes along as far as it is', async () => {
  const draft = '{"answerId":"x","parentId":"m2","model":null,"content":"half","thinking":""}'
  await fill(home, { 'sessions/one.draft': draft })
  // A reader takes up nothing of what a crash has left.
  const { app } = await bootCarrel({ home, host: 'http://127.0.0.1:9', as: 'reader' })
  await app.services.backup.write(file, { mayReplace: false, progressId: null }, new AbortController().signal)
  await restore(file, join(folder, 'new'), true)
  expect(await contentOf(join(folder, 'new'))).toEqual({ ...asText(everything), 'sessions/one.draft': draft })
})

test('while somebody has the folder open it is backed up by them and not restored', async () => {
  const { app, bridge } = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const said = await bridge.call('chat.send', {
    sessionId: null,
    text: 'asked before',
    model: null,
    think: null,
    workspace: null,
  })
  const ended = await backUp()
  expect([ended.code, ended.error]).toEqual([0, ''])
  const refused = await carrel('--home', home, 'restore-backup', file, '--json')
  expect(refused.json()).toMatchObject({ error: { code: 'busy', message: messages.failures.ownerBusy(process.pid) } })
  await restore(file, join(folder, 'new'))
  const id = said.ok ? said.value.sessionId : ''
  expect(await readFile(join(folder, 'new', 'sessions', `${id}.jsonl`), 'utf8')).toContain('asked before')
  await app.close()
})

test('where nothing can be kept beside the folder nothing is begun', async () => {
  await backUp()
  const parent = join(folder, 'closed')
  await mkdir(join(parent, 'home'), { recursive: true })
  await chmod(parent, 0o555)
  if (process.getuid?.() === 0) await chmod(parent, 0o755)
  else {
    await expect(restore(file, join(parent, 'home'))).rejects.toThrow(words.notBeside(join(parent, 'home')))
    await chmod(parent, 0o755)
  }
})
