// `carrel` in a real terminal that is resized, pasted into, killed, and shared with another front.
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answered, bootCarrel } from '../support/carrel.ts'
import type { Scenario } from '../support/fake-ollama.ts'
import { openRepl } from '../support/repl.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal } from '../support/terminal.ts'
import { noTmux } from '../support/tmux.ts'
import { waitFor } from '../support/wait.ts'

let home: string
let project: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(project)
})

const answering = (contains: string, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { contains },
  steps: [...steps, { done: 'stop' as const }],
})

async function records() {
  const names = await readdir(join(home, 'sessions')).catch(() => [])
  const [name = ''] = names.filter((one) => one.endsWith('.jsonl'))
  return name === '' ? [] : await linesOf(join(home, 'sessions', name))
}

/** What differs from run to run. */
const steady = (screen: string) =>
  screen
    .replaceAll(project, '/project')
    .replace(/^\d+\.\d s, \d+ tokens.*$/gm, 'TIME, TOKENS')
    .replace(/[\d.]+k? of \d+k/g, 'ROOM')

describe.skipIf(noTmux !== null)('in a terminal', () => {
  test('made narrower and wider while an answer is written: nothing is drawn twice, lost, or left behind', async () => {
    const scenario: Scenario = {
      turns: [
        answering(
          'grow',
          {
            content:
              'The first paragraph is finished, and it is as long as the first width of this terminal lets it be.\n\n',
          },
          {
            content: 'The second one is finished as well.\n\nThe third paragraph is still open while the terminal',
            chunk: 'token',
          },
          { gate: 'narrow' },
          { content: ' is made narrower, which breaks its rows', chunk: 'token' },
          { gate: 'wide' },
          { content: ', and then wider again.\n\nThe end.', chunk: 'token' },
        ),
      ],
    }
    const server = await fakeServer({ scenario })
    const repl = await openRepl({ home, host: server.url, cwd: project, columns: 90, rows: 24 })
    await repl.waitForScreen('A new session in')
    await repl.type('grow')
    await repl.keys('Enter')
    await server.waitForGate('narrow')
    await repl.waitForScreen('open while the terminal')
    await repl.resize(40, 24)
    server.release('narrow')
    await server.waitForGate('wide')
    await repl.waitFor('the narrow rows', (shown) => /breaks\s+its rows/.test(shown))
    await repl.resize(100, 30)
    await repl.waitForScreen('made narrower, which breaks its rows')
    server.release('wide')
    await repl.waitForScreen(' tokens')
    await repl.waitFor('the status', (shown) => /of \d+k$/.test(shown))
    expect(steady(await repl.all())).toBe(`Carrel 0.1.0
Ask, or type /help. Ctrl+C stops an answer; twice, it quits.
A new session in /project

> grow

The first paragraph is finished, and it is as long as the first width of this terminal
lets it be.

The second one is finished as well.

The third paragraph is still open while the terminal is made narrower, which breaks its rows, and
then wider again.

The end.

TIME, TOKENS
>
gemma4:e4b · work in the folder · project · ROOM`)
  })

  test('a paste of 10,000 lines is one word of what is written, and is sent whole', async () => {
    const server = await fakeServer({
      scenario: { turns: [answering('ask', { content: 'Read.' })], fallback: 'answer' },
    })
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('A new session in')
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}`)
    await repl.type('look: ')
    await repl.paste(`${lines.join('\n')}\n`)
    await repl.waitForScreen('> look: [pasted 10,000 lines]')
    await repl.keys('Enter')
    const question = await waitFor('the question', async () => (await records()).find(({ role }) => role === 'user'))
    expect(question['content']).toBe(`look: ${lines.join('\n')}`)
    await repl.waitForScreen('(10,000 lines in all)')
  })

  test('Ctrl+Z stops it as any program, and it goes on where it was', async () => {
    const server = await fakeServer({ scenario: { turns: [], fallback: 'answer' } })
    const repl = await openRepl({ home, host: server.url, cwd: project, arguments: ['--mode', 'read-only'] })
    await repl.waitForScreen('only look · project')
    await repl.type('half a')
    await repl.waitForScreen('> half a')
    await repl.keys('C-z')
    const stopped = await repl.waitForScreen('[stopped]')
    expect(stopped).not.toContain('> half a')
    await repl.keys('Enter')
    await repl.waitForScreen('> half a')
    await repl.type(' sentence')
    await repl.waitForScreen('> half a sentence')
  })

  test('killed while it writes: the session is whole, and a new one goes on with it', async () => {
    const scenario: Scenario = {
      turns: [
        answering('begin', { content: 'Some words.\n\nMore words.\n\n' }, { stream: { tokens: 5_000, perSecond: 40 } }),
        answering('go on', { content: 'Here again.' }),
      ],
    }
    const server = await fakeServer({ scenario })
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('A new session in')
    await repl.type('begin')
    await repl.keys('Enter')
    await repl.waitForScreen('Some words.')
    process.kill(await repl.pid(), 'SIGKILL')
    await repl.waitForScreen('[exit 137]')
    expect((await records()).map(({ type }) => type)).toContain('message')

    const again = await openRepl({ home, host: server.url, cwd: project, arguments: ['--continue'] })
    await again.waitForScreen('Going on with “begin”')
    expect(await again.screen()).toContain('> begin')
    await again.type('go on')
    await again.keys('Enter')
    await again.waitForScreen('Here again.')
    const said = (await records()).filter(({ type }) => type === 'message').map(({ role }) => role)
    expect(said.filter((role) => role === 'user')).toHaveLength(2)
  })

  test('two terminals show one session; when the one that owns it is killed, the other takes over and keeps what was typed', async () => {
    const scenario: Scenario = {
      turns: [answering('first', { content: 'Told to both.' }), answering('second', { content: 'Still here.' })],
      fallback: 'answer',
    }
    const server = await fakeServer({ scenario })
    const owner = await openRepl({ home, host: server.url, cwd: project })
    await owner.waitForScreen('A new session in')
    await owner.type('begin')
    await owner.keys('Enter')
    await owner.waitForScreen(' tokens')
    const other = await openRepl({ home, host: server.url, cwd: project, arguments: ['--continue'] })
    await other.waitForScreen('Going on with “begin”')
    await owner.type('first')
    await owner.keys('Enter')
    await other.waitForScreen('Told to both.')
    expect(await other.screen()).toContain('> first')
    await other.type('second')
    process.kill(await owner.pid(), 'SIGKILL')
    await other.waitForScreen('This terminal has them now.')
    await other.waitForScreen('> second')
    await other.keys('Enter')
    await other.waitForScreen('Still here.')
  })

  test('in a narrow terminal a question, its keys, a list and what Tab offers are drawn once', async () => {
    const turns = [answering('run it', { tool_calls: [{ name: 'run_command', arguments: { command: 'touch made' } }] })]
    const server = await fakeServer({ scenario: { turns, fallback: 'answer' } })
    const repl = await openRepl({ home, host: server.url, cwd: project, columns: 36, rows: 40 })
    await repl.waitForScreen('work in the folder')
    await repl.type('/mo')
    await repl.waitForScreen('chooses which')
    await repl.keys('Tab')
    await repl.waitFor('the first of them', (shown) => /^> \/model$/m.test(shown))
    await repl.keys('Enter')
    await repl.waitForScreen('Which model?')
    await repl.keys('Down', 'Up', 'Down', 'Escape')
    await repl.waitFor('the list to go', (shown) => !shown.includes('Which model?'))
    await repl.type('run it')
    await repl.keys('Enter')
    await repl.waitForArmed()
    await repl.keys('Enter')
    await repl.waitForScreen('Keys count when')
    await repl.waitForArmed()
    const all = await repl.all()
    for (const once of ['Run this command?', 'a allow once', 'd deny', '> run it', '> /model']) {
      expect(all.split(once)).toHaveLength(2)
    }
    expect(all).not.toContain('how much happens unasked')
  })

  test('the owner that quits ends behind the answer of another, and says so; Ctrl+C ends it at once', async () => {
    const scenario: Scenario = {
      turns: [
        answering('first', { content: 'Half' }, { gate: 'first' }, { content: ' and whole.' }),
        answering('second', { content: 'Half again' }, { gate: 'second' }),
      ],
    }
    const server = await fakeServer({ scenario })
    const owner = await openRepl({ home, host: server.url, cwd: project })
    await owner.waitForScreen('A new session in')
    const other = await openRepl({ home, host: server.url, cwd: project })
    await other.waitForScreen('A new session in')
    await other.type('first')
    await other.keys('Enter')
    await other.waitForScreen('Half')
    await server.waitForGate('first')
    await owner.keys('C-d')
    await owner.waitForScreen('Another Carrel still gets an answer through this one. Ctrl+C ends it now.')
    expect(await owner.screen()).not.toContain('[exit')
    server.release('first')
    await owner.waitForScreen('[exit 0]')
    await other.waitForScreen('Half and whole.')
    await other.waitForScreen('This terminal has them now.')

    const third = await openRepl({ home, host: server.url, cwd: project })
    await third.waitForScreen('A new session in')
    await third.type('second')
    await third.keys('Enter')
    await server.waitForGate('second')
    await third.waitForScreen('Half again')
    await other.keys('C-d')
    await other.waitForScreen('Ctrl+C ends it now.')
    await other.keys('C-c')
    await other.waitForScreen('[exit 0]')
    await third.waitForScreen('This terminal has them now.')
    expect(await third.screen()).toContain('Half again')
  })

  test('who quits stops what was asked there, and not what was asked in another terminal', async () => {
    const scenario: Scenario = {
      turns: [
        answering('begin', { content: 'Begun.' }),
        answering('first', { content: 'Half' }, { gate: 'first' }, { content: ' and whole.' }),
        answering('second', { content: 'Half again' }, { gate: 'second' }),
      ],
    }
    const server = await fakeServer({ scenario })
    const owner = await openRepl({ home, host: server.url, cwd: project })
    await owner.waitForScreen('A new session in')
    await owner.type('begin')
    await owner.keys('Enter')
    await owner.waitForScreen(' tokens')
    const other = await openRepl({ home, host: server.url, cwd: project, arguments: ['--continue'] })
    await other.waitForScreen('Going on with “begin”')
    await owner.type('first')
    await owner.keys('Enter')
    await server.waitForGate('first')
    await other.waitForScreen('Half')
    await other.keys('C-d')
    await other.waitForScreen('[exit 0]')
    server.release('first')
    await owner.waitForScreen('Half and whole.')

    const third = await openRepl({ home, host: server.url, cwd: project, arguments: ['--continue'] })
    await third.waitForScreen('Going on with “begin”')
    await third.type('second')
    await third.keys('Enter')
    await server.waitForGate('second')
    await third.waitForScreen('Half again')
    await third.keys('C-d')
    await owner.waitForScreen('Stopped. What had arrived is kept.')
    await third.waitForScreen('[exit 0]')
  })

  test('beside a window: an approval that is answered there is closed here', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [
          answering('run it', { tool_calls: [{ name: 'run_command', arguments: { command: 'touch made' } }] }),
          { match: { toolResultFor: 'run_command' }, steps: [{ content: 'So be it.' }, { done: 'stop' }] },
        ],
      },
    })
    // The other front lives in this process, as the window would.
    const carrel = await bootCarrel({ home, host: server.url })
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('A new session in')
    await repl.type('run it')
    await repl.keys('Enter')
    await repl.waitForScreen('Run this command?')
    const asked = carrel.pushed('run.changed').find(({ approval }) => approval !== null)?.approval
    const { sessionId = '', id: approvalId = '', hash = '' } = asked ?? {}
    const answer = { sessionId, approvalId, hash, decision: 'deny' as const, scope: 'once' as const, note: null }
    answered(await carrel.bridge.call('approval.decide', answer))
    await repl.waitForScreen('This is no longer asked.')
    await repl.waitForScreen('So be it.')
    expect(await repl.screen()).not.toContain('Run this command?')
  })

  test('a window that starts later gets the sessions as soon as no answer is written, and the terminal is attached to it', async () => {
    const scenario: Scenario = {
      turns: [
        answering('slow', { content: 'Half' }, { gate: 'end' }, { content: ' and whole.' }),
        answering('after', { content: 'Through the window.' }),
      ],
    }
    const server = await fakeServer({ scenario })
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('A new session in')
    await repl.type('slow')
    await repl.keys('Enter')
    await server.waitForGate('end')
    const window = await bootCarrel({ home, host: server.url, surface: windowOf() })
    const { services } = window.app
    services.home.watch(new AbortController().signal, (readOnly) =>
      services.events.emit('access.changed', { readOnly }),
    )
    const isReadOnly = async () => answered(await window.bridge.call('app.state', {})).readOnly !== null
    expect(await isReadOnly()).toBe(true)
    await repl.type('after')
    server.release('end')
    await repl.waitForScreen('Another Carrel has them now')
    await waitFor('the window to own the folder', async () => !(await isReadOnly()))
    await repl.waitForScreen('> after')
    expect(await repl.screen()).toContain('Half and whole.')
    await repl.keys('Enter')
    await repl.waitForScreen('Through the window.')
    await waitFor('the end in the window', () => window.pushed('run.ended').length === 1)
    expect((await repl.all()).match(/Half and whole/g)).toHaveLength(1)
  })
})
