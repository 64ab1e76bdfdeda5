// Calls that come as text although the model was given tools natively: some servers' parsers miss them.
import type { FunctionTool } from '../../contracts.ts'
import { createCallParser, type ParserEvent } from './call-parser.ts'
import type { DoneReason, ParsedAnswer } from './parsed.ts'

export interface LeakParser {
  push(delta: string): ParserEvent[]
  /**
   * `hasLeaked`: there are calls in it, and `visible` is what is left. Else the whole text is visible as it is; only where the
   * server sent calls of its own, what looks like a result of them was invented.
   */
  end(doneReason: DoneReason, hasNativeCalls: boolean): ParsedAnswer & { events: ParserEvent[]; hasLeaked: boolean }
  isHolding(): boolean
  isInCall(): boolean
}

/**
 * The parser of the prompted dialect for the text of a model that has native calls. Nobody asked this model to write calls,
 * so only those for known tools are some; text that merely looks like one is shown in the end. For answers in which native
 * calls came, too, only `visible` counts.
 */
export function createLeakParser({ tools }: { tools: readonly FunctionTool[] }): LeakParser {
  const parser = createCallParser({ tools, isUnasked: true })
  const known = new Set(tools.map(({ name }) => name))
  const pieces: string[] = []
  return {
    push(delta) {
      pieces.push(delta)
      return parser.push(delta)
    },
    end(doneReason, hasNativeCalls) {
      const { events, ...parsed } = parser.end(doneReason)
      const whole = pieces.join('')
      // A call that was cut off has no name that could be read; it is meant as one if it speaks of a tool.
      const speaksOfTool = () => tools.some(({ name }) => whole.includes(name))
      const errors = parsed.errors.filter(({ code, name }) =>
        name === null ? code === 'truncated' && speaksOfTool() : known.has(name),
      )
      const hasLeaked = parsed.calls.length > 0 || errors.length > 0
      const isShown = parsed.errors.length === 0 && (hasNativeCalls || !parser.isOver())
      if (hasLeaked || isShown) return { ...parsed, errors, events, hasLeaked }
      const text = parser.unthought().trim()
      return { ...parsed, visible: text, errors, events: [...events, { type: 'text_replace', text }], hasLeaked }
    },
    isHolding: parser.isHolding,
    isInCall: parser.isInCall,
  }
}
