// The inside walls: one interface for every service of the main process, and the events between them.

import type { CheckProgress, DataReport } from '../shared/data-report.ts'
import type { Answer, Failure, FailureCode } from '../shared/failure.ts'
import type {
  ActivityReport,
  Bridge,
  Check,
  Notice,
  OpenedSession,
  OutputPiece,
  Push,
  SessionFolder,
  TrashedSession,
} from '../shared/ipc.ts'
import type { HostState } from '../shared/model.ts'
import type { QueuedText, QueueState } from '../shared/queue.ts'
import type { RunEnd, RunFrame, RunNotice, RunState } from '../shared/run.ts'
import type { SessionSummary, StopReason, UnknownRecord, Usage } from '../shared/session.ts'
import type { DialectChoice, Settings, SettingsPatch, ThinkLevel } from '../shared/settings.ts'
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
  'settings.changed': Settings
  'models.changed': HostState
  'sessions.changed': SessionSummary
  /** A session is in the trash, or gone for good. */
  'sessions.removed': { sessionId: string }
  /** Another branch is shown, or something was hidden. */
  'sessions.rearranged': { sessionId: string; bytes: number }
  /** A folder's real path, and whether it is trusted now. */
  'trust.changed': { folder: string; trusted: boolean }
  /** What lay in the trash is gone for good. */
  'trash.changed': Record<string, never>
  'sessions.appended': { sessionId: string; entries: UnknownRecord[] }
  'queue.changed': QueueState & { sessionId: string }
  'run.changed': RunState
  /** One piece as it came from the model; the gateway joins them into frames. */
  'run.delta': RunFrame
  'run.notice': RunNotice
  'run.ended': RunEnd
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
  /** Only for sessions that are gone for good, so never for one in the trash. */
  forget(sessionIds: readonly string[]): Promise<void>
  /** What waits to be sent in a session, in its order. */
  queue(sessionId: string): readonly QueuedText[]
  /** Counts at once, and is on the disk when this resolves. */
  writeQueue(sessionId: string, items: readonly QueuedText[]): Promise<void>
  /** Reads again what another process may have sent until now. */
  reload(): Promise<void>
  lastSessionId(): string | null
  rememberSession(sessionId: string | null): Promise<void>
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

/** The tools there are. */
export interface Tools {
  /**
   * For a run in this folder, those whose effects are allowed. Without a folder, or in one that may be none, there are none;
   * why not, `refused` says, in a sentence for the person.
   */
  toolboxFor(
    workspace: string | null,
    effects: readonly ToolEffect[],
  ): Promise<{ toolbox: Toolbox; refused: string | null }>
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

export interface GenerateRequest {
  model: string
  messages: readonly ModelMessage[]
  think: ThinkLevel
  /** For whom: others who wait for the same model are told. */
  sessionId: string | null
  tools?: readonly FunctionTool[]
  /** Words at which the server ends the answer, beside the model's own. */
  stop?: readonly string[]
}

/** How tool calls are written for a model: in fields of the request, or in the text. */
export type DialectName = 'native' | 'prompted'

/** What a run has to know of its model before it asks. */
export interface ModelFacts {
  /** Tokens of context every request to this model asks for; the same as long as the model is. */
  numCtx: number
  /** Hex of the SHA-256 that the installed model is named by; null when the server did not say. */
  digest: string | null
  /** completion, tools, thinking, vision, …; empty when the server is too old to say. */
  capabilities: readonly string[]
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
  | { type: 'done'; stop: Extract<StopReason, 'stop' | 'length'>; usage: Usage }

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
  /** Remembers, as long as the same model is installed, that the server takes no tools for it. */
  learnPrompted(model: string): Promise<void>
  /**
   * Streams one answer. Throws an ExpectedFailure when it cannot begin or breaks off; aborting the signal closes the
   * connection at once and ends the iteration with a `cancelled` failure.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
  /** Looks again every two seconds while the server is away, and now and then while it is there. */
  watch(signal: AbortSignal): void
}

export interface SendRequest {
  sessionId: string | null
  text: string
  model: string | null
  think: ThinkLevel | null
  workspace: string | null
  /** How calls are written in this session from here on; left out, it stays as it is. */
  dialect?: DialectChoice | undefined
  /** Lets what the folder says (AGENTS.md) in, from here on. */
  trustFolder?: boolean | undefined
  /** Answers with calls before the one that must close; the person's setting, when it is left out. */
  rounds?: number | undefined
  /** Another server for this run only. */
  host?: string | null
  /** What tools may do in this run; looking only, when it is left out. */
  effects?: readonly ToolEffect[] | undefined
}

export interface EditRequest {
  sessionId: string
  /** The question that is asked in other words. */
  entryId: string
  text: string
  model: string | null
}

export type QueueChange =
  | { do: 'edit'; id: string; text: string }
  | { do: 'move'; id: string; to: number }
  | { do: 'remove' | 'correct'; id: string }

export interface CopiedSession {
  sessionId: string
  /** Records in it. */
  kept: number
  /** Places of the original that could not be read and are not in it. */
  skipped: number
}

export interface Sessions {
  list(filter: 'active' | 'archived' | 'all'): Promise<{ sessions: SessionSummary[]; runs: RunState[] }>
  /** The active path, or with `allBranches` every node in file order. */
  open(sessionId: string, options?: { allBranches?: boolean | undefined }): Promise<OpenedSession>
  /** A piece of all that a tool answered, from this place on. */
  output(sessionId: string, entryId: string, from: number): Promise<OutputPiece>
  /** Shows the branch through this entry, at the place where it was left. Refused while an answer is being written. */
  switchTo(sessionId: string, entryId: string): Promise<OpenedSession>
  /** Whether models are shown this message; a call and its results go together. */
  hide(sessionId: string, entryId: string, hidden: boolean): Promise<OpenedSession>
  /** A new session with everything on the way to this entry; null is the end of the active path. */
  fork(sessionId: string, entryId: string | null): Promise<CopiedSession>
  /** A copy beside the file, which stays as it is. A session in which nothing is damaged is its own copy. */
  repair(sessionId: string): Promise<CopiedSession>
  /** The session's folder, and whether what it says is let in; null when it has none. */
  folderOf(sessionId: string, signal: AbortSignal): Promise<SessionFolder | null>
  trustFolder(sessionId: string, trusted: boolean): Promise<void>
  /** How its calls are written from here on. Refused while an answer is being written. */
  setDialect(sessionId: string, dialect: DialectChoice): Promise<void>
  rename(sessionId: string, title: string): Promise<SessionSummary>
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
  /** Asks an earlier question in other words, as a new branch beside it. */
  edit(request: EditRequest): Promise<{ sessionId: string; entryId: string; runId: string }>
  /** Answers the question at or before this entry again, or the last one, as a new branch beside the earlier answer. */
  retry(sessionId: string, model: string | null, entryId: string | null): Promise<{ sessionId: string; runId: string }>
  /** What was written while an answer is being written. */
  readonly queue: {
    /** Sent at once when the run has just ended well. */
    add(sessionId: string, text: string, isCorrection: boolean): Promise<{ id: string; isSent: boolean }>
    change(sessionId: string, change: QueueChange): Promise<void>
    /** Stops the run first, if there is one. */
    sendNow(sessionId: string, id: string, model: string | null): Promise<{ entryId: string; runId: string }>
  }
  /** True when there was a run to stop. Resolves when its partial answer is on the disk. */
  stop(sessionId: string): Promise<boolean>
  /** Stops every run and waits until what had arrived is on the disk. */
  close(): Promise<void>
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
  confirmEmptyTrash(trash: { sessions: number; bytes: number }, signal: AbortSignal): Promise<boolean>
  showFolder(path: string): Promise<void>
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
  sessions: capability<Sessions>('sessions'),
  doctor: capability<Doctor>('doctor'),
  activity: capability<Activity>('activity'),
  tools: capability<Tools>('tools'),
  trust: capability<Trust>('trust'),
  gateway: capability<Gateway>('gateway'),
  door: capability<null>('door'),
}

export interface Services {
  home: Home
  settings: SettingsStore
  models: Models
  sessions: Sessions
  doctor: Doctor
  activity: Activity
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
