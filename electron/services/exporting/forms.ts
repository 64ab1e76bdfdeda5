// Every form in which a session is exported. Read when the first one is: a start does not wait for it.
import type { ExportFormat } from '../../../shared/export-format.ts'
import type { OpenedSession } from '../../../shared/ipc.ts'
import { exportWords } from '../../../shared/messages/exports.ts'
import { htmlOf } from './html.ts'
import { markdownOf } from './markdown.ts'
import { readable } from './turns.ts'

/** What of a session stands in its JSON; another shape gets another number. */
const jsonVersion = 1

/** `now` is when it is exported. */
export function formOf(
  opened: OpenedSession,
  format: Exclude<ExportFormat, 'jsonl'>,
  { now, version }: { now: Date; version: string },
): string {
  const exported = exportWords.exported(now.toISOString().slice(0, 10), version)
  switch (format) {
    case 'md':
      return markdownOf(readable(opened), exported)
    case 'html':
      return htmlOf(readable(opened), exported)
    case 'json': {
      const { session, entries, diagnostics, workspace, origin } = opened
      const about = { carrel: version, version: jsonVersion, exportedAt: now.toISOString() }
      return `${JSON.stringify({ ...about, session, workspace, origin, entries, diagnostics }, null, 2)}\n`
    }
    default:
      return format satisfies never
  }
}
