// Which model a message goes to, and what is known of it.

import { defaultModel } from '../../shared/limits.ts'
import type { HostState, InstalledModel } from '../../shared/model.ts'

export interface ModelWishes {
  /** Picked in the composer for this session. */
  picked: string | null
  /** What answered last in this session. */
  session: string | null
  /** The setting for new sessions. */
  setting: string | null
}

/** Ollama means the tag `latest` where none is written. */
function fullName(name: string): string {
  return name.includes(':') ? name : `${name}:latest`
}

export function findModel(host: HostState, name: string): InstalledModel | undefined {
  return host.models.find((model) => fullName(model.name) === fullName(name))
}

/** Models that can hold a conversation; an old server does not say what its models can do. */
export function chattingModels(host: HostState): InstalledModel[] {
  return host.models.filter((model) => model.capabilities.length === 0 || model.capabilities.includes('completion'))
}

/**
 * The wish nearest to the conversation, else the default model, else the first that is installed. null while it is not
 * known what is installed: then the main process chooses.
 */
export function chooseModel(wishes: ModelWishes, host: HostState): string | null {
  const wished = wishes.picked ?? wishes.session ?? wishes.setting
  if (wished !== null && wished !== '') return wished
  return findModel(host, defaultModel)?.name ?? chattingModels(host)[0]?.name ?? null
}

/** False only when the server has said which models it has, and this is not one of them. */
export function isMissing(host: HostState, name: string): boolean {
  return host.status === 'ready' && findModel(host, name) === undefined
}
