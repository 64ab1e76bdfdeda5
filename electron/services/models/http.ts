// The way to an Ollama server: requests that end when they are told to, and answers that are looked at before they are believed.
import { Agent, type Dispatcher, fetch } from 'undici'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
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

export interface Way {
  host: string
  dispatcher: Dispatcher
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
  method: string
  address: string
  headers?: Record<string, string>
  body?: string
}

/** Resolves with the headers. Never follows a redirect: nothing may leave for another address than the chosen one. */
export function send(way: Way, sent: Sent) {
  return fetch(sent.address, {
    method: sent.method,
    redirect: 'manual',
    dispatcher: way.dispatcher,
    signal: way.signal,
    ...(sent.headers && { headers: sent.headers }),
    ...(sent.body !== undefined && { body: sent.body }),
  })
}
export type Received = Awaited<ReturnType<typeof send>>

/** Throws the failure of an answer that is not a good one of Ollama's. */
export async function checkAnswer(received: Received, asked: Asked): Promise<void> {
  if (!received.ok) throw statusFault(received.status, await readErrorBody(received), asked)
  const contentType = received.headers.get('content-type')
  if (contentType !== null && !/json/iu.test(contentType)) {
    throw new ExpectedFailure('unavailable', failures.notOllama(asked.host), `200 ${contentType}`)
  }
}

/** Asks for one short JSON answer within `limitMs`. Throws an ExpectedFailure; the shape is the caller's to check. */
export async function askJson(way: Way, sent: Sent, limitMs: number, model = ''): Promise<unknown> {
  const asked = { host: way.host, model }
  const closer = createCloser(way.signal)
  const timer = setTimeout(() => closer.close(new DOMException('No answer in time.', 'TimeoutError')), limitMs)
  try {
    const received = await send({ ...way, signal: closer.signal }, sent)
    await checkAnswer(received, asked)
    const answer = parseJson(await readText(received))
    if (answer === undefined) throw new ExpectedFailure('unavailable', failures.notOllama(way.host))
    return answer
  } catch (thrown) {
    if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    throw wayFault(closer.signal.aborted ? closer.signal.reason : thrown, asked, false)
  } finally {
    clearTimeout(timer)
    closer.close()
  }
}

async function readText(received: Received): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of received.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    // Leaving the loop closes the connection.
    if (text.length > answerLimit) break
  }
  return text + decoder.decode()
}

async function readErrorBody(received: Received): Promise<string> {
  const body = received.body
  if (body === null) return ''
  const tooLate = AbortSignal.timeout(errorBodyMs)
  const reader = body.getReader()
  const stop = () => void reader.cancel().catch(() => undefined)
  tooLate.addEventListener('abort', stop, { once: true })
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < 20_000) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The status says enough.
  } finally {
    tooLate.removeEventListener('abort', stop)
    stop()
  }
  return text.slice(0, 20_000)
}
