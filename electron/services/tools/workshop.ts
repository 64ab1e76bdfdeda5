// Opens a folder and what can be done in it. Read when the first run has a folder: a start does not wait for its libraries.
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { ToolEffect } from '../../../shared/tool.ts'
import type { Toolbox } from '../../contracts.ts'
import { allTools, createTools } from './tools.ts'
import { openWorkspace, type WorkspaceOptions } from './workspace/workspace-files.ts'

/** What is not allowed is not offered either: a model that is shown a tool calls it. */
export async function openToolbox(
  options: WorkspaceOptions & { now(): Date },
  effects: readonly ToolEffect[],
): Promise<{ toolbox: Toolbox } | { refused: string }> {
  try {
    const workspace = await openWorkspace(options)
    const tools = allTools.filter(({ effect }) => effects.includes(effect))
    return { toolbox: createTools({ workspace, now: options.now, tools }) }
  } catch (thrown) {
    // Said here: in a bundle of its own the class of a failure is another one.
    if (thrown instanceof ExpectedFailure) return { refused: thrown.failure.message }
    throw thrown
  }
}
