// New sessions made of the records of another one: a fork from an entry, and a repaired copy of a damaged file.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import {
  formatVersion,
  type SessionHeader,
  type SessionRecord,
  sessionTitle,
  skippedPlaces,
  type TitleRecord,
  type TreeRecord,
  titleLimit,
} from '../../../shared/session.ts'
import { sessionTree } from '../../../shared/session-tree.ts'
import type { CopiedSession, Surroundings } from '../../contracts.ts'
import type { LogReading } from './read-log.ts'
import { createSessionFile } from './session-file.ts'
import type { SessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer } from './summary.ts'

export interface Source {
  sessionId: string
  reading: LogReading
}

type CopySurroundings = Pick<Surroundings, 'now' | 'newId' | 'appVersion'>

/**
 * A new session with what stands on the way to an entry, a call never without its results. The records keep their ids:
 * those are unique in a file and need not be among files.
 */
export async function forkSession(
  folder: SessionsFolder,
  { sessionId, reading }: Source,
  entryId: string | null,
  surroundings: CopySurroundings,
): Promise<CopiedSession> {
  const { records } = reading
  requireReadable(records)
  const tree = sessionTree(records)
  const way = entryId === null ? [...tree.path] : tree.wholePathTo(entryId)
  const last = way?.at(-1)
  if (!way || !last) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
  const onWay = new Set(way.map(({ id }) => id))
  const said = records.filter((record) => targetsOf(record).some((target) => onWay.has(target)))
  const id = surroundings.newId()
  const title = sessionTitle(records)
  const copied: SessionRecord[] = [
    newHeader(id, headerOf(records), { parentSession: sessionId, forkedAt: last.id }, surroundings),
    ...linked(way),
    ...said,
    ...(title === '' ? [] : [titled(messages.copies.fork(title), surroundings)]),
  ]
  await folder.prepare()
  await createSessionFile(folder.pathOf(id), copied)
  return { sessionId: id, kept: way.length + said.length, skipped: skippedPlaces(reading.diagnostics) }
}

/**
 * `<id>.repaired.jsonl`: every record that can be read, each under the id and parent it is known by here, so that no
 * reader has to mend anything. The damaged file stays as it is; a session without damage is its own copy.
 */
export async function repairSession(
  folder: SessionsFolder,
  { sessionId, reading }: Source,
  surroundings: CopySurroundings,
): Promise<CopiedSession> {
  const { records, diagnostics, endsWithNewline } = reading
  if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.nothingToRepair)
  requireReadable(records)
  const kept = records.filter(({ type }) => type !== 'session')
  if (diagnostics.length === 0 && endsWithNewline) return { sessionId, kept: kept.length, skipped: 0 }
  const { nodes, parentIds } = sessionTree(records)
  const parents = new Map(nodes.map(({ id }, index) => [id, parentIds[index] ?? null]))
  const copied = kept.map((record): SessionRecord => {
    const parentId = typeof record.id === 'string' ? parents.get(record.id) : undefined
    return parentId === undefined ? record : { ...record, parentId }
  })
  const id = await freeCopyId(folder, sessionId)
  const header = newHeader(id, headerOf(records), { parentSession: sessionId, forkedAt: null }, surroundings)
  await createSessionFile(folder.pathOf(id), [header, ...copied])
  return { sessionId: id, kept: kept.length, skipped: skippedPlaces(diagnostics) }
}

/** What a newer version wrote may mean what is not understood here, and a copy would say it is of this version. */
function requireReadable(records: readonly SessionRecord[]): void {
  if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.sessionDamaged)
  if (isNewer(headerOf(records))) throw new ExpectedFailure('denied', messages.failures.sessionNewer)
}

/** The first name of its kind that no file of the folder has; `<id>.repaired`, then `<id>.repaired-2` and on. */
async function freeCopyId(folder: SessionsFolder, sessionId: string): Promise<string> {
  const [base = sessionId] = sessionId.split('.')
  for (let count = 1; ; count++) {
    const id = `${base}.repaired${count === 1 ? '' : `-${count}`}`
    if ((await folder.filesOf(id)).length === 0) return id
  }
}

/** Each node after the one before it: what was left out between them is not missed. */
function linked(way: readonly TreeRecord[]): TreeRecord[] {
  return way.map((node, index) => ({ ...node, parentId: way[index - 1]?.id ?? null }))
}

function newHeader(
  id: string,
  original: SessionHeader | null,
  origin: Pick<SessionHeader, 'parentSession' | 'forkedAt'>,
  { now, appVersion }: CopySurroundings,
): SessionHeader {
  return {
    type: 'session',
    v: formatVersion,
    id,
    ts: now().toISOString(),
    app: `carrel/${appVersion}`,
    workspace: original?.workspace ?? null,
    ...origin,
  }
}

function titled(title: string, { now, newId }: CopySurroundings): TitleRecord {
  return { type: 'title', id: newId(), ts: now().toISOString(), title: title.slice(0, titleLimit), by: 'derived' }
}

/** The entries that a record hides or shortens. */
function targetsOf(record: SessionRecord): string[] {
  if (record.type === 'hide' && 'target' in record) return [String(record['target'])]
  if (record.type === 'shorten' && 'targets' in record && Array.isArray(record['targets'])) {
    return record['targets'].map(String)
  }
  return []
}
