// Settings: the list of servers, how each is, which one is used, and a token that nobody gets to see again.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { desktop } from '../../shared/messages/desktop.ts'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, startFakeOllama } from '../support/fake-ollama.ts'
import { answered, ask, type Carrel, expect, resize, test } from './carrel.ts'
import { goTo, look, lookOnce } from './looking.ts'
import { askedSoFar, personPresses } from './native-answers.ts'

const token = 'sk-nobody-sees-this-0123456789'
const laptop = 'http://192.0.2.7:11434'

const list = (page: Page) => page.getByRole('main').getByRole('list', { name: 'Servers' })
const row = (page: Page, name: string) => list(page).getByRole('listitem', { name, exact: true })
const act = (page: Page, label: string, name: string) =>
  page.getByRole('main').getByRole('button', { name: `${label}: ${name}`, exact: true })
const onDisk = async (home: string) => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'))

let guarded: FakeOllama
test.beforeEach(async () => {
  guarded = await startFakeOllama({ token })
})
test.afterEach(() => guarded.stop())

async function add(page: Page, address: string, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a server' }).press('Enter')
  const form = page.getByRole('form', { name: 'Add a server' })
  await expect(form.getByRole('textbox', { name: 'Address' })).toBeFocused()
  await page.keyboard.type(address)
  await page.keyboard.press('Tab')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(row(page, name)).toBeVisible()
}

async function giveToken(page: Page, name: string): Promise<void> {
  await act(page, 'Token', name).press('Enter')
  const field = page.getByLabel(`Token for ${name}`, { exact: true }).and(page.locator('input'))
  await expect(field).toBeFocused()
  await expect(field).toHaveAttribute('type', 'password')
  await page.keyboard.type(token)
  await page.keyboard.press('Enter')
}

async function lookAt(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await list(carrel.page).evaluate((element) => element.scrollIntoView({ block: 'start' }))
    await lookOnce(carrel.page, `${name}${size}`)
  }
  await resize(carrel, 1280, 800)
}

test('a server that wants a token: added, asked, let in until Carrel is closed, used, and removed', async ({
  launch,
  fake,
  home,
}) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ host: fake.url }))
  const carrel = await launch({ host: null })
  const { page } = carrel
  await goTo(page, 'Settings')
  await add(page, guarded.url, 'Workshop')
  expect((await onDisk(home)).servers).toEqual([{ address: guarded.url, name: 'Workshop' }])
  await act(page, 'Check', 'Workshop').click()
  await expect(row(page, 'Workshop')).toContainText(failures.tokenWanted(guarded.url))

  // No keyring where the tests run: the real one says so, and nothing is kept.
  await giveToken(page, 'Workshop')
  const refusal = page.getByText(failures.tokenNotKept['plain-text'])
  await expect(refusal).toBeVisible()
  await lookOnce(page, 'servers-refused')
  expect(await readdir(home)).not.toContain('server-tokens.json')
  await page.getByRole('button', { name: 'Use it until Carrel is closed' }).click()
  await expect(row(page, 'Workshop')).toContainText('token until Carrel is closed')
  await expect(row(page, 'Workshop')).toContainText('Ollama 0.33.0 answers, ')
  await expect(refusal).toBeHidden()

  await act(page, 'Use', 'Workshop').click()
  await expect(row(page, 'Workshop')).toContainText('In use')
  await expect.poll(async () => (await onDisk(home)).host).toBe(guarded.url)
  await expect(page.getByText('Saved')).toBeVisible()
  expect(await page.content()).not.toContain(token)
  await page.keyboard.press('Control+n')
  await ask(page, 'Who are you?')
  await answered(page)
  expect(guarded.chatRequests()).toHaveLength(1)
  expect(fake.chatRequests()).toEqual([])
  const sent = new Set(fake.requests.map(({ headers }) => headers.authorization))
  expect(sent).toEqual(new Set([undefined]))

  await goTo(page, 'Settings')
  await act(page, 'Change', 'Workshop').click()
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill(`localhost:${guarded.port}`)
  await expect(page.getByText('With another address its token is forgotten.')).toBeVisible()
  await page.keyboard.press('Escape')
  await act(page, 'Forget the token', 'Workshop').click()
  await expect(act(page, 'Forget the token', 'Workshop')).toBeHidden()
  await act(page, 'Remove', 'Workshop').click()
  await expect(row(page, 'This machine')).toContainText('In use')
  await expect(row(page, 'Workshop')).toBeHidden()
  // Not lost with the row.
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true)
  expect(await onDisk(home)).toMatchObject({ host: null, servers: [] })
  await carrel.quit()
  for (const file of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const text = await readFile(join(file.parentPath, file.name), 'latin1')
    expect(text.includes(token), file.name).toBe(false)
  }
})

test('over http to another machine it is said, and a token goes only after a native yes', async ({ launch }) => {
  const carrel = await launch()
  const { app, page } = carrel
  await goTo(page, 'Settings')
  await add(page, '192.0.2.7', 'Laptop')
  await expect(row(page, 'Laptop')).toContainText(laptop)
  await expect(row(page, 'Laptop')).toContainText('can be read by others on the network')
  await personPresses(app, desktop.cancel)
  await giveToken(page, 'Laptop')
  await expect.poll(async () => (await askedSoFar(app)).length).toBe(1)
  const [question] = await askedSoFar(app)
  expect(question).toMatchObject({ message: desktop.models.plainTokenQuestion, defaultId: 1, cancelId: 1 })
  expect(question?.detail).toContain(laptop)
  expect(question?.detail).not.toContain(token)
  await expect(page.getByRole('form', { name: 'Token for Laptop' })).toBeHidden()
  await expect(row(page, 'Laptop')).not.toContainText('token until')

  await add(page, 'box.example', 'Box')
  await page.getByRole('button', { name: 'Add a server' }).click()
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill('http://me:pw@box')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main').getByText('is not an address of a server')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveAttribute('aria-invalid', 'true')
  await page.keyboard.press('Escape')
  for (const theme of ['light', 'dark'] as const) {
    await app.evaluate(({ nativeTheme }, next) => {
      nativeTheme.themeSource = next
    }, theme)
    await lookAt(carrel, `servers-${theme}`)
  }
})

test('a first start at a server that lets nobody in: said with the next step, which is one click away', async ({
  launch,
  home,
}) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ host: guarded.url }))
  const carrel = await launch({ host: null })
  const { page } = carrel
  await expect(page.getByRole('heading', { name: 'This server lets nobody in unasked' })).toBeVisible()
  await expect(page.getByText(failures.tokenWanted(guarded.url)).first()).toBeVisible()
  await look(carrel, 'first-token')
  await page.getByRole('button', { name: 'Open Settings' }).click()
  await expect(row(page, guarded.url)).toContainText('In use')
  await act(page, 'Keep on the list', guarded.url).click()
  await expect(act(page, 'Keep on the list', guarded.url)).toBeHidden()
})
