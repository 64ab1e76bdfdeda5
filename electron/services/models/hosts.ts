// The actors of all Ollama servers that are asked: found by address, and asked in a way that always ends.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { AskError, ask } from '../../kernel/ask.ts'
import type { ActorRef, Bulkhead, Kernel, ReplyTo } from '../../kernel/types.ts'
import type { BearerFor, Reached } from './http.ts'
import { type HostMessage, mostPlaces, startModelHost, type Turn } from './model-host.ts'
import type { Survey } from './survey.ts'

export interface HostsDependencies {
  kernel: Kernel
  bulkhead: Bulkhead
  reached: Reached
  bearerFor: BearerFor
}

export interface Hosts {
  /** Throws an ExpectedFailure only when the actor fails: a server that is away is a survey. */
  probe(host: string): Promise<Survey>
  /** A place at the model; throws `busy` when too many wait, `cancelled` when the signal was aborted. */
  take(host: string, model: string, sessionId: string | null, signal: AbortSignal): Promise<Turn>
}

/** A survey has its own limit of a few seconds and a place is given at once; whoever waits this long waits for a bug. */
const answerMs = 30_000
const kind = 'models/'

export function createHosts({ kernel, bulkhead, reached, bearerFor }: HostsDependencies): Hosts {
  const actors = new Map<string, ActorRef<HostMessage>>()

  function actorFor(host: string): ActorRef<HostMessage> {
    const known = actors.get(host)
    if (known) return known
    const ref = kernel.spawn<HostMessage>(kind + host, {
      restart: 'permanent',
      intensity: { restarts: 3, withinMs: 30_000 },
      capacity: 64,
      pipes: mostPlaces + 2,
      bulkhead,
      start: (context) =>
        startModelHost(context, {
          host,
          reached,
          bearerFor,
          // Not awaited: an actor must not wait for its own end.
          idle: () => void kernel.stop(kind + host),
        }),
    })
    actors.set(host, ref)
    return ref
  }

  kernel.observe((event) => {
    if ((event.type === 'stopped' || event.type === 'failed') && event.name.startsWith(kind)) {
      actors.delete(event.name.slice(kind.length))
    }
  })

  /** An actor that was just ending is asked for anew: at most its end and its successor lie between. */
  async function askHost<Value>(
    host: string,
    toMessage: (replyTo: ReplyTo<Value>) => HostMessage,
    signal?: AbortSignal,
  ): Promise<Value> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await ask(actorFor(host), toMessage, { deadlineMs: answerMs, signal })
        // It had been given up, and works again.
        if (bulkhead.current().state !== 'ok') bulkhead.change({ state: 'ok' })
        return answer
      } catch (thrown) {
        if (!(thrown instanceof AskError)) throw thrown
        if (thrown.reason === 'aborted') throw new ExpectedFailure('cancelled', failures.cancelled)
        if (thrown.reason === 'full') throw new ExpectedFailure('busy', failures.serverBusy)
        if ((thrown.reason === 'ended' || thrown.reason === 'dead') && attempt < 2) {
          // Dead, its name is free only when it has ended. Ended, it may have begun anew, and must not be stopped.
          if (thrown.reason === 'dead') await kernel.stop(kind + host)
          continue
        }
        throw new ExpectedFailure('unavailable', failures.hostGivenUp(host), String(thrown.cause ?? thrown.reason))
      }
    }
  }

  return {
    probe: (host) => askHost(host, (replyTo: ReplyTo<Survey>) => ({ type: 'probe', replyTo })),
    take: (host, model, sessionId, signal) =>
      askHost(host, (replyTo: ReplyTo<Turn>) => ({ type: 'generate', model, sessionId, signal, replyTo }), signal),
  }
}
