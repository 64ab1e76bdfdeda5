// Notices a command that fills the disk: no limit of a process stops many files.
import { lstat, readdir, statfs } from 'node:fs/promises'

export interface GrowthLimits {
  growthBytes: number
  growthFiles: number
}

const blockBytes = 512
/** Where so little is left on a disk, somebody who takes a lot of it is stopped. */
const lastBytes = 256 << 20
/** Lost by so many times the limit, the disk is being filled in a way we do not see: by files without a name, for one. */
const unseen = 4

/**
 * Looking at the whole folder is slow and looking at the disk is not: only when the disk has lost as much as the limit is what
 * the command has touched added up. The time of change is the kernel's own; no program can set it.
 */
export async function createGrowthWatch(root: string, limits: GrowthLimits) {
  const since = Date.now() - 1_000
  const before = await roomOn(root)

  /** Whether it has grown by more than the limit. */
  return async function hasOutgrown(): Promise<boolean> {
    const now = await roomOn(root)
    const bytes = before.bytes - now.bytes
    const files = before.files - now.files
    const countsFiles = before.files > 0
    if (bytes <= limits.growthBytes && countsFiles && files <= limits.growthFiles && !isFull(now.bytes, bytes)) {
      return false
    }
    if (bytes > limits.growthBytes * unseen || isFull(now.bytes, bytes)) return true
    const grown = await changedSince(root, since, limits)
    return grown.bytes > limits.growthBytes || grown.files > limits.growthFiles
  }
}

function isFull(left: number, lost: number): boolean {
  return left < lastBytes && lost > lastBytes / 4
}

async function roomOn(path: string): Promise<{ bytes: number; files: number }> {
  const { bavail, bsize, ffree } = await statfs(path)
  return { bytes: bavail * bsize, files: ffree }
}

/** Ends as soon as it is more than the limit. */
async function changedSince(root: string, since: number, limits: GrowthLimits) {
  const sum = { bytes: 0, files: 0 }
  const waiting = [root]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = `${folder}/${entry.name}`
      const seen = await lstat(path).catch(() => null)
      if (!seen) continue
      if (seen.isDirectory()) waiting.push(path)
      if (seen.ctimeMs < since) continue
      sum.bytes += (seen.blocks ?? 0) * blockBytes
      sum.files += 1
      if (sum.bytes > limits.growthBytes || sum.files > limits.growthFiles) return sum
    }
  }
  return sum
}
