// Which tools a run has: those of its folder whose effects are allowed, or none.
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { Home, Surroundings, Tools } from '../../contracts.ts'
import { emptyToolbox } from './empty-toolbox.ts'
import { allTools, createTools } from './tools.ts'
import { openWorkspace } from './workspace/workspace-files.ts'

export interface ToolboxesDeps {
  home: Pick<Home, 'path'>
  surroundings: Pick<Surroundings, 'now' | 'environment'>
  /** Absolute path of the person's home folder. */
  personHome: string
  platform: NodeJS.Platform
}

export function createToolboxes(deps: ToolboxesDeps): Tools {
  const { home, personHome, platform } = deps
  const { now, environment } = deps.surroundings
  return {
    async toolboxFor(workspace, effects) {
      if (workspace === null) return { toolbox: emptyToolbox, refused: null }
      try {
        const opened = await openWorkspace({
          path: workspace,
          platform,
          environment,
          personHome,
          dataFolder: home.path,
        })
        // What is not allowed is not offered either: a model that is shown a tool calls it.
        const tools = allTools.filter(({ effect }) => effects.includes(effect))
        return { toolbox: createTools({ workspace: opened, now, tools }), refused: null }
      } catch (thrown) {
        if (!(thrown instanceof ExpectedFailure)) throw thrown
        return { toolbox: emptyToolbox, refused: thrown.failure.message }
      }
    },
  }
}
