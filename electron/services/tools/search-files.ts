// search_files: where in the workspace a text stands, by name and by content.
import { z } from 'zod'
import { toolWords } from '../../../shared/messages/tools.ts'
import type { LookFound } from '../../../shared/tool.ts'
import { tool } from './tool.ts'
import { patternLineLimit } from './workspace/line-matcher.ts'
import type { SearchAnswer } from './workspace/search.ts'

export const searchFiles = tool({
  name: 'search_files',
  description: toolWords.descriptions.search_files,
  effect: 'read',
  parameters: z.object({
    query: z.string().min(1).describe(toolWords.parameters.query),
    path: z.string().optional().describe(toolWords.parameters.searchPath),
    regex: z.boolean().optional().describe(toolWords.parameters.regex),
  }),
  async run({ query, path = '.', regex = false }, { files }) {
    const answer = await files.search(path, query, regex)
    return {
      content: inWords(answer),
      cut: (omitted) => toolWords.omittedSearch(omitted),
      detail: { files: [], found: counted(answer) },
    }
  },
})

/** Lines that hold it and in how many files; where there are none, the names that do. */
function counted({ names, moreNames, matches, cutFiles, stopped }: SearchAnswer): LookFound {
  const more = stopped !== null || cutFiles.length > 0
  if (matches.length === 0 && names.length > 0) return { what: 'names', count: names.length + moreNames, more }
  return { what: 'matches', count: matches.length, of: new Set(matches.map(({ path }) => path)).size, more }
}

function inWords(answer: SearchAnswer): string {
  const { names, moreNames, matches, cutFiles, files, skipped, longLines } = answer
  const lines = matches.flatMap(({ path, line, text }, index) => {
    const isLastOfFile = matches[index + 1]?.path !== path
    const words = toolWords.line(path, line, text)
    return isLastOfFile && cutFiles.includes(path) ? [words, toolWords.moreInFile(path)] : [words]
  })
  return [
    ...(names.length > 0 ? [toolWords.namesHead, ...names] : []),
    ...(moreNames > 0 ? [toolWords.moreNames(moreNames)] : []),
    ...(names.length > 0 && lines.length > 0 ? [''] : []),
    ...lines,
    ...(names.length === 0 && lines.length === 0 ? [toolWords.nothingFound(files)] : []),
    ...(skipped > 0 ? [toolWords.notSearched(skipped)] : []),
    ...(longLines > 0 ? [toolWords.longLines(longLines, patternLineLimit)] : []),
    ...ending(answer),
  ].join('\n')
}

function ending({ stopped, matches, files }: SearchAnswer): string[] {
  switch (stopped) {
    case null:
      return []
    case 'matches':
      return [toolWords.stoppedAtMatches(matches.length)]
    case 'files':
      return [toolWords.stoppedAtFiles(files)]
    case 'time':
      return [toolWords.stoppedAtTime(files)]
    default:
      return stopped satisfies never
  }
}
