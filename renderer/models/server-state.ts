// What the state of the server means for the person: one sentence, and whether it stands in the way.
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { chattingModels } from './choice.ts'

/** `fine` also while nothing is known yet: nobody is warned before the first answer. */
export type ServerTrouble = 'fine' | 'away' | 'elsewhere' | 'denied' | 'not-ollama' | 'bad-address' | 'no-models'

export function serverTrouble(host: HostState): ServerTrouble {
  switch (host.status) {
    case 'unknown':
      return 'fine'
    case 'ready':
      return chattingModels(host).length === 0 ? 'no-models' : 'fine'
    case 'not-ollama':
      return 'not-ollama'
    case 'unreachable':
      if (host.failure?.code === 'invalid-input') return 'bad-address'
      // One that lets nobody in runs; to start it would not help.
      if (host.failure?.code === 'denied') return 'denied'
      return isThisMachine(host.host) ? 'away' : 'elsewhere'
    default:
      return host.status satisfies never
  }
}

/** The address without its scheme, as people write it. */
export function shortAddress(host: string): string {
  return host.replace(/^http:\/\//, '').replace(/\/$/, '')
}

export function troubleSentence(host: HostState): string | null {
  const trouble = serverTrouble(host)
  if (trouble === 'fine') return null
  if (trouble === 'no-models') return words.server.noModelsLine(shortAddress(host.host))
  return host.failure?.message ?? words.server.awayLine(shortAddress(host.host))
}

/** The address to which words go from this machine, or null when they stay on it. */
export function addressBeyond({ host, failure }: HostState): string | null {
  const isAddress = failure?.code !== 'invalid-input'
  return isAddress && !isThisMachine(host) ? shortAddress(host) : null
}

function isThisMachine(host: string): boolean {
  try {
    const { hostname } = new URL(host)
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  } catch {
    return false
  }
}

/** The usual reasons in two or three words; null for the rest, which the failure's own sentence tells. */
export function refusal(host: HostState): string | null {
  const detail = host.failure?.detail ?? ''
  if (/ECONNREFUSED/.test(detail)) return words.server.refusals.refused
  if (/ENOTFOUND|EAI_/.test(detail)) return words.server.refusals.unknown
  return /TIMEDOUT|TIMEOUT/i.test(detail) ? words.server.refusals.silent : null
}
