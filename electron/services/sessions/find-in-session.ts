// Looks for words in all of a session's way, one little part after the other; nothing of it is kept but where they are.

import { textsOf } from '../../../shared/entry-texts.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { countIn, foldText } from '../../../shared/fold-text.ts'
import type { FoundInSession } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { isMessage, type TreeRecord } from '../../../shared/session.ts'
import type { Skeleton } from './skeleton.ts'
import type { NodeReader, SkeletonWay } from './skeleton-way.ts'

/** Of entries in which something was found. More than that nobody goes through. */
const mostHits = 10_000
/** A part of a file that is looked through before others have their turn. */
const partBytes = 524_288
/** The same for what is in memory. Milliseconds. */
const goMs = 4

export function createFinding(text: string) {
  const wanted = foldText(text)
  const hits: FoundInSession['hits'] = []
  let total = 0
  let isCut = false
  return {
    wanted,
    /** False when enough was found. */
    look(record: TreeRecord): boolean {
      if (!isMessage(record)) return true
      for (const { field, text: said } of textsOf(record)) {
        const count = countIn(foldText(said), wanted)
        if (count === 0) continue
        if (hits.length === mostHits) {
          isCut = true
          return false
        }
        hits.push({ entryId: record.id, field, count })
        total += count
      }
      return true
    },
    found: (): FoundInSession => ({ total, hits, isCut }),
  }
}

export async function findInRecords(
  path: readonly TreeRecord[],
  text: string,
  signal: AbortSignal,
): Promise<FoundInSession> {
  const finding = createFinding(text)
  let since = performance.now()
  for (const record of path) {
    if (!finding.look(record)) break
    if (performance.now() - since < goMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    requireWanted(signal)
    since = performance.now()
  }
  return finding.found()
}

export async function findInSkeleton(
  skeleton: Skeleton,
  way: SkeletonWay,
  reader: NodeReader,
  text: string,
  signal: AbortSignal,
): Promise<FoundInSession> {
  const finding = createFinding(text)
  const mayHold = lineTest(finding.wanted)
  for (let from = 0; from < way.length; ) {
    let to = from
    for (let bytes = 0; to < way.length && bytes < partBytes; to++) bytes += skeleton.lengthOf(way.nodes[to] ?? 0)
    const { records } = await reader.read(way.nodes.slice(from, to), mayHold)
    requireWanted(signal)
    if (!records.every(finding.look)) break
    from = to
  }
  return finding.found()
}

function requireWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
}

/** What JSON may write in another way than it is. */
const escaped = /["\\/\p{Cc}\p{Zl}\p{Zp}]/u

/** Whether it is worth while to parse a line: most of them do not hold the words in any field. */
function lineTest(wanted: string): (line: Buffer) => boolean {
  if (escaped.test(wanted)) return () => true
  return (line) => line.includes('\\u') || line.includes('"spilled"') || foldText(line.toString()).includes(wanted)
}
