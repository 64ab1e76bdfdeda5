// Which answer a path and a method get, and what Ollama says to the others.

import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { answerPrompt, type Script } from './answer.ts'
import { answerEmbed } from './embed.ts'
import type { Exchange } from './exchange.ts'
import { type Fault, nameOf, parameterOf } from './faults.ts'
import type { Pulls } from './pull.ts'
import type { World } from './scene.ts'
import { answerFault } from './stage-faults.ts'

const methods: Readonly<Record<string, readonly string[]>> = {
  '/': ['GET', 'HEAD'],
  '/api/version': ['GET', 'HEAD'],
  '/api/tags': ['GET', 'HEAD'],
  '/api/ps': ['GET'],
  '/api/show': ['POST'],
  '/api/pull': ['POST'],
  '/api/copy': ['POST'],
  '/api/delete': ['DELETE'],
  '/api/chat': ['POST'],
  '/api/generate': ['POST'],
  '/api/embed': ['POST'],
}

/** Faults that take the place of an answer on every route; the others happen inside one. */
const instead = ['status', 'queue503', 'reset', 'halfClose', 'hang', 'refuse', 'restart']

export interface Routing {
  world: World
  script: Script
  pulls: Pulls
  version: string
  /** Answers as before 2026. */
  isOld: boolean
}

export async function route(exchange: Exchange, fault: Fault | null, routing: Routing): Promise<void> {
  const { record } = exchange
  const { path, method } = record
  const { world, script, pulls } = routing
  if (!isAllowedHost(String(record.headers['host'] ?? ''))) return empty(exchange, 403)
  const name = fault === null ? null : nameOf(fault)
  if (fault !== null && name !== null && instead.includes(name)) {
    if (name === 'refuse') await exchange.cut('reset')
    return await answerFault(exchange, fault, world)
  }
  if (path !== '/' && path.endsWith('/') && methods[path.slice(0, -1)]?.includes(method)) {
    exchange.begin(method === 'GET' ? 301 : 307, { location: path.slice(0, -1) })
    exchange.response.end()
    return
  }
  const allowed = methods[path]
  if (allowed === undefined) return exchange.text(404, '404 page not found')
  if (!allowed.includes(method)) return exchange.text(405, '405 method not allowed')

  if (fault !== null && name === 'slowFirstToken') {
    await world.clock.pause(Number(parameterOf(fault, name) ?? 2_000), exchange.signal)
    return await route(exchange, null, routing)
  }
  const isOld = routing.isOld || name === 'versionOld'
  if (name === 'modelVanishes') vanish(world, record.body)
  const isPassed = name === 'versionOld' || name === 'modelVanishes'
  if (path === '/api/pull') return await pulls.answer(exchange, isPassed ? null : fault)
  if (path === '/api/chat') return await answerPrompt(exchange, 'chat', world, script, isPassed ? null : fault)
  if (path === '/api/generate') return await answerPrompt(exchange, 'generate', world, script, isPassed ? null : fault)
  if (fault !== null && !isPassed) return await answerFault(exchange, fault, world)
  answerSmall(exchange, isOld, routing)
  if (path === '/api/embed') await answerEmbed(exchange, world)
}

/** Everything that needs no model in memory. */
function answerSmall(exchange: Exchange, isOld: boolean, { world, version }: Routing) {
  const { library, runners } = world
  const { path, raw } = exchange.record
  if (path === '/') return exchange.text(200, 'Ollama is running', 'text/plain; charset=utf-8')
  if (path === '/api/version') return exchange.json(200, { version: isOld ? '0.5.7' : version })
  if (path === '/api/tags') return exchange.json(200, { models: library.list(isOld) })
  if (path === '/api/ps') return exchange.json(200, { models: runners.list() })
  if (path === '/api/show') {
    const shown = library.show(raw, isOld)
    return 'error' in shown ? exchange.json(shown.status, { error: shown.error }) : exchange.json(200, shown)
  }
  if (path === '/api/delete' || path === '/api/copy') {
    const refusal = path === '/api/delete' ? library.delete(raw) : library.copy(raw)
    if (refusal === null) empty(exchange, 200)
    else exchange.json(refusal.status, { error: refusal.error })
  }
}

function empty(exchange: Exchange, status: number): void {
  exchange.begin(status, { 'content-length': 0 })
  exchange.response.end()
}

function vanish(world: World, body: unknown): void {
  const name: unknown = Object(body)['model']
  if (typeof name === 'string') world.library.remove(name)
}

/** On a loopback address Ollama talks only to those who call it by a local name. */
function isAllowedHost(header: string): boolean {
  const host = header
    .replace(/:\d+$/u, '')
    .replace(/^\[|\]$/gu, '')
    .toLowerCase()
  if (isIP(host) !== 0) return true
  return ['', 'localhost', hostname().toLowerCase()].includes(host) || /\.(?:localhost|local|internal)$/u.test(host)
}
