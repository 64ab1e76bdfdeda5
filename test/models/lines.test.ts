// Every line of the stream is looked at before the client sees it; the client would skip what it cannot read.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, type Scenario, type Step, startFakeOllama, steps } from '../support/fake-ollama.ts'
import { collect, openRoom, question } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

const hello: Step = { content: 'Hello', chunk: 'whole' }
const done: Step = { done: 'stop' }

async function answerTo(scenario: Scenario) {
  fake.setScenario(scenario)
  const { models } = openRoom({ host: fake.url })
  return collect(models, question())
}

describe('a bad line ends the answer, and what came before it is kept', () => {
  test.each<[string, Step[], string, string]>([
    ['broken JSON', [hello, { fault: 'invalidJsonLine' }, done], 'damaged', failures.badLine],
    ['null', [hello, { fault: 'nullLine' }, done], 'damaged', failures.badLine],
    ['a list', [hello, { raw: '[]\n' }, done], 'damaged', failures.badLine],
    [
      'content that is no text',
      [hello, { raw: '{"message":{"content":7},"done":false}\n' }, done],
      'damaged',
      failures.badLine,
    ],
    ['a page after the first line', [hello, { raw: '<html>\n' }, done], 'damaged', failures.badLine],
    ['an error', [hello, { fault: { errorLine: 'something odd' } }], 'unavailable', failures.modelFailed],
    ['no end', [hello, { fault: 'endWithoutDone' }], 'unavailable', failures.endedEarly],
    ['half a line at the end', [hello, { fault: 'cutLine' }], 'unavailable', failures.endedEarly],
  ])('%s', async (_, list, code, message) => {
    expect(await answerTo(steps(...list))).toMatchObject({ text: 'Hello', done: null, failure: { code, message } })
    await fake.waitForNoConnections()
  })

  test('also when both come in one piece', async () => {
    const good = '{"message":{"content":"Hello"},"done":false}\n'
    const { text, failure } = await answerTo(steps({ raw: `${good}${good}{"error":"boom"}\n${good}` }))
    expect(text).toBe('HelloHello')
    expect(failure?.detail).toContain('boom')
  })
})

describe('an answer that is no stream', () => {
  test.each<[string, Step]>([
    ['a page with status 200', { fault: { status: 200, body: '<html><body>Sign in to the Wi-Fi</body></html>' } }],
    [
      'a page that calls itself NDJSON',
      { fault: { status: 200, body: '<html>', contentType: 'application/x-ndjson' } },
    ],
    ['words with status 200', { fault: { status: 200, body: 'It works!', contentType: 'text/plain' } }],
    ['a redirect', { fault: { status: 302, location: 'http://127.0.0.1:1/', body: '' } }],
  ])('%s', async (_, step) => {
    expect(await answerTo(steps(step))).toMatchObject({
      text: '',
      failure: { code: 'unavailable', message: failures.notOllama(fake.url) },
    })
  })

  test('nothing at all', async () => {
    expect(await answerTo(steps({ fault: 'endWithoutDone' }))).toMatchObject({
      failure: { message: failures.endedEarly },
    })
  })
})

describe('odd but good lines', () => {
  test('empty lines, carriage returns and a byte order mark', async () => {
    const warn = vi.spyOn(console, 'warn')
    const list: Step[] = [
      { raw: '\uFEFF' },
      hello,
      { fault: 'blankLines' },
      { raw: '{"message":{"content":"!"}}\r\n' },
      done,
    ]
    expect(await answerTo(steps(...list))).toMatchObject({ text: 'Hello!', failure: null })
    expect(warn).not.toHaveBeenCalled()
  })

  test('lines without a message, with null, with fields of the future', async () => {
    const lines = [
      '{"done":false}',
      '{"message":null}',
      '{"message":{"content":null,"soul":1},"x":[]}',
      '{"message":{"content":"ok"}}',
    ]
    expect(await answerTo(steps({ raw: `${lines.join('\n')}\n` }, done))).toMatchObject({ text: 'ok', failure: null })
  })

  test('a last line without a line break, and anything after the end', async () => {
    expect(await answerTo(steps(hello, { raw: '{"done":true,"done_reason":"stop"}' }))).toMatchObject({
      text: 'Hello',
      failure: null,
    })
    expect(await answerTo(steps(hello, done, { raw: '{"done":true}\nnull\n{' }))).toMatchObject({
      text: 'Hello',
      failure: null,
    })
  })

  test('half a surrogate pair', async () => {
    const { text } = await answerTo(steps({ raw: '{"message":{"content":"a\\ud83d"}}\n' }, done))
    expect(text).toBe('a\ud83d')
  })

  test('one line of five megabytes', async () => {
    const content = 'ä'.repeat(2_500_000)
    const { text } = await answerTo(steps({ content, chunk: 'whole' }, done))
    expect(text === content).toBe(true)
  })
})

describe('characters cut on the wire', () => {
  const content = 'aé€😀\u0301\u200d👩‍👩‍👧 “ß” 日本語\n'

  test.each([1, 2, 3, 5, 7])('every %i bytes', async (wireBytes) => {
    const scenario = { ...steps({ content, chunk: 'whole' }, { content, chunk: 'char' }, done), wireBytes }
    expect(await answerTo(scenario)).toMatchObject({ text: content + content, failure: null })
  })
})
