// Plays the steps of one turn into one response, as Ollama streams: headers with the first line, zero fields left out.
import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Gates } from './gates.ts'
import { writeHead } from './head.ts'
import type { Fault, Step } from './scenario.ts'
import { cutText, streamedToken } from './text.ts'
import type { ChatBody } from './validate.ts'

export interface Scene {
  response: ServerResponse
  body: ChatBody
  gates: Gates
  /** Aborted when the client has gone. */
  signal: AbortSignal
  wireBytes: number | undefined
  /** Nanoseconds, for the last line. */
  loadDuration: number
}

/** Plays all steps; an answer whose steps end without `done` ends without it, as the real one sometimes does. */
export async function play(scene: Scene, steps: readonly Step[]): Promise<void> {
  const { response, signal } = scene
  const stage = createStage(scene)
  for (const step of steps) {
    if (signal.aborted) return
    await stage.play(step)
    if (response.writableEnded || response.destroyed) return
  }
  if (!signal.aborted) stage.end()
}

function createStage({ response, body, gates, signal, wireBytes, loadDuration }: Scene) {
  const startedAt = process.hrtime.bigint()
  const joined = { content: '', thinking: '', calls: [] as unknown[] }
  let evalCount = 0

  async function wire(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const size = wireBytes ?? Math.max(1, bytes.length)
    for (let start = 0; start < bytes.length && !signal.aborted; start += size) {
      if (!response.headersSent) writeHead(response, 200, { 'content-type': 'application/x-ndjson' })
      if (!response.write(bytes.subarray(start, start + size))) await drained()
    }
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      response.once('drain', resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  function lineOf(fields: object): string {
    return `${JSON.stringify({ model: body.model, created_at: new Date().toISOString(), ...fields })}\n`
  }

  async function say(message: { content?: string; thinking?: string; tool_calls?: unknown[] }): Promise<void> {
    evalCount += 1
    joined.content += message.content ?? ''
    joined.thinking += message.thinking ?? ''
    joined.calls.push(...(message.tool_calls ?? []))
    if (body.stream) await wire(lineOf({ message: { role: 'assistant', content: '', ...message }, done: false }))
  }

  async function finish(reason: string | null, content: string, given: object): Promise<void> {
    const elapsed = Number(process.hrtime.bigint() - startedAt)
    const metrics = {
      total_duration: elapsed + loadDuration,
      load_duration: loadDuration,
      prompt_eval_count: Math.ceil(body.characters / 4),
      prompt_eval_duration: Math.round(elapsed / 10),
      eval_count: evalCount,
      eval_duration: Math.round(elapsed * 0.9),
      ...given,
    }
    const shown = Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== 0))
    const whole = {
      role: 'assistant',
      content: joined.content + content,
      ...(joined.thinking !== '' && { thinking: joined.thinking }),
      ...(joined.calls.length > 0 && { tool_calls: joined.calls }),
    }
    const message = body.stream ? { role: 'assistant', content } : whole
    const last = lineOf({ message, done: true, ...(reason !== null && { done_reason: reason }), ...shown })
    if (body.stream) await wire(last)
    else writeHead(response, 200, { 'content-type': 'application/json; charset=utf-8' }).write(last.trim())
  }

  /** By the clock and not by pauses: a late timer sends more at once, and never loses a token. */
  async function streamTokens(tokens: number, perSecond: number): Promise<void> {
    const begun = performance.now()
    for (let sent = 0; sent < tokens && !signal.aborted; ) {
      const due = Math.min(tokens, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1)
      while (sent < due && !signal.aborted) await say({ content: streamedToken(sent++) })
      await pause(2, undefined, { signal }).catch(() => undefined)
    }
  }

  async function fail(fault: Fault): Promise<void> {
    if (fault === 'invalidJsonLine') return wire('{"model":"broken","message":{"content":\n')
    if (fault === 'nullLine') return wire('null\n')
    if (fault === 'blankLines') return wire('\n\r\n  \n')
    if (fault === 'cutLine') {
      await wire(lineOf({ message: { role: 'assistant', content: 'cut' }, done: false }).slice(0, -20))
      return end()
    }
    if (typeof fault === 'object' && 'errorLine' in fault) {
      await wire(`${JSON.stringify({ error: fault.errorLine })}\n`)
      return end()
    }
    if (fault === 'endWithoutDone') return end()
    await answerFault(response, fault, signal)
  }

  function end(): void {
    if (!response.headersSent) writeHead(response, 200, { 'content-type': 'application/x-ndjson' })
    response.end()
  }

  return {
    end,
    async play(step: Step): Promise<void> {
      if ('thinking' in step || ('content' in step && !('done' in step))) {
        const key = 'thinking' in step ? 'thinking' : 'content'
        const text = 'thinking' in step ? step.thinking : step.content
        for (const piece of cutText(text, step.chunk ?? 'token')) {
          if (signal.aborted) return
          await say({ [key]: piece })
          if (step.delayMs) await pause(step.delayMs, undefined, { signal }).catch(() => undefined)
        }
        return
      }
      if ('tool_calls' in step) {
        const calls = step.tool_calls.map(({ id, name, arguments: given }, index) => ({
          ...(id !== undefined && { id }),
          function: { index, name, arguments: given },
        }))
        return say({ tool_calls: calls })
      }
      if ('done' in step) return finish(step.done, step.content ?? '', step.metrics ?? {})
      if ('raw' in step) return wire(step.raw)
      if ('stream' in step) return streamTokens(step.stream.tokens, step.stream.perSecond)
      if ('gate' in step) return gates.pass(step.gate, signal)
      if ('fault' in step) return fail(step.fault)
      await pause(step.delayMs, undefined, { signal }).catch(() => undefined)
    },
  }
}

/** A fault that needs no stream, so that any route can have it: a status, a reset, silence. */
export async function answerFault(response: ServerResponse, fault: Fault, signal: AbortSignal): Promise<void> {
  if (fault === 'reset') {
    response.socket?.resetAndDestroy()
  } else if (fault === 'hang') {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  } else if (typeof fault === 'object' && 'status' in fault) {
    const isText = typeof fault.body === 'string'
    const text = fault.body === undefined ? '' : isText ? String(fault.body) : JSON.stringify(fault.body)
    const contentType = fault.contentType ?? (isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8')
    writeHead(response, fault.status, {
      'content-type': contentType,
      ...(fault.location && { location: fault.location }),
    })
    response.end(text)
  } else {
    writeHead(response, 200, { 'content-type': 'application/x-ndjson' }).end()
  }
}
