import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
})
