// What a command writes while it runs, in pieces that a person can follow and a window can draw.
import type { RunOutput } from '../../../shared/run.ts'

/** At most one piece of a call in this time. Milliseconds. */
const betweenMs = 100
/** Longest piece, in UTF-16 code units: the end of what came meanwhile. */
const pieceLength = 8_000

export interface OutputFrames {
  add(callId: string, text: string): void
  /** Sends what is left of a call that has ended. */
  flush(callId: string): void
}

export function createOutputFrames(
  send: (piece: Pick<RunOutput, 'callId' | 'text' | 'skipped'>) => void,
): OutputFrames {
  const waiting = new Map<string, { text: string; skipped: number; timer: NodeJS.Timeout | null }>()

  function emit(callId: string): void {
    const kept = waiting.get(callId)
    if (!kept) return
    kept.timer = null
    if (kept.text === '') return
    send({ callId, text: kept.text, skipped: kept.skipped })
    kept.text = ''
    kept.skipped = 0
  }

  return {
    add(callId, text) {
      const kept = waiting.get(callId) ?? { text: '', skipped: 0, timer: null }
      waiting.set(callId, kept)
      const all = kept.text + text
      kept.text = all.slice(-pieceLength)
      kept.skipped += all.length - kept.text.length
      kept.timer ??= setTimeout(() => emit(callId), betweenMs)
    },
    flush(callId) {
      const kept = waiting.get(callId)
      if (kept?.timer) clearTimeout(kept.timer)
      emit(callId)
      waiting.delete(callId)
    },
  }
}
