// Sessions on their way out: as a page to read, or as the data they are.
import { dirname } from 'node:path'
import { writeFailure } from '../../../shared/disk-failure.ts'
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
  }
}
