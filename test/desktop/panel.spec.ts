// The session panel: folder, seal, mode and files of the open session; and that no page can let itself do more.
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { canMount } from '../support/mount.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { callAsPage, guardsTried } from './as-page.ts'
import {
  accessibilityFaults,
  answered,
  appProgram,
  ask,
  type Carrel,
  expect,
  parts,
  picture,
  recordsIn,
  resize,
  test,
} from './carrel.ts'
import { askedSoFar, personPresses, pressMenu } from './native-answers.ts'

const nobody = 65_534
const diff = '@@ -1,2 +1,3 @@\n High water 04:38\n-Low water 11:02\n+Low water 10:02\n+In UTC\n'

let room: string
let folder: string
test.beforeEach(async ({ home, fake }) => {
  room = await realpath(await mkdtemp(join(tmpdir(), 'carrel-room-')))
  await chmod(room, 0o755)
  folder = join(room, 'Notes', 'tides')
  await mkdir(folder, { recursive: true })
  // As root commands run as the owner of the folder, and in one of root's own not at all.
  if (process.getuid?.() === 0) await chown(folder, nobody, nobody)
  await seed(home, 'with-folder', folder)
  fake.setScenario({ turns: [{ steps: [{ content: 'Yes.' }, { done: 'stop' }] }] })
})
test.afterEach(() => rm(room, { recursive: true, force: true }))

/** A session whose runs have changed two files by their tools. */
async function seed(home: string, id: string, workspace: string | null, more: Record<string, unknown>[] = []) {
  await mkdir(join(home, 'sessions'), { recursive: true })
  const calls = [{ id: 'c1', name: 'edit_file', arguments: { path: 'tables/fowey.txt' } }]
  const files = [
    { path: 'tables/fowey.txt', change: 'edited', added: 2, removed: 1, diff },
    { path: 'notes/new.md', change: 'created', added: 1, removed: 0, diff: '@@ -0,0 +1 @@\n+Tide notes\n' },
  ]
  const lines = [
    { ...header, id, workspace },
    message('q', null, { content: `About the tide in ${id}` }),
    message('a', 'q', { role: 'assistant', content: 'I change it.', stop: 'tool_calls', toolCalls: calls }),
    message('t', 'a', { role: 'tool', callId: 'c1', content: 'Edited.', isError: false, ms: 4, detail: { files } }),
    message('b', 't', { role: 'assistant', content: 'Done.', stop: 'stop' }),
    ...more,
  ]
  await writeFile(join(home, 'sessions', `${id}.jsonl`), toBytes(...lines))
}

const panel = (page: Page) =>
  page.getByRole('complementary', { name: 'This session' }).or(page.getByRole('dialog', { name: 'This session' }))
const button = (page: Page) => page.getByRole('button', { name: 'Session panel' })
const open = (page: Page, id = 'with-folder') => parts(page).sessions.getByText(`About the tide in ${id}`).click()
const modes = async (home: string) =>
  (await recordsIn(home)).filter(({ type }) => type === 'settings').map(({ mode }) => mode)

/** At the sizes and in the colours that are looked at. */
async function pictures(carrel: Carrel, name: string): Promise<void> {
  const { page } = carrel
  await picture(page, name)
  expect(await accessibilityFaults(page)).toEqual([])
  await callAsPage(page, 'settings.update', { theme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await picture(page, `${name}-dark`)
  expect(await accessibilityFaults(page)).toEqual([])
  await callAsPage(page, 'settings.update', { theme: 'light' })
}

test('shown and hidden by its button, its key and the menu, and remembered over a restart', async ({
  launch,
  home,
}) => {
  const first = await launch()
  const { page } = first
  await open(page)
  await expect(parts(page).transcript.getByText('Done.')).toBeVisible()
  await expect(panel(page)).toHaveCount(0)
  await expect(button(page)).toHaveAttribute('aria-pressed', 'false')
  await button(page).click()
  await expect(panel(page)).toBeVisible()
  await expect(button(page)).toHaveAttribute('aria-pressed', 'true')
  await expect(panel(page).getByText('A session keeps the folder it begins with.')).toBeVisible()
  await page.keyboard.press('Control+i')
  await expect(panel(page)).toHaveCount(0)
  await pressMenu(first.app, 'Show or hide the session panel')
  await expect(panel(page)).toBeVisible()
  // From the chip one is led into it; what closes it gives the focus back.
  await page.getByRole('button', { name: 'Folder of this session: tides' }).click()
  await expect(panel(page).getByRole('heading', { name: 'This session' })).toBeFocused()
  await panel(page).getByRole('button', { name: 'Close the panel' }).click()
  await expect(panel(page)).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  await page.keyboard.press('Control+i')
  await expect(panel(page)).toBeVisible()
  await expect(parts(page).message).toBeFocused()
  await guardsTried(page)
  await first.quit()
  expect(JSON.parse(await readFile(join(home, 'window.json'), 'utf8'))).toMatchObject({ isPanelShown: true })

  const second = await launch()
  await expect(panel(second.page)).toBeVisible()
  await expect(panel(second.page).getByText('A session keeps the folder it begins with.')).toBeVisible()
  await second.page.keyboard.press('Control+n')
  await expect(panel(second.page).getByText('This session has not begun.')).toBeVisible()
  await guardsTried(second.page)
})

test('sealed: the six guards as they were tried, and tried again at a wish', async ({ launch }) => {
  const carrel = await launch()
  const { page } = carrel
  await open(page)
  await button(page).click()
  await expect(panel(page).getByText('Sealed, six guards hold')).toBeVisible({ timeout: 30_000 })
  const guards = panel(page).getByRole('list', { name: 'Guards of commands' }).getByRole('listitem')
  await expect(guards).toHaveCount(6)
  await expect(guards.first()).toHaveText('holds: Networkoff')
  await pictures(carrel, 'panel-sealed')
  const again = panel(page).getByRole('button', { name: 'Try again' })
  await again.focus()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByText('Trying the guards…')).toBeFocused()
  await expect(again).toBeFocused({ timeout: 30_000 })
  await expect(panel(page).getByText(/^Tried with a canary at \d\d:\d\d\./)).toBeVisible()
  await resize(carrel, 1100, 800)
  // No room beside it: it lies over the transcript when it is called, and Escape leads back.
  await expect(panel(page)).toHaveCount(0)
  await button(page).click()
  await expect(page.getByRole('dialog', { name: 'This session' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel(page)).toHaveCount(0)
  await expect(button(page)).toBeFocused()
  await resize(carrel, 800, 600)
  await button(page).click()
  await picture(page, 'panel-sealed-small')
  expect(await accessibilityFaults(page)).toEqual([])
})

test('commands off: exactly why, and what helps', async ({ launch }) => {
  test.skip(!canMount(), 'no right to mount')
  const program = join(room, 'without-bubblewrap.sh')
  // In a root of its own the place of bubblewrap is an empty folder.
  const hide = 'for f in /usr/bin/bwrap /usr/local/bin/bwrap; do [ ! -e $f ] || mount --bind "$0" $f; done; exec "$@"'
  const broken = join(room, 'broken-bwrap')
  await writeFile(broken, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n')
  await chmod(broken, 0o755)
  await writeFile(program, `#!/bin/sh\nexec unshare --mount sh -c '${hide}' "${broken}" "${appProgram.path}" "$@"\n`)
  await chmod(program, 0o755)
  const carrel = await launch({ program })
  const { page } = carrel
  await open(page)
  await button(page).click()
  await expect(panel(page).getByText('Commands are off', { exact: true })).toBeVisible({ timeout: 30_000 })
  const { ok, ...answer } = await callAsPage(page, 'sandbox.seal', {})
  const { reason, fix } = Object('value' in answer ? answer.value : {})
  expect(ok).toBe(true)
  expect(reason).toMatch(/^Commands are off: /)
  const said = String(reason).replace('Commands are off: ', '')
  await expect(panel(page).getByText(said.slice(1))).toBeVisible()
  await expect(panel(page).getByText(String(fix))).toBeVisible()
  await expect(panel(page).getByRole('list', { name: 'Guards of commands' })).toHaveCount(0)
  await pictures(carrel, 'panel-commands-off')
  await resize(carrel, 800, 600)
  await button(page).click()
  await picture(page, 'panel-commands-off-small')
})

test('trusted only after a native yes, said above the composer as long as it is, and taken back without a question', async ({
  launch,
  home,
}) => {
  const carrel = await launch()
  const { page, app } = carrel
  await open(page)
  await button(page).click()
  const mode = (name: string) => panel(page).getByRole('button', { name: new RegExp(`^${name}`) })
  await expect(mode('Work in the folder')).toHaveAttribute('aria-pressed', 'true')
  await personPresses(app, 'Cancel')
  await mode('Trusted').click()
  await expect.poll(() => askedSoFar(app)).toHaveLength(1)
  const [asked] = await askedSoFar(app)
  expect(asked?.detail).toContain(folder)
  // Whoever presses a key without having read has allowed nothing.
  expect(asked?.buttons[asked.defaultId]).toBe('Cancel')
  await expect(mode('Trusted')).toHaveAttribute('aria-pressed', 'false')
  await expect(page.getByText('The mode stays as it was.')).toBeAttached()
  expect(await modes(home)).toEqual([])

  await personPresses(app, 'Run without asking')
  await mode('Trusted').focus()
  await page.keyboard.press('Enter')
  const banner = page.getByRole('region', { name: 'Trusted' })
  await expect(banner).toContainText('Trusted: commands run here without asking while every guard holds.')
  await expect(mode('Trusted')).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('button', { name: 'Folder of this session: tides trusted' })).toBeVisible()
  expect(await modes(home)).toEqual(['trusted'])
  await expect(panel(page).getByText('Sealed, six guards hold')).toBeVisible({ timeout: 30_000 })
  await pictures(carrel, 'panel-trusted')
  await resize(carrel, 800, 600)
  await picture(page, 'panel-trusted-small')

  await banner.getByRole('button', { name: 'Ask again before commands' }).click()
  await expect(banner).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  expect(await askedSoFar(app)).toHaveLength(1)
  expect(await modes(home)).toEqual(['trusted', 'workspace'])
  await resize(carrel, 1280, 800)
  await mode('Only look').click()
  await expect(mode('Only look')).toHaveAttribute('aria-pressed', 'true')
  expect(await askedSoFar(app)).toHaveLength(1)
  // Back to writing lets more happen: that is asked for, too.
  await personPresses(app, 'Cancel')
  await mode('Work in the folder').click()
  await expect.poll(() => askedSoFar(app)).toHaveLength(1)
  await expect(mode('Only look')).toHaveAttribute('aria-pressed', 'true')
  expect(await modes(home)).toEqual(['trusted', 'workspace', 'read-only'])
})

test('abuse 101: a page that sets the mode changes nothing without the person’s own yes', async ({ launch, home }) => {
  await seed(home, 'without', null)
  const { page, app } = await launch()
  await open(page)
  await personPresses(app, 'Cancel')
  const set = (mode: string, sessionId = 'with-folder') => callAsPage(page, 'window.setMode', { sessionId, mode })
  const modeIs = async () => {
    const answer = await callAsPage(page, 'sessions.open', { sessionId: 'with-folder' })
    return answer.ok ? answer.value['mode'] : answer.failure.code
  }
  expect(await set('trusted')).toEqual({ ok: true, value: { agreed: false } })
  expect(await modeIs()).toBe('workspace')
  expect(await set('trusted', 'without')).toMatchObject({ ok: false, failure: { code: 'invalid-input' } })
  for (const mode of ['full-access', 'TRUSTED', '', '__proto__']) {
    expect(await set(mode)).toMatchObject({ ok: false, failure: { code: 'invalid-input' } })
  }
  // Nor by any other way that takes a mode.
  const question = { sessionId: 'with-folder', text: 'Go', model: null, think: null, workspace: null }
  expect(await callAsPage(page, 'chat.send', { ...question, mode: 'trusted' })).toMatchObject({ ok: false })
  expect(await callAsPage(page, 'terminal.send', { ...question, host: null, mode: 'trusted' })).toMatchObject({
    ok: false,
  })
  expect(await modeIs()).toBe('workspace')
  expect(await modes(home)).toEqual([])
  // The control: with the yes it is so.
  await personPresses(app, 'Run without asking')
  expect(await set('trusted')).toEqual({ ok: true, value: { agreed: true } })
  expect(await modeIs()).toBe('trusted')
})

test('files touched: each once, with its lines, and its changes in a dialog', async ({ launch }) => {
  const carrel = await launch()
  const { page } = carrel
  await open(page)
  await button(page).click()
  const files = panel(page).locator('.touched').getByRole('button')
  await expect(files).toHaveText(['notes/new.md+1 −0', 'tables/fowey.txt+2 −1'])
  await files.last().click()
  const dialog = page.getByRole('dialog', { name: 'Changes of tables/fowey.txt' })
  await expect(dialog.getByText('Low water 10:02')).toBeVisible()
  await pictures(carrel, 'panel-changes')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(files.last()).toBeFocused()
  await resize(carrel, 800, 600)
  await button(page).click()
  await files.first().click()
  await expect(page.getByRole('dialog', { name: 'Changes of notes/new.md' })).toBeVisible()
  await picture(page, 'panel-changes-small')
  await page.keyboard.press('Escape')
  await expect(panel(page)).toBeVisible()
  await guardsTried(page)
})

test('a real run that writes a file is among the files touched when it has ended', async ({ launch, fake }) => {
  fake.setScenario({
    turns: [
      {
        match: { nth: 1 },
        steps: [
          { tool_calls: [{ name: 'write_file', arguments: { path: 'log.txt', content: 'one\ntwo\n' } }] },
          { done: 'stop' },
        ],
      },
      { match: { toolResultFor: 'write_file' }, steps: [{ content: 'Written.' }, { done: 'stop' }] },
    ],
  })
  const { page } = await launch()
  await open(page)
  await button(page).click()
  const files = panel(page).locator('.touched').getByRole('button')
  await expect(files).toHaveCount(2)
  await ask(page, 'Write the log')
  await answered(page)
  await expect(files.first()).toHaveText('log.txt+2 −0')
  await expect(files).toHaveCount(3)
  expect(await readFile(join(folder, 'log.txt'), 'utf8')).toBe('one\ntwo\n')
  await guardsTried(page)
})

test('long paths, right to left, and twice the size', async ({ launch, home }) => {
  const long = join(room, 'a-project-whose-name-is-longer-than-the-panel-is-wide'.repeat(3), 'مشروع', 'عברית tides')
  await mkdir(long, { recursive: true })
  await writeFile(join(long, 'AGENTS.md'), 'Give times in UTC.\n')
  await seed(home, 'long', long)
  await seed(home, 'nowhere', null)
  const carrel = await launch()
  const { page } = carrel
  await open(page, 'long')
  await button(page).click()
  await expect(panel(page).getByText('Sealed, six guards hold')).toBeVisible({ timeout: 30_000 })
  await picture(page, 'panel-long')
  await callAsPage(page, 'settings.update', { textSize: 200, theme: 'dark' })
  await button(page).click()
  await expect(page.getByRole('dialog', { name: 'This session' })).toBeVisible()
  await picture(page, 'panel-long-200')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await callAsPage(page, 'settings.update', { textSize: 100, theme: 'light' })
  await open(page, 'nowhere')
  await expect(panel(page).getByText('This session has no folder')).toBeVisible()
  await expect(panel(page).getByRole('button', { name: /^Trusted/ })).toHaveCount(0)
  await picture(page, 'panel-no-folder')
})
