// What a shell does to `carrel`: output that cannot be written or is not read, folders of odd names or none, input that is no text.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messageLimit } from '../../shared/limits.ts'
import { messages } from '../../shared/messages/messages.ts'
import { bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal, terminalProgram } from '../support/terminal.ts'

const words = messages.terminal
let folder: string
let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  folder = await temporaryFolder()
  home = join(folder, 'home')
})

const nowhere = ['--host', 'http://127.0.0.1:9']
const answering = () => fakeServer({ scenario: steps({ content: 'Trout.' }, { done: 'stop' }) })

/** As a shell starts it: `$@` in the script is the program with its words. */
function inShell(script: string, ...given: string[]) {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', script, 'sh', process.execPath, terminalProgram(), '--home', home, ...given],
    {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', CARREL_MEMORY_BYTES: '0' },
      encoding: 'utf8',
      cwd: folder,
      input: '',
      timeout: 50_000,
    },
  )
  return { code: status, out: stdout, error: stderr }
}

async function longSession(): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  const content = 'so it is said of fish. '.repeat(100_000)
  await writeFile(
    join(home, 'sessions', 'past.jsonl'),
    toBytes({ ...header, id: 'past' }, message('q', null, { content })),
  )
}

describe.skipIf(!existsSync('/dev/full'))('standard output on a full disk', () => {
  test.each([
    [['sessions', 'list']],
    [['sessions', 'list', '--json']],
    [['sessions', 'show', 'past']],
    [['sessions', 'export', 'past']],
    [['settings', 'get', '--json']],
    [['help']],
    [['completion', 'bash']],
    [['--version', '--json']],
    [['serve', '--stdio']],
    // The failure itself is what could not be written.
    [['sessions', 'show', 'nobody', '--json']],
  ])('%j exits 1 and says so', async (given) => {
    await longSession()
    const ended = inShell('exec "$@" >/dev/full', ...nowhere, ...given)
    expect([ended.code, ended.error]).toEqual([1, `${words.outputLost('ENOSPC')}\n`])
  })

  test('the version alone, too', () => {
    const alone = spawnSync('sh', [
      '-c',
      'exec "$@" >/dev/full',
      'sh',
      process.execPath,
      terminalProgram(),
      '--version',
    ])
    expect([alone.status, String(alone.stderr)]).toEqual([1, `${words.outputLost('ENOSPC')}\n`])
  })

  test('ends a run, and what had arrived is kept', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'Trout ', chunk: 'whole' }, { fault: 'hang' }) })
    const full = await open('/dev/full', 'w')
    const given = ['--home', home, '--host', server.url, 'run', '--json', 'Name a fish']
    const environment = { PATH: process.env['PATH'], HOME: '/nonexistent', CARREL_MEMORY_BYTES: '0' }
    const child = spawn(process.execPath, [terminalProgram(), ...given], {
      env: environment,
      cwd: folder,
      stdio: ['ignore', full.fd, 'ignore'],
    })
    const [code] = await once(child, 'close')
    await full.close()
    expect(code).toBe(1)
    const [name = ''] = await readdir(join(home, 'sessions'))
    expect((await linesOf(join(home, 'sessions', name))).at(-1)).toMatchObject({ stop: 'cancelled' })
    expect(await readdir(home)).not.toContain('owner.lock')
  })
})

describe('standard output that nobody reads', () => {
  test.each([
    [['sessions', 'show', 'past']],
    [['sessions', 'show', 'past', '--json']],
    [['--version', '--json']],
    [['help']],
  ])('%j ends without a word', async (given) => {
    await longSession()
    const running = startTerminal({ arguments: ['--home', home, ...nowhere, ...given] })
    running.child.stdout?.destroy()
    expect((await running.ended).error).toBe('')
  })

  test('the version alone, too', async () => {
    const running = startTerminal({ arguments: ['--version'] })
    running.child.stdout?.destroy()
    expect(await running.ended).toMatchObject({ code: 0, error: '' })
  })

  test('is enough of it for head', async () => {
    await longSession()
    const ended = inShell('"$@" | head -n 1', ...nowhere, 'sessions', 'list')
    expect([ended.code, ended.out.slice(0, 4), ended.error]).toEqual([0, 'past', ''])
  })
})

describe('a data folder', () => {
  test.each([
    ['spaces', ' a  b '],
    ['a line feed', 'new\nline'],
    ['Japanese', '折り紙 の 机'],
    ['a sequence of the terminal', 'red\u001b[31m'],
    ['a dash in front', '-home'],
    ['quotes', `it's "here"`],
  ])('with %s in its name is one like any other', async (_what, name) => {
    const server = await answering()
    home = join(folder, name)
    const carrel = (...given: string[]) =>
      runTerminal({ arguments: [`--home=${home}`, '--host', server.url, ...given] })
    const ran = await carrel('run', '--json', 'Name a fish')
    expect([ran.code, ran.error, ran.lines().at(-1)]).toMatchObject([0, '', { stop: 'stop', text: 'Trout.' }])
    expect((await carrel('sessions', 'list', '--json')).json()).toMatchObject({ sessions: [{ title: 'Name a fish' }] })
    const checked = await carrel('doctor')
    expect([checked.error, checked.out.includes('\u001b')]).toEqual(['', false])
    expect(await readdir(folder)).toEqual([name])
  })

  test.skipIf(!existsSync('/proc/self'))('where none can be made is refused, and not tried forever', async () => {
    const server = await answering()
    const given = ['--home', '/proc/nothing/home', '--host', server.url]
    const ended = await runTerminal({ arguments: [...given, 'run', '--json', 'x'] })
    const message = messages.failures.folderUnusable('/proc/nothing/home')
    expect([ended.code, ended.json()]).toEqual([4, { error: { code: 'denied', message } }])
    expect(server.chatRequests()).toEqual([])
    expect((await runTerminal({ arguments: [...given, 'sessions', 'list', '--json'] })).json()).toEqual({
      sessions: [],
    })
  })

  test('that several make at once is made', async () => {
    home = join(folder, 'a', 'b', 'c')
    const all = await Promise.all([1, 2, 3].map(async () => await bootCarrel({ home, host: null })))
    const states = all.map(({ app }) => app.services.home.readOnly?.code ?? 'owner')
    expect(states.sort()).toEqual(['busy', 'busy', 'owner'])
  })
})

test('a folder that has gone while one stands in it is said so', () => {
  const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
  expect(inShell(script, ...nowhere, 'sessions', 'list')).toEqual({ code: 1, out: '', error: `${words.folderGone}\n` })
  const document = inShell(script, ...nowhere, 'sessions', 'list', '--json')
  expect([document.code, JSON.parse(document.out)]).toEqual([
    1,
    { error: { code: 'not-found', message: words.folderGone } },
  ])
})

describe('standard input', () => {
  const asked = async () => {
    const [name = ''] = await readdir(join(home, 'sessions'))
    return (await linesOf(join(home, 'sessions', name)))[1]
  }

  test('that is closed is an empty question', () => {
    expect(inShell('exec "$@" <&-', ...nowhere, 'run', '-')).toMatchObject({
      code: 2,
      error: `${words.missingPrompt}\n`,
    })
    expect(inShell('exec "$@" <&-', ...nowhere, 'sessions', 'list')).toMatchObject({ code: 0, error: '' })
    expect(existsSync(join(home, 'sessions'))).toBe(false)
  })

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t\n'],
  ])('that holds %s is an empty question, too', async (_what, input) => {
    const running = startTerminal({ arguments: ['--home', home, ...nowhere, 'run', '-', '--json'], input: '' })
    running.child.stdin?.end(input)
    const ended = await running.ended
    expect([ended.code, ended.json()]).toEqual([2, { error: { code: 'invalid-input', message: words.missingPrompt } }])
  })

  test('that is no UTF-8 is asked with marks in the place of what is none', async () => {
    const server = await answering()
    const running = startTerminal({
      arguments: ['--home', home, '--host', server.url, 'run', '-', '--json'],
      input: '',
    })
    running.child.stdin?.end(Buffer.from([0xff, 0x66, 0x69, 0x73, 0x68, 0xc3]))
    const ended = await running.ended
    expect([ended.code, ended.error, ended.lines().at(-1)]).toMatchObject([0, '', { stop: 'stop' }])
    expect(await asked()).toMatchObject({ content: '\ufffdfish\ufffd' })
  })

  test('of as much as a message may have is kept whole, and the run says that no model reads that much', async () => {
    const server = await answering()
    const input = `${'x'.repeat(messageLimit - 3)}end`
    const ended = await runTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '-', '--json'], input })
    const last = { stop: 'error', error: { code: 'limit' } }
    expect([ended.code, ended.error, ended.lines().at(-1)]).toMatchObject([1, '', last])
    const { out } = await runTerminal({
      arguments: ['--home', home, ...nowhere, 'sessions', 'show', String(ended.lines()[0]?.['id'])],
    })
    expect(out).toContain(`\n${input}\n`)
  })

  test.each([messageLimit + 1, 10_000_000])('of %i characters is too much, and no session is made', async (length) => {
    const server = await answering()
    const input = 'x'.repeat(length)
    const ended = await runTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '-', '--json'], input })
    const message = messages.failures.tooLarge(messageLimit)
    expect([ended.code, ended.json()]).toEqual([5, { error: { code: 'limit', message } }])
    expect(existsSync(join(home, 'sessions'))).toBe(false)
  })
})

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s ends a run as Ctrl+C does: 130, and the words so far are kept',
  async (name) => {
    const server = await fakeServer({ scenario: steps({ content: 'Trout ', chunk: 'whole' }, { fault: 'hang' }) })
    const running = startTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '--json', 'Name a fish'] })
    await running.waitForOutput('"Trout "')
    running.child.kill(name)
    const ended = await running.ended
    expect([ended.code, ended.lines().at(-1)]).toMatchObject([130, { stop: 'cancelled', text: 'Trout ' }])
    expect(await readdir(home)).toEqual(['cache', 'sessions'])
  },
)
