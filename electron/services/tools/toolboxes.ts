// Which tools a run has: those of its folder whose effects are allowed, or none.
import type { Home, Sandbox, Search, Surroundings, ToolAttachments, Tools, Web } from '../../contracts.ts'
import { emptyToolbox } from './empty-toolbox.ts'

export interface ToolboxesDeps {
  home: Pick<Home, 'path'>
  sandbox: Pick<Sandbox, 'start' | 'startWithout' | 'find'>
  web: Web
  search: Pick<Search, 'query'>
  surroundings: Pick<Surroundings, 'now' | 'environment'>
  /** Absolute path of the person's home folder. */
  personHome: string
  platform: NodeJS.Platform
}

const noAttachments: ToolAttachments = { read: async () => null }

export function createToolboxes(deps: ToolboxesDeps): Tools {
  const { home, sandbox, web, search, personHome, platform } = deps
  const { now, environment } = deps.surroundings
  const optionsFor = (path: string) => ({ path, platform, environment, personHome, dataFolder: home.path, now })
  return {
    async instructionsOf(workspace, signal) {
      const { readInstructions } = await import('./workshop.ts')
      return await readInstructions(optionsFor(workspace), signal)
    },
    async toolboxFor(workspace, effects, session, given, attachments = noAttachments) {
      const skills = given && given.offered.length > 0 ? given : null
      if (workspace === null && skills === null) return { toolbox: emptyToolbox, folder: null, refused: null }
      const { openSkillToolbox, openToolbox } = await import('./workshop.ts')
      const withoutFolder = skills === null ? emptyToolbox : openSkillToolbox(skills, { now, platform, attachments })
      if (workspace === null) return { toolbox: withoutFolder, folder: null, refused: null }
      const opened = await openToolbox(
        { ...optionsFor(workspace), sandbox, web, search, session, skills, attachments },
        effects,
      )
      return 'refused' in opened
        ? { toolbox: withoutFolder, folder: null, refused: opened.refused }
        : { ...opened, refused: null }
    },
  }
}
