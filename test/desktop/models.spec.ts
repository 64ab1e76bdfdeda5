// The Models page: what is installed, what is on its way, and what a person does with either.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { modelsPage as words } from '../../shared/messages/models-window.ts'
import { pullWords } from '../../shared/messages/pulls.ts'
import { pickerWords, selfTestWords } from '../../shared/messages/self-test.ts'
import { type SelfTestPart, selfTestParts } from '../../shared/self-test.ts'
import { embedder, gemma, smol, startFakeOllama, usualModels } from '../support/fake-ollama.ts'
import { expect, test } from './carrel.ts'
import { goTo, look, lookOnce } from './looking.ts'
import { askedSoFar, personPresses } from './native-answers.ts'

const installed = (page: Page) => page.getByRole('list', { name: words.installed.list })
const row = (page: Page, name: string) =>
  installed(page)
    .locator('> li')
    .filter({ has: page.getByRole('heading', { name }) })
const pull = (page: Page, name: string) => page.locator('.pull').filter({ hasText: name })
const field = (page: Page) => page.getByLabel(words.get.label)
const act = (page: Page, label: string, name: string) =>
  page.getByRole('button', { name: words.pulls.named(label, name) })

async function ask(page: Page, name: string): Promise<void> {
  await field(page).fill(name)
  await field(page).press('Enter')
}

for (const theme of ['light', 'dark'] as const) {
  test(`what is installed, a running pull and one that failed, ${theme}`, async ({ home, launch }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const fake = await startFakeOllama({
      loaded: [gemma.name],
      pull: { registry: [embedder, ...usualModels], stepMs: 50 },
    })
    const carrel = await launch({ host: fake.url })
    const { page } = carrel
    await goTo(page, 'Models')
    await expect(row(page, gemma.name)).toContainText(words.installed.loaded(100, 4_096))
    await expect(row(page, gemma.name).getByText(words.installed.badges['vision'] ?? '')).toBeVisible()
    await expect(row(page, smol.name)).not.toContainText('In memory')
    await expect(page.getByText('Ollama 0.33.0 at')).toBeVisible()

    await ask(page, 'nobody:knows')
    await expect(pull(page, 'nobody:knows')).toContainText(pullWords.unknownModel('nobody:knows'))
    // Stands still in the middle, so that there is something to look at.
    fake.setFault('/api/pull', 'pullStall', 1)
    await ask(page, embedder.name)
    const bar = page.getByRole('progressbar', { name: words.pulls.progress(embedder.name) })
    await expect(bar).toHaveAttribute('aria-valuenow', /^5\d$/)
    await look(carrel, `models-${theme}`)
    await fake.stop()
  })

  test(`a pull that is tried again, and a model that is partly on the GPU, ${theme}`, async ({ home, launch }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const models = [{ ...gemma, vramBytes: gemma.bytes / 2 }, smol]
    const fake = await startFakeOllama({ models, loaded: [gemma.name], pull: { registry: [embedder], stepMs: 5 } })
    fake.setFault('/api/pull', { pullError: 'dial tcp: lookup registry.ollama.ai: no such host' })
    const carrel = await launch({ host: fake.url })
    const { page } = carrel
    await goTo(page, 'Models')
    await expect(row(page, gemma.name)).toContainText(words.installed.loaded(50, 4_096))
    await ask(page, embedder.name)
    await expect(pull(page, embedder.name)).toContainText(words.pulls.states.retrying)
    await expect(pull(page, embedder.name)).toContainText(pullWords.registryUnreachable)
    await look(carrel, `models-retrying-${theme}`)
    fake.setFault('/api/pull', null)
    await act(page, words.pulls.retryNow, embedder.name).click()
    await expect(row(page, embedder.name)).toBeVisible()
    await fake.stop()
  })
}

test('a pull is paused, gone on with and installed; another is cancelled', async ({ launch }) => {
  const fake = await startFakeOllama({ models: [smol], pull: { registry: [embedder, gemma], stepMs: 5 } })
  const { page } = await launch({ host: fake.url })
  await goTo(page, 'Models')
  fake.setFault('/api/pull', 'pullStall', 1)
  await ask(page, embedder.name)
  await act(page, words.pulls.pause, embedder.name).click()
  await expect(pull(page, embedder.name)).toContainText(words.pulls.states.paused)
  await fake.waitForRequest(({ path, abortedByClient }) => path === '/api/pull' && abortedByClient)
  await act(page, words.pulls.resume, embedder.name).click()
  await expect(pull(page, embedder.name)).toContainText(words.pulls.states.done)
  await expect(row(page, embedder.name)).toBeVisible()
  await act(page, words.pulls.cancel, embedder.name).click()
  await expect(pull(page, embedder.name)).toHaveCount(0)
  await expect(row(page, embedder.name)).toBeVisible()
  await fake.stop()
})

test('a pull that was under way goes on with the next start', async ({ launch }) => {
  const fake = await startFakeOllama({ models: [smol], pull: { registry: [embedder], stepMs: 5 } })
  const first = await launch({ host: fake.url })
  await goTo(first.page, 'Models')
  fake.setFault('/api/pull', 'pullStall', 1)
  await ask(first.page, embedder.name)
  await expect(first.page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^5\d$/)
  await first.quit()
  const { page } = await launch({ host: fake.url })
  await goTo(page, 'Models')
  await expect(row(page, embedder.name)).toBeVisible({ timeout: 20_000 })
  await fake.stop()
})

test('a model is used for new sessions, unloaded, and removed when its person says so', async ({ launch }) => {
  const fake = await startFakeOllama({ loaded: [gemma.name] })
  const { app, page } = await launch({ host: fake.url })
  await goTo(page, 'Models')
  await expect(row(page, gemma.name)).toContainText(words.installed.isUsed)
  await act(page, words.installed.use, smol.name).click()
  await expect(row(page, smol.name)).toContainText(words.installed.isUsed)
  await act(page, words.installed.unload, gemma.name).click()
  await expect(act(page, words.installed.unload, gemma.name)).toHaveCount(0)

  await personPresses(app, 'Cancel')
  await act(page, words.installed.remove, gemma.name).click()
  await expect.poll(() => askedSoFar(app)).toHaveLength(1)
  expect(await askedSoFar(app)).toMatchObject([{ message: 'Remove gemma4:e4b?', defaultId: 1, cancelId: 1 }])
  await expect(row(page, gemma.name)).toHaveAttribute('aria-busy', 'false')
  expect(fake.models().map(({ name }) => name)).toContain(gemma.name)
  await personPresses(app, 'Remove')
  await act(page, words.installed.remove, gemma.name).click()
  await expect(row(page, gemma.name)).toHaveCount(0)
  await fake.stop()
})

test('details, a search that finds nothing, none installed, and a server that is away', async ({ launch }) => {
  const fake = await startFakeOllama({ loaded: [gemma.name] })
  const carrel = await launch({ host: fake.url })
  const { page } = carrel
  await goTo(page, 'Models')
  await act(page, words.installed.details, gemma.name).click()
  await expect(row(page, gemma.name)).toContainText('Apache License 2.0')
  await look(carrel, 'models-details')
  await row(page, gemma.name).getByRole('button', { name: selfTestWords.test }).click()
  await expect(row(page, gemma.name).getByRole('list', { name: selfTestWords.badges(gemma.name) })).toBeVisible()
  await expect(row(page, gemma.name).getByRole('button', { name: selfTestWords.again })).toBeVisible()
  await look(carrel, 'models-tested')
  await page.getByLabel(words.installed.search).fill('llama')
  await expect(installed(page).locator('> li')).toHaveCount(1)
  await page.getByLabel(words.installed.search).fill('nothing like it')
  await expect(page.getByText(words.installed.nothingFound('nothing like it'))).toBeVisible()
  await page.getByRole('button', { name: words.installed.clear }).click()
  await fake.refuse()
  await expect(page.getByText(words.mayBeOld)).toBeVisible({ timeout: 30_000 })
  await expect(act(page, words.installed.remove, smol.name)).toHaveAttribute('aria-disabled', 'true')
  await look(carrel, 'models-away')
  fake.setModels([])
  await fake.accept()
  await page.getByRole('button', { name: words.look }).click()
  await expect(page.getByText(words.installed.none)).toBeVisible({ timeout: 20_000 })
  await look(carrel, 'models-none')
  await fake.stop()
})

test('among forty models, the picker says how each calls tools and why, also to the keyboard', async ({
  home,
  launch,
}) => {
  const many = Array.from({ length: 39 }, (_, index) => ({ ...smol, name: `kin${String(index).padStart(2, '0')}:1b` }))
  const long = { ...gemma, name: 'kin39-instruct-abliterated-q4_K_M:12b-it-qat' }
  const fake = await startFakeOllama({ models: [gemma, long, ...many], loaded: [gemma.name] })
  const tags = await (await fetch(`${fake.url}/api/tags`)).json()
  const digestOf = (name: string): string => tags.models.find((one: { name: string }) => one.name === name).digest
  const found = (works: readonly SelfTestPart[], failed: readonly SelfTestPart[] = []) => ({
    selfTest: {
      v: 1,
      testedAt: '2026-11-22T08:00:00.000Z',
      ms: 900,
      parts: selfTestParts.map((part) => ({
        part,
        outcome: works.includes(part) ? 'ok' : failed.includes(part) ? 'failed' : 'not-claimed',
        reason: `What ${part} came to.`,
        asked: '',
        came: '',
      })),
    },
  })
  const kept = {
    [digestOf(gemma.name)]: found(['nativeTools', 'promptedTools'], ['vision']),
    [digestOf('kin00:1b')]: found(['promptedTools'], ['nativeTools']),
    [digestOf('kin01:1b')]: found([], ['nativeTools', 'promptedTools']),
  }
  await writeFile(join(home, 'models.json'), JSON.stringify(kept))
  const carrel = await launch({ host: fake.url })
  const { page } = carrel
  await page.getByRole('button', { name: `Model: ${gemma.name}` }).press('ArrowDown')
  const item = (name: string) => page.getByRole('menuitemradio', { name: new RegExp(name) })
  await expect(item(gemma.name)).toContainText(pickerWords.tools.native)
  await expect(item('kin00')).toContainText(pickerWords.tools.prompted)
  await expect(item('kin01')).toContainText(pickerWords.tools.none)
  await expect(item('kin02')).toContainText(pickerWords.tools.untested)
  await expect(item('kin00')).toHaveAccessibleDescription(
    'Native tools: What nativeTools came to. Tools as text: What promptedTools came to.',
  )
  const why = page.locator('.model-why')
  await expect(why).toHaveText('Native tools: What nativeTools came to. Vision: What vision came to.')
  const name = item(gemma.name).locator('.cut')
  expect(await name.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true)
  await lookOnce(page, 'model-picker-top')
  await page.keyboard.press('End')
  await expect(item('kin38')).toBeFocused()
  await expect(item('kin38')).toBeInViewport({ ratio: 1 })
  await expect(why).toHaveText(pickerWords.untested)
  await expect(why).toBeInViewport()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await look(carrel, `model-picker-${theme}`)
  }
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: `Model: ${gemma.name}` })).toBeFocused()
  await fake.stop()
})
