// The one file that talks through the `ollama` client: one client a request, closed whatever happens.
import { type ChatRequest, type Message, Ollama } from 'ollama'
import type { Sampling } from '../../../shared/answers.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { failures } from '../../../shared/messages/failures.ts'
import { outputRoom } from '../../../shared/output-room.ts'
import type { Usage } from '../../../shared/session.ts'
import type { FunctionTool, ModelEvent, ModelMessage, ToolCall } from '../../contracts.ts'
import { type Asked, wayFault } from './faults.ts'
import { checkAnswer, createCloser, send, type Way } from './http.ts'
import { inspectLines } from './lines.ts'
import { createCallReader } from './tool-calls.ts'
import { type ChatLine, chatLine } from './wire.ts'

export interface Chat {
  model: string
  messages: readonly ModelMessage[]
  think: boolean | 'low' | 'medium' | 'high'
  /** null: as many as there is room for. */
  mostTokens: number | null
  /** Only what was chosen is sent. */
  sampling: Sampling
  /** Tokens; the same for every request of a session, because another value makes Ollama load the model again. */
  numCtx: number
  tools: readonly FunctionTool[]
  /** Empty means the model's own. */
  stop: readonly string[]
}

/** Fields the server knows and the client's types do not. */
interface WholeChatRequest extends ChatRequest {
  stream: true
  truncate: false
  shift: false
}

/**
 * Streams one answer and closes the connection at its end, at an abort, at an error and when the reader leaves.
 * Throws ExpectedFailures; `cancelled` when the signal was aborted.
 */
export async function* streamChat(
  way: Way,
  chat: Chat,
): AsyncGenerator<Exclude<ModelEvent, { type: 'waiting' }>, void, undefined> {
  const asked: Asked = { host: way.host, model: chat.model }
  const closer = createCloser(way.signal)
  const client = new Ollama({ host: way.host, fetch: createFetch({ ...way, signal: closer.signal }, asked) })
  const readCalls = createCallReader(chat.messages)
  let hasBegun = false
  try {
    closer.signal.throwIfAborted()
    const parts = await client.chat(toRequest(chat))
    hasBegun = true
    for await (const part of parts) {
      const line = chatLine.safeParse(part)
      if (!line.success) throw new ExpectedFailure('damaged', failures.badLine, line.error.message)
      const { thinking, content, tool_calls } = line.data.message ?? {}
      if (thinking) yield { type: 'thinking', delta: thinking }
      if (content) yield { type: 'text', delta: content }
      // In every line, also the last: some templates put all of them there.
      for (const call of readCalls(tool_calls ?? [])) yield { type: 'tool-call', call }
      if (line.data.done) {
        yield {
          type: 'done',
          stop: line.data.done_reason === 'length' ? 'length' : 'stop',
          usage: toUsage(line.data, chat.numCtx),
        }
        return
      }
    }
    throw new ExpectedFailure('unavailable', failures.endedEarly)
  } catch (thrown) {
    if (way.signal.aborted) throw new ExpectedFailure('cancelled', failures.cancelled)
    throw wayFault(thrown, asked, hasBegun)
  } finally {
    // The client leaves the connection open after `break` and after an error, and the server would go on writing.
    closer.close()
  }
}

/** Own copies throughout: the client writes into what it is given, and history must never change under it. */
function toRequest(chat: Chat): WholeChatRequest {
  const { temperature, topP, seed } = chat.sampling
  return {
    model: chat.model,
    messages: chat.messages.map(toWireMessage),
    ...(chat.tools.length > 0 && {
      tools: chat.tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters: structuredClone(parameters) },
      })),
    }),
    stream: true,
    think: chat.think,
    keep_alive: '30m',
    // Without these two the server drops the oldest messages, or the middle of the prompt, and says nothing.
    truncate: false,
    shift: false,
    options: {
      num_ctx: chat.numCtx,
      num_predict: Math.min(outputRoom(chat.numCtx), chat.mostTokens ?? Number.POSITIVE_INFINITY),
      ...(temperature !== null && { temperature }),
      ...(topP !== null && { top_p: topP }),
      ...(seed !== null && { seed }),
      ...(chat.stop.length > 0 && { stop: [...chat.stop] }),
    },
  }
}

interface WireMessage extends Message {
  tool_call_id?: string
  tool_calls?: (NonNullable<Message['tool_calls']>[number] & { id: string })[]
}

function toWireMessage({ role, content, thinking, ...more }: ModelMessage): WireMessage {
  return {
    role,
    content,
    ...(thinking !== undefined && thinking !== '' && { thinking }),
    // Text of our own making: the client reads a file when a string is the path of one.
    ...(more.images && { images: more.images.map((image) => Buffer.from(image).toString('base64')) }),
    ...(more.toolCalls && { tool_calls: more.toolCalls.map(toWireCall) }),
    ...(more.toolCallId !== undefined && { tool_call_id: more.toolCallId }),
    ...(more.toolName !== undefined && { tool_name: more.toolName }),
  }
}

function toWireCall({ id, name, arguments: given }: ToolCall) {
  return { id, function: { name, arguments: structuredClone({ ...given }) } }
}

/**
 * A fetch for one request: our signal instead of the client's, and an answer the client can trust. As little of one as the client
 * reads, and it always asks with a text and a plain record: to load what Node has for browsers takes longer than to ask.
 */
function createFetch(way: Way, asked: Asked): typeof fetch {
  return async (input, init) => {
    const received = await send(way, {
      method: 'POST',
      address: String(input),
      headers: { ...(init?.headers as Record<string, string> | undefined) },
      ...(typeof init?.body === 'string' && { body: init.body }),
    })
    await checkAnswer(received, asked)
    return { ok: true, body: inspectLines(received.body, asked) } as Response
  }
}

function toUsage(line: ChatLine, numCtx: number): Usage {
  const promptTokens = line.prompt_eval_count ?? 0
  const outputTokens = line.eval_count ?? 0
  return {
    promptTokens,
    outputTokens,
    contextTokens: promptTokens + outputTokens,
    numCtx,
    loadMs: toMs(line.load_duration),
    promptMs: toMs(line.prompt_eval_duration),
    outputMs: toMs(line.eval_duration),
  }
}

function toMs(nanoseconds: number | null | undefined): number {
  return Math.round((nanoseconds ?? 0) / 1e6)
}
