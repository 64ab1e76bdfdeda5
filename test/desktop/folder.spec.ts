// The folder of a session in the window: its AGENTS.md is asked about once, and how calls are written is chosen there.
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { header, message, toBytes } from '../support/session-lines.ts'
import { accessibilityFaults, answered, ask, expect, parts, picture, recordsIn, test } from './carrel.ts'

let folder: string
test.beforeEach(async ({ home }) => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'carrel-folder-')))
  await writeFile(join(folder, 'tide.txt'), 'High water 04:38\n')
  await writeFile(join(folder, 'AGENTS.md'), 'Give times in UTC.\n')
  await mkdir(join(home, 'sessions'), { recursive: true })
  const lines = [
    { ...header, id: 'with-folder', workspace: folder },
    message('q', null, { content: 'About the tide' }),
    message('a', 'q', { role: 'assistant', content: 'What about it?', stop: 'stop' }),
  ]
  await writeFile(join(home, 'sessions', 'with-folder.jsonl'), toBytes(...lines))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

test('is asked about once; trusted, its words are shown to the model; no longer trusted, they are not', async ({
  launch,
  home,
  fake,
}) => {
  fake.setScenario({ turns: [{ steps: [{ content: 'Yes.' }, { done: 'stop' }] }] })
  const carrel = await launch()
  const { page } = carrel
  await parts(page).sessions.getByText('About the tide').click()
  const question = page.getByText('Do you trust the folder?')
  await expect(question).toBeVisible()
  await picture(page, 'folder-question')
  expect(await accessibilityFaults(page)).toEqual([])
  const system = () => Object(fake.chatRequests().at(-1)?.body).messages[0].content
  await ask(page, 'First')
  await answered(page)
  expect(system()).not.toContain('UTC')

  await page.getByRole('button', { name: 'Trust this folder' }).click()
  await expect(question).toHaveCount(0)
  expect(JSON.parse(await readFile(join(home, 'trust.json'), 'utf8'))[folder].trusted).toBe(true)
  await ask(page, 'Second')
  await answered(page)
  expect(system()).toContain('Give times in UTC.')

  const chip = page.getByRole('button', { name: /^Folder of this session/ })
  await chip.click()
  const panel = page.getByRole('complementary', { name: 'This session' })
  await expect(panel.locator('.folder-path')).toHaveText(folder)
  await picture(page, 'folder-panel')
  expect(await accessibilityFaults(page)).toEqual([])
  await panel.getByRole('button', { name: 'No longer trust' }).click()
  await expect(panel.getByRole('button', { name: 'Trust this folder' })).toBeVisible()
  await ask(page, 'Third')
  await answered(page)
  expect(system()).not.toContain('UTC')
  await expect(question).toHaveCount(0)
})

test('calls are written as text when that is chosen, and the session keeps it', async ({ launch, home, fake }) => {
  const call = '<tool_call>\n{"name": "read_file", "arguments": {"path": "tide.txt"}}\n</tool_call>'
  fake.setScenario({
    turns: [
      { match: { nth: 1 }, steps: [{ content: `I look.\n${call}`, chunk: 'token' }, { done: 'stop' }] },
      {
        match: { toolResultFor: 'read_file', matchPromptMode: true },
        steps: [{ content: 'At 04:38.' }, { done: 'stop' }],
      },
    ],
  })
  const first = await launch()
  await parts(first.page).sessions.getByText('About the tide').click()
  await first.page.getByRole('button', { name: 'Do not trust' }).click()
  const chip = first.page.getByRole('button', { name: /^Folder of this session/ })
  await chip.click()
  await first.page.getByText('As text', { exact: true }).click()
  await expect(first.page.getByRole('radio', { name: 'As text' })).toBeChecked()
  await ask(first.page, 'When is high water?')
  await answered(first.page)
  const { transcript } = parts(first.page)
  await expect(transcript.getByText('At 04:38.')).toBeVisible()
  await expect(transcript.getByRole('button', { name: 'Read tide.txt 1 line' })).toBeVisible()
  await expect(transcript.getByText('tool_call')).toHaveCount(0)
  await picture(first.page, 'tool-call-prompted')
  expect(fake.chatRequests().every(({ body }) => Object(body).tools === undefined)).toBe(true)
  expect((await recordsIn(home)).find(({ type }) => type === 'settings')).toMatchObject({ dialect: 'prompted' })
  await first.quit()

  const second = await launch()
  await parts(second.page).sessions.getByText('About the tide').click()
  await second.page.getByRole('button', { name: /^Folder of this session/ }).click()
  await expect(second.page.getByRole('radio', { name: 'As text' })).toBeChecked()
})
