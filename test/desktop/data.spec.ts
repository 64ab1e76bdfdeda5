import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { steps, streamedText } from '../support/fake-ollama.ts'
import { canMount } from '../support/mount.ts'
import { conversation, header, message, toBytes } from '../support/session-lines.ts'
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

const id = (count: number) => `01990000-0000-7000-8000-0000000${String(count).padStart(5, '0')}`

async function writeSession(home: string, name: string, ...bytes: Uint8Array[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', name), Buffer.concat(bytes))
}

/** A conversation that begins with these words, and whatever bytes come after. */
async function writeConversation(home: string, count: number, title: string, ...rest: Uint8Array[]): Promise<void> {
  const named = { type: 'title', id: 'title', ts: header['ts'], title, by: 'user' }
  const ts = new Date(Date.UTC(2026, 9, 1, 8, count)).toISOString()
  const answer = { role: 'assistant', content: 'The printed table is in UTC, whatever the season.', ts }
  await writeSession(
    home,
    `${id(count)}.jsonl`,
    toBytes({ ...header, id: id(count) }, named, message('q', null), message('a', 'q', answer)),
    ...rest,
  )
}

async function writeDamage(home: string): Promise<void> {
  for (let count = 0; count < 12; count++) await writeConversation(home, count, `Notes of day ${count + 1}`)
  await writeConversation(home, 20, 'Summer time in tidelog', Buffer.from('{"type":"mess'))
  await writeConversation(home, 21, 'Boat jumble list, with prices', Buffer.alloc(1_191))
  await writeSession(home, `${id(22)}.jsonl`, Buffer.alloc(0))
  const gone = { content: { blob: `sha256:${'0'.repeat(64)}`, bytes: 2_000_000 } }
  await writeSession(
    home,
    `${id(24)}.jsonl`,
    toBytes({ ...header, id: id(24) }, message('m', null, { content: 'The whole tide table, pasted', spilled: gone })),
  )
  await writeSession(
    home,
    `${id(23)}.jsonl`,
    toBytes({ ...header, v: 9 }, message('m', null, { content: 'From tomorrow' })),
  )
  await writeSession(home, `${id(1)}.jsonl.archived`, toBytes({ ...header, id: id(1) }, message('m', null)))
  await writeSession(home, 'Notes (copy).jsonl', toBytes(header))
}

/** A small disk needs a mount, and a mount needs root on Linux. */

async function openSettings(page: Page): Promise<void> {
  // There before a key can be heard.
  await expect(parts(page).sessions).toBeVisible()
  await page.keyboard.press('Control+,')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
}

async function check(page: Page): Promise<void> {
  await openSettings(page)
  await page.getByRole('button', { name: /^Check (my data|again)$/ }).click()
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible({ timeout: 30_000 })
}

/** The result in the middle of the window, large and small. */
async function look(carrel: Carrel, name: string): Promise<void> {
  const { page } = carrel
  for (const [width, height, size] of [
    [1280, 1000, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await page
      .locator('.check-line')
      .first()
      .evaluate((one) => one.closest('.setting')?.scrollIntoView({ block: 'start' }))
    await picture(page, `${name}${size}`)
    expect(await accessibilityFaults(page), name).toEqual([])
    // Only what is in the frame scrolls, and never sideways.
    const beyond = await page.evaluate(() => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
      return [scrollWidth - clientWidth, scrollHeight - clientHeight, document.body.scrollTop]
    })
    expect(beyond, name).toEqual([0, 0, 0])
  }
  await resize(carrel, 1280, 800)
}

for (const theme of ['light', 'dark'] as const) {
  test(`a folder with damage says what was skipped and what is whole, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    await writeDamage(home)
    const before = await bytesOf(home)
    const carrel = await launch()
    const { page } = carrel
    await check(page)
    await expect(
      page.getByText(
        '4 of 17 sessions have damage: 1,204 bytes had to be skipped and 1 large part is missing; nothing was changed.',
      ),
    ).toBeVisible()
    const damaged = page.locator('.damaged-sessions > li')
    await expect(damaged).toHaveCount(4)
    await expect(damaged.nth(0)).toContainText('Summer time in tidelog')
    await expect(damaged.nth(0)).toContainText('13 bytes had to be skipped, in 1 line.')
    await expect(damaged.nth(0)).toContainText('“The printed table is in UTC, whatever the season.”')
    await expect(damaged.nth(1)).toContainText('1,191 bytes had to be skipped.')
    await expect(damaged.nth(2)).toContainText('The file is empty.')
    await expect(damaged.nth(3)).toContainText('Of 1 entry only the beginning is left')
    const found = page.locator('.besides')
    await expect(found).toContainText('“From tomorrow” was made by a newer Carrel.')
    await expect(found).toContainText('“words of m” lies both live and archived.')
    await expect(found).toContainText('Notes (copy).jsonl')
    await expect(page.locator('.checks')).toContainText('Ollama')
    await look(carrel, `data-damaged-${theme}`)

    await page.getByText('All 18 session files').click()
    await damaged.nth(1).getByText('Details').click()
    await expect(damaged.nth(1)).toContainText('Empty bytes, as a crash leaves them')
    await expect(damaged.nth(1)).toContainText(`sessions/${id(21)}.jsonl`)
    await look(carrel, `data-damaged-table-${theme}`)
    await page.locator('.session-table').evaluate((one) => one.scrollIntoView({ block: 'center' }))
    await picture(page, `data-table-${theme}`)

    await page.getByRole('button', { name: 'Open Summer time in tidelog', exact: true }).click()
    await expect(page.getByText('One damaged place was skipped (13 B).')).toBeVisible()
    await expect(parts(page).transcript.getByText('The printed table is in UTC')).toBeVisible()
    // What was found is there when one comes back for the next one.
    await openSettings(page)
    await expect(damaged).toHaveCount(4)
    expect(await bytesOf(home)).toEqual(before)

    // A copy is made beside the damaged file, which stays as it is.
    await expect(page.getByRole('button', { name: /^Make a repaired copy of/ })).toHaveCount(2)
    await page.getByRole('button', { name: 'Make a repaired copy of Summer time in tidelog' }).click()
    await expect(damaged.nth(0)).toContainText('Repaired copy: 3 records kept, 1 place skipped.')
    await look(carrel, `data-repaired-${theme}`)
    const { [`${id(20)}.repaired.jsonl`]: copy, ...rest } = await bytesOf(home)
    expect(rest).toEqual(before)
    expect(copy).not.toBe(undefined)
    await page.getByRole('button', { name: 'Open the copy of Summer time in tidelog' }).click()
    await expect(parts(page).transcript.getByText('The printed table is in UTC')).toBeVisible()
    await expect(page.getByText(/damaged place was skipped/)).toHaveCount(0)
    await check(page)
    await expect(page.getByText('4 of 18 sessions have damage')).toBeVisible()
    await expect(found).toContainText('“Summer time in tidelog” is there once more as a repaired copy.')
    await expect(page.getByRole('button', { name: 'Open the copy of Summer time in tidelog' })).toBeVisible()
  })

  test(`a whole folder says so, ${theme}`, async ({ launch, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    for (let count = 0; count < 30; count++) await writeConversation(home, count, `Notes of day ${count + 1}`)
    const carrel = await launch()
    const { page } = carrel
    await check(page)
    await expect(page.getByText(/^30 sessions, .* KB, all whole\.$/)).toBeVisible()
    await expect(page.getByText('Free on this disk')).toBeVisible()
    await expect(page.locator('.damaged-sessions, .besides')).toHaveCount(0)
    await look(carrel, `data-whole-${theme}`)
  })
}

test('a folder that cannot be read is said, with everything else beside it', async ({ launch, home }) => {
  // Where the folder should be lies a file.
  await writeFile(join(home, 'sessions'), 'x')
  const carrel = await launch()
  const { page } = carrel
  await check(page)
  await expect(page.getByText('The folder of sessions cannot be read, so nothing can be said of them.')).toBeVisible()
  await expect(page.locator('.checks')).toContainText(`${join(home, 'sessions')} cannot be read.`)
  await expect(page.locator('.checks')).toContainText('free space')
  await expect(page.locator('.damaged-sessions, .figures, .every-session')).toHaveCount(0)
  await look(carrel, 'data-unreadable')
})

test('a disk with little room left is said', async ({ launch, home }) => {
  test.skip(!canMount(), 'no right to mount')
  const program = join(home, 'small-disk.sh')
  const disk = join(home, 'disk')
  await mkdir(disk)
  const mount = `mount -t tmpfs -o size=64m tmpfs "${disk}" && echo "{\\"isWelcomed\\":true}" >"${disk}/window.json" && exec "${appProgram.path}" "$@"`
  await writeFile(program, `#!/bin/sh\nexec unshare --mount sh -c '${mount}' sh "$@"\n`)
  await chmod(program, 0o755)
  const carrel = await launch({ program, home: disk })
  const { page } = carrel
  await ask(page, 'While there is room')
  await answered(page)
  await check(page)
  await expect(page.getByText(/^1 session, .*, whole\.$/)).toBeVisible()
  await expect(page.locator('.figures')).toContainText(/Free on this diskonly [\d.]+ MB/)
  await expect(page.locator('.checks')).toContainText('Make room on this disk.')
  await look(carrel, 'data-little-room')
})

test('a thousand and more sessions can be looked through, and one of them opened', async ({ launch, home }) => {
  for (let count = 0; count < 1_200; count++) await writeConversation(home, count, `Notes of day ${count + 1}`)
  const carrel = await launch()
  const { page } = carrel
  await check(page)
  await expect(page.getByText(/^1,200 sessions, .*, all whole\.$/)).toBeVisible()
  await page.getByText('All 1,200 session files').click()
  const rows = page.locator('.session-table tbody tr')
  await expect(rows).toHaveCount(500)
  await expect(rows.first()).toContainText('Notes of day 1200')
  await page.getByRole('button', { name: 'Show 500 more' }).click()
  await page.getByRole('button', { name: 'Show 200 more' }).click()
  await expect(rows).toHaveCount(1_200)
  await picture(page, 'data-many')
  await rows.last().getByRole('button').click()
  await expect(parts(page).transcript.getByText('The printed table is in UTC')).toBeVisible()
})

test('a check can be cancelled, goes on while another page is open, and never holds an answer up', async ({
  launch,
  fake,
  home,
}) => {
  const tokens = 3_000
  fake.setScenario(steps({ stream: { tokens, perSecond: 1_000 } }, { done: 'stop' }))
  // Long enough to be seen under way.
  const large = toBytes(
    ...conversation(2),
    ...Array.from({ length: 60_000 }, (_, at) => message(`m${at}`, null, { content: 'x'.repeat(1_500) })),
  )
  for (const count of [1, 2, 3]) await writeSession(home, `large${count}.jsonl`, large)
  const carrel = await launch()
  const { page } = carrel
  await expect(
    parts(page)
      .sessions.getByText(/Nachricht/)
      .first(),
  ).toBeVisible()

  await resize(carrel, 1280, 1000)
  await openSettings(page)
  await page.getByRole('button', { name: 'Check my data' }).click()
  await expect(page.getByText(/^Read \d of 3 session files$/)).toBeVisible()
  await picture(page, 'data-running')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Stopped before the end. Nothing was changed.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Check my data' })).toBeFocused()

  await page.keyboard.press('Control+n')
  await ask(page, 'Say a great deal')
  await openSettings(page)
  // Whoever clicks twice begins once.
  await page.getByRole('button', { name: 'Check my data' }).dblclick()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible()
  await parts(page).sessions.getByText('Say a great deal').click()
  await expect(parts(page).stop).toBeVisible()
  // A figure and no limit: other programs may hold this machine. That a check lets others in is a test of its own.
  const longest = await longestPause(page)
  process.stdout.write(`figure: while a check reads, the text of an answer stands still for at most ${longest} ms\n`)
  await answered(page)
  expect((await recordsIn(home)).find(({ role, model }) => role === 'assistant' && model)?.['content']).toBe(
    streamedText(tokens).trimEnd(),
  )
  await openSettings(page)
  await expect(page.getByText(/^4 sessions, .* MB, all whole\.$/)).toBeVisible()
})

/** How long the text of the answer did not grow, until it is over. Milliseconds. */
async function longestPause(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let last = performance.now()
        let longest = 0
        let length = 0
        const look = () => {
          const now = performance.now()
          const grown = document.querySelector('[aria-label="Transcript"]')?.textContent?.length ?? 0
          longest = Math.max(longest, now - last)
          if (grown !== length) last = now
          length = grown
          const isOver = ![...document.querySelectorAll('button')].some((one) => /^Stop/.test(one.textContent ?? ''))
          if (isOver) resolve(Math.round(longest))
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

async function bytesOf(home: string): Promise<Record<string, string>> {
  const folder = join(home, 'sessions')
  const files = (await readdir(folder)).sort()
  return Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')])),
  )
}
