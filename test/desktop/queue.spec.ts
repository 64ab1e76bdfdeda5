// Writing while an answer is being written: what waits is seen, changed and sent, from the keyboard, over a restart, in every look.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { attachTo } from '../../electron/attach/attach-client.ts'
import type { Scenario } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, recordsIn, resize, test } from './carrel.ts'

type Turn = Scenario['turns'][number]
const gated = (words: string, gate: string): Turn => ({
  match: { contains: words },
  steps: [{ content: `About ${words}` }, { gate }, { done: 'stop' }],
})
const plain: Turn = { steps: [{ content: 'Yes.' }, { done: 'stop' }] }

function waiting(page: Page) {
  const list = page.getByRole('region', { name: 'Waiting to be sent' })
  return {
    list,
    rows: list.getByRole('listitem'),
    texts: list.locator('.waiting-text'),
    act: (name: string, text: string) => list.getByRole('button', { name: `${name}: ${text}` }),
  }
}

/** What was just removed lies in the list, and so does the next to be acted on. */
const isToastInTheWay = (page: Page) =>
  page.evaluate(() => {
    const list = document.querySelector('.waiting')?.getBoundingClientRect()
    return [...document.querySelectorAll('.toast')].some((one) => {
      const toast = one.getBoundingClientRect()
      if (list === undefined || toast.right <= list.left || toast.left >= list.right) return false
      return toast.bottom > list.top && toast.top < list.bottom
    })
  })

const questions = async (home: string) =>
  (await recordsIn(home)).flatMap(({ role, content }) => (role === 'user' ? [content] : []))

test('messages wait in their order, are changed and moved from the keyboard, and are sent one after the other', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario({ turns: [gated('one', 'end'), plain] })
  const { page } = await launch()
  const { message: composer, stop } = parts(page)
  const { rows, texts, act, list } = waiting(page)
  await ask(page, 'one')
  await expect(page.getByText('About one')).toBeVisible()
  for (const text of ['two', 'three', 'four']) {
    await composer.fill(text)
    await composer.press('Enter')
    await expect(composer).toHaveValue('')
    await expect(composer).toBeFocused()
  }
  await expect(texts).toHaveText(['two', 'three', 'four'])
  await expect(page.getByRole('status').filter({ hasText: '3 are waiting' })).toHaveCount(1)
  await expect(stop).toBeVisible()

  await act('Move up', 'four').press('Enter')
  await expect(texts).toHaveText(['two', 'four', 'three'])
  await expect(act('Move up', 'four')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(texts).toHaveText(['four', 'two', 'three'])
  await expect(act('Move up', 'four')).toBeFocused()
  await expect(act('Move up', 'four')).toHaveAttribute('aria-disabled', 'true')

  await act('Edit', 'two').press('Enter')
  const editor = list.getByRole('textbox')
  await expect(editor).toBeFocused()
  await page.keyboard.type(', in other words')
  await page.keyboard.press('Enter')
  await expect(texts).toHaveText(['four', 'two, in other words', 'three'])
  await expect(act('Edit', 'two, in other words')).toBeFocused()
  // Escape gives a change up and stops nothing.
  await page.keyboard.press('Enter')
  await editor.fill('never mind')
  await page.keyboard.press('Escape')
  await expect(texts).toHaveText(['four', 'two, in other words', 'three'])
  await expect(stop).toBeVisible()

  await act('Remove', 'four').press('Enter')
  await expect(rows).toHaveCount(2)
  await expect(act('Remove', 'two, in other words')).toBeFocused()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(texts).toHaveText(['four', 'two, in other words', 'three'])
  await act('Remove', 'four').press('Enter')
  await expect(rows).toHaveCount(2)
  await act('Remove', 'two, in other words').focus()

  fake.release('end')
  await expect(list).toHaveCount(0)
  // What had the focus is gone.
  await expect(composer).toBeFocused()
  await answered(page)
  expect(await questions(home)).toEqual(['one', 'two, in other words', 'three'])
})

test('after Stop they are kept and the window says so; one is sent now, also in place of an answer', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario({ turns: [gated('one', 'never'), gated('two', 'never'), plain] })
  const { page } = await launch()
  const { message: composer } = parts(page)
  const { texts, act, list } = waiting(page)
  await ask(page, 'one')
  await expect(page.getByText('About one')).toBeVisible()
  for (const text of ['two', 'three', 'four']) {
    await composer.fill(text)
    await page.getByRole('button', { name: 'Queue' }).click()
    await expect(composer).toHaveValue('')
  }
  await page.keyboard.press('Escape')
  await expect(list.getByText(/^Paused/)).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: /The answer was stopped\. Paused/ })).toHaveCount(1)
  await list.getByRole('button', { name: 'Send now', exact: true }).click()
  await expect(page.getByText('About two')).toBeVisible()
  await expect(texts).toHaveText(['three', 'four'])
  await expect(list.getByText(/^Paused/)).toHaveCount(0)
  await act('Send now', 'four').click()
  await expect(list).toHaveCount(0)
  await answered(page)
  expect(await questions(home)).toEqual(['one', 'two', 'four', 'three'])
  await expect(page.getByText('Stopped. What had arrived is kept.')).toHaveCount(2)
})

test('they are there after the process was killed, and paused; words that were being changed are not lost', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario({ turns: [gated('one', 'never'), plain] })
  const first = await launch()
  await ask(first.page, 'one')
  await expect(first.page.getByText('About one')).toBeVisible()
  for (const text of ['two', 'three']) {
    await parts(first.page).message.fill(text)
    await parts(first.page).message.press('Enter')
    await expect(parts(first.page).message).toHaveValue('')
  }
  await first.kill()

  const { page } = await launch()
  const { texts, list, act } = waiting(page)
  await expect(texts).toHaveText(['two', 'three'])
  await expect(list.getByText(/^Paused/)).toBeVisible()
  expect(await questions(home)).toEqual(['one'])
  // Another front takes it away while its words are being changed here.
  await act('Edit', 'two').click()
  await list.getByRole('textbox').fill('two, and much more')
  const attached = await attachTo(join(home, 'owner.sock'))
  const sessions = await attached.call('sessions.list', { filter: 'all' })
  const sessionId = sessions.ok ? (sessions.value.sessions[0]?.id ?? '') : ''
  const opened = await attached.call('sessions.open', { sessionId })
  const item = opened.ok ? opened.value.queue.items[0] : undefined
  await attached.call('queue.remove', { sessionId, id: item?.id ?? '' })
  await expect(texts).toHaveText(['three'])
  await expect(parts(page).message).toHaveValue('two, and much more')
  await attached.call('queue.add', { sessionId, text: 'from elsewhere', isCorrection: false })
  await expect(texts).toHaveText(['three', 'from elsewhere'])
  attached.close()
})

for (const theme of ['light', 'dark'] as const) {
  test(`a correction is heard between two tools and stands in its turn, ${theme}`, async ({ launch, fake, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    // Not in the data folder, where no model may look.
    const folder = await mkdtemp(join(tmpdir(), 'carrel-folder-'))
    await mkdir(join(home, 'sessions'))
    await writeFile(join(folder, 'tide.txt'), 'High water 04:38\n')
    const begun = { ...header, id: 'with-folder', workspace: folder }
    const lines = [begun, message('q', null, { content: 'About the tide' }), message('a', 'q', { role: 'assistant' })]
    await writeFile(join(home, 'sessions', 'with-folder.jsonl'), toBytes(...lines))
    const look: Turn['steps'][number] = { tool_calls: [{ name: 'read_file', arguments: { path: 'tide.txt' } }] }
    fake.setScenario({
      turns: [
        {
          match: { contains: 'When' },
          steps: [{ content: 'I look into the table.' }, { gate: 'call' }, look, { done: 'stop' }],
        },
        {
          match: { contains: 'summer' },
          steps: [{ content: 'In summer time then: ' }, { gate: 'end' }, { content: '05:38.' }, { done: 'stop' }],
        },
        plain,
      ],
    })
    const carrel = await launch()
    const { page } = carrel
    const { message: composer, sessions, transcript } = parts(page)
    const { list, texts, act } = waiting(page)
    await sessions.getByText('About the tide').click()
    await ask(page, 'When is high water?')
    await expect(page.getByText('I look into the table.')).toBeVisible()
    await composer.fill(
      'Then tell me when the ferry leaves on the day after, and what the weather will be like when it does',
    )
    await composer.press('Enter')
    await composer.fill('Thank you')
    await composer.press('Enter')
    await composer.fill('And in winter?')
    await composer.press('Enter')
    await composer.fill('In summer time, please')
    await lookAt(`queue-writing-${theme}`)
    await composer.press('Alt+Enter')
    await expect(texts.first()).toHaveText('In summer time, please')
    await expect(list.getByText('Correction', { exact: true })).toHaveCount(1)
    await act('Give as a correction', 'And in winter?').press('Enter')
    await expect(list.getByText('Correction', { exact: true })).toHaveCount(2)
    await expect(act('Edit', 'And in winter?')).toBeFocused()
    await act('Remove', 'And in winter?').press('Enter')
    await act('Edit', 'Thank you').click()
    await lookAt(`queue-editing-${theme}`)
    await page.keyboard.press('Escape')
    fake.release('call')
    const turn = transcript.getByRole('article').last()
    await expect(turn.getByText('In summer time then:')).toBeVisible()
    await expect(transcript.getByRole('article')).toHaveCount(2)
    await expect(turn.getByRole('heading', { name: 'Correction: In summer time, please' })).toHaveCount(1)
    await expect(texts).toHaveCount(2)
    await lookAt(`queue-corrected-${theme}`)
    await page.keyboard.press('Escape')
    await expect(list.getByText(/^Paused/)).toBeVisible()
    await lookAt(`queue-paused-${theme}`)
    const told = (await recordsIn(home)).map(({ role, type }) => role ?? type)
    expect(told.slice(3)).toEqual(['user', 'assistant', 'tool', 'user', 'assistant'])
    await rm(folder, { recursive: true, force: true })

    async function lookAt(name: string) {
      for (const [width, height, size] of [
        [1280, 800, ''],
        [800, 600, '-small'],
      ] as const) {
        await resize(carrel, width, height)
        await picture(page, `${name}${size}`)
        expect(await accessibilityFaults(page), name).toEqual([])
        expect(await isToastInTheWay(page), `${name}${size}`).toBe(false)
      }
      await resize(carrel, 1280, 800)
    }
  })
}

test('where another process writes, what waits is only shown', async ({ launch, fake, home }) => {
  await mkdir(join(home, 'sessions'))
  const lines = [{ ...header, id: 'seen' }, message('q', null, { content: 'Seen from afar' })]
  await writeFile(join(home, 'sessions', 'seen.jsonl'), toBytes(...lines))
  await writeFile(join(home, 'queue.json'), JSON.stringify({ seen: [{ id: 'w', text: 'waits', isCorrection: false }] }))
  const other = { pid: process.pid, startTime: null, host: hostname(), nonce: 'other', socket: null }
  await writeFile(join(home, 'owner.lock'), JSON.stringify(other))
  fake.setScenario({ turns: [plain] })
  const { page } = await launch()
  await parts(page).sessions.getByText('Seen from afar').click()
  const { list, texts } = waiting(page)
  await expect(texts).toHaveText(['waits'])
  await expect(list.getByRole('button')).toHaveCount(1)
})
