// The loop through the real driver over real HTTP: what is recorded, in which order, and what the model is shown.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEntry } from '../../electron/agent/agent-loop.ts'
import { toModel } from '../../electron/agent/to-model.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { TreeRecord } from '../../shared/session.ts'
import {
  assertGoodClient,
  assertGrowingPrompt,
  assertNoOrphanResults,
  assertResultsFollowCalls,
  assertStablePrefix,
  type FakeOllama,
  startFakeOllama,
} from '../support/fake-ollama.ts'
import { calls, type Given, go, kinds, results, shown, type Turn, toolbox, turn } from './loop-room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

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
    const { outcome, entries } = await go(fake, box, { think: 'low' })
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.', error: null })
    expect(kinds(entries)).toEqual(['calls', 'start', 'result of look', 'result of change'])
    expect(entries[0]).toMatchObject({ content: 'I look.', thinking: 'Look first.', stop: 'tool_calls' })
    expect(results(entries).map(({ content, isError }) => [content, isError])).toEqual([
      ['look {"path":"a"}', false],
      ['change {"path":"b"}', false],
    ])
    expect(done).toEqual(['look begins', 'look ends', 'change begins', 'change ends'])
    expect(shown(fake).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool'])
    // Of this turn, so that the model knows why it called.
    expect(shown(fake)[2]?.thinking).toBe('Look first.')
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
    const { entries } = await go(fake, box)
    expect(done.slice(0, 2)).toEqual(['slow begins', 'quick begins'])
    expect(results(entries).map(({ content }) => content)).toEqual(['slow', 'quick'])
  })

  test('a change waits for the looks before it, and a look for the change', async () => {
    fake.setScenario({
      turns: [turn(1, calls(['look', { n: 1 }], ['change'], ['look', { n: 2 }])), turn(2, { content: 'Done.' })],
    })
    const { box, done } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
    await go(fake, box)
    expect(done).toEqual(['look begins', 'look ends', 'change begins', 'change ends', 'look begins', 'look ends'])
  })

  test('of unknown tools, and more than eight: answered without being run', async () => {
    const many = Array.from({ length: 10 }, (_, n): [string, Given] => ['look', { n }])
    fake.setScenario({
      turns: [turn(1, calls(['nothing', {}])), turn(2, calls(...many)), turn(3, { content: 'Done.' })],
    })
    const { box, done } = toolbox({ look: { effect: 'read' } })
    const { entries } = await go(fake, box)
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
    const { outcome } = await go(fake, failing.box)
    expect(outcome.content).toBe('It failed.')
    expect(shown(fake).at(-1)).toMatchObject({ role: 'tool', content: 'no such file' })
    fake.setScenario({ turns: [turn(1, calls(['look']))] })
    const broken = toolbox({
      look: {
        effect: 'read',
        run: async () => {
          throw new Error('a bug')
        },
      },
    })
    await expect(go(fake, broken.box)).rejects.toThrow('a bug')
  })
})

describe('going round in circles', () => {
  test('the same call is not done again, and the fourth ends the turn with a sentence', async () => {
    fake.setScenario({ turns: [{ steps: [calls(['look', { path: 'a' }]), { done: 'stop' }] }] })
    const { box, done } = toolbox({ look: { effect: 'read' } })
    const { outcome, entries, notices } = await go(fake, box)
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
    const { outcome } = await go(fake, box)
    const error = { code: 'limit', message: messages.failures.stuck }
    expect(outcome).toMatchObject({ stop: 'limit', content: 'It cannot be read.', error })
  })

  test('three looks at once that all fail are no circle: the model looks elsewhere', async () => {
    fake.setScenario({
      turns: [
        turn(1, calls(['look', { path: 'a' }], ['look', { path: 'b' }], ['look', { path: 'c' }])),
        turn(2, calls(['look', { path: 'd' }])),
        turn(3, { content: 'Found.' }),
      ],
    })
    const run = async ({ path }: Given) => ({ content: String(path), isError: path !== 'd' })
    const { box } = toolbox({ look: { effect: 'read', run } })
    expect((await go(fake, box)).outcome).toMatchObject({ stop: 'stop', content: 'Found.' })
  })

  test('after so many rounds one answer without tools closes the turn', async () => {
    const rounds = Array.from({ length: 5 }, (_, n) => turn(n + 1, calls(['look', { n }])))
    const close: Turn = {
      match: { hasTools: false, contains: toModel.close },
      steps: [{ content: 'So far.' }, { done: 'stop' }],
    }
    fake.setScenario({ turns: [...rounds, close] })
    const { box } = toolbox({ look: { effect: 'read' } })
    const { outcome, entries, notices } = await go(fake, box, { rounds: 5 })
    const error = { code: 'limit', message: messages.failures.stepsUsed(5) }
    expect(outcome).toMatchObject({ stop: 'limit', content: 'So far.', error })
    expect(results(entries)).toHaveLength(5)
    expect(notices).toEqual(['round_limit'])
    assertResultsFollowCalls(fake.requests)
  })

  test('twenty-five rounds: the prompt only grows, and what was shown stays as it was', async () => {
    const rounds = Array.from({ length: 24 }, (_, n) => turn(n + 1, calls(['look', { n }], ['change', { n }])))
    fake.setScenario({ turns: [...rounds, turn(25, { content: 'Done.' })] })
    const { box } = toolbox({ look: { effect: 'read' }, change: { effect: 'write' } })
    const { outcome, entries } = await go(fake, box)
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.' })
    expect(results(entries)).toHaveLength(48)
    assertSound()
    assertStablePrefix(fake.requests)
    assertGrowingPrompt(fake.requests)
  })
})

describe('a correction', () => {
  const correction = (id: string): TreeRecord => {
    return { type: 'message', id, parentId: 'x', ts: null, role: 'user', content: `Rather ${id}.` }
  }
  /** One after each of these rounds. */
  const correctionsAfter = (...rounds: number[]) => {
    let asked = 0
    return async () => (rounds.includes(++asked) ? [correction(`k${asked}`)] : [])
  }

  test('is asked for behind the results, and shown with the next question', async () => {
    fake.setScenario({ turns: [turn(1, calls(['look'])), turn(2, { content: 'Done.' })] })
    const { box } = toolbox({ look: { effect: 'read' } })
    const recorded: string[] = []
    await go(fake, box, {
      onRecord: (entry) => recorded.push(entry.type === 'message' ? entry.role : entry.type),
      corrections: async () => {
        expect(recorded).toEqual(['assistant', 'tool'])
        return [correction('k1'), correction('k2')]
      },
    })
    expect(shown(fake).map(({ role, content }) => (role === 'user' ? content : role))).toEqual([
      'system',
      'Do it.',
      'assistant',
      'tool',
      'Rather k1.',
      'Rather k2.',
    ])
    assertSound()
  })

  test('is news: what was called before may be called again, and what failed is tried again', async () => {
    fake.setScenario({ turns: [{ steps: [calls(['look', { path: 'a' }]), { done: 'stop' }] }] })
    const { box, done } = toolbox({ look: { effect: 'read' } })
    const { outcome, entries } = await go(fake, box, { corrections: correctionsAfter(4) })
    // The fourth of the same calls would have been the end.
    expect(results(entries)).toHaveLength(8)
    expect(done).toEqual(['look begins', 'look ends', 'look begins', 'look ends'])
    expect(outcome.stop).toBe('limit')
    assertSound()
  })

  test('is heard before the answer that closes the turn', async () => {
    fake.setScenario({
      turns: [turn(1, calls(['look', { n: 1 }])), turn(2, calls(['look', { n: 2 }])), turn(3, { content: 'So far.' })],
    })
    const { outcome } = await go(fake, toolbox({ look: { effect: 'read' } }).box, {
      rounds: 2,
      corrections: correctionsAfter(2),
    })
    expect(outcome).toMatchObject({ stop: 'limit', content: 'So far.' })
    expect(
      shown(fake)
        .slice(-2)
        .map(({ content }) => content),
    ).toEqual(['Rather k2.', toModel.close])
  })

  test('is not asked for when the run is stopped', async () => {
    fake.setScenario({ turns: [turn(1, calls(['look']))] })
    const controller = new AbortController()
    const { box } = toolbox({
      look: {
        effect: 'read',
        async run() {
          controller.abort()
          return { content: 'seen', isError: false }
        },
      },
    })
    const { outcome } = await go(fake, box, {
      signal: controller.signal,
      corrections: async () => {
        throw new Error('nobody asked')
      },
    })
    expect(outcome.stop).toBe('cancelled')
  })
})

describe('answers without a word', () => {
  test('are asked for once more with a nudge that is not recorded, and that is told', async () => {
    fake.setScenario({
      turns: [turn(1), { match: { contains: toModel.nudge }, steps: [{ content: 'Here.' }, { done: 'stop' }] }],
    })
    const { outcome, entries, notices } = await go(fake, toolbox({}).box)
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Here.' })
    expect(entries).toEqual([])
    expect(notices).toEqual(['empty_turn'])
  })

  test('twice in a row is the end', async () => {
    fake.setScenario({ turns: [{ steps: [{ done: 'stop' }] }] })
    const { outcome } = await go(fake, toolbox({}).box)
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
    const { outcome } = await go(fake, toolbox({}).box, { think: 'low' })
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
    const { outcome, entries } = await go(fake, box, { signal: stop.signal })
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
    const { entries } = await go(fake, box, { signal: stop.signal })
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
      const { outcome, entries } = await go(fake, box, { signal: stop.signal, onRecord })
      expect(outcome.stop).toBe('cancelled')
      expect(results(entries)).toHaveLength(2)
      expect(fake.chatRequests()).toHaveLength(1)
    },
  )
})

test('an answer that was cut may have lost half of its calls: none is done', async () => {
  fake.setScenario({ turns: [{ steps: [{ content: 'I' }, calls(['change']), { done: 'length' }] }] })
  const { box, done } = toolbox({ change: { effect: 'write' } })
  const { outcome } = await go(fake, box)
  expect([outcome.stop, done]).toEqual(['length', []])
})

test('a record that cannot be written ends the run before anything is done', async () => {
  fake.setScenario({ turns: [turn(1, calls(['change']))] })
  const { box, done } = toolbox({ change: { effect: 'write' } })
  const full = (entry: NewEntry) => {
    if (entry.type === 'tool_start') throw new Error('no room')
  }
  await expect(go(fake, box, { onRecord: full })).rejects.toThrow('no room')
  expect(done).toEqual([])
})
