// The window and the terminal on one data folder at the same time.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { steps } from '../support/fake-ollama.ts'
import { noTmux, startRepl } from '../support/tmux.ts'
import { answered, ask, expect, parts, projectRoot, recordsIn, test } from './carrel.ts'

function terminal(...words: string[]) {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'electron', 'cli.cjs'), ...words], {
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

test('a session begun in the window goes on in the terminal, beside it and without it, and then in the window again', async ({
  launch,
  fake,
  home,
}) => {
  const says = (content: string) => fake.setScenario(steps({ content }, { done: 'stop' }))
  says('One.')
  const first = await launch()
  await ask(first.page, 'Count with me')
  await answered(first.page)
  const [header] = await recordsIn(home)
  const inTerminal = async (question: string) => {
    const run = terminal('run', '--home', home, '--host', fake.url, '--session', String(header?.['id']), question)
    expect(await run.ended).toBe(0)
    return run.out()
  }
  says('Two.')
  expect(await inTerminal('And?')).toBe('Two.\n')
  await expect(parts(first.page).transcript.getByText('Two.', { exact: true })).toBeVisible()
  await first.quit()

  says('Three.')
  expect(await inTerminal('And then?')).toBe('Three.\n')
  const { page } = await launch()
  for (const said of ['One.', 'Two.', 'Three.']) {
    await expect(parts(page).transcript.getByText(said, { exact: true })).toBeVisible()
  }
  says('Four.')
  await ask(page, 'And last?')
  await answered(page)
  // One session in one file, and each model turn had all that was said before.
  const said = (await recordsIn(home)).filter(({ type }) => type === 'message').map(({ content }) => content)
  expect(said).toEqual(['Count with me', 'One.', 'And?', 'Two.', 'And then?', 'Three.', 'And last?', 'Four.'])
  const sent: { role: string; content: string }[] = Object(fake.chatRequests().at(-1)?.body).messages
  // Behind a question its time is said.
  expect(sent.filter(({ role }) => role !== 'system').map(({ content }) => content.split('\n')[0])).toEqual(
    said.slice(0, -1),
  )
})

test('a session that is led in a terminal is the same in the window that comes later, and goes on in both', async ({
  launch,
  fake,
  home,
}) => {
  test.skip(noTmux !== null, noTmux ?? '')
  const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
  fake.setScenario(steps({ content: 'Begun in the terminal' }, { done: 'stop' }))
  // The terminal is the first: the window that comes later gets the folder from it.
  const repl = await startRepl({ program, home, host: fake.url, cwd: '/' })
  try {
    await repl.waitForScreen('The session has no folder')
    await repl.type('From the terminal')
    await repl.keys('Enter')
    await repl.waitForScreen(' tokens')
    const { page } = await launch()
    await repl.waitForScreen('Another Carrel has them now')
    await expect(page.getByText(/has this data folder open/)).toHaveCount(0, { timeout: 20_000 })
    await parts(page)
      .sessions.getByRole('button', { name: /From the terminal/ })
      .first()
      .click()
    await expect(parts(page).transcript.getByText('Begun in the terminal')).toBeVisible()

    fake.setScenario(steps({ content: 'Asked in the window' }, { done: 'stop' }))
    await ask(page, 'Do you hear me?')
    await repl.waitForScreen('> Do you hear me?')
    await repl.waitForScreen('Asked in the window')
    fake.setScenario(steps({ content: 'And the other way round' }, { done: 'stop' }))
    await repl.type('I do.')
    await repl.keys('Enter')
    await expect(parts(page).transcript.getByText('And the other way round')).toBeVisible()
  } finally {
    await repl.close()
  }
})
