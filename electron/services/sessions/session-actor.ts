// One session that is being worked in: the only writer of its file, one message at a time, its run beside the mailbox.
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
  type UnknownRecord,
} from '../../../shared/session.ts'
import type { Outcome as RunOutcome } from '../../agent/agent-loop.ts'
import type { Events, Models, SendRequest, SettingsStore, Surroundings } from '../../contracts.ts'
import type { ActorContext, Behavior, Outcome, ReplyTo } from '../../kernel/types.ts'
import { removeDraft } from './answer-draft.ts'
import { recoverDraft } from './recovery.ts'
import { createSessionFile, openSessionFile, type SessionFile, sizeAndTime } from './session-file.ts'
import { createRun, type SessionRun } from './session-run.ts'
import type { PlacedSession, SessionsFolder } from './sessions-folder.ts'
import { headerOf, isNewer, summarize } from './summary.ts'
import type { Trash } from './trash.ts'

type Prompt = Omit<SendRequest, 'sessionId'>

export type SessionMessage =
  /** The entry's id comes with it: a prompt that is asked for twice, because its actor was just ending, is one entry. */
  | { type: 'prompt'; prompt: Prompt; entryId: string; isNew: boolean; replyTo: ReplyTo<string> }
  | { type: 'retry'; model: string | null; replyTo: ReplyTo<string> }
  | { type: 'rename'; title: string; replyTo: ReplyTo<SessionSummary> }
  | { type: 'pin'; pinned: boolean; replyTo: ReplyTo<SessionSummary> }
  | { type: 'archive' | 'restore'; replyTo: ReplyTo<SessionSummary> }
  | { type: 'take-from-trash'; replyTo: ReplyTo<SessionSummary> }
  | { type: 'delete'; permanently: boolean; replyTo: ReplyTo<void> }
  /** Answered when the partial answer is on the disk; false when nothing ran. */
  | { type: 'cancel'; replyTo: ReplyTo<boolean> }
  | { type: 'run-ended'; outcome: Outcome<RunOutcome> }
  | { type: 'idle' }

export interface SessionActorDependencies {
  folder: SessionsFolder
  trash: Trash
  settings: SettingsStore
  models: Models
  events: Events
  surroundings: Surroundings
  /** What others may see of the run: set when one begins, undefined when it is over. */
  showRun(run: { run: SessionRun; session: OpenSession } | undefined): void
  /** An answer that could not be written yet, for those who read the session; null when it has been. */
  showUnrecorded(answer: MessageRecord | null): void
  /** True when the whole service is being closed, which is no crash. */
  isClosing(): boolean
}

export interface OpenSession {
  file: SessionFile
  archived: boolean
}

/** An actor nobody speaks to any more ends after this time; the next message finds a new one. */
const idleMs = 300_000

/** Begins with what a crash left behind: a restart reads the log again, and no run is ever replayed. */
export async function startSession(
  sessionId: string,
  context: ActorContext<SessionMessage>,
  dependencies: SessionActorDependencies,
): Promise<Behavior<SessionMessage>> {
  const { folder, trash, settings, models, events, surroundings } = dependencies
  let running: { run: SessionRun; session: OpenSession; stops: ReplyTo<boolean>[] } | null = null
  let idleTimer: NodeJS.Timeout | null = null
  /** Whole in memory while the disk had no room for it: it goes into the log before anything else does. */
  let unrecorded: MessageRecord | null = null
  await recoverOrLog()

  async function recoverOrLog(): Promise<void> {
    if (unrecorded) await recordLate(unrecorded)
    await recoverDraft(folder, sessionId, surroundings).catch((thrown) =>
      surroundings.log(`the draft of ${sessionId} was not recovered: ${String(thrown)}`),
    )
  }

  /** Throws when there is still no room: what was to come after it must not overtake it. */
  async function recordLate(answer: MessageRecord): Promise<void> {
    const { file } = await openPlaced(await folder.find(sessionId), surroundings.log)
    await file.append([answer])
    await removeDraft(folder.draftPathOf(sessionId))
    unrecorded = null
    dependencies.showUnrecorded(null)
    events.emit('sessions.appended', { sessionId, entries: [answer] })
  }

  async function load(): Promise<OpenSession> {
    // Held only while it runs: at any other time the file is read again, so it is always the truth.
    return running?.session ?? (await openPlaced(await folder.find(sessionId), surroundings.log))
  }

  async function loadWritable(): Promise<OpenSession> {
    const session = await load()
    if (session.archived) throw new ExpectedFailure('denied', messages.failures.sessionArchived)
    const { records } = session.file.reading()
    if (records.length === 0) throw new ExpectedFailure('damaged', messages.failures.sessionDamaged)
    if (isNewer(headerOf(records))) throw new ExpectedFailure('denied', messages.failures.sessionNewer)
    return session
  }

  function requireIdle(): void {
    if (running) throw new ExpectedFailure('busy', messages.failures.sessionRunning)
  }

  async function prompt({ text, workspace, ...wish }: Prompt, entryId: string, isNew: boolean): Promise<string> {
    requireIdle()
    const question = (parentId: string | null): MessageRecord => ({
      type: 'message',
      id: entryId,
      parentId,
      ts: surroundings.now().toISOString(),
      role: 'user',
      content: text,
    })
    const isFirst = isNew && (await folder.findIfThere(sessionId)) === null
    const session = isFirst ? await create(question(null), workspace) : await goOn(question, entryId)
    const runId = begin(session, wish)
    await tellChanged(session)
    return runId
  }

  async function create(entry: MessageRecord, workspace: string | null): Promise<OpenSession> {
    await folder.prepare()
    const file = await createSessionFile(folder.pathOf(sessionId), [header(workspace), entry], {
      log: surroundings.log,
    })
    events.emit('sessions.appended', { sessionId, entries: [entry] })
    return { file, archived: false }
  }

  async function goOn(question: (parentId: string | null) => MessageRecord, entryId: string): Promise<OpenSession> {
    // An answer that an earlier run could not record: the next draft would take its place.
    await recoverOrLog()
    const session = await loadWritable()
    const { records } = session.file.reading()
    if (records.some((record) => record.id === entryId)) return session
    const entry = question(activePath(records).at(-1)?.id ?? null)
    // A file of the oldest form, or one whose header was damaged, gets one from here on.
    await session.file.append(headerOf(records) ? [entry] : [header(null), entry])
    events.emit('sessions.appended', { sessionId, entries: [entry] })
    return session
  }

  function header(workspace: string | null): SessionHeader {
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

  function begin(session: OpenSession, { model, think, host }: Pick<Prompt, 'model' | 'think' | 'host'>): string {
    const path = pathToLastQuestion(session)
    const question = path.at(-1)
    if (!question) throw new ExpectedFailure('invalid-input', messages.failures.nothingToRetry)
    const run = createRun(
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
      },
      { models: models.at(host ?? null), events, surroundings },
    )
    running = { run, session, stops: [] }
    dependencies.showRun(running)
    context.pipe(run.go, (outcome) => ({ type: 'run-ended', outcome }))
    return run.live().runId
  }

  /** The answer is on the disk and the session is free before anybody hears that the run is over. */
  async function endRun(outcome: RunOutcome): Promise<void> {
    if (!running) return
    const { run, session, stops } = running
    const { end, unrecorded: left } = await run.record(outcome)
    unrecorded = left
    dependencies.showUnrecorded(left)
    running = null
    dependencies.showRun(undefined)
    run.tellEnd(end)
    for (const stop of stops) stop.answer(true)
    await tellChanged(session).catch((thrown) => surroundings.log(`after a run of ${sessionId}: ${String(thrown)}`))
  }

  async function rename(title: string): Promise<SessionSummary> {
    const session = await loadWritable()
    const ts = surroundings.now().toISOString()
    const record: TitleRecord = { type: 'title', id: surroundings.newId(), ts, title, by: 'user' }
    await session.file.append([record])
    return await tellChanged(session)
  }

  async function pin(pinned: boolean): Promise<SessionSummary> {
    const session = await loadWritable()
    const ts = surroundings.now().toISOString()
    const record: UnknownRecord = { type: 'meta', id: surroundings.newId(), ts, pinned }
    await session.file.append([record])
    return await tellChanged(session)
  }

  async function move(type: 'archive' | 'restore'): Promise<SessionSummary> {
    requireIdle()
    const place = await (type === 'archive' ? folder.archive(sessionId, surroundings.now()) : folder.restore(sessionId))
    if (type === 'restore') await recoverOrLog()
    return await tellChanged(await openPlaced(place))
  }

  async function remove(permanently: boolean): Promise<void> {
    requireIdle()
    if (permanently) await folder.remove(sessionId)
    else {
      // What waits for room on the disk belongs to what can be restored.
      if (unrecorded) await recordLate(unrecorded)
      await trash.put(sessionId, await titleForTrash())
    }
    unrecorded = null
    dependencies.showUnrecorded(null)
    events.emit('sessions.removed', { sessionId })
  }

  /** A session that cannot be read can be deleted all the same. */
  async function titleForTrash(): Promise<string> {
    try {
      return (await summaryOf(sessionId, await load(), surroundings)).title
    } catch (thrown) {
      if (thrown instanceof ExpectedFailure) return ''
      throw thrown
    }
  }

  async function takeFromTrash(): Promise<SessionSummary> {
    // A draft without its session is a left-over and must not keep it away.
    await recoverOrLog()
    await trash.restore(sessionId)
    await recoverOrLog()
    return await tellChanged(await load())
  }

  async function tellChanged(session: OpenSession): Promise<SessionSummary> {
    const summary = await summaryOf(sessionId, session, surroundings)
    events.emit('sessions.changed', summary)
    return summary
  }

  function waitForMore(): void {
    if (idleTimer) clearTimeout(idleTimer)
    idleTimer = setTimeout(() => context.self.tell({ type: 'idle' }), idleMs)
    idleTimer.unref()
  }

  return {
    async receive(message) {
      switch (message.type) {
        case 'prompt':
          await answering(message.replyTo, () => prompt(message.prompt, message.entryId, message.isNew))
          break
        case 'retry':
          await answering(message.replyTo, async () => {
            requireIdle()
            await recoverOrLog()
            return begin(await loadWritable(), { model: message.model, think: null })
          })
          break
        case 'rename':
          await answering(message.replyTo, () => rename(message.title))
          break
        case 'pin':
          await answering(message.replyTo, () => pin(message.pinned))
          break
        case 'delete':
          await answering(message.replyTo, () => remove(message.permanently))
          break
        case 'take-from-trash':
          await answering(message.replyTo, takeFromTrash)
          break
        case 'archive':
        case 'restore':
          await answering(message.replyTo, () => move(message.type))
          break
        case 'cancel':
          if (!running) message.replyTo.answer(false)
          else {
            running.stops.push(message.replyTo)
            running.run.cancel()
          }
          break
        case 'run-ended':
          // A run that throws is a bug: its partial answer is recorded by the last words below.
          if (!message.outcome.ok) throw message.outcome.error
          await endRun(message.outcome.value)
          break
        case 'idle':
          if (!running && !unrecorded) context.stop()
          break
        default:
          message satisfies never
      }
      waitForMore()
    },
    async stopped() {
      if (idleTimer) clearTimeout(idleTimer)
      if (unrecorded) await recordLate(unrecorded).catch((thrown) => surroundings.log(String(thrown)))
      if (!running) return
      const outcome = running.run.partial(dependencies.isClosing() ? 'cancelled' : 'interrupted')
      const lost = outcome.content === '' ? messages.failures.answerLostWhole : messages.failures.answerLost
      const error = outcome.stop === 'interrupted' ? { code: 'internal' as const, message: lost } : null
      await endRun({ ...outcome, error })
    },
  }
}

/** Expected failures are answers. Whatever else is thrown is a bug, and the supervisor's. */
async function answering<Value>(replyTo: ReplyTo<Value>, work: () => Promise<Value>): Promise<void> {
  try {
    replyTo.answer(await work())
  } catch (thrown) {
    if (!(thrown instanceof ExpectedFailure)) throw thrown
    replyTo.reject(thrown)
  }
}

export async function openPlaced(place: PlacedSession, log?: (line: string) => void): Promise<OpenSession> {
  return { file: await openSessionFile(place.path, { log }), archived: place.archived }
}

export async function summaryOf(
  sessionId: string,
  { file, archived }: OpenSession,
  { now }: Pick<Surroundings, 'now'>,
): Promise<SessionSummary> {
  const found = await sizeAndTime(file.path)
  return summarize(sessionId, file.reading(), found?.changed ?? now(), archived)
}

function pathToLastQuestion(session: OpenSession) {
  const path = activePath(session.file.reading().records)
  const last = path.findLastIndex((record) => isMessage(record) && record.role === 'user')
  return path.slice(0, last + 1)
}
