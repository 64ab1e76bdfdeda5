// The window of a session's model: the same in every request, until its person takes another; and what the server makes of it.
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { keptWindow, windowOn } from '../../electron/services/sessions/session-window.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { answered, bootCarrel, type Carrel } from '../support/carrel.ts'
import { assertConstantOptions, type FakeOllama, gemma, type Scenario, smol } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const yes = [{ content: 'Yes.' }, { done: 'stop' as const }]

async function room(more: Partial<Scenario> = {}, memoryBytes = 0) {
  const server = await fakeServer({ models: [gemma, smol], scenario: { turns: [{ steps: yes }], ...more } })
  const environment = { CARREL_MEMORY_BYTES: String(memoryBytes) }
  return { server, carrel: await bootCarrel({ home, host: server.url, environment }) }
}

const windows = (server: FakeOllama) => server.chatRequests().map(({ body }) => Object(body).options.num_ctx)
const choose = async (carrel: Carrel, choices: Record<string, number>) =>
  answered(await carrel.bridge.call('settings.update', { windows: choices }))
const report = async (carrel: Carrel, sessionId: string, model: string | null = null) =>
  answered(await carrel.bridge.call('sessions.context', { sessionId, model }))
const noticed = (carrel: Carrel) => carrel.pushed('run.notice').map(({ code }) => code)

describe('the window', () => {
  test('stays what it was for a session that has answers, in whatever is asked for it, until its person takes the new one', async () => {
    const { server, carrel } = await room()
    const { sessionId } = await carrel.ask('Is it?')
    expect(await report(carrel, sessionId)).toMatchObject({ window: 16_384, usualWindow: 16_384, isKept: true })
    await choose(carrel, { [gemma.name]: 32_768 })
    await carrel.ask('And now?', sessionId)
    const again = answered(await carrel.bridge.call('chat.retry', { sessionId, model: null }))
    await carrel.runEnd(again.runId)
    answered(await carrel.bridge.call('sessions.suggestTitle', { sessionId }))
    // Also where nothing of it stands before the question: the first one is asked in other words.
    const [first] = await carrel.messages(sessionId)
    const edit = { sessionId, entryId: String(first?.id), text: 'Or is it?', model: null }
    await carrel.runEnd(answered(await carrel.bridge.call('chat.edit', edit)).runId)
    expect(windows(server)).toEqual(Array(5).fill(16_384))
    assertConstantOptions(server.requests)
    expect(server.reloads()).toBe(0)

    expect(await report(carrel, sessionId)).toMatchObject({ window: 16_384, usualWindow: 32_768, isKept: true })
    answered(await carrel.bridge.call('sessions.takeWindow', { sessionId, model: gemma.name }))
    expect(await report(carrel, sessionId)).toMatchObject({ window: 32_768, usualWindow: 32_768 })
    await carrel.ask('And then?', sessionId)
    await choose(carrel, {})
    await carrel.ask('And after that?', sessionId)
    expect(windows(server).slice(5)).toEqual([32_768, 32_768])
    const records = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
    expect(records.filter(({ type }) => type === 'settings')).toMatchObject([
      { window: { model: gemma.name, tokens: 32_768 } },
    ])
    for (const record of records) expect(() => writtenRecord.parse(record)).not.toThrow()
    // A test of the model asks it as it lies in memory.
    const chats = server.chatRequests().length
    answered(await carrel.bridge.call('models.test', { model: gemma.name }))
    expect(new Set(windows(server).slice(chats))).toEqual(new Set([32_768]))
    // A new session has what is chosen now.
    await carrel.ask('Something else?')
    expect(windows(server).at(-1)).toBe(16_384)
  })

  test('is each model’s own, and never above what it was trained for', async () => {
    const { server, carrel } = await room()
    const { sessionId } = await carrel.ask('Is it?')
    const other = await carrel.send('And you?', sessionId, smol.name)
    await carrel.runEnd(other.runId)
    await choose(carrel, { [smol.name]: 32_768 })
    await carrel.runEnd((await carrel.send('Again?', sessionId, smol.name)).runId)
    expect(windows(server)).toEqual([16_384, 8_192, 8_192])
    const path: TreeRecord[] = [
      message('a', null, { role: 'assistant', model: 'm', usage: { numCtx: 32_768 } }) as TreeRecord,
    ]
    expect(windowOn(path, path, 'm', { numCtx: 4_096, trained: 8_192 })).toBe(8_192)
    expect(windowOn(path, path, 'other', { numCtx: 4_096, trained: 8_192 })).toBe(4_096)
    expect(windowOn([], path, 'm', { numCtx: 4_096, trained: null })).toBe(32_768)
  })

  test('of an answer that does not say, or says nonsense, is none', () => {
    const record = (more: object) => ({ ...header, ...message('a', null), ...more }) as unknown as TreeRecord
    const answer = (numCtx: unknown) => record({ role: 'assistant', model: 'm', usage: { numCtx } })
    for (const numCtx of [0, -4, 1.5, Number.NaN, 1e12]) expect(keptWindow([answer(numCtx)], 'm')).toBeNull()
    const taken = (tokens: unknown) => record({ type: 'settings', window: { model: 'm', tokens } })
    expect(keptWindow([answer(8_192), taken('much')], 'm')).toBe(8_192)
    expect(keptWindow([answer(8_192), taken(16_384)], 'm')).toBe(16_384)
    expect(keptWindow([taken(16_384), answer(8_192)], 'm')).toBe(8_192)
  })

  test('is by the memory of this machine, or by what the maker of the model set', async () => {
    const server = await fakeServer({ models: [gemma, { ...gemma, name: 'mine:1b', numCtx: 12_000 }] })
    const environment = { CARREL_MEMORY_BYTES: String(64e9) }
    const carrel = await bootCarrel({ home, host: server.url, environment })
    const of = async (model: string) => answered(await carrel.bridge.call('models.window', { model }))
    expect(await of(gemma.name)).toEqual({
      tokens: 32_768,
      by: 'memory',
      automatic: 32_768,
      automaticBy: 'memory',
      trained: 131_072,
      memoryBytes: 64e9,
    })
    expect(await of('mine:1b')).toMatchObject({ tokens: 12_000, by: 'maker' })
    await choose(carrel, { 'mine:1b': 65_536 })
    expect(await of('mine:1b')).toMatchObject({ tokens: 65_536, by: 'person', automatic: 12_000 })
    // Asked once of each: the same digest says the same.
    expect(server.requests.filter(({ path }) => path === '/api/show')).toHaveLength(2)
  })
})

describe('what the server says', () => {
  test('that it has loaded less than was asked for is told once in a run, and stays in the log', async () => {
    const { carrel } = await room({ loadsAtMost: 4_096 })
    const { sessionId, end } = await carrel.ask('Is it?')
    expect(end.stop).toBe('stop')
    expect(noticed(carrel)).toEqual(['context_mismatch'])
    expect(carrel.pushed('run.notice')[0]?.message).toMatch(/4,096 tokens, not the 16,384/)
    const [, answer] = await carrel.messages(sessionId)
    expect(answer?.['usage']).toMatchObject({ numCtx: 16_384, loadedCtx: 4_096 })
    expect(await report(carrel, sessionId)).toMatchObject({ loadedWindow: 4_096, window: 16_384 })
  })

  test('that it has loaded less is what the conversation is fitted into from then on', async () => {
    const long = 'The tide comes in twice a day, and goes out again. '.repeat(30)
    const { server, carrel } = await room({
      loadsAtMost: 4_096,
      turns: [{ steps: [{ content: long }, { done: 'stop' }] }],
    })
    const { sessionId } = await carrel.ask('Is it?')
    for (let nth = 0; nth < 12; nth += 1) {
      const { end } = await carrel.ask(`And the ${nth}th time?`, sessionId)
      expect(end).toMatchObject({ stop: 'stop', error: null })
    }
    expect(new Set(windows(server))).toEqual(new Set([16_384]))
    expect(server.chatRequests().filter(({ status }) => status !== 200)).toEqual([])
    expect(noticed(carrel)).toContain('compacted')
  })

  test('is believed where it says what was asked for, and where it does not say', async () => {
    const { server, carrel } = await room()
    server.setFault('/api/ps', { status: 500, body: 'no' })
    const { sessionId } = await carrel.ask('Is it?')
    server.setFault('/api/ps', null)
    await carrel.ask('And now?', sessionId)
    expect(noticed(carrel)).toEqual([])
    const used = (await carrel.messages(sessionId)).flatMap(({ usage }) => (usage ? [Object.keys(usage)] : []))
    expect(used.flat()).not.toContain('loadedCtx')
  })

  test('a prompt that was cut is told where the server cannot have read it before; elsewhere nobody is accused', async () => {
    const counted = (prompt: number, load: number) => ({ done: 'stop', prompt_eval_count: prompt, load_duration: load })
    const nth = (at: number, prompt: number, load = 1) => ({
      match: { nth: at },
      steps: [{ content: 'Yes.' }, counted(prompt, load)],
    })
    // An old server that leaves out what it had read, then one that has read nothing and still counts few.
    const turns = [nth(1, 4_000, 9e9), nth(2, 300), nth(3, 4_600, 9e9), nth(4, 900, 9e9)]
    const { carrel } = await room({ turns })
    const words = 'The tide comes twice a day. '.repeat(500)
    const { sessionId } = await carrel.ask(words)
    await carrel.ask('And now?', sessionId)
    await carrel.ask('And then?', sessionId)
    expect(noticed(carrel)).toEqual([])
    await carrel.ask(words, sessionId)
    expect(noticed(carrel)).toEqual(['context_mismatch'])
    expect(carrel.pushed('run.notice')[0]?.message).toMatch(/counted 900 tokens where about [\d,]+ were sent/)
    expect((await report(carrel, sessionId)).reloads).toMatchObject({ again: 2, lastMs: 9_000 })
  })
})

describe('the meter', () => {
  test('is of what was counted, an estimate before that, and of nobody’s count for another model', async () => {
    const { carrel } = await room()
    const { sessionId } = await carrel.ask('Is it?')
    const [, answer] = await carrel.messages(sessionId)
    const usage = Object(answer?.['usage'])
    const counted = await report(carrel, sessionId)
    expect(counted).toMatchObject({ by: 'server', used: usage.contextTokens, countedAt: answer?.ts, model: gemma.name })
    expect(counted.parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(counted.used)
    expect(counted.parts.map(({ part }) => part)).toEqual(['system', 'history', 'answer'])
    expect(await report(carrel, sessionId, smol.name)).toMatchObject({
      by: 'guess',
      countedAt: null,
      isKept: false,
      window: 8_192,
    })
    answered(await carrel.bridge.call('sessions.hide', { sessionId, entryId: String(answer?.id), hidden: true }))
    expect((await report(carrel, sessionId)).by).toBe('since')
  })
})
