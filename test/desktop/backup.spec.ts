// Backups by the window: where to and which a person says natively, and what was here is kept beside.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { backupWords } from '../../shared/messages/backup.ts'
import { expect, parts, test } from './carrel.ts'
import { seedSession } from './commands.ts'
import { goTo, look } from './looking.ts'
import { askedSoFar, personChooses, personPresses } from './native-answers.ts'

const says = backupWords.window

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-backup-'))
})
test.afterEach(async ({ home }) => {
  await rm(folder, { recursive: true, force: true })
  for (const name of await readdir(dirname(home))) {
    if (name.startsWith(`${basename(home)}-before-restore-`)) {
      await rm(join(dirname(home), name), { recursive: true, force: true })
    }
  }
})

async function personSaves(app: ElectronApplication, filePath: string | null): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async () =>
      path === null
        ? { canceled: true, filePath: '' }
        : { canceled: false, filePath: path }) as typeof dialog.showSaveDialog
  }, filePath)
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const kept = async (home: string) =>
  (await readdir(dirname(home))).filter((name) => name.startsWith(`${basename(home)}-before-restore-`))

test('backed up, and put back in the place of what came later', async ({ launch, home }) => {
  await seedSession(home, 'tide', 'High water / low water')
  await writeFile(join(home, 'trust.json'), '{"/somewhere":{"trusted":true,"at":"2026-11-20T09:30:00.000Z"}}')
  const file = join(folder, 'mine.zip')
  const first = await launch()
  await goTo(first.page, 'Settings')
  await personSaves(first.app, null)
  await button(first.page, says.backUp).click()
  await expect(button(first.page, says.backUp)).toHaveAttribute('aria-busy', 'false')
  await personSaves(first.app, file)
  await button(first.page, says.backUp).click()
  await expect(first.page.getByText(/^Backed up: 1 session, [\d.]+ (bytes|KB), in$/)).toBeVisible()
  await expect(first.page.getByText(file)).toBeVisible()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await button(first.page, says.restore).scrollIntoViewIfNeeded()
  await look(first, 'backup')
  await first.app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'dark'
  })
  await look(first, 'backup-dark')

  // Something comes after it; a person who says no has what they had.
  await seedSession(home, 'later', 'Came later')
  await personChooses(first.app, file)
  await personPresses(first.app, 'Cancel')
  await button(first.page, says.restore).click()
  await expect(button(first.page, says.restore)).toHaveAttribute('aria-busy', 'false')
  const [asked] = await askedSoFar(first.app)
  expect(asked).toMatchObject({ message: backupWords.dialogs.question, defaultId: 1, cancelId: 1 })
  expect(asked?.detail).toContain('1 session')
  expect(await kept(home)).toEqual([])

  await first.app.evaluate(({ app }) => {
    // The test itself begins it anew.
    app.relaunch = () => undefined
  })
  await personPresses(first.app, backupWords.dialogs.restore)
  const gone = new Promise<void>((resolve) => first.app.process().once('exit', () => resolve()))
  await button(first.page, says.restore).click()
  await gone
  const { page } = await launch()
  await expect(parts(page).sessions.locator('[data-session="tide"]')).toBeVisible()
  await expect(parts(page).sessions.locator('[data-session="later"]')).toHaveCount(0)
  const [old = ''] = await kept(home)
  expect((await readdir(join(dirname(home), old, 'sessions'))).sort()).toEqual(['later.jsonl', 'tide.jsonl'])
  expect(await readFile(join(home, 'trust.json'), 'utf8')).toContain('/somewhere')
})

test('stopped in the middle it leaves nothing, and what is no backup is said', async ({ launch, home }) => {
  await mkdir(join(home, 'skills', 'a'), { recursive: true })
  await writeFile(join(home, 'skills', 'a', 'large'), randomBytes(150_000_000))
  const file = join(folder, 'large.zip')
  const { page, app } = await launch()
  await goTo(page, 'Settings')
  await personSaves(app, file)
  await button(page, says.backUp).click()
  await expect(page.getByText(/^Writing .* of 150 MB$/)).toBeVisible()
  await button(page, 'Cancel').click()
  await expect(page.getByText(backupWords.stopped)).toBeVisible()
  await expect(button(page, says.backUp)).toBeFocused()
  expect(await readdir(folder)).toEqual([])

  await writeFile(file, 'no zip')
  await personChooses(app, file)
  await button(page, says.restore).click()
  await expect(page.getByText(backupWords.noBackup)).toBeVisible()
  expect(await kept(home)).toEqual([])
})
