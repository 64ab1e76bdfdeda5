// Every fault of the fake Ollama in the real window: what had arrived is kept, one sentence says what to do, nothing spins, and
// the next question is answered. A fault without a row here fails the first test.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { type FakeOllama, type FaultName, faultNames, type Step, steps, usualModels } from '../support/fake-ollama.ts'
import {
  answered,
  ask,
  type Carrel,
  expect,
  parts,
  picture,
  projectRoot,
  recordsIn,
  test,
  withoutSkills,
} from './carrel.ts'

interface Row {
  fault: FaultName
  /** What sets it apart from the other rows of the same fault. */
  as?: string
  steps: Step[]
  /** What of the answer is shown and on the disk. */
  kept: string
  thinking?: string
  /** How the record says it ended. */
  stop: RegExp
  /** null when nothing is to be said. */
  sentence: RegExp | null
  /** The next question begins a new session: this one is too long for any model now. */
  nextIsElsewhere?: boolean
  /** Is kept as a picture, in light and dark. */
  pictured?: boolean
}

const before: Step = { content: 'So far', chunk: 'whole' }
const more: Step = { content: ' and more', chunk: 'whole' }
const done: Step = { done: 'stop' }
const whole = 'So far and more'
const wholly = { kept: whole, stop: /^stop$/, sentence: null }
const calls: Step = { tool_calls: [{ name: 'read_file', arguments: { path: 'notes.txt' } }] }

const lost = /went away in the middle of the answer.*retry when it is back/
const early = /ended without its last line.*retry/
const badLine = /sent a line that cannot be read.*retry/
const died = /stopped inside Ollama.*retry, or choose a smaller model/
const busy = /too many requests waiting.*retry/
const broke = /broke before the answer began\. Retry/
const missing = /gemma4:e4b is not installed on .*Choose another model, or get it with: ollama pull/
const notRunning = /Ollama is not running at .*Start it, or choose another address/
const stoppedEarly = /Stopped before the first word\./
const stopped = /Stopped\. What had arrived is kept\./
const wordless = /ended its turn without a word\. Retry/
const unoffered = /tried to use a tool \(“\w+”\), and this conversation has none.*retry/

const failing: Row[] = [
  {
    fault: 'status',
    steps: [{ fault: 'status' }],
    kept: '',
    stop: /^error$/,
    sentence: /answered with error 502\. Try again/,
    pictured: true,
  },
  {
    fault: 'status',
    as: 'with a page of another program',
    steps: [{ fault: { status: 200, body: '<h1>Welcome</h1>', contentType: 'text/html' } }],
    kept: '',
    stop: /^error$/,
    sentence: /but not like Ollama\. Check the address/,
  },
  {
    fault: 'errorLine',
    steps: [before, { fault: 'errorLine' }],
    kept: 'So far',
    stop: /^error$/,
    sentence: died,
    pictured: true,
  },
  {
    fault: 'errorLine',
    as: 'before the first word',
    steps: [{ fault: 'errorLine' }],
    kept: '',
    stop: /^error$/,
    sentence: died,
  },
  {
    fault: 'errorLineEscapedJson',
    steps: [before, { fault: 'errorLineEscapedJson' }],
    kept: 'So far',
    stop: /^error$/,
    sentence: died,
  },
  {
    fault: 'endWithoutDone',
    steps: [before, { fault: 'endWithoutDone' }],
    kept: 'So far',
    stop: /^error$/,
    sentence: early,
  },
  { fault: 'reset', steps: [before, { fault: 'reset' }], kept: 'So far', stop: /^error$/, sentence: lost },
  {
    fault: 'reset',
    as: 'in the middle of a line',
    steps: [before, { fault: { reset: 'midLine' } }],
    kept: 'So far',
    stop: /^error$/,
    sentence: lost,
  },
  { fault: 'halfClose', steps: [before, { fault: 'halfClose' }], kept: 'So far', stop: /^error$/, sentence: lost },
  {
    fault: 'invalidJsonLine',
    steps: [before, { fault: 'invalidJsonLine' }, more, done],
    kept: 'So far',
    stop: /^error$/,
    sentence: badLine,
  },
  { fault: 'cutLine', steps: [before, { fault: 'cutLine' }], kept: 'So far', stop: /^error$/, sentence: early },
  {
    fault: 'nullLine',
    steps: [before, { fault: 'nullLine' }, more, done],
    kept: 'So far',
    stop: /^error$/,
    sentence: badLine,
  },
  {
    fault: 'repeatLoop',
    steps: [{ fault: 'repeatLoop' }],
    kept: '<unused49>'.repeat(30),
    stop: /^error$/,
    sentence: early,
  },
]

/** The model ends its turn, and there is nothing to read in it. No tool is offered, so a call says nothing either. */
const empty: Row[] = [
  {
    fault: 'emptyTurn',
    steps: [{ fault: 'emptyTurn' }],
    kept: '',
    stop: /^stop$/,
    sentence: wordless,
    pictured: true,
  },
  {
    fault: 'lengthEmptyThinking',
    steps: [{ fault: 'lengthEmptyThinking' }],
    kept: '',
    thinking: 'I think and think and',
    stop: /^length$/,
    sentence: /thinking.*before the first word.*Retry/,
    pictured: true,
  },
  ...(['toolCallInDoneLine', 'toolCallNoId', 'dupIds', 'argsAsString'] as const).map(
    (fault): Row => ({
      fault,
      steps: [{ fault }, calls, calls, done],
      kept: '',
      stop: /^error$/,
      sentence: unoffered,
    }),
  ),
  {
    fault: 'giantLine',
    as: 'that is a call',
    steps: [{ fault: { giantLine: { megabytes: 5, as: 'toolCall' } } }, done],
    kept: '',
    stop: /^error$/,
    sentence: unoffered,
  },
  ...(['nullArgs', 'unknownTool'] as const).map(
    (fault): Row => ({ fault, steps: [{ fault }, done], kept: '', stop: /^error$/, sentence: unoffered }),
  ),
]

const giant = 'giant '.repeat(1_000_000).slice(0, 5_000_000)

const harmless: Row[] = [
  { fault: 'versionOld', steps: [before, more, done], ...wholly },
  { fault: 'blankLines', steps: [before, { fault: 'blankLines' }, more, done], ...wholly },
  { fault: 'crlf', steps: [{ fault: 'crlf' }, before, more, done], ...wholly },
  { fault: 'bom', steps: [{ fault: 'bom' }, before, more, done], ...wholly },
  {
    fault: 'splitUtf8',
    steps: [before, { fault: { splitUtf8: ', Grüße 静か 📚,' } }, more, done],
    ...wholly,
    kept: 'So far, Grüße 静か 📚, and more',
  },
  {
    fault: 'loneSurrogateEscape',
    steps: [before, { fault: 'loneSurrogateEscape' }, more, done],
    ...wholly,
    kept: 'So fara\ud83d and more',
  },
  { fault: 'dupDone', steps: [{ fault: 'dupDone' }, before, more, done], ...wholly },
  { fault: 'dataAfterDone', steps: [{ fault: 'dataAfterDone' }, before, more, done], ...wholly },
  { fault: 'missingMessage', steps: [before, { fault: 'missingMessage' }, more, done], ...wholly },
  {
    fault: 'thinkingAfterContent',
    steps: [{ fault: 'thinkingAfterContent' }, done],
    ...wholly,
    kept: 'So far. And on.',
    thinking: 'On second thought',
  },
  {
    fault: 'giantLine',
    as: 'of thinking',
    steps: [{ fault: { giantLine: { megabytes: 5, as: 'thinking' } } }, before, more, done],
    ...wholly,
    thinking: giant,
  },
  { fault: 'giantLine', steps: [{ fault: 'giantLine' }, done], ...wholly, kept: giant, nextIsElsewhere: true },
]

/** Played by a test of their own below: each is about more than one answer. */
const alone = ['queue503', 'hang', 'slowFirstToken', 'modelVanishes', 'refuse', 'restart'] as const
/** Nothing in the window pulls a model yet. */
const ofPulls: readonly FaultName[] = ['pullError', 'pullStall', 'pullDigestMismatch']

test('every fault of the fake has its row here and its line in the docs', async () => {
  const rows = [...failing, ...empty, ...harmless].map(({ fault }) => fault)
  expect([...new Set([...rows, ...alone, ...ofPulls])].sort()).toEqual([...faultNames].sort())
  const docs = await readFile(join(projectRoot, 'docs', 'fake-ollama.md'), 'utf8')
  expect(faultNames.filter((name) => !docs.includes(`\`${name}\``))).toEqual([])
})

test('answers that break: what had arrived is kept, it is said what to do, Retry and the next question work', async ({
  launch,
  fake,
  home,
}) => {
  const carrel = await launch()
  for (const row of failing) await test.step(nameOf(row), () => play(row, carrel, fake, home))
})

test('answers without a word are said to be so', async ({ launch, fake, home }) => {
  await withoutSkills(home)
  const carrel = await launch()
  for (const row of empty) await test.step(nameOf(row), () => play(row, carrel, fake, home))
})

test('harmless oddities, and a server from before 2026: the whole text and not a word more', async ({
  launch,
  fake,
  home,
}) => {
  const lists = ['/api/version', '/api/tags', '/api/show']
  for (const path of lists) fake.setFault(path, 'versionOld')
  const carrel = await launch()
  const { page } = carrel
  for (const row of harmless) {
    await test.step(nameOf(row), () => play(row, carrel, fake, home))
    if (row.fault !== 'versionOld') continue
    expect(fake.requests.some(({ path }) => path === '/api/tags')).toBe(true)
    await expect(page.getByRole('button', { name: 'Model: gemma4:e4b' })).toBeVisible()
    for (const path of lists) fake.setFault(path, null)
  }
})

test('silence: the wait is counted, Stop ends it, and what is late still comes', async ({ launch, fake, home }) => {
  const carrel = await launch()
  const { page } = carrel
  const { transcript, stop } = parts(page)
  const waiting = transcript.locator('.live-state', { hasText: /(Waiting for|Loading) gemma4:e4b, \d+ s/ })

  await test.step('hang, before the first word', async () => {
    await begin(page, fake, 'hang', [{ fault: 'hang' }])
    await expect(waiting).toBeVisible()
    await inBothThemes(carrel, 'fault-hang')
    await stop.click()
    await answered(page)
    await expect(ending(page)).toHaveText(stoppedEarly)
    await isOver(page, fake, home, 'hang', { kept: '', stop: /^cancelled$/, sentence: stoppedEarly, retry: true })
  })

  await test.step('hang, in the middle', async () => {
    await begin(page, fake, 'hang later', [before, { fault: 'hang' }])
    await expect(transcript.locator('.answer')).toHaveText('So far')
    await page.keyboard.press('Escape')
    await answered(page)
    await expect(ending(page)).toHaveText(stopped)
    await isOver(page, fake, home, 'hang later', {
      kept: 'So far',
      stop: /^cancelled$/,
      sentence: stopped,
      retry: true,
    })
  })
  // The model works on for nobody.
  await expect.poll(() => fake.chatRequests().filter(({ abortedByClient }) => abortedByClient)).toHaveLength(2)

  await test.step('slowFirstToken', async () => {
    await begin(page, fake, 'slowFirstToken', [{ fault: 'slowFirstToken' }, before, more, done])
    await expect(waiting).toBeVisible()
    await answered(page)
    await expect(ending(page)).toHaveCount(0)
    await isOver(page, fake, home, 'slowFirstToken', wholly)
  })
})

test('a server that is full, gone, or back: said once it is sure, and the next question is answered', async ({
  launch,
  fake,
  home,
}) => {
  const carrel = await launch()
  const { page } = carrel
  const { sessions, transcript } = parts(page)
  const patience = { timeout: 20_000 }

  // Both at once, because before the first word each is tried again a few times.
  await test.step('queue503, and reset before the headers', async () => {
    fake.setScenario({
      turns: [
        { match: { contains: 'queue503' }, steps: [{ fault: 'queue503' }] },
        { match: { contains: 'reset' }, steps: [{ fault: { reset: 'beforeHeaders' } }] },
      ],
    })
    const rows = [
      { question: 'queue503', sentence: busy },
      { question: 'reset at once', sentence: broke },
    ]
    for (const { question } of rows) {
      await page.keyboard.press('Control+n')
      await ask(page, question)
    }
    const goTo = async (question: string) => {
      await sessions.getByRole('button', { name: new RegExp(`^${question}`) }).click()
      await expect(transcript.locator('.ask-words')).toHaveText([question])
    }
    for (const { question, sentence } of rows) {
      await goTo(question)
      await expect(ending(page)).toHaveText(sentence, patience)
    }
    for (const { question, sentence } of rows) {
      await goTo(question)
      await isOver(page, fake, home, question, { kept: '', stop: /^error$/, sentence, retry: true })
    }
  })

  await test.step('modelVanishes', async () => {
    await begin(page, fake, 'modelVanishes', [before, { fault: 'modelVanishes' }, more, done])
    await answered(page)
    await expect(parts(page).transcript.locator('.answer')).toHaveText(whole)
    await ask(page, 'vanished')
    await answered(page)
    await expect(ending(page)).toHaveText(missing)
    await inBothThemes(carrel, 'fault-modelVanishes')
    fake.setModels(usualModels)
    await isOver(page, fake, home, 'vanished', { kept: '', stop: /^error$/, sentence: missing, retry: true })
  })

  await test.step('restart', async () => {
    await begin(page, fake, 'restart', [before, { fault: 'restart' }])
    await answered(page)
    await expect(ending(page)).toHaveText(lost)
    await fake.waitUntilListening()
    await isOver(page, fake, home, 'restart', { kept: 'So far', stop: /^error$/, sentence: lost, retry: true })
  })

  await test.step('refuse', async () => {
    await begin(page, fake, 'refuse', [before, { fault: 'refuse' }, more, done])
    await answered(page)
    await expect(parts(page).transcript.locator('.answer')).toHaveText(whole)
    await ask(page, 'refused')
    await expect(ending(page)).toHaveText(notRunning, patience)
    await inBothThemes(carrel, 'fault-refuse')
    await fake.accept()
    await isOver(page, fake, home, 'refused', { kept: '', stop: /^error$/, sentence: notRunning, retry: true })
  })
})

function nameOf({ fault, as }: Row): string {
  return as === undefined ? fault : `${fault} ${as}`
}

/** What is said under the last answer. */
function ending(page: Page) {
  return parts(page).transcript.getByRole('article').last().locator('.ending')
}

async function begin(page: Page, fake: FakeOllama, question: string, played: Step[]): Promise<void> {
  fake.setScenario(steps(...played))
  await page.keyboard.press('Control+n')
  await expect(parts(page).transcript.getByRole('article')).toHaveCount(0)
  await ask(page, question)
}

async function play(row: Row, carrel: Carrel, fake: FakeOllama, home: string): Promise<void> {
  const { page } = carrel
  const question = nameOf(row)
  await begin(page, fake, question, row.steps)
  await answered(page)
  const turn = parts(page).transcript.getByRole('article').last()
  if (row.sentence === null) await expect(turn.locator('.failure-line')).toHaveCount(0)
  else await expect(turn.locator('.failure-line p')).toHaveText(row.sentence)
  const shown = await turn.locator('.answer').evaluateAll((all) => all.map((one) => one.textContent).join(''))
  expect(readable(shown)).toBe(readable(row.kept))
  await expect(turn.locator('.work')).toHaveCount(row.thinking === undefined ? 0 : 1)
  if (row.pictured) await inBothThemes(carrel, `fault-${row.fault}`)
  await isOver(page, fake, home, question, { ...row, retry: row.sentence !== null })
}

/** As it goes over the wires between the window and this test: half a character does not. */
const readable = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd').trim()

/** The record holds what was kept, nothing moves any more, Retry is there when it should be, and the next question works. */
async function isOver(
  page: Page,
  fake: FakeOllama,
  home: string,
  question: string,
  expected: Pick<Row, 'kept' | 'stop' | 'sentence' | 'thinking' | 'nextIsElsewhere'> & { retry?: boolean },
): Promise<void> {
  const { message, transcript } = parts(page)
  const [record] = await answersTo(home, question)
  expect(
    record?.['content'] === expected.kept,
    `kept of ${question}: ${String(record?.['content']).slice(0, 200)}`,
  ).toBe(true)
  expect(record?.['thinking'] === expected.thinking, `thinking of ${question}`).toBe(true)
  expect(record?.['stop']).toMatch(expected.stop)
  if (record?.['stop'] === 'error') expect(Object(record['error']).message).toMatch(expected.sentence ?? /never/)
  await expect(page.locator('.turning')).toHaveCount(0)
  await expect(message).toBeEditable()

  fake.setScenario(steps({ content: 'All is well' }, done))
  if (expected.retry) {
    await ending(page).getByRole('button', { name: 'Retry' }).click()
    await expect(transcript.getByRole('article').last().locator('.answer')).toHaveText('All is well')
    await answered(page)
    expect((await answersTo(home, question)).map(({ content }) => content)).toEqual([expected.kept, 'All is well'])
  } else await expect(ending(page).getByRole('button', { name: 'Retry' })).toHaveCount(0)
  if (expected.nextIsElsewhere) await page.keyboard.press('Control+n')
  const next = `After ${question}?`
  await ask(page, next)
  await answered(page)
  await expect(transcript.getByRole('article').last().locator('.answer')).toHaveText('All is well')
  await expect(ending(page)).toHaveCount(0)
  expect(await answersTo(home, next)).toMatchObject([{ content: 'All is well', stop: 'stop', error: null }])
}

/** The answers on the disk to this question, oldest first. */
async function answersTo(home: string, question: string): Promise<Record<string, unknown>[]> {
  const records = await recordsIn(home)
  const asked = records.find(({ role, content }) => role === 'user' && content === question)
  return records.filter(({ role, parentId }) => role === 'assistant' && asked !== undefined && parentId === asked['id'])
}

async function inBothThemes({ app, page }: Carrel, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await app.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source
    }, theme)
    await page.waitForFunction(
      (isDark) => matchMedia('(prefers-color-scheme: dark)').matches === isDark,
      theme === 'dark',
    )
    await picture(page, `${name}-${theme}`)
  }
}
