// Actors by example: one message at a time, piped work, restarts, ends, dead letters, and what an observer hears.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AskError, ask } from '../../electron/kernel/ask.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import type {
  ActorContext,
  ActorOptions,
  Behavior,
  Bulkhead,
  Kernel,
  KernelEvent,
  Outcome,
  ReplyTo,
} from '../../electron/kernel/types.ts'
import { createTestClock, settled, type TestClock } from './test-clock.ts'

let clock: TestClock
let kernel: Kernel
let events: KernelEvent[]

beforeEach(() => {
  clock = createTestClock()
  kernel = createKernel({ clock })
  events = []
  kernel.observe((event) => events.push(event))
})

afterEach(async () => {
  const closed = kernel.close()
  await clock.advance(60_000)
  await closed
  expect(clock.pending()).toBe(0)
})

const never = () => new Promise<never>(() => {})
const typesOf = () => events.map(({ type }) => type)
const stateOf = (name: string) => kernel.snapshot().find((actor) => actor.name === name)?.state
const reasonOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: AskError) => error.reason,
  )

/** Spawns an actor that lives long enough for most tests; `log` holds what its own code did. */
function spawn<Message>(
  behavior: (context: ActorContext<Message>) => Behavior<Message>,
  options: Partial<ActorOptions<Message>> = {},
) {
  return kernel.spawn<Message>('kind/one', { restart: 'permanent', capacity: 8, start: behavior, ...options })
}

test('messages are received in order, and the next only when the last has settled', async () => {
  const log: string[] = []
  const actor = spawn<number>(() => ({
    async receive(message) {
      log.push(`begin ${message}`)
      await clock.sleep(10)
      log.push(`end ${message}`)
    },
  }))
  actor.tell(1)
  actor.tell(2)
  await clock.advance(5)
  expect(log).toEqual(['begin 1'])
  expect(stateOf('kind/one')).toBe('busy')
  await clock.advance(100)
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
  expect(stateOf('kind/one')).toBe('idle')
})

test('an actor is told nothing before it has started, and its code runs only after spawn has returned', async () => {
  const log: string[] = []
  const actor = spawn<string>(() => ({ receive: (message) => void log.push(message) }), {
    async start() {
      log.push('starting')
      await clock.sleep(10)
      return { receive: (message) => void log.push(message) }
    },
  })
  expect(log).toEqual([])
  expect(actor.tell('early')).toBe('accepted')
  await settled()
  expect(log).toEqual(['starting'])
  expect(stateOf('kind/one')).toBe('starting')
  await clock.advance(10)
  expect(log).toEqual(['starting', 'early'])
})

test('a full mailbox refuses, is told once, and takes messages again when there is room', async () => {
  const actor = spawn<number>(() => ({ receive: () => clock.sleep(10) }), { capacity: 2 })
  await settled()
  actor.tell(0)
  await settled()
  expect([1, 2, 3, 4].map((message) => actor.tell(message))).toEqual(['accepted', 'accepted', 'full', 'full'])
  expect(events.filter(({ type }) => type === 'mailbox-full')).toEqual([
    { type: 'mailbox-full', name: 'kind/one', capacity: 2 },
  ])
  expect(kernel.snapshot()).toMatchObject([{ queueLength: 2, capacity: 2 }])
  await clock.advance(10)
  expect([5, 6].map((message) => actor.tell(message))).toEqual(['accepted', 'full'])
  expect(events.filter(({ type }) => type === 'mailbox-full')).toHaveLength(2)
})

test('what a receive returns besides a promise does not matter', async () => {
  const received: number[] = []
  const actor = spawn<number>(() => ({ receive: (message) => received.push(message) as unknown as undefined }))
  actor.tell(1)
  actor.tell(2)
  await settled()
  expect(received).toEqual([1, 2])
})

test('piped work runs beside the mailbox and both outcomes come back as messages', async () => {
  const received: unknown[] = []
  const actor = spawn<string | Outcome<unknown>>((context) => ({
    receive(message) {
      received.push(message)
      if (message === 'good')
        context.pipe(
          () => clock.sleep(10).then(() => 'done'),
          (outcome) => outcome,
        )
      if (message === 'bad')
        context.pipe(
          () => Promise.reject(new Error('rejected')),
          (outcome) => outcome,
        )
      if (message === 'worse') {
        const thrower = (): never => {
          throw new Error('thrown')
        }
        context.pipe(thrower, (outcome) => outcome)
      }
    },
  }))
  for (const message of ['good', 'bad', 'worse', 'next']) actor.tell(message)
  await settled()
  const error = (message: string) => ({ ok: false, error: new Error(message) })
  expect(received).toEqual(['good', 'bad', 'worse', 'next', error('thrown'), error('rejected')])
  expect(kernel.snapshot()).toMatchObject([{ pipes: 1, state: 'idle' }])
  await clock.advance(10)
  expect(received.at(-1)).toEqual({ ok: true, value: 'done' })
  expect(kernel.snapshot()).toMatchObject([{ pipes: 0 }])
})

test('an outcome is received although the mailbox is full when its work settles', async () => {
  const received: string[] = []
  const actor = spawn<string>(
    (context) => ({
      async receive(message) {
        received.push(message)
        if (message === 'pipe')
          context.pipe(
            async () => {},
            () => 'outcome',
          )
        await clock.sleep(10)
      },
    }),
    { capacity: 1 },
  )
  actor.tell('pipe')
  await settled()
  expect([actor.tell('one'), actor.tell('two')]).toEqual(['accepted', 'full'])
  await clock.advance(100)
  // In the order in which they arrived: the outcome came first.
  expect(received).toEqual(['pipe', 'outcome', 'one'])
})

test('an actor that pipes more than it declared has a bug, and outcomes that wait are counted', async () => {
  const actor = spawn<string>(
    (context) => ({
      async receive(message) {
        if (message === 'outcome') return
        context.pipe(
          async () => {},
          () => 'outcome',
        )
        // The first work settles meanwhile: its outcome waits and keeps its place.
        await clock.sleep(10)
        context.pipe(
          async () => {},
          () => 'outcome',
        )
      },
    }),
    { pipes: 1, restart: 'temporary' },
  )
  actor.tell('go')
  await clock.advance(10)
  expect(events).toContainEqual({
    type: 'fault',
    name: 'kind/one',
    during: 'receive',
    failure: new Error('kind/one pipes more than 1 works at once'),
  })
})

test('an outcome belongs to the incarnation that piped the work: neither a late nor a waiting one reaches the next', async () => {
  const received: string[] = []
  const actor = spawn<string>((context) => ({
    async receive(message) {
      received.push(message)
      if (message !== 'pipe') return
      context.pipe(
        async () => {},
        () => 'waiting',
      )
      context.pipe(
        () => clock.sleep(15),
        () => 'late',
      )
      await clock.sleep(10)
      throw new Error('boom')
    },
  }))
  actor.tell('pipe')
  actor.tell('next')
  await clock.advance(1_000)
  expect(received).toEqual(['pipe', 'next'])
})

test('the outcome of work that ends its own incarnation, or settles after it, is not made into a message for the next', async () => {
  const received: string[] = []
  const late = vi.fn(() => 'late')
  spawn<string>((context) => {
    if (stateOf('kind/one') === 'starting' && kernel.snapshot()[0]?.restarts === 0) {
      context.pipe(() => clock.sleep(20), late)
      context.pipe(
        () => clock.sleep(10),
        () => {
          kernel.restart('kind/one')
          return 'own'
        },
      )
    }
    return { receive: (message) => void received.push(message) }
  })
  await clock.advance(100)
  expect(kernel.snapshot()).toMatchObject([{ restarts: 1, state: 'idle' }])
  expect(received).toEqual([])
  expect(late).not.toHaveBeenCalled()
})

test('a toMessage that throws is a failure of the actor', async () => {
  const broken = (): never => {
    throw new Error('toMessage')
  }
  spawn<string>((context) => {
    context.pipe(async () => {}, broken)
    return { receive() {} }
  })
  await settled()
  expect(events).toContainEqual({ type: 'fault', name: 'kind/one', during: 'pipe', failure: new Error('toMessage') })
  expect(stateOf('kind/one')).toBe('restarting')
})

test('a restart keeps the mailbox, drops the message that failed, and rejects its asker', async () => {
  const log: string[] = []
  type Message = { text: string; replyTo?: ReplyTo<string> }
  const actor = spawn<Message>((context) => {
    log.push('start')
    context.signal.addEventListener('abort', () => log.push('abort'))
    return {
      receive({ text, replyTo }) {
        log.push(text)
        if (text === 'bad') throw new Error('boom')
        replyTo?.answer(text)
      },
      stopped: () => void log.push('stopped'),
    }
  })
  const bad = ask(actor, (replyTo: ReplyTo<string>) => ({ text: 'bad', replyTo }), { deadlineMs: 60_000, clock })
  const good = ask(actor, (replyTo: ReplyTo<string>) => ({ text: 'good', replyTo }), { deadlineMs: 60_000, clock })
  const rejection = expect(bad).rejects.toMatchObject({ reason: 'failed', cause: new Error('boom') })
  await settled()
  await rejection
  expect(stateOf('kind/one')).toBe('restarting')
  expect(kernel.snapshot()).toMatchObject([{ queueLength: 1 }])
  await clock.advance(99)
  expect(log).toEqual(['start', 'bad', 'abort', 'stopped'])
  await clock.advance(1)
  expect(await good).toBe('good')
  expect(log).toEqual(['start', 'bad', 'abort', 'stopped', 'start', 'good'])
  expect(typesOf()).toEqual(['spawned', 'fault', 'restarted'])
  expect(events.at(-1)).toEqual({ type: 'restarted', name: 'kind/one', failure: new Error('boom'), count: 1 })
  expect(kernel.snapshot()).toMatchObject([{ restarts: 1, uptimeMs: 0, state: 'idle', kind: 'kind' }])
})

test('the asker of a message that failed is rejected at once, however long the last words take', async () => {
  const actor = spawn<{ replyTo: ReplyTo<string> }>(() => ({
    receive: () => Promise.reject(new Error('boom')),
    stopped: () => clock.sleep(1_000),
  }))
  const asked = reasonOf(ask(actor, (replyTo: ReplyTo<string>) => ({ replyTo }), { deadlineMs: 60_000, clock }))
  await settled()
  expect(await asked).toBe('failed')
  expect(stateOf('kind/one')).toBe('restarting')
})

test('the first cause counts: what fails while it is being stopped, or has finished, has not failed', async () => {
  const intensity = { restarts: 0, withinMs: 1_000 }
  const actor = spawn<string>(
    (context) => ({
      async receive(message) {
        if (message === 'finish') context.stop()
        await clock.sleep(10)
        throw new Error('too late to count')
      },
    }),
    { restart: 'transient', intensity },
  )
  actor.tell('finish')
  await clock.advance(10)
  expect(events.at(-1)).toEqual({ type: 'stopped', name: 'kind/one' })
  const next = spawn<string>(() => ({ receive: () => clock.sleep(10).then(() => Promise.reject(new Error())) }), {
    intensity,
  })
  next.tell('go')
  await settled()
  const stopping = kernel.stop('kind/one')
  await clock.advance(10)
  await stopping
  expect(events.at(-1)).toEqual({ type: 'stopped', name: 'kind/one' })
  expect(typesOf()).not.toContain('failed')
})

test('a start that settles while its incarnation is ending receives nothing', async () => {
  const receive = vi.fn()
  const actor = spawn<string>(() => ({ receive }), {
    restart: 'temporary',
    async start() {
      await clock.sleep(10)
      return { receive, stopped: () => clock.sleep(10) }
    },
  })
  actor.tell('early')
  await settled()
  kernel.restart('kind/one')
  await clock.advance(15)
  expect(stateOf('kind/one')).toBe('restarting')
  expect(receive).not.toHaveBeenCalled()
  await clock.advance(15)
  expect(receive).toHaveBeenCalledExactlyOnceWith('early')
})

test('a start that fails counts as a failure; there are no last words without a start', async () => {
  const stopped = vi.fn()
  let starts = 0
  spawn<string>(() => ({ receive() {} }), {
    async start() {
      starts += 1
      if (starts < 3) throw new Error(`start ${starts}`)
      return { receive() {}, stopped }
    },
  })
  await clock.advance(99)
  expect(starts).toBe(1)
  await clock.advance(1)
  expect(starts).toBe(2)
  await clock.advance(199)
  expect(starts).toBe(2)
  await clock.advance(1)
  expect(starts).toBe(3)
  expect(stateOf('kind/one')).toBe('idle')
  expect(stopped).not.toHaveBeenCalled()
})

test('finishing: a permanent actor begins anew, a transient one has ended', async () => {
  const finish = (context: ActorContext<string>): Behavior<string> => ({ receive: () => context.stop() })
  const start = vi.fn(finish)
  const permanent = kernel.spawn('permanent', { restart: 'permanent', capacity: 1, start })
  const transient = kernel.spawn<string>('transient', { restart: 'transient', capacity: 3, start: finish })
  permanent.tell('finish')
  transient.tell('finish')
  transient.tell('too late')
  await clock.advance(1_000)
  expect(start).toHaveBeenCalledTimes(2)
  expect(kernel.snapshot().map(({ name }) => name)).toEqual(['permanent'])
  expect(events).toContainEqual({ type: 'dead-letter', name: 'transient', message: 'too late', reason: 'stopped' })
  expect(events).toContainEqual({ type: 'stopped', name: 'transient' })
})

test('a temporary actor that fails has ended, and no bulkhead is told', async () => {
  const bulkhead = { workerFailed: vi.fn() } as unknown as Bulkhead
  const actor = spawn<string>(() => ({ receive: () => Promise.reject(new Error('boom')) }), {
    restart: 'temporary',
    bulkhead,
  })
  actor.tell('bad')
  actor.tell('queued')
  await settled()
  expect(typesOf()).toEqual(['spawned', 'fault', 'dead-letter', 'stopped'])
  expect(bulkhead.workerFailed).not.toHaveBeenCalled()
})

test('exhausted intensity: the actor has failed, its bulkhead is told, and the others go on', async () => {
  const bulkhead = { workerFailed: vi.fn() } as unknown as Bulkhead
  const failing = spawn<string>(
    () => ({
      receive() {
        throw new Error('boom')
      },
    }),
    {
      restart: 'transient',
      intensity: { restarts: 2, withinMs: 1_000 },
      backoff: { firstMs: 10, maxMs: 10 },
      bulkhead,
    },
  )
  const other = kernel.spawn<{ replyTo: ReplyTo<string> }>('other', {
    restart: 'transient',
    capacity: 1,
    start: () => ({ receive: ({ replyTo }) => replyTo.answer('alive') }),
  })
  for (const message of ['1', '2', '3', '4']) failing.tell(message)
  await clock.advance(100)
  expect(typesOf().slice(2)).toEqual([
    ...['fault', 'restarted', 'fault', 'restarted', 'fault'],
    ...['dead-letter', 'failed'],
  ])
  expect(events).toContainEqual({ type: 'dead-letter', name: 'kind/one', message: '4', reason: 'failed' })
  expect(events.at(-1)).toEqual({ type: 'failed', name: 'kind/one', failure: new Error('boom') })
  expect(bulkhead.workerFailed).toHaveBeenCalledExactlyOnceWith('kind/one', new Error('boom'))
  expect(failing.tell('5')).toBe('dead')
  expect(kernel.restart('kind/one')).toBe(false)
  expect(await ask(other, (replyTo: ReplyTo<string>) => ({ replyTo }), { deadlineMs: 10, clock })).toBe('alive')
})

test('stop: the receive under way ends, then piped work, then last words; what waits becomes dead letters', async () => {
  const log: string[] = []
  const actor = spawn<string>((context) => ({
    async receive(message) {
      log.push(`receive ${message}`)
      context.pipe(
        async () => {
          await clock.sleep(20)
          log.push('work ended')
        },
        () => 'never',
      )
      await clock.sleep(10)
      log.push('received')
    },
    async stopped() {
      await clock.sleep(10)
      log.push('stopped')
    },
  }))
  actor.tell('one')
  actor.tell('two')
  await settled()
  const stopping = kernel.stop('kind/one').then(() => log.push('stop'))
  expect(stateOf('kind/one')).toBe('stopping')
  expect(actor.tell('three')).toBe('dead')
  expect(kernel.restart('kind/one')).toBe(false)
  await clock.advance(30)
  await stopping
  expect(log).toEqual(['receive one', 'received', 'work ended', 'stopped', 'stop'])
  expect(events.slice(1)).toEqual([
    { type: 'dead-letter', name: 'kind/one', message: 'two', reason: 'stopped' },
    { type: 'dead-letter', name: 'kind/one', message: 'three', reason: 'dead' },
    { type: 'stopped', name: 'kind/one' },
  ])
  expect(kernel.snapshot()).toEqual([])
})

test.each(['start', 'receive', 'pipe', 'stopped'] as const)('a %s that never settles is abandoned', async (hanging) => {
  const stopped = vi.fn()
  const actor = spawn<string>(() => ({ receive() {} }), {
    stopDeadlineMs: 100,
    start(context) {
      if (hanging === 'start') return never()
      if (hanging === 'pipe') context.pipe(never, () => '')
      return {
        receive: () => (hanging === 'receive' ? never() : undefined),
        stopped: () => {
          stopped()
          return hanging === 'stopped' ? never() : undefined
        },
      }
    },
  })
  actor.tell('go')
  await settled()
  let isStopped = false
  const stopping = kernel.stop('kind/one').then(() => {
    isStopped = true
  })
  await clock.advance(99)
  expect(isStopped).toBe(false)
  await clock.advance(101)
  await stopping
  expect(events.at(-2)).toEqual({ type: 'abandoned', name: 'kind/one', during: hanging })
  expect(events.at(-1)).toEqual({ type: 'stopped', name: 'kind/one' })
  // Piped work has no right to keep the last words back.
  expect(stopped).toHaveBeenCalledTimes(hanging === 'pipe' || hanging === 'stopped' ? 1 : 0)
})

test.each(['start', 'receive'] as const)('last words follow a %s that settles after it was abandoned', async (late) => {
  const stopped = vi.fn()
  const actor = spawn<string>(() => ({ receive() {} }), {
    stopDeadlineMs: 100,
    async start() {
      if (late === 'start') await clock.sleep(1_000)
      return { receive: () => clock.sleep(1_000), stopped }
    },
  })
  actor.tell('go')
  await settled()
  const stopping = kernel.stop('kind/one')
  await clock.advance(500)
  await stopping
  expect(typesOf()).toContain('abandoned')
  expect(stopped).not.toHaveBeenCalled()
  await clock.advance(500)
  expect(stopped).toHaveBeenCalledOnce()
})

test('an actor that cannot be ended is not restarted beside itself: it has failed', async () => {
  const start = vi.fn(() => ({ receive: never }))
  const bulkhead = { workerFailed: vi.fn() } as unknown as Bulkhead
  const actor = spawn<string>(start, { stopDeadlineMs: 100, bulkhead })
  actor.tell('hang')
  actor.tell('queued')
  await settled()
  expect(kernel.restart('kind/one')).toBe(true)
  expect(stateOf('kind/one')).toBe('restarting')
  await clock.advance(100)
  expect(start).toHaveBeenCalledOnce()
  expect(typesOf()).toEqual(['spawned', 'abandoned', 'dead-letter', 'failed'])
  const failure = new Error('its receive did not settle in time')
  expect(bulkhead.workerFailed).toHaveBeenCalledExactlyOnceWith('kind/one', failure)
})

test('last words that throw are told and stop nothing', async () => {
  spawn<string>(() => ({ receive() {}, stopped: () => Promise.reject(new Error('words')) }))
  await settled()
  await kernel.stop('kind/one')
  expect(events.slice(1)).toEqual([
    { type: 'fault', name: 'kind/one', during: 'stopped', failure: new Error('words') },
    { type: 'stopped', name: 'kind/one' },
  ])
})

test('a restart by hand keeps the mailbox, waits for no backoff and counts for no intensity', async () => {
  const received: number[] = []
  const actor = spawn<number>(
    () => ({
      async receive(message) {
        await clock.sleep(10)
        received.push(message)
      },
    }),
    { intensity: { restarts: 0, withinMs: 1_000 } },
  )
  for (const message of [1, 2, 3]) {
    actor.tell(message)
    await settled()
    kernel.restart('kind/one')
  }
  await clock.advance(100)
  expect(received).toEqual([1, 2, 3])
  expect(kernel.snapshot()).toMatchObject([{ restarts: 1 }])
  expect(events.at(-1)).toEqual({ type: 'restarted', name: 'kind/one', failure: undefined, count: 1 })
  expect(kernel.restart('unknown')).toBe(false)
})

test('a restart by hand ends the wait for a restart, and so does a stop', async () => {
  const start = vi.fn((): Behavior<string> => {
    throw new Error('boom')
  })
  spawn<string>(start, { backoff: { firstMs: 1_000, maxMs: 1_000 } })
  await settled()
  expect(stateOf('kind/one')).toBe('restarting')
  kernel.restart('kind/one')
  await settled()
  expect(start).toHaveBeenCalledTimes(2)
  await kernel.stop('kind/one')
  expect(start).toHaveBeenCalledTimes(2)
  expect(typesOf()).toEqual(['spawned', 'fault', 'restarted', 'fault', 'stopped'])
})

test('an actor that is stopped before it started never starts', async () => {
  const start = vi.fn(() => ({ receive() {} }))
  spawn<string>(start)
  await kernel.stop('kind/one')
  expect(start).not.toHaveBeenCalled()
  await kernel.stop('unknown')
})

test('a ref of an ended actor stays dead when its name is taken again', async () => {
  const first = spawn<string>(() => ({ receive() {} }))
  expect(() => spawn<string>(() => ({ receive() {} }))).toThrow('the name is taken')
  await kernel.stop('kind/one')
  const second = spawn<string>(() => ({ receive() {} }))
  expect([first.tell('late'), second.tell('new')]).toEqual(['dead', 'accepted'])
  expect(events.at(-1)).toEqual({ type: 'dead-letter', name: 'kind/one', message: 'late', reason: 'dead' })
})

test('whoever hears of an end may take the name at once', async () => {
  const done = new Promise<string>((resolve) => {
    kernel.observe(({ type }) => {
      if (type === 'stopped') resolve(spawn<string>(() => ({ receive() {} })).name)
    })
  })
  spawn<string>(() => ({ receive() {} }))
  await kernel.stop('kind/one')
  expect(await done).toBe('kind/one')
})

test('a listener that throws harms nobody', async () => {
  const onFault = vi.fn()
  const harmed = createKernel({ clock, onFault })
  const heard: string[] = []
  harmed.observe(() => {
    throw new Error('listener')
  })
  const leave = harmed.observe(({ type }) => heard.push(type))
  const actor = harmed.spawn<string>('one', { restart: 'temporary', capacity: 1, start: () => ({ receive() {} }) })
  await harmed.close()
  leave()
  expect(actor.tell('late')).toBe('dead')
  expect(heard).toEqual(['spawned', 'stopped'])
  expect(onFault).toHaveBeenCalledTimes(3)
})

test('closing stops every actor and ends spawning', async () => {
  const stopped = vi.fn()
  for (const name of ['one', 'two']) {
    kernel.spawn<string>(name, { restart: 'permanent', capacity: 1, start: () => ({ receive() {}, stopped }) })
  }
  await settled()
  await kernel.close()
  expect(stopped).toHaveBeenCalledTimes(2)
  expect(() => spawn<string>(() => ({ receive() {} }))).toThrow('the kernel is closed')
})

type Question = { do: 'answer' | 'keep' | 'fail' | 'slow' | 'forward'; replyTo: ReplyTo<string> }

function spawnAnswering(other?: { tell(message: Question): unknown }) {
  const kept: ReplyTo<string>[] = []
  const actor = spawn<Question>(
    () => ({
      async receive(question) {
        if (question.do === 'answer') question.replyTo.answer('yes')
        if (question.do === 'keep') kept.push(question.replyTo)
        if (question.do === 'fail') throw new Error('boom')
        if (question.do === 'slow') await clock.sleep(100)
        if (question.do === 'forward') other?.tell({ ...question, do: 'keep' })
      },
    }),
    { capacity: 1 },
  )
  const put = (what: Question['do'], signal?: AbortSignal, deadlineMs = 10_000) =>
    ask(actor, (replyTo: ReplyTo<string>) => ({ do: what, replyTo }), { deadlineMs, signal, clock })
  return { actor, put, kept }
}

test('an ask is answered once, and leaves neither timer nor listener behind', async () => {
  const { put, kept } = spawnAnswering()
  const controller = new AbortController()
  const removed = vi.spyOn(controller.signal, 'removeEventListener')
  const asked = put('keep', controller.signal)
  await settled()
  expect(clock.pending()).toBe(1)
  kept[0]?.answer('first')
  kept[0]?.answer('second')
  kept[0]?.reject(new Error('third'))
  expect(await asked).toBe('first')
  expect(clock.pending()).toBe(0)
  expect(removed).toHaveBeenCalledOnce()
})

test('an ask ends at its deadline, and a later answer is ignored', async () => {
  const { put, kept } = spawnAnswering()
  const reason = reasonOf(put('keep'))
  await clock.advance(9_999)
  expect(kept).toHaveLength(1)
  await clock.advance(1)
  expect(await reason).toBe('deadline')
  kept[0]?.answer('late')
})

test('an ask ends when its signal aborts, and is not sent when it had', async () => {
  const { put, kept } = spawnAnswering()
  const controller = new AbortController()
  const reason = reasonOf(put('keep', controller.signal))
  await settled()
  controller.abort()
  expect(await reason).toBe('aborted')
  expect(await reasonOf(put('keep', controller.signal))).toBe('aborted')
  await settled()
  expect(kept).toHaveLength(1)
})

test('an ask that cannot be queued, or whose message is never received, is rejected at once', async () => {
  const { actor, put } = spawnAnswering()
  await settled()
  const slow = reasonOf(put('slow'))
  await settled()
  const queued = reasonOf(put('answer'))
  expect(await reasonOf(put('answer'))).toBe('full')
  const stopping = kernel.stop('kind/one')
  expect(await queued).toBe('ended')
  expect(await reasonOf(put('answer'))).toBe('dead')
  await clock.advance(100)
  await stopping
  expect(await slow).toBe('ended')
  expect(clock.pending()).toBe(0)
  expect(actor.tell({ do: 'answer', replyTo: { answer() {}, reject() {} } })).toBe('dead')
})

test('an ask whose message cannot be made is rejected with what was thrown', async () => {
  const { actor } = spawnAnswering()
  const broken = (): Question => {
    throw new Error('made nothing')
  }
  await expect(ask(actor, broken, { deadlineMs: 10, clock })).rejects.toThrow('made nothing')
  expect(clock.pending()).toBe(0)
})

test('an ask that was received and kept is rejected when the incarnation that kept it is gone', async () => {
  const { put, kept } = spawnAnswering()
  const first = put('keep').catch((error: AskError) => error)
  await settled()
  const failing = reasonOf(put('fail'))
  await settled()
  expect(await failing).toBe('failed')
  expect(await first).toMatchObject({ reason: 'failed', cause: new Error('boom') })
  await clock.advance(1_000)
  const second = reasonOf(put('keep'))
  await settled()
  kernel.restart('kind/one')
  expect(await second).toBe('ended')
  kept[1]?.answer('late')
})

test('an ask that was forwarded belongs to the actor that received it', async () => {
  const kept: ReplyTo<string>[] = []
  const other = kernel.spawn<Question>('other', {
    restart: 'transient',
    capacity: 1,
    start: () => ({ receive: ({ replyTo }) => void kept.push(replyTo) }),
  })
  const { put } = spawnAnswering(other)
  const asked = put('forward')
  await settled()
  await kernel.stop('kind/one')
  kept[0]?.answer('from the other')
  expect(await asked).toBe('from the other')
})
