// The prompted dialect from our side: how a model without native tool calls is told of the tools, and how the conversation is
// written for it. Everything here is byte-stable: the same record gives the same text, whatever came later, so that the
// server's cache of the prompt holds.

import { neutralise } from '../../../shared/control-tokens.ts'
import type { FunctionTool, ModelMessage, ToolCall } from '../../contracts.ts'

/**
 * What the server shall stop at: a model that goes on here invents the result of its own call. A line that begins with
 * `Observation:` is ReAct's form of it; without the line break, the word would end an answer in the middle of a sentence.
 */
export const promptedStop: readonly string[] = ['<tool_result', '<tool_response>', '\nObservation:']

/**
 * The part of the system prompt that teaches the calls: about 250 tokens and the tools, one line of JSON each, sorted by name.
 * The example is a real call of a tool that only reads, because small models copy what they are shown.
 */
export function promptedInstructions(tools: readonly FunctionTool[], readOnly: ReadonlySet<string>): string {
  const sorted = [...tools].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
  const shown = sorted.find(({ name, parameters }) => readOnly.has(name) && requiredOf(parameters).length > 0)
  const plainest = sorted.find(({ name }) => name === 'read_file' && readOnly.has(name))
  const example = plainest ?? shown ?? sorted.find(({ name }) => readOnly.has(name))
  return [
    'You can call tools. To call one, write exactly this:',
    '',
    example ? writeCall({ name: example.name, arguments: exampleArguments(example) }) : placeholder,
    '',
    'Rules:',
    '- Use only the tools listed below, with their exact names and parameters.',
    '- Between <tool_call> and </tool_call> stands one valid JSON object. In strings, write a line break as \\n, a quote as \\" and a backslash as \\\\.',
    '- For several calls that do not need each other, write several <tool_call> blocks one after the other.',
    '- Write nothing after your calls. Then wait: the results come in the next message as <tool_result>.',
    '- Never write <tool_result> yourself and never guess a result.',
    '- When you need no tool, or no more tools, answer normally.',
    '',
    'Tools:',
    ...sorted.map(({ name, description, parameters }) => JSON.stringify({ name, description, parameters })),
  ].join('\n')
}

const placeholder = '<tool_call>\n{"name": "TOOL", "arguments": {"PARAMETER": "value"}}\n</tool_call>'

/**
 * The conversation as a model of this dialect is shown it: the instructions, when there are tools, behind the system prompt, calls as the text they
 * would have been written as, and the results of one turn together in one message of the user, since the templates of such
 * models drop the role `tool`.
 */
export function toPrompted(messages: readonly ModelMessage[], instructions: string | null): ModelMessage[] {
  const shown: ModelMessage[] = []
  let results: ToolResult[] = []
  let images: Uint8Array[] = []
  const flush = () => {
    if (results.length > 0) {
      shown.push({ role: 'user', content: writeResults(results), ...(images.length > 0 && { images }) })
    }
    results = []
    images = []
  }
  const isFirstSystem = createOnce()
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push({ id: message.toolCallId ?? '', name: message.toolName ?? '', content: message.content })
      images.push(...(message.images ?? []))
      continue
    }
    flush()
    if (message.role === 'system' && instructions !== null && isFirstSystem()) {
      shown.push({ ...message, content: `${message.content}\n\n${instructions}` })
      continue
    }
    const { toolCalls, ...rest } = message
    const calls = (toolCalls ?? []).map(writeCall).join('\n')
    const content = [message.content.trimEnd(), calls].filter((part) => part !== '').join('\n\n')
    shown.push(calls === '' ? rest : { ...rest, content })
  }
  flush()
  if (instructions !== null && isFirstSystem()) shown.unshift({ role: 'system', content: instructions })
  return shown
}

function createOnce(): () => boolean {
  let isFirst = true
  return () => {
    const was = isFirst
    isFirst = false
    return was
  }
}

/** A call as the dialect writes it. Reads back as the same call, also when its arguments contain tags. */
export function writeCall({ name, arguments: given }: Pick<ToolCall, 'name' | 'arguments'>): string {
  // `<\/` is valid JSON for `</`, and no closing tag.
  const json = `{"name": ${JSON.stringify(name)}, "arguments": ${JSON.stringify(given ?? {})}}`.replaceAll('</', '<\\/')
  return `<tool_call>\n${json}\n</tool_call>`
}

export interface ToolResult {
  /** Of the call. */
  id: string
  name: string
  content: string
}

/** The results of one turn in the order of their calls, as the content of one message. Nothing in them can end them early. */
export function writeResults(results: readonly ToolResult[]): string {
  return results
    .map(
      ({ id, name, content }) =>
        `<tool_result name="${attribute(name)}" id="${attribute(id)}">\n${neutralise(content)}\n</tool_result>`,
    )
    .join('\n')
}

function attribute(text: string): string {
  return text.replace(/[^\w.-]/g, '_').slice(0, 100)
}

function requiredOf(parameters: FunctionTool['parameters']): string[] {
  const required = parameters['required']
  return Array.isArray(required) ? required.filter((key) => typeof key === 'string') : []
}

function exampleArguments({ parameters }: FunctionTool): Record<string, unknown> {
  const properties = parameters['properties'] as Record<string, Readonly<Record<string, unknown>>> | undefined
  return Object.fromEntries(requiredOf(parameters).map((key) => [key, exampleValue(key, properties?.[key] ?? {})]))
}

function exampleValue(key: string, schema: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'array':
      return [exampleValue(key, (schema['items'] as Readonly<Record<string, unknown>> | undefined) ?? {})]
    case 'object':
      return {}
    default:
      return /path|file/.test(key) ? 'notes.txt' : key
  }
}
