// The one door: every call is checked, dispatched, can be cancelled, and is answered; every push goes out here.

import { type Answer, ExpectedFailure, type FailureCode, toFailure } from '../../shared/failure.ts'
import { type Bridge, type Channel, calls, type Handlers, type Push, payloadLimit } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { AppEvents, Events, Gateway } from '../contracts.ts'
import { createFrames } from './frames.ts'

export interface GatewayDependencies {
  handlers: Handlers
  events: Events
  log(line: string): void
}

/** The events that go out as they are, under the same name. */
const passedOn = [
  'app.notice',
  'access.changed',
  'activity.changed',
  'check.progress',
  'import.progress',
  'backup.progress',
  'settings.changed',
  'models.changed',
  'models.testing',
  'models.tested',
  'pulls.changed',
  'seal.changed',
  'sessions.changed',
  'sessions.removed',
  'unread.changed',
  'sessions.rearranged',
  'trash.changed',
  'queue.changed',
  'trust.changed',
  'rules.changed',
  'skills.changed',
  'ledger.added',
  'changes.changed',
  'tour.changed',
  'replay.changed',
  'run.changed',
  'run.notice',
  'run.output',
] as const satisfies readonly (keyof AppEvents)[]

export function createGateway({ handlers, events, log }: GatewayDependencies): Gateway {
  return {
    connect(send) {
      const running = new Map<string, AbortController>()
      let isClosed = false
      const frames = createFrames((payload) => send({ push: 'run.frame', payload }))
      const stops = [
        ...passedOn.map((name) => events.on(name, (payload) => send({ push: name, payload } as Push))),
        events.on('run.delta', (delta) => frames.add(delta)),
        events.on('sessions.appended', (payload) => {
          frames.flush(payload.sessionId)
          send({ push: 'sessions.appended', payload })
        }),
        events.on('run.ended', (payload) => {
          frames.flush(payload.sessionId)
          send({ push: 'run.ended', payload })
        }),
      ]

      return {
        async call(callId, channel, input) {
          if (isClosed) return refuse('cancelled', messages.failures.cancelled)
          if (running.has(callId)) return refuse('invalid-input', messages.failures.invalidInput('callId'))
          const controller = new AbortController()
          running.set(callId, controller)
          try {
            return { ok: true, value: await dispatch(handlers, channel, input, controller.signal) }
          } catch (thrown) {
            const failure = toFailure(thrown, messages.failures.internal)
            if (failure.code === 'internal') log(`${channel.slice(0, 80)}: ${failure.detail ?? failure.message}`)
            return { ok: false, failure }
          } finally {
            running.delete(callId)
          }
        },
        cancel: (callId) => running.get(callId)?.abort(),
        painted: () => frames.painted(),
        close() {
          isClosed = true
          for (const stop of stops) stop()
          for (const controller of running.values()) controller.abort()
        },
      }
    },
  }
}

async function dispatch(handlers: Handlers, channel: string, input: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isChannel(channel))
    throw new ExpectedFailure('invalid-input', messages.failures.unknownChannel(channel.slice(0, 80)))
  return await answer(handlers, channel, checkSize(input), signal)
}

async function answer<Name extends Channel>(handlers: Handlers, channel: Name, input: unknown, signal: AbortSignal) {
  const { input: inputSchema, output: outputSchema } = calls[channel]
  const parsed = inputSchema.safeParse(input)
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || issue.code).join(', ')
    throw new ExpectedFailure(
      'invalid-input',
      messages.failures.invalidInput(`${channel}: ${where}`),
      parsed.error.message,
    )
  }
  const handler = handlers[channel] as (input: unknown, signal: AbortSignal) => Promise<unknown>
  const value = await handler(parsed.data, signal)
  // Answers are parsed as well: what is not declared does not leave the main process.
  return outputSchema.parse(value)
}

function isChannel(name: string): name is Channel {
  return Object.hasOwn(calls, name)
}

function checkSize(input: unknown): unknown {
  let text: string | undefined
  try {
    text = JSON.stringify(input)
  } catch {
    throw new ExpectedFailure('invalid-input', messages.failures.invalidInput('JSON'))
  }
  if (text !== undefined && text.length > payloadLimit) {
    throw new ExpectedFailure('limit', messages.failures.tooLarge(payloadLimit))
  }
  return input
}

function refuse(code: FailureCode, message: string): Answer<never> {
  return { ok: false, failure: { code, message } }
}

/** The Bridge of a front that lives in this process: the same door, without a wire. */
export function createLocalBridge(gateway: Gateway): Bridge & { close(): void } {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const connection = gateway.connect(({ push, payload }) => {
    for (const listener of [...(listeners.get(push) ?? [])]) listener(payload as never)
  })
  let calledSoFar = 0

  return {
    async call(channel, input, signal) {
      const callId = String(++calledSoFar)
      if (signal?.aborted) return refuse('cancelled', messages.failures.cancelled)
      const onAbort = () => connection.cancel(callId)
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        // The gateway has parsed the answer with this channel's schema.
        return (await connection.call(callId, channel, input)) as never
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set()
      known.add(listener as (payload: never) => void)
      listeners.set(name, known)
      return () => known.delete(listener as (payload: never) => void)
    },
    painted: () => connection.painted(),
    close: () => connection.close(),
  }
}
