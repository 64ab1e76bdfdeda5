// How the model of a session answers, in the panel: thinking, sampling, own words and templates; and the test of the model.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { answerWords as words } from '../../shared/messages/answers.ts'
import { messages } from '../../shared/messages/messages.ts'
import { selfTestWords as testWords } from '../../shared/messages/self-test.ts'
import { gemma, smol } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { callAsPage } from './as-page.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, resize, test } from './carrel.ts'

const done = { done: 'stop' as const }
const call = '<tool_call>{"name": "look_up", "arguments": {"word": "carrel"}}</tool_call>'
const says = { steps: [{ content: 'Yes.' }, done] }
const turns = [
  {
    match: { contains: 'Count from' },
    steps: [{ content: 'one two three four five', chunk: 'token' as const, delayMs: 60 }, done],
  },
  { match: { contains: 'Which number' }, steps: [{ gate: 'picture' }, { content: 'A cat, I think.' }, done] },
  {
    match: { contains: 'Look up', hasTools: true },
    steps: [{ tool_calls: [{ name: 'look_up', arguments: { word: 'carrel' } }] }, done],
  },
  { match: { contains: 'Look up' }, steps: [{ content: call }, done] },
  says,
]

async function seed(home: string, model: string) {
  await mkdir(join(home, 'sessions'), { recursive: true })
  const lines = [
    { ...header, id: 'talk' },
    message('q', null, { content: 'About the tide' }),
    message('a', 'q', { role: 'assistant', content: 'Twice a day.', stop: 'stop', model }),
  ]
  await writeFile(join(home, 'sessions', 'talk.jsonl'), toBytes(...lines))
}

const panel = (page: Page) =>
  page.getByRole('complementary', { name: 'This session' }).or(page.getByRole('dialog', { name: 'This session' }))
const section = (page: Page) => panel(page).getByRole('region', { name: words.heading })

async function openPanel(page: Page) {
  await parts(page).sessions.getByText('About the tide').click()
  await page.getByRole('button', { name: 'Session panel' }).click()
  await expect(section(page)).toBeVisible()
}

test('what is chosen is what is sent, and what it costs is said', async ({ launch, home, fake }) => {
  fake.setScenario({ turns })
  await seed(home, gemma.name)
  const { page } = await launch()
  await openPanel(page)
  const place = section(page)
  // What the model's own definition says stands where nothing was chosen.
  await expect(place.getByLabel(words.temperature)).toHaveAttribute('placeholder', words.modelsOwn(1))
  await expect(place.getByText(words.thinkingUsual('Off'))).toBeVisible()

  await place.getByText(words.levels.on, { exact: true }).click()
  await expect(place.getByRole('radio', { name: words.levels.on, exact: true })).toBeChecked()
  await place.getByLabel(words.temperature).fill('3')
  await place.getByLabel(words.temperature).press('Enter')
  await expect(place.getByRole('alert')).toHaveText(words.refused(0, 2, false))
  await place.getByLabel(words.temperature).fill('0,3')
  await place.getByLabel(words.temperature).press('Enter')
  await expect(place.getByLabel(words.temperature)).toHaveValue('0.3')
  await place.getByLabel(words.seed).fill('7')
  await place.getByLabel(words.seed).press('Tab')
  await place.getByRole('button', { name: words.insert('Brief') }).click()
  await place.getByLabel(words.ownPrompt).pressSequentially(' In English.')
  await place.getByRole('button', { name: words.use }).click()
  await expect(place.getByRole('button', { name: words.use })).toHaveCount(0)
  await picture(page, 'answers')
  expect(await accessibilityFaults(page)).toEqual([])

  await ask(page, 'Again?')
  await answered(page)
  const { think, options, messages: sent } = Object(fake.chatRequests().at(-1)?.body)
  expect([think, options.temperature, options.seed, 'top_p' in options]).toEqual([true, 0.3, 7, false])
  expect(sent[0].content).toContain(`${words.builtIn[0].text} In English.`)
  await expect(page.getByText(messages.notices.readsAnew)).toBeVisible()
})

test('own templates are kept, inserted as copies, and removed', async ({ launch, home, fake }) => {
  fake.setScenario({ turns })
  await seed(home, gemma.name)
  const { page } = await launch()
  await openPanel(page)
  const place = section(page)
  await place.getByLabel(words.ownPrompt).fill('Speak as a sailor.')
  await place.getByRole('button', { name: words.keep }).click()
  await place.getByLabel(words.keepName).fill('Sailor')
  await place.getByLabel(words.keepName).press('Enter')
  await expect(place.getByRole('button', { name: words.insert('Sailor') })).toBeVisible()
  await place.getByRole('button', { name: words.undo }).click()
  await expect(place.getByLabel(words.ownPrompt)).toHaveValue('')
  await place.getByRole('button', { name: words.insert('Sailor') }).click()
  await expect(place.getByLabel(words.ownPrompt)).toHaveValue('Speak as a sailor.')
  await place.getByRole('button', { name: words.use }).click()
  await place.getByRole('button', { name: words.remove('Sailor') }).click()
  await expect(place.getByRole('button', { name: words.insert('Sailor') })).toHaveCount(0)
  await expect(place.getByLabel(words.ownPrompt)).toHaveValue('Speak as a sailor.')
  expect((await callAsPage(page, 'app.state', {})) as object).toMatchObject({
    ok: true,
    value: { settings: { promptTemplates: [] } },
  })
})

test('a session that has not begun begins with what was chosen; a model that does not think says so', async ({
  launch,
  fake,
}) => {
  fake.setScenario({ turns })
  const { page } = await launch()
  await page.getByRole('button', { name: 'Session panel' }).click()
  await callAsPage(page, 'settings.update', { model: smol.name })
  await expect(section(page).getByText(words.thinkingNone(smol.name))).toBeVisible()
  await section(page).getByLabel(words.topP).fill('0.5')
  await section(page).getByLabel(words.topP).press('Enter')
  await ask(page, 'Is it?')
  await answered(page)
  expect(Object(fake.chatRequests().at(-1)?.body)).toMatchObject({ model: smol.name, options: { top_p: 0.5 } })
  await expect(section(page).getByLabel(words.topP)).toHaveValue('0.5')
})

test('a model is tested, can be stopped, and every part opens to its reason', async ({ launch, home, fake }) => {
  fake.setScenario({ turns })
  await seed(home, gemma.name)
  const carrel = await launch()
  const { page } = carrel
  await resize(carrel, 1280, 800)
  await openPanel(page)
  const place = section(page)
  await expect(place.getByText(testWords.untested)).toBeVisible()
  await place.getByRole('button', { name: testWords.test }).click()
  await fake.waitForGate('picture')
  await expect(place.getByText(testWords.busyPhases.asking)).toBeVisible()
  await picture(page, 'self-test-running')
  await place.getByRole('button', { name: testWords.stop }).click()
  await expect(place.getByText(testWords.untested)).toBeVisible()
  await fake.waitForAbort()

  await place.getByRole('button', { name: testWords.test }).click()
  await fake.waitForGate('picture')
  fake.release('picture')
  await expect(place.getByRole('button', { name: testWords.again })).toBeVisible()
  const rows = place.getByRole('list', { name: testWords.badges(gemma.name) }).getByRole('listitem')
  await expect(rows).toHaveCount(6)
  await place.getByText(testWords.parts.vision).click()
  await expect(place.getByText(testWords.sawOther('A cat, I think.'))).toBeVisible()
  await picture(page, 'self-test')
  expect(await accessibilityFaults(page)).toEqual([])
  await callAsPage(page, 'settings.update', { theme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await picture(page, 'self-test-dark')
  expect(await accessibilityFaults(page)).toEqual([])
  await resize(carrel, 700, 600)
  await picture(page, 'self-test-small')
})
