// What commands write while they run, as far as it was seen: the end of it, for those who look.
import type { Bridge } from '../app/bridge.ts'

/** Of each, in UTF-16 code units. What is left out stands in the result. */
const kept = 16_000
/** More run in no session. */
const callsKept = 32

export interface LiveOutput {
  /** What a call has written lately; an empty text when it has written nothing. */
  of(callId: string): string
  /** Calls back when more was written, until the returned function is called. */
  subscribe(listener: () => void): () => void
}

export function createLiveOutput(bridge: Bridge): LiveOutput {
  const texts = new Map<string, string>()
  const listeners = new Set<() => void>()
  bridge.on('run.output', ({ callId, text, skipped }) => {
    const before = texts.get(callId) ?? ''
    // Of what was left out nobody knows the middle of a line.
    const joined = skipped > 0 ? text.slice(text.indexOf('\n') + 1) : before + text
    texts.delete(callId)
    texts.set(callId, joined.slice(-kept))
    for (const oldest of texts.keys()) {
      if (texts.size <= callsKept) break
      texts.delete(oldest)
    }
    for (const listener of listeners) listener()
  })
  return {
    of: (callId) => texts.get(callId) ?? '',
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The last line that says something. */
export function lastLineOf(text: string): string {
  return (
    text
      .slice(-2_000)
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? ''
  )
}
