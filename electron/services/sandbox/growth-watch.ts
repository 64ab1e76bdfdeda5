// Notices a command that fills the disk: no limit of a process stops many files.
import { lstat, readdir, readlink, stat, statfs } from 'node:fs/promises'

export interface GrowthLimits {
  growthBytes: number
  growthFiles: number
}

interface Sum {
  bytes: number
  files: number
}

const blockBytes = 512
/** Where so little is left on a disk, a command is stopped while the disk loses more. */
const lastBytes = 256 << 20
/** Between two looks at the whole folder so many times as long passes as the last one took, and at least that. Milliseconds. */
const restFactor = 10
const leastRestMs = 300
/** On a disk that does not count its files (btrfs) only a look can tell. Milliseconds. */
const uncountedRestMs = 5_000

/**
 * Looking at the whole folder is slow and looking at the disk is not: only when the disk has lost as much as the limit is what
 * the command has touched added up, since others may fill the disk as well. The time of change is the kernel's own; no program
 * can set it. A file that has no name any more counts as long as one of the processes holds it.
 */
export async function createGrowthWatch(root: string, limits: GrowthLimits) {
  const since = Date.now() - 1_000
  const before = await roomOn(root)
  const { dev } = await stat(root)
  let nextLook = performance.now()

  /** Whether the processes have made it grow by more than the limit. */
  return async function hasOutgrown(processes: readonly number[]): Promise<boolean> {
    const now = await roomOn(root)
    const lost = { bytes: before.bytes - now.bytes, files: before.files - now.files }
    if (now.bytes < lastBytes && lost.bytes > lastBytes / 4) return true
    if (performance.now() < nextLook) return false
    const isUncounted = before.files === 0
    if (!isMore(lost, limits) && !isUncounted) return false
    const begun = performance.now()
    const grown = await changedSince(root, since, limits)
    for (const pid of processes) grown.bytes += await namelessOf(pid, dev)
    const took = performance.now() - begun
    nextLook = performance.now() + Math.max(isUncounted ? uncountedRestMs : leastRestMs, took * restFactor)
    return isMore(grown, limits)
  }
}

function isMore({ bytes, files }: Sum, limits: GrowthLimits): boolean {
  return bytes > limits.growthBytes || files > limits.growthFiles
}

async function roomOn(path: string): Promise<Sum> {
  const { bavail, bsize, ffree } = await statfs(path)
  return { bytes: bavail * bsize, files: ffree }
}

/** Ends as soon as it is more than the limit. */
async function changedSince(root: string, since: number, limits: GrowthLimits): Promise<Sum> {
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
      if (isMore(sum, limits)) return sum
    }
  }
  return sum
}

/** Bytes of the files on this disk that a process holds and that have been deleted. */
async function namelessOf(pid: number, dev: number): Promise<number> {
  let bytes = 0
  for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const path = `/proc/${pid}/fd/${fd}`
    if (!(await readlink(path).catch(() => '')).endsWith(' (deleted)')) continue
    const seen = await stat(path).catch(() => null)
    if (seen?.isFile() && seen.dev === dev) bytes += (seen.blocks ?? 0) * blockBytes
  }
  return bytes
}
