// The activity page: what is at work, restarted and stopped from the window, and what is said of it.
import { steps } from '../support/fake-ollama.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, recordsIn, resize, test } from './carrel.ts'

test('a session at work is seen, restarted and stopped; what had arrived is kept', async ({ launch, fake, home }) => {
  fake.setScenario(steps({ content: 'This much is here' }, { gate: 'never' }, { done: 'stop' }))
  const carrel = await launch()
  const { page } = carrel
  await page.getByRole('button', { name: 'Activity' }).click()
  await expect(page.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible()
  // The server is looked at from the start, so its actor is always there.
  const hostRow = page.getByRole('listitem').filter({ hasText: `Ollama at ${fake.url}` })
  const sessionRow = page.getByRole('listitem').filter({ hasText: 'Session: A long story' })
  await expect(hostRow.first()).toBeVisible()
  await expect(sessionRow).toHaveCount(0)
  await expect(page.getByText('Nothing out of the ordinary')).toBeVisible()
  await picture(page, 'activity-empty')

  await page.keyboard.press('Control+n')
  await ask(page, 'A long story')
  await expect(page.getByText('This much is here')).toBeVisible()
  await page.getByRole('button', { name: 'Activity' }).click()
  await expect(sessionRow.getByText('answering, nothing waits')).toBeVisible()
  await expect(hostRow.getByText('answering, nothing waits')).toBeVisible()
  for (const [width, name] of [
    [1280, 'activity'],
    [800, 'activity-small'],
  ] as const) {
    await resize(carrel, width, 700)
    await picture(page, name)
    expect(await accessibilityFaults(page)).toEqual([])
  }
  await resize(carrel, 1280, 800)

  await page.getByRole('button', { name: 'Restart Session: A long story' }).click()
  await expect(page.getByText(/was started anew/)).toBeVisible()
  await expect(sessionRow.getByText(/restarted once/)).toBeVisible()
  expect((await recordsIn(home)).at(-1)).toMatchObject({ content: 'This much is here', stop: 'interrupted' })
  await fake.waitForAbort()
  await picture(page, 'activity-restarted')
  expect(await accessibilityFaults(page)).toEqual([])

  await page.getByRole('button', { name: 'Stop Session: A long story' }).click()
  await expect(page.getByRole('button', { name: 'Stop Session: A long story' })).toHaveCount(0)
  await parts(page)
    .sessions.getByRole('button', { name: /A long story/ })
    .first()
    .click()
  await expect(page.getByText(/Carrel ended while this answer was being written/)).toBeVisible()
  fake.setScenario(steps({ content: 'And the rest' }, { done: 'stop' }))
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByText('And the rest')).toBeVisible()
  await answered(page)
})
