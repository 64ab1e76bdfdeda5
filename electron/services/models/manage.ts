// What a person does with one model of a server: look at it closely, take it out of its memory, remove it.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { pullWords } from '../../../shared/messages/pulls.ts'
import type { ModelDetails } from '../../../shared/model.ts'
import { askJson, askText, type Way } from './http.ts'
import { trainedIn, windowIn } from './survey.ts'
import { type ShowAnswer, showAnswer } from './wire.ts'

/** A server that reads a large model's head from a slow disk takes seconds. */
const showMs = 15_000
/** Files of many gigabytes are unlinked. */
const removeMs = 60_000
const longestText = 200_000

/** Throws an ExpectedFailure. */
export async function showModel(way: Way, model: string): Promise<ModelDetails> {
  const answer = await askJson(way, post(way, '/api/show', { model }), showMs, model)
  const shown = showAnswer.safeParse(answer)
  if (!shown.success) throw new ExpectedFailure('unavailable', failures.notOllama(way.host), shown.error.message)
  return detailsOf(model, shown.data)
}

/** Throws an ExpectedFailure. The server answers before the memory is free. */
export async function unloadModel(way: Way, model: string): Promise<void> {
  await askJson(way, post(way, '/api/generate', { model, keep_alive: 0, stream: false }), showMs, model)
}

/** Throws an ExpectedFailure. */
export async function removeModel(way: Way, model: string): Promise<void> {
  const sent = { ...post(way, '/api/delete', { model, name: model }), method: 'DELETE' as const }
  try {
    // Its answer is empty.
    await askText(way, sent, removeMs, model)
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure && thrown.failure.message === failures.noSuchModel(model, way.host))
      throw new ExpectedFailure('unavailable', pullWords.notRemoved(model), thrown.failure.detail)
    throw thrown
  }
}

function post(way: Way, path: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST' as const, address: way.host + path, headers, body: JSON.stringify(body) }
}

function detailsOf(name: string, shown: ShowAnswer): ModelDetails {
  const { details } = shown
  const text = (value: string | null | undefined) => value?.slice(0, longestText) || null
  return {
    name,
    license: text(shown.license),
    parameters: text(shown.parameters),
    template: text(shown.template),
    capabilities: shown.capabilities ?? [],
    family: details?.family || null,
    parameterSize: details?.parameter_size || null,
    quantization: details?.quantization_level || null,
    contextLength: trainedIn(shown),
    numCtx: windowIn(shown.parameters ?? ''),
    requires: shown.requires || null,
    modifiedAt: shown.modified_at || null,
  }
}
