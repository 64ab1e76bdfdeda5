// The thinnest whole path in the real window: a question, a streamed answer, a file on disk, and after a restart it is there.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { steps } from '../support/fake-ollama.ts'
import { answered, ask, expect, parts, recordsIn, resize, test } from './carrel.ts'

test('a question is answered word by word, lies in a file, and is there again after a restart', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(
    steps(
      { content: 'The first half, ' },
      { gate: 'half' },
      { content: 'and **the second**.\n\n```ts\nconst answer = 42\n```\n' },
      { done: 'stop' },
    ),
  )
  const first = await launch()
  await ask(first.page, 'What is the answer?')
  await expect(first.page.getByText('The first half,')).toBeVisible()
  await expect(parts(first.page).stop).toBeVisible()
  // Before a single word had come back the question was on the disk.
  expect((await recordsIn(home)).map(({ type, role }) => role ?? type)).toEqual(['session', 'user'])
  fake.release('half')
  await answered(first.page)
  await expect(first.page.getByText('the second')).toBeVisible()
  await expect(first.page.locator('pre').getByText('const answer = 42')).toBeVisible()

  const records = await recordsIn(home)
  expect(records.at(-1)).toMatchObject({
    role: 'assistant',
    content: 'The first half, and **the second**.\n\n```ts\nconst answer = 42\n```',
    model: 'gemma4:e4b',
    stop: 'stop',
  })
  const chat = fake.requests.find(({ path }) => path === '/api/chat')
  expect(chat?.body).toMatchObject({ model: 'gemma4:e4b', stream: true, think: false, truncate: false, shift: false })
  await first.quit()
  expect((await readdir(join(home, 'sessions'))).filter((name) => !name.endsWith('.jsonl'))).toEqual([])

  const second = await launch()
  await expect(second.page.getByText('the second')).toBeVisible()
  await expect(second.page.getByText('What is the answer?').first()).toBeVisible()
})

test('Stop keeps what had arrived, and Retry answers anew', async ({ launch, fake, home }) => {
  fake.setScenario(steps({ content: 'Only this much' }, { gate: 'never' }, { done: 'stop' }))
  const { page } = await launch()
  await ask(page, 'Tell me more')
  await expect(page.getByText('Only this much')).toBeVisible()
  await parts(page).stop.click()
  await answered(page)
  await expect(parts(page).transcript.getByText(/Stopped/)).toBeVisible()
  await expect(page.getByText('Only this much')).toBeVisible()
  expect((await recordsIn(home)).at(-1)).toMatchObject({
    role: 'assistant',
    content: 'Only this much',
    stop: 'cancelled',
  })
  await expect
    .poll(() => fake.requests.filter(({ path, abortedByClient }) => path === '/api/chat' && abortedByClient).length)
    .toBe(1)

  fake.setScenario(steps({ content: 'All of it this time' }, { done: 'stop' }))
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByText('All of it this time')).toBeVisible()
  await answered(page)
  await expect(page.getByText('Only this much')).toHaveCount(0)
  const [question, stopped, whole] = (await recordsIn(home)).slice(-3)
  expect(stopped?.parentId).toBe(question?.id)
  expect(whole?.parentId).toBe(question?.id)
})

test('Escape stops before the first word has come', async ({ launch, fake }) => {
  fake.setScenario(steps({ fault: 'hang' }))
  const { page } = await launch()
  await ask(page, 'Anybody there?')
  await fake.waitForRequest(({ path }) => path === '/api/chat')
  await expect(parts(page).stop).toBeVisible()
  await page.keyboard.press('Escape')
  await answered(page)
  await expect(parts(page).transcript.getByText(/Stopped/)).toBeVisible()
  await fake.waitForAbort()
})

test('thinking is folded apart from the answer', async ({ launch, fake }) => {
  fake.setScenario(steps({ thinking: 'Let me count the ways.' }, { content: 'Seven.' }, { done: 'stop' }))
  const { page } = await launch()
  await ask(page, 'How many?')
  await answered(page)
  await expect(page.getByText('Seven.')).toBeVisible()
  await expect(page.getByText('Let me count the ways.')).toBeHidden()
  const thought = page.getByRole('button', { name: /Thought/ })
  await expect(thought).toHaveAttribute('aria-expanded', 'false')
  await thought.click()
  await expect(page.getByText('Let me count the ways.')).toBeVisible()
})

test('sessions are listed, renamed, archived with undo, and restored', async ({ launch, home }) => {
  const { page } = await launch()
  const { sessions } = parts(page)
  await ask(page, 'The first session')
  await answered(page)
  await page.keyboard.press('Control+n')
  await ask(page, 'The second session')
  await expect(sessions.getByText('The second session')).toBeVisible()
  await answered(page)

  await sessions
    .getByRole('link', { name: /The first session/ })
    .or(sessions.getByRole('button', { name: /The first session/ }))
    .first()
    .focus()
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: /name|title/i }).fill('Renamed')
  await page.keyboard.press('Enter')
  await expect(sessions.getByText('Renamed')).toBeVisible()
  await expect.poll(async () => (await recordsIn(home)).find(({ type }) => type === 'title')?.title).toBe('Renamed')

  await sessions.getByText('Renamed').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /Archive/ }).click()
  await expect
    .poll(async () => (await readdir(join(home, 'sessions'))).filter((name) => name.endsWith('.archived')).length)
    .toBe(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(async () => (await readdir(join(home, 'sessions'))).filter((name) => name.endsWith('.archived')).length)
    .toBe(0)
  await expect(sessions.getByText('Renamed')).toBeVisible()
})

test('what was typed and not sent is there again after a restart, each text at its session', async ({ launch }) => {
  const first = await launch()
  await ask(first.page, 'A session with a draft')
  await answered(first.page)
  await parts(first.page).message.fill('half a thought')
  await first.page.keyboard.press('Control+n')
  await parts(first.page).message.fill('another one, unsent')
  await first.quit()

  const second = await launch()
  const { sessions } = parts(second.page)
  await sessions.getByText('A session with a draft').click()
  await expect(parts(second.page).message).toHaveValue('half a thought')
  await second.page.keyboard.press('Control+n')
  await expect(parts(second.page).message).toHaveValue('another one, unsent')
})

test('the model comes from the installed ones, and the choice is used', async ({ launch, fake }) => {
  const { page } = await launch()
  await page
    .getByRole('button', { name: /gemma4:e4b/ })
    .last()
    .click()
  await page
    .getByRole('menuitemradio', { name: /qwen3:0\.6b/ })
    .or(page.getByRole('option', { name: /qwen3:0\.6b/ }))
    .click()
  await ask(page, 'Who are you?')
  const request = await fake.waitForRequest(({ path }) => path === '/api/chat')
  expect(request.body).toMatchObject({ model: 'qwen3:0.6b' })
})

test('the window comes back where it stood', async ({ launch }) => {
  const first = await launch()
  await resize(first, 900, 700)
  const before = await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  await first.quit()
  const second = await launch()
  const after = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(after).toEqual(before)
})

test('a composition in progress is never sent by its Enter', async ({ launch, fake }) => {
  const { page } = await launch()
  await parts(page).message.fill('にほん')
  await parts(page).message.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true })
  await expect(parts(page).message).toHaveValue('にほん')
  await parts(page).message.press('Shift+Enter')
  await expect(parts(page).message).toHaveValue('にほん\n')
  expect(fake.requests.filter(({ path }) => path === '/api/chat')).toEqual([])
  await parts(page).message.press('Enter')
  await fake.waitForRequest(({ path }) => path === '/api/chat')
})
