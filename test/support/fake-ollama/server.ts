// A small Ollama over real HTTP: its routes, its strictness and its state, and a script for what the models say.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createGates } from './gates.ts'
import { writeHead } from './head.ts'
import { type FakeModel, findModel, psEntry, showEntry, tagsEntry, usualModels } from './models.ts'
import { answerFault, play } from './play.ts'
import { createRecords, type RecordedRequest } from './records.ts'
import { answering, type Fault, type Match, type Scenario, type Step } from './scenario.ts'
import { usualAnswer } from './text.ts'
import { type ChatBody, validateChat, validateShow } from './validate.ts'

export interface FakeOllamaOptions {
  /** What every model answers; a short useful answer when left out. */
  scenario?: Scenario
  /** Scenarios by model name; they go before `scenario`. */
  scenarios?: Readonly<Record<string, Scenario>>
  models?: readonly FakeModel[]
  /** Names of the models that are in memory from the start. */
  loaded?: readonly string[]
  port?: number
  host?: string
  version?: string
}

const routes: Readonly<Record<string, readonly string[]>> = {
  '/': ['GET', 'HEAD'],
  '/api/version': ['GET', 'HEAD'],
  '/api/tags': ['GET', 'HEAD'],
  '/api/ps': ['GET'],
  '/api/show': ['POST'],
  '/api/chat': ['POST'],
}

export async function startFakeOllama(options: FakeOllamaOptions = {}) {
  const records = createRecords()
  const gates = createGates(records)
  const sockets = new Set<Socket>()
  const faults = new Map<string, { fault: Fault; times: number }>()
  const loaded = new Map((options.loaded ?? []).map((name) => [name, 4_096]))
  let models = [...(options.models ?? usualModels)]
  let scenario = options.scenario ?? answering
  let scenarios = options.scenarios ?? {}
  let chats = 0
  let connections = 0

  const server = createServer((request, response) => {
    void answer(request, response).catch((thrown: unknown) => {
      // A mistake of the fake itself must fail the test, not hang it.
      if (!response.headersSent) writeHead(response, 500)
      response.end(`fake: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
    })
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => {
      sockets.delete(socket)
      records.changed()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = performance.now()
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    const gone = new AbortController()
    const record: RecordedRequest = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      raw: '',
      body: undefined,
      status: null,
      firstByteMs: null,
      closedMs: null,
      abortedByClient: false,
    }
    let isOurFault = false
    response.once('begun', (status: number) => {
      record.status = status
      record.firstByteMs = performance.now() - begun
      records.changed()
    })
    response.on('close', () => {
      record.closedMs = performance.now() - begun
      record.abortedByClient = !response.writableFinished && !isOurFault
      gone.abort()
      records.changed()
    })
    for await (const chunk of request.setEncoding('utf8')) record.raw += String(chunk)
    record.body = parse(record.raw)
    records.requests.push(record)
    records.changed()

    const rule = faults.get(path)
    if (rule !== undefined && rule.times > 0) {
      rule.times -= 1
      isOurFault = rule.fault === 'reset'
      return answerFault(response, rule.fault, gone.signal)
    }
    const methods = routes[path]
    if (methods === undefined) return sendText(response, 404, '404 page not found')
    if (!methods.includes(record.method)) return sendText(response, 405, '405 method not allowed')
    if (path === '/') return sendText(response, 200, 'Ollama is running')
    if (path === '/api/version') return sendJson(response, 200, { version: options.version ?? '0.33.0' })
    if (path === '/api/tags') return sendJson(response, 200, { models: models.map(tagsEntry) })
    if (path === '/api/ps') return sendJson(response, 200, { models: listLoaded() })
    if (path === '/api/show') {
      const shown = validateShow(record.raw, models)
      if ('error' in shown) return sendJson(response, shown.status, { error: shown.error })
      return sendJson(response, 200, showEntry(shown.model))
    }
    isOurFault = await chat(record.raw, response, gone.signal)
  }

  /** True when the connection was broken by the scenario and not by the client. */
  async function chat(raw: string, response: ServerResponse, signal: AbortSignal): Promise<boolean> {
    const valid = validateChat(raw, models)
    if ('error' in valid) {
      sendJson(response, valid.status, { error: valid.error })
      return false
    }
    const { body, model } = valid
    const played = scenarios[model.name] ?? scenario
    chats += 1
    const nth = chats
    const loadDuration = await load(model, body, played.loadMs ?? 0, signal)
    if (body.messages.length === 0) {
      const reason = body.keepAlive === 0 ? 'unload' : 'load'
      if (reason === 'unload') loaded.delete(model.name)
      const message = { role: 'assistant', content: '' }
      sendJson(response, 200, {
        model: body.model,
        created_at: new Date().toISOString(),
        message,
        done: true,
        done_reason: reason,
      })
      return false
    }
    const steps = chooseSteps(played, body, nth)
    if (steps === null) {
      sendJson(response, 500, { error: 'fake: no turn matched' })
      return false
    }
    if (played.promptMs) await pause(played.promptMs, undefined, { signal }).catch(() => undefined)
    const breaks = steps.some((step) => 'fault' in step && step.fault === 'reset')
    await play({ response, body, gates, signal, wireBytes: played.wireBytes, loadDuration }, steps)
    return breaks
  }

  async function load(model: FakeModel, body: ChatBody, ms: number, signal: AbortSignal): Promise<number> {
    const isLoaded = loaded.has(model.name)
    const begun = process.hrtime.bigint()
    if (!isLoaded && ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) loaded.set(model.name, body.numCtx)
    return isLoaded ? 0 : Number(process.hrtime.bigint() - begun)
  }

  function listLoaded() {
    const expiresAt = new Date(Date.now() + 30 * 60_000)
    return [...loaded].flatMap(([name, numCtx]) => {
      const model = findModel(models, name)
      return model ? [psEntry(model, numCtx, expiresAt)] : []
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const isAborted = (request: RecordedRequest) => request.path === '/api/chat' && request.abortedByClient
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Every request that came in whole, oldest first. */
    requests: records.requests as readonly RecordedRequest[],
    connections: {
      get total() {
        return connections
      },
      get open() {
        return sockets.size
      },
    },
    chatRequests: () => records.requests.filter((request) => request.path === '/api/chat'),
    /** The first request this is true for, also an earlier one; any chat request when left out. */
    waitForRequest: (predicate = (request: RecordedRequest) => request.path === '/api/chat') =>
      records.waitFor('a request', () => records.requests.find(predicate)),
    /** The first chat request whose connection the client closed before the answer was whole. */
    waitForAbort: (predicate = isAborted) => records.waitFor('an abort', () => records.requests.find(predicate)),
    waitForNoConnections: () =>
      records.waitFor('the end of every connection', () => (sockets.size === 0 ? true : undefined)),
    waitForGate: gates.waitUntilReached,
    release: gates.release,
    setScenario(next: Scenario, modelName?: string): void {
      if (modelName === undefined) scenario = next
      else scenarios = { ...scenarios, [modelName]: next }
      chats = 0
      gates.reset()
    },
    setModels(next: readonly FakeModel[]): void {
      models = [...next]
    },
    /** The next `times` requests of this path, whatever their method, end this way; null takes the rule away. */
    setFault(path: string, fault: Fault | null, times = Number.POSITIVE_INFINITY): void {
      if (fault === null) faults.delete(path)
      else faults.set(path, { fault, times })
    },
    /** Closes everything at once, as a server that is killed. */
    async stop(): Promise<void> {
      gates.releaseAll()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export type FakeOllama = Awaited<ReturnType<typeof startFakeOllama>>

function chooseSteps(scenario: Scenario, body: ChatBody, nth: number): readonly Step[] | null {
  const turn = scenario.turns.find(({ match }) => match === undefined || fits(match, body, nth))
  if (turn !== undefined) return turn.steps
  if (scenario.fallback !== 'answer') return null
  const question = body.messages.findLast((message) => message.role === 'user')?.content ?? ''
  return usualAnswer(question, body.think !== false, body.model)
}

function fits(match: Match, body: ChatBody, nth: number): boolean {
  const last = body.messages.at(-1)
  if (match.model !== undefined && match.model !== body.model) return false
  if (match.lastRole !== undefined && match.lastRole !== last?.role) return false
  if (match.contains !== undefined && !(last?.content.includes(match.contains) ?? false)) return false
  if (match.think !== undefined && match.think !== (body.think !== false)) return false
  return match.nth === undefined || match.nth === nth
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  writeHead(response, status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function sendText(response: ServerResponse, status: number, text: string): void {
  writeHead(response, status, { 'content-type': status === 200 ? 'text/plain; charset=utf-8' : 'text/plain' }).end(text)
}
