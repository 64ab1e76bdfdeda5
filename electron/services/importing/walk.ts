// Which files below the paths a person named may be logs.
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Pace } from './pace.ts'

export interface FoundFile {
  path: string
  bytes: number
  /** The person named this very file: then it is told when it is no log. */
  isNamed: boolean
}

/** More are not looked at. */
export const mostFiles = 50_000
const deepest = 16

/** In the order of their paths. Links inside a folder are not followed; a path that a person names may be one. */
export async function filesBelow(path: string, pace: Pace): Promise<FoundFile[]> {
  const real = await realpath(resolve(path))
  const found = await lstat(real)
  if (!found.isDirectory()) return [{ path: real, bytes: found.size, isNamed: true }]
  const files: FoundFile[] = []
  await collect(real, 0, files, pace)
  return files
}

async function collect(folder: string, depth: number, files: FoundFile[], pace: Pace): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown) => {
    // A folder inside that may not be read hides no other one.
    if (depth === 0) throw thrown
    return []
  })
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    if (files.length >= mostFiles) return
    await pace.turn()
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth < deepest) await collect(path, depth + 1, files, pace)
    if (!entry.isFile() || !/\.jsonl(\.archived)?$/i.test(entry.name)) continue
    const found = await lstat(path).catch(() => null)
    if (found) files.push({ path, bytes: found.size, isNamed: false })
  }
}
