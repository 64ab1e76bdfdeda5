// How many tokens a request is, before the server counts them. What it counted of an earlier request is taken as it is; only
// what came or went since is guessed, rather too high than too low.
import type { FunctionTool, ModelMessage } from '../contracts.ts'

export interface Prompt {
  messages: readonly ModelMessage[]
  tools: readonly FunctionTool[]
}

export interface TokenEstimate {
  of(prompt: Prompt): number
  /** What the server counted of this prompt. */
  counted(prompt: Prompt, tokens: number): void
  /** What the server counted last; null when it has not yet. */
  last(): number | null
  /** About how many characters of such a conversation are that many tokens. */
  charactersOf(prompt: Prompt, tokens: number): number
}

/** Of letters, spaces and signs: prose has 4 to 5 of them in a token, code 3 to 4. */
const perAscii = 0.3
/** Most tokenizers give each digit a token of its own. */
const perDigit = 1
/** 0.8 for a Cyrillic letter, 1.2 for a Chinese or Japanese character. */
const perOtherByte = 0.4
/** What a template puts around a message or a call. */
const perMessage = 8
/** Ollama's own figure. */
export const tokensOfPicture = 768

/** A count further off the guess than this is not believed: servers before 2026 leave out what they had evaluated already. */
const mostOff = 2.5
/** What is new is guessed a little higher than the rest was, and never lower than plain prose is. */
const pessimism = 1.1
const leastNew = 0.85
/** What goes is guessed lower than the rest was. */
const cautionOfGone = 0.7

interface Part {
  text: string
  weight: number
}

export function createTokenEstimate(): TokenEstimate {
  let last: { parts: Part[]; tokens: number; weight: number } | null = null

  const scale = () => (last === null ? 1 : last.tokens / last.weight)
  const scaleOfNew = () => (last === null ? 1 : Math.max(leastNew, scale() * pessimism))

  function tokensOf(parts: readonly Part[]): number {
    if (last === null) return Math.ceil(sum(parts))
    // Where a summary stands for the beginning every part has moved: weighed one by one, what stayed would count as come and gone.
    const whole = parts.length < last.parts.length ? sum(parts) * scaleOfNew() : Number.POSITIVE_INFINITY
    let came = 0
    let went = 0
    for (let at = 0; at < Math.max(parts.length, last.parts.length); at += 1) {
      const [now, before] = [parts[at], last.parts[at]]
      if (now?.text === before?.text) continue
      // Of a message that was shortened, what stayed is known as well.
      const stayed = now && before ? weighCommon(now.text, before.text) : 0
      came += (now?.weight ?? 0) - stayed
      went += (before?.weight ?? 0) - stayed
    }
    return Math.ceil(Math.min(whole, Math.max(0, last.tokens - went * scale() * cautionOfGone) + came * scaleOfNew()))
  }

  return {
    of: (prompt) => tokensOf(partsOf(prompt)),
    counted(prompt, tokens) {
      if (tokens <= 0) return
      const parts = partsOf(prompt)
      const weight = sum(parts)
      last = { parts, weight, tokens: Math.min(Math.max(tokens, weight / mostOff), weight * mostOff) }
    },
    last: () => last?.tokens ?? null,
    charactersOf(prompt, tokens) {
      const parts = partsOf(prompt)
      const characters = parts.reduce((length, { text }) => length + text.length, 1)
      return Math.floor(tokens / Math.max(perAscii * scaleOfNew(), tokensOf(parts) / characters))
    },
  }
}

/** Of a text of which the server has counted nothing yet. */
export const tokensIn = (text: string) => Math.ceil(weigh(text))

/** As few as the server may count of it, by everything that is believed of it. */
export const leastTokensIn = (text: string) => weigh(text) / mostOff

/** The same of a message, with its calls and its pictures. */
export const tokensOfMessage = (message: ModelMessage) => Math.ceil(partOf(message).weight)

const sum = (parts: readonly Part[]) => parts.reduce((weight, part) => weight + part.weight, 0)

function partsOf({ messages, tools }: Prompt): Part[] {
  const told = tools.map((tool) => JSON.stringify({ type: 'function', function: tool })).join('\n')
  return [{ text: told, weight: weigh(told) }, ...messages.map(partOf)]
}

function partOf(message: ModelMessage): Part {
  const { role, toolName = '', thinking = '', content, toolCalls = [], images = [] } = message
  const calls = toolCalls.map(({ name, arguments: given }) => `\n${name} ${JSON.stringify(given)}`)
  const text = `${role} ${toolName}\n${thinking}\n${content}${calls.join('')}`
  return { text, weight: weigh(text) + perMessage * (1 + calls.length) + tokensOfPicture * images.length }
}

/** Of what two texts begin with and end with. */
function weighCommon(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  let head = 0
  while (head < most && one[head] === other[head]) head += 1
  let tail = 0
  while (tail < most - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1
  return weigh(one, 0, head) + weigh(one, one.length - tail)
}

/** Tokens by what the characters are. */
function weigh(text: string, from = 0, to = text.length): number {
  let weight = 0
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) weight += code >= 0x30 && code <= 0x39 ? perDigit : perAscii
    // A half of a pair is two of its four bytes.
    else weight += perOtherByte * (code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3)
  }
  return weight
}
