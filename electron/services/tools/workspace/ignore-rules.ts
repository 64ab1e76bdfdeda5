// What a search leaves out: the rules of .gitignore and .ignore, nested as git nests them, and what is never of interest.
import ignore, { type Ignore } from 'ignore'
import { type OpenFolder, openLeaf } from './opening.ts'

/** Nobody searches these unless they name them: the histories of version control, and other people's code by the thousand. */
const neverSearched = new Set(['.git', '.hg', '.svn', '.jj', 'node_modules'])
const ruleFiles = ['.gitignore', '.ignore']
/** A larger one is no list of rules. */
const ruleFileLimit = 262_144

interface Level {
  /** How many names lead from the root to the folder of these rules. */
  depth: number
  rules: Ignore
}

/** The rules that hold in a folder, the nearest last. */
export type IgnoreRules = readonly Level[]

/** The rules from above and those in this folder itself. */
export async function rulesIn(folder: OpenFolder, above: IgnoreRules): Promise<IgnoreRules> {
  const texts = await Promise.all(ruleFiles.map((name) => textOf(folder, name)))
  if (texts.every((text) => text === '')) return above
  return [...above, { depth: folder.names.length, rules: ignore({ ignorecase: false }).add(texts.join('\n')) }]
}

/** Whether a search leaves this out. Its folders are not left out, or nobody would ask. */
export function isLeftOut(names: readonly string[], isFolder: boolean, rules: IgnoreRules): boolean {
  return (isFolder && neverSearched.has(names.at(-1) ?? '')) || isIgnored(names, isFolder, rules)
}

/** The nearest rule file that says anything decides, as in git. */
export function isIgnored(names: readonly string[], isFolder: boolean, rules: IgnoreRules): boolean {
  for (const { depth, rules: level } of rules.toReversed()) {
    const { ignored, unignored } = level.test(names.slice(depth).join('/') + (isFolder ? '/' : ''))
    if (ignored || unignored) return ignored
  }
  return false
}

async function textOf(folder: OpenFolder, name: string): Promise<string> {
  // One that is not there, is a link or cannot be read has no rules.
  const opened = await openLeaf(folder, name, name).catch(() => null)
  if (!opened) return ''
  try {
    const { size } = await opened.handle.stat()
    return size > ruleFileLimit ? '' : await opened.handle.readFile('utf8')
  } catch {
    return ''
  } finally {
    await opened.handle.close()
  }
}
