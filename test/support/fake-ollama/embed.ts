// Answers embed: vectors that are the same for the same text, and one long.

import type { Exchange } from './exchange.ts'
import {
  anyMap,
  bool,
  checkOptions,
  checkStruct,
  fieldOf,
  integer,
  readKeepAlive,
  type Struct,
  string,
} from './fields.ts'
import { asArray, type Fields, isObject, readBody, textOf } from './go-json.ts'
import { can } from './models.ts'
import { createRandom } from './random.ts'
import type { Asked, Refusal } from './requests.ts'
import type { World } from './scene.ts'

const struct: Struct = { model: string, truncate: bool, dimensions: integer, options: anyMap }

export async function answerEmbed(exchange: Exchange, world: World): Promise<void> {
  const begun = process.hrtime.bigint()
  const read = readEmbed(exchange.record.raw, world)
  if ('error' in read) return exchange.json(read.status, { error: read.error })
  const { asked, texts, dimensions } = read
  const seat = await world.runners.take(asked, { ms: 0 }, exchange.signal)
  if (seat === undefined) return
  if (seat === null) {
    return exchange.json(503, { error: 'server busy, please try again.  maximum pending requests exceeded' })
  }
  try {
    if (texts.length === 0) return exchange.json(200, { model: asked.name, embeddings: [] })
    if (!can(asked.model, 'embedding')) {
      return exchange.json(501, { error: 'This server does not support embeddings. Start it with `--embeddings`' })
    }
    const tokens = texts.map((text) => Math.ceil(text.length / 4))
    if (!asked.truncate && tokens.some((count) => count > seat.numCtx)) {
      return exchange.json(400, { error: 'the input length exceeds the context length' })
    }
    const length = dimensions > 0 ? dimensions : (asked.model.embeddingLength ?? 8)
    exchange.json(200, {
      model: asked.name,
      embeddings: texts.map((text) => vectorOf(text.slice(0, seat.numCtx * 4), length)),
      total_duration: Number(process.hrtime.bigint() - begun),
      ...(seat.loadDuration > 0 && { load_duration: seat.loadDuration }),
      prompt_eval_count: tokens.reduce((sum, count) => sum + Math.min(count, seat.numCtx), 0),
    })
  } finally {
    seat.leave()
  }
}

function readEmbed(raw: string, world: World): { asked: Asked; texts: string[]; dimensions: number } | Refusal {
  const body = readBody(raw, 'EmbedRequest')
  if (!('fields' in body)) return body
  const { fields } = body
  const wrong = checkStruct(fields, struct, 'EmbedRequest')
  if (wrong !== null) return wrong
  const keepAlive = readKeepAlive(fieldOf(fields, 'keep_alive'))
  if ('error' in keepAlive) return keepAlive
  const name = textOf(fieldOf(fields, 'model'))
  if (name === '') return { status: 404, error: "model '' not found" }
  const texts = readInput(fieldOf(fields, 'input'))
  if (texts === null) return { status: 400, error: 'invalid input type' }
  const model = world.library.find(name)
  if (model === undefined)
    return { status: 404, error: `model ${JSON.stringify(name)} not found, try pulling it first` }
  const given = fieldOf(fields, 'options')
  const options: Fields = isObject(given) ? given : {}
  const dimensions = fieldOf(fields, 'dimensions')
  return (
    checkOptions(options) ?? {
      texts,
      dimensions: typeof dimensions === 'number' ? dimensions : 0,
      asked: {
        kind: 'generate',
        name,
        model,
        options,
        messages: [],
        tools: [],
        stream: false,
        think: false,
        keepAlive: keepAlive.ms,
        truncate: fieldOf(fields, 'truncate') !== false,
        shift: true,
        raw: false,
      },
    }
  )
}

function readInput(input: unknown): string[] | null {
  if (input === undefined || input === null || input === '') return []
  if (typeof input === 'string') return [input]
  const texts = asArray(input).filter((one): one is string => typeof one === 'string')
  return Array.isArray(input) && texts.length === input.length ? texts : null
}

function vectorOf(text: string, length: number): number[] {
  let seed = 7
  for (const character of text) seed = (Math.imul(seed, 31) + (character.codePointAt(0) ?? 0)) | 0
  const random = createRandom(seed)
  const raw = Array.from({ length }, () => random() * 2 - 1)
  const norm = Math.hypot(...raw) || 1
  return raw.map((value) => Number((value / norm).toFixed(7)))
}
