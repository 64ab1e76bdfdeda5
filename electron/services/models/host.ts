// Which Ollama server to talk to: four places may name one, and each may write it in many ways.
import { isIPv6 } from 'node:net'
import type { Failure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import type { HostState } from '../../../shared/model.ts'

export const defaultHost = 'http://127.0.0.1:11434'
const defaultPort = '11434'

export interface HostSources {
  flag: string | null
  setting: string | null
  environment: string | undefined
}

export interface ResolvedHost {
  /** A base address without a trailing slash, or the words as they were written when they are no address. */
  host: string
  chosenBy: HostState['chosenBy']
  failure: Failure | null
}

/** The first place that names a server wins, even with a bad address: silently asking another server would surprise. */
export function resolveHost(sources: HostSources): ResolvedHost {
  const candidates = [
    { chosenBy: 'flag', written: sources.flag },
    { chosenBy: 'setting', written: sources.setting },
    { chosenBy: 'environment', written: sources.environment },
  ] as const
  for (const { chosenBy, written } of candidates) {
    const words = unquote(written ?? '')
    if (words === '') continue
    const host = parseHost(words)
    if (host !== null) return { host, chosenBy, failure: null }
    const shown = withoutPassword(words)
    return { host: shown, chosenBy, failure: { code: 'invalid-input', message: failures.hostInvalid(shown) } }
  }
  return { host: defaultHost, chosenBy: 'default', failure: null }
}

/**
 * The base address that was meant, or null. Rules of Ollama's own envconfig: a value without a scheme has the port
 * 11434, one with a scheme the port of its scheme. An address that means "listen everywhere" becomes the loopback one,
 * because people share one OLLAMA_HOST between server and clients. Stricter than Ollama: a bad port is an error.
 */
export function parseHost(words: string): string | null {
  // URL would silently drop or turn around these, and the person would reach a server they did not write.
  if (/[\s\\\p{Cc}]/u.test(words)) return null
  const hasScheme = words.includes('://')
  const url = toUrl(hasScheme ? words : `http://${completeAuthority(words)}`)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  // A name and a password would end in the log and in the window; a query or a fragment is no part of a server's address.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null
  if (url.hostname === '' || url.port === '0') return null
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.origin + url.pathname.replace(/\/+$/u, '')
}

/** Gives `host`, `:port`, `::1` and `host/path` the parts they leave out. */
function completeAuthority(words: string): string {
  const slash = words.indexOf('/')
  const authority = slash === -1 ? words : words.slice(0, slash)
  const path = slash === -1 ? '' : words.slice(slash)
  if (authority === '') return ''
  if (isIPv6(authority)) return `[${authority}]:${defaultPort}${path}`
  const named = authority.startsWith(':') ? `127.0.0.1${authority}` : authority
  const hasPort = /:\d+$/u.test(named.replace(/^\[[^\]]*\]/u, 'host'))
  return (hasPort ? named : `${named}:${defaultPort}`) + path
}

function toUrl(words: string): URL | null {
  try {
    return new URL(words)
  } catch {
    return null
  }
}

/** Quotes around the value come from start scripts and service files. */
function unquote(written: string): string {
  return written
    .trim()
    .replace(/^["']+|["']+$/gu, '')
    .trim()
}

function withoutPassword(words: string): string {
  return words.replace(/^(\w+:\/*)?.*@/u, '$1…@')
}
