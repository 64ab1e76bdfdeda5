// Every command as a script meets it: the built program, each of its exit codes, and what it prints held against the published schema.
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { commandJson, failed, type JsonCommand, jsonVersion, schemaName } from '../../shared/command-json.ts'
import { manual } from '../../shared/messages/manual.ts'
import { sample, samples } from '../importing/samples.ts'
import { type FakeOllama, gemma, type Scenario, smol, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

/** With its index process beside it. */
const indexed = join(import.meta.dirname, '..', '..', 'dist', 'electron', 'cli.cjs')
const schemas = join(import.meta.dirname, '..', '..', 'docs', 'json')
const idOf = (name: string) => `urn:carrel:json:v${jsonVersion}:${name.replaceAll(' ', '-')}`

describe('docs/json', () => {
  const published = Object.entries({ ...commandJson, failure: { form: 'document', shape: failed } as const })

  test.each(published)('%s is the schema of the code; `vitest -u` writes it', async (name, { form, shape }) => {
    const what = name === 'failure' ? 'What any command prints with --json when it fails' : `carrel ${name} --json`
    const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input' })
    const title = form === 'lines' ? `${what}: one line of standard output` : what
    const text = `${JSON.stringify({ $schema, $id: idOf(name), title, ...schema }, null, 2)}\n`
    await expect(text).toMatchFileSnapshot(join(schemas, schemaName(name)))
  })

  test('holds these and nothing else', async () => {
    const names = (await readdir(schemas)).filter((name) => name !== 'README.md')
    expect(names.sort()).toEqual(published.map(([name]) => schemaName(name)).sort())
  })
})

interface Room {
  folder: string
  home: string
  server: FakeOllama
  /** Another run of the program in the same room; it has to succeed. */
  carrel(...words: string[]): Promise<Record<string, unknown>>
  put(path: string, content: string | Uint8Array): Promise<string>
}

interface Case {
  code: number
  /** The words behind the command's own, after whatever they need was made. */
  given?(room: Room): string[] | Promise<string[]>
  scenario?: Scenario
  input?: string
  /** With Ctrl+C, as soon as the server was asked. */
  isInterrupted?: true
  /** Standard output is no JSON even so: the bytes of an export. */
  isRaw?: true
}

const nobody = 'nobody'
const away = async ({ server }: Room) => await server.stop()
const wrong: Case = { code: 2, given: () => ['--limit', 'x', '--colour'] }
const missing = (...words: string[]): Case => ({ code: 1, given: () => words })
const past = (...words: string[]): Case => ({ code: 0, given: () => ['past', ...words] })
/** Of a command that takes an id. */
const onPast: Case[] = [past(), missing(nobody), { code: 2 }]
const hang = steps({ fault: 'hang' })

const skillText = (description: string) => `---\nname: greet\ndescription: ${description}\n---\n\nSay hello.\n`
const skill = async ({ put }: Room) => dirname(await put('greet/SKILL.md', skillText('Greets.')))
const installedSkill = async (room: Room) => {
  const source = await skill(room)
  await room.carrel('skills', 'install', source, '--yes')
  return source
}
const broken = async ({ put }: Room) => dirname(await put('broken/SKILL.md', 'no front matter'))
const damage = async ({ home }: Room) => await appendFile(join(home, 'sessions', 'past.jsonl'), 'no record\n')
const damagedPast: Case = {
  code: 6,
  given: async (room) => {
    await damage(room)
    return ['past']
  },
}
const there = async ({ put }: Room) => ['--out', await put('there', 'mine')]
const log = async ({ put }: Room) => await put('logs/rollout.jsonl', await readFile(sample('codex/rollback')))
const mounted = async (room: Room) => {
  const path = dirname(await log(room))
  await room.carrel('logs', 'mount', path)
  return [path]
}
const wrote: Scenario = {
  turns: [
    {
      match: { nth: 1 },
      steps: [{ tool_calls: [{ name: 'write_file', arguments: { path: 'a.txt', content: 'b\n' } }] }, { done: 'stop' }],
    },
    { steps: [{ content: 'Done.' }, { done: 'stop' }] },
  ],
}
const changedFile = async (room: Room) => {
  await room.put('project/a.txt', 'a\n')
  const project = join(room.folder, 'project')
  const code = await runTerminal({
    arguments: ['--home', room.home, '--host', room.server.url, 'run', '--workspace', project, 'x'],
  })
  expect(code.code).toBe(0)
}
const changedSince = async (room: Room) => await room.put('project/a.txt', 'mine\n')
const withRule = async ({ put, folder }: Room) => {
  const shown = {
    id: 'r1',
    tool: 'run_command',
    pattern: 'ls',
    decision: 'allow',
    scope: 'folder',
    folder,
    sessionId: null,
  }
  const used = {
    createdAt: header['ts'],
    lastUsedAt: null,
    lastMatches: [],
    uses: 0,
    covers: 'exact',
    policyVersion: 1,
  }
  await put('home/rules.json', JSON.stringify({ rules: [{ ...shown, ...used }] }))
  return ['r1']
}
const backedUp = async ({ folder, carrel }: Room) => {
  await carrel('backup', join(folder, 'backup.zip'))
  return join(folder, 'backup.zip')
}
const spoiled = async (path: string) => {
  const bytes = await readFile(path)
  const name = bytes.indexOf('past.jsonl')
  // The first byte of its content.
  const at = name + 'past.jsonl'.length + bytes.readUInt16LE(name - 'sessions/'.length - 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  await writeFile(path, bytes)
  return path
}
const line = (raw: string) => `${JSON.stringify({ id: 1, raw, done_reason: 'stop' })}\n`
const asking: Scenario = {
  turns: [{ steps: [{ tool_calls: [{ name: 'look_up', arguments: { word: 'carrel' } }] }, { done: 'stop' }] }],
}
const done = { done: 'stop' as const }
/** A model that can do what it is asked in its test. */
const able: Scenario = {
  turns: [
    {
      match: { contains: 'Count' },
      steps: [{ content: 'one two three four five', chunk: 'token', delayMs: 30 }, done],
    },
    { match: { contains: 'Which number' }, steps: [{ content: '47' }, done] },
    { match: { hasTools: true }, steps: asking.turns[0]?.steps ?? [] },
    { steps: [{ content: '<tool_call>{"name": "look_up", "arguments": {"word": "carrel"}}</tool_call>' }, done] },
  ],
}
const cutAnswer = steps({ content: 'half' }, { done: 'length' })
const long = async ({ home }: Room) => {
  const said = 'so it is said of fish. '.repeat(100)
  const entries = [1, 2, 3].flatMap((nth) => [
    message(`q${nth}`, nth === 1 ? null : `a${nth - 1}`, { content: `Question ${nth}: ${said}` }),
    message(`a${nth}`, `q${nth}`, { role: 'assistant', content: `Answer ${nth}: ${said}`, stop: 'stop' }),
  ])
  await writeFile(join(home, 'sessions', 'past.jsonl'), toBytes({ ...header, id: 'past' }, ...entries))
  return ['past']
}
const unanswered = async (room: Room, words: string[]) => {
  await away(room)
  return words
}

const every: Record<JsonCommand, Case[]> = {
  version: [{ code: 0 }],
  run: [
    { code: 0, given: () => ['Hello'], scenario: steps({ thinking: 'Hm' }, { content: 'Hi' }, { done: 'stop' }) },
    { code: 0, scenario: wrote, given: async ({ put }) => ['--workspace', dirname(await put('p/a.txt', 'a')), 'x'] },
    missing('--session', nobody, 'x'),
    { code: 2 },
    { code: 3, given: (room) => unanswered(room, ['x']) },
    { code: 4, given: () => ['--workspace', '/', 'x'] },
    { code: 5, given: () => ['x'], scenario: cutAnswer },
    { code: 130, given: () => ['x'], scenario: hang, isInterrupted: true },
  ],
  undo: [
    {
      code: 0,
      scenario: wrote,
      given: async (room) => {
        await changedFile(room)
        return ['--list']
      },
    },
    {
      code: 0,
      scenario: wrote,
      given: async (room) => {
        await changedFile(room)
        return []
      },
    },
    { code: 1 },
    { code: 2, given: () => ['../x'] },
    {
      code: 4,
      scenario: wrote,
      given: async (room) => {
        await changedFile(room)
        await changedSince(room)
        return []
      },
    },
  ],
  redo: [
    {
      code: 0,
      scenario: wrote,
      given: async (room) => {
        await changedFile(room)
        await room.carrel('undo')
        return []
      },
    },
    { code: 1 },
    { code: 2, given: () => ['../x'] },
    {
      code: 4,
      scenario: wrote,
      given: async (room) => {
        await changedFile(room)
        await room.carrel('undo')
        await changedSince(room)
        return []
      },
    },
  ],
  'sessions list': [{ code: 0, given: () => ['--all'] }, wrong],
  'sessions show': [...onPast, past('--all-branches'), damagedPast],
  'sessions search': [{ code: 0, given: () => ['fish'] }, { code: 0, given: () => ['absent'] }, { code: 2 }],
  'sessions archive': onPast,
  'sessions restore': [
    {
      code: 0,
      given: async ({ carrel }) => {
        await carrel('sessions', 'archive', 'past')
        return ['past']
      },
    },
    missing(nobody),
    { code: 2 },
  ],
  'sessions pin': onPast,
  'sessions unpin': onPast,
  'sessions delete': [...onPast, past('--permanently')],
  'sessions rename': [past('Trout'), missing(nobody, 'Trout'), { code: 2 }],
  'sessions retitle': [
    { code: 0, given: () => ['past'], scenario: steps({ content: 'Of trout' }, { done: 'stop' }) },
    missing(nobody),
    { code: 2 },
    { code: 3, given: (room) => unanswered(room, ['past']) },
    { code: 130, given: () => ['past'], scenario: hang, isInterrupted: true },
  ],
  'sessions compact': [
    { code: 0, given: long, scenario: steps({ content: 'Of fish.' }, { done: 'stop' }) },
    missing(nobody),
    { code: 2 },
    { code: 3, given: async (room) => unanswered(room, await long(room)) },
    { code: 130, given: long, scenario: hang, isInterrupted: true },
  ],
  'sessions fork': [...onPast, past('--at', 'q1')],
  'sessions repair': [...onPast, damagedPast],
  'sessions replay': [
    { code: 0, given: () => ['past', '--model', gemma.name], scenario: steps({ content: 'Cod.' }, { done: 'stop' }) },
    missing(nobody, '--model', gemma.name),
    { code: 2, given: () => ['past'] },
    { code: 3, given: (room) => unanswered(room, ['past', '--model', gemma.name]) },
    { code: 5, given: () => ['past', '--model', gemma.name], scenario: cutAnswer },
    { code: 130, given: () => ['past', '--model', gemma.name], scenario: hang, isInterrupted: true },
  ],
  'sessions export': [
    { code: 0, given: ({ folder }) => ['past', '--out', join(folder, 'past.md')] },
    { code: 0, given: () => ['past'], isRaw: true },
    missing(nobody),
    { code: 2 },
    { code: 4, given: async (room) => ['past', ...(await there(room))] },
  ],
  'sessions import': [
    { code: 0, given: async (room) => [await log(room)] },
    { code: 1, given: ({ folder }) => [join(folder, nobody)] },
    { code: 2 },
    // Among them is one of a newer Carrel.
    { code: 4, given: () => [samples] },
  ],
  'logs list': [{ code: 0 }, { code: 0, given: async (room) => (await mounted(room)).slice(1) }, wrong],
  'logs mount': [
    { code: 0, given: async (room) => [dirname(await log(room))] },
    { code: 1, given: ({ folder }) => [join(folder, nobody)] },
    { code: 2 },
  ],
  'logs unmount': [{ code: 0, given: mounted }, { code: 1, given: ({ folder }) => [folder] }, { code: 2 }],
  'trash list': [
    {
      code: 0,
      given: async ({ carrel }) => {
        await carrel('sessions', 'delete', 'past')
        return []
      },
    },
    wrong,
  ],
  'trash restore': [
    {
      code: 0,
      given: async ({ carrel }) => {
        await carrel('sessions', 'delete', 'past')
        return ['past']
      },
    },
    missing(nobody),
    { code: 2 },
  ],
  'trash empty': [{ code: 0 }, { code: 2, given: () => ['past'] }],
  'skills list': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return []
      },
    },
    { code: 2, given: () => ['more'] },
  ],
  'skills show': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return ['greet']
      },
    },
    missing(nobody),
    { code: 2 },
  ],
  'skills validate': [
    { code: 0, given: async (room) => [await skill(room)] },
    { code: 1, given: async (room) => [await broken(room)] },
    { code: 2 },
  ],
  'skills enable': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return ['greet']
      },
    },
    missing(nobody),
    { code: 2 },
    {
      code: 4,
      given: async ({ put }) => {
        await put('home/skills/broken/SKILL.md', 'no front matter')
        return ['broken']
      },
    },
  ],
  'skills disable': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return ['greet']
      },
    },
    missing(nobody),
    { code: 2 },
  ],
  'skills inspect': [
    { code: 0, given: async (room) => [await skill(room)] },
    { code: 1, given: async (room) => [await broken(room)] },
    { code: 2 },
  ],
  'skills install': [
    { code: 0, given: async (room) => [await skill(room), '--yes'] },
    { code: 0, given: async (room) => [await installedSkill(room), '--yes'] },
    { code: 1, given: async (room) => [await broken(room), '--yes'] },
    // Nobody can be asked.
    { code: 2, given: async (room) => [await skill(room)] },
  ],
  'skills update': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        await room.put('greet/SKILL.md', skillText('Greets better.'))
        return ['greet', '--yes']
      },
    },
    missing(nobody, '--yes'),
    { code: 2 },
    // A yes that was said before does not count for what was changed by hand.
    {
      code: 4,
      given: async (room) => {
        await installedSkill(room)
        await room.put('greet/SKILL.md', skillText('Greets better.'))
        await room.put('home/skills/greet/SKILL.md', skillText('Greets as I like.'))
        return ['greet', '--yes']
      },
    },
  ],
  'skills remove': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return ['greet']
      },
    },
    missing(nobody),
    { code: 2 },
  ],
  'skills restore': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        return [String((await room.carrel('skills', 'remove', 'greet'))['trashId'])]
      },
    },
    missing('20261122080000-00000000'),
    { code: 2 },
  ],
  'skills trash': [
    {
      code: 0,
      given: async (room) => {
        await installedSkill(room)
        await room.carrel('skills', 'remove', 'greet')
        return []
      },
    },
    { code: 2, given: () => ['more'] },
  ],
  'models list': [{ code: 0 }, { code: 2, given: () => ['more'] }, { code: 3, given: (room) => unanswered(room, []) }],
  'models show': [{ code: 0, given: () => [gemma.name] }, { code: 2 }, { code: 3, given: () => ['nobody:1b'] }],
  'models pull': [
    { code: 0, given: () => [smol.name] },
    {
      code: 1,
      given: ({ server }) => {
        server.setFault('/api/pull', { pullError: 'write: no space left on device' })
        return [smol.name]
      },
    },
    { code: 2 },
    { code: 3, given: () => ['nobody:knows'] },
    { code: 3, given: (room) => unanswered(room, [smol.name]) },
    {
      code: 130,
      given: ({ server }) => {
        server.setFault('/api/pull', 'pullStall', 1)
        return [smol.name]
      },
      isInterrupted: true,
    },
  ],
  'models remove': [
    { code: 0, given: () => [gemma.name] },
    { code: 2 },
    { code: 3, given: () => ['nobody:1b'] },
    { code: 3, given: (room) => unanswered(room, [gemma.name]) },
  ],
  'models unload': [
    { code: 0, given: () => [gemma.name] },
    { code: 2 },
    { code: 3, given: (room) => unanswered(room, [gemma.name]) },
  ],
  'models test': [
    { code: 0, given: () => [gemma.name], scenario: able },
    { code: 1, given: () => [gemma.name], scenario: asking },
    { code: 2 },
    { code: 3, given: (room) => unanswered(room, [gemma.name]) },
    { code: 130, given: () => [gemma.name], scenario: hang, isInterrupted: true },
  ],
  'rules list': [{ code: 0, given: async (room) => (await withRule(room)).slice(1) }, wrong],
  'rules revoke': [{ code: 0, given: withRule }, missing(nobody), { code: 2 }],
  'settings get': [{ code: 0 }, { code: 0, given: () => ['rounds'] }, { code: 2, given: () => ['colour'] }],
  'settings set': [
    { code: 0, given: () => ['rounds', '30'] },
    { code: 0, given: () => ['commandsWithoutSandbox', 'true', '--yes'] },
    // Nobody can be asked.
    { code: 2, given: () => ['commandsWithoutSandbox', 'true'] },
    { code: 4, given: () => ['visibleFolders', '{"added":["/etc"],"hidden":[]}', '--yes'] },
  ],
  ledger: [
    { code: 0 },
    { code: 0, given: ({ folder }) => ['--out', join(folder, 'ledger.csv')] },
    { code: 2, given: () => ['--since', 'yesterday'] },
    { code: 4, given: there },
  ],
  'index status': [{ code: 0 }, { code: 2, given: () => ['more'] }],
  'index rebuild': [{ code: 0 }, { code: 2, given: () => ['more'] }],
  backup: [
    { code: 0, given: ({ folder }) => [join(folder, 'backup.zip')] },
    { code: 2 },
    { code: 4, given: async ({ put }) => [await put('there.zip', 'mine')] },
    {
      code: 6,
      given: async ({ folder, put }) => {
        await put('home/skills/notes/a\\b', 'x')
        return [join(folder, 'backup.zip')]
      },
    },
  ],
  'restore-backup': [
    { code: 0, given: async (room) => [await backedUp(room)] },
    { code: 1, given: ({ folder }) => [join(folder, nobody)] },
    { code: 2, given: async ({ put }) => [await put('backup.zip', 'no archive')] },
    { code: 6, given: async (room) => [await spoiled(await backedUp(room))] },
  ],
  'toolcalls parse': [
    { code: 0, input: line('Hello <tool_call>{"name": "get_time", "arguments": {}}</tool_call>') },
    {
      code: 0,
      input: line('<tool_call>{"name": "get_time", "arguments": {}}</tool_call>'),
      given: async ({ put }) => ['--tools', await put('tools.json', '[{"name": "get_time"}]')],
    },
    { code: 1, input: line('x'), given: () => ['--tools', '/nowhere.json'] },
    { code: 2, input: 'no json\n' },
  ],
  serve: [
    {
      code: 0,
      given: () => ['--stdio'],
      input: `${JSON.stringify({ type: 'call', id: '1', channel: 'app.state' })}\nno\n`,
    },
    { code: 2 },
  ],
  doctor: [
    { code: 0 },
    { code: 1, given: (room) => unanswered(room, []) },
    wrong,
    {
      code: 6,
      given: async (room) => {
        await damage(room)
        return []
      },
    },
  ],
}

const wordsOf = (command: string) => (command === 'version' ? ['--version'] : command.split(' '))

async function roomFor(scenario: Scenario | undefined): Promise<Room> {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  const server = await fakeServer({ ...(scenario && { scenario }), pull: { steps: 3, stepMs: 1 } })
  const put: Room['put'] = async (path, content) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    return join(folder, path)
  }
  await put(
    'home/sessions/past.jsonl',
    toBytes(
      { ...header, id: 'past' },
      message('q1', null, { content: 'Name a fish' }),
      message('a1', 'q1', { role: 'assistant', content: 'Trout.', stop: 'stop' }),
    ),
  )
  return {
    folder,
    home,
    server,
    put,
    async carrel(...words) {
      const ended = await runTerminal({ arguments: ['--home', home, '--host', server.url, '--json', ...words] })
      expect([words, ended.code, ended.error]).toEqual([words, 0, ended.error])
      return Object(ended.json())
    },
  }
}

const schemaOf = async (name: string) =>
  z.fromJSONSchema(JSON.parse(await readFile(join(schemas, schemaName(name)), 'utf8')))

/** It keeps the schema as it is published, and there is nothing in it that the schema does not name. */
async function expectShape(command: JsonCommand, value: unknown): Promise<void> {
  const isFailure = Object.keys(Object(value)).join() === 'error'
  const shape = isFailure ? failed : commandJson[command].shape
  const known: unknown = shape.parse(value)
  expect(known).toEqual(value)
  expect((await schemaOf(isFailure ? 'failure' : command)).safeParse(value).error).toBeUndefined()
}

test('the manual says of each command with which codes it exits, and these are tested', () => {
  const pages = Object.entries(manual).filter(([name]) => name !== 'completion' && name !== 'help')
  // In serve.test.ts: when the owner of the data folder goes.
  const elsewhere: Record<string, number[]> = { serve: [3] }
  const said = pages.map(([name, { exits }]) => [name, [...exits]])
  const tested = pages.map(([name]) => {
    const codes = Object.entries(every).flatMap(([command, cases]) => (command === name ? cases : []))
    const all = [...codes.map(({ code }) => code), ...(elsewhere[name] ?? [])]
    return [name, [...new Set(all)].filter((code) => code !== 130).sort()]
  })
  expect(tested).toEqual(said)
  expect(Object.keys(every).filter((name) => !Object.hasOwn(manual, name))).toEqual(['version'])
})

describe('every command', () => {
  beforeAll(buildTerminal)

  const table = Object.entries(every).flatMap(([command, cases]) =>
    cases.map((one, index) => ({ ...one, command: command as JsonCommand, index })),
  )
  test.each(table)('carrel $command exits $code, $index', async ({ command, code, given, scenario, input, ...how }) => {
    const room = await roomFor(scenario)
    const isIndexed = command.startsWith('index ') || command === 'sessions search'
    const words = [...wordsOf(command), ...((await given?.(room)) ?? [])]
    const running = startTerminal({
      arguments: ['--home', room.home, '--host', room.server.url, '--json', ...words],
      cwd: room.folder,
      ...(isIndexed && { program: indexed }),
      environment: { HOME: join(room.folder, 'person') },
      ...(input !== undefined && { input }),
    })
    if (how.isInterrupted) {
      await room.server.waitForRequest(({ path }) => path === '/api/chat' || path === '/api/pull')
      running.child.kill('SIGINT')
    }
    const ended = await running.ended
    expect([ended.code, ended.error, ended.out]).toEqual([code, ended.error, ended.out])
    if (how.isRaw) return
    const isLines = commandJson[command].form === 'lines'
    const values = isLines ? ended.lines() : ended.out === '' ? [] : [ended.json()]
    // Bad lines are skipped and named on standard error; everything else has something to say.
    if (command !== 'toolcalls parse') expect(values.length).toBeGreaterThan(0)
    for (const value of values) await expectShape(command, value)
  })
})
