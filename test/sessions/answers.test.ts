// Thinking, sampling and a person's own words for the model: what was chosen is what is sent, recorded, and read back.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { answersOn, answersRecord } from '../../electron/services/sessions/answer-choices.ts'
import { type AnswerChoices, answerChoices, noAnswerChoices } from '../../shared/answers.ts'
import type { Input } from '../../shared/ipc.ts'
import { answerLimits } from '../../shared/limits.ts'
import { answerWords } from '../../shared/messages/answers.ts'
import { messages } from '../../shared/messages/messages.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import { assertConstantOptions, assertExplicitThink, type FakeOllama, gemma, smol } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const turns = [{ steps: [{ content: 'Yes.' }, { done: 'stop' as const }] }]
const chosen = { think: 'low', temperature: 0.3, topP: 0.9, seed: 7, ownPrompt: 'Answer in rhymes.' } as const

async function room(models = [gemma]): Promise<{ server: FakeOllama; carrel: Carrel }> {
  const server = await fakeServer({ models, scenario: { turns } })
  return { server, carrel: await bootCarrel({ home, host: server.url }) }
}

async function set(carrel: Carrel, sessionId: string, answers: Input<'sessions.setAnswers'>['answers']) {
  answered(await carrel.bridge.call('sessions.setAnswers', { sessionId, answers }))
}

const open = async (carrel: Carrel, sessionId: string) =>
  answered(await carrel.bridge.call('sessions.open', { sessionId }))

const sent = (server: FakeOllama) =>
  server.chatRequests().map(({ body }) => {
    const { think, options, messages } = Object(body)
    return { think, options, system: String(messages[0].content) }
  })

const noticed = (carrel: Carrel) => carrel.pushed('run.notice').map(({ code }) => code)

test('nothing is sent of what was not chosen, and exactly what was chosen of the rest, in every request of the session', async () => {
  const { server, carrel } = await room()
  const { sessionId } = await carrel.ask('Is it?')
  await set(carrel, sessionId, chosen)
  await carrel.ask('And now?', sessionId)
  const { runId } = answered(await carrel.bridge.call('chat.retry', { sessionId, model: null }))
  await carrel.runEnd(runId)
  answered(await carrel.bridge.call('sessions.suggestTitle', { sessionId }))

  const [first, ...others] = sent(server)
  expect(first?.think).toBe(false)
  expect(Object.keys(first?.options).sort()).toEqual(['num_ctx', 'num_predict'])
  expect(others).toHaveLength(3)
  for (const one of others) {
    expect(one.think).toBe(true)
    expect(one.options).toEqual({ ...first?.options, temperature: 0.3, top_p: 0.9, seed: 7 })
    // Behind Carrel's own words, and the same bytes in every request.
    expect(one.system).toMatch(new RegExp(`^You are Carrel[^]*\\n\\n${chosen.ownPrompt}$`))
    expect(one.system.startsWith(first?.system ?? 'x')).toBe(true)
    expect(one.system).toBe(others[0]?.system)
  }

  // Back to the model's own: nothing of it is left.
  await set(carrel, sessionId, noAnswerChoices)
  await carrel.ask('And then?', sessionId)
  expect(sent(server).at(-1)).toEqual(first)
  assertConstantOptions(server.requests)
  assertExplicitThink(server.requests)
})

test('it is recorded as the format says, read back after a start, and goes with forks and exports', async () => {
  const { server, carrel } = await room()
  const { sessionId } = await carrel.ask('Is it?')
  await set(carrel, sessionId, { temperature: 0.3, ownPrompt: chosen.ownPrompt })
  await set(carrel, sessionId, { temperature: 0.3 })
  await set(carrel, sessionId, { seed: 7, temperature: null })
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  for (const line of lines) expect(writtenRecord.safeParse(line).error?.issues).toBeUndefined()
  expect(lines.filter(({ type }) => type === 'settings')).toMatchObject([
    { options: { temperature: 0.3 }, ownPrompt: chosen.ownPrompt },
    { options: { seed: 7 } },
  ])
  const answers = { ...noAnswerChoices, seed: 7, ownPrompt: chosen.ownPrompt }
  const copy = answered(await carrel.bridge.call('sessions.fork', { sessionId, entryId: null }))
  const exported = answered(await carrel.bridge.call('sessions.export', { sessionId, format: 'jsonl' }))
  await carrel.app.close()

  const again = await bootCarrel({ home, host: server.url })
  for (const id of [sessionId, copy.sessionId])
    expect(await open(again, id)).toMatchObject({ answers, diagnostics: [] })
  await again.ask('And now?', copy.sessionId)
  expect(sent(server).at(-1)).toMatchObject({ options: { seed: 7 }, system: expect.stringContaining(chosen.ownPrompt) })
  expect(Buffer.from(exported.base64, 'base64').toString()).toContain(`"ownPrompt":"${chosen.ownPrompt}"`)

  // A log of elsewhere grants nothing, and says nothing to a model.
  const file = join(await temporaryFolder(), 'log.jsonl')
  await writeFile(file, Buffer.from(exported.base64, 'base64'))
  const elsewhere = await bootCarrel({ home: join(await temporaryFolder(), 'home'), host: server.url })
  const { imported } = answered(await elsewhere.bridge.call('terminal.import', { paths: [file], from: 'auto' }))
  expect((await open(elsewhere, imported[0]?.sessionId ?? '')).answers).toEqual(noAnswerChoices)
})

test('what a question says is recorded with it, on its branch alone', async () => {
  const { server, carrel } = await room()
  const { sessionId, entryId } = await carrel.ask('Is it?')
  const wish = { sessionId, text: 'Now?', model: null, think: null, workspace: null, host: null }
  const answers = { temperature: 1.2, think: 'high' as const }
  const { runId } = answered(await carrel.bridge.call('terminal.send', { ...wish, answers }))
  await carrel.runEnd(runId)
  await carrel.ask('Still?', sessionId)
  expect(sent(server).map(({ think, options }) => [think, options.temperature])).toEqual([
    [false, undefined],
    [true, 1.2],
    [true, 1.2],
  ])
  const edit = { sessionId, entryId, text: 'Is it not?', model: null }
  await carrel.runEnd(answered(await carrel.bridge.call('chat.edit', edit)).runId)
  expect(sent(server).at(-1)).toMatchObject({
    think: false,
    options: expect.not.objectContaining({ temperature: 1.2 }),
  })
  expect((await open(carrel, sessionId)).answers).toEqual(noAnswerChoices)
})

describe('the one time a model reads the conversation anew is told', () => {
  test('of thinking and own words, once, and of nothing else', async () => {
    const { carrel } = await room()
    const { sessionId } = await carrel.ask('1')
    await set(carrel, sessionId, { temperature: 0.5, topP: 0.5, seed: 1 })
    await carrel.ask('2', sessionId)
    expect(noticed(carrel)).toEqual([])
    await set(carrel, sessionId, { think: 'low' })
    await carrel.ask('3', sessionId)
    expect(noticed(carrel)).toEqual(['prompt_changed'])
    expect(carrel.pushed('run.notice')[0]?.message).toBe(messages.notices.readsAnew)
    // To this model both are yes.
    await set(carrel, sessionId, { think: 'high' })
    await carrel.ask('4', sessionId)
    expect(noticed(carrel)).toHaveLength(1)
    await set(carrel, sessionId, { ownPrompt: 'In rhymes.' })
    await carrel.ask('5', sessionId)
    await carrel.ask('6', sessionId)
    expect(noticed(carrel)).toHaveLength(2)
  })

  test('never before a first answer, nor of a model that does not think', async () => {
    const { server, carrel } = await room([smol])
    const first = { sessionId: null, text: 'Is it?', model: null, think: null, workspace: null, host: null }
    const { sessionId, runId } = answered(await carrel.bridge.call('terminal.send', { ...first, answers: chosen }))
    await carrel.runEnd(runId)
    await set(carrel, sessionId, { think: 'off' })
    await carrel.ask('Now?', sessionId)
    expect(noticed(carrel)).toEqual([])
    expect(sent(server).map(({ think }) => think)).toEqual([false, false])
  })
})

test('levels go to the models that take them, as they are', async () => {
  const levels = { ...gemma, name: 'gpt-oss:20b', family: 'gptoss' }
  const { server, carrel } = await room([levels])
  const { sessionId } = await carrel.ask('1')
  await set(carrel, sessionId, { think: 'medium' })
  await carrel.ask('2', sessionId)
  expect(sent(server).map(({ think }) => think)).toEqual([false, 'medium'])
  expect(noticed(carrel)).toEqual(['prompt_changed'])
})

test('own words take at most a quarter of a small window, always the same words, and are counted', async () => {
  const small = { ...smol, contextLength: 2_048 }
  const { server, carrel } = await room([small])
  const { sessionId } = await carrel.ask('1')
  await set(carrel, sessionId, { ownPrompt: 'word '.repeat(1_600).trim() })
  await carrel.ask('2', sessionId)
  await carrel.ask('3', sessionId)
  const [, second, third] = sent(server)
  expect(second?.system).toContain('more characters of it are left out to save room')
  expect(second?.system.length).toBeLessThan((2_048 / 4) * 8)
  expect(third?.system).toBe(second?.system)
})

test.each([
  ['a temperature', { temperature: 2.1 }],
  ['a temperature below nothing', { temperature: -0.1 }],
  ['a share', { topP: 0 }],
  ['a seed', { seed: 1.5 }],
  ['a level', { think: 'max' }],
  ['words', { ownPrompt: 'x'.repeat(answerLimits.ownPrompt + 1) }],
  ['no words', { ownPrompt: '  ' }],
  ['a field', { top_k: 3 }],
])('%s that may be none is refused at the wall, and nothing is recorded', async (_what, answers) => {
  const { carrel } = await room()
  const { sessionId } = await carrel.ask('1')
  const given = { sessionId, answers } as Input<'sessions.setAnswers'>
  expect(refused(await carrel.bridge.call('sessions.setAnswers', given)).code).toBe('invalid-input')
  expect((await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))).map(({ type }) => type)).not.toContain(
    'settings',
  )
})

test('while an answer is written they stay as they are', async () => {
  const { server, carrel } = await room()
  server.setScenario({ turns: [{ steps: [{ gate: 'end' }, { content: 'Yes.' }, { done: 'stop' }] }] })
  const { sessionId, runId } = await carrel.send('1')
  await server.waitForGate('end')
  const failure = refused(await carrel.bridge.call('sessions.setAnswers', { sessionId, answers: { seed: 1 } }))
  expect(failure).toMatchObject({ code: 'busy' })
  server.release('end')
  await carrel.runEnd(runId)
})

test('a damaged record counts for nothing: what was chosen before holds, and that is told', async () => {
  const { server, carrel } = await room()
  const settings = (id: string, parentId: string, more: object) => ({
    ...message(id, parentId),
    type: 'settings',
    ...more,
  })
  const id = '01990000-0000-7000-8000-00000000000a'
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(
    join(home, 'sessions', `${id}.jsonl`),
    toBytes(
      { ...header, id },
      message('m1', null),
      settings('s1', 'm1', { options: { temperature: 0.3 }, think: 'low', ownPrompt: 'In rhymes.' }),
      settings('s2', 's1', { options: { temperature: 'hot' }, think: 'medium', ownPrompt: 7 }),
      settings('s3', 's2', { options: 'none', think: { level: 3 } }),
      message('m2', 's3', { role: 'assistant' }),
    ),
  )
  const opened = await open(carrel, id)
  expect(opened.answers).toEqual({ ...noAnswerChoices, temperature: 0.3, think: 'medium', ownPrompt: 'In rhymes.' })
  expect(opened.diagnostics.map(({ code, message: said }) => [code, said])).toEqual([
    ['bad_settings', answerWords.unreadable('options, ownPrompt')],
    ['bad_settings', answerWords.unreadable('think, options')],
  ])
  await carrel.ask('Now?', id)
  expect(sent(server)[0]).toMatchObject({ think: true, options: { temperature: 0.3 } })
})

test('whatever is chosen, one after the other, is what is read back', () => {
  const number = ({ least, most }: { least: number; most: number }) => fc.double({ min: least, max: most, noNaN: true })
  const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null })
  const patch = fc.record(
    {
      think: orNull(fc.constantFrom('off' as const, 'low' as const, 'medium' as const, 'high' as const)),
      temperature: orNull(number(answerLimits.temperature)),
      topP: orNull(number(answerLimits.topP)),
      seed: orNull(fc.integer({ min: 0, max: answerLimits.seed.most })),
      ownPrompt: orNull(fc.string({ minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== '')),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 6 }), (patches) => {
      let expected: AnswerChoices = noAnswerChoices
      const path: Parameters<typeof answersOn>[0][number][] = []
      for (const one of patches.map((given) => answerChoices.partial().parse(given))) {
        const record = answersRecord(answersOn(path), one)
        const place = { type: 'settings', id: `s${path.length}`, parentId: path.at(-1)?.id ?? null }
        expected = answerChoices.parse({ ...expected, ...one })
        // As it lies on the disk.
        if (record) path.push(JSON.parse(JSON.stringify({ ...place, ...record })))
      }
      expect(answersOn(path)).toEqual(expected)
    }),
  )
})
