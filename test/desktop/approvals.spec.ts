// The question at the border in the real window: shown in its exact bytes, answered by key, never by accident.
import { chmod, chown, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Scenario } from '../support/fake-ollama.ts'
import { asked, turn as recordedTurn, said, writeSession } from '../support/recorded-run.ts'
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

let folder: string
test.beforeEach(async ({ home }) => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'carrel-folder-')))
  // Commands never run as root, and for root as the owner of the folder.
  if (process.getuid?.() === 0) await chown(folder, 65_534, 65_534)
  await writeSession(
    home,
    { id: 'here', workspace: folder },
    recordedTurn(asked('Look after the tables'), said('I do.')),
  )
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const command = (line: string, more = {}) => ({
  tool_calls: [{ name: 'run_command', arguments: { command: line, ...more } }],
})
const turns = (...steps: Scenario['turns'][number]['steps'][]): Scenario => ({
  turns: steps.map((each, index) => ({ match: { nth: index + 1 }, steps: [...each, { done: 'stop' }] })),
})
const card = (page: Page) => page.getByRole('alertdialog')
const allowOnce = (page: Page) => card(page).getByRole('button', { name: /^Allow once/ })
/** The moment in which an answer counts. */
const armed = (page: Page) => expect(allowOnce(page)).toHaveAttribute('aria-disabled', 'false')
const files = async () => (await readdir(folder)).sort()

async function open({ page }: Carrel): Promise<void> {
  await parts(page).sessions.getByText('Look after the tables').click()
  await expect(page.getByText('I do.')).toBeVisible()
}

test('a command with hidden characters: shown as what it is, allowed by Enter, run once', async ({ launch, fake }) => {
  const line = "printf '%s\\n' 'fowey\u200b' \\\n\t> tables.csv\ncat tables.csv"
  fake.setScenario(turns([command(line)], [{ content: 'Done.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Fetch November')
  await expect(card(page)).toBeVisible()
  await expect(allowOnce(page)).toBeFocused()
  // Nothing counts before it can have been read.
  await page.keyboard.press('Enter')
  await expect(card(page)).toBeVisible()
  await expect(card(page).getByRole('listitem')).toHaveText([
    "printf '%s\\n' 'foweyU+200B' \\LF",
    'TAB> tables.csvLF',
    'cat tables.csvEND',
  ])
  await expect(card(page).getByText(/One sign that is not what it seems: zero-width space, line 1/i)).toBeVisible()
  await expect(card(page).getByText(folder)).toBeVisible()
  await expect(parts(page).sessions.getByText('Asks to run a command')).toBeVisible()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await resize(carrel, 1280, 800)
    await picture(page, `approval-${theme}`)
    expect(await accessibilityFaults(page)).toEqual([])
    await resize(carrel, 800, 600)
    await picture(page, `approval-small-${theme}`)
  }
  await resize(carrel, 1280, 800)
  expect(await files()).toEqual([])
  await armed(page)
  await allowOnce(page).focus()
  await page.keyboard.press('Enter')
  await answered(page)
  await expect(card(page)).toHaveCount(0)
  expect(await readFile(join(folder, 'tables.csv'), 'utf8')).toBe('fowey\u200b\n')
  await expect(parts(page).message).toBeFocused()
  await expect(page.getByRole('button', { name: /Ran/ })).toContainText('exit 0')
  await picture(page, 'approval-after')
})

test('83: a held key, a double click and a key from before never grant', async ({ launch, fake }) => {
  fake.setScenario(turns([command('touch made')], [{ content: 'Done.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Make it')
  await expect(card(page)).toBeVisible()
  await armed(page)
  await allowOnce(page).focus()
  // As a held key comes: repeated, without having been let go.
  await allowOnce(page).evaluate((button) => {
    for (let nth = 0; nth < 5; nth++) {
      const event = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true })
      if (button.dispatchEvent(event)) (button as HTMLButtonElement).click()
    }
  })
  await allowOnce(page).evaluate((button) =>
    button.dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true, cancelable: true })),
  )
  await expect(card(page)).toBeVisible()
  expect(await files()).toEqual([])
  await page.keyboard.press('Control+d')
  await answered(page)
  expect(await files()).toEqual([])
  await expect(page.getByText('not allowed')).toBeVisible()
})

test('77: a long command cannot be allowed before its end was seen', async ({ launch, fake }) => {
  const line = `echo start\n${'# nothing to see here\n'.repeat(120)}touch at-the-end`
  fake.setScenario(turns([command(line)], [{ content: 'Done.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Make it')
  await expect(card(page).getByText('scroll to its end before you allow it')).toBeVisible()
  await expect(card(page).getByText(/^122 lines, /)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(allowOnce(page)).toHaveAttribute('aria-disabled', 'true')
  await picture(page, 'approval-long')
  await card(page)
    .getByRole('list')
    .evaluate((list) => list.scrollTo(0, list.scrollHeight))
  await armed(page)
  await allowOnce(page).click()
  await answered(page)
  expect(await files()).toEqual(['at-the-end'])
})

test('whoever is writing keeps the focus, and what they write waits; a denial takes a note along', async ({
  launch,
  fake,
}) => {
  fake.setScenario(turns([{ gate: 'asks' }, command('touch made')], [{ content: 'Then not.' }], [{ content: 'Yes.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Make it')
  await parts(page).message.fill('And then')
  fake.release('asks')
  await expect(card(page)).toBeVisible()
  await expect(parts(page).message).toBeFocused()
  await page.keyboard.type(' the next')
  await page.keyboard.press('Enter')
  await expect(card(page)).toBeVisible()
  await expect(page.getByText('And then the next')).toBeVisible()
  await card(page).getByRole('textbox', { name: 'Note to the model' }).fill('Use the other folder.')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Yes.')).toBeVisible()
  const second = Object(fake.chatRequests()[1]?.body).messages.at(-1)
  expect(second.content).toContain('They say: Use the other folder.')
  expect(await files()).toEqual([])
})

test('allowed for the session, it is not asked again; Stop ends what is asked, and a command with its children', async ({
  launch,
  fake,
}) => {
  fake.setScenario(
    turns(
      [command('touch made')],
      [{ content: 'One.' }],
      [command('touch made')],
      [{ content: 'Two.' }],
      [command('sleep 60 & sleep 60')],
    ),
  )
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'First')
  await armed(page)
  await card(page).getByRole('button', { name: 'Allow for this session' }).click()
  await expect(page.getByText('One.')).toBeVisible()
  await rm(join(folder, 'made'))
  await ask(page, 'Second')
  await expect(page.getByText('Two.')).toBeVisible()
  expect(await files()).toEqual(['made'])
  await ask(page, 'Third')
  await armed(page)
  await allowOnce(page).click()
  await expect(page.getByRole('button', { name: /Running/ })).toBeVisible()
  await parts(page).message.focus()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: /sleep 60.*stopped/ })).toBeVisible()
})

test('ten thousand lines of output do not stall the window', async ({ launch, fake }) => {
  fake.setScenario(turns([command('for n in $(seq 1 10000); do echo "line $n of many"; done')], [{ content: 'Done.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Write much')
  await armed(page)
  await page.evaluate(() => {
    const longest = { ms: 0 }
    Object.assign(globalThis, { longest })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration)
    }).observe({ type: 'longtask' })
  })
  await allowOnce(page).click()
  await answered(page)
  const longest = await page.evaluate(() => Object(globalThis).longest.ms)
  process.stdout.write(
    `figure: 10,000 lines of output: the longest task of the window took ${Math.round(longest)} ms\n`,
  )
  await page.getByRole('button', { name: /Ran/ }).click()
  await expect(page.getByText('line 10000 of many')).toBeAttached()
})

test('a file that may hold secrets, and its path in exact bytes', async ({ launch, fake }) => {
  await writeFile(join(folder, '.env'), 'TOKEN=marker\n')
  await chmod(join(folder, '.env'), 0o644)
  fake.setScenario(
    turns([{ tool_calls: [{ name: 'read_file', arguments: { path: '.env' } }] }], [{ content: 'Done.' }]),
  )
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Read it')
  await expect(card(page).getByRole('heading')).toHaveText('Open this file?')
  await expect(card(page).getByText('may hold passwords or keys')).toBeVisible()
  await picture(page, 'approval-secret')
  await armed(page)
  await allowOnce(page).click()
  await answered(page)
  expect(JSON.stringify(fake.chatRequests().at(-1)?.body)).toContain('TOKEN=marker')
})

test('34: a command has its three streams and nothing of what the window’s process has open', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(turns([command('ls /proc/$$/fd; true')], [{ content: 'Done.' }]))
  const carrel = await launch()
  const { page } = carrel
  await open(carrel)
  await ask(page, 'Look')
  await armed(page)
  await allowOnce(page).click()
  await answered(page)
  const result = (await recordsIn(home)).find(({ role }) => role === 'tool')
  expect(result?.['content']).toBe('Exit code 0.\n0\n1\n2\n')
  // The control: the process it was started by has more, and has not closed them all to what it starts.
  const pid = carrel.app.process().pid
  expect((await readdir(`/proc/${pid}/fd`)).length).toBeGreaterThan(20)
})
