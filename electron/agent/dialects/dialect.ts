// How tool calls are written for a model, as the loop uses it: what goes into a request, and what is read out of an answer.
import type { DialectName, FunctionTool, GenerateRequest, ModelMessage } from '../../contracts.ts'
import { createCallParser, type ParserEvent } from './call-parser.ts'
import { createLeakParser } from './leaks.ts'
import type { DoneReason, ParsedAnswer } from './parsed.ts'
import { promptedInstructions, promptedStop, toPrompted } from './prompted.ts'

/** Reads the text of one answer while it comes. */
export interface AnswerReader {
  push(delta: string): ParserEvent[]
  /** `hasNativeCalls`: the server sent calls beside the text. */
  end(doneReason: DoneReason, hasNativeCalls: boolean): ParsedAnswer & { events: ParserEvent[] }
  /** The calls are complete and the model goes on: the rest is not worth waiting for. */
  shouldStop(): boolean
  /** A call is being written: nothing is told meanwhile. */
  isInCall(): boolean
}

export interface Dialect {
  readonly name: DialectName
  /** The same messages and tools always give the same request. */
  write(
    messages: readonly ModelMessage[],
    tools: readonly FunctionTool[],
  ): Pick<GenerateRequest, 'messages' | 'tools' | 'stop'>
  read(): AnswerReader
}

export interface DialectOptions {
  /** All tools of the run, also while an answer is asked for that may not call one. */
  tools: readonly FunctionTool[]
  /** Names of those that only look. */
  readOnly: ReadonlySet<string>
  /** At which the model's own definition ends an answer. */
  stop: readonly string[]
}

export function createDialect(name: DialectName, options: DialectOptions): Dialect {
  // Whoever has no tools may write about calls as about anything else.
  if (options.tools.length === 0) {
    // What was called in earlier runs is still written so that the model's template shows it.
    const shown = (messages: readonly ModelMessage[]) => (name === 'prompted' ? toPrompted(messages, null) : messages)
    return { name, write: (messages) => ({ messages: shown(messages) }), read: plainReader }
  }
  return name === 'native' ? native(options) : prompted(options)
}

function native({ tools: all }: DialectOptions): Dialect {
  return {
    name: 'native',
    write: (messages, tools) => ({ messages, tools }),
    read() {
      const parser = createLeakParser({ tools: all })
      // A leak is nothing to cut an answer short for: the server may still send calls of its own.
      return { ...parser, shouldStop: () => false }
    },
  }
}

function prompted({ tools: all, readOnly, stop }: DialectOptions): Dialect {
  const instructions = promptedInstructions(all, readOnly)
  return {
    name: 'prompted',
    // The tools stay in the prompt when none may be called: without them the server would evaluate all of it anew.
    write: (messages) => ({ messages: toPrompted(messages, instructions), stop: [...stop, ...promptedStop] }),
    read: () => createCallParser({ tools: all }),
  }
}

function plainReader(): AnswerReader {
  const pieces: string[] = []
  return {
    push(delta) {
      pieces.push(delta)
      return delta === '' ? [] : [{ type: 'text', delta }]
    },
    end: () => ({ visible: pieces.join(''), thinking: '', calls: [], errors: [], events: [] }),
    shouldStop: () => false,
    isInCall: () => false,
  }
}
