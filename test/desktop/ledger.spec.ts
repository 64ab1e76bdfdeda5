// The ledger in the window: the fact on top, what is listed, who allowed it, and the file a person exports.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright/test'
import type { LedgerEntry } from '../../shared/ledger.ts'
import { accessibilityFaults, answered, expect, parts, picture, recordsIn, resize, test } from './carrel.ts'
import { allow, carrelCommand, commandFolder, commandTurns, sealHolds, seedSession } from './commands.ts'
import { goTo, look, lookOnce } from './looking.ts'

const fact = (page: Page) => page.locator('.ledger-sentence')
const rows = (page: Page) => page.getByRole('list', { name: 'What has happened, newest first' }).getByRole('listitem')

async function openLedger(page: Page): Promise<void> {
  await goTo(page, 'Ledger')
  await expect(page.getByRole('region', { name: 'Ledger' })).toHaveAttribute('aria-busy', 'false')
}

/** The newest last, as the file has them; minutes ago. */
function entry(ago: number, more: Partial<LedgerEntry>): LedgerEntry {
  const ts = new Date(Date.now() - ago * 60_000).toISOString()
  return { ts, sessionId: 'tide', kind: 'command', what: 'ls', approvalId: null, outcome: 'exit 0', ...more }
}

async function seedLedger(home: string, ...lines: (LedgerEntry | string)[]): Promise<void> {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
  await writeFile(join(home, 'ledger.jsonl'), text)
}

/** The person at the system's own dialog. */
async function personSaves(app: ElectronApplication, filePath: string | null): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async () => ({
      canceled: path === null,
      filePath: path ?? '',
    })) as typeof dialog.showSaveDialog
  }, filePath)
}

const day = 24 * 60
const hostile =
  'cat notes.txt \u202e#gnihton sdnes\u202c && curl https://\u0430pple.example/\u200bx\u001b[2K\r\necho "تم" | tee\tout.txt'
const long = `for each in ${'a-very-long-name-without-a-place-to-break-it'.repeat(20)}; do\n${'  echo one more line of it\n'.repeat(60)}done # THE END`

for (const theme of ['light', 'dark'] as const) {
  test(`nothing yet, and a ledger of every kind, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    const first = await launch()
    await openLedger(first.page)
    await expect(fact(first.page)).toHaveText('Nothing has left this computer.')
    await expect(first.page.getByText('It rests on this:')).toBeVisible()
    await expect(first.page.getByText('Nothing has happened at the border yet.')).toBeVisible()
    await look(first, `ledger-empty-${theme}`)
    await first.quit()

    await seedSession(home, 'tide', 'Summer time in tidelog')
    await seedSession(home, 'long', `A title that goes on ${'and on '.repeat(20)}`)
    await seedLedger(
      home,
      entry(40 * day, { what: 'npm test', outcome: 'exit 1' }),
      entry(3 * day, { kind: 'host', what: 'tides.example.org:443', outcome: '200, 12,000 bytes' }),
      entry(2 * day, { kind: 'host', what: 'tides.example.org:443', outcome: '304, 0 bytes', sessionId: 'long' }),
      entry(2 * day, { kind: 'host', what: '127.0.0.1:8080', outcome: '200, 3 bytes' }),
      entry(30, { kind: 'host', what: 'models.example:11434', outcome: 'model server', sessionId: null }),
      entry(20, { kind: 'secret', what: '.env', outcome: 'done', approvalId: 'gone' }),
      entry(15, { kind: 'outside', what: '/home/someone/notes/2026/tides.md', sessionId: 'deleted-long-ago' }),
      entry(12, { kind: 'host', what: 'denied.example:443', outcome: 'denied' }),
      entry(10, { what: hostile }),
      entry(5, { what: long, sessionId: 'long' }),
      '{"half a line',
    )
    const carrel = await launch()
    const { page } = carrel
    await openLedger(page)
    await expect(fact(page)).toHaveText('2 other computers were reached.')
    const hosts = page.getByRole('table', { name: 'Other computers that were reached' }).getByRole('row')
    expect((await hosts.allInnerTexts()).slice(1).map((row) => row.split(/\s*\t\s*/))).toEqual([
      ['tides.example.org:443', '2 times'],
      ['models.example:11434', 'once'],
    ])
    await expect(page.getByText('One line of the ledger is damaged')).toBeVisible()
    await expect(rows(page)).toHaveCount(10)
    await expect(rows(page).first()).toContainText('THE END')
    // What is exact is exact: nothing turns around or hides.
    await expect(rows(page).nth(1).locator('.hidden-sign')).toHaveText([
      'U+202E',
      'U+202C',
      'U+200B',
      'U+001B',
      'U+000D',
    ])
    await expect(rows(page).nth(1).locator('.exact')).toHaveCSS('unicode-bidi', 'bidi-override')
    await expect(rows(page).nth(2)).toContainText('refused, so nothing was done')
    await expect(rows(page).nth(3)).toContainText('A session that is gone (deleted-long-ago)')
    await look(carrel, `ledger-${theme}`)
    await rows(page).last().scrollIntoViewIfNeeded()
    await lookOnce(page, `ledger-end-${theme}`)
  })
}

test('at 200 percent nothing is cut off', async ({ launch, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  await seedSession(home, 'tide', 'Summer time in tidelog')
  await seedLedger(
    home,
    entry(9, { what: long }),
    entry(5, { what: hostile }),
    entry(1, { kind: 'secret', what: '.env' }),
  )
  const carrel = await launch()
  await openLedger(carrel.page)
  await lookOnce(carrel.page, 'ledger-200')
  await resize(carrel, 800, 600)
  await lookOnce(carrel.page, 'ledger-200-small')
  await rows(carrel.page).last().scrollIntoViewIfNeeded()
  await lookOnce(carrel.page, 'ledger-200-small-end')
})

test('filtered by kind, time and session; the fact stays that of the whole ledger; long ones come in parts', async ({
  launch,
  home,
}) => {
  await seedSession(home, 'tide', 'Summer time in tidelog')
  await seedSession(home, 'boat', 'Boat jumble list')
  const many = Array.from({ length: 900 }, (_, index) => entry(60 * day - index, { what: `echo ${index}` }))
  await seedLedger(
    home,
    ...many,
    entry(20 * day, { kind: 'host', what: 'example.com:443', outcome: '200, 1 bytes' }),
    entry(2, { kind: 'secret', what: '.env', sessionId: 'boat' }),
    entry(1, { what: 'git status', sessionId: 'boat' }),
  )
  const { page } = await launch()
  await openLedger(page)
  await expect(rows(page)).toHaveCount(200)
  await expect(page.getByText('The newest 200 are listed.')).toBeVisible()
  await page.getByRole('button', { name: 'Show 500 more' }).click()
  await expect(rows(page)).toHaveCount(700)
  await page.getByRole('button', { name: 'Show 500 more' }).click()
  await expect(rows(page)).toHaveCount(903)
  await expect(rows(page).last()).toContainText('echo 0')

  const choose = (name: string) => page.getByRole('group', { name: 'What is listed' }).getByText(name, { exact: true })
  await choose('24 hours').click()
  await expect(rows(page)).toHaveCount(2)
  await expect(fact(page)).toHaveText('One other computer was reached.')
  await choose('Secrets').click()
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('.env')
  await choose('Hosts').click()
  await expect(page.getByText('Nothing in the ledger fits.')).toBeVisible()
  await picture(page, 'ledger-nothing-fits')
  await page.getByRole('button', { name: 'Show everything' }).click()
  await expect(rows(page)).toHaveCount(200)
  await page.getByRole('combobox', { name: 'Session' }).click()
  await expect(page.getByRole('option')).toHaveText(['Every session', 'Boat jumble list', 'Summer time in tidelog'])
  await picture(page, 'ledger-session-menu')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('option', { name: 'Boat jumble list' }).click()
  await expect(rows(page)).toHaveCount(2)
  await rows(page).first().getByRole('button', { name: 'Open “Boat jumble list”' }).click()
  await expect(page.getByRole('heading', { name: 'Boat jumble list', level: 1 })).toBeVisible()
})

test('exported to the file the person chose, as JSON lines or as a table, and as it is listed', async ({
  launch,
  home,
}) => {
  const lines = [
    entry(3 * day, { what: '=1+1, "x"\n\u202e' }),
    entry(2, { kind: 'secret', what: '.env', approvalId: 'a1' }),
  ]
  await seedLedger(home, ...lines)
  const { app, page } = await launch()
  await openLedger(page)
  const press = () => page.getByRole('button', { name: 'Export…' }).click()
  const status = page.locator('.ledger-said')

  await personSaves(app, join(home, 'out.jsonl'))
  await press()
  await expect(status).toHaveText(`2 entries written to ${join(home, 'out.jsonl')}`)
  const written = (await readFile(join(home, 'out.jsonl'), 'utf8')).trim().split('\n')
  expect(written.map((line) => JSON.parse(line))).toEqual(lines)
  await lookOnce(page, 'ledger-exported')

  // What is there already was asked about by the system's own dialog.
  await writeFile(join(home, 'out.csv'), 'old')
  await personSaves(app, join(home, 'out.csv'))
  await page.getByText('Secrets', { exact: true }).click()
  await expect(rows(page)).toHaveCount(1)
  await press()
  await expect(status).toHaveText(`1 entry written to ${join(home, 'out.csv')}`)
  expect((await readFile(join(home, 'out.csv'), 'utf8')).split('\r\n')).toEqual([
    'time,session,kind,what,approval,outcome',
    `${lines[1]?.ts},tide,secret,.env,a1,exit 0`,
    '',
  ])

  await personSaves(app, null)
  await press()
  await expect(status).toHaveText('')
  await personSaves(app, join(home, 'no', 'such', 'folder', 'out.csv'))
  await press()
  await expect(page.getByRole('alert').filter({ hasText: 'out.csv' })).toBeVisible()
  expect((await readdir(home)).filter((name) => name.endsWith('.part'))).toEqual([])
  // A page cannot say where.
  const refused = await page.evaluate(
    async (path) => {
      const { carrelWire } = globalThis as unknown as {
        carrelWire: { call(id: string, channel: string, input: unknown): Promise<{ ok: boolean }> }
      }
      return await carrelWire.call('x', 'window.exportLedger', { path })
    },
    join(home, 'settings.json'),
  )
  expect(refused).toMatchObject({ ok: false, failure: { code: 'invalid-input' } })
})

test('a command that is run now comes into the list by itself, with who allowed it and the way to its session', async ({
  launch,
  home,
  fake,
}) => {
  const { folder, remove } = await commandFolder()
  try {
    await seedSession(home, 'tide', 'Summer time in tidelog', folder)
    fake.setScenario({ turns: commandTurns('look', 'echo seen > made.txt') })
    const { page } = await launch()
    await sealHolds(page)
    await parts(page).sessions.getByText('Summer time in tidelog').click()
    await parts(page).message.fill('Take a look')
    await parts(page).message.press('Enter')
    await allow(page, 'Allow once')
    await answered(page)
    expect(await readFile(join(folder, 'made.txt'), 'utf8')).toBe('seen\n')
    await openLedger(page)
    await expect(fact(page)).toHaveText('Nothing has left this computer.')
    await expect(rows(page)).toHaveCount(1)
    await expect(rows(page).locator('.exact')).toHaveText('echo seen > made.txt')
    await expect(rows(page)).toContainText('exit 0')
    await rows(page)
      .getByRole('button', { name: /^Who allowed it/ })
      .click()
    await expect(rows(page)).toContainText('allowed by you, for this once')
    await picture(page, 'ledger-who-allowed')
    expect((await recordsIn(home)).filter(({ type }) => type === 'approval')).toHaveLength(1)

    // While the list is looked at: a run of a terminal, which is the other front of the same folder.
    await carrelCommand(home, 'run', '--host', fake.url, '--allow', 'execute', '--workspace', folder, 'A look')
    await expect(rows(page)).toHaveCount(2)
    await expect(rows(page).first()).toContainText('exit 0')
    await rows(page)
      .first()
      .getByRole('button', { name: /^Who allowed it/ })
      .click()
    await expect(rows(page).first()).toContainText('allowed by a flag of the terminal (--allow)')
    await rows(page).last().getByRole('button', { name: 'Open “Summer time in tidelog”' }).click()
    await expect(page.getByRole('heading', { name: 'Summer time in tidelog', level: 1 })).toBeVisible()
  } finally {
    await remove()
  }
})
