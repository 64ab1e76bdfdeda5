// Time grows with the length of a text and not with its square, whatever the text: a model that repeats itself for a megabyte
// must not hold the process.
import { expect, test } from 'vitest'
import { createCallParser } from '../../electron/agent/dialects/call-parser.ts'
import { neutralise } from '../../shared/control-tokens.ts'
import { tools } from './cases.ts'

const texts: [string, string][] = [
  ['openers', '<tool_call>'],
  ['beginnings of openers', '<tool_cal<'],
  ['angle brackets', '<'],
  ['backticks', '`'],
  ['backtick runs of all kinds', '` `` ``` '],
  ['backtick runs in one line with openers', '`<tool_call>``'],
  ['lines of unclosed code', '`<tool_call>\n'],
  ['fences', '```\n'],
  ['json fences', '```json\n{"name":"get_time"}\n```\n'],
  ['tool fences', '```tool_call\n{\n'],
  ['braces', '{'],
  ['lists', '['],
  ['strings with closing tags', '<tool_call>["</tool_call>",'],
  ['strings with openers', '<tool_call>{"a":"<tool_call>{"'],
  ['alternating quotes', '"</tool_call><tool_call>["'],
  ['parameters', '<tool_call><function=read_file><parameter=path></tool_call>'],
  ['delimiters', '<|tool_call>call:get_time{a:<|"|><tool_call|>'],
  ['calls', '<tool_call>{"name":"get_time"}</tool_call>'],
  ['ends of thinking', 'a</think>'],
  ['JSON and ends of thinking', '{"</think>'],
  ['beginnings of thinking', '<think>'],
  ['thinking', '<think>a</think>{"'],
  ['escapes', '<tool_call>{"a":"\\\\'],
  ['comments', "<tool_call>{'a':/* "],
  ['quotes', "<tool_call>{'a':''"],
  ['triple quotes', '<tool_call>{"a":"""'],
  ['spaces', '  \n\t'],
  ['lists of calls', '[get_time(),'],
  ['tool markers', '[TOOL_CALLS]\n'],
  ['headers', '<|channel|>'],
  ['messages', '<|channel|>analysis<|message|>a<|end|>'],
  ['half characters', '\ud83d '],
]

/** Time of this process's own, ms: what else the machine does is not counted. */
function time(work: () => void): number {
  const started = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1_000
}

function parse(text: string, pieceLength: number): void {
  const parser = createCallParser({ tools })
  for (let at = 0; at < text.length; at += pieceLength) parser.push(text.slice(at, at + pieceLength))
  parser.end('stop')
}

const long = 256_000

/** Eight times the text takes about eight times as long; a square would take 64 times. The collector may spoil one try. */
function expectLinear(work: (text: string) => void, part: string): void {
  const text = part.repeat(Math.ceil(long / part.length)).slice(0, long)
  const short = text.slice(0, long / 8)
  work(short)
  let ratio = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 4 && ratio > 24; tries += 1) {
    ratio =
      time(() => work(text)) /
      Math.max(
        time(() => work(short)),
        4,
      )
  }
  expect(ratio).toBeLessThan(24)
}

test.each(texts)('%s, whole', { timeout: 60_000 }, (_, part) => {
  expectLinear((text) => parse(text, text.length), part)
})

test.each(texts)('%s, three characters at a time', { timeout: 60_000 }, (_, part) => {
  expectLinear((text) => parse(text, 3), part)
})

test('a megabyte of all of them', { timeout: 60_000 }, () => {
  const each = Math.ceil(1_000_000 / texts.length)
  const text = texts.map(([, part]) => part.repeat(Math.ceil(each / part.length))).join('\n')
  expect(text.length).toBeGreaterThan(1_000_000)
  const whole = time(() => parse(text, text.length))
  expect(
    whole /
      Math.max(
        time(() => parse(text.slice(0, text.length / 8), text.length)),
        4,
      ),
  ).toBeLessThan(40)
})

test('control tokens', { timeout: 60_000 }, () => {
  expectLinear((text) => neutralise(text), '<|<｜<[')
})
