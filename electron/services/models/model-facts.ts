// What is known of a model before it is asked, and what was learned of it on the way.
import { z } from 'zod'
import type { ModelWindow } from '../../../shared/context-window.ts'
import type { InstalledModel } from '../../../shared/model.ts'
import { type SelfTest, type SelfTestPart, selfTest } from '../../../shared/self-test.ts'
import { thinkingOf } from '../../../shared/thinking.ts'
import type { DialectName, Home, ModelFacts } from '../../contracts.ts'
import type { ModelWords } from './survey.ts'

/**
 * Native when a test has found that it works, or the server says so. When it is too old to say, native too: a server that refuses
 * is answered by the other dialect, and that is remembered.
 */
export async function modelFacts(
  installed: InstalledModel | undefined,
  said: ModelWords,
  { tokens: numCtx, trained }: ModelWindow,
  learned: Learned,
): Promise<ModelFacts> {
  const digest = installed?.digest ?? null
  const listed = installed?.capabilities ?? []
  const known = { numCtx, trained, digest }
  const listedThinking = installed ? thinkingOf(installed) : null
  const found = await learned.dialectOf(digest)
  const byWord: DialectName = listed.includes('tools') ? 'native' : 'prompted'
  if (listed.length > 0 && (found ?? byWord) === 'native') {
    return { ...known, capabilities: listed, thinking: listedThinking, dialect: 'native', stop: [] }
  }
  const capabilities = listed.length > 0 ? listed : said.capabilities
  const hasTools = capabilities.length === 0 || capabilities.includes('tools')
  const dialect = found ?? (hasTools ? 'native' : 'prompted')
  return { ...known, capabilities, thinking: listedThinking ?? thinkingOf(said), dialect, stop: said.stop }
}

/** What a test found of calls; null when it found no way that is better than what the server says. */
function dialectBy({ parts }: SelfTest): DialectName | null {
  const outcomeOf = (part: SelfTestPart) => parts.find((one) => one.part === part)?.outcome
  if (outcomeOf('nativeTools') === 'ok') return 'native'
  return outcomeOf('promptedTools') === 'ok' ? 'prompted' : null
}

/** What is remembered of models, by digest. A model without one is remembered nowhere. */
export interface Learned {
  /** `prompted` once a server has refused tools for it; else as its test has found. */
  dialectOf(digest: string | null): Promise<DialectName | null>
  addPrompted(digest: string | null): Promise<void>
  keepTest(digest: string, test: SelfTest): Promise<void>
  tests(): Promise<{ digest: string; test: SelfTest }[]>
}

/** By digest. What cannot be read of a model, and what others keep there, stays as it is. */
const fileName = 'models.json'
const file = z.record(z.string(), z.looseObject({ dialect: z.unknown().optional(), selfTest: z.unknown().optional() }))
type Known = z.infer<typeof file>
const kept = selfTest()
/** More models than one person pulls; the oldest is asked again. */
const mostModels = 200

/**
 * A memory that may be lost at any time: a file that cannot be read counts as none, and a folder that must not be written to
 * keeps it for as long as the process lives.
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

  /** The one that was written last is the last one to be forgotten. */
  async function put(digest: string, more: { dialect: DialectName } | { selfTest: SelfTest }): Promise<void> {
    const { [digest]: before, ...others } = await known()
    const all = Object.entries({ ...others, [digest]: { ...before, ...more } }).slice(-mostModels)
    const next = Object.fromEntries(all) as Known
    loading = Promise.resolve(next)
    if (home.readOnly) return
    await home
      .write(fileName, `${JSON.stringify(next)}\n`)
      .catch((thrown) => log(`what was learned of a model was not kept: ${String(thrown)}`))
  }

  return {
    async dialectOf(digest) {
      if (digest === null) return null
      const { dialect, selfTest: tested } = { dialect: null, selfTest: null, ...(await known())[digest] }
      if (dialect === 'prompted') return 'prompted'
      const test = kept.safeParse(tested).data
      return test ? dialectBy(test) : null
    },
    async addPrompted(digest) {
      if (digest === null || (await known())[digest]?.dialect === 'prompted') return
      await put(digest, { dialect: 'prompted' })
    },
    keepTest: (digest, test) => put(digest, { selfTest: test }),
    async tests() {
      return Object.entries(await known()).flatMap(([digest, { selfTest: tested }]) => {
        const test = kept.safeParse(tested).data
        return test ? [{ digest, test }] : []
      })
    },
  }
}
