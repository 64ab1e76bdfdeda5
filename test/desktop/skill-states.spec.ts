// The library of skills on a bad day: its folders are slow, cannot be read, are gone; and what is there to be done then.
import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './carrel.ts'
import { look, lookOnce } from './looking.ts'
import { goSkills, layDown, ownSkills, skillsPage } from './skill-folders.ts'
import { onWire, passOn } from './wire.ts'

let person: string
test.beforeEach(async () => {
  person = await mkdtemp(join(tmpdir(), 'carrel-person-'))
})
test.afterEach(() => rm(person, { recursive: true, force: true }))
// Whoever waits for a disk that does not answer holds a thread of the system's.
const asPerson = () => ({ environment: { HOME: person, UV_THREADPOOL_SIZE: '16' } })

/** A file that keeps everybody waiting who reads it; answers what ends that, with this content in its place. */
async function stuckFile(path: string): Promise<(content: string) => Promise<void>> {
  execFileSync('mkfifo', [path])
  return async (content) => {
    const pipe = await open(path, constants.O_RDWR)
    await rm(path)
    await writeFile(path, content)
    await pipe.write(content)
    await pipe.close()
  }
}

for (const theme of ['light', 'dark'] as const) {
  test(`a look that takes long says so, can be stopped, and begun again, in ${theme}`, async ({ launch, home }) => {
    await layDown(ownSkills(home), 'tide-tables')
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const goOn = await stuckFile(join(home, 'skills.json'))
    try {
      const carrel = await launch(asPerson())
      const { page } = carrel
      await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
      await page.keyboard.press('Control+Shift+S')
      const parts = skillsPage(page)
      await expect(page.getByText('Looking through the folders…')).toBeVisible()
      // Nothing was counted, so no number stands there.
      await expect(parts.filter('All')).toHaveText('All')
      await expect(page.getByText('takes unusually long')).toBeVisible({ timeout: 30_000 })
      await look(carrel, `skills-slow-${theme}`)
      await page.getByRole('button', { name: 'Stop looking' }).click()
      await expect(page.getByText('You stopped the look before anything was read.')).toBeVisible()
      await lookOnce(page, `skills-stopped-${theme}`)
      await page.getByRole('button', { name: 'Check again' }).click()
      await expect(page.getByText('You stopped the look')).toHaveCount(0)
      await expect(parts.rows).toHaveCount(0)
      await goOn('{"version":1,"skills":{}}')
      await expect(parts.row('tide-tables')).toBeVisible()
      await expect(page.getByText('takes unusually long')).toHaveCount(0)
      await expect(parts.filter('All')).toContainText(/\d/)
    } finally {
      await goOn('{"version":1,"skills":{}}').catch(() => undefined)
    }
  })
}

test('a look that fails, or is answered with what is no library, leaves what was there and can be done again', async ({
  launch,
  home,
}) => {
  await layDown(ownSkills(home), 'tide-tables')
  const carrel = await launch(asPerson())
  const { page, app } = carrel
  const parts = await goSkills(page)
  const failure = { code: 'disk', message: 'Something could not be read. Look at the disk.', detail: 'EIO: i/o error' }
  await onWire(app, 'skills.library', { answer: { ok: false, failure } })
  await layDown(ownSkills(home), 'knots')
  const said = page.locator('.shelf').getByRole('alert')
  await expect(said).toContainText('Something could not be read.')
  await expect(parts.row('tide-tables')).toBeVisible()
  await look(carrel, 'skills-failed')

  await onWire(app, 'skills.library', { answer: { ok: true, value: {} } })
  await said.getByRole('button', { name: 'Try again' }).click()
  await expect(said).toContainText('Something in Carrel went wrong')
  await expect(parts.row('tide-tables')).toBeVisible()
  await lookOnce(page, 'skills-damaged')

  await onWire(app, 'skills.library', 'hold')
  await said.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('Looking again takes unusually long.')).toBeVisible({ timeout: 30_000 })
  await expect(parts.row('tide-tables')).toBeVisible()
  await page.getByRole('button', { name: 'Stop looking' }).click()
  await expect(said).toContainText('You stopped the look. What you see is what was there before.')
  await passOn(app)
  await said.getByRole('button', { name: 'Check again' }).click()
  await expect(parts.row('knots')).toBeVisible()
  await expect(said).toHaveCount(0)
})

test('the details of one that are slow, and that cannot be read: never those of another one', async ({
  launch,
  home,
}) => {
  await layDown(ownSkills(home), 'tide-tables', { description: 'Of the tides' })
  await layDown(ownSkills(home), 'knots', { description: 'Of the knots' })
  const { page, app } = await launch(asPerson())
  const parts = await goSkills(page)
  await parts.row('knots').click()
  await expect(parts.title).toHaveText('knots')
  const failure = { code: 'not-found', message: 'The skill is not there any more.' }
  await onWire(app, 'skills.details', { answer: { ok: false, failure } })
  await parts.row('tide-tables').click()
  await expect(parts.detail.getByRole('alert')).toContainText('not there any more')
  await expect(parts.detail).not.toContainText('Of the knots')
  await lookOnce(page, 'skills-detail-failed')
  await onWire(app, 'skills.details', 'hold')
  await parts.detail.getByRole('button', { name: 'Try again' }).click()
  await passOn(app)
  await expect(parts.title).toHaveText('tide-tables')
})

test('a folder that was looked through goes away: said, with what was in it, until it is back', async ({
  launch,
  home,
}) => {
  const foreign = join(person, '.claude', 'skills')
  await layDown(foreign, 'bibliography')
  await layDown(foreign, 'citations')
  await layDown(ownSkills(home), 'tide-tables')
  const carrel = await launch(asPerson())
  const { page } = carrel
  const parts = await goSkills(page)
  await parts.row('bibliography').click()
  await parts.toggle.click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await rename(foreign, join(person, 'away'))
  const said = page.locator('.shelf').getByRole('alert')
  await expect(said).toContainText(`${foreign} is gone`)
  await expect(said).toContainText('2 skills')
  await expect(parts.row('bibliography')).toHaveCount(0)
  await look(carrel, 'skills-folder-gone')
  await page.getByRole('button', { name: /^Where Carrel looks/ }).click()
  await expect(
    parts.detail.getByRole('list', { name: 'Where Carrel looks' }).getByRole('listitem').filter({ hasText: foreign }),
  ).toContainText('not there')
  await rename(join(person, 'away'), foreign)
  await said.getByRole('button', { name: 'Check again' }).click()
  await expect(said).toHaveCount(0)
  await parts.row('bibliography').click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
})

test('without a model it is said that nobody knows whether all that is on has room', async ({ launch, home, fake }) => {
  await layDown(ownSkills(home), 'tide-tables')
  await fake.stop()
  const { page } = await launch(asPerson())
  await expect(page.getByRole('textbox', { name: 'Message' }).or(page.getByRole('main')).first()).toBeVisible()
  await page.keyboard.press('Control+Shift+S')
  await expect(skillsPage(page).row('tide-tables')).toBeVisible()
  await expect(page.getByText('it is not known whether it has room')).toBeVisible()
  await lookOnce(page, 'skills-offline')
})
