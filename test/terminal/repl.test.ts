// `carrel` in a real terminal: typing and answers, approvals by key, stopping, history, completion, and what a screen reader hears.
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Scenario } from '../support/fake-ollama.ts'
import { openRepl } from '../support/repl.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal } from '../support/terminal.ts'
import { noTmux, type ReplOptions } from '../support/tmux.ts'
import { waitFor } from '../support/wait.ts'

let home: string
let project: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(join(project, 'src'), { recursive: true })
  await writeFile(join(project, 'src', 'greeting.ts'), "export const greeting = 'Hello'\n")
})

const turn = (contains: string, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { lastRole: 'user' as const, contains },
  steps: [...steps, { done: 'stop' as const }],
})
const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
const commanding: Scenario = {
  turns: [
    turn('run it', call('run_command', { command: 'touch made && echo told' })),
    { match: { toolResultFor: 'run_command' }, steps: [{ content: 'It was run.' }, { done: 'stop' }] },
  ],
}

async function begin(scenario: Scenario, more: Partial<ReplOptions> = {}) {
  const server = await fakeServer({ scenario })
  const repl = await openRepl({ home, host: server.url, cwd: project, ...more })
  await repl.waitForScreen('A new session in')
  return { server, repl }
}

async function records() {
  const names = await readdir(join(home, 'sessions')).catch(() => [])
  const [name = ''] = names.filter((one) => one.endsWith('.jsonl'))
  return name === '' ? [] : await linesOf(join(home, 'sessions', name))
}

describe.skipIf(noTmux !== null)('in a terminal', () => {
  test('why nothing came of a call is broken between its words', async () => {
    const given = { path: 'src/greeting.ts', old_text: 'Good day', new_text: 'Hi' }
    const { repl } = await begin(
      {
        turns: [
          turn('mend it', call('edit_file', given)),
          { match: { toolResultFor: 'edit_file' }, steps: [{ content: 'No.' }, { done: 'stop' }] },
        ],
      },
      { columns: 50 },
    )
    await repl.type('mend it')
    await repl.keys('Enter')
    const screen = await repl.waitFor('the end of the answer', (shown) => / tokens/.test(shown))
    const [, ...said] = screen.slice(screen.indexOf('✗')).split('\n')
    const sentence = said.slice(0, said.indexOf('')).map((line) => line.trim())
    const result = (await records()).find(({ role }) => role === 'tool')
    expect(sentence.length).toBeGreaterThan(1)
    expect(sentence.join(' ')).toBe(String(result?.content).replaceAll('\n', ' '))
  })

  test('a question is typed, its answer is shown as Markdown, and the session has both', async () => {
    const content = 'A **bold** word.\n\n- one\n- two\n\n```\ncode\n```\n\nThe end.'
    const { repl } = await begin({ turns: [turn('say it', { content, chunk: 'token' })] })
    await repl.type('say it')
    await repl.keys('Enter')
    const screen = await repl.waitFor('the end of the answer', (shown) => /The end\.\n\n.* tokens/.test(shown))
    expect(screen).toContain('> say it\n\nA bold word.\n\n• one\n• two\n\n  code\n\nThe end.\n')
    expect(screen).toMatch(/gemma4:e4b · work in the folder · project · [\d.]+k? of \d+k$/)
    expect((await records()).filter(({ type }) => type === 'message').map(({ content: said }) => said)).toEqual([
      'say it',
      content,
    ])
  })

  test('nothing of a model, a tool or a file steers the terminal', async () => {
    const content = 'Before \u001b]0;owned\u0007\u001b[2J\u001b[31mred \u009b31m after \u202eturned.'
    const { repl } = await begin({ turns: [turn('attack', { content })] })
    await repl.type('attack')
    await repl.keys('Enter')
    await repl.waitForScreen('after <U+202E>turned.')
    expect(await repl.screen()).toContain('> attack')
    expect(await repl.coloured()).not.toContain('\u001b[31mred')
  })

  test('an approval: keys that come too early do nothing, Enter never allows, a paste never answers, an armed key does', async () => {
    const { repl } = await begin(commanding)
    await repl.type('run it')
    // Typed ahead, before there is anything to answer.
    await repl.keys('Enter', 'a', 'a', 'Enter')
    await repl.waitForScreen('Run this command?')
    await repl.keys('Enter', 'a')
    await repl.paste('a')
    await repl.waitForArmed()
    await repl.waitForScreen('touch made && echo told')
    await repl.waitForScreen(project)
    await repl.keys('Enter')
    await repl.waitForScreen('Keys count when')
    await repl.waitForArmed()
    expect((await records()).filter(({ type }) => type === 'approval')).toEqual([])
    await repl.keys('a')
    await repl.waitForScreen('It was run.')
    expect(await repl.screen()).toContain('Allowed once.')
    // The main process never had to refuse an answer.
    expect(await repl.all()).not.toContain('too quick')
    const approval = (await records()).find(({ type }) => type === 'approval')
    expect(approval).toMatchObject({ decision: 'allow', scope: 'once', by: 'user' })
  })

  test('a key that is held down grants nothing', async () => {
    const { repl } = await begin(commanding)
    await repl.type('run it')
    await repl.keys('Enter')
    await repl.waitForScreen('Run this command?')
    await repl.waitForArmed()
    // In one go: what comes of a key that is held.
    await repl.type('aaaa')
    await repl.keys('a', 'a', 'a', 'a')
    await repl.waitForScreen('Keys count when')
    await repl.waitForArmed()
    expect((await records()).filter(({ type }) => type === 'approval')).toEqual([])
  })

  test('a denial takes a note to the model along', async () => {
    const { repl, server } = await begin(commanding)
    await repl.type('run it')
    await repl.keys('Enter')
    await repl.waitForScreen('Run this command?')
    await repl.waitForArmed()
    await repl.keys('d')
    await repl.waitForScreen('Note to the model')
    await repl.type('use make')
    await repl.keys('Enter')
    await repl.waitForScreen('Denied.')
    await repl.waitForScreen('It was run.')
    expect(server.lastPrompt()).toContain('use make')
    await expect(stat(join(project, 'made'))).rejects.toThrow()
  })

  test('a question that is longer than the screen is looked at before it can be allowed', async () => {
    const command = Array.from({ length: 60 }, (_, index) => `echo line-${index}`).join('\n')
    const { repl } = await begin({ turns: [turn('long', call('run_command', { command }))] })
    await repl.type('long')
    await repl.keys('Enter')
    await repl.waitForScreen('more. Look at all of it with v')
    await repl.waitForArmed()
    await repl.keys('a')
    await repl.waitForScreen('Keys count when')
    await repl.waitForArmed()
    await repl.keys('v')
    await repl.waitForScreen('echo line-59')
    expect(await repl.all()).toContain('echo line-0')
    await repl.waitForScreen('a allow once')
    expect((await records()).filter(({ type }) => type === 'approval')).toEqual([])
  })

  test('Ctrl+C stops the answer and keeps its text; twice it quits, and the terminal is as it was', async () => {
    const { repl } = await begin({
      turns: [turn('go', { content: 'First words.\n\n' }, { stream: { tokens: 5_000, perSecond: 50 } })],
    })
    await repl.type('go')
    await repl.keys('Enter')
    await repl.waitForScreen('First words.')
    await repl.keys('C-c')
    await repl.waitForScreen('Stopped. What had arrived is kept.')
    const answer = await waitFor('the stopped answer', async () =>
      (await records()).find(({ stop }) => stop === 'cancelled'),
    )
    expect(answer['content']).toContain('First words.')
    await repl.type('x')
    await repl.keys('C-c')
    await repl.waitForScreen('Ctrl+C once more quits')
    await repl.keys('C-c')
    const screen = await repl.waitForScreen('[exit 0]')
    expect(screen).toMatch(/carrel --session \S+ goes on with it\.\n\[exit 0\]/)
    // Lines as the terminal edits them again.
    await repl.type('echoed')
    await repl.keys('Enter')
    await repl.waitForScreen('echoed\nechoed')
  })

  test('history goes on across runs; what begins with a space is not kept; it can be cleared', async () => {
    const scenario: Scenario = { turns: [], fallback: 'answer' }
    const { repl, server } = await begin(scenario)
    await repl.type(' hidden')
    await repl.keys('Enter')
    await repl.waitForScreen(' tokens')
    await repl.type('kept question')
    await repl.keys('Enter')
    await repl.waitForScreen('> kept question\n\n')
    await repl.waitFor('two answers', (shown) => shown.match(/tokens\/?/g)?.length !== 1)
    await repl.keys('C-d')
    await repl.waitForScreen('[exit 0]')
    const file = join(home, 'terminal-history.jsonl')
    expect(await readFile(file, 'utf8')).toBe('"kept question"\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)

    const again = await openRepl({ home, host: server.url, cwd: project })
    await again.waitForScreen('A new session in')
    await again.keys('Up')
    await again.waitForScreen('> kept question')
    await again.keys('C-u')
    await again.keys('C-r')
    await again.type('kept')
    await again.waitForScreen('history “kept”: kept question')
    await again.keys('C-g')
    await again.type('/history clear')
    await again.keys('Enter')
    await again.waitForScreen('is empty now')
    expect(await readFile(file, 'utf8')).toBe('')
  })

  test('Tab completes commands and files of the folder', async () => {
    const { repl } = await begin({ turns: [], fallback: 'answer' })
    await repl.type('/mod')
    await repl.waitForScreen('how much happens unasked')
    await repl.keys('Tab')
    await repl.waitFor('the first name', (shown) => /^> \/model$/m.test(shown))
    await repl.keys('Tab')
    await repl.waitFor('the next one', (shown) => /^> \/models$/m.test(shown))
    await repl.keys('C-u')
    await repl.type('look at @gree')
    await repl.keys('Tab')
    await repl.waitForScreen('> look at @src/greeting.ts')
  })

  test('@ offers the files that a search looks into: what .gitignore leaves out is not there', async () => {
    const files = {
      '.gitignore': '/built\n*.log\n!greeted.log\n',
      'src/.gitignore': 'greeting.local.ts\n',
      'src/greeting.local.ts': '',
      'built/greeting.js': '',
      'greeting.log': '',
      'greeted.log': '',
      'node_modules/greeting/greeting.js': '',
      '.git/greeting': '',
      '.config/greeted.json': '',
    }
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(project, dirname(path)), { recursive: true })
      await writeFile(join(project, path), content)
    }
    const { repl } = await begin({ turns: [], fallback: 'answer' })
    await repl.type('@greeting')
    await repl.keys('Tab')
    await repl.waitForScreen('> @src/greeting.ts')
    // The only one: it is taken, and a space is behind it.
    await repl.type('and @greeted')
    await repl.keys('Tab')
    const screen = await repl.waitForScreen('> @src/greeting.ts and @greeted.log')
    expect(screen).toContain('@greeted.log\n  @.config/greeted.json\n')
    expect(screen).not.toMatch(/built|node_modules|\.git\/|local/)
  })

  test('several lines: Alt+Enter, Ctrl+J and a backslash begin a new one', async () => {
    const { repl } = await begin({ turns: [], fallback: 'answer' })
    await repl.type('one')
    await repl.keys('M-Enter')
    await repl.type('two')
    await repl.keys('C-j')
    await repl.type('three\\')
    await repl.keys('Enter')
    await repl.type('four')
    await repl.keys('Enter')
    await repl.waitForScreen('> one\n  two\n  three\n  four')
    await waitFor('the question', async () =>
      (await records()).find(({ content }) => content === 'one\ntwo\nthree\nfour'),
    )
  })

  test('commands: help, models, mode with a yes by key, search, a new session, one that is not there', async () => {
    const { repl } = await begin({ turns: [turn('needle', { content: 'In the haystack.' })] })
    const say = async (text: string) => {
      await repl.type(text)
      await repl.keys('Enter')
    }
    await say('/help')
    await repl.waitForScreen('/workspace FOLDER')
    await say('/models')
    await repl.waitForAll('Ollama 0.')
    await say('/nothing')
    await repl.waitForScreen('There is no command and no skill /nothing.')
    await repl.keys('C-u')
    await say('needle')
    await repl.waitForScreen('In the haystack.')
    await say('/mode trusted')
    await repl.waitForScreen('Let this session do more unasked: trusted?')
    await repl.waitForArmed()
    await repl.keys('n')
    await repl.waitForScreen('The mode stays as it was.')
    await say('/mode read-only')
    await repl.waitForScreen('Mode: only look (read-only).')
    await say('/search haystack')
    await repl.waitForScreen('1 in 1 session')
    await say('/new')
    await repl.waitFor(
      'a new session',
      (shown) => shown.lastIndexOf('A new session in') > shown.indexOf('1 in 1 session'),
    )
    await say('/open')
    await repl.waitForScreen('Which session?')
    await repl.type('need')
    await repl.keys('Enter')
    await repl.waitForScreen('Going on with “needle”')
    expect(await repl.screen()).toMatch(/only look · project/)
  })

  test('what a run has changed is shown and taken back; the session is exported, archived, and summarised', async () => {
    const path = 'src/greeting.ts'
    const { repl } = await begin({
      turns: [
        turn('mend', call('read_file', { path })),
        {
          match: { toolResultFor: 'read_file' },
          steps: [call('edit_file', { path, old_text: 'Hello', new_text: 'Good day' }), { done: 'stop' }],
        },
        { match: { toolResultFor: 'edit_file' }, steps: [{ content: 'Mended.' }, { done: 'stop' }] },
      ],
    })
    const say = async (text: string) => {
      await repl.type(text)
      await repl.keys('Enter')
    }
    const file = () => readFile(join(project, path), 'utf8')
    await say('mend')
    await repl.waitForScreen('Mended.')
    const screen = await repl.waitForScreen(' tokens')
    expect(screen).toContain('✓ Read src/greeting.ts: 1 line')
    expect(screen).toMatch(/✓ Edited src\/greeting\.ts: \+1 −1/)
    // The answer is set off from what was done.
    expect(screen).toContain("    +export const greeting = 'Good day'\n\nMended.\n")
    expect(await repl.coloured()).toContain("\u001b[38;5;28m    +export const greeting = 'Good day'")
    expect(await file()).toContain('Good day')
    await say('/undo')
    await waitFor('the file as it was', async () => (await file()).includes('Hello'))
    await say('/export out.md')
    await waitFor('the exported file', async () => await readFile(join(project, 'out.md'), 'utf8').catch(() => null))
    await say('/compact')
    await repl.waitForScreen('summar')
    await say('/archive')
    await repl.waitForScreen('Archived.')
    expect((await readdir(join(home, 'sessions'))).some((name) => name.endsWith('.jsonl.archived'))).toBe(true)
  })

  test('a server that is not there is said at once, and a question that could not be sent is still there', async () => {
    const server = await fakeServer()
    await server.refuse()
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('Ollama is not running')
    await repl.type('anybody?')
    await repl.keys('Enter')
    await repl.waitFor('the reason', (shown) => (shown.match(/is not running/g)?.length ?? 0) > 1)
  })

  test('a folder with an AGENTS.md is asked about once, and what was said about it holds', async () => {
    await writeFile(join(project, 'AGENTS.md'), 'Speak like a pirate.\n')
    const server = await fakeServer({ scenario: { turns: [], fallback: 'answer' } })
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('Do you trust the folder?')
    await repl.waitForArmed()
    await repl.keys('y')
    await repl.waitForScreen('Trusted: the model is shown')
    await repl.type('hello')
    await repl.keys('Enter')
    await repl.waitForScreen(' tokens')
    expect(server.lastPrompt()).toContain('Speak like a pirate.')
  })

  test('colours only where they are wanted', async () => {
    const scenario: Scenario = { turns: [turn('go', { content: '**bold** `code`' })] }
    const { repl } = await begin(scenario)
    await repl.type('go')
    await repl.keys('Enter')
    await repl.waitForScreen('bold code')
    expect(await repl.coloured()).toContain('\u001b[38;5;30mcode')
    const plain = await begin(scenario, { environment: { NO_COLOR: '1' } })
    await plain.repl.type('go')
    await plain.repl.keys('Enter')
    await plain.repl.waitForScreen('bold `code`')
    expect(await plain.repl.coloured()).not.toContain('\u001b[')
  })

  test('for a screen reader: plain lines, words in place of signs, and no row is drawn twice', async () => {
    const scenario: Scenario = {
      turns: [
        ...commanding.turns,
        turn(
          'say it',
          { thinking: 'Hm.' },
          { content: 'Words.\n\n- one\n\n```sh\nls\n```', chunk: 'token', delayMs: 20 },
        ),
      ],
    }
    const { repl } = await begin(scenario, { arguments: ['--screen-reader'] })
    await repl.type('say itt')
    await repl.keys('BSpace', 'Enter')
    await repl.waitForScreen(' tokens')
    expect(await repl.screen()).toContain('Words.\n\n- one\n\nCode, sh:\nls\nEnd of the code.\n')
    await repl.type('run it')
    await repl.keys('Enter')
    await repl.waitForScreen('d deny')
    await repl.waitForScreen('The keys count now.')
    await repl.keys('a')
    await repl.waitForScreen('It was run.')
    expect(await repl.coloured()).not.toContain('\u001b[')
  })
})

test('without a terminal it says what to use instead', async () => {
  const ended = await runTerminal({ arguments: ['--home', home], input: 'a question' })
  expect(ended.code).toBe(2)
  expect(ended.error).toContain('carrel run -')
})
