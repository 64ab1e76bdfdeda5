// Services and what they may use of one another: checked as a whole, started in order of need, stopped in reverse.
import { settlesWithin, systemClock } from './clock.ts'
import { createEventBus } from './event-bus.ts'
import type * as Kernel from './types.ts'

/** A declaration whose own types are closed over, so that different services fit into one list. */
export interface Service {
  readonly name: string
  readonly needs: readonly string[]
  readonly provides: string
  readonly whenWorkerFails: 'degraded' | 'off'
  start(lookUp: (capability: string) => unknown, context: Kernel.ServiceContext): Promise<Started>
}

type Started = Kernel.StartedService<unknown>

export type BulkheadReport = Kernel.BulkheadState & { service: string }

export interface StopFailure {
  service: string
  failure: unknown
}

export interface Services {
  /** All of them, or none: when one cannot start, the others are stopped and a ServiceStartError is thrown. */
  start(): Promise<void>
  /** Stops in reverse what had started, and always ends. Answers what went wrong on the way. Safe to call twice. */
  stop(): Promise<readonly StopFailure[]>
  /** For those who stand outside of the services, a front. Throws for what has not started. */
  get<Value>(capability: Kernel.Capability<Value>): Value
  bulkheads(): BulkheadReport[]
  observe(listener: (report: BulkheadReport) => void): () => void
}

export interface ServicesOptions {
  clock?: Kernel.Clock
  /** How long one service may take to stop, and all of them together to give up starting. Default: 10,000. */
  stopDeadlineMs?: number
  /** Hears of an observer that threw. Must not throw itself. */
  onFault?(thrown: unknown): void
}

export class ServiceStartError extends Error {
  readonly service: string

  constructor(service: string, cause: unknown) {
    super(`the service "${service}" could not start: ${saying(cause)}`, { cause })
    this.name = 'ServiceStartError'
    this.service = service
  }
}

export function capability<Value>(name: string): Kernel.Capability<Value> {
  return { name }
}

export function defineService<const Declared extends Kernel.Needs, Value>(
  declaration: Kernel.ServiceDeclaration<Declared, Value>,
): Service {
  const { name, needs, provides, whenWorkerFails = 'off' } = declaration
  return {
    name,
    needs: Object.values(needs).map((need) => need.name),
    provides: provides.name,
    whenWorkerFails,
    async start(lookUp, context) {
      const values = Object.entries(needs).map(([key, need]) => [key, lookUp(need.name)])
      // A capability only ever gets the value that the one service which provides it has returned.
      return await declaration.start(Object.freeze(Object.fromEntries(values)) as Kernel.Needed<Declared>, context)
    },
  }
}

/** One service while it runs. */
interface Part {
  readonly service: Service
  readonly bulkhead: Kernel.Bulkhead
  readonly controller: AbortController
  starting: Promise<void>
  started: Started | null
  stopping: Promise<void> | null
}

/** Throws when a need is missing or circular, or a capability provided twice: before anything starts. */
export function createServices(declared: readonly Service[], options: ServicesOptions = {}): Services {
  const { clock = systemClock, stopDeadlineMs = 10_000, onFault = () => {} } = options
  const bus = createEventBus<{ change: BulkheadReport }>((_, thrown) => onFault(thrown))
  const parts = inOrderOfNeed(declared).map(
    (service): Part => ({
      service,
      bulkhead: createBulkhead(service, (report) => bus.emit('change', report)),
      controller: new AbortController(),
      starting: Promise.resolve(),
      started: null,
      stopping: null,
    }),
  )
  /** Aborts when no further service shall start: one has failed, or all shall stop. */
  const broken = new AbortController()
  const failures: StopFailure[] = []
  let stopped: Promise<readonly StopFailure[]> | null = null

  async function startOne(part: Part): Promise<void> {
    const { service, bulkhead, controller } = part
    await Promise.all(parts.filter((other) => service.needs.includes(other.service.provides)).map((p) => p.starting))
    if (broken.signal.aborted) return
    try {
      part.started = await service.start(lookUp, { bulkhead, signal: controller.signal })
    } catch (thrown) {
      breakOff(new ServiceStartError(service.name, thrown))
    }
    // Its turn to stop came while it was still starting.
    if (part.stopping !== null) await stopNow(part)
  }

  function breakOff(why: Error): void {
    broken.abort(why)
    for (const part of parts) if (!part.started) part.controller.abort(why)
  }

  async function stopOne(part: Part): Promise<void> {
    await Promise.all(
      parts.filter((other) => other.service.needs.includes(part.service.provides)).map((p) => p.stopping),
    )
    part.controller.abort()
    await stopNow(part)
  }

  async function stopNow(part: Part): Promise<void> {
    const { service, started } = part
    // Taken out first: a start that ends late must not be stopped twice.
    part.started = null
    const fail = (failure: unknown) => failures.push({ service: service.name, failure })
    const work = (async () => started?.stop?.())().catch(fail)
    if (!(await settlesWithin(clock, stopDeadlineMs, work))) fail(new Error('it did not stop in time'))
  }

  function lookUp(name: string): unknown {
    const started = parts.find(({ service }) => service.provides === name)?.started
    if (!started) throw new Error(`nothing provides "${name}" now`)
    return started.provides
  }

  async function stopAll(): Promise<readonly StopFailure[]> {
    breakOff(new Error('the services were stopped'))
    await settlesWithin(clock, stopDeadlineMs, Promise.all(parts.map((part) => part.starting)))
    for (const part of parts.toReversed()) part.stopping = stopOne(part)
    await Promise.all(parts.map((part) => part.stopping))
    return failures
  }

  const services: Services = {
    async start() {
      const breaks = new Promise((resolve) => broken.signal.addEventListener('abort', resolve))
      for (const part of parts) part.starting = startOne(part)
      await Promise.race([breaks, Promise.all(parts.map((part) => part.starting))])
      if (!broken.signal.aborted) return
      await services.stop()
      throw broken.signal.reason
    },
    stop() {
      stopped ??= stopAll()
      return stopped
    },
    get: <Value>(wanted: Kernel.Capability<Value>) => lookUp(wanted.name) as Value,
    bulkheads: () => parts.map(({ bulkhead }) => ({ service: bulkhead.service, ...bulkhead.current() })),
    observe: (listener) => bus.on('change', listener),
  }
  return services
}

/** Every service after those it needs. */
function inOrderOfNeed(services: readonly Service[]): Service[] {
  const providers = new Map<string, Service>()
  for (const service of services) {
    const other = providers.get(service.provides)
    if (other) throw new Error(`"${service.provides}" is provided by "${other.name}" and by "${service.name}"`)
    providers.set(service.provides, service)
  }
  const order = new Set<Service>()
  function place(service: Service, path: readonly Service[]): void {
    if (order.has(service)) return
    const from = path.indexOf(service)
    if (from >= 0) throw new Error(`circular needs: ${[...path.slice(from), service].map((s) => s.name).join(' -> ')}`)
    for (const need of service.needs) {
      const provider = providers.get(need)
      if (!provider) throw new Error(`"${service.name}" needs "${need}", and nothing provides it`)
      place(provider, [...path, service])
    }
    order.add(service)
  }
  for (const service of services) place(service, [])
  return [...order]
}

function createBulkhead(service: Service, tell: (report: BulkheadReport) => void): Kernel.Bulkhead {
  let present: Kernel.BulkheadState = { state: 'ok' }
  function change(next: Kernel.BulkheadState): void {
    present = next
    tell({ service: service.name, ...next })
  }
  return {
    service: service.name,
    current: () => present,
    change,
    workerFailed: (name, failure) =>
      change({ state: service.whenWorkerFails, reason: `${name} keeps failing: ${saying(failure)}` }),
  }
}

function saying(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
