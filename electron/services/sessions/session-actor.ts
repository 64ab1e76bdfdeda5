// One session that is being worked in: the only writer of its file, one message at a time, its run beside the mailbox.
import type { AnswerPatch } from '../../../shared/answers.ts'
import { defaultMode, type SessionMode } from '../../../shared/approval.ts'
import type { Attachment } from '../../../shared/attachment.ts'
import { attachmentsOf } from '../../../shared/attachment-kinds.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { approvalWords } from '../../../shared/messages/approvals.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { QueuedText } from '../../../shared/queue.ts'
import type { ReplayProgress } from '../../../shared/replay.ts'
import {
  formatVersion,
  isMessage,
  type MessageRecord,
  type SessionHeader,
  type SessionSummary,
  type TitleRecord,
  type TreeRecord,
  type UnknownRecord,
} from '../../../shared/session.ts'
import { activePath, callIdOf, callIdsOf, type SessionTree, sessionTree } from '../../../shared/session-tree.ts'
import type { DialectChoice } from '../../../shared/settings.ts'
import { shorteningsIn } from '../../../shared/shortenings.ts'
import type { Outcome as RunOutcome } from '../../agent/agent-loop.ts'
import type {
  ApprovalAnswer,
  Checkpoints,
  EditRequest,
  Events,
  Models,
  QueueChange,
  SendRequest,
  SettingsStore,
  Skills,
  Surroundings,
  Tools,
  Trust,
} from '../../contracts.ts'
import type { ActorContext, Behavior, Outcome, ReplyTo } from '../../kernel/types.ts'
import { answersOn, answersRecord, toldBefore } from './answer-choices.ts'
import { removeDraft } from './answer-draft.ts'
import { answering } from './answering.ts'
import { readAttached } from './attached.ts'
import { holdingAttached } from './blobs.ts'
import { dialectOn } from './dialect-choice.ts'
import { recoverDraft } from './recovery.ts'
import { replayingIn } from './replay-tools.ts'
import { noteOf } from './replays.ts'
import { placeBefore, type UndoSince } from './rewinding.ts'
import { type RunChanges, runChanges } from './run-changes.ts'
import { borderOf, effectsIn, modeOn, type RightsServices } from './run-rights.ts'
import { createRunSkills, offeredOn } from './run-skills.ts'
import { createSessionFile, openSessionFile, type SessionFile, sizeAndTime } from './session-file.ts'
import { sessionMoves } from './session-moves.ts'
import type { SessionQueue } from './session-queue.ts'
import { createRun, type SessionRun } from './session-run.ts'
import { createSessionWaiting, type Sent } from './session-waiting.ts'
import { keptWindow, type TakenWindow, windowOn } from './session-window.ts'
import type { NamedBeside, PlacedSession, SessionsFolder } from './sessions-folder.ts'
import { skillChoicesOn } from './skill-choices.ts'
import { headerOf, isNewer, summarize } from './summary.ts'
import { createSummaryRun } from './summary-run.ts'
import type { Trash } from './trash.ts'

type Prompt = Omit<SendRequest, 'sessionId'>
/** What of it is recorded with the question. */
type Asked = Pick<
  Prompt,
  'text' | 'attachments' | 'dialect' | 'answers' | 'beginsIn' | 'mode' | 'onlySkill' | 'skillChoices'
> &
  Partial<Pick<Prompt, 'think'>>
type Wish = Pick<Prompt, 'model' | 'host' | 'mode' | 'allow' | 'isHeadless' | 'rounds' | 'skills'>

export type SessionMessage =
  /** The entry's id comes with it: a prompt that is asked for twice, because its actor was just ending, is one entry. */
  | { type: 'prompt'; prompt: Prompt; entryId: string; isNew: boolean; replyTo: ReplyTo<string> }
  | { type: 'edit'; edit: Omit<EditRequest, 'sessionId'>; entryId: string; replyTo: ReplyTo<string> }
  | { type: 'retry'; model: string | null; entryId: string | null; replyTo: ReplyTo<string> }
  | { type: 'compact'; model: string | null; wish: string | null; replyTo: ReplyTo<string> }
  | { type: 'switch'; entryId: string; replyTo: ReplyTo<void> }
  | { type: 'rewind'; entryId: string; undoSince: UndoSince | null; replyTo: ReplyTo<void> }
  | { type: 'hide'; entryId: string; hidden: boolean; replyTo: ReplyTo<void> }
  | { type: 'dialect'; dialect: DialectChoice; replyTo: ReplyTo<void> }
  | { type: 'answers'; answers: AnswerPatch; replyTo: ReplyTo<void> }
  | { type: 'window'; window: TakenWindow; replyTo: ReplyTo<void> }
  | { type: 'title'; title: string; replyTo: ReplyTo<SessionSummary> }
  | { type: 'mode'; mode: SessionMode; replyTo: ReplyTo<void> }
  | { type: 'skill'; name: string; on: boolean | null; replyTo: ReplyTo<void> }
  | { type: 'decide'; answer: ApprovalAnswer; replyTo: ReplyTo<void> }
  | { type: 'rename'; title: string; replyTo: ReplyTo<SessionSummary> }
  | { type: 'pin'; pinned: boolean; replyTo: ReplyTo<SessionSummary> }
  | { type: 'archive' | 'restore'; replyTo: ReplyTo<SessionSummary> }
  | { type: 'take-from-trash'; replyTo: ReplyTo<SessionSummary> }
  | { type: 'delete'; permanently: boolean; replyTo: ReplyTo<void> }
  | {
      type: 'queue'
      message: QueuedText
      replyTo: ReplyTo<{ id: string; isSent: boolean }>
    }
  | { type: 'change-queue'; change: QueueChange; replyTo: ReplyTo<void> }
  | { type: 'send-now'; id: string; model: string | null; replyTo: ReplyTo<Sent> }
  /** How far a replay is, of so many questions. */
  | { type: 'note-replay'; of: number; replyTo: ReplyTo<ReplayProgress> }
  /** Answered when the partial answer is on the disk; false when nothing ran. */
  | { type: 'cancel'; replyTo: ReplyTo<boolean> }
  | { type: 'run-ended'; outcome: Outcome<RunOutcome> }
  | { type: 'idle' }

export interface SessionActorDependencies extends RightsServices {
  folder: SessionsFolder
  trash: Trash
  settings: SettingsStore
  models: Models
  tools: Tools
  trust: Trust
  skills: Pick<Skills, 'offered' | 'read'>
  checkpoints: Checkpoints
  events: Events
  surroundings: Surroundings
  queue: SessionQueue
  /** What others may see of the run: set when one begins, undefined when it is over. */
  showRun(run: { run: SessionRun; session: OpenSession } | undefined): void
  /** For the next list. */
  learn(session: OpenSession, summary: SessionSummary): void
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
  const { folder, trash, settings, models, events, surroundings, queue } = dependencies
  let running: {
    run: SessionRun
    session: OpenSession
    stops: ReplyTo<boolean>[]
    /** How much the session may do unasked, now. */
    mode: SessionMode
    /** null when it changes nothing. */
    changes: RunChanges | null
  } | null = null
  /** How the last run was asked for; what waits is asked in the same way. */
  let lastWish: Wish = { model: null }
  let idleTimer: NodeJS.Timeout | null = null
  /** Whole in memory while the disk had no room for it: it goes into the log before anything else does. */
  let unrecorded: MessageRecord | null = null
  const moves = sessionMoves(sessionId, {
    folder,
    trash,
    events,
    surroundings,
    open: openPlaced,
    summaryOf: (session) => summaryOf(sessionId, session, surroundings),
    tellChanged,
    recover: recoverOrLog,
    async recordLate() {
      if (unrecorded) await recordLate(unrecorded)
    },
    forget() {
      unrecorded = null
      dependencies.showUnrecorded(null)
    },
  })
  const waiting = createSessionWaiting({
    queue,
    isRunning: () => running !== null,
    isClosing: dependencies.isClosing,
    stopRun: () => running?.run.cancel(),
    requireWritable: async () => void (await loadWritable()),
    send: sendWaiting,
    log: (line) => surroundings.log(`${sessionId}: ${line}`),
  })
  await recoverOrLog()
  // Whatever was under way is over, and nothing is sent that nobody asks for now.
  queue.pause()
  await forgetSent()

  /** A crash may have come between the log and the desk. */
  async function forgetSent(): Promise<void> {
    if (queue.first() === null) return
    try {
      const { file } = await openPlaced(await folder.find(sessionId), surroundings.log)
      const known = new Set(file.reading().records.map((record) => record.id))
      await queue.sent((id) => known.has(id))
    } catch (thrown) {
      if (!(thrown instanceof ExpectedFailure)) throw thrown
    }
  }

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

  async function prompt(given: Prompt, entryId: string, isNew: boolean): Promise<string> {
    requireIdle()
    const { workspace: wished, workspaceIfAllowed, trustFolder, ...rest } = given
    const {
      text: _,
      dialect: __,
      beginsIn: ___,
      onlySkill: ____,
      think: _____,
      answers: ______,
      attachments: _______,
      skillChoices: ________,
      ...wish
    } = rest
    let workspace = wished
    const isFirst = isNew && (await folder.findIfThere(sessionId)) === null
    if (isFirst && workspace !== null) {
      // Said before anything is written: the person named this folder just now.
      const { refused } = await dependencies.tools.toolboxFor(workspace, [], null)
      if (refused !== null && !workspaceIfAllowed) throw new ExpectedFailure('denied', refused)
      if (refused !== null) workspace = null
    }
    if (trustFolder) await trustFolderOf(isFirst ? workspace : null)
    const session = isFirst ? await create(asked(entryId, null, given, []), workspace) : await goOn(given, entryId)
    const runId = await begin(session, wish, entryId)
    await tellChanged(session)
    return runId
  }

  /** The other words stand beside the question, under the same parent; what was said after it stays where it is. */
  async function edit(edit: Omit<EditRequest, 'sessionId'>, entryId: string): Promise<string> {
    requireIdle()
    await recoverOrLog()
    const session = await loadWritable()
    const { records } = session.file.reading()
    if (!records.some(({ id }) => id === entryId)) {
      const { nodes, parentIds } = sessionTree(records)
      const index = nodes.findIndex(({ id }) => id === edit.entryId)
      const original = nodes[index]
      if (!original) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
      if (!isQuestion(original)) throw new ExpectedFailure('invalid-input', messages.failures.onlyQuestions)
      // What is attached stays with the question, whatever its words are.
      const attached = attachmentsOf(original)
      if (edit.text === '' && attached.length === 0) {
        throw new ExpectedFailure('invalid-input', messages.failures.nothingToSend)
      }
      await append(session, [questionRecord(entryId, parentIds[index] ?? null, edit.text, attached)])
    }
    const runId = await begin(session, { model: edit.model }, entryId)
    await tellChanged(session)
    return runId
  }

  async function retry(model: string | null, entryId: string | null): Promise<string> {
    requireIdle()
    await recoverOrLog()
    return await begin(await loadWritable(), { model }, entryId)
  }

  async function switchTo(entryId: string): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const tree = sessionTree(session.file.reading().records)
    const target = tree.leafBehind(entryId)
    if (target === null) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
    if (target === tree.path.at(-1)?.id) return
    await rearrange(session, { type: 'leaf', id: surroundings.newId(), ts: surroundings.now().toISOString(), target })
  }

  /** Nothing else is taken meanwhile: no run may begin in a folder that is being put back. */
  async function rewind(entryId: string, undoSince: UndoSince | null): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const { target, since, isThere } = placeBefore(sessionTree(session.file.reading().records), entryId)
    await undoSince?.(since)
    if (isThere) return
    await rearrange(session, { type: 'leaf', id: surroundings.newId(), ts: surroundings.now().toISOString(), target })
  }

  async function hide(entryId: string, hidden: boolean): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const tree = sessionTree(session.file.reading().records)
    const record = tree.nodes.find(({ id }) => id === entryId)
    if (!record) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
    if (!isMessage(record)) throw new ExpectedFailure('invalid-input', messages.failures.onlyMessages)
    const ts = surroundings.now().toISOString()
    const hides = togetherWith(record, tree).map((target): UnknownRecord => {
      return { type: 'hide', id: surroundings.newId(), ts, target, hidden, reason: 'user' }
    })
    await rearrange(session, ...hides)
  }

  async function setDialect(dialect: DialectChoice): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const path = activePath(session.file.reading().records)
    if (dialect === (dialectOn(path) ?? 'auto')) return
    await rearrange(session, settingsRecord(path.at(-1)?.id ?? null, { dialect }))
  }

  async function setAnswers(patch: AnswerPatch): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const path = activePath(session.file.reading().records)
    const changed = answersRecord(answersOn(path), patch)
    if (changed) await rearrange(session, settingsRecord(path.at(-1)?.id ?? null, changed))
  }

  async function takeWindow(window: TakenWindow): Promise<void> {
    requireIdle()
    const session = await loadWritable()
    const path = activePath(session.file.reading().records)
    if (keptWindow(path, window.model) === window.tokens) return
    await rearrange(session, settingsRecord(path.at(-1)?.id ?? null, { window }))
  }

  /** Counts at once, also for a run that goes on. */
  async function setMode(mode: SessionMode): Promise<void> {
    if (running) {
      await running.run.choose({ mode })
      running.mode = mode
      return
    }
    const session = await loadWritable()
    const path = activePath(session.file.reading().records)
    if (mode === modeOn(path)) return
    await rearrange(session, settingsRecord(path.at(-1)?.id ?? null, { mode }))
  }

  /** For the next question, also while an answer is being written. */
  async function setSkill(name: string, on: boolean | null): Promise<void> {
    const session = running?.session ?? (await loadWritable())
    const path = activePath(session.file.reading().records)
    const before = skillChoicesOn(path)
    if ((before[name] ?? null) === on) return
    const { [name]: _, ...others } = before
    const skills = on === null ? others : { ...others, [name]: on }
    if (running) await running.run.choose({ skills })
    else await rearrange(session, settingsRecord(path.at(-1)?.id ?? null, { skills }))
  }

  function settingsRecord(
    parentId: string | null,
    choices: {
      dialect?: DialectChoice
      mode?: SessionMode
      skills?: Record<string, boolean>
      onlySkill?: string
      window?: TakenWindow
    } & NonNullable<ReturnType<typeof answersRecord>>,
  ): TreeRecord {
    return { type: 'settings', id: surroundings.newId(), parentId, ts: surroundings.now().toISOString(), ...choices }
  }

  async function rearrange(session: OpenSession, ...records: UnknownRecord[]): Promise<void> {
    await session.file.append(records)
    await tellChanged(session)
    events.emit('sessions.rearranged', { sessionId, bytes: session.file.reading().bytes })
  }

  function questionRecord(
    id: string,
    parentId: string | null,
    content: string,
    attachments: readonly Attachment[] = [],
  ): MessageRecord {
    const more = attachments.length > 0 ? { attachments: [...attachments] } : {}
    return { type: 'message', id, parentId, ts: surroundings.now().toISOString(), role: 'user', content, ...more }
  }

  /** The folder a new session is to have, or the one that this one has. */
  async function trustFolderOf(named: string | null): Promise<void> {
    const place = named === null ? await folder.findIfThere(sessionId) : null
    const records = place && (await openPlaced(place, surroundings.log)).file.reading().records
    const workspace = named ?? (records && headerOf(records)?.workspace) ?? null
    if (workspace !== null) await dependencies.trust.set(workspace, true)
  }

  /** What the question begins with: how its calls are written, and how much may be done unasked, where that is new. */
  function asked(
    entryId: string,
    parentId: string | null,
    { text, attachments, dialect, think, answers, beginsIn, mode, onlySkill, skillChoices = {} }: Asked,
    path: readonly TreeRecord[],
  ): TreeRecord[] {
    const wished = { ...(think != null && { think }), ...answers }
    const choices = {
      ...answersRecord(answersOn(path), wished),
      ...(dialect !== undefined && dialect !== (dialectOn(path) ?? 'auto') && { dialect }),
      // What a script may do unasked is for its run; that a session shall only look stays with it.
      ...(path.length === 0 && (beginsIn === 'read-only' || mode === 'read-only') && { mode: 'read-only' as const }),
      ...(path.length === 0 && onlySkill !== undefined && { onlySkill }),
      ...(path.length === 0 && Object.keys(skillChoices).length > 0 && { skills: { ...skillChoices } }),
    }
    if (Object.keys(choices).length === 0) return [questionRecord(entryId, parentId, text, attachments)]
    const choice = settingsRecord(parentId, choices)
    return [choice, questionRecord(entryId, choice.id, text, attachments)]
  }

  async function append(session: OpenSession, entries: readonly TreeRecord[]): Promise<void> {
    const { records } = session.file.reading()
    // A file of the oldest form, or one whose header was damaged, gets one from here on.
    await holdingAttached(entries, () => session.file.append(headerOf(records) ? entries : [header(null), ...entries]))
    events.emit('sessions.appended', { sessionId, entries: [...entries] })
  }

  async function create(entries: readonly TreeRecord[], workspace: string | null): Promise<OpenSession> {
    await folder.prepare()
    const file = await holdingAttached(entries, () =>
      createSessionFile(folder.pathOf(sessionId), [header(workspace), ...entries], { log: surroundings.log }),
    )
    events.emit('sessions.appended', { sessionId, entries: [...entries] })
    return { file, archived: false }
  }

  async function goOn(given: Asked, entryId: string): Promise<OpenSession> {
    // An answer that an earlier run could not record: the next draft would take its place.
    await recoverOrLog()
    const session = await loadWritable()
    const { records } = session.file.reading()
    if (records.some((record) => record.id === entryId)) return session
    const path = activePath(records)
    await append(session, asked(entryId, path.at(-1)?.id ?? null, given, path))
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

  /** Answers the question at or before an entry; null is the end of the active path. */
  async function begin(session: OpenSession, wish: Wish, entryId: string | null): Promise<string> {
    const { model, host, mode, allow, isHeadless, rounds } = wish
    const { records } = session.file.reading()
    const tree = sessionTree(records)
    const header = headerOf(records)
    // Whatever the file of a replay says: nothing is run in one.
    const workspace = header?.replayOf ? null : (header?.workspace ?? null)
    const path = pathToQuestion(entryId === null ? tree.path : tree.pathTo(entryId))
    const question = path.at(-1)
    if (!question) throw new ExpectedFailure('invalid-input', messages.failures.nothingToRetry)
    const own = modeOn(path)
    const answers = answersOn(path)
    const usualThink = settings.current().think
    // What a person trusts while they look is not trusted for a script.
    const began = { mode: mode ?? (isHeadless && own === 'trusted' ? defaultMode : own) }
    const rights = {
      sessionId,
      runId: surroundings.newId(),
      entryId: question.id,
      // A flag counts for its run; else the session's own, which the person may change meanwhile.
      mode: () => mode ?? (isHeadless ? began.mode : (running?.mode ?? began.mode)),
      allowed: allow ?? [],
      canAsk: isHeadless !== true,
    }
    const { sandbox, skills } = dependencies
    // What is asked is shown, whatever else is hidden.
    const hidden = tree.hiddenOn(path).filter((id) => id !== question.id)
    const shortened = shorteningsIn(records)
    const replay = await replayingIn(records, path, { folder, tools: dependencies.tools, sessionId })
    const { offered, notice: noSkills } =
      wish.skills === false || replay ? { offered: [], notice: null } : await offeredOn(skills, workspace, path)
    const ofRun = createRunSkills(skills, { offered, path, hidden, shortened })
    // Trying the guards keeps both cores busy while an answer begins. Without a folder there are no tools and no reason to, and nobody
    // looks at a run without a person: there the first command waits for the trial.
    const seal = () => (isHeadless ? sandbox.lastSeal() : sandbox.seal())
    const effects = workspace === null ? [] : effectsIn(began.mode, seal(), rights.canAsk && sandbox.mayRunWithout())
    const mayWrite = () => rights.mode() !== 'read-only'
    const {
      toolbox,
      folder: root,
      refused,
    } = await dependencies.tools.toolboxFor(workspace, effects, { id: sessionId, mayWrite }, ofRun.forTools, {
      // As the path is then: a correction can have brought some.
      read: (handle) =>
        readAttached(activePath(session.file.reading().records), handle, (blob) => folder.readBlob(blob)),
    })
    const written = workspace === null ? null : await dependencies.tools.instructionsOf(workspace, context.signal)
    const trust = written !== null && workspace !== null ? await dependencies.trust.answerFor(workspace) : null
    const isTrusted = trust === true
    const changed = { sessionId, entryId: question.id, workspace: root }
    const changes = runChanges(dependencies.checkpoints, changed, {
      log: surroundings.log,
      limit: (sentence) => run.notice('undo_limited', sentence),
    })
    const run: SessionRun = createRun(
      {
        sessionId,
        runId: rights.runId,
        border: replay ? () => replay.border : borderOf(dependencies, rights, root ?? ''),
        path,
        hidden,
        shortened,
        skills: ofRun,
        skill: isMessage(question) ? (replay?.skillNamedBy ?? ofRun.namedBy)(question.content) : null,
        parentId: question.id,
        // A folder that may be none is not named either: there is nothing the model could do in it.
        place: {
          workspace: replay ? replay.workspace : refused === null ? workspace : null,
          instructions: isTrusted ? written : null,
          ownPrompt: answers.ownPrompt,
        },
        window: (model, facts) => windowOn(path, tree.nodes, model, facts),
        model,
        think: answers.think ?? usualThink,
        sampling: answers,
        toldBefore: toldBefore(path, usualThink),
        compaction: settings.current().compaction,
        dialect: dialectOn(path),
        toolbox: replay ? replay.toolbox : changes.around(toolbox),
        rounds: rounds ?? settings.current().rounds,
        draftPath: folder.draftPathOf(sessionId),
        giveCorrection: queue.giveCorrection,
        readPicture: (record) => folder.readPicture(record),
        readBlob: (blob) => folder.readBlob(blob),
        async record(entry, { full, image }) {
          let record = entry
          const append = async (named: NamedBeside) => {
            record = { ...entry, ...named }
            await session.file.append([record])
          }
          await holdingAttached([entry], () => folder.keep({ full, image }, append))
          events.emit('sessions.appended', { sessionId, entries: [record] })
          return record
        },
        recordBeside: (records) => session.file.append(records),
      },
      { models: models.at(host ?? null), events, surroundings },
    )
    changes.begin(run.live().runId)
    running = { run, session, changes, stops: [], mode: began.mode }
    // Another server, what a terminal allowed and for how many steps counts for one run only: what waits was written elsewhere.
    lastWish = { model }
    if (queue.first() === null) queue.resume()
    dependencies.showRun(running)
    const runId = run.live().runId
    if (refused !== null) run.notice('workspace_refused', refused)
    if (noSkills !== null) run.notice('skill_not_offered', noSkills)
    if (written !== null && trust === null) run.notice('folder_untrusted', messages.notices.folderUntrusted)
    context.pipe(run.go, (outcome) => ({ type: 'run-ended', outcome }))
    return runId
  }

  /** Nothing is said on: a summary is put behind what was said last. */
  async function compact(model: string | null, wish: string | null): Promise<string> {
    requireIdle()
    await recoverOrLog()
    const session = await loadWritable()
    const path = activePath(session.file.reading().records)
    const last = path.at(-1)
    if (!last) throw new ExpectedFailure('invalid-input', messages.notices.nothingToSummarise)
    const runId = surroundings.newId()
    const run = createSummaryRun(
      {
        sessionId,
        runId,
        parentId: last.id,
        session,
        model,
        wish,
        async record(entry) {
          await session.file.append([entry])
          events.emit('sessions.appended', { sessionId, entries: [entry] })
          return entry
        },
      },
      dependencies,
    )
    running = { run, session, changes: null, stops: [], mode: modeOn(path) }
    dependencies.showRun(running)
    context.pipe(run.go, (outcome) => ({ type: 'run-ended', outcome }))
    return runId
  }

  /** The answer is on the disk and the session is free before anybody hears that the run is over. */
  async function endRun(outcome: RunOutcome): Promise<void> {
    if (!running) return
    const { run, session, changes, stops } = running
    const { end, unrecorded: left } = await run.record(outcome)
    await changes?.end()
    unrecorded = left
    dependencies.showUnrecorded(left)
    running = null
    dependencies.showRun(undefined)
    await queue.endCorrections()
    if (end.stop !== 'stop' && end.stop !== 'length') queue.pause()
    run.tellEnd(end)
    for (const stop of stops) stop.answer(true)
    await tellChanged(session).catch((thrown) => surroundings.log(`after a run of ${sessionId}: ${String(thrown)}`))
  }

  /** Asks what waited: the text is in the log before its run begins. */
  async function sendWaiting(
    { id, text, attachments }: Pick<QueuedText, 'id' | 'text' | 'attachments'>,
    model: string | null,
    logged: () => Promise<void>,
  ): Promise<string> {
    const session = await goOn({ text, attachments }, id)
    await logged()
    const runId = await begin(session, { ...lastWish, ...(model !== null && { model }) }, id)
    await tellChanged(session)
    return runId
  }

  async function rename(title: string, by: TitleRecord['by'] = 'user'): Promise<SessionSummary> {
    const session = await loadWritable()
    const ts = surroundings.now().toISOString()
    const record: TitleRecord = { type: 'title', id: surroundings.newId(), ts, title, by }
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

  async function noteReplay(of: number): Promise<ReplayProgress> {
    const session = await loadWritable()
    const { progress, record } = noteOf(activePath(session.file.reading().records), of, surroundings)
    await session.file.append([record])
    await tellChanged(session)
    return progress
  }

  async function tellChanged(session: OpenSession): Promise<SessionSummary> {
    const summary = await summaryOf(sessionId, session, surroundings)
    dependencies.learn(session, summary)
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
        case 'edit':
          await answering(message.replyTo, () => edit(message.edit, message.entryId))
          break
        case 'retry':
          await answering(message.replyTo, () => retry(message.model, message.entryId))
          break
        case 'compact':
          await answering(message.replyTo, () => compact(message.model, message.wish))
          break
        case 'switch':
          await answering(message.replyTo, () => switchTo(message.entryId))
          break
        case 'rewind':
          await answering(message.replyTo, () => rewind(message.entryId, message.undoSince))
          break
        case 'hide':
          await answering(message.replyTo, () => hide(message.entryId, message.hidden))
          break
        case 'dialect':
          await answering(message.replyTo, () => setDialect(message.dialect))
          break
        case 'answers':
          await answering(message.replyTo, () => setAnswers(message.answers))
          break
        case 'window':
          await answering(message.replyTo, () => takeWindow(message.window))
          break
        case 'mode':
          await answering(message.replyTo, () => setMode(message.mode))
          break
        case 'skill':
          await answering(message.replyTo, () => setSkill(message.name, message.on))
          break
        case 'decide':
          await answering(message.replyTo, async () => {
            if (!running) throw new ExpectedFailure('not-found', approvalWords.gone)
            await running.run.decide(message.answer)
          })
          break
        case 'note-replay':
          await answering(message.replyTo, () => noteReplay(message.of))
          break
        case 'rename':
          await answering(message.replyTo, () => rename(message.title))
          break
        case 'title':
          await answering(message.replyTo, () => rename(message.title, 'model'))
          break
        case 'pin':
          await answering(message.replyTo, () => pin(message.pinned))
          break
        case 'delete':
          await answering(message.replyTo, async () => {
            requireIdle()
            await moves.delete(message.permanently)
          })
          break
        case 'take-from-trash':
          await answering(message.replyTo, moves.takeFromTrash)
          break
        case 'archive':
        case 'restore':
          await answering(message.replyTo, async () => {
            requireIdle()
            return await moves[message.type]()
          })
          break
        case 'queue':
          await answering(message.replyTo, () => waiting.add(message.message))
          break
        case 'change-queue':
          await answering(message.replyTo, () => waiting.change(message.change))
          break
        case 'send-now':
          await waiting.sendNow(message)
          break
        case 'cancel':
          waiting.takeBack()
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
          await waiting.ended()
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
      waiting.takeBack()
      if (unrecorded) await recordLate(unrecorded).catch((thrown) => surroundings.log(String(thrown)))
      if (!running) return
      const outcome = running.run.partial(dependencies.isClosing() ? 'cancelled' : 'interrupted')
      const lost = outcome.content === '' ? messages.failures.answerLostWhole : messages.failures.answerLost
      const error =
        outcome.error ?? (outcome.stop === 'interrupted' ? { code: 'internal' as const, message: lost } : null)
      await endRun({ ...outcome, error })
    },
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

function isQuestion(record: TreeRecord): boolean {
  return isMessage(record) && record.role === 'user'
}

function pathToQuestion(path: readonly TreeRecord[] | null): readonly TreeRecord[] {
  if (!path) throw new ExpectedFailure('not-found', messages.failures.entryNotFound)
  return path.slice(0, path.findLastIndex(isQuestion) + 1)
}

/**
 * The ids of a message and of what is never separated from it: a call and its results. Only on its own way through the tree:
 * another branch may have a call of the same id.
 */
function togetherWith(record: MessageRecord, { leafBehind, pathTo }: SessionTree): string[] {
  const way = pathTo(leafBehind(record.id) ?? record.id) ?? []
  const callId = callIdOf(record)
  const call = callId === null ? record : (way.find((node) => callIdsOf(node).includes(callId)) ?? record)
  const calls = new Set(callIdsOf(call))
  if (calls.size === 0) return [record.id]
  const results = way.filter((node) => isMessage(node) && calls.has(callIdOf(node) ?? ''))
  return [call.id, ...results.map(({ id }) => id)]
}
