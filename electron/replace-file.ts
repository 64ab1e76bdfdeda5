// A file that a crash leaves as it was or as it was to be, never in between.
import { randomUUID } from 'node:crypto'
import { open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The old file stays until the new one is whole; the new one is its owner's only. `beside` is a name in the same folder that
 * nobody has, taken away again when it fails. Throws what the system says.
 */
export async function replaceFile(path: string, content: string | Uint8Array, beside: string): Promise<void> {
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(beside, path)
  } catch (thrown) {
    await unlink(beside).catch(() => undefined)
    throw thrown
  }
}

/** In a folder of the person's: a name that says whose it is, should it ever be left behind. */
export function partBeside(path: string): string {
  return join(dirname(path), `.carrel-${randomUUID()}.part`)
}
