// Every form in which a session is exported. Read when the first one is: a start does not wait for it.
import type { ExportFormat } from '../../../shared/export-format.ts'
import type { OpenedSession } from '../../../shared/ipc.ts'
import { exportWords } from '../../../shared/messages/exports.ts'
import { htmlOf } from './html.ts'
import { markdownOf } from './markdown.ts'
import { type AttachedContents, readable, type WholeOutputs } from './turns.ts'

export { zipOf } from './zip.ts'

/** What of a session stands in its JSON; another shape gets another number. */
const jsonVersion = 1

/** `now` is when it is exported. */
export function formOf(
  opened: OpenedSession,
  { whole, contents }: { whole: WholeOutputs; contents: AttachedContents },
  format: Exclude<ExportFormat, 'jsonl' | 'zip'>,
  { now, version }: { now: Date; version: string },
): string {
  const exported = exportWords.exported(now.toISOString().slice(0, 10), version)
  switch (format) {
    case 'md':
      return markdownOf(readable(opened, whole, contents), exported)
    case 'html':
      return htmlOf(readable(opened, whole, contents), exported)
    case 'json': {
      const { session, entries, diagnostics, workspace, origin } = opened
      // Of what the record has a part of, all.
      const outputs = Object.fromEntries([...whole].map(([id, { text }]) => [id, text]))
      const about = { carrel: version, version: jsonVersion, exportedAt: now.toISOString() }
      return `${JSON.stringify({ ...about, session, workspace, origin, entries, outputs, diagnostics }, null, 2)}\n`
    }
    default:
      return format satisfies never
  }
}
