// A run with tools as a person sees it: written by the terminal while no window was open, gone on with in the window, in both
// dialects; and one session with everything a call can be. Light and dark, large and small: axe finds nothing, nothing is cut.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { copyTerminal } from '../support/program.ts'
import { asked, call, calling, result, said, turn, writeSession } from '../support/recorded-run.ts'
import {
  accessibilityFaults,
  answered,
  ask,
  type Carrel,
  expect,
  parts,
  picture,
  recordsIn,
  resize,
  test,
} from './carrel.ts'

let terminal: Awaited<ReturnType<typeof copyTerminal>>
test.beforeAll(async () => {
  terminal = await copyTerminal()
})
test.afterAll(() => terminal.remove())

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidelog-'))
  await mkdir(join(folder, 'src'))
  await mkdir(join(folder, 'notes'))
  await writeFile(join(folder, 'src', 'clock.ts'), clock)
  await writeFile(join(folder, 'notes', '2025-tides.md'), notes)
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const clock = `/** Time of day in a harbour. */
export function clock(utc: Date, zone: string): string {
  const shifted = new Date(utc.getTime() + 60 * 60_000)
  return shifted.toISOString().slice(11, 16)
}
`
const oldText = `  const shifted = new Date(utc.getTime() + 60 * 60_000)
  return shifted.toISOString().slice(11, 16)`
const newText = `  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hour: '2-digit', minute: '2-digit',
  }).format(utc)`
const notes = `# Tides of 2025

26 October: summer time has ended. Fowey's table is printed in UTC, whatever the season.
27 October: corrected the printout by hand; the code is as it was, summer time and all.
`
const question =
  'From 25 October every time in the Fowey table is an hour late. My notes from last year say how I dealt with it. Find that, and mend it.'

type Step = Scenario['turns'][number]['steps'][number]
const native = (name: string, given: Record<string, unknown>): Step => ({ tool_calls: [{ name, arguments: given }] })
/** As a model without native calls writes it. */
const asText = (name: string, given: Record<string, unknown>): Step => ({
  content: `\n<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`,
  chunk: 'token',
})
const nth = (number: number, ...steps: Step[]) => ({ match: { nth: number }, steps: [...steps, { done: 'stop' }] })

const mending = (write: typeof native): Scenario => ({
  turns: [
    nth(1, { content: 'I look for what your notes say.' }, write('search_files', { query: 'summer time' })),
    nth(2, write('read_file', { path: 'notes/2025-tides.md' })),
    nth(3, write('read_file', { path: 'src/clock.ts' })),
    nth(
      4,
      { content: 'The hour is added all year. I take the zone instead.' },
      write('edit_file', { path: 'src/clock.ts', old_text: oldText, new_text: newText }),
    ),
    nth(5, {
      content: `## The hour was added all year

\`clock()\` added sixty minutes to every time. That is right until the clocks go back, and wrong after. Your note of
27 October 2025 says the same: you corrected the printout **by hand** and left the code alone.

Now the zone decides. Nothing else calls \`clock()\`, and the stored tables hold UTC, so they stay as they are.`,
    }),
  ],
})
const looking = (write: typeof native): Scenario => ({
  turns: [
    nth(1, write('read_file', { path: 'src/clock.ts' })),
    nth(2, { content: 'It is mended: ' }, write('search_files', { query: '60_000' })),
    nth(3, { content: 'the hour is nowhere any more.' }),
  ],
})

const cards = (page: Page) => parts(page).transcript.getByRole('list', { name: 'What was done' }).getByRole('button')

for (const { dialect, model, write } of [
  { dialect: 'native', model: 'gemma4:e4b', write: native },
  { dialect: 'prompted', model: 'smollm2:135m', write: asText },
] as const) {
  test(`a run that searched, read and edited while no window was open, and one in the window, ${dialect}`, async ({
    launch,
    fake,
    home,
  }) => {
    fake.setScenario(mending(write))
    await promisify(execFile)(process.execPath, [
      terminal.program,
      ...['--home', home, '--host', fake.url, 'run', '--model', model, '--workspace', folder, question],
    ])
    expect(await readFile(join(folder, 'src', 'clock.ts'), 'utf8')).toBe(clock.replace(oldText, newText))

    await writeFile(join(home, 'settings.json'), JSON.stringify({ model }))
    const carrel = await launch()
    const { page } = carrel
    await parts(page).sessions.getByText('From 25 October').click()
    const done = [
      /^Searched for“summer time”2 hits in 1 file/,
      /^Readnotes\/2025-tides\.md4 lines/,
      /^Readsrc\/clock\.ts5 lines/,
      /^Editedsrc\/clock\.ts\+3 −2/,
    ]
    await expect(cards(page)).toHaveText(done)
    await look(carrel, `run-${dialect}`)
    const edit = cards(page).filter({ hasText: /^Edited/ })
    await edit.click()
    await expect(page.getByRole('group', { name: 'Change of src/clock.ts' }).locator('li.added')).toHaveCount(3)
    await parts(page).transcript.hover({ position: { x: 5, y: 5 } })
    await page.mouse.wheel(0, -10_000)
    await page.mouse.move(0, 0)
    await expect.poll(() => parts(page).transcript.evaluate((one) => one.scrollTop)).toBe(0)
    await picture(page, `run-${dialect}-top`)
    await edit.evaluate((one) => one.scrollIntoView())
    await look(carrel, `run-${dialect}-opened`)
    await page.emulateMedia({ colorScheme: 'dark' })
    await look(carrel, `run-${dialect}-opened-dark`)
    await edit.click()

    fake.setScenario(looking(write))
    await ask(page, 'Is the hour added anywhere else?')
    await answered(page)
    await expect(cards(page)).toHaveText([...done, /^Readsrc\/clock\.ts6 lines/, /^Searched for“60_000”nothing found/])
    await expect(parts(page).transcript.getByText('<tool_call>')).toHaveCount(0)
    await look(carrel, `run-${dialect}-two`)
    await page.emulateMedia({ colorScheme: 'light' })
    await look(carrel, `run-${dialect}-two-light`)
    const dialects = (await recordsIn(home)).flatMap((record) => (record['toolCalls'] ? [record['dialect']] : []))
    expect(new Set(dialects)).toEqual(new Set([dialect]))
  })
}

test('a call stands where it was being written: below the words, and nothing jumps when it comes and ends', async ({
  launch,
  fake,
  home,
}) => {
  const before = said('Ask.', { model: 'smollm2:135m' })
  await writeSession(home, { id: 'live', workspace: folder }, turn(asked('About the tide'), before))
  fake.setScenario({
    turns: [
      nth(
        1,
        { content: 'I look for it.\n<tool_call>\n{"name": "search_files", "arguments": ' },
        { gate: 'call' },
        { content: '{"query": "summer time"}}\n</tool_call>' },
      ),
      nth(2, { gate: 'answer' }, { content: 'Your note says it.' }),
    ],
  })
  const { page } = await launch()
  const { sessions, transcript } = parts(page)
  await sessions.getByText('About the tide').click()
  await ask(page, 'When does it end?')
  const words = transcript.getByText('I look for it.')
  const writing = transcript.getByText('Writing a call')
  await expect(writing).toBeVisible()
  await picture(page, 'run-preparing')
  const written = { words: await words.boundingBox(), line: await writing.boundingBox() }
  expect(written.line?.y).toBeGreaterThan(written.words?.y ?? Number.POSITIVE_INFINITY)
  fake.release('call')
  await expect(cards(page)).toHaveText(/^Searched for“summer time”2 hits in 1 file/)
  await expect(transcript.getByText(/^Waiting for smollm2:135m/)).toBeVisible()
  await picture(page, 'run-between-rounds')
  const done = { words: await words.boundingBox(), line: await cards(page).locator('.verb').boundingBox() }
  expect(done.words?.y).toBe(written.words?.y)
  expect(done.line?.y).toBeCloseTo(written.line?.y ?? 0, 0)
  fake.release('answer')
  await answered(page)
  const after = { words: await words.boundingBox(), line: await cards(page).locator('.verb').boundingBox() }
  expect(after).toEqual(done)
})

const arabic = 'ابحث عن أوقات المد والجزر في مجلد الملاحظات ثم أخبرني بما وجدت، مع اسم الملف clock.ts ورقم السطر 42.'
const deep = `a/very/long/way/${'through/many/folders/'.repeat(8)}to-the-file-that-matters.ts`
const longName = `${'donaudampfschifffahrtsgesellschaft-'.repeat(5)}kapitaen.ts`

/** Every kind of call, in a row of 25 steps and in short ones. */
async function everything(home: string) {
  const many = Array.from({ length: 25 }, (_, n) => call(`m${n}`, 'read_file', { path: `notes/2025-${n + 10}.md` }))
  const found = (count: number) => ({ detail: { files: [], found: { what: 'lines', count, of: count } } })
  const failed = (code: string, reason: string | null = null) => ({ isError: true, failure: { code, reason } })
  await writeSession(
    home,
    { id: 'everything', workspace: folder },
    turn(
      asked('Everything that a call can be'),
      ...many.flatMap((one, n) => [
        calling([one], n === 0 ? 'I read them one after the other.' : ''),
        result(one.id, 'read_file', `# Note ${n}\n`, found(n * 7 + 1)),
      ]),
      said('Twenty-five notes, and none of them speaks of the harbour.'),
      { ...asked(arabic), id: 'rtl' },
      calling(
        [
          call('c1', 'search_files', { query: 'المد والجزر', path: 'notes' }),
          call('c2', 'read_file', { path: 'notes/ملاحظات/السنة/أكتوبر.md' }),
          call('c3', 'read_file', { path: deep }),
          call('c4', 'read_file', { path: longName }),
          call('c5', 'read_file', { path: '../outside.txt' }),
          call('c6', 'read_file', { path: 'missing.md' }),
          call('c7', 'search_files', { query: 'a sentence that somebody looks for, '.repeat(6), path: deep }),
          call('c8', 'frobnicate', { at: { depth: [1, 2, 3] } }),
        ],
        'سأبحث أولاً في الملاحظات.',
      ),
      result('c1', 'search_files', 'notes/a.md:3: المد', {
        ms: 120,
        detail: { files: [], found: { what: 'matches', count: 4, of: 2 } },
      }),
      result('c2', 'read_file', 'المد في الساعة 04:38\n', found(1)),
      result('c3', 'read_file', 'one\n', { ...found(3_000), truncated: true }),
      result('c4', 'read_file', 'two\n', found(12)),
      result('c5', 'read_file', 'It is outside the workspace and cannot be used.', failed('denied', 'outside')),
      result('c6', 'read_file', 'There is no file missing.md.', failed('not-found')),
      result('c7', 'search_files', 'Nothing found.', {
        ms: 61_000,
        detail: { files: [], found: { what: 'matches', count: 0 } },
      }),
      result('c8', 'frobnicate', 'There is no tool named "frobnicate".', failed('not-found', 'unknown-tool')),
      { ...asked('وأيضاً ملف السنة الماضية، من فضلك'), id: 'within' },
      calling([call('d1', 'write_file', { path: 'notes/2026.md', content: 'High water 04:38\n' })]),
      result('d1', 'write_file', 'Created notes/2026.md.', {
        detail: { files: [{ path: 'notes/2026.md', change: 'created', added: 1, removed: 0, diff: null }] },
      }),
      calling([call('d2', 'edit_file', { path: deep, old_text: 'a', new_text: 'b' })], 'One more place says the same.'),
      result('d2', 'edit_file', 'Edited.', {
        detail: { files: [{ path: deep, change: 'edited', added: 1_204, removed: 1_198, diff: null }] },
      }),
      said('', {
        stop: 'limit',
        error: { code: 'limit', message: 'The model took 40 steps, the most for one question.' },
      }),
    ),
  )
}

for (const theme of ['light', 'dark'] as const) {
  test(`everything a call can be, ${theme}`, async ({ launch, home }) => {
    await everything(home)
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch()
    const { page } = carrel
    const { sessions, transcript } = parts(page)
    await sessions.getByText('Everything that a call can be').click()
    await expect(cards(page).last()).toBeVisible()
    await expect(transcript.getByRole('button', { name: 'Continue' })).toBeVisible()
    // The folders of a path stand in their order, in whatever script they are.
    const folders = cards(page).filter({ hasText: 'ملاحظات/السنة/أكتوبر.md' }).locator('bdi')
    await expect(folders).toHaveText(['notes/', 'ملاحظات/', 'السنة/'])
    const lefts = await folders.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left))
    expect(lefts).toEqual(lefts.toSorted((one, other) => one - other))
    await look(carrel, `everything-${theme}`)
    await transcript.press('Home')
    await look(carrel, `everything-start-${theme}`)
    await transcript.getByRole('button', { name: /earlier steps/ }).click()
    await look(carrel, `everything-unfolded-${theme}`)
    await cards(page).filter({ hasText: 'frobnicate' }).click()
    await cards(page).filter({ hasText: '2026.md' }).click()
    await cards(page)
      .filter({ hasText: 'frobnicate' })
      .evaluate((one) => one.scrollIntoView())
    await look(carrel, `everything-opened-${theme}`)
  })
}

for (const [name, settings] of [
  ['200', { textSize: 200 }],
  ['compact', { density: 'compact' }],
] as const) {
  test(`everything a call can be, ${name}`, async ({ launch, home }) => {
    await everything(home)
    await writeFile(join(home, 'settings.json'), JSON.stringify(settings))
    const carrel = await launch()
    const { page } = carrel
    // Twice as large, the sidebar has no place beside the session.
    if (name === '200') await page.getByRole('button', { name: /show sessions/i }).click()
    await page.getByText('Everything that a call can be').click()
    await expect(cards(page).last()).toBeVisible()
    await expect(parts(page).transcript.getByRole('button', { name: 'Continue' })).toBeVisible()
    await look(carrel, `everything-${name}`)
    await cards(page).filter({ hasText: 'outside.txt' }).click()
    await cards(page)
      .filter({ hasText: 'outside.txt' })
      .evaluate((one) => one.scrollIntoView())
    await look(carrel, `everything-${name}-opened`)
  })
}

/** Large and small: a picture, axe, and nothing that scrolls sideways but what is made for it. */
async function look(carrel: Carrel, name: string): Promise<void> {
  const { page } = carrel
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await picture(page, `${name}${size}`)
    expect(await accessibilityFaults(page), name).toEqual([])
    const wide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('.transcript')].map(
        (one) => one.scrollWidth - one.clientWidth,
      ),
    )
    expect(Math.max(...wide)).toBeLessThanOrEqual(0)
  }
  await resize(carrel, 1280, 800)
}
