// A title by the model, from the menu of a session: it is said that it is asked for, and what came of it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { header, message, toBytes } from '../support/session-lines.ts'
import { expect, parts, test } from './carrel.ts'

test('the model calls it something; what the person calls it stays', async ({ launch, home, fake }) => {
  await mkdir(join(home, 'sessions'))
  const question = message('q', null, { content: 'When is low water?' })
  const answer = message('a', 'q', { role: 'assistant', content: 'At six.', stop: 'stop', model: 'gemma4:e4b' })
  await writeFile(join(home, 'sessions', 'tide.jsonl'), toBytes({ ...header, id: 'tide' }, question, answer))
  fake.setScenario({
    turns: [
      {
        match: { nth: 1 },
        steps: [{ gate: 'title' }, { content: '“Low water today”', chunk: 'whole' }, { done: 'stop' }],
      },
    ],
  })
  const { page } = await launch()
  const row = parts(page).sessions.locator('[data-session="tide"]')
  const suggest = async () => {
    await row.click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Suggest a title' }).click()
  }
  await suggest()
  await expect(page.getByText('The model reads “When is low water?” for a title.')).toBeVisible()
  fake.release('title')
  await expect(page.getByText('The model calls it “Low water today”.')).toBeVisible()
  await expect(row).toContainText('Low water today')

  await row.click()
  await page.keyboard.press('F2')
  await page.keyboard.type('Mine')
  await page.keyboard.press('Enter')
  await expect(row).toContainText('Mine')
  await suggest()
  await expect(page.getByText('You have named this session yourself, and that name stays.')).toBeVisible()
})
