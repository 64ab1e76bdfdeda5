// Which files a search looks into: those below a folder, in a fixed order, without what ignore files leave out and no links.
import { readdir } from 'node:fs/promises'
import { errorCode } from '../../../../shared/disk-failure.ts'
import { type IgnoreRules, isIgnored, isLeftOut, rulesIn } from './ignore-rules.ts'
import { type OpenFolder, openFolder, openPlainChild, openRoot, type Root } from './opening.ts'
import { isOfTheDisk } from './refusal.ts'

/** The files of one folder. */
export interface FolderFiles {
  /** Names from the root. */
  folder: readonly string[]
  names: readonly string[]
}

export interface FoundFiles {
  folders: FolderFiles[]
  /** Folders that could not be looked into. */
  skipped: number
  /** Whether there are more files than the limit. */
  isCut: boolean
}

export interface WalkDeps {
  root: Root
  /** Throws when the rules of names forbid to read there. */
  mayRead(names: readonly string[]): void
  /** Most files. */
  limit: number
  /** Whether to go on; throws when stopped. */
  goesOn(): boolean
}

/** Folders in folders; deeper ones are some program's mistake. */
const depthLimit = 64

/**
 * Throws what the system says when there is nothing at `from`. What is asked for by its name is searched even when a rule
 * would leave it out; then the rules from above say nothing about what lies in it.
 */
export async function filesBelow(from: readonly string[], deps: WalkDeps, shown: string): Promise<FoundFiles> {
  const { root, mayRead, limit, goesOn } = deps
  const found: FoundFiles = { folders: [], skipped: 0, isCut: false }
  let count = 0

  function take(folder: readonly string[], names: readonly string[]): void {
    const kept = names.slice(0, limit - count)
    count += kept.length
    if (kept.length < names.length) found.isCut = true
    if (kept.length > 0) found.folders.push({ folder, names: kept })
  }

  async function walk(folder: OpenFolder, above: IgnoreRules): Promise<void> {
    const rules = await rulesIn(folder, above)
    const entries = (await readdir(folder.at('.'), { withFileTypes: true }))
      .filter((entry) => !isLeftOut([...folder.names, entry.name], entry.isDirectory(), rules))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const named = (kind: 'isFile' | 'isDirectory') => entries.filter((entry) => entry[kind]()).map(({ name }) => name)
    take(folder.names, named('isFile'))
    for (const name of named('isDirectory')) {
      if (found.isCut || !goesOn()) return
      await walkInto(folder, name, rules)
    }
  }

  async function walkInto(parent: OpenFolder, name: string, rules: IgnoreRules): Promise<void> {
    if (parent.names.length >= depthLimit) {
      found.skipped++
      return
    }
    try {
      const child = await openPlainChild(root, parent, name)
      await walk(child, rules).finally(() => child.close())
    } catch (thrown) {
      // It cannot be listed, or has gone meanwhile.
      if (!isOfTheDisk(thrown)) throw thrown
      found.skipped++
    }
  }

  mayRead(from)
  let rules: IgnoreRules = []
  let folder = await openRoot(root)
  try {
    for (const [index, name] of from.entries()) {
      rules = await rulesIn(folder, rules)
      const next = await openFolder(root, from.slice(0, index + 1), shown, null).catch((thrown) => {
        if (index === from.length - 1 && errorCode(thrown) === 'ENOTDIR') return null
        throw thrown
      })
      if (!next) {
        take(folder.names, [name])
        return found
      }
      await folder.close()
      folder = next
      if (isIgnored(folder.names, true, rules)) rules = []
    }
    mayRead(folder.names)
    await walk(folder, rules)
    return found
  } finally {
    await folder.close()
  }
}
