import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { compareReplayWords as words } from '../../shared/messages/compare-replay.ts'
import { notInLog, replayWords } from '../../shared/messages/replay.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { expect, parts, test } from './carrel.ts'
import { look } from './looking.ts'

test('a past session is replayed with another model from its menu: nothing is run, and both lead to one another', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario({
    turns: [
      {
        match: { nth: 1 },
        steps: [{ tool_calls: [{ name: 'run_command', arguments: { command: 'date' } }] }, { done: 'stop' }],
      },
      { match: { nth: 2 }, steps: [{ content: 'It was noon.' }, { done: 'stop' }] },
      { steps: [{ content: 'You are welcome.' }, { done: 'stop' }] },
    ],
  })
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(
    join(home, 'sessions', 'past.jsonl'),
    toBytes(
      { ...header, id: 'past' },
      message('q1', null, { content: 'What time is it?' }),
      message('a1', 'q1', {
        role: 'assistant',
        content: '',
        stop: 'tool_calls',
        toolCalls: [{ id: 'c1', name: 'run_command', arguments: { command: 'date' } }],
      }),
      message('t1', 'a1', { role: 'tool', callId: 'c1', name: 'run_command', content: '12:00', isError: false, ms: 4 }),
      message('a2', 't1', { role: 'assistant', content: 'Noon.', stop: 'stop' }),
      message('q2', 'a2', { content: 'Thank you' }),
      message('a3', 'q2', { role: 'assistant', content: 'Gladly.', stop: 'stop' }),
    ),
  )
  const carrel = await launch()
  const { page } = carrel
  const { sessions, transcript } = parts(page)
  const row = sessions.getByRole('button', { name: /^What time is it/ }).first()
  await row.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Replay with another model…' }).click()
  const models = page.getByRole('menu', { name: 'Replay with another model…' })
  await models.getByRole('menuitem', { name: 'qwen3:0.6b' }).press('Enter')

  await expect(transcript.getByText('You are welcome.')).toBeVisible()
  await expect(transcript.getByText('It was noon.')).toBeVisible()
  await expect(transcript.getByText(/1 of 1 calls found, nothing was run/)).toBeVisible()
  await expect(sessions.getByRole('button', { name: /Replay.*qwen3:0\.6b/ })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'light' })
  await look(carrel, 'replay-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await look(carrel, 'replay-dark')
  expect(await readdir(join(home, 'checkpoints')).catch(() => [])).toEqual([])
  await transcript.getByRole('button', { name: '“What time is it?”' }).click()
  await expect(transcript.getByText('Gladly.')).toBeVisible()
  await transcript.getByRole('button', { name: /^“What time is it\? \(replay/ }).click()
  await expect(transcript.getByText('You are welcome.')).toBeVisible()
})

const sides = (page: Page) => page.getByRole('dialog', { name: words.title })
const question = (page: Page, place: number) =>
  sides(page).getByRole('article', { name: new RegExp(`^Question ${place}:`) })

/** A session and what another model made of it, as files: so many questions, and at every tenth a call that was not made there. */
async function writeBoth(home: string, count: number): Promise<void> {
  const file = (name: string) => join(home, 'sessions', `${name}.jsonl`)
  const usage = {
    promptTokens: 900,
    outputTokens: 120,
    contextTokens: 1_020,
    numCtx: 8_192,
    loadMs: 0,
    promptMs: 400,
    outputMs: 2_400,
  }
  const said = (model: string, path: (place: number) => string) => {
    let last: string | null = null
    return Array.from({ length: count }, (_, index) => index + 1).flatMap((place) => {
      const id = (name: string) => `${name}${place}`
      const args = { path: path(place) }
      const isError = model === 'qwen3:0.6b' && place % 10 === 0
      const lines = [
        message(id('q'), last, { content: `What does chapter ${place} say of the tide?` }),
        message(id('a'), id('q'), {
          role: 'assistant',
          content: '',
          model,
          stop: 'tool_calls',
          toolCalls: [{ id: id('c'), name: 'read_file', arguments: args }],
        }),
        message(id('t'), id('a'), {
          role: 'tool',
          callId: id('c'),
          name: 'read_file',
          content: isError ? notInLog : 'It rises twice a day.',
          isError,
          ms: 3,
          ...(isError && { failure: { code: 'not-found', reason: 'not-in-log' } }),
        }),
        message(id('e'), id('t'), {
          role: 'assistant',
          content: `In **chapter ${place}**, ${model} finds this:\n\n- It rises twice a day.\n- ${'It falls as often. '.repeat(place % 5)}`,
          model,
          stop: 'stop',
          usage,
        }),
      ]
      last = id('e')
      return lines
    })
  }
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(
    file('tide'),
    toBytes({ ...header, id: 'tide' }, ...said('gemma4:e4b', (place) => `chapters/${place}.md`)),
  )
  const replayed = { id: 'again', parentSession: 'tide', forkedAt: `e${count}`, replayOf: { model: 'qwen3:0.6b' } }
  await writeFile(
    file('again'),
    toBytes(
      { ...header, ...replayed },
      { type: 'title', id: 'title', ts: header['ts'], title: 'The tide (replay, qwen3:0.6b)', by: 'derived' },
      { type: 'meta', id: 'm', ts: header['ts'], replay: { asked: count, of: count, calls: count, found: count - 20 } },
      ...said('qwen3:0.6b', (place) => (place % 10 === 0 ? 'index.md' : `chapters/${place}.md`)),
    ),
  )
}

test('a session of two hundred questions and its replay side by side, from difference to difference', async ({
  launch,
  home,
}) => {
  await writeBoth(home, 200)
  const carrel = await launch()
  const { page } = carrel
  const { sessions } = parts(page)
  await sessions
    .getByRole('button', { name: /The tide \(replay/ })
    .first()
    .click()
  // Its beginning is far away: the panel has the way, too.
  await page.getByRole('button', { name: 'Session panel' }).click()
  const opener = page
    .getByRole('complementary', { name: 'This session' })
    .getByRole('button', { name: replayWords.sideBySide })
  await opener.click()
  await expect(sides(page).getByText(words.differing(20, 200))).toBeVisible()
  const first = question(page, 1)
  await expect(first.getByRole('heading', { name: `${words.original}gemma4:e4b` })).toBeVisible()
  await expect(first.getByRole('heading', { name: `${words.replay}qwen3:0.6b` })).toBeVisible()
  await expect(first.getByText('120 tokens').first()).toBeVisible()
  await expect(first.getByText('gemma4:e4b finds this:')).toBeVisible()
  // Only what is near is drawn.
  expect(await sides(page).getByRole('article').count()).toBeLessThan(30)

  await page.keyboard.press('Escape')
  await expect(sides(page)).toHaveCount(0)
  await expect(opener).toBeFocused()

  await opener.press('Enter')
  await sides(page).getByRole('button', { name: words.next }).click()
  await expect(question(page, 10).getByText(words.marks['not-in-log'])).toBeInViewport()
  await expect(question(page, 10).getByText(words.marks['not-made'])).toBeInViewport()
  await page.emulateMedia({ colorScheme: 'light' })
  await look(carrel, 'side-by-side-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await look(carrel, 'side-by-side-dark')

  await sides(page).getByRole('region', { name: words.pairs }).press('End')
  await expect(question(page, 200).getByText('qwen3:0.6b finds this:')).toBeInViewport()
  await page.keyboard.press('Escape')
  await expect(parts(page).message).toBeFocused()
})

test('the session that was replayed leads to its replays, until one is deleted', async ({ launch, home }) => {
  await writeBoth(home, 2)
  const carrel = await launch()
  const { page } = carrel
  const { sessions, transcript } = parts(page)
  await sessions
    .getByRole('button', { name: /^What does chapter 1/ })
    .first()
    .click()
  const replay = transcript.getByRole('button', { name: '“The tide (replay, qwen3:0.6b)”' })
  await expect(replay).toBeVisible()
  await page.emulateMedia({ colorScheme: 'light' })
  await look(carrel, 'replayed-light')
  await transcript.getByRole('button', { name: replayWords.sideBySideNamed('The tide (replay, qwen3:0.6b)') }).click()
  await expect(question(page, 2)).toContainText('qwen3:0.6b finds this:')
  await page.keyboard.press('Escape')
  const row = sessions.getByRole('button', { name: /The tide \(replay/ }).first()
  await row.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(replay).toHaveCount(0)
  await expect(transcript.getByText('gemma4:e4b finds this:').first()).toBeVisible()
})
