// `carrel toolcalls parse`: what Carrel makes of a model's raw text. Needs no data folder, no owner and no server.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { JsonOf } from '../../../shared/command-json.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { createCallParser } from '../../agent/dialects/call-parser.ts'
import { coerceArguments } from '../../agent/dialects/coerce.ts'
import type { FunctionTool } from '../../contracts.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine, printable } from '../front.ts'

const words = messages.terminal

/** One line of standard input: what a model wrote, and why it stopped. */
interface RawAnswer {
  id: string | number | null
  raw: string
  doneReason: string | null
}

/** Standard output is JSON lines with or without `--json`: a person has no use for anything else here. */
export async function toolcallsCommand(context: CommandContext): Promise<number> {
  const [name, ...rest] = context.arguments
  if (name !== 'parse' || rest.length > 0) {
    return fail(context, {
      code: 'invalid-input',
      message: words.unknownCommand(['toolcalls', ...context.arguments].join(' ')),
    })
  }
  const { options, signal, write, writeError } = context
  const tools = typeof options.tools === 'string' ? await readTools(resolve(context.folder, options.tools)) : []
  if (options.tools === undefined) writeError(`${words.noTools}\n`)
  const input = await context.readInput()
  if (signal.aborted) return cancelled(context)

  let badLines = 0
  for (const [index, line] of input
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue
    // Nobody reads on (`carrel … | head`), or the person has had enough.
    if (signal.aborted) return cancelled(context)
    const answer = toRawAnswer(line)
    if (answer) {
      write(jsonLine('toolcalls parse', parsed(answer, tools)))
      continue
    }
    badLines += 1
    writeError(`${words.badAnswerLine(index + 1)}\n`)
  }
  return badLines > 0 ? exitCodes.usage : exitCodes.done
}

function parsed({ id, raw, doneReason }: RawAnswer, tools: readonly FunctionTool[]): JsonOf<'toolcalls parse'> {
  const parser = createCallParser({ tools })
  parser.push(raw)
  const { visible, thinking, calls, errors } = parser.end(doneReason)
  return {
    id,
    visible,
    thinking,
    calls: calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
    errors: errors.map(({ code }) => code),
    validated: calls.map(({ name, arguments: given }) => {
      // A call that was parsed is one for a tool that is there.
      const tool = tools.find((one) => one.name === name)
      const coerced = tool ? coerceArguments(tool, given) : { ok: false as const, error: '' }
      return coerced.ok ? { ok: true, arguments: coerced.arguments } : { ok: false, error: coerced.error }
    }),
  }
}

function toRawAnswer(line: string): RawAnswer | null {
  const value = parseJson(line)
  if (!isRecord(value)) return null
  const { id = null, raw, done_reason: doneReason = 'stop' } = value
  if (typeof raw !== 'string' || !(typeof id === 'string' || typeof id === 'number' || id === null)) return null
  return typeof doneReason === 'string' || doneReason === null ? { id, raw, doneReason } : null
}

/** `[{"type": "function", "function": {"name", "description", "parameters"}}, …]`, or the functions alone. */
async function readTools(path: string): Promise<FunctionTool[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new ExpectedFailure('not-found', words.toolsUnreadable(printable(path)))
  }
  const list = parseJson(text)
  if (!Array.isArray(list)) throw new ExpectedFailure('invalid-input', words.toolsNoArray(printable(path)))
  const tools = list.map((entry, index) => {
    const tool = isRecord(entry) && isRecord(entry.function) ? entry.function : entry
    if (!isRecord(tool) || typeof tool.name !== 'string' || tool.name === '') {
      throw new ExpectedFailure('invalid-input', words.toolsBadEntry(printable(path), index + 1))
    }
    return {
      name: tool.name,
      description: typeof tool.description === 'string' ? tool.description : '',
      parameters: isRecord(tool.parameters) ? tool.parameters : {},
    }
  })
  return tools
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
