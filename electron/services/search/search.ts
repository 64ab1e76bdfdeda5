// Searching sessions: the index answers when it can; where it cannot, the files are read, and that is said.
import { join } from 'node:path'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { searchWords } from '../../../shared/messages/search.ts'
import type { IndexStatus, SearchAnswer, SearchQuery } from '../../../shared/search.ts'
import type { Events, Home, Search, StartSide, Surroundings } from '../../contracts.ts'
import { AskError, ask } from '../../kernel/ask.ts'
import type { ActorRef, Bulkhead, Kernel, ReplyTo } from '../../kernel/types.ts'
import { type IndexMessage, startIndexActor } from './index-actor.ts'

export interface SearchDependencies {
  home: Home
  events: Events
  kernel: Kernel
  bulkhead: Bulkhead
  surroundings: Surroundings
  /** null where no process can be started: then the files are read. */
  startSide: StartSide | null
  /** A window is open for hours: what changes is put into the index as it happens. */
  follows: boolean
}

const name = 'search/index'
/** A first reading of everything, of whoever wants to wait for it. */
const settledMs = 3_600_000
const answerMs = 60_000

export function createSearch({
  home,
  events,
  kernel,
  bulkhead,
  surroundings,
  startSide,
  follows,
}: SearchDependencies): Search {
  let actor: ActorRef<IndexMessage> | null = null
  let last: IndexStatus | null = null
  let isClosed = false

  kernel.observe((event) => {
    if ((event.type === 'stopped' || event.type === 'failed') && event.name === name) actor = null
  })

  function indexActor(start: StartSide): ActorRef<IndexMessage> {
    actor ??= kernel.spawn<IndexMessage>(name, {
      restart: 'permanent',
      intensity: { restarts: 3, withinMs: 60_000 },
      capacity: 512,
      bulkhead,
      start: (context) =>
        startIndexActor(context, {
          home: home.path,
          startSide: start,
          follows,
          onStatus(status) {
            last = status
            events.emit('index.changed', status)
          },
          log: surroundings.log,
        }),
    })
    return actor
  }

  /** Why there is no index to be asked; null when there is one. */
  function offReason(): string | null {
    if (home.readOnly) return searchWords.off.readOnly
    if (startSide === null || isClosed) return searchWords.off.notLoaded
    return bulkhead.current().state === 'ok' ? null : searchWords.off.given
  }

  const changed = (sessionId: string) => void actor?.tell({ type: 'changed', sessionId })
  const stops = [
    events.on('sessions.changed', ({ id }) => follow(id)),
    events.on('sessions.appended', ({ sessionId }) => follow(sessionId)),
    events.on('sessions.removed', ({ sessionId }) => follow(sessionId)),
  ]
  function follow(sessionId: string): void {
    if (follows && startSide && offReason() === null) indexActor(startSide)
    changed(sessionId)
  }

  async function withoutIndex(query: SearchQuery, reason: string, signal: AbortSignal): Promise<SearchAnswer> {
    const { searchFiles } = await import('./file-search.ts')
    const found = await searchFiles(query, join(home.path, 'sessions'), signal)
    return { ...found, index: offStatus(reason) }
  }

  function offStatus(reason: string): IndexStatus {
    const path = join(home.path, 'cache', 'search.db')
    return { path, files: 0, of: 0, entries: 0, bytes: 0, version: 0, ...last, state: 'off', reason }
  }

  return {
    async query(query, signal, { settle = false } = {}) {
      const off = offReason()
      if (off !== null || startSide === null) return await withoutIndex(query, off ?? searchWords.off.notLoaded, signal)
      const deadlineMs = settle ? settledMs : answerMs
      try {
        return await ask(
          indexActor(startSide),
          (replyTo: ReplyTo<SearchAnswer>): IndexMessage => ({ type: 'query', query, settle, signal, replyTo }),
          { deadlineMs, signal },
        )
      } catch (thrown) {
        if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
        if (!(thrown instanceof AskError)) throw thrown
        if (thrown.cause instanceof ExpectedFailure) throw thrown.cause
        // Its process has died under the question: nobody waits for the next one.
        return await withoutIndex(query, offReason() ?? searchWords.off.notLoaded, signal)
      }
    },
    async status() {
      const off = offReason()
      if (off !== null || startSide === null) return offStatus(off ?? searchWords.off.notLoaded)
      try {
        return await ask(
          indexActor(startSide),
          (replyTo: ReplyTo<IndexStatus>): IndexMessage => ({ type: 'status', replyTo }),
          {
            deadlineMs: answerMs,
          },
        )
      } catch {
        return offStatus(offReason() ?? searchWords.off.notLoaded)
      }
    },
    async rebuild(signal) {
      home.requireWritable()
      if (startSide === null) throw new ExpectedFailure('unavailable', searchWords.off.notLoaded)
      // A person who asks for it has a reason to think that it will work now.
      bulkhead.change({ state: 'ok' })
      try {
        return await ask(
          indexActor(startSide),
          (replyTo: ReplyTo<IndexStatus>): IndexMessage => ({ type: 'rebuild', replyTo }),
          {
            deadlineMs: settledMs,
            signal,
          },
        )
      } catch (thrown) {
        if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
        if (thrown instanceof AskError && thrown.cause instanceof ExpectedFailure) throw thrown.cause
        throw new ExpectedFailure('unavailable', searchWords.off.given, String(thrown))
      }
    },
    wake() {
      if (startSide && offReason() === null) indexActor(startSide).tell({ type: 'wake' })
    },
    async close() {
      isClosed = true
      for (const stop of stops) stop()
      await kernel.stop(name)
    },
  }
}
