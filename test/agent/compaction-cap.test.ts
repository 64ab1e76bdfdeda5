// A session far longer than its model's window: a few requests before the answer, and what they do not read is said to be left out.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostRequests, planCompaction, type Sizes } from '../../electron/agent/compaction-plan.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { MessageRecord, TreeRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { answered } from '../support/carrel.ts'
import { assertGoodClient } from '../support/fake-ollama.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { ask, longRun, type Turn } from './long-run.ts'

const summary = 'They spoke of tides.'
const asked = 'The conversation above no longer fits'
const done = { done: 'stop' } as const
const model: Turn[] = [
  { match: { contains: asked }, steps: [{ content: summary, chunk: 'whole' }, done] },
  { steps: [{ content: 'Twice a day.', chunk: 'whole' }, done] },
]
const isAsking = ({ body }: { body: unknown }) => String(Object(body).messages?.at(-1)?.content).includes(asked)

/** So many questions and answers, of a hundred tokens each, an hour between two of them. */
function conversation(questions: number): Line[] {
  const at = (nth: number) => new Date(Date.UTC(2026, 0, 1) + nth * 3_600_000).toISOString()
  return Array.from({ length: questions }, (_, nth) => [
    message(`q${nth}`, nth === 0 ? null : `a${nth - 1}`, {
      content: `Question ${nth}: ${'why is there a tide? '.repeat(20)}`,
      ts: at(nth),
    }),
    message(`a${nth}`, `q${nth}`, {
      role: 'assistant',
      content: `Answer ${nth}: ${'the moon draws it. '.repeat(20)}`,
      model: 'gemma4:e4b',
      stop: 'stop',
      ts: at(nth),
    }),
  ]).flat()
}

async function withSession(lines: readonly Line[], compaction: 'automatic' | 'off' = 'automatic') {
  const run = await longRun(4_096, model, 'native', compaction)
  const file = run.sessionFile('long')
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, toBytes({ ...header, id: 'long', workspace: null }, ...lines))
  return run
}

describe.each(['by itself', 'by hand'] as const)('1,400 messages in a window of 4,096, %s', (how) => {
  test('three requests at most, the oldest are left out, and nothing is claimed of them', async () => {
    const run = await withSession(conversation(700), how === 'by hand' ? 'off' : 'automatic')
    if (how === 'by hand') {
      const { bridge } = run.carrel
      const { runId } = answered(await bridge.call('sessions.compact', { sessionId: 'long', model: null, wish: null }))
      expect(await run.carrel.runEnd(runId)).toMatchObject({ stop: 'stop', error: null })
    }
    const { end } = await ask(run, 'And now?', 'long')
    expect(end.error).toBeNull()
    const requests = run.server.chatRequests()
    expect(requests.filter(isAsking).length).toBeLessThanOrEqual(mostRequests)
    expect(requests.filter(isAsking).length).toBeGreaterThan(1)
    assertGoodClient(requests)
    expect(requests.filter(({ status }) => status !== 200)).toEqual([])

    const lines = await linesOf(run.sessionFile('long'))
    const said = lines.filter(({ type }) => type === 'message')
    const compactions = lines.filter(({ type }) => type === 'compaction')
    for (const compaction of compactions) {
      expect(writtenRecord.safeParse(compaction).error?.issues).toBeUndefined()
      const { firstKeptId, messageCount } = compaction
      expect(said.findIndex(({ id }) => id === firstKeptId)).toBe(messageCount)
    }
    const left = compactions.map((one) => Object(one['leftOut']))
    const [first] = left
    expect(first).toMatchObject({
      since: '2026-01-01T00:00:00.000Z',
      question: expect.stringMatching(/^Question 0: why/),
    })
    expect(said[first.messages - 1]).toMatchObject({ ts: first.until })
    // What the first request reads begins right behind them, and the last one ends where the rest begins.
    expect(String(Object(requests.find(isAsking)?.body).messages[2].content)).toContain(
      `Question ${first.messages / 2}:`,
    )
    const read = requests.filter(isAsking).flatMap(({ prompt }) => [...(prompt ?? '').matchAll(/Question (\d+):/g)])
    const nths = read.map(([, nth]) => Number(nth)).filter((nth) => nth > 0)
    const until = Number(compactions.at(-1)?.['messageCount']) / 2
    // A part between two requests may be left out as well, and then it is counted.
    expect(new Set(nths).size + Object(left.at(-1)).messages / 2).toBe(until)
    expect(nths.length).toBe(new Set(nths).size)

    const { prompt } = requests.at(-1) ?? {}
    expect(prompt).toContain(
      `[${left.at(-1).messages} earlier messages are neither shown nor summarised, from 2026-01-01 to `,
    )
    expect(prompt).toContain(summary)
    if (how === 'by itself') {
      const { messageCount, leftOut } = Object(compactions.at(-1))
      const told = run.carrel.pushed('run.notice').filter(({ code }) => code === 'compacted')
      expect(told.at(-1)?.message).toBe(messages.notices.compacted(messageCount, leftOut.messages))
    }

    // And that was all: the next question is simply asked.
    await ask(run, 'How often?', 'long')
    expect(run.server.chatRequests().length).toBe(requests.length + 1)
  })
})

test('far more than the window with summaries off: said without asking the server, which would only count for a while', async () => {
  const run = await withSession(conversation(700), 'off')
  const { end } = await ask(run, 'And now?', 'long')
  expect(end).toMatchObject({ stop: 'error', error: { code: 'limit', message: messages.failures.contextFullOff } })
  expect(run.server.chatRequests()).toEqual([])
})

test('a summary that is there already stands for the oldest part, and only what is behind it is left out', async () => {
  const lines = conversation(700)
  const earlier = 'They began with the moon.'
  const at = lines.findIndex(({ id }) => id === 'a100')
  const compaction = { type: 'compaction', id: 'k', parentId: 'a100', summary: earlier, firstKeptId: 'q100' }
  const rest = lines.slice(at + 1).map((line) => (line['parentId'] === 'a100' ? { ...line, parentId: 'k' } : line))
  const known = { ts: lines[at]?.['ts'], tokensBefore: 3_000, tokensAfter: 900, messageCount: 200 }
  const run = await withSession([...lines.slice(0, at + 1), { ...compaction, ...known }, ...rest])
  await ask(run, 'And now?', 'long')
  const [first] = run.server.chatRequests().filter(isAsking)
  const stands = String(Object(first?.body).messages[1].content)
  expect(stands).toContain(earlier)
  expect(stands).toContain('"Question 100: why')
  const made = (await linesOf(run.sessionFile('long'))).filter(({ type, id }) => type === 'compaction' && id !== 'k')
  expect(Object(made[0]?.['leftOut'])).toMatchObject({
    since: lines[at]?.['ts'],
    question: expect.stringContaining('Question 100'),
  })
})

test('whatever the sizes: so many requests at most, each fits, and none reads what another has read or skips back', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 120 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 2_000, max: 8_000 }), fc.boolean(), (tokens, mostAsked, isAsked) => {
      const path = tokens.map((_, at) => said(at))
      const place = (id: string) => path.findIndex((one) => one.id === id)
      const sum = (from: number, to: number) => tokens.slice(from, to).reduce((all, one) => all + one, 0)
      const fixed = 300
      let begin = 0
      for (let requests = mostRequests; requests > 0; requests -= 1) {
        const now = fixed + sum(begin, tokens.length)
        const room = mostAsked - 200
        const own: Sizes = {
          room,
          now,
          mostAsked,
          after: (id) => fixed + 400 + sum(place(id), tokens.length),
          asking: (from, id) => fixed + sum(from === null ? begin : place(from), place(id)),
        }
        const planned = planCompaction(path, begin, own, { requests, isAsked })
        if (planned === null) break
        const { from, firstKeptId } = planned
        expect(own.asking(from, firstKeptId)).toBeLessThanOrEqual(mostAsked)
        expect(place(firstKeptId)).toBeGreaterThan(from === null ? begin : place(from))
        if (from !== null) expect(place(from)).toBeGreaterThan(begin)
        begin = place(firstKeptId)
      }
    }),
  )
})

test('the last request makes room, also where the latest rounds have to give way for that', () => {
  // The two latest rounds alone are more than there is room for.
  const tokens = [10, 600, 10, 900, 10, 900]
  const path = tokens.map((_, at) => said(at))
  const sum = (from: number, to: number) => tokens.slice(from, to).reduce((all, one) => all + one, 0)
  const place = (id: string | null) => (id === null ? 0 : path.findIndex((one) => one.id === id))
  const sizes: Sizes = {
    room: 1_600,
    now: sum(0, tokens.length),
    mostAsked: 1_800,
    after: (id) => 100 + sum(place(id), tokens.length),
    asking: (from, id) => sum(place(from), place(id)),
  }
  const planned = (requests: number) => planCompaction(path, 0, sizes, { requests, isAsked: false })
  expect(planned(2)).toEqual({ from: null, firstKeptId: 'm2' })
  expect(planned(1)).toEqual({ from: null, firstKeptId: 'm4' })
})

function said(at: number): MessageRecord & TreeRecord {
  const role = at % 2 === 0 ? ('user' as const) : ('assistant' as const)
  return { type: 'message', id: `m${at}`, parentId: at === 0 ? null : `m${at - 1}`, ts: null, role, content: '' }
}
