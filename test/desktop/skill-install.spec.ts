// Installing skills in the real window: everything is shown before anything is installed, and nothing of it is on by itself.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import yazl from 'yazl'
import { expect, type LaunchOptions, test } from './carrel.ts'
import { look, lookOnce } from './looking.ts'
import { personChooses } from './native-answers.ts'
import { dropOnto, goSkills, layDown, ownSkills, skillText } from './skill-folders.ts'

let person: string
test.beforeEach(async () => {
  person = await mkdtemp(join(tmpdir(), 'carrel-person-'))
})
test.afterEach(() => rm(person, { recursive: true, force: true }))
const asPerson = (): LaunchOptions => ({ environment: { HOME: person } })

const count = '#!/bin/sh\n# counts the lines of a file\nwc -l < "$1"\n'
const words = {
  description: 'Count the lines of notes with a script. Use when somebody asks how long a note is.',
  body: '# Count notes\n\nRun `scripts/count.sh` with the path of a note, and say the number.\n',
  files: { 'scripts/count.sh': count, 'references/why.md': '# Why\n\nLong notes are not read.\n' },
}

async function archive(path: string, files: Record<string, string>): Promise<string> {
  const zip = new yazl.ZipFile()
  for (const [name, text] of Object.entries(files))
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0), mode: 0o100644 })
  zip.end()
  const pieces: Buffer[] = []
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece))
  await writeFile(path, Buffer.concat(pieces))
  return path
}

for (const theme of ['light', 'dark'] as const) {
  test(`a folder is looked at, installed, switched on, and brought up to date with its changes shown, in ${theme}`, async ({
    launch,
    home,
  }) => {
    const source = await layDown(join(person, 'downloads'), 'count-notes', words)
    await layDown(ownSkills(home), 'tide-tables')
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const carrel = await launch(asPerson())
    const { page } = carrel
    await personChooses(carrel.app, source)
    const parts = await goSkills(page)
    await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await expect(parts.sheet).toContainText('scripts/count.sh')
    await expect(parts.sheet).toContainText('1 script')
    await expect(parts.sheet).toContainText('Run scripts/count.sh with the path of a note')
    await look(carrel, `skills-inspected-${theme}`)
    expect((await readdir(ownSkills(home))).filter((name) => !name.startsWith('.'))).toEqual(['tide-tables'])

    await parts.sheet.getByRole('button', { name: 'Install', exact: true }).click()
    await expect(parts.title).toHaveText('count-notes')
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'false')
    await parts.toast('Installed count-notes').getByRole('button', { name: 'Switch on' }).click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
    await expect(parts.detail).toContainText('Installed from')

    // There is another one now, and the person has changed theirs.
    await layDown(join(person, 'downloads'), 'count-notes', {
      ...words,
      body: '# Count notes\n\nRun `scripts/count.sh` with the path of a note, and say the number in words.\n',
      files: { 'scripts/count.sh': count, 'scripts/all.sh': '#!/bin/sh\nwc -l *.md\n' },
    })
    await rm(join(source, 'references'), { recursive: true })
    await parts.detail.getByRole('button', { name: 'More for count-notes' }).click()
    await page.getByRole('menuitem', { name: 'Look for an update…' }).click()
    await expect(parts.sheet).toContainText('Takes the place of the one that is installed')
    await expect(parts.sheet).toContainText('say the number in words')
    // Among the changes, and beside the file's name in the list.
    await expect(parts.sheet.getByText('added', { exact: true })).toHaveCount(2)
    await expect(parts.sheet.getByText('removed', { exact: true })).toBeVisible()
    await look(carrel, `skills-update-${theme}`)
    await page.keyboard.press('Escape')

    await writeFile(
      join(ownSkills(home), 'count-notes', 'SKILL.md'),
      skillText('count-notes', { ...words, body: 'Mine.\n' }),
    )
    await parts.detail.getByRole('button', { name: 'More for count-notes' }).click()
    await page.getByRole('menuitem', { name: 'Look for an update…' }).click()
    await expect(parts.sheet).toContainText('You have changed the installed one')
    const update = parts.sheet.getByRole('button', { name: 'Update', exact: true })
    await expect(update).toHaveAttribute('aria-disabled', 'true')
    await lookOnce(page, `skills-edited-${theme}`)
    await parts.sheet.getByLabel('Overwrite my changes').check()
    await update.click()
    await expect(parts.toast('Updated count-notes')).toBeVisible()
    const now = await readFile(join(ownSkills(home), 'count-notes', 'SKILL.md'), 'utf8')
    expect(now).toContain('say the number in words')
  })
}

test('an archive is dropped onto the page, and what it may not bring is refused with its reason', async ({
  launch,
  home,
}) => {
  const good = await archive(join(person, 'knots.zip'), {
    'knots/SKILL.md': skillText('knots', { description: 'Which knot to use' }),
    'knots/references/bowline.md': '# Bowline\n',
  })
  const bad = await archive(join(person, 'no-skill.zip'), { 'readme.txt': 'nothing here' })
  await layDown(ownSkills(home), 'tide-tables')
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await dropOnto(page, good)
  await expect(parts.sheet).toContainText('Which knot to use')
  await expect(parts.sheet).toContainText('references/bowline.md')
  await parts.sheet.getByRole('button', { name: 'Install', exact: true }).click()
  await expect(parts.title).toHaveText('knots')

  await dropOnto(page, bad)
  await expect(parts.sheet.getByRole('alert')).toBeVisible()
  await lookOnce(page, 'skills-not-installable')
  await page.keyboard.press('Escape')
  await expect(parts.sheet).toHaveCount(0)
  expect((await readdir(ownSkills(home))).filter((name) => !name.startsWith('.')).sort()).toEqual([
    'knots',
    'tide-tables',
  ])
})

test('a folder is dropped, and one that is too much is refused before it is read', async ({ launch, home }) => {
  const folder = await layDown(person, 'knots', { description: 'Which knot to use', files: { 'a/b/c.txt': 'deep\n' } })
  const large = await layDown(person, 'large', { files: { 'large.bin': 'x'.repeat(6_000_000) } })
  await layDown(ownSkills(home), 'tide-tables')
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await dropOnto(page, folder)
  await expect(parts.sheet).toContainText('a/b/c.txt')
  await page.keyboard.press('Escape')
  await expect(parts.sheet).toHaveCount(0)
  await dropOnto(page, large)
  await expect(parts.sheet.getByRole('alert')).toContainText('may have 5 MB in all')
  await page.keyboard.press('Escape')
  await expect
    .poll(async () => (await readdir(ownSkills(home))).filter((name) => !name.startsWith('.')))
    .toEqual(['tide-tables'])
})

test('an address that is none is refused in a sentence, and what was written stays', async ({ launch, home }) => {
  await layDown(ownSkills(home), 'tide-tables')
  const { page } = await launch(asPerson())
  const parts = await goSkills(page)
  await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
  await parts.sheet.getByLabel('Address').fill('ext::sh -c touch% /tmp/never')
  await parts.sheet.getByRole('button', { name: 'Look at it' }).click()
  await expect(parts.sheet.getByRole('alert')).toBeVisible()
  await lookOnce(page, 'skills-git-refused')
})
