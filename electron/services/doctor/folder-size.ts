// How many files a folder holds, in all folders below it, and their bytes; links are not followed.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What is not there, or cannot be read, counts as nothing. */
export async function folderSize(path: string, signal: AbortSignal): Promise<{ count: number; bytes: number }> {
  const size = { count: 0, bytes: 0 }
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (signal.aborted) break
    const inside = join(path, entry.name)
    if (entry.isDirectory()) {
      const below = await folderSize(inside, signal)
      size.count += below.count
      size.bytes += below.bytes
    } else {
      size.count++
      size.bytes += (await lstat(inside).catch(() => null))?.size ?? 0
    }
  }
  return size
}
