// A past session on another model: its tools are answered from the log, and nothing is ever run.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { createReplayLog } from '../../electron/services/sessions/replay-log.ts'
import { pairsFrom } from '../../electron/services/sessions/replay-pairs.ts'
import { pairsAtOnce } from '../../shared/limits.ts'
import { notInLog, replayWords } from '../../shared/messages/replay.ts'
import type { PairSide, ReplayState } from '../../shared/replay.ts'
import { unknownRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { activePath } from '../../shared/session-tree.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { gemma, qwen, type Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header as anyHeader, toBytes as bytesOf, message as line, linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
let project: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(join(home, 'sessions'), { recursive: true })
  await mkdir(project)
})

const header = (id: string) => ({ ...anyHeader, id })
const message = (id: string, parentId: string | null, role: string, content: string) =>
  line(id, parentId, { role, content })
const toBytes = (lines: Parameters<typeof bytesOf>) => bytesOf(...lines)

const calls = (...made: [id: string, name: string, given: Record<string, unknown>][]) => ({
  toolCalls: made.map(([id, name, given]) => ({ id, name, arguments: given })),
  stop: 'tool_calls',
})
const result = (id: string, parentId: string, callId: string, name: string, content: string) => ({
  ...message(id, parentId, 'tool', content),
  callId,
  name,
  isError: false,
  ms: 1,
})

/** Two questions: the first wrote a file and ran a command, the second looked. */
async function writePast(workspace: string | null, id = 'past'): Promise<void> {
  const touch = { command: `touch ${project}/ran` }
  await writeFile(
    join(home, 'sessions', `${id}.jsonl`),
    toBytes([
      { ...header(id), workspace },
      message('q1', null, 'user', 'Write it'),
      {
        ...message('a1', 'q1', 'assistant', ''),
        ...calls(['c1', 'write_file', { path: 'a.txt', content: 'new' }], ['c2', 'run_command', touch]),
      },
      result('t1', 'a1', 'c1', 'write_file', 'wrote a.txt as it was then'),
      result('t2', 't1', 'c2', 'run_command', 'ran as it was then'),
      message('a2', 't2', 'assistant', 'Done then.'),
      message('q2', 'a2', 'user', 'Look again'),
      { ...message('a3', 'q2', 'assistant', ''), ...calls(['c3', 'read_file', { path: 'a.txt' }]) },
      result('t3', 'a3', 'c3', 'read_file', 'first look'),
      { ...message('a4', 't3', 'assistant', ''), ...calls(['c4', 'write_file', { path: 'b.txt', content: 'b' }]) },
      result('t4', 'a4', 'c4', 'write_file', 'wrote b.txt'),
      { ...message('a5', 't4', 'assistant', ''), ...calls(['c5', 'read_file', { path: 'a.txt' }]) },
      result('t5', 'a5', 'c5', 'read_file', 'second look'),
      message('a6', 't5', 'assistant', 'Seen then.'),
    ]),
  )
}

const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
const turn = (nth: number, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { nth },
  steps: [...steps, { done: 'stop' as const }],
})

async function boot(scenario: Scenario) {
  const server = await fakeServer({ scenario, models: [gemma, qwen] })
  const carrel = await bootCarrel({ home, host: server.url })
  const told: (ReplayState & { sessionId: string })[] = []
  let wake = () => {}
  carrel.bridge.on('replay.changed', (state) => {
    told.push(state)
    wake()
  })
  const over = async () => {
    while (told.at(-1)?.isGoingOn !== false) await new Promise<void>((resolve) => (wake = resolve))
    return told.at(-1)
  }
  return { carrel, server, told, over }
}

test('nothing is run: a write and a command are answered from the log, the rest hears that it is not there', async () => {
  await writePast(project)
  await writeFile(join(project, 'a.txt'), 'untouched')
  const pastBytes = await readFile(join(home, 'sessions', 'past.jsonl'))
  const { carrel, server, over } = await boot({
    turns: [
      turn(
        1,
        call('write_file', { content: 'new', path: 'a.txt' }),
        call('run_command', { command: `touch ${project}/ran` }),
      ),
      turn(
        2,
        call('write_file', { path: 'c.txt', content: 'other' }),
        call('run_command', { command: `touch ${project}/other` }),
      ),
      turn(3, { content: 'Done now.' }),
      turn(4, call('read_file', { path: 'a.txt' })),
      turn(5, call('write_file', { path: 'b.txt', content: 'b' })),
      turn(6, call('read_file', { path: 'a.txt' })),
      turn(7, { content: 'Seen now.' }),
    ],
  })
  const begun = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: 'qwen3:0.6b' }))
  expect(begun.questions).toBe(2)
  expect(await over()).toMatchObject({ asked: 2, of: 2, calls: 7, found: 5, model: 'qwen3:0.6b' })

  expect(await readdir(project)).toEqual(['a.txt'])
  expect(await readFile(join(project, 'a.txt'), 'utf8')).toBe('untouched')
  expect(await readFile(join(home, 'sessions', 'past.jsonl'))).toEqual(pastBytes)
  const lines = await linesOf(join(home, 'sessions', `${begun.sessionId}.jsonl`))
  expect(lines.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual([
    'wrote a.txt as it was then',
    'ran as it was then',
    notInLog,
    notInLog,
    'first look',
    'wrote b.txt',
    'second look',
  ])
  expect(lines.filter(({ type }) => type === 'approval')).toEqual([])
  expect(lines[0]).toMatchObject({
    workspace: null,
    parentSession: 'past',
    forkedAt: 'a6',
    replayOf: { model: 'qwen3:0.6b' },
  })
  for (const line of lines) expect(writtenRecord.safeParse(line).error).toBeUndefined()
  expect(lines.filter(({ role, model }) => role === 'assistant' && model !== 'qwen3:0.6b')).toEqual([])
  expect(await readdir(join(home, 'checkpoints')).catch(() => [])).toEqual([])
  expect(
    answered(await carrel.bridge.call('ledger.list', {})).entries.filter(
      ({ sessionId }) => sessionId === begun.sessionId,
    ),
  ).toEqual([])
  expect(server.chatRequests()).toHaveLength(7)

  const opened = answered(await carrel.bridge.call('sessions.open', { sessionId: begun.sessionId }))
  expect(opened).toMatchObject({
    origin: { sessionId: 'past' },
    replay: { asked: 2, of: 2, calls: 7, found: 5, isGoingOn: false },
    session: { replayOf: 'past', workspace: null },
  })
})

test('both answers to each question stand side by side, with what only one of them called', async () => {
  await writePast(null)
  const { carrel, over } = await boot({
    turns: [
      turn(1, call('write_file', { content: 'new', path: 'a.txt' }), call('run_command', { command: 'date' })),
      turn(2, { content: 'Done now.' }),
      turn(3, { content: 'Nothing to see.' }),
      { steps: [{ content: 'By hand.' }, { done: 'stop' }] },
    ],
  })
  const { sessionId } = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: qwen.name }))
  await over()
  // What goes on in either of them later: one more question, each of its own.
  for (const [id, text] of [
    [sessionId, 'And now?'],
    ['past', 'Elsewhere'],
  ] as const) {
    const wish = { sessionId: id, text, model: qwen.name, think: null, workspace: null, host: null }
    const { runId } = answered(await carrel.bridge.call('terminal.send', { ...wish, allow: [] }))
    await carrel.runEnd(runId)
  }
  const { of, differing, pairs } = answered(await carrel.bridge.call('sessions.replayPairs', { sessionId, from: 0 }))
  expect([of, differing]).toEqual([3, [0, 1]])
  const made = (side: PairSide | null | undefined) => side?.calls.map(({ name, mark }) => [name, mark])
  expect(pairs.map(({ question, original, replay }) => [question, original?.text, replay?.text])).toEqual([
    ['Write it', 'Done then.', 'Done now.'],
    ['Look again', 'Seen then.', 'Nothing to see.'],
    ['And now?', undefined, 'By hand.'],
  ])
  expect(made(pairs[0]?.original)).toEqual([
    ['write_file', 'same'],
    ['run_command', 'not-made'],
  ])
  expect(made(pairs[0]?.replay)).toEqual([
    ['write_file', 'same'],
    ['run_command', 'not-in-log'],
  ])
  expect(made(pairs[1]?.original)).toEqual([
    ['read_file', 'not-made'],
    ['write_file', 'not-made'],
    ['read_file', 'not-made'],
  ])
  expect(pairs[0]?.replay).toMatchObject({ model: qwen.name, leftOut: 0, error: null })
  expect(pairs[0]?.replay?.tokens).toBeGreaterThan(0)

  expect(refused(await carrel.bridge.call('sessions.replayPairs', { sessionId: 'past', from: 0 })).message).toBe(
    replayWords.isNone,
  )
  answered(await carrel.bridge.call('sessions.delete', { sessionId: 'past' }))
  expect(refused(await carrel.bridge.call('sessions.replayPairs', { sessionId, from: 0 })).code).toBe('not-found')
})

test('whatever was asked in both: each question stands once, in its order, beside the same one, and every page has its own', () => {
  const said = (prefix: string, texts: readonly string[]) =>
    texts
      .flatMap((text, index) => [
        message(`${prefix}q${index}`, index === 0 ? null : `${prefix}a${index - 1}`, 'user', text),
        message(`${prefix}a${index}`, `${prefix}q${index}`, 'assistant', `to ${text}`),
      ])
      .map((record) => unknownRecord.parse(record))
  const texts = fc.array(
    fc.nat(60).map((number) => `ask ${number}`),
    { maxLength: 50 },
  )
  fc.assert(
    fc.property(texts, texts, fc.boolean(), (one, other, isSame) => {
      const replayed = isSame ? [...one.slice(0, other.length), ...other.slice(0, 2)] : other
      const read = (from: number) => pairsFrom(said('o', one), said('r', replayed), from)
      const { of } = read(0)
      const pages = Array.from({ length: Math.ceil(of / pairsAtOnce) }, (_, page) => read(page * pairsAtOnce))
      const pairs = pages.flatMap((page) => page.pairs)
      expect(pairs).toHaveLength(of)
      expect(pairs.flatMap(({ original: side }) => side?.text ?? [])).toEqual(one.map((text) => `to ${text}`))
      expect(pairs.flatMap(({ replay: side }) => side?.text ?? [])).toEqual(replayed.map((text) => `to ${text}`))
      const together = pairs.filter(({ original, replay }) => original && replay).length
      if (isSame) expect(together).toBeGreaterThanOrEqual(Math.min(one.length, other.length))
      for (const { question, original, replay } of pairs) {
        for (const side of [original, replay]) expect(side?.text ?? `to ${question}`).toBe(`to ${question}`)
      }
    }),
  )
})

test('a question asked by hand in a replay runs nothing either', async () => {
  await writePast(project)
  const { carrel, over } = await boot({
    turns: [
      turn(1, { content: 'One.' }),
      turn(2, { content: 'Two.' }),
      turn(
        3,
        call('run_command', { command: `touch ${project}/ran` }),
        call('write_file', { path: 'x', content: 'x' }),
      ),
      { steps: [{ content: 'Three.' }, { done: 'stop' }] },
    ],
  })
  const { sessionId } = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: gemma.name }))
  await over()
  const wish = {
    sessionId,
    text: 'And now?',
    model: null,
    think: null,
    workspace: project,
    mode: 'trusted' as const,
    host: null,
  }
  const { runId } = answered(await carrel.bridge.call('terminal.send', { ...wish, allow: ['execute', 'write'] }))
  await carrel.runEnd(runId)
  expect(await readdir(project)).toEqual([])
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  expect(lines.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual([
    'ran as it was then',
    notInLog,
  ])
})

test('stopped, what is there stays, no question follows, and nobody else asks meanwhile', async () => {
  await writePast(null)
  const { carrel, server, told, over } = await boot({
    turns: [{ steps: [{ content: 'It begins' }, { delayMs: 600_000 }, { done: 'stop' }] }],
  })
  const arrived = new Promise<void>((resolve) => carrel.bridge.on('run.frame', () => resolve()))
  const { sessionId } = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: gemma.name }))
  await arrived
  const other = { sessionId, text: 'Me too', isCorrection: false }
  expect(refused(await carrel.bridge.call('queue.add', other)).message).toBe(replayWords.goingOn)
  expect(told.at(-1)).toMatchObject({ asked: 0, of: 2, isGoingOn: true })
  expect(answered(await carrel.bridge.call('sessions.open', { sessionId })).replay).toMatchObject({ isGoingOn: true })
  answered(await carrel.bridge.call('chat.stop', { sessionId }))
  expect(await over()).toMatchObject({ asked: 1, of: 2 })
  const { entries } = answered(await carrel.bridge.call('sessions.open', { sessionId }))
  expect(entries).toMatchObject([{ content: 'Write it' }, { content: 'It begins', stop: 'cancelled' }])
  expect(server.chatRequests()).toHaveLength(1)
})

test('a model that is not there ends it with its sentence', async () => {
  await writePast(null)
  const { carrel, over } = await boot({ turns: [] })
  const { sessionId } = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: 'gone:1b' }))
  expect(await over()).toMatchObject({ asked: 1, of: 2 })
  const { entries } = answered(await carrel.bridge.call('sessions.open', { sessionId }))
  expect(entries.at(-1)).toMatchObject({ stop: 'error', error: { message: expect.stringContaining('gone:1b') } })
})

test('tools nothing is known of are told as they were called, and answered; a folder that is gone is no reason', async () => {
  await writeFile(
    join(home, 'sessions', 'foreign.jsonl'),
    toBytes([
      header('foreign'),
      message('q1', null, 'user', 'Look'),
      { ...message('a1', 'q1', 'assistant', ''), ...calls(['c1', 'Bash', { command: 'ls' }]) },
      result('t1', 'a1', 'c1', 'Bash', 'a.txt'),
      message('a2', 't1', 'assistant', 'There is a.txt.'),
    ]),
  )
  const { carrel, over, server } = await boot({
    turns: [turn(1, call('Bash', { command: 'ls' })), turn(2, { content: 'Yes.' })],
  })
  answered(await carrel.bridge.call('sessions.replay', { sessionId: 'foreign', model: gemma.name }))
  expect(await over()).toMatchObject({ calls: 1, found: 1 })
  const [request] = server.chatRequests()
  const { tools } = Object(request?.body) as { tools: { function: { name: string } }[] }
  expect(tools.map((one) => one.function.name)).toEqual(['Bash'])
})

test('refused: a session without a question, one that is not there, one in which an answer is being written', async () => {
  await writePast(null)
  await writeFile(join(home, 'sessions', 'empty.jsonl'), toBytes([header('empty')]))
  await writeFile(join(home, 'sessions', 'odd.jsonl'), 'no record\n')
  const { carrel } = await boot({ turns: [{ steps: [{ content: 'a' }, { delayMs: 600_000 }, { done: 'stop' }] }] })
  const replay = (sessionId: string) => carrel.bridge.call('sessions.replay', { sessionId, model: gemma.name })
  expect(refused(await replay('empty')).message).toBe(replayWords.noQuestions)
  expect(refused(await replay('odd')).code).toBe('damaged')
  expect(refused(await replay('nowhere')).code).toBe('not-found')
  answered(await carrel.bridge.call('chat.retry', { sessionId: 'past', model: null }))
  expect(refused(await replay('past')).message).toBe(replayWords.running)
  answered(await carrel.bridge.call('chat.stop', { sessionId: 'past' }))
  expect((await readdir(join(home, 'sessions'))).sort()).toEqual(['empty.jsonl', 'odd.jsonl', 'past.jsonl'])
})

test('damaged lines are left out: what can be read is asked and answered', async () => {
  await writePast(null)
  const file = join(home, 'sessions', 'past.jsonl')
  const text = await readFile(file, 'utf8')
  // The result of the first look is torn.
  await writeFile(file, text.replace(/^.*first look.*$/m, '{"type":"message","id":"t3","par'))
  const { carrel, over } = await boot({
    turns: [turn(1, { content: 'One.' }), turn(2, call('read_file', { path: 'a.txt' })), turn(3, { content: 'Two.' })],
  })
  const { sessionId } = answered(await carrel.bridge.call('sessions.replay', { sessionId: 'past', model: gemma.name }))
  await over()
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  expect(lines.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual(['second look'])
})

test('a call is found by its name and arguments in any order of keys, the n-th time with the n-th result, then the last', () => {
  const json = fc.jsonValue({ maxDepth: 3 })
  const given = fc.dictionary(fc.string(), json, { maxKeys: 4 })
  const made = fc.record({ name: fc.constantFrom('read', 'write'), args: given })
  fc.assert(
    fc.property(fc.array(made, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), made, (past, asks, other) => {
      const path = activePath(
        past.flatMap(({ name, args }, index) => {
          const before = index === 0 ? null : `t${index - 1}`
          return [
            { ...message(`a${index}`, before, 'assistant', ''), ...calls([`c${index}`, name, args]) },
            result(`t${index}`, `a${index}`, `c${index}`, name, String(index)),
          ].map((record) => unknownRecord.parse(record))
        }),
      )
      const log = createReplayLog(path, [])
      const same = (one: typeof other, two: typeof other) =>
        one.name === two.name && canonical(one.args) === canonical(two.args)
      const asked: (typeof other)[] = []
      for (const { name, args } of [...asks.flatMap((at) => past[at % Math.max(past.length, 1)] ?? []), other]) {
        const turned = Object.fromEntries(Object.entries(args).reverse())
        const matching = past.flatMap((one, index) => (same(one, { name, args }) ? [index] : []))
        const times = asked.filter((one) => same(one, { name, args })).length
        const expected = matching[Math.min(times, matching.length - 1)]
        expect(log.next(name, turned)?.id ?? null).toBe(expected === undefined ? null : `t${expected}`)
        asked.push({ name, args })
      }
    }),
  )
})

/** Another way to say what is the same than the one that is tried. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .sort()
    .join()}}`
}
