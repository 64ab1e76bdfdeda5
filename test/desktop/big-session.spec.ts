// A session of many thousand entries in the real window: it opens at its end, and is read on in both ways.
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { accessibilityFaults, answered, ask, type Carrel, expect, parts, test } from './carrel.ts'
import { look } from './looking.ts'

const entries = 4_000
/** In a question, in what a tool answered, and in an answer near the end. */
const said = { 800: 'Leuchtturm', 1602: 'leuchtturm', 3999: 'LEUCHTTÜRM' }

async function openBig(page: Page): Promise<void> {
  await parts(page)
    .sessions.getByRole('button', { name: /^Question 0/ })
    .first()
    .click()
  await expect(entry(page, entries - 1)).toBeVisible()
}

const entry = (page: Page, index: number) => page.locator(`[data-entry="${entryIdOf(index)}"]`)

/** The numbers of the entries that are drawn, in the order of the page. */
async function drawn(page: Page): Promise<number[]> {
  return await page
    .locator('.transcript [data-entry]')
    .evaluateAll((elements) => elements.map((element) => Number(element.getAttribute('data-entry')?.slice(-12))))
}

/** The first entry that begins within the visible part. */
async function topSeen(page: Page): Promise<{ id: string; top: number }> {
  return await page.locator('.transcript').evaluate((box) => {
    const { top } = box.getBoundingClientRect()
    for (const element of box.querySelectorAll('[data-entry]')) {
      const place = element.getBoundingClientRect()
      if (place.top >= top) return { id: element.getAttribute('data-entry') ?? '', top: place.top }
    }
    return { id: '', top: 0 }
  })
}

async function topOf(page: Page, id: string): Promise<number | null> {
  return await page
    .locator('.transcript')
    .evaluate((box, entryId) => box.querySelector(`[data-entry="${entryId}"]`)?.getBoundingClientRect().top ?? null, id)
}

test.beforeEach(async ({ home }) => {
  await writeBigSession(join(home, 'sessions', 'big.jsonl'), { entries, characters: 300, said })
})

test('it opens at its end, with little of it drawn', async ({ launch }) => {
  const { page } = await launch()
  await openBig(page)
  const transcript = parts(page).transcript
  await expect
    .poll(() => transcript.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop))
    .toBeLessThan(25)
  const numbers = await drawn(page)
  expect(Math.max(...numbers)).toBe(entries - 1)
  expect(numbers.length).toBeLessThan(60)
})

test('whoever scrolls up reads on without a jump, to the very beginning, and comes back to the end', async ({
  launch,
}) => {
  test.setTimeout(120_000)
  const { page } = await launch()
  await openBig(page)
  const { transcript } = parts(page)
  await transcript.hover()
  const seen = new Set(await drawn(page))
  const wheel = 600
  let first = entries
  const jumps: number[] = []
  for (let turn = 0; turn < 200 && first > entries - 700; turn++) {
    const before = await topSeen(page)
    await page.mouse.wheel(0, -wheel)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    const after = await topOf(page, before.id)
    if (after !== null) jumps.push(Math.abs(after - before.top - wheel))
    const numbers = await drawn(page)
    // In order, and nothing twice.
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
    for (const number of numbers) seen.add(number)
    first = Math.min(first, ...numbers)
  }
  // What one reads moves as far as the wheel, also where more is read on above it.
  expect(jumps.length).toBeGreaterThan(20)
  expect(jumps.filter((jump) => jump > 2)).toEqual([])
  expect(first).toBeLessThanOrEqual(entries - 700)
  // Nothing between was jumped over: every question was drawn at some time.
  const missed = Array.from({ length: (entries - first) / 4 - 2 }, (_, index) => Math.ceil(first / 4) * 4 + index * 4)
  expect(missed.filter((number) => !seen.has(number))).toEqual([])
  await page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect(entry(page, entries - 1)).toBeInViewport()
})

test('a question that is asked from far above is answered at the end', async ({ launch, home }) => {
  // That it is far too long is the answer.
  await writeFile(join(home, 'settings.json'), JSON.stringify({ compaction: 'off' }))
  const { page } = await launch()
  await openBig(page)
  const { transcript } = parts(page)
  await transcript.hover()
  for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, -3_000)
  await ask(page, 'And what now?')
  await answered(page)
  await expect(transcript.locator('.ask-words', { hasText: 'And what now?' })).toBeInViewport()
})

test('words are found in all of it, and one goes from place to place', async ({ launch }) => {
  const { page } = await launch()
  await openBig(page)
  await parts(page).message.focus()
  await page.keyboard.press('ControlOrMeta+f')
  const bar = page.getByRole('search', { name: 'Find in this session' })
  const field = bar.getByRole('textbox', { name: 'Find' })
  await expect(field).toBeFocused()
  await field.fill('leuchtturm')
  // At the end, where the reader is.
  await expect(bar.getByRole('status')).toHaveText('3 of 3')
  await expect(entry(page, 3_999)).toBeInViewport()
  await expect.poll(() => marked(page)).toEqual(['LEUCHTTÜRM'])
  await field.press('Enter')
  await expect(bar.getByRole('status')).toHaveText('1 of 3')
  await expect(entry(page, 800)).toBeInViewport()
  await expect.poll(() => marked(page)).toEqual(['Leuchtturm'])
  await page.keyboard.press('F3')
  await expect(bar.getByRole('status')).toHaveText('2 of 3')
  // The output is opened for it.
  await expect(entry(page, 1_602).locator('.output')).toContainText('leuchtturm')
  await expect.poll(() => marked(page)).toEqual(['leuchtturm'])
  await expect(field).toBeFocused()
  expect(await accessibilityFaults(page)).toEqual([])
  await field.press('Shift+Enter')
  await expect(bar.getByRole('status')).toHaveText('1 of 3')
  await field.fill('nowhere at all')
  await expect(bar.getByRole('status')).toHaveText('Nothing found')
  await field.press('Escape')
  await expect(bar).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  expect(await marked(page)).toEqual([])
})

/** As a hit of a search does it. */
async function openAt({ app }: Carrel, index: number, terms: readonly string[]): Promise<void> {
  const push = { push: 'window.openSession', payload: { sessionId: 'big', at: { entryId: entryIdOf(index), terms } } }
  await app.evaluate(({ BrowserWindow }, pushed) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('carrel:push', pushed)
  }, push)
}

test('a hit opens at its entry, which is in the middle, marked, and has the focus', async ({ launch }) => {
  const carrel = await launch()
  const { page } = carrel
  const { transcript, message } = parts(page)
  await expect(message).toBeFocused()
  await openAt(carrel, 800, ['leuchtturm'])
  await expect(entry(page, 800)).toBeInViewport()
  await expect(entry(page, 800)).toBeFocused()
  await expect.poll(() => marked(page)).toEqual(['Leuchtturm'])
  const offMiddle = () =>
    transcript.evaluate((box) => {
      const [range] = CSS.highlights.get('found-here') ?? []
      const place = (range as Range | undefined)?.getBoundingClientRect()
      const view = box.getBoundingClientRect()
      return place ? Math.abs((place.top + place.bottom) / 2 - (view.top + view.bottom) / 2) : Number.POSITIVE_INFINITY
    })
  await expect.poll(offMiddle).toBeLessThan(40)
  // From there one reads on in both ways.
  const before = await drawn(page)
  await transcript.hover()
  for (let turn = 0; turn < 30; turn++) await page.mouse.wheel(0, 900)
  await expect.poll(async () => Math.max(...(await drawn(page)))).toBeGreaterThan(Math.max(...before) + 100)
  // Another one in the open session, in what a tool answered: the card is opened for it.
  await openAt(carrel, 1_602, ['leuchtturm'])
  await expect(entry(page, 1_602).locator('.output')).toContainText('leuchtturm')
  await expect.poll(() => marked(page)).toEqual(['leuchtturm'])
  await expect(entry(page, 1_602)).toBeFocused()
})

test('a place that is not there any more says so and shows the end', async ({ launch }) => {
  const carrel = await launch()
  const { page } = carrel
  await expect(parts(page).message).toBeFocused()
  await openAt(carrel, 9_999, ['leuchtturm'])
  await expect(page.getByText('This place is not in the session any more.')).toBeAttached()
  await expect(entry(page, entries - 1)).toBeInViewport()
})

test('an entry of another version is shown with what was said around it, and nothing is written', async ({
  launch,
  home,
}) => {
  const path = join(home, 'sessions', 'big.jsonl')
  const other = { id: 'other', parentId: entryIdOf(99), ts: '2026-11-22T08:00:00.000Z', role: 'user' }
  const line = JSON.stringify({ type: 'message', ...other, content: 'Another question, about owls' })
  const leaf = JSON.stringify({ type: 'leaf', id: 'l', ts: '2026-11-22T08:00:00.000Z', target: entryIdOf(entries - 1) })
  await appendFile(path, `${line}\n${leaf}\n`)
  const before = await readFile(path)
  const carrel = await launch()
  const { page } = carrel
  await expect(parts(page).message).toBeFocused()
  const push = { push: 'window.openSession', payload: { sessionId: 'big', at: { entryId: 'other', terms: ['owls'] } } }
  await carrel.app.evaluate(({ BrowserWindow }, pushed) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('carrel:push', pushed)
  }, push)
  await expect(page.locator('[data-entry="other"]')).toBeInViewport()
  const line2 = page.getByText('This is another version of the conversation.')
  await expect(line2).toBeVisible()
  await look(carrel, 'big-other-version')
  expect(await readFile(path)).toEqual(before)
  await page.getByRole('button', { name: 'Back to the latest' }).click()
  await expect(entry(page, entries - 1)).toBeInViewport()
  await expect(line2).toHaveCount(0)
  // Gone on from, it is the active one: that is written, and nothing else.
  await carrel.app.evaluate(({ BrowserWindow }, pushed) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('carrel:push', pushed)
  }, push)
  await page.getByRole('button', { name: 'Go on from here' }).click()
  await expect(line2).toHaveCount(0)
  await expect(page.locator('[data-entry="other"]')).toBeInViewport()
  const after = await readFile(path)
  expect(after.subarray(0, before.length)).toEqual(before)
  expect(JSON.parse(after.subarray(before.length).toString())).toMatchObject({ type: 'leaf', target: 'other' })
})

test('an answer as long as a book is drawn to its end, and words at its end are found', async ({ launch, home }) => {
  test.setTimeout(120_000)
  const part =
    '## A heading\n\nWords of **one** paragraph, `code` and more of it, until the line is full.\n\n- one\n- two\n\n'
  const content = `${part.repeat(5_000)}The last words are about albatrosses.`
  const place = { ts: '2026-11-22T08:00:00.000Z', type: 'message' }
  const lines = [
    { ...place, id: 'q', parentId: null, role: 'user', content: 'Write a book' },
    { ...place, id: 'a', parentId: 'q', role: 'assistant', content, stop: 'stop' },
  ]
  await writeFile(join(home, 'sessions', 'book.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const { page } = await launch()
  await parts(page)
    .sessions.getByRole('button', { name: /^Write a book/ })
    .first()
    .click()
  const answer = page.locator('[data-entry="a"][data-part="content"]')
  await expect(answer.getByText('The last words are about albatrosses.')).toBeInViewport({ timeout: 60_000 })
  expect(await answer.getByRole('heading').count()).toBe(5_000)
  await page.keyboard.press('ControlOrMeta+f')
  await page.getByRole('textbox', { name: 'Find' }).fill('ALBATROSSES')
  await expect.poll(() => marked(page)).toEqual(['albatrosses'])
})

test('what the search of all sessions finds opens at its place', async ({ launch }) => {
  const { page } = await launch()
  await expect(parts(page).message).toBeVisible()
  await page.keyboard.press('Control+Shift+F')
  const field = page.getByRole('searchbox', { name: 'Search all sessions' })
  await field.fill('Leuchtturm role:user')
  const hit = page.getByRole('region', { name: 'What was found' }).locator('.hit').first()
  await hit.click({ timeout: 20_000 })
  await expect(entry(page, 800)).toBeFocused()
  await expect.poll(() => marked(page)).toEqual(['Leuchtturm'])
})

for (const theme of ['light', 'dark'] as const) {
  test(`a long session, looked at, ${theme}`, async ({ launch, home }) => {
    test.setTimeout(90_000)
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch()
    const { page } = carrel
    await expect(parts(page).message).toBeFocused()
    await openAt(carrel, 803, ['slate'])
    await expect(entry(page, 803)).toBeFocused()
    await expect.poll(() => marked(page)).not.toEqual([])
    await look(carrel, `big-hit-${theme}`)
    await page.keyboard.press('ControlOrMeta+f')
    const bar = page.getByRole('search', { name: 'Find in this session' })
    await bar.getByRole('textbox').fill('„straße“ café')
    await expect(bar.getByRole('status')).toHaveText(/ of /)
    await expect.poll(() => marked(page)).not.toEqual([])
    await look(carrel, `big-find-${theme}`)
    await bar.getByRole('textbox').fill('nowhere at all')
    await expect(bar.getByRole('status')).toHaveText('Nothing found')
    await look(carrel, `big-find-nothing-${theme}`)
  })
}

/** The words that are marked the most strongly. */
async function marked(page: Page): Promise<string[]> {
  return await page.evaluate(() => Array.from(CSS.highlights.get('found-here') ?? [], (range) => String(range)))
}
