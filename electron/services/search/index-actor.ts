// The index as an actor: it owns the process that has the database, asks it, and begins a new one when it dies.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { IndexStatus, SearchAnswer, SearchQuery } from '../../../shared/search.ts'
import type { SidePort, StartSide } from '../../contracts.ts'
import type { ActorContext, Behavior, ReplyTo } from '../../kernel/types.ts'
import { fromIndex, type ToIndex } from './wire.ts'

export type IndexMessage =
  | { type: 'query'; query: SearchQuery; settle: boolean; signal: AbortSignal; replyTo: ReplyTo<SearchAnswer> }
  | { type: 'status' | 'rebuild'; replyTo: ReplyTo<IndexStatus> }
  | { type: 'changed'; sessionId: string }
  | { type: 'wake' }
  | { type: 'said'; message: unknown }
  | { type: 'process-exited'; how: string }
  | { type: 'send-changes' }
  | { type: 'idle' }

export interface IndexActorDependencies {
  home: string
  startSide: StartSide
  /** Whether changes are put into the index as they happen, and not only before the next question. */
  follows: boolean
  onStatus(status: IndexStatus): void
  log(line: string): void
}

/** Changes of so many ms are told together: an answer with tools is a dozen records. */
const changesMs = 150
/** A process that has nothing to do is memory that nobody uses: how long it is kept after what it was needed for. */
const idleMs = { wake: 3_000, changed: 15_000, asked: 30_000 }
/** How long its end may take before it is ended. */
const closeMs = 2_000

type Asked =
  | { type: 'answer'; replyTo: ReplyTo<SearchAnswer>; forget(): void }
  | { type: 'state'; replyTo: ReplyTo<IndexStatus>; forget(): void }

export function startIndexActor(
  context: ActorContext<IndexMessage>,
  { home, startSide, follows, onStatus, log }: IndexActorDependencies,
): Behavior<IndexMessage> {
  let port: SidePort | null = null
  let isReady = false
  let isBusy = false
  let lastId = 0
  const asked = new Map<number, Asked>()
  const changed = new Set<string>()
  let changesTimer: NodeJS.Timeout | null = null
  let idleTimer: NodeJS.Timeout | null = null
  let keptMs = 0

  function process(): SidePort {
    if (port) return port
    const started = startSide('index-process')
    port = started
    isReady = false
    isBusy = true
    started.onMessage((message) => void (port === started && context.self.tell({ type: 'said', message })))
    started.onExit((how) => void (port === started && context.self.tell({ type: 'process-exited', how })))
    // It looks at every file when it is opened, so what has changed until now is in that.
    changed.clear()
    send({ type: 'open', home })
    return started
  }

  function send(message: ToIndex): void {
    process().send(message)
  }

  function said(message: unknown): void {
    const parsed = fromIndex().safeParse(message)
    if (!parsed.success) throw new Error('the index said what nobody understands')
    const one = parsed.data
    if (one.type === 'ready') isReady = true
    else if (one.type === 'log') log(one.line)
    else if (one.type === 'status') {
      isBusy = one.isBusy
      onStatus(one.status)
    } else {
      const waiting = asked.get(one.id)
      if (!waiting) return
      asked.delete(one.id)
      waiting.forget()
      if (one.type === 'failed') {
        waiting.replyTo.reject(new ExpectedFailure(one.failure.code, one.failure.message, one.failure.detail))
      } else if (one.type === 'answer' && waiting.type === 'answer') waiting.replyTo.answer(one.answer)
      else if (one.type === 'state' && waiting.type === 'state') waiting.replyTo.answer(one.status)
    }
  }

  function askQuery({ query, settle, signal, replyTo }: Extract<IndexMessage, { type: 'query' }>): void {
    if (signal.aborted) {
      replyTo.reject(new ExpectedFailure('cancelled', failures.cancelled))
      return
    }
    sendChanges()
    const id = ++lastId
    const cancel = () => {
      asked.delete(id)
      replyTo.reject(new ExpectedFailure('cancelled', failures.cancelled))
      port?.send({ type: 'cancel', id } satisfies ToIndex)
    }
    signal.addEventListener('abort', cancel, { once: true })
    asked.set(id, { type: 'answer', replyTo, forget: () => signal.removeEventListener('abort', cancel) })
    send({ type: 'query', id, query, settle })
  }

  function sendChanges(): void {
    if (changesTimer) clearTimeout(changesTimer)
    changesTimer = null
    if (changed.size === 0) return
    const sids = [...changed]
    changed.clear()
    if (port) send({ type: 'touch', sids })
    else if (follows) process()
  }

  function waitForMore(atLeastMs = 0): void {
    keptMs = Math.max(keptMs, atLeastMs)
    if (idleTimer) clearTimeout(idleTimer)
    idleTimer = setTimeout(() => context.self.tell({ type: 'idle' }), keptMs)
    idleTimer.unref()
  }

  return {
    async receive(message) {
      switch (message.type) {
        case 'query':
          askQuery(message)
          waitForMore(idleMs.asked)
          return
        case 'status':
        case 'rebuild': {
          const id = ++lastId
          asked.set(id, { type: 'state', replyTo: message.replyTo, forget: () => undefined })
          send({ type: message.type, id })
          waitForMore(idleMs.asked)
          return
        }
        case 'changed':
          changed.add(message.sessionId)
          changesTimer ??= setTimeout(() => context.self.tell({ type: 'send-changes' }), changesMs)
          break
        case 'send-changes':
          sendChanges()
          waitForMore(idleMs.changed)
          return
        case 'wake':
          process()
          waitForMore(idleMs.wake)
          return
        case 'said':
          said(message.message)
          break
        case 'process-exited': {
          port = null
          throw new Error(
            isReady ? `the index process ended: ${message.how}` : `the index process did not start: ${message.how}`,
          )
        }
        case 'idle':
          if (asked.size === 0 && !isBusy && port) {
            const ending = port
            port = null
            keptMs = 0
            await ended(ending)
          } else if (port) waitForMore()
          return
        default:
          message satisfies never
      }
      waitForMore()
    },
    async stopped() {
      for (const timer of [changesTimer, idleTimer]) if (timer) clearTimeout(timer)
      const waiting = [...asked.values()]
      asked.clear()
      for (const { forget } of waiting) forget()
      const ending = port
      port = null
      if (ending) await ended(ending)
    },
  }
}

/** Lets it close its database; ends it when it does not. */
async function ended(port: SidePort): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => port.kill(), closeMs)
    port.onExit(() => {
      clearTimeout(timer)
      resolve()
    })
    port.send({ type: 'close' } satisfies ToIndex)
  })
}
