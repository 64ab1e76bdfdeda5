// Conversations that no longer fit are summarised: through the booted app over real HTTP and real files.
import { describe, expect, test } from 'vitest'
import { summaryTokens } from '../../electron/agent/compaction-plan.ts'
import { messages } from '../../shared/messages/messages.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { answered } from '../support/carrel.ts'
import { assertConstantOptions, assertNoOrphanResults, assertResultsFollowCalls } from '../support/fake-ollama.ts'
import { linesOf } from '../support/session-lines.ts'
import { ask, type LongRun, longRun, type Turn } from './long-run.ts'

const summary = 'They spoke of tides: the moon draws the water, twice a day.'
const words = (nth: number) => `Answer ${nth}: ${'the moon draws the water of the sea. '.repeat(20)}so`
const asked = 'The conversation above no longer fits'
const sums = (...steps: Turn['steps']): Turn => ({ match: { contains: asked }, steps })
const summed = sums({ content: summary, chunk: 'whole' }, { done: 'stop' })
const answers: Turn = { steps: [{ content: words(1), chunk: 'whole' }, { done: 'stop' }] }

const isAsking = ({ body }: { body: unknown }) => String(Object(body).messages?.at(-1)?.content).includes(asked)
const question = (nth: number) => `Question ${nth}: why is there a tide? ${'Say more of it, please. '.repeat(20)}so`

/** Asks until a summary was asked for, or so many times. */
async function talk(run: LongRun, most = 14) {
  let sessionId: string | null = null
  let nth = 0
  for (; nth < most && !run.server.chatRequests().some(isAsking); nth += 1) {
    const { end, ...sent } = await ask(run, question(nth + 1), sessionId)
    expect(end.error).toBeNull()
    sessionId = sent.sessionId
  }
  return { sessionId: sessionId ?? '', questions: nth }
}
const compactions = async (run: LongRun, sessionId: string) =>
  (await linesOf(run.sessionFile(sessionId))).filter(({ type }) => type === 'compaction')
const codes = (run: LongRun) => run.carrel.pushed('run.notice').map(({ code }) => code)

test('the beginning becomes one message, asked for behind what the server has in its cache; everything stays in the log', async () => {
  const run = await longRun(4_096, [summed, answers], 'native', 'automatic')
  const { sessionId, questions } = await talk(run)
  const requests = run.server.chatRequests()
  const at = requests.findIndex(isAsking)
  const [before, asking, next] = requests.slice(at - 1, at + 2)
  expect(Object(asking?.body)).toMatchObject({
    think: false,
    options: { num_ctx: 4_096, num_predict: summaryTokens },
    tools: Object(before?.body).tools,
  })
  // All but its last words is the beginning of the request before.
  const shared = Object(asking?.body).messages.slice(0, -1)
  expect(Object(before?.body).messages.slice(0, shared.length)).toEqual(shared)
  const { messages: sent } = Object(next?.body)
  expect(sent[0]).toEqual(Object(before?.body).messages[0])
  expect(sent[1].content).toContain(summary)
  expect(sent.at(-1).content).toContain(`Question ${questions}`)
  // The last two rounds are as they were said.
  expect(sent.slice(-5, -1).map(({ role }: { role: string }) => role)).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
  ])
  expect((next?.prompt ?? '').length).toBeLessThan((before?.prompt ?? '').length * 0.7)
  assertConstantOptions(requests)

  const lines = await linesOf(run.sessionFile(sessionId))
  for (const line of lines) expect(writtenRecord.safeParse(line).error?.issues).toBeUndefined()
  const [compaction] = await compactions(run, sessionId)
  expect(compaction).toMatchObject({ summary, model: 'gemma4:e4b' })
  const { entries } = answered(await run.carrel.bridge.call('sessions.open', { sessionId }))
  const said = entries.filter(({ type }) => type === 'message')
  expect(said.map(({ content }) => content)).toEqual(
    Array.from({ length: questions }, (_, nth) => [question(nth + 1), words(1)]).flat(),
  )
  // As many as it says stand before the first that is kept.
  expect(said.findIndex(({ id }) => id === compaction?.['firstKeptId'])).toBe(compaction?.['messageCount'])
  expect(codes(run)).toEqual(['compacted'])

  // The next question goes on behind the same summary.
  await ask(run, 'And now?', sessionId)
  expect(run.server.chatRequests().at(-1)?.cachedPrefix).toBeGreaterThan((next?.prompt ?? '').length - 30)
})

describe('a summary that comes to nothing leaves everything as it was, and says so', () => {
  test.each<[string, string, ...Turn['steps']]>([
    ['is empty', messages.notices.summaryEmpty, { content: '  ' }, { done: 'stop' }],
    [
      'is a call',
      messages.notices.summaryEmpty,
      { tool_calls: [{ name: 'nothing', arguments: {} }] },
      { done: 'stop' },
    ],
    ['is too long twice', messages.notices.summaryTooLong, { content: 'And so on' }, { done: 'length' }],
    [
      'is longer than all',
      messages.notices.summaryNoGain,
      { content: 'blah '.repeat(4_000), chunk: 'whole' },
      { done: 'stop' },
    ],
    [
      'fails',
      messages.failures.outOfMemory,
      { fault: { status: 500, body: { error: 'model runner has unexpectedly stopped' } } },
    ],
  ])('it %s', async (_, reason, ...steps) => {
    const run = await longRun(4_096, [sums(...steps), answers], 'native', 'automatic')
    const { sessionId } = await talk(run)
    expect(await compactions(run, sessionId)).toEqual([])
    const [told] = run.carrel.pushed('run.notice')
    expect(told).toMatchObject({ code: 'compaction_failed' })
    expect(told?.message).toContain(reason)
    const next = run.server.chatRequests().at(-1)
    expect(isAsking(next ?? { body: null })).toBe(false)
    expect(Object(next?.body).messages[1].content).toContain('Question 1')
  })

  test('it is stopped', async () => {
    const run = await longRun(4_096, [sums({ gate: 'summary' }, { done: 'stop' }), answers], 'native', 'automatic')
    const going = talk(run).catch((thrown) => thrown)
    await run.server.waitForGate('summary')
    const [live] = run.carrel.pushed('run.changed').slice(-1)
    expect(live).toMatchObject({ phase: 'summarising' })
    answered(await run.carrel.bridge.call('chat.stop', { sessionId: live?.sessionId ?? '' }))
    await going
    expect(await compactions(run, live?.sessionId ?? '')).toEqual([])
    expect(run.carrel.pushed('run.ended').at(-1)).toMatchObject({ stop: 'cancelled' })
    expect(codes(run)).toEqual([])
  })
})

test('one that is too long is asked for once more, shorter', async () => {
  const run = await longRun(
    4_096,
    [{ match: { contains: 'at most 200 words' }, steps: [{ content: 'And so' }, { done: 'length' }] }, summed, answers],
    'native',
    'automatic',
  )
  const { sessionId } = await talk(run)
  expect(await compactions(run, sessionId)).toHaveLength(1)
})

test('off: nothing is summarised, and at the end of the room it is said what can be done', async () => {
  const run = await longRun(4_096, [summed, answers], 'native', 'off')
  let sessionId: string | null = null
  let error = null
  for (let nth = 1; nth < 20 && error === null; nth += 1) {
    const { end, ...sent } = await ask(run, question(nth), sessionId)
    sessionId = sent.sessionId
    error = end.error
  }
  expect(error).toMatchObject({ code: 'limit', message: messages.failures.contextFullOff })
  expect(run.server.chatRequests().some(isAsking)).toBe(false)
  assertResultsFollowCalls(run.server.chatRequests())
  assertNoOrphanResults(run.server.chatRequests())
})
