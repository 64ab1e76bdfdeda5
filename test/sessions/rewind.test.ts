// Going back to before a question, with the files of its folder or without; and undo beside a run.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import { type Scenario, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
let project: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'a.txt'), '0')
})

const read = () => readFile(join(project, 'a.txt'), 'utf8')
const writing = (content: string): Scenario => ({
  turns: [
    {
      match: { nth: 1 },
      steps: [{ tool_calls: [{ name: 'write_file', arguments: { path: 'a.txt', content } }] }, { done: 'stop' }],
    },
    { match: { nth: 2 }, steps: [{ content: `wrote ${content}` }, { done: 'stop' }] },
  ],
})

async function twoRuns() {
  const server = await fakeServer({ scenario: writing('1') })
  const carrel = await bootCarrel({ home, host: server.url })
  const ask = async (text: string, sessionId: string | null) => {
    const input = { sessionId, text, model: null, think: null, workspace: project, host: null }
    const sent = answered(await carrel.bridge.call('terminal.send', { ...input, mode: 'workspace' as const }))
    await carrel.runEnd(sent.runId)
    return sent
  }
  const first = await ask('first', null)
  server.setScenario(writing('2'))
  const second = await ask('second', first.sessionId)
  expect(await read()).toBe('2')
  return { carrel, server, first, second, sessionId: first.sessionId }
}

const said = async (carrel: Carrel, sessionId: string) =>
  (await carrel.messages(sessionId)).map(({ content }) => content).filter((content) => content !== '')

test('with the files: every run since then is undone, and what was said stays as another branch', async () => {
  const { carrel, sessionId, first, second } = await twoRuns()
  const kept = answered(
    await carrel.bridge.call('sessions.rewind', { sessionId, entryId: second.entryId, files: false }),
  )
  expect(kept.entries.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual(['first'])
  expect(await read()).toBe('2')
  await carrel.bridge.call('sessions.switch', { sessionId, entryId: second.entryId })
  expect(await said(carrel, sessionId)).toContain('second')

  const input = { sessionId, entryId: first.entryId, files: true }
  const back = answered(await carrel.bridge.call('sessions.rewind', input))
  expect(back.entries).toEqual([])
  expect(await read()).toBe('0')
  const { runs } = answered(await carrel.bridge.call('changes.list', { sessionId }))
  expect(runs.map(({ state, entryId }) => [state, entryId])).toEqual([
    ['undone', first.entryId],
    ['undone', second.entryId],
  ])
  expect(carrel.pushed('sessions.rearranged').length).toBeGreaterThan(0)
  expect(carrel.pushed('changes.changed').length).toBeGreaterThan(0)
  // The next question is a version of the first one.
  const next = await carrel.ask('anew', sessionId)
  const opened = answered(await carrel.bridge.call('sessions.open', { sessionId }))
  expect(opened.versions).toEqual([{ entryId: next.entryId, ids: [first.entryId, next.entryId] }])
})

test('a conflict of the older run: nothing at all has happened, to the files or to the conversation', async () => {
  const { carrel, sessionId, first } = await twoRuns()
  await writeFile(join(project, 'a.txt'), 'mine')
  const before = await said(carrel, sessionId)
  const failure = refused(
    await carrel.bridge.call('sessions.rewind', { sessionId, entryId: first.entryId, files: true }),
  )
  expect(failure).toMatchObject({ code: 'denied', message: expect.stringContaining('a.txt') })
  expect(await read()).toBe('mine')
  expect(await said(carrel, sessionId)).toEqual(before)
  const { runs } = answered(await carrel.bridge.call('changes.list', { sessionId }))
  expect(runs.map(({ state }) => state)).toEqual(['done', 'done'])
})

test('an answer, a correction, or what is not there is no place to go back to', async () => {
  const { carrel, sessionId } = await twoRuns()
  const rewind = async (entryId: string) =>
    refused(await carrel.bridge.call('sessions.rewind', { sessionId, entryId, files: true })).code
  const answer = (await carrel.messages(sessionId)).find(({ role }) => role === 'assistant')
  expect(await rewind(String(answer?.['id']))).toBe('invalid-input')
  expect(await rewind('nowhere')).toBe('not-found')
  expect(await read()).toBe('2')
})

test('while an answer is being written nothing goes back, and undo is refused', async () => {
  const { carrel, server, sessionId, first } = await twoRuns()
  server.setScenario(steps({ content: 'so far' }, { gate: 'middle' }, { done: 'stop' }))
  const { runId } = await carrel.send('third', sessionId)
  await server.waitForGate('middle')
  const calls = [
    carrel.bridge.call('changes.undo', { sessionId, runId: null }),
    carrel.bridge.call('changes.redo', { sessionId, runId: null }),
    carrel.bridge.call('sessions.rewind', { sessionId, entryId: first.entryId, files: true }),
  ]
  for (const answer of await Promise.all(calls)) expect(refused(answer).code).toBe('busy')
  server.release('middle')
  await carrel.runEnd(runId)
  expect(answered(await carrel.bridge.call('changes.undo', { sessionId, runId: null })).files).toHaveLength(1)
  expect(await read()).toBe('1')
})

test('when nothing can be kept, nothing is written, and the model is told', async () => {
  const server = await fakeServer({ scenario: writing('1') })
  const carrel = await bootCarrel({ home, host: server.url })
  // A file where the checkpoints are to lie.
  await writeFile(join(home, 'checkpoints'), 'in the way')
  const input = { sessionId: null, text: 'first', model: null, think: null, workspace: project, host: null }
  const sent = answered(await carrel.bridge.call('terminal.send', { ...input, mode: 'workspace' as const }))
  await carrel.runEnd(sent.runId)
  expect(await read()).toBe('0')
  const results = (await carrel.messages(sent.sessionId)).filter(({ role }) => role === 'tool')
  expect(results.map(({ isError }) => isError)).toEqual([true])
})

test('a session that is deleted for good takes with it what was kept', async () => {
  const { carrel, sessionId } = await twoRuns()
  answered(await carrel.bridge.call('terminal.deleteForGood', { sessionId }))
  expect(answered(await carrel.bridge.call('changes.list', { sessionId })).runs).toEqual([])
})
