// What commands can read beside their folder: a page takes away by itself, and gives only what a person has said yes to natively.
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Surface } from '../../electron/contracts.ts'
import { sandboxWords } from '../../shared/messages/sandbox.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'

const { visible } = sandboxWords
let base: string
let home: string
let tools: string
/** What the person does: the folder they choose, and whether they say yes. */
let person: { chooses: string | null; agrees: boolean; asked: string[] }

beforeEach(async () => {
  base = await realpath(await temporaryFolder())
  home = join(base, 'home')
  tools = join(base, 'tools')
  for (const folder of [home, tools, join(base, 'more')]) await mkdir(folder)
  person = { chooses: null, agrees: false, asked: [] }
})

const surface = windowOf({
  async chooseFolder(_signal, purpose) {
    person.asked.push(`choose for ${purpose}`)
    return person.chooses
  },
  async confirmUnhide(folder) {
    person.asked.push(`show ${folder}`)
    return person.agrees
  },
  chooseLedgerFile: async () => person.chooses,
  chooseSessionFile: async () => person.chooses,
})
const open = (as: 'owner' | 'reader' = 'owner', front: Surface | undefined = surface) =>
  bootCarrel({
    home,
    host: 'http://127.0.0.1:9',
    as,
    environment: { PATH: `${tools}:/usr/bin` },
    ...(front && { surface: front }),
  })
const chosen = async (): Promise<{ added: string[]; hidden: string[] }> =>
  JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).visibleFolders

test('one of the PATH is hidden at once, and shown again only after a yes', async () => {
  const { bridge } = await open()
  const folderOf = (hidden: boolean) => [{ path: tools, from: 'path', hidden }]
  expect(answered(await bridge.call('sandbox.folders', {})).folders).toEqual(folderOf(false))
  expect(answered(await bridge.call('sandbox.hideFolder', { folder: tools })).folders).toEqual(folderOf(true))
  expect(person.asked).toEqual([])
  const unhide = async () => answered(await bridge.call('window.unhideFolder', { folder: tools }))
  expect(await unhide()).toEqual({ agreed: false, folders: folderOf(true) })
  person.agrees = true
  expect(await unhide()).toEqual({ agreed: true, folders: folderOf(false) })
  expect(person.asked).toEqual([`show ${tools}`, `show ${tools}`])
  expect(await chosen()).toEqual({ added: [], hidden: [] })
})

test('another one is added by the native dialog alone, by its real path, and removed', async () => {
  const { bridge } = await open()
  const add = async () => answered(await bridge.call('window.addVisibleFolder', {}))
  expect(await add()).toMatchObject({ folder: null, refused: null })
  await symlink(join(base, 'more'), join(base, 'link'))
  person.chooses = join(base, 'link')
  const { folder, folders } = await add()
  expect(folder).toBe(join(base, 'more'))
  expect(folders).toContainEqual({ path: join(base, 'more'), from: 'person', hidden: false })
  expect((await add()).folders).toHaveLength(2)
  expect(await chosen()).toEqual({ added: [join(base, 'more')], hidden: [] })
  const left = answered(await bridge.call('sandbox.hideFolder', { folder: join(base, 'more') })).folders
  expect(left.map(({ path }) => path)).toEqual([tools])
  expect(await chosen()).toEqual({ added: [], hidden: [] })
})

test('what would show too much is refused with a sentence, and nothing is changed', async () => {
  const { bridge } = await open()
  await mkdir(join(home, 'sessions'), { recursive: true })
  for (const [chooses, why] of [
    ['/etc', visible.tooMuch],
    ['/', visible.tooMuch],
    [home, visible.tooMuch],
    [join(home, 'sessions'), visible.tooMuch],
    ['/usr/share', visible.shownAnyway],
    [join(base, 'gone'), visible.gone],
  ] as const) {
    person.chooses = chooses
    const answer = answered(await bridge.call('window.addVisibleFolder', {}))
    expect([chooses, answer.folder, answer.refused]).toEqual([chooses, null, why])
  }
  await expect(chosen()).rejects.toThrow('ENOENT')
})

describe('a page', () => {
  test('names no folder by itself', async () => {
    const { bridge } = await open()
    const more = JSON.parse(`{"visibleFolders":{"added":["${tools}"],"hidden":[]}}`)
    expect(refused(await bridge.call('settings.update', more)).code).toBe('invalid-input')
    expect(refused(await bridge.call('window.addVisibleFolder', JSON.parse('{"folder":"/etc"}'))).code).toBe(
      'invalid-input',
    )
    person.agrees = true
    for (const channel of ['sandbox.hideFolder', 'window.unhideFolder'] as const) {
      expect(refused(await bridge.call(channel, { folder: '/etc' })).message).toBe(visible.unknown)
    }
    expect(person.asked).toEqual([])
  })

  test('gives nothing where there is no window', async () => {
    const { bridge } = await bootCarrel({
      home,
      host: 'http://127.0.0.1:9',
      environment: { PATH: `${tools}:/usr/bin` },
    })
    expect(refused(await bridge.call('window.addVisibleFolder', {})).code).toBe('denied')
    expect(refused(await bridge.call('window.unhideFolder', { folder: tools })).code).toBe('denied')
    expect(refused(await bridge.call('window.exportLedger', {})).code).toBe('denied')
  })
})

test('changes that come at once are all kept', async () => {
  const names = ['a', 'b', 'c', 'd']
  for (const name of names) await mkdir(join(base, name))
  const path = names.map((name) => join(base, name))
  const carrel = await bootCarrel({
    home,
    host: 'http://127.0.0.1:9',
    environment: { PATH: `${path.join(':')}:/usr/bin` },
  })
  await Promise.all(path.map((folder) => carrel.bridge.call('sandbox.hideFolder', { folder })))
  // In whatever order they came to be written.
  expect((await chosen()).hidden.toSorted()).toEqual(path)
})

test('the ledger is exported where the person said, and nowhere else; what was there stays when it cannot be', async () => {
  const lines = ['a', 'b'].map((what) => ({
    ts: '2026-11-28T08:00:00.000Z',
    sessionId: 'one',
    kind: what === 'a' ? 'command' : 'secret',
    what,
    approvalId: null,
    outcome: 'done',
  }))
  await writeFile(join(home, 'ledger.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const { bridge } = await open()
  expect(answered(await bridge.call('window.exportLedger', {}))).toEqual({ saved: null, entries: 0 })
  const out = join(base, 'out.jsonl')
  await writeFile(out, 'old')
  person.chooses = out
  expect(answered(await bridge.call('window.exportLedger', { kind: 'secret' }))).toEqual({ saved: out, entries: 1 })
  expect(await readFile(out, 'utf8')).toBe(`${JSON.stringify(lines[1])}\n`)
  person.chooses = join(base, 'no', 'out.csv')
  expect(refused(await bridge.call('window.exportLedger', {})).message).toContain('out.csv')
  expect(refused(await bridge.call('window.exportLedger', JSON.parse(`{"path":"${out}"}`))).code).toBe('invalid-input')
})
