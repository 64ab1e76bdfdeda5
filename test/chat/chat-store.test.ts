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
    onShown: () => undefined,
    onBegun: () => undefined,
    titleOf: () => null,
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
