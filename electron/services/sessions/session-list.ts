// Summaries of many sessions; a file that did not change since the last look, be it of an earlier start, is not read again.
import { basename } from 'node:path'
import type { SessionSummary } from '../../../shared/session.ts'
import type { Home, Surroundings } from '../../contracts.ts'
import { type FileMark, isSameMark, markIfThere } from './file-mark.ts'
import { createPace, type Pace } from './inspect-log.ts'
import { type CachedSummary, readListCache, writeListCache } from './list-cache.ts'
import { scanSession } from './list-scan.ts'
import type { PlacedSession } from './sessions-folder.ts'
import { summarizeUnreadable } from './summary.ts'

/** How many files are looked at at once: enough to hide the disk, few enough for the memory. */
const looksAtOnce = 32
/** And how many are read. */
const readsAtOnce = 8
/**
 * A file that was touched less long ago than this when it was read may have changed since then without another size or time:
 * it is read again. Milliseconds; two seconds are the coarsest clock a file system has.
 */
const settledMs = 2_000
/** So long after something was read or learned it is written down. Milliseconds. */
const writtenWithin = { read: 2_000, learned: 30_000 }

export interface SessionList {
  /** Of those of all places that are wanted; newest first. */
  summaries(places: readonly PlacedSession[], isWanted: (place: PlacedSession) => boolean): Promise<SessionSummary[]>
  /**
   * A session that is worked in tells what it is now, and of which file: a large one is not read again for the next list. It is
   * believed as its own writer believes it, who looks at the same facts before each append.
   */
  learn(path: string, summary: SessionSummary, mark: FileMark | null): void
  /** What was read and is not written down yet. */
  close(): Promise<void>
}

export interface SessionListDependencies {
  home: Pick<Home, 'path' | 'readOnly'>
  /** Hears of a file that cannot be read. */
  surroundings: Pick<Surroundings, 'log'>
  /** The wall clock, in milliseconds. */
  now?: () => number
}

export function createSessionList({ home, surroundings, now = Date.now }: SessionListDependencies): SessionList {
  const { log } = surroundings
  /** By the names of their files. */
  let listed: Map<string, CachedSummary> | null = null
  let reading: Promise<Map<string, CachedSummary>> | null = null
  let isUnwritten = false
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()

  async function known(): Promise<Map<string, CachedSummary>> {
    reading ??= readListCache(home.path, log)
    listed ??= await reading
    return listed
  }

  /** Null when there is no file any more; a mark when it has to be read. */
  async function look(place: PlacedSession): Promise<SessionSummary | FileMark | null> {
    const mark = await markIfThere(place.path)
    const cached = mark && (await known()).get(basename(place.path))
    return cached && isOf(cached, place) && isSameMark(cached, mark) ? cached.summary : mark
  }

  async function read(place: PlacedSession, found: FileMark, pace: Pace): Promise<SessionSummary> {
    try {
      const begun = now()
      const { summary, mark } = await scanSession(place, pace)
      if (mark && mark.touched + settledMs <= begun) {
        ;(await known()).set(basename(place.path), { ...mark, summary })
        isUnwritten = true
      }
      return summary
    } catch (thrown) {
      log(`${place.path} cannot be read: ${String(thrown)}`)
      return summarizeUnreadable(place, found.bytes, new Date(found.changed))
    }
  }

  /** What has gone is not remembered for good. */
  function drop(places: readonly PlacedSession[]): void {
    const names = new Set(places.map(({ path }) => basename(path)))
    for (const name of listed?.keys() ?? []) {
      if (!names.has(name)) isUnwritten = listed?.delete(name) || isUnwritten
    }
  }

  function writeLater(ms: number): void {
    if (!isUnwritten || home.readOnly || timer) return
    timer = setTimeout(write, ms)
    timer.unref()
  }

  function write(): void {
    if (timer) clearTimeout(timer)
    timer = null
    const summaries = listed
    if (!isUnwritten || !summaries || home.readOnly) return
    isUnwritten = false
    writing = writing.then(() => writeListCache(home.path, summaries, log))
  }

  return {
    async summaries(places, isWanted) {
      await known()
      const pace = createPace(new AbortController().signal)
      const sessions: SessionSummary[] = []
      const unread: { place: PlacedSession; mark: FileMark }[] = []
      await inParts(places.filter(isWanted), looksAtOnce, async (place) => {
        const found = await look(place)
        if (found && 'id' in found) sessions.push(found)
        else if (found) unread.push({ place, mark: found })
      })
      await inParts(unread, readsAtOnce, async ({ place, mark }) => {
        sessions.push(await read(place, mark, pace))
      })
      drop(places)
      writeLater(writtenWithin.read)
      return sessions.sort(newestFirst)
    },
    learn(path, summary, mark) {
      // Before the first list nobody knows what an earlier start has left.
      if (!listed || !mark || mark.bytes !== summary.bytes) return
      listed.set(basename(path), { ...mark, summary })
      isUnwritten = true
      writeLater(writtenWithin.learned)
    },
    async close() {
      write()
      await writing
    },
  }
}

/** A cache that others have written in says nothing about another session. */
function isOf({ summary }: CachedSummary, { id, archived }: PlacedSession): boolean {
  return summary.id === id && summary.archived === archived
}

/** In an order that does not depend on which file was read first. */
function newestFirst(one: SessionSummary, other: SessionSummary): number {
  if (one.updatedAt !== other.updatedAt) return one.updatedAt < other.updatedAt ? 1 : -1
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0
}

async function inParts<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>) {
  for (let from = 0; from < items.length; from += atOnce) await Promise.all(items.slice(from, from + atOnce).map(work))
}
