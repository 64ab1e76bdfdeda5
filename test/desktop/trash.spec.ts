// Pinning and deleting in the window: the way to the trash and back, and the one act that only a native question allows.
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { startFakeOllama, steps } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { accessibilityFaults, ask, type Carrel, expect, parts, picture, projectRoot, resize, test } from './carrel.ts'
import { pressMenu } from './native-answers.ts'

interface Seed {
  id: string
  title: string
  /** Minutes ago; the list has the newest first. */
  ago?: number
  pinned?: boolean
  archived?: boolean
}

async function seed(home: string, ...sessions: Seed[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  for (const [index, { id, title, ago = index, pinned, archived }] of sessions.entries()) {
    const ts = new Date(Date.now() - ago * 60_000).toISOString()
    const lines = [
      { ...header, id, ts },
      message('q', null, { content: title, ts }),
      message('a', 'q', { role: 'assistant', content: `Answer to ${title}`, stop: 'stop', model: 'gemma4:e4b', ts }),
      { type: 'title', id: 't', ts, title, by: 'user' },
      ...(pinned ? [{ type: 'meta', id: 'p', ts, pinned: true }] : []),
    ]
    await writeFile(join(home, 'sessions', `${id}.jsonl${archived ? '.archived' : ''}`), toBytes(...lines))
  }
}

const three: Seed[] = [
  { id: 'first', title: 'Summer time in tidelog' },
  { id: 'second', title: 'Boat jumble list, with prices' },
  { id: 'third', title: 'Rewrite the mooring letter' },
]

const inSessions = async (home: string) => (await readdir(join(home, 'sessions'))).sort()
const inTrash = async (home: string) =>
  (await readdir(join(home, 'trash')).catch(() => [])).map((name) => name.slice(25))
const row = (page: Page, id: string) => parts(page).sessions.locator(`[data-session="${id}"]`)
const toast = (page: Page, words: string | RegExp) => page.getByRole('dialog').filter({ hasText: words })
const title = (page: Page) => page.getByRole('main').getByRole('heading', { level: 1 })
/** The row the heading stands over. */
const firstPinned = (page: Page) =>
  parts(page)
    .sessions.getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Pinned' }) })
const trashPlace = (page: Page) => parts(page).sessions.getByRole('button', { name: /^Trash/ })
const trashedRows = (page: Page) => page.getByRole('list', { name: 'Deleted sessions' }).getByRole('listitem')

/** `carrel …` in a terminal of the same person, while the window is open. */
async function carrelCommand(home: string, ...words: string[]): Promise<void> {
  const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
  const child = spawn(process.execPath, [program, '--home', home, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
}

async function choose(page: Page, id: string, item: string | RegExp): Promise<void> {
  await row(page, id).click({ button: 'right' })
  await page.getByRole('menuitem', { name: item }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
  // What was chosen is done when the menu has gone: whoever looks at the disk next waits for it.
  if (item === 'Delete') await expect(row(page, id)).toHaveCount(0)
}

/** Its cross is there for whoever points at it or has come into it by keyboard. */
async function dismiss(page: Page, words: string | RegExp): Promise<void> {
  await toast(page, words).hover()
  await toast(page, words).getByRole('button', { name: 'Dismiss' }).click()
  await expect(toast(page, words)).toHaveCount(0)
}

interface Asked {
  message: string
  detail: string
  buttons: string[]
  defaultId: number
  cancelId: number
}

/** The person at the native question, who presses this button of it every time. */
async function personPresses(app: ElectronApplication, button: 'Empty trash' | 'Cancel'): Promise<void> {
  await app.evaluate(({ dialog }, pressed) => {
    const asked: unknown[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (async (...given: unknown[]) => {
      const { message, detail, buttons, defaultId, cancelId } = given.at(-1) as Asked
      asked.push({ message, detail, buttons, defaultId, cancelId })
      return { response: buttons.indexOf(pressed), checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  }, button)
}

async function askedSoFar(app: ElectronApplication): Promise<Asked[]> {
  return await app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked)
}

test('deleted from its menu a session goes to the trash, and Undo in the toast brings it back', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page } = await launch()
  await row(page, 'second').click({ button: 'right' })
  await expect(page.getByRole('menuitem')).toHaveText([
    'RenameF2',
    'Suggest a title',
    'PinCtrl+Shift+P',
    'ArchiveCtrl+Shift+A',
    'Export…',
    'Replay with another model…',
    'DeleteDelete',
  ])
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(toast(page, 'Deleted “Boat jumble list, with prices”')).toBeVisible()
  await expect(row(page, 'second')).toHaveCount(0)
  await expect(row(page, 'third')).toBeFocused()
  expect(await inTrash(home)).toEqual(['second'])
  await expect(trashPlace(page)).toHaveAccessibleName('Trash 1 session')
  await toast(page, 'Deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'second')).toBeVisible()
  await expect(toast(page, 'Deleted')).toHaveCount(0)
  await expect(trashPlace(page)).toHaveAccessibleName('Trash')
  expect(await inTrash(home)).toEqual([])
  expect(await inSessions(home)).toEqual(['first.jsonl', 'second.jsonl', 'third.jsonl'])
})

test('the toast ends when the session was put back in another way, and when the trash was emptied', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page } = await launch()
  await choose(page, 'second', 'Delete')
  await expect(toast(page, 'Deleted')).toBeVisible()
  await carrelCommand(home, 'trash', 'restore', 'second')
  await expect(toast(page, 'Deleted')).toHaveCount(0)
  await expect(row(page, 'second')).toBeVisible()
  await choose(page, 'second', 'Delete')
  await expect(toast(page, 'Deleted')).toBeVisible()
  await carrelCommand(home, 'trash', 'empty')
  await expect(toast(page, 'Deleted')).toHaveCount(0)
  await expect(trashPlace(page)).toHaveAccessibleName('Trash')
})

test('everything by keyboard: pin, archive, delete, and the focus stays in the list', async ({ launch, home }) => {
  await seed(home, ...three)
  const { page } = await launch()
  const { sessions } = parts(page)
  const pinned = firstPinned(page)
  await row(page, 'third').focus()
  await page.keyboard.press('Control+Shift+P')
  await expect(pinned.locator('[data-session="third"]')).toBeVisible()
  await expect(pinned.locator('.pin')).toHaveCount(1)
  await expect(row(page, 'third')).toBeFocused()
  expect(
    await sessions.locator('[data-session]').evaluateAll((rows) => rows.map((one) => one.dataset['session'])),
  ).toEqual(['third', 'first', 'second'])
  await choose(page, 'third', 'Unpin')
  await expect(pinned).toHaveCount(0)
  await expect(row(page, 'third')).toBeFocused()

  await page.keyboard.press('Control+Shift+A')
  await expect(row(page, 'third')).toHaveCount(0)
  // Back in its place at the end: a pin is nothing new that was said. So the focus goes up.
  await expect(row(page, 'second')).toBeFocused()
  expect(await inSessions(home)).toContain('third.jsonl.archived')
  await page.keyboard.press('ArrowUp')
  await expect(row(page, 'first')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 'second')).toBeFocused()

  // Held down, the key says it again and again.
  await page.keyboard.down('Delete')
  await expect(row(page, 'first')).toBeFocused()
  await page.keyboard.down('Delete')
  await page.keyboard.up('Delete')
  await expect(row(page, 'second')).toHaveCount(0)
  await expect(row(page, 'first')).toBeFocused()
  expect(await inTrash(home)).toEqual(['second'])

  // In a text the key is the text's.
  await sessions.getByRole('searchbox').fill('Summer')
  await sessions.getByRole('searchbox').press('Delete')
  await parts(page).message.press('Delete')
  expect(await inTrash(home)).toEqual(['second'])

  await row(page, 'first').focus()
  await page.keyboard.press('Delete')
  await expect(row(page, 'first')).toHaveCount(0)
  await expect(sessions.getByRole('searchbox')).toBeFocused()
  expect((await inTrash(home)).sort()).toEqual(['first', 'second'])
})

test('the open session deleted: its neighbour takes its place, and what was not sent is there again after Undo', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page } = await launch()
  await row(page, 'second').click()
  await expect(title(page)).toHaveText('Boat jumble list, with prices')
  await parts(page).message.fill('half a thought')
  await choose(page, 'second', 'Delete')
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await expect(row(page, 'third')).toBeFocused()
  await expect(parts(page).message).toHaveValue('')
  await toast(page, 'Deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(title(page)).toHaveText('Boat jumble list, with prices')
  await expect(parts(page).message).toHaveValue('half a thought')
  await expect(parts(page).message).toBeFocused()

  // Whoever has gone on elsewhere is not fetched back.
  await choose(page, 'second', 'Delete')
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await row(page, 'first').click()
  await expect(title(page)).toHaveText('Summer time in tidelog')
  await toast(page, 'Deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'second')).toBeVisible()
  await expect(title(page)).toHaveText('Summer time in tidelog')
})

test('unsent words outlast their session’s time in the trash, also a restart, and go when the trash is emptied', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const first = await launch()
  await row(first.page, 'first').click()
  await parts(first.page).message.fill('not sent yet')
  await row(first.page, 'second').click()
  await parts(first.page).message.fill('neither is this')
  await first.page.keyboard.press('Control+n')
  await choose(first.page, 'first', 'Delete')
  await row(first.page, 'second').click()
  await expect(title(first.page)).toHaveText('Boat jumble list, with prices')
  await choose(first.page, 'second', 'Delete')
  await expect(title(first.page)).toHaveText('Rewrite the mooring letter')
  await first.quit()
  expect(JSON.parse(await readFile(join(home, 'window.json'), 'utf8'))).toMatchObject({ lastSessionId: 'third' })

  const { page, app } = await launch()
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Restore “Summer time in tidelog”' }).click()
  await toast(page, 'Restored “Summer time in tidelog”').getByRole('button', { name: 'Open' }).click()
  await expect(title(page)).toHaveText('Summer time in tidelog')
  await expect(parts(page).message).toHaveValue('not sent yet')
  await personPresses(app, 'Empty trash')
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Empty trash…' }).click()
  await expect(page.getByRole('main').getByText('The trash is empty.', { exact: true })).toBeVisible()
  expect(JSON.parse(await readFile(join(home, 'drafts.json'), 'utf8'))).toEqual({ first: 'not sent yet' })
})

test('deleted in the terminal while it is open: the window goes on with the neighbour, or with a new session, and says so', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page } = await launch()
  await row(page, 'third').click()
  await expect(page.getByText('Answer to Rewrite the mooring letter')).toBeVisible()
  await parts(page).message.fill('unsent')
  // One that is not open only leaves the list.
  await carrelCommand(home, 'sessions', 'delete', 'first')
  await expect(row(page, 'first')).toHaveCount(0)
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await expect(toast(page, 'Deleted')).toHaveCount(0)

  await carrelCommand(home, 'sessions', 'delete', 'third')
  await expect(title(page)).toHaveText('Boat jumble list, with prices')
  await expect(toast(page, 'Deleted “Rewrite the mooring letter”')).toBeVisible()
  await toast(page, 'Deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await expect(parts(page).message).toHaveValue('unsent')

  await carrelCommand(home, 'sessions', 'delete', '--permanently', 'third')
  await expect(title(page)).toHaveText('Boat jumble list, with prices')
  const gone = toast(page, '“Rewrite the mooring letter” was deleted for good.')
  await expect(gone).toBeVisible()
  await expect(gone.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  await expect.poll(() => readFile(join(home, 'drafts.json'), 'utf8')).not.toContain('unsent')

  // Who reads the transcript is not left without a place.
  await parts(page).transcript.focus()
  await carrelCommand(home, 'sessions', 'delete', 'second')
  await expect(title(page)).toHaveText('New session')
  await expect(parts(page).message).toBeFocused()
})

test('while an answer is being written nothing can be deleted, and it is said why', async ({ launch, home, fake }) => {
  await seed(home, ...three)
  fake.setScenario(steps({ content: 'It goes on' }, { gate: 'on' }, { done: 'stop' }))
  const { page, app } = await launch()
  await row(page, 'first').click()
  await ask(page, 'Take your time')
  await row(page, 'first').click({ button: 'right' })
  const item = page.getByRole('menuitem', { name: 'Delete' })
  await expect(item).toBeDisabled()
  await expect(item).toHaveAccessibleDescription(/It can be deleted when that has ended/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await row(page, 'first').press('Delete')
  await expect(toast(page, /It can be deleted when that has ended/)).toBeVisible()
  await dismiss(page, /It can be deleted/)
  await pressMenu(app, 'Delete session')
  await expect(toast(page, /It can be deleted when that has ended/)).toBeVisible()
  // From the terminal it is refused, too.
  await expect(carrelCommand(home, 'sessions', 'delete', 'first')).rejects.toThrow()
  expect(await inTrash(home)).toEqual([])
  // The menu that is open when the answer ends knows it.
  await row(page, 'first').click({ button: 'right' })
  await expect(item).toBeDisabled()
  fake.release('on')
  await expect(item).toBeEnabled()
  await item.click()
  await expect(row(page, 'first')).toHaveCount(0)
})

test('the native menu renames, pins, archives and deletes the open session, and shows the trash', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page, app } = await launch()
  await row(page, 'second').click()
  await expect(title(page)).toHaveText('Boat jumble list, with prices')
  await pressMenu(app, 'Rename…')
  await page.getByRole('textbox', { name: 'New name' }).fill('Boat jumble')
  await page.keyboard.press('Enter')
  await expect(title(page)).toHaveText('Boat jumble')
  await pressMenu(app, 'Pin or unpin')
  await expect(firstPinned(page).getByText('Boat jumble')).toBeVisible()
  await pressMenu(app, 'Pin or unpin')
  await expect(firstPinned(page)).toHaveCount(0)
  await pressMenu(app, 'Archive or restore')
  await expect(toast(page, 'Archived “Boat jumble”')).toBeVisible()
  await pressMenu(app, 'Archive or restore')
  await expect(row(page, 'second')).toBeVisible()
  await expect(toast(page, 'Archived')).toHaveCount(0)
  await pressMenu(app, 'Delete session')
  await expect(toast(page, 'Deleted “Boat jumble”')).toBeVisible()
  await expect(title(page)).toHaveText('Rewrite the mooring letter')

  await pressMenu(app, 'Trash')
  await expect(title(page)).toHaveText('Trash')
  await expect(trashPlace(page)).toHaveAttribute('aria-current', 'page')
  // What is not seen is not deleted.
  await pressMenu(app, 'Delete session')
  await expect(toast(page, 'No session is open here')).toBeVisible()
  expect(await inTrash(home)).toEqual(['second'])
})

test('what cannot be written to can be deleted, and the menu says why it can do nothing else', async ({
  launch,
  home,
}) => {
  await seed(home, ...three, { id: 'old', title: 'An archived one', archived: true })
  await writeFile(join(home, 'sessions', 'broken.jsonl'), 'nothing of this can be read\n')
  const { page } = await launch()
  await row(page, 'broken').click({ button: 'right' })
  const item = (name: string) => page.getByRole('menuitem', { name })
  await expect(item('Rename')).toBeDisabled()
  await expect(item('Pin')).toHaveAccessibleDescription(/No readable record/)
  await item('Delete').click()
  await expect(toast(page, 'Deleted “Untitled”')).toBeVisible()
  await parts(page)
    .sessions.getByRole('button', { name: /^Archived/ })
    .click()
  await row(page, 'old').press('F2')
  await expect(toast(page, 'This session is archived. Restore it to go on.')).toBeVisible()
  await choose(page, 'old', 'Delete')
  await expect(row(page, 'old')).toHaveCount(0)
  expect((await inTrash(home)).sort()).toEqual(['broken', 'old'])
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Restore “An archived one”' }).click()
  await expect(toast(page, 'Restored “An archived one”')).toBeVisible()
  expect(await inSessions(home)).toContain('old.jsonl.archived')
})

const long = `A very long title ${'of a session that somebody named with care '.repeat(4)}`.slice(0, 190).trim()

test('the trash: newest first, live, each can be put back, and the focus goes on to the next', async ({
  launch,
  home,
}) => {
  await seed(
    home,
    { id: 'rtl', title: 'رسالة إلى الميناء، الطبعة الثانية' },
    { id: 'long', title: long },
    ...three.map((one) => ({ ...one, ago: 5 })),
  )
  const { page } = await launch()
  await row(page, 'rtl').focus()
  for (const id of ['rtl', 'long', 'first']) {
    await row(page, id).press('Delete')
    await expect(row(page, id)).toHaveCount(0)
  }
  await trashPlace(page).click()
  await expect(title(page)).toBeFocused()
  expect(await page.title()).toBe('Trash · Carrel')
  const names = () => trashedRows(page).locator('b').allTextContents()
  await expect.poll(names).toEqual(['Summer time in tidelog', long, 'رسالة إلى الميناء، الطبعة الثانية'])
  await expect(page.getByText(/^3 sessions, \d/)).toBeVisible()
  await expect(trashedRows(page).first()).toContainText(/Deleted \d\d:\d\d · \d+ B/)

  await carrelCommand(home, 'sessions', 'delete', 'second')
  await expect
    .poll(names)
    .toEqual(['Boat jumble list, with prices', 'Summer time in tidelog', long, 'رسالة إلى الميناء، الطبعة الثانية'])
  await expect(trashPlace(page)).toHaveAccessibleName('Trash 4 sessions')
  await carrelCommand(home, 'trash', 'restore', 'second')
  await expect(trashedRows(page)).toHaveCount(3)

  await page.getByRole('button', { name: 'Restore “Summer time in tidelog”' }).press('Enter')
  await expect(trashedRows(page)).toHaveCount(2)
  await expect(trashedRows(page).first().getByRole('button')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(trashedRows(page)).toHaveCount(1)
  await expect(trashedRows(page).first().getByRole('button')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await expect(title(page)).toBeFocused()
  expect(await inSessions(home)).toHaveLength(5)
})

test('a session that is there again is not overwritten, and one deleted twice says which is put back', async ({
  launch,
  home,
}) => {
  await seed(home, ...three)
  const { page } = await launch()
  await choose(page, 'second', 'Delete')
  await seed(home, { id: 'second', title: 'Another one of the same name' })
  const before = await readFile(join(home, 'sessions', 'second.jsonl'))
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Restore “Boat jumble list, with prices”' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'A session of this name is there again.' })).toBeVisible()
  await picture(page, 'trash-refused')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await readFile(join(home, 'sessions', 'second.jsonl'))).toEqual(before)

  await carrelCommand(home, 'sessions', 'delete', 'second')
  await expect(trashedRows(page)).toHaveCount(2)
  await expect(trashedRows(page).getByRole('button')).toHaveCount(1)
  await expect(trashedRows(page).nth(1)).toContainText('Restore the later one first.')
  await trashedRows(page).first().getByRole('button').click()
  await expect(trashedRows(page)).toHaveCount(1)
  await expect(row(page, 'second')).toContainText('Another one of the same name')
})

test('a removed skill lies in the trash, comes back from there, and goes with the rest', async ({ launch, home }) => {
  const files = { 'SKILL.md': '---\nname: tidy\ndescription: Tidies up.\n---\nTidy up.\n' }
  await mkdir(join(home, 'skills', 'tidy'), { recursive: true })
  await writeFile(join(home, 'skills', 'tidy', 'SKILL.md'), files['SKILL.md'])
  await carrelCommand(home, 'skills', 'remove', 'tidy')
  const { page, app } = await launch()
  await trashPlace(page).click()
  const removed = page.getByRole('list', { name: 'Removed skills' }).getByRole('listitem')
  await expect(removed).toHaveCount(1)
  await expect(page.getByText('1 skill, ')).toBeVisible()
  await picture(page, 'trash-skill')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Restore “tidy”' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await expect(title(page)).toBeFocused()
  expect(await readFile(join(home, 'skills', 'tidy', 'SKILL.md'), 'utf8')).toBe(files['SKILL.md'])

  await carrelCommand(home, 'skills', 'remove', 'tidy')
  await expect(removed).toHaveCount(1)
  await personPresses(app, 'Empty trash')
  await page.getByRole('button', { name: 'Empty trash…' }).click()
  await expect(removed).toHaveCount(0)
  expect((await askedSoFar(app))[0]).toMatchObject({ message: 'Remove 1 skill in the trash for good?' })
  expect(await readdir(join(home, 'trash', 'skills'))).toEqual([])
})

test('no page destroys anything without the person’s yes', async ({ launch, home }) => {
  await seed(home, ...three)
  const { page, app } = await launch()
  for (const id of ['first', 'second']) {
    await choose(page, id, 'Delete')
    await expect(row(page, id)).toHaveCount(0)
  }
  const call = (channel: string, input: unknown) =>
    page.evaluate(
      async ([name, given]) => {
        const { carrelWire } = globalThis as unknown as {
          carrelWire: { call(id: string, channel: string, input: unknown): Promise<unknown> }
        }
        return await carrelWire.call(String(Math.random()), name, given)
      },
      [channel, input] as const,
    )
  const both = async () => expect((await inTrash(home)).sort()).toEqual(['first', 'second'])

  // A question that was not asked through this window answers nothing.
  expect(await call('terminal.emptyTrash', {})).toMatchObject({ ok: false, failure: { code: 'denied' } })
  expect(await call('terminal.deleteForGood', { sessionId: 'third' })).toMatchObject({
    ok: false,
    failure: { code: 'denied' },
  })
  for (const input of [{ agreed: true }, { sessionId: 'first' }, null, []]) {
    expect(await call('window.emptyTrash', input)).toMatchObject({ ok: false, failure: { code: 'invalid-input' } })
  }
  await both()

  await personPresses(app, 'Cancel')
  expect(await call('window.emptyTrash', {})).toEqual({ ok: true, value: { agreed: false, done: [], failed: [] } })
  await both()
  const [asked] = await askedSoFar(app)
  expect(asked).toMatchObject({
    message: 'Remove all 2 sessions in the trash for good?',
    buttons: ['Empty trash', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  })
  expect(asked?.detail).toMatch(/^This removes (\d+ bytes|\d+(\.\d)? KB) from the disk\./)

  await personPresses(app, 'Empty trash')
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Empty trash…' }).click()
  await expect(toast(page, 'The trash is empty. 2 sessions are gone for good.')).toBeVisible()
  await expect(title(page)).toBeFocused()
  expect(await inTrash(home)).toEqual([])
  expect(await inSessions(home)).toEqual(['third.jsonl'])
})

test('a real native question, and nobody answers it: nothing goes, and it is asked once', async ({ launch, home }) => {
  await seed(home, ...three)
  const { page, app } = await launch()
  await choose(page, 'first', 'Delete')
  await trashPlace(page).click()
  const button = page.getByRole('button', { name: 'Empty trash…' })
  await button.click()
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  // The page that asked goes away, and its question with it; the next page may ask again.
  await page.reload()
  await trashPlace(page).click()
  await expect(trashedRows(page)).toHaveCount(1)
  await personPresses(app, 'Cancel')
  await button.click()
  await expect(button).toHaveAttribute('aria-disabled', 'false')
  expect(await askedSoFar(app)).toHaveLength(1)
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0)
  expect(await inTrash(home)).toEqual(['first'])
})

test('a key that is shown in a menu is never taken for another session, and a toast leaves Escape to the answer', async ({
  launch,
  home,
  fake,
}) => {
  await seed(home, ...three)
  fake.setScenario(steps({ content: 'It goes on' }, { gate: 'never' }, { done: 'stop' }))
  const { page } = await launch()
  await row(page, 'first').click()
  await expect(title(page)).toHaveText('Summer time in tidelog')
  await row(page, 'second').click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: 'Pin' })).toBeVisible()
  await page.keyboard.press('Control+Shift+A')
  await page.keyboard.press('Control+Shift+P')
  await page.keyboard.press('F2')
  await expect(page.getByRole('menuitem', { name: 'Pin' })).toBeVisible()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(toast(page, 'Deleted')).toBeVisible()
  await expect(firstPinned(page)).toHaveCount(0)
  expect(await inSessions(home)).toEqual(['first.jsonl', 'third.jsonl'])

  await expect(page.getByRole('menu')).toHaveCount(0)
  await ask(page, 'Take your time')
  await expect(page.getByText('It goes on')).toBeVisible()
  await expect(toast(page, 'Deleted')).toBeVisible()
  await parts(page).message.press('Escape')
  await expect(parts(page).transcript.getByText(/Stopped/)).toBeVisible()
})

test('a session deleted elsewhere while its name is being written takes the name with it', async ({ launch, home }) => {
  await seed(home, ...three)
  const { page } = await launch()
  await row(page, 'second').press('F2')
  await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused()
  await carrelCommand(home, 'sessions', 'delete', 'second')
  await expect(page.getByRole('textbox', { name: 'New name' })).toHaveCount(0)
  await expect(parts(page).sessions.getByRole('button', { name: /^Active/ })).toHaveAttribute('aria-pressed', 'true')
  await expect(trashPlace(page)).toHaveAccessibleName('Trash 1 session')
  await expect(toast(page, 'no such session')).toHaveCount(0)
  await expect(row(page, 'third')).toBeFocused()
  await row(page, 'first').focus()
  await carrelCommand(home, 'sessions', 'delete', 'first')
  await expect(row(page, 'third')).toBeFocused()
})

test('a trash that is no folder of its own: nothing is deleted, and it is said', async ({ launch, home }) => {
  await seed(home, ...three)
  await writeFile(join(home, 'trash'), 'somebody’s own file')
  const { page } = await launch()
  await row(page, 'second').press('Delete')
  await expect(toast(page, /is not a folder of its own/)).toBeVisible()
  await expect(row(page, 'second')).toBeFocused()
  expect(await inSessions(home)).toHaveLength(3)
  await trashPlace(page).click()
  const said = page.getByRole('main').getByRole('alert').filter({ hasText: 'is not a folder of its own' })
  await expect(said).toBeVisible()
  await picture(page, 'trash-failed')
  expect(await accessibilityFaults(page)).toEqual([])
  await rm(join(home, 'trash'))
  await said.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await expect(said).toHaveCount(0)
})

test('a window that may not write shows the trash and can do nothing with it', async ({ launch, home, fake }) => {
  await seed(home, ...three)
  await carrelCommand(home, 'sessions', 'delete', 'first')
  fake.setScenario(steps({ content: 'Still writing' }, { gate: 'terminal' }, { done: 'stop' }))
  const running = carrelCommand(home, '--host', fake.url, 'run', '--session', 'second', 'Take your time')
  await fake.waitForRequest(({ path }) => path === '/api/chat')
  const { page } = await launch()
  await expect(page.getByText(/has this data folder open/).first()).toBeVisible()
  await row(page, 'third').click()
  await row(page, 'third').press('Delete')
  await expect(toast(page, /has this data folder open/)).toBeVisible()
  await row(page, 'third').click({ button: 'right' })
  await expect(page.getByRole('menuitem')).toHaveText(['Open', 'Export…'])
  await page.keyboard.press('Escape')
  await trashPlace(page).click()
  await expect(trashedRows(page)).toHaveCount(1)
  await expect(page.getByText('Nothing can be restored or emptied now')).toBeVisible()
  await expect(page.getByRole('button', { name: /^(Restore|Empty)/ })).toHaveCount(0)
  await picture(page, 'trash-read-only')
  expect(await accessibilityFaults(page)).toEqual([])

  // Deleted through the other Carrel, of which this window hears only when it takes over.
  await row(page, 'third').click()
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await carrelCommand(home, 'sessions', 'delete', 'third')
  fake.release('terminal')
  await running
  await expect(title(page)).toHaveText('New session', { timeout: 10_000 })
  await expect(trashPlace(page)).toHaveAccessibleName('Trash 2 sessions')
  await toast(page, 'Deleted “Rewrite the mooring letter”').getByRole('button', { name: 'Undo' }).click()
  await expect(title(page)).toHaveText('Rewrite the mooring letter')
  await trashPlace(page).click()
  await expect(page.getByRole('button', { name: 'Restore “Summer time in tidelog”' })).toBeVisible()
})

test('without a server and without a session there is still a way to the trash', async ({ launch, home }) => {
  await seed(home, { id: 'only', title: 'The only one' })
  await carrelCommand(home, 'sessions', 'delete', 'only')
  const gone = await startFakeOllama()
  await gone.stop()
  const { page } = await launch({ host: gone.url })
  await expect(page.getByRole('heading', { name: 'Ollama is not running' })).toBeVisible()
  await trashPlace(page).click()
  await page.getByRole('button', { name: 'Restore “The only one”' }).click()
  await toast(page, 'Restored').getByRole('button', { name: 'Open' }).click()
  await expect(page.getByText('Answer to The only one')).toBeVisible()
})

test('at 200 percent nothing of it is cut off', async ({ launch, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  await seed(home, ...three, { id: 'long', title: long })
  const carrel = await launch()
  const { page } = carrel
  await carrelCommand(home, 'sessions', 'delete', 'third', 'long')
  // The menu comes with the window, a moment after its page.
  await expect(() => pressMenu(carrel.app, 'Trash')).toPass()
  await expect(trashedRows(page)).toHaveCount(2)
  await look(carrel, 'trash-200')
  await page.getByRole('button', { name: /^Restore “Rewrite/ }).click()
  await expect(toast(page, 'Restored')).toBeVisible()
  await lookOnce(page, 'trash-200-toast')
})

test('copies of a session say what they are copies of, and can be deleted and put back like any other', async ({
  launch,
  home,
}) => {
  const found = 'first.conflict-2026-11-25T13-00-00-000Z'
  const name = 'Summer time in tidelog'
  await seed(
    home,
    ...three,
    { id: found, title: name, archived: true },
    { id: 'first.repaired', title: name },
    { id: 'elsewhere.repaired-2', title: 'Winter reading list' },
  )
  const { page } = await launch()
  const { sessions } = parts(page)
  await sessions.getByRole('button', { name: 'All', exact: true }).click()
  await expect(row(page, found)).toContainText('Copy found beside “Summer time in tidelog”')
  await expect(row(page, 'first.repaired')).toContainText('Repaired copy of “Summer time in tidelog”')
  await expect(row(page, 'elsewhere.repaired-2')).toContainText('Repaired copy of another session')
  await picture(page, 'copies')
  expect(await accessibilityFaults(page)).toEqual([])
  for (const id of [found, 'first.repaired']) {
    await choose(page, id, 'Delete')
    await expect(row(page, id)).toHaveCount(0)
    await toast(page, 'Deleted').getByRole('button', { name: 'Undo' }).click()
    await expect(row(page, id)).toBeVisible()
    await expect(toast(page, 'Deleted')).toHaveCount(0)
  }
})

for (const theme of ['light', 'dark'] as const) {
  test(`how it looks, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    await seed(
      home,
      ...three,
      { id: 'plan', title: 'Passage plan, Fowey to Salcombe and back', ago: 3_000, pinned: true },
      { id: 'index', title: 'Reading notes index', ago: 30_000, pinned: true },
      ...[
        'Compare three VHF handhelds',
        'Sort photographs by tide state',
        'Winter reading list',
        long,
        'رسالة إلى الميناء',
      ].map((name, index) => ({ id: `more-${index}`, title: name, ago: 1_500 + index })),
      ...Array.from({ length: 30 }, (_, index) => ({
        id: `many-${index}`,
        title: `Log book, page ${index + 1}`,
        ago: 9_000,
      })),
    )
    const carrel = await launch()
    const { page } = carrel
    await trashPlace(page).click()
    await look(carrel, `trash-empty-${theme}`)

    await row(page, 'plan').click()
    await expect(page.getByText('Answer to Passage plan')).toBeVisible()
    await row(page, 'second').click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeVisible()
    await lookOnce(page, `pin-menu-${theme}`)
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(toast(page, 'Deleted')).toBeVisible()
    await expect(page.getByRole('menu')).toHaveCount(0)
    await lookOnce(page, `deleted-toast-${theme}`)

    await page.keyboard.press('Escape')
    const ids = ['more-3', 'more-4', 'more-0', ...Array.from({ length: 30 }, (_, index) => `many-${index}`)]
    await carrelCommand(home, 'sessions', 'delete', ...ids)
    await trashPlace(page).click()
    await expect(trashedRows(page)).toHaveCount(34)
    await dismiss(page, 'Deleted')
    await look(carrel, `trash-long-${theme}`)
    await page.getByRole('button', { name: /^Restore “Boat jumble/ }).click()
    await expect(toast(page, 'Restored')).toBeVisible()
    await page.getByRole('region', { name: 'Trash' }).evaluate((one) => one.scrollTo({ top: one.scrollHeight }))
    await lookOnce(page, `trash-restored-${theme}`)
    await resize(carrel, 800, 600)
    await page.getByRole('button', { name: /show sessions/i }).click()
    await expect(page.getByRole('dialog').getByText('Reading notes index')).toBeVisible()
    await lookOnce(page, `trash-sidebar-small-${theme}`)
  })
}

/** Large and small: a picture, axe, and no sideways scrolling of the page. */
async function look(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [800, 600, '-small'],
    [1280, 800, ''],
  ] as const) {
    await resize(carrel, width, height)
    await lookOnce(carrel.page, `${name}${size}`)
  }
}

async function lookOnce(page: Page, name: string): Promise<void> {
  await picture(page, name)
  expect(await accessibilityFaults(page), name).toEqual([])
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(sideways).toBeLessThanOrEqual(0)
}
