// The first pages in the real window: Ollama, a model, a folder, and from there to the first answer.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { createManualClock, gemma, qwen, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { accessibilityFaults, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'
import { askedSoFar, personChooses, personPresses } from './native-answers.ts'

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** An address at which nobody listens, and a server that can be started there. */
async function nobodyThere() {
  const probe = await startFakeOllama()
  const { port } = new URL(probe.url)
  await probe.stop()
  return { url: probe.url, port: Number(port) }
}

/** Large and small: a picture, axe, and nothing wider than the window. */
async function look(carrel: Carrel, name: string) {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await picture(carrel.page, `${name}${size}`)
    expect(await accessibilityFaults(carrel.page), name).toEqual([])
    expect(await carrel.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
  await resize(carrel, 1280, 800)
}

test('with a running server and a model the first answer is three clicks away', async ({ launch, fake }) => {
  fake.setScenario(steps({ content: 'Good to see you.' }, { done: 'stop' }))
  const { page } = await launch({ isNew: true })
  await page.evaluate(() => {
    document.addEventListener(
      'click',
      () => (document.body.dataset['clicks'] = String(Number(document.body.dataset['clicks'] ?? 0) + 1)),
      true,
    )
  })
  await expect(heading(page, 'Where shall it work?')).toBeVisible()
  await page.getByRole('button', { name: 'Go on without a folder' }).click()
  // One writes at once: the field has the focus.
  await expect(parts(page).message).toBeFocused()
  await page.keyboard.type('Hello')
  await parts(page).send.click()
  await expect(page.getByText('Good to see you.')).toBeVisible()
  expect(Number(await page.evaluate(() => document.body.dataset['clicks']))).toBeLessThanOrEqual(3)
})

test('who has said where to work is not asked again', async ({ launch }) => {
  const first = await launch({ isNew: true })
  await first.page.getByRole('button', { name: 'Go on without a folder' }).click()
  await expect(parts(first.page).message).toBeVisible()
  await first.quit()
  const { page } = await launch({ isNew: true })
  await expect(parts(page).message).toBeFocused()
  await expect(heading(page, 'Where shall it work?')).toHaveCount(0)
})

test('who has sessions from before is asked nothing', async ({ launch, home }) => {
  await mkdir(join(home, 'sessions'))
  await writeFile(
    join(home, 'sessions', `${header.id}.jsonl`),
    toBytes(header, message('q', null, { content: 'From before' })),
  )
  const { page } = await launch({ isNew: true })
  await expect(parts(page).sessions.getByText('From before')).toBeVisible()
  await expect(parts(page).message).toBeVisible()
  await expect(page.locator('.first')).toHaveCount(0)
})

test('the first session works in the folder that was chosen; one that may be none is said', async ({
  launch,
  home,
}) => {
  const carrel = await launch({ isNew: true })
  const { page } = carrel
  await personChooses(carrel.app, home)
  await page.getByRole('button', { name: 'Choose a folder' }).click()
  await expect(page.getByRole('alert')).toContainText(/Carrel/)
  await picture(page, 'first-folder-refused')
  expect(await accessibilityFaults(page)).toEqual([])
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'carrel-chosen-')))
  try {
    await personChooses(carrel.app, folder)
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    await expect(parts(page).message).toBeFocused()
    await expect(page.getByRole('button', { name: /Folder/ }).filter({ hasText: 'carrel-chosen-' })).toBeVisible()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

for (const theme of ['light', 'dark']) {
  test(`Ollama comes up while the window waits, and a model while it is got, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const { url, port } = await nobodyThere()
    const carrel = await launch({ isNew: true, host: url })
    const { page } = carrel
    await expect(heading(page, 'Ollama is not running')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Look again' })).toBeFocused()
    await expect(page.getByRole('listitem').filter({ hasText: 'Ollama' })).toHaveAttribute('aria-current', 'step')
    await look(carrel, `first-ollama-${theme}`)

    const clock = createManualClock()
    const fake = await startFakeOllama({
      port,
      models: [],
      clock,
      pull: { registry: [gemma, qwen], steps: 10, stepMs: 100 },
    })
    try {
      await expect(heading(page, 'No model is installed')).toBeVisible()
      const get = page.getByRole('button', { name: /^Get it: / }).first()
      await expect(get).toBeFocused()
      await look(carrel, `first-model-${theme}`)

      await page.getByRole('textbox', { name: 'Another one by name' }).fill('gemma4:e4b')
      await page.getByRole('button', { name: 'Get it', exact: true }).last().click()
      await expect(heading(page, 'Getting gemma4:e4b')).toBeVisible()
      // Four of the ten lines of its largest part; the window hears of them a few times a second.
      for (let line = 0; line < 4; line += 1) {
        await clock.whenPausing()
        clock.advance(100)
      }
      const come = async () => Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'))
      await expect.poll(come).toBeGreaterThanOrEqual(20)
      await expect(page.getByText(/ of 9\.6\sGB/).first()).toBeVisible()
      await look(carrel, `first-pull-${theme}`)

      await page.getByRole('button', { name: 'Pause' }).click()
      await expect(heading(page, 'gemma4:e4b is paused')).toBeVisible()
      await look(carrel, `first-paused-${theme}`)
      await page.getByRole('button', { name: 'Go on', exact: true }).click()
      await expect(heading(page, 'Getting gemma4:e4b')).toBeVisible()
      // Another one is looked at, and the way back is there.
      await page.getByRole('button', { name: 'Choose another model' }).click()
      await expect(heading(page, 'No model is installed')).toBeVisible()
      await page.getByRole('button', { name: 'Back to gemma4:e4b' }).click()
      await expect(heading(page, 'Getting gemma4:e4b')).toBeVisible()

      const isThere = heading(page, 'Where shall it work?')
      while (!(await isThere.isVisible())) {
        await Promise.race([clock.whenPausing(), isThere.waitFor()])
        clock.advance(100)
      }
      await look(carrel, `first-folder-${theme}`)
      await page.getByRole('button', { name: 'Go on without a folder' }).click()
      await expect(parts(page).message).toBeFocused()
    } finally {
      await fake.stop()
    }
  })
}

test('the tour while a model comes: it goes on meanwhile, and what is left of the first pages comes after', async ({
  launch,
}) => {
  const clock = createManualClock()
  const fake = await startFakeOllama({ models: [], clock, pull: { registry: [qwen], steps: 4, stepMs: 100 } })
  try {
    const { page } = await launch({ isNew: true, host: fake.url })
    const name = page.getByRole('textbox', { name: 'Another one by name' })
    await name.fill('qwen3:0.6b')
    await name.press('Enter')
    await expect(heading(page, 'Getting qwen3:0.6b')).toBeVisible()
    await page.getByRole('button', { name: 'Take the tour meanwhile' }).click()
    const guide = page.getByRole('region', { name: 'Tour' })
    await expect(guide.getByRole('heading', { name: 'Read and sum up' })).toBeVisible()
    const isThere = page.getByRole('navigation', { name: /Sessions/ }).getByText('qwen3:0.6b')
    while (!(await isThere.isVisible())) {
      await Promise.race([clock.whenPausing(), isThere.waitFor()])
      clock.advance(100)
    }
    await guide.getByRole('button', { name: 'End the tour' }).click()
    await expect(heading(page, 'Where shall it work?')).toBeVisible()
    await expect(parts(page).sessions.getByText('Tour, told by a script')).toBeVisible()
  } finally {
    await fake.stop()
  }
})

test('a model that cannot be got is said, and another one is', async ({ launch, fake }) => {
  fake.setModels([])
  const { page } = await launch({ isNew: true })
  const name = page.getByRole('textbox', { name: 'Another one by name' })
  await name.fill('no-such-model:7b')
  await name.press('Enter')
  await expect(heading(page, 'no-such-model:7b could not be got')).toBeVisible()
  await expect(page.getByText(/There is no model named no-such-model:7b/)).toBeVisible()
  await picture(page, 'first-pull-failed')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(heading(page, 'No model is installed')).toBeVisible()
})

test('a server too old for gemma4 is said, and another model suggested', async ({ launch }) => {
  const old = await startFakeOllama({ models: [], version: '0.19.4' })
  const { page } = await launch({ isNew: true, host: old.url })
  await expect(page.getByText(/version 0\.19\.4, and gemma4 needs 0\.20\.0/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Get it: gemma4:e4b' })).toHaveCount(0)
  await picture(page, 'first-old-server')
  expect(await accessibilityFaults(page)).toEqual([])
  await old.stop()
})

test('another address is taken there and then, and the page of Ollama is opened only after a native question', async ({
  launch,
  fake,
}) => {
  const { url } = await nobodyThere()
  const carrel = await launch({ isNew: true, host: null, environment: { OLLAMA_HOST: url } })
  const { page, app } = carrel
  await expect(heading(page, 'Ollama is not running')).toBeVisible()
  await personPresses(app, 'Cancel')
  await page.getByRole('button', { name: 'ollama.com/download' }).click()
  await expect
    .poll(async () => (await askedSoFar(app)).map(({ detail }) => detail).join())
    .toContain('https://ollama.com/download')

  await page.getByRole('button', { name: 'Use another address' }).click()
  const field = page.getByRole('textbox', { name: 'Address of Ollama' })
  await expect(field).toBeFocused()
  await field.fill('ftp://nowhere')
  await field.press('Enter')
  await expect(heading(page, 'This is no address of a server')).toBeVisible()
  await look(carrel, 'first-address')
  await field.fill(fake.url)
  await field.press('Enter')
  await expect(heading(page, 'Where shall it work?')).toBeVisible()
})

test('an old user without a server keeps their sessions, and sees two steps', async ({ launch, home }) => {
  await mkdir(join(home, 'sessions'))
  await writeFile(
    join(home, 'sessions', `${header.id}.jsonl`),
    toBytes(header, message('q', null, { content: 'From before' })),
  )
  const { url } = await nobodyThere()
  const carrel = await launch({ host: url })
  const { page } = carrel
  await expect(heading(page, 'Ollama is not running')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Two steps before the first question' })).toBeVisible()
  await look(carrel, 'first-old-user')
  await parts(page).sessions.getByText('From before').click()
  await expect(parts(page).transcript.getByText('From before', { exact: true })).toBeVisible()
})
