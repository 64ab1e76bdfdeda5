// The shape of a tool: what a model is told of it, and what it is given when it runs.
import type { z } from 'zod'
import type { SearchHit } from '../../../shared/search.ts'
import type { ToolDetail, ToolEffect } from '../../../shared/tool.ts'
import type { RunningCommand, ToolSkills, WebPage } from '../../contracts.ts'
import type { CutWords } from './text/shorten.ts'
import type { WorkspaceFiles } from './workspace/workspace-files.ts'

/** Commands in the workspace's jail. */
export interface Commands {
  /** Throws with a sentence for the model when it cannot be started. Without `background` the call's signal kills it. */
  start(command: {
    command: string
    wallMs?: number
    background?: boolean
    /** .git can be written, without its hooks and its config. */
    gitWritable?: true
  }): Promise<RunningCommand>
  /** One of this session that was started in the background; null when there is none. */
  find(handle: string): RunningCommand | null
}

/** Everything a tool may use. It has no other way to the machine: the wall table keeps `node:` out of its file. */
export interface ToolContext {
  /** The workspace, with the guards of this one call. */
  files: WorkspaceFiles
  commands: Commands
  /** Hears what a command writes while it runs. */
  onOutput(text: string): void
  signal: AbortSignal
  /** Longest content that is shown, in UTF-16 code units. */
  characters: number
  /** Commands can be run. */
  canRun: boolean
  /** Whether the model can be shown a picture. */
  seesImages: boolean
  now(): Date
  /** The web, where there is one. It asks the person for each further host by itself. */
  web?: { fetch(url: string, signal: AbortSignal): Promise<WebPage> }
  /** Other sessions of this folder, and of no other: what a page or a file talks a model into asking for stays within it. */
  sessions?: { search(query: string, limit: number, signal: AbortSignal): Promise<readonly SearchHit[]> }
  /** The skills of the run, where there are some. */
  skills?: Pick<ToolSkills, 'read' | 'isShown'>
  /** Who commits, as the person's git knows them; null when it knows nobody. */
  author(): Promise<{ name: string; email: string } | null>
}

/** What a tool answers when it has done its work. A refusal or a failure is thrown as an ExpectedFailure. */
export interface ToolResult {
  /** All of it: it is cleaned and cut by whoever called. */
  content: string
  /** How to go on where the content is cut. */
  cut?: CutWords
  detail?: ToolDetail
  image?: { mime: string; bytes: Uint8Array }
}

export interface Tool {
  name: string
  /** One or two sentences for a small model. */
  description: string
  effect: ToolEffect
  /** It is of no use without a session. */
  needsSession?: true
  /** Flat: each parameter a string, a number or a boolean. */
  parameters: z.ZodObject
  run(args: unknown, context: ToolContext): Promise<ToolResult>
}

/** A tool whose `run` has the types of its own parameters. The registry has parsed them before. */
export function tool<Parameters extends z.ZodObject>(
  definition: Omit<Tool, 'parameters' | 'run'> & {
    parameters: Parameters
    run(args: z.infer<Parameters>, context: ToolContext): Promise<ToolResult>
  },
): Tool {
  return { ...definition, run: (args, context) => definition.run(definition.parameters.parse(args), context) }
}
