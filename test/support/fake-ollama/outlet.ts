// Lines of an answer as Ollama writes them, for chat and for generate, streamed or in one object.
import { type FakeClock, nanoTime } from './clock.ts'
import type { Exchange } from './exchange.ts'
import { goJson } from './go-json.ts'
import type { Asked } from './requests.ts'
import type { Wire } from './wire.ts'

export interface Piece {
  content?: string
  thinking?: string
  toolCalls?: readonly unknown[]
}

export function createOutlet(exchange: Exchange, asked: Asked, wire: Wire, clock: FakeClock) {
  const joined = { content: '', thinking: '', toolCalls: [] as unknown[] }
  let lines = 0

  /** Empty fields are left out; `content` and `response` are always there. */
  function fieldsOf({ content = '', thinking = '', toolCalls = [] }: Piece): object {
    const more = { ...(thinking !== '' && { thinking }), ...(toolCalls.length > 0 && { tool_calls: toolCalls }) }
    return asked.kind === 'chat'
      ? { message: { role: 'assistant', content, ...more } }
      : { response: content, ...(thinking !== '' && { thinking }) }
  }

  function lineOf(fields: object): string {
    lines += 1
    return goJson({ model: asked.name, created_at: nanoTime(clock.now(), lines), ...fields })
  }

  function join({ content = '', thinking = '', toolCalls = [] }: Piece): void {
    joined.content += content
    joined.thinking += thinking
    joined.toolCalls.push(...toolCalls)
  }

  return {
    lineOf,
    fieldsOf,
    async say(piece: Piece): Promise<void> {
      join(piece)
      if (asked.stream) await wire.line(lineOf({ ...fieldsOf(piece), done: false }))
    },
    /** The last line, or the one object of an answer that is no stream. */
    async finish(piece: Piece, rest: object): Promise<void> {
      join(piece)
      if (asked.stream) return await wire.line(lineOf({ ...fieldsOf(piece), ...rest }))
      // Ollama attaches joined calls only if there were tools to call.
      const toolCalls = asked.tools.length > 0 ? joined.toolCalls : (piece.toolCalls ?? [])
      await wire.send(lineOf({ ...fieldsOf({ ...joined, toolCalls }), ...rest }))
    },
    /** A line once something was sent; a status before. */
    async fail(error: unknown): Promise<void> {
      await wire.flush()
      if (exchange.response.headersSent) await wire.line(goJson({ error }))
      else exchange.json(500, { error }, 'application/json')
    },
  }
}
export type Outlet = ReturnType<typeof createOutlet>
