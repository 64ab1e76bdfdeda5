// Services: what they declare is checked, decides the order, and is all they get.
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import {
  capability,
  createServices,
  defineService,
  type Service,
  ServiceStartError,
  type ServicesOptions,
} from '../../electron/kernel/capabilities.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import { createTestClock, settled } from './test-clock.ts'

const clock = createTestClock()
const never = () => new Promise<never>(() => {})
const start = (services: Service[], options?: ServicesOptions) => createServices(services, options).start()

/** A service named after what it provides; `log` hears of its start and stop. */
function service(
  name: string,
  needs: string[],
  log: string[],
  course: { takes?: number; fails?: boolean } = {},
): Service {
  return defineService({
    name,
    needs: Object.fromEntries(needs.map((need) => [need, capability<string>(need)])),
    provides: capability<string>(name),
    async start() {
      log.push(`${name} starting`)
      await (course.takes === undefined ? settled() : clock.sleep(course.takes))
      if (course.fails) throw new Error('broken')
      log.push(`${name} up`)
      return {
        provides: name,
        async stop() {
          // The more it needs the longer it takes, so that only waiting for it keeps the order.
          for (let left = needs.length; left >= 0; left -= 1) await settled()
          log.push(`${name} down`)
        },
      }
    },
  })
}

test('services start after those they need, independent ones in parallel, and stop in reverse', async () => {
  const log: string[] = []
  const services = createServices([
    service('sessions', ['models', 'settings'], log),
    service('models', ['home'], log),
    service('settings', ['home'], log),
    service('home', [], log),
  ])
  await services.start()
  expect(log).toEqual([
    ...['home starting', 'home up'],
    ...['models starting', 'settings starting', 'models up', 'settings up'],
    ...['sessions starting', 'sessions up'],
  ])
  expect(services.get(capability<string>('models'))).toBe('models')
  log.length = 0
  expect(await services.stop()).toEqual([])
  await services.stop()
  expect(log).toEqual(['sessions down', 'settings down', 'models down', 'home down'])
  expect(() => services.get(capability('models'))).toThrow('nothing provides "models" now')
})

test('a service gets what it declared, under its own names, and nothing else', async () => {
  const numbers = capability<() => number>('numbers')
  const texts = capability<string>('texts')
  const seen: unknown[] = []
  await start([
    defineService({ name: 'one', needs: {}, provides: numbers, start: () => ({ provides: () => 1 }) }),
    defineService({ name: 'two', needs: {}, provides: texts, start: () => ({ provides: 'text' }) }),
    defineService({
      name: 'three',
      needs: { count: numbers },
      provides: capability<number>('sum'),
      start(needs) {
        seen.push(Object.keys(needs), Object.isFrozen(needs))
        // @ts-expect-error: it was not declared
        seen.push(needs.texts)
        return { provides: needs.count() + 1 }
      },
    }),
  ])
  expect(seen).toEqual([['count'], true, undefined])
})

test.each<[string, string[][], string]>([
  ['missing', [['a', 'b']], '"a" needs "b", and nothing provides it'],
  [
    'circular',
    [
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
    'circular needs: a -> b -> c -> a',
  ],
  ['its own', [['a', 'a']], 'circular needs: a -> a'],
  ['provided twice', [['a'], ['a']], '"a" is provided by "a" and by "a"'],
])('a need that is %s is an error before anything starts', (_, declared, message) => {
  const log: string[] = []
  expect(() => createServices(declared.map(([name = '', ...needs]) => service(name, needs, log)))).toThrow(message)
  expect(log).toEqual([])
})

test('a start that fails stops what had started in reverse, and says which service and why', async () => {
  const log: string[] = []
  const starting = start([
    service('home', [], log),
    service('settings', ['home'], log),
    service('models', ['settings'], log, { fails: true }),
    service('sessions', ['models'], log),
  ])
  await expect(starting).rejects.toThrow(new ServiceStartError('models', new Error('broken')))
  await expect(starting).rejects.toMatchObject({ service: 'models', cause: new Error('broken') })
  expect(log.slice(4)).toEqual(['models starting', 'settings down', 'home down'])
})

test('a service that is still starting when another fails is told by its signal, awaited, and stopped', async () => {
  const log: string[] = []
  const slow = defineService({
    name: 'slow',
    needs: {},
    provides: capability<string>('slow'),
    async start(_, { signal }) {
      signal.addEventListener('abort', () => log.push('slow told'))
      await clock.sleep(100)
      return { provides: 'slow', stop: () => void log.push('slow down') }
    },
  })
  const starting = start([slow, service('failing', [], log, { takes: 10, fails: true })], { clock }).catch(
    (error: Error) => log.push(error.message),
  )
  await clock.advance(99)
  expect(log).toEqual(['failing starting', 'slow told'])
  await clock.advance(1)
  await starting
  expect(log.slice(2)).toEqual(['slow down', 'the service "failing" could not start: broken'])
})

test('when one has failed no further service starts, also none that has all it needs', async () => {
  const log: string[] = []
  const starting = start(
    [
      service('failing', [], log, { takes: 10, fails: true }),
      service('home', [], log, { takes: 20 }),
      service('late', ['home'], log),
    ],
    { clock },
  ).catch((error: Error) => error)
  await clock.advance(1_000)
  expect(await starting).toBeInstanceOf(ServiceStartError)
  expect(log).toEqual(['failing starting', 'home starting', 'home up', 'home down'])
})

test('neither a start nor a stop that never settles keeps the others from stopping', async () => {
  const log: string[] = []
  const hanging = (name: string, at: 'start' | 'stop', late = 0): Service =>
    defineService({
      name,
      needs: { home: capability<string>('home') },
      provides: capability<string>(name),
      async start() {
        if (at === 'start') await clock.sleep(late)
        return { provides: name, stop: () => (at === 'stop' ? never() : log.push(`${name} down`)) }
      },
    })
  const services = createServices([service('home', [], log), hanging('slow', 'start', 500), hanging('stuck', 'stop')], {
    clock,
    stopDeadlineMs: 100,
  })
  const starting = services.start().catch((error: Error) => log.push(error.message))
  await settled()
  await clock.advance(10)
  const stopping = services.stop()
  await clock.advance(200)
  expect(await stopping).toEqual([{ service: 'stuck', failure: new Error('it did not stop in time') }])
  await starting
  expect(log).toEqual(['home starting', 'home up', 'home down', 'the services were stopped'])
  // Too late for its turn, and stopped all the same.
  await clock.advance(500)
  expect(log.at(-1)).toBe('slow down')
})

test('a stop that throws is answered, and the others stop', async () => {
  const log: string[] = []
  const failing = defineService({
    name: 'failing',
    needs: { home: capability<string>('home') },
    provides: capability<number>('failing'),
    start: () => ({ provides: 1, stop: () => Promise.reject(new Error('stuck')) }),
  })
  const services = createServices([service('home', [], log), failing])
  await services.start()
  expect(await services.stop()).toEqual([{ service: 'failing', failure: new Error('stuck') }])
  expect(log.at(-1)).toBe('home down')
})

test.each(['off', 'degraded'] as const)('a worker that keeps failing turns its own service %s', async (state) => {
  const kernel = createKernel({ clock })
  const heard: unknown[] = []
  const search = defineService({
    name: 'search',
    needs: {},
    provides: capability<null>('search'),
    ...(state === 'off' ? {} : { whenWorkerFails: state }),
    start(_, { bulkhead }) {
      const intensity = { restarts: 0, withinMs: 1_000 }
      const start = () => Promise.reject(new Error('no database'))
      kernel.spawn('search/index', { restart: 'permanent', capacity: 1, intensity, bulkhead, start })
      return { provides: null }
    },
  })
  const services = createServices([search, service('home', [], [])])
  services.observe(() => {
    throw new Error('listener')
  })
  services.observe((report) => heard.push(report))
  await services.start()
  await settled()
  const report = { service: 'search', state, reason: 'search/index keeps failing: no database' }
  expect(heard).toEqual([report])
  expect(services.bulkheads()).toEqual([report, { service: 'home', state: 'ok' }])
})

test('any set of needs without circles starts and stops in an order that respects every need', async () => {
  const graphs = fc
    .array(fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    .chain((needs) => fc.tuple(fc.constant(needs), fc.shuffledSubarray([...needs.keys()], { minLength: needs.length })))
  await fc.assert(
    fc.asyncProperty(graphs, fc.option(fc.nat({ max: 11 })), async ([graph, order], failing) => {
      const log: string[] = []
      // Only earlier ones are needed, so there are no circles; the order of declaration is any.
      const needs = graph.map((wanted, index) => [...new Set(wanted.filter((need) => need < index))])
      const declared = order.map((index) =>
        service(
          `s${index}`,
          (needs[index] ?? []).map((need) => `s${need}`),
          log,
          { fails: index === failing },
        ),
      )
      const services = createServices(declared)
      const mustFail = failing !== null && failing < graph.length
      await services.start().then(
        () => expect(mustFail).toBe(false),
        (error: ServiceStartError) => expect(error.service).toBe(`s${failing}`),
      )
      await services.stop()
      const at = (what: string) => log.indexOf(what)
      needs.forEach((wanted, index) => {
        expect(log.filter((line) => line === `s${index} down`)).toHaveLength(at(`s${index} up`) < 0 ? 0 : 1)
        if (at(`s${index} starting`) < 0) return
        for (const need of wanted) {
          expect(at(`s${need} up`)).toBeGreaterThanOrEqual(0)
          expect(at(`s${need} up`)).toBeLessThan(at(`s${index} starting`))
          if (at(`s${index} down`) >= 0) expect(at(`s${index} down`)).toBeLessThan(at(`s${need} down`))
        }
      })
    }),
  )
})

test('observers leave when they want to', async () => {
  const heard = vi.fn()
  const services = createServices([
    defineService({
      name: 'one',
      needs: {},
      provides: capability<number>('one'),
      start(_, { bulkhead }) {
        bulkhead.change({ state: 'degraded', reason: 'slow' })
        leave()
        bulkhead.change({ state: 'ok' })
        return { provides: 1 }
      },
    }),
  ])
  const leave = services.observe(heard)
  await services.start()
  expect(heard).toHaveBeenCalledExactlyOnceWith({ service: 'one', state: 'degraded', reason: 'slow' })
})
