// The tour in the real window, on a machine without any server: every step, by the buttons a person presses.
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { startFakeOllama } from '../support/fake-ollama.ts'
import { accessibilityFaults, allRecordsIn, ask, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'
import { allow, lend, sealHolds } from './commands.ts'

const guide = (page: Page) => page.getByRole('region', { name: 'Tour' })
const act = (page: Page, name: string) => guide(page).getByRole('button', { name, exact: true })

async function nobodyThere(): Promise<string> {
  const probe = await startFakeOllama()
  await probe.stop()
  return probe.url
}

async function tourFolder(home: string): Promise<string> {
  const { folder } = JSON.parse(await readFile(join(home, 'tour.json'), 'utf8'))
  return folder.path
}

/** The step before has been answered. */
async function next(page: Page, title: string): Promise<void> {
  await expect(guide(page).getByRole('heading', { name: title })).toBeVisible()
  await expect(parts(page).stop).toHaveCount(0)
}

async function look(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await picture(carrel.page, `${name}${size}`)
    expect(await accessibilityFaults(carrel.page), name).toEqual([])
  }
  await resize(carrel, 1280, 800)
}

for (const theme of ['light', 'dark']) {
  test(`from start to end without a server, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch({ isNew: true, host: await nobodyThere() })
    const { page } = carrel
    const { transcript, sessions } = parts(page)
    await page.getByRole('button', { name: 'Take the tour' }).click()
    await expect(transcript.getByText('I am a script and not a model')).toBeVisible()
    await expect(page.getByText('A script, no model')).toBeVisible()
    const folder = await tourFolder(home)
    expect((await readdir(folder)).length).toBe(11)
    // As root, commands run as the owner of their folder, who is never root.
    await lend(folder)
    await next(page, 'Read and sum up')
    await look(carrel, `tour-begins-${theme}`)

    await act(page, 'Ask it to read').click()
    await expect(transcript.getByText('Four friends go to an island')).toBeVisible()
    await next(page, 'Find something')
    await act(page, 'Ask about the ferry').click()
    await expect(transcript.getByText(/\d+ lines have it/)).toBeVisible()
    await next(page, 'Write, and be asked')
    await act(page, 'Ask for a packing list').click()
    const card = page.getByRole('alertdialog')
    await expect(card).toContainText('hut.key')
    await expect(guide(page)).toContainText('You are asked something')
    await look(carrel, `tour-asks-${theme}`)
    await allow(page, 'Allow once')
    await expect(transcript.getByText('Both files are written')).toBeVisible()
    expect((await readdir(folder)).length).toBe(13)

    await next(page, 'Run a command in the sandbox')
    await sealHolds(page)
    await act(page, 'Ask it to count').click()
    await expect(card).toContainText('wc -w *.md | sort -n')
    await allow(page, 'Allow once')
    await expect(transcript.getByText('It has run. In the sandbox')).toBeVisible()

    await next(page, 'Take it back')
    await act(page, 'Undo what was written').click()
    await next(page, 'Call a skill')
    expect((await readdir(folder)).length).toBe(11)
    await act(page, 'Ask with /plain-notes').click()
    await expect(transcript.getByText('Done as the skill says')).toBeVisible()

    await next(page, 'Find what was said')
    await act(page, 'Search for “packing list”').click()
    await expect(page.getByRole('main').getByText('Tour, told by a script').first()).toBeVisible()
    await sessions.getByText('Tour, told by a script').click()
    await next(page, 'That was all of it')
    await look(carrel, `tour-done-${theme}`)
    await act(page, 'End the tour').click()
    // Back where a model is still missing; the session stays, and says who answered in it.
    await expect(page.getByRole('heading', { name: 'Ollama is not running' })).toBeVisible()
    await expect.poll(() => existsSync(folder)).toBe(false)
    const answers = (await allRecordsIn(home)).filter(({ role, model }) => role === 'assistant' && model !== undefined)
    expect(new Set(answers.map(({ model }) => model))).toEqual(new Set(['carrel:tour']))

    await sessions.getByText('Tour, told by a script').click()
    await expect(guide(page).getByRole('heading', { name: 'This tour is over' })).toBeVisible()
    await look(carrel, `tour-over-${theme}`)
  })
}

test('a no, other words, a step passed over, and a new start in the middle', async ({ launch, home }) => {
  const host = await nobodyThere()
  const first = await launch({ host })
  const { page } = first
  await page.getByRole('button', { name: 'Take the tour' }).click()
  await next(page, 'Read and sum up')
  await ask(page, 'What can you do about my taxes?')
  await expect(parts(page).transcript.getByText('so I cannot answer that')).toBeVisible()
  await next(page, 'Read and sum up')
  await guide(page).getByRole('button', { name: 'Skip “Read and sum up”' }).click()
  await guide(page).getByRole('button', { name: 'Skip “Find something”' }).click()
  await act(page, 'Ask for a packing list').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Deny' }).click()
  await expect(parts(page).transcript.getByText('You said no, so hut.key was not written')).toBeVisible()
  const folder = await tourFolder(home)
  expect(await readdir(folder)).not.toContain('hut.key')
  await next(page, 'Run a command in the sandbox')

  await first.kill()
  const { page: again } = await launch({ host })
  await expect(guide(again).getByRole('heading', { name: 'This tour is over' })).toBeVisible()
  await expect(parts(again).transcript.getByText('You said no, so hut.key was not written')).toBeVisible()
  await expect.poll(() => existsSync(folder)).toBe(false)
  await act(again, 'Begin a new tour').click()
  await next(again, 'Read and sum up')
  await expect(parts(again).sessions.getByText('Tour, told by a script')).toHaveCount(2)
})
