// A16: which folders can be a workspace.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusedWorkspace } from '../../electron/services/tools/workspace/refused-workspace.ts'
import { openWorkspace } from '../../electron/services/tools/workspace/workspace-files.ts'
import { workspaceWords } from '../../shared/messages/tools.ts'
import { temporaryFolder } from '../support/temp.ts'

async function places() {
  const around = await temporaryFolder()
  const personHome = join(around, 'people', 'home')
  const dataFolder = join(personHome, '.local/share/carrel')
  for (const folder of [
    dataFolder,
    join(dataFolder, 'sessions'),
    join(personHome, 'projects/thing'),
    join(personHome, '.ssh/keys'),
    join(personHome, '.config/other'),
    join(around, 'keys'),
  ]) {
    await mkdir(folder, { recursive: true })
  }
  await writeFile(join(personHome, 'file'), '')
  await symlink('/', join(personHome, 'projects/disk'))
  await symlink(personHome, join(personHome, 'projects/home'))
  await symlink(join(personHome, '.ssh'), join(personHome, 'projects/keys'))
  // A protected place that is a link itself: where it leads is protected, too.
  await symlink(join(around, 'keys'), join(personHome, '.gnupg'))
  return { around, personHome, dataFolder }
}

describe('refused', () => {
  const inHome = (path: string) => (home: string) => join(home, path)

  test.each<[string, (home: string, around: string) => string, string]>([
    ['the disk', () => '/', workspaceWords.root],
    ['the disk by a link', inHome('projects/disk'), workspaceWords.root],
    ['the disk by /proc', () => '/proc/self/root', workspaceWords.system],
    ['processes', () => '/proc/self', workspaceWords.system],
    ['devices', () => '/dev/fd/..', workspaceWords.system],
    ['home', inHome(''), workspaceWords.home],
    ['home with dots', inHome('projects/..'), workspaceWords.home],
    ['home by a link', inHome('projects/home'), workspaceWords.home],
    ['above home', inHome('..'), workspaceWords.home],
    ['two above home', (_, around) => around, workspaceWords.home],
    ['the data folder', inHome('.local/share/carrel'), workspaceWords.dataFolder],
    ['above the data folder', inHome('.local'), workspaceWords.dataFolder],
    ['in the data folder', inHome('.local/share/carrel/sessions'), workspaceWords.dataFolder],
    ['keys', inHome('.ssh'), 'is never opened to a model'],
    ['below keys', inHome('.ssh/keys'), 'is never opened to a model'],
    ['keys by a link', inHome('projects/keys'), 'is never opened to a model'],
    ['above a protected place, whether it is there or not', inHome('.config'), 'is never opened to a model'],
    ['where a protected link leads', (_, around) => join(around, 'keys'), 'is never opened to a model'],
    ['nothing', inHome('none'), workspaceWords.missing],
    ['a file', inHome('file'), workspaceWords.notAFolder],
  ])('%s', async (_, pathIn, sentence) => {
    const { around, personHome, dataFolder } = await places()
    const path = pathIn(personHome, around)
    expect(await refusedWorkspace(path, { personHome, dataFolder })).toContain(sentence)
    await expect(
      openWorkspace({ path, personHome, dataFolder, platform: 'linux', environment: {} }),
    ).rejects.toMatchObject({
      failure: { code: 'denied', message: expect.stringContaining(sentence) },
    })
  })
})

test('a folder in the home folder can be one, and so can one elsewhere', async () => {
  const { personHome, dataFolder } = await places()
  const elsewhere = await temporaryFolder()
  for (const path of [join(personHome, 'projects/thing'), join(personHome, '.config/other'), elsewhere]) {
    expect(await refusedWorkspace(path, { personHome, dataFolder })).toBe(null)
  }
})

test('the person’s real home folder is refused', async () => {
  const elsewhere = await temporaryFolder()
  expect(await refusedWorkspace(homedir(), { personHome: homedir(), dataFolder: elsewhere })).not.toBe(null)
})

test('a workspace that is named by a link takes paths of both its names', async () => {
  const around = await temporaryFolder()
  await mkdir(join(around, 'real/deep'), { recursive: true })
  await writeFile(join(around, 'real/deep/a.txt'), 'here')
  await symlink(join(around, 'real'), join(around, 'name'))
  const workspace = await openWorkspace({
    path: join(around, 'name'),
    personHome: join(around, 'home'),
    dataFolder: join(around, 'data'),
    platform: process.platform,
    environment: {},
  })
  const files = workspace.forCall({ signal: new AbortController().signal, permitted: [] })
  for (const path of ['deep/a.txt', join(around, 'name/deep/a.txt'), join(around, 'real/deep/a.txt')]) {
    expect(await files.read(path)).toMatchObject({ kind: 'file', path: 'deep/a.txt' })
  }
})
