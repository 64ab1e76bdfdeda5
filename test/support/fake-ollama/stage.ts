// Plays the steps of one turn into one answer, as Ollama streams: headers with the first line, zero fields left out.
import { createGemmaParser, type TextParser } from './gemma-parser.ts'
import { createOutlet, type Piece } from './outlet.ts'
import { callId } from './random.ts'
import type { Call, Chunking, Step } from './scenario.ts'
import type { Scene } from './scene.ts'
import { playFault } from './stage-faults.ts'
import { createTagParser } from './tag-parser.ts'
import { cutText, streamedToken } from './text.ts'
import { createWire } from './wire.ts'

type ParserName = Extract<Step, { parser: string }>['parser']
type Done = Extract<Step, { done: string | null }>

/** Plays all steps; an answer whose steps end without `done` ends without it, as the real one sometimes does. */
export async function play(scene: Scene, steps: readonly Step[]): Promise<void> {
  const stage = createStage(scene)
  for (const step of steps) {
    if (stage.isOver()) return
    await stage.play(step)
  }
  if (!stage.isOver()) await stage.end()
}

export function createStage(scene: Scene) {
  const { exchange, asked, world, scenario } = scene
  const { signal } = exchange
  const { clock } = world
  const isStreamed = asked.stream
  const wire = createWire({
    exchange,
    clock,
    contentType: isStreamed ? 'application/x-ndjson' : 'application/json; charset=utf-8',
    bytes: scenario.wireBytes ?? wireBytesOf(scenario.chunk),
    coalesce: scenario.chunk === 'coalesce',
    jitter: scenario.jitter,
  })
  const outlet = createOutlet(exchange, asked, wire, clock)
  const startedAt = process.hrtime.bigint()
  const evalLimit = scenario.obeysLimits ? tokenLimit(scene) : Number.POSITIVE_INFINITY
  /** What faults change for the rest of the turn. */
  const twists = {
    callsInDone: false,
    ids: 'made' as 'made' | 'none' | 'same',
    argsAsString: false,
    dupDone: false,
    dataAfterDone: false,
  }
  const heldCalls: unknown[] = []
  const parsers = new Map<ParserName, TextParser>()
  let evalCount = 0
  let calls = 0
  let hasEnded = false

  const isOver = () =>
    hasEnded || signal.aborted || exchange.isCut() || exchange.response.writableEnded || exchange.response.destroyed

  async function say(piece: Piece): Promise<void> {
    if (isOver()) return
    evalCount += 1
    await outlet.say(piece)
    if (evalCount >= evalLimit) await finish({ done: 'length' })
  }

  async function finish(step: Done): Promise<void> {
    const elapsed = Number(process.hrtime.bigint() - startedAt)
    const { done, content, metrics, ...given } = step
    const measured = {
      total_duration: elapsed + scene.loadDuration,
      load_duration: scene.loadDuration,
      prompt_eval_count: scene.promptTokens,
      prompt_eval_duration: Math.round(elapsed / 10),
      eval_count: evalCount,
      eval_duration: Math.round(elapsed * 0.9),
      ...metrics,
      ...given,
    }
    const context =
      asked.kind === 'generate' && !asked.raw ? { context: contextOf(scene.promptTokens + evalCount) } : {}
    const rest = {
      done: true,
      ...(done !== null && { done_reason: done }),
      ...context,
      ...Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== 0)),
    }
    const last = await lastPiece(content ?? '')
    if (last === null) return
    await outlet.finish(last, rest)
    if (twists.dupDone) await outlet.finish({}, rest)
    if (twists.dataAfterDone)
      await wire.line(outlet.lineOf({ ...outlet.fieldsOf({ content: 'too late' }), done: false }))
    await end()
  }

  /** What the parsers still hold comes with the last line. */
  async function lastPiece(content: string): Promise<Piece | null> {
    const piece = { content, thinking: '', toolCalls: heldCalls.splice(0) }
    for (const parser of parsers.values()) {
      const rest = await parse(parser, '', true)
      if (rest === null) return null
      piece.content = (rest.content ?? '') + piece.content
      piece.thinking += rest.thinking ?? ''
      piece.toolCalls.push(...(rest.toolCalls ?? []))
    }
    return piece
  }

  async function end(): Promise<void> {
    hasEnded = true
    await wire.flush()
    wire.end()
  }

  async function playText(
    text: string,
    step: { chunk?: Chunking | undefined; delayMs?: number | undefined },
    say: (piece: string) => Promise<void>,
  ): Promise<void> {
    const chunk = step.chunk ?? scenario.chunk ?? 'token'
    if (chunk === 'coalesce') wire.hold()
    wire.cutAt(wireBytesOf(step.chunk))
    for (const piece of cutText(text, chunk)) {
      if (isOver()) return
      await say(piece)
      if (step.delayMs) await rest(step.delayMs)
    }
    wire.cutAt(undefined)
    await wire.letGo()
  }

  async function rest(ms: number): Promise<void> {
    await wire.flush()
    await clock.pause(ms, signal)
  }

  /** Null when the parser gave up, which ends the answer. */
  async function parse(parser: TextParser, text: string, isLast: boolean): Promise<Piece | null> {
    try {
      const { content, thinking, calls: found } = parser.add(text, isLast)
      return { content, thinking, toolCalls: found.map(shapeCall) }
    } catch (thrown) {
      await outlet.fail(thrown instanceof Error ? thrown.message : String(thrown))
      await end()
      return null
    }
  }

  async function playRaw(
    text: string,
    name: ParserName,
    step: { chunk?: Chunking | undefined; delayMs?: number | undefined },
  ): Promise<void> {
    if (name === 'none') return await playText(text, step, (content) => say({ content }))
    const isThinking = asked.think !== false
    const afterResult = asked.messages.at(-1)?.role === 'tool'
    const parser =
      parsers.get(name) ??
      (name === 'gemma4' ? createGemmaParser({ isThinking, afterResult }) : createTagParser(isThinking))
    parsers.set(name, parser)
    await playText(text, step, async (token) => {
      const piece = await parse(parser, token, false)
      if (piece === null) return
      // Nothing is sent while a call is being written.
      if (piece.content || piece.thinking || piece.toolCalls?.length) await say(piece)
      else evalCount += 1
    })
  }

  function shapeCall({ id, name, arguments: given }: Omit<Call, 'arguments'> & { arguments: unknown }): object {
    const made = twists.ids === 'same' ? 'call_samesame' : (id ?? callId(world.random))
    const index = calls
    calls += 1
    return {
      ...(twists.ids !== 'none' && { id: made }),
      function: { index, name, arguments: twists.argsAsString ? JSON.stringify(given) : given },
    }
  }

  /** By the clock and not by pauses: a late timer sends more at once, and never loses a token. */
  async function streamTokens(tokens: number, perSecond: number): Promise<void> {
    const begun = performance.now()
    for (let sent = 0; sent < tokens && !isOver(); ) {
      const due = Math.min(tokens, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1)
      while (sent < due && !isOver()) await say({ content: streamedToken(sent++) })
      await wire.flush()
      await world.nap(2, signal)
    }
  }

  const stage = {
    wire,
    outlet,
    twists,
    isOver,
    say,
    finish,
    end,
    rest,
    async call(list: readonly (Omit<Call, 'arguments'> & { arguments: unknown })[]): Promise<void> {
      const shaped = list.map(shapeCall)
      if (twists.callsInDone) heldCalls.push(...shaped)
      else await say({ toolCalls: shaped })
    },
    async play(step: Step): Promise<void> {
      if ('thinking' in step) return await playText(step.thinking, step, (thinking) => say({ thinking }))
      if ('done' in step) return await finish(step)
      if ('content' in step) return await playText(step.content, step, (content) => say({ content }))
      if ('tool_calls' in step) return await stage.call(step.tool_calls)
      if ('parser' in step) return await playRaw(step.raw, step.parser, step)
      if ('raw' in step) return await wire.send(step.raw)
      if ('stream' in step) return await streamTokens(step.stream.tokens, step.stream.perSecond)
      if ('delayMs' in step) return await rest(step.delayMs)
      await wire.flush()
      if ('gate' in step) await world.gates.pass(step.gate, signal)
      else await playFault(stage, scene, step.fault)
    },
  }
  return stage
}
export type Stage = ReturnType<typeof createStage>

function wireBytesOf(chunk: Chunking | undefined): number | undefined {
  return typeof chunk === 'object' ? chunk.bytes : undefined
}

function tokenLimit({ asked, promptTokens, numCtx }: Scene): number {
  const given = asked.options['num_predict']
  const wanted = typeof given === 'number' && given > 0 ? given : numCtx * 10
  return asked.shift ? wanted : Math.min(wanted, numCtx - promptTokens)
}

function contextOf(tokens: number): number[] {
  return Array.from({ length: Math.min(tokens, 64) }, (_, index) => (index * 7 + 1) % 32_000)
}
