// The tools of one workspace: told in a fixed order, and run so that whatever happens is an outcome.
import { ExpectedFailure, expectedFailureOf, type FailureCode } from '../../../shared/failure.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import type { RefusalReason } from '../../../shared/tool.ts'
import type { Toolbox, ToolOptions, ToolOutcome, ToolSkills } from '../../contracts.ts'
import { editFile } from './edit-file.ts'
import { fetchUrl } from './fetch-url.ts'
import { gitCommit } from './git-commit.ts'
import { jsonSchemaOf, parseArguments } from './parameters.ts'
import { readFile } from './read-file.ts'
import { checkCommand, runCommand } from './run-command.ts'
import { searchFiles } from './search-files.ts'
import { searchSessions } from './search-sessions.ts'
import { clean } from './text/clean.ts'
import { shorten } from './text/shorten.ts'
import type { Commands, Tool, ToolContext, ToolResult } from './tool.ts'
import { AccessRefused } from './workspace/refusal.ts'
import type { Workspace } from './workspace/workspace-files.ts'
import { writeFile } from './write-file.ts'

/** In the order a model is told of them. */
export const allTools: readonly Tool[] = [
  // One line for each; a new one goes to the end, since a model's cache was built on this order.
  readFile,
  writeFile,
  editFile,
  searchFiles,
  runCommand,
  checkCommand,
  fetchUrl,
  gitCommit,
  searchSessions,
]

/** Longest content of a result, in UTF-16 code units, unless the caller says otherwise. */
const usualCharacters = 8_000

export interface ToolsDeps {
  workspace: Pick<Workspace, 'forCall'>
  now(): Date
  /** What starts commands for a call with this signal and leave; without it there are none. */
  commandsFor?(signal: AbortSignal, withoutSandbox: ToolOptions['withoutSandbox']): Commands
  /** The web for a call that may visit these hosts; without it there is none. */
  webFor?(mayVisit: NonNullable<ToolOptions['mayVisit']>): ToolContext['web']
  author?: ToolContext['author']
  /** Earlier sessions, where they can be searched. */
  sessions?: ToolContext['sessions']
  skills?: ToolSkills
  /** Which tools there are; for tests. */
  tools?: readonly Tool[]
}

export function createTools({
  workspace,
  now,
  commandsFor = () => noCommands,
  webFor = () => undefined,
  author = async () => null,
  sessions,
  skills,
  tools = allTools,
}: ToolsDeps): Toolbox {
  const told = tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: jsonSchemaOf(parameters),
  }))
  const byName = new Map(tools.map((one) => [one.name, one]))
  const canRun = tools.some(({ effect }) => effect === 'execute')

  async function attempt(
    name: string,
    args: Readonly<Record<string, unknown>> | null,
    signal: AbortSignal,
    options: ToolOptions & { characters: number },
  ): Promise<ToolResult> {
    const { seesImages = false, permitted = [], onOutput = () => undefined, mayVisit = async () => false } = options
    const { characters } = options
    const chosen = byName.get(name)
    if (!chosen) throw new ExpectedFailure('not-found', toolWords.unknownTool(name.slice(0, 100), [...byName.keys()]))
    if (args === null) throw new ExpectedFailure('invalid-input', toolWords.noArguments(name))
    const parsed = parseArguments(chosen.parameters, args)
    if (!parsed.ok) throw new ExpectedFailure('invalid-input', toolWords.wrongArguments(name, parsed.problems))
    if (signal.aborted) throw new ExpectedFailure('cancelled', toolWords.cancelled)
    const files = workspace.forCall({ signal, permitted })
    const commands = commandsFor(signal, options.withoutSandbox)
    const web = webFor(mayVisit)
    const context = { files, commands, author, onOutput, signal, characters, canRun, seesImages, now }
    const more = { ...(web && { web }), ...(sessions && { sessions }), ...(skills && { skills }) }
    return await chosen.run(parsed.value, { ...context, ...more })
  }

  return {
    list: () => told,
    effectOf: (name) => byName.get(name)?.effect ?? null,
    async run(name, args, signal, options = {}) {
      const characters = options.characters ?? usualCharacters
      try {
        const result = await attempt(name, args, signal, { ...options, characters })
        return outcome(result, characters, null)
      } catch (thrown) {
        const expected = expectedFailureOf(thrown)
        if (!expected) throw thrown
        const { code, message } = expected.failure
        const reason = thrown instanceof AccessRefused ? thrown.reason : null
        return outcome({ content: message }, characters, { code, reason })
      }
    },
  }
}

const noCommands: Commands = {
  start: async () => {
    throw new ExpectedFailure('denied', toolWords.noCommands)
  },
  find: () => null,
}

function outcome(
  { content, cut, detail, image }: ToolResult,
  characters: number,
  failure: { code: FailureCode; reason: RefusalReason | null } | null,
): ToolOutcome {
  const whole = clean(content)
  const shown = shorten(whole, characters, cut ?? toolWords.omitted)
  return {
    content: shown,
    isError: failure !== null,
    failure,
    full: shown === whole ? null : whole,
    detail: detail ?? null,
    image: image ?? null,
  }
}
