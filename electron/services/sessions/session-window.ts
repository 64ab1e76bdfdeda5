// The window a session asks its model for: as long as the session lasts the same one, unless its person takes another.
import { windowSize } from '../../../shared/context-window.ts'
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import type { ModelFacts } from '../../contracts.ts'

/** As it is recorded. */
export interface TakenWindow {
  model: string
  tokens: number
}

/** Tokens that were asked for last of this model, or were taken since; null when it has not answered here yet. */
export function keptWindow(records: readonly TreeRecord[], model: string): number | null {
  for (let at = records.length - 1; at >= 0; at -= 1) {
    const record = records[at]
    const tokens = record && windowIn(record, model)
    if (tokens) return tokens
  }
  return null
}

/**
 * What is asked for with the next request. An answer that is given again has none before it on its path, so what else is in the
 * session counts then. Never more than the model was trained for: under one name there may be another model by now.
 */
export function windowOn(
  path: readonly TreeRecord[],
  all: readonly TreeRecord[],
  model: string,
  { numCtx, trained }: Pick<ModelFacts, 'numCtx' | 'trained'>,
): number {
  const kept = keptWindow(path, model) ?? keptWindow(all, model)
  return kept === null ? numCtx : Math.min(kept, trained ?? kept)
}

function windowIn(record: TreeRecord, model: string): number | null {
  if (record.type === 'settings' && 'window' in record) {
    const taken = Object(record['window'])
    return taken.model === model ? (windowSize.safeParse(taken.tokens).data ?? null) : null
  }
  // Logs of other programs do not say; they have 0.
  if (!isMessage(record) || record.role !== 'assistant' || record.model !== model) return null
  return windowSize.safeParse(record.usage?.numCtx).data ?? null
}
