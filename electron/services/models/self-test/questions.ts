// The questions of a test: what is asked, which parts it answers, and what is made of what came.
import { selfTestWords as words } from '../../../../shared/messages/self-test.ts'
import type { PartResult, SelfTestPart } from '../../../../shared/self-test.ts'
import { thinkingOf } from '../../../../shared/thinking.ts'
import { createDialect, type Dialect } from '../../../agent/dialects/dialect.ts'
import type { FunctionTool, GenerateRequest, ToolCall } from '../../../contracts.ts'
import { numberPicture, numberShown } from './picture.ts'

/** What came of one question. */
export interface Heard {
  text: string
  thinking: string
  calls: readonly ToolCall[]
  /** Of the text. */
  pieces: number
  /** A sentence when it ended in no answer: an error of the server, or the time was over. */
  fault: string | null
}

type Outcome = Pick<PartResult, 'outcome' | 'reason'>

export interface Question {
  parts: readonly SelfTestPart[]
  /** Why it is not asked; null to ask it. */
  notClaimed: string | null
  request: Pick<GenerateRequest, 'messages' | 'tools' | 'stop'>
  /** As a person reads it. */
  asked: string
  judge(part: SelfTestPart, heard: Heard): Outcome
}

export interface Claims {
  /** Empty when the server is too old to say: then it is tried. */
  capabilities: readonly string[]
  family: string | null
  /** At which the model's own definition ends an answer. */
  stop: readonly string[]
}

const tool: FunctionTool = {
  name: 'look_up',
  description: 'Looks a word up in the dictionary of this computer.',
  parameters: {
    type: 'object',
    properties: { word: { type: 'string', description: 'The word to look up.' } },
    required: ['word'],
  },
}
const ask = {
  count: 'Count from one to five in English words, with spaces between them. Write nothing else.',
  call: 'Look up the word "carrel" with the tool. Do not answer from memory.',
  picture: 'Which number is written in this picture? Answer with the number alone.',
}

const ok = (reason: string): Outcome => ({ outcome: 'ok', reason })
const failed = (reason: string): Outcome => ({ outcome: 'failed', reason })

export function questionsFor(claims: Claims): Question[] {
  const claimed = (capability: string) => claims.capabilities.length === 0 || claims.capabilities.includes(capability)
  const options = { tools: [tool], readOnly: new Set([tool.name]), stop: claims.stop }
  const prompted = createDialect('prompted', options)
  const native = createDialect('native', options)
  const toCall = [{ role: 'user' as const, content: ask.call }]
  return [
    {
      parts: ['streams', 'answers', 'thinkingOff'],
      notClaimed: null,
      request: { messages: [{ role: 'user', content: ask.count }] },
      asked: ask.count,
      judge: (part, heard) => judgeWords(part, heard, claims),
    },
    {
      parts: ['nativeTools'],
      notClaimed: claimed('tools') ? null : words.noToolsClaimed,
      request: { messages: toCall, tools: [tool] },
      asked: ask.call,
      judge: (_part, heard) => judgeNative(native, heard),
    },
    {
      parts: ['promptedTools'],
      notClaimed: null,
      request: prompted.write(toCall, [tool]),
      asked: ask.call,
      judge: (_part, heard) => judgePrompted(prompted, heard),
    },
    {
      parts: ['vision'],
      notClaimed: claimed('vision') ? null : words.noVisionClaimed,
      request: { messages: [{ role: 'user', content: ask.picture, images: [numberPicture()] }] },
      asked: ask.picture,
      judge: (_part, heard) => judgeSight(heard),
    },
  ]
}

function judgeWords(part: SelfTestPart, heard: Heard, claims: Claims): Outcome {
  const { text, thinking, pieces, fault } = heard
  if (part === 'thinkingOff') {
    if (thinkingOf(claims) === 'none') return { outcome: 'not-claimed', reason: words.noThinkingClaimed }
    if (thinking !== '' || /<think>|<\|channel>/.test(text)) return failed(words.thoughtAnyway)
    return fault === null ? ok(words.silent) : failed(fault)
  }
  if (part === 'streams') {
    if (pieces > 1) return ok(words.streamed(pieces))
    return failed(fault ?? (pieces === 0 ? nothingOf(heard) : words.notStreamed))
  }
  if (fault !== null) return failed(fault)
  if (text.trim() === '') return failed(nothingOf(heard))
  return /five|5/i.test(text) ? ok(words.answered) : failed(words.answeredOther(text.trim()))
}

function judgeNative(native: Dialect, heard: Heard): Outcome {
  if (heard.calls.length > 0) return judgeCall(heard.calls)
  if (heard.fault !== null) return failed(heard.fault)
  if (heard.text.trim() === '') return failed(heard.thinking === '' ? words.dropped : words.onlyThought)
  return failed(readCalls(native, heard).calls.length > 0 ? words.wroteCall : words.noCall)
}

function judgePrompted(prompted: Dialect, heard: Heard): Outcome {
  // Some servers read calls out of the text by themselves.
  if (heard.calls.length > 0) return judgeCall(heard.calls)
  const { calls, errors } = readCalls(prompted, heard)
  if (calls.length > 0) return judgeCall(calls)
  if (heard.fault !== null) return failed(heard.fault)
  if (errors.length > 0) return failed(words.badCall)
  return failed(heard.text.trim() === '' ? nothingOf(heard) : words.noCall)
}

function judgeCall(calls: readonly Pick<ToolCall, 'name' | 'arguments'>[]): Outcome {
  const isRight = calls.some(
    ({ name, arguments: given }) => name === tool.name && /carrel/i.test(String(given?.['word'])),
  )
  return isRight ? ok(words.called) : failed(words.calledOther)
}

function judgeSight(heard: Heard): Outcome {
  const { text, fault } = heard
  if (new RegExp(`(^|\\D)${numberShown}(\\D|$)`).test(text)) return ok(words.saw)
  if (fault !== null) return failed(fault)
  return failed(text.trim() === '' ? nothingOf(heard) : words.sawOther(text.trim()))
}

const nothingOf = ({ thinking }: Heard) => (thinking === '' ? words.empty : words.onlyThought)

function readCalls(dialect: Dialect, { text, fault }: Heard) {
  const reader = dialect.read()
  reader.push(text)
  return reader.end(fault === null ? 'stop' : null, false)
}
