// The cards of tool calls in the real window: going on, done, refused, failed, stopped; opened to all there is.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { asked, call, calling, result, said, turn, writeBlob, writeSession } from '../support/recorded-run.ts'
import type { Line } from '../support/session-lines.ts'
import { accessibilityFaults, answered, ask, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-folder-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const session = (home: string, id: string, lines: Line[]) => writeSession(home, { id, workspace: folder }, lines)

const patch = `===================================================================
--- src/clock.ts
+++ src/clock.ts
@@ -19,6 +19,7 @@
 
 export function clock(utc: Date, zone: string): string {
-  const shifted = new Date(utc.getTime() + 60 * 60_000)
-  return shifted.toISOString().slice(11, 16)
+  return new Intl.DateTimeFormat('en-GB', {
+    timeZone: zone, hour: '2-digit', minute: '2-digit', // ${'a long line '.repeat(12)}
+  }).format(utc)
 }
@@ -40,2 +41,2 @@
-old
+new\u202e
\\ No newline at end of file
`

/** Everything a card can be, as another front has recorded it. */
async function recorded(home: string, lines = 3_000) {
  const long = Array.from({ length: lines }, (_, n) => `line ${n} of a long file <b>no markup</b> **none**`).join('\n')
  const shortened = `${long.slice(0, 4_000)}\n[... shortened ...]\n${long.slice(-4_000)}`
  const full = await writeBlob(home, long)
  const edited = { path: 'src/clock.ts', change: 'edited', added: 4, removed: 3, diff: patch }
  const refused = { isError: true, failure: { code: 'denied', reason: 'outside' } }
  const deep = `a/very/long/way/${'through/many/folders/'.repeat(8)}to-the-file-that-matters.ts`
  await session(home, 'recorded', [
    ...turn(
      asked('Mend the clock'),
      calling(
        [
          call('c1', 'search_files', { query: 'summer time', path: 'notes' }),
          call('c2', 'read_file', { path: deep }),
          call('c3', 'read_file', { path: '../out\u202eside.txt' }),
          call('c4', 'read_file', { path: 'missing.md' }),
          call('c5', 'frobnicate', {}),
        ],
        'I look for what the notes say.',
      ),
      result('c1', 'search_files', 'notes/a.md:3: summer time', {
        ms: 120,
        detail: { files: [], found: { what: 'matches', count: 4, of: 2 } },
      }),
      result('c2', 'read_file', shortened, {
        truncated: true,
        full,
        detail: { files: [], found: { what: 'lines', count: lines, of: lines } },
      }),
      result('c3', 'read_file', 'It is outside the workspace and cannot be used.', refused),
      result('c4', 'read_file', 'There is no file missing.md.', {
        isError: true,
        failure: { code: 'not-found', reason: null },
      }),
      result('c5', 'frobnicate', 'There is no tool named "frobnicate".', {
        isError: true,
        failure: { code: 'not-found', reason: 'unknown-tool' },
      }),
      calling([call('c6', 'edit_file', { path: 'src/clock.ts', old_text: 'one\ntwo ', new_text: 'three', all: true })]),
      result('c6', 'edit_file', 'Edited src/clock.ts at line 21.', { detail: { files: [edited] } }),
      said('The hour was added all year. It is not any more.'),
    ),
  ])
  return { full, long }
}

async function openRecorded(launch: () => Promise<Carrel>, title: string) {
  const carrel = await launch()
  await parts(carrel.page).sessions.getByText(title).click()
  return carrel
}

const cards = (page: Page) => parts(page).transcript.getByRole('list', { name: 'What was done' }).getByRole('button')
const card = (page: Page, words: string | RegExp) => cards(page).filter({ hasText: words })

test('each call is one line that says what came of it, and opens by key to arguments, output and change', async ({
  launch,
  home,
}) => {
  const { long } = await recorded(home)
  const carrel = await openRecorded(launch, 'Mend the clock')
  const { page } = carrel
  const lines = [
    'Searched for“summer time” in notes4 hits in 2 files0.1 s',
    /to-the-file-that-matters\.ts3,000 lines, shortened0\.0 s$/,
    'Read../outU+202Eside.txtrefused: outside the folder0.0 s',
    'Readmissing.mdnot found0.0 s',
    'Callfrobnicateno such tool0.0 s',
    'Editedsrc/clock.ts+4 −30.0 s',
  ]
  await expect(cards(page)).toHaveText(lines)
  await expect(page.locator('.opened-call > *')).toHaveCount(0)
  await resize(carrel, 1280, 800)
  await picture(page, 'calls-closed')
  expect(await accessibilityFaults(page)).toEqual([])

  const edit = card(page, 'clock.ts')
  await edit.focus()
  await page.keyboard.press('Enter')
  await expect(edit).toHaveAttribute('aria-expanded', 'true')
  const change = page.getByRole('group', { name: 'Change of src/clock.ts' })
  await expect(change.locator('li.added')).toHaveCount(4)
  await expect(change).toContainText('newU+202E')
  await expect(change).toContainText('No newline at end of file')
  const given = page.getByRole('group', { name: 'Arguments' })
  await expect(given).toContainText('“one\ntwo ”', { useInnerText: true })
  await expect(given).toContainText('true')
  await expect(page.getByText('Edited src/clock.ts at line 21.')).toBeVisible()
  await edit.scrollIntoViewIfNeeded()
  await picture(page, 'calls-open-edit')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(edit).toHaveAttribute('aria-expanded', 'false')
  await expect(page.locator('.opened-call > *')).toHaveCount(0)

  const read = card(page, 'to-the-file-that-matters')
  await read.click()
  const output = page.getByRole('group', { name: 'Output' })
  await expect(output).toContainText('[... shortened ...]')
  await picture(page, 'calls-open-read')
  await page.getByRole('button', { name: /^Show all of it/ }).click()
  await expect(output).toContainText('line 1500 of a long file <b>no markup</b> **none**')
  expect(await output.innerText()).toBe(long)
  await expect(page.getByRole('button', { name: /^Show/ })).toHaveCount(0)

  await page.emulateMedia({ colorScheme: 'dark' })
  await edit.click()
  await read.click()
  await edit.scrollIntoViewIfNeeded()
  await picture(page, 'calls-open-dark')
  expect(await accessibilityFaults(page)).toEqual([])
  await resize(carrel, 800, 600)
  await picture(page, 'calls-800-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await edit.click()
  await picture(page, 'calls-800')
})

test('an output whose file is gone says so, and keeps what is left', async ({ launch, home }) => {
  await recorded(home)
  await rm(join(home, 'blobs'), { recursive: true })
  const { page } = await openRecorded(launch, 'Mend the clock')
  await card(page, 'to-the-file-that-matters').click()
  await page.getByRole('button', { name: /^Show all of it/ }).click()
  await expect(page.getByRole('alert')).toContainText('missing or damaged')
  await expect(page.getByRole('group', { name: 'Output' })).toContainText('[... shortened ...]')
})

test('a call that takes long says how long, and is stopped', async ({ launch, home, fake }) => {
  const slow = 'abcdefghij klmnopqrst\n'.repeat(9_000)
  for (let n = 0; n < 200; n++) await writeFile(join(folder, `big-${n}.txt`), slow)
  await session(home, 'live', turn(asked('About the tide'), said('Ask.')))
  fake.setScenario({
    turns: [
      {
        match: { nth: 1 },
        steps: [
          { content: 'I look.' },
          {
            tool_calls: [
              { name: 'read_file', arguments: { path: 'nothing.txt' } },
              { name: 'search_files', arguments: { query: '([a-z]+ ?){12}never$', regex: true } },
            ],
          },
          { done: 'stop' },
        ],
      },
    ],
  })
  const carrel = await openRecorded(launch, 'About the tide')
  const { page } = carrel
  await ask(page, 'Find it')
  const going = card(page, 'Searching for')
  await expect(going).toContainText(/[1-9] s$/)
  // It ended long before the other, and says at once why.
  await expect(card(page, 'nothing.txt')).toContainText('not found')
  await expect(going).toBeVisible()
  await expect(parts(page).transcript.getByText('I look.')).toBeVisible()
  await picture(page, 'calls-running')
  await parts(page).stop.click()
  await answered(page)
  await expect(card(page, 'Search for')).toContainText('stopped')
  await expect(card(page, 'nothing.txt')).toContainText('not found')
  await expect(parts(page).transcript.getByText('Stopped. What had arrived is kept.')).toBeVisible()
  await picture(page, 'calls-stopped')
})

test('a long turn is folded, notices stand where they were told, and a limit offers to go on', async ({
  launch,
  home,
  fake,
}) => {
  for (let n = 0; n < 30; n++) await writeFile(join(folder, `note-${n}.txt`), `Note ${n}\n`)
  await session(home, 'live', turn(asked('About the notes'), said('Ask.')))
  await writeFile(join(home, 'settings.json'), JSON.stringify({ rounds: 12 }))
  const rounds = Array.from({ length: 12 }, (_, n) => ({
    match: { nth: n + 1 },
    steps: [{ tool_calls: [{ name: 'read_file', arguments: { path: `note-${n}.txt` } }] }, { done: 'stop' as const }],
  }))
  fake.setScenario({
    turns: [
      ...rounds,
      { match: { hasTools: false }, steps: [{ content: 'Twelve notes so far.' }, { done: 'stop' }] },
      { match: {}, steps: [{ content: 'I went on.' }, { done: 'stop' }] },
    ],
  })
  const { page } = await openRecorded(launch, 'About the notes')
  await ask(page, 'Read every note')
  await answered(page)
  const { transcript, message } = parts(page)
  await expect(transcript.getByText('The model took 12 steps. It is asked to close.')).toBeVisible()
  await expect(transcript.getByText(/the most for one question/)).toBeVisible()
  await expect(cards(page)).toHaveCount(4)
  await picture(page, 'calls-folded')
  await transcript.getByRole('button', { name: '8 earlier steps' }).click()
  await expect(cards(page)).toHaveCount(12)
  await expect(cards(page).first()).toBeFocused()
  await message.fill('What I was writing')
  await transcript.getByRole('button', { name: 'Continue' }).click()
  await expect(transcript.locator('.ask-words').last()).toHaveText('Continue.')
  await answered(page)
  await expect(message).toHaveValue('What I was writing')
})

test('a model that is silent after its words may be writing a call, and that is said, until the call is there', async ({
  launch,
  home,
  fake,
}) => {
  await writeFile(join(folder, 'tide.txt'), 'High water 04:38\n')
  await session(home, 'live', turn(asked('About the tide'), said('Ask.')))
  const look = { tool_calls: [{ name: 'read_file', arguments: { path: 'tide.txt' } }] }
  fake.setScenario({
    turns: [
      { match: { nth: 1 }, steps: [{ content: 'I look.' }, { delayMs: 7_000 }, look, { done: 'stop' }] },
      { match: {}, steps: [{ content: 'At 04:38.' }, { done: 'stop' }] },
    ],
  })
  const { page } = await openRecorded(launch, 'About the tide')
  await ask(page, 'When?')
  const silent = parts(page).transcript.getByText(/^No word for \d+ s; it may be writing a call$/)
  await expect(silent).toBeVisible()
  await picture(page, 'calls-silent')
  await expect(card(page, 'Readtide.txt1 line')).toBeVisible({ timeout: 10_000 })
  await expect(silent).toHaveCount(0)
  await answered(page)
})
