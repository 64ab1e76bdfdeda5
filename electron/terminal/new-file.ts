// A file that a person names in the terminal, for what they are given.
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, writeFailure } from '../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'

/** What is there already is somebody's: then it throws `denied`. Readable by its owner only. */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') throw new ExpectedFailure('denied', messages.terminal.fileIsThere(path))
    throw writeFailure(thrown, path, dirname(path))
  }
}
