// Attachments in the real window: pasted, dropped and chosen, shown, removed by keyboard, sent, and there again after a restart.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { pdf, png } from '../attachments/samples.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, resize, test } from './carrel.ts'
import { personChooses } from './native-answers.ts'

const list = (page: Page) => page.getByRole('form', { name: 'New message' }).getByRole('list', { name: 'Attached' })

/** As the system hands files over. */
async function give(
  page: Page,
  how: 'paste' | 'drop',
  files: { name: string; type: string; bytes: Buffer }[],
): Promise<void> {
  const data = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
        transfer.items.add(new File([bytes], name, { type }))
      }
      return transfer
    },
    files.map(({ bytes, ...file }) => ({ ...file, base64: bytes.toString('base64') })),
  )
  if (how === 'drop') return await parts(page).message.dispatchEvent('drop', { dataTransfer: data })
  await parts(page).message.evaluate(
    (field, clipboardData) =>
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })),
    data,
  )
}

test('pictures are made smaller, shown, kept over a restart, removed by keyboard, and sent as their own bytes', async ({
  launch,
  fake,
}) => {
  const first = await launch()
  await give(first.page, 'paste', [{ name: 'wide.png', type: 'image/png', bytes: png(3_000, 200) }])
  await expect(list(first.page).getByRole('button', { name: 'Show wide.png larger' })).toBeVisible()
  await give(first.page, 'drop', [
    { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('Buy milk.') },
    { name: 'orrery.pdf', type: 'application/pdf', bytes: pdf(['Twelve planets']) },
    { name: 'broken.png', type: 'image/png', bytes: Buffer.from('no picture') },
  ])
  await expect(list(first.page).getByRole('listitem')).toHaveCount(3)
  await expect(list(first.page).getByText(/text of 1 page/)).toBeVisible()
  await expect(first.page.getByText('“broken.png” is damaged or not finished')).toBeVisible()
  expect(await accessibilityFaults(first.page)).toEqual([])
  await picture(first.page, 'attached')
  await resize(first, 800, 600)
  await picture(first.page, 'attached-narrow')
  await first.quit()

  const { page, app } = await launch()
  await expect(list(page).getByRole('listitem')).toHaveCount(3)
  await list(page).getByRole('button', { name: 'Remove notes.txt' }).press('Enter')
  await expect(list(page).getByRole('listitem')).toHaveCount(2)
  await expect(list(page).getByRole('button', { name: 'Remove orrery.pdf' })).toBeFocused()
  await ask(page, 'What is this?')
  await answered(page)
  await expect(list(page)).toHaveCount(0)
  const [sent] = fake.chatRequests()
  const question = Object(sent?.body).messages.at(-1)
  expect(question.content).toContain('Twelve planets')
  expect(question.content).not.toContain('Buy milk')
  const bytes = Buffer.from(question.images[0], 'base64')
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1_568, 105])

  const open = parts(page).transcript.getByRole('button', { name: 'Show wide.png larger' })
  await open.click()
  await expect(page.getByRole('dialog', { name: 'wide.png' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'wide.png' })).toBeHidden()
  await app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'dark'
  })
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, 'attached-said-dark')
})

test('the person chooses natively, and a model without vision is said to see no picture', async ({ launch }, info) => {
  const { page, app } = await launch()
  const folder = info.outputPath('chosen')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'p.png'), png(8, 8))
  await app.evaluate(
    ({ dialog }, path) => {
      dialog.showOpenDialog = (async () => ({
        canceled: false,
        filePaths: [path],
      })) as unknown as typeof dialog.showOpenDialog
    },
    join(folder, 'p.png'),
  )
  await page.getByRole('button', { name: 'Attach files' }).click()
  await expect(list(page).getByRole('button', { name: 'Show p.png larger' })).toBeVisible()
  await page
    .getByRole('button', { name: /gemma4:e4b/ })
    .last()
    .click()
  await expect(page.getByRole('menuitemradio', { name: /gemma4:e4b.*sees pictures/ })).toBeVisible()
  await expect(page.getByRole('menuitemradio', { name: /qwen3:0\.6b/ })).not.toContainText('sees pictures')
  await picture(page, 'models-that-see')
  await page.getByRole('menuitemradio', { name: /qwen3:0\.6b/ }).click()
  await expect(page.getByText(/The chosen model cannot see pictures/)).toBeVisible()
  await picture(page, 'attached-unseen')
  await page.getByRole('button', { name: 'Use gemma4:e4b, which sees them' }).click()
  await expect(page.getByText(/The chosen model cannot see pictures/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Model: gemma4:e4b' })).toBeVisible()
})

/** From the person's file manager onto the composer. */
async function dropFromDisk(page: Page, path: string): Promise<void> {
  const box = await page.getByRole('textbox', { name: 'Message' }).boundingBox()
  const at = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 8 }
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data })
  await session.detach()
}

test('a folder inside of the session’s folder goes as a place; one outside is refused with what to do', async ({
  launch,
  fake,
  home,
}) => {
  const room = await realpath(await mkdtemp(join(tmpdir(), 'carrel-room-')))
  await mkdir(join(room, 'work', 'src'), { recursive: true })
  await mkdir(join(room, 'private'))
  const folders = [join(room, 'work')]
  await writeFile(
    join(home, 'window.json'),
    JSON.stringify({ isWelcomed: true, lastSessionId: null, place: null, folders }),
  )
  const { page, app } = await launch()
  await page.getByRole('button', { name: /^Folder of the new session/ }).click()
  const card = page.getByRole('dialog', { name: 'Folder of the new session' })
  const work = card.getByRole('radio', { name: /^work/ })
  await work.press(' ')
  await expect(work).toBeChecked()
  await work.press('Escape')
  await expect(card).toHaveCount(0)
  const choose = async (folder: string) => {
    await personChooses(app, folder)
    await page.getByRole('button', { name: 'Attach files' }).press('Enter')
    await expect(page.getByRole('menu', { name: 'What to attach' })).toBeVisible()
    await page.keyboard.press('End')
    await expect(page.getByRole('menuitem', { name: 'A folder inside this session’s folder…' })).toBeFocused()
    await picture(page, 'attach-menu')
    await page.keyboard.press('Enter')
  }
  await choose(join(room, 'private'))
  await expect(page.getByText('The folder “private” lies outside of the session’s folder')).toBeVisible()
  await expect(page.getByText('begin a session in that folder')).toBeVisible()
  await expect(list(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Understood' }).click()
  await choose(join(room, 'work', 'src'))
  await expect(list(page).getByText('a folder, read with tools')).toBeVisible()
  expect(await accessibilityFaults(page)).toEqual([])
  await ask(page, 'What is in it?')
  await answered(page)
  expect(JSON.stringify(fake.chatRequests()[0]?.body)).toContain('the folder \\"src\\" of the folder you work in')
  // Also in a session that has begun, and when it is dropped.
  await choose(join(room, 'work', 'src'))
  await expect(list(page).getByRole('listitem')).toHaveCount(1)
  await dropFromDisk(page, join(room, 'private'))
  await expect(page.getByText('The folder “private” lies outside of the session’s folder')).toBeVisible()
  await expect(list(page).getByRole('listitem')).toHaveCount(1)
  await page.getByRole('button', { name: 'Understood' }).click()
  await dropFromDisk(page, join(room, 'work', 'src'))
  await expect(list(page).getByText('a folder, read with tools')).toHaveCount(2)
  await rm(room, { recursive: true, force: true })
})

test('what is attached is put in order by keyboard and by pointer, goes without a word, and waits with its message over a restart', async ({
  launch,
  fake,
}) => {
  const first = await launch()
  const { page } = first
  const text = (name: string) => ({ name, type: 'text/plain', bytes: Buffer.from(`All of ${name}`) })
  const names = list(page).locator('.attached-words .cut')
  await give(page, 'drop', ['a.txt', 'b.txt', 'c.txt'].map(text))
  await expect(names).toHaveText(['a.txt', 'b.txt', 'c.txt'])
  await list(page).getByRole('button', { name: 'Move c.txt before' }).press('Enter')
  await expect(names).toHaveText(['a.txt', 'c.txt', 'b.txt'])
  await expect(list(page).getByRole('button', { name: 'Move c.txt before' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(names).toHaveText(['c.txt', 'a.txt', 'b.txt'])
  await expect(page.getByRole('status').filter({ hasText: 'c.txt is now 1 of 3.' })).toHaveCount(1)
  await list(page).getByText('b.txt').dragTo(list(page).getByText('c.txt'))
  await expect(names).toHaveText(['b.txt', 'c.txt', 'a.txt'])
  await expect(page.getByText('fit into this message')).toHaveCount(0)
  await give(page, 'drop', ['d.txt', 'e.txt', 'f.txt', 'g.txt', 'h.txt'].map(text))
  await expect(page.getByText('2 more fit into this message.')).toBeVisible()
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, 'attached-order')
  await resize(first, 800, 600)
  await picture(page, 'attached-order-narrow')
  await resize(first, 1280, 800)
  for (const name of ['d', 'e', 'f', 'g', 'h']) {
    await list(page)
      .getByRole('button', { name: `Remove ${name}.txt` })
      .press('Enter')
  }
  await expect(names).toHaveText(['b.txt', 'c.txt', 'a.txt'])

  fake.setScenario({ turns: [{ steps: [{ content: 'About these' }, { gate: 'end' }, { done: 'stop' }] }] })
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('About these')).toBeVisible()
  const sent = Object(fake.chatRequests()[0]?.body).messages.at(-1).content as string
  expect([...sent.matchAll(/Attached file "(.)/g)].map(([, name]) => name)).toEqual(['b', 'c', 'a'])
  await expect(page.getByRole('heading', { level: 2, name: /b\.txt, c\.txt, a\.txt/ })).toHaveCount(1)

  await give(page, 'drop', ['x.txt', 'y.txt', 'z.txt'].map(text))
  await expect(names).toHaveText(['x.txt', 'y.txt', 'z.txt'])
  await page.getByRole('button', { name: 'Queue', exact: true }).click()
  const waiting = page.getByRole('region', { name: 'Waiting to be sent' })
  await expect(waiting.locator('.attached-words .cut')).toHaveText(['x.txt', 'y.txt', 'z.txt'])
  await waiting.getByRole('button', { name: /^Edit: x\.txt, y\.txt/ }).click()
  await waiting.getByRole('button', { name: 'Remove y.txt' }).press('Enter')
  await expect(waiting.getByRole('button', { name: 'Remove z.txt' })).toBeFocused()
  await picture(page, 'attached-waiting-edit')
  await waiting.getByRole('button', { name: 'Save' }).click()
  await expect(waiting.locator('.attached-words .cut')).toHaveText(['x.txt', 'z.txt'])
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, 'attached-waiting')
  await first.quit()

  const second = await launch()
  const later = second.page.getByRole('region', { name: 'Waiting to be sent' })
  await expect(later.locator('.attached-words .cut')).toHaveText(['x.txt', 'z.txt'])
  fake.setScenario({ turns: [{ steps: [{ content: 'Seen.' }, { done: 'stop' }] }] })
  await later.getByRole('button', { name: /^Send now: x\.txt/ }).click()
  await expect(second.page.getByText('Seen.')).toBeVisible()
  const last = JSON.stringify(fake.chatRequests().at(-1)?.body)
  expect(last).toMatch(/All of x\.txt.*All of z\.txt/)
  expect(last).not.toContain('All of y.txt')
})
