import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFakeOllama, steps } from '../support/fake-ollama.ts'
import { canMount } from '../support/mount.ts'
import { answered, appProgram, ask, expect, parts, picture, recordsIn, test } from './carrel.ts'

test('killed in the middle of an answer: the question is there, and the answer as far as it had come', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'What had arrived before the power went' }, { gate: 'never' }))
  const first = await launch()
  await ask(first.page, 'Write something long')
  await expect(first.page.getByText('What had arrived')).toBeVisible()
  // The draft is written at most once a second.
  await expect
    .poll(async () => {
      const draft = (await readdir(join(home, 'sessions'))).find((name) => name.endsWith('.draft'))
      return draft ? await readFile(join(home, 'sessions', draft), 'utf8') : ''
    })
    .toContain('What had arrived')
  await first.kill()

  const second = await launch()
  await expect(second.page.getByText('Write something long').first()).toBeVisible()
  await expect(second.page.getByText('What had arrived before the power went')).toBeVisible()
  await expect(second.page.getByText(/Carrel ended while this answer was being written/)).toBeVisible()
  await answered(second.page)
  await expect(second.page.getByRole('button', { name: 'Retry' })).toBeVisible()
  expect((await recordsIn(home)).at(-1)).toMatchObject({ stop: 'interrupted' })
  await picture(second.page, 'state-interrupted')
})

test('killed before the first word: it is said that the answer is lost', async ({ launch, fake }) => {
  fake.setScenario(steps({ fault: 'hang' }))
  const first = await launch()
  await ask(first.page, 'A question')
  await fake.waitForRequest(({ path }) => path === '/api/chat')
  await expect(parts(first.page).stop).toBeVisible()
  await first.kill()
  fake.setScenario(steps({ content: 'Here you are' }, { done: 'stop' }))
  const second = await launch()
  await expect(second.page.getByText(/Carrel ended before the answer arrived/)).toBeVisible()
  await second.page.getByRole('button', { name: 'Retry' }).click()
  await expect(second.page.getByText('Here you are')).toBeVisible()
})

test('Ollama is not running: said with the address, watched for, and gone when it is there', async ({ launch }) => {
  const probe = await startFakeOllama()
  const { port } = new URL(probe.url)
  await probe.stop()
  const { page } = await launch({ host: `http://127.0.0.1:${port}` })
  await expect(page.getByRole('heading', { name: 'Ollama is not running' })).toBeVisible()
  await expect(page.getByText(`127.0.0.1:${port}`).first()).toBeVisible()
  await picture(page, 'state-not-running')
  const back = await startFakeOllama({ port: Number(port) })
  await expect(page.getByRole('heading', { name: 'Ollama is not running' })).toHaveCount(0, { timeout: 15_000 })
  await ask(page, 'Are you there?')
  await expect(page.getByText('fake Ollama server')).toBeVisible()
  await back.stop()
})

test('the server goes away in the middle: what had arrived stays, Retry is offered, nothing spins', async ({
  launch,
  fake,
  home,
}) => {
  fake.setScenario(steps({ content: 'So far so good' }, { gate: 'seen' }, { fault: 'reset' }))
  const { page } = await launch()
  await ask(page, 'Go on')
  await expect(page.getByText('So far so good')).toBeVisible()
  fake.release('seen')
  await expect(parts(page).transcript.getByText(/went away in the middle/)).toBeVisible()
  await expect(page.getByText('So far so good')).toBeVisible()
  await answered(page)
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  await expect(page.locator('.turning')).toHaveCount(0)
  expect((await recordsIn(home)).at(-1)).toMatchObject({ stop: 'error', content: 'So far so good' })
  await picture(page, 'state-gone-mid-stream')
})

test('something else than Ollama answers', async ({ launch, fake }) => {
  fake.setScenario(
    steps({ fault: { status: 200, body: '<!doctype html><h1>Welcome to nginx</h1>', contentType: 'text/html' } }),
  )
  const { page } = await launch()
  await ask(page, 'Hello?')
  await answered(page)
  await expect(parts(page).transcript.getByText(/but not like Ollama/)).toBeVisible()
})

test('a model that is not installed', async ({ launch, fake, home }) => {
  await writeFile(join(home, 'settings.json'), JSON.stringify({ model: 'no-such-model:1b' }))
  const { page } = await launch()
  await ask(page, 'Hello?')
  await answered(page)
  await expect(
    parts(page)
      .transcript.getByText(/no-such-model:1b is not installed/)
      .first(),
  ).toBeVisible()
  expect(fake.chatRequests().filter(({ status }) => status === 200)).toEqual([])
})

test('a broken settings file is kept aside, the defaults are used, and it is said', async ({ launch, home }) => {
  const broken = '{ "theme": "dark", oh no'
  await writeFile(join(home, 'settings.json'), broken)
  const { page } = await launch()
  await expect(page.getByText(/settings file could not be read/)).toBeVisible()
  const kept = (await readdir(home)).find((name) => name.startsWith('settings.broken'))
  expect(await readFile(join(home, kept ?? 'missing'), 'utf8')).toBe(broken)
  await picture(page, 'state-broken-settings')
  await ask(page, 'Still works?')
  await expect(page.getByText('fake Ollama server')).toBeVisible()
})

test('a data folder that cannot be written to: sessions can be read, and it is said', async ({ launch, home }) => {
  const first = await launch()
  await ask(first.page, 'Written while it could be')
  await answered(first.page)
  await expect(first.page.getByText('fake Ollama server')).toBeVisible()
  await first.quit()

  // As root no mode keeps us from writing, so the folder is mounted read-only for this one process; otherwise the mode does.
  const isRoot = process.getuid?.() === 0
  test.skip(isRoot && !canMount(), 'root without the right to mount')
  const program = join(home, '..', `${home.split('/').at(-1)}-program.sh`)
  if (isRoot) {
    await writeFile(
      program,
      `#!/bin/sh\nexec unshare --mount sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"' "${home}" "${appProgram.path}" "$@"\n`,
    )
    await chmod(program, 0o755)
  } else await chmod(home, 0o500)

  const second = await launch(isRoot ? { program } : {})
  await expect(second.page.getByText(/cannot write to/).first()).toBeVisible()
  await expect(second.page.getByText('Written while it could be').first()).toBeVisible()
  await expect(parts(second.page).send).toHaveCount(0)
  await picture(second.page, 'state-read-only')
  await second.quit()
  if (!isRoot) await chmod(home, 0o700)
})

test('a folder that another Carrel has open is read-only here, and it is said whose it is', async ({
  launch,
  home,
}) => {
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'owner.lock'), await lockOfThisProcess())
  const { page } = await launch()
  await expect(page.getByText(new RegExp(`process ${process.pid}`)).first()).toBeVisible()
})

/** The lock as another live process on this machine would hold it: this test's own. */
async function lockOfThisProcess(): Promise<string> {
  const { hostname } = await import('node:os')
  const stat = await readFile('/proc/self/stat', 'utf8')
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  return JSON.stringify({
    pid: process.pid,
    startTime: `${boot}:${ticks}`,
    host: hostname(),
    nonce: 'a-test',
    socket: null,
  })
}
