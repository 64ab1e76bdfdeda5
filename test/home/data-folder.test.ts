// Where the data folder lies, and what an owner and a reader may do in it.
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Surroundings } from '../../electron/contracts.ts'
import { dataFolder, type FolderQuestion } from '../../electron/services/home/data-folder.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { temporaryFolder } from '../support/temp.ts'

const surroundings: Surroundings = {
  now: () => new Date('2026-11-22T08:00:00Z'),
  newId: () => crypto.randomUUID(),
  environment: {},
  appVersion: '0',
  log: () => undefined,
}

async function open(path: string, as: 'owner' | 'reader' = 'owner') {
  const home = await openHome(path, as, surroundings)
  onTestFinished(() => home.close())
  return home
}

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (thrown) => (thrown instanceof ExpectedFailure ? thrown.failure.code : String(thrown)),
  )

describe('the place', () => {
  const on = (platform: NodeJS.Platform, more: Partial<FolderQuestion> = {}) =>
    dataFolder({ flag: null, environment: {}, platform, personHome: '/home/ada', from: '/somewhere', ...more })

  test.each([
    ['the flag goes before all', on('linux', { flag: '/data', environment: { CARREL_HOME: '/other' } }), '/data'],
    ['a relative flag starts where the person called from', on('linux', { flag: 'data' }), '/somewhere/data'],
    ['CARREL_HOME goes before the platform', on('linux', { environment: { CARREL_HOME: '../x' } }), '/x'],
    [
      'an empty CARREL_HOME is none',
      on('linux', { environment: { CARREL_HOME: '' } }),
      '/home/ada/.local/share/carrel',
    ],
    ['Linux', on('linux'), '/home/ada/.local/share/carrel'],
    ['XDG_DATA_HOME', on('linux', { environment: { XDG_DATA_HOME: '/xdg' } }), '/xdg/carrel'],
    [
      'a relative XDG_DATA_HOME is ignored',
      on('linux', { environment: { XDG_DATA_HOME: 'xdg' } }),
      '/home/ada/.local/share/carrel',
    ],
    ['macOS', on('darwin', { personHome: '/Users/ada' }), '/Users/ada/Library/Application Support/Carrel'],
    ['Windows', on('win32', { environment: { APPDATA: 'C:\\Roaming' } }), 'C:\\Roaming\\Carrel'],
  ])('%s', (_what, found, expected) => {
    expect(found).toBe(expected)
  })
})

test('an owner makes the folder for the person alone, and leaves the mode of one that was there', async () => {
  const folder = await temporaryFolder()
  await open(join(folder, 'new', 'home'))
  expect((await stat(join(folder, 'new', 'home'))).mode & 0o777).toBe(0o700)
  await mkdir(join(folder, 'shared'))
  await chmod(join(folder, 'shared'), 0o755)
  await open(join(folder, 'shared'))
  expect((await stat(join(folder, 'shared'))).mode & 0o777).toBe(0o755)
})

test('a reader makes nothing and writes nothing', async () => {
  const path = join(await temporaryFolder(), 'home')
  const home = await open(path, 'reader')
  expect(home.readOnly?.code).toBe('denied')
  expect(await codeOf(home.write('a.json', '{}'))).toBe('denied')
  expect(await codeOf(home.setAside('a.json'))).toBe('denied')
  expect(await home.read('a.json')).toBeNull()
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

test('a second owner reads, and is told who writes', async () => {
  const path = await temporaryFolder()
  await (await open(path)).write('a.json', 'one')
  const second = await open(path)
  expect(second.readOnly).toMatchObject({ code: 'busy', message: expect.stringContaining(`process ${process.pid}`) })
  expect(await second.read('a.json')).toBe('one')
  expect(await codeOf(second.write('a.json', 'two'))).toBe('busy')
  await second.close()
  expect(await readdir(path)).toEqual(['a.json', 'owner.lock'])
})

test('a file where the folder should be is a sentence, not a crash', async () => {
  const path = join(await temporaryFolder(), 'file')
  await writeFile(path, 'words')
  expect((await open(path)).readOnly).toMatchObject({ code: 'denied', message: expect.stringContaining(path) })
  expect((await open(join(path, 'below'))).readOnly?.code).toBe('denied')
  expect(await readFile(path, 'utf8')).toBe('words')
})

test('files are replaced as a whole, in order, and closing waits for the last', async () => {
  const path = await temporaryFolder()
  const home = await open(path)
  const writes = Array.from({ length: 20 }, (_, index) => home.write('a.json', `${index}`.repeat(10_000 - index * 400)))
  const closing = home.close()
  expect(await codeOf(home.write('a.json', 'late'))).toBe('cancelled')
  await closing
  expect(await readFile(join(path, 'a.json'), 'utf8')).toBe('19'.repeat(2_400))
  await Promise.all(writes)
  expect((await stat(join(path, 'a.json'))).mode & 0o777).toBe(0o600)
  expect(await readdir(path)).toEqual(['a.json'])
})

test('a file that cannot be replaced is a failure with a sentence and leaves nothing beside it', async () => {
  const path = await temporaryFolder()
  const home = await open(path)
  await mkdir(join(path, 'a.json', 'full'), { recursive: true })
  expect(await codeOf(home.write('a.json', 'x'))).toBe('internal')
  expect(await readdir(path)).toEqual(['a.json', 'owner.lock'])
  expect(await codeOf(home.write('b.json', 'x'))).toBe('done')
})

test('what is set aside keeps every byte', async () => {
  const path = await temporaryFolder()
  const home = await open(path)
  await writeFile(join(path, 'a.json'), Buffer.from([0xff, 0x00, 0x7b]))
  const kept = await home.setAside('a.json')
  expect(kept).toBe('a.broken-2026-11-22T08-00-00-000Z.json')
  expect([...(await readFile(join(path, kept)))]).toEqual([0xff, 0x00, 0x7b])
  expect(await home.read('a.json')).toBeNull()
})
