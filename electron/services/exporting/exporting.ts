// Sessions on their way out: as a page to read, or as the data they are.
import type { Exporting, Sessions, Surroundings } from '../../contracts.ts'

export interface ExportingDeps {
  sessions: Pick<Sessions, 'open' | 'bytesOf'>
  surroundings: Pick<Surroundings, 'now' | 'appVersion'>
}

export function createExporting({ sessions, surroundings }: ExportingDeps): Exporting {
  return {
    async bytesOf(sessionId, format) {
      if (format === 'jsonl') return await sessions.bytesOf(sessionId)
      const [opened, { formOf }] = await Promise.all([
        // Of the data everything; of a page to read what is shown.
        sessions.open(sessionId, { allBranches: format === 'json' }),
        import('./forms.ts'),
      ])
      return new TextEncoder().encode(
        formOf(opened, format, { now: surroundings.now(), version: surroundings.appVersion }),
      )
    },
  }
}
