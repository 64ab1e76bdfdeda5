// Unsent composer texts: kept here at every key, written to disk a moment later, and at once when the window leaves.
import type { Bridge } from '../app/bridge.ts'

/** The composer of a session that does not exist yet. */
export const newDraft = 'new'

/** Typing pauses this long before the draft is written. Milliseconds. */
const pause = 300

export interface Drafts {
  read(key: string): string
  write(key: string, text: string): void
  flush(): void
}

export function createDrafts(bridge: Bridge, kept: Readonly<Record<string, string>>): Drafts {
  const texts = new Map(Object.entries(kept))
  const unwritten = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    clearTimeout(timer)
    timer = undefined
    for (const key of unwritten) void bridge.call('drafts.write', { key, text: texts.get(key) ?? '' })
    unwritten.clear()
  }

  return {
    read: (key) => texts.get(key) ?? '',
    write(key, text) {
      if ((texts.get(key) ?? '') === text) return
      if (text === '') texts.delete(key)
      else texts.set(key, text)
      unwritten.add(key)
      clearTimeout(timer)
      timer = setTimeout(flush, pause)
    },
    flush,
  }
}
