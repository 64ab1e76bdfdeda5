// The shape of a tool: what a model is told of it, and what it is given when it runs.
import type { z } from 'zod'
import type { ToolDetail, ToolEffect } from '../../../shared/tool.ts'
import type { WebPage } from '../../contracts.ts'
import type { CutWords } from './text/shorten.ts'
import type { WorkspaceFiles } from './workspace/workspace-files.ts'

/** Everything a tool may use. It has no other way to the machine: the wall table keeps `node:` out of its file. */
export interface ToolContext {
  /** The workspace, with the guards of this one call. */
  files: WorkspaceFiles
  signal: AbortSignal
  /** Whether the model can be shown a picture. */
  seesImages: boolean
  now(): Date
  /** The web, where there is one. It asks the person for each further host by itself. */
  web?: { fetch(url: string, signal: AbortSignal): Promise<WebPage> }
  /** Runs a command in the sandbox with the workspace's root as its folder; .git without its hooks and config can be written. */
  run?(request: { command: string; gitWritable: boolean }): Promise<{ exit: number | null; output: string }>
  /** Who commits, as the person's git knows them; null when it knows nobody. */
  author?: { name: string; email: string } | null
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
