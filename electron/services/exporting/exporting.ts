// Sessions on their way out: as a page to read, or as the data they are.
import { open, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import type { Exporting, Sessions, Surroundings } from '../../contracts.ts'
import { partBeside, replaceFile } from '../../replace-file.ts'

export interface ExportingDeps {
  sessions: Pick<Sessions, 'open' | 'bytesOf'>
  surroundings: Pick<Surroundings, 'now' | 'appVersion'>
}

export function createExporting({ sessions, surroundings }: ExportingDeps): Exporting {
  const bytesOf: Exporting['bytesOf'] = async (sessionId, format) => {
    if (format === 'jsonl') return await sessions.bytesOf(sessionId)
    const [opened, { formOf }] = await Promise.all([
      // Of the data everything; of a page to read what is shown.
      sessions.open(sessionId, { allBranches: format === 'json' }),
      import('./forms.ts'),
    ])
    return new TextEncoder().encode(
      formOf(opened, format, { now: surroundings.now(), version: surroundings.appVersion }),
    )
  }
  return {
    bytesOf,
    async exportTo(path, sessionId, format) {
      const bytes = await bytesOf(sessionId, format)
      await replaceFile(path, bytes, partBeside(path)).catch((thrown) => {
        throw writeFailure(thrown, path, dirname(path))
      })
    },
    async exportInto(folder, name, sessionId, format) {
      const bytes = await bytesOf(sessionId, format)
      for (let number = 1; ; number++) {
        const path = join(folder, `${number === 1 ? name : `${name} (${number})`}.${format}`)
        try {
          await writeNew(path, bytes)
          return path
        } catch (thrown) {
          if (errorCode(thrown) !== 'EEXIST') throw writeFailure(thrown, path, folder)
        }
      }
    },
  }
}

/** Of its owner only, and whole or not there: nobody else has a file of this name, so it may be taken away again. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } catch (thrown) {
    await unlink(path).catch(() => undefined)
    throw thrown
  } finally {
    await handle.close()
  }
}
