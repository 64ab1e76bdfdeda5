// Long runs in small windows, through the booted app over real HTTP and real files: nothing overflows, nothing is orphaned, and the
// server's cache is voided seldom.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { tooLongText } from '../support/fake-ollama/prompt.ts'
import {
  assertConstantOptions,
  assertGoodClient,
  assertNoOrphanResults,
  assertResultsFollowCalls,
  gemma,
} from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import {
  ask,
  dialects,
  type LongRun,
  longRun,
  type Made,
  nameOf,
  readingRounds,
  rewrites,
  type Turn,
  textOf,
  turnOf,
} from './long-run.ts'

/** Whether a message of the one request is another in the next. */
function wasShortened(...asked: ({ body: unknown } | undefined)[]): boolean {
  const [before, after] = asked.map((one): unknown[] => Object(one?.body).messages)
  return before?.some((message, at) => JSON.stringify(message) !== JSON.stringify(after?.[at])) ?? false
}

test.each([
  { context: 4_096, most: 8, dialect: 'native' },
  { context: 8_192, most: 9, dialect: 'native' },
  { context: 16_384, most: 6, dialect: 'native' },
  { context: 4_096, most: 12, dialect: 'prompted' },
  { context: 8_192, most: 9, dialect: 'prompted' },
  { context: 16_384, most: 6, dialect: 'prompted' },
] as const)(
  '25 rounds in a window of $context, $dialect: nothing overflows, and the cache is voided at most $most times',
  async ({ context, most, dialect }) => {
    const run = await longRun(context, readingRounds(dialect, 25), dialect)
    const { sessionId, end } = await ask(run, 'Read all the notes.')
    expect(end).toMatchObject({ stop: 'limit', error: { code: 'limit' } })
    const requests = run.server.chatRequests()
    expect(requests.map(({ status }) => status)).toEqual(Array(26).fill(200))
    assertResultsFollowCalls(requests)
    assertNoOrphanResults(requests)
    assertConstantOptions(requests)

    const records = await linesOf(run.sessionFile(sessionId))
    for (const record of records) expect(writtenRecord.safeParse(record).error?.issues).toBeUndefined()
    const calls = records.flatMap(({ toolCalls }) => (Array.isArray(toolCalls) ? toolCalls : []))
    const results = records.filter(({ role }) => role === 'tool')
    expect(calls).toHaveLength(30)
    expect(results.map(({ callId }) => callId)).toEqual(calls.map(({ id }) => id))

    // The last is asked without tools, which stand at the beginning of the prompt; written into it, they stay.
    const withTools = dialect === 'native' ? requests.slice(0, -1) : requests
    assertGoodClient(withTools)
    const told = run.carrel.pushed('run.notice').filter(({ code }) => code === 'results_shortened')
    // What was shortened for the closing one is not among those that are compared.
    const closing = dialect === 'native' && wasShortened(requests.at(-2), requests.at(-1)) ? 1 : 0
    expect(rewrites(withTools) + closing).toBe(told.length)
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThanOrEqual(most)
  },
)

test('eight files at once in the smallest window, again and again: they fit together', async () => {
  const made = (round: number): Made[] =>
    Array.from({ length: 8 }, (_, at) => ['read_file', { path: nameOf(((round * 8 + at) % 25) + 1), from_line: round }])
  const turns = [1, 2, 3, 4, 5].map((round) => turnOf(round, ...dialects.native.steps(made(round))))
  const run = await longRun(4_096, [...turns, turnOf(6, { content: 'Read.' })])
  const { end } = await ask(run, 'Read eight at a time.')
  expect(end).toMatchObject({ stop: 'stop', error: null })
  expect(run.server.chatRequests().map(({ status }) => status)).toEqual(Array(6).fill(200))
})

test.each([
  { context: 4_096, most: 17 },
  { context: 8_192, most: 4 },
])(
  '25 rounds of long thoughts and long texts in calls, in a window of $context: those of old rounds give way, too',
  async ({ context, most }) => {
    const turns = Array.from({ length: 25 }, (_, at) =>
      turnOf(
        at + 1,
        { thinking: `Thought ${at}: ${'so it must be. '.repeat(40)}` },
        ...dialects.native.steps([
          ['write_file', { path: `new-${at}.txt`, content: `Text ${at}: ${textOf(at).slice(0, 1_600)}` }],
        ]),
      ),
    )
    const run = await longRun(context, [...turns, turnOf(26, { content: 'Written.' })])
    const { end, sessionId } = await ask(run, 'Write.', null, { think: 'low', mode: 'workspace' })
    expect(end).toMatchObject({ stop: 'limit', error: { code: 'limit' } })
    const requests = run.server.chatRequests()
    expect(requests.map(({ status }) => status)).toEqual(Array(26).fill(200))
    assertResultsFollowCalls(requests)
    const records = await linesOf(run.sessionFile(sessionId))
    const forms = new Set(records.flatMap(({ type, to }) => (type === 'shorten' ? [to] : [])))
    expect([...forms]).toEqual(expect.arrayContaining(['no-thinking', 'short-arguments']))
    expect(rewrites(requests.slice(0, -1))).toBeLessThanOrEqual(most)
    // What the model wrote is whole in the folder and in the record.
    expect(await readFile(join(run.project, 'new-0.txt'), 'utf8')).toContain(textOf(0).slice(0, 1_600))
    expect(JSON.stringify(records)).toContain(JSON.stringify(textOf(0).slice(0, 1_600)).slice(1, -1))
  },
)

test('the words of a folder leave room for work in any window and script', async () => {
  const run = await longRun(4_096, [
    turnOf(1, ...dialects.native.steps([['read_file', { path: nameOf(1) }]])),
    turnOf(2, { content: 'Read.' }),
  ])
  await writeFile(join(run.project, 'AGENTS.md'), '静かな図書館で本を読む。'.repeat(400))
  const { end } = await ask(run, 'Read.', null, { trustFolder: true })
  expect(end).toMatchObject({ stop: 'stop', error: null })
  const { messages: sent } = Object(run.server.chatRequests()[1]?.body)
  expect(sent[0].content).toContain('静かな図書館')
  expect(sent[0].content.length).toBeLessThan(2_000)
  expect(sent.at(-1).content).toContain('Part 1, line 1:')
})

test('what was left out to save room can be read again, as the model is told', async () => {
  const { steps } = dialects.native
  const read = (nth: number, path: string) => turnOf(nth, ...steps([['read_file', { path }]]))
  const rounds = Array.from({ length: 9 }, (_, at) => read(at + 1, nameOf(at + 1)))
  const run = await longRun(4_096, [...rounds, read(10, nameOf(1)), turnOf(11, { content: 'Read.' })])
  const { end } = await ask(run, 'Read.')
  expect(end).toMatchObject({ stop: 'stop', error: null })
  const { messages: sent } = Object(run.server.chatRequests()[10]?.body)
  expect(sent.find(({ role }: { role: string }) => role === 'tool').content).toContain('call again')
  expect(sent.at(-1).content).toContain('Part 1, line 1:')
})

test('what a model of a large window has just written into a call gives way in a smaller one', async () => {
  const written = textOf(3).repeat(6).slice(0, 16_000)
  const run = await longRun(16_384, [
    turnOf(1, ...dialects.native.steps([['write_file', { path: 'new.txt', content: written }]])),
    turnOf(2, { content: 'Written.' }),
  ])
  const { sessionId } = await ask(run, 'Write.', null, { mode: 'workspace' })
  await run.carrel.app.close()
  const server = await fakeServer({
    models: [{ ...gemma, contextLength: 4_096 }],
    scenario: { turns: [turnOf(1, { content: 'Small.' })] },
  })
  const carrel = await bootCarrel({ home: run.home, host: server.url })
  const { end } = await ask({ ...run, carrel }, 'And now?', sessionId)
  expect(end).toMatchObject({ stop: 'stop', error: null })
})

describe('a later run', () => {
  const turns = [
    ...readingRounds('native', 7).slice(0, 7),
    turnOf(8, { content: 'Read.' }),
    turnOf(9, { content: 'Two.' }),
  ]
  const prompts = ({ server }: LongRun) => server.chatRequests().flatMap(({ prompt }) => prompt ?? [])

  /** A run whose old results are shortened, and another question. */
  async function twoRuns() {
    const run = await longRun(8_192, [...turns, turnOf(10, { content: 'Three.' })])
    const { sessionId } = await ask(run, 'Read.')
    const known = await shortens(run, sessionId)
    expect(known.length).toBeGreaterThan(0)
    await ask(run, 'And now?', sessionId)
    return { run, sessionId, known }
  }
  /** What was shortened by the same rules once more would look the same, and be one record more. */
  const shortens = async (run: LongRun, sessionId: string) =>
    (await linesOf(run.sessionFile(sessionId))).filter(({ type }) => type === 'shorten')

  test('of the session sends the same in short', async () => {
    const { run, sessionId, known } = await twoRuns()
    expect(rewrites(run.server.chatRequests().slice(-2))).toBe(0)
    expect(await shortens(run, sessionId)).toEqual(known)
    expect(prompts(run).at(-1)).toContain('Left out to save room')
  })

  test('after a restart sends the same in short', async () => {
    const { run, sessionId, known } = await twoRuns()
    await run.carrel.app.close()
    const carrel = await bootCarrel({ home: run.home, host: run.server.url })
    const { end } = await ask({ ...run, carrel }, 'Still there?', sessionId)
    expect(end.error).toBeNull()
    expect(prompts(run)).toHaveLength(10)
    expect(rewrites(run.server.chatRequests().slice(-3))).toBe(0)
    expect(await shortens(run, sessionId)).toEqual(known)
  })

  test('of a fork sends the same in short', async () => {
    const { run, sessionId, known } = await twoRuns()
    const fork = answered(await run.carrel.bridge.call('sessions.fork', { sessionId, entryId: null }))
    await ask(run, 'Still there?', fork.sessionId)
    expect(prompts(run)).toHaveLength(10)
    expect(rewrites(run.server.chatRequests().slice(-3))).toBe(0)
    expect(await shortens(run, fork.sessionId)).toEqual(known)
  })

  test('that answers the question again sends its beginning as it was', async () => {
    const { run, sessionId } = await twoRuns()
    const { runId } = answered(await run.carrel.bridge.call('chat.retry', { sessionId, model: null }))
    await run.carrel.runEnd(runId)
    const [before, again] = prompts(run).slice(-2)
    expect(again).toBe(before)
  })
})

test('what the server counted in earlier runs counts: a text that was guessed too high shortens nothing later', async () => {
  const run = await longRun(8_192, [
    ...readingRounds('native', 3).slice(0, 3),
    turnOf(4, { content: 'Read.' }),
    turnOf(5, { content: 'So.' }),
  ])
  const { sessionId } = await ask(run, '静かな図書館で本を読む。'.repeat(160))
  await ask(run, 'And now?', sessionId)
  expect(run.server.chatRequests()).toHaveLength(5)
  expect(run.carrel.pushed('run.notice')).toEqual([])
})

describe('a prompt that the server finds too long', () => {
  const words = {
    exceed_context_size_error: tooLongText(20_000, 16_384),
    'longer than the context':
      'the prompt is longer than the context length currently available to the model; shorten the prompt',
  }
  const reading = readingRounds('native', 4).slice(0, 4)
  const tooLong = (nth: number, error: string): Turn => ({
    match: { nth },
    steps: [{ fault: { status: 400, body: { error } } }],
  })

  test.each(Object.entries(words))('once (%s) is asked again with less', async (_, error) => {
    const run = await longRun(16_384, [...reading, tooLong(5, error), turnOf(6, { content: 'So.' })])
    const { end } = await ask(run, 'Read.')
    expect(end).toMatchObject({ stop: 'stop', error: null })
    const requests = run.server.chatRequests()
    expect(requests.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400, 200])
    expect(requests[5]?.raw.length).toBeLessThan((requests[4]?.raw.length ?? 0) * 0.8)
    expect(run.carrel.pushed('run.notice').map(({ code, message }) => [code, message])).toEqual([
      ['results_shortened', messages.notices.resultsShortened],
    ])
    assertNoOrphanResults(requests)
    assertResultsFollowCalls(requests)
  })

  test('twice is said to the person, after two tries', async () => {
    const [error] = Object.values(words)
    const run = await longRun(16_384, [...reading, tooLong(5, error ?? ''), tooLong(6, error ?? '')])
    const { end } = await ask(run, 'Read.')
    expect(end).toMatchObject({ stop: 'error', error: { code: 'limit', message: messages.failures.contextFullOff } })
    expect(run.server.chatRequests()).toHaveLength(6)
  })

  test('when there is nothing to shorten is said at once', async () => {
    const [error] = Object.values(words)
    const run = await longRun(16_384, [tooLong(1, error ?? '')])
    const { end } = await ask(run, 'Read.')
    expect(end).toMatchObject({ stop: 'error', error: { message: messages.failures.contextFullOff } })
    expect(run.server.chatRequests()).toHaveLength(1)
  })
})
