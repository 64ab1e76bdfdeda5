// A fake server for one test, and a client that shows what went over the wire, piece by piece.
import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { type FakeOllama, type FakeOllamaOptions, startFakeOllama } from '../support/fake-ollama.ts'

export async function openFake(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const fake = await startFakeOllama(options)
  onTestFinished(() => fake.stop())
  return fake
}

export interface Seen {
  /** Null when the connection broke before the headers. */
  status: number | null
  contentType: string | undefined
  /** The body in the chunks it was sent in. */
  pieces: Buffer[]
  text: string
  /** The answer was whole. */
  isWhole: boolean
  /** The server said goodbye with a FIN; a reset has none. */
  hasFin: boolean
  error: string | null
}

export interface AskOptions {
  method?: string
  signal?: AbortSignal
  onPiece?: (piece: Buffer) => void
}

export function onTheWire(url: string, path: string, body?: unknown, options: AskOptions = {}): Promise<Seen> {
  const seen: Seen = {
    status: null,
    contentType: undefined,
    pieces: [],
    text: '',
    isWhole: false,
    hasFin: false,
    error: null,
  }
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve) => {
    const asked = request(url + path, {
      method: options.method ?? 'POST',
      agent: false,
      headers: { 'content-length': Buffer.byteLength(text) },
      ...(options.signal && { signal: options.signal }),
    })
    const fail = (thrown: NodeJS.ErrnoException) => {
      seen.error ??= thrown.code ?? thrown.message
    }
    asked.on('socket', (socket) => {
      socket.on('end', () => {
        seen.hasFin = true
      })
      socket.on('error', fail)
    })
    asked.on('response', (response) => {
      seen.status = response.statusCode ?? null
      seen.contentType = response.headers['content-type']
      response.on('error', fail)
      response.on('data', (piece: Buffer) => {
        seen.pieces.push(piece)
        options.onPiece?.(piece)
      })
      response.on('end', () => {
        seen.isWhole = true
      })
    })
    asked.on('error', fail)
    asked.on('close', () => {
      seen.text = Buffer.concat(seen.pieces).toString('utf8')
      resolve(seen)
    })
    asked.end(text)
  })
}

export interface Line {
  model?: string
  message?: { content: string; thinking?: string; tool_calls?: { id?: string; function: Record<string, unknown> }[] }
  response?: string
  done?: boolean
  done_reason?: string
  error?: unknown
  status?: string
  completed?: number
  total?: number
  context?: number[]
  prompt_eval_count?: number
  eval_count?: number
  load_duration?: number
}

export function linesOf({ text }: Pick<Seen, 'text'>): Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Line => JSON.parse(line))
}

export const user = { role: 'user', content: 'Hello' }

/** A chat request of the model with vision, tools and thinking. */
export function chat(overrides: object = {}): object {
  return { model: 'gemma4:e4b', messages: [user], think: false, ...overrides }
}

export function said(lines: readonly Line[]): string {
  return lines.map((line) => line.message?.content ?? line.response ?? '').join('')
}
