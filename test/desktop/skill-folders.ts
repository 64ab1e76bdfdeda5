// Skills on the disk for tests of the window: in Carrel's own folder, and where other programs keep theirs.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect } from './carrel.ts'

export interface SkillWords {
  description?: string
  body?: string
  /** Lines of the front matter beside name and description. */
  more?: string
  /** By path from the skill's folder; what begins with `#!` can be run. */
  files?: Record<string, string>
  /** In place of the folder's name. */
  name?: string
}

export function skillText(name: string, { description, body, more }: SkillWords = {}): string {
  const said = description ?? `What ${name} is for`
  return `---\nname: ${name}\ndescription: ${said}\n${more ?? ''}---\n\n${body ?? `# ${name}\n\nDo it like this.\n`}`
}

/** Answers the skill's folder. */
export async function layDown(root: string, folder: string, words: SkillWords = {}): Promise<string> {
  const path = join(root, folder)
  const files = { 'SKILL.md': skillText(words.name ?? folder, words), ...words.files }
  for (const [name, text] of Object.entries(files)) {
    const file = join(path, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    if (text.startsWith('#!')) await chmod(file, 0o755)
  }
  return path
}

export const ownSkills = (home: string) => join(home, 'skills')

/** The parts of the Skills page. */
export function skillsPage(page: Page) {
  const detail = page.locator('.detail')
  return {
    field: page.getByRole('searchbox', { name: 'Search skills' }),
    rows: page.locator('.skill-row'),
    row: (name: string) => page.locator('.skill-row').filter({ has: page.getByText(name, { exact: true }) }),
    filter: (name: string) =>
      page
        .locator('.shelf')
        .getByRole('group', { name: 'Show' })
        .getByRole('button', { name: new RegExp(`^${name}`) }),
    detail,
    title: detail.getByRole('heading', { level: 2 }),
    toggle: detail.getByRole('switch'),
    sheet: page.getByRole('dialog'),
    toast: (text: string | RegExp) => page.getByRole('dialog').filter({ hasText: text }),
  }
}

export async function goSkills(page: Page): Promise<ReturnType<typeof skillsPage>> {
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible({ timeout: 20_000 })
  await page.keyboard.press('Control+Shift+S')
  const parts = skillsPage(page)
  await expect(parts.field).toBeFocused()
  await expect(parts.rows.first()).toBeVisible()
  return parts
}

/** From the person's file manager onto the middle of the page. */
export async function dropOnto(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  const at = { x: 700, y: 400 }
  await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at, data })
  await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...at, data })
  await expect(page.getByText('Drop it to look at it')).toBeVisible()
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...at, data })
  await session.detach()
}
