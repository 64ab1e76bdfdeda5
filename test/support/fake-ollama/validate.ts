// Reads a chat request as strictly as Ollama's Go types do, and answers its mistakes in Ollama's words.
import { type FakeModel, findModel } from './models.ts'

export interface ChatBody {
  model: string
  messages: { role: string; content: string }[]
  stream: boolean
  think: boolean | string
  numCtx: number
  keepAlive: unknown
  characters: number
}

export type Refusal = { status: number; error: string }

type Kind = 'string' | 'bool' | 'array' | 'object' | 'number'

const chatFields: Record<string, Kind> = {
  model: 'string',
  messages: 'array',
  stream: 'bool',
  tools: 'array',
  options: 'object',
  truncate: 'bool',
  shift: 'bool',
  logprobs: 'bool',
  top_logprobs: 'number',
}
const messageFields: Record<string, Kind> = {
  role: 'string',
  content: 'string',
  thinking: 'string',
  images: 'array',
  tool_calls: 'array',
  tool_name: 'string',
  tool_call_id: 'string',
}
const goTypes: Record<Kind, string> = {
  string: 'string',
  bool: 'bool',
  array: 'slice',
  object: 'map[string]interface {}',
  number: 'int',
}

/** The body with Ollama's defaults filled in, or the answer Ollama would give. */
export function validateChat(
  raw: string,
  models: readonly FakeModel[],
): { body: ChatBody; model: FakeModel } | Refusal {
  const body = readObject(raw)
  if (!('fields' in body)) return body
  const { fields } = body
  const wrong = checkKinds(fields, chatFields, '') ?? checkMessages(fields['messages']) ?? checkThink(fields['think'])
  if (wrong !== null) return wrong

  const name = textOf(fields['model'])
  if (name === '') return { status: 400, error: 'model is required' }
  const model = findModel(models, name)
  if (model === undefined) return { status: 404, error: `model '${name}' not found` }

  const can = (capability: string) => model.capabilities?.includes(capability) ?? false
  const think = fields['think'] ?? can('thinking')
  if (think !== false && !can('thinking')) return { status: 400, error: `"${name}" does not support thinking` }
  if (model.capabilities !== null && !can('completion'))
    return { status: 400, error: `"${name}" does not support chat` }
  if (Array.isArray(fields['tools']) && fields['tools'].length > 0 && !can('tools')) {
    return { status: 400, error: `registry.ollama.ai/library/${model.name} does not support tools` }
  }
  const messages = asArray(fields['messages']).filter(isObject)
  const options = isObject(fields['options']) ? fields['options'] : {}
  return {
    model,
    body: {
      model: name,
      messages: messages.map((message) => ({ role: textOf(message['role']), content: textOf(message['content']) })),
      stream: fields['stream'] !== false,
      think: typeof think === 'string' ? think : think === true,
      numCtx: typeof options['num_ctx'] === 'number' ? options['num_ctx'] : 4_096,
      keepAlive: fields['keep_alive'],
      characters: JSON.stringify([messages, fields['tools'] ?? []]).length,
    },
  }
}

/** The name in the body of `/api/show`, or Ollama's refusal. */
export function validateShow(raw: string, models: readonly FakeModel[]): { model: FakeModel } | Refusal {
  const body = readObject(raw)
  if (!('fields' in body)) return body
  const wrong = checkKinds(body.fields, { model: 'string', name: 'string' }, '')
  if (wrong !== null) return wrong
  const name = textOf(body.fields['model']) || textOf(body.fields['name'])
  if (name === '') return { status: 400, error: 'model is required' }
  const model = findModel(models, name)
  return model ? { model } : { status: 404, error: `model '${name}' not found` }
}

function readObject(raw: string): { fields: Record<string, unknown> } | Refusal {
  if (raw.trim() === '') return { status: 400, error: 'missing request body' }
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    // Go tells a text that was cut off from one that is wrong.
    if (/^[{[]/u.test(raw.trim()) && !/[}\]]$/u.test(raw.trim())) return { status: 400, error: 'unexpected EOF' }
    return { status: 400, error: `invalid character '${raw.trim().charAt(0)}' looking for beginning of value` }
  }
  return isObject(value)
    ? { fields: value }
    : { status: 400, error: `json: cannot unmarshal ${kindOf(value)} into Go value of type api.ChatRequest` }
}

function checkMessages(messages: unknown): Refusal | null {
  for (const message of asArray(messages)) {
    if (!isObject(message)) return unfit(message, 'ChatRequest.messages', 'api.Alias')
    const wrong = checkKinds(message, messageFields, 'messages.')
    if (wrong !== null) return wrong
    for (const call of asArray(message['tool_calls'])) {
      const called = isObject(call) && isObject(call['function']) ? call['function'] : {}
      const given = called['arguments']
      if (given !== undefined && given !== null && !isObject(given)) {
        // The words of the ordered map that Ollama reads arguments into.
        return { status: 400, error: "Value looks like object, but can't find closing '}' symbol" }
      }
    }
  }
  return null
}

function checkThink(think: unknown): Refusal | null {
  if (think === undefined || think === null || typeof think === 'boolean') return null
  if (typeof think === 'string' && ['high', 'medium', 'low', 'max'].includes(think)) return null
  if (typeof think !== 'string')
    return { status: 400, error: 'think must be a boolean or string ("high", "medium", "low", "max", true, or false)' }
  return {
    status: 400,
    error: `invalid think value: "${think}" (must be "high", "medium", "low", "max", true, or false)`,
  }
}

/** Go takes null for a value that was left out. */
function checkKinds(fields: Record<string, unknown>, kinds: Record<string, Kind>, prefix: string): Refusal | null {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = fields[name]
    if (value !== undefined && value !== null && kindOf(value) !== kind)
      return unfit(value, `ChatRequest.${prefix}${name}`, name === 'messages' ? '[]api.Message' : goTypes[kind])
  }
  return null
}

function unfit(value: unknown, field: string, type: string): Refusal {
  return { status: 400, error: `json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${type}` }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
