// A title by the model: beside the conversation, after everything asked in earnest, and without touching what the server has in its cache.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { titleIn } from '../../electron/services/sessions/title-suggestion.ts'
import { titleWords } from '../../shared/messages/titles.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { linesOf } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const says = (nth: number, content: string, gate?: string) => ({
  match: { nth },
  steps: [...(gate ? [{ gate }] : []), { content, chunk: 'whole' as const }, { done: 'stop' as const }],
})

test('it is asked for as the next question would be, and the next question finds its cache', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [says(1, 'The moon does it.'), says(2, 'Title: “Tides and the moon”.\nMore'), says(3, 'Twice a day.')],
    },
  })
  const home = join(await temporaryFolder(), 'home')
  const carrel = await bootCarrel({ home, host: server.url })
  const { sessionId } = await carrel.ask('Why is there a tide?')
  const summary = answered(await carrel.bridge.call('sessions.suggestTitle', { sessionId }))
  expect(summary.title).toBe('Tides and the moon')
  await carrel.ask('How often?', sessionId)

  const chats = server.requests.filter(({ path }) => path === '/api/chat')
  const [first, aside, next] = chats
  expect(chats).toHaveLength(3)
  const bodies = chats.map(({ body }) => Object(body))
  for (const name of ['model', 'think', 'tools', 'keep_alive']) expect(bodies[1][name]).toEqual(bodies[0][name])
  expect(bodies[1].options).toEqual(bodies[0].options)
  // All of what both have is reused: the question, its answer, and whatever stands before them.
  const shared = bodies[2].messages.slice(0, -1)
  expect(bodies[1].messages.slice(0, -1)).toEqual(shared)
  expect(aside?.cachedPrefix).toBeGreaterThanOrEqual((first?.prompt ?? '').length - '<|turn>model\n'.length)
  expect(next?.cachedPrefix).toBeGreaterThan((first?.prompt ?? '').length)

  // Of the conversation only the title is new.
  const lines = await linesOf(join(home, 'sessions', `${sessionId}.jsonl`))
  expect(lines.filter(({ type }) => type === 'title')).toMatchObject([{ title: 'Tides and the moon', by: 'model' }])
  expect(lines.filter(({ type }) => type === 'message')).toHaveLength(4)
  expect(JSON.stringify(lines)).not.toContain('at most six words')
})

test('a name that the person gave stays, an empty session has none, and nothing is asked', async () => {
  const server = await fakeServer({ scenario: { turns: [says(1, 'yes')] } })
  const carrel = await bootCarrel({ home: join(await temporaryFolder(), 'home'), host: server.url })
  const { sessionId } = await carrel.ask('Is it?')
  answered(await carrel.bridge.call('sessions.rename', { sessionId, title: 'Mine' }))
  const failure = refused(await carrel.bridge.call('sessions.suggestTitle', { sessionId }))
  expect(failure).toMatchObject({ code: 'denied', message: titleWords.named })
  expect(server.requests.filter(({ path }) => path === '/api/chat')).toHaveLength(1)
  const none = refused(await carrel.bridge.call('sessions.suggestTitle', { sessionId: 'nobody' }))
  expect(none.code).toBe('not-found')
})

test('while an answer is written it is refused; what is asked in earnest goes first; Stop keeps the title', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [says(1, 'one', 'answer'), says(2, 'Never heard', 'title'), says(3, 'two'), says(4, 'Stopped', 'stopped')],
    },
  })
  const carrel = await bootCarrel({ home: join(await temporaryFolder(), 'home'), host: server.url })
  const sent = await carrel.send('first')
  await server.waitForGate('answer')
  const busy = refused(await carrel.bridge.call('sessions.suggestTitle', { sessionId: sent.sessionId }))
  expect(busy).toMatchObject({ code: 'busy', message: titleWords.busy })
  server.release('answer')
  await carrel.runEnd(sent.runId)

  const suggesting = carrel.bridge.call('sessions.suggestTitle', { sessionId: sent.sessionId })
  await server.waitForGate('title')
  const { end } = await carrel.ask('second', sent.sessionId)
  expect(end.stop).toBe('stop')
  expect(refused(await suggesting)).toMatchObject({ code: 'cancelled', message: titleWords.stopped })

  const stop = new AbortController()
  const stopped = carrel.bridge.call('sessions.suggestTitle', { sessionId: sent.sessionId }, stop.signal)
  await server.waitForGate('stopped')
  stop.abort()
  expect(refused(await stopped).code).toBe('cancelled')
  const { session } = answered(await carrel.bridge.call('sessions.open', { sessionId: sent.sessionId }))
  expect(session.title).toBe('first')
})

test.each([
  ['**Tides**', 'Tides'],
  ['# "Tides"', 'Tides'],
  ['Title: Tides.\nBecause', 'Tides'],
  ['「潮汐」', '「潮汐」'],
  ['  \n ', ''],
  ['\u202eevil\u202c', 'evil'],
  ['snake_case names', 'snake_case names'],
])('%j is the title %j', (said, title) => {
  expect(titleIn(said)).toBe(title)
})
