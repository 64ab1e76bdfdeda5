// The outside wall: every channel between a front (window, terminal) and the main process, declared once.
import { z } from 'zod'
import { answerChoices, answerPatch } from './answers.ts'
import { decision, rule, scope, sessionMode } from './approval.ts'
import { namedAttachment } from './attachment.ts'
import { attachmentCalls, attachments } from './attachment-calls.ts'
import { attachmentLimit } from './attachment-limits.ts'
import { call, nothing } from './call.ts'
import { restored, runChanges } from './changes.ts'
import { contextReport } from './context-report.ts'
import { checkProgress, dataReport } from './data-report.ts'
import { textFields } from './entry-texts.ts'
import { exportFormats } from './export-format.ts'
import { type Answer, failure } from './failure.ts'
import { importProgress, importReport, logKinds, mountedLogs } from './importing.ts'
import { ledgerEntry, ledgerKind, ledgerSummary } from './ledger.ts'
import { messageLimit, wishLimit } from './limits.ts'
import { bulkActs, bulkLimit, listView } from './list-view.ts'
import { hostState } from './model.ts'
import { modelCalls } from './model-calls.ts'
import { pullList } from './pulls.ts'
import { queueState } from './queue.ts'
import { replayCalls, replayChanged, replayState } from './replay.ts'
import { liveRun, runEnd, runFrame, runNotice, runOutput, runState } from './run.ts'
import { seal, visibleFolder } from './seal.ts'
import { indexStatus, searchAnswer, searchQuery } from './search.ts'
import { testedModel, testProgress } from './self-test.ts'
import { serverCalls } from './server-calls.ts'
import { diagnostic, sessionId, sessionSummary, titleLimit, unknownRecord } from './session.ts'
import { dialectChoice, pagePatch, rounds, settings, terminalPatch, thinkLevel } from './settings.ts'
import { skillCalls, skillInstallCalls, skillUseCalls } from './skill-calls.ts'
import { toolEffect } from './tool.ts'
import { tourCalls, tourChanged } from './tour.ts'

export { messageLimit }

/** Largest input of one call, in characters of its JSON; refused before it is parsed. */
export const payloadLimit = 8_000_000

export const notice = z.object({
  id: z.string(),
  severity: z.enum(['info', 'warn', 'fault']),
  code: z.string(),
  message: z.string(),
})
export type Notice = z.infer<typeof notice>

export const appState = z.object({
  version: z.string(),
  /** Absolute path of the data folder. */
  home: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32']),
  settings,
  host: hostState,
  /** Why nothing can be saved, or null when all is well. */
  readOnly: failure.nullable(),
  /** Things the person should know since the start, such as a settings file that was set aside. */
  notices: z.array(notice),
  /** Unsent composer texts by session id; `new` is the composer of a session that does not exist yet. */
  drafts: z.record(z.string(), z.string()),
  /** What is attached to them, by the same keys. */
  attached: z.record(z.string(), z.array(namedAttachment)),
  lastSessionId: z.string().nullable(),
  /** The session panel stands beside the transcript, where there is room for it. */
  isPanelShown: z.boolean(),
  listView,
  /** False until the person has said where their first session shall work, or went on without that. */
  isWelcomed: z.boolean(),
})
export type AppState = z.infer<typeof appState>

/**
 * Which part of a long session is wanted: its end, or what stands around, before or after an entry; or `from` an entry on,
 * as much as a window holds.
 */
export const wantedSlice = z.strictObject({
  at: z.enum(['end', 'around', 'before', 'after', 'from']),
  entryId: z.string().min(1).max(200).nullable(),
  /** An entry of another branch, through which the way goes; null for the active path. */
  branch: z.string().min(1).max(200).nullable(),
})
export type WantedSlice = z.infer<typeof wantedSlice>

export const sessionSlice = z.object({
  /** How many entries of the way stand before the first of these. */
  from: z.number().int(),
  /** Where on the way these end. */
  to: z.number().int(),
  total: z.number().int(),
  /** The entries are of another branch than the active one, namely of the one through this entry. */
  branch: z.string().nullable(),
})
export type SessionSlice = z.infer<typeof sessionSlice>

/** Where words are in a session. */
export const foundInSession = z.object({
  /** How often, in all. */
  total: z.number().int(),
  /** In the order of the way; `count` is how often in this text of the entry. */
  hits: z.array(z.object({ entryId: z.string(), field: z.enum(textFields), count: z.number().int() })),
  /** There is more than is named. */
  isCut: z.boolean(),
})
export type FoundInSession = z.infer<typeof foundInSession>

export const openedSession = z.object({
  session: sessionSummary,
  /** The records on the active path, oldest first. */
  entries: z.array(unknownRecord),
  diagnostics: z.array(diagnostic),
  run: liveRun.nullable(),
  /** What stands at the same place in other branches, in file order; only where there is more than one. */
  versions: z.array(z.object({ entryId: z.string(), ids: z.array(z.string()) })),
  /** Messages of the path that no model is shown. A call and its results are hidden together. */
  hidden: z.array(z.string()),
  /** Results that are not among the entries, because the call they belong to could not be read. */
  leftOut: z.array(z.string()),
  /** Where this session comes from, when it is a fork or a repaired copy of another one. */
  origin: z.object({ sessionId: z.string(), entryId: z.string().nullable() }).nullable(),
  /** When it is a replay: what came of it until now. */
  replay: replayState.nullable().optional(),
  /** What waits to be sent. */
  queue: queueState,
  /** Absolute path of its folder; null when it has none, and no tools. */
  workspace: z.string().nullable(),
  /** How its calls are written. */
  dialect: dialectChoice,
  /** How its model answers. */
  answers: answerChoices,
  /** How much it may do unasked. */
  mode: sessionMode,
  skills: z.object({
    /** By name, which are on or off here whatever holds for all. */
    choices: z.record(z.string(), z.boolean()),
    /** The one skill this session was begun to try; null for any other session. */
    only: z.string().nullable(),
  }),
  /** Which entries these are; what is said about entries is said of these only. Left out: all of them. */
  slice: sessionSlice.optional(),
})
export type OpenedSession = z.infer<typeof openedSession>

/** A part of what a tool answered. */
export const outputPiece = z.object({
  text: z.string(),
  /** Where the next piece begins; null at the end. */
  next: z.number().int().nullable(),
  /** Of the whole, in UTF-16 code units. */
  characters: z.number().int(),
})
export type OutputPiece = z.infer<typeof outputPiece>

export const check = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warn', 'fail']),
  detail: z.string(),
  fix: z.string().nullable(),
})
export type Check = z.infer<typeof check>

export const activityReport = z.object({
  /** Whether each service works, and if not, why. */
  services: z.array(
    z.object({ service: z.string(), state: z.enum(['ok', 'degraded', 'off']), reason: z.string().nullable() }),
  ),
  actors: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      state: z.enum(['starting', 'idle', 'busy', 'restarting', 'stopping']),
      queueLength: z.number(),
      capacity: z.number(),
      restarts: z.number(),
      /** Since the present incarnation began. */
      uptimeMs: z.number(),
      /** Slow work under way beside its mailbox, such as a run. */
      pipes: z.number(),
    }),
  ),
  /** What happened lately that a person may ask about, newest first. */
  happenings: z.array(z.object({ ts: z.string(), severity: z.enum(['info', 'warn', 'fault']), message: z.string() })),
})
export type ActivityReport = z.infer<typeof activityReport>

export const trashedSession = z.object({
  id: z.string(),
  title: z.string(),
  deletedAt: z.string(),
  bytes: z.number(),
})
export type TrashedSession = z.infer<typeof trashedSession>

/** Empty of a message that is attachments alone. */
const text = z.string().max(messageLimit)
const saysSomething = (message: { text: string; attachments?: readonly unknown[] | undefined }) =>
  message.text !== '' || (message.attachments ?? []).length > 0

const question = z.strictObject({
  /** null begins a new session. */
  sessionId: sessionId.nullable(),
  text,
  model: z.string().min(1).max(400).nullable(),
  /** How much the model thinks from here on in this session; null, it stays as it is. */
  think: thinkLevel.nullable(),
  workspace: z.string().max(4_096).nullable(),
  /** How calls are written from here on in this session; left out, it stays as it is. */
  dialect: dialectChoice.optional(),
  /** How its model answers from here on; what is left out stays as it is. */
  answers: answerPatch.optional(),
})

/** More than anybody has skills. */
const mostSkillChoices = 2_000

/** What a page may send: a folder the person has chosen, and no mode that asks less than the usual one. */
const asked = question.extend({
  mode: z.enum(['read-only', 'workspace']).optional(),
  /** Begins a session to try this one skill, on or off: no other is offered in it. It is thrown away when the window shows another one. */
  onlySkill: z.string().min(1).max(200).optional(),
  attachments: attachments.optional(),
  /** Of a session that begins: which skills are on or off in it whatever holds for all, as `skills.setForSession` says it later. */
  skillChoices: z
    .record(z.string().min(1).max(200), z.boolean())
    .refine((choices) => Object.keys(choices).length <= mostSkillChoices)
    .optional(),
})

const entryId = z.string().min(1).max(200)
const queuedId = entryId
const wished = z.string().min(1).max(400).nullable()
const copied = z.object({
  /** The session to go on with: the copy, or this one when nothing had to be repaired. */
  sessionId: z.string(),
  /** Records in it. */
  kept: z.number(),
  /** Places of the original that could not be read and are not in it. */
  skipped: z.number(),
})

const sessionFolder = z.object({
  path: z.string(),
  /** There is an AGENTS.md that may be read. */
  hasInstructions: z.boolean(),
  /** null when the person was never asked. */
  trusted: z.boolean().nullable(),
})
export type SessionFolder = z.infer<typeof sessionFolder>

const many = z.array(sessionId).min(1).max(bulkLimit)
const manyDone = z.object({
  done: z.array(z.string()),
  failed: z.array(z.object({ id: z.string(), failure })),
})

const actorName = z.string().min(1).max(300)

const folderPath = z.string().min(1).max(4_096)
const visibleFolders = z.object({ folders: z.array(visibleFolder) })

const ledgerFilter = z.strictObject({
  since: z.iso.datetime({ offset: true }).optional(),
  sessionId: sessionId.optional(),
  kind: ledgerKind.optional(),
})
export type LedgerFilter = z.infer<typeof ledgerFilter>

const progressId = z.string().min(1).max(100)

const backupWritten = z.object({
  path: z.string(),
  /** Of the archive. */
  bytes: z.number(),
  files: z.number(),
  sessions: z.number(),
  /** What of the data folder is not in it: its name is no safe one, it cannot be read, or it is no file. */
  leftOut: z.array(z.object({ path: z.string(), why: z.enum(['name', 'unreadable', 'kind']) })),
})
export type BackupWritten = z.infer<typeof backupWritten>

export const calls = {
  'app.state': call(
    () => nothing,
    () => appState,
  ),
  /** Everything a person may doubt. `progressId` names it in the pushes that say how far it is. */
  'app.check': call(
    () => z.strictObject({ progressId: z.string().min(1).max(100).optional() }),
    // Without a report of the data when the folder cannot be read; a check says why.
    () => z.object({ checks: z.array(check), data: dataReport.nullable() }),
  ),
  'activity.list': call(
    () => nothing,
    () => activityReport,
  ),
  'activity.restart': call(
    () => z.strictObject({ name: actorName }),
    () => z.object({ restarted: z.boolean() }),
  ),
  'activity.stop': call(
    () => z.strictObject({ name: actorName }),
    () => nothing,
  ),
  /** The guards as they were tried last; the first time it is asked they are tried, and `seal.changed` says what came of it. */
  'sandbox.seal': call(
    () => nothing,
    () => seal,
  ),
  /** Tries every guard now. */
  'sandbox.prove': call(
    () => nothing,
    () => seal,
  ),
  /** What of the person's PATH commands can read. */
  'sandbox.folders': call(
    () => nothing,
    () => visibleFolders,
  ),
  /** Takes a folder from what commands can read; one that the person had added goes altogether. */
  'sandbox.hideFolder': call(
    () => z.strictObject({ folder: folderPath }),
    () => visibleFolders,
  ),
  'settings.update': call(
    () => pagePatch,
    () => settings,
  ),
  /** The same with what commands can see and do. Whoever gives the command has said yes to it. Windows are refused. */
  'terminal.updateSettings': call(
    () => terminalPatch,
    () => settings,
  ),
  'sessions.list': call(
    () => z.strictObject({ filter: z.enum(['active', 'archived', 'all']) }),
    // `unread`: an answer has ended there since the person last looked.
    () => z.object({ sessions: z.array(sessionSummary), runs: z.array(runState), unread: z.array(z.string()) }),
  ),
  /**
   * With `allBranches` the entries are all nodes in file order, and not only those of the active path. With `slice` they are a
   * part of a way, a call never without its results; of a short session all of it.
   */
  'sessions.open': call(
    () => z.strictObject({ sessionId, allBranches: z.boolean().optional(), slice: wantedSlice.optional() }),
    () => openedSession,
  ),
  /** Looks for words in the whole session, without regard to case and accents. */
  'sessions.find': call(
    () => z.strictObject({ sessionId, text: z.string().min(1).max(500), branch: entryId.nullable() }),
    () => foundInSession,
  ),
  /** All of what a tool answered, of which its entry may have the beginning only: the piece from this place on. */
  'sessions.output': call(
    () => z.strictObject({ sessionId, entryId, from: z.number().int().nonnegative() }),
    () => outputPiece,
  ),
  /** Shows the branch through this entry, at the place where it was left. */
  'sessions.switch': call(
    () => z.strictObject({ sessionId, entryId }),
    () => openedSession,
  ),
  /** Whether models are shown this message. */
  'sessions.hide': call(
    () => z.strictObject({ sessionId, entryId, hidden: z.boolean(), slice: wantedSlice.optional() }),
    () => openedSession,
  ),
  /** A new session with everything up to this entry, or up to the end of the active path. */
  'sessions.fork': call(
    () => z.strictObject({ sessionId, entryId: entryId.nullable() }),
    () => copied,
  ),
  /** A copy of everything that can be read, beside the file, which stays as it is. */
  /** Logs of other programs and of other Carrels become sessions. Windows are refused: no page may name a path. */
  'terminal.import': call(
    () =>
      z.strictObject({
        /** Absolute paths of files and folders. */
        paths: z.array(z.string().min(1).max(4_096)).min(1).max(1_000),
        from: z.enum(['auto', ...logKinds]),
        progressId: z.string().min(1).max(100).optional(),
      }),
    importReport,
  ),
  /** Logs that stay where they are, to be read and searched. */
  'logs.list': call(
    () => nothing,
    () => z.object({ mounts: z.array(mountedLogs()) }),
  ),
  /** Windows are refused: no page may name a path. */
  'terminal.mountLogs': call(
    () => z.strictObject({ path: z.string().min(1).max(4_096), from: z.enum(['auto', ...logKinds]) }),
    () => z.object({ mounts: z.array(mountedLogs()) }),
  ),
  'terminal.unmountLogs': call(
    () => z.strictObject({ path: z.string().min(1).max(4_096) }),
    () => z.object({ mounts: z.array(mountedLogs()) }),
  ),
  /** Where a session comes from that was imported; null when it was made here. */
  'sessions.importedFrom': call(
    () => z.strictObject({ sessionId }),
    () =>
      z.object({
        imported: z.object({ from: z.string(), path: z.string(), folder: z.string().nullable() }).nullable(),
      }),
  ),
  /** As it leaves Carrel. The bytes themselves, since a damaged file is no text. */
  'sessions.export': call(
    () => z.strictObject({ sessionId, format: z.enum(exportFormats) }),
    () => z.object({ base64: z.string() }),
  ),
  /** Through all sessions. `settle` waits until everything there is is in the index. */
  'search.query': call(() => searchQuery().extend({ settle: z.boolean().optional() }), searchAnswer),
  'index.status': call(() => nothing, indexStatus),
  /** Makes the index anew beside the old one, which answers until then. */
  'index.rebuild': call(() => nothing, indexStatus),
  /** A copy of everything that can be read, beside the file, which stays as it is. */
  'sessions.repair': call(
    () => z.strictObject({ sessionId }),
    () => copied,
  ),
  /** The session's folder, and whether what it says (AGENTS.md) is shown to the model. */
  'sessions.folder': call(
    () => z.strictObject({ sessionId }),
    () => z.object({ folder: sessionFolder.nullable() }),
  ),
  /** How its calls are written from here on. */
  'sessions.setDialect': call(
    () => z.strictObject({ sessionId, dialect: dialectChoice }),
    () => nothing,
  ),
  /** How its model answers from here on. What is left out stays as it is; null is the model's own, or the person's settings. */
  'sessions.setAnswers': call(
    () => z.strictObject({ sessionId, answers: answerPatch }),
    () => nothing,
  ),
  /** What stands in the window of its model; null is the one that answered last. */
  'sessions.context': call(
    () => z.strictObject({ sessionId, model: z.string().min(1).max(400).nullable() }),
    contextReport,
  ),
  /** From here on it asks that model for the window that new sessions have. */
  'sessions.takeWindow': call(
    () => z.strictObject({ sessionId, model: z.string().min(1).max(400) }),
    () => nothing,
  ),
  /** By its session: no page can name a folder of its own choice. */
  'sessions.trustFolder': call(
    () => z.strictObject({ sessionId, trusted: z.boolean() }),
    () => nothing,
  ),
  'sessions.rename': call(
    () => z.strictObject({ sessionId, title: z.string().trim().min(1).max(titleLimit) }),
    () => sessionSummary,
  ),
  /** By the model, when nothing is being answered; a name the person gave stays. */
  'sessions.suggestTitle': call(
    () => z.strictObject({ sessionId }),
    () => sessionSummary,
  ),
  'sessions.archive': call(
    () => z.strictObject({ sessionId }),
    () => sessionSummary,
  ),
  'sessions.restore': call(
    () => z.strictObject({ sessionId }),
    () => sessionSummary,
  ),
  'sessions.pin': call(
    () => z.strictObject({ sessionId, pinned: z.boolean() }),
    () => sessionSummary,
  ),
  /** Into the trash. */
  'sessions.delete': call(
    () => z.strictObject({ sessionId }),
    () => nothing,
  ),
  /** The same with many: each is done or refused for itself. `take-back` is out of the trash. */
  'sessions.bulk': call(
    () => z.strictObject({ act: z.enum(bulkActs), sessionIds: many }),
    () => manyDone,
  ),
  /** The person has this session before their eyes: nothing in it is unread any more. */
  'sessions.looked': call(
    () => z.strictObject({ sessionId }),
    () => nothing,
  ),
  /** Past the trash. Windows are refused: no page may make anything irrevocable. */
  'terminal.deleteForGood': call(
    () => z.strictObject({ sessionId }),
    () => nothing,
  ),
  'trash.list': call(
    () => nothing,
    () => z.object({ trash: z.array(trashedSession) }),
  ),
  'trash.restore': call(
    () => z.strictObject({ sessionId }),
    () => sessionSummary,
  ),
  /** For good, so windows are refused here, too. */
  'terminal.emptyTrash': call(
    () => nothing,
    () => z.object({ done: z.array(z.string()), failed: z.array(z.object({ id: z.string(), failure })) }),
  ),
  'chat.send': call(
    () => asked.refine(saysSomething),
    () => z.object({ sessionId: z.string(), entryId: z.string(), runId: z.string() }),
  ),
  /** The same to a server of its own for one run. No page may choose where a person's words go: windows are refused. */
  'terminal.send': call(
    () =>
      question
        .extend({
          host: z.string().max(2_000).nullable(),
          /** Absolute paths of what is to be attached, as the person has named them. */
          attach: z.array(z.string().min(1).max(4_096)).max(attachmentLimit).optional(),
          /** The folder was not named by the person: if it may be none, the session has none. */
          workspaceIfAllowed: z.literal(true).optional(),
          /** How much this run may do unasked. Nobody is there to be asked: what would have to be is denied. */
          mode: sessionMode.optional(),
          /** What would have to be asked for and is allowed for this run, as far as a flag can allow it. */
          allow: z.array(toolEffect).max(4).optional(),
          /** Lets what the folder says and its skills in, from here on. */
          trustFolder: z.boolean().optional(),
          /** False: no skills for this run. */
          skills: z.boolean().optional(),
          /** In place of the person's setting, for this run. */
          rounds: rounds.optional(),
        })
        .refine(({ text: said, attach }) => saysSomething({ text: said, attachments: attach })),
    () => z.object({ sessionId: z.string(), entryId: z.string(), runId: z.string() }),
  ),
  /** A question of a person who sits at a terminal and is asked what has to be asked. Windows are refused: it names a folder. */
  'terminal.ask': call(
    () =>
      question.extend({
        host: z.string().max(2_000).nullable(),
        /** How much a new session may do unasked. */
        mode: sessionMode.optional(),
        /** Lets what the folder says and its skills in, from here on. */
        trustFolder: z.boolean().optional(),
      }),
    () => z.object({ sessionId: z.string(), entryId: z.string(), runId: z.string() }),
  ),
  /** How much a session may do unasked. Whoever is at the terminal has said yes to it by a key there. Windows are refused. */
  'terminal.setMode': call(
    () => z.strictObject({ sessionId, mode: sessionMode }),
    () => nothing,
  ),
  /** A window that came second asks the owner of the data folder for it. False: it keeps it, as a window does. */
  'owner.yield': call(
    () => nothing,
    () => z.object({ yields: z.boolean() }),
  ),
  /** A folder in which a session may begin; `refused` says why not, in a sentence. Windows are refused. */
  'terminal.folder': call(
    () => z.strictObject({ path: folderPath }),
    () => z.object({ folder: sessionFolder, refused: z.string().nullable() }),
  ),
  /** Asks an earlier question in other words: a new branch beside it. */
  'chat.edit': call(
    () =>
      z.strictObject({
        sessionId,
        entryId,
        /** Empty only where something is attached to the question. */
        text,
        model: z.string().min(1).max(400).nullable(),
      }),
    () => z.object({ sessionId: z.string(), entryId: z.string(), runId: z.string() }),
  ),
  /** Answers the question at or before this entry again, or the last one: a new branch beside the earlier answer. */
  'chat.retry': call(
    () => z.strictObject({ sessionId, model: z.string().min(1).max(400).nullable(), entryId: entryId.optional() }),
    () => z.object({ sessionId: z.string(), runId: z.string() }),
  ),
  /** Has the model summarise all but the latest. `run.ended` says what came of it; the summary is among the entries. */
  'sessions.compact': call(
    () =>
      z.strictObject({
        sessionId,
        model: z.string().min(1).max(400).nullable(),
        wish: z.string().min(1).max(wishLimit).nullable(),
      }),
    () => z.object({ sessionId: z.string(), runId: z.string() }),
  ),
  /**
   * The answer to what a session asks. Before a command is run without a sandbox the main process asks natively, too: `cancelled`
   * is the person's no to that, and the session goes on asking.
   */
  'approval.decide': call(
    () =>
      z.strictObject({
        sessionId,
        approvalId: z.string().regex(/^[0-9a-f]{32}$/),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        decision,
        scope,
        note: z.string().trim().max(2_000).nullable(),
      }),
    () => nothing,
  ),
  'chat.stop': call(
    () => z.strictObject({ sessionId }),
    () => z.object({ stopped: z.boolean() }),
  ),
  /** To be sent when the answer has ended; at once when it has just ended. A correction is heard between two tools. */
  'queue.add': call(
    () =>
      z
        .strictObject({ sessionId, text, isCorrection: z.boolean(), attachments: attachments.optional() })
        .refine(saysSomething),
    () => z.object({ id: z.string(), isSent: z.boolean() }),
  ),
  /** In other words, and with these attachments in this order; left out, they stay as they are. */
  'queue.edit': call(
    () => z.strictObject({ sessionId, id: queuedId, text, attachments: attachments.optional() }),
    () => nothing,
  ),
  /** To this place, counted without itself. */
  'queue.move': call(
    () => z.strictObject({ sessionId, id: queuedId, to: z.number().int().min(0) }),
    () => nothing,
  ),
  'queue.remove': call(
    () => z.strictObject({ sessionId, id: queuedId }),
    () => nothing,
  ),
  /** Makes a correction of what waits. */
  'queue.correct': call(
    () => z.strictObject({ sessionId, id: queuedId }),
    () => nothing,
  ),
  /** Stops the answer that is being written, if there is one, and sends this; the others go on waiting behind it. */
  'queue.sendNow': call(
    () => z.strictObject({ sessionId, id: queuedId, model: wished }),
    () => z.object({ entryId: z.string(), runId: z.string() }),
  ),
  /** Lasting decisions, newest first. */
  'rules.list': call(
    () => nothing,
    () => z.object({ rules: z.array(rule) }),
  ),
  'rules.revoke': call(
    () => z.strictObject({ id: z.string().min(1).max(200) }),
    () => z.object({ revoked: z.boolean() }),
  ),
  /** What has happened at the border, newest first; 1,000 entries unless told. */
  'ledger.list': call(
    () => ledgerFilter.extend({ limit: z.number().int().min(1).max(1_000_000).optional() }),
    // Why nothing can be written to it just now, or null: then what is here may not be all.
    () => ledgerSummary.extend({ fault: failure.nullable() }),
  ),
  /** What the runs of a session have changed, oldest first; without a session, of the one that changed files last. */
  'changes.list': call(
    () => z.strictObject({ sessionId: sessionId.nullable() }),
    () => z.object({ sessionId: z.string().nullable(), runs: z.array(runChanges) }),
  ),
  /** One run's changes back, or those of the last run that is not undone. All or nothing: `conflicts` says why nothing. */
  'changes.undo': call(
    () => z.strictObject({ sessionId, runId: z.string().min(1).max(200).nullable() }),
    () => restored,
  ),
  'changes.redo': call(
    () => z.strictObject({ sessionId, runId: z.string().min(1).max(200).nullable() }),
    () => restored,
  ),
  /** Back to before this question, with the files of its folder or without. */
  'sessions.rewind': call(
    () => z.strictObject({ sessionId, entryId, files: z.boolean() }),
    () => openedSession,
  ),
  'drafts.write': call(
    () => z.strictObject({ key: z.union([sessionId, z.literal('new')]), text: z.string().max(messageLimit) }),
    () => nothing,
  ),
  'window.remember': call(
    () => z.strictObject({ lastSessionId: sessionId.nullable() }),
    () => nothing,
  ),
  'window.rememberList': call(
    () => listView,
    () => nothing,
  ),
  'window.rememberPanel': call(
    () => z.strictObject({ isShown: z.boolean() }),
    () => nothing,
  ),
  'window.rememberWelcome': call(
    () => nothing,
    () => nothing,
  ),
  /** Everything in the trash for good, if the person says yes to a native question; no page can answer it. */
  'window.emptyTrash': call(
    () => nothing,
    () =>
      z.object({
        agreed: z.boolean(),
        done: z.array(z.string()),
        failed: z.array(z.object({ id: z.string(), failure })),
      }),
  ),
  /** The system's own dialog. `refused` says why the chosen folder may be none. */
  'window.chooseFolder': call(
    () => nothing,
    () => z.object({ folder: z.string().nullable(), refused: z.string().nullable() }),
  ),
  /** Where sessions were begun, the newest first. */
  'window.folders': call(
    () => nothing,
    () => z.object({ folders: z.array(z.string()) }),
  ),
  /** How much a session may do unasked. Whatever lets more happen is asked natively; no page can answer that. */
  'window.setMode': call(
    () => z.strictObject({ sessionId, mode: sessionMode }),
    () => z.object({ agreed: z.boolean() }),
  ),
  /** One more folder for commands to read, out of the system's own dialog. `refused` says why it may be none. */
  'window.addVisibleFolder': call(
    () => nothing,
    () => visibleFolders.extend({ folder: z.string().nullable(), refused: z.string().nullable() }),
  ),
  /** Shows commands a folder again that was hidden from them, if the person says yes to a native question. */
  'window.unhideFolder': call(
    () => z.strictObject({ folder: folderPath }),
    () => visibleFolders.extend({ agreed: z.boolean() }),
  ),
  /** Switched on only if the person says yes to a native question; no page can answer that. Off at once. */
  'window.setCommandsWithoutSandbox': call(
    () => z.strictObject({ on: z.boolean() }),
    () => z.object({ agreed: z.boolean() }),
  ),
  /** The whole data folder into a file that is not there yet, at an absolute path. */
  'terminal.backup': call(
    () => z.strictObject({ path: z.string().min(1).max(4_096), progressId }),
    () => backupWritten,
  ),
  /** The person chooses place and name natively; null when they chose none. */
  'window.backup': call(
    () => z.strictObject({ progressId }),
    () => z.object({ written: backupWritten.nullable() }),
  ),
  /**
   * The person chooses a backup natively and is asked natively, by what is in it. Then it is compared, and the app begins anew with
   * it: what they had is kept beside. `begins` is false when they chose none or said no.
   */
  'window.restoreBackup': call(
    () => z.strictObject({ progressId }),
    () => z.object({ begins: z.boolean() }),
  ),
  /** Into a file of the person's choice: JSON lines, or CSV when its name ends so. null when they chose none. */
  /** The person chooses place, name and form natively; null when they chose none. */
  'window.exportSession': call(
    () => z.strictObject({ sessionId }),
    () => z.object({ saved: z.string().nullable() }),
  ),
  /** The person chooses a folder natively; each session becomes a file of a new name in it. null when they chose none. */
  'window.exportSessions': call(
    () => z.strictObject({ sessionIds: many, format: z.enum(exportFormats) }),
    () => manyDone.extend({ saved: z.string().nullable() }),
  ),
  /** Logs that the person chooses natively, files or a folder; null when they chose none. `progressId` names it in the pushes. */
  'window.importSessions': call(
    () => z.strictObject({ what: z.enum(['files', 'folder']), progressId: z.string().min(1).max(100) }),
    () => z.object({ report: importReport().nullable() }),
  ),
  'window.exportLedger': call(
    () => ledgerFilter,
    () => z.object({ saved: z.string().nullable(), entries: z.number().int() }),
  ),
  'window.openLink': call(
    () => z.strictObject({ url: z.string().max(8_000) }),
    () => z.object({ opened: z.boolean() }),
  ),
  'window.showDataFolder': call(
    () => nothing,
    () => nothing,
  ),
  ...modelCalls,
  ...serverCalls,
  ...attachmentCalls,
  ...skillCalls,
  ...skillUseCalls,
  ...skillInstallCalls,
  ...tourCalls,
  ...replayCalls,
} as const

/** For the types of them: what the main process itself says is not parsed again, so these are never made. */
export const pushes = () =>
  ({
    'app.notice': notice,
    /** Another process has given the data folder back, or nothing can be written any more. */
    'access.changed': z.object({ readOnly: failure.nullable() }),
    'activity.changed': z.strictObject({}),
    /** How far a check has come that was asked for with this id. */
    'check.progress': checkProgress.extend({ progressId: z.string() }),
    /** How far an import has come that was asked for with this id. */
    'import.progress': importProgress().extend({ progressId: z.string() }),
    /** How many bytes of a backup were written, or of a restored one compared. */
    'backup.progress': z.object({ progressId: z.string(), bytes: z.number(), ofBytes: z.number() }),
    'settings.changed': settings,
    'models.changed': hostState,
    /** How far a test of a model is. */
    'models.testing': testProgress(),
    'models.tested': testedModel(),
    /** How far the pulls are; a few times a second while one is under way. */
    'pulls.changed': pullList(),
    /** The guards of commands were tried again. */
    'seal.changed': seal,
    /** A session was made, renamed, pinned, archived, restored, or grew. */
    'sessions.changed': sessionSummary,
    /** A session is in the trash, or gone for good. */
    'sessions.removed': z.object({ sessionId: z.string() }),
    'unread.changed': z.object({ sessionId: z.string(), isUnread: z.boolean() }),
    /** What lay in the trash is gone for good. What comes into it and leaves it again, the other pushes say. */
    'trash.changed': z.strictObject({}),
    /** Entries were appended to a session's active path. */
    'sessions.appended': z.object({ sessionId: z.string(), entries: z.array(unknownRecord) }),
    /** Another branch is shown, or something was hidden: whoever shows this session reads it again. */
    'sessions.rearranged': z.object({
      sessionId: z.string(),
      /** Size of the file after it: whoever has opened the session at this size has seen it. */
      bytes: z.number(),
    }),
    /** How far the search index is. */
    'index.changed': indexStatus(),
    /** What waits to be sent in a session is another. */
    'queue.changed': queueState.extend({ sessionId: z.string() }),
    /** A folder's real path, and whether it is trusted now. */
    'trust.changed': z.object({ folder: z.string(), trusted: z.boolean() }),
    /** A rule was made, used or revoked. */
    'rules.changed': z.strictObject({}),
    /** What lies in the folders of skills, or what is switched on: whoever shows them asks again. */
    'skills.changed': z.strictObject({}),
    'ledger.added': ledgerEntry,
    /** What runs of a session have changed, was undone or redone. */
    'changes.changed': z.object({ sessionId: z.string() }),
    'tour.changed': tourChanged(),
    /** How far a replay is, before each of its questions and at its end. */
    'replay.changed': replayChanged,
    'run.changed': runState,
    'run.frame': runFrame,
    'run.notice': runNotice,
    'run.output': runOutput,
    'run.ended': runEnd,
    /** A notification was answered: this session is to be seen. */
    /** At its end; or at an entry, in which the terms are marked. */
    'window.openSession': z.object({
      sessionId: z.string(),
      at: z.object({ entryId: z.string(), terms: z.array(z.string()) }).optional(),
    }),
    /** The native menu or a second start asks the window to do something it has a command for. */
    'window.command': z.object({
      command: z.enum([
        'new-session',
        'open-settings',
        'search',
        'open-skills',
        'open-ledger',
        'open-trash',
        'open-import',
        'focus-composer',
        'find-in-session',
        'stop',
        'toggle-sidebar',
        'toggle-panel',
        'rename-session',
        'retitle-session',
        'compact-session',
        'pin-session',
        'archive-session',
        'export-session',
        'delete-session',
        'select-sessions',
      ]),
    }),
  }) as const

export type Channel = keyof typeof calls
export type Input<Name extends Channel> = z.input<(typeof calls)[Name]['input']>
export type ParsedInput<Name extends Channel> = z.output<(typeof calls)[Name]['input']>
export type Output<Name extends Channel> = z.output<(typeof calls)[Name]['output']>

type Pushes = ReturnType<typeof pushes>
export type PushName = keyof Pushes
export type PushPayload<Name extends PushName> = z.output<Pushes[Name]>
export type Push = { [Name in PushName]: { push: Name; payload: PushPayload<Name> } }[PushName]

/** One function a channel: a missing handler or an unknown channel does not compile. */
export type Handlers = {
  [Name in Channel]: (input: ParsedInput<Name>, signal: AbortSignal) => Promise<Output<Name>>
}

/** The client's side of the wall, the same for the window and the terminal. */
export interface Bridge {
  /** Never rejects: a failure is a value. Aborting the signal cancels the call at the other side. */
  call<Name extends Channel>(channel: Name, input: Input<Name>, signal?: AbortSignal): Promise<Answer<Output<Name>>>
  /** Calls back for every push of this name until the returned function is called. */
  on<Name extends PushName>(name: Name, listener: (payload: PushPayload<Name>) => void): () => void
  /** Says that the last frame is on the screen, so the next one may be sent. */
  painted(): void
}

/** What the preload script exposes: the four wire messages and nothing else. */
export interface WirePort {
  call(callId: string, channel: string, input: unknown): Promise<Answer<unknown>>
  cancel(callId: string): void
  painted(): void
  onPush(listener: (push: Push) => void): void
  /** Where a File of the pointer or the clipboard lies; empty for one that the page has made. */
  pathOf(file: object): string
}

/** Name under which the preload script exposes the WirePort. */
export const wirePortName = 'carrelWire'
