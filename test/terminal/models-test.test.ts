// `carrel models test` as a process: what it prints, what it keeps, and how it exits.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { selfTestWords as words } from '../../shared/messages/self-test.ts'
import { testedModel } from '../../shared/self-test.ts'
import { gemma, type Scenario, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, startTerminal } from '../support/terminal.ts'

let home: string
beforeAll(buildTerminal)
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const carrel = (host: string, ...given: string[]) =>
  runTerminal({ arguments: ['--home', home, '--host', host, 'models', 'test', ...given] })

const call = '<tool_call>{"name": "look_up", "arguments": {"word": "carrel"}}</tool_call>'
const done = { done: 'stop' as const }
const scenario: Scenario = {
  turns: [
    {
      match: { contains: 'Count' },
      steps: [{ content: 'one two three four five', chunk: 'token', delayMs: 30 }, done],
    },
    { match: { contains: 'Which number' }, steps: [{ content: '47' }, done] },
    { match: { hasTools: true }, steps: [{ tool_calls: [{ name: 'look_up', arguments: { word: 'carrel' } }] }, done] },
    { steps: [{ content: call }, done] },
  ],
}

test('0 when every part works: one JSON document, and what was found lies in models.json', async () => {
  const server = await fakeServer({ scenario })
  const ended = await carrel(server.url, gemma.name, '--json')
  const { digest, test: found } = testedModel().parse(ended.json())
  expect([ended.code, found.parts.map(({ outcome }) => outcome)]).toEqual([0, Array(6).fill('ok')])
  const kept = JSON.parse(await readFile(join(home, 'models.json'), 'utf8'))
  expect(kept[digest ?? '']).toEqual({ selfTest: found })
})

test('1 when a part failed, and a line for each with its reason', async () => {
  const [count, picture, ...calls] = scenario.turns
  const blind = { match: { contains: 'Which number' }, steps: [{ content: 'A cat.' }, done] }
  const server = await fakeServer({ scenario: { turns: [...(count ? [count] : []), blind, ...calls] } })
  expect(picture).toBeDefined()
  const ended = await carrel(server.url, gemma.name)
  expect(ended.code).toBe(1)
  const lines = ended.out.trimEnd().split('\n')
  expect(lines).toHaveLength(6)
  expect(lines[5]).toBe(words.line(words.outcomes.failed, words.parts.vision, words.sawOther('A cat.')))
  expect(ended.error).toContain(words.busyPhases.asking)
})

test('2 without a name, 3 without a server, and nothing is kept', async () => {
  const server = await fakeServer({ scenario })
  const none = await carrel(server.url, '--json')
  expect([none.code, none.json()]).toEqual([
    2,
    { error: { code: 'invalid-input', message: messages.terminal.missingArgument('NAME') } },
  ])
  await server.stop()
  expect((await carrel(server.url, gemma.name, '--json')).code).toBe(3)
  await expect(readFile(join(home, 'models.json'), 'utf8')).rejects.toThrow('ENOENT')
})

test('130 when it is interrupted: the question is broken off, and nothing is kept', async () => {
  const server = await fakeServer({ scenario: steps({ content: 'one' }, { fault: 'hang' }) })
  const running = startTerminal({
    arguments: ['--home', home, '--host', server.url, 'models', 'test', gemma.name, '--json'],
  })
  await server.waitForRequest(({ path }) => path === '/api/chat')
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect([ended.code, ended.json()]).toEqual([
    130,
    { error: { code: 'cancelled', message: messages.failures.cancelled } },
  ])
  await server.waitForRequest(({ path, abortedByClient }) => path === '/api/chat' && abortedByClient)
  await expect(readFile(join(home, 'models.json'), 'utf8')).rejects.toThrow('ENOENT')
})
