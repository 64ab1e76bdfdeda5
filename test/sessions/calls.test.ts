// What is recorded of a call for a person's eyes, and all of its output, asked for piece by piece.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { toModel } from '../../electron/agent/to-model.ts'
import { blobOf } from '../../electron/services/sessions/blobs.ts'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import type { Input, Output } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import { unknownRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { lineLimit } from '../../shared/spilled.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { gemma, type Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
let project: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(join(home, 'sessions'), { recursive: true })
  await mkdir(project)
})

const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
const turn = (nth: number, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { nth },
  steps: [...steps, { done: 'stop' as const }],
})

/** One run in the project, to its end. */
async function run(scenario: Scenario) {
  const server = await fakeServer({ scenario })
  const carrel = await bootCarrel({ home, host: server.url })
  const wish = {
    sessionId: null,
    text: 'Go',
    model: null,
    think: null,
    workspace: project,
    host: null,
    mode: 'workspace' as const,
  }
  const { sessionId, runId } = answered(await carrel.bridge.call('terminal.send', wish))
  await carrel.runEnd(runId)
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  return { carrel, sessionId, results: lines.filter(({ role }) => role === 'tool'), lines }
}

test('a change is recorded with its diff, a look with its count, a refusal with its reason', async () => {
  await writeFile(join(project, 'a.txt'), 'one\ntwo\n')
  const { results, lines, carrel, sessionId } = await run({
    turns: [
      turn(1, call('read_file', { path: 'a.txt' })),
      turn(2, call('edit_file', { path: 'a.txt', old_text: 'two', new_text: '2' })),
      turn(3, call('read_file', { path: '../b.txt' })),
      turn(4, call('nonsense', {})),
      turn(5, { content: 'Done.' }),
    ],
  })
  expect(results).toMatchObject([
    { isError: false, detail: { files: [], found: { what: 'lines', count: 2, of: 2 } } },
    { isError: false, detail: { files: [{ path: 'a.txt', change: 'edited', added: 1, removed: 1 }] } },
    { isError: true, failure: { code: 'denied', reason: 'outside' } },
    { isError: true, failure: { code: 'not-found', reason: 'unknown-tool' } },
  ])
  expect(Object(results[1]?.['detail']).files[0].diff).toContain('\n-two\n+2\n')
  expect(results[0]).not.toHaveProperty('failure')
  expect(results[2]).not.toHaveProperty('detail')
  for (const line of lines) expect(writtenRecord.safeParse(line).error?.issues).toBeUndefined()
  // As it is opened again, it is the same.
  const shown = await carrel.messages(sessionId)
  expect(shown.filter(({ role }) => role === 'tool')).toEqual(results)
})

test('of two pictures the one that is gone is said to be, and the other one is shown', async () => {
  const server = await fakeServer({
    models: [{ ...gemma, capabilities: ['completion', 'vision'] }],
    scenario: {
      turns: [
        turn(1, {
          content: ['a', 'b']
            .map((name) => `<tool_call>{"name":"read_file","arguments":{"path":"${name}.png"}}</tool_call>`)
            .join('\n'),
        }),
        turn(2, { content: 'Two.' }),
        turn(3, { content: 'One.' }),
      ],
    },
  })
  const pixels = (name: string) =>
    Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from(name)])
  for (const name of ['a', 'b']) await writeFile(join(project, `${name}.png`), pixels(name))
  const carrel = await bootCarrel({ home, host: server.url })
  const asked = { sessionId: null, text: 'Look.', model: null, think: null, workspace: project }
  const { sessionId, runId } = answered(await carrel.bridge.call('chat.send', asked))
  await carrel.runEnd(runId)
  const { blob } = blobOf(pixels('a'))
  const files = await readdir(join(home, 'blobs'), { recursive: true })
  const file = files.find((one) => one.endsWith(blob.replace(/^.*[:/]/, ''))) ?? ''
  await rm(join(home, 'blobs', file))
  await carrel.ask('And now?', sessionId)
  const { messages: sent } = Object(server.chatRequests()[2]?.body)
  const results = sent.find(({ images }: { images?: string[] }) => images !== undefined)
  expect(results.images).toEqual([pixels('b').toString('base64')])
  expect(results.content.split('</tool_result>')[0]).toContain(toModel.pictureGone)
  expect(results.content.split('</tool_result>')[1]).not.toContain(toModel.pictureGone)
})

test('a detail that is too large for its line lies in a blob and comes back', async () => {
  const diff = `@@ -1 +1 @@\n+${'静'.repeat(lineLimit / 3)}`
  const files = [{ path: 'a.txt', change: 'edited', added: 1, removed: 0, diff }]
  const said = { role: 'tool', callId: 'c', name: 'edit_file', content: 'Edited', isError: false, detail: { files } }
  const record = unknownRecord.parse(message('t', null, said))
  const path = join(home, 'sessions', 's.jsonl')
  const created = await createSessionFile(path, [unknownRecord.parse(header)])
  await created.append([record])
  const [, line] = await linesOf(path)
  expect(line).not.toHaveProperty('detail')
  expect(line).toMatchObject({ content: 'Edited', spilled: { detail: { json: true } } })
  expect((await openSessionFile(path)).reading().records.at(-1)).toEqual(record)
})

test('a result that finds no place on the disk ends the run by that name, and the session goes on', async () => {
  await writeFile(join(home, 'blobs'), 'a file where the folder should be')
  await writeFile(join(project, 'long.txt'), 'line\n'.repeat(5_000))
  const { carrel, sessionId, lines } = await run({
    turns: [turn(1, { content: 'I look.' }, call('read_file', { path: 'long.txt' })), turn(2, { content: 'Yes.' })],
  })
  const [end] = carrel.pushed('run.ended')
  expect(end).toMatchObject({ stop: 'error', error: { message: expect.stringContaining(join(home, 'blobs')) } })
  expect(lines.at(-1)).toMatchObject({ role: 'assistant', content: '', stop: 'error' })
  expect(carrel.log.filter((line) => line.includes('failed in receive'))).toEqual([])
  expect((await carrel.ask('And now?', sessionId)).end).toMatchObject({ stop: 'stop', error: null })
})

test('a run says which calls go on, and tells its notices to whoever comes later', async () => {
  const { carrel, sessionId } = await run({
    turns: [
      ...Array.from({ length: 5 }, (_, n) => turn(n + 1, call('read_file', { path: 'none.txt' }))),
      turn(6, { content: 'No.' }),
    ],
  })
  const states = carrel.pushed('run.changed')
  expect(states.every(({ hasTools }) => hasTools)).toBe(true)
  const calling = states.flatMap((state) => state.calling)
  expect(calling.some(({ ms, isError }) => ms === null && !isError)).toBe(true)
  expect(calling.some(({ ms, isError }) => ms !== null && isError)).toBe(true)
  expect(calling.find(({ isError }) => isError)?.failure).toEqual({ code: 'not-found', reason: null })
  expect(states.at(-1)?.calling).toEqual([])
  const notices = carrel.pushed('run.notice')
  expect(notices.map(({ code }) => code)).toContain('repeated_call')
  const ids = (await carrel.messages(sessionId)).map(({ id }) => id)
  for (const { after } of notices) expect(ids).toContain(after)
  // A limit is no error: it says which it was.
  expect(carrel.pushed('run.ended')).toMatchObject([
    { stop: 'limit', error: { message: messages.failures.repeatedCall } },
  ])
})

test('the whole output is read in pieces that cut no character, from the blob or from the record', async () => {
  const whole = `${'x'.repeat(199_999)}📚${'y'.repeat(250_000)}`
  await writeFile(join(project, 'long.txt'), whole)
  const { carrel, sessionId, results } = await run({
    turns: [
      turn(1, call('read_file', { path: 'long.txt' })),
      turn(2, call('read_file', { path: 'none.txt' })),
      turn(3, { content: 'Long.' }),
    ],
  })
  const [long, short] = results.map(({ id }) => String(id))
  const pieces: string[] = []
  let from: number | null = 0
  while (from !== null) {
    const asked: Input<'sessions.output'> = { sessionId, entryId: long ?? '', from }
    const { text, next, characters }: Output<'sessions.output'> = answered(
      await carrel.bridge.call('sessions.output', asked),
    )
    expect(characters).toBe(whole.length)
    expect(text.length).toBeLessThanOrEqual(200_000)
    expect(text).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/)
    pieces.push(text)
    from = next
  }
  expect(pieces).toHaveLength(3)
  expect(pieces.join('')).toBe(whole)
  const output = async (input: { sessionId: string; entryId: string; from: number }) =>
    await carrel.bridge.call('sessions.output', input)
  expect(answered(await output({ sessionId, entryId: short ?? '', from: 0 }))).toMatchObject({ next: null })
  expect(answered(await output({ sessionId, entryId: long ?? '', from: 9_000_000 }))).toMatchObject({
    text: '',
    next: null,
  })

  // Nothing but results, of this session, from a place that is one.
  const { entryId: other } = await carrel.ask('Another')
  const question = (await carrel.messages(sessionId))[0]
  for (const entryId of [other, String(question?.id), 'nobody', '../../settings.json']) {
    expect(refused(await output({ sessionId, entryId, from: 0 })).code).toBe('not-found')
  }
  expect(refused(await output({ sessionId: '../x', entryId: 'a', from: 0 })).code).toBe('invalid-input')
  expect(refused(await output({ sessionId, entryId: long ?? '', from: -1 })).code).toBe('invalid-input')
  expect(refused(await output({ sessionId, entryId: long ?? '', from: 0.5 })).code).toBe('invalid-input')

  const [folder = ''] = await readdir(join(home, 'blobs'))
  await rm(join(home, 'blobs', folder), { recursive: true })
  expect(refused(await output({ sessionId, entryId: long ?? '', from: 0 })).message).toBe(
    messages.failures.outputMissing,
  )
})

test('a record that names what is no blob, one of another size, or a huge one, gets nothing', async () => {
  const carrel = await bootCarrel({ home, host: (await fakeServer()).url })
  const secret = 'not an output'
  await writeFile(join(home, 'settings-like.json'), secret)
  const wrong = [
    { blob: 'sha256:../../settings-like.json', bytes: secret.length },
    { ...blobOf(Buffer.from('other')), bytes: 4 },
    { ...blobOf(Buffer.from('other')), bytes: 3_000_000_000 },
  ]
  const said = wrong.map((full, index) =>
    message(`t${index}`, index === 0 ? 'a' : `t${index - 1}`, { role: 'tool', callId: `c${index}`, name: 'x', full }),
  )
  const toolCalls = wrong.map((_, index) => ({ id: `c${index}`, name: 'x', arguments: {} }))
  const asked = message('a', null, { role: 'assistant', toolCalls })
  await writeFile(join(home, 'sessions', 'wrong.jsonl'), toBytes(header, asked, ...said))
  for (const [index, code] of ['damaged', 'damaged', 'limit'].entries()) {
    const input = { sessionId: 'wrong', entryId: `t${index}`, from: 0 }
    expect(refused(await carrel.bridge.call('sessions.output', input)).code).toBe(code)
  }
  expect(await readFile(join(home, 'settings-like.json'), 'utf8')).toBe(secret)
})
