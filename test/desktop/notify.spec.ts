// A run that asks or ends while nobody looks: a notification without secrets, a count on the icon, a mark, and a word for who listens.
import type { ElectronApplication, Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { accessibilityFaults, answered, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'
import { allow, commandFolder, sealHolds, seedSession } from './commands.ts'
import { goTo, lookOnce } from './looking.ts'

const secret = 'echo secret-of-a-command'
let folder: string
let remove: () => Promise<void>
test.beforeEach(async ({ home }) => {
  ;({ folder, remove } = await commandFolder())
  await seedSession(home, 'tide', 'Summer time in tidelog', folder)
  await seedSession(home, 'boat', 'Boat jumble list')
})
test.afterEach(async () => await remove())

interface Said {
  title: string
  body: string
  isClosed: boolean
}

/** In place of the system’s own: what would be shown, and the number on the icon. */
async function listen({ app }: Carrel): Promise<void> {
  await app.evaluate(({ app: electron, Notification }) => {
    const state = { said: [] as unknown[], badges: [] as number[] }
    Object.assign(globalThis, state)
    Notification.isSupported = () => true
    Notification.prototype.show = function show(this: Electron.Notification) {
      state.said.push(Object.assign(this, { isClosed: false }))
    }
    Notification.prototype.close = function close(this: Electron.Notification) {
      Object.assign(this, { isClosed: true })
    }
    electron.setBadgeCount = (count = 0) => {
      state.badges.push(count)
      return true
    }
  })
}

/** Nobody can tell a display without a window manager who is in front. */
async function isInFront({ app }: Carrel, focused: boolean): Promise<void> {
  await app.evaluate(({ BrowserWindow }, is) => {
    for (const one of BrowserWindow.getAllWindows()) one.isFocused = () => is
  }, focused)
}

const said = (app: ElectronApplication): Promise<Said[]> =>
  app.evaluate(() =>
    (globalThis as unknown as { said: Said[] }).said.map(({ title, body, isClosed }) => ({ title, body, isClosed })),
  )
const badges = (app: ElectronApplication): Promise<number[]> =>
  app.evaluate(() => (globalThis as unknown as { badges: number[] }).badges)
const press = (app: ElectronApplication, index: number) =>
  app.evaluate((_electron, at) => {
    ;(globalThis as unknown as { said: { emit(name: string): void }[] }).said[at]?.emit('click')
  }, index)

/** What is said at once to those who listen. */
const assertively = (page: Page) => page.locator('[aria-live="assertive"]')

const asks: Scenario['turns'] = [
  { match: { toolResultFor: 'run_command' }, steps: [{ content: 'Done.' }, { done: 'stop' }] },
  {
    match: { contains: 'look' },
    steps: [
      { content: 'I look.' },
      { gate: 'look' },
      { tool_calls: [{ name: 'run_command', arguments: { command: secret } }] },
      { done: 'stop' },
    ],
  },
  { match: { contains: 'fail' }, steps: [{ fault: { errorLine: 'model runner has unexpectedly stopped' } }] },
  { match: { contains: 'stop' }, steps: [{ content: 'It goes on' }, { gate: 'never' }, { done: 'stop' }] },
  { steps: [{ content: 'Yes.' }, { done: 'stop' }] },
]

async function send(page: Page, session: string, text: string): Promise<void> {
  await parts(page).sessions.getByText(session).click()
  await expect(page.getByRole('heading', { name: session, level: 1 })).toBeVisible()
  await parts(page).message.fill(text)
  await parts(page).message.press('Enter')
  await expect(parts(page).message).toHaveValue('')
}

test('a session that asks is notified with its title and never the command; a click leads to its question', async ({
  launch,
  fake,
}) => {
  fake.setScenario({ turns: asks })
  const carrel = await launch()
  const { app, page } = carrel
  await sealHolds(page)
  await listen(carrel)
  await isInFront(carrel, false)
  await send(page, 'Summer time in tidelog', 'Take a look')
  await expect(page.getByText('I look.')).toBeVisible()
  await parts(page).sessions.getByText('Boat jumble list').click()
  fake.release('look')
  await expect
    .poll(() => said(app))
    .toEqual([{ title: 'Summer time in tidelog', body: 'Asks to run a command.', isClosed: false }])
  expect(await badges(app)).toEqual([1])

  // What is seen and heard in the window, in which another session is open.
  await expect(assertively(page)).toHaveText('“Summer time in tidelog” asks to run a command.')
  const row = parts(page).sessions.locator('[data-session="tide"]')
  await expect(row).toContainText('Waiting')
  await expect(row).toContainText('Asks to run a command')
  await expect(page.getByText(secret)).toHaveCount(0)
  await page.mouse.move(700, 400)
  for (const theme of ['light', 'dark'] as const) {
    await app.evaluate(({ nativeTheme }, next) => {
      nativeTheme.themeSource = next
    }, theme)
    await resize(carrel, 1280, 800)
    await lookOnce(page, `waiting-elsewhere-${theme}`)
    await resize(carrel, 800, 600)
    await expect(page.getByRole('button', { name: '1 waits for you' })).toBeVisible()
    await lookOnce(page, `waiting-elsewhere-${theme}-small`)
  }
  await resize(carrel, 1280, 800)

  await press(app, 0)
  await expect(page.getByRole('heading', { name: 'Summer time in tidelog', level: 1 })).toBeVisible()
  await expect(page.getByRole('list', { name: 'The exact command' })).toContainText(secret)
  await expect(page.getByRole('button', { name: /^Allow once/ })).toBeFocused()
  await expect(assertively(page)).toHaveText('')
  expect((await said(app))[0]?.isClosed).toBe(true)
  await allow(page, 'Allow once')
  await answered(page)
  expect(await badges(app)).toEqual([1, 0])
  await expect
    .poll(() => said(app))
    .toMatchObject([{}, { title: 'Summer time in tidelog', body: 'The answer is finished.' }])
  expect(JSON.stringify(await said(app))).not.toContain('secret')
})

test('a run that ends or fails is notified, one that the person stopped is not, nor any while the window is in front', async ({
  launch,
  fake,
}) => {
  fake.setScenario({ turns: asks })
  const carrel = await launch()
  const { app, page } = carrel
  await listen(carrel)
  await isInFront(carrel, true)
  await send(page, 'Boat jumble list', 'Hello')
  await answered(page)
  await isInFront(carrel, false)
  await send(page, 'Boat jumble list', 'Make it stop')
  await expect(page.getByText('It goes on')).toBeVisible()
  await page.keyboard.press('Escape')
  await answered(page)
  await send(page, 'Boat jumble list', 'Now fail')
  await answered(page)
  await expect.poll(() => said(app)).toMatchObject([{ title: 'Boat jumble list', body: 'The answer failed.' }])
  await send(page, 'Boat jumble list', 'Hello again')
  await answered(page)
  // A newer word about a session takes the place of the older one.
  await expect.poll(() => said(app)).toMatchObject([{ isClosed: true }, { body: 'The answer is finished.' }])
  await app.evaluate(({ app: electron, BrowserWindow }) =>
    electron.emit('browser-window-focus', {}, BrowserWindow.getAllWindows()[0]),
  )
  await expect.poll(() => said(app)).toMatchObject([{ isClosed: true }, { isClosed: true }])
})

test('turned off in Settings nothing is said, and the count on the icon stays', async ({ launch, fake }) => {
  fake.setScenario({ turns: asks })
  const carrel = await launch()
  const { app, page } = carrel
  await listen(carrel)
  await isInFront(carrel, false)
  await sealHolds(page)
  await goTo(page, 'Settings')
  await page.getByRole('main').getByText('Say nothing', { exact: true }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  await send(page, 'Summer time in tidelog', 'Take a look')
  fake.release('look')
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await expect.poll(() => badges(app)).toEqual([1])
  await page.keyboard.press('Control+d')
  await answered(page)
  expect(await badges(app)).toEqual([1, 0])
  expect(await said(app)).toEqual([])
})

test('what waits elsewhere is reached by keyboard, from any page, in the order one sees', async ({ launch, fake }) => {
  fake.setScenario({ turns: asks })
  const carrel = await launch()
  const { page } = carrel
  await sealHolds(page)
  await resize(carrel, 800, 600)
  await page.getByRole('button', { name: 'Show sessions' }).click()
  await send(page, 'Summer time in tidelog', 'Take a look')
  await goTo(page, 'Ledger')
  fake.release('look')
  const mark = page.getByRole('button', { name: '1 waits for you' })
  await expect(mark).toBeVisible()
  await expect(assertively(page)).toContainText('asks to run a command')
  await picture(page, 'waiting-in-the-ledger')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Show sessions' }).focus()
  await page.keyboard.press('Tab')
  await expect(mark).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Allow once/ })).toBeFocused()
  await expect(mark).toHaveCount(0)
  await page.keyboard.press('Control+d')
  await answered(page)
})
