// The folder of a new session in the window: chosen natively or from those that sessions were begun in, sent with the first message.
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { callAsPage, guardsTried } from './as-page.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, recordsIn, resize, test } from './carrel.ts'
import { personChooses } from './native-answers.ts'

let room: string
test.beforeEach(async ({ fake }) => {
  room = await realpath(await mkdtemp(join(tmpdir(), 'carrel-room-')))
  fake.setScenario({ turns: [{ steps: [{ content: 'Yes.' }, { done: 'stop' }] }] })
})
test.afterEach(() => rm(room, { recursive: true, force: true }))

async function makeFolder(...names: string[]): Promise<string> {
  const folder = join(room, ...names)
  await mkdir(folder, { recursive: true })
  return folder
}

/** As if sessions had been begun in these. */
async function remembered(home: string, folders: string[]): Promise<void> {
  await writeFile(
    join(home, 'window.json'),
    JSON.stringify({ isWelcomed: true, lastSessionId: null, place: null, folders }),
  )
}

const chip = (page: Page) => page.getByRole('button', { name: /^Folder of the new session/ })
const card = (page: Page) => page.getByRole('dialog', { name: 'Folder of the new session' })
const beginnings = async (home: string) =>
  (await recordsIn(home))
    .filter(({ type }) => type === 'session' || type === 'settings')
    .map(({ type, workspace, mode }) => (type === 'session' ? workspace : mode))

test('nothing is chosen at first; a folder is chosen natively, goes with the first message, and stays', async ({
  launch,
  home,
}) => {
  const folder = await makeFolder('tides')
  const { page, app } = await launch()
  await personChooses(app, folder)
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: No folder')
  await chip(page).click()
  await expect(card(page).getByRole('radio', { name: /^No folder/ })).toBeChecked()
  await expect(card(page).getByRole('radio')).toHaveCount(1)
  await expect(card(page).getByText('a session keeps the folder it begins with')).toBeVisible()
  await picture(page, 'folder-choice-empty')
  // Whoever goes on elsewhere stays there.
  await parts(page).message.click({ position: { x: 20, y: 8 } })
  await expect(card(page)).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  await chip(page).click()
  expect(await accessibilityFaults(page)).toEqual([])
  await card(page).getByRole('button', { name: 'Choose a folder…' }).click()
  await expect(card(page).getByRole('radio', { name: /^tides/ })).toBeChecked()
  await expect(card(page).getByRole('radio', { name: 'Work in the folder' })).toBeChecked()
  await picture(page, 'folder-choice')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(card(page)).toHaveCount(0)
  await expect(chip(page)).toBeFocused()
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: tides')

  await ask(page, 'When is high water?')
  await answered(page)
  await expect(page.getByRole('button', { name: 'Folder of this session: tides' })).toBeVisible()
  await expect(chip(page)).toHaveCount(0)
  expect(await beginnings(home)).toEqual([folder])
  // The next one begins without; this one is offered now.
  await page.keyboard.press('Control+n')
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: No folder')
  await chip(page).click()
  await expect(card(page).getByRole('radio', { name: /^tides/ })).toBeVisible()
  await expect(card(page).getByRole('radio', { name: /^tides/ })).not.toBeChecked()
})

test('by keyboard: one of those used before, only to be looked at; kept while one is elsewhere', async ({
  launch,
  home,
  fake,
}) => {
  const [tides, letters] = [await makeFolder('tides'), await makeFolder('letters')]
  await remembered(home, [tides, letters, join(room, 'gone')])
  const { page } = await launch()
  await ask(page, 'Without a folder')
  await answered(page)
  await page.keyboard.press('Control+n')
  await chip(page).focus()
  await page.keyboard.press('Enter')
  await expect(card(page).getByRole('radio', { name: /^No folder/ })).toBeFocused()
  // What is gone is not offered.
  await expect(card(page).getByRole('radio')).toHaveCount(3)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(card(page).getByRole('radio', { name: /^letters/ })).toBeChecked()
  await page.keyboard.press('Tab')
  await expect(card(page).getByRole('button', { name: 'Choose a folder…' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(card(page).getByRole('radio', { name: 'Only look' })).toBeChecked()
  await expect(card(page).getByText('Files are read and none is changed.')).toBeVisible()
  // Enter on a choice: one goes on writing.
  await page.keyboard.press('Enter')
  await expect(card(page)).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: letters only look')
  await page.keyboard.type('What do they say?')

  await parts(page).sessions.getByText('Without a folder').click()
  await expect(parts(page).transcript).toBeVisible()
  await expect(chip(page)).toHaveCount(0)
  await page.keyboard.press('Control+n')
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: letters only look')
  await expect(parts(page).message).toHaveValue('What do they say?')
  await parts(page).message.press('Enter')
  await answered(page)
  await expect(page.getByRole('button', { name: 'Folder of this session: letters only look' })).toBeVisible()
  expect(await beginnings(home)).toEqual([null, letters, 'read-only'])
  const offered = Object(fake.chatRequests().at(-1)?.body).tools.map(
    (tool: { function: { name: string } }) => tool.function.name,
  )
  expect(offered).toContain('read_file')
  expect(offered).not.toContain('write_file')
  await guardsTried(page)
})

test('what may be no folder of a session is said where it is chosen, and one that went away meanwhile when it is sent', async ({
  launch,
  home,
}) => {
  const folder = await makeFolder('tides')
  const { page, app } = await launch()
  await chip(page).click()
  await personChooses(app, '/')
  await card(page).getByRole('button', { name: 'Choose a folder…' }).click()
  const refused = card(page).getByRole('alert')
  await expect(refused).toBeVisible()
  await expect(chip(page)).toHaveAccessibleName('Folder of the new session: No folder')
  await picture(page, 'folder-choice-refused')
  expect(await accessibilityFaults(page)).toEqual([])
  // Whoever cancels has chosen nothing, and is told nothing.
  await personChooses(app, null)
  await card(page).getByRole('button', { name: 'Choose a folder…' }).click()
  await expect(refused).toHaveCount(0)
  await expect(card(page).getByRole('radio', { name: /^No folder/ })).toBeChecked()

  await personChooses(app, folder)
  await card(page).getByRole('button', { name: 'Choose a folder…' }).click()
  await expect(card(page).getByRole('radio', { name: /^tides/ })).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(chip(page)).toBeFocused()
  await rm(folder, { recursive: true })
  await parts(page).message.fill('When is high water?')
  await parts(page).message.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: /folder|tides/i })).toBeVisible()
  await expect(parts(page).message).toHaveValue('When is high water?')
  expect(await recordsIn(home)).toEqual([])
  await picture(page, 'folder-choice-gone')
  await chip(page).click()
  await card(page).getByText('No folder', { exact: true }).click()
  await page.keyboard.press('Escape')
  await parts(page).message.press('Enter')
  await answered(page)
  expect(await beginnings(home)).toEqual([null])
})

test('a page that names a folder nobody has chosen is refused, whatever it is written like', async ({
  launch,
  home,
}) => {
  const folder = await makeFolder('tides')
  const other = await makeFolder('other')
  const { page, app } = await launch()
  await personChooses(app, folder)
  await chip(page).click()
  await card(page).getByRole('button', { name: 'Choose a folder…' }).click()
  await expect(card(page).getByRole('radio', { name: /^tides/ })).toBeChecked()
  const send = (input: Record<string, unknown>) =>
    callAsPage(page, 'chat.send', { sessionId: null, text: 'Take this', model: null, think: null, ...input })
  const refusals = [other, `${folder}/../other`, `${folder}/..`, `${folder}/`, `${folder}/.`, '/', home, '', '~']
  for (const workspace of refusals) {
    expect(await send({ workspace }), workspace).toMatchObject({ ok: false, failure: { code: 'denied' } })
  }
  // No page begins a session that asks nothing.
  expect(await send({ workspace: folder, mode: 'trusted' })).toMatchObject({
    ok: false,
    failure: { code: 'invalid-input' },
  })
  expect(await recordsIn(home)).toEqual([])
  // The control: the folder that was chosen is taken.
  expect(await send({ workspace: folder })).toMatchObject({ ok: true })
  expect(await beginnings(home)).toEqual([folder])
  expect(JSON.parse(await readFile(join(home, 'window.json'), 'utf8')).folders).toEqual([folder])
  await guardsTried(page)
})

test('long paths, many folders and names from right to left: shown whole, in their order, at every size', async ({
  launch,
  home,
}) => {
  const long = await makeFolder(
    'a-project-with-a-name-that-is-longer-than-any-line'.repeat(2),
    'and-a-part-of-it',
    'src',
  )
  const rightToLeft = await makeFolder('مشروع', 'كتاب المد والجزر')
  const mixed = await makeFolder('ספרים', 'tides 2026', 'עברית')
  const forged = await makeFolder('invoice\u202Efdp.exe')
  const more = await Promise.all(Array.from({ length: 8 }, (_, index) => makeFolder('letters', `year ${2000 + index}`)))
  await remembered(home, [long, rightToLeft, mixed, forged, ...more])
  const carrel = await launch()
  const { page } = carrel
  await chip(page).click()
  await expect(card(page).getByRole('radio', { name: /^year/ })).toHaveCount(8)
  // Nothing that turns the reading around is left to do so.
  await expect(card(page).getByText('U+202E').first()).toBeVisible()
  await card(page).getByText('and-a-part-of-it').click()
  await picture(page, 'folder-choice-many')
  await resize(carrel, 800, 600)
  await picture(page, 'folder-choice-many-small')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await picture(page, 'folder-chip-long-small')
})

test('dark, and at twice the size', async ({ launch, home }) => {
  await remembered(home, [await makeFolder('tides'), await makeFolder('letters')])
  await writeFile(join(home, 'settings.json'), JSON.stringify({ theme: 'dark', textSize: 200 }))
  const { page } = await launch()
  await chip(page).click()
  await card(page).getByText('tides', { exact: true }).first().click()
  await picture(page, 'folder-choice-dark-large')
  expect(await accessibilityFaults(page)).toEqual([])
  await card(page).getByRole('radio', { name: 'Only look' }).scrollIntoViewIfNeeded()
  await expect(card(page).getByText('Only look')).toBeInViewport()
})
