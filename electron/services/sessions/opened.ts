// What a front is given of a session that it opens: all of a way through it, or the part that is wanted.
import type { OpenedSession, WantedSlice } from '../../../shared/ipc.ts'
import type { QueueState } from '../../../shared/queue.ts'
import type { LiveRun } from '../../../shared/run.ts'
import type { MessageRecord, SessionRecord, SessionSummary, TreeRecord } from '../../../shared/session.ts'
import { orphanedResults, type SessionTree, sessionTree } from '../../../shared/session-tree.ts'
import { answersOn, unreadableChoices } from './answer-choices.ts'
import { dialectOn } from './dialect-choice.ts'
import type { LogReading } from './read-log.ts'
import { replayIn } from './replays.ts'
import { modeOn } from './run-rights.ts'
import type { Skeleton } from './skeleton.ts'
import { leafBehind, type NodeReader, readPart, type SkeletonWay, versionsAt, wayTo } from './skeleton-way.ts'
import { onlySkillOn, skillChoicesOn } from './skill-choices.ts'
import { headerOf } from './summary.ts'
import { type PartLimits, partLimits, partOf, wayOf } from './way.ts'

export interface Beside {
  summary: SessionSummary
  run: LiveRun | null
  queue: QueueState
  limits?: PartLimits
}

export interface Opening extends Beside {
  reading: LogReading
  allBranches: boolean
  slice: WantedSlice | null
}

/** With an answer that the disk had no room for until now. */
export function withLate(reading: LogReading, late: MessageRecord | undefined): LogReading {
  if (!late || reading.records.some(({ id }) => id === late.id)) return reading
  return { ...reading, records: [...reading.records, late] }
}

/** Of the readings that are still held: whoever pages through a session asks for the same tree. */
const trees = new WeakMap<readonly SessionRecord[], SessionTree>()

export function treeOf(records: readonly SessionRecord[]): SessionTree {
  const known = trees.get(records) ?? sessionTree(records)
  trees.set(records, known)
  return known
}

export function openedFrom(opening: Opening): OpenedSession {
  const { summary, reading, run, queue, allBranches, slice, limits = partLimits } = opening
  const { records, diagnostics } = reading
  const tree = treeOf(records)
  const { way, branch, leftOut } = wayIn(tree, slice)
  const part = slice && partOf(wayOf(way), slice.at, slice.entryId, limits)
  const entries = part ? way.slice(part.from, part.to) : way
  const ids = part && new Set(entries.map(({ id }) => id))
  const isShown = (id: string) => ids?.has(id) !== false
  return {
    session: summary,
    entries: [...(allBranches ? tree.nodes : entries)],
    diagnostics: [...diagnostics, ...unreadableChoices(tree.path)],
    run,
    versions: (branch === null ? tree.versions : tree.versionsOn(way))
      .filter(({ entryId }) => isShown(entryId))
      .map(({ entryId, ids }) => ({ entryId, ids: [...ids] })),
    hidden: (branch === null ? tree.hidden : tree.hiddenOn(way)).filter(isShown),
    leftOut: [...leftOut],
    queue: { ...queue, items: queue.items.filter(({ id }) => !records.some((record) => record.id === id)) },
    ...factsOf(records, tree.path),
    ...(part && { slice: { ...part, total: way.length, branch } }),
  }
}

/** The active path, or the way through an entry that is not on it. */
export function wayIn(tree: SessionTree, slice: WantedSlice | null) {
  const active = { way: tree.path, branch: null, leftOut: tree.leftOut }
  const through = slice?.branch ?? (slice?.at === 'around' ? slice.entryId : null)
  if (through === null || through === undefined || tree.path.some(({ id }) => id === through)) return active
  const whole = tree.pathTo(tree.leafBehind(through) ?? through)
  // An entry that is nowhere, or a result without its call.
  if (!whole || tree.leftOut.includes(through)) return active
  const leftOut = new Set(orphanedResults(whole))
  return { way: whole.filter(({ id }) => !leftOut.has(id)), branch: through, leftOut: [...leftOut] }
}

/** Whether it goes on is known to whoever has begun it. */
const withoutRun = (replay: ReturnType<typeof replayIn>) => replay && { ...replay, isGoingOn: false }

function factsOf(records: readonly SessionRecord[], path: readonly TreeRecord[]) {
  const header = headerOf(records)
  return {
    workspace: header?.workspace ?? null,
    dialect: dialectOn(path) ?? ('auto' as const),
    answers: answersOn(path),
    mode: modeOn(path),
    skills: { choices: skillChoicesOn(path), only: onlySkillOn(path) },
    replay: withoutRun(replayIn(records)),
    origin: header?.parentSession ? { sessionId: header.parentSession, entryId: header.forkedAt ?? null } : null,
  }
}

export interface SkeletonOpening extends Beside {
  skeleton: Skeleton
  reader: NodeReader
  slice: WantedSlice
}

/** The same from a skeleton: only what is shown is read. */
export async function openedFromSkeleton(opening: SkeletonOpening): Promise<OpenedSession> {
  const { summary, run, queue, skeleton, reader, slice, limits = partLimits } = opening
  const active = activeWay(skeleton)
  const { way, branch } = skeletonWay(skeleton, active, slice)
  const part = partOf(way, slice.at, slice.entryId, limits)
  const { records, hidden, leftOut, diagnostics } = await readPart(skeleton, way, part, reader)
  const settings = [...skeleton.settings].filter(([node]) => active.positionOf(skeleton.idOf(node)) >= 0)
  return {
    session: summary,
    entries: records,
    diagnostics: [...diagnostics, ...unreadableChoices(settings.map(([, record]) => record))],
    run,
    versions: versionsAt(skeleton, way.nodes.slice(part.from, part.to)).map(({ entryId, ids }) => ({
      entryId,
      ids: [...ids],
    })),
    hidden,
    leftOut,
    queue: { ...queue, items: queue.items.filter(({ id }) => !skeleton.has(id)) },
    ...factsOf(
      skeleton.beside.map(({ record }) => record),
      // In the order of the file, which is that of a way.
      settings.map(([, record]) => record as TreeRecord),
    ),
    slice: { ...part, total: way.length, branch },
  }
}

export function activeWay(skeleton: Skeleton): SkeletonWay {
  return wayTo(skeleton, skeleton.looks.at(-1) ?? -1)
}

export function skeletonWay(skeleton: Skeleton, active: SkeletonWay, slice: WantedSlice) {
  const through = slice.branch ?? (slice.at === 'around' ? slice.entryId : null)
  const node = through === null ? -1 : skeleton.nodeOf(through)
  if (node < 0 || through === null || active.positionOf(through) >= 0) return { way: active, branch: null }
  return { way: wayTo(skeleton, leafBehind(skeleton, node)), branch: through }
}
