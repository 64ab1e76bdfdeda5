// How sessions go for good: only at a person's yes to exactly what they were told of, and what lay on the desk goes with them.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { messages } from '../../shared/messages/messages.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'

const host = 'http://127.0.0.1:9'
const words = toBytes(header, message('m', null))

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
  for (const id of ['a', 'b', 'c']) await writeFile(join(home, 'sessions', `${id}.jsonl`), words)
})

const inTrash = async () => (await readdir(join(home, 'trash'))).map((name) => name.slice(-1)).sort()
const drafts = async (): Promise<unknown> => JSON.parse(await readFile(join(home, 'drafts.json'), 'utf8'))

/** A person at a window, who answers every question when the test does. */
function person() {
  const asked: { sessions: number; bytes: number; signal: AbortSignal; answer: (yes: boolean) => void }[] = []
  let wake = () => {}
  const surface = windowOf({
    confirmEmptyTrash: (what, signal) =>
      new Promise((answer) => {
        asked.push({ ...what, signal, answer })
        wake()
      }),
  })
  return {
    surface,
    asked,
    /** The question with this number, from 1. */
    async question(number: number) {
      while (asked.length < number) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const question = asked[number - 1]
      if (!question) throw new Error('no question')
      return question
    },
  }
}

async function open(trashed: readonly string[], as: 'owner' | 'reader' = 'owner') {
  const someone = person()
  const carrel = await bootCarrel({ home, host, as, surface: someone.surface })
  const { bridge } = carrel
  const remove = async (sessionId: string) => answered(await bridge.call('sessions.delete', { sessionId }))
  for (const id of trashed) await remove(id)
  return { ...carrel, ...someone, remove, empty: () => bridge.call('window.emptyTrash', {}) }
}

test('without a yes nothing goes; with it everything the person was told of does, and what lay on the desk for it', async () => {
  const { bridge, empty, question, pushed, remove } = await open(['a', 'b'])
  for (const key of ['a', 'b', 'c', 'new']) answered(await bridge.call('drafts.write', { key, text: `unsent ${key}` }))
  const no = empty()
  ;(await question(1)).answer(false)
  expect(answered(await no)).toEqual({ agreed: false, done: [], failed: [] })
  expect(await inTrash()).toEqual(['a', 'b'])
  expect(Object.keys(Object(await drafts()))).toEqual(['a', 'b', 'c', 'new'])
  expect(pushed('trash.changed')).toEqual([])

  const yes = empty()
  const { sessions, bytes, answer } = await question(2)
  expect({ sessions, bytes }).toEqual({ sessions: 2, bytes: 2 * words.length })
  expect(await inTrash()).toEqual(['a', 'b'])
  answer(true)
  const { agreed, done, failed } = answered(await yes)
  expect([agreed, done.sort(), failed]).toEqual([true, ['a', 'b'], []])
  expect(await inTrash()).toEqual([])
  expect(await drafts()).toEqual({ c: 'unsent c', new: 'unsent new' })
  expect(pushed('trash.changed')).toEqual([{}])

  // Nothing left, nothing to ask.
  expect(answered(await empty())).toEqual({ agreed: true, done: [], failed: [] })
  await remove('c')
  expect(await drafts()).toEqual({ c: 'unsent c', new: 'unsent new' })
})

test('what comes into the trash while the person is asked does not go with the rest: they are asked about all of it', async () => {
  const { empty, question, remove } = await open(['a'])
  const emptied = empty()
  const first = await question(1)
  expect(first.sessions).toBe(1)
  // One is there when the yes comes, and one is still on its way.
  await remove('b')
  const late = remove('c')
  first.answer(true)
  const second = await question(2)
  await late
  expect(second.sessions).toBe(3)
  expect(await inTrash()).toEqual(['a', 'b', 'c'])
  second.answer(false)
  expect(answered(await emptied)).toEqual({ agreed: false, done: [], failed: [] })
  expect(await inTrash()).toEqual(['a', 'b', 'c'])
})

test('what comes in after the yes, at whatever moment of the emptying, stays', async () => {
  const told = Array.from({ length: 20 }, (_, index) => `told-${index}`)
  const late = Array.from({ length: 20 }, (_, index) => `late-${index}`)
  for (const id of [...told, ...late]) await writeFile(join(home, 'sessions', `${id}.jsonl`), words)
  const { bridge, empty, question, remove } = await open(told)
  const emptied = empty()
  const first = await question(1)
  const removals: Promise<unknown>[] = []
  first.answer(true)
  for (const id of late) {
    await nextTurn()
    removals.push(remove(id))
  }
  const second = await Promise.race([emptied.then(() => null), question(2)])
  // Asked anew about those that were there before the emptying began; nothing is gone then.
  second?.answer(false)
  await Promise.all([emptied, ...removals])
  const trashed = answered(await bridge.call('trash.list', {})).trash.map(({ id }) => id)
  expect(trashed.filter((id) => id.startsWith('late-')).sort()).toEqual([...late].sort())
  expect(trashed.filter((id) => id.startsWith('told-'))).toHaveLength(second ? 20 : 0)
})

test('what was put back while the person was asked does not go', async () => {
  const { bridge, empty, question } = await open(['a', 'b'])
  const emptied = empty()
  const { answer } = await question(1)
  answered(await bridge.call('trash.restore', { sessionId: 'a' }))
  answer(true)
  expect(answered(await emptied)).toEqual({ agreed: true, done: ['b'], failed: [] })
  expect((await readdir(join(home, 'sessions'))).sort()).toEqual(['a.jsonl', 'c.jsonl'])
})

test('one question at a time, and the one who asked is known to have gone', async () => {
  const { bridge, empty, question, asked } = await open(['a'])
  const leaving = new AbortController()
  const first = bridge.call('window.emptyTrash', {}, leaving.signal)
  const { signal, answer } = await question(1)
  expect(refused(await empty())).toEqual({ code: 'busy', message: messages.failures.alreadyAsking })
  expect(asked).toHaveLength(1)
  expect(signal.aborted).toBe(false)
  leaving.abort()
  expect(signal.aborted).toBe(true)
  answer(false)
  await first
  // Answered, so the next one may ask.
  const next = empty()
  ;(await question(2)).answer(false)
  await next
})

test('nobody is asked where nothing can be written, and there is nobody to ask without a window', async () => {
  const writer = await open(['a'])
  await writer.app.close()
  const reader = await open([], 'reader')
  refused(await reader.empty())
  expect(reader.asked).toEqual([])
  const { bridge } = await bootCarrel({ home, host })
  expect(refused(await bridge.call('window.emptyTrash', {})).code).toBe('denied')
  expect(await inTrash()).toEqual(['a'])
})

test.each([
  [
    'trash empty',
    async ({ bridge, remove }: Awaited<ReturnType<typeof open>>) => {
      await remove('a')
      answered(await bridge.call('terminal.emptyTrash', {}))
    },
  ],
  [
    'delete --permanently',
    async ({ bridge }: Awaited<ReturnType<typeof open>>) => {
      answered(await bridge.call('terminal.deleteForGood', { sessionId: 'a' }))
    },
  ],
])('after %s unsent words of that session are not kept, not even those a window sends late', async (_command, end) => {
  const carrel = await open([])
  const write = async (text: string) => answered(await carrel.bridge.call('drafts.write', { key: 'a', text }))
  await write('unsent')
  answered(await carrel.bridge.call('drafts.write', { key: 'b', text: 'other' }))
  await end(carrel)
  expect(await drafts()).toEqual({ b: 'other' })
  await write('late')
  expect(await drafts()).toEqual({ b: 'other' })
  // Put there again by hand, it is a session like any other.
  await writeFile(join(home, 'sessions', 'a.jsonl'), words)
  await write('once more')
  expect(await drafts()).toEqual({ a: 'once more', b: 'other' })
})

test('unsent words stay when a session of that id is still there, or still in the trash', async () => {
  const { bridge, remove } = await open([])
  answered(await bridge.call('drafts.write', { key: 'a', text: 'unsent' }))
  await remove('a')
  await writeFile(join(home, 'sessions', 'a.jsonl'), words)
  answered(await bridge.call('terminal.emptyTrash', {}))
  expect(await drafts()).toEqual({ a: 'unsent' })
  await remove('a')
  await writeFile(join(home, 'sessions', 'a.jsonl'), words)
  answered(await bridge.call('terminal.deleteForGood', { sessionId: 'a' }))
  expect(await drafts()).toEqual({ a: 'unsent' })
})

test('a deleted session is not the one the next start opens', async () => {
  const { bridge, remove } = await open([])
  const last = async () => answered(await bridge.call('app.state', {})).lastSessionId
  answered(await bridge.call('window.remember', { lastSessionId: 'a' }))
  await remove('b')
  expect(await last()).toBe('a')
  await remove('a')
  expect(await last()).toBe(null)
  answered(await bridge.call('window.remember', { lastSessionId: 'c' }))
  answered(await bridge.call('terminal.deleteForGood', { sessionId: 'c' }))
  expect(await last()).toBe(null)
})
