// Hears when something in the folders of skills is changed. A help, and no more: whoever needs to know looks at the disk.
import { type FSWatcher, watch } from 'node:fs'

export interface Watch {
  /** From now on these and no others. Absolute paths of folders. */
  follow(folders: Iterable<string>): void
  close(): void
}

/** An editor saves by several steps, and a program that installs writes for a while. Milliseconds. */
const settleMs = 200
/** Each is a descriptor's worth of the system. */
const mostWatched = 1_000

/**
 * `onChange` is called once for all that happens within a moment. A folder that was changed is heard of no more until it is followed
 * again: whoever is told looks anew, and says then what is to be followed.
 */
export function createWatch(onChange: () => void): Watch {
  const watched = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  function drop(folder: string): void {
    watched.get(folder)?.close()
    watched.delete(folder)
  }

  function changed(folder: string): void {
    drop(folder)
    if (timer) clearTimeout(timer)
    timer = setTimeout(onChange, settleMs)
    timer.unref()
  }

  function begin(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => changed(folder))
      watcher.on('error', () => drop(folder))
      watched.set(folder, watcher)
    } catch {
      // Gone, or the system has no more of them: the page still looks when it is asked to.
    }
  }

  return {
    follow(folders) {
      if (isClosed) return
      const wanted = new Set([...folders].slice(0, mostWatched))
      for (const folder of [...watched.keys()]) if (!wanted.has(folder)) drop(folder)
      for (const folder of wanted) if (!watched.has(folder)) begin(folder)
    },
    close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      for (const folder of [...watched.keys()]) drop(folder)
    },
  }
}
