// The models of Carrel with one more, which is none: the script of the tour. Whoever runs an answer sees no difference.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { tourScript } from '../../../shared/messages/tour-script.ts'
import { tourModel } from '../../../shared/tour-names.ts'
import type { GenerateRequest, ModelEvent, ModelFacts, Models, Tour } from '../../contracts.ts'
import { nextLine } from './script.ts'

/** Waits as long as a reader takes for a word; rejects when the signal is aborted. */
export type Pace = (signal: AbortSignal) => Promise<void>

/** A window that has room for all of the tour. */
const facts: ModelFacts = {
  numCtx: 16_384,
  trained: null,
  digest: null,
  capabilities: ['completion', 'tools'],
  thinking: 'none',
  dialect: 'native',
  stop: [],
}

export function withScript(models: Models, tour: Pick<Tour, 'goesOnIn'>, pace: Pace): Models {
  const isScript = (model: string | null) => model === tourModel
  return {
    ...models,
    at: (host) => withScript(models.at(host), tour, pace),
    choose: async (wished) => (isScript(wished) ? tourModel : await models.choose(wished)),
    describe: async (model, signal) => (isScript(model) ? facts : await models.describe(model, signal)),
    async learnPrompted(model) {
      if (!isScript(model)) await models.learnPrompted(model)
    },
    generate: (request, signal) =>
      isScript(request.model) ? recite(request, tour, pace, signal) : models.generate(request, signal),
  }
}

async function* recite(
  request: GenerateRequest,
  tour: Pick<Tour, 'goesOnIn'>,
  pace: Pace,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  // Its calls are meant for the folder of the tour, and no other session's folder shall hear of them.
  const isOnTour = request.sessionId !== null && (await tour.goesOnIn(request.sessionId))
  if (!isOnTour) throw new ExpectedFailure('unavailable', tourScript.elsewhere)
  const { text, calls } = nextLine(request)
  for (const [delta] of text.matchAll(/\S*\s*/g)) {
    if (delta === '') continue
    await pace(signal).catch(() => undefined)
    if (signal.aborted) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
    yield { type: 'text', delta }
  }
  for (const one of calls) yield { type: 'tool-call', call: { id: '', ...one } }
  yield { type: 'done', stop: 'stop', usage: null }
}
