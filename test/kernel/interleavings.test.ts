// Any interleaving of tell, ask, crash, pipe, stop and restart keeps the kernel's promises; time is the test's own.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask } from '../../electron/kernel/ask.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import type {
  ActorContext,
  ActorOptions,
  ActorRef,
  Behavior,
  KernelEvent,
  ReplyTo,
  Told,
} from '../../electron/kernel/types.ts'
import { createTestClock, settled, type TestClock } from './test-clock.ts'

const stopDeadlineMs = 50
const hangs = Number.POSITIVE_INFINITY

/** How long something takes (0: it is not even a promise) and whether it throws in the end. */
interface Course {
  takes: number
  throws: boolean
}

interface Plan extends Course {
  pipes: (Course & { answers: boolean })[]
  answers: boolean
  also: 'nothing' | 'finish' | 'stop' | 'restart' | 'tell'
}

interface Message {
  id: number
  plan: Plan
  replyTo?: ReplyTo<number>
  /** The incarnation that piped the work this is the outcome of. */
  outcomeOf?: number
}

type Step =
  | { type: 'tell'; plan: Plan }
  | { type: 'ask'; plan: Plan; deadlineMs: number; abortsAfter: number | null }
  | { type: 'advance'; ms: number }
  | { type: 'settle' | 'stop' | 'restart' }

interface Life {
  options: Pick<ActorOptions<Message>, 'restart' | 'capacity' | 'pipes' | 'intensity'>
  starts: Course[]
  ends: Course[]
  steps: Step[]
}

const course = (throwing: number): fc.Arbitrary<Course> =>
  fc.record({
    takes: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(0, 1, 5, 20) },
      { weight: 2, arbitrary: fc.constant(80) },
      { weight: 1, arbitrary: fc.constant(hangs) },
    ),
    throws: fc.integer({ min: 1, max: 100 }).map((number) => number <= throwing),
  })
const plan: fc.Arbitrary<Plan> = fc
  .tuple(
    course(20),
    fc.record({
      pipes: fc.array(
        fc.tuple(course(30), fc.boolean()).map(([runs, answers]) => ({ ...runs, answers })),
        { maxLength: 2 },
      ),
      answers: fc.boolean(),
      also: fc.oneof(
        { weight: 8, arbitrary: fc.constant('nothing' as const) },
        {
          weight: 2,
          arbitrary: fc.constantFrom('finish' as const, 'stop' as const, 'restart' as const, 'tell' as const),
        },
      ),
    }),
  )
  .map(([runs, rest]) => ({ ...runs, ...rest }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('tell' as const), plan }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      plan,
      deadlineMs: fc.constantFrom(0, 10, 100, 1_000),
      abortsAfter: fc.option(fc.constantFrom(0, 5, 30)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.constantFrom(1, 7, 30, 120) }) },
  { weight: 3, arbitrary: fc.constant({ type: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'stop' as const }) },
)
const life: fc.Arbitrary<Life> = fc.record({
  options: fc.record({
    restart: fc.constantFrom('permanent' as const, 'transient' as const, 'temporary' as const),
    capacity: fc.integer({ min: 1, max: 4 }),
    pipes: fc.integer({ min: 1, max: 4 }),
    intensity: fc.record({ restarts: fc.integer({ min: 0, max: 4 }), withinMs: fc.constantFrom(50, 1_000) }),
  }),
  starts: fc.array(course(15), { minLength: 1, maxLength: 4 }),
  ends: fc.array(course(15), { minLength: 1, maxLength: 4 }),
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
})

/** What happened in one incarnation, as its own code saw it. */
interface Witness {
  number: number
  signal: AbortSignal
  hasStarted: boolean
  isReceiving: boolean
  works: number
  settledInTime: number
  outcomes: number
  hasHung: boolean
  lastWordsBegun: number
  lastWordsEnded: boolean
}

async function follow(clock: TestClock, { takes, throws }: Course): Promise<void> {
  if (takes === hangs) await new Promise(() => {})
  await clock.sleep(takes)
  if (throws) throw new Error('planned')
}

/** As the plan says: without a promise when it takes no time. */
function followNow(clock: TestClock, runs: Course, end: () => void): void | Promise<void> {
  if (runs.takes > 0) return follow(clock, runs).finally(end)
  end()
  if (runs.throws) throw new Error('planned')
}

async function live({ options, starts, ends, steps }: Life): Promise<void> {
  const clock = createTestClock()
  const kernel = createKernel({ clock, onFault: (thrown) => broken.push(String(thrown)) })
  const events: KernelEvent[] = []
  const witnesses: Witness[] = []
  const told = new Map<number, Told>()
  const received: number[] = []
  const buried: { id: number; reason: string }[] = []
  const settlings = new Map<number, { askedAt: number; deadlineMs: number; settledAt: number[] }>()
  const stops: { at: number; endedAt: number | null }[] = []
  /** Collected, because an observer or piped work that threw would be no failure of the test. */
  const broken: string[] = []
  let nextId = 0
  let overAt: number | null = null

  function must(holds: boolean, promise: string): void {
    if (!holds) broken.push(promise)
  }

  kernel.observe((event) => {
    events.push(event)
    if (event.type === 'dead-letter') buried.push({ id: (event.message as Message).id, reason: event.reason })
    if (event.type !== 'stopped' && event.type !== 'failed') return
    must(overAt === null, 'an actor ends once')
    overAt = clock.now()
    if (!events.some(({ type }) => type === 'abandoned')) mustBeGone(witnesses.at(-1))
  })

  function mustBeGone(witness: Witness | undefined): void {
    if (!witness) return
    must(witness.signal.aborted, 'the signal of an ended incarnation is aborted')
    must(!witness.isReceiving && witness.works === 0, 'nothing outlives its actor')
    must(witness.lastWordsEnded === witness.hasStarted, 'last words come before the end')
  }

  function start(context: ActorContext<Message>): Behavior<Message> | Promise<Behavior<Message>> {
    mustBeGone(witnesses.at(-1))
    must(overAt === null, 'nothing starts after the end')
    const number = witnesses.length
    const witness: Witness = {
      number,
      signal: context.signal,
      hasStarted: false,
      isReceiving: false,
      works: 0,
      settledInTime: 0,
      outcomes: 0,
      hasHung: false,
      lastWordsBegun: 0,
      lastWordsEnded: false,
    }
    witnesses.push(witness)
    const runs = starts[number % starts.length] as Course
    witness.hasHung = runs.takes === hangs
    const begun = followNow(clock, runs, () => {})
    const behavior = () => {
      witness.hasStarted = true
      return behave(context, witness)
    }
    return begun === undefined ? behavior() : begun.then(behavior)
  }

  const behave = (context: ActorContext<Message>, witness: Witness): Behavior<Message> => ({
    receive(message) {
      must(overAt === null && !context.signal.aborted, 'nothing is received after the end')
      must(!witnesses.some(({ isReceiving }) => isReceiving), 'one receive at a time')
      if (message.outcomeOf === undefined) received.push(message.id)
      else {
        must(message.outcomeOf === witness.number, 'an outcome belongs to its incarnation')
        witness.outcomes += 1
      }
      const { plan, replyTo } = message
      if (plan.takes === hangs) witness.hasHung = true
      const [first, second] = plan.pipes
      if (first) pipe(context, witness, first, replyTo)
      if (plan.answers) replyTo?.answer(message.id)
      if (plan.also === 'finish') context.stop()
      if (plan.also === 'stop') stop()
      if (plan.also === 'restart') kernel.restart('actor')
      if (plan.also === 'tell') tell(context.self, { ...plan, also: 'nothing', pipes: [] })
      // Perhaps ending by now.
      if (second) pipe(context, witness, second, replyTo)
      witness.isReceiving = true
      return followNow(clock, plan, () => {
        witness.isReceiving = false
      })
    },
    stopped() {
      witness.lastWordsBegun += 1
      must(!witness.isReceiving, 'last words come after the receive')
      const runs = ends[witness.number % ends.length] as Course
      return followNow(clock, runs, () => {
        witness.lastWordsEnded = true
      })
    },
  })

  function pipe(
    context: ActorContext<Message>,
    witness: Witness,
    work: Course & { answers: boolean },
    replyTo: ReplyTo<number> | undefined,
  ): void {
    const isEnding = context.signal.aborted
    context.pipe(
      async () => {
        must(!isEnding, 'an ending incarnation starts nothing')
        witness.works += 1
        try {
          await follow(clock, work)
        } finally {
          witness.works -= 1
          if (!context.signal.aborted) witness.settledInTime += 1
        }
      },
      () => {
        must(!context.signal.aborted, 'no outcome is made for an incarnation that is ending')
        const quiet: Plan = { takes: 0, throws: false, pipes: [], answers: work.answers, also: 'nothing' }
        return { id: -1, plan: quiet, outcomeOf: witness.number, ...(replyTo ? { replyTo } : {}) }
      },
    )
  }

  const state = () => kernel.snapshot()[0]

  function tell(ref: ActorRef<Message>, how: Plan, replyTo?: ReplyTo<number>): Told {
    const id = nextId
    nextId += 1
    const before = state()
    const answer = ref.tell({ id, plan: how, ...(replyTo ? { replyTo } : {}) })
    told.set(id, answer)
    if (answer === 'full') must(before?.queueLength === options.capacity, 'only a full mailbox refuses')
    return answer
  }

  function put(ref: ActorRef<Message>, { plan: how, deadlineMs, abortsAfter }: Step & { type: 'ask' }): void {
    const settling = { askedAt: clock.now(), deadlineMs, settledAt: [] as number[] }
    settlings.set(nextId, settling)
    const controller = new AbortController()
    if (abortsAfter !== null) clock.after(abortsAfter, () => controller.abort())
    const settle = () => settling.settledAt.push(clock.now())
    // Told through the same door, so that what becomes of its message is watched too.
    const door: ActorRef<Message> = { name: ref.name, tell: ({ replyTo }) => tell(ref, how, replyTo) }
    const toMessage = (replyTo: ReplyTo<number>): Message => ({ id: -1, plan: how, replyTo })
    ask(door, toMessage, { deadlineMs, signal: controller.signal, clock }).then(settle, settle)
  }

  function stop(): void {
    const entry = { at: clock.now(), endedAt: null as number | null }
    stops.push(entry)
    const end = (rejected: unknown) => {
      must(rejected === undefined, 'a stop never rejects')
      entry.endedAt = clock.now()
    }
    kernel.stop('actor').then(end, end)
  }

  function expectBounds(): void {
    const now = state()
    expect(now?.queueLength ?? 0, 'no growth past capacity').toBeLessThanOrEqual(options.capacity)
    expect(now?.pipes ?? 0, 'no more piped works than declared').toBeLessThanOrEqual(options.pipes ?? 0)
  }

  const ref = kernel.spawn<Message>('actor', {
    ...options,
    backoff: { firstMs: 10, maxMs: 40 },
    stopDeadlineMs,
    start,
  })
  for (const taken of steps) {
    if (taken.type === 'tell') tell(ref, taken.plan)
    if (taken.type === 'ask') put(ref, taken)
    if (taken.type === 'advance') await clock.advance(taken.ms)
    if (taken.type === 'stop') stop()
    if (taken.type === 'restart') kernel.restart('actor')
    if (taken.type === 'settle') {
      await settled()
      const last = witnesses.at(-1)
      if (state()?.state === 'idle') expect(last?.outcomes, 'no outcome is lost').toBe(last?.settledInTime)
    }
    expectBounds()
  }
  const closedAt = clock.now()
  let hasClosed = false
  const closing = kernel.close().then(() => {
    hasClosed = true
    expect(clock.now() - closedAt, 'stop always ends').toBeLessThanOrEqual(2 * stopDeadlineMs)
  })
  await clock.advance(100_000)
  expect(hasClosed, 'stop always ends').toBe(true)
  await closing

  expect(broken).toEqual([])
  expect(overAt).not.toBeNull()
  expect(kernel.snapshot()).toEqual([])
  expect(clock.pending(), 'no timer is left').toBe(0)
  for (const { at, endedAt } of stops) expect((endedAt ?? hangs) - at).toBeLessThanOrEqual(2 * stopDeadlineMs)
  for (const { askedAt, deadlineMs, settledAt } of settlings.values()) {
    expect(settledAt, 'every ask settles exactly once').toHaveLength(1)
    // At once when there is nobody left to answer, also when its own deadline is far away.
    const end = Math.max(askedAt, overAt ?? hangs)
    expect(settledAt[0]).toBeLessThanOrEqual(Math.min(askedAt + deadlineMs, end))
  }
  expect(received, 'messages are received in the order in which they were told').toEqual(
    received.toSorted((one, other) => one - other),
  )
  for (const [id, answer] of told) {
    const fates = [...received.filter((other) => other === id).map(() => 'received'), ...lettersOf(id)]
    if (answer === 'full') expect(fates).toEqual([])
    else if (answer === 'dead') expect(fates).toEqual(['dead'])
    else expect([['received'], ['stopped'], ['failed']], 'an accepted message has one fate').toContainEqual(fates)
  }
  for (const { hasStarted, hasHung, lastWordsBegun, signal } of witnesses) {
    expect(signal.aborted).toBe(true)
    if (hasHung) expect(lastWordsBegun).toBeLessThanOrEqual(1)
    else expect(lastWordsBegun, 'last words are spoken exactly once').toBe(hasStarted ? 1 : 0)
  }
  for (const event of events) {
    if (event.type === 'fault') expect(String(event.failure)).toMatch(/planned|pipes more than/)
  }

  function lettersOf(id: number): string[] {
    return buried.filter((letter) => letter.id === id).map(({ reason }) => reason)
  }
}

test('every promise is kept in any interleaving', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(life, live), { numRuns: Number(process.env['KERNEL_RUNS'] ?? 500) })
})

test('several senders: each finds its messages received in its own order', async () => {
  const plans = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom(0, 1, 3)), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 8 }), async (messages, capacity) => {
      const clock = createTestClock()
      const kernel = createKernel({ clock })
      const received: { sender: number; index: number }[] = []
      const sent: { sender: number; index: number }[] = []
      const ref = kernel.spawn<{ sender: number; index: number; takes: number }>('actor', {
        restart: 'permanent',
        capacity,
        start: () => ({
          receive({ sender, index, takes }) {
            received.push({ sender, index })
            return takes > 0 ? clock.sleep(takes) : undefined
          },
        }),
      })
      for (const [index, [sender, takes]] of messages.entries()) {
        if (ref.tell({ sender, index, takes }) === 'accepted') sent.push({ sender, index })
        if (index % 5 === 4) await clock.advance(2)
      }
      await clock.advance(1_000)
      for (const sender of [0, 1, 2]) {
        const of = (all: typeof sent) => all.filter((message) => message.sender === sender)
        expect(of(received)).toEqual(of(sent))
      }
      await kernel.close()
    }),
    { numRuns: 100 },
  )
})
