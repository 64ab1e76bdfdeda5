// One run through all of it: a project is broken, seen to be broken, repaired, tidied too well by a command, and all of it is undone.
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { answered, ask, expect, parts, picture, recordsIn, resize, test } from './carrel.ts'
import { commandFolder, sealHolds, seedSession } from './commands.ts'
import { goTo } from './looking.ts'

const project = {
  'check.sh':
    '#!/bin/sh\ngrep -q "^greeting=Hello$" src/greeting.txt && echo "1 passed" || { echo "1 failed"; exit 1; }\n',
  'notes.md': '# Notes\n\nKept by hand.\n',
  'src/greeting.txt': 'greeting=Hello\n',
}

type Files = Record<string, string>

async function lay(folder: string): Promise<void> {
  await mkdir(join(folder, 'src'))
  for (const [path, text] of Object.entries(project)) await writeFile(join(folder, path), text)
  await chmod(join(folder, 'check.sh'), 0o755)
  if (process.getuid?.() !== 0) return
  for (const path of ['src', ...Object.keys(project)]) await chown(join(folder, path), 65_534, 65_534)
}

async function filesIn(folder: string): Promise<Files> {
  const found: Files = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found[path.slice(folder.length + 1)] = await readFile(path, 'utf8')
  }
  return found
}

const call = (name: string, given: Record<string, unknown>): Scenario['turns'][number]['steps'] => [
  { tool_calls: [{ name, arguments: given }] },
  { done: 'stop' },
]
const run: Scenario['turns'][number]['steps'][] = [
  call('edit_file', { path: 'src/greeting.txt', old_text: 'Hello', new_text: 'Helo' }),
  call('run_command', { command: './check.sh broken' }),
  call('edit_file', { path: 'src/greeting.txt', old_text: 'Helo', new_text: 'Hello' }),
  call('run_command', { command: './check.sh repaired' }),
  call('write_file', { path: 'src/added.txt', content: 'New.\n' }),
  call('run_command', { command: 'rm notes.md' }),
  [{ content: 'Broken, repaired, and tidied.' }, { done: 'stop' }],
]

const card = (page: Page, command: string) => page.getByRole('alertdialog').filter({ hasText: command })

async function allowOnce(page: Page, command: string): Promise<void> {
  const button = card(page, command).getByRole('button', { name: /^Allow once/ })
  await expect(button).toHaveAttribute('aria-disabled', 'false')
  await button.click()
  await expect(card(page, command)).toHaveCount(0)
}

test('a run breaks a project, repairs it, takes something away, and is undone', async ({ launch, home, fake }) => {
  const { folder, remove } = await commandFolder()
  try {
    await lay(folder)
    await seedSession(home, 'project', 'The greeting project', folder)
    fake.setScenario({ turns: run.map((steps, index) => ({ match: { nth: index + 1 }, steps })) })
    const carrel = await launch()
    const { page } = carrel
    const { transcript, sessions } = parts(page)
    await resize(carrel, 1280, 800)
    await sessions.getByText('The greeting project').click()
    await sealHolds(page)
    const before = await filesIn(folder)

    await ask(page, 'Work on it')
    // Writing inside asks nothing. What the model itself could have written is asked for each time it is to run.
    await allowOnce(page, './check.sh broken')
    await allowOnce(page, './check.sh repaired')
    await expect(card(page, 'rm notes.md')).toBeVisible()
    expect(await readFile(join(folder, 'src/greeting.txt'), 'utf8')).toBe(project['src/greeting.txt'])
    await allowOnce(page, 'rm notes.md')
    await answered(page)
    await expect(transcript.getByText('Broken, repaired, and tidied.')).toBeVisible()
    const done = await filesIn(folder)
    expect(Object.keys(done).sort()).toEqual(['check.sh', 'src/added.txt', 'src/greeting.txt'])

    // Each command ran once, and the model saw it fail and then pass.
    const results = (await recordsIn(home)).filter(({ role }) => role === 'tool').map(({ content }) => String(content))
    expect(results.filter((content) => content.includes('1 failed'))).toHaveLength(1)
    expect(results.filter((content) => content.includes('1 passed'))).toHaveLength(1)
    const line = transcript.getByRole('button', { name: /^Changed 2 files/ })
    await expect(line).toBeVisible()
    await line.click()
    await picture(page, 'mend-changes')
    await line.click()

    await transcript.getByRole('button', { name: 'Undo the changes to 2 files' }).click()
    await expect(transcript.getByRole('button', { name: /^Undone: 2 files/ })).toBeVisible()
    expect(await filesIn(folder)).toEqual(before)
    expect((await stat(join(folder, 'check.sh'))).mode & 0o777).toBe(0o755)
    if (process.getuid?.() === 0) expect((await stat(join(folder, 'notes.md'))).uid).toBe(65_534)
    await picture(page, 'mend-undone')

    await transcript.getByRole('button', { name: 'Redo the changes to 2 files' }).click()
    await expect(line).toBeVisible()
    expect(await filesIn(folder)).toEqual(done)

    await goTo(page, 'Ledger')
    const ledger = page.getByRole('list', { name: 'What has happened, newest first' }).getByRole('listitem')
    await expect(ledger).toHaveCount(3)
    await expect(ledger.first()).toContainText('rm notes.md')
    await expect(page.locator('.ledger-sentence')).toHaveText('Nothing has left this computer.')
    await picture(page, 'mend-ledger')
  } finally {
    await remove()
  }
})
