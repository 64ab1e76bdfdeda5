// The Skills page in the real window, over real folders: what is seen, why something is refused, and what can be done about it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { steps } from '../support/fake-ollama.ts'
import {
  accessibilityFaults,
  allRecordsIn,
  answered,
  ask,
  expect,
  picture,
  resize,
  test,
  parts as windowParts,
} from './carrel.ts'
import { carrelCommand, commandFolder, lend, seedSession } from './commands.ts'
import { look, lookOnce } from './looking.ts'
import { goSkills, layDown, ownSkills, skillsPage, skillText } from './skill-folders.ts'

let person: string
test.beforeEach(async () => {
  person = await mkdtemp(join(tmpdir(), 'carrel-person-'))
})
test.afterEach(() => rm(person, { recursive: true, force: true }))
const asPerson = () => ({ environment: { HOME: person } })
const foreign = () => join(person, '.claude', 'skills')

async function shelve(home: string): Promise<void> {
  const own = ownSkills(home)
  await layDown(own, 'harbour-notes', {
    description:
      'Write notes the way this person writes them, short, dated, one idea to a paragraph. Use for any file under notes/.',
    more: 'license: MIT\ncompatibility: Needs bash and awk\nallowed-tools: Bash(git:*) Read\nmetadata:\n  author: Wren\n',
    body: '# Harbour notes\n\nA note is read once, months later, by someone in a hurry. Write for that reader.\n\n## Shape\n\n1. First line: the date and the place, nothing else.\n2. Then the thing that happened, before any reason for it.\n3. Times as `04:38`, with the zone named once.\n\n## Words\n\nKeep the person’s own terms: *springs*, not “spring tides”. Never tidy a quotation.\n',
    files: {
      'scripts/count.sh': '#!/bin/sh\nwc -l "$1"\n',
      'references/words.md': '# Words\n\n- springs\n- the board\n',
    },
  })
  await layDown(own, 'tide-tables', { description: 'Times, datums and corrections for UK ports' })
  await layDown(foreign(), 'tide-tables', { description: 'Another one of the same name' })
  await layDown(foreign(), 'bibliography', { description: 'Turn rough references into one style' })
  await writeFile(join(await layDown(own, 'citations'), 'SKILL.md'), '---\nname: Citations!\n---\n\n# Citations\n')
  await layDown(own, 'Meeting_Minutes', { name: 'meeting-minutes', description: 'Decisions first, then who does what' })
}

for (const theme of ['light', 'dark'] as const) {
  test(`the library, a skill, and one that is refused, in ${theme}`, async ({ launch, home }) => {
    await shelve(home)
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch(asPerson())
    const { page } = carrel
    const parts = await goSkills(page)
    await expect(parts.row('citations').or(parts.row('Citations!'))).toContainText('Refused')
    await parts.row('harbour-notes').click()
    await expect(parts.title).toHaveText('harbour-notes')
    await parts.toggle.click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
    await expect(parts.detail).toContainText('This is a wish of the skill. It grants nothing')
    await look(carrel, `skills-${theme}`)

    await parts.filter('Refused').click()
    await parts.rows.first().click()
    await expect(parts.detail).toContainText('It is refused')
    await look(carrel, `skills-refused-${theme}`)
    await parts.filter('All').click()

    await page.getByRole('button', { name: /^Where Carrel looks/ }).click()
    await expect(parts.detail.getByRole('list', { name: 'Where Carrel looks' })).toContainText(foreign())
    await look(carrel, `skills-roots-${theme}`)

    await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
    await expect(parts.sheet).toContainText('Nothing is installed before you have seen what is in it')
    await lookOnce(page, `skills-install-${theme}`)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New skill', exact: true }).click()
    await lookOnce(page, `skills-create-${theme}`)
    await page.keyboard.press('Escape')

    // In a window without room for both, one and then the other.
    await resize(carrel, 600, 700)
    await expect(parts.field).toBeHidden()
    await picture(page, `skills-narrow-detail-${theme}`)
    await page.getByRole('button', { name: 'All skills' }).click()
    await expect(parts.field).toBeFocused()
    await picture(page, `skills-narrow-list-${theme}`)
    expect(await accessibilityFaults(page)).toEqual([])
  })
}

test('by keyboard alone: found, walked through, switched, read', async ({ launch, home }) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await page.keyboard.type('tide tables uk')
  await expect(parts.rows).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await expect(parts.row('tide-tables')).toBeFocused()
  await page.keyboard.press('Space')
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await expect(page.getByRole('status').filter({ hasText: 'tide-tables is on.' })).toBeAttached()
  await page.keyboard.press('Space')
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')
  await page.keyboard.press('ArrowUp')
  await expect(parts.field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(parts.field).toHaveValue('')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await expect(parts.rows.last()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(parts.title).toBeFocused()
  await expect(parts.detail).toContainText('It is refused')
})

test('filters count every skill once, and a shadowed one names the other', async ({ launch, home }) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  const counts = await Promise.all(
    ['All', 'On', 'Off', 'Refused'].map(async (name) =>
      Number((await parts.filter(name).innerText()).replace(/\D/g, '')),
    ),
  )
  expect(counts[0]).toBe(counts.slice(1).reduce((sum, count) => sum + count, 0))
  await parts.field.fill('tide')
  await expect(parts.rows).toHaveCount(2)
  await parts.rows.filter({ hasText: 'Times, datums' }).click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await parts.rows.filter({ hasText: 'Shadowed' }).click()
  await expect(parts.detail).toContainText('Another skill of this name comes first')
  await expect(parts.detail).toContainText('Another one of the same name')
  await parts.detail.getByRole('button', { name: 'Show the other one' }).click()
  await expect(parts.detail).toContainText('Times, datums and corrections')
  await expect(parts.detail).toContainText('Of the same name')
  await parts.field.fill('nowhere to be found')
  await expect(page.getByText('No skill holds these words.')).toBeVisible()
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(parts.rows.first()).toBeVisible()
})

test('a file opens in its place, and a folder with another name is renamed', async ({ launch, home }) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  const script = parts.detail.getByRole('button', { name: /scripts\/count\.sh/ })
  await expect(script).toContainText('script')
  await script.click()
  await expect(parts.detail.getByRole('group', { name: 'scripts/count.sh' })).toContainText('wc -l "$1"')
  await picture(page, 'skills-file')
  expect(await accessibilityFaults(page)).toEqual([])

  await parts.row('meeting-minutes').click()
  await parts.detail.getByRole('button', { name: /^Give the folder its name/ }).click()
  await expect(parts.toast('Mended.')).toBeVisible()
  await expect(parts.detail).toContainText(join(ownSkills(home), 'meeting-minutes'))
  await expect(parts.detail).not.toContainText('not as it should be')
})

test('what has changed on the disk is off until it was looked at', async ({ launch, home }) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('tide-tables').first().click()
  await parts.field.fill('datums')
  await parts.rows.first().click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await writeFile(
    join(ownSkills(home), 'tide-tables', 'SKILL.md'),
    skillText('tide-tables', { description: 'Times, datums and something else', body: '# Changed\n' }),
  )
  await expect(parts.rows.first()).toContainText('Changed, review')
  await expect(parts.detail).toContainText('It is not what you switched on')
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')
  await lookOnce(page, 'skills-changed')
  await parts.detail.getByRole('button', { name: 'Switch on as it is now' }).click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await expect(parts.detail).not.toContainText('It is not what you switched on')
})

test('five hundred are smooth: only those in sight are drawn, and the last is one key away', async ({
  launch,
  home,
}) => {
  await Promise.all(
    Array.from({ length: 500 }, (_, place) => layDown(ownSkills(home), `zone-${String(place).padStart(3, '0')}`)),
  )
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await expect(parts.filter('All')).toContainText(/50\d/)
  expect(await parts.rows.count()).toBeLessThan(60)
  await page.keyboard.press('ArrowDown')
  // How long a key takes until the frame that shows it, at its worst.
  const slowest = await page.evaluate(async () => {
    const list = document.querySelector('.shelf-list')
    let worst = 0
    for (let step = 0; step < 60; step++) {
      const begun = performance.now()
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      worst = Math.max(worst, performance.now() - begun)
    }
    return list ? worst : Number.NaN
  })
  process.stdout.write(`skills: slowest of 60 steps through 500: ${Math.round(slowest)} ms\n`)
  // Two frames and the work between them, on a machine that may have much else to do.
  expect(slowest).toBeLessThan(1_000)
  await page.keyboard.press('End')
  await expect(parts.row('zone-499')).toBeFocused()
  await expect(parts.title).toHaveText('zone-499')
  await parts.field.fill('zone-250')
  await expect(parts.rows).toHaveCount(1)
})

test('written in place: judged while one writes, saved, and what another program wrote is not lost', async ({
  launch,
  home,
}) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await page.getByRole('button', { name: 'New skill', exact: true }).click()
  await parts.sheet.getByLabel('Name', { exact: true }).fill('knots')
  await parts.sheet.getByLabel('What it does, and when to use it').fill('Which knot to use, and when')
  await parts.sheet.getByRole('button', { name: 'Create' }).click()
  const editor = parts.detail.getByRole('textbox', { name: 'SKILL.md' })
  await expect(editor).toBeFocused()
  await expect(editor).toHaveValue(/name: knots/)

  await editor.fill('---\nname: knots\n---\n\n# Knots\n')
  await expect(parts.detail.getByRole('status')).toContainText('It is refused')
  await lookOnce(page, 'skills-editor')
  await editor.fill(skillText('knots', { description: 'Which knot to use', body: '# Knots\n\nA bowline.\n' }))
  await expect(parts.detail.getByRole('status')).toContainText('Nothing to object to.')
  await page.keyboard.press('Control+s')
  await expect(parts.toast(/Saved/)).toBeVisible()
  const file = join(ownSkills(home), 'knots', 'SKILL.md')
  expect(await readFile(file, 'utf8')).toContain('A bowline.')
  await expect(parts.detail).toContainText('A bowline.')

  await parts.detail.getByRole('button', { name: 'Edit', exact: true }).first().click()
  await editor.fill(skillText('knots', { description: 'Which knot to use', body: '# Knots\n\nMine.\n' }))
  await writeFile(file, skillText('knots', { description: 'Which knot to use', body: '# Knots\n\nTheirs.\n' }))
  await expect(parts.detail).toContainText('was changed on the disk since you began')
  await lookOnce(page, 'skills-conflict')
  await page.keyboard.press('Control+s')
  expect(await readFile(file, 'utf8')).toContain('Theirs.')
  await parts.detail.getByRole('button', { name: 'Keep mine, and save over it' }).click()
  await expect(editor).toHaveCount(0)
  await expect(parts.detail).toContainText('Mine.')
  expect(await readFile(file, 'utf8')).toContain('Mine.')
})

test('removed into the trash and taken back', async ({ launch, home }) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  await parts.detail.getByRole('button', { name: 'More for harbour-notes' }).click()
  await picture(page, 'skills-menu')
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(parts.row('harbour-notes')).toHaveCount(0)
  await parts.toast('Removed harbour-notes').getByRole('button', { name: 'Undo' }).click()
  await expect(parts.title).toHaveText('harbour-notes')
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')

  // Of other programs nothing is ever written.
  await parts.row('bibliography').click()
  await parts.detail.getByRole('button', { name: 'More for bibliography' }).click()
  await expect(page.getByRole('menuitem', { name: 'Remove' })).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('menuitem', { name: 'Edit', exact: true })).toHaveAttribute('aria-disabled', 'true')
})

test('the chip and the slash: which are on beside the composer, and one named by its beginning', async ({
  launch,
  home,
}) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await page.keyboard.press('Control+l')
  const chip = page.getByRole('button', { name: /^Skills: \d+ on$/ })
  await expect(chip).toBeVisible()
  await chip.click()
  const card = page.getByRole('dialog').filter({ hasText: 'Skills in the session you begin' })
  await expect(card.getByRole('list', { name: 'Skills' })).toContainText('harbour-notes')
  await lookOnce(page, 'skills-chip')
  await page.keyboard.press('Escape')

  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('/har')
  const names = page.getByRole('listbox', { name: 'Commands, and skills to use' })
  await expect(names.getByRole('option')).toHaveText(/^\/harbour-notes/)
  await lookOnce(page, 'skills-slash')
  await message.press('Enter')
  await expect(message).toHaveValue('/harbour-notes ')
  await expect(names).toHaveCount(0)
  await message.fill('/')
  await expect(names).toBeVisible()
  await message.press('Escape')
  await expect(names).toHaveCount(0)
  await expect(message).toHaveValue('/')
  // A path is no name.
  await message.fill('/har/bour')
  await expect(names).toHaveCount(0)
})

test('before its first message: what is switched in the chip holds for the session it begins, and for no other', async ({
  launch,
  home,
}) => {
  await shelve(home)
  const carrel = await launch(asPerson())
  const { page } = carrel
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await page.keyboard.press('Control+l')
  const chip = page.getByRole('button', { name: /^Skills: \d+ on$/ })
  const on = async () => Number((await chip.innerText()).replace(/\D/g, ''))
  await expect(chip).toBeVisible()
  const before = await on()
  await chip.focus()
  await page.keyboard.press('Enter')
  const card = page.getByRole('dialog').filter({ hasText: 'Skills in the session you begin' })
  const one = (name: string) => card.getByRole('switch', { name })
  await one('harbour-notes').press('Space')
  await expect(one('harbour-notes')).toHaveAttribute('aria-checked', 'false')
  await one('clean-csv').click()
  await expect(one('clean-csv')).toHaveAttribute('aria-checked', 'false')
  // Never switched on for all: the switch is the yes to what is there.
  await one('bibliography').click()
  await expect(one('bibliography')).toHaveAttribute('aria-checked', 'true')
  // Back to what holds for all is no choice.
  await one('plain-notes').click()
  await one('plain-notes').click()
  await expect(card.getByText('only here')).toHaveCount(3)
  await expect.poll(on).toBe(before - 1)
  await look(carrel, 'skills-begin')
  await page.keyboard.press('Escape')
  await ask(page, 'What is the tide?')
  await answered(page)
  const { transcript } = windowParts(page)
  await expect(transcript).toContainText(`${before - 1} skills offered`)
  expect(await on()).toBe(before - 1)
  const offered = (await allRecordsIn(home)).find(({ event }) => event === 'offered')
  expect(offered?.['names']).toContain('bibliography')
  expect(offered?.['names']).not.toContain('harbour-notes')

  await page.keyboard.press('Control+n')
  await expect.poll(on).toBe(before)
  await chip.click()
  await expect(one('harbour-notes')).toHaveAttribute('aria-checked', 'true')
  await expect(card.getByText('only here')).toHaveCount(0)
})

test('in one session: switched for it alone, one tried alone, and each answer says what its model was told', async ({
  launch,
  home,
}) => {
  await shelve(home)
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await page.keyboard.press('Control+l')
  const chip = page.getByRole('button', { name: /^Skills: \d+ on$/ })
  const on = async () => Number((await chip.innerText()).replace(/\D/g, ''))
  await ask(page, 'What is the tide?')
  await answered(page)
  const before = await on()
  const { transcript } = windowParts(page)
  await expect(transcript).toContainText(`${before} skills offered`)

  await chip.click()
  const card = page.getByRole('dialog').filter({ hasText: 'Skills in this session' })
  await card.getByRole('switch', { name: 'harbour-notes' }).click()
  await expect(card.getByRole('switch', { name: 'harbour-notes' })).toHaveAttribute('aria-checked', 'false')
  await expect(card).toContainText('only here')
  // One that was never switched on for all can be for this session.
  await card.getByRole('switch', { name: 'bibliography' }).click()
  await expect(card.getByRole('switch', { name: 'bibliography' })).toHaveAttribute('aria-checked', 'true')
  await card.getByRole('switch', { name: 'clean-csv' }).click()
  await expect.poll(on).toBe(before - 1)
  await lookOnce(page, 'skills-session')
  await page.keyboard.press('Escape')
  await ask(page, 'And tomorrow?')
  await answered(page)
  await expect(transcript.getByRole('article').last()).toContainText(`${before - 1} skills offered`)

  await goSkills(page)
  await parts.row('harbour-notes').click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await parts.detail.getByRole('button', { name: 'More for harbour-notes' }).click()
  await page.getByRole('menuitem', { name: 'Try it…' }).click()
  await expect(page.getByRole('button', { name: 'Only harbour-notes' })).toBeVisible()
  await ask(page, 'Write a note')
  await answered(page)
  await expect(transcript).toContainText('1 skill offered')
  await expect(page.getByRole('button', { name: 'Only harbour-notes' })).toBeVisible()
  await lookOnce(page, 'skills-tried')
})

test('what the window of the model has no room for is said on the page', async ({ launch, home }) => {
  const names = ['harbour-notes', 'mooring-letters', 'tide-tables']
  const description = 'Words about the harbour. '.repeat(40).trim()
  for (const name of names) await layDown(ownSkills(home), name, { description })
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  const said = page.getByRole('status').filter({ hasText: 'has room for' })
  await expect(said).toHaveCount(0)
  for (const name of names) {
    await parts.row(name).click()
    await expect(parts.title).toHaveText(name)
    await parts.toggle.click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  }
  await expect(said).toContainText('3 descriptions are cut')
  await lookOnce(page, 'skills-room')
  for (const name of names) {
    await parts.row(name).click()
    await expect(parts.title).toHaveText(name)
    await parts.toggle.click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')
  }
  await expect(said).toHaveCount(0)
})

test('a session in which a skill was tried is thrown away when it is left, once, and stays when it is pinned', async ({
  launch,
  home,
}) => {
  await layDown(ownSkills(home), 'harbour-notes')
  const { page } = await launch(asPerson())
  const { sessions } = windowParts(page)
  const tryIt = async (question: string) => {
    const parts = await goSkills(page)
    await parts.row('harbour-notes').click()
    await parts.detail.getByRole('button', { name: 'More for harbour-notes' }).click()
    await page.getByRole('menuitem', { name: 'Try it…' }).click()
    await ask(page, question)
    await answered(page)
    await expect(sessions.getByText(question)).toBeVisible()
  }
  await tryIt('The first trial')
  await page.keyboard.press('Control+n')
  await expect(sessions.getByText('The first trial')).toHaveCount(0)
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.click()
  await expect(sessions.getByText('The first trial')).toBeVisible()
  // Brought back it is a session as any.
  await sessions.getByText('The first trial').click()
  await page.keyboard.press('Control+n')
  await tryIt('The second trial')
  await page.keyboard.press('Control+Shift+P')
  await expect(
    page
      .getByRole('button', { name: /The second trial.*Pinned|Pinned.*The second trial/ })
      .or(sessions.getByText('Pinned'))
      .first(),
  ).toBeVisible()
  await page.keyboard.press('Control+n')
  await expect(sessions.getByText('The second trial')).toBeVisible()
  await expect(sessions.getByText('The first trial')).toBeVisible()
})

test('a session in which a skill was tried is in the trash at the next start when the app was killed, and stays when it was pinned', async ({
  launch,
  home,
}) => {
  await layDown(ownSkills(home), 'harbour-notes')
  const tryIt = async (page: Page, question: string) => {
    const parts = await goSkills(page)
    await parts.row('harbour-notes').click()
    await parts.detail.getByRole('button', { name: 'More for harbour-notes' }).click()
    await page.getByRole('menuitem', { name: 'Try it…' }).click()
    await ask(page, question)
    await answered(page)
  }
  const first = await launch(asPerson())
  await tryIt(first.page, 'Tried and pinned')
  await first.page.keyboard.press('Control+Shift+P')
  await expect(windowParts(first.page).sessions.getByRole('heading', { name: 'Pinned', exact: true })).toBeVisible()
  await first.page.keyboard.press('Control+n')
  await tryIt(first.page, 'Tried and killed')
  await first.kill()
  const { page } = await launch(asPerson())
  const { sessions, transcript } = windowParts(page)
  await expect(sessions.getByText('Tried and pinned')).toBeVisible()
  await expect(sessions.getByText('Tried and killed')).toHaveCount(0)
  await expect(transcript.getByText('Tried and killed')).toHaveCount(0)
  await sessions.getByRole('button', { name: /^Trash/ }).click()
  await expect(page.getByRole('main').getByText('Tried and killed')).toBeVisible()
  await lookOnce(page, 'skills-tried-killed')
})

test('skills of a folder wait until it is trusted, and are off then', async ({ launch, home }) => {
  const { folder, remove } = await commandFolder()
  try {
    const project = join(folder, '.claude', 'skills')
    await layDown(project, 'boat-words', { description: 'Words of this folder' })
    await lend(folder)
    await seedSession(home, 'boats', 'About the boats', folder)
    const { page } = await launch(asPerson())
    await windowParts(page).sessions.getByText('About the boats').click()
    const parts = await goSkills(page)
    await expect(parts.row('boat-words')).toContainText('Not trusted')
    await parts.row('boat-words').click()
    await expect(parts.detail).toContainText('which you have not said you trust')
    await lookOnce(page, 'skills-untrusted')
    await parts.detail.getByRole('button', { name: 'Trust this folder' }).click()
    await expect(parts.row('boat-words')).toContainText('Off')
    await parts.toggle.click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
    // Without the session its folder is none of those that are looked through.
    await page.keyboard.press('Control+n')
    await goSkills(page)
    await expect(parts.row('boat-words')).toHaveCount(0)
  } finally {
    await remove()
  }
})

test('a window that may not write shows everything and changes nothing', async ({ launch, home, fake }) => {
  await shelve(home)
  fake.setScenario(steps({ content: 'Still writing' }, { gate: 'terminal' }, { done: 'stop' }))
  const running = carrelCommand(home, '--host', fake.url, 'run', 'Take your time')
  await fake.waitForRequest(({ path }) => path === '/api/chat')
  const { page } = await launch(asPerson())
  await expect(page.getByText(/has this data folder open/).first()).toBeVisible()
  await page.keyboard.press('Control+Shift+S')
  const parts = skillsPage(page)
  await expect(parts.rows.first()).toBeVisible()
  await parts.row('harbour-notes').click()
  await expect(parts.title).toHaveText('harbour-notes')
  await expect(parts.toggle).toHaveAttribute('aria-disabled', 'true')
  await parts.toggle.click({ force: true })
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')
  const install = page.getByRole('button', { name: 'Install from zip, folder or git' })
  await expect(install).toHaveAttribute('aria-disabled', 'true')
  await install.click({ force: true })
  await expect(parts.sheet).toHaveCount(0)
  await lookOnce(page, 'skills-read-only')
  fake.release('terminal')
  await running
  await expect(parts.toggle).toHaveAttribute('aria-disabled', 'false', { timeout: 10_000 })
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
})

test('at 200 percent nothing of it is cut off', async ({ launch, home }) => {
  await shelve(home)
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  const carrel = await launch(asPerson())
  const { page } = carrel
  const parts = await goSkills(page)
  await parts.row('harbour-notes').click()
  await expect(parts.title).toHaveText('harbour-notes')
  await lookOnce(page, 'skills-200')
  await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
  await expect(parts.sheet).toContainText('From a git repository')
  await lookOnce(page, 'skills-install-200')
})

test('nothing is there: said, with what to do', async ({ launch }) => {
  const { page } = await launch(asPerson())
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  await page.keyboard.press('Control+Shift+S')
  const parts = skillsPage(page)
  await parts.filter('Refused').click()
  await expect(page.getByText('Nothing is refused.')).toBeVisible()
  await lookOnce(page, 'skills-none')
})
