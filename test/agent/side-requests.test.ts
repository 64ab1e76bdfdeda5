// What is asked beside the conversation, titles and summaries: never while anything is answered, and never at the cost of the chat's
// cache. The fake server counts how much of each prompt it had read before.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toModel } from '../../electron/agent/to-model.ts'
import { messages } from '../../shared/messages/messages.ts'
import { titleWords } from '../../shared/messages/titles.ts'
import { skillTool } from '../../shared/tool.ts'
import { answered, refused } from '../support/carrel.ts'
import { commonPrefix } from '../support/fake-ollama/prompt.ts'
import { assertConstantOptions, assertNoConcurrentChats } from '../support/fake-ollama.ts'
import { type Dialect, dialects, type LongRun, longRun, nameOf, type Turn, withSkill } from './long-run.ts'

const done = { done: 'stop' } as const
const asked = 'The conversation above no longer fits'
const isTitle = { contains: toModel.title }
const isSummary = { contains: asked }
const said = `The moon does it. ${'So it is. '.repeat(200)}`

function model(dialect: Dialect, gate: { title?: string; summary?: string; answer?: string } = {}): Turn[] {
  const { steps } = dialects[dialect]
  const gated = (name: string | undefined) => (name === undefined ? [] : [{ gate: name }])
  const thinks = { thinking: 'They want to know of the sea.' }
  const answer: Turn['steps'] = [{ content: said, chunk: 'whole' }, done]
  return [
    { match: isTitle, steps: [...gated(gate.title), { content: 'Tides', chunk: 'whole' }, done] },
    { match: isSummary, steps: [...gated(gate.summary), { content: 'They spoke of tides.', chunk: 'whole' }, done] },
    { match: { lastRole: 'tool' }, steps: answer },
    { match: { matchPromptMode: true }, steps: answer },
    { match: { contains: 'use the skill' }, steps: [thinks, ...steps([[skillTool, { name: 'tides' }]]), done] },
    { match: { contains: 'read the notes' }, steps: [thinks, ...steps([['read_file', { path: nameOf(7) }]]), done] },
    { match: { contains: 'wait' }, steps: [...gated(gate.answer), ...answer] },
    { steps: answer },
  ]
}

async function ask({ carrel, project }: LongRun, text: string, sessionId: string | null, attach: string[] = []) {
  const request = {
    sessionId,
    text,
    model: null,
    think: null,
    workspace: sessionId === null ? project : null,
    host: null,
  }
  const sent = answered(
    await carrel.bridge.call('terminal.send', { ...request, trustFolder: true, ...(attach.length > 0 && { attach }) }),
  )
  return { sessionId: sent.sessionId, runId: sent.runId, end: () => carrel.runEnd(sent.runId, 120_000) }
}

async function talk(run: LongRun, questions: readonly (readonly [string, string[]?])[]): Promise<string> {
  let sessionId: string | null = null
  for (const [text, attach] of questions) {
    const sent = await ask(run, text, sessionId, attach)
    expect((await sent.end()).error).toBeNull()
    sessionId = sent.sessionId
  }
  return sessionId ?? ''
}

const title = ({ carrel }: LongRun, sessionId: string) => carrel.bridge.call('sessions.suggestTitle', { sessionId })
async function compact({ carrel }: LongRun, sessionId: string) {
  const wanted = { sessionId, model: null, wish: null }
  return answered(await carrel.bridge.call('sessions.compact', wanted)).runId
}
/** All of a prompt that stays when its answer is there. */
const fixed = (prompt: string | null | undefined) => (prompt ?? '').replace(/<\|turn>model\n$/, '')
const last = (run: LongRun) => run.server.chatRequests().at(-1)

describe.each(['native', 'prompted'] as const)(
  '%s: skills, attachments, the folder’s words and the person’s own',
  (dialect) => {
    test.each([
      ['thinking', 'medium'],
      ['not thinking', 'off'],
    ] as const)(
      '%s: what is asked beside it begins with the whole last prompt, and the next question loses nothing',
      async (_, think) => {
        const run = await longRun(32_768, model(dialect), dialect, 'off')
        await withSkill(run)
        await writeFile(join(run.project, 'AGENTS.md'), 'Speak of the sea as if it were yours.\n')
        const kept = join(run.home, '..', 'letter.txt')
        await writeFile(kept, 'Dear sea. '.repeat(200))
        const sessionId = await talk(run, [['Why is there a tide?']])
        const answers = { think, ownPrompt: 'Answer in rhymes.', temperature: 0.4 }
        answered(await run.carrel.bridge.call('sessions.setAnswers', { sessionId, answers }))
        for (const [text, attach] of [
          ['use the skill', []],
          ['What does the letter say?', [kept]],
          ['And this place?', [join(run.project, nameOf(3))]],
          ['read the notes', []],
        ] as const) {
          expect((await (await ask(run, text, sessionId, [...attach])).end()).error).toBeNull()
        }

        const before = last(run)
        for (const words of ['Answer in rhymes.', 'as if it were yours', 'Dear sea.', 'tides: How tides']) {
          expect(before?.prompt).toContain(words)
        }
        answered(await title(run, sessionId))
        const aside = last(run)
        expect(aside?.cachedPrefix).toBeGreaterThanOrEqual(fixed(before?.prompt).length)

        expect((await (await ask(run, 'And now?', sessionId)).end()).error).toBeNull()
        const next = last(run)
        // As much as without the title: what it added stands behind all that both have.
        expect(next?.cachedPrefix).toBeGreaterThanOrEqual(commonPrefix(before?.prompt ?? '', next?.prompt ?? ''))
        const others = run.server.chatRequests().filter(({ prompt }) => !prompt?.includes(asked))
        assertConstantOptions(others)

        const runId = await compact(run, sessionId)
        expect((await run.carrel.runEnd(runId)).error).toBeNull()
        const summing = last(run)
        const request = `${asked}${(summing?.prompt ?? '').split(asked)[1]}`
        const shared = (summing?.prompt ?? '').length - request.length
        // A switch of thinking stands first in the prompt, and costs one reading (ADR 26).
        if (think === 'off') expect(summing?.cachedPrefix).toBeGreaterThanOrEqual(shared - '<|turn>user\n'.length)

        // Behind it, two questions: the second finds all of the first, and so does a title.
        for (const text of ['Once more?', 'And at last?']) await (await ask(run, text, sessionId)).end()
        const [one, two] = run.server.chatRequests().slice(-2)
        expect(two?.cachedPrefix).toBeGreaterThanOrEqual(fixed(one?.prompt).length)
        answered(await title(run, sessionId))
        expect(last(run)?.cachedPrefix).toBeGreaterThanOrEqual(fixed(two?.prompt).length)
        assertNoConcurrentChats(run.server.chatRequests())
      },
    )
  },
)

test('in a replay too, whose tools are those of the log', async () => {
  const run = await longRun(32_768, model('native'), 'native', 'off')
  const original = await talk(run, [['read the notes'], ['Why?'], ['How?']])
  const replay = { sessionId: original, model: 'gemma4:e4b' }
  const { sessionId } = answered(await run.carrel.bridge.call('sessions.replay', replay))
  await expect.poll(() => run.carrel.pushed('replay.changed').at(-1)?.isGoingOn).toBe(false)
  const before = last(run)
  answered(await title(run, sessionId))
  expect(last(run)?.cachedPrefix).toBeGreaterThanOrEqual(fixed(before?.prompt).length)
})

describe('nothing beside it while anything is answered', () => {
  test('a title that is being written gives way to a question, in its session or in any other', async () => {
    const run = await longRun(16_384, model('native', { title: 'title' }), 'native', 'off')
    const [one, other] = [await talk(run, [['Why?']]), await talk(run, [['How?']])]
    for (const sessionId of [one, other, null]) {
      const suggesting = title(run, one)
      await run.server.waitForGate('title')
      const sent = await ask(run, 'And now?', sessionId)
      expect((await sent.end()).stop).toBe('stop')
      expect(refused(await suggesting)).toMatchObject({ code: 'cancelled', message: titleWords.stopped })
    }
    assertNoConcurrentChats(run.server.chatRequests())
    const { session } = answered(await run.carrel.bridge.call('sessions.open', { sessionId: one }))
    expect(session.title).toBe('Why?')
  })

  test('a title is refused while another session is answered, waits for its model, or is summarised', async () => {
    const run = await longRun(16_384, model('native', { answer: 'answer', summary: 'summary' }), 'native', 'off')
    const one = await talk(run, [['Why?'], ['How?'], ['Since when?'], ['Where?']])
    const other = await talk(run, [['Who?']])
    const busy = async () =>
      expect(refused(await title(run, other))).toMatchObject({ code: 'busy', message: titleWords.busy })
    const waiting = await ask(run, 'wait', one)
    await run.server.waitForGate('answer')
    await busy()
    // Another session waits in the same line.
    const queued = await ask(run, 'And now?', null)
    await expect.poll(() => run.carrel.pushed('run.changed').some(({ phase }) => phase === 'queued')).toBe(true)
    await busy()
    run.server.release('answer')
    await Promise.all([waiting.end(), queued.end()])

    const runId = await compact(run, one)
    await run.server.waitForGate('summary')
    await busy()
    run.server.release('summary')
    expect(await run.carrel.runEnd(runId)).toMatchObject({ stop: 'stop' })
    expect(answered(await title(run, other)).title).toBe('Tides')
    assertNoConcurrentChats(run.server.chatRequests())
  })

  test('a summary by hand waits for the answers that were asked for before it, and stands in the same line', async () => {
    const run = await longRun(16_384, model('native', { answer: 'answer', title: 'title' }), 'native', 'off')
    const one = await talk(run, [['Why?'], ['How?'], ['Since when?'], ['Where?']])
    const first = await ask(run, 'wait', null)
    await run.server.waitForGate('answer')
    const runId = await compact(run, one)
    await expect
      .poll(() => run.carrel.pushed('run.changed').findLast((each) => each.runId === runId)?.phase)
      .toBe('queued')
    expect(run.server.chatRequests().some(({ prompt }) => prompt?.includes(asked))).toBe(false)
    run.server.release('answer')
    expect((await first.end()).stop).toBe('stop')
    expect(await run.carrel.runEnd(runId)).toMatchObject({ stop: 'stop', error: null })

    // And a title that is being written gives way to it.
    const suggesting = title(run, first.sessionId)
    await run.server.waitForGate('title')
    const again = await compact(run, one)
    expect(refused(await suggesting).code).toBe('cancelled')
    expect(await run.carrel.runEnd(again)).toMatchObject({ stop: 'stop' })
    expect(run.carrel.pushed('run.notice').at(-1)?.message).toBe(messages.notices.nothingToSummarise)
    assertNoConcurrentChats(run.server.chatRequests())
  })
})
