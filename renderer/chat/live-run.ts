// The text of a run while it arrives: kept outside React, shown at most every 40 ms.
import type { LiveRun, RunFrame } from '../../shared/run.ts'

export interface LiveText {
  readonly text: string
  readonly thinking: string
}

export interface LiveRunText {
  /** Adds a frame. `hole` when something before it was missed; the session must be opened again. */
  apply(frame: RunFrame): 'applied' | 'hole'
  subscribe(listener: () => void): () => void
  /** What is to be shown now; the same object until it changes. */
  shown(): LiveText
  /** Everything that has arrived, shown or not. */
  arrived(): LiveText
  /** When the last of it arrived, as the page's clock has it. Milliseconds. */
  arrivedAt(): number
}

/** Shortest time between two drawings of the growing text. Milliseconds. */
const shortestGap = 40
/** Drawing may take up this share of the time: when it becomes slow, it becomes rarer. */
const drawingShare = 1 / 5
const longestGap = 320

export function createLiveRunText(run: Pick<LiveRun, 'text' | 'thinking'>): LiveRunText {
  let arrived: LiveText = { text: run.text, thinking: run.thinking }
  let shown = arrived
  let arrivedAt = Date.now()
  let gap = shortestGap
  let shownAt = Number.NEGATIVE_INFINITY
  let isWaiting = false
  const listeners = new Set<() => void>()

  function show() {
    isWaiting = false
    if (shown === arrived) return
    shown = arrived
    const start = performance.now()
    for (const listener of listeners) listener()
    // React draws in a microtask that the listeners have asked for, so this one comes after it.
    queueMicrotask(() => {
      shownAt = performance.now()
      gap = Math.min(longestGap, Math.max(shortestGap, (shownAt - start) / drawingShare))
    })
  }

  function showSoon() {
    if (isWaiting) return
    const wait = shownAt + gap - performance.now()
    isWaiting = true
    if (wait <= 0) show()
    else setTimeout(() => requestAnimationFrame(show), wait)
  }

  return {
    apply(frame) {
      const text = frame.replaces ? frame.text : join(arrived.text, frame.textFrom, frame.text)
      const thinking = join(arrived.thinking, frame.thinkingFrom, frame.thinking)
      if (text === null || thinking === null) return 'hole'
      arrived = { text, thinking }
      arrivedAt = Date.now()
      showSoon()
      return 'applied'
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    shown: () => shown,
    arrived: () => arrived,
    arrivedAt: () => arrivedAt,
  }
}

/** Adds a delta that begins at `from`; what is already here is skipped. null when text before it is missing. */
function join(known: string, from: number, delta: string): string | null {
  if (from > known.length) return null
  const rest = delta.slice(known.length - from)
  return rest === '' ? known : known + rest
}
