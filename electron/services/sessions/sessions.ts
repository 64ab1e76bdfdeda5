// Sessions: the only writer of session files, and the place where runs live.
import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { RunState } from '../../../shared/run.ts'
import {
  activePath,
  formatVersion,
  isMessage,
  type MessageRecord,
  type SessionHeader,
  type SessionSummary,
  type TitleRecord,
} from '../../../shared/session.ts'
import type { Events, Home, Models, SendRequest, Sessions, SettingsStore, Surroundings } from '../../contracts.ts'
import { recoverDraft } from './recovery.ts'
import { createSessionFile, openSessionFile, type SessionFile, sizeAndTime } from './session-file.ts'
import { createSessionList } from './session-list.ts'
import { type SessionRun, startRun } from './session-run.ts'
import { type PlacedSession, sessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer, summarize } from './summary.ts'

export interface SessionsDependencies {
  home: Home
  settings: SettingsStore
  models: Models
  events: Events
  surroundings: Surroundings
}

interface OpenSession {
  file: SessionFile
  archived: boolean
}

export function createSessions({ home, settings, models, events, surroundings }: SessionsDependencies): Sessions {
  const folder = sessionsFolder(home.path)
  const sessionList = createSessionList(surroundings.log)
  const runs = new Map<string, { run: SessionRun; session: OpenSession }>()
  /** Sessions that a call is about to change: the check and the claim are one step, before anything is awaited. */
  const claimed = new Map<string, Promise<unknown>>()
  let isClosed = false
  let recovered = home.readOnly ? Promise.resolve() : recoverDrafts()
  // The folder is ours only now: whoever had it may have left a draft.
  events.on('access.changed', ({ readOnly }) => {
    if (!readOnly) recovered = recoverDrafts()
  })

  async function load(sessionId: string): Promise<OpenSession> {
    // Only a session that runs is held: everything else is read again, so the file is always the truth.
    const running = runs.get(sessionId)
    if (running) return running.session
    return await openPlaced(await folder.find(sessionId))
  }

  async function openPlaced(place: PlacedSession): Promise<OpenSession> {
    return { file: await openSessionFile(place.path), archived: place.archived }
  }

  async function loadWritable(sessionId: string): Promise<OpenSession> {
    const session = await load(sessionId)
    if (session.archived) throw new ExpectedFailure('denied', messages.failures.sessionArchived)
    const { records } = session.file.reading()
    if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.sessionDamaged)
    if (isNewer(headerOf(records))) throw new ExpectedFailure('denied', messages.failures.sessionNewer)
    return session
  }

  function headerFor(sessionId: string, workspace: string | null): SessionHeader {
    return {
      type: 'session',
      v: formatVersion,
      id: sessionId,
      ts: surroundings.now().toISOString(),
      app: `carrel/${surroundings.appVersion}`,
      workspace,
      parentSession: null,
      forkedAt: null,
    }
  }

  async function tellChanged(sessionId: string, session: OpenSession): Promise<SessionSummary> {
    const summary = await summaryOf(sessionId, session)
    events.emit('sessions.changed', summary)
    return summary
  }

  async function summaryOf(sessionId: string, { file, archived }: OpenSession): Promise<SessionSummary> {
    const found = await sizeAndTime(file.path)
    return summarize(sessionId, file.reading(), found?.changed ?? surroundings.now(), archived)
  }

  function begin(
    sessionId: string,
    session: OpenSession,
    { model, think, host }: Pick<SendRequest, 'model' | 'think' | 'host'>,
  ): string {
    const path = pathToLastQuestion(session)
    const question = path.at(-1)
    if (!question) throw new ExpectedFailure('invalid-input', messages.failures.nothingToRetry)
    const run = startRun(
      {
        sessionId,
        path,
        parentId: question.id,
        model,
        think: think ?? settings.current().think,
        draftPath: folder.draftPathOf(sessionId),
        async record(answer) {
          await session.file.append([answer])
          events.emit('sessions.appended', { sessionId, entries: [answer] })
        },
        left: () => runs.delete(sessionId),
      },
      { models: models.at(host ?? null), events, surroundings },
    )
    runs.set(sessionId, { run, session })
    run.ended
      .then(() => tellChanged(sessionId, session))
      .catch((thrown) => surroundings.log(`after the run of ${sessionId}: ${String(thrown)}`))
    return run.live().runId
  }

  /** Work that no run and no other call may come between. */
  async function alone<Value>(sessionId: string, work: () => Promise<Value>): Promise<Value> {
    requireOpen()
    if (runs.has(sessionId) || claimed.has(sessionId)) {
      throw new ExpectedFailure('busy', messages.failures.sessionRunning)
    }
    const working = recovered.then(work)
    claimed.set(sessionId, working)
    try {
      return await working
    } finally {
      claimed.delete(sessionId)
    }
  }

  function requireOpen(): void {
    home.requireWritable()
    if (isClosed) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
  }

  /** Never fails: one draft that cannot be recovered stays where it is and must not keep the others from it. */
  async function recoverDrafts(): Promise<void> {
    const sessionIds = await folder.listDrafts().catch(() => [])
    for (const sessionId of sessionIds) await recoverOne(sessionId)
  }

  async function recoverOne(sessionId: string): Promise<void> {
    await recoverDraft(folder, sessionId, surroundings).catch((thrown) =>
      surroundings.log(`the draft of ${sessionId} was not recovered: ${String(thrown)}`),
    )
  }

  return {
    async list(filter) {
      await recovered
      const places = (await folder.list()).filter(
        (place) => filter === 'all' || place.archived === (filter === 'archived'),
      )
      const sessions = await sessionList.summaries(places)
      return { sessions, runs: [...runs.values()].map(({ run }) => stateOf(run)) }
    },

    async open(sessionId) {
      await recovered
      const session = await load(sessionId)
      const { records, diagnostics } = session.file.reading()
      return {
        session: await summaryOf(sessionId, session),
        entries: activePath(records),
        diagnostics,
        run: runs.get(sessionId)?.run.live() ?? null,
      }
    },

    // Not alone: a title may come while an answer is being written, and appends wait for one another.
    async rename(sessionId, title) {
      requireOpen()
      await recovered
      const session = await loadWritable(sessionId)
      const ts = surroundings.now().toISOString()
      const record: TitleRecord = { type: 'title', id: surroundings.newId(), ts, title, by: 'user' }
      await session.file.append([record])
      return await tellChanged(sessionId, session)
    },

    async archive(sessionId) {
      return await alone(sessionId, async () =>
        tellChanged(sessionId, await openPlaced(await folder.archive(sessionId))),
      )
    },

    async restore(sessionId) {
      return await alone(sessionId, async () => {
        const place = await folder.restore(sessionId)
        await recoverOne(sessionId)
        return await tellChanged(sessionId, await openPlaced(place))
      })
    },

    async send({ sessionId, text, workspace, ...wish }) {
      const id = sessionId ?? surroundings.newId()
      return await alone(id, async () => {
        const question = (parentId: string | null): MessageRecord => ({
          type: 'message',
          id: surroundings.newId(),
          parentId,
          ts: surroundings.now().toISOString(),
          role: 'user',
          content: text,
        })
        let session: OpenSession
        let entry: MessageRecord
        if (sessionId === null) {
          entry = question(null)
          await folder.prepare()
          const file = await createSessionFile(folder.pathOf(id), [headerFor(id, workspace), entry])
          session = { file, archived: false }
        } else {
          // An answer that an earlier run could not record: the next draft would take its place.
          await recoverOne(id)
          session = await loadWritable(id)
          const { records } = session.file.reading()
          entry = question(activePath(records).at(-1)?.id ?? null)
          // A file of the oldest form, or one whose header was damaged, gets one from here on.
          await session.file.append(headerOf(records) ? [entry] : [headerFor(id, null), entry])
        }
        events.emit('sessions.appended', { sessionId: id, entries: [entry] })
        const runId = begin(id, session, wish)
        await tellChanged(id, session)
        return { sessionId: id, entryId: entry.id, runId }
      })
    },

    async retry(sessionId, model) {
      return await alone(sessionId, async () => {
        await recoverOne(sessionId)
        const session = await loadWritable(sessionId)
        return { sessionId, runId: begin(sessionId, session, { model, think: null, host: null }) }
      })
    },

    async stop(sessionId) {
      const running = runs.get(sessionId)
      if (!running) return false
      await running.run.stop()
      return true
    },

    async close() {
      isClosed = true
      await recovered
      // A call that had begun may still start a run.
      await Promise.allSettled(claimed.values())
      await Promise.all([...runs.values()].map(({ run }) => run.stop()))
    },
  }
}

function pathToLastQuestion(session: OpenSession) {
  const path = activePath(session.file.reading().records)
  const last = path.findLastIndex((record) => isMessage(record) && record.role === 'user')
  return path.slice(0, last + 1)
}

function stateOf(run: SessionRun): RunState {
  const { text: _text, thinking: _thinking, ...state } = run.live()
  return state
}
