// Searching all sessions in the real window, with the real index process beside it.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { type Line, message, toBytes } from '../support/session-lines.ts'
import { answered, ask, expect, parts, test } from './carrel.ts'
import { look, lookOnce } from './looking.ts'

const ts = (day: number, minute: number) =>
  `2026-11-${String(day).padStart(2, '0')}T14:${String(minute).padStart(2, '0')}:00.000Z`
const header = (id: string, workspace: string | null): Line => ({
  type: 'session',
  v: 1,
  id,
  ts: ts(1, 0),
  app: 'carrel/0.1.0',
  workspace,
  parentSession: null,
  forkedAt: null,
})
const question = (id: string, parentId: string | null, content: string, at: string): Line =>
  message(id, parentId, { content, ts: at })
const answer = (id: string, parentId: string, content: string, at: string, more: Line = {}): Line =>
  message(id, parentId, {
    role: 'assistant',
    content,
    ts: at,
    model: 'gemma4:e4b',
    stop: 'stop',
    usage: null,
    error: null,
    ...more,
  })

async function shelve(home: string, name: string, ...lines: Line[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', name), toBytes(...lines))
}

async function library(home: string): Promise<void> {
  await shelve(
    home,
    'tidelog.jsonl',
    header('tidelog', '/home/me/Notes/tides'),
    question('q1', null, 'Summer time in tidelog', ts(28, 1)),
    answer('a1', 'q1', '', ts(28, 2), {
      stop: 'tool_calls',
      toolCalls: [{ id: 'c1', name: 'run_command', arguments: { command: 'grep -rn "Summer time" notes' } }],
    }),
    {
      type: 'approval',
      id: 'p1',
      parentId: 'a1',
      ts: ts(28, 2),
      callId: 'c1',
      decision: 'allow',
      scope: 'once',
      by: 'user',
    },
    message('t1', 'p1', {
      role: 'tool',
      callId: 'c1',
      name: 'run_command',
      content: 'notes/2025-tides.md:41: “Summer time ends tonight, so from tomorrow take the table as printed.”',
      isError: false,
      ms: 120,
      ts: ts(28, 3),
    }),
    answer(
      'a2',
      't1',
      'The log added sixty minutes to every time. That is right in summer time and wrong when the clocks go back.',
      ts(28, 4),
    ),
  )
  await shelve(
    home,
    'gauge.jsonl',
    header('gauge', '/home/me/Notes/tides'),
    question('q1', null, 'Tide gauge, first attempt', ts(11, 1)),
    answer('a1', 'q1', 'Tell me about its clock.', ts(11, 2)),
    question(
      'q2',
      'a1',
      'The gauge logs in UTC all year, the board at the slip is in summer time until Sunday. Which one do I store?',
      ts(11, 12),
    ),
    answer(
      'a2',
      'q2',
      'Store UTC. Convert when you show it; then summer time is a matter of display and not of data.',
      ts(11, 13),
    ),
  )
  await shelve(
    home,
    'shore.jsonl.archived',
    header('shore', '/home/me/Pictures/shore'),
    question('q1', null, '按潮汐状态整理照片', ts(2, 1)),
    answer('a1', 'q1', '四十张照片早了一小时，因为相机没有设置夏令时 (summer time)。', ts(2, 2)),
  )
}

const field = (page: Page) => page.getByRole('searchbox', { name: 'Search all sessions' })
const found = (page: Page) => page.getByRole('region', { name: 'What was found' })
const hits = (page: Page) => found(page).locator('.hit')

async function goSearch(page: Page): Promise<void> {
  await expect(parts(page).message).toBeVisible()
  await page.keyboard.press('Control+Shift+F')
  await expect(field(page)).toBeFocused()
}

test('what is written right after the shortcut is not lost', async ({ launch, home }) => {
  await library(home)
  const { page } = await launch()
  await parts(page).message.focus()
  await page.keyboard.press('Control+Shift+F')
  await page.keyboard.type('summer time')
  await expect(field(page)).toHaveValue('summer time')
  await expect(hits(page)).not.toHaveCount(0)
})

for (const theme of ['light', 'dark'] as const) {
  test(`what is found, in ${theme}`, async ({ launch, home }) => {
    await library(home)
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch()
    const { page } = carrel
    await goSearch(page)
    await expect(found(page)).toContainText('What can be asked')
    await look(carrel, `search-hints-${theme}`)

    await field(page).fill('“summer time”')
    await expect(hits(page)).toHaveCount(8)
    await expect(page.getByRole('status').filter({ hasText: /^9/ })).toContainText('in 3 sessions')
    await expect(found(page).locator('mark').first()).toHaveText(/^summer time$/i)
    await field(page).press('ArrowDown')
    await look(carrel, `search-found-${theme}`)

    await field(page).fill('潮汐')
    await expect(found(page).getByRole('heading', { level: 2 })).toHaveText([/按潮汐状态整理照片/])
    await field(page).fill('ummer tim')
    await expect(found(page)).toContainText('inside of longer words')
    await field(page).fill('denied')
    await expect(found(page)).toContainText('Nothing found.')
    await lookOnce(page, `search-nothing-${theme}`)
  })
}

test('filters narrow it, keys lead to a hit and back, and what was found is still there', async ({ launch, home }) => {
  await library(home)
  const { page } = await launch()
  await parts(page).sessions.getByRole('searchbox').fill('summer')
  await page.getByRole('button', { name: 'Search everything for “summer”' }).click()
  await expect(field(page)).toHaveValue('summer')
  await expect(hits(page).first()).toBeVisible()

  await page.getByRole('button', { name: 'Archived too' }).click()
  await expect(found(page)).not.toContainText('按潮汐状态整理照片')
  await page.getByRole('button', { name: 'What I wrote' }).click()
  await expect(hits(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Tools', exact: true }).click()
  await expect(hits(page)).toHaveText([/^Ran/, /^Decision/, /^Ran/])
  await field(page).fill('summer nowhere')
  await expect(found(page)).toContainText('Nothing has all of these words.')
  await field(page).fill('nowhere')
  await expect(found(page)).toContainText('Nothing found with these filters.')
  await page.getByRole('button', { name: 'Search without filters' }).click()
  await field(page).fill('display and not of data')
  await expect(hits(page)).toHaveCount(1)

  await field(page).press('Enter')
  await expect(parts(page).transcript).toContainText('Convert when you show it')
  await page.keyboard.press('Control+Shift+F')
  await expect(field(page)).toHaveValue('display and not of data')
  await expect(hits(page)).toHaveCount(1)
})

test('what is said while the window is open is found, and what has moved is where it is', async ({ launch, home }) => {
  await library(home)
  const { page } = await launch()
  await ask(page, 'Where does the hygrometer hang?')
  await answered(page)
  await goSearch(page)
  await field(page).fill('hygrometer')
  await expect(hits(page).first()).toContainText('hygrometer')
  await rename(join(home, 'sessions', 'gauge.jsonl'), join(home, 'sessions', 'gauge.jsonl.archived'))
  await field(page).fill('slip')
  await expect(hits(page)).toHaveCount(1)
})

test('an index that cannot be is said, the files are read, and it is made anew when it can be', async ({
  launch,
  home,
}) => {
  await library(home)
  const inTheWay = join(home, 'cache', 'search.db')
  await mkdir(inTheWay, { recursive: true })
  await writeFile(join(inTheWay, 'file'), '')
  const { page } = await launch()
  await goSearch(page)
  await field(page).fill('clocks go back')
  await expect(hits(page)).toHaveCount(1)
  await expect(found(page)).toContainText('so the files themselves are read')
  await lookOnce(page, 'search-without-index')
  await rm(inTheWay, { recursive: true })
  await page.getByRole('button', { name: 'Make the index anew' }).click()
  await expect(found(page)).not.toContainText('so the files themselves are read')
  await expect(hits(page)).toHaveCount(1)
})
