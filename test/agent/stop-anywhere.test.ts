// Stop at every point of the loop, in both dialects: it ends soon, what was called has its results, and what comes next can.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEntry } from '../../electron/agent/agent-loop.ts'
import { toModel } from '../../electron/agent/to-model.ts'
import type { DialectName } from '../../electron/contracts.ts'
import { openRoom } from '../models/room.ts'
import { type FakeOllama, type Fault, type Scenario, smol, startFakeOllama } from '../support/fake-ollama.ts'
import { calls, go, toolbox, turn } from './loop-room.ts'

/** Milliseconds from Stop to the end of the run. */
const soon = 300

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const asText = (...made: [string, object][]) => ({
  content: made
    .map(([name, given]) => `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`)
    .join('\n'),
  chunk: 'token' as const,
  delayMs: 1,
})

function scenario(dialect: DialectName): Scenario {
  const made: [string, Record<string, unknown>][][] = [
    [
      ['look', { n: 1 }],
      ['look', { n: 2 }],
      ['change', { n: 3 }],
      ['look', { n: 4 }],
    ],
    [['change', { n: 5 }]],
  ]
  const [first = [], second = []] = made
  const write = (list: [string, Record<string, unknown>][]) => (dialect === 'native' ? calls(...list) : asText(...list))
  return {
    turns: [
      turn(1, { thinking: 'I think.', delayMs: 1 }, { content: 'I look. ', chunk: 'char', delayMs: 1 }, write(first)),
      turn(2, write(second)),
      turn(3, { content: 'Done, all of it.', chunk: 'char', delayMs: 1 }),
    ],
  }
}

const tools = () =>
  toolbox({
    look: { effect: 'read' },
    change: { effect: 'write' },
  }).box

/** Every call that was recorded has one result, behind it and in order; a started one is among them. */
function assertWhole(entries: readonly NewEntry[]) {
  const called = entries.flatMap((entry) => ('toolCalls' in entry ? entry.toolCalls.map(({ id }) => id) : []))
  const answered = entries.flatMap((entry) => (entry.type === 'message' && entry.role === 'tool' ? [entry.callId] : []))
  expect(answered).toEqual(called)
}

async function stoppedAt(dialect: DialectName, point: number) {
  fake.setScenario(scenario(dialect))
  const controller = new AbortController()
  let seen = 0
  let abortedAt = 0
  const hit = () => {
    seen += 1
    if (seen !== point) return
    abortedAt = performance.now()
    controller.abort()
  }
  const { outcome, entries } = await go(fake, tools(), {
    dialect,
    think: 'low',
    signal: controller.signal,
    onRecord: hit,
    onTold: hit,
  })
  return { outcome, entries, points: seen, took: abortedAt === 0 ? null : performance.now() - abortedAt }
}

describe.each(['native', 'prompted'] as const)('stopped, %s', (dialect) => {
  test('at each thing that happens: it ends soon, and no call is without its result', {
    timeout: 120_000,
  }, async () => {
    const { points, outcome } = await stoppedAt(dialect, 0)
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done, all of it.' })
    expect(points).toBeGreaterThan(20)
    const slow: unknown[] = []
    for (let point = 1; point < points; point += 1) {
      const stopped = await stoppedAt(dialect, point)
      expect(stopped.outcome.stop, `at ${point}`).toBe('cancelled')
      expect(stopped.outcome.error).toBeNull()
      assertWhole(stopped.entries)
      // Once may be the machine's own slowness.
      if (Number(stopped.took) > soon)
        slow.push(Math.min(Number(stopped.took), Number((await stoppedAt(dialect, point)).took)))
    }
    expect(slow.filter((took) => Number(took) > soon)).toEqual([])
    // The server was left each time: the same model answers the next one.
    expect((await stoppedAt(dialect, 0)).outcome.content).toBe('Done, all of it.')
  })
})

describe('while nothing happens at all', () => {
  const hangs: [string, Scenario['turns'][number]['steps']][] = [
    ['before the first token', [{ fault: 'hang' }]],
    ['in the middle of thinking', [{ thinking: 'Hm' }, { fault: 'hang' }]],
    ['in the middle of words', [{ content: 'Well' }, { fault: 'hang' }]],
    ['while a call is written', [{ content: '<tool_call>\n{"name": "look", "arg' }, { fault: 'hang' }]],
    ['behind a call', [calls(['look', {}]), { fault: 'hang' }]],
  ]

  async function stopOnce(when: () => Promise<unknown>, run: (signal: AbortSignal) => ReturnType<typeof go>) {
    const controller = new AbortController()
    const running = run(controller.signal)
    await when()
    const begun = performance.now()
    controller.abort()
    const { outcome, entries } = await running
    expect(performance.now() - begun).toBeLessThan(soon)
    expect(outcome).toMatchObject({ stop: 'cancelled', error: null })
    assertWhole(entries)
    return outcome
  }

  test.each(hangs)('%s', async (name, steps) => {
    fake.setScenario({ turns: [{ steps }] })
    const dialect = name.includes('written') ? 'prompted' : 'native'
    let heard = () => {}
    const isHeard = new Promise<void>((resolve) => {
      heard = resolve
    })
    const isSilent = name.startsWith('before') || name.startsWith('behind')
    const outcome = await stopOnce(
      async () => {
        await fake.waitForRequest()
        if (!isSilent) await isHeard
      },
      (signal) =>
        go(fake, tools(), {
          dialect,
          think: 'low',
          signal,
          onTold: ({ type }) => (type === 'text' || type === 'thinking' || type === 'preparing') && heard(),
        }),
    )
    // What had come is kept, and nothing of a half call.
    expect(outcome.content + outcome.thinking).toBe(
      { 'in the middle of thinking': 'Hm', 'in the middle of words': 'Well' }[name] ?? '',
    )
  })

  test('in a tool that does not listen, which is told to have an unknown effect', async () => {
    fake.setScenario({ turns: [turn(1, calls(['change', {}]))] })
    let begun = () => {}
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const { box } = toolbox({
      change: {
        effect: 'write',
        run: () => {
          begun()
          return new Promise(() => undefined)
        },
      },
    })
    const entries: NewEntry[] = []
    await stopOnce(
      () => hasBegun,
      (signal) => go(fake, box, { signal, onRecord: (entry) => entries.push(entry) }),
    )
    expect(entries.at(-1)).toMatchObject({ role: 'tool', content: toModel.cancelledUnknown })
  })

  test.each(['/api/version', '/api/tags', '/api/show', '/api/ps'])(
    'while the server does not answer %s',
    async (path) => {
      fake.setFault(path, 'hang' satisfies Fault)
      const { models } = openRoom({ host: fake.url })
      const controller = new AbortController()
      const facts = models.describe(smol.name, controller.signal)
      const settled = facts.then(
        () => 'told',
        (thrown) => thrown.failure.code,
      )
      await fake.waitForRequest((request) => request.path === path)
      const begun = performance.now()
      controller.abort()
      expect(['told', 'cancelled']).toContain(await settled)
      expect(performance.now() - begun).toBeLessThan(soon)
    },
  )
})
