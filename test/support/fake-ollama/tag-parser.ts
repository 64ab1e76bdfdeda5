// How Ollama reads models of the qwen3 family: `<think>` and `<tool_call>` around JSON, with or without tools in the request.
import { certainLength, type Parsed, type TextParser } from './gemma-parser.ts'
import { isObject, textOf } from './go-json.ts'

const marks = { thinking: ['<think>', '</think>'], call: ['<tool_call>', '</tool_call>'] } as const

export function createTagParser(isThinking: boolean): TextParser {
  let state: 'content' | 'thinking' | 'call' = isThinking ? 'thinking' : 'content'
  let held = ''

  function eat(parsed: Parsed, isLast: boolean): boolean {
    if (state === 'content') {
      for (const next of ['thinking', 'call'] as const) {
        const at = held.indexOf(marks[next][0])
        if (at < 0) continue
        parsed.content += held.slice(0, at).trimEnd()
        held = held.slice(at + marks[next][0].length)
        state = next
        return true
      }
    } else {
      // A call that opens while it thinks ends the thinking.
      const ends = state === 'thinking' ? [marks.thinking[1], marks.call[0]] : [marks.call[1]]
      const found = ends.map((mark) => [held.indexOf(mark), mark] as const).filter(([at]) => at >= 0)
      const [at, mark] = found.sort((one, other) => one[0] - other[0])[0] ?? []
      if (at !== undefined && mark !== undefined) {
        const text = held.slice(0, at)
        held = held.slice(at + mark.length).trimStart()
        if (state === 'thinking') parsed.thinking += text.replace(marks.thinking[0], '').trim()
        else parsed.calls.push(readCall(text))
        state = mark === marks.call[0] ? 'call' : 'content'
        return true
      }
    }
    if (state === 'call' && !isLast) return false
    const openers = [...marks.thinking, marks.call[0]]
    const safe = isLast ? held.length : certainLength(held, openers)
    if (state === 'thinking') parsed.thinking += held.slice(0, safe).replace(/^\s*<think>\s*/u, '')
    else if (state === 'content') parsed.content += held.slice(0, safe)
    held = held.slice(safe)
    return false
  }

  return {
    add(text, isLast) {
      const parsed: Parsed = { content: '', thinking: '', calls: [] }
      held += text
      while (eat(parsed, isLast));
      return parsed
    },
  }
}

function readCall(text: string) {
  const value: unknown = JSON.parse(text)
  if (!isObject(value) || textOf(value['name']) === '') throw new Error('empty function name')
  return { name: textOf(value['name']), arguments: isObject(value['arguments']) ? value['arguments'] : {} }
}
