// One actor's life: its mailbox, its incarnations one after another, and its end.
import { AskError, replyIn } from './ask.ts'
import { createIncarnation, defaultPipes, type Incarnation } from './incarnation.ts'
import { createMailbox } from './mailbox.ts'
import { createSupervision, type Verdict } from './supervision.ts'
import type { ActorOptions, ActorRef, ActorSnapshot, Clock, DeadLetter, KernelEvent } from './types.ts'

export interface Cell {
  stop(): Promise<void>
  restart(): boolean
  snapshot(): ActorSnapshot
}

export interface CellDependencies {
  clock: Clock
  emit(event: KernelEvent): void
  /** The name is free again; called before anybody is told of the end. */
  left(): void
}

export function createCell<Message>(
  name: string,
  options: ActorOptions<Message>,
  { clock, emit, left }: CellDependencies,
): { ref: ActorRef<Message>; cell: Cell } {
  const mailbox = createMailbox<Message>(options.capacity, options.pipes ?? defaultPipes)
  const judge = createSupervision(options, clock.now)
  let verdict: Verdict = { type: 'end' }
  let failure: unknown
  /** False from the moment it is certain that there will be no further incarnation. */
  let isOpen = true
  let isFullKnown = false
  let restarts = 0
  let beganAt = clock.now()
  let endWaiting = () => {}

  const ref: ActorRef<Message> = {
    name,
    tell(message) {
      if (!isOpen) {
        bury(message, 'dead')
        return 'dead'
      }
      if (!mailbox.offer(message)) {
        if (!isFullKnown) emit({ type: 'mailbox-full', name, capacity: options.capacity })
        isFullKnown = true
        return 'full'
      }
      isFullKnown = false
      incarnation.wake()
      return 'accepted'
    },
  }

  let incarnation = begin()
  const ended = live()

  function begin(): Incarnation {
    beganAt = clock.now()
    return createIncarnation({
      self: ref,
      options,
      mailbox,
      clock,
      fault: (during, thrown) => emit({ type: 'fault', name, during, failure: thrown }),
      ending(ending) {
        failure = ending.cause === 'failure' ? ending.failure : undefined
        verdict = judge(ending)
        if (verdict.type !== 'restart') close(verdict.type === 'exhausted' ? 'failed' : 'stopped')
      },
    })
  }

  async function live(): Promise<void> {
    for (;;) {
      const hanging = await incarnation.ended
      if (hanging) {
        emit({ type: 'abandoned', name, during: hanging })
        failure ??= new Error(`its ${hanging} did not settle in time`)
      }
      // A new incarnation beside one that still runs would be two receivers at once, so an abandoned actor ends.
      if (hanging || verdict.type !== 'restart') return leave()
      if (isOpen && verdict.delayMs > 0) await wait(verdict.delayMs)
      if (!isOpen) return leave()
      restarts += 1
      incarnation = begin()
      emit({ type: 'restarted', name, failure, count: restarts })
    }
  }

  function wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = clock.after(delayMs, resolve)
      endWaiting = () => {
        takeBack()
        resolve()
      }
    })
  }

  /** Takes no more messages, and gives up those that wait. */
  function close(reason: DeadLetter['reason']): void {
    isOpen = false
    for (let envelope = mailbox.take(); envelope; envelope = mailbox.take()) bury(envelope.message, reason)
  }

  function leave(): void {
    const hasFailed = isOpen || verdict.type === 'exhausted'
    close('failed')
    left()
    emit(hasFailed ? { type: 'failed', name, failure } : { type: 'stopped', name })
    if (hasFailed) options.bulkhead?.workerFailed(name, failure)
  }

  function bury(message: unknown, reason: DeadLetter['reason']): void {
    const asked = reason === 'stopped' ? 'ended' : reason
    replyIn(message)?.reject(new AskError(asked, name, reason === 'failed' ? failure : undefined))
    emit({ type: 'dead-letter', name, message, reason })
  }

  function stateOf(): ActorSnapshot['state'] {
    if (!isOpen) return 'stopping'
    const state = incarnation.state()
    return state === 'ending' ? 'restarting' : state
  }

  const cell: Cell = {
    stop() {
      incarnation.end({ cause: 'stop' })
      close('stopped')
      endWaiting()
      return ended
    },
    restart() {
      if (!isOpen) return false
      incarnation.end({ cause: 'restart' })
      endWaiting()
      return true
    },
    snapshot: () => ({
      name,
      kind: name.split('/', 1)[0] ?? name,
      state: stateOf(),
      queueLength: mailbox.messages(),
      capacity: options.capacity,
      restarts,
      uptimeMs: clock.now() - beganAt,
      pipes: incarnation.pipes(),
    }),
  }
  return { ref, cell }
}
