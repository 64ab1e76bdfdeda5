// Sessions: the only writer of session files, and the place where runs live.

import { ExpectedFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import {
  activePath,
  formatVersion,
  isMessage,
  type MessageRecord,
  type SessionHeader,
  type SessionSummary,
  type TitleRecord,
} from '../../../shared/session.ts'
import type { Events, Home, Models, Sessions, SettingsStore, Surroundings } from '../../contracts.ts'
import { readDraft, removeDraft } from './answer-draft.ts'
import { createSessionFile, openSessionFile, type SessionFile, sizeAndTime } from './session-file.ts'
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

/** How many files are read at once for a list: enough to hide the disk, few enough for the memory. */
const readAtOnce = 8

export function createSessions({ home, settings, models, events, surroundings }: SessionsDependencies): Sessions {
  const folder = sessionsFolder(home.path)
  const runs = new Map<string, { run: SessionRun; session: OpenSession }>()
  /** Sessions that a call is about to change: the check and the claim are one step, before anything is awaited. */
  const claimed = new Set<string>()
  const listed = new Map<string, { bytes: number; changed: number; inode: number; summary: SessionSummary }>()
  const recovered = home.readOnly ? Promise.resolve() : recoverDrafts()
  // Without a listener a failed recovery would end the process; whoever waits for it still hears of it.
  recovered.catch((thrown) => surroundings.log(`recovery of drafts failed: ${String(thrown)}`))

  async function load(sessionId: string): Promise<OpenSession> {
    // Only a session that runs is held: everything else is read again, so the file is always the truth.
    const running = runs.get(sessionId)
    if (running) return running.session
    const place = await folder.find(sessionId)
    return { file: await openSessionFile(place.path), archived: place.archived }
  }

  async function loadWritable(sessionId: string): Promise<OpenSession> {
    home.requireWritable()
    await recovered
    const session = await load(sessionId)
    if (session.archived) throw new ExpectedFailure('denied', messages.failures.sessionArchived)
    const { records } = session.file.reading()
    if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.sessionDamaged)
    if (isNewer(headerOf(records))) throw new ExpectedFailure('denied', messages.failures.sessionNewer)
    return session
  }

  async function createSession(
    id: string,
    ts: string,
    workspace: string | null,
    first: MessageRecord,
  ): Promise<OpenSession> {
    const header: SessionHeader = {
      type: 'session',
      v: formatVersion,
      id,
      ts,
      app: `carrel/${surroundings.appVersion}`,
      workspace,
      parentSession: null,
      forkedAt: null,
    }
    await folder.prepare()
    return { file: await createSessionFile(folder.pathOf(id), [header, first]), archived: false }
  }

  async function summaryOf(sessionId: string, session: OpenSession): Promise<SessionSummary> {
    const found = await sizeAndTime(session.file.path)
    return summarize(sessionId, session.file.reading(), found?.changed ?? surroundings.now(), session.archived)
  }

  async function tellChanged(sessionId: string, session: OpenSession): Promise<SessionSummary> {
    const summary = await summaryOf(sessionId, session)
    events.emit('sessions.changed', summary)
    return summary
  }

  async function listOne(place: PlacedSession): Promise<SessionSummary | null> {
    const found = await sizeAndTime(place.path)
    if (!found) return null
    const key = place.path
    const known = listed.get(key)
    if (
      known &&
      known.bytes === found.bytes &&
      known.changed === found.changed.getTime() &&
      known.inode === found.inode
    ) {
      return known.summary
    }
    const file = await openSessionFile(place.path)
    const summary = summarize(place.id, file.reading(), found.changed, place.archived)
    listed.set(key, { bytes: found.bytes, changed: found.changed.getTime(), inode: found.inode, summary })
    return summary
  }

  function begin(
    sessionId: string,
    session: OpenSession,
    model: string | null,
    think = settings.current().think,
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
        think,
        draftPath: folder.draftPathOf(sessionId),
        async record(answer) {
          await session.file.append([answer])
          events.emit('sessions.appended', { sessionId, entries: [answer] })
        },
        left: () => runs.delete(sessionId),
      },
      { models, events, surroundings },
    )
    runs.set(sessionId, { run, session })
    run.ended
      .then(() => tellChanged(sessionId, session))
      .catch((thrown) => surroundings.log(`after the run of ${sessionId}: ${String(thrown)}`))
    return run.live().runId
  }

  async function alone<Value>(sessionId: string, work: () => Promise<Value>): Promise<Value> {
    if (runs.has(sessionId) || claimed.has(sessionId)) {
      throw new ExpectedFailure('busy', messages.failures.sessionRunning)
    }
    claimed.add(sessionId)
    try {
      return await work()
    } finally {
      claimed.delete(sessionId)
    }
  }

  /** A crash left these behind: what had arrived becomes a record, marked as interrupted. */
  async function recoverDrafts(): Promise<void> {
    for (const sessionId of await folder.listDrafts()) {
      const draftPath = folder.draftPathOf(sessionId)
      try {
        const draft = await readDraft(draftPath)
        const place = await folder.find(sessionId).catch(() => null)
        if (draft && place && !place.archived) {
          const file = await openSessionFile(place.path)
          const { records } = file.reading()
          // A crash between the record and the removal of the draft: the answer is whole in the log.
          if (!records.some((record) => record.id === draft.answerId)) {
            const message = draft.content === '' ? messages.failures.answerLostWhole : messages.failures.answerLost
            await file.append([
              {
                type: 'message',
                id: draft.answerId,
                parentId: draft.parentId,
                ts: surroundings.now().toISOString(),
                role: 'assistant',
                content: draft.content,
                ...(draft.thinking === '' ? {} : { thinking: draft.thinking }),
                ...(draft.model === null ? {} : { model: draft.model }),
                stop: 'interrupted',
                usage: null,
                error: { code: 'interrupted', message },
              },
            ])
          }
        }
        await removeDraft(draftPath)
      } catch (thrown) {
        // One draft that cannot be recovered stays where it is and must not keep the others from it.
        surroundings.log(`draft of ${sessionId} was not recovered: ${String(thrown)}`)
      }
    }
  }

  return {
    async list(filter) {
      await recovered.catch(() => undefined)
      const places = (await folder.list()).filter(
        (place) => filter === 'all' || place.archived === (filter === 'archived'),
      )
      const sessions: SessionSummary[] = []
      for (let from = 0; from < places.length; from += readAtOnce) {
        const some = await Promise.all(places.slice(from, from + readAtOnce).map(listOne))
        for (const summary of some) if (summary) sessions.push(summary)
      }
      sessions.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0))
      return { sessions, runs: [...runs.values()].map(({ run }) => stateOf(run)) }
    },

    async open(sessionId) {
      await recovered.catch(() => undefined)
      const session = await load(sessionId)
      const { records, diagnostics } = session.file.reading()
      return {
        session: await summaryOf(sessionId, session),
        entries: activePath(records),
        diagnostics,
        run: runs.get(sessionId)?.run.live() ?? null,
      }
    },

    async rename(sessionId, title) {
      const session = await loadWritable(sessionId)
      const record: TitleRecord = {
        type: 'title',
        id: surroundings.newId(),
        ts: surroundings.now().toISOString(),
        title,
        by: 'user',
      }
      await session.file.append([record])
      return await tellChanged(sessionId, session)
    },

    async archive(sessionId) {
      home.requireWritable()
      await recovered
      return await alone(sessionId, async () => {
        const place = await folder.archive(sessionId)
        return await tellChanged(sessionId, { file: await openSessionFile(place.path), archived: true })
      })
    },

    async restore(sessionId) {
      home.requireWritable()
      return await alone(sessionId, async () => {
        const place = await folder.restore(sessionId)
        return await tellChanged(sessionId, { file: await openSessionFile(place.path), archived: false })
      })
    },

    async send({ sessionId, text, model, think, workspace }) {
      home.requireWritable()
      await recovered
      const id = sessionId ?? surroundings.newId()
      return await alone(id, async () => {
        const ts = surroundings.now().toISOString()
        const question = (parentId: string | null): MessageRecord => ({
          type: 'message',
          id: surroundings.newId(),
          parentId,
          ts,
          role: 'user',
          content: text,
        })
        let session: OpenSession
        let entry: MessageRecord
        if (sessionId === null) {
          entry = question(null)
          session = await createSession(id, ts, workspace, entry)
        } else {
          session = await loadWritable(id)
          entry = question(activePath(session.file.reading().records).at(-1)?.id ?? null)
          await session.file.append([entry])
        }
        events.emit('sessions.appended', { sessionId: id, entries: [entry] })
        const runId = begin(id, session, model, think ?? undefined)
        await tellChanged(id, session)
        return { sessionId: id, entryId: entry.id, runId }
      })
    },

    async retry(sessionId, model) {
      return await alone(sessionId, async () => {
        const session = await loadWritable(sessionId)
        return { sessionId, runId: begin(sessionId, session, model) }
      })
    },

    async stop(sessionId) {
      const running = runs.get(sessionId)
      if (!running) return false
      await running.run.stop()
      return true
    },

    async close() {
      await Promise.all([...runs.values()].map(({ run }) => run.stop()))
      await recovered.catch(() => undefined)
    },
  }
}

function pathToLastQuestion(session: OpenSession) {
  const path = activePath(session.file.reading().records)
  const last = path.findLastIndex((record) => isMessage(record) && record.role === 'user')
  return path.slice(0, last + 1)
}

function stateOf(run: SessionRun) {
  const { text: _text, thinking: _thinking, ...state } = run.live()
  return state
}
