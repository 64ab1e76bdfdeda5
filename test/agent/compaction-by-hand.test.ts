// A summary because a person wants it, also where none is written by itself: through the booted app over real HTTP and real files.
import { describe, expect, test } from 'vitest'
import { summaryTokens } from '../../electron/agent/compaction-plan.ts'
import { messages } from '../../shared/messages/messages.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { skillTool } from '../../shared/tool.ts'
import { answered, refused } from '../support/carrel.ts'
import { assertConstantOptions, assertGoodClient, assertNoConcurrentChats } from '../support/fake-ollama.ts'
import { linesOf } from '../support/session-lines.ts'
import {
  ask,
  type Dialect,
  dialects,
  type LongRun,
  longRun,
  nameOf,
  skillBody,
  type Turn,
  withSkill,
} from './long-run.ts'

const summary = 'They spoke of tides: the moon draws the water, twice a day.'
const asked = 'The conversation above no longer fits'
const done = { done: 'stop' } as const
const summed = (...before: Turn['steps']): Turn => ({
  match: { contains: asked },
  steps: [...before, { content: summary, chunk: 'whole' }, done],
})
const answers: Turn = { steps: [{ content: `The moon does it. ${'So it is. '.repeat(200)}`, chunk: 'whole' }, done] }

const isAsking = ({ body }: { body: unknown }) => String(Object(body).messages?.at(-1)?.content).includes(asked)

async function talk(run: LongRun, questions: readonly string[]): Promise<string> {
  let sessionId: string | null = null
  for (const question of questions) {
    const { end, ...sent } = await ask(run, question, sessionId)
    expect(end.error).toBeNull()
    sessionId = sent.sessionId
  }
  return sessionId ?? ''
}
const plain = ['Why is there a tide?', 'How often?', 'Since when?', 'Where most?']

async function compact(run: LongRun, sessionId: string, wish: string | null = null) {
  const { runId } = answered(await run.carrel.bridge.call('sessions.compact', { sessionId, model: null, wish }))
  return await run.carrel.runEnd(runId)
}
const compactions = async (run: LongRun, sessionId: string) =>
  (await linesOf(run.sessionFile(sessionId))).filter(({ type }) => type === 'compaction')
const codes = (run: LongRun) => run.carrel.pushed('run.notice').map(({ code }) => code)

describe.each(['native', 'prompted'] as const)('%s', (dialect) => {
  test('all but the last two rounds, asked for behind what the server has in its cache, with the words of the person', async () => {
    const run = await longRun(16_384, [summed(), answers], dialect, 'off')
    const sessionId = await talk(run, plain)
    expect(await compact(run, sessionId, 'keep the numbers')).toMatchObject({
      stop: 'stop',
      purpose: 'summary',
      error: null,
    })

    const [before, asking] = run.server.chatRequests().slice(-2)
    expect(Object(asking?.body)).toMatchObject({
      think: false,
      options: { num_ctx: 16_384, num_predict: summaryTokens },
    })
    expect(Object(asking?.body).tools).toEqual(Object(before?.body).tools)
    const shared = Object(asking?.body).messages.slice(0, -1)
    expect(Object(before?.body).messages.slice(0, shared.length)).toEqual(shared)
    expect(Object(asking?.body).messages.at(-1).content).toContain('the person says: "keep the numbers".')

    const lines = await linesOf(run.sessionFile(sessionId))
    for (const line of lines) expect(writtenRecord.safeParse(line).error?.issues).toBeUndefined()
    const [compaction] = await compactions(run, sessionId)
    expect(compaction).toMatchObject({ summary, messageCount: 4 })
    expect(compaction).not.toHaveProperty('leftOut')
    expect(lines.find(({ id }) => id === compaction?.['firstKeptId'])).toMatchObject({ content: 'Since when?' })
    // No answer was written, and nothing is left of one.
    expect(lines.filter(({ role }) => role === 'assistant')).toHaveLength(plain.length)

    await ask(run, 'And now?', sessionId)
    const { messages: sent } = Object(run.server.chatRequests().at(-1)?.body)
    expect(sent[1].content).toContain(summary)
    expect(sent[2].content).toContain('Since when?')
    expect(JSON.stringify(sent)).not.toContain('How often?')
    assertGoodClient(run.server.chatRequests())

    // What is summarised already is read again as its summary.
    for (const question of ['One more?', 'Another?']) await ask(run, question, sessionId)
    await compact(run, sessionId)
    const again = Object(run.server.chatRequests().at(-1)?.body).messages
    expect(again[1].content).toContain(summary)
    expect(again.at(-1).content).not.toContain('the person says')
    expect(await compactions(run, sessionId)).toHaveLength(2)
    assertConstantOptions(run.server.chatRequests())
  })

  test('what the model was shown of a skill stays whole behind it: the last reading of each', async () => {
    const run = await longRun(16_384, skillful(dialect), dialect, 'off')
    await withSkill(run)
    const use = 'use the skill'
    const sessionId = await talk(run, [use, `${use} again`, 'read the notes', 'Why?', 'How often?'])
    expect((await compact(run, sessionId)).error).toBeNull()
    await ask(run, 'And now?', sessionId)
    const kept = () => run.server.chatRequests().at(-1)?.prompt?.split(skillBody).length
    expect(kept()).toBe(2)
    expect(run.server.chatRequests().at(-1)?.prompt).not.toContain('part-7.txt')

    // Written anew in between: both are what the model has worked by, and each of them once.
    const other = 'Every answer names the harbour.'
    await withSkill(run, other)
    for (const question of [use, 'Why is that?', 'And then?']) await ask(run, question, sessionId)
    expect((await compact(run, sessionId)).error).toBeNull()
    await ask(run, 'And at last?', sessionId)
    expect(kept()).toBe(2)
    expect(run.server.chatRequests().at(-1)?.prompt?.split(other)).toHaveLength(2)
    expect(await compactions(run, sessionId)).toHaveLength(2)
    assertGoodClient(run.server.chatRequests())
  })
})

function skillful(dialect: Dialect): Turn[] {
  const { steps } = dialects[dialect]
  return [
    summed(),
    { match: { lastRole: 'tool' }, steps: answers.steps },
    { match: { matchPromptMode: true }, steps: answers.steps },
    { match: { contains: 'use the skill' }, steps: [...steps([[skillTool, { name: 'tides' }]]), done] },
    { match: { contains: 'read the notes' }, steps: [...steps([['read_file', { path: nameOf(7) }]]), done] },
    answers,
  ]
}

test('Stop ends it and leaves everything as it was; what is said meanwhile waits', async () => {
  const run = await longRun(16_384, [summed({ gate: 'summary' }), answers], 'native', 'off')
  const sessionId = await talk(run, plain)
  const { bridge } = run.carrel
  const { runId } = answered(await bridge.call('sessions.compact', { sessionId, model: null, wish: null }))
  await run.server.waitForGate('summary')
  expect(run.carrel.pushed('run.changed').at(-1)).toMatchObject({ phase: 'summarising', purpose: 'summary' })
  const busy = refused(await bridge.call('sessions.compact', { sessionId, model: null, wish: null }))
  expect(busy.code).toBe('busy')
  const queued = answered(await bridge.call('queue.add', { sessionId, text: 'Later', isCorrection: false }))
  expect(queued).toMatchObject({ isSent: false })
  answered(await bridge.call('chat.stop', { sessionId }))
  expect(await run.carrel.runEnd(runId)).toMatchObject({ stop: 'cancelled', error: null })
  expect(await compactions(run, sessionId)).toEqual([])
  expect(codes(run)).toEqual([])
  const { queue } = answered(await bridge.call('sessions.open', { sessionId }))
  expect(queue).toMatchObject({ isPaused: true, items: [{ text: 'Later' }] })
})

test('what waits behind a summary is asked behind it', async () => {
  const run = await longRun(16_384, [summed({ gate: 'summary' }), answers], 'native', 'off')
  const sessionId = await talk(run, plain)
  const { bridge } = run.carrel
  const { runId } = answered(await bridge.call('sessions.compact', { sessionId, model: null, wish: null }))
  await run.server.waitForGate('summary')
  answered(await bridge.call('queue.add', { sessionId, text: 'Later', isCorrection: false }))
  run.server.release('summary')
  expect(await run.carrel.runEnd(runId)).toMatchObject({ stop: 'stop' })
  await expect.poll(() => run.carrel.pushed('run.ended').length).toBe(plain.length + 2)
  const { messages: sent } = Object(run.server.chatRequests().at(-1)?.body)
  expect(sent[1].content).toContain(summary)
  expect(sent.at(-1).content).toContain('Later')
  assertNoConcurrentChats(run.server.chatRequests())
})

test('where there is too little, nothing is asked, and that is said', async () => {
  const run = await longRun(16_384, [summed(), answers], 'native', 'off')
  const sessionId = await talk(run, plain.slice(0, 2))
  expect(await compact(run, sessionId)).toMatchObject({ stop: 'stop', error: null })
  expect(codes(run)).toEqual(['nothing_to_summarise'])
  expect(run.server.chatRequests().some(isAsking)).toBe(false)
  expect(
    refused(await run.carrel.bridge.call('sessions.compact', { sessionId: 'nobody', model: null, wish: null })).code,
  ).toBe('not-found')
})

test('a model that writes none, or fails, changes nothing and says why', async () => {
  const nothing: Turn = { match: { contains: asked }, steps: [{ content: ' ' }, done] }
  const run = await longRun(16_384, [nothing, answers], 'native', 'off')
  const sessionId = await talk(run, plain)
  const message = messages.notices.compactionFailed(messages.notices.summaryEmpty)
  expect(await compact(run, sessionId)).toMatchObject({ stop: 'error', error: { message } })
  expect(run.carrel.pushed('run.notice')).toMatchObject([{ code: 'compaction_failed', message }])
  expect(await compactions(run, sessionId)).toEqual([])
  // The session is free again.
  expect((await ask(run, 'And now?', sessionId)).end.stop).toBe('stop')
})
