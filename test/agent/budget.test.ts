// Long runs in small windows, through the booted app over real HTTP and real files: nothing overflows, nothing is orphaned, and the
// server's cache is voided seldom.
import { expect, test } from 'vitest'
import { writtenRecord } from '../../shared/session-format.ts'
import {
  assertConstantOptions,
  assertGoodClient,
  assertNoOrphanResults,
  assertResultsFollowCalls,
} from '../support/fake-ollama.ts'
import { linesOf } from '../support/session-lines.ts'
import { ask, longRun, readingRounds, rewrites } from './long-run.ts'

test.each([
  { context: 4_096, most: 8 },
  { context: 8_192, most: 9 },
  { context: 16_384, most: 6 },
])(
  '25 rounds in a window of $context: nothing overflows, and the cache is voided at most $most times',
  async ({ context, most }) => {
    const run = await longRun(context, readingRounds('native', 25))
    const { sessionId, end } = await ask(run, 'Read all the notes.')
    expect(end).toMatchObject({ stop: 'limit', error: null })
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

    // The last is asked without tools, which stand at the beginning of the prompt.
    const withTools = requests.slice(0, -1)
    assertGoodClient(withTools)
    const told = run.carrel.pushed('run.notice').filter(({ code }) => code === 'results_shortened')
    expect(rewrites(withTools)).toBe(told.length)
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThanOrEqual(most)
  },
)
