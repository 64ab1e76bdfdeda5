// Two hundred questions, and one with two hundred steps, in small windows: through the booted app over real HTTP and real files. The
// server never has to refuse or cut anything, no result loses its call, and everything that was summarised is still there.
import { describe, expect, test } from 'vitest'
import { toModel } from '../../electron/agent/to-model.ts'
import { skillTool } from '../../shared/tool.ts'
import { answered } from '../support/carrel.ts'
import { assertGoodClient } from '../support/fake-ollama.ts'
import { type Line, linesOf } from '../support/session-lines.ts'
import {
  ask,
  type Dialect,
  dialects,
  type LongRun,
  longRun,
  type Made,
  nameOf,
  skillBody,
  type Turn,
  withSkill,
} from './long-run.ts'

const questions = 200
const rounds = 200
const asksForSummary = 'The conversation above no longer fits'
const question = (nth: number) =>
  `Question ${nth}: ${wishOf(nth)} and why is there a tide? ${'Say more of it. '.repeat(4)}`

function wishOf(nth: number): string {
  if (nth === 3) return 'use the skill'
  return nth % 5 === 0 ? 'read the notes' : 'say it plainly'
}

/** A model that answers, reads a file when it is asked to, reads a skill once, and writes summaries. */
function model(dialect: Dialect): Turn[] {
  const { steps } = dialects[dialect]
  const done = { done: 'stop' }
  const answer: Turn['steps'] = [
    { content: `The moon draws the water of the sea, twice a day. ${'So it is. '.repeat(12)}`, chunk: 'whole' },
    done,
  ]
  return [
    { match: { contains: asksForSummary }, steps: [{ content: 'They spoke of tides.', chunk: 'whole' }, done] },
    { match: { lastRole: 'tool' }, steps: answer },
    { match: { matchPromptMode: true }, steps: answer },
    { match: { contains: wishOf(3) }, steps: [...steps([[skillTool, { name: 'tides' }]]), done] },
    { match: { contains: wishOf(5) }, steps: [...steps([['read_file', { path: nameOf(7) }]]), done] },
    { steps: answer },
  ]
}

/** A model that begins with the skill and reads on in one file after the other, never the same twice. */
function reading(dialect: Dialect): Turn[] {
  const { steps } = dialects[dialect]
  const done = { done: 'stop' }
  // Summaries are requests, too.
  const turns = Array.from({ length: 2 * rounds }, (_, at): Turn => {
    const given = { path: nameOf((at % 25) + 1), from_line: 1 + Math.floor(at / 25) }
    const made: Made = at === 0 ? [skillTool, { name: 'tides' }] : ['read_file', given]
    return { match: { nth: at + 1 }, steps: [{ content: `Step ${at}.` }, ...steps([made]), done] }
  })
  return [
    { match: { contains: asksForSummary }, steps: [{ content: 'The notes say this and that.', chunk: 'whole' }, done] },
    { match: { contains: toModel.close }, steps: [{ content: 'All of it was read.' }, done] },
    ...turns,
  ]
}

function checkRequests(requests: ReturnType<LongRun['server']['chatRequests']>): void {
  expect(requests.filter(({ status }) => status !== 200)).toEqual([])
  // One window, one system prompt and the same tools at its beginning, every call with its result.
  assertGoodClient(requests)
}

/** Each summary stands for entries that are on its way and in the file, whole. */
function checkSummaries(lines: readonly Line[]): number {
  const byId = new Map(lines.map((line) => [line['id'], line]))
  const summaries = lines.filter(({ type }) => type === 'compaction')
  for (const { parentId, firstKeptId, messageCount } of summaries) {
    const way: Line[] = []
    for (let at = byId.get(parentId); at; at = byId.get(at['parentId'])) way.unshift(at)
    const first = way.findIndex(({ id }) => id === firstKeptId)
    expect(first).toBeGreaterThan(0)
    expect(way.slice(0, first).filter(({ type }) => type === 'message')).toHaveLength(Number(messageCount))
  }
  return summaries.length
}

describe.each(['native', 'prompted'] as const)('%s', (dialect) => {
  test.each([4_096, 8_192, 16_384])(
    'slow: 200 questions with tools and a skill in a window of %d',
    async (context) => {
      const run = await longRun(context, model(dialect), dialect, 'automatic')
      await withSkill(run)
      let sessionId: string | null = null
      for (let nth = 1; nth <= questions; nth += 1) {
        const { end, ...sent } = await ask(run, question(nth), sessionId)
        expect({ nth, stop: end.stop, error: end.error }).toEqual({ nth, stop: 'stop', error: null })
        sessionId = sent.sessionId
      }
      checkRequests(run.server.chatRequests())
      const lines = await linesOf(run.sessionFile(sessionId ?? ''))
      const said = lines.filter(({ type, role }) => type === 'message' && role === 'user')
      expect(said.map(({ content }) => content)).toEqual(Array.from({ length: questions }, (_, at) => question(at + 1)))
      const summaries = checkSummaries(lines)
      expect(summaries).toBeGreaterThan(0)
      console.log(`${dialect} ${context}: ${summaries} summaries, ${run.server.chatRequests().length} requests`)
      // What a skill says is what the model works by.
      expect(run.server.chatRequests().at(-1)?.prompt).toContain(skillBody)
    },
    300_000,
  )

  test.each([4_096, 8_192, 16_384])(
    'slow: one question with 200 rounds in a window of %d',
    async (context) => {
      const run = await longRun(context, reading(dialect), dialect, 'automatic')
      await withSkill(run)
      answered(await run.carrel.bridge.call('settings.update', { rounds }))
      const { sessionId, end } = await ask(run, 'Read all the notes, again and again.')
      expect(end).toMatchObject({ stop: 'limit', error: { code: 'limit' } })
      const requests = run.server.chatRequests()
      // The one that closes a turn is asked without tools.
      checkRequests(requests.slice(0, -1))
      expect(requests.at(-1)?.status).toBe(200)
      const lines = await linesOf(run.sessionFile(sessionId))
      const results = lines.filter(({ type, role }) => type === 'message' && role === 'tool')
      expect(results).toHaveLength(rounds)
      expect(results.filter(({ isError }) => isError)).toEqual([])
      const summaries = checkSummaries(lines)
      console.log(`${dialect} ${context}: ${summaries} summaries in one answer`)
      // However much is gone, the model is shown what it was asked.
      expect(run.server.chatRequests().at(-1)?.prompt).toContain('Read all the notes, again and again.')
    },
    300_000,
  )
})
