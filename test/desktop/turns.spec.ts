// One answer at a time with each model, in the window: who waits sees for whom and can leave; a model host may end any time.
import { startFakeOllama, steps } from '../support/fake-ollama.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, recordsIn, test } from './carrel.ts'

test('a second session waits for the model, says for whom, can be stopped there, and has its turn', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario({
    turns: [
      { match: { contains: 'garden' }, steps: [{ content: 'A long story' }, { gate: 'end' }, { done: 'stop' }] },
      { steps: [{ content: 'Your turn' }, { done: 'stop' }] },
    ],
  })
  const { page } = await launch()
  await ask(page, 'Tell me of the garden')
  await expect(page.getByText('A long story')).toBeVisible()
  await page.keyboard.press('Control+n')
  await ask(page, 'A short one')
  const waiting = page.getByText('gemma4:e4b is answering in “Tell me of the garden” first')
  await expect(waiting).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await picture(page, `state-queued-${colorScheme}`)
    expect(await accessibilityFaults(page)).toEqual([])
  }
  // It has not asked anything of the server.
  expect(fake.chatRequests()).toHaveLength(1)
  await parts(page).stop.click()
  await answered(page)
  await expect(page.getByText('Stopped before the first word.')).toBeVisible()

  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(waiting).toBeVisible()
  fake.release('end')
  await expect(parts(page).transcript.getByText('Your turn')).toBeVisible()
  await answered(page)
  expect(fake.chatRequests()).toHaveLength(2)
  expect((await recordsIn(home)).filter(({ role }) => role === 'assistant').map(({ stop }) => stop)).toEqual(
    expect.arrayContaining(['stop', 'cancelled', 'stop']),
  )
})

test('a server that cannot answer just now is asked again, and that is said', async ({ launch, fake }) => {
  fake.setScenario(steps({ content: 'At last' }, { done: 'stop' }))
  const { page } = await launch()
  fake.setFault('/api/chat', 'queue503', 3)
  await ask(page, 'Are you there?')
  await expect(parts(page).transcript.getByText(/Ollama could not answer just now/)).toBeVisible()
  await expect(page.getByText('At last')).toBeVisible()
  await answered(page)
  await expect(page.locator('.turning')).toHaveCount(0)
})

test('the model host is ended in the middle of an answer: one sentence, the rest goes on, Retry is answered', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'So far so good' }, { gate: 'never' }, { done: 'stop' }))
  const { page } = await launch()
  await ask(page, 'Go on')
  await expect(page.getByText('So far so good')).toBeVisible()
  for (const how of ['Restart', 'Stop'] as const) {
    await page.getByRole('button', { name: 'Activity' }).click()
    await page.getByRole('button', { name: `${how} Ollama at ${fake.url}` }).click()
    await fake.waitForAbort()
    await expect
      .poll(async () => (await recordsIn(home)).at(-1))
      .toMatchObject({ stop: 'error', content: 'So far so good' })
    if (how === 'Restart') await expect(page.getByText(`Ollama at ${fake.url} was started anew (1)`)).toBeVisible()
    await parts(page).sessions.getByRole('button', { name: /Go on/ }).first().click()
    await answered(page)
    await expect(parts(page).transcript.getByText(/was begun anew while this answer was under way/)).toHaveCount(1)
    await expect(page.locator('.turning')).toHaveCount(0)
    if (how === 'Restart') {
      await picture(page, 'state-host-restarted')
      await page.getByRole('button', { name: 'Retry' }).click()
      await expect(parts(page).stop).toBeVisible()
      await expect(page.getByText('So far so good')).toBeVisible()
    }
  }
  fake.setScenario(steps({ content: 'Well again' }, { done: 'stop' }))
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByText('Well again')).toBeVisible()
  await answered(page)
})

test('a session that waits is ended: the one whose turn it is goes on to its end', async ({ launch, fake }) => {
  fake.setScenario(
    steps({ content: 'The first goes on' }, { gate: 'end' }, { content: ' to its end' }, { done: 'stop' }),
    'gemma4:e4b',
  )
  const { page } = await launch()
  await ask(page, 'The first')
  await expect(page.getByText('The first goes on')).toBeVisible()
  await page.keyboard.press('Control+n')
  await ask(page, 'The second')
  await page.getByRole('button', { name: 'Activity' }).click()
  await page.getByRole('button', { name: 'Stop Session: The second' }).click()
  await expect(page.getByRole('button', { name: 'Stop Session: The second' })).toHaveCount(0)
  await parts(page)
    .sessions.getByRole('button', { name: /The first/ })
    .first()
    .click()
  fake.release('end')
  await expect(page.getByText('The first goes on to its end')).toBeVisible()
  await answered(page)
})

test('the server starts again between two questions: the second is answered all the same', async ({ launch }) => {
  const first = await startFakeOllama({ scenario: steps({ content: 'Before' }, { done: 'stop' }) })
  const { port } = new URL(first.url)
  const { page } = await launch({ host: first.url })
  await ask(page, 'One')
  await expect(page.getByText('Before')).toBeVisible()
  await answered(page)
  await first.stop()
  await ask(page, 'Two')
  await expect(parts(page).transcript.getByText(/Ollama could not answer just now/)).toBeVisible()
  const second = await startFakeOllama({ port: Number(port), scenario: steps({ content: 'After' }, { done: 'stop' }) })
  await expect(page.getByText('After')).toBeVisible({ timeout: 10_000 })
  await answered(page)
  await second.stop()
})
