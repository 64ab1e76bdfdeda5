// The context window, in effigy: a prompt of plain text, four characters a token, and Ollama's rules for what is too long.
import type { Asked, AskedMessage, Refusal } from './requests.ts'

const charactersPerToken = 4
/** Ollama's own figure. */
const tokensPerImage = 768
/** The first tokens are kept when the middle is thrown away: num_keep and the one that begins a text. */
const keptTokens = 5

export interface Prompt {
  text: string
  tokens: number
  /** Messages that were left out, the oldest first. */
  dropped: number
  /** Tokens that were cut out of the middle. */
  cut: number
}

/** What the model would read, or Ollama's refusal. */
export function fitPrompt(asked: Asked, numCtx: number): Prompt | Refusal {
  const { messages } = asked
  let dropped = 0
  if (asked.truncate) {
    while (dropped < messages.length - 1 && measure(asked, kept(messages, dropped)).tokens > numCtx) dropped += 1
  }
  const { text, tokens } = measure(asked, kept(messages, dropped))
  if (tokens < numCtx) return { text, tokens, dropped, cut: 0 }
  if (!asked.truncate) return { status: 400, error: tooLongText(tokens, numCtx) }
  if (!asked.shift) return { status: 400, error: tooLong }
  const left = numCtx - Math.max(Math.floor((numCtx - keptTokens) / 2), 1)
  const cut = tokens - left
  const head = text.slice(0, keptTokens * charactersPerToken)
  return { text: head + text.slice((keptTokens + cut) * charactersPerToken), tokens: left, dropped, cut }
}

const tooLong =
  'the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context length'

/** The runner's own answer, which Ollama passes on as text. */
export function tooLongText(tokens: number, numCtx: number): string {
  const message = `request (${tokens} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`
  const error = { code: 400, message, type: 'exceed_context_size_error', n_prompt_tokens: tokens, n_ctx: numCtx }
  return JSON.stringify({ error })
}

/** System messages stay, however old. */
function kept(messages: readonly AskedMessage[], from: number): readonly AskedMessage[] {
  return messages.filter(({ role }, index) => index >= from || role === 'system')
}

function measure(asked: Asked, messages: readonly AskedMessage[]): { text: string; tokens: number } {
  const text = render(asked, messages)
  const images = messages.reduce((sum, message) => sum + message.images, 0)
  return { text, tokens: Math.ceil(text.length / charactersPerToken) + images * tokensPerImage }
}

/** Tools and the switch for thinking stand first, as in gemma4: changing either spoils the whole cache. */
function render(asked: Asked, messages: readonly AskedMessage[]): string {
  if (asked.raw) return messages.map(({ content }) => content).join('')
  const head = `${asked.think === false ? '' : '<|think|>'}${asked.tools.map((tool) => JSON.stringify(tool)).join('\n')}`
  return `${head}${messages.map(renderMessage).join('')}<|turn>model\n`
}

function renderMessage(message: AskedMessage): string {
  const name = message.toolName === '' ? '' : ` ${message.toolName}`
  const calls = message.toolCalls.map((call) => `<|tool_call>${call.name}${JSON.stringify(call.arguments)}`)
  return `<|turn>${message.role}${name}\n${message.thinking}${message.content}${calls.join('')}<turn|>\n`
}

/** How many characters two prompts have in common from the start. */
export function commonPrefix(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  let at = 0
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1
  return at
}
