// What a person writes while an answer is being written: when it is sent, when it waits, and that nothing of it is lost.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { toModel } from '../../electron/agent/to-model.ts'
import { attachTo } from '../../electron/attach/attach-client.ts'
import { queueLimit } from '../../shared/limits.ts'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import {
  assertGoodClient,
  assertGrowingPrompt,
  assertResultsFollowCalls,
  type Scenario,
  steps,
} from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, startTerminal } from '../support/terminal.ts'
import { waitFor } from '../support/wait.ts'

let home: string
let folder: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const own = await temporaryFolder()
  home = join(own, 'home')
  folder = join(own, 'folder')
  await mkdir(folder)
  await writeFile(join(folder, 'tide.txt'), 'High water 04:38\n')
})

type Turn = Scenario['turns'][number]
const answerTo = (words: string, ...before: Turn['steps']): Turn => ({
  match: { contains: words },
  steps: [{ content: `About ${words}` }, ...before, { done: 'stop' }],
})
const readTide: Turn['steps'][number] = { tool_calls: [{ name: 'read_file', arguments: { path: 'tide.txt' } }] }

/** What a person does with the queue of one session. */
function queueOf({ bridge, pushed }: Carrel, sessionId: string) {
  const add = (text: string, isCorrection = false) => bridge.call('queue.add', { sessionId, text, isCorrection })
  return {
    add: async (text: string, isCorrection = false) => answered(await add(text, isCorrection)).id,
    tryToAdd: add,
    edit: (id: string, text: string) => bridge.call('queue.edit', { sessionId, id, text }),
    move: (id: string, to: number) => bridge.call('queue.move', { sessionId, id, to }),
    remove: (id: string) => bridge.call('queue.remove', { sessionId, id }),
    correct: (id: string) => bridge.call('queue.correct', { sessionId, id }),
    sendNow: (id: string, model: string | null = null) => bridge.call('queue.sendNow', { sessionId, id, model }),
    async now() {
      const { queue } = answered(await bridge.call('sessions.open', { sessionId }))
      // Whoever was there all the time has heard the same.
      const told = pushed('queue.changed').findLast((push) => push.sessionId === sessionId)
      if (told) expect(queue).toEqual({ items: told.items, isPaused: told.isPaused })
      return { texts: queue.items.map(({ text }) => text), ...queue }
    },
  }
}

const said = async (carrel: Carrel, sessionId: string): Promise<string[]> =>
  (await carrel.messages(sessionId)).map(({ role, content }) =>
    role === 'user' ? String(content) : `(${content || role})`,
  )

async function isQuiet(carrel: Carrel, sessionId: string): Promise<void> {
  const looksQuiet = async () => {
    const { run, queue, entries } = answered(await carrel.bridge.call('sessions.open', { sessionId }))
    const isAnswered = entries.at(-1)?.['role'] === 'assistant'
    return run === null && isAnswered && (queue.items.length === 0 || queue.isPaused)
  }
  // Twice: what leaves the queue while the log is read stands in it at the second look.
  await waitFor('nothing to run', async () => (await looksQuiet()) && (await looksQuiet()))
}

async function inFolder(carrel: Carrel, text: string) {
  const asked = { sessionId: null, text, model: null, think: null, workspace: folder }
  return answered(await carrel.bridge.call('chat.send', asked))
}

describe('what waits', () => {
  test('is sent when the answer has ended, one after the other and in its order, as the question before', async () => {
    const server = await fakeServer({
      scenario: { turns: [answerTo('one', { gate: 'end' }), { steps: [{ content: 'Yes.' }, { done: 'stop' }] }] },
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const asked = { sessionId: null, text: 'one', model: null, think: 'low' as const, workspace: null }
    const { sessionId } = answered(await carrel.bridge.call('chat.send', asked))
    const queue = queueOf(carrel, sessionId)
    for (const text of ['two', 'three', 'four', 'five']) await queue.add(text)
    const { items } = await queue.now()
    expect(items.map(({ text }) => text)).toEqual(['two', 'three', 'four', 'five'])
    answered(await queue.edit(items[0]?.id ?? '', 'two, in other words'))
    answered(await queue.move(items[2]?.id ?? '', 0))
    answered(await queue.remove(items[1]?.id ?? ''))
    expect(await queue.now()).toMatchObject({ texts: ['four', 'two, in other words', 'five'], isPaused: false })
    expect(server.chatRequests()).toHaveLength(1)

    server.release('end')
    await isQuiet(carrel, sessionId)
    expect(await said(carrel, sessionId)).toEqual([
      'one',
      '(About one)',
      'four',
      '(Yes.)',
      'two, in other words',
      '(Yes.)',
      'five',
      '(Yes.)',
    ])
    expect(server.chatRequests().map(({ body }) => Object(body).think)).toEqual([true, true, true, true])
    expect(refused(await queue.remove(items[0]?.id ?? ''))).toMatchObject({ message: messages.failures.queuedGone })
    assertGoodClient(server.requests)
    assertGrowingPrompt(server.requests)
  })

  test('is asked with what its session may do, also behind a run of a terminal that may do more', async () => {
    const fetchPage: Turn['steps'][number] = {
      tool_calls: [{ name: 'fetch_url', arguments: { url: 'https://example.com/' } }],
    }
    const turns = [answerTo('one', { gate: 'end' }), answerTo('two', fetchPage)]
    const server = await fakeServer({ scenario: { turns } })
    const carrel = await bootCarrel({ home, host: server.url })
    const wish = { sessionId: null, text: 'one', model: null, think: null, workspace: folder, host: null }
    const { sessionId } = answered(await carrel.bridge.call('terminal.send', { ...wish, mode: 'trusted' }))
    await queueOf(carrel, sessionId).add('two')
    server.release('end')
    const asked = await waitFor('the question', () =>
      carrel.pushed('run.changed').find(({ approval, phase }) => approval !== null && phase === 'asking'),
    )
    expect(asked.approval).toMatchObject({ tool: 'fetch_url', reasons: ['network'] })
  })

  test('is sent at once when the answer has just ended', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'Yes.' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.ask('one')
    const queue = queueOf(carrel, sessionId)
    expect(answered(await queue.tryToAdd('two'))).toMatchObject({ isSent: true })
    await isQuiet(carrel, sessionId)
    expect(await said(carrel, sessionId)).toEqual(['one', '(Yes.)', 'two', '(Yes.)'])
    expect((await queue.now()).items).toEqual([])
  })

  test.each<[string, Turn, (carrel: Carrel, sessionId: string) => Promise<unknown>]>([
    [
      'Stop',
      answerTo('one', { gate: 'never' }),
      async ({ bridge }, sessionId) => answered(await bridge.call('chat.stop', { sessionId })),
    ],
    ['an error', { steps: [{ gate: 'end' }, { fault: { errorLine: 'out of memory' } }] }, async () => undefined],
    ['a limit', { steps: [{ gate: 'end' }, readTide, { done: 'stop' }] }, async () => undefined],
  ])('stays after %s, and goes on when one of it is sent', async (_what, turn, end) => {
    const server = await fakeServer({ scenario: { turns: [turn] } })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await inFolder(carrel, 'one')
    const queue = queueOf(carrel, sessionId)
    await queue.add('two')
    const three = await queue.add('three')
    await queue.add('four')
    await server.waitForRequest(({ path }) => path === '/api/chat')
    server.release('end')
    await end(carrel, sessionId)
    expect(['cancelled', 'error', 'limit']).toContain((await carrel.runEnd(runId)).stop)
    expect(await queue.now()).toMatchObject({ texts: ['two', 'three', 'four'], isPaused: true })

    server.setScenario(steps({ content: 'Yes.' }, { done: 'stop' }))
    // Another question changes nothing of it, and one that is written now waits as well.
    await carrel.ask('between', sessionId)
    answered(await queue.tryToAdd('five'))
    expect(await queue.now()).toMatchObject({ texts: ['two', 'three', 'four', 'five'], isPaused: true })
    const { entryId } = answered(await queue.sendNow(three))
    expect(entryId).toBe(three)
    await isQuiet(carrel, sessionId)
    expect((await said(carrel, sessionId)).slice(-8)).toEqual([
      'three',
      '(Yes.)',
      'two',
      '(Yes.)',
      'four',
      '(Yes.)',
      'five',
      '(Yes.)',
    ])
  })

  test('is sent now: the answer is stopped and kept, and the others stay behind it', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [answerTo('one', { gate: 'never' }), answerTo('three', { gate: 'three' }), answerTo('two')],
      },
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('one')
    await carrel.waitForWords('About one')
    const queue = queueOf(carrel, sessionId)
    await queue.add('two')
    const three = await queue.add('three')
    const sent = answered(await queue.sendNow(three, 'qwen3:0.6b'))
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'cancelled' })
    expect(await queue.now()).toMatchObject({ texts: ['two'], isPaused: false })
    server.release('three')
    await carrel.runEnd(sent.runId)
    await isQuiet(carrel, sessionId)
    expect(await said(carrel, sessionId)).toEqual([
      'one',
      '(About one)',
      'three',
      '(About three)',
      'two',
      '(About two)',
    ])
    expect(server.chatRequests().map(({ body }) => Object(body).model)).toEqual([
      'gemma4:e4b',
      'qwen3:0.6b',
      'qwen3:0.6b',
    ])
  })

  test('Stop takes back what was to be sent now, and it goes on waiting', async () => {
    const server = await fakeServer({ scenario: { turns: [answerTo('one', { gate: 'never' })] } })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await carrel.send('one')
    await server.waitForRequest(({ path }) => path === '/api/chat')
    const queue = queueOf(carrel, sessionId)
    const two = await queue.add('two')
    const [sending] = await Promise.all([queue.sendNow(two), carrel.bridge.call('chat.stop', { sessionId })])
    expect(refused(sending)).toMatchObject({ code: 'cancelled' })
    await carrel.runEnd(runId)
    expect(await queue.now()).toMatchObject({ texts: ['two'], isPaused: true })
    expect(server.chatRequests()).toHaveLength(1)
  })

  test('is no more than can be looked through', async () => {
    const server = await fakeServer({ scenario: { turns: [answerTo('one', { gate: 'never' })] } })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await carrel.send('one')
    const queue = queueOf(carrel, sessionId)
    for (let count = 0; count < queueLimit; count++) await queue.add(`text ${count}`)
    expect(refused(await queue.tryToAdd('one more'))).toMatchObject({ code: 'limit' })
    const { items } = await queue.now()
    const long = 'x'.repeat(1_000_000)
    answered(await queue.edit(items[0]?.id ?? '', long))
    expect(refused(await queue.edit(items[1]?.id ?? '', long))).toMatchObject({ code: 'limit' })
    expect((await queue.now()).texts[1]).toBe('text 1')
  })

  test('is of a session that can be written in', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'Yes.' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    expect(refused(await queueOf(carrel, 'nowhere').tryToAdd('two'))).toMatchObject({ code: 'not-found' })
    const { sessionId } = await carrel.ask('one')
    answered(await carrel.bridge.call('sessions.archive', { sessionId }))
    expect(refused(await queueOf(carrel, sessionId).tryToAdd('two'))).toMatchObject({ code: 'denied' })
    expect(refused(await queueOf(carrel, sessionId).correct('x'))).toMatchObject({ code: 'invalid-input' })
  })
})

describe('over a restart', () => {
  test('it is all there and paused, and gone with its session', async () => {
    const server = await fakeServer({ scenario: { turns: [answerTo('one', { gate: 'never' })] } })
    const first = await bootCarrel({ home, host: server.url })
    const { sessionId } = await first.send('one')
    await queueOf(first, sessionId).add('two')
    await queueOf(first, sessionId).add('three', true)
    await first.app.close()

    server.setScenario(steps({ content: 'Yes.' }, { done: 'stop' }))
    const second = await bootCarrel({ home, host: server.url })
    const queue = queueOf(second, sessionId)
    const { texts, items, isPaused } = await queue.now()
    expect({ texts, isPaused }).toEqual({ texts: ['three', 'two'], isPaused: true })
    expect(items.some(({ isCorrection }) => isCorrection)).toBe(false)
    answered(await second.bridge.call('sessions.delete', { sessionId }))
    answered(await second.bridge.call('trash.restore', { sessionId }))
    expect((await queue.now()).texts).toEqual(['three', 'two'])
    answered(await second.bridge.call('terminal.deleteForGood', { sessionId }))
    expect(second.app.services.settings.desk.queue(sessionId)).toEqual([])
  })

  test('also when the process is killed, and what had gone into the log by then is not sent again', async () => {
    const server = await fakeServer({ scenario: { turns: [answerTo('one', { gate: 'never' })] } })
    const running = startTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '--json', 'one'] })
    await running.waitForOutput('About')
    const sessionId = String(JSON.parse(running.out().split('\n')[0] ?? '')['id'])
    const attached = await attachTo(join(home, 'owner.sock'))
    onTestFinished(() => attached.close())
    const ids = []
    for (const text of ['two', 'three']) {
      ids.push(answered(await attached.call('queue.add', { sessionId, text, isCorrection: false })).id)
    }
    running.child.kill('SIGKILL')
    await running.ended

    // As if the crash had come between the log and the desk.
    const line = { type: 'message', id: ids[0], parentId: null, ts: null, role: 'user', content: 'two' }
    await writeFile(join(home, 'sessions', `${sessionId}.jsonl`), `${JSON.stringify(line)}\n`, { flag: 'a' })
    server.setScenario(steps({ content: 'Yes.' }, { done: 'stop' }))
    const carrel = await bootCarrel({ home, host: server.url })
    const queue = queueOf(carrel, sessionId)
    expect(await queue.now()).toMatchObject({ texts: ['three'], isPaused: true })
    expect(refused(await queue.sendNow(ids[0] ?? ''))).toMatchObject({ message: messages.failures.queuedGone })
    answered(await queue.sendNow(ids[1] ?? ''))
    await isQuiet(carrel, sessionId)
    const asked = (await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))).filter(({ role }) => role === 'user')
    expect(asked.map(({ content }) => content)).toEqual(['one', 'two', 'three'])
    expect((await queue.now()).items).toEqual([])
  })
})

describe('a correction', () => {
  test('is heard behind the results, before the model goes on, and what it thought stays', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [
          {
            match: { contains: 'When' },
            steps: [{ thinking: 'I look.' }, { gate: 'call' }, readTide, { done: 'stop' }],
          },
          {
            match: { contains: 'In UTC' },
            steps: [{ thinking: 'Once more.' }, { gate: 'again' }, readTide, { done: 'stop' }],
          },
          { match: { toolResultFor: 'read_file' }, steps: [{ content: '04:38 UTC.' }, { done: 'stop' }] },
          answerTo('Thanks'),
        ],
      },
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await inFolder(carrel, 'When is high water?')
    const queue = queueOf(carrel, sessionId)
    await queue.add('Thanks')
    const plain = await queue.add('In UTC, please')
    await queue.add('Only for Fowey', true)
    answered(await queue.correct(plain))
    expect((await queue.now()).texts).toEqual(['Only for Fowey', 'In UTC, please', 'Thanks'])
    server.release('call')
    await waitFor('the second question', () => server.chatRequests().length === 2)
    // In the log, and in the queue no more; who comes now sees it.
    expect((await queue.now()).texts).toEqual(['Thanks'])
    server.release('again')
    await isQuiet(carrel, sessionId)
    expect((await carrel.messages(sessionId)).map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: When is high water?',
      'assistant: ',
      'tool: High water 04:38\n',
      'user: Only for Fowey',
      'user: In UTC, please',
      'assistant: ',
      'tool: High water 04:38\n',
      'assistant: 04:38 UTC.',
      'user: Thanks',
      'assistant: About Thanks',
    ])
    // The same call again was made: the correction was news.
    expect(server.chatRequests().some(({ raw }) => raw.includes(toModel.repeated))).toBe(false)
    const shown = Object(server.chatRequests()[2]?.body).messages
    expect(shown.map((one: { role: string; thinking?: string }) => one.thinking ?? one.role)).toEqual([
      'system',
      'user',
      'I look.',
      'tool',
      'user',
      'user',
      'Once more.',
      'tool',
    ])
    assertGoodClient(server.requests)
    assertResultsFollowCalls(server.requests)
    assertGrowingPrompt(server.chatRequests().slice(0, -1))
  })

  test('that comes too late is the next question, before all that waits', async () => {
    const server = await fakeServer({ scenario: { turns: [answerTo('one', { gate: 'end' }), answerTo('')] } })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId } = await inFolder(carrel, 'one')
    const queue = queueOf(carrel, sessionId)
    await queue.add('next')
    await queue.add('late', true)
    server.release('end')
    await isQuiet(carrel, sessionId)
    expect((await said(carrel, sessionId)).filter((one) => !one.startsWith('('))).toEqual(['one', 'late', 'next'])
  })

  test('can be answered again, and keeps the work before it', async () => {
    const server = await fakeServer({
      scenario: {
        turns: [
          { match: { contains: 'When' }, steps: [{ gate: 'call' }, readTide, { done: 'stop' }] },
          { match: { contains: 'UTC' }, steps: [{ content: 'In UTC.' }, { done: 'stop' }] },
        ],
      },
    })
    const carrel = await bootCarrel({ home, host: server.url })
    const { sessionId, runId } = await inFolder(carrel, 'When?')
    await queueOf(carrel, sessionId).add('UTC', true)
    server.release('call')
    await carrel.runEnd(runId)
    const again = answered(await carrel.bridge.call('chat.retry', { sessionId, model: null }))
    await carrel.runEnd(again.runId)
    expect((await carrel.messages(sessionId)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'user',
      'assistant',
    ])
  })
})

type Deed =
  | { do: 'add' | 'correct anew' | 'ask' | 'stop' | 'settle' | 'restart' }
  | { do: 'edit' | 'move' | 'remove' | 'correct' | 'send now'; pick: number; to: number }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Deed>({ do: 'add' }, { do: 'correct anew' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Deed>({ do: 'ask' }, { do: 'stop' }, { do: 'settle' }, { do: 'restart' }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('edit', 'move', 'remove', 'correct', 'send now' as const),
      pick: fc.nat(),
      to: fc.nat(8),
    }),
  },
)

test('whatever is done in whatever order, no text is lost and none is sent twice', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [
        { match: { lastRole: 'user' }, steps: [{ content: 'I look.' }, readTide, { done: 'stop' }] },
        { steps: [{ content: 'Yes.' }, { delayMs: 2 }, { done: 'stop' }] },
      ],
    },
  })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 16 }), async (deeds) => {
      const ownHome = join(await temporaryFolder(), 'home')
      let carrel = await bootCarrel({ home: ownHome, host: server.url })
      const { sessionId } = await inFolder(carrel, 'text 0')
      let count = 0
      const expected = new Set(['text 0'])
      const pending: Promise<unknown>[] = []
      for (const one of deeds) {
        const queue = queueOf(carrel, sessionId)
        const { items } = answered(await carrel.bridge.call('sessions.open', { sessionId })).queue
        const item = 'pick' in one ? items[one.pick % items.length] : undefined
        const text = `text ${++count}`
        if (one.do === 'add' || one.do === 'correct anew') {
          answered(await queue.tryToAdd(text, one.do === 'correct anew'))
          expected.add(text)
        }
        if (one.do === 'ask') {
          const asked = { sessionId, text, model: null, think: null, workspace: null }
          if ((await carrel.bridge.call('chat.send', asked)).ok) expected.add(text)
        }
        if (one.do === 'stop') answered(await carrel.bridge.call('chat.stop', { sessionId }))
        if (one.do === 'settle') await isQuiet(carrel, sessionId)
        if (one.do === 'restart') {
          await carrel.app.close()
          carrel = await bootCarrel({ home: ownHome, host: server.url })
        }
        if (!item || !('pick' in one)) continue
        if (one.do === 'edit' && (await queue.edit(item.id, text)).ok) {
          expected.delete(item.text)
          expected.add(text)
        }
        if (one.do === 'remove' && (await queue.remove(item.id)).ok) expected.delete(item.text)
        if (one.do === 'move') await queue.move(item.id, one.to)
        if (one.do === 'correct') await queue.correct(item.id)
        // Not waited for: the next deed may come before the answer has ended.
        if (one.do === 'send now') pending.push(queue.sendNow(item.id))
      }
      // What is still on its way would be asked for twice.
      await Promise.all(pending)
      for (;;) {
        await isQuiet(carrel, sessionId)
        const { items } = answered(await carrel.bridge.call('sessions.open', { sessionId })).queue
        if (!items[0]) break
        answered(await queueOf(carrel, sessionId).sendNow(items[0].id))
      }
      const { entries } = answered(await carrel.bridge.call('sessions.open', { sessionId, allBranches: true }))
      const asked = entries.flatMap((entry) => (entry['role'] === 'user' ? [entry['content']] : []))
      expect(asked.toSorted()).toEqual([...expected].toSorted())
      await carrel.app.close()
    }),
    { numRuns: 40 },
  )
}, 120_000)
