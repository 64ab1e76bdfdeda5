// The window's own process is killed: the run goes on in the main process, the window opens again and says so, nothing is lost.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type ElectronApplication, type Page } from 'playwright/test'
import { steps } from '../support/fake-ollama.ts'
import { answered, ask, expect, parts, picture, recordsIn, test } from './carrel.ts'

const sentence = /The window had stopped and was opened again; nothing .* is lost\./

test('killed while an answer streams: the answer goes on, and the next window shows all of it', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(
    steps(
      { content: 'Begun in the first window, ' },
      { gate: 'killed' },
      { content: 'written while there was none, ' },
      { gate: 'seen' },
      { content: 'ended in the second.' },
      { done: 'stop' },
    ),
  )
  const { app, page: first } = await launch()
  await ask(first, 'Write on, whatever happens')
  await expect(first.getByText('Begun in the first window,')).toBeVisible()
  await parts(first).message.fill('The next question')
  await expect.poll(() => readFile(join(home, 'drafts.json'), 'utf8').catch(() => '')).toContain('The next question')

  await killWindow(app, () => fake.release('killed'))
  const { page, leave } = await openedAgain(home)
  const notice = page.getByRole('status').filter({ hasText: sentence })
  await expect(notice).toHaveCount(1)
  await expect(page.getByText('Begun in the first window, written while there was none,')).toBeVisible()
  await expect(parts(page).stop).toBeVisible()
  await expect(parts(page).message).toHaveValue('The next question')
  expect(fake.chatRequests()).toMatchObject([{ abortedByClient: false, closedMs: null }])
  await picture(page, 'state-window-reopened')

  fake.release('seen')
  await answered(page)
  const whole = 'Begun in the first window, written while there was none, ended in the second.'
  await expect(parts(page).transcript.locator('.answer')).toHaveText(whole)
  await expect(parts(page).transcript.locator('.ending')).toHaveCount(0)
  await expect(page.locator('.turning')).toHaveCount(0)
  expect((await recordsIn(home)).at(-1)).toMatchObject({ role: 'assistant', stop: 'stop', content: whole, error: null })
  expect(fake.chatRequests()).toMatchObject([{ abortedByClient: false }])

  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notice).toHaveCount(0)
  await parts(page).message.press('Enter')
  await answered(page)
  await expect(parts(page).transcript.getByRole('article')).toHaveCount(2)
  await leave()
})

test('killed twice: it is said once each time, the windows before are cut off, Stop reaches a run begun before', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'Still there' }, { gate: 'never' }))
  const { app, page: first } = await launch()
  await expect(parts(first).message).toBeVisible()
  await killWindow(app)
  const second = await openedAgain(home)
  await expect(second.page.getByText(sentence)).toHaveCount(1)
  await ask(second.page, 'Are you there?')
  await expect(second.page.getByText('Still there')).toBeVisible()
  await second.leave()

  await killWindow(app)
  const { page, leave } = await openedAgain(home)
  await expect(page.getByText(sentence)).toHaveCount(1)
  await expect(page.getByText('Still there')).toBeVisible()
  // The connections of the windows before are closed, with the calls that were under way in them: nobody hears double.
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(globalThis, { heard })
    window.carrelWire?.onPush(({ push }) => heard.push(push))
  })
  await page.keyboard.press('Escape')
  await answered(page)
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
  expect(heard.filter((push) => push === 'run.ended')).toHaveLength(1)
  await fake.waitForAbort()
  expect((await recordsIn(home)).at(-1)).toMatchObject({ stop: 'cancelled', content: 'Still there' })
  await leave()
})

/** Ends the window's process, and does `meanwhile` as soon as it is gone; returns when the page has been loaded again. */
async function killWindow(app: ElectronApplication, meanwhile: () => void = () => undefined): Promise<void> {
  const window = await app.evaluateHandle(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const gone = new Promise<void>((resolve) => contents?.once('render-process-gone', () => resolve()))
    const loaded = new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()))
    contents?.forcefullyCrashRenderer()
    return { gone, loaded }
  })
  await window.evaluate(({ gone }) => gone)
  meanwhile()
  await window.evaluate(({ loaded }) => loaded)
}

/** Playwright gives up a page whose process has ended, so the window is looked at through a connection of its own. */
async function openedAgain(home: string): Promise<{ page: Page; leave: Browser['close'] }> {
  const [port] = (await readFile(join(home, 'cache', 'chromium', 'DevToolsActivePort'), 'utf8')).split('\n')
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
  const page = browser.contexts()[0]?.pages()[0]
  if (page === undefined) throw new Error('There is no window.')
  return { page, leave: () => browser.close() }
}
