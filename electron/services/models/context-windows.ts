// The window of each model of one server: what is known of it, asked once for each model, and what there is memory for.
import { totalmem } from 'node:os'
import { type ModelWindow, windowFor } from '../../../shared/context-window.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { InstalledModel } from '../../../shared/model.ts'
import { isThisComputer } from '../../../shared/this-computer.ts'
import type { Way } from './http.ts'
import { askCapabilities, type ModelWords } from './survey.ts'
import { isSameModel } from './wire.ts'

/**
 * Bytes of memory to count with: what `CARREL_MEMORY_BYTES` says (in a container, say), else what the machine has. 0 is: not known.
 */
export function machineMemory(environment: Readonly<Record<string, string | undefined>>): number | null {
  const named = environment['CARREL_MEMORY_BYTES']
  const bytes = named !== undefined && /^\d{1,16}$/.test(named) ? Number(named) : totalmem()
  return bytes > 0 ? bytes : null
}

const nothingSaid: ModelWords = { capabilities: [], family: null, stop: [], numCtx: null, contextLength: null }

export type AskWords = (way: Way, model: string, digest: string | null) => Promise<ModelWords>

/**
 * Asks what a model's own definition says. The same digest says the same for ever, so it is asked once; what could not be asked counts
 * as nothing said, and is asked again. Throws `cancelled` only.
 */
export function createModelWords(): AskWords {
  const known = new Map<string, ModelWords>()
  return async (way, model, digest) => {
    const before = digest === null ? undefined : known.get(`${way.host} ${digest}`)
    if (before) return before
    try {
      const words = await askCapabilities(way, model)
      if (digest !== null) known.set(`${way.host} ${digest}`, words)
      return words
    } catch (thrown) {
      if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
      if (!(thrown instanceof ExpectedFailure)) throw thrown
      return nothingSaid
    }
  }
}

/** `chosen` by the names of models, tokens; `memoryBytes` of this machine, which counts when the server runs on it. */
export function windowOf(
  host: string,
  model: string,
  {
    installed,
    said,
    chosen,
    memoryBytes,
  }: {
    installed: InstalledModel | undefined
    said: ModelWords
    chosen: Readonly<Record<string, number>>
    memoryBytes: number | null
  },
): ModelWindow {
  const { hostname, port } = new URL(host)
  const wish = Object.entries(chosen).find(([name]) => isSameModel(name, model))?.[1] ?? null
  return windowFor(
    {
      trained: installed?.contextLength || said.contextLength,
      weightsBytes: installed?.bytes || null,
      memoryBytes: isThisComputer(`${hostname}:${port || '80'}`) ? memoryBytes : null,
    },
    { chosen: wish, maker: said.numCtx },
  )
}
