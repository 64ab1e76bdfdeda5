// Asks a server who it is and what it has: the three short questions behind every state of a host.
import { ExpectedFailure, type Failure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { HostState, InstalledModel, ModelMemory } from '../../../shared/model.ts'
import { wayFault } from './faults.ts'
import { askJson, type Way } from './http.ts'
import {
  isSameModel,
  type PsAnswer,
  parseJson,
  psAnswer,
  type ShowAnswer,
  showAnswer,
  type TagsAnswer,
  tagsAnswer,
  versionAnswer,
} from './wire.ts'

/** A server that takes longer is told as not answering; it is asked again soon. */
const limitMs = 3_000

export type Survey = Pick<HostState, 'status' | 'version' | 'models' | 'failure'>

/** Never throws but for a bug; what is wrong is in `failure`. */
export async function survey(way: Way): Promise<Survey> {
  const [version, tags, ps] = await Promise.allSettled([
    ask(way, '/api/version').then((answer) => versionAnswer.safeParse(answer)),
    ask(way, '/api/tags').then((answer) => tagsAnswer.safeParse(answer)),
    askLoaded(way),
  ])
  if (version.status === 'rejected') return away(version.reason, way)
  if (tags.status === 'rejected') return away(tags.reason, way)
  if (!version.value.success || !tags.value.success) {
    const detail = (version.value.error ?? tags.value.error)?.message
    return away(new ExpectedFailure('unavailable', failures.notOllama(way.host), detail), way)
  }
  // Whether a model is loaded is a nicety; a server that does not say is still a good server.
  const loaded = ps.status === 'fulfilled' ? ps.value : null
  return {
    status: 'ready',
    version: version.value.data.version,
    models: (tags.value.data.models ?? []).map((model) => toInstalled(model, loaded)),
    failure: null,
  }
}

/** The models in the server's memory. */
export async function askLoaded(way: Way, patienceMs = limitMs): Promise<NonNullable<PsAnswer['models']>> {
  return psAnswer.parse(await ask(way, '/api/ps', patienceMs)).models ?? []
}

/** What a model's own definition says. */
export interface ModelWords {
  capabilities: string[]
  family: string | null
  stop: string[]
  /** Tokens of the window its maker set. */
  numCtx: number | null
  /** Tokens it was trained for. */
  contextLength: number | null
}

/** What a model can do and what its maker set, from the slower question. Throws an ExpectedFailure. */
export async function askCapabilities(way: Way, model: string): Promise<ModelWords> {
  const body = JSON.stringify({ model })
  const headers = { 'content-type': 'application/json' }
  const answer = await askJson(way, { method: 'POST', address: `${way.host}/api/show`, headers, body }, limitMs, model)
  const shown = showAnswer.safeParse(answer)
  return {
    capabilities: shown.data?.capabilities ?? [],
    family: shown.data?.details?.family ?? null,
    stop: stopWords(shown.data?.parameters ?? ''),
    numCtx: windowIn(shown.data?.parameters ?? ''),
    contextLength: shown.data ? trainedIn(shown.data) : null,
  }
}

/** The values of `stop` in a model's table of parameters. */
function stopWords(parameters: string): string[] {
  return parameters.split('\n').flatMap((line) => {
    const value = /^stop\s+(.+)$/u.exec(line.trim())?.[1]
    if (value === undefined) return []
    const word = value.startsWith('"') ? parseJson(value) : value
    return typeof word === 'string' && word !== '' ? [word] : []
  })
}

/** The value of `num_ctx` in a model's table of parameters; null where there is none. */
export function windowIn(parameters: string): number | null {
  return Number(/^num_ctx\s+(\d+)\s*$/mu.exec(parameters)?.[1]) || null
}

/** Of its own architecture; else of any, since names of architectures and of their keys are not always the same. */
export function trainedIn({ details, model_info: info }: ShowAnswer): number | null {
  if (details?.context_length) return details.context_length
  const own = info?.[`${String(info['general.architecture'])}.context_length`]
  const any = Object.entries(info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1]
  const found = own ?? any
  return typeof found === 'number' && found > 0 ? found : null
}

function ask(way: Way, path: string, patienceMs = limitMs): Promise<unknown> {
  return askJson(way, { method: 'GET', address: way.host + path }, patienceMs)
}

function away(reason: unknown, way: Way): Survey {
  const fault = wayFault(reason, way, false)
  if (!(fault instanceof ExpectedFailure)) throw fault
  return { status: statusOf(fault.failure, way.host), version: null, models: [], failure: fault.failure }
}

function statusOf(failure: Failure, host: string): HostState['status'] {
  return failure.message === failures.notOllama(host) ? 'not-ollama' : 'unreachable'
}

function toInstalled(model: NonNullable<TagsAnswer['models']>[number], loaded: PsAnswer['models']): InstalledModel {
  const inMemory = loaded?.find((one) => isSameModel(one.name, model.name))
  return {
    name: model.name,
    digest: model.digest?.replace(/^sha256:/u, '') || null,
    bytes: model.size ?? 0,
    capabilities: model.capabilities ?? [],
    contextLength: model.details?.context_length ?? null,
    family: model.details?.family || model.details?.families?.[0] || null,
    quantization: model.details?.quantization_level || null,
    parameterSize: model.details?.parameter_size || null,
    loaded: loaded === null ? null : inMemory !== undefined,
    memory: inMemory === undefined ? null : toMemory(inMemory),
  }
}

/** null when the server does not say how large it is there. */
function toMemory(one: NonNullable<PsAnswer['models']>[number]): ModelMemory | null {
  if (!one.size) return null
  return {
    bytes: one.size,
    // Left out when it is zero.
    gpuBytes: Math.min(one.size_vram ?? 0, one.size),
    contextTokens: one.context_length || null,
    until: one.expires_at || null,
  }
}
