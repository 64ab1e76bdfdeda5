// The window and the terminal on one data folder at the same time.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { steps } from '../support/fake-ollama.ts'
import { answered, ask, expect, parts, projectRoot, test } from './carrel.ts'

function terminal(...words: string[]) {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'electron', 'cli.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, out: () => out, ended }
}

test('a question from the terminal is answered through the open window, and is seen there', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'Seen by both' }, { done: 'stop' }))
  const { page } = await launch()
  await expect(parts(page).message).toBeVisible()
  const running = terminal('run', '--home', home, '--host', fake.url, 'From the terminal')
  expect(await running.ended).toBe(0)
  expect(running.out()).toBe('Seen by both\n')
  await parts(page)
    .sessions.getByRole('button', { name: /From the terminal/ })
    .first()
    .click()
  await expect(parts(page).transcript.getByText('Seen by both')).toBeVisible()
})

test('a window that starts while the terminal writes is read-only, says so, and becomes writable by itself', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'Still writing' }, { gate: 'terminal' }, { done: 'stop' }))
  const running = terminal('run', '--home', home, '--host', fake.url, 'Take your time')
  await expect.poll(() => running.out()).toContain('Still writing')
  const { page } = await launch()
  await expect(page.getByText(/has this data folder open/).first()).toBeVisible()
  await expect(parts(page).send).toHaveCount(0)
  fake.release('terminal')
  expect(await running.ended).toBe(0)
  await expect(page.getByText(/has this data folder open/)).toHaveCount(0, { timeout: 10_000 })
  await expect(
    parts(page)
      .sessions.getByRole('button', { name: /Take your time/ })
      .first(),
  ).toBeVisible()
  fake.setScenario(steps({ content: 'Now it is mine' }, { done: 'stop' }))
  await ask(page, 'And now?')
  await answered(page)
  await expect(parts(page).transcript.getByText('Now it is mine')).toBeVisible()
})
