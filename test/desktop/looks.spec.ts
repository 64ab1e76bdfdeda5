// Every screen in light and dark, large and small: axe finds nothing, nothing overflows, and a picture is kept to be looked at.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { startFakeOllama, steps } from '../support/fake-ollama.ts'
import { conversation, toBytes } from '../support/session-lines.ts'
import { accessibilityFaults, answered, ask, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'

const answer = `## The hour was added all year

\`clock()\` added sixty minutes to every time. That is right until the clocks go back, and wrong after. Your note of
27 October 2025 says the same:

- Fowey’s table is printed in UTC, whatever the season.
- Last year you corrected the printout **by hand** and left the code alone.

Twenty-nine days were wrong, 25 October to today. The turn:

| High water | Table, UTC | tidelog, before | tidelog, now |
|---|--:|--:|--:|
| Saturday 24 October | 03:41 | 04:41 | 04:41 |
| Sunday 25 October | 04:38 | 05:38 | **04:38** |
| Monday 26 October | 05:22 | 06:22 | **05:22** |

I would keep it from coming back with one test on the night itself:

\`\`\`ts
// the first high water after the clocks go back
test('the clocks go back', () => {
  expect(clock(utc('2026-10-25T04:38Z'), 'Europe/London')).toBe('04:38')
})
\`\`\`

1. Nothing else calls \`clock()\`.
2. The stored tables hold UTC, so they [stay as they are](https://example.com/utc).

> The printed table is in UTC.
`
const question =
  'From 25 October every time in the Fowey table is an hour late. Where does that come from, and which days were wrong?'

const hard = `${'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(4)}

هذه فقرة بالعربية مع كلمة English في وسطها، ثم رقم 42.

日本語の長い文章がここにあります。改行の位置が正しいかどうかを確かめるための文です。とても長いので折り返されます。

\`\`\`
${'a-very-long-line-of-code '.repeat(20)}
\`\`\`

| ${Array.from({ length: 12 }, (_, index) => `Column ${index}`).join(' | ')} |
|${'---|'.repeat(12)}
| ${Array.from({ length: 12 }, (_, index) => `Value number ${index}`).join(' | ')} |

THE END`

for (const theme of ['light', 'dark'] as const) {
  test(`every screen, ${theme}`, async ({ launch, fake, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    fake.setScenario({
      turns: [
        { match: { contains: 'hard' }, steps: [{ content: hard }, { done: 'stop' }] },
        {
          match: { contains: 'fail' },
          steps: [{ content: 'It began well' }, { fault: { errorLine: 'model runner has unexpectedly stopped' } }],
        },
        {
          match: { contains: 'stream' },
          steps: [{ content: 'The first words are here, and the next' }, { gate: 'stream' }, { done: 'stop' }],
        },
        {
          steps: [
            { thinking: 'The note of last year says the table is in UTC.' },
            { content: answer, chunk: 'token' },
            { done: 'stop' },
          ],
        },
      ],
    })
    const carrel = await launch()
    const { page } = carrel
    await look(carrel, `new-${theme}`)

    await ask(page, question)
    await answered(page)
    await expect(page.locator('blockquote')).toBeVisible()
    await look(carrel, `chat-${theme}`)
    await page.getByRole('button', { name: /Thought/ }).click()
    await parts(page).transcript.evaluate((one) => one.scrollTo({ top: 0 }))
    await look(carrel, `chat-start-${theme}`)

    await page.keyboard.press('Control+n')
    await ask(page, 'Something hard to set')
    await answered(page)
    await expect(page.getByText('THE END')).toBeVisible()
    await look(carrel, `hard-${theme}`)

    await page.keyboard.press('Control+n')
    await ask(page, 'This will fail')
    await answered(page)
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
    await look(carrel, `failed-${theme}`)

    await page.keyboard.press('Control+n')
    await ask(page, 'Show a stream')
    await expect(page.getByText('The first words are here')).toBeVisible()
    await look(carrel, `streaming-${theme}`)
    fake.release('stream')
    await answered(page)

    await page.keyboard.press('Control+,')
    await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    await look(carrel, `settings-${theme}`)
  })
}

for (const theme of ['light', 'dark'] as const) {
  test(`what opens over the window, and what is seldom seen, ${theme}`, async ({ launch, fake, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    await mkdir(join(home, 'sessions'))
    const [header = {}, ...messages] = conversation(4)
    const damaged = { ...header, id: '01990000-0000-7000-8000-00000000d001', title: 'A damaged line' }
    const lost = Buffer.from('nothing of this can be read\n')
    await writeFile(join(home, 'sessions', `${damaged.id}.jsonl`), toBytes(damaged, ...messages, '{"type":"mess'))
    await writeFile(join(home, 'sessions', '01990000-0000-7000-8000-00000000d002.jsonl'), lost)
    fake.setScenario({ loadMs: 600_000, turns: [] })
    const carrel = await launch()
    const { page } = carrel
    const { sessions, transcript } = parts(page)

    await ask(page, 'A model that takes its time')
    await expect(transcript.getByText(/Loading gemma4:e4b/)).toBeVisible()
    await look(carrel, `loading-${theme}`)
    await page.keyboard.press('Escape')
    await answered(page)

    await page.getByRole('button', { name: 'Model: gemma4:e4b' }).click()
    await expect(page.getByRole('menuitemradio', { name: /qwen3/ })).toBeVisible()
    await look(carrel, `model-menu-${theme}`)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menu')).toHaveCount(0)

    await sessions.getByText('A model that takes its time').click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: /Archive/ })).toBeVisible()
    await lookOnce(page, `session-menu-${theme}`)
    await page.getByRole('menuitem', { name: /Archive/ }).click()
    await expect(page.getByText('Archived “A model that takes its time”')).toBeVisible()
    await expect(page.getByRole('menu')).toHaveCount(0)
    await lookOnce(page, `archived-toast-${theme}`)
    await sessions.getByRole('button', { name: /^Archived/ }).click()
    await expect(sessions.getByText('A model that takes its time')).toBeVisible()
    await lookOnce(page, `archived-filter-${theme}`)
    await sessions.getByRole('button', { name: /^Active/ }).click()

    await sessions.locator(`[data-session="${damaged.id}"]`).click()
    await expect(page.getByText(/One damaged place was skipped/)).toBeVisible()
    await look(carrel, `damaged-line-${theme}`)
    await sessions.locator('[data-session="01990000-0000-7000-8000-00000000d002"]').click()
    await expect(
      page
        .getByRole('main')
        .getByText(/cannot be read|could not be read|damaged/i)
        .first(),
    ).toBeVisible()
    await look(carrel, `damaged-session-${theme}`)
    await carrel.quit()

    fake.setModels([])
    await rm(join(home, 'sessions'), { recursive: true })
    const second = await launch()
    await expect(second.page.getByRole('heading', { name: 'No model is installed' })).toBeVisible()
    await look(second, `no-model-${theme}`)
  })
}

test('at 800 pixels the sidebar is called and goes away again, with the focus where it came from', async ({
  launch,
}) => {
  const carrel = await launch()
  const { page } = carrel
  await ask(page, 'A session to come back to')
  await answered(page)
  await resize(carrel, 800, 600)
  await expect(parts(page).sessions).toHaveCount(0)
  const opener = page.getByRole('button', { name: /show sessions/i })
  await opener.click()
  await expect(page.getByRole('dialog').getByText('A session to come back to')).toBeVisible()
  await picture(page, 'narrow-sidebar')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(opener).toBeFocused()
})

test('at 200 percent nothing is cut off', async ({ launch, fake, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  fake.setScenario(steps({ content: answer }, { done: 'stop' }))
  const carrel = await launch()
  await ask(carrel.page, question)
  await answered(carrel.page)
  await expectNoOverflow(carrel.page)
  await picture(carrel.page, 'zoom-200')
  await resize(carrel, 800, 600)
  await expectNoOverflow(carrel.page)
  await picture(carrel.page, 'zoom-200-small')
})

test('without a server the first screen says so, light and dark', async ({ launch, home }) => {
  const gone = await startFakeOllama()
  await gone.stop()
  for (const theme of ['light', 'dark']) {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch({ host: gone.url })
    await expect(carrel.page.getByRole('heading', { name: 'Ollama is not running' })).toBeVisible()
    await look(carrel, `first-run-${theme}`)
    await carrel.quit()
  }
})

/** Large and small: a picture, axe, and no sideways scrolling of the page. */
async function look(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await lookOnce(carrel.page, `${name}${size}`)
  }
  await resize(carrel, 1280, 800)
}

async function lookOnce(page: Page, name: string): Promise<void> {
  await picture(page, name)
  expect(await accessibilityFaults(page), name).toEqual([])
  await expectNoOverflow(page)
}

async function expectNoOverflow(page: Page): Promise<void> {
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(sideways).toBeLessThanOrEqual(0)
}
