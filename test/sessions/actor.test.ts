// A session's actor: it may be restarted or given up without the others, and its run is recorded and never replayed.
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { AppEvents, Models } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { createSessions } from '../../electron/services/sessions/sessions.ts'
import { openSettings } from '../../electron/services/settings/settings-store.ts'
import { emptyToolbox } from '../../electron/services/tools/empty-toolbox.ts'
import { bootCarrel } from '../support/carrel.ts'
import { qwen, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
})

test('restarted by hand in the middle of a run: the answer so far is recorded, nothing is asked again, others go on', async () => {
  const server = await fakeServer({
    scenario: {
      turns: [
        { match: { contains: 'other' }, steps: [{ content: 'goes on' }, { gate: 'other' }, { done: 'stop' }] },
        { steps: [{ content: 'so far' }, { gate: 'never' }, { done: 'stop' }] },
      ],
    },
  })
  const carrel = await bootCarrel({ home, host: server.url })
  // On another model: a server answers one question at a time with each.
  const other = await carrel.send('the other one', null, qwen.name)
  const sent = await carrel.send('a long one')
  await carrel.waitForWords('so far')

  const { activity } = carrel.app.services
  expect(activity.list().actors.map(({ name, pipes }) => [name, pipes])).toContainEqual([
    `sessions/${sent.sessionId}`,
    1,
  ])
  expect(activity.restart(`sessions/${sent.sessionId}`)).toBe(true)
  expect(await carrel.runEnd(sent.runId)).toMatchObject({ stop: 'error' })
  expect((await carrel.messages(sent.sessionId)).at(-1)).toMatchObject({ content: 'so far', stop: 'interrupted' })
  await server.waitForAbort()

  server.release('other')
  expect(await carrel.runEnd(other.runId)).toMatchObject({ stop: 'stop' })
  expect(server.chatRequests()).toHaveLength(2)
  server.setScenario(steps({ content: 'again' }, { done: 'stop' }))
  expect((await carrel.ask('and now?', sent.sessionId)).end.stop).toBe('stop')
  expect(
    activity
      .list()
      .happenings.map(({ message }) => message)
      .join(),
  ).toContain('was started anew')
})

test('stopped by hand in the middle of a run: recorded, and the next question finds a new actor', async () => {
  const server = await fakeServer({ scenario: steps({ content: 'so far' }, { gate: 'never' }, { done: 'stop' }) })
  const carrel = await bootCarrel({ home, host: server.url })
  const sent = await carrel.send('a long one')
  await carrel.waitForWords('so far')
  await carrel.app.services.activity.stop(`sessions/${sent.sessionId}`)
  expect((await carrel.messages(sent.sessionId)).at(-1)).toMatchObject({ content: 'so far', stop: 'interrupted' })
  expect(carrel.app.services.activity.list().actors.filter(({ kind }) => kind === 'sessions')).toEqual([])
  server.setScenario(steps({ content: 'again' }, { done: 'stop' }))
  expect((await carrel.ask('and now?', sent.sessionId)).end.stop).toBe('stop')
})

test('an actor that keeps failing is given up: the caller hears it, the service is degraded, another session works', async () => {
  const surroundings = {
    now: () => new Date(),
    newId: (() => {
      let last = 0
      return () => `id-${++last}`
    })(),
    environment: {},
    appVersion: '0',
    log: () => undefined,
  }
  const events = createEventBus<AppEvents>(() => undefined)
  const folder = await openHome(home, 'owner', surroundings)
  const settings = await openSettings({ home: folder, events, surroundings })
  const kernel = createKernel()
  const server = await fakeServer()
  const carrel = await bootCarrel({ home: join(home, 'b'), host: server.url })
  const { models, policy, sandbox, ledger, checkpoints } = carrel.app.services
  // A bug in another room, at the one place where a session meets it.
  const broken: Models = {
    ...models,
    at: () => {
      throw new Error('a bug')
    },
  }
  const failed: string[] = []
  const bulkhead = {
    service: 'sessions',
    current: () => ({ state: 'ok' }) as const,
    change: () => undefined,
    workerFailed: (name: string) => failed.push(name),
  }
  const tools = {
    toolboxFor: async () => ({ toolbox: emptyToolbox, folder: null, refused: null }),
    instructionsOf: async () => null,
  }
  const trust = { answerFor: async () => null, set: async () => undefined }
  const skills = { offered: async () => [], read: () => Promise.reject(new Error('There is none.')) }
  const sessions = createSessions({
    home: folder,
    settings,
    models: broken,
    tools,
    trust,
    skills,
    policy,
    sandbox,
    ledger,
    checkpoints,
    events,
    surroundings,
    kernel,
    bulkhead,
  })
  const ask = (sessionId: string | null) =>
    sessions
      .send({ sessionId, text: 'x', model: null, think: null, workspace: null })
      .catch((thrown: Error) => thrown.message)

  expect(await ask(null)).toBe('a bug')
  // The question was on the disk before the bug, and is still there.
  const { sessions: listed } = await sessions.list('all')
  expect(listed.map(({ title }) => title)).toEqual(['x'])
  const id = listed[0]?.id ?? ''
  await waitFor('the actor to be given up', async () => {
    await ask(id)
    return failed.length > 0
  })
  expect(failed).toEqual([`sessions/${id}`])
  await sessions.close()
  await kernel.close()
  await folder.close()
})
