// Writing, renaming and syncing where the system may take only a piece, or refuse for a moment or for good.
import * as fs from 'node:fs'
import { rename } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/disk-failure.ts'

type Write = (descriptor: number, bytes: Buffer) => Promise<{ bytesWritten: number }>

const writeOnce: Write = promisify(fs.write)

/** Goes on after a short write, which a disk that fills up makes; the next one then says why it was short. */
export async function writeAll(descriptor: number, bytes: Buffer, write = writeOnce): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await write(descriptor, done === 0 ? bytes : bytes.subarray(done))
    if (bytesWritten === 0) {
      throw Object.assign(new Error(`only ${done} of ${bytes.length} bytes were written`), { code: 'ENOSPC' })
    }
    done += bytesWritten
  }
}

/** On Windows whoever has a file open, a virus scanner or an index, keeps it from being moved for a moment. */
const pausesMs = process.platform === 'win32' ? [10, 30, 90, 270, 810] : []

export async function renamePatiently(from: string, to: string): Promise<void> {
  await patiently(() => rename(from, to), pausesMs)
}

/** Tries once more after each pause while the file is in use; whatever else goes wrong is told at once. */
export async function patiently(work: () => Promise<void>, pauses: readonly number[]): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      return await work()
    } catch (thrown) {
      const ms = pauses[tried]
      const isInUse = errorCode(thrown) === 'EPERM' || errorCode(thrown) === 'EBUSY'
      if (ms === undefined || !isInUse) throw thrown
      await pause(ms)
    }
  }
}
