// Models in memory: who loads, who waits, when one goes, and what a change of options costs.
import { type FakeClock, nanoTime } from './clock.ts'
import { can, type FakeModel, psEntry } from './models.ts'
import { commonPrefix } from './prompt.ts'
import type { Records } from './records.ts'
import type { Asked } from './requests.ts'

/** A change of one of these loads the model anew; so does `shift`. */
const runnerOptions = ['num_ctx', 'num_gpu', 'num_batch', 'num_thread', 'main_gpu', 'use_mmap', 'draft_num_predict']
const usualKeepAliveMs = 5 * 60_000
/** What Go makes of "for ever". */
const foreverMs = 9_223_372_036_854

interface Runner {
  model: FakeModel
  /** Null for a model that was in memory from the start: the first request finds it as it wants it. */
  options: string | null
  numCtx: number
  expiresAt: number
  busy: number
  prompt: string
}

/** How a model is loaded when it has to be. */
export interface Loading {
  ms: number
  mostTokens?: number | undefined
}

export interface RunnersOptions {
  clock: FakeClock
  records: Records
  defaultNumCtx: number
  maxQueue: number
}

export interface Seat {
  numCtx: number
  /** Nanoseconds the load took; 0 when the model was there. */
  loadDuration: number
  /** Keeps the prompt, and tells how much of it the model had already read. */
  read(prompt: string): number
  leave(): void
}

export function createRunners({ clock, records, defaultNumCtx, maxQueue }: RunnersOptions) {
  const loaded = new Map<string, Runner>()
  /** The last in the row of each model. */
  const rows = new Map<string, Promise<void>>()
  const loads = new Map<string, number>()
  const reloads = new Map<string, number>()
  let waiting = 0

  function sweep(): void {
    for (const [name, runner] of loaded) {
      if (runner.busy === 0 && runner.expiresAt <= clock.now()) loaded.delete(name)
    }
  }

  function windowOf(model: FakeModel, asked: Asked, mostTokens = Number.POSITIVE_INFINITY): number {
    const given = asked.options['num_ctx']
    const wanted = typeof given === 'number' ? given : (model.numCtx ?? defaultNumCtx)
    const capped = Math.min(Math.max(wanted, 4), mostTokens, model.contextLength ?? Number.POSITIVE_INFINITY)
    return can(model, 'vision') ? Math.max(capped, Math.min(2_048, model.contextLength ?? 2_048)) : capped
  }

  async function bring(asked: Asked, loading: Loading, signal: AbortSignal): Promise<{ runner: Runner; ns: number }> {
    sweep()
    const { model } = asked
    const options = JSON.stringify([runnerOptions.map((name) => asked.options[name] ?? null), asked.shift])
    const present = loaded.get(model.name)
    if (present !== undefined && (present.options === null || present.options === options)) {
      if (present.options === null) {
        const numCtx = windowOf(model, asked, loading.mostTokens)
        Object.assign(present, { options, numCtx })
      }
      return { runner: present, ns: 0 }
    }
    loaded.delete(model.name)
    const begun = process.hrtime.bigint()
    if (loading.ms > 0) await clock.pause(loading.ms, signal)
    const numCtx = windowOf(model, asked, loading.mostTokens)
    const runner = { model, options, numCtx, expiresAt: 0, busy: 0, prompt: '' }
    if (!signal.aborted) {
      loaded.set(model.name, runner)
      count(loads, model.name)
      if (present !== undefined) count(reloads, model.name)
      records.changed()
    }
    return { runner, ns: Number(process.hrtime.bigint() - begun) }
  }

  /** One request at a time for each model, in the order they came. Null: the queue is full. Undefined: the client left. */
  async function take(asked: Asked, loading: Loading, signal: AbortSignal): Promise<Seat | null | undefined> {
    const key = asked.model.name
    const before = rows.get(key)
    let leaveRow = (): void => undefined
    const left = new Promise<void>((resolve) => {
      leaveRow = resolve
    })
    if (before !== undefined) {
      if (waiting >= maxQueue) return null
      waiting += 1
    }
    const row = (before ?? Promise.resolve()).then(() => left)
    rows.set(key, row)
    void row.then(() => {
      if (rows.get(key) === row) rows.delete(key)
    })
    if (before !== undefined) {
      records.changed()
      await Promise.race([before, aborted(signal)])
      waiting -= 1
      records.changed()
    }
    if (signal.aborted) {
      leaveRow()
      return undefined
    }
    const { runner, ns } = await bring(asked, loading, signal)
    if (signal.aborted) {
      leaveRow()
      return undefined
    }
    runner.busy += 1
    const stayOn = () => {
      runner.expiresAt = clock.now() + (asked.keepAlive ?? usualKeepAliveMs)
    }
    stayOn()
    return {
      numCtx: runner.numCtx,
      loadDuration: ns,
      read(prompt) {
        const cached = commonPrefix(runner.prompt, prompt)
        runner.prompt = prompt
        return cached
      },
      leave() {
        runner.busy -= 1
        stayOn()
        leaveRow()
        records.changed()
      },
    }
  }

  return {
    take,
    /** As if somebody had used the model just before. */
    preload(model: FakeModel): void {
      const expiresAt = clock.now() + usualKeepAliveMs * 6
      loaded.set(model.name, {
        model,
        options: null,
        numCtx: defaultNumCtx,
        expiresAt,
        busy: 0,
        prompt: '',
      })
    },
    /** In so many milliseconds, as far as nobody asks it meanwhile. */
    unload(name: string, ms = 0): void {
      const runner = loaded.get(name)
      if (runner && ms > 0) runner.expiresAt = clock.now() + ms
      else loaded.delete(name)
    },
    unloadAll(): void {
      loaded.clear()
    },
    list() {
      sweep()
      const entries = [...loaded.values()].sort((one, other) => other.expiresAt - one.expiresAt)
      return entries.map(({ model, numCtx, expiresAt }, index) =>
        psEntry(model, numCtx, nanoTime(Math.min(expiresAt, clock.now() + foreverMs), index + 1)),
      )
    },
    get waiting() {
      return waiting
    },
    loads: (name: string) => loads.get(name) ?? 0,
    reloads: (name?: string) =>
      name === undefined ? [...reloads.values()].reduce((sum, one) => sum + one, 0) : (reloads.get(name) ?? 0),
  }
}
export type Runners = ReturnType<typeof createRunners>

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
