// The commands of `carrel` in a real terminal, one by one, as a person types them; and choosing from a list by eye and by ear.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { embedder, usualModels } from '../support/fake-ollama/models.ts'
import type { Scenario } from '../support/fake-ollama.ts'
import { openRepl } from '../support/repl.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminalWithSkills } from '../support/terminal.ts'
import { noTmux, type ReplOptions } from '../support/tmux.ts'

let room: string
let home: string
let person: string
let project: string

beforeAll(buildTerminalWithSkills)
beforeEach(async () => {
  room = await temporaryFolder()
  home = join(room, 'home')
  person = join(room, 'person')
  project = join(room, 'project')
  for (const folder of [person, project]) await mkdir(folder)
})

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/** A session of one question, whose title it is. */
async function past(id: string, question: string): Promise<void> {
  const answer = { role: 'assistant', content: `Answer to ${question}.`, stop: 'stop' }
  const entries = [message('q', null, { content: question }), message('a', 'q', answer)]
  await put(join(home, 'sessions', `${id}.jsonl`), toBytes({ ...header, id }, ...entries))
}

async function begin(scenario: Scenario = { turns: [], fallback: 'answer' }, more: Partial<ReplOptions> = {}) {
  const server = await fakeServer({ scenario, models: [...usualModels, embedder] })
  const environment = { HOME: person, ...more.environment }
  const repl = await openRepl({ home, host: server.url, cwd: project, rows: 40, ...more, environment })
  await repl.waitForScreen('A new session in')
  const say = async (text: string) => {
    await repl.type(text)
    await repl.keys('Enter')
  }
  return { server, repl, say }
}
const below = (screen: string) => screen.split('\n').at(-1) ?? ''

describe.skipIf(noTmux !== null)('in a terminal', () => {
  test('/sessions and /open: words narrow the list, arrows move, Enter opens one, Escape and Ctrl+C leave it', async () => {
    await past('trout', 'How trout swim')
    await past('cod', 'How cod swim')
    await past('boats', 'When boats leave')
    const { repl, say } = await begin()
    await say('/sessions')
    const list = await repl.waitForScreen('Which session?')
    expect(list).toContain('> /sessions')
    expect(list).toMatch(/^> .+ {2}\d{4}-\d\d-\d\d \d\d:\d\d$/m)
    await repl.keys('Escape')
    await repl.waitFor('the list to go', (shown) => !shown.includes('Which session?'))
    await say('/open')
    await repl.waitForScreen('Which session?')
    await repl.type('swim')
    const two = await repl.waitFor('two of three', (shown) => !shown.includes('When boats leave'))
    const [first = '', second = ''] = [...two.matchAll(/^[> ] (How \w+ swim)/gm)].map((match) => match[1])
    await repl.keys('Down')
    await repl.waitForScreen(`> ${second}`)
    await repl.keys('Up')
    await repl.waitForScreen(`> ${first}`)
    await repl.type('ming')
    await repl.waitForScreen('None has these words in its name.')
    await repl.keys('Enter', 'BSpace', 'BSpace', 'BSpace', 'BSpace', 'Down', 'Enter')
    await repl.waitForScreen(`Going on with “${second}”`)
    expect(await repl.screen()).toContain(`Answer to ${second}.`)
    await say('/sessions')
    await repl.waitForScreen('open here')
    await repl.keys('C-c')
    await repl.waitFor('the list to go', (shown) => !shown.includes('Which session?'))
    expect(await repl.screen()).not.toContain('Ctrl+C once more quits')
  })

  test('/open ID opens it, and says when there is none', async () => {
    await past('trout', 'How trout swim')
    const { repl, say } = await begin()
    await say('/open nothing')
    await repl.waitForScreen('There is no such session.')
    await say('/open trout')
    await repl.waitForScreen('Going on with “How trout swim”')
  })

  test('/sessions with none says so', async () => {
    const { repl, say } = await begin()
    await say('/sessions')
    await repl.waitForScreen('No sessions yet.')
    expect(await repl.screen()).not.toContain('Which session?')
  })

  test('/model by list and by name: the next question goes there', async () => {
    const { repl, say, server } = await begin()
    await say('/model')
    const list = await repl.waitForScreen('Which model?')
    expect(list).toContain('smollm2:135m')
    // It cannot answer.
    expect(list).not.toContain('embeddinggemma')
    await repl.type('qwen')
    await repl.waitFor('one of them', (shown) => !shown.includes('smollm2:135m'))
    await repl.keys('Enter')
    await repl.waitForScreen('Model: qwen3:0.6b, from the next question on.')
    await say('hello')
    await repl.waitForScreen(' tokens')
    expect(server.chatRequests().at(-1)?.body).toMatchObject({ model: 'qwen3:0.6b' })
    await say('/model')
    await repl.waitForScreen('qwen3:0.6b  522.7 MB, answers here')
    await repl.keys('Escape')
    await repl.waitFor('the list to go', (shown) => !shown.includes('Which model?'))
    await say('/model nothing:1b')
    await repl.waitForScreen('nothing:1b is not installed.')
    await say('/model smollm2:135m')
    await repl.waitFor('the model below', (shown) => below(shown).startsWith('smollm2:135m · '))
    await say('/models')
    await repl.waitForScreen('Ollama 0.')
    expect(await repl.screen()).toMatch(/^smollm2:135m +0\.3 GB/m)
  })

  test('/model where no server answers says why, and opens no list', async () => {
    const { repl, say, server } = await begin()
    await server.refuse()
    await say('/model')
    await repl.waitForScreen('Ollama is not running')
    expect(await repl.screen()).not.toContain('Which model?')
  })

  test('/skills lists them; one that is on is used by its name, one that is off says so', async () => {
    await put(join(project, '.agents/skills/tidy/SKILL.md'), '---\nname: tidy\ndescription: Tidies.\n---\n\nTidy it.\n')
    const { repl, say, server } = await begin()
    await say('/skills')
    const list = await repl.waitForScreen('Carrel looks in')
    expect(list).toMatch(/^tidy +waits for trust/m)
    expect(list).toMatch(/^plain-notes +on/m)
    await say('/tidy this')
    await repl.waitForScreen('The skill tidy is not in use here. /skills says why.')
    await repl.waitForScreen('> /tidy this')
    await repl.keys('C-u')
    await say('/plain-notes of the meeting')
    await repl.waitForScreen(' tokens')
    expect(await repl.screen()).toContain('> /plain-notes of the meeting')
    expect(server.lastPrompt()).toContain('of the meeting')
    expect(server.lastPrompt()).toContain('plain Markdown')
  })

  test('/workspace begins in a folder, ~ is the home; what is no folder is said', async () => {
    await mkdir(join(person, 'letters'))
    const { repl, say } = await begin()
    await say('/workspace')
    await repl.waitForScreen('Say more: /workspace FOLDER')
    await say('/workspace nowhere')
    await repl.waitForScreen('There is no such folder.')
    await say('/workspace ~/letters')
    await repl.waitForScreen(`A new session in ${join(person, 'letters')}`)
    await repl.waitFor('the folder below', (shown) => below(shown).endsWith(' · letters'))
  })

  test('/rules and /doctor are shown whole, in lines that break between words', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `tool-${index}`)
    const rules = names.map((tool) => ({
      ...{ id: tool, tool: 'run_command', pattern: tool, decision: 'allow', covers: 'exact', policyVersion: 1 },
      ...{ scope: 'folder', folder: project, sessionId: null, createdAt: '2026-08-01T10:00:00.000Z' },
      ...{ lastUsedAt: null, lastMatches: [], uses: 0 },
    }))
    await put(join(home, 'rules.json'), JSON.stringify({ rules }))
    const { repl, say } = await begin(undefined, { columns: 70 })
    await say('/rules')
    const listed = await repl.waitForScreen('tool-11')
    for (const name of names) expect(listed).toContain(name)
    await say('/doctor')
    const checked = await repl.waitForAll('versions ')
    for (const name of ['data folder', 'sessions', 'skills', 'Ollama', 'model']) {
      expect(checked).toMatch(new RegExp(`^(ok|warn|fail) +${name} `, 'm'))
    }
    // Each stands as a line of its own, and none was broken by the terminal.
    expect(await repl.screen()).toMatch(/^ok {4}model {9}gemma4:e4b is installed$/m)
    const long = checked.split('\n').filter((line) => line.length >= 70)
    expect(long.filter((line) => !line.includes(room))).toEqual([])
  })

  test('/thinking shows what the model thought last', async () => {
    const { repl, say } = await begin({
      turns: [
        {
          match: { contains: 'think' },
          steps: [{ thinking: 'One and one make two.' }, { content: 'Two.' }, { done: 'stop' }],
        },
      ],
    })
    await say('/thinking')
    await repl.waitForScreen('The model has not thought aloud here.')
    await say('think')
    await repl.waitForScreen('Thought for')
    await repl.waitForScreen(' tokens')
    expect(await repl.screen()).not.toContain('One and one make two.')
    await say('/thinking')
    await repl.waitForScreen('> /thinking\nOne and one make two.')
  })

  test('/search finds words of all sessions, and says when there are none', async () => {
    await past('trout', 'How trout swim')
    await past('cod', 'How cod swim')
    const { repl, say } = await begin()
    await say('/search')
    await repl.waitForScreen('Say more: /search WORDS')
    await say('/search trout swim')
    const found = await repl.waitForScreen('in 1 session')
    expect(found).toContain('How trout swim')
    expect(found).not.toContain('How cod swim')
    await say('/search whale')
    await repl.waitFor('that there is none', (shown) => /> \/search whale\n[\s\S]*Nothing found\./.test(shown))
  })

  test('/export says where it wrote, and never over a file; /archive begins anew; neither before there is a session', async () => {
    const { repl, say } = await begin()
    await say('/archive')
    await repl.waitForScreen('This session has not begun. Ask something first.')
    await say('/export')
    await repl.waitForScreen('Say more: /export FILE')
    await say('hello')
    await repl.waitForScreen(' tokens')
    await say('/export page.html')
    await repl.waitForScreen(`Written to ${join(project, 'page.html')}.`)
    expect(await readFile(join(project, 'page.html'), 'utf8')).toContain('<html')
    await say('/export page.html')
    await repl.waitForScreen('is there already. Nothing was written')
    await say('/archive')
    await repl.waitForScreen('Archived.')
    await repl.waitFor('a new session', (shown) => shown.lastIndexOf('A new session in') > shown.indexOf('Archived.'))
    expect((await readdir(join(home, 'sessions'))).filter((name) => name.endsWith('.archived'))).toHaveLength(1)
    await say('/open')
    await repl.waitForScreen('No sessions yet.')
  })

  test('/compact: why there is nothing to summarise is said once', async () => {
    const { repl, say } = await begin()
    await say('hello')
    await repl.waitForScreen(' tokens')
    await say('/compact')
    await repl.waitForScreen('There is nothing to summarise yet')
    await say('/history')
    await repl.waitForScreen('Say more: /history clear')
    expect((await repl.all()).match(/There is nothing to summarise yet/g)).toHaveLength(1)
  })

  test('/help has every command; one that is not there can be mended; /quit ends', async () => {
    const { repl, say } = await begin()
    await say('/help')
    const help = await repl.waitForScreen('empty line quits.')
    for (const name of ['new', 'sessions', 'open', 'search', 'model', 'models', 'skills', 'mode', 'workspace']) {
      expect(help).toMatch(new RegExp(`^/${name} `, 'm'))
    }
    for (const name of ['compact', 'undo', 'export', 'archive', 'rules', 'doctor', 'thinking', 'help', 'quit']) {
      expect(help).toMatch(new RegExp(`^/${name} `, 'm'))
    }
    await say('/qit')
    await repl.waitForScreen('There is no command and no skill /qit.')
    await repl.waitForScreen('> /qit')
    await repl.keys('BSpace', 'BSpace')
    await repl.type('uit')
    await repl.keys('Enter')
    await repl.waitForScreen('[exit 0]')
  })

  test.each([
    ['for a screen reader', { arguments: ['--screen-reader'] }],
    ['where the terminal moves no cursor', { environment: { TERM: 'dumb' } }],
  ])('%s: a list is numbered, and answered with a number', async (_where, more) => {
    for (let nth = 1; nth <= 25; nth += 1) await past(`s${nth}`, `How fish ${nth} swims`)
    const { repl, say } = await begin(undefined, more)
    await say('/sessions')
    const list = await repl.waitForScreen('Type its number and Enter.')
    expect(list).toMatch(/Which session\?\n1 {2}How fish \d+ swims {2}/)
    expect(list).toContain('and 5 more, which words bring nearer.')
    await repl.keys('Enter')
    await repl.waitForScreen('Nothing was chosen.')
    await say('/open')
    await repl.waitFor('the list again', (shown) => (shown.match(/Type its number/g)?.length ?? 0) > 1)
    await say('99')
    await repl.waitForScreen('The numbers go from 1 to 20.')
    await say('whale')
    await repl.waitForScreen('None has these words in its name.')
    await say('fish 17')
    await repl.waitForScreen('1  How fish 17 swims')
    await say('1')
    await repl.waitForScreen('Going on with “How fish 17 swims”')
    await say('/model')
    const models = await repl.waitFor('the models', (shown) => /Which model\?[\s\S]*Type its number/.test(shown))
    const number = /^(\d) {2}qwen3:0\.6b/m.exec(models)?.[1] ?? ''
    await say(number)
    await repl.waitForScreen('Model: qwen3:0.6b, from the next question on.')
    // Nothing was drawn: each line stands where it was written.
    expect(await repl.coloured()).not.toContain('\u001b[')
  })
})
