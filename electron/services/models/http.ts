// The way to an Ollama server: requests that end when they are told to, and answers that are looked at before they are believed.
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
// Its parts and not the whole: three quarters of undici are a browser's fetch, caches, mocks and sockets, and reading
// them at every start takes longer than anything of our own.
import request from 'undici/lib/api/api-request.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { isBlockedPort } from './blocked-ports.ts'
import { type Asked, statusFault, wayFault } from './faults.ts'
import { parseJson } from './wire.ts'

/** Most characters of a short answer; a list of a thousand models is about a tenth of it. */
const answerLimit = 8_000_000
/** An error body is read in this time or done without: it must not hold up the sentence for the person. */
const errorBodyMs = 3_000

/**
 * One connection a request, so that closing it can mean nothing but the end of that request, and no stale connection is
 * used after a restart of the server. No limits of undici's own: a model may load for ten minutes before the headers.
 */
export function createDispatcher(): Dispatcher {
  return new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 5_000 }, pipelining: 0 })
}

/** The token of the server at this address, or null. Throws an ExpectedFailure when there is one that may not be sent. */
export type BearerFor = (host: string) => Promise<string | null>

export interface Way {
  host: string
  dispatcher: Dispatcher
  bearerFor: BearerFor
  signal: AbortSignal
}

/**
 * A signal of one request's own, aborted with the outer one or by `close`. Not AbortSignal.any: its links are weak, and
 * a garbage collection in the middle of a long answer must not cut Stop off from the connection.
 */
export function createCloser(outer: AbortSignal) {
  const controller = new AbortController()
  const follow = () => controller.abort(outer.reason)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    close(reason?: unknown): void {
      outer.removeEventListener('abort', follow)
      controller.abort(reason)
    },
  }
}

interface Sent {
  method: 'GET' | 'POST' | 'DELETE'
  address: string
  headers?: Record<string, string>
  body?: string
}

export interface Received {
  status: number
  contentType: string | null
  /** What the request had with it as its token. */
  bearer: string | null
  /** Read it to its end or destroy it: the connection stays open until then. */
  body: Readable
}

/**
 * Resolves with the headers. Never follows a redirect: nothing may leave for another address than the chosen one.
 * Not `fetch`: its body costs a promise for every chunk, and a chunk of Ollama's is one token.
 */
export function send(way: Way, { address, ...sent }: Sent): Promise<Received> {
  const { dispatcher, signal } = way
  return new Promise((resolve, reject) => {
    // undici hears of an abort only when it has a connection, and one to nowhere is tried for seconds.
    const leave = () => reject(signal.reason)
    if (signal.aborted) return leave()
    if (isBlockedPort(address)) throw new TypeError('bad port')
    signal.addEventListener('abort', leave, { once: true })
    const { origin, pathname, search } = new URL(address)
    tokenFor(way, origin)
      .then(async (bearer) => {
        const headers = authorized(sent.headers ?? {}, bearer)
        const answer = await request.call(dispatcher, { ...sent, headers, origin, path: pathname + search, signal })
        const contentType = answer.headers['content-type']
        const said = contentType === undefined ? null : String(contentType)
        resolve({ status: answer.statusCode, contentType: said, bearer, body: answer.body })
      })
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', leave))
  })
}

/** Of the way's own server and of no other, whatever a path was made of. */
async function tokenFor({ host, bearerFor }: Way, origin: string): Promise<string | null> {
  return new URL(host).origin === origin ? await bearerFor(host) : null
}

/** Ours or none: the client would read one from the environment by itself. */
function authorized(headers: Readonly<Record<string, string>>, bearer: string | null): Record<string, string> {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization')
  return { ...Object.fromEntries(others), ...(bearer !== null && { authorization: `Bearer ${bearer}` }) }
}

/** Throws the failure of an answer that is not a good one of Ollama's; `toFault` says what an error status means. */
export async function checkAnswer(received: Received, asked: Asked, toFault = statusFault): Promise<void> {
  const { status, contentType, bearer } = received
  if (status < 200 || status > 299) {
    const body = await readErrorBody(received)
    // Details are shown and kept; a server that repeats what it was sent must not bring the token there.
    const clean = bearer === null ? body : body.replaceAll(bearer, '…')
    throw toFault(status, clean, { ...asked, withToken: bearer !== null })
  }
  if (contentType !== null && !/json/iu.test(contentType)) {
    throw new ExpectedFailure('unavailable', failures.notOllama(asked.host), `200 ${contentType}`)
  }
}

/** Asks for one short JSON answer within `limitMs`. Throws an ExpectedFailure; the shape is the caller's to check. */
export async function askJson(way: Way, sent: Sent, limitMs: number, model = ''): Promise<unknown> {
  const answer = parseJson(await askText(way, sent, limitMs, model))
  if (answer === undefined) throw new ExpectedFailure('unavailable', failures.notOllama(way.host))
  return answer
}

/** The same for an answer that may be no JSON, or nothing at all. */
export async function askText(way: Way, sent: Sent, limitMs: number, model = ''): Promise<string> {
  const asked = { host: way.host, model }
  const closer = createCloser(way.signal)
  const timer = setTimeout(() => closer.close(new DOMException('No answer in time.', 'TimeoutError')), limitMs)
  try {
    const received = await send({ ...way, signal: closer.signal }, sent)
    await checkAnswer(received, asked)
    return await readText(received)
  } catch (thrown) {
    if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    throw wayFault(closer.signal.aborted ? closer.signal.reason : thrown, asked, false)
  } finally {
    clearTimeout(timer)
    closer.close()
  }
}

async function readText({ body }: Received): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    // Leaving the loop closes the connection.
    if (text.length > answerLimit) break
  }
  return text + decoder.decode()
}

async function readErrorBody({ body }: Received): Promise<string> {
  const timer = setTimeout(() => body.destroy(), errorBodyMs)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= 20_000) break
    }
  } catch {
    // The status says enough.
  } finally {
    clearTimeout(timer)
  }
  return text.slice(0, 20_000)
}
