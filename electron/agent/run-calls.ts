// The calls of one answer: which are run, how, and one result for each, in their order.
import type { CallFailure, ToolDetail, ToolEffect } from '../../shared/tool.ts'
import type { Toolbox, ToolCall, ToolOptions, ToolOutcome } from '../contracts.ts'
import type { AskedCall, Border, Doubt, Permit } from './border.ts'
import { coerceArguments } from './dialects/coerce.ts'
import type { LoopGuard } from './loop-guard.ts'
import type { MadeCall } from './model-turn.ts'
import { toModel } from './to-model.ts'

/** More than these are answered without being run. */
export const callsARound = 8
/** How long a tool may take to notice that it was stopped, before its result is written without it. Milliseconds. */
const stopGraceMs = 150

export interface CallsDependencies {
  toolbox: Toolbox
  guard: LoopGuard
  border: Border
  /** Longest content of a result of this tool, in UTF-16 code units. */
  charactersFor(toolName: string): number
  /** Before anything but a look: what is started is on the disk before it can have an effect. */
  willStart(call: ToolCall): Promise<void>
  /** The model can see pictures. */
  seesImages: boolean
  /** What a person sees of it meanwhile. */
  tell(
    event:
      | { type: 'tool'; call: ToolCall; state: 'running' }
      | { type: 'tool'; call: ToolCall; state: 'done'; result: CallResult }
      /** What a command writes while it runs. */
      | { type: 'output'; callId: string; text: string },
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
  detail: ToolDetail | null
  /** What the model is shown beside the words. */
  image: ToolOutcome['image']
  /** null when it did what it should. */
  failure: CallFailure | null
}

export interface CallsOutcome {
  /** One for each call, in the order of the calls. */
  results: readonly CallResult[]
  /** Why the turn ends here, when it does. */
  end: 'repeated' | null
}

/** Looks run side by side, everything else one after the other and in order. Throws only for a bug of a tool. */
export async function runCalls(
  { toolbox, guard, border, charactersFor, seesImages, willStart, tell }: CallsDependencies,
  calls: readonly MadeCall[],
  signal: AbortSignal,
): Promise<CallsOutcome> {
  let end: CallsOutcome['end'] = null
  const pending: { result: Promise<CallResult> }[] = []
  /** What was tried. One that could not be read is an error of its tool like any other: three in a row end the turn. */
  const tried: { name: string; isError: boolean }[] = []
  const faulty = (call: MadeCall, content: string): CallResult => {
    tried.push({ name: call.name, isError: true })
    return answered(call, content, { code: 'invalid-input', reason: 'unreadable' })
  }
  const answered = (call: ToolCall, content: string, failure: CallFailure): CallResult => {
    const nothing = { isError: true, full: null, ms: null, detail: null, image: null }
    const result = { callId: call.id, name: call.name, content, failure, ...nothing }
    tell({ type: 'tool', call, state: 'done', result })
    return result
  }

  async function runOne(call: MadeCall, effect: ToolEffect): Promise<CallResult> {
    if (signal.aborted) return answered(call, toModel.cancelled, stopped)
    const given = argumentsFor(toolbox, call)
    if ('wrong' in given) {
      tried.push({ name: call.name, isError: true })
      return answered(call, given.wrong, { code: 'invalid-input', reason: null })
    }
    const doubts: Doubt[] = call.repaired && effect !== 'read' ? ['repaired'] : []
    const asked = { call, effect, arguments: given.arguments ?? {}, doubts }
    // What there is no tool for, or what could not be read, is answered by the registry: nobody is asked about it.
    const isUsable = whyUnusable(call) === null
    const permit = isUsable ? await border.permit(asked, signal) : null
    if (permit?.allow === false) return denied(call, permit)
    if (effect !== 'read') await willStart(call)
    tell({ type: 'tool', call, state: 'running' })
    const onOutput = (text: string) => tell({ type: 'output', callId: call.id, text })
    /** Where a page led to, and who let it. */
    const visited: { asked: AskedCall; permit: Permit }[] = []
    const mayVisit = async ({ href }: URL) => {
      const further = { ...asked, arguments: { ...asked.arguments, url: href } }
      const leave = await border.permit(further, signal)
      if (leave.allow) visited.push({ asked: further, permit: leave })
      return leave.allow
    }
    const attempt = async (
      permitted: ToolOptions['permitted'] = [],
      more: Pick<ToolOptions, 'withoutSandbox'> = {},
    ) => {
      const characters = charactersFor(call.name)
      const options = { characters, seesImages, permitted, onOutput, mayVisit, ...more }
      const begun = performance.now()
      const said = await orStopped(toolbox.run(call.name, given.arguments, signal, options), signal)
      return { said, ms: Math.round(performance.now() - begun) }
    }
    const withoutSandbox = permit?.allow ? permit.withoutSandbox : undefined
    // For the first attempt only: what is allowed once is not done twice.
    let { said, ms } = await attempt([], withoutSandbox && { withoutSandbox })
    if (permit) await border.crossed(asked, permit, said)
    for (const { asked: further, permit: leave } of visited) await border.crossed(further, leave, said)
    // What a guard refuses only for want of the person's yes. One file may need it for two reasons.
    for (let permitted: Doubt[] = []; isAskable(said.failure?.reason) && !permitted.includes(said.failure.reason); ) {
      permitted = [...permitted, said.failure.reason]
      const askedAgain = { ...asked, doubts: [...doubts, ...permitted] }
      const again = await border.permit(askedAgain, signal)
      if (!again.allow) return denied(call, again)
      ;({ said, ms } = await attempt(permitted as ToolOptions['permitted']))
      await border.crossed(askedAgain, again, said)
    }
    const { isError, full, detail, image } = said
    const content = given.notes === '' ? said.content : `${said.content}\n${toModel.notes(given.notes)}`
    const failure = said.failure && { ...said.failure, reason: said.failure.reason ?? whyUnusable(call) }
    const result = { callId: call.id, name: call.name, content, isError, full, ms, detail, image, failure }
    tried.push({ name: call.name, isError })
    guard.heard(call, { hasChanged: effect !== 'read' && !isError })
    tell({ type: 'tool', call, state: 'done', result })
    return result
  }

  function denied(call: ToolCall, { content, failure }: Extract<Permit, { allow: false }>): CallResult {
    // What the person has stopped is no error of the model.
    if (failure.code !== 'cancelled') tried.push({ name: call.name, isError: true })
    return answered(call, content, failure)
  }

  const whyUnusable = (call: ToolCall): CallFailure['reason'] => {
    if (toolbox.effectOf(call.name) === null) return 'unknown-tool'
    return call.arguments === null ? 'unreadable' : null
  }

  let before: Promise<unknown> = Promise.resolve()
  for (const [index, call] of calls.entries()) {
    const settle = (result: CallResult | Promise<CallResult>) => pending.push({ result: Promise.resolve(result) })
    // One of a tool that there is not has no effect but its answer.
    const effect = toolbox.effectOf(call.name) ?? 'read'
    if (signal.aborted) settle(answered(call, toModel.cancelled, stopped))
    else if (index >= callsARound)
      settle(answered(call, toModel.tooMany(callsARound), { code: 'limit', reason: 'too-many' }))
    else if (call.fault !== null && call.fault !== 'unknown_tool') settle(faulty(call, toModel.faults[call.fault]))
    else {
      // Judged only when what was before it has been heard: it may have changed what this one would see.
      if (effect !== 'read') await Promise.all(pending.map(({ result }) => result))
      await before
      const verdict = guard.judge(call)
      if (verdict === 'end') end = 'repeated'
      if (verdict !== 'run') settle(answered(call, toModel.repeated, { code: 'limit', reason: 'repeated' }))
      else {
        const result = runOne(call, effect)
        settle(result)
        if (effect !== 'read') before = result
      }
    }
  }
  const results = await Promise.all(pending.map(({ result }) => result))
  guard.answered(tried)
  return { results, end }
}

const isAskable = (reason: CallFailure['reason'] | undefined): reason is 'secret' | 'hard-link' =>
  reason === 'secret' || reason === 'hard-link'

/** Rule 7: what has one sensible reading is read that way; the tool's own, stricter look comes after it. */
function argumentsFor(
  toolbox: Toolbox,
  call: ToolCall,
): { arguments: ToolCall['arguments']; notes: string } | { wrong: string } {
  const tool = toolbox.list().find(({ name }) => name === call.name)
  if (!tool || call.arguments === null) return { arguments: call.arguments, notes: '' }
  const coerced = coerceArguments(tool, call.arguments)
  if (!coerced.ok) return { wrong: toModel.wrongArguments(call.name, coerced.error) }
  return { arguments: coerced.arguments, notes: coerced.notes.join('; ') }
}

const stopped = { code: 'cancelled', reason: null } as const

type CallEnd = Pick<ToolOutcome, 'content' | 'isError' | 'full' | 'detail' | 'image' | 'failure'>

async function orStopped(running: Promise<CallEnd>, signal: AbortSignal): Promise<CallEnd> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let begin = () => {}
  const left = new Promise<CallEnd>((resolve) => {
    const end = {
      content: toModel.cancelledUnknown,
      isError: true,
      full: null,
      detail: null,
      image: null,
      failure: stopped,
    }
    begin = () => {
      timer = setTimeout(() => resolve(end), stopGraceMs)
    }
    if (signal.aborted) begin()
    else signal.addEventListener('abort', begin, { once: true })
  })
  try {
    return await Promise.race([running, left])
  } finally {
    clearTimeout(timer)
    // A long turn has many calls, and all of them hear this one signal.
    signal.removeEventListener('abort', begin)
  }
}
