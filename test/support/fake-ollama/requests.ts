// Reads what is asked of a model as strictly as Ollama does, and answers mistakes in Ollama's words and order.
import {
  anyMap,
  bool,
  checkList,
  checkOptions,
  checkStruct,
  fieldOf,
  integer,
  readKeepAlive,
  type Struct,
  string,
} from './fields.ts'
import { asArray, type Fields, isObject, type Refusal, readBody, textOf } from './go-json.ts'
import type { Library } from './library.ts'
import { can, type FakeModel, isValidName } from './models.ts'

export type { Refusal } from './go-json.ts'

export interface AskedMessage {
  role: string
  content: string
  thinking: string
  images: number
  toolCalls: readonly { id: string; name: string; arguments: unknown }[]
  toolName: string
  toolCallId: string
}

/** A chat or generate request with Ollama's defaults filled in. */
export interface Asked {
  kind: 'chat' | 'generate'
  /** As the client wrote it; answers repeat it. */
  name: string
  model: FakeModel
  messages: readonly AskedMessage[]
  tools: readonly unknown[]
  stream: boolean
  think: boolean | string
  options: Fields
  /** Milliseconds; null when left out. */
  keepAlive: number | null
  truncate: boolean
  shift: boolean
  raw: boolean
}

const common: Struct = {
  model: string,
  stream: bool,
  options: anyMap,
  truncate: bool,
  shift: bool,
  logprobs: bool,
  top_logprobs: integer,
}
const chatStruct: Struct = { ...common, messages: ['array', '[]api.Message'], tools: ['array', 'api.Tools'] }
const generateStruct: Struct = {
  ...common,
  prompt: string,
  suffix: string,
  system: string,
  template: string,
  raw: bool,
  context: ['array', '[]int'],
  images: ['array', '[]api.ImageData'],
}
const messageStruct: Struct = {
  role: string,
  content: string,
  thinking: string,
  images: ['array', '[]api.ImageData'],
  tool_calls: ['array', '[]api.ToolCall'],
  tool_name: string,
  tool_call_id: string,
}

export function readChat(raw: string, library: Library): Asked | Refusal {
  const body = readBody(raw, 'ChatRequest')
  if (!('fields' in body)) return body
  const { fields } = body
  const messages = asArray(fieldOf(fields, 'messages'))
  const wrong =
    checkStruct(fields, chatStruct, 'ChatRequest') ??
    checkList(messages, 'ChatRequest.messages', 'api.Alias', checkMessage) ??
    checkList(asArray(fieldOf(fields, 'tools')), 'ChatRequest.tools', 'api.Tool', () => null) ??
    checkTimes(fields)
  if (wrong !== null) return wrong
  const name = textOf(fieldOf(fields, 'model'))
  if (name === '') return { status: 400, error: 'model is required' }
  return readAsked(
    'chat',
    name,
    fields,
    library,
    messages.map((one) => messageOf(isObject(one) ? one : {})),
  )
}

export function readGenerate(raw: string, library: Library): Asked | Refusal {
  const body = readBody(raw, 'GenerateRequest')
  if (!('fields' in body)) return body
  const { fields } = body
  const wrong =
    checkStruct(fields, generateStruct, 'GenerateRequest') ??
    checkImages(fieldOf(fields, 'images')) ??
    checkTimes(fields)
  if (wrong !== null) return wrong
  const name = textOf(fieldOf(fields, 'model'))
  if (name === '') return { status: 404, error: "model '' not found" }
  const text = (field: string) => textOf(fieldOf(fields, field))
  const isRaw = fieldOf(fields, 'raw') === true
  const hasFrame = text('template') !== '' || text('system') !== '' || asArray(fieldOf(fields, 'context')).length > 0
  const images = asArray(fieldOf(fields, 'images')).length
  const asked = readAsked('generate', name, fields, library, [
    ...(text('system') === '' ? [] : [messageOf({ role: 'system', content: text('system') })]),
    ...(text('prompt') === '' ? [] : [{ ...messageOf({ role: 'user', content: text('prompt') }), images }]),
  ])
  if ('error' in asked) return asked
  if (isRaw && hasFrame) return { status: 400, error: 'raw mode does not support template, system, or context' }
  if (text('suffix') !== '' && !can(asked.model, 'insert')) return doesNotSupport(asked.model, 'insert')
  return { ...asked, raw: isRaw }
}

/** What both kinds have in common, in the order of Ollama's own checks. */
function readAsked(
  kind: Asked['kind'],
  name: string,
  fields: Fields,
  library: Library,
  messages: readonly AskedMessage[],
): Asked | Refusal {
  const keepAlive = readKeepAlive(fieldOf(fields, 'keep_alive'))
  if ('error' in keepAlive) return keepAlive
  const logprobs = fieldOf(fields, 'top_logprobs')
  if (typeof logprobs === 'number' && (logprobs < 0 || logprobs > 20)) {
    return { status: 400, error: 'top_logprobs must be between 0 and 20' }
  }
  if (!isValidName(name)) return { status: 400, error: 'invalid model name' }
  const model = library.find(name)
  if (model === undefined) return { status: 404, error: `model '${name}' not found` }

  const think = fieldOf(fields, 'think') ?? can(model, 'thinking')
  const tools = asArray(fieldOf(fields, 'tools'))
  const options = fieldOf(fields, 'options')
  if (!(isEmpty({ kind, messages }) && keepAlive.ms === 0)) {
    if (think !== false && !can(model, 'thinking')) return { status: 400, error: `"${name}" does not support thinking` }
    if (model.capabilities !== null && !can(model, 'completion')) {
      return { status: 400, error: `"${name}" does not support ${kind}` }
    }
    if (tools.length > 0 && !can(model, 'tools')) return doesNotSupport(model, 'tools')
    const wrongOption = isObject(options) ? checkOptions(options) : null
    if (wrongOption !== null) return wrongOption
  }
  return {
    kind,
    name,
    model,
    messages,
    tools,
    stream: fieldOf(fields, 'stream') !== false,
    think: typeof think === 'string' ? think : think === true,
    options: isObject(options) ? options : {},
    keepAlive: keepAlive.ms,
    truncate: fieldOf(fields, 'truncate') !== false,
    shift: fieldOf(fields, 'shift') !== false,
    raw: false,
  }
}

/** Nothing to answer: the model is only loaded, or unloaded. */
export function isEmpty({ kind, messages }: Pick<Asked, 'kind' | 'messages'>): boolean {
  return kind === 'chat' ? messages.length === 0 : messages.every(({ role }) => role === 'system')
}

function doesNotSupport(model: FakeModel, capability: string): Refusal {
  return { status: 400, error: `registry.ollama.ai/library/${model.name} does not support ${capability}` }
}

function checkMessage(message: Fields): Refusal | null {
  const path = 'ChatRequest.messages'
  return (
    checkStruct(message, messageStruct, path) ??
    checkImages(fieldOf(message, 'images')) ??
    checkList(asArray(fieldOf(message, 'tool_calls')), `${path}.tool_calls`, 'api.ToolCall', (call) => {
      const calls = `${path}.tool_calls`
      const wrong = checkStruct(call, { id: string, function: ['object', 'api.ToolCallFunction'] }, calls)
      const called = fieldOf(call, 'function')
      if (wrong !== null || !isObject(called)) return wrong
      const given = fieldOf(called, 'arguments')
      // The words of the ordered map that Ollama reads arguments into.
      if (given !== undefined && given !== null && !isObject(given))
        return { status: 400, error: "Value looks like object, but can't find closing '}' symbol" }
      return checkStruct(called, { name: string, index: integer }, `${calls}.function`)
    })
  )
}

function checkImages(images: unknown): Refusal | null {
  for (const image of asArray(images)) {
    const text = textOf(image)
    const bad = text.length % 4 === 0 ? text.search(/[^A-Za-z0-9+/=]/u) : 0
    if (bad >= 0) return { status: 400, error: `illegal base64 data at input byte ${bad}` }
  }
  return null
}

function checkTimes(fields: Fields): Refusal | null {
  const keepAlive = readKeepAlive(fieldOf(fields, 'keep_alive'))
  return checkThink(fieldOf(fields, 'think')) ?? ('error' in keepAlive ? keepAlive : null)
}

function checkThink(think: unknown): Refusal | null {
  if (think === undefined || think === null || typeof think === 'boolean') return null
  const choices = '"high", "medium", "low", "max", true, or false'
  if (typeof think !== 'string') return { status: 400, error: `think must be a boolean or string (${choices})` }
  if (['high', 'medium', 'low', 'max'].includes(think)) return null
  return { status: 400, error: `invalid think value: "${think}" (must be ${choices})` }
}

function messageOf(fields: Fields): AskedMessage {
  const text = (name: string) => textOf(fieldOf(fields, name))
  return {
    role: text('role'),
    content: text('content'),
    thinking: text('thinking'),
    images: asArray(fieldOf(fields, 'images')).length,
    toolCalls: asArray(fieldOf(fields, 'tool_calls'))
      .filter(isObject)
      .map((call) => {
        const called = fieldOf(call, 'function')
        const { name, arguments: given } = isObject(called) ? called : {}
        return { id: textOf(fieldOf(call, 'id')), name: textOf(name), arguments: given ?? {} }
      }),
    toolName: text('tool_name'),
    toolCallId: text('tool_call_id'),
  }
}
