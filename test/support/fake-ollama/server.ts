// A faithful Ollama over real HTTP: its routes, its strictness and its state, and a script for what the models say.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FakeClock, nanoTime, systemClock } from './clock.ts'
import { faultScripts } from './demonstrations.ts'
import { type Exchange, openExchange } from './exchange.ts'
import type { Fault } from './faults.ts'
import { createGates } from './gates.ts'
import { createLibrary } from './library.ts'
import { createListener } from './listener.ts'
import { embedder, type FakeModel, gemma, modelOf, usualModels } from './models.ts'
import { createPulls, type PullOptions } from './pull.ts'
import { createRandom } from './random.ts'
import { createRecords, type RecordedRequest } from './records.ts'
import { route } from './routes.ts'
import { createRules } from './rules.ts'
import { createRunners } from './runners.ts'
import { answering, type Scenario } from './scenario.ts'
import type { World } from './scene.ts'

export interface FakeOllamaOptions {
  /** What every model answers; a short useful answer when left out. */
  scenario?: Scenario
  /** Scenarios by model name; they go before `scenario`. A name such as `script:greeting` is installed by being here. */
  scenarios?: Readonly<Record<string, Scenario>>
  /** Installs a model `script:<fault>` for each fault. */
  faultScripts?: boolean
  models?: readonly FakeModel[]
  /** Names of the models that are in memory from the start. */
  loaded?: readonly string[]
  port?: number
  host?: string
  version?: string
  /** Answers as servers before 2026: no capabilities, no context length. */
  versionOld?: boolean
  clock?: FakeClock
  /** For ids of calls. */
  seed?: number
  /** The window of a model when neither the request nor the model says. */
  defaultNumCtx?: number
  /** Requests that may wait; one more gets 503. */
  maxQueue?: number
  pull?: Partial<PullOptions>
  /** Every request must have this as its bearer token, or gets 401; as a proxy before Ollama does it. */
  token?: string
}

export async function startFakeOllama(options: FakeOllamaOptions = {}) {
  const records = createRecords()
  const gates = createGates(records)
  const rules = createRules()
  const clock = options.clock ?? systemClock
  const library = createLibrary(options.models ?? usualModels, () => nanoTime(clock.now(), 1))
  const { defaultNumCtx = 4_096, maxQueue = 512 } = options
  const runners = createRunners({ clock, records, defaultNumCtx, maxQueue })
  const open = new Set<Exchange>()
  let scenario = options.scenario ?? answering
  let scenarios: Record<string, Scenario> = {}
  let asked = 0
  const given = { ...(options.faultScripts && faultScripts()), ...options.scenarios }
  for (const [name, one] of Object.entries(given)) direct(one, name)
  if (scenario.model !== undefined) direct(scenario, scenario.model.name)
  rules.setAll(scenario.rules ?? [])

  const server = createServer((request, response) => {
    openExchange(request, response, records)
      .then(async (exchange) => {
        open.add(exchange)
        response.once('close', () => open.delete(exchange))
        if (options.token !== undefined && exchange.record.headers.authorization !== `Bearer ${options.token}`)
          return exchange.text(401, '<h1>401 Authorization Required</h1>', 'text/html')
        await route(exchange, rules.take(exchange.record.path), {
          world,
          script,
          pulls,
          version: options.version ?? '0.33.0',
          isOld: options.versionOld ?? false,
        })
      })
      .catch((thrown: unknown) => {
        // A mistake of the fake itself must fail the test, not hang it.
        if (!response.headersSent) response.writeHead(500)
        response.end(`fake: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
      })
  })
  const listener = createListener(server, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    changed: records.changed,
  })
  const world: World = {
    clock,
    records,
    gates,
    library,
    runners,
    random: createRandom(options.seed ?? 1),
    nap: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    refuse: () => listener.close(),
    restart(ms) {
      for (const exchange of open) void exchange.cut('reset')
      runners.unloadAll()
      listener.restart(clock.pause(ms, new AbortController().signal))
    },
  }
  const registry = options.pull?.registry ?? [...usualModels, embedder]
  const pulls = createPulls(world, { stepMs: 60, steps: 50, ...options.pull, registry })
  const script = {
    scenarioFor: (name: string) => scenarios[name] ?? scenario,
    next: () => {
      asked += 1
      return asked
    },
  }
  for (const name of options.loaded ?? []) {
    const model = library.find(name)
    if (model !== undefined) runners.preload(model)
  }
  const port = await listener.open()

  /** Gives one model a scenario of its own, and installs it when nobody has. */
  function direct(one: Scenario, name: string): void {
    scenarios = { ...scenarios, [name]: one }
    if (one.model !== undefined) library.add(modelOf(one.model))
    else if (name.startsWith('script:') && library.find(name) === undefined) library.add({ ...gemma, name })
  }

  const isChat = (request: RecordedRequest) => request.path === '/api/chat'
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Every request that came in whole, oldest first. */
    requests: records.requests as readonly RecordedRequest[],
    connections: listener.connections,
    chatRequests: () => records.requests.filter(isChat),
    /** The first request this is true for, also an earlier one; any chat request when left out. */
    waitForRequest: (predicate = isChat) => records.waitFor('a request', () => records.requests.find(predicate)),
    /** The first chat request whose connection the client closed before the answer was whole. */
    waitForAbort: (predicate = (request: RecordedRequest) => isChat(request) && request.abortedByClient) =>
      records.waitFor('an abort', () => records.requests.find(predicate)),
    waitForNoConnections: () =>
      records.waitFor('the end of every connection', () => (listener.connections.open === 0 ? true : undefined)),
    /** Until this many requests wait for a model that is busy. */
    waitForQueue: (length: number) =>
      records.waitFor(`a queue of ${length}`, () => (runners.waiting === length ? true : undefined)),
    waitForGate: gates.waitUntilReached,
    release: gates.release,
    setScenario(next: Scenario, modelName: string | undefined = next.model?.name): void {
      if (modelName === undefined) scenario = next
      else direct(next, modelName)
      rules.setAll(next.rules ?? [])
      asked = 0
      gates.reset()
    },
    models: library.all,
    setModels: library.replace,
    /** The next `times` requests of this path, whatever their method, end this way; null takes the rule away. */
    setFault: (path: string, fault: Fault | null, times?: number) => rules.set(path, fault, times),
    /** How often a model was loaded, and how often because a request wanted other options. */
    loads: runners.loads,
    reloads: runners.reloads,
    /** What the model read last. */
    lastPrompt: (): string | null => records.requests.findLast(({ prompt }) => prompt !== null)?.prompt ?? null,
    pulledBytes: pulls.progress,
    /** Nobody listens any more; `accept` makes it listen again on the same port. */
    refuse: () => listener.close(),
    accept: () => listener.open(),
    /** Breaks every connection and listens again on the same port after this time. */
    restart: (ms: number) => world.restart(ms),
    waitUntilListening: () =>
      records.waitFor('the server to listen', () => (listener.isListening() ? true : undefined)),
    /** Closes everything at once, as a server that is killed. */
    async stop(): Promise<void> {
      records.isStopping = true
      gates.releaseAll()
      await listener.stop()
    },
  }
}

export type FakeOllama = Awaited<ReturnType<typeof startFakeOllama>>
