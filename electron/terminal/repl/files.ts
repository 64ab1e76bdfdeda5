// The files of a folder by name, for @-completion. Names only, and never for long.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isShownAsIs } from './safe-text.ts'

/** So many are enough to choose from. */
const most = 5_000
/** Milliseconds. */
const longest = 300
const skipped = new Set(['.git', 'node_modules', '.hg', '.svn', '__pycache__', '.venv', 'dist', 'target'])

/** Paths from the folder on, with slashes, those near its top first. A link is not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = []
  const deadline = performance.now() + longest
  const waiting = ['']
  for (const below of waiting) {
    if (found.length >= most || performance.now() > deadline) break
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      // What cannot be typed as it is shown is left out.
      if (!isShownAsIs(entry.name)) continue
      if (entry.isDirectory() && !skipped.has(entry.name)) waiting.push(path)
      if (entry.isFile()) found.push(path)
    }
  }
  return found.slice(0, most)
}
