// Sets up a models service for a test: settings in memory, a clock that stands still, and every event kept.
import type { AppEvents, GenerateRequest, ModelEvent, Models } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { createKernel } from '../../electron/kernel/kernel.ts'
import type { BulkheadState } from '../../electron/kernel/types.ts'
import { createModels, type ModelsDependencies } from '../../electron/services/models/models.ts'
import { ExpectedFailure, type Failure } from '../../shared/failure.ts'
import type { HostState } from '../../shared/model.ts'
import { defaultSettings, type Settings, type SettingsPatch } from '../../shared/settings.ts'

export interface RoomOptions {
  host?: string | null
  flagHost?: string | null
  settings?: SettingsPatch
  environment?: Record<string, string>
  pause?: ModelsDependencies['pause']
  silence?: ModelsDependencies['silence']
  home?: ModelsDependencies['home']
  reached?: ModelsDependencies['reached']
  testLimitMs?: number
}

/** A folder in memory, gone with the test. */
function noHome(): ModelsDependencies['home'] {
  const files = new Map<string, string>()
  return {
    readOnly: null,
    read: async (name) => files.get(name) ?? null,
    write: async (name, text) => void files.set(name, text),
  }
}

export function openRoom(options: RoomOptions = {}) {
  const events = createEventBus<AppEvents>((name, thrown) => {
    throw new Error(`A listener of ${name} threw: ${String(thrown)}`)
  })
  let settings: Settings = {
    ...defaultSettings,
    host: options.host ?? null,
    ...withoutUndefined(options.settings ?? {}),
  }
  let clock = Date.UTC(2026, 10, 22, 8)
  const log: string[] = []
  const pushed: HostState[] = []
  events.on('models.changed', (state) => pushed.push(state))
  const kernel = createKernel()
  const bulkheadStates: BulkheadState[] = [{ state: 'ok' }]
  const models = createModels({
    kernel,
    bulkhead: {
      service: 'models',
      current: () => bulkheadStates.at(-1) ?? { state: 'ok' },
      change: (state) => bulkheadStates.push(state),
      workerFailed: (name) => bulkheadStates.push({ state: 'degraded', reason: name }),
    },
    surroundings: {
      now: () => new Date(clock),
      // The same window on every machine.
      environment: { CARREL_MEMORY_BYTES: '0', ...options.environment },
      log: (line) => log.push(line),
    },
    events,
    settings: { current: () => settings },
    home: options.home ?? noHome(),
    flagHost: options.flagHost ?? null,
    // Pauses are over at once, unless a test looks at them.
    pause: options.pause ?? (async () => undefined),
    ...(options.silence && { silence: options.silence }),
    ...(options.reached && { reached: options.reached }),
    ...(options.testLimitMs !== undefined && { testLimitMs: options.testLimitMs }),
  })
  return {
    models,
    kernel,
    bulkheadStates,
    pushed,
    log,
    events,
    later: (ms: number) => {
      clock += ms
    },
    change(patch: SettingsPatch): void {
      settings = { ...settings, ...withoutUndefined(patch) }
      events.emit('settings.changed', settings)
    },
  }
}

function withoutUndefined(patch: SettingsPatch): Partial<Settings> {
  const copy: Partial<Settings> = {}
  return Object.assign(copy, Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)))
}

export function question(overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  return { model: 'gemma4:e4b', messages, think: 'off', sessionId: null, ...overrides }
}

export interface Collected {
  events: ModelEvent[]
  text: string
  thinking: string
  done: Extract<ModelEvent, { type: 'done' }> | null
  failure: Failure | null
}

/** Reads a generation to its end or to its failure; a bug is thrown on. */
export async function collect(
  models: Models,
  request: GenerateRequest,
  signal: AbortSignal = new AbortController().signal,
  onEvent: (event: ModelEvent) => void = () => undefined,
): Promise<Collected> {
  const collected: Collected = { events: [], text: '', thinking: '', done: null, failure: null }
  try {
    for await (const event of models.generate(request, signal)) {
      collected.events.push(event)
      if (event.type === 'text') collected.text += event.delta
      if (event.type === 'thinking') collected.thinking += event.delta
      if (event.type === 'done') collected.done = event
      onEvent(event)
    }
  } catch (thrown) {
    if (!(thrown instanceof ExpectedFailure)) throw thrown
    collected.failure = thrown.failure
  }
  return collected
}
