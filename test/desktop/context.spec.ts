// The window of a session's model in the window: how full it is and of what, what the server says of it, and what is chosen for it.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { contextWords as words } from '../../shared/messages/context.ts'
import { gemma } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { ask, expect, parts, resize, test } from './carrel.ts'
import { goTo, look, lookOnce } from './looking.ts'

const panel = (page: Page) =>
  page.getByRole('complementary', { name: 'This session' }).or(page.getByRole('dialog', { name: 'This session' }))
const legend = (page: Page) => panel(page).getByRole('list', { name: words.legend }).getByRole('listitem')
const chip = (page: Page) => page.getByRole('button', { name: /^Context: / })

const usage = (more: Record<string, number> = {}) => ({
  promptTokens: 5_200,
  outputTokens: 340,
  contextTokens: 5_540,
  numCtx: 16_384,
  loadMs: 30,
  promptMs: 400,
  outputMs: 900,
  ...more,
})

/** A session with a call and its result, as the server has counted it. */
async function seed(home: string, more: Record<string, unknown>[] = []): Promise<void> {
  const calls = [{ id: 'c1', name: 'read_file', arguments: { path: 'tables/fowey.txt' } }]
  const model = 'gemma4:e4b'
  const lines = [
    header,
    message('q', null, { content: 'When is high water in Fowey on Sunday, and is that summer time?' }),
    message('a', 'q', {
      role: 'assistant',
      content: 'I read the table.',
      model,
      stop: 'tool_calls',
      toolCalls: calls,
      usage: usage({ promptTokens: 1_900, loadMs: 8_100 }),
    }),
    message('t', 'a', {
      role: 'tool',
      callId: 'c1',
      name: 'read_file',
      content: 'Sun 25 Oct  04:38  10:51\n'.repeat(300),
      isError: false,
    }),
    message('b', 't', {
      role: 'assistant',
      content:
        'High water is at 04:38 and 16:58, in UTC: summer time ended that night, so a clock in Fowey shows the same.',
      model,
      stop: 'stop',
      usage: usage({ loadMs: 4_200 }),
    }),
  ]
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', `${header['id']}.jsonl`), toBytes(...lines, ...more))
}

const open = (page: Page) => parts(page).sessions.getByText('When is high water').click()

test('the chip says how full the window is, and leads to what stands in it, counted to the token', async ({
  launch,
  home,
}) => {
  await seed(home)
  const carrel = await launch()
  const { page } = carrel
  await open(page)
  await expect(chip(page)).toHaveText('5.4k of 16k')
  await expect(chip(page)).toHaveAccessibleName(words.meterLabel(5_540, 16_384))
  await chip(page).focus()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByText('5,540 of 16,384 tokens')).toBeVisible()
  await expect(panel(page).getByText(/^Counted by Ollama/)).toBeVisible()
  const rows = await legend(page).allTextContents()
  expect(rows.map((row) => row.replace(/[\d,]+$/, ''))).toEqual([
    words.parts.system,
    words.parts.tools,
    words.parts.skills,
    words.parts.history,
    words.parts.results,
    words.parts.answer,
    words.free,
  ])
  const numbers = rows.map((row) => Number(/[\d,]+$/.exec(row)?.[0].replaceAll(',', '')))
  expect(numbers.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBe(5_540)
  expect(numbers.reduce((sum, one) => sum + one, 0)).toBe(16_384)
  await expect(panel(page).getByText(/^Loaded again once in this session since .* which took 4\.2 s\.$/)).toBeVisible()
  await look(carrel, 'context')

  // It grows with the next answer, by itself.
  await ask(page, 'And on Monday?')
  await expect(chip(page)).not.toHaveText('5.4k of 16k')
  await expect(panel(page).getByText('5,540 of 16,384 tokens')).toHaveCount(0)
})

test('beside all that stands where one writes there is room for it, also in a small window', async ({
  launch,
  home,
  fake,
}) => {
  await seed(home)
  fake.setScenario({ turns: [{ steps: [{ content: 'At ten.' }, { gate: 'go' }, { done: 'stop' }] }] })
  const carrel = await launch()
  const { page } = carrel
  await open(page)
  await ask(page, 'And on Monday?')
  await expect(parts(page).transcript.getByText('At ten.')).toBeVisible()
  await parts(page).message.fill('And on Tuesday?')
  for (const width of [800, 640, 480]) {
    await resize(carrel, width, 600)
    await lookOnce(page, `context-running-${width}`)
    const room = await page.locator('.composer .controls').evaluate((one) => one.scrollWidth - one.clientWidth)
    expect(room, `${width}`).toBeLessThanOrEqual(0)
  }
  await expect(chip(page)).toHaveCount(0)
  fake.release('go')
  await parts(page).message.fill('')
  for (const width of [1280, 640, 480]) {
    await resize(carrel, width, 600)
    await lookOnce(page, `context-idle-${width}`)
  }
  await expect(chip(page)).toBeHidden()
  await resize(carrel, 640, 600)
  await expect(chip(page)).toBeVisible()
})

test('a long session is added up when its person wants it', async ({ launch, home }) => {
  await seed(home, [{ type: 'note', id: 'n', text: 'x'.repeat(4_100_000) }])
  const { page } = await launch()
  await open(page)
  await chip(page).click()
  await expect(panel(page).getByText('5,540 of 16,384 tokens')).toBeVisible()
  await expect(panel(page).getByText(words.long)).toBeVisible()
  await expect(legend(page)).toHaveCount(0)
  await panel(page).getByRole('button', { name: words.addUp }).click()
  await expect(legend(page)).toHaveCount(7)
})

test('of a log of another program nothing was counted, and that is said', async ({ launch, home }) => {
  const lines = [
    header,
    message('q', null, { content: 'When is high water in Bude?' }),
    message('a', 'q', {
      role: 'assistant',
      content: 'At five.',
      stop: 'stop',
      model: 'other',
      usage: usage({ numCtx: 0 }),
    }),
    {
      type: 'meta',
      id: 'x',
      ts: '2026-11-22T08:00:02.000Z',
      imported: { from: 'pi', path: '/log', sha256: 'a'.repeat(64) },
    },
  ]
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', `${header['id']}.jsonl`), toBytes(...lines))
  const { page } = await launch()
  await open(page)
  await page.getByRole('button', { name: 'Session panel' }).click()
  await expect(panel(page).getByText(words.by.guess())).toBeVisible()
  await expect(chip(page)).toHaveCount(0)
  await lookOnce(page, 'context-imported')
})

test('a session keeps its window until its person takes the one that was chosen on the Models page', async ({
  launch,
  home,
  fake,
}) => {
  await seed(home)
  const carrel = await launch()
  const { page } = carrel
  await goTo(page, 'Models')
  await page.getByRole('button', { name: 'Details: gemma4:e4b' }).click()
  const group = page.getByRole('group', { name: words.window.heading })
  await expect(group.getByRole('radio', { name: words.window.automatic })).toBeChecked()
  await expect(page.getByText(/^Automatic is 16,384 tokens/)).toBeVisible()
  await group.getByText('32k', { exact: true }).click()
  await expect(group.getByRole('radio', { name: '32k' })).toBeChecked()
  const kept = async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).windows
  await expect.poll(() => kept().catch(() => null)).toEqual({ 'gemma4:e4b': 32_768 })
  await look(carrel, 'model-window')

  await open(page)
  await chip(page).click()
  await expect(panel(page).getByText(words.keeps(16_384))).toBeVisible()
  await lookOnce(page, 'context-kept')
  await ask(page, 'And on Monday?')
  await expect.poll(() => fake.chatRequests().length).toBe(1)
  const take = panel(page).getByRole('button', { name: words.take(32_768) })
  await take.click()
  await expect(take).toHaveCount(0)
  await ask(page, 'And on Tuesday?')
  await expect.poll(() => fake.chatRequests().length).toBe(2)
  const sent = fake.chatRequests().map(({ body }) => Object(body).options.num_ctx)
  expect(sent).toEqual([16_384, 32_768])
  await expect(chip(page)).toHaveText(/of 32k$/)
})

test('what the server says is shown: a part on the graphics card, a smaller window, and before a session has begun', async ({
  launch,
  fake,
}) => {
  const turns = [{ steps: [{ content: 'Yes.' }, { done: 'stop' }] }]
  fake.setModels([{ ...gemma, vramBytes: Math.ceil(gemma.bytes * 0.42) }])
  fake.setScenario({ turns, loadsAtMost: 4_096 })
  const carrel = await launch()
  const { page } = carrel
  await page.getByRole('button', { name: 'Session panel' }).click()
  await expect(panel(page).getByText(words.notBegun(16_384))).toBeVisible()
  await lookOnce(page, 'context-not-begun')
  await ask(page, 'Is it?')
  await expect(
    parts(page).transcript.getByText(/Ollama has loaded the model with a window of 4,096 tokens/),
  ).toBeVisible()
  await expect(panel(page).getByText(words.partly(42))).toBeVisible()
  await expect(panel(page).getByText(words.smaller(16_384, 4_096))).toBeVisible()
  await look(carrel, 'context-warnings')
})
