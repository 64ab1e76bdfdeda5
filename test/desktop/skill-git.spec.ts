// A skill from a git server on this machine, through the window: asked about natively, fetched, looked at, installed, used, brought up
// to date; and a server that is slow, breaks off, or is not there.
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type GitServer, makeRepository, startGitServer } from '../support/git-server.ts'
import { answered, ask, expect, test, parts as windowParts } from './carrel.ts'
import { look, lookOnce } from './looking.ts'
import { askedSoFar, personPresses } from './native-answers.ts'
import { goSkills, layDown, ownSkills, skillsPage, skillText } from './skill-folders.ts'

let person: string
let server: GitServer
test.beforeEach(async () => {
  person = await mkdtemp(join(tmpdir(), 'carrel-person-'))
  await mkdir(join(person, 'served'))
  server = await startGitServer(join(person, 'served'))
})
test.afterEach(async () => {
  await server.close().catch(() => undefined)
  await rm(person, { recursive: true, force: true })
})

/** A machine that believes the certificate of this server, as it does those of its own list. */
async function asPerson() {
  const programs = join(person, 'bin')
  await mkdir(programs, { recursive: true })
  const path = process.env['PATH'] ?? ''
  const git = join(programs, 'git')
  await writeFile(git, `#!/bin/sh\nPATH='${path}' GIT_SSL_CAINFO='${server.certificates}' exec git "$@"\n`)
  await chmod(git, 0o755)
  return { environment: { HOME: person, PATH: `${programs}${delimiter}${path}` } }
}

const knots = { description: 'Which knot to use. Use when somebody has a rope.', body: '# Knots\n\nA bowline holds.\n' }
const files = {
  'knots/SKILL.md': skillText('knots', knots),
  'knots/references/bowline.md': '# Bowline\n\nAround the tree.\n',
}

async function startLooking(page: Parameters<typeof skillsPage>[0], url: string) {
  const parts = skillsPage(page)
  await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
  await parts.sheet.getByLabel('Address').fill(url)
  await parts.sheet.getByRole('button', { name: 'Look at it' }).click()
}

/** Nothing waits in the staging folder. */
const nothingStaged = async (home: string) =>
  await expect.poll(async () => await readdir(join(ownSkills(home), '.staging')).catch(() => [])).toEqual([])

test('asked, fetched, looked at, installed, used by the model, and brought up to date', async ({
  launch,
  home,
  fake,
}) => {
  test.setTimeout(120_000)
  const repository = makeRepository(join(person, 'served'), 'ropes', files)
  await layDown(ownSkills(home), 'tide-tables')
  fake.setScenario({
    turns: [
      { match: { toolResultFor: 'use_skill' }, steps: [{ content: 'Take a bowline.' }, { done: 'stop' }] },
      {
        match: { contains: 'a rope' },
        steps: [{ tool_calls: [{ name: 'use_skill', arguments: { name: 'knots' } }] }, { done: 'stop' }],
      },
    ],
  })
  const carrel = await launch(await asPerson())
  const { page, app } = carrel
  const parts = await goSkills(page)
  const url = `${server.url}/ropes.git`

  // A no reaches nobody, and what was written stays.
  await personPresses(app, 'Cancel')
  await startLooking(page, url)
  await expect(parts.sheet.getByRole('status').filter({ hasText: 'its host was not reached' })).toBeVisible()
  await expect(parts.sheet.getByLabel('Address')).toHaveValue(url)
  expect((await askedSoFar(app)).map(({ message, detail }) => [message, detail])).toEqual([
    ['Fetch a skill from this address?', url],
  ])
  expect(server.asked).toEqual([])
  await lookOnce(page, 'skills-git-said-no')

  await personPresses(app, 'Fetch')
  await parts.sheet.getByRole('button', { name: 'Look at it', exact: true }).click()
  await expect(parts.sheet).toContainText('A bowline holds.')
  await expect(parts.sheet).toContainText('knots')
  await parts.sheet.getByRole('button', { name: /references\/bowline\.md/ }).click()
  await expect(parts.sheet.getByRole('group', { name: 'references/bowline.md' })).toContainText('Around the tree.')
  await look(carrel, 'skills-git-inspected')
  await parts.sheet.getByRole('button', { name: 'Install', exact: true }).click()
  await parts.toast('Installed knots').getByRole('button', { name: 'Switch on' }).click()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
  await expect(parts.detail).toContainText(url)

  await page.keyboard.press('Control+l')
  await ask(page, 'What do I do with a rope?')
  await answered(page)
  const { transcript } = windowParts(page)
  await expect(transcript).toContainText('Take a bowline.')
  await expect(transcript).toContainText('knots read')
  await lookOnce(page, 'skills-git-used')

  // The way to its host is asked about each time.
  await writeFile(join(repository.path, 'knots/references/bowline.md'), '# Bowline\n\nAround the tree, and back.\n')
  repository.commit('second')
  await goSkills(page)
  await parts.row('knots').click()
  await personPresses(app, 'Cancel')
  await parts.detail.getByRole('button', { name: 'More for knots' }).click()
  await page.getByRole('menuitem', { name: 'Look for an update…' }).click()
  await expect(parts.sheet).toContainText('its host was not reached')
  expect((await askedSoFar(app)).map(({ detail }) => detail)).toEqual([url])
  await personPresses(app, 'Fetch')
  await parts.sheet.getByRole('button', { name: 'Look at it again' }).click()
  await expect(parts.sheet).toContainText('1 file would change')
  const file = parts.sheet.getByRole('button', { name: /references\/bowline\.md/ })
  await expect(file).toContainText('changed')
  await file.focus()
  await page.keyboard.press('Enter')
  const shown = parts.sheet.getByRole('group', { name: 'What is shown of references/bowline.md' })
  await expect(shown.getByRole('button', { name: 'What would change' })).toHaveAttribute('aria-pressed', 'true')
  await lookOnce(page, 'skills-git-update')
  await shown.getByRole('button', { name: 'All of it' }).press('Enter')
  await expect(parts.sheet.getByRole('group', { name: 'references/bowline.md', exact: true })).toContainText(
    'Around the tree, and back.',
  )
  await parts.sheet.getByRole('button', { name: 'Update', exact: true }).click()
  await expect(parts.toast('Updated knots')).toBeVisible()
  await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')
})

test('a server that is slow can be left, one that breaks off or is gone is said, and a second try goes on', async ({
  launch,
  home,
}) => {
  test.setTimeout(120_000)
  makeRepository(join(person, 'served'), 'ropes', files)
  await layDown(ownSkills(home), 'tide-tables')
  const carrel = await launch(await asPerson())
  const { page, app } = carrel
  const parts = await goSkills(page)
  await personPresses(app, 'Fetch')

  const reached = () => server.asked.length
  server.instead = () => undefined
  await startLooking(page, `${server.url}/ropes.git`)
  await expect(parts.sheet).toContainText(`Fetching ${server.url}/ropes.git`)
  await expect.poll(reached).toBe(1)
  await expect(parts.sheet).toContainText('The server is slow.', { timeout: 30_000 })
  await look(carrel, 'skills-git-slow')
  await parts.sheet.getByRole('button', { name: 'Stop' }).click()
  await expect(parts.sheet.getByRole('status').filter({ hasText: 'Stopped. Nothing was kept' })).toBeVisible()
  await expect(parts.sheet.getByLabel('Address')).toHaveValue(`${server.url}/ropes.git`)
  await nothingStaged(home)
  await lookOnce(page, 'skills-git-stopped')

  // It begins to send, and breaks off.
  server.instead = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement', 'content-length': '9000' })
    response.write('001e# service=git-upload-pack\n')
    setImmediate(() => response.destroy())
  }
  await parts.sheet.getByRole('button', { name: 'Look at it again' }).click()
  const said = parts.sheet.getByRole('alert')
  await expect(said).toContainText('git could not fetch it from 127.0.0.1')
  await nothingStaged(home)
  await look(carrel, 'skills-git-broken')

  server.instead = null
  await said.getByRole('button', { name: 'Try again' }).click()
  await expect(parts.sheet).toContainText('A bowline holds.')

  // What was looked at has gone before it was said yes to: it has to be looked at again, and then it can be installed.
  await rm(join(ownSkills(home), '.staging'), { recursive: true })
  await parts.sheet.getByRole('button', { name: /references\/bowline\.md/ }).click()
  await expect(parts.sheet.getByRole('alert')).toContainText('not there any more')
  const install = parts.sheet.getByRole('button', { name: 'Install', exact: true })
  await install.click()
  await expect(said.first()).toContainText('Look at it again')
  await expect(install).toHaveAttribute('aria-disabled', 'true')
  await lookOnce(page, 'skills-staged-gone')
  await parts.sheet.getByRole('button', { name: 'Look at it again' }).click()
  await expect(parts.sheet.getByRole('alert')).toHaveCount(0)
  await expect(install).toHaveAttribute('aria-disabled', 'false')
  await page.keyboard.press('Escape')
  await nothingStaged(home)

  // Without a network there is nobody.
  await server.close()
  await startLooking(page, `${server.url}/ropes.git`)
  await expect(said).toContainText('Check the address and the connection.')
  expect((await readdir(ownSkills(home))).filter((name) => !name.startsWith('.'))).toEqual(['tide-tables'])
})
