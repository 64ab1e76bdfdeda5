// What counts as a call among the JSON values of a model: the shapes that are in use, and the arguments as one object.
import type { FunctionTool } from '../../contracts.ts'
import { type Finding, isError } from './parsed.ts'
import { isObject, isPlainData, isTooDeep, readValues } from './tolerant-json.ts'

export type Tools = ReadonlyMap<string, FunctionTool>

/** Whether JSON that begins like this may be a call, by its first key; null when that has not come yet. */
export function mayBeginCall(head: string, tools: Tools): boolean | null {
  const inner = head.replace(/^[[{\s]+/, '')
  if (inner === '') return null
  const [, key = '', end = ''] = /^"([^"\\]*)("?)/.exec(inner) ?? []
  // In other quotes, or none, it is no usual JSON: the whole will tell.
  if (!inner.startsWith('"')) return true
  if (end === '') return inner.length > key.length + 1 ? true : null
  const isParameter = ({ parameters: { properties } }: FunctionTool) =>
    isObject(properties) && Object.hasOwn(properties, key)
  return (
    [...nameKeys, ...argumentKeys, ...besides, 'tool_calls'].includes(key) ||
    tools.has(key) ||
    [...tools.values()].some(isParameter)
  )
}

/** By name; a Map, so that no name of a model's finds a property of every object. */
export function toolsByName(tools: readonly FunctionTool[]): Tools {
  return new Map(tools.map((tool) => [tool.name, tool]))
}

const nameKeys = ['name', 'tool', 'tool_name', 'function']
const argumentKeys = ['arguments', 'parameters', 'args']
/** What stands beside a call and is none of its arguments, unless the tool has a parameter of this name. */
const besides = ['type', 'id', 'index']

/**
 * The calls in values that were written as calls: `{"name", "arguments"}` with the keys of several families, the wrappers
 * `{"function": {…}}` and `{"tool_calls": […]}`, `{"<tool>": {…}}`, and arguments that lie flat beside the name.
 */
export function callsIn(values: readonly unknown[], tools: Tools, repaired: boolean): Finding[] {
  const found: Finding[] = []
  const visit = (value: unknown, depth: number): void => {
    if (Array.isArray(value) && depth < 3) {
      for (const one of value) visit(one, depth + 1)
      return
    }
    if (!isObject(value)) {
      found.push({ code: 'malformed_json', name: null })
      return
    }
    const wrapped = Object.hasOwn(value, 'tool_calls') ? value['tool_calls'] : undefined
    if (Array.isArray(wrapped)) visit(wrapped, depth + 1)
    else found.push(callOf(value, tools, repaired))
  }
  // Nesting without an end would be visited without an end.
  if (values.some((value) => isTooDeep(value))) return [{ code: 'malformed_json', name: null }]
  for (const value of values) visit(value, 0)
  return found.length > 0 ? found : [{ code: 'malformed_json', name: null }]
}

function callOf(value: Record<string, unknown>, tools: Tools, repaired: boolean): Finding {
  const inner = Object.hasOwn(value, 'function') ? value['function'] : undefined
  if (isObject(inner)) return callOf({ ...inner, function: undefined }, tools, repaired)

  const named = nameIn(value, tools)
  if (named === null) return asKey(value, tools, repaired)
  const key = argumentKeys.find((one) => one !== named.key && Object.hasOwn(value, one))
  return toCall(named.name, key === undefined ? flat(value, named, tools) : value[key], tools, repaired)
}

/** A known tool under any of the keys comes before an unknown name. */
function nameIn(value: Record<string, unknown>, tools: Tools): { key: string; name: string } | null {
  const given = nameKeys.flatMap((key) => {
    const name = Object.hasOwn(value, key) ? value[key] : undefined
    return typeof name === 'string' && name.trim() !== '' ? [{ key, name: name.trim() }] : []
  })
  return given.find(({ name }) => tools.has(name)) ?? given[0] ?? null
}

/** `{"read_file": {"path": …}}`, for a known tool only: else it is an object without a name. */
function asKey(value: Record<string, unknown>, tools: Tools, repaired: boolean): Finding {
  const [name, ...others] = Object.keys(value)
  if (name === undefined || others.length > 0 || !tools.has(name)) return { code: 'missing_name', name: null }
  return toCall(name, value[name], tools, repaired)
}

function flat(value: Record<string, unknown>, named: { key: string; name: string }, tools: Tools): unknown {
  const properties = tools.get(named.name)?.parameters['properties']
  const isParameter = (key: string) => isObject(properties) && Object.hasOwn(properties, key)
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, inner]) => key !== named.key && inner !== undefined && (!besides.includes(key) || isParameter(key)),
    ),
  )
}

/** Left out or null, a call has no arguments; as text, they are what the text says. */
export function toCall(name: string, given: unknown, tools: Tools, repaired: boolean): Finding {
  if (!tools.has(name)) return { code: 'unknown_tool', name }
  const bad: Finding = { code: 'bad_arguments', name }
  if (given === undefined || given === null) return { name, arguments: {}, repaired }
  if (typeof given === 'string') {
    const text = readValues(given, { closed: false })
    if (!text.ok || text.value.length !== 1 || !isObject(text.value[0]) || !isPlainData(text.value[0])) return bad
    return { name, arguments: text.value[0], repaired: repaired || text.repaired }
  }
  if (!isObject(given) || !isPlainData(given)) return bad
  return { name, arguments: given, repaired }
}

/** Whether every one of them says which known tool it is for: what may be taken for a call without a tag around it. */
export function areAllKnown(findings: readonly Finding[], tools: Tools): boolean {
  return findings.every((finding) => finding.name !== null && tools.has(finding.name) && !isMalformed(finding))
}

function isMalformed(finding: Finding): boolean {
  return isError(finding) && finding.code !== 'bad_arguments'
}
