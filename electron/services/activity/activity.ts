// Who is alive, who waits and who failed: what the kernel tells, kept for the person who looks, and for the log.
import type { ActivityReport } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { Activity, Events, Surroundings } from '../../contracts.ts'
import type { BulkheadState, Kernel, KernelEvent } from '../../kernel/types.ts'

export interface ActivityDependencies {
  kernel: Kernel
  events: Events
  surroundings: Surroundings
  bulkheads(): (BulkheadState & { service: string })[]
}

type Happening = ActivityReport['happenings'][number]

/** So many happenings are kept; older ones are in nobody's way and nobody's memory. */
const kept = 100
const words = messages.activity

export function createActivity({ kernel, events, surroundings, bulkheads }: ActivityDependencies): Activity {
  const happenings: Happening[] = []
  let isTold = false

  kernel.observe((event) => {
    const told = happeningOf(event)
    if (told) {
      happenings.unshift({ ts: surroundings.now().toISOString(), ...told })
      happenings.length = Math.min(happenings.length, kept)
      surroundings.log(told.message)
    }
    tellSoon()
  })

  /** Many events of one turn of the loop are one change: who listens asks for the whole list anyway. */
  function tellSoon(): void {
    if (isTold) return
    isTold = true
    setImmediate(() => {
      isTold = false
      events.emit('activity.changed', {})
    })
  }

  return {
    list: () => ({
      services: bulkheads().map((state) => ({
        service: state.service,
        state: state.state,
        reason: state.state === 'ok' ? null : state.reason,
      })),
      actors: kernel.snapshot(),
      happenings: [...happenings],
    }),
    restart: (name) => kernel.restart(name),
    stop: (name) => kernel.stop(name),
  }
}

/** Null for what goes as it should. A message is never told, only its kind: it may hold a person's words. */
function happeningOf(event: KernelEvent): Omit<Happening, 'ts'> | null {
  switch (event.type) {
    case 'spawned':
    case 'stopped':
      return null
    case 'fault':
      return { severity: 'fault', message: words.fault(event.name, event.during, saying(event.failure)) }
    case 'restarted':
      return { severity: 'warn', message: words.restarted(event.name, event.count) }
    case 'failed':
      return { severity: 'fault', message: words.failed(event.name, saying(event.failure)) }
    case 'abandoned':
      return { severity: 'fault', message: words.abandoned(event.name, event.during) }
    case 'dead-letter':
      // Whoever asked is told, and mostly asks anew: an actor that ends just then is no happening.
      if (isAsked(event.message)) return null
      return { severity: 'warn', message: words.deadLetter(event.name, kindOf(event.message), event.reason) }
    case 'mailbox-full':
      return { severity: 'warn', message: words.mailboxFull(event.name, event.capacity) }
    default:
      return event satisfies never
  }
}

function isAsked(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'replyTo' in message
}

function kindOf(message: unknown): string {
  const isTyped = typeof message === 'object' && message !== null && 'type' in message
  return isTyped ? String(message.type) : typeof message
}

function saying(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
