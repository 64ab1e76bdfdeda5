// A session of many thousand entries in the real window: it opens at its end, and is read on in both ways.
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { answered, ask, expect, parts, test } from './carrel.ts'

const entries = 4_000

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

test.beforeEach(async ({ home }) => {
  await writeBigSession(join(home, 'sessions', 'big.jsonl'), { entries, characters: 300 })
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
  const seen = new Set<number>()
  let first = entries
  for (let turn = 0; turn < 120 && first > entries - 700; turn++) {
    await page.mouse.wheel(0, -1_200)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    const numbers = await drawn(page)
    // In order, and nothing twice.
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
    for (const number of numbers) seen.add(number)
    first = Math.min(first, ...numbers)
  }
  expect(first).toBeLessThanOrEqual(entries - 700)
  // Nothing between was jumped over: every question was drawn at some time.
  const missed = Array.from({ length: (entries - first) / 4 - 2 }, (_, index) => Math.ceil(first / 4) * 4 + index * 4)
  expect(missed.filter((number) => !seen.has(number))).toEqual([])
  await page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect(entry(page, entries - 1)).toBeInViewport()
})

test('a question that is asked from far above is answered at the end', async ({ launch }) => {
  const { page } = await launch()
  await openBig(page)
  const { transcript } = parts(page)
  await transcript.hover()
  for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, -3_000)
  await ask(page, 'And what now?')
  await answered(page)
  await expect(transcript.locator('.ask-words', { hasText: 'And what now?' })).toBeInViewport()
})
