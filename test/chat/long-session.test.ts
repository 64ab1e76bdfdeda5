// A session of which the window holds a part, against the real service: what it holds is always a piece of what is the case.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createChat } from '../../renderer/chat/chat-store.ts'
import { isAtEnd } from '../../renderer/chat/slices.ts'
import { entryIdOf, writeBigSession } from '../support/big-session.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

beforeAll(() => {
  Object.assign(globalThis, { requestAnimationFrame: (draw: () => void) => setTimeout(draw, 0) })
})

/** Of 1,400 entries: read whole when they are short, by the heads of their lines when they are long. */
async function openLong(isLarge: boolean) {
  const server = await fakeServer({ scenario: steps({ content: 'An answer.' }, { done: 'stop' }) })
  const home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeBigSession(join(home, 'sessions', 'big.jsonl'), { entries: 1_400, characters: isLarge ? 1_500 : 40 })
  const carrel = await bootCarrel({ home, host: server.url })
  // Too long for any model stays so here.
  answered(await carrel.bridge.call('settings.update', { compaction: 'off' }))
  const chat = createChat(carrel.app.connect(), {
    drafts: {},
    attached: {},
    onShown: () => undefined,
    onBegun: () => undefined,
    titleOf: () => null,
    watchReplays: () => () => undefined,
    pathOf: () => '',
  })
  await chat.open('big')
  const state = () => chat.store.getState()

  /** Fails when what is held is no piece of the active path, where the window believes it to be. */
  async function requireTrue() {
    await waitFor('the window to be at rest', () => !state().isOpening)
    const { entries, slice } = state()
    const truth = answered(await carrel.bridge.call('sessions.open', { sessionId: 'big' })).entries.map(({ id }) => id)
    expect(entries.map(({ id }) => id)).toEqual(truth.slice(slice?.from, slice?.to))
    expect(slice?.total).toBe(truth.length)
    return truth
  }
  return { chat, carrel, state, requireTrue }
}

describe.each([
  ['read whole', false],
  ['read by the heads of its lines', true],
])('a long session, %s', (_, isLarge) => {
  test('opens at its end, is read on to its beginning and back, and never held as a whole', async () => {
    const { chat, state, requireTrue } = await openLong(isLarge)
    await requireTrue()
    expect(isAtEnd(state())).toBe(true)
    expect(state().entries.length).toBeLessThan(400)
    while ((state().slice?.from ?? 0) > 0) {
      await chat.page('before')
      chat.trim('start')
      await requireTrue()
      expect(state().entries.length).toBeLessThan(700)
    }
    expect(isAtEnd(state())).toBe(false)
    while (!isAtEnd(state())) {
      await chat.page('after')
      chat.trim('end')
      await requireTrue()
    }
  })

  test('what is said while one reads far above is told, not shown, and there at the end', async () => {
    const { chat, carrel, state, requireTrue } = await openLong(isLarge)
    await chat.reveal({ entryId: entryIdOf(100), terms: ['lamp'], field: null, takesFocus: true })
    expect(state().target).toMatchObject({ entryId: entryIdOf(100) })
    const before = state().entries
    // Its answer is that it is too long for the model: that is an entry like any other.
    await carrel.ask('Somebody else asks', 'big')
    await waitFor('the run to be over here', () => state().live === null)
    expect(state().entries).toEqual(before)
    await requireTrue()
    await chat.toLatest()
    expect((await requireTrue()).length).toBe(1_402)
    expect(isAtEnd(state())).toBe(true)
    expect(
      state()
        .entries.slice(-2)
        .map(({ message }) => message?.role),
    ).toEqual(['user', 'assistant'])
  })

  test('whoever asks from far above is at the end', async () => {
    const { chat, state, requireTrue } = await openLong(isLarge)
    await chat.reveal({ entryId: entryIdOf(100), terms: [], field: null, takesFocus: true })
    expect(await chat.send('And now?', null)).toBe(true)
    expect(isAtEnd(state())).toBe(true)
    await waitFor('the answer', () => state().live === null && state().entries.at(-1)?.message?.role === 'assistant')
    await requireTrue()
  })

  test('a message that is hidden far above stays where it is, and what is held stays', async () => {
    const { chat, state, requireTrue } = await openLong(isLarge)
    await chat.reveal({ entryId: entryIdOf(400), terms: [], field: null, takesFocus: true })
    const first = state().entries[0]?.id
    expect(await chat.hide(entryIdOf(401), true)).toBeNull()
    // The call, and what came of it.
    expect([...state().marks.hidden]).toEqual([entryIdOf(401), entryIdOf(402)])
    expect(state().entries[0]?.id).toBe(first)
    await requireTrue()
  })
})

test('whatever is done in whatever order, what is held is a piece of what is the case', async () => {
  const { chat, state, requireTrue } = await openLong(false)
  const deed = fc.oneof(
    fc.constantFrom('before', 'after', 'trim start', 'trim end', 'latest', 'ask' as const),
    fc.nat({ max: 1_399 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 8 }), async (deeds) => {
      for (const one of deeds) {
        if (typeof one === 'number') {
          await chat.reveal({ entryId: entryIdOf(one), terms: [], field: null, takesFocus: false })
          expect(state().entries.some(({ id }) => id === entryIdOf(one))).toBe(true)
        } else if (one === 'before' || one === 'after') await chat.page(one)
        else if (one === 'latest') await chat.toLatest()
        else if (one === 'ask') {
          expect(await chat.send('Once more', null)).toBe(true)
          await waitFor('the answer', () => state().live === null && !state().isOpening)
        } else chat.trim(one === 'trim start' ? 'start' : 'end')
      }
      await requireTrue()
    }),
    { numRuns: 15 },
  )
})
