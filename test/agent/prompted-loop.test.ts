// The loop with a model that writes its calls as text: the same records come of it, and nothing of a call is ever shown.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AgentEvent } from '../../electron/agent/agent-loop.ts'
import { promptedStop, writeCall } from '../../electron/agent/dialects/prompted.ts'
import { toModel } from '../../electron/agent/to-model.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { openRoom } from '../models/room.ts'
import {
  assertGoodClient,
  assertGrowingPrompt,
  assertStablePrefix,
  type FakeOllama,
  gemma,
  qwen,
  type Scenario,
  smol,
  startFakeOllama,
} from '../support/fake-ollama.ts'
import { calls, go, kinds, results, shown, toolbox, turn } from './loop-room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const call = (name: string, given: object = {}) =>
  `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`
const said = (told: readonly AgentEvent[]) =>
  told.reduce((text, event) => {
    if (event.type === 'replace') return event.text
    return event.type === 'text' ? text + event.delta : text
  }, '')
const prompted = (scenario: Scenario) => fake.setScenario(scenario)
const look = { look: { effect: 'read' as const } }
const both = { ...look, change: { effect: 'write' as const } }

describe('calls in the text', () => {
  test('are the same records as native ones, and the results come back in one message', async () => {
    prompted({
      turns: [
        turn(1, {
          content: `I look.\n\n${call('look', { path: 'a' })}\n${call('change', { path: 'b' })}`,
          chunk: 'char',
          delayMs: 1,
        }),
        turn(2, { content: 'Done.' }),
      ],
    })
    const { box, done } = toolbox(both)
    const { outcome, entries, told } = await go(fake, box, { dialect: 'prompted' })
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.', error: null })
    expect(kinds(entries)).toEqual(['calls', 'start', 'result of look', 'result of change'])
    expect(entries[0]).toMatchObject({
      content: 'I look.',
      dialect: 'prompted',
      toolCalls: [
        { id: 'call_1', name: 'look', arguments: { path: 'a' } },
        { id: 'call_2', name: 'change', arguments: { path: 'b' } },
      ],
    })
    expect(done).toEqual(['look begins', 'look ends', 'change begins', 'change ends'])
    expect(said(told)).toBe('I look.Done.')
    // While the call was being written, a person was told so.
    expect(told.some(({ type }) => type === 'preparing')).toBe(true)
    const request = Object(fake.chatRequests().at(-1)?.body)
    expect(request.tools).toBeUndefined()
    expect(request.options.stop).toEqual(promptedStop)
    expect(shown(fake).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(shown(fake)[3]?.content).toBe(
      '<tool_result name="look" id="call_1">\nlook {"path":"a"}\n</tool_result>\n' +
        '<tool_result name="change" id="call_2">\nchange {"path":"b"}\n</tool_result>',
    )
    assertGoodClient(fake.requests)
    assertStablePrefix(fake.requests)
    assertGrowingPrompt(fake.requests)
  })

  test('an answer that goes on after its calls is left: the guess at a result is never read', async () => {
    prompted({
      turns: [
        turn(1, { content: `${call('look')}\n` }, { content: 'The file says: 42. ' }, { fault: 'hang' }),
        turn(2, { content: 'Done.' }),
      ],
    })
    const { box } = toolbox(look)
    const { outcome, told } = await go(fake, box, { dialect: 'prompted' })
    expect(outcome.content).toBe('Done.')
    expect(said(told)).toBe('Done.')
    expect(fake.chatRequests()[0]?.abortedByClient).toBe(true)
  })

  test('calls inside thinking never run', async () => {
    prompted({ turns: [turn(1, { content: `<think>${call('change')}</think>There is nothing to do.` })] })
    const { box, done } = toolbox(both)
    const { outcome, told } = await go(fake, box, { dialect: 'prompted' })
    expect(outcome).toMatchObject({ content: 'There is nothing to do.', thinking: call('change') })
    expect(done).toEqual([])
    expect(said(told)).toBe('There is nothing to do.')
  })

  test('one that was cut off, or is no JSON, is answered with what was wrong; the good one beside it runs', async () => {
    prompted({
      turns: [
        turn(1, {
          content: `${call('look')}\n<tool_call>\n{"name": "look", "arguments": {"path": "a" "b"}}\n</tool_call>`,
        }),
        {
          match: { nth: 2 },
          steps: [{ content: '<tool_call>\n{"name": "change", "arguments": {"text": "aaa' }, { done: 'length' }],
        },
        turn(3, { content: 'Done.' }),
      ],
    })
    const { box, done } = toolbox(both)
    const { outcome, entries } = await go(fake, box, { dialect: 'prompted' })
    expect(outcome.content).toBe('Done.')
    expect(results(entries).map(({ content, isError }) => [content, isError])).toEqual([
      ['look {}', false],
      [toModel.faults.malformed_json, true],
      [toModel.faults.truncated, true],
    ])
    expect(done).toEqual(['look begins', 'look ends'])
    // What the model really wrote is kept where the calls are not all of it.
    expect(entries[0]).toMatchObject({ rawText: expect.stringContaining('"a" "b"') })
  })

  test('three that cannot be read end the turn: the model is asked to say so', async () => {
    const broken = '<tool_call>\n{"name": "look", "arguments": {"a" "b"}}\n</tool_call>'
    prompted({
      turns: [
        turn(1, { content: broken }),
        turn(2, { content: broken }),
        turn(3, { content: broken }),
        turn(4, { content: 'I cannot.' }),
      ],
    })
    const { outcome } = await go(fake, toolbox(look).box, { dialect: 'prompted' })
    expect(outcome).toMatchObject({ stop: 'limit', content: 'I cannot.' })
    expect(shown(fake).at(-1)?.content).toBe(toModel.stuck)
  })

  test('a repaired call looks, but changes nothing before a person can be asked', async () => {
    const repaired = (name: string) => `<tool_call>\n{"name": "${name}", "arguments": {"path": "a"}\n</tool_call>`
    prompted({
      turns: [turn(1, { content: `${repaired('look')}\n${repaired('change')}` }), turn(2, { content: 'Done.' })],
    })
    const { box, done } = toolbox(both)
    const { entries, notices } = await go(fake, box, { dialect: 'prompted' })
    expect(done).toEqual(['look begins', 'look ends'])
    expect(entries[0]).toMatchObject({
      toolCalls: [
        { name: 'look', repaired: true },
        { name: 'change', repaired: true },
      ],
    })
    expect(results(entries).map(({ content }) => content)).toEqual([
      'look {"path":"a"}',
      toModel.nobodyToAsk(['repaired']),
    ])
    expect(notices).toEqual(['repaired_call'])
  })

  test('the closing answer keeps the prompt as it was, and a call in it neither runs nor is shown', async () => {
    prompted({
      turns: [
        turn(1, { content: call('look', { n: 1 }) }),
        turn(2, { content: call('look', { n: 2 }) }),
        turn(3, { content: `That was all. ${call('look', { n: 3 })}` }),
      ],
    })
    const { box, done } = toolbox(look)
    const { outcome, told } = await go(fake, box, { dialect: 'prompted', rounds: 2 })
    expect(outcome).toMatchObject({ stop: 'limit', content: 'That was all.' })
    expect(done).toHaveLength(4)
    expect(said(told)).toBe('That was all.')
    assertStablePrefix(fake.requests)
    assertGrowingPrompt(fake.requests)
  })

  test('a server that finds calls by itself is believed', async () => {
    prompted({
      turns: [turn(1, { content: 'I look.' }, calls(['look', { path: 'a' }])), turn(2, { content: 'Done.' })],
    })
    const { entries } = await go(fake, toolbox(look).box, { dialect: 'prompted' })
    expect(kinds(entries)).toEqual(['calls', 'result of look'])
  })

  test('ids are unlike those of the conversation, whoever gave them', async () => {
    const path: TreeRecord[] = [
      { type: 'message', id: 'q1', parentId: null, ts: null, role: 'user', content: 'Look.' },
      {
        type: 'message',
        id: 'a1',
        parentId: 'q1',
        ts: null,
        role: 'assistant',
        content: '',
        stop: 'tool_calls',
        toolCalls: [{ id: 'call_1', name: 'look', arguments: {} }],
      },
      {
        type: 'message',
        id: 'r1',
        parentId: 'a1',
        ts: null,
        role: 'tool',
        callId: 'call_1',
        name: 'look',
        content: 'seen',
        isError: false,
      },
      { type: 'message', id: 'q2', parentId: 'r1', ts: null, role: 'user', content: 'Again.' },
    ]
    prompted({ turns: [turn(1, { content: call('look', { again: true }) }), turn(2, { content: 'Done.' })] })
    const { entries } = await go(fake, toolbox(look).box, { dialect: 'prompted', path })
    expect(entries[0]).toMatchObject({ toolCalls: [{ id: 'call_2' }] })
    // What was recorded in the other dialect is written in this one.
    expect(shown(fake)[2]).toEqual({
      role: 'assistant',
      content: call('look').replace('":{', '": {').replace('","a', '", "a').replace('"name":', '"name": '),
    })
  })

  test('of earlier runs are shown as text, also to a run without tools', async () => {
    fake.setScenario({ turns: [turn(1, { content: 'It said a.' })] })
    const message = (id: string, more: object): TreeRecord => {
      return { type: 'message', id, parentId: null, ts: null, role: 'user', content: '', ...more }
    }
    const path = [
      message('q', { content: 'Look.' }),
      message('a', { role: 'assistant', toolCalls: [{ id: 'call_1', name: 'look', arguments: { path: 'a' } }] }),
      message('r', { role: 'tool', callId: 'call_1', name: 'look', content: 'Found a.' }),
      message('q2', { content: 'What did it say?' }),
    ]
    await go(fake, toolbox({}).box, { dialect: 'prompted', path })
    expect(shown(fake).map(({ role, content }) => `${role}: ${content}`)).toEqual([
      expect.not.stringContaining('tool'),
      'user: Look.',
      `assistant: ${writeCall({ name: 'look', arguments: { path: 'a' } })}`,
      'user: <tool_result name="look" id="call_1">\nFound a.\n</tool_result>',
      'user: What did it say?',
    ])
  })

  test("the model's own stop words stay in force", async () => {
    prompted({ turns: [turn(1, { content: 'Done.' })] })
    await go(fake, toolbox(look).box, { dialect: 'prompted', stop: ['<turn|>'] })
    expect(Object(fake.chatRequests()[0]?.body).options.stop).toEqual(['<turn|>', ...promptedStop])
  })
})

describe('native calls', () => {
  test('one that leaks as text runs, and is not shown', async () => {
    fake.setScenario({
      turns: [
        turn(1, { content: `Let me see. ${call('look', { path: 'a' })}`, chunk: 'token' }),
        turn(2, { content: 'Done.' }),
      ],
    })
    const { box, done } = toolbox(look)
    const { entries, told } = await go(fake, box)
    expect(kinds(entries)).toEqual(['calls', 'result of look'])
    expect(entries[0]).toMatchObject({ content: 'Let me see.', dialect: 'native' })
    expect(done).toHaveLength(2)
    expect(said(told)).toBe('Let me see.Done.')
  })

  test.each([
    ['```json', '```'],
    ['```xml\n<tool_call>', '</tool_call>\n```'],
    ['', ''],
  ])('one that may be an example as well looks, but changes nothing: %s', async (before, after) => {
    const written = (name: string) => `${before}\n${JSON.stringify({ name, arguments: { path: 'a' } })}\n${after}`
    fake.setScenario({
      turns: [
        turn(1, { content: written('look') }),
        turn(2, { content: written('change') }),
        turn(3, { content: 'Done.' }),
      ],
    })
    const { box, done } = toolbox(both)
    const { entries } = await go(fake, box)
    expect(done).toEqual(['look begins', 'look ends'])
    expect(results(entries).map(({ content }) => content)).toEqual([
      'look {"path":"a"}',
      toModel.nobodyToAsk(['repaired']),
    ])
  })

  test('words that merely look like one are shown', async () => {
    fake.setScenario({
      turns: [turn(1, { content: 'A call begins with <tool_call> and ends with </tool_call>.', chunk: 'token' })],
    })
    const { outcome, told } = await go(fake, toolbox(look).box)
    expect(outcome.content).toBe('A call begins with <tool_call> and ends with </tool_call>.')
    expect(said(told)).toBe(outcome.content)
  })

  test('wrong types are read as they are meant, or answered with the field and its shape', async () => {
    fake.setScenario({
      turns: [turn(1, calls(['count', { to: '20' }], ['count', { to: 'many' }])), turn(2, { content: 'Done.' })],
    })
    const { box } = toolbox({ count: { effect: 'read' } })
    const parameters = { type: 'object', properties: { to: { type: 'integer' } }, required: ['to'] }
    const typed = { ...box, list: () => box.list().map((tool) => ({ ...tool, parameters })) }
    const { entries } = await go(fake, typed)
    expect(results(entries).map(({ content }) => content)).toEqual([
      'count {"to":20}',
      toModel.wrongArguments('count', 'to must be an integer'),
    ])
  })
})

describe('a model that Ollama offers no tools', () => {
  test('is asked in the other dialect when the server says so, and that is remembered for this very model', async () => {
    await fake.stop()
    // So old that it does not say what a model can do.
    fake = await startFakeOllama({ models: [{ ...gemma, capabilities: ['completion'] }, qwen], versionOld: true })
    const files = new Map<string, string>()
    const home = {
      readOnly: null,
      read: async (name: string) => files.get(name) ?? null,
      write: async (name: string, text: string) => void files.set(name, text),
    }
    const { models } = openRoom({ host: fake.url, home })
    const { signal } = new AbortController()
    await models.refresh()
    expect(await models.describe(gemma.name, signal)).toMatchObject({ dialect: 'native', numCtx: 16_384 })
    // Of the words in the middle of a run that asks twice: only those that were asked the second time are there.
    prompted({ turns: [turn(1, { content: call('look') }), turn(2, { content: 'Done.' })] })
    const { outcome, entries, notices } = await go(fake, toolbox(look).box, { models })
    expect(outcome).toMatchObject({ stop: 'stop', content: 'Done.' })
    expect(entries[0]).toMatchObject({ dialect: 'prompted' })
    expect(notices).toEqual(['dialect_changed'])
    expect(await models.describe(gemma.name, signal)).toMatchObject({ dialect: 'prompted' })
    expect(await models.describe(qwen.name, signal)).toMatchObject({ dialect: 'native' })
    // Also by the next process, and not for a model that was pulled anew under this name.
    const next = openRoom({ host: fake.url, home }).models
    expect(await next.describe(gemma.name, signal)).toMatchObject({ dialect: 'prompted' })
    const [digest = ''] = Object.keys(JSON.parse(files.get('models.json') ?? '{}'))
    files.set('models.json', (files.get('models.json') ?? '').replace(digest, 'f'.repeat(64)))
    const other = openRoom({ host: fake.url, home }).models
    expect(await other.describe(gemma.name, signal)).toMatchObject({ dialect: 'native' })
  })

  test('is known by what the server says it can do, with the stop words of its definition', async () => {
    const { models } = openRoom({ host: fake.url })
    const { signal } = new AbortController()
    expect(await models.describe(smol.name, signal)).toMatchObject({
      dialect: 'prompted',
      numCtx: 8_192,
      capabilities: ['completion'],
      stop: ['<turn|>'],
    })
    expect(await models.describe('nobody:1b', signal)).toMatchObject({ dialect: 'native', digest: null })
  })

  test('a memory that cannot be read is none', async () => {
    const home = { readOnly: null, read: async () => '{"half', write: async () => undefined }
    const { models, log } = openRoom({ host: fake.url, home })
    expect(await models.describe(gemma.name, new AbortController().signal)).toMatchObject({ dialect: 'native' })
    expect(log.join()).toContain('could not be read')
  })
})
