// Unsent composer texts: kept here at every key, written to disk a moment later, and at once when the window leaves.
import type { Bridge } from '../app/bridge.ts'

/** The composer of a session that does not exist yet. */
export const newDraft = 'new'

/** Typing pauses this long before the draft is written. Milliseconds. */
const pause = 300

export interface Drafts {
  read(key: string): string
  /** What the person has typed. */
  write(key: string, text: string): void
  /** A text that does not come from the composer, which must show it: `onReplaced` is told. */
  replace(key: string, text: string): void
  /** Takes over what another process has left on the disk, but never in place of what was typed here. */
  adopt(kept: Readonly<Record<string, string>>): void
  onReplaced(listener: (key: string) => void): () => void
  /** Resolves when all that was typed has been written, or could not be. */
  flush(): Promise<void>
}

export function createDrafts(bridge: Bridge, kept: Readonly<Record<string, string>>): Drafts {
  const texts = new Map(Object.entries(kept))
  const unwritten = new Set<string>()
  const typedHere = new Set<string>()
  const listeners = new Set<(key: string) => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<unknown> = Promise.resolve()

  async function flush() {
    clearTimeout(timer)
    timer = undefined
    const calls = [...unwritten].map((key) => bridge.call('drafts.write', { key, text: texts.get(key) ?? '' }))
    unwritten.clear()
    if (calls.length > 0) writing = Promise.all([writing, ...calls])
    await writing
  }

  function put(key: string, text: string): boolean {
    if ((texts.get(key) ?? '') === text) return false
    if (text === '') texts.delete(key)
    else texts.set(key, text)
    return true
  }

  function write(key: string, text: string) {
    if (!put(key, text)) return
    typedHere.add(key)
    unwritten.add(key)
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), pause)
  }

  function tell(key: string) {
    for (const listener of listeners) listener(key)
  }

  return {
    read: (key) => texts.get(key) ?? '',
    write,
    replace(key, text) {
      write(key, text)
      tell(key)
    },
    adopt(fresh) {
      const found = new Map(Object.entries(fresh))
      for (const key of new Set([...texts.keys(), ...found.keys()])) {
        if (!typedHere.has(key) && put(key, found.get(key) ?? '')) tell(key)
      }
    },
    onReplaced(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    flush,
  }
}
