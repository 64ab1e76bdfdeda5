// `carrel settings get|set` as processes: what is kept, what it takes a yes for, and what an open window hears of it.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { settingWords as words } from '../../shared/messages/settings-terminal.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { bootCarrel } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'

let room: string
let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  room = await temporaryFolder()
  home = join(room, 'home')
})

const carrel = (...given: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'settings', ...given], cwd: room })
const kept = async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'))

test('a value is said as a word or as JSON, kept, and read again in the same form', async () => {
  expect((await carrel('get', 'theme')).out).toBe('system\n')
  expect(await carrel('set', 'theme', 'dark')).toMatchObject({ code: 0, out: 'dark\n', error: '' })
  await carrel('set', 'model', 'gemma4:e4b')
  await carrel('set', 'rounds', '30')
  expect(await kept()).toMatchObject({ theme: 'dark', model: 'gemma4:e4b', rounds: 30 })
  expect((await carrel('set', 'model', 'null')).out).toBe('null\n')
  const all = await carrel('get', '--json')
  expect(all.json()).toEqual({ settings: { ...defaultSettings, theme: 'dark', rounds: 30 } })
  expect((await carrel('get')).out).toContain('rounds  30\n')
})

test.each([
  ['no such setting', ['set', 'colour', 'red']],
  ['no such value', ['set', 'theme', 'loud']],
  ['beyond its limits', ['set', 'rounds', '1000']],
  ['no value', ['set', 'rounds']],
  ['no key', ['set']],
  ['the list of servers', ['set', 'servers', '[]']],
  ['several', ['get', 'theme', 'model']],
  ['no such command', ['list']],
])('2 for %s, and nothing is changed', async (_what, given) => {
  expect((await carrel(...given)).code).toBe(2)
  await expect(kept()).rejects.toThrow('ENOENT')
})

test('what lets commands see or do more takes a yes, and a folder that shows too much is refused even so', async () => {
  const tools = join(room, 'tools')
  await mkdir(tools)
  const folders = JSON.stringify({ added: ['tools'], hidden: [] })
  for (const given of [
    ['commandsWithoutSandbox', 'true'],
    ['visibleFolders', folders],
  ]) {
    expect(await carrel('set', ...given)).toMatchObject({ code: 2, error: `${words.sayYes}\n` })
  }
  expect((await carrel('set', 'visibleFolders', '{"added":["/"],"hidden":[]}', '--yes')).code).toBe(4)
  await expect(kept()).rejects.toThrow('ENOENT')
  expect((await carrel('set', 'commandsWithoutSandbox', 'false')).code).toBe(0)
  expect((await carrel('set', 'visibleFolders', folders, '--yes')).code).toBe(0)
  expect(await kept()).toMatchObject({ visibleFolders: { added: [tools], hidden: [] } })
})

test('an open window hears of it', async () => {
  const window = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const heard: string[] = []
  window.bridge.on('settings.changed', ({ theme }) => heard.push(theme))
  expect((await carrel('set', 'theme', 'dark')).code).toBe(0)
  expect(heard).toEqual(['dark'])
  expect(window.app.services.settings.current().theme).toBe('dark')
})
