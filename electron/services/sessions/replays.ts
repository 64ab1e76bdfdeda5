// Replays: the questions of a past session, asked of another model one after the other in a session of their own.
import { ExpectedFailure, toFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { replayWords } from '../../../shared/messages/replay.ts'
import { type ReplayProgress, type ReplayState, replayProgress } from '../../../shared/replay.ts'
import type { RunEnd } from '../../../shared/run.ts'
import {
  formatVersion,
  isMessage,
  type MessageRecord,
  type SessionHeader,
  type SessionRecord,
  sessionTitle,
  type TitleRecord,
  type TreeRecord,
  titleLimit,
  type UnknownRecord,
} from '../../../shared/session.ts'
import { correctionsOn, sessionTree } from '../../../shared/session-tree.ts'
import type { Events, Surroundings } from '../../contracts.ts'
import { lookedUpOn, replayModelOf } from './replay-log.ts'
import { createSessionFile } from './session-file.ts'
import type { SessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer } from './summary.ts'

export interface Replays {
  /** Begins one; it goes on by itself. Throws what keeps it from being one. */
  begin(original: { sessionId: string; records: readonly SessionRecord[] }, at: At): Promise<Begun>
  isGoingOn(sessionId: string): boolean
  /** No question is asked any more; the answer that is being written is somebody else's to stop. */
  stop(sessionId: string): void
  stopAll(): void
}

/** Who answers; a host of null is that of the setting. */
interface At {
  model: string
  host: string | null
}

interface Begun {
  sessionId: string
  questions: number
}

export interface ReplaysDependencies {
  folder: SessionsFolder
  events: Events
  surroundings: Pick<Surroundings, 'now' | 'newId' | 'appVersion' | 'log'>
  /** Puts a question into the session, and answers its run. */
  ask(sessionId: string, question: MessageRecord, at: At): Promise<{ runId: string }>
  /** Records how far it is. */
  note(sessionId: string, of: number): Promise<ReplayProgress>
}

export function createReplays({ folder, events, surroundings, ask, note }: ReplaysDependencies): Replays {
  const goingOn = new Map<string, { isStopped: boolean }>()

  async function drive(sessionId: string, questions: readonly MessageRecord[], at: At): Promise<void> {
    const mine = goingOn.get(sessionId)
    let progress: ReplayProgress = { asked: 0, of: questions.length, calls: 0, found: 0 }
    const tell = (isGoingOn: boolean) =>
      events.emit('replay.changed', { sessionId, model: at.model, ...progress, isGoingOn })
    try {
      for (const question of questions) {
        if (mine?.isStopped) break
        tell(true)
        const { stop } = await endOf(() => ask(sessionId, question, at))
        progress = await note(sessionId, questions.length)
        // Whatever kept this answer from its end is said there, and would keep the next from its beginning.
        if (stop === 'error' || stop === 'cancelled' || stop === 'interrupted') break
      }
    } catch (thrown) {
      const { message, detail } = toFailure(thrown, messages.failures.internal)
      surroundings.log(`the replay ${sessionId} ended: ${message} ${detail ?? ''}`)
    } finally {
      goingOn.delete(sessionId)
      tell(false)
    }
  }

  /** Heard from before it is asked: a short run may be over when its name is known. */
  async function endOf(begin: () => Promise<{ runId: string }>): Promise<RunEnd> {
    const ends = new Map<string, RunEnd>()
    let heard: (end: RunEnd) => void = (end) => void ends.set(end.runId, end)
    const off = events.on('run.ended', (end) => heard(end))
    try {
      const { runId } = await begin()
      const known = ends.get(runId)
      if (known) return known
      return await new Promise((resolve) => {
        heard = (end) => end.runId === runId && resolve(end)
      })
    } finally {
      off()
    }
  }

  return {
    async begin({ sessionId: from, records }, at) {
      const questions = questionsIn(records)
      const id = surroundings.newId()
      await folder.prepare()
      await createSessionFile(folder.pathOf(id), beginning(id, from, records, at.model, questions.length, surroundings))
      goingOn.set(id, { isStopped: false })
      void drive(id, questions, at)
      return { sessionId: id, questions: questions.length }
    },
    isGoingOn: (sessionId) => goingOn.has(sessionId),
    stop(sessionId) {
      const one = goingOn.get(sessionId)
      if (one) one.isStopped = true
    },
    stopAll() {
      for (const one of goingOn.values()) one.isStopped = true
    },
  }
}

/** Of the active path, but those no model is shown, and what was said within a turn: in another turn it has no place. */
function questionsIn(records: readonly SessionRecord[]): MessageRecord[] {
  if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.sessionDamaged)
  if (isNewer(headerOf(records))) throw new ExpectedFailure('denied', messages.failures.sessionNewer)
  const { path, hidden } = sessionTree(records)
  const leftOut = new Set([...hidden, ...correctionsOn(path)])
  const questions = path.filter(isMessage).filter(({ role, id }) => role === 'user' && !leftOut.has(id))
  if (questions.length === 0) throw new ExpectedFailure('invalid-input', replayWords.noQuestions)
  return questions
}

function beginning(
  id: string,
  from: string,
  records: readonly SessionRecord[],
  model: string,
  of: number,
  { now, newId, appVersion }: ReplaysDependencies['surroundings'],
): SessionRecord[] {
  const ts = now().toISOString()
  const header: SessionHeader = {
    type: 'session',
    v: formatVersion,
    id,
    ts,
    app: `carrel/${appVersion}`,
    // No folder: there is nothing a replay could do in it.
    workspace: null,
    parentSession: from,
    forkedAt: sessionTree(records).path.at(-1)?.id ?? null,
    replayOf: { model },
  }
  const title: TitleRecord = {
    type: 'title',
    id: newId(),
    ts,
    title: replayWords.title(sessionTitle(records).slice(0, titleLimit - 60), model.slice(0, 40)).slice(0, titleLimit),
    by: 'derived',
  }
  return [header, progressRecord({ asked: 0, of, calls: 0, found: 0 }, newId(), ts), title]
}

function progressRecord(replay: ReplayProgress, id: string, ts: string): UnknownRecord {
  return { type: 'meta', id, ts, replay }
}

/** What is recorded after a question, from what the path shows of it. */
export function noteOf(
  path: readonly TreeRecord[],
  of: number,
  { newId, now }: Pick<Surroundings, 'newId' | 'now'>,
): { progress: ReplayProgress; record: UnknownRecord } {
  const corrections = correctionsOn(path)
  const asked = path.filter(
    (record) => isMessage(record) && record.role === 'user' && !corrections.has(record.id),
  ).length
  const progress = { asked: Math.min(asked, of), of, ...lookedUpOn(path) }
  return { progress, record: progressRecord(progress, newId(), now().toISOString()) }
}

/** What the records of a replay say of it; null for any other session. */
export function replayIn(records: readonly SessionRecord[]): Omit<ReplayState, 'isGoingOn'> | null {
  const model = replayModelOf(headerOf(records))
  if (model === null) return null
  const last = records.findLast((record) => record.type === 'meta' && 'replay' in record)
  const progress = replayProgress.safeParse(Object(last).replay).data ?? { asked: 0, of: 0, calls: 0, found: 0 }
  return { model, ...progress }
}
