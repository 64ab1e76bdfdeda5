// That what was written survives a power cut.
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'

/** Makes a new name stay, where the file system can. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    if (errorCode(thrown) !== 'EINVAL' && errorCode(thrown) !== 'ENOTSUP') throw thrown
  } finally {
    await handle.close()
  }
}

/** Everything of the disk this folder is on, in one word to the system. False where there is no such word, or it failed. */
export async function syncDiskOf(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  return await promisify(execFile)('sync', ['-f', folder]).then(
    () => true,
    () => false,
  )
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.datasync().finally(() => handle.close())
}
