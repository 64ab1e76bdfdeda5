// What a model is shown of an entry that has been shortened. The same entry gives the same words for ever: each change of an old
// message voids what the server has evaluated behind it.
import type { Shortened } from '../../shared/shortenings.ts'
import type { ModelMessage, ToolCall } from '../contracts.ts'
import { toModel } from './to-model.ts'

/** Of a text inside arguments, or of a result that is one line. UTF-16 code units. */
const beginning = 60
/** Shorter texts in arguments stay whole: names, paths and patterns are what the call was about. */
const longText = 200

/** Whatever form does not fit the message leaves it as it is. */
export function inShort(message: ModelMessage, shortened: Shortened | undefined): ModelMessage {
  if (!shortened) return message
  const { forms, characters } = shortened
  if (message.role === 'tool') {
    const { content, images, ...rest } = message
    // The picture is what takes the room; its words alone would say that it is there.
    if (images && forms.has('line')) return { ...rest, content: toModel.leftOut(firstWords(content), content.length) }
    if (forms.has('line'))
      return { ...message, content: shorter(content, toModel.leftOut(firstWords(content), content.length)) }
    return forms.has('parts') ? { ...message, content: shorter(content, headAndTail(content, characters)) } : message
  }
  if (message.role !== 'assistant') return message
  const { thinking, ...unthought } = message
  const shown = forms.has('no-thinking') ? unthought : message
  if (!forms.has('short-arguments') || !shown.toolCalls) return shown
  return { ...shown, toolCalls: shown.toolCalls.map(withShortTexts) }
}

/** What is short already is not made longer. */
const shorter = (whole: string, short: string) => (short.length < whole.length ? short : whole)

function firstWords(text: string): string {
  return cut(text.slice(0, 1_000).replace(/\s+/g, ' ').trim(), beginning)
}

/** 70 % head, 30 % tail, as tools cut their results. */
function headAndTail(text: string, characters: number): string {
  if (text.length <= characters) return text
  const head = cut(text, Math.floor(characters * 0.7))
  const tail = text.slice(text.length - (characters - head.length)).replace(/^[\udc00-\udfff]/, '')
  return `${head}\n${toModel.middleLeftOut(text.length - head.length - tail.length)}\n${tail}`
}

/** Never half a character. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}

function withShortTexts(call: ToolCall): ToolCall {
  const given = call.arguments
  if (given === null) return call
  return {
    ...call,
    arguments: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, shortValue(value)])),
  }
}

function shortValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > longText ? `${cut(value, beginning)} ${toModel.restLeftOut(value.length)}` : value
  }
  if (Array.isArray(value)) return value.map(shortValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortValue(inner)]))
}
