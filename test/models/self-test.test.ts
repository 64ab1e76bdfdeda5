// The test of a model: every part works, fails in each of its ways, or is not claimed; and what is kept and made of it.
import { inflateSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ModelsDependencies } from '../../electron/services/models/models.ts'
import { numberPicture } from '../../electron/services/models/self-test/picture.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { failures } from '../../shared/messages/failures.ts'
import { selfTestWords as words } from '../../shared/messages/self-test.ts'
import type { RunState } from '../../shared/run.ts'
import { type PartResult, type SelfTestPart, selfTest, type TestProgress } from '../../shared/self-test.ts'
import { assertGoodClient, embedder, type FakeOllama, gemma, type Scenario, smol } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { waitFor } from '../support/wait.ts'
import { openRoom, type RoomOptions } from './room.ts'

type Steps = Scenario['turns'][number]['steps']

const done = { done: 'stop' as const }
const right: Record<'count' | 'native' | 'prompted' | 'picture', Steps> = {
  // Whatever comes at once is read at once, so it comes in time.
  count: [{ content: 'one two three four five', chunk: 'token', delayMs: 5 }, done],
  native: [{ tool_calls: [{ name: 'look_up', arguments: { word: 'carrel' } }] }, done],
  prompted: [
    { content: '<tool_call>\n{"name": "look_up", "arguments": {"word": "carrel"}}\n</tool_call>', chunk: 'token' },
    done,
  ],
  picture: [{ content: '47' }, done],
}

/** A model that does everything right but for what is told otherwise. */
function plays(other: Partial<typeof right> = {}): Scenario {
  const { count, native, prompted, picture } = { ...right, ...other }
  return {
    turns: [
      { match: { contains: 'Count from one' }, steps: count },
      { match: { contains: 'Which number' }, steps: picture },
      { match: { contains: 'Look up', hasTools: true }, steps: native },
      { match: { contains: 'Look up' }, steps: prompted },
    ],
  }
}

let files: Map<string, string>
let home: ModelsDependencies['home']
beforeEach(() => {
  files = new Map()
  home = {
    readOnly: null,
    read: async (name) => files.get(name) ?? null,
    write: async (name, text) => void files.set(name, text),
  }
})

function roomAt(fake: FakeOllama, more: RoomOptions = {}) {
  const room = openRoom({ host: fake.url, home, ...more })
  const told: TestProgress[] = []
  room.events.on('models.testing', (progress) => void told.push(progress))
  const go = (model = gemma.name, signal = new AbortController().signal) => room.models.test(model, signal)
  return { ...room, told, go }
}

const outcomes = (parts: readonly PartResult[]) => Object.fromEntries(parts.map(({ part, outcome }) => [part, outcome]))
const digestOf = async (room: ReturnType<typeof roomAt>, model = gemma.name) =>
  (await room.models.refresh()).models.find(({ name }) => name === model)?.digest ?? ''

test('a model that can do everything is found to, with what was asked and what came', async () => {
  const fake = await fakeServer({ scenario: plays() })
  const room = roomAt(fake)
  const { digest, test: found } = await room.go()
  expect(digest).toBe(await digestOf(room))
  expect(found.parts.map(({ part, outcome, reason }) => [part, outcome, reason])).toEqual([
    ['streams', 'ok', expect.stringMatching(/^The answer came in \d+ pieces\.$/)],
    ['answers', 'ok', words.answered],
    ['nativeTools', 'ok', words.called],
    ['promptedTools', 'ok', words.called],
    ['thinkingOff', 'ok', words.silent],
    ['vision', 'ok', words.saw],
  ])
  expect(found.parts[1]).toMatchObject({ asked: expect.stringContaining('Count'), came: 'one two three four five' })
  expect(found.parts[2]?.came).toBe('look_up({"word":"carrel"})')
  expect(selfTest().safeParse(found).success).toBe(true)

  const sent = fake.chatRequests().map(({ body }) => Object(body))
  expect(sent).toHaveLength(4)
  // As a run would ask: the same window, so that nothing is loaded anew; and nothing that is thought.
  for (const { think, options } of sent)
    expect([think, options.num_ctx, options.num_predict]).toEqual([false, 16_384, 400])
  expect(sent[2].tools).toBeUndefined()
  expect(Buffer.from(sent[3].messages[0].images[0], 'base64').equals(numberPicture())).toBe(true)
  expect(fake.reloads()).toBe(0)
  expect(room.told.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1])).toEqual([
    'waiting',
    'asking',
    'ended',
  ])
})

test('what the server says it cannot is not asked', async () => {
  const fake = await fakeServer({ models: [smol], scenario: plays() })
  const { test: found } = await roomAt(fake).go(smol.name)
  expect(outcomes(found.parts)).toEqual({
    streams: 'ok',
    answers: 'ok',
    nativeTools: 'not-claimed',
    promptedTools: 'ok',
    thinkingOff: 'not-claimed',
    vision: 'not-claimed',
  })
  expect(found.parts[5]).toMatchObject({ reason: words.noVisionClaimed, asked: '', came: '' })
  expect(fake.chatRequests()).toHaveLength(2)
})

const text = (content: string, chunk: 'token' | 'whole' = 'token'): Steps => [{ content, chunk }, done]
const calls = (name: string, given: Record<string, unknown>): Steps => [
  { tool_calls: [{ name, arguments: given }] },
  done,
]

test.each<[string, Partial<typeof right>, SelfTestPart, string]>([
  ['answers all at once', { count: text('one two three four five', 'whole') }, 'streams', words.notStreamed],
  ['answers with nothing', { count: [done] }, 'streams', words.empty],
  ['answers with nothing', { count: [done] }, 'answers', words.empty],
  ['answers something else', { count: text('Hello there!') }, 'answers', words.answeredOther('Hello there!')],
  ['only thinks', { count: [{ thinking: 'Hm.' }, { done: 'length' }] }, 'answers', words.onlyThought],
  ['thinks all the same', { count: [{ thinking: 'Hm.' }, ...right.count] }, 'thinkingOff', words.thoughtAnyway],
  ['thinks in its words', { count: text('<think>Hm.</think>five') }, 'thinkingOff', words.thoughtAnyway],
  ['writes its calls', { native: right.prompted }, 'nativeTools', words.wroteCall],
  ['calls nothing', { native: text('A small desk.') }, 'nativeTools', words.noCall],
  ['calls what Ollama drops', { native: [done] }, 'nativeTools', words.dropped],
  ['calls with another word', { native: calls('look_up', { word: 'desk' }) }, 'nativeTools', words.calledOther],
  ['calls something else', { native: calls('search', {}) }, 'nativeTools', words.calledOther],
  ['does not call in text', { prompted: text('A small desk.') }, 'promptedTools', words.noCall],
  [
    'writes a broken call',
    { prompted: text('<tool_call>{"name": look_up, [</tool_call>') },
    'promptedTools',
    words.badCall,
  ],
  ['says nothing in text', { prompted: [done] }, 'promptedTools', words.empty],
  ['sees another number', { picture: text('It says 474.') }, 'vision', words.sawOther('It says 474.')],
  ['sees nothing', { picture: [done] }, 'vision', words.empty],
  ['breaks at a picture', { picture: [{ fault: { errorLine: 'image: unknown format' } }] }, 'vision', ''],
  ['never ends itself', { picture: [{ content: 'x' }, { fault: 'endWithoutDone' }] }, 'vision', failures.endedEarly],
])('one that %s has failed that part, and says why', async (_what, other, part, reason) => {
  const fake = await fakeServer({ scenario: plays(other) })
  const { test: found } = await roomAt(fake).go()
  const failed = found.parts.find((one) => one.part === part)
  expect(failed?.outcome).toBe('failed')
  if (reason === '') expect(failed?.reason.length).toBeGreaterThan(10)
  else expect(failed?.reason).toBe(reason)
  const kindOf = (name: SelfTestPart) => (['streams', 'answers', 'thinkingOff'].includes(name) ? 'count' : name)
  for (const one of found.parts) if (kindOf(one.part) !== kindOf(part)) expect(one.outcome).toBe('ok')
})

test('an answer that takes too long has failed; what comes after it is asked all the same', async () => {
  const fake = await fakeServer({
    scenario: plays({ native: [{ content: 'A' }, { gate: 'never' }, done], picture: [{ gate: 'never' }, done] }),
  })
  const room = roomAt(fake, { testLimitMs: 50 })
  const { test: found } = await room.go()
  expect(outcomes(found.parts)).toMatchObject({ nativeTools: 'failed', vision: 'failed' })
  expect(found.parts[2]?.reason).toBe(words.tooLong(0))
  await fake.waitForNoConnections()
})

test('a model that loads is loading, not failed: its time begins when it answers', async () => {
  const fake = await fakeServer({ loaded: [], scenario: { ...plays(), loadMs: 400 } })
  const room = roomAt(fake, { testLimitMs: 10_000 })
  const { test: found } = await room.go()
  expect(room.told.map(({ phase }) => phase)).toContain('loading')
  expect(new Set(Object.values(outcomes(found.parts)))).toEqual(new Set(['ok']))
})

describe('what keeps a model from being asked is no result, and nothing is kept', () => {
  const thrown = async (work: Promise<unknown>) =>
    await work.then(
      () => null,
      (reason) => (reason instanceof ExpectedFailure ? reason.failure.code : reason),
    )

  test('it is not there, it cannot chat, or there is no server', async () => {
    const fake = await fakeServer({ models: [embedder], scenario: plays() })
    const room = roomAt(fake)
    expect(await thrown(room.go('nobody:1b'))).not.toBeNull()
    expect(await thrown(room.go(embedder.name))).toBe('invalid-input')
    await fake.stop()
    expect(await thrown(room.go(embedder.name))).toBe('unavailable')
    expect(files.size).toBe(0)
  })

  test('the server goes in the middle', async () => {
    const fake = await fakeServer({ scenario: plays({ prompted: [{ fault: 'refuse' }] }) })
    expect(await thrown(roomAt(fake).go())).toBe('unavailable')
    expect(files.size).toBe(0)
  })

  test('it is stopped', async () => {
    const fake = await fakeServer({ scenario: plays({ native: [{ content: 'A' }, { gate: 'never' }, done] }) })
    const room = roomAt(fake)
    const stop = new AbortController()
    const going = thrown(room.go(gemma.name, stop.signal))
    await fake.waitForGate('never')
    expect(await thrown(room.go())).toBe('busy')
    stop.abort()
    expect(await going).toBe('cancelled')
    await fake.waitForNoConnections()
    expect(files.size).toBe(0)
    expect(room.told.at(-1)?.phase).toBe('ended')
    expect(await room.models.tests()).toEqual([])
  })
})

test('a run goes first: the test waits for one, and makes way for one that begins', async () => {
  const fake = await fakeServer({ scenario: plays({ native: [{ gate: 'call' }, ...right.native] }) })
  const room = roomAt(fake)
  const run = (runId: string, phase: RunState['phase']) => {
    const names = { sessionId: 's', runId, parentId: 'q', model: gemma.name, startedAt: '', phaseSince: '' }
    const rest = { behind: null, hasTools: false, calling: [], approval: null }
    room.events.emit('run.changed', { ...names, phase, ...rest })
  }
  const end = (runId: string) =>
    room.events.emit('run.ended', { sessionId: 's', runId, stop: 'stop', usage: null, error: null })

  run('r1', 'writing')
  const going = room.go()
  await waitFor('the test to wait', () => room.told.at(-1)?.phase === 'waiting')
  expect(fake.chatRequests()).toHaveLength(0)
  end('r1')
  await fake.waitForGate('call')
  run('r2', 'waiting')
  // Its connection is closed, and nothing is asked as long as the run goes on.
  await fake.waitForAbort()
  await waitFor('the test to wait', () => room.told.at(-1)?.phase === 'waiting')
  expect(fake.chatRequests()).toHaveLength(2)
  fake.release('call')
  end('r2')
  const { test: found } = await going
  expect(new Set(Object.values(outcomes(found.parts)))).toEqual(new Set(['ok']))
  expect(fake.chatRequests()).toHaveLength(5)
})

describe('what was found is kept', () => {
  const describeIt = async (room: ReturnType<typeof roomAt>, model = gemma.name) =>
    (await room.models.describe(model, new AbortController().signal)).dialect

  test.each<[string, Partial<typeof right>, 'native' | 'prompted']>([
    ['both ways work', {}, 'native'],
    ['only the text works', { native: [done] }, 'prompted'],
    ['only the native way works', { prompted: text('No.') }, 'native'],
    ['no way works, and the server says that there are tools', { native: [done], prompted: text('No.') }, 'native'],
  ])('and chooses how tools are called: %s', async (_what, other, dialect) => {
    const fake = await fakeServer({ scenario: plays(other) })
    const room = roomAt(fake)
    const { digest, test: found } = await room.go()
    expect(await describeIt(room)).toBe(dialect)
    // Also after a start.
    const again = roomAt(fake)
    await again.models.refresh()
    expect(await describeIt(again)).toBe(dialect)
    expect(await again.models.tests()).toEqual([{ digest, test: found }])
  })

  test('what a run has learned of its own stays, in a file of an older Carrel, too', async () => {
    const fake = await fakeServer({ scenario: plays() })
    const room = roomAt(fake)
    const digest = await digestOf(room)
    files.set(
      'models.json',
      JSON.stringify({ [digest]: { dialect: 'prompted' }, other: { dialect: 'native', note: 1 } }),
    )
    await room.go()
    expect(await describeIt(room)).toBe('prompted')
    const written = JSON.parse(files.get('models.json') ?? '')
    expect(written.other).toEqual({ dialect: 'native', note: 1 })
    expect(written[digest]).toMatchObject({ dialect: 'prompted', selfTest: { v: 1 } })
  })

  test.each([
    ['another version', { v: 2, parts: [] }],
    ['too few parts', { v: 1, testedAt: '2026', ms: 1, parts: [] }],
    ['no object', 'ok'],
  ])('a test that cannot be read counts as none and is left alone: %s', async (_what, damaged) => {
    const fake = await fakeServer({ models: [gemma, smol], scenario: plays({ native: [done] }) })
    const room = roomAt(fake)
    const digest = await digestOf(room)
    files.set('models.json', JSON.stringify({ [digest]: { selfTest: damaged } }))
    expect(await describeIt(room)).toBe('native')
    expect(await room.models.tests()).toEqual([])
    await room.go(smol.name)
    expect(JSON.parse(files.get('models.json') ?? '')[digest]).toEqual({ selfTest: damaged })
  })
})

test('the picture is a PNG of our own with two digits', () => {
  const picture = Buffer.from(numberPicture())
  const width = picture.readUInt32BE(16)
  const height = picture.readUInt32BE(20)
  const length = picture.readUInt32BE(33)
  const pixels = inflateSync(picture.subarray(41, 41 + length))
  expect([picture.subarray(1, 4).toString(), picture.length < 2_000]).toEqual(['PNG', true])
  expect(pixels).toHaveLength((width + 1) * height)
  const rows = Array.from({ length: height / 16 }, (_, row) => {
    const line = pixels.subarray(row * 16 * (width + 1) + 1, (row * 16 + 1) * (width + 1))
    return Array.from({ length: width / 16 }, (_, x) => (line[x * 16] === 0 ? '#' : '.')).join('')
  })
  expect(rows.slice(2, -2)).toEqual([
    '..#..#..####..',
    '..#..#.....#..',
    '..#..#....#...',
    '..####....#...',
    '.....#...#....',
    '.....#...#....',
    '.....#...#....',
  ])
})

test('it is a good client', async () => {
  const fake = await fakeServer({ scenario: plays() })
  await roomAt(fake).go()
  for (const request of fake.requests) assertGoodClient([request])
})
