// What was summarised for the model stays, and so does the summary; who wants none says so in Settings.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compactWords } from '../../shared/messages/compact.ts'
import { messages } from '../../shared/messages/messages.ts'
import { window as words } from '../../shared/messages/window.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { ask, expect, parts, test } from './carrel.ts'
import { goTo, look, lookOnce } from './looking.ts'

const summary = 'They speak of the tide.\n\nIt comes twice a day; the boats leave at six.'

test('a summary opens behind one line, and what it stands for is still there and still sent in its place', async ({
  launch,
  home,
  fake,
}) => {
  const lines = [
    header,
    message('q1', null, { content: 'When does the tide come?' }),
    message('a1', 'q1', { role: 'assistant', content: 'Twice a day.', stop: 'stop' }),
    message('q2', 'a1', { content: 'And the boats?' }),
    {
      type: 'compaction',
      id: 'k1',
      parentId: 'q2',
      ts: '2026-11-22T08:00:02.000Z',
      summary,
      firstKeptId: 'q2',
      tokensBefore: 7_600,
      tokensAfter: 1_900,
      messageCount: 2,
    },
    message('a2', 'k1', { role: 'assistant', content: 'They leave at six.', stop: 'stop' }),
  ]
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', `${header['id']}.jsonl`), toBytes(...lines))
  const carrel = await launch()
  const { page } = carrel
  await parts(page).sessions.getByText('When does the tide come?').click()
  const line = parts(page).transcript.getByRole('button', { name: words.summary(2) })
  await expect(line).toHaveAttribute('aria-expanded', 'false')
  await line.focus()
  await page.keyboard.press('Enter')
  await expect(parts(page).transcript.getByText('It comes twice a day; the boats leave at six.')).toBeVisible()
  await expect(parts(page).transcript.getByText('Twice a day.', { exact: true })).toBeVisible()
  await look(carrel, 'summary')
  await line.click()
  await expect(parts(page).transcript.getByText('They speak of the tide.')).toBeHidden()

  await ask(page, 'How long is that?')
  await expect.poll(() => fake.chatRequests().length).toBeGreaterThan(0)
  const sent = JSON.stringify(fake.chatRequests().at(-1)?.body)
  expect(sent).toContain('They speak of the tide.')
  expect(sent).not.toContain('When does the tide come?')
})

test('summaries are switched off in Settings', async ({ launch, home }) => {
  const { page } = await launch()
  await goTo(page, 'Settings')
  const group = page.getByRole('group', { name: words.settings.compaction })
  const { automatic, off } = words.settings.compactionChoices
  await expect(group.getByRole('radio', { name: automatic })).toBeChecked()
  await group.getByText(off, { exact: true }).click()
  await expect(group.getByRole('radio', { name: off })).toBeChecked()
  const kept = async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).compaction
  await expect.poll(() => kept().catch(() => null)).toBe('off')
})

const garden = [
  [
    'We want to plant the strip behind the school, 12 m by 3 m, with the children. What grows there?',
    `It lies to the **north-east**, so it has sun until about eleven. That is enough for most of what children like to eat:

- *Early*: radishes, spinach and lettuce, sown from the end of March. They are ready in five to seven weeks, before the summer holidays begin.
- *All summer*: beans along the fence, 2 m high, and courgettes at the warm end. Four plants of those are plenty.
- *For autumn*: kale and leeks, planted in June, so that there is something to harvest when school begins again.

Leave a path of 50 cm along the wall: with 24 children nobody reaches the middle of a bed that is 3 m wide. Two beds of 1.2 m with the path between them are easier to weed, and each class can have its own metres. The soil there was lawn, so dig it over now and let the frost do the rest.`,
  ],
  [
    'And what will it cost? We have 180 euros from the parents.',
    `With 180 euros it works out, if the compost comes from the town, which gives it away on Saturdays:

1. Seeds and young plants: about 45 euros. Seed that is left over keeps for next year, except parsnips and onions.
2. Twelve small rakes and spades: 70 euros second-hand, or nothing if the parents lend theirs for the first weeks.
3. Two rain barrels of 200 litres: 50 euros. The downpipe at the gym is the nearest, so no hose is needed.
4. Twine, labels and gloves: 15 euros.

That is exactly 180. If something has to give way, take one barrel and buy the second in May. The caretaker has already agreed to water during the holidays, every second day, and wants a list of what needs the most. Beans and courgettes do; leeks and kale hardly ever. Put the list on the inside of the shed door.`,
  ],
  [
    'When do we begin?',
    'On the first Saturday in March, with digging. Sow the first radishes on 28 March, when the nights stay above zero.',
  ],
  [
    'Who brings the spades?',
    'Ask the parents of class 3b: they lent theirs last year. You need six, and twelve small rakes.',
  ],
] as const
const notes = `They plan a school garden of 12 m by 3 m behind the school, to the north-east, with sun until eleven.

Decided: two beds of 1.2 m with a path of 50 cm along the wall; radishes, spinach and lettuce from the end of March, beans and courgettes in summer, kale and leeks for autumn. The caretaker waters in the holidays.

Money: 180 euros, all of it planned: 45 seeds, 70 tools, 50 for two rain barrels, 15 twine and labels. Compost is free on Saturdays.

Open: the list of what needs water, for the shed door.`

async function begin(home: string, said: readonly (readonly [string, string])[] = garden): Promise<void> {
  const lines = said.flatMap(([question, answer], nth) => [
    message(`q${nth}`, nth === 0 ? null : `a${nth - 1}`, { content: question, ts: `2026-11-28T09:0${nth}:00.000Z` }),
    message(`a${nth}`, `q${nth}`, {
      role: 'assistant',
      content: answer,
      stop: 'stop',
      model: 'gemma4:e4b',
      ts: `2026-11-28T09:0${nth}:20.000Z`,
    }),
  ])
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', 'garden.jsonl'), toBytes({ ...header, id: 'garden' }, ...lines))
}

test('by hand: /compact with words that say what matters, stopped, and asked for again from the menu', async ({
  launch,
  home,
  fake,
}) => {
  await begin(home)
  const steps = [{ gate: 'first' }, { content: 'never', chunk: 'whole' as const }, { done: 'stop' as const }]
  const writes = [{ gate: 'second' }, { content: notes, chunk: 'whole' as const }, { done: 'stop' as const }]
  fake.setScenario({
    turns: [
      { match: { nth: 1 }, steps },
      { match: { nth: 2 }, steps: writes },
      { steps: [{ content: 'On the first Saturday in March, all together.' }, { done: 'stop' }] },
    ],
  })
  const carrel = await launch()
  const { page, app } = carrel
  const { message: field, transcript, sessions } = parts(page)
  await sessions.getByText('We want to plant the strip').click()
  await field.fill('/com')
  await expect(page.getByRole('option', { name: '/compact' })).toContainText(compactWords.description)
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue('/compact ')
  await page.keyboard.type('keep the numbers')
  await page.keyboard.press('Enter')
  await expect(transcript.getByText(words.live.summarisingAsked)).toBeVisible()
  await expect(field).toHaveValue('')
  await expect(field).toBeFocused()
  await fake.waitForGate('first')
  expect(fake.lastPrompt()).toContain('"keep the numbers"')
  await lookOnce(page, 'summarising')
  await parts(page).stop.click()
  await expect(transcript.getByText(words.live.summarisingAsked)).toBeHidden()
  // Nothing of an answer is left behind.
  await expect(transcript.getByText(words.ending.stoppedEarly)).toBeHidden()

  // What is being written stays, and what is queued waits for the summary.
  await field.fill('When do we begin to dig?')
  await app.evaluate(({ Menu }, label) => {
    const session = Menu.getApplicationMenu()?.items.flatMap((one) => one.submenu?.items ?? [])
    session?.find((one) => one.label === label)?.click()
  }, messages.desktop.menu.compact)
  await fake.waitForGate('second')
  await expect(field).toHaveValue('When do we begin to dig?')
  await page.getByRole('button', { name: words.composer.queue, exact: true }).click()
  await expect(field).toHaveValue('')
  fake.release('second')
  const fold = transcript.getByRole('button', { name: words.summary(4) })
  await expect(transcript.getByText('On the first Saturday in March, all together.')).toBeVisible()
  const sent = JSON.stringify(fake.chatRequests().at(-1)?.body)
  expect(sent).toContain('They plan a school garden')
  expect(sent).not.toContain('24 children')
  await fold.click()
  await expect(transcript.getByText('Compost is free on Saturdays')).toBeVisible()
  await expect(transcript.getByText('24 children')).toBeAttached()
  await transcript.getByText('On the first Saturday in March, all together.').scrollIntoViewIfNeeded()
  await look(carrel, 'summary-by-hand')
})

test('where there is nothing to summarise that is said, and what cannot be asked for stays in the composer', async ({
  launch,
  home,
  fake,
}) => {
  await begin(home, garden.slice(2))
  const { page } = await launch()
  const { message: field, transcript, sessions } = parts(page)
  await field.fill('/compact')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await expect(page.getByText(compactWords.noSession)).toBeVisible()
  await expect(field).toHaveValue('/compact')
  await sessions.getByText('When do we begin?').click()
  await field.fill('/compact the rest')
  await page.keyboard.press('Enter')
  await expect(transcript.getByText(messages.notices.nothingToSummarise)).toBeVisible()
  await lookOnce(page, 'nothing-to-summarise')
  expect(fake.chatRequests()).toEqual([])

  await field.fill(`/compact ${'x'.repeat(2_001)}`)
  await page.keyboard.press('Enter')
  await expect(page.getByText(compactWords.tooLong(2_000))).toBeVisible()
  await expect(field).toHaveValue(/^\/compact x/)
})

test('a summary that has not read everything says so in its line', async ({ launch, home }) => {
  await begin(home)
  const file = join(home, 'sessions', 'garden.jsonl')
  const leftOut = { messages: 2, since: '2026-11-28T09:00:00.000Z', until: '2026-11-28T09:00:20.000Z', question: 'We' }
  const compaction = { type: 'compaction', id: 'k', parentId: 'a3', ts: '2026-11-28T09:05:00.000Z', summary: notes }
  const counts = { firstKeptId: 'q2', tokensBefore: 1_500, tokensAfter: 700, messageCount: 4, leftOut }
  await writeFile(file, toBytes({ ...compaction, ...counts }), { flag: 'a' })
  const { page } = await launch()
  await parts(page).sessions.getByText('We want to plant the strip').click()
  await expect(parts(page).transcript.getByRole('button', { name: words.summary(4, 2) })).toBeVisible()
  await lookOnce(page, 'summary-left-out')
})
