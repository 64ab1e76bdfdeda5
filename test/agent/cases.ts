// The cases of test/cases/toolcalls.jsonl, and a person's view of the parser: what is shown at every moment.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCallParser, type ParserEvent } from '../../electron/agent/dialects/call-parser.ts'
import type { ParsedAnswer } from '../../electron/agent/dialects/parsed.ts'
import type { FunctionTool } from '../../electron/contracts.ts'

const folder = join(import.meta.dirname, '..', 'cases')

interface Expected {
  visible: string
  thinking: string
  calls: { name: string; arguments: Record<string, unknown> }[]
  errors: string[]
}

export interface Case {
  id: string
  family: string
  raw: string
  done_reason: string
  expect: Expected
  expect_alt?: Expected
  expect_validated?: { ok: boolean; arguments?: unknown; error?: string }
}

export const cases: Case[] = readFileSync(join(folder, 'toolcalls.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

export const toolsFile = join(folder, 'toolcalls.tools.json')
export const tools: FunctionTool[] = JSON.parse(readFileSync(toolsFile, 'utf8')).map(
  (tool: { function: FunctionTool }) => tool.function,
)

export interface Watched extends ParsedAnswer {
  /** The visible text after each piece, and after the end. */
  shown: string[]
  /** The same of the thinking. */
  thought: string
  replaced: boolean
  /** After which piece the rest was no longer worth waiting for; -1 when never. */
  stoppedAt: number
}

/** Parses the pieces as a front would follow them. */
export function watch(pieces: readonly string[], doneReason: string, offered = tools): Watched {
  const parser = createCallParser({ tools: offered })
  const shown: string[] = []
  let text = ''
  let thought = ''
  let replaced = false
  let stoppedAt = -1
  const follow = (events: readonly ParserEvent[]) => {
    for (const event of events) {
      if (event.type === 'text') text += event.delta
      if (event.type === 'thinking') thought += event.delta
      if (event.type === 'text_replace') {
        text = event.text
        replaced = true
      }
    }
    shown.push(text)
  }
  for (const [index, piece] of pieces.entries()) {
    follow(parser.push(piece))
    if (stoppedAt < 0 && parser.shouldStop()) stoppedAt = index
  }
  const { events, ...answer } = parser.end(doneReason)
  follow(events)
  return { ...answer, shown, thought, replaced, stoppedAt }
}

/** The outcome in the shape of the cases. */
export function outcomeOf({ visible, thinking, calls, errors }: ParsedAnswer): Expected {
  return {
    visible,
    thinking,
    calls: calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
    errors: errors.map(({ code }) => code),
  }
}
