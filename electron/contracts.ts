// The inside walls: one interface for every service of the main process, and the events between them.

import type { AnswerPatch, Sampling } from '../shared/answers.ts'
import type { Approval, AskReason, Decision, Rule, Scope, SessionMode, Subject } from '../shared/approval.ts'
import type { Attachment, KeptAttachment, NamedAttachment, PlaceAttachment } from '../shared/attachment.ts'
import type { Restored, RunChanges } from '../shared/changes.ts'
import type { ContextReport } from '../shared/context-report.ts'
import type { ModelWindow } from '../shared/context-window.ts'
import type { CheckProgress, DataReport } from '../shared/data-report.ts'
import type { ExportFormat } from '../shared/export-format.ts'
import type { Answer, Failure, FailureCode } from '../shared/failure.ts'
import type { ImportProgress, ImportReport, LogChoice, MountedLogs } from '../shared/importing.ts'
import type {
  ActivityReport,
  Bridge,
  Check,
  FoundInSession,
  Notice,
  OpenedSession,
  OutputPiece,
  Push,
  SessionFolder,
  TrashedSession,
  WantedSlice,
} from '../shared/ipc.ts'
import type { LedgerEntry, LedgerKind, LedgerSummary } from '../shared/ledger.ts'
import type { ListView } from '../shared/list-view.ts'
import type { HostState, ModelDetails, ModelRoom } from '../shared/model.ts'
import type { Pull } from '../shared/pulls.ts'
import type { QueuedText, QueueState } from '../shared/queue.ts'
import type { ReplayPairs, ReplayState } from '../shared/replay.ts'
import type { RunEnd, RunFrame, RunNotice, RunOutput, RunState } from '../shared/run.ts'
import type { Seal, VisibleFolder } from '../shared/seal.ts'
import type { IndexStatus, SearchAnswer, SearchQuery } from '../shared/search.ts'
import type { SelfTest, TestedModel, TestProgress } from '../shared/self-test.ts'
import type { ListedServer, TokenState, WishedServer } from '../shared/servers.ts'
import type { SessionRecord, SessionSummary, StopReason, UnknownRecord, Usage } from '../shared/session.ts'
import type { DialectChoice, Settings, SettingsPatch, ThinkLevel } from '../shared/settings.ts'
import type {
  OfferedSkill,
  ShownFile,
  SkillContent,
  SkillDetails,
  SkillInspection,
  SkillJudgement,
  SkillLibrary,
  SkillRoom,
  SkillSummary,
  SkillUse,
  TrashedSkill,
} from '../shared/skills.ts'
import type { Thinking } from '../shared/thinking.ts'
import type { RefusalReason, ToolDetail, ToolEffect } from '../shared/tool.ts'
import { capability } from './kernel/capabilities.ts'
import type { EventBus } from './kernel/event-bus.ts'
import type { Kernel } from './kernel/types.ts'

/** Everything that happens inside and that a front may want to show. */
export interface AppEvents {
  'app.notice': Notice
  /** Whether this process may write to the data folder. */
  'access.changed': { readOnly: Failure | null }
  /** Something about an actor or a service has changed; what, the list says. */
  'activity.changed': Record<string, never>
  'check.progress': CheckProgress & { progressId: string }
  'import.progress': ImportProgress & { progressId: string }
  'backup.progress': { progressId: string; bytes: number; ofBytes: number }
  'settings.changed': Settings
  'models.changed': HostState
  'pulls.changed': { pulls: Pull[] }
  'sessions.changed': SessionSummary
  /** A session is in the trash, or gone for good. */
  'sessions.removed': { sessionId: string }
  /** An answer has ended where nobody looked, or somebody has looked now. */
  'unread.changed': { sessionId: string; isUnread: boolean }
  /** Another branch is shown, or something was hidden. */
  'sessions.rearranged': { sessionId: string; bytes: number }
  /** A folder's real path, and whether it is trusted now. */
  'trust.changed': { folder: string; trusted: boolean }
  /** What lay in the trash is gone for good. */
  'trash.changed': Record<string, never>
  'sessions.appended': { sessionId: string; entries: UnknownRecord[] }
  /** How far the search index is. */
  'index.changed': IndexStatus
  'queue.changed': QueueState & { sessionId: string }
  'models.testing': TestProgress
  'models.tested': TestedModel
  'run.changed': RunState
  /** One piece as it came from the model; the gateway joins them into frames. */
  'run.delta': RunFrame
  'run.notice': RunNotice
  /** A piece of what a command writes, joined already. */
  'run.output': RunOutput
  'run.ended': RunEnd
  /** The guards were tried again. */
  'seal.changed': Seal
  /** A rule was made, used or revoked. */
  'rules.changed': Record<string, never>
  /** What lies in the folders of skills, or what is switched on. */
  'skills.changed': Record<string, never>
  'ledger.added': LedgerEntry
  /** What runs of a session have changed, was undone or redone. */
  'changes.changed': { sessionId: string }
  /** The session in which the tour goes on; null when it is over. */
  'tour.changed': { sessionId: string | null }
  'replay.changed': ReplayState & { sessionId: string }
}

export type Events = EventBus<AppEvents>

/** What the surroundings give: the same in tests, in the window and in the terminal. */
export interface Surroundings {
  now(): Date
  /** A new id that sorts by time: a UUIDv7. */
  newId(): string
  environment: Readonly<Record<string, string | undefined>>
  appVersion: string
  /** One line for the person who looks into a problem; never a secret, never a prompt. */
  log(line: string): void
}

/** The data folder and the right to write to it. */
export interface Home {
  readonly path: string
  /** null when this process may write; else why not. An owner that came too late may be given the right later on. */
  readonly readOnly: Failure | null
  /** Where the process that owns the folder can be attached to, when that is another one on this machine. */
  readonly otherSocket: string | null
  /** Where this process shall listen when it is the owner. */
  readonly socketPath: string
  /** Tries to become the owner every second until it is; tells whenever the answer is another one. */
  watch(signal: AbortSignal, tell: (readOnly: Failure | null) => void): void
  /** Throws the readOnly failure when this process may not write. */
  requireWritable(): void
  /** The text of a file in the folder, or null when there is none. */
  read(name: string): Promise<string | null>
  /** Replaces a file in the folder as a whole: after a crash it has the old text or the new one. */
  write(name: string, text: string): Promise<void>
  /** Keeps a file under a new name beside its place and answers that name; nothing is deleted. */
  setAside(name: string): Promise<string>
  /** A folder beside this one, on its disk, for what is to take the place of what is in it. It is still to be made. */
  stage(): Promise<{ name: string; path: string }>
  /**
   * At the next opening by an owner what was staged takes the place of what is here, which is kept beside it: answers where, or
   * null when there is nothing. Rules and trusted folders only `withRights`.
   */
  exchange(staged: string, withRights: boolean): Promise<{ kept: string | null }>
  /** Gives the lock back. */
  close(): Promise<void>
}

export interface SettingsStore {
  current(): Settings
  update(patch: SettingsPatch): Promise<Settings>
  /** Reads the file again: another process may have written it until now. */
  reload(): Promise<void>
  /** What was wrong with the file when it was read. */
  readonly notices: readonly Notice[]
  /** Unsent composer texts and the like: small values that are not settings. */
  readonly desk: Desk
  /** Resolves when everything that was to be written is on the disk. */
  close(): Promise<void>
}

/** What lies open on the desk between two starts: unsent and waiting texts, the last session. Best effort, never a failure. */
export interface Desk {
  drafts(): Record<string, string>
  writeDraft(key: string, text: string): Promise<void>
  /** What is attached to unsent texts, by the same keys. */
  attached(): Record<string, readonly NamedAttachment[]>
  /** Counts at once, and is on the disk when this resolves. */
  writeAttached(key: string, attached: readonly NamedAttachment[]): Promise<void>
  /** Only for sessions that are gone for good, so never for one in the trash. */
  forget(sessionIds: readonly string[]): Promise<void>
  /** What waits to be sent in a session, in its order. */
  queue(sessionId: string): readonly QueuedText[]
  /** Counts at once, and is on the disk when this resolves. */
  writeQueue(sessionId: string, items: readonly QueuedText[]): Promise<void>
  /** Reads again what another process may have sent until now. */
  reload(): Promise<void>
  /** Folders that sessions were begun in, the newest first; a few. */
  folders(): readonly string[]
  rememberFolder(folder: string): Promise<void>
  lastSessionId(): string | null
  rememberSession(sessionId: string | null): Promise<void>
  /** Whether the session panel stands beside the transcript. */
  isPanelShown(): boolean
  rememberPanel(isShown: boolean): Promise<void>
  /** The person has said where their first session shall work, or went on without that. */
  isWelcomed(): boolean
  rememberWelcome(): Promise<void>
  /** Sessions whose answer has ended since their person last looked. */
  unread(): readonly string[]
  /** Counts at once. */
  setUnread(sessionId: string, isUnread: boolean): Promise<void>
  /** Sessions that were begun to try a skill, and are to be thrown away when nobody looks at them. */
  tried(): readonly string[]
  /** Counts at once. */
  setTried(sessionId: string, isTried: boolean): Promise<void>
  listView(): ListView
  rememberListView(view: ListView): Promise<void>
  windowPlace(): WindowPlace | null
  rememberWindow(place: WindowPlace): Promise<void>
}

/** Where the window stood, in screen pixels. */
export interface WindowPlace {
  x: number
  y: number
  width: number
  height: number
  maximized: boolean
}

/** One message as a model is shown it. */
export interface ModelMessage {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string
  thinking?: string
  /** Encoded pictures, of any format the model takes. */
  images?: readonly Uint8Array[]
  /** What an assistant message called. */
  toolCalls?: readonly ToolCall[]
  /** Whose result a tool message is. */
  toolCallId?: string
  toolName?: string
}

/** One call as the model made it. Its id is unlike every other in the conversation, whatever the server sent. */
export interface ToolCall {
  id: string
  /** Empty when the model gave none. */
  name: string
  /** null when they were neither an object nor the JSON text of one. */
  arguments: Readonly<Record<string, unknown>> | null
}

/** A tool as a model is told of it; the parameters are a JSON schema. */
export interface FunctionTool {
  name: string
  description: string
  parameters: Readonly<Record<string, unknown>>
}

/** What a call came to. Also a call that was refused, failed or was stopped has one. */
export interface ToolOutcome {
  /** What the model is shown: no longer than was asked for, without control tokens and control characters. */
  content: string
  isError: boolean
  /** What kind of error; a reason when a guard refused. */
  failure: { code: FailureCode; reason: RefusalReason | null } | null
  /** The whole text when `content` is a part of it, equally clean. */
  full: string | null
  detail: ToolDetail | null
  /** A picture for a model that can see. */
  image: { mime: string; bytes: Uint8Array } | null
}

export interface ToolOptions {
  /** Longest content, in UTF-16 code units: 8,000 unless told, and the caller's share of the model's context. */
  characters?: number
  /** Whether the model can see pictures. */
  seesImages?: boolean
  /** What a person has allowed for this one call after it was refused for that; counts for `secret` and `hard-link`. */
  permitted?: readonly RefusalReason[]
  /** Hears what a command writes while it runs. */
  onOutput?: (text: string) => void
  /** What a person has allowed for this one call after they were shown it: this very command, once, without a sandbox. */
  withoutSandbox?: { command: string }
  /** Asked for each further host that a page leads to. */
  mayVisit?: (url: URL) => Promise<boolean>
}

/** The tools of one run. */
export interface Toolbox {
  /** As the model is told of them; byte for byte the same at each call, so that the server's cache holds. */
  list(): readonly FunctionTool[]
  /** null when there is no such tool. */
  effectOf(name: string): ToolEffect | null
  /** Throws for a bug only: an unknown tool, wrong arguments, a refusal and a stop are outcomes. */
  run(
    name: string,
    args: Readonly<Record<string, unknown>> | null,
    signal: AbortSignal,
    options?: ToolOptions,
  ): Promise<ToolOutcome>
}

/** For whom a toolbox is opened: what its tools need beside the files. */
export interface ToolSession {
  id: string
  /** Whether commands may write to the workspace, as it is now. */
  mayWrite(): boolean
}

/** The skills of one run, as its tools need them. */
export interface ToolSkills {
  /** In the order a model is told of them. */
  readonly offered: readonly OfferedSkill[]
  /** Throws `not-found` when it is gone or is another one than was offered. */
  read(skill: OfferedSkill, signal: AbortSignal): Promise<SkillContent>
  /** The model is still shown all that this one says. */
  isShown(skill: OfferedSkill): boolean
  /** Those it has used in this conversation: commands can read their folders. */
  used(): readonly OfferedSkill[]
}

/** The attachments of one conversation, as its tools need them. */
export interface ToolAttachments {
  /** The text, in UTF-8, that a path names as the model was given it; null for what is not there. */
  read(handle: string): Promise<Uint8Array | null>
}

/** The tools there are. */
export interface Tools {
  /**
   * For a run in this folder, those whose effects are allowed. Without a folder, or in one that may be none, there are only those
   * that read skills, and without skills none; why not, `refused` says, in a sentence for the person. Without a session there are
   * neither commands nor the network.
   */
  toolboxFor(
    workspace: string | null,
    effects: readonly ToolEffect[],
    session: ToolSession | null,
    skills?: ToolSkills,
    attachments?: ToolAttachments,
  ): Promise<{ toolbox: Toolbox; folder: string | null; refused: string | null }>
  /**
   * What the folder's AGENTS.md says, fit for a model and cut where it is too long; null when there is none, or none that may be
   * read. Whether it may be shown to a model is a matter of trust.
   */
  instructionsOf(workspace: string, signal: AbortSignal): Promise<string | null>
}

/** Which folders a person trusts. Nothing else is: not by default, and not because the folder above is. */
export interface Trust {
  /** null when the person was never asked. */
  answerFor(folder: string): Promise<boolean | null>
  /** Throws the readOnly failure when this process may not write. */
  set(folder: string, trusted: boolean): Promise<void>
}

/** A command as it is started. */
export interface CommandRequest {
  /** Exactly these bytes are given to `bash -c`. */
  command: string
  /** Real path of the workspace. */
  workspace: string
  /** Whether it may write there. */
  writable: boolean
  sessionId: string
  /** Milliseconds; 120,000 unless told, 600,000 at most; in the background an hour. */
  wallMs?: number
  background?: boolean
  /** Read-only folders beside the workspace, such as those of skills: real paths. */
  mounts?: readonly string[]
  /** For our own commits: .git at the root is writable, except what git obeys in it (hooks, config, info, modules). */
  gitWritable?: true
}

/** What a command came to. */
export interface CommandEnd {
  /** null when it was ended by a signal, or by us. */
  exit: number | null
  signal: string | null
  /** exited: by itself; else which limit or who ended it. */
  why: 'exited' | 'stopped' | 'wall' | 'cpu' | 'output' | 'memory' | 'growth'
  /** Standard output and error as they came, as text that is safe to show; the limit's worth of it. */
  output: string
  /** Bytes it has written to both, as far as they were read. */
  bytes: number
  ms: number
  /** What appeared in the workspace that other programs run by themselves (a new .git, .envrc, …): paths from its root. */
  appeared: readonly string[]
}

/** A command that was started. */
export interface RunningCommand {
  /** By which a later call finds it: short, and unlike every other of this process. */
  handle: string
  /** It runs without a jail. */
  withoutSandbox: boolean
  /** What it has written since it was last asked. */
  read(): string
  /** Calls back with each piece until it has ended. */
  onOutput(listener: (text: string) => void): void
  ended: Promise<CommandEnd>
  /** All of its processes. Ends within 300 ms. */
  kill(): void
}

/** Where commands run. Never without every guard, but for the single one that a person was shown and asked about natively. */
export interface Sandbox {
  /** As it was tried last; tries it now, behind, when that was never. */
  seal(): Seal
  /** As it was tried last, and nothing more. */
  lastSeal(): Seal
  /** Tries every guard now. Never throws: what cannot be tried does not hold. */
  prove(signal: AbortSignal): Promise<Seal>
  /**
   * Waits while two others run. Throws `unavailable` with the reason and the fix when not every guard holds or the workspace
   * cannot be used, and `cancelled`. Aborting the signal kills it, unless it runs in the background.
   */
  start(request: CommandRequest, signal: AbortSignal): Promise<RunningCommand>
  /**
   * Whether a single command may be asked for that runs without a jail: the person has switched that on, there is a window to ask
   * in, and the seal is off.
   */
  mayRunWithout(): boolean
  /**
   * Without a jail, and only after the person's yes to exactly this. Throws `denied` when that may not be, or not any more, and as
   * `start` does. Never as root.
   */
  startWithout(request: CommandRequest, signal: AbortSignal): Promise<RunningCommand>
  /** A command of this session that was started in the background; null when there is none. */
  find(sessionId: string, handle: string): RunningCommand | null
  /** Those that run in the background of a session. */
  backgroundOf(sessionId: string): readonly { handle: string; command: string; since: string }[]
  /** What of the person's PATH commands can read. */
  visibleFolders(): Promise<readonly VisibleFolder[]>
  /** The real path of a folder that a person wants commands to read, or why it may be none, in a sentence. */
  judgeFolder(path: string): Promise<{ folder: string } | { refused: string }>
  /** Kills everything. */
  close(): Promise<void>
}

/** What the policy is asked of one call. */
export interface PolicyQuestion {
  tool: string
  effect: ToolEffect
  /** As the tool will get them. */
  arguments: Readonly<Record<string, unknown>>
  /** Real path of the workspace. */
  folder: string
  sessionId: string
  mode: SessionMode
  /** Effects that a flag of the terminal has allowed for this run. */
  allowed: readonly ToolEffect[]
  /** What speaks against doing it unasked, beside the rules: a guess, a refusal of the file tools. */
  doubts: readonly Extract<AskReason, 'repaired' | 'secret' | 'hard-link'>[]
  seal: Seal
  /** A person can be asked to run this one command without a sandbox. */
  withoutSandbox?: boolean
}

export type PolicyVerdict =
  /** by: mode, flag, seal (a denial only), or rule:<id>. */
  | { decision: 'allow'; by: string }
  /** For good: a mode or a rule forbids it. The sentence is for the model. */
  | { decision: 'deny'; by: string; sentence: string }
  | { decision: 'ask'; reasons: readonly AskReason[]; remembers: string | null }

/** Decides whether a person is asked: forbidden beats ask beats allow, and nothing in a workspace has a say. */
export interface Policy {
  judge(question: PolicyQuestion): Promise<PolicyVerdict>
  /** The bytes of the call, as a person is shown them. */
  subjectOf(question: PolicyQuestion): Subject
  /** Hex SHA-256 over {tool, canonical arguments, folder, version of the policy}. */
  hashOf(question: PolicyQuestion): string
  /** Makes a rule of an answer. Throws `denied` when this call is never remembered. */
  remember(question: PolicyQuestion, decision: Decision, scope: Exclude<Scope, 'once'>): Promise<Rule>
  /** Folder rules from rules.json and those of the open sessions, newest first. */
  rules(): Promise<readonly Rule[]>
  /** False when there is none of this id. */
  revoke(id: string): Promise<boolean>
}

/** The append-only list of what has happened at the border. */
export interface Ledger {
  /** Never throws: what cannot be written is logged, and said by `fault`. */
  add(entry: Omit<LedgerEntry, 'ts'>): Promise<void>
  list(filter: {
    since?: string | undefined
    sessionId?: string | undefined
    kind?: LedgerKind | undefined
    limit?: number | undefined
  }): Promise<LedgerSummary>
  /** Writes what fits the filter to a file, oldest first, in place of what was there; answers how many entries. */
  exportTo(
    path: string,
    filter: { since?: string | undefined; sessionId?: string | undefined; kind?: LedgerKind | undefined },
  ): Promise<number>
  /** Why nothing can be written to it, or null. */
  fault(): Failure | null
}

/** What runs have changed in their folders, kept outside of them, so that it can be taken back. */
export interface Checkpoints {
  /** Before the first change of a run; later calls of the same run do nothing. Throws `no-space` and the like: then nothing is changed. */
  begin(run: { sessionId: string; runId: string; entryId: string; workspace: string }): Promise<void>
  /** Before a file tool writes there: path from the root, with slashes. */
  willWrite(runId: string, path: string): Promise<void>
  /** After it wrote, or did not. What others write there between this and the run's next change is theirs. */
  hasWritten(runId: string): Promise<void>
  /** Before a command runs: takes stock of the whole folder, as far as the limits let it. Answers what no undo will cover, in sentences. */
  willRun(runId: string, signal: AbortSignal): Promise<readonly string[]>
  /** After a command: what it has changed. */
  hasRun(runId: string): Promise<void>
  /** The run is over. */
  end(runId: string): Promise<void>
  /** Of a session, oldest first; runs that changed nothing are not among them. */
  list(sessionId: string): Promise<readonly RunChanges[]>
  /** The run's changes back; the last run that is not undone when it is null. All or nothing: a conflict changes nothing. */
  undo(sessionId: string, runId: string | null): Promise<Restored>
  redo(sessionId: string, runId: string | null): Promise<Restored>
  /** Every run of the session that began at this time (ISO 8601) or later, newest first: all of them or none. */
  undoSince(sessionId: string, since: string): Promise<Restored>
  /** The session whose run has changed files last, undone or not; null when there is none. */
  latest(): Promise<string | null>
  /** What belongs to sessions that are gone for good. */
  forget(sessionIds: readonly string[]): Promise<void>
}

/** A page of the web as text. */
export interface WebPage {
  /** After redirects. */
  url: string
  status: number
  /** Safe to show. */
  text: string
  bytes: number
  /** There was more than the limit. */
  isCut: boolean
}

export interface Web {
  /**
   * http and https only, to public addresses only, connected to the very address that was vetted. `mayVisit` is asked for each
   * host that a redirect leads to and was not allowed before. Throws with a sentence for the model.
   */
  fetch(url: string, options: { signal: AbortSignal; mayVisit(url: URL): Promise<boolean> }): Promise<WebPage>
}

export interface GenerateRequest {
  model: string
  messages: readonly ModelMessage[]
  think: ThinkLevel
  /** What of it is chosen; the rest is the model's own. */
  sampling?: Sampling
  /** Most tokens of the answer; as many as there is room for, when it is left out. */
  mostTokens?: number
  /** For whom: others who wait for the same model are told. */
  sessionId: string | null
  tools?: readonly FunctionTool[]
  /** Words at which the server ends the answer, beside the model's own. */
  stop?: readonly string[]
  /** Tokens of the window, as the session has it; the model's own for a new session, when it is left out. */
  numCtx?: number
}

/** How tool calls are written for a model: in fields of the request, or in the text. */
export type DialectName = 'native' | 'prompted'

/** What a run has to know of its model before it asks. */
export interface ModelFacts {
  /** Tokens of the window a new session asks for; one that has answers of this model keeps the window it has. */
  numCtx: number
  /** Longest it was trained for, tokens; null when the server did not say. */
  trained: number | null
  /** Hex of the SHA-256 that the installed model is named by; null when the server did not say. */
  digest: string | null
  /** completion, tools, thinking, vision, …; empty when the server is too old to say. */
  capabilities: readonly string[]
  /** What can be said to it about its thinking. */
  thinking: Thinking
  /** By its capabilities, and by what was learned of it. */
  dialect: DialectName
  /** Words at which the model's own definition ends an answer: a request that names others has to name these, too. */
  stop: readonly string[]
}

/** What a generation tells, in order: states before the first token, deltas and calls, then exactly one `done`. */
export type ModelEvent =
  | { type: 'waiting'; for: 'loading' | 'prompt' }
  /** The model answers somebody else first. */
  | { type: 'waiting'; for: 'model'; behind: string | null }
  /** The server could not answer just now and is asked again after a pause; why, the failure says. */
  | { type: 'waiting'; for: 'server'; failure: Failure }
  | { type: 'thinking'; delta: string }
  | { type: 'text'; delta: string }
  | { type: 'tool-call'; call: ToolCall }
  /** `usage` is null where nobody has counted. */
  | { type: 'done'; stop: Extract<StopReason, 'stop' | 'length'>; usage: Usage | null }

export interface Models {
  current(): HostState
  /** Asks the server now; never throws: an unreachable server is a state. */
  refresh(signal?: AbortSignal): Promise<HostState>
  /** The same service at another address, for one run; null is this one. */
  at(host: string | null): Models
  /** The model a run shall use: the wished one, else the person's, else the default if installed, else the first installed. */
  choose(wished: string | null): Promise<string>
  /** What is known of a model. Throws `cancelled` only: without an answer, the facts are the usual ones. */
  describe(model: string, signal: AbortSignal): Promise<ModelFacts>
  /** The window that new sessions have with it, and what that comes from. Throws `cancelled` only. */
  window(model: string, signal: AbortSignal): Promise<ModelWindow>
  /** Remembers, as long as the same model is installed, that the server takes no tools for it. */
  learnPrompted(model: string): Promise<void>
  /**
   * Streams one answer. Throws an ExpectedFailure when it cannot begin or breaks off; aborting the signal closes the
   * connection at once and ends the iteration with a `cancelled` failure.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
  /** Looks again every two seconds while the server is away, and now and then while it is there. */
  watch(signal: AbortSignal): void
  /**
   * Asks it a few questions, each after everything that is asked in earnest, and keeps what came of it by the model's digest. Throws an
   * ExpectedFailure when it cannot be asked at all: `busy` while it is being tested, `cancelled`.
   */
  test(model: string, signal: AbortSignal): Promise<TestedModel>
  /** What tests have found, of every model that is remembered. */
  tests(): Promise<{ digest: string; test: SelfTest }[]>
  /** What the server says of one model. Throws an ExpectedFailure, as the two below. */
  show(model: string, signal: AbortSignal): Promise<ModelDetails>
  /** Out of the server's memory. Answers the state after it. */
  unload(model: string, signal: AbortSignal): Promise<HostState>
  /** Off the server's disk, for good. Answers the state after it. */
  remove(model: string, signal: AbortSignal): Promise<HostState>
}

/** What keeps secrets on this computer: the system's own, which only a window has. */
export interface Keyring {
  /** Why nothing should be kept with it: there is none, or it would not encrypt. null when it can. May ask the person to unlock it. */
  refusal(): Promise<'missing' | 'plain-text' | null>
  encrypt(text: string): Promise<Uint8Array>
  /** Throws when this computer has not encrypted it, or the person leaves it locked. */
  decrypt(bytes: Uint8Array): Promise<string>
}

/** The servers a person keeps. A token comes in and goes to its server; nothing here answers one to a front. */
export interface Servers {
  /** The default one, the kept ones in their order, and the one in use when it is none of them. */
  list(): Promise<ListedServer[]>
  /** Throws `not-found`. */
  requireListed(address: string): Promise<void>
  /** Adds or changes one and answers its address. With another address its token is forgotten. */
  keep(wished: WishedServer): Promise<string>
  /** With its token; when it was the chosen one, the default is chosen. */
  remove(address: string): Promise<void>
  /**
   * Throws `denied`, and keeps nothing, when it would be readable: on this disk, unless it is `onlyThisRun`, or on the way there,
   * unless the person has said that it `mayBePlain`.
   */
  setToken(address: string, token: string, options: { onlyThisRun: boolean; mayBePlain: boolean }): Promise<void>
  forgetToken(address: string): Promise<void>
  /** For requests only. Throws `denied` when there is one that may not be sent, or cannot be opened. */
  bearerFor(address: string): Promise<string | null>
  tokenState(address: string): Promise<TokenState>
}

/** Models on their way to a server: one at a time for each, kept between two starts. Each throws an ExpectedFailure. */
export interface Pulls {
  list(): Promise<Pull[]>
  /** Gets a model from the registry, or goes on with it; `host` is the address of another server than the chosen one. */
  add(model: string, host: string | null): Promise<Pull>
  /** Closes the connection; the server keeps what has come. */
  pause(id: string): Promise<Pull>
  resume(id: string): Promise<Pull>
  /** Takes it off the list, in whatever state it is. */
  cancel(id: string): Promise<Pull[]>
  /** How much room there is where the chosen server keeps its models. */
  room(): Promise<ModelRoom>
}

/** The tour: one at a time, in a session and a folder of its own. */
export interface Tour {
  /**
   * Makes the folder and has its first question sent, by whoever answers the session's id; or answers the session of the tour that
   * goes on. Throws the readOnly failure when this process may not write.
   */
  begin(send: (folder: string) => Promise<string>): Promise<string>
  /** Removes the folder. Only one that was made here and is still the same; anything else stays. */
  end(): Promise<void>
  /** Its session; null when none goes on. */
  current(): string | null
  /** Waits until a tour that is beginning has begun. */
  goesOnIn(sessionId: string): Promise<boolean>
}

export interface SendRequest {
  sessionId: string | null
  text: string
  /** In their order. Their blobs are there. */
  attachments?: readonly Attachment[] | undefined
  model: string | null
  /** How much the model thinks in this session from here on; null, it stays as it is. */
  think: ThinkLevel | null
  workspace: string | null
  /** How the model answers in this session from here on; what is left out stays as it is. */
  answers?: AnswerPatch | undefined
  /** Nobody named the folder: if it may be none, the session has none. */
  workspaceIfAllowed?: true | undefined
  /** How calls are written in this session from here on; left out, it stays as it is. */
  dialect?: DialectChoice | undefined
  /** Lets what the folder says (AGENTS.md) in, from here on. */
  trustFolder?: boolean | undefined
  /** False: the model is offered no skills for this run. */
  skills?: boolean | undefined
  /** For a new session: to try this one skill, so no other is offered in it. */
  onlySkill?: string | undefined
  /** For a new session: which are on or off in it whatever holds for all, by name. */
  skillChoices?: Readonly<Record<string, boolean>> | undefined
  /** Answers with calls before the one that must close; the person's setting, when it is left out. */
  rounds?: number | undefined
  /** Another server for this run only. */
  host?: string | null
  /** How much a new session may do unasked from here on. */
  beginsIn?: SessionMode | undefined
  /** How much this run may do unasked; as the session says, when it is left out. */
  mode?: SessionMode | undefined
  /** What would have to be asked for and is allowed for this run; nothing, when it is left out. */
  allow?: readonly ToolEffect[] | undefined
  /** Nobody is there who could be asked. */
  isHeadless?: boolean | undefined
}

export interface EditRequest {
  sessionId: string
  /** The question that is asked in other words. */
  entryId: string
  text: string
  model: string | null
}

export type QueueChange =
  | { do: 'edit'; id: string; text: string; attachments?: NamedAttachment[] }
  | { do: 'move'; id: string; to: number }
  | { do: 'remove' | 'correct'; id: string }

export interface CopiedSession {
  sessionId: string
  /** Records in it. */
  kept: number
  /** Places of the original that could not be read and are not in it. */
  skipped: number
}

/** A session of somebody else's log, ready to be written. */
export interface Adopted {
  id: string
  /** The header first. */
  records: readonly SessionRecord[]
  /** The bytes of what the records name as blobs; null when they are gone. */
  blobOf(name: string): Promise<Uint8Array | null>
}

/** Where a session comes from that was made elsewhere. */
export interface ImportedSession {
  sessionId: string
  from: string
  path: string
  sha256: string
  part: number
  /** Where it was worked in there. */
  folder: string | null
}

export interface Sessions {
  list(filter: 'active' | 'archived' | 'all'): Promise<{ sessions: SessionSummary[]; runs: RunState[] }>
  /** Whether any session is being answered now. */
  isAnyRunning(): boolean
  /** The active path, or with `allBranches` every node in file order. */
  open(
    sessionId: string,
    options?: { allBranches?: boolean | undefined; slice?: WantedSlice | undefined },
  ): Promise<OpenedSession>
  /** Where words are on the whole of a way, the active one or that through `branch`. */
  find(sessionId: string, text: string, branch: string | null, signal: AbortSignal): Promise<FoundInSession>
  /** The session's file as it is. Throws `not-found`. */
  bytesOf(sessionId: string): Promise<Uint8Array>
  /** What an entry names because it is too large for a line (`sha256:…`); null when it is missing, or is not what it is named after. */
  blob(name: string): Promise<Uint8Array | null>
  /**
   * Keeps bytes as a blob, on the disk when `use` is called with its name, and held until what that promises is done: by then whoever
   * needs it has named it in a session, a draft or a queue.
   */
  keepBlob<Value>(content: Uint8Array, use: (blob: { blob: string; bytes: number }) => Promise<Value>): Promise<Value>
  /** A piece of all that a tool answered, from this place on. */
  output(sessionId: string, entryId: string, from: number): Promise<OutputPiece>
  /** Shows the branch through this entry, at the place where it was left. Refused while an answer is being written. */
  switchTo(sessionId: string, entryId: string): Promise<OpenedSession>
  /**
   * The conversation goes back to before this question; what was said since stays as another branch. With `files` the runs since
   * then are undone first: a conflict is a `denied` failure that names the files, and then nothing at all has happened.
   */
  rewind(sessionId: string, entryId: string, files: boolean): Promise<OpenedSession>
  /** Whether an answer is being written in it. */
  isRunning(sessionId: string): boolean
  /** Whether models are shown this message; a call and its results go together. */
  hide(sessionId: string, entryId: string, hidden: boolean, slice?: WantedSlice | undefined): Promise<OpenedSession>
  /** A new session with everything on the way to this entry; null is the end of the active path. */
  fork(sessionId: string, entryId: string | null): Promise<CopiedSession>
  /** A copy beside the file, which stays as it is. A session in which nothing is damaged is its own copy. */
  repair(sessionId: string): Promise<CopiedSession>
  /** The session's folder, and whether what it says is let in; null when it has none. */
  folderOf(sessionId: string, signal: AbortSignal): Promise<SessionFolder | null>
  /** The same of a folder in which no session has begun. */
  lookAtFolder(path: string, signal: AbortSignal): Promise<SessionFolder>
  trustFolder(sessionId: string, trusted: boolean): Promise<void>
  /** A new session, written in one go: it is there as a whole, or there is nothing of it. */
  adopt(session: Adopted): Promise<SessionSummary>
  /**
   * The session of a log that is mounted (`isLogSession`), in place of an earlier one: it lies in the cache, is opened and found like
   * any other, and is in no list. Whatever would write to it is refused.
   */
  mirror(session: Adopted): Promise<void>
  dropMirrors(ids: readonly string[]): Promise<void>
  /** Those that were imported, archived ones too, but none of the trash. */
  imported(): Promise<ImportedSession[]>
  /** Where this one comes from; null when it was made here. */
  importedFrom(sessionId: string): Promise<ImportedSession | null>
  /** Why this folder cannot be a session's, in a sentence; null when it can. */
  refusedFolder(folder: string): Promise<string | null>
  /** Whether a skill is offered in this session, whatever holds for all; null: as for all. For its next question. */
  setSkill(sessionId: string, name: string, on: boolean | null): Promise<void>
  /** What became of skills of this name in the last 30 days, from the logs; those of the trash do not count. */
  skillUse(name: string): Promise<SkillUse>
  /** What a new session without a folder tells the person's model of the skills that are on, and what there is no room for. */
  skillRoom(signal: AbortSignal): Promise<SkillRoom>
  /** How its calls are written from here on. Refused while an answer is being written. */
  setDialect(sessionId: string, dialect: DialectChoice): Promise<void>
  /** The same for how its model answers; what is left out stays as it is. */
  setAnswers(sessionId: string, answers: AnswerPatch): Promise<void>
  /** What stands in the window of a model, the one that answered last when it is null. Nothing is asked of it. */
  context(sessionId: string, model: string | null, signal: AbortSignal): Promise<ContextReport>
  /** Gives the session the window that new ones have with this model. Throws `busy` while an answer is being written. */
  takeWindow(sessionId: string, model: string, signal: AbortSignal): Promise<void>
  rename(sessionId: string, title: string): Promise<SessionSummary>
  /**
   * Asks the session's model for a title, while nothing is answered anywhere; whatever is asked meanwhile goes first. Throws `busy`,
   * and `denied` when the person has named it.
   */
  suggestTitle(sessionId: string, signal: AbortSignal): Promise<SessionSummary>
  archive(sessionId: string): Promise<SessionSummary>
  restore(sessionId: string): Promise<SessionSummary>
  pin(sessionId: string, pinned: boolean): Promise<SessionSummary>
  /** Into the trash, or for good. Refused while an answer is being written in it. */
  delete(sessionId: string, permanently: boolean): Promise<void>
  readonly trash: {
    /** Newest first. */
    list(): Promise<TrashedSession[]>
    /** Refused when a session of this id is there again: nothing is overwritten. */
    restore(sessionId: string): Promise<SessionSummary>
    /** Removes everything in the trash for good; only ever at a person's wish. */
    empty(): Promise<{ done: string[]; failed: { id: string; failure: Failure }[] }>
  }
  /** The question is on the disk before this answers; the answer comes as events. */
  send(request: SendRequest): Promise<{ sessionId: string; entryId: string; runId: string }>
  /**
   * A new session that asks this one's questions of another model, with its tools answered from this log: nothing is run. It goes on
   * by itself (`replay.changed`); `stop` ends it. `host` is the server of all its questions; null is that of the setting.
   */
  replay(sessionId: string, model: string, host: string | null): Promise<{ sessionId: string; questions: number }>
  /** Both answers to each question of a replay, from this place on. Throws `not-found`, also when what it replays is gone. */
  replayPairs(replayId: string, from: number): Promise<ReplayPairs>
  /** Asks an earlier question in other words, as a new branch beside it. */
  edit(request: EditRequest): Promise<{ sessionId: string; entryId: string; runId: string }>
  /** Answers the question at or before this entry again, or the last one, as a new branch beside the earlier answer. */
  retry(sessionId: string, model: string | null, entryId: string | null): Promise<{ sessionId: string; runId: string }>
  /**
   * Has the model summarise all but the latest, also where that is not done by itself: a run that answers nothing, told and stopped as
   * any other. `wish`: what the person says of the summary. Throws `busy` while an answer is being written in it.
   */
  compact(
    sessionId: string,
    options: { model: string | null; wish: string | null },
  ): Promise<{ sessionId: string; runId: string }>
  /** What was written while an answer is being written. */
  readonly queue: {
    /** Sent at once when the run has just ended well. */
    add(
      sessionId: string,
      message: Pick<QueuedText, 'text' | 'isCorrection' | 'attachments'>,
    ): Promise<{ id: string; isSent: boolean }>
    change(sessionId: string, change: QueueChange): Promise<void>
    /** Stops the run first, if there is one. */
    sendNow(sessionId: string, id: string, model: string | null): Promise<{ entryId: string; runId: string }>
  }
  /**
   * Answers what a session asks. Throws `not-found` when it does not ask that, or not any more, and `denied` when it may not be
   * answered so.
   */
  decide(sessionId: string, answer: ApprovalAnswer): Promise<void>
  /** What a session asks now; null when it asks nothing. */
  asking(sessionId: string): Approval | null
  /** How much it may do unasked, from now on; also while it runs. */
  setMode(sessionId: string, mode: SessionMode): Promise<void>
  /** True when there was a run to stop. Resolves when its partial answer is on the disk. */
  stop(sessionId: string): Promise<boolean>
  /** No blob is cleared away until this is called back: somebody copies sessions, and what they name after them. */
  keepBlobs(): () => void
  /** Stops every run and waits until what had arrived is on the disk. */
  close(): Promise<void>
}

/** What a person answers to an approval. */
export interface ApprovalAnswer {
  approvalId: string
  /** Of what was shown. */
  hash: string
  decision: Decision
  scope: Scope
  /** For the model. */
  note: string | null
  /** The person has said yes to the main process's own question, too. */
  isConfirmed?: boolean
}

/** A process beside this one, without a window. What it is sent is copied. */
export interface SidePort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Once, however it ended; also when it had ended before. */
  onExit(listener: (how: string) => void): void
  /** Nothing of it is left soon after. */
  kill(): void
}
/** Starts one of our own programs, by the name of its built file. */
export type StartSide = (name: 'index-process' | 'pdf-reader') => SidePort

/** What is to be attached, with the bytes that are to be kept of it. */
export type Attachable = Omit<KeptAttachment, 'blob' | 'bytes'> & { content: Uint8Array }

/** What a person attaches to a question. Everything it throws has a sentence that says what it was. */
export interface Attachments {
  /** What came as bytes. The name is shown and never opened. Throws `invalid-input`, `limit`, `damaged`, `denied`, `cancelled`. */
  ofBytes(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<Attachable>
  /**
   * What lies at a path that a person has named. Inside of the workspace a text or a folder is a place only, for the tools to read.
   * With `keepsPhotographs` a picture is answered as it is, for a window that makes it smaller.
   */
  ofPath(
    path: string,
    workspace: string | null,
    options: { keepsPhotographs: boolean },
    signal: AbortSignal,
  ): Promise<
    | { kind: 'content'; content: Attachable }
    | { kind: 'place'; place: PlaceAttachment }
    | { kind: 'photograph'; name: string; bytes: Uint8Array }
  >
  /** A folder by its path, and nothing but a folder: nothing of it is read. Throws `denied` outside of the workspace, `invalid-input`. */
  ofFolder(path: string, workspace: string | null): Promise<PlaceAttachment>
  /** Whether these are bytes of the kind that is said of them. */
  isStill(one: KeptAttachment, bytes: Uint8Array): boolean
  /** Of an encoded picture; null for anything else. */
  pictureMime(bytes: Uint8Array): string | null
}

/** Finding things in all sessions. */
export interface Search {
  /**
   * Never fails for want of an index: then the files are read, and the answer says so. `settle` waits until everything there is is in the
   * index. Throws `cancelled`.
   */
  query(query: SearchQuery, signal: AbortSignal, options?: { settle?: boolean }): Promise<SearchAnswer>
  status(): Promise<IndexStatus>
  /** Makes the index anew; resolves when it is in use. Throws `unavailable`, `no-space`, `cancelled`. */
  rebuild(signal: AbortSignal): Promise<IndexStatus>
  /** Brings the index up to date now, and not before the first question. */
  wake(): void
  close(): Promise<void>
}

/** Where a skill comes from that is to be installed. */
export type SkillSource =
  /** Absolute path of a folder, a .zip or a .skill. */
  | { kind: 'path'; path: string }
  | { kind: 'git'; url: string }
  /** As it was dropped: one file is an archive, several are a folder's. Paths with slashes. */
  | { kind: 'bytes'; name: string; files: readonly { path: string; bytes: Uint8Array }[] }

/** Folders with a SKILL.md: found, judged, switched. A skill adds knowledge and never authority. */
export interface Skills extends SkillInstalls {
  /** Everything that is seen, the refused ones too; project skills of this folder. Quick: what has not changed is not read again. */
  library(workspace: string | null, signal: AbortSignal): Promise<SkillLibrary>
  /** The same, having looked at every folder again. */
  rescan(workspace: string | null, signal: AbortSignal): Promise<SkillLibrary>
  /** Throws `not-found`. */
  details(key: string, signal: AbortSignal): Promise<SkillDetails>
  /** A text file of a skill; null when it is none. Throws `not-found`, and `denied` for what leads out of the skill's folder. */
  file(key: string, path: string, signal: AbortSignal): Promise<ShownFile>
  /** `hash` is of what the person was shown: `denied` when that is not what is there. */
  setEnabled(key: string, on: boolean, hash: string): Promise<SkillSummary>
  /** Of a text alone. Never throws, takes no longer than 200 ms, runs nothing. */
  judge(text: string, folderName: string): Promise<SkillJudgement>
  /** A folder of skills, or one, that need not be in any root. */
  validate(path: string, signal: AbortSignal): Promise<{ folder: string; judgement: SkillJudgement }[]>
  /** Says yes to what is there now without switching it on for all: for a session's own choice. `denied` as with `setEnabled`. */
  accept(key: string, hash: string): Promise<SkillSummary>
  /**
   * What a run in this folder may be offered, by name; `choices` of the session (by name) go before what holds for all. A yes there
   * counts only for what a person has agreed to as it is (`setEnabled`, `accept`), and never in a folder that is not trusted.
   */
  offered(workspace: string | null, choices: Readonly<Record<string, boolean>>): Promise<readonly OfferedSkill[]>
  /** Throws `not-found` when it is gone or is another one than was offered. */
  read(skill: OfferedSkill, signal: AbortSignal): Promise<SkillContent>
  close(): Promise<void>
}

/** What changes skills on the disk: one change after the other, and each is announced. */
export interface SkillInstalls {
  create(name: string, description: string): Promise<SkillDetails>
  /** Throws `denied` where Carrel may not write, or when it is not what was shown. */
  save(key: string, text: string, before: string): Promise<SkillDetails>
  mend(key: string, fix: NonNullable<SkillInspection['problems'][number]['fix']>): Promise<SkillDetails>
  /** Into staging; nothing is installed. Throws `invalid-input` for a source that is none, `unavailable`, `cancelled`. */
  inspect(source: SkillSource, signal: AbortSignal): Promise<SkillInspection>
  /**
   * Of an installed one, from where it came; null when that is an address and `mayFetch` says no to it. Throws `not-found` when nobody
   * knows where that is.
   */
  inspectUpdate(
    key: string,
    mayFetch: (url: string) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<SkillInspection | null>
  /** Atomic: after a crash there is the old one or the new one. Throws `denied` when a person's edits are in the way. */
  install(id: string, options: { overwriteEdits: boolean }): Promise<SkillSummary>
  /** A file of what was looked at and still waits. Throws `not-found`, and `denied` for what leads out of it. */
  inspectedFile(id: string, path: string): Promise<ShownFile>
  discard(id: string): Promise<void>
  /** Into the trash of the data folder. Throws `denied` where Carrel may not write. */
  remove(key: string): Promise<{ trashId: string }>
  takeBack(trashId: string): Promise<SkillSummary>
  /** Newest first. */
  trashed(): Promise<TrashedSkill[]>
  /** Removes these for good, or all that lie in the trash; only ever at a person's wish. */
  emptyTrash(trashIds: readonly string[] | null): Promise<void>
}

/** Sessions on their way out. */
export interface Exporting {
  /** `jsonl`: the session's file as it is, `zip` with the blobs it names; else what is shown of it (`json`: with all branches). Throws `not-found`. */
  bytesOf(sessionId: string, format: ExportFormat): Promise<Uint8Array>
  /** Replaces what is there: whoever chose the name has been asked. Of its owner only. Throws when it cannot be written. */
  exportTo(path: string, sessionId: string, format: ExportFormat): Promise<void>
  /** Into a folder, under this name or the next that nobody has there, and answers its path; replaces nothing. */
  exportInto(folder: string, name: string, sessionId: string, format: ExportFormat): Promise<string>
}

/** Sessions on their way in: logs of other programs and of other Carrels. What they say is text; nothing of it is ever run. */
export interface Importing {
  /**
   * Files and folders. What is imported already adds nothing; a log that has grown since becomes a session beside the earlier one.
   * One import after the other. Aborting the signal ends it with what is imported by then, as `cancelled`.
   */
  importFrom(
    paths: readonly string[],
    from: LogChoice,
    signal: AbortSignal,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportReport>
}

/** What of the data folder is not in a backup, and why. */
export interface LeftOut {
  path: string
  why: 'name' | 'unreadable' | 'kind'
}

export interface BackupWritten {
  path: string
  /** Of the archive. */
  bytes: number
  files: number
  sessions: number
  leftOut: LeftOut[]
}

export interface BackupContents {
  /** The version that made it. */
  app: string
  created: string
  files: number
  /** Of all files together. */
  bytes: number
  sessions: number
  trashed: number
  rules: number
  trustedFolders: number
}

/** The whole data folder as one file, and back. */
export interface Backup {
  /**
   * While everything goes on. `mayReplace`: whoever chose the name was asked. Throws `denied` when there is something else, and
   * `no-space`; nothing is left of one that could not be finished.
   */
  write(
    path: string,
    options: { mayReplace: boolean; progressId: string | null },
    signal: AbortSignal,
  ): Promise<BackupWritten>
  /** What is in it, without comparing every byte. Throws `invalid-input` for what is none, and `damaged`. */
  inspect(path: string): Promise<BackupContents>
  /**
   * Compares every byte, and has the content take the place of what is in the data folder when that is opened the next time; what
   * is there now is kept, at the answered place. Until then nothing has changed. Rules, trusted folders and the like come only
   * `withRights`.
   */
  restore(
    path: string,
    options: { withRights: boolean; progressId: string | null },
    signal: AbortSignal,
  ): Promise<BackupContents & { kept: string | null }>
}

/** Logs of other programs that stay where they are. Each is read into a session of the cache (`Sessions.mirror`). */
export interface Mounts {
  list(): Promise<MountedLogs[]>
  /** A file or a folder. Throws `not-found` when nothing is there. */
  mount(path: string, kind: LogChoice, signal: AbortSignal): Promise<MountedLogs[]>
  /** Its sessions go from the cache; the logs stay as they are. */
  unmount(path: string, signal: AbortSignal): Promise<MountedLogs[]>
  /** Looks at the logs again, unless that was just done. Whether any of their sessions has changed. */
  refresh(signal: AbortSignal): Promise<boolean>
}

export interface Doctor {
  /** Changes nothing. Throws `cancelled` when the signal is aborted. */
  check(
    signal: AbortSignal,
    onProgress?: (progress: CheckProgress) => void,
  ): Promise<{ checks: Check[]; data: DataReport | null }>
}

/** What only a window can do for its person. The terminal has none. */
export interface Surface {
  openLink(url: string): Promise<boolean>
  /** Asks natively whether so much may be destroyed. Only the person's own yes is true. */
  confirmEmptyTrash(trash: { sessions: number; skills: number; bytes: number }, signal: AbortSignal): Promise<boolean>
  showFolder(path: string): Promise<void>
  /** The system's own dialog; null when the person chose none. `purpose` is what it is said to be for: a workspace, if left out. */
  chooseFolder(signal: AbortSignal, purpose?: 'commands' | 'export'): Promise<string | null>
  /** Asks natively whether commands may read a folder again. Only the person's own yes is true. */
  confirmUnhide(folder: string, signal: AbortSignal): Promise<boolean>
  /** The system's own dialog for a file to save, which asks before one is replaced; null when the person chose none. */
  chooseLedgerFile(name: string, signal: AbortSignal): Promise<string | null>
  /** The same for a session; the ending of the name says in which form. */
  chooseSessionFile(name: string, signal: AbortSignal): Promise<string | null>
  /** The same for a backup, which is a zip. */
  chooseBackupFile(name: string, signal: AbortSignal): Promise<string | null>
  /** The system's own dialog for a backup that is there; null when the person chose none. */
  chooseBackup(signal: AbortSignal): Promise<string | null>
  /** Asks natively whether this is to take the place of all that is here, and whether with what it allows. null is a no. */
  confirmRestore(path: string, contents: BackupContents, signal: AbortSignal): Promise<{ withRights: boolean } | null>
  /** Closes everything in order and begins anew. */
  restart(): void
  /** The system's own dialog for logs to import; empty when the person chose none. */
  chooseLogs(what: 'files' | 'folder', signal: AbortSignal): Promise<readonly string[]>
  /** The system's own dialog for what is to be attached, several at once; empty when the person chose none. */
  chooseAttachments(what: 'files' | 'folder', startIn: string | null, signal: AbortSignal): Promise<readonly string[]>
  /** Asks natively whether a repository may be fetched from. Only the person's own yes is true. */
  confirmFetch(url: string, signal: AbortSignal): Promise<boolean>
  /** The system's own dialog for a skill to look at; null when the person chose none. */
  chooseSkill(what: 'folder' | 'archive', signal: AbortSignal): Promise<string | null>
  /** Asks natively whether a model may be removed from its server. Only the person's own yes is true. */
  confirmRemoveModel(
    asked: { model: string; host: string; bytes: number | null },
    signal: AbortSignal,
  ): Promise<boolean>
  /** Asks natively whether a token may go to this server over a way that is not encrypted. Only the person's own yes is true. */
  confirmPlainToken(host: string, signal: AbortSignal): Promise<boolean>
  /** Asks natively whether a model may be fetched from this registry. Only the person's own yes is true. */
  confirmPull(asked: { model: string; registry: string }, signal: AbortSignal): Promise<boolean>
  /** Opens a text in the program the person has for such files. Throws `unavailable` when there is none. */
  openText(path: string): Promise<void>
  /** Asks natively whether a session may do more unasked. Only the person's own yes is true. */
  confirmMode(mode: SessionMode, folder: string, signal: AbortSignal): Promise<boolean>
  /** Asks natively whether commands may be asked for that run without a sandbox. Only the person's own yes is true. */
  confirmCommandsWithoutSandbox(signal: AbortSignal): Promise<boolean>
  /** Asks natively whether this one command may run without a sandbox. Only the person's own yes is true. */
  confirmWithoutSandbox(
    asked: { command: string; folder: string; background: boolean },
    signal: AbortSignal,
  ): Promise<boolean>
}

/** Who is alive, who waits, who failed: for a person who wants to know or to end something. */
export interface Activity {
  list(): ActivityReport
  /** Ends an actor's incarnation and begins a new one; false when there is none of this name. */
  restart(name: string): boolean
  stop(name: string): Promise<void>
}

/** The name under which each service is needed by others; a service gets the ones it declares and no other. */
export const capabilities = {
  kernel: capability<Kernel>('kernel'),
  home: capability<Home>('home'),
  settings: capability<SettingsStore>('settings'),
  models: capability<Models>('models'),
  servers: capability<Servers>('servers'),
  pulls: capability<Pulls>('pulls'),
  sessions: capability<Sessions>('sessions'),
  doctor: capability<Doctor>('doctor'),
  exporting: capability<Exporting>('exporting'),
  search: capability<Search>('search'),
  skills: capability<Skills>('skills'),
  importing: capability<Importing>('importing'),
  mounts: capability<Mounts>('mounts'),
  backup: capability<Backup>('backup'),
  activity: capability<Activity>('activity'),
  tools: capability<Tools>('tools'),
  sandbox: capability<Sandbox>('sandbox'),
  policy: capability<Policy>('policy'),
  ledger: capability<Ledger>('ledger'),
  checkpoints: capability<Checkpoints>('checkpoints'),
  web: capability<Web>('web'),
  attachments: capability<Attachments>('attachments'),
  trust: capability<Trust>('trust'),
  tour: capability<Tour>('tour'),
  gateway: capability<Gateway>('gateway'),
  door: capability<null>('door'),
}

export interface Services {
  home: Home
  settings: SettingsStore
  models: Models
  servers: Servers
  pulls: Pulls
  sessions: Sessions
  doctor: Doctor
  exporting: Exporting
  search: Search
  skills: Skills
  importing: Importing
  mounts: Mounts
  backup: Backup
  activity: Activity
  sandbox: Sandbox
  policy: Policy
  ledger: Ledger
  checkpoints: Checkpoints
  tour: Tour
  attachments: Attachments
  events: Events
  surroundings: Surroundings
  surface: Surface | null
}

/** One front on the other side of a transport. */
export interface Connection {
  /** Never rejects. The channel and the input are whatever came over the wire. */
  call(callId: string, channel: string, input: unknown): Promise<Answer<unknown>>
  cancel(callId: string): void
  painted(): void
  /** The front has gone: its calls are cancelled and nothing is sent to it any more. */
  close(): void
}

export interface Gateway {
  connect(send: (push: Push) => void): Connection
}

/** What a front is given: the booted app. */
export interface App {
  gateway: Gateway
  services: Services
  /** A Bridge for a front in this process. */
  connect(): Bridge & { close(): void }
  /** Stops every run, puts what had arrived on the disk, and gives the folder back. Safe to call twice. */
  close(): Promise<void>
}
