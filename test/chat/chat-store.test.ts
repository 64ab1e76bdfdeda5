// The open session as the window knows it, against the real service: whoever does what to its branches, it is the same.
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../renderer/app/bridge.ts'
import { createChat } from '../../renderer/chat/chat-store.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { type Scenario, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

// Nothing is painted in Node, so an animation frame is the next moment.
beforeAll(() => {
  Object.assign(globalThis, { requestAnimationFrame: (draw: () => void) => setTimeout(draw, 0) })
})

/** A window's chat on a session with one answer, and another front beside it. */
async function openChat(scenario: Scenario = steps({ content: 'An answer.' }, { done: 'stop' })) {
  const server = await fakeServer({ scenario })
  const carrel = await bootCarrel({ home: join(await temporaryFolder(), 'home'), host: server.url })
  const { sessionId } = await carrel.ask('How it began')
  const calls: string[] = []
  const own = carrel.app.connect()
  const bridge: Bridge = {
    call(channel, input, signal) {
      calls.push(channel)
      return own.call(channel, input, signal)
    },
    on: (name, listener) => own.on(name, listener),
    painted: () => own.painted(),
  }
  const chat = createChat(bridge, {
    drafts: {},
    attached: {},
    onShown: () => undefined,
    onBegun: () => undefined,
    titleOf: () => null,
    watchReplays: () => () => undefined,
    pathOf: () => '',
  })
  await chat.open(sessionId)
  const other = carrel.bridge
  const truth = async () => answered(await other.call('sessions.open', { sessionId, allBranches: false }))

  /** What the window shows of the session, and what is the case. */
  async function both() {
    const { entries, marks, live, isOpening } = chat.store.getState()
    const { run, ...is } = await truth()
    const shown = {
      ids: entries.map(({ id }) => id),
      versions: [...marks.versions].map(([entryId, ids]) => ({ entryId, ids: [...ids] })),
      hidden: [...marks.hidden],
    }
    const real = { ids: is.entries.map(({ id }) => id), versions: is.versions, hidden: is.hidden }
    return { shown, real, isQuiet: run === null && live === null && !isOpening }
  }

  async function same() {
    return await waitFor('the window to show what is the case', async () => {
      const { shown, real, isQuiet } = await both()
      return isQuiet && JSON.stringify(shown) === JSON.stringify(real) && shown
    })
  }

  return { server, carrel, sessionId, calls, chat, other, same, truth }
}

test('what this window changes is not read a second time, what another front changes is read once', async () => {
  const { chat, calls, other, sessionId, same } = await openChat()
  const { ids } = await same()
  calls.length = 0
  expect(await chat.hide(ids[1] ?? '', true)).toBeNull()
  expect((await same()).hidden).toEqual([ids[1]])
  expect(calls).toEqual(['sessions.hide'])
  await other.call('sessions.hide', { sessionId, entryId: ids[1] ?? '', hidden: false })
  expect((await same()).hidden).toEqual([])
  expect(calls).toEqual(['sessions.hide', 'sessions.open'])
})

test('records that were known stay the same objects when another version is shown', async () => {
  const { chat, same, carrel, sessionId } = await openChat()
  await carrel.ask('And then?', sessionId)
  const { ids } = await same()
  await chat.retry(null, ids[3])
  await waitFor('another version', async () => (await same()).versions.length > 0)
  const before = chat.store.getState().entries
  expect(await chat.switchTo(ids[3] ?? '')).toBeNull()
  const after = chat.store.getState().entries
  expect(after.map(({ id }) => id)).toEqual(ids)
  for (const index of [0, 1, 2]) expect(after[index]).toBe(before[index])
  expect(after[3]).not.toBe(before[3])
})

test('a session that has gone answers every action with a failure, and what is shown stays', async () => {
  const { chat, other, sessionId, same } = await openChat()
  const { ids } = await same()
  await other.call('sessions.delete', { sessionId })
  const [answer = ''] = ids.slice(1)
  expect(await chat.hide(answer, true)).toMatchObject({ code: 'not-found' })
  expect(await chat.switchTo(answer)).toMatchObject({ code: 'not-found' })
  expect(await chat.fork(answer)).toMatchObject({ ok: false, failure: { code: 'not-found' } })
  expect(await chat.repair()).toMatchObject({ ok: false, failure: { code: 'not-found' } })
  chat.beginEdit(ids[0] ?? '')
  expect(await chat.sendEdit('In other words', null)).toBe(false)
  const { entries, editing, openFailure } = chat.store.getState()
  expect(editing?.failure).toMatchObject({ code: 'not-found' })
  expect(chat.edits.read(sessionId, ids[0] ?? '')).toBe('In other words')
  expect(entries.map(({ id }) => id)).toEqual(ids)
  expect(openFailure).toBeNull()
})

test('while one copy is being made, a second wish makes none', async () => {
  const { chat, same, other } = await openChat()
  const { ids } = await same()
  const [one, two] = await Promise.all([chat.fork(ids[1] ?? ''), chat.fork(ids[1] ?? '')])
  expect(one).toMatchObject({ ok: true })
  expect(two).toBeNull()
  expect(answered(await other.call('sessions.list', { filter: 'all' })).sessions).toHaveLength(2)
  expect(chat.store.getState().origin).toMatchObject({ entryId: ids[1] })
})

const deed = fc.record({
  do: fc.constantFrom('send', 'edit', 'answer again', 'switch', 'hide'),
  by: fc.constantFrom('window', 'other'),
  pick: fc.nat(),
  /** Nobody waits for its end before the next one. */
  isHasty: fc.boolean(),
})

test('whatever the window and another front do at once, the window ends up with what is the case', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 10 }), async (deeds) => {
      const { chat, other, sessionId, same, truth } = await openChat()
      const under: Promise<unknown>[] = []
      for (const { do: what, by, pick, isHasty } of deeds) {
        const { entries, versions } = await truth()
        const entryId = entries[pick % entries.length]?.id ?? ''
        const isOther = by === 'other'
        const version = versions[pick % Math.max(1, versions.length)]?.ids[pick % 2] ?? entryId
        const text = `words ${pick}`
        const run = {
          send: () =>
            isOther
              ? other.call('chat.send', { sessionId, text, model: null, think: null, workspace: null })
              : chat.send(text, null),
          edit: () => {
            if (isOther) return other.call('chat.edit', { sessionId, entryId, text, model: null })
            chat.beginEdit(entryId)
            return chat.sendEdit(text, null)
          },
          'answer again': () =>
            isOther ? other.call('chat.retry', { sessionId, entryId, model: null }) : chat.retry(null, entryId),
          switch: () =>
            isOther ? other.call('sessions.switch', { sessionId, entryId: version }) : chat.switchTo(version),
          hide: () =>
            isOther
              ? other.call('sessions.hide', { sessionId, entryId, hidden: pick % 3 > 0 })
              : chat.hide(entryId, pick % 3 > 0),
        }[what]()
        under.push(run)
        if (!isHasty) {
          await run
          await waitFor('the end of the run', async () => (await truth()).run === null)
        }
      }
      await Promise.all(under)
      await same()
    }),
    { numRuns: 25 },
  )
}, 120_000)

test('what is sent while another front has just asked waits, and is sent behind its answer', async () => {
  const { chat, carrel, sessionId, same, server } = await openChat()
  server.setScenario({
    turns: [
      { match: { contains: 'first' }, steps: [{ content: 'One.' }, { gate: 'end' }, { done: 'stop' }] },
      { steps: [{ content: 'Yes.' }, { done: 'stop' }] },
    ],
  })
  chat.drafts.write(sessionId, 'second')
  // Both in one moment: the window cannot know yet.
  const [, isKept] = await Promise.all([carrel.send('first', sessionId), chat.send('second', null)])
  expect(isKept).toBe(true)
  expect(chat.drafts.read(sessionId)).toBe('')
  expect(chat.store.getState().queue.items.map(({ text }) => text)).toEqual(['second'])
  server.release('end')
  await waitFor('the second answer', async () => (await carrel.messages(sessionId)).length === 6)
  await same()
  expect((await carrel.messages(sessionId)).map(({ content }) => content).slice(2)).toEqual([
    'first',
    'One.',
    'second',
    'Yes.',
  ])
  expect(chat.store.getState().queue.items).toEqual([])
})

test('what was removed can be put back at its place, and words being changed are never lost', async () => {
  const { chat, other, sessionId, server } = await openChat()
  server.setScenario(steps({ gate: 'end' }, { done: 'stop' }))
  // Until it is answered, nothing else can be said.
  expect(await chat.send('first', null)).toBe(true)
  await waitFor('a run', () => chat.store.getState().live)
  for (const text of ['a', 'b', 'c']) await chat.queue(text, false)
  const items = () => chat.store.getState().queue.items
  await waitFor('what waits', () => items().length === 3)
  const [, b, c] = items()
  if (!b || !c) throw new Error('nothing waits')
  expect(await chat.waiting.remove(b.id)).toBeNull()
  expect(items().map(({ text }) => text)).toEqual(['a', 'c'])
  expect(await chat.waiting.putBack(b, 1)).toBeNull()
  expect(await chat.waiting.putBack(b, 1)).toBeNull()
  expect(items().map(({ text }) => text)).toEqual(['a', 'b', 'c'])

  chat.drafts.replace(sessionId, 'half a thought')
  chat.waiting.keepWords(c.id, 'c, in other words')
  expect(await chat.waiting.edit(c.id, 'c2', [])).toBeNull()
  chat.waiting.keepWords(c.id, 'c, once more')
  await other.call('queue.remove', { sessionId, id: c.id })
  await waitFor('the words in the composer', () => chat.drafts.read(sessionId) !== 'half a thought')
  expect(chat.drafts.read(sessionId)).toBe('half a thought\n\nc, once more')
  expect(chat.waiting.editedWords(c.id)).toBeNull()
})

test('every answer of a turn is shown while it arrives, also behind a call', async () => {
  const { chat, server, sessionId, carrel } = await openChat()
  const folder = await temporaryFolder()
  server.setScenario({
    turns: [
      {
        match: { lastRole: 'user' },
        steps: [
          { content: 'I look.' },
          { tool_calls: [{ name: 'search_files', arguments: { query: 'x' } }] },
          { done: 'stop' },
        ],
      },
      { steps: [{ content: 'Nothing' }, { gate: 'end' }, { content: ' there.' }, { done: 'stop' }] },
    ],
  })
  const asked = { sessionId: null, text: 'Look.', model: null, think: null, workspace: folder }
  const begun = answered(await carrel.bridge.call('chat.send', asked))
  await chat.open(begun.sessionId)
  expect(begun.sessionId).not.toBe(sessionId)
  const { live } = await waitFor('the words of the second answer', () => {
    const now = chat.store.getState()
    return now.live?.text.arrived().text === 'Nothing' && now
  })
  expect(live).toMatchObject({ answered: false, run: { hasTools: true } })
  server.release('end')
  await carrel.runEnd(begun.runId)
  await waitFor('the end', () => chat.store.getState().live === null)
  expect(chat.store.getState().entries.at(-1)?.message?.content).toBe('Nothing there.')
})
