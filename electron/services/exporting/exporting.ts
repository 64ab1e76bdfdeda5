// Sessions on their way out: as a page to read, or as the data they are.
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFailure } from '../../../shared/disk-failure.ts'
import type { Exporting, Sessions, Surroundings } from '../../contracts.ts'

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
      await replaceFile(path, await bytesOf(sessionId, format))
    },
  }
}

/** The old file stays until the new one is whole. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.carrel-${randomUUID()}.part`)
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, path)
  } catch (thrown) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw writeFailure(thrown, path, dirname(path))
  }
}
