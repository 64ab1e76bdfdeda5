// Sessions: what is there, and for each one that is worked in an actor, the only writer of its file.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attachmentsOf } from '../../../shared/attachment-kinds.ts'
import { errorCode, readFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import type { FoundInSession, OpenedSession, SessionFolder, WantedSlice } from '../../../shared/ipc.ts'
import { isLogSession } from '../../../shared/log-session.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { replayWords } from '../../../shared/messages/replay.ts'
import { titleWords } from '../../../shared/messages/titles.ts'
import type { RunState } from '../../../shared/run.ts'
import type { MessageRecord } from '../../../shared/session.ts'
import type {
  Checkpoints,
  CopiedSession,
  Events,
  Home,
  Ledger,
  Models,
  Policy,
  Sandbox,
  Sessions,
  SettingsStore,
  Skills,
  Surroundings,
  Tools,
  Trust,
} from '../../contracts.ts'
import { AskError, ask } from '../../kernel/ask.ts'
import type { ActorRef, Bulkhead, Kernel, ReplyTo } from '../../kernel/types.ts'
import { adoptSession, clearUnfinished, importedIn, importedSessions, removeMirrors } from './adopting.ts'
import { clearBlobs, keepBlobs } from './blob-clearing.ts'
import { blobsFolderOf, readNamedBlob } from './blobs.ts'
import { contextUse } from './context-use.ts'
import { findInRecords, findInSkeleton } from './find-in-session.ts'
import { modelOf, type NextServices, nextRequest } from './next-request.ts'
import { activeWay, openedFrom, openedFromSkeleton, skeletonWay, treeOf, wayIn, withLate } from './opened.ts'
import { createRecentReading } from './recent-reading.ts'
import { recoverDraft } from './recovery.ts'
import { pairsFrom } from './replay-pairs.ts'
import { createReplays } from './replays.ts'
import { undoAll } from './rewinding.ts'
import { roomFor } from './run-skills.ts'
import { type OpenSession, openPlaced, type SessionMessage, startSession, summaryOf } from './session-actor.ts'
import { forkSession, repairSession, type Source } from './session-copies.ts'
import { createSessionList } from './session-list.ts'
import { createSessionQueue, type SessionQueue } from './session-queue.ts'
import type { SessionRun } from './session-run.ts'
import { type PlacedSession, sessionsFolder } from './sessions-folder.ts'
import { summarizeSkeleton } from './skeleton-summary.ts'
import { NotAsItLooked, nodeReader } from './skeleton-way.ts'
import { createSkeletons, type OpenSkeleton } from './skeletons.ts'
import { createSkillUses } from './skill-use.ts'
import { headerOf } from './summary.ts'
import { suggestTitle } from './title-suggestion.ts'
import { createTrash } from './trash.ts'
import { wholeOutput } from './whole-output.ts'

export interface SessionsDependencies {
  home: Home
  settings: SettingsStore
  models: Models
  tools: Tools
  trust: Trust
  skills: Pick<Skills, 'offered' | 'read'>
  policy: Policy
  sandbox: Sandbox
  ledger: Ledger
  checkpoints: Checkpoints
  events: Events
  surroundings: Surroundings
  kernel: Kernel
  bulkhead: Bulkhead
}

/** Longer than any disk that is worth waiting for. */
const answerMs = 60_000
const mailbox = 64
/** The reader of a large session has seen it by then. */
const checkAfterMs = 2_000

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { home, settings, models, tools, trust, skills, checkpoints, events, surroundings } = dependencies
  const { kernel, bulkhead } = dependencies
  const folder = sessionsFolder(home.path)
  /** Of logs that are mounted: a cache, so nothing of it is a person's. */
  const mirrors = sessionsFolder(join(home.path, 'cache'))
  const trash = createTrash(home.path, folder, surroundings.now)
  const sessionList = createSessionList({ home, surroundings })
  const actors = new Map<string, ActorRef<SessionMessage>>()
  const runs = new Map<string, { run: SessionRun; session: OpenSession }>()
  /** Answers the disk had no room for, by session. */
  const unrecorded = new Map<string, MessageRecord>()
  /** Of the sessions that were opened. */
  const workspaces = new Map<string, string | null>()
  const queues = new Map<string, SessionQueue>()
  const skeletons = createSkeletons()
  const skillUses = createSkillUses(surroundings)
  const recent = createRecentReading()
  const recentOriginal = createRecentReading()
  const closing = new AbortController()
  let checking: NodeJS.Timeout | null = null
  let isClosed = false
  /** A title that is being asked for. Whatever is asked in earnest goes first. */
  let titling: AbortController | null = null
  events.on('run.changed', () => titling?.abort())
  let recovered = home.readOnly ? Promise.resolve() : recoverDrafts()
  // The folder is ours only now: whoever had it may have left a draft.
  events.on('access.changed', ({ readOnly }) => {
    if (!readOnly) recovered = recoverDrafts()
  })

  /** Never fails: one draft that cannot be recovered stays where it is and must not keep the others from it. */
  async function recoverDrafts(): Promise<void> {
    const sessionIds = await folder.listDrafts().catch(() => [])
    for (const sessionId of sessionIds) {
      await recoverDraft(folder, sessionId, surroundings).catch((thrown) =>
        surroundings.log(`the draft of ${sessionId} was not recovered: ${String(thrown)}`),
      )
    }
  }

  /** Only its session's actor changes it; whoever opens the session may look. */
  function queueOf(sessionId: string): SessionQueue {
    const known = queues.get(sessionId)
    if (known) return known
    const queue = createSessionQueue(sessionId, { desk: settings.desk, events })
    queues.set(sessionId, queue)
    return queue
  }

  function actorFor(sessionId: string): ActorRef<SessionMessage> {
    const known = actors.get(sessionId)
    if (known) return known
    const ref = kernel.spawn<SessionMessage>(`sessions/${sessionId}`, {
      restart: 'transient',
      intensity: { restarts: 5, withinMs: 60_000 },
      capacity: mailbox,
      bulkhead,
      start: (context) =>
        startSession(sessionId, context, {
          folder,
          trash,
          settings,
          models,
          tools,
          trust,
          skills,
          policy: dependencies.policy,
          sandbox: dependencies.sandbox,
          ledger: dependencies.ledger,
          checkpoints: dependencies.checkpoints,
          events,
          surroundings,
          queue: queueOf(sessionId),
          showRun: (running) => (running ? runs.set(sessionId, running) : runs.delete(sessionId)),
          showUnrecorded: (answer) => (answer ? unrecorded.set(sessionId, answer) : unrecorded.delete(sessionId)),
          learn: ({ file }, summary) => sessionList.learn(file.path, summary, file.mark()),
          isClosing: () => isClosed,
        }),
    })
    actors.set(sessionId, ref)
    return ref
  }
  const stopObserving = kernel.observe((event) => {
    if (event.type !== 'stopped' && event.type !== 'failed') return
    const sessionId = event.name.startsWith('sessions/') ? event.name.slice('sessions/'.length) : null
    if (sessionId !== null) actors.delete(sessionId)
  })

  const placeOf = (sessionId: string) => (isLogSession(sessionId) ? mirrors : folder).find(sessionId)

  function refuseLog(sessionId: string): void {
    if (isLogSession(sessionId)) throw new ExpectedFailure('denied', messages.failures.sessionIsLog)
  }

  /** One question to a session's actor. An actor that was just ending, having been idle, is asked for anew once. */
  async function askSession<Value>(
    sessionId: string,
    toMessage: (replyTo: ReplyTo<Value>) => SessionMessage,
  ): Promise<Value> {
    refuseLog(sessionId)
    home.requireWritable()
    await recovered
    for (let attempt = 0; ; attempt++) {
      if (isClosed) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
      try {
        return await ask(actorFor(sessionId), toMessage, { deadlineMs: answerMs })
      } catch (thrown) {
        if (!(thrown instanceof AskError)) throw thrown
        if ((thrown.reason === 'dead' || thrown.reason === 'ended') && attempt === 0 && !isClosed) {
          // Dead, its name is free only when it has ended. Ended, it may have begun anew, and must not be stopped.
          if (thrown.reason === 'dead') await kernel.stop(`sessions/${sessionId}`)
          continue
        }
        throw failureOf(thrown)
      }
    }
  }

  function failureOf({ reason, cause }: AskError): unknown {
    if (reason === 'full') return new ExpectedFailure('busy', messages.failures.sessionRunning)
    if (isClosed) return new ExpectedFailure('cancelled', messages.failures.cancelled)
    return cause instanceof Error ? cause : new Error(`the session did not answer: ${reason}`)
  }

  // Reading needs no actor: a session that nobody works in is only a file.
  async function lookAtFolder(path: string, signal: AbortSignal): Promise<SessionFolder> {
    const [instructions, trusted] = await Promise.all([tools.instructionsOf(path, signal), trust.answerFor(path)])
    return { path, hasInstructions: instructions !== null, trusted }
  }

  async function workspaceOf(sessionId: string): Promise<string | null> {
    // A session keeps its folder, and a large file is not read twice for it.
    const known = workspaces.get(sessionId)
    if (known !== undefined) return known
    const place = await placeOf(sessionId)
    const running = runs.get(sessionId)
    // It is asked for while the session is being opened: the look at a large file serves both.
    const looked = running
      ? null
      : await fromSkeleton(sessionId, place.path, async ({ skeleton }) => ({
          workspace: headerOf(skeleton.beside.map(({ record }) => record))?.workspace ?? null,
        }))
    if (looked) return looked.workspace
    const { file } = running?.session ?? (await openPlaced(place))
    return headerOf(file.reading().records)?.workspace ?? null
  }

  async function open(
    sessionId: string,
    { allBranches = false, slice }: { allBranches?: boolean | undefined; slice?: WantedSlice | undefined } = {},
  ): Promise<OpenedSession> {
    await recovered
    const opened =
      (slice && !allBranches ? await openLarge(sessionId, slice) : null) ??
      (await openWhole(sessionId, allBranches, slice ?? null))
    if (workspaces.size >= 1_000) workspaces.clear()
    workspaces.set(sessionId, opened.workspace)
    if (opened.replay) opened.replay.isGoingOn = replays.isGoingOn(sessionId)
    return opened
  }

  async function openWhole(sessionId: string, allBranches: boolean, slice: WantedSlice | null) {
    const running = runs.get(sessionId)
    const place = running ? null : await placeOf(sessionId)
    const session = running?.session ?? (place && (await (slice ? recent(place) : openPlaced(place))))
    if (!session) throw new ExpectedFailure('not-found', messages.failures.sessionNotFound)
    const summary = await summaryOf(sessionId, session, surroundings)
    // All of one moment, with nothing awaited in between: an answer is either in the entries or still in the run.
    const stillRunning = runs.get(sessionId)
    const reading = (stillRunning ?? running)?.session.file.reading() ?? session.file.reading()
    return openedFrom({
      summary,
      reading: withLate(reading, unrecorded.get(sessionId)),
      run: stillRunning?.run.live() ?? null,
      queue: queueOf(sessionId).state(),
      allBranches,
      slice,
    })
  }

  /** A part of a large session that nobody works in. null where that has to be read whole. */
  async function openLarge(sessionId: string, slice: WantedSlice): Promise<OpenedSession | null> {
    const isWhole = () => runs.has(sessionId) || unrecorded.has(sessionId)
    if (isWhole()) return null
    const { path, archived } = await placeOf(sessionId)
    const opened = await fromSkeleton(sessionId, path, async ({ skeleton, descriptor, changed }) => {
      const reader = nodeReader(skeleton, descriptor, blobsFolderOf(path))
      const summary = await summarizeSkeleton(sessionId, skeleton, reader, changed, archived)
      const queue = queueOf(sessionId).state()
      return await openedFromSkeleton({ summary, run: null, queue, skeleton, reader, slice })
    })
    if (opened) checkSoon(sessionId, path)
    // What was begun meanwhile is in memory, and goes on there.
    return isWhole() ? null : opened
  }

  async function find(
    sessionId: string,
    text: string,
    branch: string | null,
    signal: AbortSignal,
  ): Promise<FoundInSession> {
    await recovered
    const slice: WantedSlice = { at: 'end', entryId: null, branch }
    const running = runs.get(sessionId)
    const place = await placeOf(sessionId)
    if (!running) {
      const found = await fromSkeleton(sessionId, place.path, async ({ skeleton, descriptor }) => {
        const reader = nodeReader(skeleton, descriptor, blobsFolderOf(place.path))
        const { way } = skeletonWay(skeleton, activeWay(skeleton), slice)
        return await findInSkeleton(skeleton, way, reader, text, signal)
      })
      if (found) return found
    }
    const { file } = running?.session ?? (await recent(place))
    const { records } = withLate(file.reading(), unrecorded.get(sessionId))
    return await findInRecords(wayIn(treeOf(records), slice).way, text, signal)
  }

  /** null when the file is small, or only the whole reading can say what is in it. */
  async function fromSkeleton<Value>(
    sessionId: string,
    path: string,
    work: (opened: OpenSkeleton) => Promise<Value>,
  ): Promise<Value | null> {
    try {
      return await skeletons.use(path, work)
    } catch (thrown) {
      if (thrown instanceof NotAsItLooked) {
        surroundings.log(`${sessionId} is read whole: ${thrown.message}`)
        skeletons.refuse(path)
        return null
      }
      // Moved or taken away in this moment: whoever reads it whole says so.
      const code = errorCode(thrown)
      if (code === 'ENOENT') return null
      throw code === undefined ? thrown : readFailure(thrown, path)
    }
  }

  /** Damage that a quick look cannot see is told a little later, by reading the session again. */
  function checkSoon(sessionId: string, path: string): void {
    if (checking) clearTimeout(checking)
    checking = setTimeout(() => {
      void skeletons
        .check(path, closing.signal)
        .then((isSound) => {
          // No front has shown a file of no bytes: whoever shows this one reads it again.
          if (!isSound) events.emit('sessions.rearranged', { sessionId, bytes: 0 })
        })
        .catch((thrown) => surroundings.log(`${sessionId} was not checked: ${String(thrown)}`))
    }, checkAfterMs)
    checking.unref()
  }

  const replays = createReplays({
    folder,
    events,
    surroundings,
    async ask(sessionId, question, { model, host }) {
      const prompt = {
        text: question.content,
        attachments: attachmentsOf(question),
        model,
        host,
        think: null,
        workspace: null,
        isHeadless: true,
      }
      const entryId = surroundings.newId()
      const runId = await askSession(sessionId, (replyTo: ReplyTo<string>) => ({
        type: 'prompt',
        prompt,
        entryId,
        isNew: false,
        replyTo,
      }))
      return { runId }
    },
    note: (sessionId, of) => askSession(sessionId, (replyTo) => ({ type: 'note-replay', of, replyTo })),
  })

  /** Between two questions of a replay nobody else's is asked. */
  function refuseReplaying(sessionId: string | null): void {
    if (sessionId !== null && replays.isGoingOn(sessionId)) throw new ExpectedFailure('busy', replayWords.goingOn)
  }

  /** For what is asked or weighed beside a conversation. */
  const besides: NextServices = { folder, models, settings, tools, trust, skills, sandbox: dependencies.sandbox }

  /** Reads only: nobody works in the new session yet, and the other one stays as it is. */
  async function copy(sessionId: string, make: (source: Source) => Promise<CopiedSession>): Promise<CopiedSession> {
    refuseLog(sessionId)
    home.requireWritable()
    await recovered
    const session = runs.get(sessionId)?.session ?? (await openPlaced(await placeOf(sessionId)))
    const made = await make({ sessionId, reading: withLate(session.file.reading(), unrecorded.get(sessionId)) })
    if (made.sessionId !== sessionId) {
      const copied = await openPlaced(await placeOf(made.sessionId))
      events.emit('sessions.changed', await summaryOf(made.sessionId, copied, surroundings))
    }
    return made
  }

  return {
    async list(filter) {
      await recovered
      const isWanted = ({ archived }: PlacedSession) => filter === 'all' || archived === (filter === 'archived')
      const sessions = await sessionList.summaries(await folder.list(), isWanted)
      return { sessions, runs: [...runs.values()].map(({ run }) => stateOf(run)) }
    },
    isAnyRunning: () => runs.size > 0,

    open,
    find,

    async output(sessionId, entryId, from) {
      const running = runs.get(sessionId)?.session
      const path = running?.file.path ?? (await placeOf(sessionId)).path
      const blobs = blobsFolderOf(path)
      const found = running
        ? running.file.reading().records
        : await fromSkeleton(sessionId, path, async ({ skeleton, descriptor }) => {
            const node = skeleton.nodeOf(entryId)
            return node < 0 ? [] : (await nodeReader(skeleton, descriptor, blobs).read(Int32Array.of(node))).records
          })
      const records = found ?? (await openPlaced(await placeOf(sessionId))).file.reading().records
      return await wholeOutput(records, entryId, from, blobs)
    },

    async switchTo(sessionId, entryId) {
      await askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'switch', entryId, replyTo }))
      return await open(sessionId, around(entryId))
    },
    async bytesOf(sessionId) {
      await recovered
      return await readFile((await placeOf(sessionId)).path)
    },
    blob: (name) => readNamedBlob(join(home.path, 'blobs'), name),
    async keepBlob(content, use) {
      home.requireWritable()
      return await folder.keepBlob(content, use)
    },
    async rewind(sessionId, entryId, files) {
      const undoSince = files ? (since: string) => undoAll(checkpoints, sessionId, since) : null
      await askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'rewind', entryId, undoSince, replyTo }))
      return await open(sessionId, { slice: { at: 'end', entryId: null, branch: null } })
    },
    isRunning: (sessionId) => runs.has(sessionId),
    async hide(sessionId, entryId, hidden, slice) {
      await askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'hide', entryId, hidden, replyTo }))
      return await open(sessionId, slice ? { slice } : around(entryId))
    },
    fork: (sessionId, entryId) => copy(sessionId, (source) => forkSession(folder, source, entryId, surroundings)),
    repair: (sessionId) => copy(sessionId, (source) => repairSession(folder, source, surroundings)),

    async adopt(session) {
      home.requireWritable()
      await recovered
      const summary = await adoptSession(folder, session)
      events.emit('sessions.changed', summary)
      return summary
    },
    async mirror(session) {
      home.requireWritable()
      await removeMirrors(mirrors, [session.id])
      await adoptSession(mirrors, session)
    },
    async dropMirrors(ids) {
      home.requireWritable()
      await removeMirrors(mirrors, ids)
      if (ids.length > 0) await clearBlobs(join(home.path, 'cache'))
    },
    async imported() {
      if (!home.readOnly) await clearUnfinished(folder.path)
      return await importedSessions(await folder.list())
    },
    importedFrom: async (sessionId) => await importedIn(await placeOf(sessionId)),

    async folderOf(sessionId, signal) {
      const path = await workspaceOf(sessionId)
      return path === null ? null : await lookAtFolder(path, signal)
    },
    lookAtFolder,
    refusedFolder: async (path) => (await tools.toolboxFor(path, [], null)).refused,
    async trustFolder(sessionId, trusted) {
      const path = await workspaceOf(sessionId)
      if (path === null) throw new ExpectedFailure('invalid-input', messages.failures.noFolder)
      await trust.set(path, trusted)
    },

    decide: (sessionId, answer) =>
      askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'decide', answer, replyTo })),
    asking: (sessionId) => runs.get(sessionId)?.run.live().approval ?? null,
    setMode: (sessionId, mode) => askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'mode', mode, replyTo })),
    setSkill: (sessionId, name, on) =>
      askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'skill', name, on, replyTo })),
    async skillUse(name) {
      const places = await folder.list()
      return await skillUses.of(name, places, async (sessionId) => {
        const [summary] = await sessionList.summaries(places, ({ id }) => id === sessionId)
        return summary?.title ?? ''
      })
    },
    async skillRoom(signal) {
      const model = await models.choose(null)
      const { numCtx } = await models.describe(model, signal)
      return roomFor(model, numCtx, await skills.offered(null, {}))
    },
    setDialect: (sessionId, dialect) =>
      askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'dialect', dialect, replyTo })),
    setAnswers: (sessionId, answers) =>
      askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'answers', answers, replyTo })),

    async context(sessionId, model, signal) {
      await recovered
      const session = runs.get(sessionId)?.session ?? (await recent(await placeOf(sessionId)))
      const { records } = session.file.reading()
      const tree = treeOf(records)
      const chosen = model ?? (await modelOf(tree.path, models))
      const next = await nextRequest({ sessionId, model: chosen, tree }, session, besides, signal)
      return contextUse(next, tree, records)
    },
    async takeWindow(sessionId, model, signal) {
      const { numCtx: tokens } = await models.describe(model, signal)
      await askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'window', window: { model, tokens }, replyTo }))
    },

    rename: (sessionId, title) => askSession(sessionId, (replyTo) => ({ type: 'rename', title, replyTo })),
    async suggestTitle(sessionId, signal) {
      home.requireWritable()
      // One answer at a time with a model: whoever chats must not wait for a title.
      if (runs.size > 0 || titling) throw new ExpectedFailure('busy', titleWords.busy)
      const mine = new AbortController()
      titling = mine
      try {
        const session = await openPlaced(await folder.find(sessionId))
        if (session.archived) throw new ExpectedFailure('denied', messages.failures.sessionArchived)
        const title = await suggestTitle(sessionId, session, besides, AbortSignal.any([signal, mine.signal]))
        return await askSession(sessionId, (replyTo) => ({ type: 'title', title, replyTo }))
      } finally {
        titling = null
      }
    },
    archive: (sessionId) => askSession(sessionId, (replyTo) => ({ type: 'archive', replyTo })),
    restore: (sessionId) => askSession(sessionId, (replyTo) => ({ type: 'restore', replyTo })),
    pin: (sessionId, pinned) => askSession(sessionId, (replyTo) => ({ type: 'pin', pinned, replyTo })),
    delete: (sessionId, permanently) =>
      askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'delete', permanently, replyTo })),

    trash: {
      list: () => trash.list(),
      restore: (sessionId) => askSession(sessionId, (replyTo) => ({ type: 'take-from-trash', replyTo })),
      async empty() {
        home.requireWritable()
        return await trash.empty()
      },
    },

    async replay(sessionId, model, host) {
      refuseLog(sessionId)
      home.requireWritable()
      await recovered
      if (runs.has(sessionId) || replays.isGoingOn(sessionId)) throw new ExpectedFailure('busy', replayWords.running)
      const { file } = await openPlaced(await placeOf(sessionId))
      return await replays.begin({ sessionId, records: file.reading().records }, { model, host })
    },

    async replayPairs(replayId, from) {
      await recovered
      const replayed = (await recent(await placeOf(replayId))).file.reading().records
      const original = headerOf(replayed)?.replayOf ? headerOf(replayed)?.parentSession : null
      if (!original) throw new ExpectedFailure('invalid-input', replayWords.isNone)
      const { file } = await recentOriginal(await placeOf(original))
      return pairsFrom(file.reading().records, replayed, from)
    },

    async send({ sessionId, ...prompt }) {
      refuseReplaying(sessionId)
      const id = sessionId ?? surroundings.newId()
      const isNew = sessionId === null
      const entryId = surroundings.newId()
      const runId = await askSession(id, (replyTo: ReplyTo<string>) => ({
        type: 'prompt',
        prompt,
        entryId,
        isNew,
        replyTo,
      }))
      return { sessionId: id, entryId, runId }
    },

    async edit({ sessionId, ...edit }) {
      refuseReplaying(sessionId)
      const entryId = surroundings.newId()
      const runId = await askSession(sessionId, (replyTo: ReplyTo<string>) => ({
        type: 'edit',
        edit,
        entryId,
        replyTo,
      }))
      return { sessionId, entryId, runId }
    },

    async retry(sessionId, model, entryId) {
      refuseReplaying(sessionId)
      const runId = await askSession(sessionId, (replyTo: ReplyTo<string>) => ({
        type: 'retry',
        model,
        entryId,
        replyTo,
      }))
      return { sessionId, runId }
    },

    async compact(sessionId, { model, wish }) {
      refuseReplaying(sessionId)
      const runId = await askSession(sessionId, (replyTo: ReplyTo<string>) => ({
        type: 'compact',
        model,
        wish,
        replyTo,
      }))
      return { sessionId, runId }
    },

    queue: {
      async add(sessionId, message) {
        refuseReplaying(sessionId)
        const id = surroundings.newId()
        return await askSession(sessionId, (replyTo) => ({ type: 'queue', message: { id, ...message }, replyTo }))
      },
      change: (sessionId, change) =>
        askSession(sessionId, (replyTo: ReplyTo<void>) => ({ type: 'change-queue', change, replyTo })),
      sendNow: (sessionId, id, model) => askSession(sessionId, (replyTo) => ({ type: 'send-now', id, model, replyTo })),
    },

    async stop(sessionId) {
      replays.stop(sessionId)
      if (!runs.has(sessionId)) return false
      return await askSession(sessionId, (replyTo: ReplyTo<boolean>) => ({ type: 'cancel', replyTo }))
    },

    keepBlobs,

    async close() {
      isClosed = true
      closing.abort()
      if (checking) clearTimeout(checking)
      titling?.abort()
      replays.stopAll()
      await recovered
      await Promise.all([...actors.keys()].map((sessionId) => kernel.stop(`sessions/${sessionId}`)))
      stopObserving()
      // The last words of those that ran are in it.
      await sessionList.close()
    },
  }
}

function around(entryId: string) {
  return { slice: { at: 'around' as const, entryId, branch: null } }
}

function stateOf(run: SessionRun): RunState {
  const { text: _text, thinking: _thinking, notices: _notices, ...state } = run.live()
  return state
}
