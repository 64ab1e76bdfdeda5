// Where no jail can be used: a person lets one command run without it, in the window and natively, and nobody else can.
import { chmod, chown, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { canMount } from '../support/mount.ts'
import { asked, turn as recordedTurn, said, writeSession } from '../support/recorded-run.ts'
import { callAsPage, guardsTried } from './as-page.ts'
import {
  accessibilityFaults,
  answered,
  appProgram,
  ask,
  expect,
  parts,
  picture,
  recordsIn,
  resize,
  test,
} from './carrel.ts'
import { askedSoFar, personPresses } from './native-answers.ts'

test.skip(!canMount(), 'only root on Linux can take bubblewrap away from one process')

let room: string
let folder: string
test.beforeEach(async ({ home }) => {
  room = await realpath(await mkdtemp(join(tmpdir(), 'carrel-room-')))
  await chmod(room, 0o755)
  folder = await realpath(await mkdtemp(join(room, 'tides-')))
  // As root commands run as the owner of the folder, and in one of root's own not at all.
  await chown(folder, 65_534, 65_534)
  await writeSession(
    home,
    { id: 'here', workspace: folder },
    recordedTurn(asked('Look after the tables'), said('I do.')),
  )
})
test.afterEach(() => rm(room, { recursive: true, force: true }))

/** The window on a computer whose bubblewrap cannot make a namespace. */
async function withoutJail(): Promise<string> {
  const program = join(room, 'carrel')
  const broken = join(room, 'bwrap')
  await writeFile(broken, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n')
  const hide = 'for f in /usr/bin/bwrap /usr/local/bin/bwrap; do [ ! -e $f ] || mount --bind "$0" $f; done; exec "$@"'
  await writeFile(program, `#!/bin/sh\nexec unshare --mount sh -c '${hide}' "${broken}" "${appProgram.path}" "$@"\n`)
  for (const path of [broken, program]) await chmod(path, 0o755)
  return program
}

const card = (page: Page) => page.getByRole('alertdialog')
const line = 'printf "%s\\n" tides > made.txt\ncat made.txt'

test('off, switched on natively, asked twice, run once, and it says so', async ({ launch, fake, home }) => {
  fake.setScenario({
    turns: [
      {
        match: { nth: 1 },
        steps: [{ tool_calls: [{ name: 'run_command', arguments: { command: line } }] }, { done: 'stop' }],
      },
      { match: { nth: 2 }, steps: [{ content: 'Done.' }, { done: 'stop' }] },
    ],
  })
  const carrel = await launch({ program: await withoutJail() })
  const { app, page } = carrel
  await guardsTried(page)

  // In Settings: a page cannot switch it on, nor can a person who presses Cancel.
  await page.keyboard.press('Control+,')
  const choice = page.getByRole('group', { name: 'Commands without the sandbox' })
  await expect(choice.getByRole('radio', { name: 'Never' })).toBeChecked()
  expect(await callAsPage(page, 'settings.update', { commandsWithoutSandbox: true })).toMatchObject({ ok: false })
  await personPresses(app, 'Cancel')
  await choice.getByText('Ask for each…').click()
  await expect.poll(() => askedSoFar(app)).toHaveLength(1)
  await expect(choice.getByRole('radio', { name: 'Never' })).toBeChecked()
  await personPresses(app, 'Let them be asked for')
  await choice.getByText('Ask for each…').click()
  await expect(choice.getByRole('radio', { name: 'Ask for each…' })).toBeChecked()
  await expect(page.getByText('commands can be asked for that run without it')).toBeVisible()
  expect(await askedSoFar(app)).toMatchObject([
    { defaultId: 1, cancelId: 1, detail: expect.stringContaining('reach the network') },
  ])
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await choice.scrollIntoViewIfNeeded()
    await picture(page, `without-sandbox-settings-${theme}`)
    expect(await accessibilityFaults(page)).toEqual([])
  }

  await parts(page).sessions.getByText('Look after the tables').click()
  await expect(page.getByText('I do.')).toBeVisible()
  await page.keyboard.press('Control+i')
  await expect(page.getByText('commands may be asked for that run without the sandbox')).toBeVisible()
  await picture(page, 'without-sandbox-panel')
  await page.keyboard.press('Control+i')
  await ask(page, 'Write the tides')
  await expect(card(page).getByText('Not in the sandbox', { exact: true })).toBeVisible()
  await expect(
    card(page).getByText(/Commands in the sandbox are off: bubblewrap could not make a namespace/),
  ).toBeVisible()
  const run = card(page).getByRole('button', { name: 'Run without sandbox…' })
  await expect(card(page).getByRole('button', { name: /^Deny/ })).toBeFocused()
  await expect(card(page).getByRole('button', { name: /for this session|in this folder/ })).toHaveCount(0)
  await expect(run).toHaveAttribute('aria-disabled', 'false')
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await resize(carrel, 1280, 800)
    await picture(page, `without-sandbox-${theme}`)
    expect(await accessibilityFaults(page)).toEqual([])
    await resize(carrel, 800, 600)
    await picture(page, `without-sandbox-small-${theme}`)
  }
  await resize(carrel, 1280, 800)

  await personPresses(app, 'Cancel')
  await run.click()
  await expect(card(page).getByText('You have not said yes to the second question')).toBeVisible()
  expect(await readdir(folder)).toEqual([])
  const [question] = await askedSoFar(app)
  expect(question).toMatchObject({ message: 'Run this command without the sandbox?', defaultId: 1, cancelId: 1 })
  expect(question?.detail).toContain(line)
  expect(question?.detail).toContain(`Folder: ${folder}`)
  expect(question?.detail).toContain('Nothing is protected from it')
  await picture(page, 'without-sandbox-native-no')

  await personPresses(app, 'Run without sandbox')
  await run.click()
  await answered(page)
  expect(await readFile(join(folder, 'made.txt'), 'utf8')).toBe('tides\n')
  await expect(page.getByRole('button', { name: /Ran/ })).toContainText('exit 0, without sandbox')
  await picture(page, 'without-sandbox-after')
  const approvals = (await recordsIn(home)).filter(({ type }) => type === 'approval')
  expect(approvals).toMatchObject([{ decision: 'allow', scope: 'once', by: 'user', withoutSandbox: true }])
})
