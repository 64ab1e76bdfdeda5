// What an answer has changed, in the real window: one line under it, undo and redo, conflicts, and going back to before a question.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { accessibilityFaults, expect, parts, picture, projectRoot, resize, test } from './carrel.ts'

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-folder-'))
  await mkdir(join(folder, 'src'))
  await writeFile(join(folder, 'src/greet.ts'), "export const greeting = 'Helo'\n\nexport const name = 'world'\n")
  await writeFile(join(folder, 'notes.md'), '# Notes\n\nNothing yet.\n')
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const call = (path: string, content: string) => ({
  tool_calls: [{ name: 'write_file', arguments: { path, content } }],
})
const fixed = "export const greeting = 'Hello'\n\nexport const name = 'world'\nexport const mark = '!'\n"
const changing: Scenario = {
  turns: [
    { match: { nth: 1 }, steps: [call('src/greet.ts', fixed), { done: 'stop' }] },
    { match: { nth: 2 }, steps: [call('notes.md', '# Notes\n\nThe greeting is mended.\n'), { done: 'stop' }] },
    { match: { nth: 3 }, steps: [call('src/greet.test.ts', "import './greet.ts'\n"), { done: 'stop' }] },
    { match: { nth: 4 }, steps: [{ content: 'The greeting is mended, and has a test.' }, { done: 'stop' }] },
  ],
}

/** A run that may write, as the terminal makes it while no window is open. */
async function changed(home: string, host: string): Promise<void> {
  const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
  const words = ['--home', home, '--host', host, 'run', '--workspace', folder, 'Mend the greeting']
  const child = spawn(process.execPath, [program, ...words], { stdio: 'ignore' })
  expect(await once(child, 'close')).toEqual([0, null])
}

const greeting = () => readFile(join(folder, 'src/greet.ts'), 'utf8')

function within(page: Page) {
  const { transcript } = parts(page)
  return {
    line: transcript.getByRole('button', { name: /^Changed 3 files/ }),
    undoneLine: transcript.getByRole('button', { name: /^Undone: 3 files/ }),
    undo: transcript.getByRole('button', { name: 'Undo the changes to 3 files' }),
    redo: transcript.getByRole('button', { name: 'Redo the changes to 3 files' }),
    files: transcript.getByRole('region', { name: 'What this answer has changed' }),
    back: transcript.getByRole('button', { name: 'Go back to before this' }),
  }
}

test('one line says what an answer has changed; it opens to the files, undoes and redoes, all by key', async ({
  launch,
  home,
  fake,
}) => {
  fake.setScenario(changing)
  await changed(home, fake.url)
  const carrel = await launch()
  const { page } = carrel
  await resize(carrel, 1280, 800)
  await parts(page).sessions.getByText('Mend the greeting').click()
  const { line, undoneLine, undo, redo, files } = within(page)
  await expect(line).toHaveText('Changed 3 files+4 −2')
  await picture(page, 'undo-line')
  expect(await accessibilityFaults(page)).toEqual([])

  await line.focus()
  await page.keyboard.press('Enter')
  await expect(files.getByRole('figure')).toHaveCount(3)
  await expect(files).toContainText("export const mark = '!'")
  await line.scrollIntoViewIfNeeded()
  await picture(page, 'undo-opened')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  await resize(carrel, 800, 600)
  await picture(page, 'undo-opened-dark-small')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  await line.focus()
  await page.keyboard.press('Enter')
  await expect(files).toHaveCount(0)

  await page.keyboard.press('Tab')
  await expect(undo).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(undoneLine).toBeVisible()
  // The same button is the way on.
  await expect(redo).toBeFocused()
  expect(await greeting()).toContain("'Helo'")
  await expect(readFile(join(folder, 'src/greet.test.ts'))).rejects.toThrow('ENOENT')
  await picture(page, 'undo-undone')
  await page.keyboard.press('Enter')
  await expect(line).toBeVisible()
  expect(await greeting()).toBe(fixed)
})

test('a file that was changed since is said, with what to do, and nothing is touched', async ({
  launch,
  home,
  fake,
}) => {
  fake.setScenario(changing)
  await changed(home, fake.url)
  await writeFile(join(folder, 'notes.md'), 'mine')
  const carrel = await launch()
  const { page } = carrel
  await parts(page).sessions.getByText('Mend the greeting').click()
  await resize(carrel, 800, 600)
  const { undo, redo } = within(page)
  await undo.click()
  const said = parts(page).transcript.getByRole('alert')
  await expect(said).toContainText('Nothing was changed, because notes.md is not as the answer left it')
  expect(await greeting()).toBe(fixed)
  await said.scrollIntoViewIfNeeded()
  await picture(page, 'undo-conflict')
  expect(await accessibilityFaults(page)).toEqual([])
  await said.getByRole('button', { name: 'Close' }).click()
  await expect(said).toHaveCount(0)
  await writeFile(join(folder, 'notes.md'), '# Notes\n\nThe greeting is mended.\n')
  await undo.click()
  await expect(redo).toBeVisible()
  expect(await greeting()).toContain("'Helo'")
})

test('going back to before a question, with its files: its words are in the composer, what was said is another version', async ({
  launch,
  home,
  fake,
}) => {
  fake.setScenario(changing)
  await changed(home, fake.url)
  const carrel = await launch()
  const { page } = carrel
  const { message, sessions, transcript } = parts(page)
  await sessions.getByText('Mend the greeting').click()
  await expect(within(page).line).toBeVisible()
  await within(page).back.focus()
  await page.keyboard.press('Enter')
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem')).toHaveText(['Go back and undo file changes', 'Go back and keep the files'])
  await picture(page, 'undo-go-back')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(transcript.getByRole('article')).toHaveCount(0)
  await expect(message).toHaveValue('Mend the greeting')
  await expect(message).toBeFocused()
  expect(await greeting()).toContain("'Helo'")
  await picture(page, 'undo-gone-back')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Show it again' }).click()
  await expect(transcript.getByRole('article')).toHaveCount(1)
  await expect(within(page).undoneLine).toBeVisible()
})
