// The service behind every model: which server, what it has, and the streaming of an answer.
import { setTimeout as pauseFor } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { ExpectedFailure, type Failure } from '../../../shared/failure.ts'
import { usualWindow, windowSteps } from '../../../shared/limits.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { selfTestWords } from '../../../shared/messages/self-test.ts'
import type { HostState, InstalledModel } from '../../../shared/model.ts'
import { defaultModel } from '../../../shared/settings.ts'
import type { Events, GenerateRequest, Home, ModelEvent, Models, SettingsStore, Surroundings } from '../../contracts.ts'
import type { Bulkhead, Kernel } from '../../kernel/types.ts'
import { type AskWords, createModelWords, machineMemory, windowOf } from './context-windows.ts'
import { generateEvents } from './generation.ts'
import { resolveHost } from './host.ts'
import { createHosts } from './hosts.ts'
import { type BearerFor, createCloser, type Way } from './http.ts'
import { removeModel, showModel, unloadModel } from './manage.ts'
import { createLearned, modelFacts } from './model-facts.ts'
import { createRunWatch, type RunWatch } from './self-test/run-watch.ts'
import { testModel } from './self-test/self-test.ts'
import { type SilenceLimits, usualSilence } from './silence.ts'
import { askCapabilities, type Survey } from './survey.ts'
import { isSameModel } from './wire.ts'

function installedOf(state: HostState, host: string, model: string) {
  return state.host === host ? state.models.find(({ name }) => isSameModel(name, model)) : undefined
}

/**
 * A test asks a model as it lies in memory: a session may keep another window than new ones have, and loading takes long. The smallest
 * step is what servers take when nobody says anything, so it is no session's of ours.
 */
function loadedWindow(installed: InstalledModel | undefined): number | null {
  const tokens = installed?.memory?.contextTokens ?? 0
  return tokens > windowSteps[0] ? tokens : null
}

const usualTestLimitMs = 30_000
const awayPauseMs = 2_000
const readyPauseMs = 15_000

export interface ModelsDependencies {
  kernel: Kernel
  bulkhead: Bulkhead
  surroundings: Pick<Surroundings, 'now' | 'environment' | 'log'>
  events: Events
  settings: Pick<SettingsStore, 'current'>
  home: Pick<Home, 'read' | 'write' | 'readOnly'>
  /** The address from the command line, or null. */
  flagHost: string | null
  /** What a server is to hear of who asks; nothing, when it is left out. */
  bearerFor?: BearerFor
  /** Hears of every connection to a server that was made. */
  reached?: (origin: URL) => void
  /** Waits without keeping the process alive; rejects when the signal is aborted. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
  silence?: SilenceLimits
  /** Longest time for one answer of a test, ms. */
  testLimitMs?: number
}

/** The ways of it that are no test's: how it waits, and how it reaches a server. */
export const usualPause = (ms: number, signal: AbortSignal): Promise<void> =>
  pauseFor(ms, undefined, { signal, ref: false })

export function createModels(dependencies: ModelsDependencies): Models {
  const { reached = () => undefined, bearerFor = async () => null } = dependencies
  const pause = usualPause
  return createModelsAt({
    pause,
    silence: usualSilence,
    testLimitMs: usualTestLimitMs,
    ...dependencies,
    reached,
    bearerFor,
    // One for all: whoever names an address in whichever way waits in the same line.
    hosts: createHosts({ ...dependencies, reached, bearerFor }),
    runs: createRunWatch(dependencies.events),
    tellers: dependencies.events,
    underTest: new Set(),
    learned: createLearned(dependencies.home, dependencies.surroundings.log),
    words: createModelWords(),
    memoryBytes: machineMemory(dependencies.surroundings.environment),
  })
}

interface Shared extends Required<ModelsDependencies> {
  hosts: ReturnType<typeof createHosts>
  learned: ReturnType<typeof createLearned>
  words: AskWords
  memoryBytes: number | null
  runs: RunWatch
  /** Hears of tests wherever they are made: the server of one run is silent otherwise. */
  tellers: Events
  /** Digests and names of the models that are being tested. */
  underTest: Set<string>
}

function createModelsAt(dependencies: Shared): Models {
  const { surroundings, events, settings, flagHost, pause, silence, reached, bearerFor } = dependencies
  const { hosts, learned, words, memoryBytes, underTest } = dependencies
  let resolved = resolve()
  let state = unknownState()
  let running: Promise<HostState> | null = null

  function resolve() {
    return resolveHost({
      flag: flagHost,
      setting: settings.current().host,
      environment: surroundings.environment['OLLAMA_HOST'],
    })
  }

  function unknownState(): HostState {
    const { host, chosenBy, failure } = resolved
    const status = failure === null ? 'unknown' : 'unreachable'
    return { host, chosenBy, status, version: null, models: [], failure, checkedAt: null }
  }

  function become(next: HostState): HostState {
    const visible = { ...next, checkedAt: state.checkedAt }
    // While the server is away the time of the last try is what a person looks at.
    const isNews = next.status !== 'ready' || !isDeepStrictEqual(visible, state)
    state = next
    if (isNews) events.emit('models.changed', state)
    return state
  }

  async function look(): Promise<HostState> {
    const target = resolved
    const found = target.failure === null ? await probe(target.host) : away(target.failure)
    // The person chose another server meanwhile; what this one said is no longer of interest.
    if (target !== resolved) return refresh()
    // What was installed is still shown while the server is away, so that the chosen model does not vanish from the picker.
    const models =
      found.status === 'unreachable' ? state.models.map((model) => ({ ...model, loaded: null })) : found.models
    const { host, chosenBy } = target
    return become({ ...found, models, host, chosenBy, checkedAt: surroundings.now().toISOString() })
  }

  const away = (failure: Failure): Survey => ({ status: 'unreachable', version: null, models: [], failure })

  /** An actor that has failed is a state like a server that is away. */
  async function probe(host: string): Promise<Survey> {
    try {
      return await hosts.probe(host)
    } catch (thrown) {
      if (thrown instanceof ExpectedFailure) return away(thrown.failure)
      throw thrown
    }
  }

  async function refresh(signal?: AbortSignal): Promise<HostState> {
    if (running === null) {
      const started = look().finally(() => {
        if (running === started) running = null
      })
      running = started
    }
    const shared = running
    if (signal === undefined) return shared
    // Who no longer waits gets what is known; the question itself goes on for the others and has its own time limit.
    return new Promise((resolve, reject) => {
      const leave = () => resolve(state)
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave, { once: true })
      shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }

  /** The state, asked for when nothing is known yet. */
  async function known(signal?: AbortSignal): Promise<HostState> {
    return state.status === 'ready' || state.models.length > 0 ? state : refresh(signal)
  }

  events.on('settings.changed', () => {
    const next = resolve()
    if (isDeepStrictEqual(next, resolved)) return
    const isOther = next.host !== resolved.host
    resolved = next
    running = null
    if (isOther) become(unknownState())
    background(refresh())
  })

  /** Work nobody waits for: a bug in it is written down instead of ending the process. */
  function background(work: Promise<unknown>): void {
    work.catch((thrown) =>
      surroundings.log(`models: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`),
    )
  }

  async function watchUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { status } = await refresh(signal)
      await pause(status === 'ready' ? readyPauseMs : awayPauseMs, signal).catch(() => undefined)
    }
  }

  /** One short question to the server that is chosen now. */
  async function askHere<Value>(signal: AbortSignal, question: (way: Way) => Promise<Value>): Promise<Value> {
    const { host, failure } = resolved
    if (failure !== null) throw new ExpectedFailure(failure.code, failure.message)
    const closer = createCloser(signal)
    try {
      return await question({ host, reached, bearerFor, signal: closer.signal })
    } finally {
      closer.close()
    }
  }

  /** What is known of a model, with its window: asked of the server that is chosen now. */
  async function wordsOf(model: string, signal: AbortSignal) {
    const { host } = resolved
    const installed = installedOf(await known(signal), host, model)
    const closer = createCloser(signal)
    try {
      const way = { host, reached, bearerFor, signal: closer.signal }
      const said = await words(way, model, installed?.digest ?? null)
      const chosen = settings.current().windows
      return { installed, said, window: windowOf(host, model, { installed, said, chosen, memoryBytes }) }
    } finally {
      closer.close()
    }
  }

  const isLoaded = (model: string) =>
    state.models.some(({ name, loaded }) => isSameModel(name, model) && loaded === true)

  const elsewhere = new Map<string, Models>()

  const here: Models = {
    current: () => state,
    refresh,
    at(host) {
      if (host === null || host === flagHost) return here
      const known = elsewhere.get(host)
      if (known) return known
      // Its state is nobody's but its run's: the windows show the server that was chosen for all.
      const silent: Events = { emit: () => undefined, on: () => () => undefined }
      const other = createModelsAt({ ...dependencies, flagHost: host, events: silent })
      elsewhere.set(host, other)
      // A handful is more than one person asks in turn; the oldest is only forgotten, its run goes on.
      const [oldest] = elsewhere.keys()
      if (elsewhere.size > 8 && oldest !== undefined) elsewhere.delete(oldest)
      return other
    },
    async choose(wished) {
      const named = wished ?? settings.current().model
      if (named !== null) return named
      const { status, models, failure, host } = await known()
      const chatting = models.filter(
        (model) => model.capabilities.length === 0 || model.capabilities.includes('completion'),
      )
      const chosen = chatting.find((model) => isSameModel(model.name, defaultModel)) ?? chatting[0]
      if (chosen) return chosen.name
      if (status !== 'ready' && failure) throw new ExpectedFailure(failure.code, failure.message, failure.detail)
      throw new ExpectedFailure('unavailable', failures.noModels(host))
    },
    async describe(model, signal) {
      const { installed, said, window } = await wordsOf(model, signal)
      return await modelFacts(installed, said, window, learned)
    },
    window: async (model, signal) => (await wordsOf(model, signal)).window,
    async learnPrompted(model) {
      await learned.addPrompted(installedOf(state, resolved.host, model)?.digest ?? null)
    },
    generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
      // A server that does not answer short questions is not asked one more before this one.
      const windowFor = async () =>
        (await known(signal)).status === 'ready' ? (await wordsOf(request.model, signal)).window.tokens : usualWindow
      const ways = { reached, bearerFor, hosts, known, windowFor, pause, silence, target: () => resolved }
      return generateEvents(ways, request, signal)
    },
    async test(model, signal) {
      const { host } = resolved
      const state = await refresh(signal)
      const installed = installedOf(state, host, model)
      const digest = installed?.digest ?? null
      const name = digest ?? `${host} ${model}`
      if (underTest.has(name)) throw new ExpectedFailure('busy', selfTestWords.running(model))
      underTest.add(name)
      try {
        const { capabilities, family, stop } = await askHere(signal, (way) => askCapabilities(way, model))
        const claims = {
          capabilities: installed && installed.capabilities.length > 0 ? installed.capabilities : capabilities,
          family: installed?.family ?? family,
          stop,
        }
        const { surroundings, runs, tellers, testLimitMs: limitMs } = dependencies
        const tested = await testModel(
          { models: here, events: tellers, surroundings, runs, limitMs },
          { model, digest, claims, numCtx: loadedWindow(installed) },
          signal,
        )
        if (digest !== null) await learned.keepTest(digest, tested.test)
        tellers.emit('models.tested', tested)
        return tested
      } finally {
        underTest.delete(name)
      }
    },
    tests: () => learned.tests(),
    watch: (signal) => background(watchUntil(signal)),
    show: (model, signal) => askHere(signal, (way) => showModel(way, model)),
    async unload(model, signal) {
      await askHere(signal, (way) => unloadModel(way, model))
      // The server answers first and frees the memory then; an answer that is being written goes on, and keeps it.
      for (let looks = 0; looks < 8; looks += 1) {
        await refresh(signal)
        if (!isLoaded(model)) break
        await pause(250, signal).catch(() => undefined)
      }
      return state
    },
    async remove(model, signal) {
      await askHere(signal, (way) => removeModel(way, model))
      return await refresh(signal)
    },
  }
  return here
}
