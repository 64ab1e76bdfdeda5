// The way to an Ollama server: requests that end when they are told to, and answers that are looked at before they are believed.
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { isBlockedPort } from './blocked-ports.ts'
import { type Asked, statusFault, wayFault } from './faults.ts'
import { parseJson } from './wire.ts'

/** Most characters of a short answer; a list of a thousand models is about a tenth of it. */
const answerLimit = 8_000_000
/** An error body is read in this time or done without: it must not hold up the sentence for the person. */
const errorBodyMs = 3_000

/** So long a connection may take to be made. */
const connectMs = 5_000

/** Hears of every connection that was made, by the origin of its server. */
export type Reached = (origin: URL) => void

/** The token of the server at this address, or null. Throws an ExpectedFailure when there is one that may not be sent. */
export type BearerFor = (host: string) => Promise<string | null>

export interface Way {
  host: string
  reached: Reached
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
  const { signal } = way
  return new Promise((resolve, reject) => {
    // Who looks for a token may take his time; Stop does not.
    const leave = () => reject(signal.reason)
    if (signal.aborted) return leave()
    if (isBlockedPort(address)) throw new TypeError('bad port')
    signal.addEventListener('abort', leave, { once: true })
    const url = new URL(address)
    tokenFor(way, url.origin)
      .then(async (bearer) => {
        const headers = authorized(sent.headers ?? {}, bearer)
        const answer = await ask(url, { ...sent, headers }, way)
        const contentType = answer.headers['content-type'] ?? null
        resolve({ status: answer.statusCode ?? 0, contentType, bearer, body: answer })
      })
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', leave))
  })
}

/**
 * One connection a request, so that closing it can mean nothing but the end of that request, and no stale connection is used after
 * a restart of the server. Once it is made nothing is ever too late: a model may load for ten minutes before the headers.
 */
function ask(
  url: URL,
  { method, headers, body }: Omit<Sent, 'address'>,
  { reached, signal }: Pick<Way, 'reached' | 'signal'>,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:'
  // Not at the top: a window draws itself before anything is asked, and most servers are on this computer and speak no TLS.
  const begin = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http').request
  return new Promise((resolve, reject) => {
    const asking = begin({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
      method,
      // Said, because Node says it of some methods only.
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      agent: false,
      signal,
    })
    asking.on('response', resolve)
    asking.on('error', reject)
    // Of an answer that wants to go on in another protocol nothing else is heard.
    asking.on('close', () => reject(failing('ECONNRESET', 'No answer.')))
    asking.on('socket', (socket) => {
      // A connection that a network has forgotten must not be waited on for ever.
      socket.setKeepAlive(true, 60_000)
      const late = setTimeout(() => asking.destroy(failing('ETIMEDOUT', 'No connection in time.')), connectMs)
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        clearTimeout(late)
        reached(new URL(url.origin))
      })
      socket.once('close', () => clearTimeout(late))
    })
    asking.end(body)
  })
}

const failing = (code: string, message: string) => Object.assign(new Error(message), { code })

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
