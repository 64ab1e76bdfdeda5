// Settings: lasting rules and taking them back, the seal and trying it, and the folders that commands can read.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import { canMount } from '../support/mount.ts'
import { answered, appProgram, type Carrel, expect, parts, picture, resize, test } from './carrel.ts'
import { allow, carrelCommand, commandFolder, commandTurns, sealHolds, seedSession } from './commands.ts'
import { goTo, lookOnce } from './looking.ts'

const section = (page: Page, name: string) => page.getByRole('main').getByRole('region', { name, exact: true })
const rules = (page: Page) => section(page, 'Approvals and rules')
const sandbox = (page: Page) => section(page, 'Sandbox')
const row = (page: Page, words: string) => rules(page).locator('.rule', { hasText: words })
/** Every guard is really tried. */
async function sealed(page: Page): Promise<void> {
  await sealHolds(page)
  await expect(sandbox(page).getByText('Sealed: all six guards hold.')).toBeVisible()
}
const folders = (page: Page) => sandbox(page).getByRole('list', { name: 'Folders commands can read' })

async function openSettings(page: Page): Promise<void> {
  await goTo(page, 'Settings')
  await expect(rules(page)).toBeVisible()
}

/** As the policy keeps it. */
function rule(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    tool: 'run_command',
    pattern: 'git status',
    decision: 'allow',
    scope: 'folder',
    folder: '/home/someone/tides',
    sessionId: null,
    createdAt: '2026-11-20T08:00:00.000Z',
    lastUsedAt: null,
    lastMatches: [],
    uses: 0,
    covers: 'exact',
    policyVersion: 1,
    ...more,
  }
}
const seedRules = (home: string, ...listed: Record<string, unknown>[]) =>
  writeFile(join(home, 'rules.json'), JSON.stringify({ rules: listed }))
const rulesOnDisk = async (home: string): Promise<string[]> =>
  JSON.parse(await readFile(join(home, 'rules.json'), 'utf8')).rules.map(({ id }: { id: string }) => id)

/** Each section in both sizes, from its heading on. */
async function lookAt(carrel: Carrel, name: string, ...sections: string[]): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    for (const one of sections) {
      await section(carrel.page, one).evaluate((element) => element.scrollIntoView({ block: 'start' }))
      await lookOnce(carrel.page, `${name}-${one.split(' ')[0]?.toLowerCase()}${size}`)
    }
  }
  await resize(carrel, 1280, 800)
}

const hostile = [
  rule('5', {
    pattern: 'ls',
    lastUsedAt: new Date().toISOString(),
    uses: 1204,
    lastMatches: ['ls -la', 'ls', 'ls -la src'],
  }),
  rule('4', { tool: 'fetch_url', pattern: 'tides.example.org', covers: 'host', createdAt: '2026-11-19T08:00:00.000Z' }),
  rule('3', { decision: 'deny', pattern: 'git push', folder: `/home/${'a-long-name/'.repeat(30)}` }),
  rule('2', {
    pattern: `echo \u202egnp.exe\u200b ${'without-a-break'.repeat(30)}`,
    lastMatches: [`echo \u202egnp.exe\u200b`],
    uses: 1,
    lastUsedAt: '2026-11-21T08:00:00.000Z',
  }),
]

for (const theme of ['light', 'dark'] as const) {
  test(`rules and the sandbox, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const first = await launch()
    await openSettings(first.page)
    await expect(
      rules(first.page).getByText('No rules. Everything that needs your leave is asked about.'),
    ).toBeVisible()
    await sealed(first.page)
    await lookAt(first, `settings-none-${theme}`, 'Approvals and rules')
    await first.quit()

    await seedRules(home, ...hostile)
    const carrel = await launch({ environment: { PATH: await pathWith('opt/node', 'opt/secret-tools') } })
    await openSettings(carrel.page)
    await expect(rules(carrel.page).getByRole('button', { name: /^Revoke/ })).toHaveCount(4)
    await sealed(carrel.page)
    await row(carrel.page, '1,204 times').getByText('What it matched lately').click()
    await expect(rules(carrel.page).getByText('ls -la src')).toBeVisible()
    await expect(row(carrel.page, 'without-a-break').locator('.exact .hidden-sign').first()).toHaveText('U+202E')
    await lookAt(carrel, `settings-${theme}`, 'Approvals and rules', 'Sandbox', 'Notifications')
  })
}

test('at 200 percent nothing is cut off', async ({ launch, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  await seedRules(home, ...hostile)
  const carrel = await launch({ environment: { PATH: await pathWith('opt/node') } })
  await openSettings(carrel.page)
  await sealed(carrel.page)
  await lookAt(carrel, 'settings-200', 'Approvals and rules', 'Sandbox')
})

test('a rule is revoked, here and in a terminal; the focus stays in the list, and what it means is said', async ({
  launch,
  home,
}) => {
  await seedRules(home, rule('a', { pattern: 'ls' }), rule('b', { pattern: 'pwd', decision: 'deny' }), rule('c'))
  const { page } = await launch()
  await openSettings(page)
  const revoke = (pattern: string) => rules(page).getByRole('button', { name: pattern })
  await expect(rules(page).getByText(/Revoking counts at once and cannot be undone/)).toBeVisible()
  await revoke('Revoke: Denied pwd').press('Enter')
  await expect(rules(page).getByRole('status')).toHaveText(/^Revoked. “pwd” is not refused any more/)
  await expect(rules(page).getByRole('button')).toHaveCount(2)
  await expect(rules(page).getByRole('button').last()).toBeFocused()
  expect(await rulesOnDisk(home)).toEqual(['a', 'c'])

  await carrelCommand(home, 'rules', 'revoke', 'a')
  await expect(rules(page).getByRole('button')).toHaveCount(1)
  await revoke('Revoke: Allowed git status').press('Enter')
  await expect(rules(page).getByRole('status')).toHaveText('Revoked. From now on “git status” is asked about.')
  await expect(rules(page).getByText('No rules.')).toBeVisible()
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('rules-room')
  expect(await rulesOnDisk(home)).toEqual([])
})

test('what was allowed in a folder is listed with what it matched, asks no more, and asks again when it is revoked', async ({
  launch,
  home,
  fake,
}) => {
  const { folder, remove } = await commandFolder()
  try {
    await seedSession(home, 'tide', 'Summer time in tidelog', folder)
    fake.setScenario({ turns: commandTurns('look', 'ls -a') })
    const { page } = await launch()
    await sealHolds(page)
    const send = async (text: string) => {
      await parts(page).sessions.getByText('Summer time in tidelog').click()
      await parts(page).message.fill(text)
      await parts(page).message.press('Enter')
    }
    await send('Take a look')
    await allow(page, 'Allow in this folder')
    await answered(page)
    await send('Take another look')
    await answered(page)
    await expect(page.getByRole('alertdialog')).toHaveCount(0)
    await openSettings(page)
    const row = rules(page).getByRole('listitem').first()
    await expect(row).toContainText('Allowed')
    await expect(row).toContainText(folder)
    await expect(row).toContainText('used once')
    await row.getByText('What it matched lately').click()
    await expect(row.getByRole('listitem')).toHaveText(['ls -a'])
    await picture(page, 'rule-of-a-real-run')
    await row.getByRole('button', { name: /^Revoke/ }).click()
    await expect(rules(page).getByText('No rules.')).toBeVisible()

    await send('One more look')
    await allow(page, 'Allow for this session')
    await answered(page)
    await openSettings(page)
    const ofSession = rules(page).getByRole('list', { name: 'In sessions, until Carrel is closed' })
    await expect(ofSession.getByRole('button', { name: 'in “Summer time in tidelog”' })).toBeVisible()
    await picture(page, 'rule-of-a-session')
  } finally {
    await remove()
  }
})

test('the seal is tried again when it is asked for, and the ledger is found from what is said about privacy', async ({
  launch,
}) => {
  const { page } = await launch()
  await openSettings(page)
  await sealed(page)
  const guards = sandbox(page).getByRole('list', { name: 'Guards' }).getByRole('listitem')
  await expect(guards).toHaveCount(6)
  await expect(guards.first()).toHaveText('Network, holdsA command reaches nothing, not even this computer itself.')
  const tried = sandbox(page).getByText(/^Tried .*, with bubblewrap$/)
  const before = await tried.getAttribute('title')
  expect(before).not.toBeNull()
  await sandbox(page).getByRole('button', { name: 'Try again' }).click()
  await expect(sandbox(page).getByText('Trying every guard…')).toBeVisible()
  await sealed(page)
  await page.getByRole('button', { name: 'See the ledger' }).click()
  await expect(page.getByRole('heading', { name: 'Ledger', level: 1 })).toBeFocused()
})

test.describe('commands off', () => {
  test.skip(!canMount(), 'only root on Linux can take bubblewrap away from one process')

  test('says why and what to do, guard by guard; when it is put right and tried again, commands are on', async ({
    launch,
    home,
  }) => {
    const program = join(tmpdir(), `${home.split('/').at(-1)}-no-jail.sh`)
    const jail = `${program}.bwrap`
    const said = 'bwrap: No permissions to create new namespace, likely because the kernel does not allow it'
    await writeFile(jail, `#!/bin/sh\necho "${said}" >&2\nexit 1\n`)
    const bind = 'mount --bind "$0" /usr/bin/bwrap && exec "$@"'
    await writeFile(program, `#!/bin/sh\nexec unshare --mount sh -c '${bind}' "${jail}" "${appProgram.path}" "$@"\n`)
    await Promise.all([program, jail].map((path) => chmod(path, 0o755)))
    madeFolders.push(program, jail)
    const carrel = await launch({ program })
    const { app, page, pid } = carrel
    await openSettings(page)
    await expect(sandbox(page).getByText('bubblewrap could not make a namespace')).toBeVisible({ timeout: 20_000 })
    await expect(sandbox(page).getByRole('heading', { name: 'What to do' })).toBeVisible()
    const guards = sandbox(page).getByRole('list', { name: 'Guards' }).getByRole('listitem')
    await expect(guards.first()).toHaveText('Network, does not holdIt was not tried.')
    for (const theme of ['light', 'dark'] as const) {
      await app.evaluate(({ nativeTheme }, next) => {
        nativeTheme.themeSource = next
      }, theme)
      await lookAt(carrel, `settings-off-${theme}`, 'Sandbox')
    }
    execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, 'umount', '/usr/bin/bwrap'])
    await sandbox(page).getByRole('button', { name: 'Try again' }).click()
    await expect(sandbox(page).getByText('Sealed: all six guards hold.')).toBeVisible({ timeout: 30_000 })
    // A trial that cannot begin leaves its control alone for 20 s, with our descriptors: nobody here waits for those.
    await carrel.kill()
  })
})

/** New folders of programs, in front of the PATH there is. */
async function pathWith(...names: string[]): Promise<string> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'carrel-path-')))
  for (const name of names) {
    await mkdir(join(base, name, 'bin'), { recursive: true })
    await mkdir(join(base, name, 'lib'), { recursive: true })
  }
  madeFolders.push(base)
  return [...names.map((name) => join(base, name, 'bin')), process.env['PATH']].join(delimiter)
}
const madeFolders: string[] = []
test.afterEach(async () => {
  for (const folder of madeFolders.splice(0)) await rm(folder, { recursive: true, force: true })
})

interface Answers {
  /** What the person chooses in the dialog for folders. */
  folder: string | null
  /** The button they press at a question. */
  button: string
}

async function personAnswers(app: ElectronApplication, answers: Answers): Promise<void> {
  await app.evaluate(({ dialog }, { folder, button }) => {
    const state = globalThis as unknown as { asked: string[] }
    state.asked ??= []
    dialog.showOpenDialog = (async (...given: unknown[]) => {
      state.asked.push((given.at(-1) as { title: string }).title)
      return { canceled: folder === null, filePaths: folder === null ? [] : [folder] }
    }) as typeof dialog.showOpenDialog
    dialog.showMessageBox = (async (...given: unknown[]) => {
      const { message, buttons } = given.at(-1) as { message: string; buttons: string[] }
      state.asked.push(message)
      return { response: buttons.indexOf(button), checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  }, answers)
}
const asked = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { asked?: string[] }).asked ?? [])

test('a page takes folders from commands by itself; to give one, the person is asked natively', async ({
  launch,
  home,
}) => {
  const path = await pathWith('opt/node')
  const [base = ''] = madeFolders
  await mkdir(join(base, 'opt', 'more'))
  const { app, page } = await launch({ environment: { PATH: path } })
  const chosen = async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).visibleFolders
  await openSettings(page)
  const node = join(base, 'opt/node')
  const more = join(base, 'opt/more')
  await expect(folders(page)).toContainText(node)

  await sandbox(page)
    .getByRole('button', { name: `Hide from commands: ${node}` })
    .click()
  const again = sandbox(page).getByRole('button', { name: `Show to commands again: ${node}` })
  await expect(again).toBeFocused()
  expect(await chosen()).toEqual({ added: [], hidden: [node] })
  expect(await asked(app)).toEqual([])
  await personAnswers(app, { folder: null, button: 'Cancel' })
  await again.click()
  await expect.poll(() => asked(app)).toEqual(['Let commands read this folder again?'])
  await expect(again).toBeVisible()
  expect(await chosen()).toEqual({ added: [], hidden: [node] })
  await personAnswers(app, { folder: '/etc', button: 'Let them read it' })
  await again.click()
  await expect(sandbox(page).getByRole('button', { name: `Hide from commands: ${node}` })).toBeVisible()
  expect(await chosen()).toEqual({ added: [], hidden: [] })

  const add = sandbox(page).getByRole('button', { name: 'Add a folder…' })
  await add.click()
  await expect(sandbox(page).getByRole('alert')).toContainText('This folder would show commands too much')
  await picture(page, 'folder-refused-for-commands')
  await personAnswers(app, { folder: more, button: 'Cancel' })
  await add.click()
  await expect(folders(page)).toContainText(more)
  await expect(folders(page)).toContainText('added by you')
  expect(await chosen()).toEqual({ added: [more], hidden: [] })
  await sandbox(page)
    .getByRole('button', { name: `Remove: ${more}` })
    .click()
  await expect(folders(page)).not.toContainText(more)
  await expect(add).toBeFocused()
  expect(await chosen()).toEqual({ added: [], hidden: [] })

  // What a page that is not ours any more would try.
  const tried = await page.evaluate(async (folder) => {
    const { carrelWire } = globalThis as unknown as {
      carrelWire: { call(id: string, channel: string, input: unknown): Promise<{ ok: boolean }> }
    }
    const call = (channel: string, input: unknown) => carrelWire.call(`x ${channel}`, channel, input)
    return [
      await call('settings.update', { visibleFolders: { added: [folder], hidden: [] } }),
      await call('window.addVisibleFolder', { folder }),
      await call('sandbox.hideFolder', { folder: '/root' }),
      await call('window.unhideFolder', { folder: '/root' }),
    ]
  }, more)
  expect(tried).toMatchObject([
    { ok: false, failure: { code: 'invalid-input' } },
    { ok: false, failure: { code: 'invalid-input' } },
    { ok: false, failure: { code: 'not-found' } },
    { ok: false, failure: { code: 'not-found' } },
  ])
  expect(await chosen()).toEqual({ added: [], hidden: [] })
})
