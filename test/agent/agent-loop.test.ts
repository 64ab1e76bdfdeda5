// The loop through the real driver over real HTTP: what is recorded, in which order, and what the model is shown.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AgentEvent, type NewEntry, type Outcome, runAgent } from '../../electron/agent/agent-loop.ts'
import { toModel } from '../../electron/agent/to-model.ts'
import type { Toolbox, ToolOutcome } from '../../electron/contracts.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import type { ToolEffect } from '../../shared/tool.ts'
import { openRoom } from '../models/room.ts'
import {
  assertGoodClient,
  assertGrowingPrompt,
  assertNoOrphanResults,
  assertResultsFollowCalls,
  assertStablePrefix,
  type FakeOllama,
  type Scenario,
  startFakeOllama,
} from '../support/fake-ollama.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

type Given = Record<string, unknown>
type Said = Pick<ToolOutcome, 'content' | 'isError'>
type Turn = Scenario['turns'][number]
const calls = (...made: [string, Given?][]) => ({
  tool_calls: made.map(([name, given]) => ({ name, arguments: given ?? {} })),
})
const turn = (nth: number, ...steps: Turn['steps']): Turn => ({ match: { nth }, steps: [...steps, { done: 'stop' }] })

/** Tools as a test needs them. Each says what was done, in order. */
function toolbox(
  tools: Record<string, { effect: ToolEffect; run?: (given: Given, signal: AbortSignal) => Promise<Said> }>,
) {
  const done: string[] = []
  const list = Object.keys(tools).map((name) => ({
    name,
    description: `Does ${name}.`,
    parameters: { type: 'object', properties: {} },
  }))
  const box: Toolbox = {
    list: () => list,
    effectOf: (name) => tools[name]?.effect ?? null,
    async run(name, given, signal) {
      const rest = { failure: null, full: null, detail: null, image: null }
      if (!tools[name]) return { ...rest, content: `There is no ${name}.`, isError: true }
      done.push(`${name} begins`)
      const said = await tools[name].run?.({ ...given }, signal)
      done.push(`${name} ends`)
      return { ...rest, ...(said ?? { content: `${name} ${JSON.stringify(given)}`, isError: false }) }
    },
  }
  return { box, done }
}

async function go(
  box: Toolbox,
  options: { rounds?: number; think?: 'off' | 'low'; signal?: AbortSignal; onRecord?: (entry: NewEntry) => void } = {},
) {
  const { models } = openRoom({ host: fake.url })
  const entries: NewEntry[] = []
  const told: AgentEvent[] = []
  const question: TreeRecord = { type: 'message', id: 'q', parentId: null, ts: null, role: 'user', content: 'Do it.' }
  const outcome: Outcome = await runAgent(
    {
      models,
      toolbox: box,
      async record(entry) {
        entries.push(entry)
        // As session-run completes it, it is a line of the format.
        const place = { id: `e${entries.length}`, parentId: 'q', ts: '2026-11-25T08:00:00.000Z' }
        const { full: _full, ...said } = { full: null, ...entry }
        const completed = { ...said, ...place, ...('role' in entry && entry.role === 'assistant' && { error: null }) }
        expect(writtenRecord.safeParse(completed).error?.issues).toBeUndefined()
        options.onRecord?.(entry)
        return { ...entry, id: `e${entries.length}`, parentId: 'x', ts: null } as TreeRecord
      },
      shorten: async () => undefined,
      tell: (event) => told.push(event),
    },
    {
      model: 'gemma4:e4b',
      numCtx: 16_384,
      path: [question],
      hidden: [],
      shortened: new Map(),
      think: options.think ?? 'off',
      sessionId: null,
      rounds: options.rounds ?? 25,
    },
    options.signal ?? new AbortController().signal,
  )
  const notices = told.flatMap((event) => (event.type === 'notice' ? [event.code] : []))
  return { outcome, entries, told, notices }
}

const kinds = (entries: readonly NewEntry[]) =>
  entries.map((entry) =>
    entry.type === 'tool_start' ? 'start' : entry.role === 'assistant' ? 'calls' : `result of ${entry.name}`,
  )
const results = (entries: readonly NewEntry[]) =>
  entries.flatMap((entry) => (entry.type === 'message' && entry.role === 'tool' ? [entry] : []))
const shown = (nth = -1): { role: string; content: string; thinking?: string }[] =>
  Object(fake.chatRequests().at(nth)?.body).messages

function assertSound() {
  assertGoodClient(fake.requests)
  assertResultsFollowCalls(fake.requests)
  assertNoOrphanResults(fake.requests)
}

describe('calls', () => {
  test('are recorded, started, done and answered before the model is asked again', async () => {
    fake.setScenario({
      turns: [
        turn(
          1,
          { thinking: 'Look first.' },
          { content: 'I look.' },
          calls(['look', { path: 'a' }], ['change', { path: 'b' }]),
        ),
        turn(2, { content: 'Done.' }),
      ],
    })
    const { box, done } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
    const { outcome, entries } = await go(box, { think: 'low' })
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.', error: null })
    expect(kinds(entries)).toEqual(['calls', 'start', 'result of look', 'result of change'])
    expect(entries[0]).toMatchObject({ content: 'I look.', thinking: 'Look first.', stop: 'tool_calls' })
    expect(results(entries).map(({ content, isError }) => [content, isError])).toEqual([
      ['look {"path":"a"}', false],
      ['change {"path":"b"}', false],
    ])
    expect(done).toEqual(['look begins', 'look ends', 'change begins', 'change ends'])
    expect(shown().map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool'])
    // Of this turn, so that the model knows why it called.
    expect(shown()[2]?.thinking).toBe('Look first.')
    assertSound()
  })

  test('looks run side by side, and their results are in the order of the calls', async () => {
    fake.setScenario({ turns: [turn(1, calls(['slow'], ['quick'])), turn(2, { content: 'Done.' })] })
    let release: () => void = () => undefined
    const isReleased = new Promise<void>((resolve) => {
      release = resolve
    })
    const { box, done } = toolbox({
      slow: {
        effect: 'read',
        async run() {
          await isReleased
          return { content: 'slow', isError: false }
        },
      },
      quick: {
        effect: 'read',
        async run() {
          release()
          return { content: 'quick', isError: false }
        },
      },
    })
    const { entries } = await go(box)
    expect(done.slice(0, 2)).toEqual(['slow begins', 'quick begins'])
    expect(results(entries).map(({ content }) => content)).toEqual(['slow', 'quick'])
  })

  test('a change waits for the looks before it, and a look for the change', async () => {
    fake.setScenario({
      turns: [turn(1, calls(['look', { n: 1 }], ['change'], ['look', { n: 2 }])), turn(2, { content: 'Done.' })],
    })
    const { box, done } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
    await go(box)
    expect(done).toEqual(['look begins', 'look ends', 'change begins', 'change ends', 'look begins', 'look ends'])
  })

  test('of unknown tools, and more than eight: answered without being run', async () => {
    const many = Array.from({ length: 10 }, (_, n): [string, Given] => ['look', { n }])
    fake.setScenario({
      turns: [turn(1, calls(['nothing', {}])), turn(2, calls(...many)), turn(3, { content: 'Done.' })],
    })
    const { box, done } = toolbox({ look: { effect: 'read' } })
    const { entries } = await go(box)
    const answers = results(entries)
    expect(answers).toHaveLength(11)
    expect(answers.slice(0, 1).map(({ content, isError, ms }) => [content, isError, ms])).toEqual([
      ['There is no nothing.', true, expect.any(Number)],
    ])
    expect(answers.slice(-2).map(({ content }) => content)).toEqual([toModel.tooMany(8), toModel.tooMany(8)])
    expect(done.filter((what) => what === 'look ends')).toHaveLength(8)
    assertSound()
  })

  test('what fails is told to the model, and what throws is a bug that ends the run', async () => {
    fake.setScenario({ turns: [turn(1, calls(['look'])), turn(2, { content: 'It failed.' })] })
    const failing = toolbox({ look: { effect: 'read', run: async () => ({ content: 'no such file', isError: true }) } })
    const { outcome } = await go(failing.box)
    expect(outcome.content).toBe('It failed.')
    expect(shown().at(-1)).toMatchObject({ role: 'tool', content: 'no such file' })
    fake.setScenario({ turns: [turn(1, calls(['look']))] })
    const broken = toolbox({
      look: {
        effect: 'read',
        run: async () => {
          throw new Error('a bug')
        },
      },
    })
    await expect(go(broken.box)).rejects.toThrow('a bug')
  })
})

describe('going round in circles', () => {
  test('the same call is not done again, and the fourth ends the turn with a sentence', async () => {
    fake.setScenario({ turns: [{ steps: [calls(['look', { path: 'a' }]), { done: 'stop' }] }] })
    const { box, done } = toolbox({ look: { effect: 'read' } })
    const { outcome, entries, notices } = await go(box)
    expect(done).toEqual(['look begins', 'look ends'])
    expect(results(entries).map(({ content }) => content)).toEqual([
      'look {"path":"a"}',
      ...Array(3).fill(toModel.repeated),
    ])
    expect(outcome).toMatchObject({ stop: 'limit', error: { code: 'limit', message: messages.failures.repeatedCall } })
    expect(notices).toEqual(['repeated_call'])
    assertSound()
  })

  test('a tool that fails three times in a row is asked about, and not called again', async () => {
    fake.setScenario({
      turns: [
        ...[1, 2, 3].map((n) => turn(n, calls(['look', { n }]))),
        {
          match: { hasTools: false, contains: toModel.stuck },
          steps: [{ content: 'It cannot be read.' }, { done: 'stop' }],
        },
      ],
    })
    const { box } = toolbox({ look: { effect: 'read', run: async () => ({ content: 'no', isError: true }) } })
    const { outcome } = await go(box)
    expect(outcome).toMatchObject({ stop: 'limit', content: 'It cannot be read.' })
  })

  test('after so many rounds one answer without tools closes the turn', async () => {
    const rounds = Array.from({ length: 5 }, (_, n) => turn(n + 1, calls(['look', { n }])))
    const close: Turn = {
      match: { hasTools: false, contains: toModel.close },
      steps: [{ content: 'So far.' }, { done: 'stop' }],
    }
    fake.setScenario({ turns: [...rounds, close] })
    const { box } = toolbox({ look: { effect: 'read' } })
    const { outcome, entries, notices } = await go(box, { rounds: 5 })
    expect(outcome).toMatchObject({ stop: 'limit', content: 'So far.', error: null })
    expect(results(entries)).toHaveLength(5)
    expect(notices).toEqual(['round_limit'])
    assertResultsFollowCalls(fake.requests)
  })

  test('twenty-five rounds: the prompt only grows, and what was shown stays as it was', async () => {
    const rounds = Array.from({ length: 24 }, (_, n) => turn(n + 1, calls(['look', { n }], ['change', { n }])))
    fake.setScenario({ turns: [...rounds, turn(25, { content: 'Done.' })] })
    const { box } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
    const { outcome, entries } = await go(box)
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.' })
    expect(results(entries)).toHaveLength(48)
    assertSound()
    assertStablePrefix(fake.requests)
    assertGrowingPrompt(fake.requests)
  })
})

describe('answers without a word', () => {
  test('are asked for once more with a nudge that is not recorded, and that is told', async () => {
    fake.setScenario({
      turns: [turn(1), { match: { contains: toModel.nudge }, steps: [{ content: 'Here.' }, { done: 'stop' }] }],
    })
    const { outcome, entries, notices } = await go(toolbox({}).box)
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Here.' })
    expect(entries).toEqual([])
    expect(notices).toEqual(['empty_turn'])
  })

  test('twice in a row is the end', async () => {
    fake.setScenario({ turns: [{ steps: [{ done: 'stop' }] }] })
    const { outcome } = await go(toolbox({}).box)
    expect(outcome).toMatchObject({ stop: 'stop', content: '' })
    expect(fake.chatRequests()).toHaveLength(2)
  })

  test('whose room was all thought away are asked for without thinking', async () => {
    fake.setScenario({
      turns: [
        { match: { think: true }, steps: [{ thinking: 'and so on' }, { done: 'length' }] },
        { match: { think: false }, steps: [{ content: 'Short.' }, { done: 'stop' }] },
      ],
    })
    const { outcome } = await go(toolbox({}).box, { think: 'low' })
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Short.' })
  })
})

describe('stopped', () => {
  test('while a tool is at work: every call has a result, and nothing more is asked', async () => {
    fake.setScenario({ turns: [turn(1, calls(['wait'], ['change']))] })
    const stop = new AbortController()
    const { box } = toolbox({
      wait: {
        effect: 'write',
        run: async (_, signal) => {
          stop.abort()
          await new Promise((resolve) => (signal.aborted ? resolve(null) : signal.addEventListener('abort', resolve)))
          return { content: 'stopped', isError: true }
        },
      },
      change: { effect: 'write' },
    })
    const { outcome, entries } = await go(box, { signal: stop.signal })
    expect(outcome).toMatchObject({ stop: 'cancelled', content: '' })
    expect(results(entries).map(({ content }) => content)).toEqual(['stopped', toModel.cancelled])
    expect(fake.chatRequests()).toHaveLength(1)
  })

  test('a tool that does not hear it is not waited for', async () => {
    fake.setScenario({ turns: [turn(1, calls(['deaf']))] })
    const stop = new AbortController()
    const { box } = toolbox({
      deaf: {
        effect: 'execute',
        run() {
          stop.abort()
          return new Promise(() => undefined)
        },
      },
    })
    const begun = performance.now()
    const { entries } = await go(box, { signal: stop.signal })
    expect(performance.now() - begun).toBeLessThan(1_500)
    expect(results(entries).map(({ content }) => content)).toEqual([toModel.cancelledUnknown])
  })

  test.each(['calls', 'start', 'result of look', 'result of change'])(
    'when %s has just been recorded',
    async (kind) => {
      fake.setScenario({ turns: [turn(1, calls(['look'], ['change'])), turn(2, { content: 'never' })] })
      const stop = new AbortController()
      const { box } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
      const onRecord = (entry: NewEntry) => kinds([entry])[0] === kind && stop.abort()
      const { outcome, entries } = await go(box, { signal: stop.signal, onRecord })
      expect(outcome.stop).toBe('cancelled')
      expect(results(entries)).toHaveLength(2)
      expect(fake.chatRequests()).toHaveLength(1)
    },
  )
})

test('an answer that was cut may have lost half of its calls: none is done', async () => {
  fake.setScenario({ turns: [{ steps: [{ content: 'I' }, calls(['change']), { done: 'length' }] }] })
  const { box, done } = toolbox({ change: { effect: 'write' } })
  const { outcome } = await go(box)
  expect([outcome.stop, done]).toEqual(['length', []])
})

test('a record that cannot be written ends the run before anything is done', async () => {
  fake.setScenario({ turns: [turn(1, calls(['change']))] })
  const { box, done } = toolbox({ change: { effect: 'write' } })
  const full = (entry: NewEntry) => {
    if (entry.type === 'tool_start') throw new Error('no room')
  }
  await expect(go(box, { onRecord: full })).rejects.toThrow('no room')
  expect(done).toEqual([])
})
