// The calls of one answer: which are run, how, and one result for each, in their order.
import type { ToolEffect } from '../../shared/tool.ts'
import type { Toolbox, ToolCall, ToolOutcome } from '../contracts.ts'
import type { LoopGuard } from './loop-guard.ts'
import { toModel } from './to-model.ts'

/** More than these are answered without being run. */
export const callsARound = 8
/** How long a tool may take to notice that it was stopped, before its result is written without it. Milliseconds. */
const stopGraceMs = 150

export interface CallsDependencies {
  toolbox: Toolbox
  guard: LoopGuard
  /** Longest content of a result, in UTF-16 code units. */
  characters: number
  /** Before anything but a look: what is started is on the disk before it can have an effect. */
  willStart(call: ToolCall): Promise<void>
  /** What a person sees of it meanwhile. */
  tell(
    event:
      | { type: 'tool'; call: ToolCall; state: 'running' }
      | { type: 'tool'; call: ToolCall; state: 'done'; result: CallResult },
  ): void
}

/** As it is recorded. */
export interface CallResult {
  content: string
  isError: boolean
  /** The whole text when `content` is a part of it. */
  full: string | null
  callId: string
  name: string
  /** Milliseconds; null when it was not run. */
  ms: number | null
}

export interface CallsOutcome {
  /** One for each call, in the order of the calls. */
  results: readonly CallResult[]
  /** Why the turn ends here, when it does. */
  end: 'repeated' | null
}

/** Looks run side by side, everything else one after the other and in order. Throws only for a bug of a tool. */
export async function runCalls(
  { toolbox, guard, characters, willStart, tell }: CallsDependencies,
  calls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<CallsOutcome> {
  let end: CallsOutcome['end'] = null
  const pending: { result: Promise<CallResult> }[] = []
  const answered = (call: ToolCall, content: string): CallResult => {
    const result = { callId: call.id, name: call.name, content, isError: true, full: null, ms: null }
    tell({ type: 'tool', call, state: 'done', result })
    return result
  }

  async function runOne(call: ToolCall, effect: ToolEffect): Promise<CallResult> {
    if (signal.aborted) return answered(call, toModel.cancelled)
    if (effect !== 'read') await willStart(call)
    tell({ type: 'tool', call, state: 'running' })
    const begun = performance.now()
    const { content, isError, full } = await orStopped(
      toolbox.run(call.name, call.arguments, signal, { characters }),
      signal,
    )
    const result = {
      callId: call.id,
      name: call.name,
      content,
      isError,
      full,
      ms: Math.round(performance.now() - begun),
    }
    guard.heard(call, { isError, hasChanged: effect !== 'read' && !isError })
    tell({ type: 'tool', call, state: 'done', result })
    return result
  }

  let before: Promise<unknown> = Promise.resolve()
  for (const [index, call] of calls.entries()) {
    const settle = (result: CallResult | Promise<CallResult>) => pending.push({ result: Promise.resolve(result) })
    // One of a tool that there is not has no effect but its answer.
    const effect = toolbox.effectOf(call.name) ?? 'read'
    if (signal.aborted) settle(answered(call, toModel.cancelled))
    else if (index >= callsARound) settle(answered(call, toModel.tooMany(callsARound)))
    else {
      // Judged only when what was before it has been heard: it may have changed what this one would see.
      if (effect !== 'read') await Promise.all(pending.map(({ result }) => result))
      await before
      const verdict = guard.judge(call)
      if (verdict === 'end') end = 'repeated'
      if (verdict !== 'run') settle(answered(call, toModel.repeated))
      else {
        const result = runOne(call, effect)
        settle(result)
        if (effect !== 'read') before = result
      }
    }
  }
  return { results: await Promise.all(pending.map(({ result }) => result)), end }
}

type CallEnd = Pick<ToolOutcome, 'content' | 'isError' | 'full'>

async function orStopped(running: Promise<CallEnd>, signal: AbortSignal): Promise<CallEnd> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stopped = new Promise<CallEnd>((resolve) => {
    const begin = () => {
      timer = setTimeout(() => resolve({ content: toModel.cancelledUnknown, isError: true, full: null }), stopGraceMs)
    }
    if (signal.aborted) begin()
    else signal.addEventListener('abort', begin, { once: true })
  })
  try {
    return await Promise.race([running, stopped])
  } finally {
    clearTimeout(timer)
  }
}
