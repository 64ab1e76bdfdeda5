// 10,000 tokens at 1,000 a second: no character is lost, and the reader's place in the text is theirs.
import { steps, streamedText } from '../support/fake-ollama.ts'
import { answered, ask, expect, parts, recordsIn, test } from './carrel.ts'

const tokens = 10_000

test('a fast long answer arrives whole while the reader reads above it', async ({ launch, fake, home }, info) => {
  fake.setScenario(steps({ stream: { tokens, perSecond: 1_000 } }, { done: 'stop' }))
  const { page } = await launch()
  await page.evaluate(() => {
    const long: number[] = []
    Object.assign(globalThis, { long })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) long.push(entry.duration)
    }).observe({ entryTypes: ['longtask'] })
  })
  await ask(page, 'Say a great deal')

  const transcript = page.getByRole('region', { name: 'Transcript' })
  // Long enough to scroll, and still far from its end.
  await expect.poll(() => transcript.evaluate((one) => one.scrollHeight - one.clientHeight)).toBeGreaterThan(1_500)
  const isAtEnd = () => transcript.evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop < 40)
  await expect.poll(isAtEnd).toBe(true)

  await transcript.hover()
  await page.mouse.wheel(0, -700)
  await expect.poll(isAtEnd).toBe(false)
  const place = await settled(() => transcript.evaluate((one) => one.scrollTop))
  const heightThen = await transcript.evaluate((one) => one.scrollHeight)
  await expect
    .poll(() => transcript.evaluate((one) => one.scrollHeight), { timeout: 20_000 })
    .toBeGreaterThan(heightThen + 2_000)
  expect(Math.abs((await transcript.evaluate((one) => one.scrollTop)) - place)).toBeLessThanOrEqual(1)

  await page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect.poll(isAtEnd).toBe(true)
  await expect(parts(page).stop).toHaveCount(0, { timeout: 40_000 })
  await answered(page)
  await expect.poll(isAtEnd).toBe(true)

  const expected = streamedText(tokens)
  // As whoever may call tools is read: white space behind the last word is none of the answer.
  expect((await recordsIn(home)).at(-1)?.content).toBe(expected.trimEnd())
  // On the screen the same words stand, without the marks of Markdown and with white space folded.
  const plain = (text: string) => text.replace(/[*`]/g, '').replace(/\s+/g, ' ').trim()
  const shown = await page
    .locator('.answer')
    .last()
    .evaluate((one) => one.textContent ?? '')
  expect(plain(shown).replaceAll(' ', '')).toBe(plain(expected).replaceAll(' ', ''))

  const long = await page.evaluate(() => (globalThis as unknown as { long: number[] }).long)
  const worst = Math.round(Math.max(0, ...long))
  info.annotations.push({
    type: 'figure',
    description: `${long.length} renderer tasks over 50 ms, the longest ${worst} ms`,
  })
  process.stdout.write(
    `figure: ${tokens} tokens at 1,000/s: ${long.length} renderer tasks over 50 ms, the longest ${worst} ms\n`,
  )
})

/** The value once two readings in a row agree: a wheel event may still be on its way. */
async function settled(read: () => Promise<number>): Promise<number> {
  let before = Number.NaN
  await expect
    .poll(async () => {
      const now = await read()
      const same = now === before
      before = now
      return same
    })
    .toBe(true)
  return before
}
