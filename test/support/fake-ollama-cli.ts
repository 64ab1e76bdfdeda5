// Runs a fake Ollama server by hand: --port N --host ADDRESS --scenario FILE.json, until it is interrupted.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Scenario, scenario, startFakeOllama } from './fake-ollama.ts'

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string' }, scenario: { type: 'string' } },
})

const port = Number(values.port ?? '11434')
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  refuse('--port must be a number from 0 to 65535; 0 takes any free port.')
const host = values.host ?? '127.0.0.1'
const played = values.scenario === undefined ? null : await readScenario(values.scenario)
const server = await startFakeOllama({ port, host, ...(played && { scenario: played }) }).catch((thrown: unknown) =>
  refuse(`Cannot listen on ${host}:${port}: ${thrown instanceof Error ? thrown.message : thrown}`),
)
process.stdout.write(`fake ollama listening on http://${host.includes(':') ? `[${host}]` : host}:${server.port}\n`)
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

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
