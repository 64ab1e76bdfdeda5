// One answer from the question to its last event: the wait for one's turn, the way to the server, and what is told meanwhile.
import { noAnswerChoices } from '../../../shared/answers.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { HostState } from '../../../shared/model.ts'
import { thinkingOf } from '../../../shared/thinking.ts'
import type { GenerateRequest, ModelEvent } from '../../contracts.ts'
import { ServerFault } from './faults.ts'
import type { ResolvedHost } from './host.ts'
import type { Hosts } from './hosts.ts'
import { type BearerFor, createCloser, type Reached, type Way } from './http.ts'
import { type Chat, streamChat } from './ollama.ts'
import { createSilenceWatch, type SilenceLimits } from './silence.ts'
import { askCapabilities, askLoaded } from './survey.ts'
import { isSameModel } from './wire.ts'

export interface GenerationDependencies {
  reached: Reached
  bearerFor: BearerFor
  hosts: Pick<Hosts, 'take'>
  /** What is known of the server and its models. */
  known(signal: AbortSignal): Promise<HostState>
  target(): ResolvedHost
  /** The window of the asked model, for whoever names none. Tokens. */
  windowFor(): Promise<number>
  /** Rejects when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  silence: SilenceLimits
}

/** Pauses before the server is asked again, ms. A model that is being loaded by somebody else is not worth more. */
const pausesMs = [500, 1_000, 2_000, 4_000] as const
/** The end of an answer may wait so long for what the server says of the window, ms. */
const windowPatienceMs = 500

/**
 * Starts with the first `next`. Leaving early closes the connection at once, even while a `next` is under way: an async
 * generator alone would wait for that one first, and a model that loads can be silent for minutes.
 */
export function generateEvents(
  dependencies: GenerationDependencies,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  return {
    [Symbol.asyncIterator]() {
      const closer = createCloser(signal)
      const inner = run(dependencies, request, closer.signal)
      return {
        async next() {
          try {
            const result = await inner.next()
            if (result.done) closer.close()
            return result
          } catch (thrown) {
            closer.close()
            throw thrown
          }
        },
        return() {
          closer.close()
          return inner.return()
        },
      }
    },
  }
}

async function* run(
  dependencies: GenerationDependencies,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const state = await dependencies.known(signal)
  const { host, failure } = dependencies.target()
  if (signal.aborted) throw cancelled()
  if (failure !== null) throw new ExpectedFailure(failure.code, failure.message)

  const turn = await dependencies.hosts.take(host, request.model, request.sessionId, signal)
  // Closed by Stop, and when the host that gave the turn is gone.
  const closer = createCloser(signal)
  const lose = () => closer.close()
  if (turn.signal.aborted) lose()
  turn.signal.addEventListener('abort', lose, { once: true })
  try {
    for (;;) {
      const behind = await orAborted(turn.place.next(), closer.signal)
      if (behind === null) break
      yield { type: 'waiting', for: 'model', behind: behind.sessionId }
    }
    const { reached, bearerFor } = dependencies
    const way: Way = { host, reached, bearerFor, signal: closer.signal }
    const installed =
      state.host === host ? state.models.find((model) => isSameModel(model.name, request.model)) : undefined
    const chat: Chat = {
      model: request.model,
      messages: request.messages,
      tools: request.tools ?? [],
      stop: request.stop ?? [],
      think: await toThink(way, request, installed),
      mostTokens: request.mostTokens ?? null,
      sampling: request.sampling ?? noAnswerChoices,
      numCtx: request.numCtx ?? (await dependencies.windowFor()),
    }
    yield* untilAnswered(dependencies, way, chat, state.status === 'ready')
  } catch (thrown) {
    if (!signal.aborted && turn.signal.aborted) throw new ExpectedFailure('unavailable', failures.hostRestarted(host))
    throw thrown
  } finally {
    turn.signal.removeEventListener('abort', lose)
    turn.place.leave()
    closer.close()
  }
}

/** Asks again after a pause when that may help, and never once something of the answer has arrived. */
async function* untilAnswered(
  { pause, silence }: Pick<GenerationDependencies, 'pause' | 'silence'>,
  way: Way,
  chat: Chat,
  wasThere: boolean,
): AsyncGenerator<ModelEvent, void, undefined> {
  for (let attempt = 0; ; attempt += 1) {
    let hasArrived = false
    try {
      for await (const event of oneTry(way, chat, silence)) {
        hasArrived ||= event.type !== 'waiting'
        yield event
      }
      return
    } catch (thrown) {
      const pauseMs = pausesMs[attempt]
      const canHelp = thrown instanceof ServerFault && (wasThere ? thrown.again !== null : thrown.again === 'always')
      if (hasArrived || !canHelp || pauseMs === undefined || way.signal.aborted) throw thrown
      yield { type: 'waiting', for: 'server', failure: thrown.failure }
      await pause(pauseMs, way.signal).catch((reason) => {
        throw way.signal.aborted ? cancelled() : reason
      })
    }
  }
}

async function* oneTry(outer: Way, chat: Chat, limits: SilenceLimits): AsyncGenerator<ModelEvent, void, undefined> {
  const silence = createSilenceWatch(outer, limits)
  const way: Way = { ...outer, signal: silence.signal }
  const looking = createCloser(way.signal)
  const lookingAgain = createCloser(way.signal)
  const parts = streamChat(way, chat)
  try {
    const first = parts.next()
    const waiting = askLoaded({ ...way, signal: looking.signal }).then(
      (loaded): ModelEvent => ({
        type: 'waiting',
        for: loaded.some((one) => isSameModel(one.name, chat.model)) ? 'prompt' : 'loading',
      }),
      () => null,
    )
    const earlier = await Promise.race([first.then(() => null), waiting])
    if (earlier !== null) yield earlier
    let part = await first
    looking.close()
    // With the first words the model is loaded, and the server knows with which window.
    const window = askWindow({ ...way, signal: lookingAgain.signal }, chat)
    while (!part.done) {
      silence.heard()
      yield part.value.type === 'done' ? await withWindow(part.value, window) : part.value
      part = await parts.next()
    }
  } catch (thrown) {
    throw silence.failure() ?? thrown
  } finally {
    looking.close()
    lookingAgain.close()
    await parts.return()
    silence.close()
  }
}

/** The window the model was loaded with, where it is another one than was asked for; null also when the server does not say. */
async function askWindow(way: Way, { model, numCtx }: Chat): Promise<number | null> {
  const loaded = await askLoaded(way, windowPatienceMs).catch(() => [])
  const tokens = loaded.find(({ name }) => isSameModel(name, model))?.context_length || numCtx
  return tokens === numCtx ? null : tokens
}

async function withWindow(
  end: Extract<ModelEvent, { type: 'done' }>,
  window: Promise<number | null>,
): Promise<ModelEvent> {
  const loadedCtx = await window
  return end.usage === null || loadedCtx === null ? end : { ...end, usage: { ...end.usage, loadedCtx } }
}

function cancelled(): ExpectedFailure {
  return new ExpectedFailure('cancelled', failures.cancelled)
}

function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(cancelled())
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

/** Always explicit: left out, Ollama takes it for true with every model that can think. */
async function toThink(
  way: Way,
  request: GenerateRequest,
  installed: HostState['models'][number] | undefined,
): Promise<Chat['think']> {
  if (request.think === 'off') return false
  const hasWord = installed !== undefined && installed.capabilities.length > 0
  const thinking = thinkingOf(hasWord ? installed : await askCapabilities(way, request.model))
  return thinking === 'levels' ? request.think : thinking === 'switch'
}
