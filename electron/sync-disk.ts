// That what was written survives a power cut.
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Makes a rename or a new name survive a power cut, where the file system can. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync a folder and does not need it.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    // Network and FUSE file systems refuse it; what they hold is theirs to keep.
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw thrown
  } finally {
    await handle.close()
  }
}

/**
 * Everything of the disk this folder is on, by the program of the system, as Node has no syncfs: for thousands of files much
 * sooner done than one by one. False where there is no such program, or it failed.
 */
export async function syncDiskOf(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  return await promisify(execFile)('/usr/bin/sync', ['-f', folder], { timeout: 60_000 }).then(
    () => true,
    () => false,
  )
}
