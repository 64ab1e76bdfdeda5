// What is known of a model before it is asked, and what was learned of it on the way.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { InstalledModel } from '../../../shared/model.ts'
import { thinkingOf } from '../../../shared/think.ts'
import type { DialectName, Home, ModelFacts } from '../../contracts.ts'
import type { Way } from './http.ts'
import { usualContext } from './ollama.ts'
import { askCapabilities } from './survey.ts'

/** Tokens; constant for a model, since another value makes Ollama load it again. */
export function contextOf(installed: Pick<InstalledModel, 'contextLength'> | undefined): number {
  return Math.min(usualContext, installed?.contextLength || usualContext)
}

/**
 * Native when the server says so. When it is too old to say, native too: a server that refuses is answered by the other
 * dialect, and that is remembered. The slower question is only asked where its answer is used. Throws `cancelled` only.
 */
export async function modelFacts(
  way: Way,
  model: string,
  installed: InstalledModel | undefined,
  learned: Learned,
): Promise<ModelFacts> {
  const digest = installed?.digest ?? null
  const listed = installed?.capabilities ?? []
  const known = { numCtx: contextOf(installed), digest }
  const listedThinking = installed ? thinkingOf(installed) : null
  const isPrompted = (await learned.isPrompted(digest)) || (listed.length > 0 && !listed.includes('tools'))
  if (listed.length > 0 && !isPrompted)
    return { ...known, capabilities: listed, thinking: listedThinking, dialect: 'native', stop: [] }
  const shown = await askCapabilities(way, model).catch((thrown) => {
    if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    if (!(thrown instanceof ExpectedFailure)) throw thrown
    return { capabilities: [], family: null, stop: [] }
  })
  const capabilities = listed.length > 0 ? listed : shown.capabilities
  const hasTools = capabilities.length === 0 || capabilities.includes('tools')
  const dialect: DialectName = isPrompted || !hasTools ? 'prompted' : 'native'
  return { ...known, capabilities, thinking: listedThinking ?? thinkingOf(shown), dialect, stop: shown.stop }
}

/** Of models whose server refused tools although nothing had said that it would. */
export interface Learned {
  isPrompted(digest: string | null): Promise<boolean>
  addPrompted(digest: string | null): Promise<void>
}

/** By digest. What others keep there of a model, the self-test among them, stays as it is. */
const fileName = 'models.json'
const file = z.record(
  z.string(),
  z.looseObject({ dialect: z.enum(['native', 'prompted']).optional().catch(undefined) }),
)
type Known = z.infer<typeof file>
/** More models than one person pulls; the oldest is asked again. */
const mostModels = 200

/**
 * A memory that may be lost at any time: a file that cannot be read counts as none, and a folder that must not be written to
 * keeps it for as long as the process lives. A model without a digest is remembered nowhere.
 */
export function createLearned(home: Pick<Home, 'read' | 'write' | 'readOnly'>, log: (line: string) => void): Learned {
  let loading: Promise<Known> | null = null

  async function load(): Promise<Known> {
    try {
      return file.parse(JSON.parse((await home.read(fileName)) ?? '{}'))
    } catch (thrown) {
      log(`what was learned of models could not be read: ${String(thrown)}`)
      return {}
    }
  }

  const known = () => {
    loading ??= load()
    return loading
  }

  return {
    isPrompted: async (digest) => digest !== null && (await known())[digest]?.dialect === 'prompted',
    async addPrompted(digest) {
      const before = await known()
      if (digest === null || before[digest]?.dialect === 'prompted') return
      const all = { ...before, [digest]: { ...before[digest], dialect: 'prompted' as const } }
      const kept = Object.fromEntries(Object.entries(all).slice(-mostModels))
      loading = Promise.resolve(kept)
      if (home.readOnly) return
      await home
        .write(fileName, `${JSON.stringify(kept)}\n`)
        .catch((thrown) => log(`what was learned of a model was not kept: ${String(thrown)}`))
    },
  }
}
