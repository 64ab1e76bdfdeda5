// Logs come in by the window: chosen natively, told one by one, opened from the report, and marked for good.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { steps } from '../support/fake-ollama.ts'
import { callAsPage } from './as-page.ts'
import { answered, ask, expect, parts, picture, projectRoot, recordsIn, test } from './carrel.ts'
import { carrelCommand } from './commands.ts'
import { look, lookOnce } from './looking.ts'
import { personChooses, pressMenu } from './native-answers.ts'

const samples = join(projectRoot, 'test', 'cases', 'logs')

async function fromMenu(app: ElectronApplication, page: Page): Promise<void> {
  await expect(parts(page).sessions).toBeVisible()
  await pressMenu(app, 'Import sessions…')
  await expect(page.getByRole('heading', { name: 'Import sessions', level: 1 })).toBeFocused()
}

for (const theme of ['light', 'dark'] as const) {
  test(`a folder of logs, and what came of each, in ${theme}`, async ({ launch, home, fake }) => {
    fake.setScenario(steps({ content: 'It goes on.' }, { done: 'stop' }))
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch()
    const { page, app } = carrel
    await fromMenu(app, page)
    await look(carrel, `import-${theme}`)
    await personChooses(app, samples)
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    const sum = page.getByRole('status').filter({ hasText: 'imported' })
    await expect(sum).toHaveText('11 sessions imported, 1 log failed.')
    await look(carrel, `import-report-${theme}`)
    await page.getByRole('heading', { name: 'Imported' }).scrollIntoViewIfNeeded()
    await expect(page.getByText('Left out: notes of the program (3)', { exact: true })).toBeVisible()

    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await expect(sum).toHaveText('Nothing new was imported, 11 logs not needed, 1 log failed.')

    // From the report to the session, which says where it comes from and goes on like any other.
    await page.getByRole('button', { name: /rollback\.jsonl/ }).click()
    await expect(parts(page).transcript.locator('.ask-words', { hasText: 'Weave a sail.' })).toBeVisible()
    const note = parts(page).transcript.getByText(/^Imported from Codex: .*rollback\.jsonl$/)
    await note.scrollIntoViewIfNeeded()
    await expect(note).toBeVisible()
    await look(carrel, `imported-${theme}`)
    // The model of the other program is not here; whoever goes on asks their own.
    await expect(page.getByRole('button', { name: /gemma4:e4b/ }).first()).toBeVisible()
    await ask(page, 'And now?')
    await answered(page)
    const asked = JSON.stringify(fake.chatRequests().at(-1)?.body)
    expect(asked).toContain('We were weaving a sail.')
    expect(asked).not.toContain('Weave a flag.')
  })
}

test('from Settings; who chooses nothing imports nothing', async ({ launch, home }) => {
  const { page, app } = await launch()
  await expect(parts(page).sessions).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Import sessions…' }).click()
  await expect(page.getByRole('heading', { name: 'Import sessions', level: 1 })).toBeFocused()
  await personChooses(app, null)
  await page.getByRole('button', { name: 'Choose files…' }).click()
  await expect(page.getByRole('button', { name: 'Choose files…' })).toHaveAttribute('aria-disabled', 'false')
  expect(await recordsIn(home)).toEqual([])
})

test('it is stopped, and gone on with; what is imported by then stays', async ({ launch, home }) => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-import-'))
  try {
    const line = (index: number) => `${JSON.stringify({ role: 'user', content: `${index} ${'x'.repeat(500)}` })}\n`
    const log = Array.from({ length: 3_000 }, (_, index) => line(index)).join('')
    for (let file = 0; file < 120; file++) await writeFile(join(folder, `${1_000 + file}.jsonl`), `${line(file)}${log}`)
    const { page, app } = await launch()
    await fromMenu(app, page)
    await personChooses(app, folder)
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await expect(page.getByText(/^Read [1-9]\d* of 120 files$/)).toBeVisible()
    await picture(page, 'import-running')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('status').filter({ hasText: /^Stopped: \d+ sessions? imported\./ })).toBeVisible()
    const before = (await readdir(join(home, 'sessions'))).filter((name) => name.endsWith('.jsonl')).length
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(120)
    await expect(page.getByRole('button', { name: 'Choose a folder…' })).toBeFocused()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a log that is only mounted is found and shown, and cannot be written to', async ({ launch, home }) => {
  await carrelCommand(home, 'logs', 'mount', samples)
  const { page } = await launch()
  await expect(parts(page).sessions).toBeVisible()
  await page.keyboard.press('Control+Shift+F')
  // The page is read when it is first asked for; what is typed before it is there goes nowhere.
  await expect(page.getByRole('searchbox', { name: 'Search all sessions' })).toBeFocused()
  await page.keyboard.type('"Weave a sail"')
  await page.locator('.hit').first().click()
  await expect(parts(page).transcript.locator('.ask-words', { hasText: 'Weave a sail.' })).toBeVisible()
  await expect(page.getByText('This is a log of another program that is only mounted.')).toBeVisible()
  await expect(parts(page).send).toHaveCount(0)
  await lookOnce(page, 'mounted-log')
})

test('no page can name a path', async ({ launch, home }) => {
  const { page } = await launch()
  await expect(parts(page).sessions).toBeVisible()
  const answer = await callAsPage(page, 'terminal.import', { paths: [samples], from: 'auto' })
  expect(answer.ok).toBe(false)
  expect(await recordsIn(home)).toEqual([])
})
