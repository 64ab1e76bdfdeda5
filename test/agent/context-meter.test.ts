// What stands in the window: shared out so that the sum is what was counted; and when a server's numbers are not believed.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meterContext, shareOut } from '../../electron/agent/context-meter.ts'
import { contextMismatch } from '../../electron/agent/context-mismatch.ts'
import { createDialect } from '../../electron/agent/dialects/dialect.ts'
import { lastCount, reloadsOn } from '../../shared/context-count.ts'
import { contextParts } from '../../shared/context-report.ts'
import type { TreeRecord, Usage } from '../../shared/session.ts'

const usage = (more: Partial<Usage> = {}): Usage => ({
  promptTokens: 900,
  outputTokens: 40,
  contextTokens: 940,
  numCtx: 16_384,
  loadMs: 20,
  promptMs: 1,
  outputMs: 1,
  ...more,
})

const tool = (name: string) => ({ name, description: `Does ${name} and tells of it.`, parameters: { type: 'object' } })
const tools = [tool('read_file'), tool('use_skill')]

const question: TreeRecord = message('q', null, { role: 'user', content: 'When does the tide come? '.repeat(20) })
const called = message('a1', 'q', {
  role: 'assistant',
  content: 'I look.',
  model: 'm',
  stop: 'tool_calls',
  toolCalls: [
    { id: 'c1', name: 'read_file', arguments: { path: 'tides.txt' } },
    { id: 'c2', name: 'use_skill', arguments: { name: 'plain' } },
  ],
  usage: usage({ promptTokens: 400, outputTokens: 30, contextTokens: 430 }),
})
const read = message('t1', 'a1', {
  role: 'tool',
  callId: 'c1',
  name: 'read_file',
  content: 'High at 04:38. '.repeat(60),
})
const skill = message('t2', 't1', {
  role: 'tool',
  callId: 'c2',
  name: 'use_skill',
  content: 'Write plainly. '.repeat(30),
})
const answer = message('a2', 't2', {
  role: 'assistant',
  content: 'At 04:38.',
  model: 'm',
  stop: 'stop',
  usage: usage(),
})
const path = [question, called, read, skill, answer]

function message(id: string, parentId: string | null, more: Record<string, unknown>): TreeRecord {
  return { type: 'message', id, parentId, ts: `2026-11-22T08:00:0${id.length}.000Z`, ...more } as TreeRecord
}

function meter(
  records: readonly TreeRecord[],
  more: { model?: string; native?: boolean; isRearranged?: boolean } = {},
) {
  const { model = 'm', native = true, isRearranged = false } = more
  const dialect = createDialect(native ? 'native' : 'prompted', { tools, readOnly: new Set(), stop: [] })
  const place = {
    workspace: null,
    instructions: 'Use metres. '.repeat(40),
    ownPrompt: null,
    skills: 'Skills: plain, which writes plainly.',
    pictures: new Map(),
    attached: new Map([['q', { words: '\n\nA file: '.repeat(30), inShort: '', pictures: [new Uint8Array(3)] }]]),
  }
  const fixed = { hidden: [], shortened: new Map(), place, offered: tools, dialect }
  const metered = meterContext({ path: records, model, isRearranged, ...fixed })
  return { ...metered, tokens: Object.fromEntries(metered.parts.map(({ part, tokens }) => [part, tokens])) }
}

const total = (parts: readonly { tokens: number }[]) => parts.reduce((sum, { tokens }) => sum + tokens, 0)

describe('the meter', () => {
  test.each([true, false])('is what the server counted, to the token, with every part in it (native %s)', (native) => {
    const { parts, used, by, countedAt, tokens } = meter(path, { native })
    expect({ used, by, countedAt }).toEqual({ used: 940, by: 'server', countedAt: answer.ts })
    expect(parts.map(({ part }) => part)).toEqual([...contextParts])
    expect(total(parts)).toBe(940)
    expect(tokens).toMatchObject({ answer: 40 })
    // A picture alone is 768 by Ollama's own figure, so of what was counted it is the most.
    expect(tokens['attached']).toBeGreaterThan(total(parts) / 3)
    expect(tokens['results']).toBeGreaterThan(tokens['skills'] ?? 0)
  })

  test('grows by what came since, and says that it is a guess', () => {
    const now = meter([...path, message('q2', 'a2', { role: 'user', content: 'And tomorrow? '.repeat(200) })])
    expect(now.by).toBe('since')
    expect(now.used).toBeGreaterThan(940 + 300)
    expect(total(now.parts)).toBe(now.used)
    expect(meter(path, { isRearranged: true }).by).toBe('since')
  })

  test('is an estimate for a model that has counted nothing, and for a log that does not say', () => {
    const uncounted = path.map((record) => ({ ...record, usage: null }) as TreeRecord)
    for (const guess of [meter(path, { model: 'other' }), meter(uncounted), meter([question])]) {
      expect(guess).toMatchObject({ by: 'guess', countedAt: null })
      expect(guess.used).toBeGreaterThan(0)
      expect(total(guess.parts)).toBe(guess.used)
    }
  })

  test('shares out whole tokens that are the total together; nothing gets none, and nobody less than nothing', () => {
    const weight = fc.integer({ min: 0, max: 100_000 })
    const weights = fc.record(Object.fromEntries(contextParts.map((part) => [part, weight])))
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 1_000_000 }), (given, tokens) => {
        const all = given as Parameters<typeof shareOut>[0]
        const shares = shareOut(all, tokens)
        const whole = contextParts.reduce((sum, part) => sum + all[part], 0)
        expect(contextParts.reduce((sum, part) => sum + shares[part], 0)).toBe(whole === 0 ? 0 : tokens)
        for (const part of contextParts) {
          expect(shares[part]).toBeGreaterThanOrEqual(0)
          if (all[part] === 0) expect(shares[part]).toBe(0)
          else expect(Math.abs(shares[part] - (all[part] / whole) * tokens)).toBeLessThan(1.000_001)
        }
      }),
    )
  })
})

describe('a count is read from answers alone', () => {
  test('of the last one; another program that names no window says nothing', () => {
    expect(lastCount(path)).toEqual({ used: 940, window: 16_384 })
    expect(lastCount([question])).toBeNull()
    expect(lastCount([{ ...answer, usage: usage({ numCtx: 0 }) }])).toBeNull()
  })

  test('and how often the model was loaded again', () => {
    const loaded = (id: string, loadMs: number, model = 'm') =>
      message(id, null, { role: 'assistant', content: '', model, usage: usage({ loadMs }) })
    const answers = [loaded('1', 9_000), loaded('2', 40), loaded('33', 4_200), loaded('4', 60_000, 'other')]
    expect(reloadsOn(answers, 'm')).toEqual({
      again: 1,
      since: '2026-11-22T08:00:01.000Z',
      lastAt: '2026-11-22T08:00:02.000Z',
      lastMs: 4_200,
    })
    expect(reloadsOn(answers.slice(0, 2), 'm').again).toBe(0)
  })
})

describe('what the server says is doubted', () => {
  const sent = { tokens: 6_000, before: 5_000 }

  test('when it loaded a smaller window, or counts more than there is room for', () => {
    expect(contextMismatch(usage({ loadedCtx: 4_096 }), null)).toMatchObject({ kind: 'loaded', found: 4_096 })
    expect(contextMismatch(usage({ loadedCtx: 32_768, promptTokens: 20_000 }), null)).toBeNull()
    expect(contextMismatch(usage({ promptTokens: 20_000 }), null)).toMatchObject({ kind: 'over', found: 20_000 })
  })

  test('when it counts far less than was sent, and can have read nothing of it before', () => {
    const loaded = { loadMs: 4_000 }
    expect(contextMismatch(usage({ promptTokens: 2_000, ...loaded }), sent)).toMatchObject({ kind: 'cut', sent: 6_000 })
    // A server before 2026 leaves out what it had read: with the model in memory a low count says nothing.
    expect(contextMismatch(usage({ promptTokens: 200, loadMs: 90 }), sent)).toBeNull()
    expect(contextMismatch(usage({ promptTokens: 200, ...loaded }), null)).toBeNull()
    expect(contextMismatch(usage({ promptTokens: 3_001, ...loaded }), sent)).toBeNull()
    // Many spaces are few tokens, but never fewer than what was there before them.
    expect(contextMismatch(usage({ promptTokens: 2_100, ...loaded }), { tokens: 6_000, before: 2_000 })).toBeNull()
  })
})
