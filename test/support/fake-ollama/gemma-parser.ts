// How Ollama reads gemma4: thinking between channel marks, calls between call marks, and what cannot be read is dropped.
import { gemmaCall, type ParsedCall } from './gemma-call.ts'

export interface Parsed {
  content: string
  thinking: string
  calls: ParsedCall[]
}

export interface TextParser {
  /** Takes a token; `isLast` makes it give up what it still holds. Throws an Error with the words of Ollama's parser. */
  add(text: string, isLast: boolean): Parsed
}

const openThinking = '<|channel>'
const closeThinking = '<channel|>'
const openCall = '<|tool_call>'
const closeCall = '<tool_call|>'
const noise = [closeCall, '<|tool_response>']

type State = 'content' | 'thinking' | 'call' | 'noise'

export interface GemmaOptions {
  isThinking: boolean
  /** After a result the model goes on thinking without an opening mark. */
  afterResult: boolean
}

export function createGemmaParser({ isThinking, afterResult }: GemmaOptions): TextParser {
  let state: State = isThinking && afterResult ? 'thinking' : 'content'
  let hasChannelName = false
  let held = ''
  let parsed: Parsed = { content: '', thinking: '', calls: [] }

  function think(text: string): void {
    if (isThinking) parsed.thinking += text
  }

  /** True when there may be more to read in what is held. */
  function eat(isLast: boolean): boolean {
    if (held === '') return false
    if (state === 'content') return eatContent(isLast)
    if (state === 'thinking') return eatThinking(isLast)
    return state === 'call' ? eatCall(isLast) : eatNoise(isLast)
  }

  function eatContent(isLast: boolean): boolean {
    for (const [mark, next] of [
      [openThinking, 'thinking'],
      [openCall, 'call'],
    ] as const) {
      const at = held.indexOf(mark)
      if (at < 0) continue
      parsed.content += held.slice(0, at).trimEnd()
      held = held.slice(at + mark.length)
      state = next
      hasChannelName = next === 'thinking'
      return true
    }
    const safe = isLast ? held.length : certainLength(held, [openThinking, openCall])
    parsed.content += held.slice(0, safe)
    held = held.slice(safe)
    return false
  }

  function eatThinking(isLast: boolean): boolean {
    const name = 'thought\n'
    if (hasChannelName) {
      if (!isLast && name.startsWith(held) && held !== name) return false
      if (held.startsWith(name)) held = held.slice(name.length)
      hasChannelName = false
    }
    const at = held.indexOf(closeThinking)
    if (at >= 0) {
      think(held.slice(0, at).trimEnd())
      held = held.slice(at + closeThinking.length).trimStart()
      state = 'content'
      return true
    }
    const safe = isLast ? held.length : held.slice(0, certainLength(held, [closeThinking])).trimEnd().length
    think(held.slice(0, safe))
    held = held.slice(safe)
    return false
  }

  function eatCall(isLast: boolean): boolean {
    const at = held.indexOf(closeCall)
    if (at < 0 && !isLast) return false
    const call = gemmaCall(at < 0 ? held : held.slice(0, at))
    // Ollama writes a warning to its log, and nothing to the client.
    if (call !== null) parsed.calls.push(call)
    held = at < 0 ? '' : held.slice(at + closeCall.length).trimStart()
    state = at < 0 ? 'content' : 'noise'
    return at >= 0
  }

  function eatNoise(isLast: boolean): boolean {
    held = held.trimStart()
    for (let mark = noise.find((one) => held.startsWith(one)); mark; mark = noise.find((one) => held.startsWith(one)))
      held = held.slice(mark.length).trimStart()
    if (held === '') return false
    if (noise.some((mark) => mark.startsWith(held))) {
      if (isLast) held = ''
      return false
    }
    state = 'content'
    return true
  }

  return {
    add(text, isLast) {
      held += text
      parsed = { content: '', thinking: '', calls: [] }
      while (eat(isLast));
      return parsed
    },
  }
}

/** Without a tail that could be the beginning of a mark, and the blanks before it. */
export function certainLength(text: string, marks: readonly string[]): number {
  for (
    let start = Math.max(0, text.length - Math.max(...marks.map((mark) => mark.length)));
    start < text.length;
    start += 1
  ) {
    const tail = text.slice(start)
    if (marks.some((mark) => mark.startsWith(tail))) return text.slice(0, start).trimEnd().length
  }
  return text.length
}
