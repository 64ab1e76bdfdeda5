// What stands in the window of a session, for its person: weighed as the next request would be, counted where the server has.
import { reloadsOn } from '../../../shared/context-count.ts'
import type { ContextReport } from '../../../shared/context-report.ts'
import { outputRoom } from '../../../shared/output-room.ts'
import { isMessage, type SessionRecord, type TreeRecord } from '../../../shared/session.ts'
import type { SessionTree } from '../../../shared/session-tree.ts'
import { inQuarter } from '../../agent/context.ts'
import { meterContext } from '../../agent/context-meter.ts'
import { createDialect } from '../../agent/dialects/dialect.ts'
import { toolsFor } from '../../agent/offered-tools.ts'
import type { NextRequest } from './next-request.ts'
import { keptWindow } from './session-window.ts'

export function contextUse(
  { facts, toolbox, request }: NextRequest,
  tree: SessionTree,
  records: readonly SessionRecord[],
): ContextReport {
  const { model, numCtx, path, hidden, shortened, place } = request
  const offered = toolsFor(numCtx, toolbox.list())
  const readOnly = new Set(offered.map(({ name }) => name).filter((name) => toolbox.effectOf(name) === 'read'))
  const metered = meterContext({
    path,
    hidden,
    shortened,
    place: inQuarter(place, numCtx),
    offered,
    dialect: createDialect(request.dialect, { tools: offered, readOnly, stop: request.stop }),
    model,
    isRearranged: isRearranged(records, path),
  })
  return {
    model,
    window: numCtx,
    usualWindow: facts.numCtx,
    isKept: (keptWindow(path, model) ?? keptWindow(tree.nodes, model)) !== null,
    ...metered,
    forAnswer: Math.min(outputRoom(numCtx), Math.max(0, numCtx - metered.used)),
    loadedWindow: loadedWith(path, model),
    reloads: reloadsOn(path.filter(isMessage), model),
  }
}

/** What is said about entries stands beside them, behind the last answer when it came later. */
function isRearranged(records: readonly SessionRecord[], path: readonly TreeRecord[]): boolean {
  const last = path.findLast((record) => isMessage(record) && record.role === 'assistant')
  const at = records.findLastIndex((record) => 'id' in record && record.id === last?.id)
  return records.slice(at + 1).some(({ type }) => type === 'hide' || type === 'shorten')
}

function loadedWith(path: readonly TreeRecord[], model: string): number | null {
  const last = path.findLast((record) => isMessage(record) && record.model === model && record.usage)
  return (last && isMessage(last) && last.usage?.loadedCtx) || null
}
