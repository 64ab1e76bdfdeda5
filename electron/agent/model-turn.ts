// One answer of a model, read to its end: what of it is text, what is thought, and what is called.
import { createCallIds } from '../../shared/call-ids.ts'
import { ExpectedFailure, type Failure, type Remedy, toFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { StopReason, Usage } from '../../shared/session.ts'
import type { GenerateRequest, ModelEvent, Models, ToolCall } from '../contracts.ts'
import type { AnswerReader } from './dialects/dialect.ts'
import type { CallErrorCode, ParsedAnswer } from './dialects/parsed.ts'

/** A call as it was read. One that has a fault, or that had to be guessed at, is not simply run. */
export interface MadeCall extends ToolCall {
  repaired: boolean
  fault: CallErrorCode | null
}

export interface ModelTurn {
  stop: Extract<StopReason, 'stop' | 'length' | 'cancelled' | 'error'>
  content: string
  thinking: string
  /** Empty when the answer broke off. One that was cut has only calls that were complete, and the cut one with its fault. */
  calls: readonly MadeCall[]
  usage: Usage | null
  error: Failure | null
  /** What of the error the loop may help with. */
  remedy: Remedy | null
  /** All of the text as the model wrote it. */
  rawText: string
}

export type Told =
  | Exclude<ModelEvent, { type: 'done' | 'tool-call' }>
  /** The whole visible text so far: something that was told turned out to be none. */
  | { type: 'replace'; text: string }
  /** A call is being written. */
  | { type: 'preparing' }

/**
 * Never throws but for a bug: whatever happens is a turn, and what had arrived is in it. `taken` are the ids of calls that the
 * conversation has.
 */
export async function takeTurn(
  models: Pick<Models, 'generate'>,
  request: GenerateRequest,
  { reader, taken }: { reader: AnswerReader; taken: Iterable<string> },
  tell: (event: Told) => void,
  signal: AbortSignal,
): Promise<ModelTurn> {
  const raw: string[] = []
  let content = ''
  let thinking = ''
  const sent: ToolCall[] = []
  const idFor = createCallIds(taken)
  let isInCall = false

  const hear = (events: ReturnType<AnswerReader['push']>) => {
    for (const event of events) {
      if (event.type === 'text') content += event.delta
      else if (event.type === 'thinking') thinking += event.delta
      else content = event.text
      tell(event.type === 'text_replace' ? { type: 'replace', text: event.text } : event)
    }
  }
  const finish = (doneReason: 'stop' | 'length' | null): ParsedAnswer => {
    const { events, ...parsed } = reader.end(doneReason, sent.length > 0)
    hear(events)
    return parsed
  }
  const ended = (how: Pick<ModelTurn, 'stop'> & Partial<ModelTurn>): ModelTurn => {
    return { content, thinking, calls: [], usage: null, error: null, remedy: null, rawText: raw.join(''), ...how }
  }
  const brokenOff = (how: Pick<ModelTurn, 'stop'> & Partial<ModelTurn>): ModelTurn => {
    finish(null)
    return ended(how)
  }
  const complete = (stop: 'stop' | 'length', usage: Usage | null): ModelTurn => {
    const parsed = finish(stop)
    // Calls of the server count before any in the text; of an answer that was cut, some of them may be missing.
    const calls = sent.length > 0 ? (stop === 'stop' ? sent.map(whole) : []) : madeCalls(parsed)
    return ended({ stop, usage, calls: calls.map((call) => ({ ...call, id: idFor(call.id) })) })
  }

  try {
    for await (const event of models.generate(request, signal)) {
      if (event.type === 'done') return complete(event.stop, event.usage)
      if (event.type === 'tool-call') sent.push(event.call)
      else if (event.type === 'text') {
        raw.push(event.delta)
        hear(reader.push(event.delta))
        const wasInCall = isInCall
        isInCall = reader.isInCall()
        if (isInCall && !wasInCall) tell({ type: 'preparing' })
        // Leaving closes the connection.
        if (reader.shouldStop()) return complete('stop', null)
      } else {
        if (event.type === 'thinking') thinking += event.delta
        tell(event)
      }
    }
    throw new ExpectedFailure('unavailable', messages.failures.endedEarly)
  } catch (thrown) {
    if (signal.aborted) return brokenOff({ stop: 'cancelled' })
    const error = toFailure(thrown, messages.failures.internal)
    if (error.code === 'cancelled') return brokenOff({ stop: 'cancelled' })
    return brokenOff({ stop: 'error', error, remedy: thrown instanceof ExpectedFailure ? thrown.remedy : null })
  }
}

const whole = (call: ToolCall): MadeCall => ({ ...call, repaired: false, fault: null })

/** The calls in a text and what should have been some, in their order. */
function madeCalls({ calls, errors }: ParsedAnswer): MadeCall[] {
  const made: (MadeCall & { order: number })[] = [
    ...calls.map(({ name, arguments: given, repaired, order }) => {
      return { id: '', name, arguments: given, repaired, fault: null, order }
    }),
    ...errors.map(({ code, name, order }) => {
      return { id: '', name: name ?? '', arguments: null, repaired: false, fault: code, order }
    }),
  ]
  return made.sort((one, other) => one.order - other.order).map(({ order: _, ...call }) => call)
}
