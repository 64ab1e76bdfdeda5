// The calls in a line of an answer, made whole: every one gets an id of its own and arguments that are an object or null.
import { createCallIds } from '../../../shared/call-ids.ts'
import type { ModelMessage, ToolCall } from '../../contracts.ts'
import { type ChatLine, isRecord, parseJson } from './wire.ts'

type WireCall = NonNullable<NonNullable<ChatLine['message']>['tool_calls']>[number]

/**
 * Reads the lines of one answer. The server's id is kept when it has one and nothing in the conversation has the same;
 * else the call gets the next free `call_N`.
 */
export function createCallReader(messages: readonly ModelMessage[]): (calls: readonly WireCall[]) => ToolCall[] {
  const idFor = createCallIds(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id)))
  return (calls) =>
    calls.map((call) => ({
      id: idFor(call.id),
      name: call.function?.name ?? '',
      arguments: toArguments(call.function?.arguments),
    }))
}

/** Left out or null, a call has no arguments; as text, they are what the text says. */
function toArguments(given: unknown): ToolCall['arguments'] {
  if (given === undefined || given === null) return {}
  const value = typeof given === 'string' ? parseJson(given) : given
  return isRecord(value) ? value : null
}
