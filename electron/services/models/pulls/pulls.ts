// The models a person has asked for: one at a time for each server, in the order they were asked for, through whatever goes wrong.
import { ExpectedFailure, type Failure } from '../../../../shared/failure.ts'
import { knownSize } from '../../../../shared/known-models.ts'
import { failures } from '../../../../shared/messages/failures.ts'
import { pullWords } from '../../../../shared/messages/pulls.ts'
import { foreignRegistry, modelNameOf } from '../../../../shared/model-names.ts'
import { mostPulls, type Pull } from '../../../../shared/pulls.ts'
import type { Events, Home, Ledger, Models, Pulls, Surroundings } from '../../../contracts.ts'
import { ServerFault } from '../faults.ts'
import { parseHost } from '../host.ts'
import { createCloser, type Way } from '../http.ts'
import { isSameModel } from '../wire.ts'
import { type DiskRoom, spareBytes } from './disk-room.ts'
import { createProgress, type Progress } from './progress.ts'
import { type PullSilence, pullOnce, usualPullSilence } from './pull-stream.ts'
import { type KeptPull, readPulls, writePulls } from './pulls-file.ts'

export interface PullsDependencies {
  home: Pick<Home, 'read' | 'write' | 'readOnly' | 'requireWritable'>
  models: Pick<Models, 'current' | 'refresh'>
  ledger: Pick<Ledger, 'add'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'now' | 'newId' | 'log'>
  reached: Way['reached']
  bearerFor: Way['bearerFor']
  diskRoom: DiskRoom
  /** What was under way at the last end goes on by itself. A terminal gets only what it was asked for. */
  follows: boolean
  /** Waits without keeping the process alive; rejects when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  silence?: PullSilence
}

interface Item {
  id: string
  host: string
  model: string
  addedAt: string
  state: Pull['state']
  failure: Failure | null
  progress: Progress
  /** Shown as paused here, but the file goes on saying that it waits: nobody has paused it. */
  isHeld: boolean
  /** Ends the request under way, or the pause before the next one. */
  stop: (() => void) | null
  /** Ends the pause before a retry. */
  hurry: (() => void) | null
}

/** Before each further try, in ms; the last one again and again. Counted anew whenever something has come. */
const pausesMs = [2_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const
/** About five minutes: a script that waits for a model shall hear that nothing comes. A window shows it and goes on. */
const mostTries = 12
/** Between two pushes while bytes come. */
const pushMs = 250
/** While nothing comes the rate falls, and is told. */
const tickMs = 1_000

export function createPulls(dependencies: PullsDependencies): Pulls & { close(): Promise<void> } {
  const { home, models, ledger, events, surroundings, reached, bearerFor, diskRoom, follows, pause } = dependencies
  const silence = dependencies.silence ?? usualPullSilence
  let items: Item[] = []
  let reading: Promise<void> | null = null
  let lastWrite: Promise<void> = Promise.resolve()
  let pushTimer: NodeJS.Timeout | null = null
  let isClosed = false
  /** What is under way, to be waited for at the end. */
  const running = new Set<Promise<void>>()
  const nowMs = () => surroundings.now().getTime()

  const stopListening = events.on('access.changed', ({ readOnly }) => {
    if (readOnly || running.size > 0) return
    // Another process may have written the list until now.
    reading = null
    if (follows) background(load())
  })
  if (follows && !home.readOnly) background(load())

  function background(work: Promise<unknown>): void {
    work.catch((thrown) =>
      surroundings.log(`pulls: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`),
    )
  }

  function load(): Promise<void> {
    reading ??= readPulls(home, surroundings.log).then((kept) => {
      items = kept.map(toItem)
      if (items.length > 0) push()
      for (const host of new Set(items.map((item) => item.host))) next(host)
    })
    return reading
  }

  function toItem({ state, layers, ...rest }: KeptPull): Item {
    const isHeld = state === 'waiting' && (!follows || home.readOnly !== null)
    const progress = createProgress(layers)
    return { ...rest, state: isHeld ? 'paused' : state, progress, isHeld, stop: null, hurry: null }
  }

  function tell(item: Item): Pull {
    const { id, host, model, state, failure, progress, addedAt } = item
    const doneBytes = progress.doneBytes()
    const totalBytes = progress.totalBytes()
    const rate = state === 'running' ? progress.rate(nowMs()) : null
    return {
      id,
      host,
      model,
      state,
      step: state === 'running' ? progress.step() : null,
      doneBytes,
      totalBytes,
      layers: progress.layers(),
      bytesPerSecond: rate === null ? null : Math.round(rate),
      secondsLeft: rate === null || rate < 1 ? null : Math.ceil((totalBytes - doneBytes) / rate),
      failure,
      addedAt,
    }
  }

  function push(): void {
    if (pushTimer) clearTimeout(pushTimer)
    pushTimer = null
    events.emit('pulls.changed', { pulls: items.map(tell) })
  }

  function pushSoon(ms: number): void {
    if (pushTimer || isClosed) return
    pushTimer = setTimeout(() => {
      push()
      if (items.some(({ state }) => state === 'running')) pushSoon(tickMs)
    }, ms)
    pushTimer.unref()
  }

  /** What has come counts as news; what is wanted is kept as well. */
  function become(item: Item, state: Pull['state'], failure: Failure | null = null): void {
    item.state = state
    item.failure = failure
    item.isHeld = false
    push()
    keep()
  }

  function keep(): void {
    if (home.readOnly) return
    const kept = items.flatMap((item) => {
      const { id, host, model, state, failure, progress, addedAt, isHeld } = item
      if (state === 'done') return []
      const wanted = isHeld || (state !== 'paused' && state !== 'failed') ? 'waiting' : state
      return [{ id, host, model, state: wanted, layers: progress.layers(), failure, addedAt } satisfies KeptPull]
    })
    lastWrite = lastWrite
      .then(() => writePulls(home, kept))
      .catch((thrown) => surroundings.log(`the list of pulls was not kept: ${String(thrown)}`))
  }

  function find(id: string): Item {
    const item = items.find((one) => one.id === id)
    if (!item) throw new ExpectedFailure('not-found', pullWords.gone)
    return item
  }

  /** Begins with the first that waits at this server, unless one is under way there. */
  function next(host: string): void {
    const here = items.filter((item) => item.host === host)
    const item = here.find(({ state }) => state === 'waiting')
    if (isClosed || !item || here.some(({ stop }) => stop !== null)) return
    const work = get(item).finally(() => {
      running.delete(work)
      next(host)
    })
    running.add(work)
    background(work)
  }

  /** Through everything that can be tried again, until it is there, has failed, or is stopped. */
  async function get(item: Item): Promise<void> {
    const outer = new AbortController()
    item.stop = () => outer.abort()
    const closer = createCloser(outer.signal)
    // Whoever has stopped it has said what it is now.
    const isStopped = () => outer.signal.aborted
    try {
      for (let tries = 0; !isStopped(); tries += 1) {
        const before = item.progress.doneBytes()
        const failure = await tryOnce(item, closer.signal)
        if (isStopped()) return
        if (failure === null) {
          become(item, 'done')
          if (models.current().host === item.host) await models.refresh()
          return
        }
        if (item.progress.doneBytes() > before) tries = 0
        // A server that was never there at all is better said at once than waited for.
        const isNew = item.progress.totalBytes() === 0 && failure.again === 'if-it-was-there'
        if (failure.again === null || isNew || (!follows && tries + 1 >= mostTries)) {
          const isNetwork = failure.why.message === pullWords.registryUnreachable
          return become(
            item,
            'failed',
            isNetwork ? { ...failure.why, message: pullWords.registryGivenUp } : failure.why,
          )
        }
        become(item, 'retrying', failure.why)
        await pauseOrHurry(item, pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0, closer.signal)
      }
    } finally {
      item.stop = null
      closer.close()
    }
  }

  async function pauseOrHurry(item: Item, ms: number, signal: AbortSignal): Promise<void> {
    const closer = createCloser(signal)
    item.hurry = () => closer.close()
    await pause(ms, closer.signal).catch(() => undefined)
    item.hurry = null
    closer.close()
  }

  /** null when the model is there. */
  async function tryOnce(
    item: Item,
    signal: AbortSignal,
  ): Promise<{ why: Failure; again: ServerFault['again'] } | null> {
    item.progress.begin(nowMs())
    become(item, 'running')
    pushSoon(tickMs)
    try {
      await requireRoom(item, knownSize(item.model) ?? 0)
      let seen = item.progress.totalBytes()
      let isNoted = false
      await pullOnce({ host: item.host, reached, bearerFor, signal }, item.model, silence, async (line) => {
        item.progress.take(line, nowMs())
        pushSoon(pushMs)
        if (!isNoted) note(item)
        isNoted = true
        if (item.progress.totalBytes() === seen) return
        seen = item.progress.totalBytes()
        await requireRoom(item, seen)
      })
      return null
    } catch (thrown) {
      if (!(thrown instanceof ExpectedFailure)) throw thrown
      return { why: thrown.failure, again: thrown instanceof ServerFault ? thrown.again : null }
    }
  }

  /** Only of this machine: what another one has room for, it says itself when it is full. */
  async function requireRoom({ host, progress }: Item, totalBytes: number): Promise<void> {
    const missing = totalBytes - progress.doneBytes()
    if (missing <= 0) return
    const { freeBytes, folder } = await diskRoom(host)
    if (freeBytes === null || folder === null || missing + spareBytes <= freeBytes) return
    throw new ExpectedFailure('no-space', pullWords.noRoom(missing, freeBytes, folder))
  }

  /** Ollama reaches the registry, but Carrel has told it to: what has left this machine is that somebody wants this model. */
  function note({ model }: Item): void {
    const registry = foreignRegistry(model) ?? 'registry.ollama.ai'
    const what = registry.includes(':') ? registry : `${registry}:443`
    // Never throws, and no byte waits for it.
    void ledger.add({ sessionId: null, kind: 'host', what, approvalId: null, outcome: pullWords.toldToGet(model) })
  }

  function hostFor(written: string | null): string {
    const { host, failure } = models.current()
    if (written === null) {
      if (failure?.code === 'invalid-input') throw new ExpectedFailure(failure.code, failure.message)
      return host
    }
    const parsed = parseHost(written)
    if (parsed === null) throw new ExpectedFailure('invalid-input', failures.hostInvalid(written))
    return parsed
  }

  /** Waits for its turn, or goes on at once when it only waits for a retry. */
  function want(item: Item): void {
    if (item.state === 'running' || item.state === 'waiting') return
    if (item.state === 'retrying') item.hurry?.()
    else {
      become(item, 'waiting')
      next(item.host)
    }
  }

  return {
    async list() {
      await load()
      return items.map(tell)
    },
    async add(words, host) {
      home.requireWritable()
      const model = modelNameOf(words)
      if (model === null) throw new ExpectedFailure('invalid-input', pullWords.noName(words.slice(0, 200)))
      const target = hostFor(host)
      await load()
      const same = items.find((item) => item.host === target && isSameModel(item.model, model))
      if (same && same.state !== 'done') {
        want(same)
        return tell(same)
      }
      items = items.filter((item) => item !== same)
      if (items.length >= mostPulls) throw new ExpectedFailure('limit', pullWords.tooMany(mostPulls))
      const item: Item = {
        id: surroundings.newId(),
        host: target,
        model,
        addedAt: surroundings.now().toISOString(),
        state: 'paused',
        failure: null,
        progress: createProgress(),
        isHeld: false,
        stop: null,
        hurry: null,
      }
      items.push(item)
      want(item)
      return tell(item)
    },
    async pause(id) {
      home.requireWritable()
      await load()
      const item = find(id)
      if (item.state === 'waiting' || item.state === 'running' || item.state === 'retrying' || item.isHeld) {
        become(item, 'paused')
        item.stop?.()
      }
      return tell(item)
    },
    async resume(id) {
      home.requireWritable()
      await load()
      const item = find(id)
      if (item.state !== 'done') want(item)
      return tell(item)
    },
    async cancel(id) {
      home.requireWritable()
      await load()
      const item = find(id)
      items = items.filter((one) => one !== item)
      item.state = 'paused'
      item.stop?.()
      push()
      keep()
      return items.map(tell)
    },
    room: () => diskRoom(hostFor(null)),
    async close() {
      isClosed = true
      stopListening()
      if (pushTimer) clearTimeout(pushTimer)
      // Kept as waiting, with how far they are, before they are stopped.
      if (items.length > 0) keep()
      for (const item of items) item.stop?.()
      await Promise.allSettled([...running])
      await lastWrite
    },
  }
}
