// Pulls models from a registry of its own: layers one after the other, which stay half done and go on where they stopped.
import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { type Fault, nameOf, parameterOf } from './faults.ts'
import { fieldOf } from './fields.ts'
import { goJson, readBody, textOf } from './go-json.ts'
import { readNames } from './library.ts'
import { digestOf, type FakeModel, isValidName, wholeName } from './models.ts'
import type { World } from './scene.ts'

export interface PullOptions {
  /** What can be pulled. */
  registry: readonly FakeModel[]
  /** Milliseconds between two lines. */
  stepMs: number
  /** Lines until the biggest layer is there. */
  steps: number
}

interface Layer {
  digest: string
  total: number
}

export function createPulls(world: World, options: PullOptions) {
  /** Bytes that have come, by digest; they outlive the connection. */
  const completed = new Map<string, number>()

  async function answer(exchange: Exchange, fault: Fault | null): Promise<void> {
    const read = readNames(exchange.record.raw, 'PullRequest', ['model', 'name'])
    if ('error' in read) return exchange.json(read.status, { error: read.error })
    const name = read.names['model'] || read.names['name'] || ''
    const body = readBody(exchange.record.raw, 'PullRequest')
    const stream = 'fields' in body ? fieldOf(body.fields, 'stream') : undefined
    if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
      const kind = typeof stream
      const error = `json: cannot unmarshal ${kind} into Go struct field PullRequest.stream of type bool`
      return exchange.json(400, { error })
    }
    if (!isValidName(name)) return exchange.json(400, { error: 'invalid model name' })
    await tell(exchange, stream !== false, run(exchange, name, fault))
  }

  async function* run(exchange: Exchange, name: string, fault: Fault | null): AsyncGenerator<object> {
    const faultName = fault === null ? null : nameOf(fault)
    yield { status: 'pulling manifest' }
    const model = options.registry.find((one) => one.name.toLowerCase() === wholeName(name))
    if (model === undefined || faultName === 'pullError') {
      const given = fault === null ? '' : textOf(parameterOf(fault, 'pullError'))
      yield { error: given || 'pull model manifest: file does not exist' }
      return
    }
    const layers = layersOf(model)
    for (const layer of layers) {
      for await (const line of fetchLayer(exchange, layer)) {
        yield line
        const isHalf = (completed.get(layer.digest) ?? 0) >= layer.total / 2
        if (faultName === 'pullStall' && isHalf) {
          await new Promise<void>((resolve) => exchange.response.once('close', () => resolve()))
          return
        }
      }
    }
    yield { status: 'verifying sha256 digest' }
    const [first] = layers
    if (faultName === 'pullDigestMismatch' && first !== undefined) {
      // The blob is thrown away, so the next pull begins anew.
      completed.delete(first.digest)
      const got = `sha256:${createHash('sha256').update('something else').digest('hex')}`
      yield { error: `digest mismatch, file must be downloaded again: want ${first.digest}, got ${got}` }
      return
    }
    yield { status: 'writing manifest' }
    world.library.add(model)
    yield { status: 'success' }
  }

  /** `completed` is left out while it is 0. */
  async function* fetchLayer(exchange: Exchange, { digest, total }: Layer): AsyncGenerator<object> {
    const line = () => {
      const done = completed.get(digest) ?? 0
      return { status: `pulling ${digest.slice(7, 19)}`, digest, total, ...(done > 0 && { completed: done }) }
    }
    yield line()
    while ((completed.get(digest) ?? 0) < total) {
      await (options.stepMs > 0 ? world.clock.pause(options.stepMs, exchange.signal) : turn())
      if (exchange.signal.aborted) return
      const step = Math.ceil(Math.max(total, 1_000) / options.steps)
      completed.set(digest, Math.min(total, (completed.get(digest) ?? 0) + step))
      yield line()
    }
  }

  return {
    answer,
    /** Bytes of the model's biggest layer that are there. */
    progress: (model: FakeModel) => completed.get(`sha256:${digestOf(model)}`) ?? 0,
  }
}
export type Pulls = ReturnType<typeof createPulls>

function layersOf(model: FakeModel): Layer[] {
  const small = (what: string) => `sha256:${createHash('sha256').update(`${model.name} ${what}`).digest('hex')}`
  return [
    { digest: `sha256:${digestOf(model)}`, total: model.bytes },
    { digest: small('license'), total: 11_357 },
    { digest: small('config'), total: 490 },
  ]
}

async function tell(exchange: Exchange, isStream: boolean, lines: AsyncGenerator<object>): Promise<void> {
  let last: object = {}
  for await (const line of lines) {
    if (exchange.signal.aborted) return
    last = line
    if (!isStream) continue
    if (!exchange.response.headersSent) exchange.begin(200, { 'content-type': 'application/x-ndjson' })
    exchange.response.write(`${goJson(line)}\n`)
  }
  if (exchange.signal.aborted) return
  if (isStream) exchange.response.end()
  else exchange.json('error' in last ? 500 : 200, last, 'application/json')
}
