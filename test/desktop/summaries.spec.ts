// What was summarised for the model stays, and so does the summary; who wants none says so in Settings.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { window as words } from '../../shared/messages/window.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { ask, expect, parts, test } from './carrel.ts'
import { goTo, look } from './looking.ts'

const summary = 'They speak of the tide.\n\nIt comes twice a day; the boats leave at six.'

test('a summary opens behind one line, and what it stands for is still there and still sent in its place', async ({
  launch,
  home,
  fake,
}) => {
  const lines = [
    header,
    message('q1', null, { content: 'When does the tide come?' }),
    message('a1', 'q1', { role: 'assistant', content: 'Twice a day.', stop: 'stop' }),
    message('q2', 'a1', { content: 'And the boats?' }),
    {
      type: 'compaction',
      id: 'k1',
      parentId: 'q2',
      ts: '2026-11-22T08:00:02.000Z',
      summary,
      firstKeptId: 'q2',
      tokensBefore: 7_600,
      tokensAfter: 1_900,
      messageCount: 2,
    },
    message('a2', 'k1', { role: 'assistant', content: 'They leave at six.', stop: 'stop' }),
  ]
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', `${header['id']}.jsonl`), toBytes(...lines))
  const carrel = await launch()
  const { page } = carrel
  await parts(page).sessions.getByText('When does the tide come?').click()
  const line = parts(page).transcript.getByRole('button', { name: words.summary(2) })
  await expect(line).toHaveAttribute('aria-expanded', 'false')
  await line.focus()
  await page.keyboard.press('Enter')
  await expect(parts(page).transcript.getByText('It comes twice a day; the boats leave at six.')).toBeVisible()
  await expect(parts(page).transcript.getByText('Twice a day.', { exact: true })).toBeVisible()
  await look(carrel, 'summary')
  await line.click()
  await expect(parts(page).transcript.getByText('They speak of the tide.')).toBeHidden()

  await ask(page, 'How long is that?')
  await expect.poll(() => fake.chatRequests().length).toBeGreaterThan(0)
  const sent = JSON.stringify(fake.chatRequests().at(-1)?.body)
  expect(sent).toContain('They speak of the tide.')
  expect(sent).not.toContain('When does the tide come?')
})

test('summaries are switched off in Settings', async ({ launch, home }) => {
  const { page } = await launch()
  await goTo(page, 'Settings')
  const group = page.getByRole('group', { name: words.settings.compaction })
  const { automatic, off } = words.settings.compactionChoices
  await expect(group.getByRole('radio', { name: automatic })).toBeChecked()
  await group.getByText(off, { exact: true }).click()
  await expect(group.getByRole('radio', { name: off })).toBeChecked()
  const kept = async () => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')).compaction
  await expect.poll(() => kept().catch(() => null)).toBe('off')
})
