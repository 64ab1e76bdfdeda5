// The list of sessions when there are many: several at once, by folder, thousands of rows, and what nobody has seen yet.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { answered, ask, type Carrel, expect, parts, resize, test } from './carrel.ts'
import { lookOnce } from './looking.ts'

interface Seed {
  id: string
  title: string
  folder?: string
  /** Days before today. */
  days?: number
  archived?: boolean
  pinned?: boolean
  failed?: boolean
  words?: number
}

const tidelog = '/home/anna/Notes/tidelog'
const club = '/home/anna/Club/tidelog'
const harbour: Seed[] = [
  { id: 'plan', title: 'Passage plan, Fowey to Salcombe', pinned: true, folder: tidelog, days: 3 },
  { id: 'summer', title: 'Summer time in tidelog', folder: tidelog, words: 9_000 },
  { id: 'boat', title: 'Boat jumble list, with prices', days: 0 },
  { id: 'letter', title: 'Rewrite the mooring letter', folder: club, failed: true, days: 1 },
  { id: 'radios', title: 'Compare three VHF handhelds', days: 2 },
  { id: 'knots', title: 'Knots, one page each', folder: tidelog, days: 5, words: 300_000 },
  { id: 'gauge', title: 'Tide gauge, first attempt', folder: tidelog, days: 9, archived: true },
]

async function seed(home: string, sessions: readonly Seed[]): Promise<void> {
  const folder = join(home, 'sessions')
  await mkdir(folder, { recursive: true })
  for (const [index, { id, title, folder: workspace = null, days = 0, ...more }] of sessions.entries()) {
    const ts = new Date(Date.now() - days * 86_400_000 - index * 1_000).toISOString()
    const error = more.failed ? { code: 'unavailable', message: 'Ollama went away.' } : null
    const lines: Line[] = [
      { ...header, id, workspace },
      message('q', null, { content: title, ts }),
      message('a', 'q', {
        ...{ role: 'assistant', ts, model: 'gemma4:e4b', content: 'words '.repeat(more.words ?? 1) },
        ...{ stop: more.failed ? 'error' : 'stop', error },
      }),
      { type: 'title', id: 't', ts, title, by: 'user' },
      ...(more.pinned ? [{ type: 'meta', id: 'p', ts, pinned: true }] : []),
    ]
    await writeFile(join(folder, `${id}.jsonl${more.archived ? '.archived' : ''}`), toBytes(...lines))
  }
}

const row = (page: Page, id: string) => parts(page).sessions.locator(`[data-session="${id}"]`)
const headings = (page: Page) => parts(page).sessions.getByRole('heading', { level: 2 })
const places = (page: Page) => page.getByRole('list', { name: 'Sessions', exact: true }).getByRole('listitem')
const bar = (page: Page) => page.getByRole('region', { name: 'Selected sessions' })
const toast = (page: Page, words: string) => page.getByRole('dialog').filter({ hasText: words })
const tab = (page: Page, name: 'Active' | 'Archived' | 'All') =>
  parts(page).sessions.getByRole('button', { name: new RegExp(`^${name}`) })
const inSessions = async (home: string) => (await readdir(join(home, 'sessions'))).sort()

async function inView(page: Page, item: string): Promise<void> {
  await parts(page).sessions.getByRole('button', { name: 'How the list is shown' }).click()
  await page.getByRole('menu').getByText(item).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** In the other theme, and in a small window, where the sidebar lies over the desk. */
async function lookEverywhere(carrel: Carrel, name: string): Promise<void> {
  const { page } = carrel
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await lookOnce(page, `${name}-${theme}`)
    await resize(carrel, 800, 600)
    await page.getByRole('button', { name: 'Show sessions' }).click()
    await expect(parts(page).sessions).toBeVisible()
    await lookOnce(page, `${name}-${theme}-small`)
    await page.getByRole('button', { name: 'Close sessions' }).click()
    await resize(carrel, 1280, 800)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

test('several are selected by pointer and key, and archived, restored and deleted with one undo', async ({
  launch,
  home,
}) => {
  await seed(home, harbour)
  const carrel = await launch()
  const { page } = carrel
  await row(page, 'summer').click({ modifiers: ['ControlOrMeta'] })
  await row(page, 'radios').click({ modifiers: ['Shift'] })
  await expect(bar(page)).toContainText('4 selected')
  await row(page, 'letter').click()
  await expect(row(page, 'letter')).toHaveAttribute('aria-pressed', 'false')
  await expect(bar(page)).toContainText(/3 selected, [\d.]+ KB/)
  await lookEverywhere(carrel, 'lists-selecting')

  await bar(page).getByRole('button', { name: 'Archive' }).click()
  await expect(toast(page, 'Archived 3 sessions.')).toBeVisible()
  await expect(bar(page)).toHaveCount(0)
  await expect(row(page, 'knots')).toBeFocused()
  expect(await inSessions(home)).toContain('radios.jsonl.archived')
  await toast(page, 'Archived 3').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'radios')).toBeVisible()
  expect((await inSessions(home)).filter((name) => name.endsWith('.archived'))).toEqual(['gauge.jsonl.archived'])

  // By keys alone: two rows up from the last, deleted with the key, and taken back.
  await row(page, 'knots').focus()
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Shift+ArrowUp')
  await expect(bar(page)).toContainText('3 selected')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(bar(page)).toContainText('2 selected')
  await page.keyboard.press('Delete')
  await expect(toast(page, 'Deleted 2 sessions.')).toBeVisible()
  await expect(row(page, 'knots')).toHaveCount(0)
  await expect(row(page, 'letter')).toBeFocused()
  await toast(page, 'Deleted 2').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'knots')).toBeVisible()
  await expect(row(page, 'radios')).toBeVisible()

  // All of what is shown, and back out with Escape, which stops nothing else.
  await row(page, 'boat').focus()
  await page.keyboard.press('Control+a')
  await expect(bar(page)).toContainText('6 selected')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
  await expect(row(page, 'boat')).toBeFocused()

  // From wherever one is.
  await parts(page).message.focus()
  await page.keyboard.press('Control+Shift+E')
  await expect(bar(page)).toContainText('Nothing selected')
  await expect(bar(page).getByRole('button', { name: 'Delete' })).toBeDisabled()
  await expect(row(page, 'boat')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)

  await tab(page, 'Archived').click()
  await inView(page, 'Select sessions')
  await expect(row(page, 'gauge')).toBeFocused()
  await page.keyboard.press('Space')
  await bar(page).getByRole('button', { name: 'Restore' }).click()
  await expect(toast(page, 'Restored 1 session.')).toBeVisible()
  expect(await inSessions(home)).toContain('gauge.jsonl')
})

test('a running session is left by name and the rest is done; the open one that goes leaves its place', async ({
  launch,
  home,
  fake,
}) => {
  await seed(home, harbour)
  fake.setScenario({ turns: [{ match: {}, steps: [{ content: 'It goes on' }, { fault: 'hang' }] }] })
  const { page } = await launch()
  await ask(page, 'Take your time')
  await expect(page.getByText('It goes on')).toBeVisible()
  await row(page, 'boat').click()
  const running = parts(page).sessions.getByRole('button', { name: /^Take your time/ })
  await running.click({ modifiers: ['ControlOrMeta'] })
  await row(page, 'boat').click()
  await row(page, 'summer').click()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  await expect(toast(page, 'Deleted 2 sessions. Left as it was: “Take your time”.')).toBeVisible()
  await expect(row(page, 'boat')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rewrite the mooring letter')
  await toast(page, 'Deleted 2').getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Boat jumble list, with prices')
  await expect(row(page, 'summer')).toBeVisible()
})

/** The person at the system's own dialog for a folder. */
async function personChooses(app: ElectronApplication, folder: string | null): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    const asked = globalThis as unknown as { asked?: number }
    asked.asked = 0
    dialog.showOpenDialog = (async () => {
      asked.asked = (asked.asked ?? 0) + 1
      return { canceled: path === null, filePaths: path === null ? [] : [path] }
    }) as typeof dialog.showOpenDialog
  }, folder)
}

test('several are exported into one folder, in the form that was chosen', async ({ launch, home }) => {
  await seed(home, harbour)
  const folder = await mkdtemp(join(tmpdir(), 'carrel-export-'))
  try {
    const { page, app } = await launch()
    await row(page, 'boat').click({ modifiers: ['ControlOrMeta'] })
    await row(page, 'summer').click()
    const exportAs = async (form: string) => {
      await bar(page).getByRole('button', { name: 'Export…' }).click()
      await page.getByRole('menuitem', { name: form }).click()
    }
    await personChooses(app, null)
    await exportAs('Markdown')
    await expect.poll(() => app.evaluate(() => (globalThis as unknown as { asked: number }).asked)).toBe(1)
    await expect(bar(page)).toContainText('2 selected')
    await personChooses(app, folder)
    await exportAs('Web pages')
    await expect(toast(page, `Exported 2 sessions to ${folder}.`)).toBeVisible()
    expect((await readdir(folder)).sort()).toEqual([
      'Boat jumble list, with prices.html',
      'Summer time in tidelog.html',
    ])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('by folder, with sizes, and so again at the next start', async ({ launch, home }) => {
  await seed(home, harbour)
  const first = await launch()
  await expect(headings(first.page)).toHaveText(['Pinned', 'Today', 'Yesterday', 'Earlier'])
  await inView(first.page, 'Group by folder')
  await inView(first.page, 'Show sizes')
  const grouped = ['Pinned', 'Notes/tidelog', 'No folder', 'Club/tidelog'].sort()
  expect((await headings(first.page).allTextContents()).sort()).toEqual(grouped)
  await expect(headings(first.page).last()).toHaveText('No folder')
  await expect(first.page.getByRole('heading', { name: 'Club/tidelog' })).toHaveAttribute('title', club)
  await expect(row(first.page, 'knots')).toContainText('1.8 MB')
  await lookEverywhere(first, 'lists-by-folder')
  // The keys that go from session to session follow what is seen.
  await row(first.page, 'summer').click()
  await first.page.keyboard.press('Control+Tab')
  await expect(first.page.getByRole('heading', { level: 1 })).toHaveText('Knots, one page each')
  await first.quit()

  const second = await launch()
  await row(second.page, 'knots').waitFor()
  await expect(second.page.getByRole('heading', { name: 'Club/tidelog' })).toBeVisible()
  await expect(row(second.page, 'knots')).toContainText('1.8 MB')
  await resize(second, 800, 600)
  await second.page.getByRole('button', { name: 'Show sessions' }).click()
  await row(second.page, 'boat').click({ modifiers: ['ControlOrMeta'] })
  await lookOnce(second.page, 'lists-small-selecting')
})

test('an answer nobody has seen is marked, also after a restart, until its session is opened; so is an error', async ({
  launch,
  home,
  fake,
}) => {
  await seed(home, harbour)
  fake.setScenario({ turns: [{ match: {}, steps: [{ content: 'Now' }, { gate: 'end' }, { done: 'stop' }] }] })
  const first = await launch()
  await ask(first.page, 'Tell me later')
  const asked = (page: Page) => parts(page).sessions.getByRole('button', { name: /^Tell me later/ })
  await row(first.page, 'boat').click()
  fake.release('end')
  await expect(asked(first.page)).toHaveAccessibleName(/New answer/)
  await expect(row(first.page, 'letter')).toHaveAccessibleName(/The last answer ended in an error/)
  await lookEverywhere(first, 'lists-unread')
  await first.quit()

  const { page } = await launch()
  await asked(page).waitFor()
  await expect(asked(page)).toHaveAccessibleName(/New answer/)
  await asked(page).click()
  await expect(asked(page)).not.toHaveAccessibleName(/New answer/)
  // What is written before one's eyes is no news.
  fake.setScenario({ turns: [{ match: {}, steps: [{ content: 'At once' }, { done: 'stop' }] }] })
  await ask(page, 'And now?')
  await answered(page)
  await expect(asked(page)).not.toHaveAccessibleName(/New answer/)
})

test('of five thousand sessions only those in sight are drawn, and every one of them can be reached', async ({
  launch,
  home,
}) => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({
    id: `s${index}`,
    title: `Session ${index}`,
    days: index / 100,
  }))
  await seed(home, many)
  const { page } = await launch()
  const drawn = parts(page).sessions.locator('[data-session]')
  await row(page, 's0').waitFor()
  expect(await drawn.count()).toBeLessThan(80)
  await row(page, 's0').focus()
  await page.keyboard.press('End')
  await expect(row(page, 's4999')).toBeFocused()
  await expect(row(page, 's4999')).toBeInViewport()
  await expect(places(page).last()).toHaveAttribute('aria-posinset', '5000')
  await expect(places(page).last()).toHaveAttribute('aria-setsize', '5000')
  await page.keyboard.press('PageUp')
  await expect(row(page, 's4999')).not.toBeFocused()
  await expect(drawn.and(page.locator(':focus'))).toBeInViewport()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowUp')
  await expect(row(page, 's4998')).toBeFocused()
  await page.keyboard.press('Home')
  await expect(row(page, 's0')).toBeFocused()
  await expect(row(page, 's0')).toBeInViewport()
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 's1')).toBeFocused()

  // Through all of it: what is in sight is drawn at every place.
  const scroller = parts(page).sessions.locator('.sessions')
  const blank = await scroller.evaluate(async (one) => {
    const isDrawn = (y: number) =>
      [...one.querySelectorAll('li')].some((place) => {
        const { top, bottom } = place.getBoundingClientRect()
        return top <= y && y < bottom && getComputedStyle(place).visibility === 'visible'
      })
    let without = 0
    for (let at = 0; at < 100; at++) {
      one.scrollTop = (one.scrollHeight * at) / 100
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const { top, height } = one.getBoundingClientRect()
      if (!isDrawn(top + height / 2)) without++
    }
    return without
  })
  expect(blank).toBe(0)
  expect(await drawn.count()).toBeLessThan(80)

  await page.keyboard.press('Control+a')
  await expect(bar(page)).toContainText('5,000 selected')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
})
