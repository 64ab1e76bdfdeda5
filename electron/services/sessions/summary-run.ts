// A run that answers nothing: the model summarises what was said, because a person wants it. Told and stopped as any other.
import type { SessionMode } from '../../../shared/approval.ts'
import { ExpectedFailure, toFailure } from '../../../shared/failure.ts'
import { approvalWords } from '../../../shared/messages/approvals.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { RunEnd, RunNotice, RunState } from '../../../shared/run.ts'
import type { TreeRecord } from '../../../shared/session.ts'
import { sessionTree } from '../../../shared/session-tree.ts'
import type { Outcome } from '../../agent/agent-loop.ts'
import { type CompactEnd, type Compaction, compactNow } from '../../agent/compacting.ts'
import type { Events, Surroundings } from '../../contracts.ts'
import { modelOf, type NextServices, nextRequest } from './next-request.ts'
import type { OpenSession } from './session-actor.ts'
import { aborted, type SessionRun } from './session-run.ts'

export interface SummaryRunRequest {
  sessionId: string
  runId: string
  /** The last entry of its way. */
  parentId: string
  session: OpenSession
  /** The wished model, or null for the one that answered last. */
  model: string | null
  /** What the person says of the summary; null for nothing. */
  wish: string | null
  /** Puts an entry on the disk and tells of it. */
  record(entry: TreeRecord): Promise<TreeRecord>
}

const nothing = { content: '', thinking: '', usage: null }
const phaseOf = { model: 'queued', server: 'retrying', loading: 'loading', prompt: 'summarising' } as const

export function createSummaryRun(
  request: SummaryRunRequest,
  services: NextServices & { events: Events; surroundings: Surroundings },
): SessionRun {
  const { sessionId, runId, session } = request
  const { models, events, surroundings } = services
  const controller = new AbortController()
  const startedAt = surroundings.now().toISOString()
  let notices: Omit<RunNotice, 'sessionId' | 'runId'>[] = []
  let state: RunState = {
    sessionId,
    runId,
    purpose: 'summary',
    parentId: request.parentId,
    model: request.model ?? '',
    phase: 'summarising',
    startedAt,
    phaseSince: startedAt,
    behind: null,
    // It offers them and calls none, so nothing can be corrected between two of them.
    hasTools: false,
    calling: [],
    approval: null,
  }

  function become(change: Partial<Pick<RunState, 'phase' | 'model' | 'behind' | 'parentId'>>): void {
    const phaseSince =
      change.phase === undefined || change.phase === state.phase ? state.phaseSince : surroundings.now().toISOString()
    state = { ...state, ...change, phaseSince }
    events.emit('run.changed', state)
  }

  function notice(code: string, message: string): void {
    const told = { code, message, after: state.parentId }
    notices = [...notices, told]
    events.emit('run.notice', { sessionId, runId, ...told })
  }

  /** One after the other: each stands behind the one before. */
  let recorded: Promise<unknown> = Promise.resolve()
  function put(entry: ({ type: 'compaction' } & Compaction) | { type: 'settings' }): Promise<TreeRecord> {
    const mine = recorded.then(async () => {
      // First in the line: a large file is read by the heads of its lines (line-head.ts).
      const ts = surroundings.now().toISOString()
      const node = { type: entry.type, id: surroundings.newId(), parentId: state.parentId, ts }
      const record = await request.record({ ...node, ...entry })
      become({ parentId: record.id })
      return record
    })
    recorded = mine.catch(() => undefined)
    return mine
  }

  async function summarise(signal: AbortSignal): Promise<CompactEnd> {
    try {
      const tree = sessionTree(session.file.reading().records)
      const choosing = request.model === null ? modelOf(tree.path, models) : models.choose(request.model)
      // It may wait for a server that does not answer; Stop does not.
      const model = await Promise.race([choosing, aborted(signal)])
      if (model === null) return { stop: 'cancelled', error: null }
      become({ model })
      const { toolbox, request: asked } = await nextRequest({ sessionId, model, tree }, session, services, signal)
      const compact = (compaction: Compaction) => put({ type: 'compaction', ...compaction })
      return await compactNow(
        {
          models,
          toolbox,
          compact,
          tell(event) {
            if (event.type === 'notice') notice(event.code, event.message)
            else if (event.type === 'summarising') become({ phase: 'summarising', behind: null })
            else if (event.type === 'waiting')
              become({ phase: phaseOf[event.for], behind: event.for === 'model' ? event.behind : null })
          },
        },
        { ...asked, wish: request.wish },
        signal,
      )
    } catch (thrown) {
      const error = toFailure(thrown, messages.failures.internal)
      if (error.code === 'internal') throw thrown
      if (error.code === 'cancelled') return { stop: 'cancelled', error: null }
      notice('compaction_failed', messages.notices.compactionFailed(error.message))
      return { stop: 'error', error }
    }
  }

  return {
    live: () => ({ ...state, text: '', thinking: '', notices }),
    notice,
    async go(signal) {
      events.emit('run.changed', state)
      return { ...nothing, ...(await summarise(AbortSignal.any([signal, controller.signal]))) }
    },
    cancel: () => controller.abort(),
    async decide() {
      throw new ExpectedFailure('not-found', approvalWords.gone)
    },
    choose: (choice: { mode: SessionMode } | { skills: Record<string, boolean> }) =>
      put({ type: 'settings', ...choice }),
    /** What came of it stands in the log already. */
    async record({ stop, error }) {
      await recorded
      const end: RunEnd = { sessionId, runId, purpose: 'summary', stop, usage: null, error }
      return { end, unrecorded: null }
    },
    tellEnd(end) {
      become({ phase: 'ended' })
      events.emit('run.ended', end)
    },
    partial(stop): Outcome {
      const error =
        stop === 'cancelled' ? null : ({ code: 'internal', message: messages.failures.summaryLost } as const)
      return { ...nothing, stop, error }
    },
  }
}
