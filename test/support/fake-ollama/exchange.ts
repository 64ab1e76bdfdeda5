// One request and its answer: how the answer begins, how it can break, and what the records keep of it.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { goJson } from './go-json.ts'
import type { RecordedRequest, Records } from './records.ts'

export interface Exchange {
  record: RecordedRequest
  response: ServerResponse
  /** Aborted when the connection is gone. */
  signal: AbortSignal
  /** Sends the headers at once, before any body: this is the moment the client learns of the answer. */
  begin(status: number, headers?: OutgoingHttpHeaders): void
  json(status: number, body: unknown, contentType?: string): void
  text(status: number, text: string, contentType?: string): void
  /** `reset` is rude, `halfClose` says goodbye in the middle of the answer. */
  cut(how: 'reset' | 'halfClose'): Promise<void>
  isCut(): boolean
}

/** Reads the request whole; the record is in the list when this resolves. */
export async function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  records: Records,
): Promise<Exchange> {
  const begun = performance.now()
  const gone = new AbortController()
  const record: RecordedRequest = {
    method: request.method ?? '',
    path: new URL(request.url ?? '/', 'http://fake').pathname,
    headers: request.headers,
    raw: '',
    bytes: Buffer.alloc(0),
    body: undefined,
    startedMs: begun - records.startedAt,
    status: null,
    firstByteMs: null,
    closedMs: null,
    abortedByClient: false,
    closedEarly: false,
    prompt: null,
    cachedPrefix: null,
  }
  let isOurDoing = false
  response.on('close', () => {
    record.closedMs = performance.now() - begun
    record.closedEarly = !response.writableFinished
    record.abortedByClient = record.closedEarly && !isOurDoing && !records.isStopping
    gone.abort()
    records.changed()
  })
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  record.bytes = Buffer.concat(chunks)
  record.raw = record.bytes.toString('utf8')
  record.body = parse(record.raw)
  records.requests.push(record)
  records.changed()

  const exchange: Exchange = {
    record,
    response,
    signal: gone.signal,
    begin(status, headers = {}) {
      response.writeHead(status, headers)
      response.flushHeaders()
      record.status = status
      record.firstByteMs = performance.now() - begun
      records.changed()
    },
    json(status, body, contentType = 'application/json; charset=utf-8') {
      exchange.text(status, goJson(body), contentType)
    },
    text(status, text, contentType = 'text/plain') {
      if (gone.signal.aborted) return
      exchange.begin(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
      response.end(text)
    },
    isCut: () => isOurDoing,
    async cut(how) {
      isOurDoing = true
      // What was written before shall be read: a reset in the same moment looks like an ordinary end to libuv.
      await (response.headersSent ? sleep(10) : turn())
      if (how === 'reset') reset(response.socket)
      else response.socket?.end()
    },
  }
  return exchange
}

/** Without the goodbye that `resetAndDestroy` says before it resets. */
function reset(socket: Socket | null): void {
  if (socket === null) return
  Object.assign(socket, { resetAndClosing: true })
  socket.destroy()
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}
