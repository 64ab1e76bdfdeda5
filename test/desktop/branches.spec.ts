import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { attachTo } from '../../electron/attach/attach-client.ts'
import { socketPathFor } from '../../electron/services/home/socket-path.ts'
import { withoutStamp } from '../support/asked.ts'
import { type FakeOllama, type Scenario, steps } from '../support/fake-ollama.ts'
import { canMount } from '../support/mount.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
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

/** What is answered to a question with these words in it. */
function answering(answers: Record<string, string>): Scenario {
  return {
    turns: Object.entries(answers).map(([contains, content]) => ({
      match: { contains },
      steps: [{ content }, { done: 'stop' }],
    })),
  }
}

const fruit = answering({ colour: 'Red.', another: 'Blue.', fruit: 'Apple.', more: 'Here is one more.' })

/** What the model was shown last, without the system prompt. */
function lastShown(fake: FakeOllama): string[] {
  const body = fake.chatRequests().at(-1)?.body as { messages: { role: string; content: string }[] }
  return body.messages.filter(({ role }) => role !== 'system').map(({ content }) => withoutStamp(content))
}

function within(page: Page) {
  const { transcript } = parts(page)
  const turn = (index: number) => transcript.getByRole('article').nth(index)
  const question = (index: number) => turn(index).locator('.ask')
  const answer = (index: number) => turn(index).locator('.meta--answer')
  return {
    turn,
    question,
    answer,
    turns: transcript.getByRole('article'),
    form: page.getByRole('form', { name: 'Edit the question' }),
    words: page.getByRole('textbox', { name: 'The question in other words' }),
    toast: page.getByRole('region', { name: 'Just done' }),
  }
}

async function sessionFiles(home: string): Promise<string[]> {
  return (await readdir(join(home, 'sessions'))).filter((name) => name.endsWith('.jsonl')).sort()
}

test('a question is asked in other words: a branch beside the first, shown to the model alone, and there after a restart', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(fruit)
  const first = await launch()
  const { page } = first
  const { question, turns, form, words } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  await ask(page, 'And another')
  await answered(page)
  const [file = ''] = await sessionFiles(home)
  const before = await readFile(join(home, 'sessions', file))

  await question(0).getByRole('button', { name: 'Edit and ask again' }).click()
  await expect(words).toBeFocused()
  await expect(words).toHaveValue('Name a colour')
  const send = form.getByRole('button', { name: 'Send' })
  await expect(send).toBeDisabled()
  await words.fill('  \n ')
  await expect(send).toBeDisabled()
  await words.fill('Name a fruit')
  await expect(form.getByText('What came after stays as another version.')).toBeVisible()
  await words.press('Enter')
  await expect(page.getByText('Apple.')).toBeVisible()
  await answered(page)
  await expect(form).toHaveCount(0)
  await expect(turns).toHaveCount(1)
  await expect(parts(page).message).toBeFocused()
  expect(lastShown(fake)).toEqual(['Name a fruit'])

  const records = (await recordsIn(home)).filter(({ type }) => type === 'message')
  expect(records.map(({ content }) => content)).toEqual([
    'Name a colour',
    'Red.',
    'And another',
    'Blue.',
    'Name a fruit',
    'Apple.',
  ])
  expect(records[4]?.parentId).toBe(records[0]?.parentId)
  expect((await readFile(join(home, 'sessions', file))).subarray(0, before.length)).toEqual(before)

  await expect(question(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  const previous = question(0).getByRole('button', { name: 'Previous version' })
  await previous.click()
  await expect(page.getByText('Blue.')).toBeVisible()
  await expect(page.getByText('Apple.')).toHaveCount(0)
  await expect(question(0).getByRole('group', { name: 'Version 1 of 2' })).toBeVisible()
  await expect(previous).toBeFocused()
  await expect(page.getByRole('status').filter({ hasText: 'Version 1 of 2' })).toHaveCount(1)
  expect((await recordsIn(home)).at(-1)).toMatchObject({ type: 'leaf', target: records[3]?.id })

  await ask(page, 'And one more')
  await answered(page)
  expect(lastShown(fake)).toEqual(['Name a colour', 'Red.', 'And another', 'Blue.', 'And one more'])

  await question(0).getByRole('button', { name: 'Next version' }).press('Enter')
  await expect(page.getByText('Apple.')).toBeVisible()
  await first.quit()
  const second = await launch()
  await expect(second.page.getByText('Apple.')).toBeVisible()
  await expect(second.page.getByText('Blue.')).toHaveCount(0)
  await expect(within(second.page).question(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
})

test('an answer is given again by the model chosen now, and one goes from version to version without losing the place', async ({
  launch,
  fake,
  home,
}) => {
  const long = (word: string, count: number) =>
    Array.from({ length: count }, () => `A paragraph on ${word}.`).join('\n\n')
  fake.setScenario(answering({ first: long('moss', 40), second: 'The second.' }))
  const carrel = await launch()
  const { page } = carrel
  const { turn, turns, answer } = within(page)
  await ask(page, 'The first question')
  await answered(page)
  await ask(page, 'The second question')
  await answered(page)
  await page.getByRole('button', { name: 'Model: gemma4:e4b' }).click()
  await page.getByRole('menuitemradio', { name: /qwen3:0\.6b/ }).click()
  fake.setScenario(
    steps({ content: `${long('fern', 25)}\n\nThe ` }, { gate: 'end' }, { content: 'end.' }, { done: 'stop' }),
  )
  await answer(0).getByRole('button', { name: 'Answer again' }).click()
  await expect(turn(0).getByText('A paragraph on fern.').first()).toBeVisible()
  // What is answered again is not shown meanwhile, nor what came after it, and nothing else can be begun.
  await expect(page.getByText('A paragraph on moss.')).toHaveCount(0)
  await expect(turns).toHaveCount(1)
  await expect(turn(0).getByRole('button', { name: 'Edit and ask again' })).toHaveAttribute('aria-disabled', 'true')
  await expect(turn(0).getByRole('button', { name: 'Hide from the model' })).toHaveAttribute('aria-disabled', 'true')
  await turn(0).getByRole('button', { name: 'Edit and ask again' }).press('Enter')
  await expect(within(page).form).toHaveCount(0)
  fake.release('end')
  await answered(page)
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  expect(fake.chatRequests().at(-1)?.body).toMatchObject({ model: 'qwen3:0.6b' })
  expect(lastShown(fake)).toEqual(['The first question'])
  const said = (await recordsIn(home)).filter(({ type }) => type === 'message')
  expect(said.at(-1)).toMatchObject({ role: 'assistant', parentId: said[0]?.id, model: 'qwen3:0.6b' })

  const { transcript } = parts(page)
  const switcher = answer(0).getByRole('group', { name: /^Version/ })
  const place = async () => (await switcher.boundingBox())?.y ?? Number.NaN
  await page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect.poll(() => transcript.evaluate((one) => one.scrollTop)).toBeGreaterThan(100)
  const before = await place()
  await answer(0).getByRole('button', { name: 'Previous version' }).click()
  await expect(page.getByText('The second.')).toBeVisible()
  await expect(turns).toHaveCount(2)
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1)
  await answer(0).getByRole('button', { name: 'Next version' }).click()
  await expect(page.getByText('The second.')).toHaveCount(0)
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1)
  await expect(answer(0).getByRole('button', { name: 'Next version' })).toBeFocused()
})

test('from a short branch to a long one: the question stays where it is, with the focus', async ({ launch, home }) => {
  const id = '01990000-0000-7000-8000-00000000d021'
  const long = Array.from({ length: 60 }, (_, index) =>
    message(`m${index}`, index === 0 ? null : `m${index - 1}`, { role: index % 2 === 0 ? 'user' : 'assistant' }),
  )
  const short = [message('s0', null), message('s1', 's0', { role: 'assistant' })]
  await mkdir(join(home, 'sessions'))
  await writeFile(join(home, 'sessions', `${id}.jsonl`), toBytes({ ...header, id }, ...long, ...short))
  const { page } = await launch()
  const { question, turns } = within(page)
  await parts(page).sessions.locator(`[data-session="${id}"]`).click()
  await expect(turns).toHaveCount(1)
  const previous = question(0).getByRole('button', { name: 'Previous version' })
  const before = await previous.boundingBox()
  await previous.click()
  await expect(question(0).getByRole('group', { name: 'Version 1 of 2' })).toBeVisible()
  await expect(turns).toHaveCount(30)
  await expect(previous).toBeFocused()
  expect(await previous.boundingBox()).toEqual(before)
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
})

test('while an answer is written, other versions wait, and an earlier one stays in its place', async ({
  launch,
  fake,
}) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { question, answer, words } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  fake.setScenario(steps({ content: 'Green.' }, { done: 'stop' }))
  await answer(0).getByRole('button', { name: 'Answer again' }).click()
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await answered(page)
  fake.setScenario(steps({ content: 'On and on' }, { gate: 'end' }, { done: 'stop' }))
  await ask(page, 'Go on')
  await expect(page.getByText('On and on')).toBeVisible()
  const previous = answer(0).getByRole('button', { name: 'Previous version' })
  await expect(previous).toHaveAttribute('aria-disabled', 'true')
  await expect(previous).toHaveAttribute('title', 'Other versions can be shown when the answer has ended.')
  await previous.press('Enter')
  await expect(answer(0).getByRole('button', { name: 'Fork from here' })).toHaveAttribute('aria-disabled', 'false')
  await expect(page.getByText('Green.')).toBeVisible()
  fake.release('end')
  await answered(page)

  // Asked in other words, its question is never without a sign of its answer, and the column never empty.
  await page.evaluate(() => {
    const flashes: string[] = []
    Object.assign(globalThis, { flashes })
    new MutationObserver(() => {
      if (document.body.textContent?.includes('has no answer yet')) flashes.push('unanswered')
      if (!document.querySelector('.turn')) flashes.push('empty')
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  fake.setScenario(fruit)
  await question(1).getByRole('button', { name: 'Edit and ask again' }).click()
  await words.fill('Or rather a fruit')
  await words.press('Enter')
  await expect(page.getByText('Apple.')).toBeVisible()
  await answered(page)
  await expect(question(1).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  expect(await page.evaluate(() => (globalThis as unknown as { flashes: string[] }).flashes)).toEqual([])

  await previous.click()
  await expect(page.getByText('Red.')).toBeVisible()
  await expect(page.getByText('Apple.')).toHaveCount(0)
})

test('Escape gives up the other words, an input method keeps them, and the focus returns', async ({ launch, fake }) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { question, form, words } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  const edit = question(0).getByRole('button', { name: 'Edit and ask again' })
  await edit.press('Enter')
  await words.fill('にほん')
  await words.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true })
  await words.dispatchEvent('keydown', { key: 'Escape', keyCode: 229, isComposing: true, bubbles: true })
  await expect(words).toHaveValue('にほん')
  await words.press('Shift+Enter')
  await expect(words).toHaveValue('にほん\n')

  // Elsewhere and back: what was written waits there.
  await page.keyboard.press('Control+n')
  await parts(page).sessions.getByText('Name a colour').click()
  await expect(words).toHaveValue('にほん\n')
  await words.press('Escape')
  await expect(form).toHaveCount(0)
  await expect(edit).toBeFocused()
  expect(fake.chatRequests()).toHaveLength(1)
  await edit.click()
  await expect(words).toHaveValue('Name a colour')
})

test('words that could not be sent stay in their editor, with the reason', async ({ launch, fake, home }) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { question, form, words } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  const [file = ''] = await sessionFiles(home)
  await question(0).getByRole('button', { name: 'Edit and ask again' }).click()
  await words.fill('Name a fruit')
  await rename(join(home, 'sessions', file), join(home, 'elsewhere.jsonl'))
  await words.press('Enter')
  await expect(form.getByRole('alert')).toContainText('There is no such session')
  await expect(words).toHaveValue('Name a fruit')
  await expect(words).toBeFocused()
  await picture(page, 'branches-edit-failed')

  await rename(join(home, 'elsewhere.jsonl'), join(home, 'sessions', file))
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Apple.')).toBeVisible()
  await answered(page)
})

test('a full disk: other words stay in their editor and a message in the composer, and both go when there is room', async ({
  launch,
  fake,
  home,
}) => {
  test.skip(!canMount(), 'needs the right to mount')
  await mkdir(join(home, 'sessions'))
  // The sessions of this one process lie on a disk of their own.
  const program = join(home, 'program.sh')
  const mount = 'mount -t tmpfs -o size=256k none "$0" && exec "$@"'
  await writeFile(
    program,
    `#!/bin/sh\nexec unshare --mount sh -c '${mount}' "${home}/sessions" "${appProgram.path}" "$@"\n`,
  )
  await chmod(program, 0o755)
  fake.setScenario(fruit)
  const { page, pid } = await launch({ program })
  const { question, form, words } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  const filler = `/proc/${pid}/root${home}/sessions/filler`
  const fill = async () => {
    for (const size of [65_536, 4_096]) {
      while (
        await appendFile(filler, Buffer.alloc(size, 'x')).then(
          () => true,
          () => false,
        )
      );
    }
  }
  await fill()

  // Longer than what is left of the last page of the file.
  const much = 'x'.repeat(9_000)
  await question(0).getByRole('button', { name: 'Edit and ask again' }).click()
  await words.fill(`Name a fruit ${much}`)
  await words.press('Enter')
  await expect(form.getByRole('alert')).toContainText('There is no room left on the disk')
  await expect(words).toHaveValue(`Name a fruit ${much}`)
  const { message } = parts(page)
  await message.fill(`And another ${much}`)
  await message.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'There is no room left on the disk' })).toHaveCount(2)
  await expect(message).toHaveValue(`And another ${much}`)
  await expect(page.getByText('Red.')).toBeVisible()

  await rm(filler)
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Apple.')).toBeVisible()
  await answered(page)
  await parts(page).send.click()
  await expect(page.getByText('Blue.')).toBeVisible()
  await answered(page)
  expect(lastShown(fake)).toEqual([`Name a fruit ${much}`, 'Apple.', `And another ${much}`])
})

test('a hidden message stays to be read and is not shown to the model, until it is again', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { turn, question, answer } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  await answer(0).getByRole('button', { name: 'Hide from the model' }).click()
  await expect(turn(0).getByText('Not shown to the model')).toBeVisible()
  await expect(page.getByText('Red.')).toBeVisible()
  const red = (await recordsIn(home)).find(({ content }) => content === 'Red.')
  expect((await recordsIn(home)).at(-1)).toMatchObject({ type: 'hide', target: red?.id, hidden: true })
  await ask(page, 'And another')
  await answered(page)
  expect(lastShown(fake)).toEqual(['Name a colour', 'And another'])

  await question(1).getByRole('button', { name: 'Hide from the model' }).click()
  await expect(turn(1).getByText('Not shown to the model')).toBeVisible()
  await turn(0).getByRole('button', { name: 'Show again' }).click()
  await expect(turn(0).getByText('Not shown to the model')).toHaveCount(0)
  await expect(answer(0).getByRole('button', { name: 'Hide from the model' })).toBeFocused()
  await ask(page, 'And one more')
  await answered(page)
  expect(lastShown(fake)).toEqual(['Name a colour', 'Red.', 'Blue.', 'And one more'])
})

test('a fork is opened and says where it comes from; the original is byte for byte what it was', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { answer, turns, toast } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  await ask(page, 'And another')
  await answered(page)
  const [file = ''] = await sessionFiles(home)
  const before = await readFile(join(home, 'sessions', file))

  await answer(0).getByRole('button', { name: 'Fork from here' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Name a colour (fork)' })).toBeVisible()
  await expect(toast.getByText('Forked. The original is unchanged.')).toBeVisible()
  await expect(turns).toHaveCount(1)
  await expect(page.getByText('Blue.')).toHaveCount(0)
  await expect(parts(page).message).toBeFocused()
  await ask(page, 'And one more')
  await answered(page)
  expect(lastShown(fake)).toEqual(['Name a colour', 'Red.', 'And one more'])
  expect(await readFile(join(home, 'sessions', file))).toEqual(before)
  expect(await sessionFiles(home)).toHaveLength(2)

  const original = parts(page).transcript.getByRole('button', { name: '“Name a colour”' })
  await original.click()
  await expect(page.getByText('Blue.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Name a colour', exact: true })).toBeVisible()
  await parts(page).sessions.getByText('Name a colour (fork)').click()
  await expect(original).toBeVisible()

  const other = await attachTo(socketPathFor(home, process.env))
  expect(await other.call('sessions.delete', { sessionId: file.replace('.jsonl', '') })).toMatchObject({ ok: true })
  await expect(page.getByText('Forked from a session that is no longer there')).toBeVisible()
  await expect(page.getByText('Here is one more.')).toBeVisible()
  other.close()
})

test('what another front hides, shows and asks anew is seen here at once', async ({ launch, fake, home }) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { turn, question } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  const [file = ''] = await sessionFiles(home)
  const sessionId = file.replace('.jsonl', '')
  const [asked] = (await recordsIn(home)).filter(({ role }) => role === 'user')
  const entryId = String(asked?.id)

  const other = await attachTo(socketPathFor(home, process.env))
  await other.call('sessions.hide', { sessionId, entryId, hidden: true })
  await expect(turn(0).getByText('Not shown to the model')).toBeVisible()
  await other.call('chat.edit', { sessionId, entryId, text: 'Name a fruit', model: null })
  await expect(page.getByText('Apple.')).toBeVisible()
  await answered(page)
  await expect(question(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await other.call('sessions.switch', { sessionId, entryId })
  await expect(page.getByText('Red.')).toBeVisible()
  await expect(question(0).getByRole('group', { name: 'Version 1 of 2' })).toBeVisible()
  other.close()
})

test('a session that goes away under an action: one sentence, no broken window', async ({ launch, fake, home }) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { answer, toast } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  const [file = ''] = await sessionFiles(home)
  await rename(join(home, 'sessions', file), join(home, 'elsewhere.jsonl'))
  await answer(0).getByRole('button', { name: 'Fork from here' }).click()
  await expect(toast.getByText(/There is no such session/)).toHaveCount(1)
  await answer(0).getByRole('button', { name: 'Hide from the model' }).click()
  await expect(toast.getByText(/There is no such session/)).toHaveCount(2)
  await expect(page.getByText('Red.')).toBeVisible()
})

test('an archived session can be copied from and forked, and nothing else', async ({ launch, fake }) => {
  fake.setScenario(fruit)
  const { page } = await launch()
  const { turn, answer } = within(page)
  await ask(page, 'Name a colour')
  await answered(page)
  fake.setScenario(steps({ content: 'Green.' }, { done: 'stop' }))
  await answer(0).getByRole('button', { name: 'Answer again' }).click()
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await parts(page).sessions.getByText('Name a colour').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /Archive/ }).click()
  await expect(page.getByText('This session is archived. Restore it to go on.')).toBeVisible()
  await expect(turn(0).getByRole('button', { name: 'Fork from here' })).toHaveCount(2)
  await expect(turn(0).getByRole('button', { name: /Copy/ })).toHaveCount(2)
  for (const name of ['Edit and ask again', 'Answer again', 'Hide from the model', 'Previous version']) {
    await expect(turn(0).getByRole('button', { name })).toHaveCount(0)
  }
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await answer(0).getByRole('button', { name: 'Fork from here' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Name a colour (fork)' })).toBeVisible()
})

test('a session of a newer Carrel shows its versions and can be copied from, and nothing else', async ({
  launch,
  home,
}) => {
  const id = '01990000-0000-7000-8000-00000000d022'
  const path = join(home, 'sessions', `${id}.jsonl`)
  const said = [
    message('q1', null),
    message('a1', 'q1', { role: 'assistant' }),
    message('a2', 'q1', { role: 'assistant' }),
  ]
  const bytes = toBytes({ ...header, id, v: 2 }, ...said, '{"torn')
  await mkdir(join(home, 'sessions'))
  await writeFile(path, bytes)
  const { page } = await launch()
  const { turn, answer } = within(page)
  await parts(page).sessions.locator(`[data-session="${id}"]`).click()
  await expect(page.getByText(/made by a newer version of Carrel/)).toBeVisible()
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await expect(parts(page).transcript.getByText(/One damaged place was skipped/)).toBeVisible()
  await expect(turn(0).getByRole('button')).toHaveCount(2)
  await expect(turn(0).getByRole('button', { name: /^Copy/ })).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Make a repaired copy' })).toHaveCount(0)
  expect(await readFile(path)).toEqual(bytes)
})

const damagedId = '01990000-0000-7000-8000-00000000d011'
const lostId = '01990000-0000-7000-8000-00000000d012'

/** A torn line in the middle, and a result whose call was in it. */
async function writeDamaged(home: string): Promise<Buffer> {
  const folder = join(home, 'sessions')
  await mkdir(folder, { recursive: true })
  const said = [
    'When is high water at Fowey on Sunday?',
    'At 04:38, in UTC.',
    'And in local time, after the clocks have gone back?',
    'Also at 04:38: from that night on, both are the same.',
  ]
  const messages = said.map((content, index) =>
    message(`m${index}`, index === 0 ? null : `m${index - 1}`, {
      role: index % 2 === 0 ? 'user' : 'assistant',
      content,
    }),
  )
  const result = message('r1', 'm3', {
    role: 'tool',
    callId: 'c1',
    name: 'read',
    content: 'lost',
  })
  const title = { type: 'title', id: 't1', ts: '2026-11-22T08:00:02.000Z', title: 'Tides at Fowey', by: 'user' }
  const torn = '{"type":"message","id":"torn","role":"assi'
  const bytes = toBytes({ ...header, id: damagedId }, title, ...messages, torn, result)
  await writeFile(join(folder, `${damagedId}.jsonl`), bytes)
  await writeFile(join(folder, `${lostId}.jsonl`), 'nothing of this can be read\n')
  return bytes
}

test('a damaged session says what was skipped, and a repaired copy is made beside it', async ({ launch, home }) => {
  const bytes = await writeDamaged(home)
  const { page } = await launch()
  const { sessions, transcript } = parts(page)
  await sessions.locator(`[data-session="${damagedId}"]`).click()
  await expect(
    transcript.getByText('One damaged place was skipped (42 B). Nothing in the file was changed.'),
  ).toBeVisible()
  await expect(
    transcript.getByText('One result is not shown because the call it belongs to could not be read.'),
  ).toBeVisible()
  await transcript.getByText('Details').first().click()
  await expect(transcript.getByText(/Byte [\d,.]+, 42 bytes: A line that is no whole record/)).toBeVisible()

  await transcript.getByRole('button', { name: 'Make a repaired copy' }).click()
  await expect(transcript.getByText('Repaired copy of')).toBeVisible()
  await expect(within(page).toast.getByText(/^Repaired copy: \d+ records kept, 1 place skipped/)).toBeVisible()
  await expect(transcript.getByText(/damaged place/)).toHaveCount(0)
  expect(await sessionFiles(home)).toEqual([`${damagedId}.jsonl`, `${damagedId}.repaired.jsonl`, `${lostId}.jsonl`])
  expect(await readFile(join(home, 'sessions', `${damagedId}.jsonl`))).toEqual(bytes)
  await ask(page, 'Does it go on?')
  await answered(page)

  await transcript.getByRole('button', { name: '“Tides at Fowey”' }).click()
  await expect(transcript.getByText(/One damaged place was skipped/)).toBeVisible()
  await sessions.locator(`[data-session="${lostId}"]`).click()
  await expect(page.getByText(/No readable record is left/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Make a repaired copy' })).toHaveCount(0)
  await expect(parts(page).send).toHaveCount(0)
})

test('where there is little room, what can be done is behind one button', async ({ launch, fake, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ textSize: 200 }))
  fake.setScenario(fruit)
  const carrel = await launch()
  const { page } = carrel
  const { question, answer, words, form } = within(page)
  await resize(carrel, 800, 600)
  await ask(page, 'Name a colour')
  await answered(page)
  await expect(question(0).getByRole('button', { name: 'Edit and ask again' })).toBeHidden()
  const more = question(0).getByRole('button', { name: 'More for this question' })
  await more.click()
  await expect(page.getByRole('menuitem')).toHaveText([
    'Edit and ask again',
    'Go back to before this',
    'Fork from here',
    'Hide from the model',
  ])
  await picture(page, 'branches-more')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('menuitem', { name: 'Edit and ask again' }).click()
  await expect(words).toBeFocused()
  await words.press('Escape')
  await expect(form).toHaveCount(0)
  await expect(more).toBeFocused()
  await answer(0).getByRole('button', { name: 'More for this answer' }).press('Enter')
  await expect(page.getByRole('menuitem')).toHaveText([
    'Answer again',
    'Answer with another model…',
    'Fork from here',
    'Hide from the model',
  ])
  await page.getByRole('menuitem', { name: 'Answer again' }).click()
  await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await answer(0).getByRole('button', { name: 'More for this answer' }).click()
  await page.getByRole('menuitem', { name: 'Hide from the model' }).click()
  await expect(answer(0).getByText('Not shown to the model')).toBeVisible()
  await picture(page, 'branches-little-room')
  expect(await accessibilityFaults(page)).toEqual([])
})

for (const theme of ['light', 'dark'] as const) {
  test(`branches, looked at, ${theme}`, async ({ launch, fake, home }) => {
    await writeFile(join(home, 'settings.json'), JSON.stringify({ theme }))
    await writeDamaged(home)
    fake.setScenario({
      turns: [
        {
          match: { contains: 'mooring' },
          steps: [
            {
              content:
                'Two lines ashore and one to the buoy. `tidelog` has the times:\n\n- 04:38 high\n- 10:51 low\n\n',
            },
            { content: '```ts\nconst high = clock(utc)\n```\n\nThe rest is in [the almanac](https://example.com).' },
            { done: 'stop' },
          ],
        },
        { steps: [{ content: 'Fowey first, then Salcombe, as last year.' }, { done: 'stop' }] },
      ],
    })
    const carrel = await launch()
    const { page } = carrel
    const { question, answer, words } = within(page)
    await ask(page, 'Which harbour comes first?')
    await answered(page)
    await answer(0).getByRole('button', { name: 'Answer again' }).click()
    await expect(answer(0).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
    await answered(page)
    await ask(page, 'How do we lie at the mooring in a strong easterly, with two lines ashore?')
    await answered(page)
    await question(1).getByRole('button', { name: 'Edit and ask again' }).click()
    await words.fill('How do we lie at the mooring in a strong westerly?')
    await look(carrel, `branches-edit-${theme}`)
    await words.press('Enter')
    await expect(question(1).getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
    await answered(page)
    await look(carrel, `branches-versions-${theme}`)

    await answer(1).getByRole('button', { name: 'Hide from the model' }).click()
    await expect(page.getByText('Not shown to the model')).toBeVisible()
    await question(0).getByRole('button', { name: 'Hide from the model' }).click()
    await expect(page.getByText('Not shown to the model')).toHaveCount(2)
    await look(carrel, `branches-hidden-${theme}`)

    await answer(0).getByRole('button', { name: 'Fork from here' }).click()
    await expect(parts(page).transcript.getByText('Forked from')).toBeVisible()
    await look(carrel, `branches-fork-${theme}`)

    await within(page).toast.getByLabel('Dismiss').first().click()
    await parts(page).sessions.locator(`[data-session="${damagedId}"]`).click()
    await page.getByText('Details').first().click()
    await look(carrel, `branches-damaged-${theme}`)
    await page.getByRole('button', { name: 'Make a repaired copy' }).click()
    await expect(parts(page).transcript.getByText('Repaired copy of')).toBeVisible()
    await look(carrel, `branches-repaired-${theme}`)
  })
}

async function look(carrel: Carrel, name: string): Promise<void> {
  for (const [width, height, size] of [
    [1280, 800, ''],
    [800, 600, '-small'],
  ] as const) {
    await resize(carrel, width, height)
    await picture(carrel.page, `${name}${size}`)
    expect(await accessibilityFaults(carrel.page), name).toEqual([])
    const sideways = await carrel.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(sideways, name).toBeLessThanOrEqual(0)
  }
  await resize(carrel, 1280, 800)
}
