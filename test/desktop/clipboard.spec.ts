// Copy buttons put what they say on the clipboard. In one file, so one after another: every window here shares one clipboard.
import { type FakeOllama, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { asked, call, calling, result, said, turn, writeSession } from '../support/recorded-run.ts'
import { answered, ask, type Carrel, expect, parts, test } from './carrel.ts'

test.describe.configure({ mode: 'serial' })

/** Clears the clipboard, clicks, and answers what the main process finds on it. */
async function copied({ app, page }: Carrel, button: string): Promise<string> {
  await app.evaluate(({ clipboard }) => clipboard.writeText('nothing was copied'))
  await page.getByRole('button', { name: button, exact: true }).click()
  await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).not.toBe('nothing was copied')
  return await app.evaluate(({ clipboard }) => clipboard.readText())
}

const code = "const name = 'Größe'\n  // two spaces, 静か\nprint(name)"

async function withAnswer(launch: () => Promise<Carrel>, fake: FakeOllama): Promise<Carrel> {
  fake.setScenario(steps({ content: answer }, { done: 'stop' }))
  const carrel = await launch()
  await ask(carrel.page, question)
  await answered(carrel.page)
  return carrel
}
const answer = `It is **this**:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nAnd <b>no</b> more.`
const question = 'How is it done, “exactly”?'

test('question, answer and code are copied as they were written', async ({ launch, fake }) => {
  const carrel = await withAnswer(launch, fake)
  expect(await copied(carrel, 'Copy question')).toBe(question)
  expect(await copied(carrel, 'Copy answer')).toBe(answer)
  await expect(parts(carrel.page).transcript.getByRole('button', { name: 'Copied' }).first()).toBeVisible()
  expect(await copied(carrel, 'Copy')).toBe(code)
})

test('the command of the first page is copied', async ({ launch }) => {
  const gone = await startFakeOllama()
  await gone.stop()
  const carrel = await launch({ host: gone.url })
  await expect(carrel.page.getByRole('heading', { name: 'Ollama is not running' })).toBeVisible()
  expect(await copied(carrel, 'Copy ollama serve')).toBe('ollama serve')
})

test('what was said before a step, its arguments, its output and its change are copied as they were written', async ({
  launch,
  home,
}) => {
  const diff = '--- tide.txt\n+++ tide.txt\n@@ -1,1 +1,1 @@\n-04:38\n+\t05:38 \u202e\n'
  const edited = { path: 'tide.txt', change: 'edited', added: 1, removed: 1, diff }
  const given = { path: 'tide.txt', old_text: '04:38', new_text: '\t05:38 \u202e' }
  await writeSession(
    home,
    { id: 'edited', workspace: home },
    turn(
      asked('Mend it'),
      calling([call('c', 'edit_file', given)], 'First the **table**.'),
      result('c', 'edit_file', 'Edited tide.txt at line 1.', { detail: { files: [edited] } }),
      said('Done.'),
    ),
  )
  const carrel = await launch()
  const { page } = carrel
  await parts(page).sessions.getByText('Mend it').click()
  await parts(page).transcript.getByText('First the').hover()
  expect(await copied(carrel, 'Copy these words')).toBe('First the **table**.')
  expect(await copied(carrel, 'Copy answer')).toBe('Done.')
  await page.getByRole('button', { name: /^Edited/ }).click()
  expect(await copied(carrel, 'Copy the change')).toBe(diff)
  expect(await copied(carrel, 'Copy the output')).toBe('Edited tide.txt at line 1.')
  expect(JSON.parse(await copied(carrel, 'Copy the arguments'))).toEqual(given)
})
