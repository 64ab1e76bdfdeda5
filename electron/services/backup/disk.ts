// The bytes of one file, on the disk.
import { open } from 'node:fs/promises'

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.datasync().finally(() => handle.close())
}
