// Whatever a person does to a session, in whatever order: its file only grows, nothing that was said is lost, and what is
// shown is the same after a restart.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenedSession } from '../../shared/ipc.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

type Deed =
  | { do: 'ask' | 'fork' | 'rename' | 'pin' | 'archive' | 'restore' | 'delete and undo' | 'restart' }
  | { do: 'edit' | 'answer again' | 'switch' | 'hide' | 'show' | 'fork at'; pick: number }

const plain = fc.constantFrom(
  'ask',
  'fork',
  'rename',
  'pin',
  'archive',
  'restore',
  'delete and undo',
  'restart' as const,
)
const picking = fc.constantFrom('edit', 'answer again', 'switch', 'hide', 'show', 'fork at' as const)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 1, arbitrary: plain.map((name) => ({ do: name }) as Deed) },
  { weight: 2, arbitrary: fc.record({ do: picking, pick: fc.nat() }) as fc.Arbitrary<Deed> },
)

test('any twelve deeds in any order', async () => {
  const server = await fakeServer({ scenario: steps({ content: 'An answer.' }, { done: 'stop' }) })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async (deeds) => {
      const home = join(await temporaryFolder(), 'home')
      let carrel = await bootCarrel({ home, host: server.url })
      const { sessionId } = await carrel.ask('How it began')
      const open = async () => answered(await carrel.bridge.call('sessions.open', { sessionId }))
      const all = async () => answered(await carrel.bridge.call('sessions.open', { sessionId, allBranches: true }))
      const file = (archived: boolean) => join(home, 'sessions', `${sessionId}.jsonl${archived ? '.archived' : ''}`)
      let bytes = await readFile(file(false))
      let count = 0

      const run = async ({ call } = carrel.bridge, nextWords = `words ${++count}`) => ({
        ask: () => call('chat.send', { sessionId, text: nextWords, model: null, think: null, workspace: null }),
        edit: (entryId: string) => call('chat.edit', { sessionId, entryId, text: nextWords, model: null }),
        again: (entryId: string) => call('chat.retry', { sessionId, entryId, model: null }),
      })

      for (const one of deeds) {
        const { entries } = await all()
        const picked = 'pick' in one ? (entries[one.pick % entries.length]?.id ?? '') : ''
        const { call } = carrel.bridge
        const asking = await run()
        let begun: { ok: boolean; value?: unknown } = { ok: false }
        if (one.do === 'ask') begun = await asking.ask()
        if (one.do === 'edit') begun = await asking.edit(picked)
        if (one.do === 'answer again') begun = await asking.again(picked)
        if (begun.ok) await carrel.runEnd(Object(begun.value).runId)
        if (one.do === 'switch') await call('sessions.switch', { sessionId, entryId: picked })
        if (one.do === 'hide') await call('sessions.hide', { sessionId, entryId: picked, hidden: true })
        if (one.do === 'show') await call('sessions.hide', { sessionId, entryId: picked, hidden: false })
        if (one.do === 'rename') await call('sessions.rename', { sessionId, title: `Name ${count}` })
        if (one.do === 'pin') await call('sessions.pin', { sessionId, pinned: count % 2 === 0 })
        if (one.do === 'archive') await call('sessions.archive', { sessionId })
        if (one.do === 'restore') await call('sessions.restore', { sessionId })
        if (one.do === 'delete and undo') {
          answered(await call('sessions.delete', { sessionId }))
          answered(await call('trash.restore', { sessionId }))
        }
        if (one.do === 'fork' || one.do === 'fork at') {
          const forked = answered(await call('sessions.fork', { sessionId, entryId: picked || null }))
          const copy = answered(await call('sessions.open', { sessionId: forked.sessionId }))
          const way = picked ? (await all()).entries.find(({ id }) => id === picked) : (await open()).entries.at(-1)
          expect(copy.entries.at(-1)?.['content']).toBe(way?.['content'])
        }
        if (one.do === 'restart') {
          await carrel.app.close()
          carrel = await bootCarrel({ home, host: server.url })
        }

        const now = await open()
        const grown = await readFile(file(now.session.archived))
        expect(grown.subarray(0, bytes.length)).toEqual(bytes)
        bytes = grown
        const ids = (await all()).entries.map(({ id }) => id)
        expect(ids).toEqual([...new Set(ids)])
        expect(ids).toEqual(expect.arrayContaining(entries.map(({ id }) => id)))
        requireSound(now)
      }
      const before = await open()
      await carrel.app.close()
      const after = await bootCarrel({ home, host: server.url })
      expect(answered(await after.bridge.call('sessions.open', { sessionId }))).toEqual(before)
      expect(before.diagnostics).toEqual([])
      await after.app.close()
    }),
    { numRuns: 25 },
  )
}, 120_000)

function requireSound({ entries, versions, hidden, leftOut }: OpenedSession): void {
  const ids = entries.map(({ id }) => id)
  for (const [index, entry] of entries.entries()) expect(entry.parentId).toBe(ids[index - 1] ?? null)
  for (const { entryId, ids: choices } of versions) {
    expect(ids).toContain(entryId)
    expect(choices).toContain(entryId)
  }
  expect(ids).toEqual(expect.arrayContaining(hidden))
  expect(leftOut).toEqual([])
}
