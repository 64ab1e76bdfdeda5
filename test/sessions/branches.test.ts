// Branches of a session as a person makes them: nothing is rewritten, and a model is shown the branch that is looked at.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { withoutStamp } from '../support/asked.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import type { FakeOllama } from '../support/fake-ollama.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

const pathOf = (sessionId: string) => join(home, 'sessions', `${sessionId}.jsonl`)

async function begun() {
  const server = await fakeServer({ scenario: steps({ content: 'first' }, { done: 'stop' }) })
  const carrel = await bootCarrel({ home, host: server.url })
  const { call } = carrel.bridge
  const open = async (sessionId: string) => answered(await call('sessions.open', { sessionId }))
  return { server, carrel, call, open }
}

const words = (entries: readonly Record<string, unknown>[]) => entries.map(({ content }) => content)
/** What the model was shown last, without the system prompt. */
function asked(server: FakeOllama): string[] {
  const { messages } = Object(server.chatRequests().at(-1)?.body)
  return messages.slice(1).map(({ content }: { content: string }) => withoutStamp(content))
}

async function writeSession(id: string, ...lines: (Line | string)[]): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(pathOf(id), toBytes(...lines))
}

test('a question in other words and an answer given again stand beside the earlier ones; either is gone back to', async () => {
  const { server, carrel, call, open } = await begun()
  const { sessionId } = await carrel.ask('one')
  const sent = await carrel.ask('two', sessionId)
  const before = await readFile(pathOf(sessionId))

  server.setScenario(steps({ content: 'to the other words' }, { done: 'stop' }))
  const edited = answered(
    await call('chat.edit', { sessionId, entryId: sent.entryId, text: 'two, better', model: null }),
  )
  await carrel.runEnd(edited.runId)
  expect(asked(server)).toEqual(['one', 'first', 'two, better'])
  const after = await open(sessionId)
  expect(words(after.entries)).toEqual(['one', 'first', 'two, better', 'to the other words'])
  expect(after.versions).toEqual([{ entryId: edited.entryId, ids: [sent.entryId, edited.entryId] }])

  server.setScenario(steps({ content: 'again' }, { done: 'stop' }))
  const again = answered(await call('chat.retry', { sessionId, model: null, entryId: after.entries[1]?.id ?? '' }))
  await carrel.runEnd(again.runId)
  expect(asked(server)).toEqual(['one'])
  const regenerated = await open(sessionId)
  expect(words(regenerated.entries)).toEqual(['one', 'again'])
  const [version] = regenerated.versions
  expect(version?.ids).toHaveLength(2)

  const back = answered(await call('sessions.switch', { sessionId, entryId: version?.ids[0] ?? '' }))
  // Where it was left: with the other words, and not with the first ones.
  expect(words(back.entries)).toEqual(['one', 'first', 'two, better', 'to the other words'])
  expect(carrel.pushed('sessions.rearranged')).toEqual([{ sessionId, bytes: back.session.bytes }])
  await carrel.ask('three', sessionId)
  expect(asked(server)).toEqual(['one', 'first', 'two, better', 'to the other words', 'three'])
  // Only ever appended to.
  expect((await readFile(pathOf(sessionId))).subarray(0, before.length)).toEqual(before)
})

test('the branch that was chosen is shown after a restart', async () => {
  const { carrel, call, open } = await begun()
  const { sessionId } = await carrel.ask('one')
  await carrel.runEnd(answered(await call('chat.retry', { sessionId, model: null })).runId)
  const [version] = (await open(sessionId)).versions
  answered(await call('sessions.switch', { sessionId, entryId: version?.ids[0] ?? '' }))
  await carrel.app.close()
  const next = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
  const opened = answered(await next.bridge.call('sessions.open', { sessionId }))
  expect(opened.versions).toEqual([{ entryId: version?.ids[0], ids: version?.ids }])
})

test('a name, a pin, a hidden message and a look at another version make no session newer', async () => {
  const { carrel, call, open } = await begun()
  const { sessionId, entryId } = await carrel.ask('one')
  await carrel.runEnd(answered(await call('chat.retry', { sessionId, model: null })).runId)
  const { session, versions } = await open(sessionId)
  answered(await call('sessions.rename', { sessionId, title: 'Named' }))
  answered(await call('sessions.pin', { sessionId, pinned: true }))
  answered(await call('sessions.hide', { sessionId, entryId, hidden: true }))
  answered(await call('sessions.switch', { sessionId, entryId: versions[0]?.ids[0] ?? '' }))
  expect((await open(sessionId)).session).toMatchObject({ title: 'Named', pinned: true, updatedAt: session.updatedAt })
  await carrel.ask('two', sessionId)
  expect((await open(sessionId)).session.updatedAt > session.updatedAt).toBe(true)
})

test('to choose what is shown already writes nothing', async () => {
  const { carrel, call, open } = await begun()
  const { sessionId } = await carrel.ask('one')
  const before = await readFile(pathOf(sessionId))
  answered(await call('sessions.switch', { sessionId, entryId: (await open(sessionId)).entries[0]?.id ?? '' }))
  expect(await readFile(pathOf(sessionId))).toEqual(before)
})

test('a hidden message is kept and shown to nobody but the person, until it is shown again', async () => {
  const { server, carrel, call, open } = await begun()
  const { sessionId, entryId } = await carrel.ask('a secret')
  const hidden = answered(await call('sessions.hide', { sessionId, entryId, hidden: true }))
  expect(hidden.hidden).toEqual([entryId])
  expect(words(hidden.entries)).toEqual(['a secret', 'first'])
  await carrel.ask('two', sessionId)
  expect(asked(server)).toEqual(['first', 'two'])
  // Asked again by name, it is shown all the same.
  await carrel.runEnd(answered(await call('chat.retry', { sessionId, entryId, model: null })).runId)
  expect(asked(server)).toEqual(['a secret'])
  answered(await call('sessions.switch', { sessionId, entryId: hidden.entries[1]?.id ?? '' }))
  answered(await call('sessions.hide', { sessionId, entryId, hidden: false }))
  await carrel.ask('three', sessionId)
  expect(asked(server)).toEqual(['a secret', 'first', 'two', 'first', 'three'])
  expect((await open(sessionId)).hidden).toEqual([])
})

test('hiding one result hides its call and the other results, in the file as well', async () => {
  const { call } = await begun()
  const toolCalls = ['c1', 'c2'].map((id) => ({ id, name: 'look', arguments: {} }))
  const result = (id: string, after: string, callId: string) =>
    message(id, after, { role: 'tool', name: 'look', callId })
  const lines = [
    message('q', null),
    message('a', 'q', { role: 'assistant', toolCalls }),
    result('r1', 'a', 'c1'),
    result('r2', 'r1', 'c2'),
  ]
  await writeSession('calls', header, ...lines)
  const hidden = answered(await call('sessions.hide', { sessionId: 'calls', entryId: 'r2', hidden: true }))
  expect(hidden.hidden).toEqual(['a', 'r1', 'r2'])
  const hides = (await linesOf(pathOf('calls'))).filter(({ type }) => type === 'hide')
  expect(hides.map(({ target }) => target)).toEqual(['a', 'r1', 'r2'])
})

test('hiding a result hides its own call, not the one of the same id in another branch', async () => {
  const { call } = await begun()
  const answer = (id: string) =>
    message(id, 'q', { role: 'assistant', toolCalls: [{ id: 'call_1', name: 'look', arguments: {} }] })
  const result = (id: string, after: string) => message(id, after, { role: 'tool', name: 'look', callId: 'call_1' })
  const lines = [message('q', null), answer('a1'), result('r1', 'a1'), answer('a2'), result('r2', 'a2')]
  await writeSession('calls', header, ...lines)
  const hidden = answered(await call('sessions.hide', { sessionId: 'calls', entryId: 'r2', hidden: true }))
  expect(hidden.hidden).toEqual(['a2', 'r2'])
  const hides = (await linesOf(pathOf('calls'))).filter(({ type }) => type === 'hide')
  expect(hides.map(({ target }) => target)).toEqual(['a2', 'r2'])
})

test('a fork has everything up to its entry, calls with their results, and leaves the original as it is', async () => {
  const { server, carrel, call, open } = await begun()
  const toolCalls = [{ id: 'c1', name: 'look', arguments: {} }]
  await writeSession(
    'whole',
    { ...header, workspace: '/somewhere' },
    message('q', null, { content: 'look there' }),
    message('a', 'q', { role: 'assistant', content: '', toolCalls }),
    message('r', 'a', { role: 'tool', name: 'look', callId: 'c1', content: 'seen' }),
    message('e', 'r', { role: 'assistant', content: 'so it is' }),
    message('q2', 'e', { content: 'later' }),
    { type: 'hide', id: 'h', ts: '2026-11-22T08:00:02.000Z', target: 'q', hidden: true },
    { type: 'meta', id: 'p', ts: '2026-11-22T08:00:02.000Z', pinned: true },
    '{"type":"mess',
  )
  const before = await readFile(pathOf('whole'))
  const forked = answered(await call('sessions.fork', { sessionId: 'whole', entryId: 'a' }))
  expect(forked).toMatchObject({ kept: 4, skipped: 1 })
  expect(await readFile(pathOf('whole'))).toEqual(before)
  const opened = await open(forked.sessionId)
  expect(words(opened.entries)).toEqual(['look there', '', 'seen'])
  expect(opened).toMatchObject({ hidden: ['q'], origin: { sessionId: 'whole', entryId: 'r' }, diagnostics: [] })
  expect(opened.session).toMatchObject({ title: 'look there (fork)', pinned: false })
  expect((await linesOf(pathOf(forked.sessionId)))[0]).toMatchObject({
    workspace: '/somewhere',
    parentSession: 'whole',
  })
  expect(carrel.pushed('sessions.changed').map(({ id }) => id)).toContain(forked.sessionId)

  await carrel.ask('and here?', forked.sessionId)
  expect(asked(server)).toEqual(['', 'seen', 'and here?'])
  // The end of the active path, when no entry is named.
  const end = await open(answered(await call('sessions.fork', { sessionId: 'whole', entryId: null })).sessionId)
  expect(words(end.entries)).toEqual(['look there', '', 'seen', 'so it is', 'later'])
})

test('a session of the oldest form can be forked, edited and answered again', async () => {
  const { server, carrel, call, open } = await begun()
  await writeSession('seed', { role: 'user', content: 'old' }, { role: 'assistant', content: 'older' })
  const [question] = (await open('seed')).entries
  const forked = answered(await call('sessions.fork', { sessionId: 'seed', entryId: null }))
  expect(words((await open(forked.sessionId)).entries)).toEqual(['old', 'older'])
  const entryId = question?.id ?? ''
  const edited = answered(await call('chat.edit', { sessionId: 'seed', entryId, text: 'new', model: null }))
  await carrel.runEnd(edited.runId)
  expect(asked(server)).toEqual(['new'])
  expect((await open('seed')).versions).toEqual([{ entryId: edited.entryId, ids: [entryId, edited.entryId] }])
})

test('a repaired copy has every record that can be read and nothing that must be mended; the file stays as it is', async () => {
  const { carrel, call, open } = await begun()
  await writeSession(
    'torn',
    header,
    message('q', null),
    message('a', 'gone', { role: 'assistant' }),
    { type: 'later', id: 'x', ts: '' },
    '{"type":"message","id":"lost',
    message('a', 'a', { content: 'the same id' }),
    { type: 'title', id: 't', ts: '2026-11-22T08:00:02.000Z', title: 'Named', by: 'user' },
  )
  const before = await readFile(pathOf('torn'))
  const repaired = answered(await call('sessions.repair', { sessionId: 'torn' }))
  expect(repaired).toEqual({ sessionId: 'torn.repaired', kept: 5, skipped: 1 })
  expect(await readFile(pathOf('torn'))).toEqual(before)
  const [damaged, copy] = [await open('torn'), await open('torn.repaired')]
  expect(words(copy.entries)).toEqual(words(damaged.entries))
  expect(copy).toMatchObject({
    diagnostics: [],
    origin: { sessionId: 'torn', entryId: null },
    session: { title: 'Named' },
  })
  const nodes = (await linesOf(pathOf('torn.repaired'))).filter(({ type }) => type === 'message')
  expect(nodes.map(({ id, parentId }) => [id, parentId])).toEqual([
    ['q', null],
    ['a', 'q'],
    [expect.stringMatching(/^a#\d+$/), 'a'],
  ])
  // The copy is a session like any other; a second one gets another name.
  expect((await carrel.ask('go on', 'torn.repaired')).end.stop).toBe('stop')
  expect(answered(await call('sessions.repair', { sessionId: 'torn' })).sessionId).toBe('torn.repaired-2')
  expect(answered(await call('sessions.repair', { sessionId: 'torn.repaired' })).sessionId).toBe('torn.repaired')
})

test('what cannot be done is refused by name, and nothing is written', async () => {
  const { carrel, call, open } = await begun()
  const { sessionId } = await carrel.ask('one')
  const [question, answer] = (await open(sessionId)).entries
  await writeSession('newer', { ...header, v: 9 }, message('q', null))
  await writeSession('empty')
  const before = await readFile(pathOf(sessionId))
  const codeOf = (given: { ok: boolean; failure?: { code: string } }) => given.failure?.code ?? 'ok'
  const entryId = 'nobody'
  expect(codeOf(await call('chat.edit', { sessionId, entryId, text: 'x', model: null }))).toBe('not-found')
  expect(codeOf(await call('chat.edit', { sessionId, entryId: answer?.id ?? '', text: 'x', model: null }))).toBe(
    'invalid-input',
  )
  expect(codeOf(await call('chat.retry', { sessionId, entryId, model: null }))).toBe('not-found')
  expect(codeOf(await call('sessions.switch', { sessionId, entryId }))).toBe('not-found')
  expect(codeOf(await call('sessions.hide', { sessionId, entryId, hidden: true }))).toBe('not-found')
  expect(codeOf(await call('sessions.fork', { sessionId, entryId }))).toBe('not-found')
  expect(codeOf(await call('sessions.fork', { sessionId: 'newer', entryId: null }))).toBe('denied')
  expect(codeOf(await call('sessions.hide', { sessionId: 'newer', entryId: 'q', hidden: true }))).toBe('denied')
  expect(codeOf(await call('sessions.repair', { sessionId: 'newer' }))).toBe('denied')
  expect(codeOf(await call('sessions.repair', { sessionId: 'empty' }))).toBe('damaged')
  expect(codeOf(await call('sessions.fork', { sessionId: 'empty', entryId: null }))).toBe('damaged')
  expect(await readFile(pathOf(sessionId))).toEqual(before)

  answered(await call('sessions.archive', { sessionId }))
  expect(codeOf(await call('chat.edit', { sessionId, entryId: question?.id ?? '', text: 'x', model: null }))).toBe(
    'denied',
  )
  expect(codeOf(await call('sessions.hide', { sessionId, entryId: question?.id ?? '', hidden: true }))).toBe('denied')
  // Copying only reads.
  expect(codeOf(await call('sessions.fork', { sessionId, entryId: null }))).toBe('ok')
})

test('while an answer is being written, what would change its branch is refused', async () => {
  const { server, carrel, call, open } = await begun()
  const { sessionId, entryId } = await carrel.ask('one')
  server.setScenario(steps({ content: 'so far' }, { gate: 'later' }, { done: 'stop' }))
  const running = await carrel.send('two', sessionId)
  await carrel.waitForWords('so far')
  const codeOf = (given: { ok: boolean; failure?: { code: string } }) => given.failure?.code ?? 'ok'
  expect(codeOf(await call('chat.edit', { sessionId, entryId, text: 'x', model: null }))).toBe('busy')
  expect(codeOf(await call('chat.retry', { sessionId, entryId, model: null }))).toBe('busy')
  expect(codeOf(await call('sessions.switch', { sessionId, entryId }))).toBe('busy')
  expect(codeOf(await call('sessions.hide', { sessionId, entryId, hidden: true }))).toBe('busy')
  // A fork takes what has been written until now.
  const forked = answered(await call('sessions.fork', { sessionId, entryId: null }))
  expect(words((await open(forked.sessionId)).entries)).toEqual(['one', 'first', 'two'])
  server.release('later')
  expect((await carrel.runEnd(running.runId)).stop).toBe('stop')
})
