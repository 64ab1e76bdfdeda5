import type { Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { accessibilityFaults, answered, ask, expect, parts, recordsIn, resize, test } from './carrel.ts'
import { look, lookOnce } from './looking.ts'

const long = Array.from({ length: 40 }, (_, index) => `Paragraph ${index + 1} says a little more of the sea.`).join(
  '\n\n',
)

const byModel: Scenario = {
  turns: [
    {
      match: { model: 'qwen3:0.6b', contains: 'slow' },
      steps: [{ content: 'It begins with blue' }, { delayMs: 600_000 }, { done: 'stop' }],
    },
    {
      match: { model: 'qwen3:0.6b' },
      steps: [{ thinking: 'A fish?' }, { content: `Qwen says **cod**.\n\n${long}` }, { done: 'stop' }],
    },
    { match: { model: 'smollm2:135m' }, steps: [{ content: 'Smol says eel.' }, { done: 'stop' }] },
    { steps: [{ content: 'Gemma says trout.' }, { done: 'stop' }] },
  ],
}

function compared(page: Page) {
  const view = page.getByRole('dialog', { name: 'Two versions of one answer' })
  return {
    view,
    first: view.getByRole('region', { name: /^First version/ }),
    second: view.getByRole('region', { name: /^Second version/ }),
  }
}

async function answerWith(page: Page, model: string): Promise<void> {
  const other = page.getByRole('button', { name: 'Answer with another model…' }).last()
  await other.focus()
  await other.press('Enter')
  const menu = page.getByRole('menu', { name: 'Answer with another model…' })
  await expect(menu).toBeVisible()
  const item = menu.getByRole('menuitem', { name: model })
  await item.focus()
  await item.press('Enter')
}

test('another model answers beside the first: both are looked at, any two of three, and one is kept', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(byModel)
  const carrel = await launch()
  const { page } = carrel
  await ask(page, 'Name a fish')
  await answered(page)
  const { view, first, second } = compared(page)

  await answerWith(page, 'qwen3:0.6b')
  await expect(first.getByText('Gemma says trout.')).toBeVisible()
  await expect(second.getByText('cod', { exact: true })).toBeVisible()
  await expect(second).toHaveAttribute('aria-busy', 'false')
  await expect(view.getByRole('heading', { name: 'First version: gemma4:e4b' })).toBeVisible()
  await expect(view.getByRole('heading', { name: 'Second version: qwen3:0.6b' })).toBeVisible()
  await expect(view.getByText(/\d tokens/).first()).toBeVisible()
  // The thinking is folded.
  await expect(second.getByText('A fish?')).toHaveCount(0)
  await page.emulateMedia({ colorScheme: 'light' })
  await look(carrel, 'compare-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await look(carrel, 'compare-dark')
  await resize(carrel, 520, 800)
  await lookOnce(page, 'compare-narrow')
  await resize(carrel, 1280, 800)

  await page.keyboard.press('Escape')
  await expect(view).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Compare with another version' })).toBeFocused()

  await answerWith(page, 'smollm2:135m')
  await expect(second.getByText('Smol says eel.')).toBeVisible()
  await expect(second).toHaveAttribute('aria-busy', 'false')
  await view.getByRole('button', { name: 'Version before this one' }).first().click()
  await expect(first.getByText('Gemma says trout.')).toBeVisible()
  await expect(view.getByText('1 of 3')).toBeVisible()
  const leaves = (await recordsIn(home)).filter(({ type }) => type === 'leaf').length
  expect(leaves).toBe(0)
  await view.getByRole('button', { name: 'Keep this one' }).first().click()
  await expect(view).toHaveCount(0)
  await expect(parts(page).transcript.getByText('Gemma says trout.')).toBeVisible()
  await expect.poll(async () => (await recordsIn(home)).filter(({ type }) => type === 'leaf').length).toBe(1)
})

test('a version is seen while it is written, beside the other, and can be stopped there', async ({ launch, fake }) => {
  fake.setScenario(byModel)
  const { page } = await launch()
  await ask(page, 'Name a slow fish')
  await answered(page)
  const { view, first, second } = compared(page)
  await answerWith(page, 'qwen3:0.6b')
  await expect(first.getByText('Gemma says trout.')).toBeVisible()
  await expect(second.getByText('It begins with blue')).toBeVisible()
  await expect(second).toHaveAttribute('aria-busy', 'true')
  await expect(view.getByRole('button', { name: 'Keep this one' })).toHaveAttribute('aria-disabled', 'true')
  expect(await accessibilityFaults(page)).toEqual([])
  await view.getByRole('button', { name: 'Stop' }).click()
  await expect(second).toHaveAttribute('aria-busy', 'false')
  await expect(second.getByText('It begins with blue')).toBeVisible()
  await view.getByRole('button', { name: 'Keep this one' }).last().click()
  await expect(view).toHaveCount(0)
  await expect(parts(page).transcript.getByText('It begins with blue')).toBeVisible()
})
