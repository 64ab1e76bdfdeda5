// How far a pull is: bytes by digest, how fast they come, and how long the rest will take. Pure, and it asks no clock.
import type { Pull, PullLayer } from '../../../../shared/pulls.ts'
import type { PullLine } from './pull-line.ts'

export type Step = NonNullable<Pull['step']>

/** The rate is that of the last seconds: a download that stands still must not look as if it went on. */
const windowMs = 10_000
/** Less time than this says nothing of a rate. */
const shortestMs = 1_000

export interface Progress {
  take(line: PullLine, nowMs: number): void
  /** The connection is another one: what the server says of a layer first has not come over it. */
  begin(nowMs: number): void
  step(): Step
  layers(): PullLayer[]
  doneBytes(): number
  totalBytes(): number
  /** Bytes a second; null while too little is known. */
  rate(nowMs: number): number | null
}

/** `known` is what was said before this start. */
export function createProgress(known: readonly PullLayer[] = []): Progress {
  const layers = new Map<string, { done: number; total: number }>()
  for (const { digest, done, total } of known) layers.set(digest, { done, total })
  let current: string | null = null
  let step: Step = 'manifest'
  /** What each layer had when it was last named over this connection. */
  let named = new Map<string, number>()
  /** Bytes over this connection, as they were at a time. */
  let samples: { at: number; bytes: number }[] = []
  let arrived = 0

  function finish(digest: string | null): void {
    const layer = digest === null ? undefined : layers.get(digest)
    // The server goes on to the next only when this one is whole.
    if (layer) layer.done = layer.total
  }

  function takeLayer(key: string, total: number, done: number, nowMs: number): void {
    if (current !== key) finish(current)
    current = key
    step = 'download'
    layers.set(key, { done: Math.min(done, total), total })
    arrived += Math.max(0, done - (named.get(key) ?? done))
    named.set(key, done)
    samples.push({ at: nowMs, bytes: arrived })
    trim(nowMs)
  }

  /** One sample from before the window stays, so that the window is always full. */
  function trim(nowMs: number): void {
    const first = samples.findIndex(({ at }) => at > nowMs - windowMs)
    if (first > 1) samples = samples.slice(first - 1)
  }

  return {
    take({ status, digest, total, completed }, nowMs) {
      if (total !== undefined && total > 0) return takeLayer(digest ?? status, total, completed ?? 0, nowMs)
      if (/^verifying/u.test(status)) step = 'verify'
      else if (/^(writing|removing|success)/u.test(status)) step = 'write'
      if (step === 'verify' || step === 'write') {
        for (const key of layers.keys()) finish(key)
        current = null
      }
    },
    begin(nowMs) {
      current = null
      step = 'manifest'
      named = new Map()
      arrived = 0
      samples = [{ at: nowMs, bytes: 0 }]
    },
    step: () => step,
    layers: () =>
      [...layers].map(([digest, { done, total }]) => ({
        digest,
        done,
        total,
        state: done >= total ? 'done' : digest === current ? 'running' : 'waiting',
      })),
    doneBytes: () => [...layers.values()].reduce((sum, { done }) => sum + done, 0),
    totalBytes: () => [...layers.values()].reduce((sum, { total }) => sum + total, 0),
    rate(nowMs) {
      if (step !== 'download') return null
      const from = samples.findLast(({ at }) => at <= nowMs - windowMs) ?? samples[0]
      if (from === undefined || nowMs - from.at < shortestMs) return null
      return ((arrived - from.bytes) * 1_000) / (nowMs - from.at)
    },
  }
}
