// The calls of a past session and what came of them, to answer the calls of a replay. Nothing here can run anything.
import type { SessionRecord, TreeRecord } from '../../../shared/session.ts'
import { callIdOf, callsOf, isResult } from '../../../shared/session-tree.ts'
import { type ToolEffect, toolEffect } from '../../../shared/tool.ts'
import { coerceArguments } from '../../agent/dialects/coerce.ts'
import type { FunctionTool } from '../../contracts.ts'

export interface ToldTool {
  tool: FunctionTool
  effect: ToolEffect
}

type Arguments = Readonly<Record<string, unknown>>

export interface ReplayLog {
  /**
   * The result of the next call of this name with these arguments, whatever the order of their keys: the first time that of the
   * first such call, and once all were given that of the last. null when there was none.
   */
  next(name: string, args: Arguments): TreeRecord | null
}

/** `path` is the active one of the session that is replayed; a call without a result was not answered there, and is not here. */
export function createReplayLog(path: readonly TreeRecord[], told: readonly ToldTool[]): ReplayLog {
  const tools = new Map(told.map(({ tool }) => [tool.name, tool]))
  const keyOf = (name: string, args: Arguments) => {
    const tool = tools.get(name)
    // As the tool would get them: what a model wrote as "3" was read as 3.
    const coerced = tool && coerceArguments(tool, args)
    return JSON.stringify([name, sorted(coerced?.ok ? coerced.arguments : args)])
  }
  const results = new Map<string, TreeRecord[]>()
  for (const { call, result } of answeredCalls(path)) {
    if (call.arguments === null) continue
    const key = keyOf(call.name, call.arguments)
    results.set(key, [...(results.get(key) ?? []), result])
  }
  const given = new Map<string, number>()
  return {
    next(name, args) {
      const key = keyOf(name, args)
      const known = results.get(key)
      if (!known) return null
      const at = Math.min(given.get(key) ?? 0, known.length - 1)
      given.set(key, at + 1)
      return known[at] ?? null
    },
  }
}

/**
 * What tells calls apart where two models are compared: name and arguments, whatever the order of their keys, and 3 like "3", since
 * arguments are read as their tool wants them.
 */
export function looseKey(name: string, args: Arguments | null): string {
  return JSON.stringify([name, args && sorted(args)], (_key, value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  )
}

/** Objects with their keys in order; a list keeps its own, and is never the same as an object. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** Each with its first result: ids may come again in a later answer, so a result belongs to the call before it. */
function answeredCalls(path: readonly TreeRecord[]) {
  const open = new Map<string, ReturnType<typeof callsOf>[number]>()
  return path.flatMap((record) => {
    for (const call of callsOf(record)) open.set(call.id, call)
    const callId = isResult(record) ? callIdOf(record) : null
    const call = callId === null ? undefined : open.get(callId)
    if (callId === null || !call) return []
    open.delete(callId)
    return [{ call, result: record }]
  })
}

/**
 * Tools of which nothing is known here but how they were called, such as those of another program whose log was imported: a model
 * is told of what it can call by that.
 */
export function toolsOfLog(path: readonly TreeRecord[], known: readonly ToldTool[]): ToldTool[] {
  const names = new Set(known.map(({ tool }) => tool.name))
  const calls = new Map<string, Arguments[]>()
  for (const { name, arguments: given } of answeredCalls(path).map(({ call }) => call)) {
    if (given !== null && name !== '' && !names.has(name)) calls.set(name, [...(calls.get(name) ?? []), given])
  }
  return [...calls].map(([name, given]) => {
    const keys = [...new Set(given.flatMap((args) => Object.keys(args)))]
    const properties = Object.fromEntries(keys.map((key) => [key, typeIn(given, key)]))
    const required = keys.filter((key) => given.every((args) => Object.hasOwn(args, key)))
    const parameters = { type: 'object', properties, required }
    return {
      tool: { name, description: `The tool ${name} of this session.`, parameters },
      effect: toolEffect.enum.read,
    }
  })
}

/** Said only where all calls agree. */
function typeIn(given: readonly Arguments[], key: string): { type?: string } {
  const types = new Set(
    given
      .filter((args) => Object.hasOwn(args, key))
      .map(({ [key]: value }) => (Array.isArray(value) ? 'array' : typeof value)),
  )
  const [type] = types
  return types.size === 1 && type !== undefined && ['string', 'number', 'boolean'].includes(type) ? { type } : {}
}

/** A result that says that the log did not have its call. */
export function isMissingInLog(record: TreeRecord): boolean {
  return Object(record['failure']).reason === 'not-in-log'
}

/** How many calls were looked up on this path, and how many the log had. What was never run was never looked up. */
export function lookedUpOn(path: readonly TreeRecord[]): { calls: number; found: number } {
  const looked = path.filter((record) => isResult(record) && record['ms'] !== undefined)
  return { calls: looked.length, found: looked.filter((record) => !isMissingInLog(record)).length }
}

/** The model a replay was begun with; null for any other session. Files are anybody's: what is odd is no replay. */
export function replayModelOf(header: SessionRecord | null): string | null {
  const { model } = Object(header === null ? null : Object(header).replayOf)
  return typeof model === 'string' && model !== '' ? model : null
}
