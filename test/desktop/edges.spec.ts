// Awkward moments and awkward files: a stop that comes at once, a server changed in the middle, names and sizes nobody expects.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageLimit } from '../../shared/ipc.ts'
import { startFakeOllama, steps } from '../support/fake-ollama.ts'
import { conversation, header, toBytes } from '../support/session-lines.ts'
import { answered, ask, expect, parts, recordsIn, test } from './carrel.ts'

test('Escape at once after Enter stops the answer of a new session, five times in a row', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'Nobody waits for this' }, { gate: 'never' }, { done: 'stop' }))
  const { page } = await launch()
  const { message, transcript } = parts(page)
  for (let round = 1; round <= 5; round++) {
    await page.keyboard.press('Control+n')
    await message.fill(`Never mind, ${round}`)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect(transcript.locator('.ask-words')).toHaveText(`Never mind, ${round}`)
    await answered(page)
    await expect(transcript.getByText(/Stopped/)).toBeVisible()
  }
  const answers = (await recordsIn(home)).filter(({ role }) => role === 'assistant')
  expect(answers.map(({ stop }) => stop)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled', 'cancelled'])
  await expect.poll(() => fake.chatRequests().filter(({ abortedByClient }) => !abortedByClient)).toEqual([])
})

test('the server is changed in Settings while an answer streams: this one ends where it began, the next goes there', async ({
  launch,
  fake,
  home,
}) => {
  const other = await startFakeOllama({ scenario: steps({ content: 'From the other server' }, { done: 'stop' }) })
  await writeFile(join(home, 'settings.json'), JSON.stringify({ host: fake.url }))
  fake.setScenario(
    steps({ content: 'Begun on the first, ' }, { gate: 'changed' }, { content: 'ended there' }, { done: 'stop' }),
  )
  const { page } = await launch({ host: null })
  await ask(page, 'Where are you?')
  await expect(page.getByText('Begun on the first,')).toBeVisible()
  await page.keyboard.press('Control+,')
  const address = page.getByRole('textbox', { name: 'Address of Ollama' })
  await expect(address).toHaveValue(fake.url)
  await address.fill(other.url)
  await address.press('Enter')
  await expect.poll(() => other.requests.some(({ path }) => path === '/api/tags')).toBe(true)
  await expect.poll(async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).host).toBe(other.url)

  await parts(page)
    .sessions.getByRole('button', { name: /Where are you/ })
    .first()
    .click()
  await expect(parts(page).stop).toBeVisible()
  fake.release('changed')
  await answered(page)
  await expect(page.getByText('Begun on the first, ended there')).toBeVisible()
  expect(other.chatRequests()).toEqual([])

  await ask(page, 'And now?')
  await answered(page)
  await expect(page.getByText('From the other server')).toBeVisible()
  expect(fake.chatRequests()).toHaveLength(1)
  expect(other.chatRequests()).toHaveLength(1)
  await other.stop()
})

test('files in sessions/ that nobody expects: the window works, and they are left as they are', async ({
  launch,
  fake,
  home,
}) => {
  const folder = join(home, 'sessions')
  await mkdir(join(folder, 'a-folder.jsonl'), { recursive: true })
  const [, ...messages] = conversation(3)
  const foreign: Record<string, Buffer> = {
    '__proto__.jsonl': toBytes({ ...header, id: '__proto__', title: 'Prototype' }, ...messages),
    'constructor.jsonl': toBytes({ ...header, id: 'constructor' }, ...messages),
    'foreign.jsonl': toBytes({ event: 'login', user: 'somebody' }, { type: { not: 'a word' } }, 'no JSON at all'),
    'list.jsonl': Buffer.from('[1,2,3]\nnull\n"text"\n'),
    'noise.jsonl': Buffer.from([0, 255, 254, 10, 13, 128, 0, 10]),
    'empty.jsonl': Buffer.alloc(0),
    'notes.txt': Buffer.from('Not ours.\n'),
  }
  for (const [name, bytes] of Object.entries(foreign)) await writeFile(join(folder, name), bytes)

  fake.setScenario(steps({ content: 'Quite well' }, { done: 'stop' }))
  const { page } = await launch()
  const { sessions } = parts(page)
  await ask(page, 'Are you well?')
  await answered(page)
  await expect(page.getByText('Quite well')).toBeVisible()

  // Whatever the list shows of them can be opened, and says what it is.
  const ids = await sessions.locator('[data-session]').evaluateAll((rows) => rows.map((row) => row.dataset['session']))
  for (const id of ids) {
    const row = sessions.locator(`[data-session="${id}"]`)
    await row.click()
    await expect(row).toHaveAttribute('aria-current', 'page')
    await expect(page.getByText('This part of the window stopped working')).toHaveCount(0)
  }
  await sessions
    .getByRole('button', { name: /Are you well/ })
    .first()
    .click()
  await expect(page.getByText('Quite well')).toBeVisible()

  for (const [name, bytes] of Object.entries(foreign)) expect(await readFile(join(folder, name)), name).toEqual(bytes)
  expect(await readdir(join(folder, 'a-folder.jsonl'))).toEqual([])
})

test('a message over the limit is not cut: it stays, it is said, and it cannot be sent', async ({ launch, fake }) => {
  const { page } = await launch()
  const { message, send } = parts(page)
  const length = () => message.evaluate((one) => (one as HTMLTextAreaElement).value.length)
  await message.fill('x'.repeat(messageLimit + 1), { timeout: 100_000 })
  expect(await length()).toBe(messageLimit + 1)
  await expect(send).toBeDisabled()
  await expect(page.getByText(/1,000,000/)).toBeVisible()
  await message.press('Enter')
  expect(await length()).toBe(messageLimit + 1)

  await message.press('End')
  await message.press('Backspace')
  await expect(send).toBeEnabled()
  await expect(page.getByText(/1,000,000/)).toHaveCount(0)
  expect(fake.chatRequests()).toEqual([])
})
