// Opens a folder and what can be done in it. Read when the first run has a folder: a start does not wait for its libraries.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import type { ToolEffect } from '../../../shared/tool.ts'
import type {
  Sandbox,
  Search,
  ToolAttachments,
  Toolbox,
  ToolOptions,
  ToolSession,
  ToolSkills,
  Web,
} from '../../contracts.ts'
import { readFile, readSkillFile } from './read-file.ts'
import { clean } from './text/clean.ts'
import { decode } from './text/encoding.ts'
import { shorten } from './text/shorten.ts'
import type { Commands, Tool } from './tool.ts'
import { allTools, createTools } from './tools.ts'
import { skillReader } from './use-skill.ts'
import { withAttached } from './workspace/attached-files.ts'
import { readAuthor } from './workspace/author.ts'
import { withSkillFiles } from './workspace/skill-files.ts'
import { openWorkspace, type WorkspaceOptions } from './workspace/workspace-files.ts'

/** What is not allowed is not offered either: a model that is shown a tool calls it. */
export async function openToolbox(
  options: WorkspaceOptions & {
    now(): Date
    sandbox: Pick<Sandbox, 'start' | 'startWithout' | 'find'>
    web: Web
    search: Pick<Search, 'query'>
    session: ToolSession | null
    skills: ToolSkills | null
    attachments: ToolAttachments
  },
  effects: readonly ToolEffect[],
): Promise<{ toolbox: Toolbox; folder: string } | { refused: string }> {
  try {
    const { now, sandbox, web, search, session, skills, attachments, environment, personHome, platform } = options
    const workspace = await openWorkspace(options)
    const folder = workspace.root.path
    const usable = allTools.filter((tool) => effects.includes(tool.effect) && (session !== null || !tool.needsSession))
    const tools = skills === null ? usable : usable.flatMap((tool) => withSkillReader(tool, skills))
    const forSession = session && {
      commandsFor: (signal: AbortSignal, withoutSandbox: ToolOptions['withoutSandbox']) =>
        commandsOf(sandbox, session, { folder, skills }, signal, withoutSandbox ?? null),
      webFor: (mayVisit: (url: URL) => Promise<boolean>) => ({
        fetch: (url: string, signal: AbortSignal) => web.fetch(url, { signal, mayVisit }),
      }),
      author: () => readAuthor(environment, personHome),
      sessions: {
        async search(query: string, limit: number, signal: AbortSignal) {
          // One more than is wanted of each: the session that asks is among them, and knows itself.
          const { hits } = await search.query({ text: query, workspace: options.path, limit: 2 * limit }, signal)
          return hits.filter(({ sessionId }) => sessionId !== session.id).slice(0, limit)
        },
      },
    }
    const withSkills = skills === null ? workspace : withSkillFiles(workspace, { skills, platform })
    const files = withAttached(withSkills, attachments)
    return { toolbox: createTools({ workspace: files, now, tools, ...(skills && { skills }), ...forSession }), folder }
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure) return { refused: thrown.failure.message }
    throw thrown
  }
}

/** Early among the tools: where a window has room for few of them, it is among those that stay. */
function withSkillReader(tool: Tool, { offered }: ToolSkills): Tool[] {
  return tool === readFile ? [tool, skillReader(offered)] : [tool]
}

/** What a run without a folder can do: read what skills say, and their files. */
export function openSkillToolbox(
  skills: ToolSkills,
  deps: { now(): Date; platform: NodeJS.Platform; attachments: ToolAttachments },
): Toolbox {
  const workspace = withAttached(withSkillFiles(null, { skills, platform: deps.platform }), deps.attachments)
  return createTools({ workspace, now: deps.now, tools: [readSkillFile, skillReader(skills.offered)], skills })
}

function commandsOf(
  sandbox: Pick<Sandbox, 'start' | 'startWithout' | 'find'>,
  session: ToolSession,
  { folder: workspace, skills }: { folder: string; skills: ToolSkills | null },
  signal: AbortSignal,
  withoutSandbox: { command: string } | null,
): Commands {
  let leave = withoutSandbox
  return {
    async start(command) {
      // Only of skills the model has used here: there is nothing the others could be read for.
      const mounts = skills?.used().map(({ folder }) => folder) ?? []
      const place = { workspace, writable: session.mayWrite(), sessionId: session.id }
      const request = { ...command, ...place, ...(mounts.length > 0 && { mounts }) }
      if (withoutSandbox === null) return await sandbox.start(request, signal)
      // What a person has allowed is this very command, and once.
      if (leave === null || command.command !== leave.command || command.gitWritable) {
        throw new ExpectedFailure('denied', toolWords.otherCommand)
      }
      leave = null
      return await sandbox.startWithout(request, signal)
    },
    find: (handle) => sandbox.find(session.id, handle),
  }
}

/** Longest AGENTS.md that is shown whole, in UTF-16 code units: a quarter of a small window. */
const instructionsLimit = 8_000

/** Read under the same guards as any file of the folder: a link that leads out of it is none. */
export async function readInstructions(options: WorkspaceOptions, signal: AbortSignal): Promise<string | null> {
  try {
    const workspace = await openWorkspace(options)
    const found = await workspace.forCall({ signal, permitted: [] }).read('AGENTS.md')
    const text = found.kind === 'file' ? (decode(found.bytes)?.text ?? '') : ''
    const words = clean(text).trim()
    return words === '' ? null : shorten(words, instructionsLimit, toolWords.omitted)
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure) return null
    throw thrown
  }
}

export { compareTexts, textOf } from './text/compare.ts'
export { refusedWorkspace } from './workspace/refused-workspace.ts'
