// What a list shows of a large session, computed from its skeleton and the two or three lines that say it.
import { isMessage, type SessionRecord, type SessionSummary, sessionTitle } from '../../../shared/session.ts'
import { kinds } from './line-head.ts'
import type { Skeleton } from './skeleton.ts'
import type { NodeReader } from './skeleton-way.ts'
import { errorOf, headerOf, isNewer, isPinned, replayedBy, timeOf } from './summary.ts'

export async function summarizeSkeleton(
  id: string,
  skeleton: Skeleton,
  reader: NodeReader,
  changed: Date,
  archived: boolean,
): Promise<SessionSummary> {
  const beside = skeleton.beside.map(({ record }) => record)
  const header = headerOf(beside)
  return {
    id,
    title: sessionTitle([...beside, ...(await firstQuestion(skeleton, reader))]),
    createdAt: timeOf(header?.ts) ?? timeOf(skeleton.firstTime),
    updatedAt: timeOf(skeleton.lastTime) ?? changed.toISOString(),
    entries: skeleton.messages,
    bytes: skeleton.bytes,
    model: await lastModel(skeleton, reader),
    archived,
    pinned: isPinned(beside),
    state: skeleton.count === 0 && beside.length === 0 ? 'damaged' : isNewer(header) ? 'readonly' : 'ok',
    badLines: 0,
    workspace: header?.workspace ?? null,
    lastError: await lastError(skeleton, reader),
    ...replayedBy(header),
  }
}

async function firstQuestion(skeleton: Skeleton, reader: NodeReader): Promise<SessionRecord[]> {
  for (let node = 0; node < skeleton.count; node++) {
    if (skeleton.kindOf(node) === kinds.user) return (await reader.read(Int32Array.of(node))).records
  }
  return []
}

/** Of the last message, whoever said it. */
async function lastError(skeleton: Skeleton, reader: NodeReader): Promise<string | null> {
  for (let node = skeleton.count - 1; node >= 0; node--) {
    if (skeleton.kindOf(node) === kinds.other) continue
    const [record] = (await reader.read(Int32Array.of(node))).records
    return record && isMessage(record) ? errorOf(record) : null
  }
  return null
}

/** Nearly always the last answer names it. */
async function lastModel(skeleton: Skeleton, reader: NodeReader): Promise<string | null> {
  for (let node = skeleton.count - 1; node >= 0; node--) {
    if (skeleton.kindOf(node) !== kinds.assistant) continue
    const [record] = (await reader.read(Int32Array.of(node))).records
    if (typeof record?.['model'] === 'string' && record['model'] !== '') return record['model']
  }
  return null
}
