// A session leaves by its menu: the person chooses place and form natively, and it is said where it lies.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { expect, parts, picture, test } from './carrel.ts'
import { seedSession } from './commands.ts'

interface Proposed {
  defaultPath: string
  filters: { extensions: string[] }[]
}

/** The person at the system's own dialog. */
async function personSaves(app: ElectronApplication, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async (...given: unknown[]) => {
      Object.assign(globalThis, { proposed: given.at(-1) })
      return { canceled: false, filePath: path }
    }) as typeof dialog.showSaveDialog
  }, filePath)
}

async function exportFromMenu(page: Page): Promise<void> {
  await parts(page).sessions.locator('[data-session="tide"]').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

test('as a page, as the file itself, and not where it cannot be written', async ({ launch, home }) => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-export-'))
  try {
    await seedSession(home, 'tide', 'High water / low water')
    const { page, app } = await launch()
    const toast = (words: string) => page.getByRole('dialog').filter({ hasText: words })
    await personSaves(app, join(folder, 'Tide.HTML'))
    await exportFromMenu(page)
    await expect(toast(`Exported “High water / low water” to ${join(folder, 'Tide.HTML')}`)).toBeVisible()
    await picture(page, 'exported')
    expect(await readFile(join(folder, 'Tide.HTML'), 'utf8')).toContain('<h1>High water / low water</h1>')
    const proposed = await app.evaluate(() => (globalThis as unknown as { proposed: Proposed }).proposed)
    expect(proposed.defaultPath).toMatch(/[/\\]High water low water\.md$/)
    expect(proposed.filters.map(({ extensions }) => extensions[0])).toEqual(['md', 'html', 'json', 'jsonl', 'zip'])

    // Over what is there, which the native dialog has asked about.
    await personSaves(app, join(folder, 'tide.jsonl'))
    await exportFromMenu(page)
    await expect(toast(join(folder, 'tide.jsonl'))).toBeVisible()
    expect(await readFile(join(folder, 'tide.jsonl'))).toEqual(await readFile(join(home, 'sessions', 'tide.jsonl')))

    await personSaves(app, join(folder, 'nowhere', 'tide.md'))
    await exportFromMenu(page)
    await expect(toast(join(folder, 'nowhere', 'tide.md'))).toBeVisible()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
