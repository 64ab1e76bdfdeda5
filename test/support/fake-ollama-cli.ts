// Runs a fake Ollama server by hand, until it is interrupted. What it takes is in docs/fake-ollama.md.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { answering, type Scenario, scenario, startFakeOllama } from './fake-ollama.ts'

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  scenario: { type: 'string', multiple: true },
  faults: { type: 'boolean' },
  old: { type: 'boolean' },
  token: { type: 'string' },
} as const

const values = readArguments()
const [hostPart, portPart] = splitHost(process.env['OLLAMA_HOST'] ?? '')
const port = Number(values.port ?? portPart ?? '11434')
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  refuse('--port must be a number from 0 to 65535; 0 takes any free port.')
const host = values.host ?? hostPart ?? '127.0.0.1'
const played = await Promise.all((values.scenario ?? []).map(readScenario))
const forAll = played.filter(({ model }) => model === undefined)
if (forAll.length > 1) refuse('Of several scenarios all but one must name their model.')
const server = await startFakeOllama({
  port,
  host,
  scenario: forAll[0] ?? answering,
  faultScripts: values.faults ?? false,
  versionOld: values.old ?? false,
  ...(values.token !== undefined && { token: values.token }),
}).catch((thrown: unknown) =>
  refuse(`Cannot listen on ${host}:${port}: ${thrown instanceof Error ? thrown.message : thrown}`),
)
for (const one of played) if (one.model !== undefined) server.setScenario(one)
process.stdout.write(`fake ollama listening on http://${host.includes(':') ? `[${host}]` : host}:${server.port}\n`)
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

function readArguments() {
  try {
    return parseArgs({ options }).values
  } catch (thrown) {
    refuse(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

/** Ollama's own variable for the address to listen on: a host, a port, or both. */
function splitHost(address: string): [host: string | undefined, port: string | undefined] {
  const [, name, number] = /^(?:https?:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?\/?$/u.exec(address) ?? []
  return [name?.replace(/^\[|\]$/gu, '') || undefined, number]
}

async function readScenario(path: string): Promise<Scenario> {
  const text = await readFile(path, 'utf8').catch((thrown: Error) => refuse(`Cannot read ${path}: ${thrown.message}`))
  try {
    return scenario.parse(JSON.parse(text))
  } catch (thrown) {
    refuse(`${path} is not a scenario:\n${thrown instanceof z.ZodError ? z.prettifyError(thrown) : thrown}`)
  }
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

function stop(): void {
  void server.stop().then(() => process.exit(0))
}
