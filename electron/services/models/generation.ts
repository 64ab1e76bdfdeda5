// One answer from the question to its last event: how the model is asked to think, and what is told while one waits.
import type { Dispatcher } from 'undici'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { HostState } from '../../../shared/model.ts'
import type { GenerateRequest, ModelEvent } from '../../contracts.ts'
import type { ResolvedHost } from './host.ts'
import { createCloser, type Way } from './http.ts'
import { type Chat, streamChat, usualContext } from './ollama.ts'
import { askCapabilities, askLoaded } from './survey.ts'
import { isSameModel } from './wire.ts'

export interface GenerationDependencies {
  dispatcher: Dispatcher
  /** What is known of the server and its models. */
  known(signal: AbortSignal): Promise<HostState>
  target(): ResolvedHost
}

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
  { dispatcher, known, target }: GenerationDependencies,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const state = await known(signal)
  const { host, failure } = target()
  if (signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
  if (failure !== null) throw new ExpectedFailure(failure.code, failure.message)
  const way: Way = { host, dispatcher, signal }
  const installed =
    state.host === host ? state.models.find((model) => isSameModel(model.name, request.model)) : undefined
  const chat: Chat = {
    model: request.model,
    messages: request.messages,
    think: await toThink(way, request, installed),
    // Only from the list of models, never asked for: the value must be the same in every request to this model.
    numCtx: Math.min(usualContext, installed?.contextLength || usualContext),
  }
  const looking = createCloser(signal)
  const parts = streamChat(way, chat)
  try {
    const first = parts.next()
    const waiting = askLoaded({ ...way, signal: looking.signal }).then(
      (loaded): ModelEvent => ({
        type: 'waiting',
        for: loaded.some((one) => isSameModel(one.name, request.model)) ? 'prompt' : 'loading',
      }),
      () => null,
    )
    const earlier = await Promise.race([first.then(() => null), waiting])
    if (earlier !== null) yield earlier
    let part = await first
    looking.close()
    while (!part.done) {
      yield part.value
      part = await parts.next()
    }
  } finally {
    looking.close()
    await parts.return()
  }
}

/** Always explicit: left out, Ollama takes it for true with every model that can think. */
async function toThink(
  way: Way,
  request: GenerateRequest,
  installed: HostState['models'][number] | undefined,
): Promise<Chat['think']> {
  if (request.think === 'off') return false
  const hasWord = installed !== undefined && installed.capabilities.length > 0
  const { capabilities, family } = hasWord ? installed : await askCapabilities(way, request.model)
  if (!capabilities.includes('thinking')) return false
  // Only these models take levels; others take any level for true, but older servers refuse the words.
  return /^gpt-?oss/u.test(family ?? '') ? request.think : true
}
