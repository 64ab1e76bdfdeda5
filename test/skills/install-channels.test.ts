// Installing through the one door, as the page and the terminal do it: bytes, keys and addresses in, and every change told.
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Surface } from '../../electron/contracts.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { rawZip } from '../support/raw-zip.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { skillText, writeTree } from './install-room.ts'

const host = 'http://127.0.0.1:9'

let base: string
beforeEach(async () => {
  base = await temporaryFolder()
})

/** A window whose person answers every question with yes, and is at a loss for everything else. */
function windowWith(chosen: string | null, asked: object[]): Surface {
  return windowOf({
    confirmFetch: async (url) => {
      asked.push({ url })
      return chosen !== null
    },
    chooseSkill: async () => chosen,
    confirmEmptyTrash: async (what) => {
      asked.push(what)
      return true
    },
  })
}

async function open(surface: Surface | null = null, as: 'owner' | 'reader' = 'owner') {
  const personHome = join(base, 'person')
  await mkdir(personHome, { recursive: true })
  const environment = { PATH: process.env['PATH'] ?? '' }
  const carrel = await bootCarrel({
    home: join(base, 'data'),
    host,
    personHome,
    environment,
    as,
    ...(surface && { surface }),
  })
  const { call } = carrel.bridge
  return { ...carrel, call: call.bind(carrel.bridge) }
}

const base64 = (content: string | Buffer) => Buffer.from(content).toString('base64')

test('dropped, installed, listed with its source, removed, taken back; and gone for good after the native question', async () => {
  const asked: object[] = []
  const { call, pushed } = await open(windowWith(null, asked))
  const zip = rawZip([{ name: 'notes/SKILL.md', content: skillText('notes') }])
  const dropped = { name: 'notes.zip', files: [{ path: 'notes.zip', base64: base64(zip) }] }
  const { inspection } = answered(await call('skills.inspectDropped', dropped))
  expect(inspection).toMatchObject({ folderName: 'notes', source: 'notes.zip', problems: [] })
  expect(pushed('skills.changed')).toEqual([])
  const skill = answered(await call('skills.install', { id: inspection?.id ?? '', overwriteEdits: false }))
  expect(skill).toMatchObject({ name: 'notes', state: 'off', source: 'notes.zip' })
  expect(pushed('skills.changed').length).toBeGreaterThan(0)
  expect(answered(await call('skills.library', { sessionId: null })).skills).toMatchObject([
    { key: skill.key, source: 'notes.zip' },
  ])
  // Dropped bytes come from nowhere that could be looked at again.
  expect(refused(await call('skills.inspectUpdate', { key: skill.key })).code).toBe('not-found')

  const { trashId } = answered(await call('skills.remove', { key: skill.key }))
  expect(answered(await call('skills.trash', {})).skills).toMatchObject([{ trashId, name: 'notes' }])
  // The trash of sessions knows nothing of it.
  expect(answered(await call('trash.list', {})).trash).toEqual([])
  expect(answered(await call('skills.takeBack', { trashId })).hash).toBe(skill.hash)
  answered(await call('skills.remove', { key: skill.key }))
  expect(answered(await call('window.emptyTrash', {})).agreed).toBe(true)
  expect(asked).toEqual([{ sessions: 0, skills: 1, bytes: skillText('notes').length }])
  expect(answered(await call('skills.trash', {})).skills).toEqual([])
  expect(await readdir(join(base, 'data/trash/skills'))).toEqual([])
  // Nothing left, nothing to ask.
  answered(await call('window.emptyTrash', {}))
  expect(asked).toHaveLength(1)
})

test('a skill that is removed while the person is asked does not go with the rest', async () => {
  const asked: object[] = []
  const surface = windowWith(null, asked)
  const { call } = await open(surface)
  const keys: string[] = []
  for (const name of ['one', 'two']) {
    const { skill } = answered(await call('skills.create', { name, description: 'Something.' }))
    keys.push(skill.key)
  }
  answered(await call('skills.remove', { key: keys[0] ?? '' }))
  surface.confirmEmptyTrash = async () => {
    answered(await call('skills.remove', { key: keys[1] ?? '' }))
    return true
  }
  answered(await call('window.emptyTrash', {}))
  expect(answered(await call('skills.trash', {})).skills.map(({ name }) => name)).toEqual(['two'])
})

test('created, judged, saved and mended by key; a folder chosen natively', async () => {
  const folder = await writeTree(join(base, 'chosen'), { 'SKILL.md': skillText('chosen') })
  const { call } = await open(windowWith(folder, []))
  const made = answered(await call('skills.create', { name: 'mine', description: 'Something.' }))
  const text = '---\nname: mine\ndescription: Use it: always\n---\nBody.\n'
  const saved = answered(await call('skills.save', { key: made.skill.key, text, before: made.skill.hash }))
  expect(saved.skill.problems.map(({ code, fix }) => [code, fix])).toEqual([['yaml-repaired', 'rewrite-frontmatter']])
  const mended = answered(await call('skills.mend', { key: made.skill.key, fix: 'rewrite-frontmatter' }))
  expect(mended.skill).toMatchObject({ problems: [], description: 'Use it: always' })
  expect(mended.body.trim()).toBe('Body.')
  const { inspection } = answered(await call('window.chooseSkill', { what: 'folder' }))
  expect(inspection?.judgement.name).toBe('chosen')
  answered(await call('skills.discard', { id: inspection?.id ?? '' }))
  expect(refused(await call('skills.install', { id: inspection?.id ?? '', overwriteEdits: false })).code).toBe(
    'not-found',
  )
})

test('the terminal names a path or an address; what was reached is in the ledger', async () => {
  const { call } = await open()
  const source = await writeTree(join(base, 'named'), { 'SKILL.md': skillText('named') })
  expect(answered(await call('terminal.inspectSkill', { source })).inspection?.judgement.name).toBe('named')
  // Nobody listens there.
  const failure = refused(await call('terminal.inspectSkill', { source: 'https://127.0.0.1:9/a.git' }))
  expect(failure.code).toBe('unavailable')
  expect(refused(await call('skills.inspectGit', { url: source })).code).toBe('invalid-input')
  // Without a window there is nobody to be asked.
  expect(refused(await call('skills.inspectGit', { url: 'https://127.0.0.1:9/a.git' })).code).toBe('denied')
  const { entries } = answered(await call('ledger.list', {}))
  expect(entries).toMatchObject([{ kind: 'host', what: '127.0.0.1:9', outcome: 'git fetch failed', sessionId: null }])
  expect(refused(await call('window.chooseSkill', { what: 'folder' })).code).toBe('denied')
})

test.each([
  ['https://127.0.0.1:9/a.git', 'unavailable'],
  ['git@127.0.0.1:a.git#main:b', 'unavailable'],
  ['ssh://-oProxyCommand=x/a.git', 'invalid-input'],
])('a page reaches no host without the person’s own yes: %s', async (url, code) => {
  const asked: object[] = []
  const no = await open(windowWith(null, asked))
  expect(answered(await no.call('skills.inspectGit', { url }))).toEqual({ inspection: null })
  expect(answered(await no.call('ledger.list', {})).entries).toEqual([])
  await no.app.close()
  const yes = await open(windowWith('/somewhere', asked))
  expect(refused(await yes.call('skills.inspectGit', { url })).code).toBe(code)
  expect(asked).toEqual([{ url }, { url }])
})

test('an update from an address reaches its host only with the person’s own yes; one from this computer asks nothing', async () => {
  const url = 'https://127.0.0.1:9/a.git#main'
  const local = await writeTree(join(base, 'local'), { 'SKILL.md': skillText('local', 'Newer.\n') })
  const entry = (kind: string, source: string) => {
    const nothing = { ref: null, commit: null, subpath: null }
    return { kind, source, ...nothing, sha256: '0'.repeat(64), installedAt: '2026-01-01', updatedAt: '2026-01-01' }
  }
  const lock = { v: 1, skills: { fetched: entry('git', url), local: entry('path', local) } }
  await writeTree(join(base, 'data'), {
    'skills/fetched/SKILL.md': skillText('fetched'),
    'skills/local/SKILL.md': skillText('local'),
    'skills.lock.json': JSON.stringify(lock),
  })
  const asked: object[] = []
  const keysOf = async ({ call }: Awaited<ReturnType<typeof open>>) => {
    const { skills } = answered(await call('skills.library', { sessionId: null }))
    return (name: string) => ({ key: skills.find((skill) => skill.name === name)?.key ?? '' })
  }
  const no = await open(windowWith(null, asked))
  const of = await keysOf(no)
  expect(answered(await no.call('skills.inspectUpdate', of('fetched')))).toEqual({ inspection: null })
  expect(answered(await no.call('skills.inspectUpdate', of('local'))).inspection?.replaces?.changes).toHaveLength(1)
  expect(asked).toEqual([{ url }])
  expect(answered(await no.call('ledger.list', {})).entries).toEqual([])
  await no.app.close()
  const yes = await open(windowWith('/somewhere', asked))
  expect(refused(await yes.call('skills.inspectUpdate', of('fetched'))).code).toBe('unavailable')
  expect(asked).toEqual([{ url }, { url }])
  await yes.app.close()
  const headless = await open()
  expect(refused(await headless.call('skills.inspectUpdate', of('fetched'))).code).toBe('denied')
  expect(refused(await headless.call('terminal.inspectSkillUpdate', of('fetched'))).code).toBe('unavailable')
})

test('a file of what is looked at can be read, its beginning and as text, and nothing beside it', async () => {
  const source = await writeTree(join(base, 'source'), {
    'SKILL.md': skillText('readable'),
    'references/words.md': 'Worte, schöne Worte\n',
    'references/long.txt': 'é'.repeat(200_000),
    'assets/picture.bin': Buffer.from([0, 1, 2, 255]),
    'empty.txt': '',
  })
  await writeTree(join(base, 'data'), { 'secret.txt': 'nobody’s business' })
  const { call } = await open(windowWith(source, []))
  const { inspection } = answered(await call('window.chooseSkill', { what: 'folder' }))
  const id = inspection?.id ?? ''
  const read = async (path: string) => await call('skills.inspectedFile', { id, path })
  expect(answered(await read('references/words.md'))).toEqual({ text: 'Worte, schöne Worte\n', isCut: false })
  expect(answered(await read('assets/picture.bin'))).toEqual({ text: null, isCut: false })
  expect(answered(await read('empty.txt'))).toEqual({ text: '', isCut: false })
  const long = answered(await read('references/long.txt'))
  expect([long.isCut, long.text]).toEqual([true, 'é'.repeat(131_072)])
  expect(refused(await read('references')).code).toBe('not-found')
  expect(refused(await read('gone.md')).code).toBe('not-found')
  const staged = join(base, 'data/skills/.staging', id, 'new/readable')
  await symlink(join(base, 'data'), join(staged, 'out'))
  for (const path of ['../../../../../secret.txt', 'out/secret.txt', '/etc/passwd', 'references\\words.md']) {
    expect(refused(await read(path)).code, path).toBe('denied')
  }
  // It is not what was shown any more, so it cannot be installed; and what was thrown away cannot be read.
  expect(refused(await call('skills.install', { id, overwriteEdits: false })).code).toBe('denied')
  expect(refused(await read('references/words.md')).code).toBe('not-found')
})

test('where skills came from cannot be read: they are listed all the same', async () => {
  await writeTree(join(base, 'data'), { 'skills/mine/SKILL.md': skillText('mine') })
  await mkdir(join(base, 'data/skills.lock.json'))
  const { call } = await open()
  expect(answered(await call('skills.library', { sessionId: null })).skills).toMatchObject([
    { name: 'mine', source: null },
  ])
})

test('an install that a crash has interrupted is finished before anything is listed', async () => {
  const staged = join(base, 'data/skills/.staging/left')
  const journal = { v: 1, name: 'steady', replaces: 'steady', keepsOld: false, entry: null, replacedEntry: null }
  await writeTree(staged, {
    'exchange.json': JSON.stringify(journal),
    'old/SKILL.md': skillText('steady', 'old'),
    'new/steady/SKILL.md': skillText('steady', 'new'),
  })
  await writeTree(join(base, 'data/skills/.staging'), { 'other/arriving/SKILL.md': skillText('other') })
  const { call } = await open()
  expect(answered(await call('skills.library', { sessionId: null })).skills.map(({ name }) => name)).toEqual(['steady'])
  expect(await readFile(join(base, 'data/skills/steady/SKILL.md'), 'utf8')).toContain('old')
  expect(await readdir(join(base, 'data/skills/.staging'))).toEqual([])
})

test('a reader changes nothing, and neither finishes nor clears away what another process may be at', async () => {
  await writeTree(join(base, 'data/skills'), { 'mine/SKILL.md': skillText('mine'), '.staging/a/arriving/x': 'x' })
  await writeFile(join(base, 'data/settings.json'), '{}')
  const { call } = await open(null, 'reader')
  const [mine] = answered(await call('skills.library', { sessionId: null })).skills
  const key = mine?.key ?? ''
  for (const answer of [
    await call('skills.create', { name: 'other', description: 'Something.' }),
    await call('skills.remove', { key }),
    await call('skills.save', { key, text: 'x', before: mine?.hash ?? '' }),
    await call('terminal.inspectSkill', { source: join(base, 'data/skills/mine') }),
  ]) {
    expect(refused(answer).code).toBe('denied')
  }
  expect(await readdir(join(base, 'data/skills/.staging'))).toEqual(['a'])
})
