// The index as a whole: opened or made anew, kept up to date piece by piece, asked, and rebuilt beside the old one.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import type { IndexStatus, SearchAnswer, SearchQuery } from '../../../shared/search.ts'
import { type CatchUp, calledIn, createCatchUp } from './catch-up.ts'
import {
  closeDatabase,
  type Database,
  indexVersion,
  isDamage,
  isFull,
  openDatabase,
  removeDatabase,
} from './database.ts'
import { hitsOf } from './hits.ts'
import { lookUp } from './look-up.ts'
import { parseQuery } from './query.ts'
import { scanFiles } from './scan.ts'

export interface EngineOptions {
  /** Absolute path of the data folder. */
  home: string
  /** Told whenever how far it is may have changed; not for every piece. */
  onStatus(status: IndexStatus): void
  log(line: string): void
}

export interface Engine {
  /** Throws `cancelled` when the signal is aborted. Never fails for want of an index. */
  query(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer>
  status(): IndexStatus
  /** Looks at every file. */
  sweep(): void
  /** These sessions have changed. */
  touch(sids: readonly string[]): void
  /** Makes it anew, beside the one that is there, which answers until then. Resolves when it has taken its place. */
  rebuild(): Promise<void>
  /** Resolves when nothing is left to be read. */
  settled(): Promise<void>
  isBusy(): boolean
  close(): Promise<void>
}

const usualLimit = 50
const scanBudgetMs = 4_000
const statusEveryMs = 250
/** How long a question waits for what is being read; then it is answered from what there is. */
const settleMs = 150
/** Damage that comes again and again is a disk's. */
const mostRepairs = 3

interface Index {
  path: string
  database: Database
  catchUp: CatchUp
}

export function createEngine({ home, onStatus, log }: EngineOptions): Engine {
  const folder = join(home, 'sessions')
  const path = join(home, 'cache', 'search.db')
  let index: Index | null = null
  let off: string | null = null
  /** The new one, while it is being made. */
  let next: { index: Index; done: { resolve(): void; reject(reason: unknown): void } } | null = null
  let repairs = 0
  let isWorking = false
  let isClosed = false
  let lastTold = 0
  const waiting: (() => void)[] = []

  guarded(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    removeDatabase(`${path}.new`)
    index = open(path)
  })

  function open(at: string): Index {
    const { database } = openDatabase(at)
    return { path: at, database, catchUp: createCatchUp(database, folder) }
  }

  /** What fails in the database is mended by making it anew, or turns the index off. */
  function guarded(work: () => void): boolean {
    try {
      work()
      return true
    } catch (thrown) {
      log(`the search index: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      if (isDamage(thrown) && repairs++ < mostRepairs) {
        drop(next?.index ?? null)
        next?.done.reject(new ExpectedFailure('damaged', searchWords.off.given))
        next = null
        drop(index)
        index = null
        removeDatabase(path)
        return guarded(() => {
          index = open(path)
          index.catchUp.sweep()
        })
      }
      turnOff(isFull(thrown) ? searchWords.off.noSpace : searchWords.off.notLoaded)
      return false
    }
  }

  function drop(one: Index | null): void {
    try {
      one?.database.close()
    } catch {
      // It is thrown away.
    }
  }

  function turnOff(reason: string): void {
    off = reason
    drop(next?.index ?? null)
    next?.done.reject(new ExpectedFailure('unavailable', reason))
    next = null
    drop(index)
    index = null
    tell(true)
  }

  function statusOf(): IndexStatus {
    const { files, of } = (next?.index ?? index)?.catchUp.progress() ?? { files: 0, of: 0 }
    const state = off !== null ? 'off' : isWorking ? 'indexing' : 'ready'
    const entries = Number(
      index?.database.prepare("SELECT sum(entries) FROM file WHERE state = 'ok'").pluck().get() ?? 0,
    )
    return { path, state, reason: off, files, of, entries, bytes: bytesOf(path), version: indexVersion }
  }

  function tell(now: boolean): void {
    const time = performance.now()
    if (!now && time - lastTold < statusEveryMs) return
    lastTold = time
    onStatus(statusOf())
  }

  /** One piece at a time, so that a question waits for no more than one. */
  function work(): void {
    if (isWorking || isClosed || off !== null) return
    if (!next && (index === null || index.catchUp.isIdle())) {
      tell(true)
      return
    }
    isWorking = true
    tell(false)
    setImmediate(step)
  }

  function step(): void {
    if (isClosed) {
      finish()
      return
    }
    let more = false
    const before = repairs
    guarded(() => {
      // Of two the old one is kept up to date first: it answers.
      more = index?.catchUp.step() ?? false
      if (!more && next) {
        more = next.index.catchUp.step()
        if (!more) takeOver()
      }
    })
    if (off === null && (more || repairs !== before || next)) {
      tell(false)
      setImmediate(step)
      return
    }
    finish()
  }

  function finish(): void {
    isWorking = false
    tell(true)
    for (const wake of waiting.splice(0)) wake()
  }

  function takeOver(): void {
    if (!next) return
    const { index: made, done } = next
    next = null
    closeDatabase(made.database)
    if (index) closeDatabase(index.database)
    index = null
    // A database and what its journal holds belong together: the old one has been closed, so its journal is in it.
    for (const ending of ['-wal', '-shm']) removeDatabase(path + ending)
    renameSync(made.path, path)
    index = open(path)
    index.catchUp.sweep()
    done.resolve()
  }

  const settled = async () => {
    if (!isWorking) return
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  return {
    async query(asked, signal) {
      const began = performance.now()
      const query = parseQuery(asked)
      const limit = asked.limit ?? usualLimit
      const pause = async () => {
        await new Promise((resolve) => setImmediate(resolve))
        if (signal.aborted || isClosed) throw new ExpectedFailure('cancelled', failures.cancelled)
      }
      // What has just been said is in it a moment later.
      if (isWorking) await Promise.race([settled(), delay(settleMs)])
      await pause()
      const answerOf = (found: Omit<SearchAnswer, 'problems' | 'index' | 'ms'>): SearchAnswer => ({
        ...found,
        problems: [...query.problems],
        index: statusOf(),
        ms: Math.round((performance.now() - began) * 10) / 10,
      })
      const inIndex = (join: 'AND' | 'OR') => {
        let answer: Omit<SearchAnswer, 'match' | 'problems' | 'index' | 'ms'> | null = null
        guarded(() => {
          if (!index) return
          const { database, catchUp } = index
          const found = lookUp(database, query, join, { limit, now: Date.now() })
          if (!found) return
          const { places, total, more, sessions } = found
          const stale = new Set<string>()
          const callOf = (fileId: number, callId: string, file: Parameters<typeof calledIn>[3]) =>
            calledIn(database, fileId, callId, file)
          answer = { hits: hitsOf(places, query, folder, callOf, (sid) => stale.add(sid)), total, more, sessions }
          for (const sid of stale) catchUp.touch(sid)
          if (stale.size > 0) work()
        })
        return answer as Omit<SearchAnswer, 'match' | 'problems' | 'index' | 'ms'> | null
      }
      const all = inIndex('AND')
      if (all && all.hits.length > 0) return answerOf({ ...all, match: 'all' })
      const isAsked = query.terms.length > 0
      if (!isAsked) return answerOf({ hits: [], total: 0, more: false, sessions: 0, match: 'all', ...all })
      const inside = await scanFiles(query, { folder, limit, budgetMs: scanBudgetMs, pause })
      if (inside.hits.length > 0) return answerOf({ ...inside, match: 'inside' })
      const some = query.terms.length > 1 ? inIndex('OR') : null
      if (some && some.hits.length > 0) return answerOf({ ...some, match: 'some' })
      return answerOf({ hits: [], total: 0, more: inside.more, sessions: 0, match: 'all' })
    },
    status: statusOf,
    sweep() {
      guarded(() => {
        index?.catchUp.sweep()
        next?.index.catchUp.sweep()
      })
      work()
    },
    touch(sids) {
      for (const sid of sids) {
        index?.catchUp.touch(sid)
        next?.index.catchUp.touch(sid)
      }
      work()
    },
    async rebuild() {
      if (next) return await settled()
      off = null
      const done = new Promise<void>((resolve, reject) => {
        guarded(() => {
          if (index === null && !existsSync(path)) {
            index = open(path)
            index.catchUp.sweep()
            resolve()
            return
          }
          removeDatabase(`${path}.new`)
          next = { index: open(`${path}.new`), done: { resolve, reject } }
          next.index.catchUp.sweep()
        }) || reject(new ExpectedFailure('unavailable', off ?? searchWords.off.notLoaded))
      })
      work()
      await done
      await settled()
    },
    settled,
    isBusy: () => isWorking,
    async close() {
      isClosed = true
      await settled()
      if (next) {
        drop(next.index)
        removeDatabase(next.index.path)
        next.done.reject(new ExpectedFailure('cancelled', failures.cancelled))
      }
      if (index) closeDatabase(index.database)
      index = null
    },
  }
}

function bytesOf(path: string): number {
  return ['', '-wal'].reduce((sum, ending) => sum + (statSync(path + ending, { throwIfNoEntry: false })?.size ?? 0), 0)
}
