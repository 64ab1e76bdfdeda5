// What a front is given of a session that it opens.
import type { OpenedSession } from '../../../shared/ipc.ts'
import type { QueueState } from '../../../shared/queue.ts'
import type { LiveRun } from '../../../shared/run.ts'
import type { MessageRecord, SessionSummary } from '../../../shared/session.ts'
import { sessionTree } from '../../../shared/session-tree.ts'
import { dialectOn } from './dialect-choice.ts'
import type { LogReading } from './read-log.ts'
import { modeOn } from './run-rights.ts'
import { headerOf } from './summary.ts'

export interface Opening {
  summary: SessionSummary
  reading: LogReading
  run: LiveRun | null
  queue: QueueState
  allBranches: boolean
}

/** With an answer that the disk had no room for until now. */
export function withLate(reading: LogReading, late: MessageRecord | undefined): LogReading {
  if (!late || reading.records.some(({ id }) => id === late.id)) return reading
  return { ...reading, records: [...reading.records, late] }
}

export function openedFrom({ summary, reading, run, queue, allBranches }: Opening): OpenedSession {
  const { records, diagnostics } = reading
  const tree = sessionTree(records)
  const header = headerOf(records)
  return {
    session: summary,
    entries: [...(allBranches ? tree.nodes : tree.path)],
    diagnostics,
    run,
    versions: tree.versions.map(({ entryId, ids }) => ({ entryId, ids: [...ids] })),
    hidden: [...tree.hidden],
    leftOut: [...tree.leftOut],
    queue: { ...queue, items: queue.items.filter(({ id }) => !records.some((record) => record.id === id)) },
    workspace: header?.workspace ?? null,
    dialect: dialectOn(tree.path) ?? 'auto',
    mode: modeOn(tree.path),
    origin: header?.parentSession ? { sessionId: header.parentSession, entryId: header.forkedAt ?? null } : null,
  }
}
