// The way to a page: each address is vetted before it is connected to, each redirect is a new visit.
import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
// Its parts and not the whole, as in services/models/http.ts.
import request from 'undici/lib/api/api-request.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { webWords } from '../../../shared/messages/web.ts'
import type { Web } from '../../contracts.ts'
import type { Budget } from './budget.ts'
import { acceptedEncodings } from './bytes.ts'

export interface VisitDeps {
  /** Every address of a host name. */
  resolve(host: string): Promise<readonly string[]>
  isPublic(address: string): boolean
  ports: readonly number[]
}

export interface Visited {
  url: URL
  status: number
  /** The first of each name, in small letters. */
  header(name: string): string | null
  /** Read it to its end or destroy it: the connection stays open until then. */
  body: Readable
}

const redirectLimit = 5
const urlLimit = 4_096
const redirects = new Set([301, 302, 303, 307, 308])

type Options = Parameters<Web['fetch']>[1]

/** Answers the first page that is no redirect. The time a person takes for an answer is not counted. */
export async function visit(address: string, { mayVisit }: Options, budget: Budget, deps: VisitDeps): Promise<Visited> {
  let url = parse(address, null, deps)
  const hosts = new Set([url.host])
  for (let hops = 0; ; hops++) {
    const here = url
    const answer = await budget.spend((signal) => ask(here, signal, deps))
    const location = redirects.has(answer.status) ? answer.header('location') : null
    if (location === null) return answer
    answer.body.destroy()
    if (hops === redirectLimit) throw new ExpectedFailure('limit', webWords.manyRedirects(redirectLimit))
    url = parse(location, here, deps)
    if (hosts.has(url.host)) continue
    if (!(await mayVisit(new URL(url)))) throw new ExpectedFailure('denied', webWords.notAllowed(url.host))
    hosts.add(url.host)
  }
}

/** What the words of an address alone can be refused for. Without its fragment, which no server is sent. */
function parse(address: string, base: URL | null, { ports, isPublic }: VisitDeps): URL {
  const url = urlOf(address, base)
  if (!url) throw new ExpectedFailure('invalid-input', webWords.noAddress)
  if (url.href.length > urlLimit) throw new ExpectedFailure('invalid-input', webWords.longAddress(urlLimit))
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ExpectedFailure('denied', webWords.otherProtocol(url.protocol.slice(0, 40)))
  }
  if (url.username !== '' || url.password !== '') throw new ExpectedFailure('denied', webWords.userinfo)
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (!ports.includes(port)) throw new ExpectedFailure('denied', webWords.otherPort(port))
  const host = nameOf(url)
  // By its very name, whether or not the system resolves it.
  const isHere = /(^|\.)localhost\.?$/.test(host)
  if (isHere || (isIP(host) !== 0 && !isPublic(host)))
    throw new ExpectedFailure('denied', webWords.notPublic(url.hostname))
  url.hash = ''
  return url
}

function urlOf(address: string, base: URL | null): URL | null {
  try {
    return base ? new URL(address, base) : new URL(address)
  } catch {
    return null
  }
}

/** Without the brackets of an IPv6 address. */
const nameOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** One request to the addresses that were vetted, and to no other: the name is not looked up a second time. */
async function ask(url: URL, signal: AbortSignal, deps: VisitDeps): Promise<Visited> {
  const addresses = await vetted(nameOf(url), deps)
  signal.throwIfAborted()
  const dispatcher = new Agent({
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 16_384,
    // The name of the host stays in the request and in the TLS handshake, whose certificate is checked against it.
    connect: { lookup: only(addresses), timeout: 10_000 },
  })
  const { origin, pathname, search } = url
  const headers = {
    'user-agent': 'Carrel',
    accept: 'text/html, text/plain, text/markdown, application/json;q=0.9, */*;q=0.5',
    'accept-encoding': acceptedEncodings,
  }
  const answer = await request.call(dispatcher, { method: 'GET', origin, path: pathname + search, headers, signal })
  // Whoever reads hears of it there; a body that is thrown away must not end the process.
  answer.body.on('error', () => undefined)
  const header = (name: string) => {
    const value = answer.headers[name]
    return (Array.isArray(value) ? value[0] : value) ?? null
  }
  return { url, status: answer.statusCode, header, body: answer.body }
}

/** One that is not public makes all of them suspect: the answer may be another one the next time. */
async function vetted(host: string, { resolve, isPublic }: VisitDeps): Promise<readonly string[]> {
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  if (addresses.length === 0) throw new ExpectedFailure('not-found', webWords.unknownHost(host))
  if (!addresses.every(isPublic)) throw new ExpectedFailure('denied', webWords.notPublic(host))
  return addresses
}

function only(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, options, callback) => {
    const [first] = all
    if (options.all || !first) callback(null, all)
    else callback(null, first.address, first.family)
  }
}
