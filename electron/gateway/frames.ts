// Deltas joined into frames: at most one frame is on its way to a front, and the next waits until it was painted.
import type { RunFrame } from '../../shared/run.ts'

interface Waiting {
  textFrom: number
  text: string[]
  thinkingFrom: number
  thinking: string[]
  replaces: boolean
}

export interface Frames {
  add(delta: RunFrame): void
  painted(): void
  /** Sends what waits of one session without waiting for the paint: what follows must not overtake its text. */
  flush(sessionId: string): void
}

/** `send` is called with one frame at a time; a hidden window that never paints just lets its text wait here. */
export function createFrames(send: (frame: RunFrame) => void): Frames {
  const waiting = new Map<string, Waiting & { sessionId: string; runId: string }>()
  let inFlight = false

  function join(runId: string): RunFrame | null {
    const one = waiting.get(runId)
    if (!one) return null
    waiting.delete(runId)
    return {
      sessionId: one.sessionId,
      runId,
      textFrom: one.textFrom,
      text: one.text.join(''),
      thinkingFrom: one.thinkingFrom,
      thinking: one.thinking.join(''),
      ...(one.replaces && { replaces: true as const }),
    }
  }

  function sendNext(): void {
    if (inFlight) return
    // Insertion order: a run that has just been sent goes to the end of the row.
    for (const runId of waiting.keys()) {
      const frame = join(runId)
      if (frame) {
        inFlight = true
        send(frame)
      }
      return
    }
  }

  return {
    add({ sessionId, runId, textFrom, text, thinkingFrom, thinking, replaces = false }) {
      const one = waiting.get(runId)
      if (one && replaces) {
        one.text = [text]
        one.textFrom = textFrom
        one.replaces = true
        if (thinking !== '') one.thinking.push(thinking)
      } else if (one) {
        if (text !== '') one.text.push(text)
        if (thinking !== '') one.thinking.push(thinking)
      } else {
        waiting.set(runId, { sessionId, runId, textFrom, text: [text], thinkingFrom, thinking: [thinking], replaces })
      }
      sendNext()
    },
    painted() {
      inFlight = false
      sendNext()
    },
    flush(sessionId) {
      for (const [runId, one] of [...waiting]) {
        const frame = one.sessionId === sessionId ? join(runId) : null
        if (frame) send(frame)
      }
    },
  }
}
