// The open session: its entries, the run that goes on in it, and what can be done there.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AnswerChoices, AnswerPatch } from '../../shared/answers.ts'
import type { Approval, Decision, Scope, SessionMode } from '../../shared/approval.ts'
import type { NamedAttachment } from '../../shared/attachment.ts'
import { attachmentsOf } from '../../shared/attachment-kinds.ts'
import type { TextField } from '../../shared/entry-texts.ts'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { FoundInSession, OpenedSession, Output, PushPayload, SessionSlice, WantedSlice } from '../../shared/ipc.ts'
import { wishLimit } from '../../shared/limits.ts'
import { compactWords } from '../../shared/messages/compact.ts'
import { replayWords } from '../../shared/messages/replay.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { QueueState } from '../../shared/queue.ts'
import type { ReplayPairs, ReplayState } from '../../shared/replay.ts'
import type { RunEnd, RunFrame, RunNotice, RunState } from '../../shared/run.ts'
import type { Diagnostic, MessageRecord, SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import { withPlainTitle } from '../ui/plain-title.ts'
import { type Attached, createAttached } from './attached.ts'
import { type Changes, createChanges } from './changes-store.ts'
import { createDrafts, type Drafts, newDraft } from './drafts.ts'
import { createEdits, type Edits } from './edits.ts'
import { appendEntry, type Entry, groupTurns, keepKnown, type Marks } from './entries.ts'
import { startFramePump } from './frame-pump.ts'
import { createLiveOutput, type LiveOutput } from './live-output.ts'
import { createLiveRunText, type LiveRunText } from './live-run.ts'
import { isAtEnd, isWhole, joined, marksOf, sameAgain, theEnd, trimmed } from './slices.ts'
import { createWaiting, type Waiting } from './waiting.ts'

export interface Live {
  run: RunState
  /** Title of the session whose answer this one waits for; null when there is none to name. */
  behindTitle: string | null
  text: LiveRunText
  /** The answer is among the entries, so the live text is no longer shown. */
  answered: boolean
  /** How the run ended; only kept when no answer was recorded for it. */
  end: RunEnd | null
}

export interface Editing {
  entryId: string
  isSending: boolean
  failure: Failure | null
}

/** Versions of one answer that are looked at side by side. */
export interface Comparing {
  questionId: string
  /** First entry of each; null is the one that is only coming. */
  left: string
  right: string | null
  /** All that there were when it began. */
  ids: readonly string[]
  /** The message at which it was asked for, which has the focus again after it. */
  from: string
}

export type Noticed = Pick<RunNotice, 'code' | 'message' | 'after'>

/** `unknown`: the list of sessions could not be had. */
export type OtherTitle = { title: string } | 'gone' | 'unknown'

/** Its title is never empty. */
export interface NamedSession {
  id: string
  title: string
}

export type Side = 'before' | 'after'

export interface Target {
  entryId: string
  terms: readonly string[]
  /** null: wherever in the entry the words are. */
  field: TextField | null
  /** Which of the places in that field; the first when it is left out. */
  nth?: number
  /** Takes the focus; what is found while one writes does not. */
  takesFocus: boolean
}

export type Copied = Output<'sessions.fork'>

/** What a session that has not begun will begin with. It counts from its first message on; its folder never changes after. */
export interface Choice {
  /** Absolute path of a folder that the person has chosen. */
  workspace: string | null
  mode: Exclude<SessionMode, 'trusted'>
  /** The one skill that is tried in it; null for any other session. */
  onlySkill: string | null
  /** Which are on or off in it whatever holds for all, by name. */
  skills: Readonly<Record<string, boolean>>
  /** How its model shall answer. */
  answers?: AnswerPatch | undefined
}

export interface ChatState {
  /** null is the composer of a session that does not exist yet. */
  sessionId: string | null
  session: SessionSummary | null
  entries: readonly Entry[]
  marks: Marks
  diagnostics: readonly Diagnostic[]
  /** Results that are not shown, because the call they belong to could not be read. */
  leftOut: readonly string[]
  /** Which part of the session these entries are; null while nothing is open. */
  slice: SessionSlice | null
  /** The side on which more is being read, or could not be. */
  paging: { side: Side; failure: Failure | null } | null
  /** The entry that is to be shown, with the words that are marked in it. */
  target: Target | null
  /** Counts up when words are to be looked for; null while nobody looks. */
  finding: number | null
  /** What this session was forked from, or is a repaired copy of. */
  origin: OpenedSession['origin']
  /** How far it is, when it is a replay. */
  replay: ReplayState | null
  /** Absolute path of its folder. */
  workspace: string | null
  dialect: OpenedSession['dialect']
  /** How its model answers. */
  answers: AnswerChoices
  /** How much it may do unasked. */
  mode: SessionMode
  /** Which skills are on or off in this session alone, or the one that is tried in it. */
  skills: OpenedSession['skills']
  /** Of the session that has not begun. */
  choice: Choice
  /** The question that is being written anew. */
  editing: Editing | null
  comparing: Comparing | null
  /** The replay that stands beside the session it replays: the open one, or one of the open one. */
  sideBySide: string | null
  isOpening: boolean
  openFailure: Failure | null
  live: Live | null
  /** What was told of runs in this session while it was open. */
  notices: readonly Noticed[]
  /** What waits to be sent. */
  queue: QueueState
  isSending: boolean
  /** Why the last message was not sent, or the last retry not begun. */
  sendFailure: Failure | null
  /** A sentence for those who listen. */
  announcement: string
  /** The question whose answer has just failed: its failure is said at once, not only shown. */
  freshEnd: string | null
  /** Counts up when the transcript shall show its end. */
  toEnd: number
  /** Counts up when the composer shall take the focus. */
  toComposer: number
}

export interface Chat {
  store: StoreApi<ChatState>
  drafts: Drafts
  /** What is attached to them. */
  attached: Attached
  /** At its end, or at an entry, in which these words are marked. */
  open(sessionId: string, at?: { entryId: string; terms?: readonly string[] | undefined }): Promise<void>
  /** Reads on where the part that is held ends. */
  page(side: Side): Promise<void>
  /** Lets go of what lies far from this side. */
  trim(keep: 'start' | 'end'): void
  /** Shows an entry of the open session, wherever it is. */
  reveal(target: Target): Promise<void>
  /** Opens the field in which words are looked for, or gives it the focus. */
  find(): void
  endFind(): void
  /** Where words are in the way that is shown, all of it. */
  findPlaces(text: string, signal: AbortSignal): Promise<Answer<FoundInSession>>
  /** Shows the end, which may have to be read. */
  toLatest(): Promise<void>
  begin(): void
  choose(choice: Choice): void
  /** Whatever lets more happen is asked natively, and may stay as it was. Answers what kept it from being asked. */
  setMode(mode: SessionMode): Promise<Failure | null>
  /** True when the message is in the log. */
  send(text: string, model: string | null): Promise<boolean>
  /** Asks for more after an answer that a limit ended; what is being written in the composer stays there. */
  goOn(model: string | null): Promise<void>
  /** What is said while an answer is being written: it waits for its end, or corrects it. True when it is kept. */
  queue(text: string, isCorrection: boolean): Promise<boolean>
  waiting: Waiting
  /** What commands write while they run. */
  liveOutput: LiveOutput
  /** Says a sentence to those who listen. */
  announce(sentence: string): void
  /** Answers the question at or before this entry again, or the last one. */
  retry(model: string | null, entryId?: string): Promise<void>
  /** The same by another model, beside the answer that this entry belongs to. */
  answerWith(model: string, entryId: string): Promise<void>
  /** Puts the answer this entry belongs to beside another version of it; null ends that. */
  compare(entryId: string | null): void
  /** Puts a replay beside the session it replays; null ends that. */
  showSideBySide(replayId: string | null): void
  /** A version of an answer, from its first entry on. Nothing is switched. */
  version(entryId: string): Promise<Answer<OpenedSession>>
  /**
   * Has the model summarise what was said; `wish` says what matters of it, empty for nothing. `command` is the text in the composer that
   * asked for it: it stays there unless it has begun. null: it was asked for in another way, and what is being written stays.
   */
  compact(model: string | null, wish: string, command: string | null): Promise<void>
  /** Asks the question that is being edited in these words. True when they are in the log. */
  sendEdit(text: string, model: string | null): Promise<boolean>
  beginEdit(entryId: string): void
  endEdit(): void
  edits: Edits
  /** Shows the branch through this entry. Answers what kept it from being shown. */
  switchTo(entryId: string): Promise<Failure | null>
  hide(entryId: string, hidden: boolean): Promise<Failure | null>
  /** Back to before this question; its words go into the composer when that is empty. */
  rewind(entryId: string, files: boolean): Promise<Failure | null>
  /** What the runs of the open session have changed. */
  changes: Changes
  /** A piece of all that a tool answered, from this place on. */
  output(entryId: string, from: number): Promise<Answer<Output<'sessions.output'>>>
  /** A new session with all up to this entry, which is opened. null while another copy is being made. */
  fork(entryId: string): Promise<Answer<Copied> | null>
  /** A copy of all that can be read, which is opened. */
  repair(): Promise<Answer<Copied> | null>
  /** Calls back with the title of a session, now and whenever it changes, until the returned function is called. */
  watchTitle(sessionId: string, tell: (title: OtherTitle) => void): () => void
  /** Calls back with the replays of a session, now and whenever they change, until the returned function is called. */
  watchReplays(sessionId: string, tell: (replays: readonly NamedSession[]) => void): () => void
  /** The questions of a replay with both answers, from this place on. */
  replayPairs(replayId: string, from: number): Promise<Answer<ReplayPairs>>
  /** Where a session comes from that was imported; null when it was made here. */
  importedFrom(sessionId: string): Promise<Output<'sessions.importedFrom'>['imported']>
  /** Calls back right before another branch is shown. */
  onRearranging(listener: () => void): () => void
  /** Answers what is asked. Answers what kept it from counting. */
  decide(approval: Approval, answer: { decision: Decision; scope: Scope; note: string | null }): Promise<Failure | null>
  stop(): void
  focusComposer(): void
}

const nothingWaits: QueueState = { items: [], isPaused: false }

const noSkills: OpenedSession['skills'] = { choices: {}, only: null }

const nothingOpen = {
  session: null,
  entries: [],
  marks: { versions: new Map<string, readonly string[]>(), hidden: new Set<string>() },
  diagnostics: [],
  leftOut: [],
  slice: null,
  paging: null,
  target: null,
  finding: null,
  origin: null,
  replay: null,
  workspace: null,
  dialect: 'auto' as const,
  answers: { think: null, temperature: null, topP: null, seed: null, ownPrompt: null },
  mode: 'workspace' as const,
  skills: noSkills,
  editing: null,
  comparing: null,
  sideBySide: null,
  isOpening: false,
  openFailure: null,
  live: null,
  notices: [],
  queue: nothingWaits,
  sendFailure: null,
  freshEnd: null,
} as const

const noChoice: Choice = { workspace: null, mode: 'workspace', onlySkill: null, skills: {} }

/** How many ended runs are remembered: their last frames may come a little after their end. */
const endedKept = 64

export function createChat(
  bridge: Bridge,
  options: {
    drafts: Readonly<Record<string, string>>
    attached: Readonly<Record<string, readonly NamedAttachment[]>>
    onShown: (sessionId: string | null) => void
    /** The session that had not begun has its id now. */
    onBegun: (sessionId: string) => void
    /** null for a session the list does not have. */
    titleOf: (sessionId: string) => string | null
    watchReplays: Chat['watchReplays']
    /** Where a file of the pointer or the clipboard lies; empty when that is not known. */
    pathOf: (file: File) => string
  },
): Chat {
  const drafts = createDrafts(bridge, options.drafts)
  const attached = createAttached(bridge, options.attached, options.pathOf)
  const edits = createEdits()
  const liveOutput = createLiveOutput(bridge)
  const waiting = createWaiting(bridge, drafts, () => store.getState().sessionId)
  const store = createStore<ChatState>(() => ({
    ...nothingOpen,
    sessionId: null,
    choice: noChoice,
    isSending: false,
    announcement: '',
    toEnd: 0,
    toComposer: 0,
  }))
  const { getState: state, setState: set } = store
  const changes = createChanges(bridge, store)
  let opens = 0
  /** There as soon as a session is. */
  let reader: typeof import('./read-entries.ts') | null = null
  /** Pushes that came while the session was being opened, in their order. */
  let early: { isText: boolean; apply(): void }[] = []
  const ended = new Set<string>()
  /** The run that ended last here: by the time that is told, what is shown may have been read again without it. */
  let lastRun: RunState | null = null
  /** Size of the session's file when it was read last: a change up to there is shown already, above all one of our own. */
  let shownBytes = 0
  /** A run began beside what was there, and no message of it has come yet. */
  let isAwaitingVersions = false
  const rearranging = new Set<() => void>()
  let isCopying = false
  /** The question on its way to the main process: its run has no name yet, but may be unwanted already. */
  let asking: { sessionId: string | null; isUnwanted: boolean } | null = null

  function announce(announcement: string) {
    set({ announcement })
  }

  async function read(sessionId: string, slice: WantedSlice = sameAgain(state())) {
    const failure = await bring(() => bridge.call('sessions.open', { sessionId, slice }))
    if (failure && state().sessionId === sessionId) set({ openFailure: failure })
  }

  /** Shows what a call answers of the open session. What is pushed meanwhile counts after it. */
  async function bring(call: () => Promise<Answer<OpenedSession>>, side: Side | null = null): Promise<Failure | null> {
    opens += 1
    const ticket = opens
    early = []
    set({ isOpening: true, openFailure: null, paging: side && { side, failure: null } })
    const [answer, entryReader] = await Promise.all([call(), import('./read-entries.ts')])
    reader = entryReader
    // Whoever has begun to read since then shows it.
    if (ticket !== opens) return null
    const pushes = early
    early = []
    const failure = answer.ok ? null : answer.failure
    if (answer.ok) take(answer.value, keepKnown(state().entries, reader.readEntries(answer.value.entries)), side)
    else set({ isOpening: false, paging: side && { side, failure } })
    if (state().session) for (const push of pushes) push.apply()
    return failure
  }

  /** Asks for another branch, or for another mark, and shows it. */
  async function rearrange(call: (sessionId: string) => Promise<Answer<OpenedSession>>): Promise<Failure | null> {
    const { sessionId, isOpening } = state()
    if (sessionId === null || isOpening) return null
    return await bring(async () => await call(sessionId))
  }

  function take(opened: OpenedSession, read: readonly Entry[], side: Side | null) {
    const { run } = opened
    const slice = opened.slice ?? { from: 0, to: read.length, total: read.length, branch: null }
    const given = { entries: read, marks: marksOf(opened), leftOut: opened.leftOut, slice }
    const { entries, ...held } = side === null ? given : joined(state(), given, side)
    const isLive = run !== null && run.phase !== 'ended'
    shownBytes = opened.session.bytes
    for (const tell of rearranging) tell()
    set({
      session: withPlainTitle(opened.session),
      entries,
      ...held,
      paging: null,
      diagnostics: side === null ? opened.diagnostics : joinDiagnostics(state().diagnostics, opened.diagnostics),
      origin: opened.origin,
      replay: opened.replay ?? null,
      workspace: opened.workspace,
      dialect: opened.dialect,
      answers: opened.answers,
      mode: opened.mode,
      skills: opened.skills,
      queue: opened.queue,
      isOpening: false,
      notices: joinNotices(state().notices, isLive ? run.notices : []),
      live: isLive
        ? {
            run,
            behindTitle: behindTitle(run),
            text: createLiveRunText(run),
            answered: entries.some((entry) => isAnswerOf(entry, run)),
            end: null,
          }
        : null,
    })
    rescueWords(opened.session.id)
  }

  function rescueWords(sessionId: string) {
    if (waiting.rescue(sessionId, state().queue)) announce(words.waiting.rescued)
  }

  const behindTitle = ({ behind }: RunState) => (behind === null ? null : options.titleOf(behind))

  /** Calls back for what is pushed about the open session; while it is being opened, only once it is there. */
  function listen<Name extends 'run.changed' | 'run.notice' | 'run.ended' | 'sessions.appended'>(
    name: Name,
    apply: (payload: PushPayload<Name>) => void,
  ) {
    bridge.on(name, (payload) => whenOpen(payload.sessionId, () => apply(payload)))
  }

  function whenOpen(sessionId: string, apply: () => void, isText = false) {
    if (sessionId !== state().sessionId) return
    if (state().isOpening) early.push({ isText, apply: () => whenOpen(sessionId, apply, isText) })
    else apply()
  }

  function applyFrame(frame: RunFrame) {
    const { live } = state()
    if (live?.run.runId === frame.runId) {
      if (live.answered || live.text.apply(frame) === 'applied') return
    }
    if (!ended.has(frame.runId)) void read(frame.sessionId)
  }

  const pump = startFramePump(bridge, (frame) => whenOpen(frame.sessionId, () => applyFrame(frame), true))

  // The text of a step stands before the entry it becomes: after that, the next step's text begins anew.
  bridge.on('sessions.appended', ({ sessionId }) => {
    pump.flush()
    if (sessionId === state().sessionId && state().isOpening) early = early.filter(({ isText }) => !isText)
  })

  // Before all else that is told of the end: what comes late about this run is known to be late.
  bridge.on('run.ended', ({ runId }) => {
    const { live } = state()
    if (live?.run.runId === runId) lastRun = live.run
    ended.add(runId)
    for (const oldest of ended) {
      if (ended.size <= endedKept) break
      ended.delete(oldest)
    }
  })

  listen('run.changed', (run) => {
    const { live } = state()
    if (run.phase === 'ended' || ended.has(run.runId)) return
    if (live?.run.runId === run.runId) {
      const isNewPhase = live.run.phase !== run.phase
      set({ live: { ...live, run, behindTitle: behindTitle(run) } })
      // Between two steps nobody has sent anything.
      if (!isNewPhase || run.phase === 'waiting') return
    } else {
      const text = createLiveRunText({ text: '', thinking: '' })
      set({ live: { run, behindTitle: behindTitle(run), text, answered: false, end: null } })
    }
    announce(words.announce.phase(run.phase, run.model))
  })

  listen('run.notice', ({ code, message, after }) => {
    set((before) => ({ notices: joinNotices(before.notices, [{ code, message, after }]) }))
    announce(message)
  })

  listen('run.ended', (end) => {
    const { live } = state()
    const { items, isPaused } = state().queue
    const isSummary = end.purpose === 'summary'
    // That there was too little to summarise, or why it failed, was told.
    const ended = isSummary ? words.announce.summaryEnded(end.stop) : words.announce.ended(end.stop)
    const told = isPaused ? `${ended} ${words.waiting.paused(items.length)}` : ended
    if (told !== '') announce(told)
    set({ freshEnd: end.stop === 'error' && !isSummary && lastRun?.runId === end.runId ? lastRun.parentId : null })
    if (live?.run.runId !== end.runId) return
    set({ live: live.answered || isSummary ? null : { ...live, end } })
  })

  listen('sessions.appended', (pushed) => {
    let { live } = state()
    let entries: readonly Entry[] | null = state().entries
    const isEnd = isAtEnd(state())
    let isAnswered = false
    let isBranched = false
    for (const record of pushed.entries) {
      const mode = reader?.modeOf(record)
      if (mode) set({ mode })
      const choices = reader?.skillChoicesOf(record)
      if (choices) set(({ skills }) => ({ skills: { ...skills, choices } }))
      const entry = reader?.readEntry(record)
      if (!entry || !entries) continue
      const before: readonly Entry[] = entries
      // Beyond the part that is held: it is read when the reader comes there.
      if (isEnd) entries = appendEntry(before, entry)
      // An entry that was there already may be the answer of an earlier run.
      const isNew = entries !== before || !isEnd
      isBranched ||= isEnd
        ? isNew && entry.parentId !== (before.at(-1)?.id ?? null)
        : before.some(({ id }) => id === entry.parentId)
      // What a run was offered comes first of a new branch, and stands beside nothing: its first message does.
      if (isBranched && entry.message === null) isAwaitingVersions = true
      else if (entry.message !== null && isAwaitingVersions) {
        isBranched = true
        isAwaitingVersions = false
      }
      if (live && entry.parentId === live.run.parentId && goesOn(entry)) {
        live = behind(live, entry)
        continue
      }
      isAnswered ||= isNew ? entry.message?.role === 'assistant' : live !== null && isAnswerOf(entry, live.run)
    }
    const longer = entries === null ? null : grownBy(state(), entries, isEnd ? 0 : pushed.entries.length)
    if (!entries) void read(pushed.sessionId)
    else if (live && isAnswered) set({ entries, slice: longer, live: live.end ? null : { ...live, answered: true } })
    else set({ entries, slice: longer, live })
    // What stands beside the new branch is known to the main process only; until it says so, this is shown.
    if (entries && isBranched) void read(pushed.sessionId)
  })

  bridge.on('sessions.rearranged', ({ sessionId, bytes }) => {
    whenOpen(sessionId, () => {
      if (bytes !== shownBytes) void read(sessionId)
    })
  })

  bridge.on('replay.changed', ({ sessionId, ...replay }) => {
    whenOpen(sessionId, () => {
      set({ replay })
      if (replay.isGoingOn) announce(replayWords.progress(replay.asked + 1, replay.of))
    })
  })

  bridge.on('queue.changed', ({ sessionId, ...queue }) => {
    whenOpen(sessionId, () => {
      set({ queue })
      rescueWords(sessionId)
    })
  })

  bridge.on('sessions.changed', (session) => {
    whenOpen(session.id, () => set({ session: withPlainTitle(session) }))
  })

  function show(sessionId: string | null) {
    void drafts.flush()
    opens += 1
    isAwaitingVersions = false
    const entryId = sessionId === null ? null : edits.openIn(sessionId)
    const editing = entryId === null ? null : { entryId, isSending: false, failure: null }
    set({ ...nothingOpen, sessionId, editing, announcement: '' })
    options.onShown(sessionId)
  }

  async function open(sessionId: string, at?: { entryId: string; terms?: readonly string[] | undefined }) {
    if (state().sessionId !== sessionId) show(sessionId)
    if (at) return await reveal({ entryId: at.entryId, terms: at.terms ?? [], field: null, takesFocus: true })
    set({ target: null })
    await read(sessionId, theEnd)
    if (state().sessionId === sessionId) set((before) => ({ toEnd: before.toEnd + 1 }))
  }

  async function reveal(target: Target) {
    const { sessionId, entries } = state()
    if (sessionId === null) return
    if (!entries.some(({ id }) => id === target.entryId)) {
      await read(sessionId, { at: 'around', entryId: target.entryId, branch: null })
      if (state().sessionId !== sessionId || state().openFailure) return
    }
    const drawn = drawnAt(state().entries, target.entryId)
    if (drawn) {
      const field = target.field ?? reader?.fieldWith(drawn, target.terms) ?? null
      return set({ target: { ...target, entryId: drawn.id, field } })
    }
    announce(words.big.gone)
    set((before) => ({ target: null, toEnd: before.toEnd + 1 }))
  }

  async function page(side: Side) {
    const { sessionId, isOpening, slice, entries, paging } = state()
    const edge = side === 'before' ? entries[0] : entries.at(-1)
    if (sessionId === null || isOpening || slice === null || !edge) return
    if (side === 'before' ? slice.from === 0 : slice.to >= slice.total) return
    if (paging && !paging.failure) return
    const wanted = { at: side, entryId: edge.id, branch: slice.branch }
    await bring(() => bridge.call('sessions.open', { sessionId, slice: wanted }), side)
  }

  /** What is sent or asked again is at the end, and its sender wants to see it. */
  async function toLatest() {
    const { sessionId } = state()
    if (sessionId !== null && !isAtEnd(state())) await read(sessionId, theEnd)
    if (state().sessionId === sessionId) set((before) => ({ target: null, toEnd: before.toEnd + 1 }))
  }

  /** Asks for a run; when it was unwanted before it had a name, it is stopped as soon as it has one. */
  async function ask<Run extends { sessionId: string }>(call: () => Promise<Answer<Run>>): Promise<Answer<Run>> {
    const mine = { sessionId: state().sessionId, isUnwanted: false }
    asking = mine
    const answer = await call()
    if (asking === mine) asking = null
    if (answer.ok && mine.isUnwanted) void bridge.call('chat.stop', { sessionId: answer.value.sessionId })
    return answer
  }

  /** What was made is opened, unless the person has gone elsewhere meanwhile. */
  async function openCopy(call: (sessionId: string) => Promise<Answer<Copied>>): Promise<Answer<Copied> | null> {
    const { sessionId } = state()
    if (sessionId === null || isCopying) return null
    isCopying = true
    const answer = await call(sessionId)
    isCopying = false
    const isHere = state().sessionId === sessionId
    if (answer.ok && isHere && answer.value.sessionId !== sessionId) {
      await open(answer.value.sessionId)
      focusComposer()
    }
    return answer
  }

  async function queue(text: string, isCorrection: boolean): Promise<boolean> {
    const { sessionId, isSending } = state()
    if (isSending || sessionId === null) return false
    set({ isSending: true, sendFailure: null })
    const attachments = attached.read(sessionId)
    const answer = await bridge.call('queue.add', { sessionId, text, isCorrection, ...withAttached(attachments) })
    set({ isSending: false })
    if (!answer.ok) {
      if (state().sessionId === sessionId) set({ sendFailure: answer.failure })
      return false
    }
    if (drafts.read(sessionId) === text) drafts.replace(sessionId, '')
    void drafts.flush()
    if (attachments.length > 0) void attached.set(sessionId, [])
    if (state().sessionId !== sessionId) return true
    if (answer.value.isSent) await toLatest()
    else announce(isCorrection ? words.waiting.corrected : words.waiting.queued(state().queue.items.length))
    return true
  }

  /** null when it stands in no turn that is held, or there is nothing to compare it with. */
  function comparingOf(entryId: string, isComing: boolean): Comparing | null {
    const { entries, marks } = state()
    const turn = groupTurns(entries, marks).find(({ answers }) => answers.some(({ record }) => record.id === entryId))
    const [first] = turn?.answers ?? []
    if (!turn?.question || !first) return null
    const { id } = first.record
    const ids = first.versions ?? [id]
    const right = isComing ? null : (ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1])
    if (right === undefined) return null
    return { questionId: turn.question.record.id, left: id, right, ids, from: entryId }
  }

  async function retry(model: string | null, entryId?: string): Promise<boolean> {
    const { sessionId } = state()
    if (sessionId === null || asking) return false
    set({ sendFailure: null })
    const wish = { sessionId, model, ...(entryId !== undefined && { entryId }) }
    const answer = await ask(() => bridge.call('chat.retry', wish))
    if (state().sessionId !== sessionId) return answer.ok
    if (answer.ok) await toLatest()
    else set({ sendFailure: answer.failure })
    return answer.ok
  }

  async function compact(model: string | null, wish: string, command: string | null): Promise<void> {
    const { sessionId } = state()
    if (asking) return
    set({ sendFailure: compactFault(sessionId, wish) })
    if (sessionId === null || state().sendFailure) return
    const wanted = { sessionId, model, wish: wish === '' ? null : wish }
    const answer = await ask(() => bridge.call('sessions.compact', wanted))
    if (answer.ok && command !== null && drafts.read(sessionId) === command) drafts.replace(sessionId, '')
    if (state().sessionId !== sessionId) return
    if (answer.ok) await toLatest()
    else set({ sendFailure: answer.failure })
  }

  const focusComposer = () => set((before) => ({ toComposer: before.toComposer + 1 }))

  return {
    store,
    drafts,
    attached,
    edits,
    changes,
    open,
    page,
    reveal,
    toLatest,
    find: () => set(({ finding, sessionId }) => ({ finding: sessionId === null ? null : (finding ?? 0) + 1 })),
    endFind: () => set({ finding: null, target: null }),
    async findPlaces(text, signal) {
      const { sessionId, slice } = state()
      const wish = { sessionId: sessionId ?? '', text, branch: slice?.branch ?? null }
      return await bridge.call('sessions.find', wish, signal)
    },
    trim(keep) {
      const less = trimmed(state(), keep)
      if (less) set(less)
    },
    waiting,
    liveOutput,
    announce,
    begin: () => show(null),
    choose: (choice) => set({ choice }),
    async setMode(mode) {
      const { sessionId } = state()
      if (sessionId === null) return null
      const answer = await bridge.call('window.setMode', { sessionId, mode })
      if (!answer.ok) return answer.failure
      if (answer.value.agreed && state().sessionId === sessionId) set({ mode })
      return null
    },
    async goOn(model) {
      const { sessionId, isSending } = state()
      if (isSending || sessionId === null) return
      set({ isSending: true, sendFailure: null })
      const text = words.ending.goOnSay
      const wish = { sessionId, text, model, think: null, workspace: null }
      const answer = await ask(() => bridge.call('chat.send', wish))
      set({ isSending: false })
      if (state().sessionId !== sessionId) return
      if (answer.ok) await toLatest()
      else set({ sendFailure: answer.failure })
    },
    async send(text, model) {
      const { sessionId, isSending, choice } = state()
      if (isSending) return false
      const key = sessionId ?? newDraft
      const begins = sessionId === null ? beginningOf(choice) : { workspace: null }
      const attachments = attached.read(key)
      set({ isSending: true, sendFailure: null })
      const answer = await ask(async () => {
        // A window that is killed right now must find the text again: in the log, or here.
        drafts.write(key, text)
        await drafts.flush()
        return await bridge.call('chat.send', {
          sessionId,
          text,
          model,
          think: null,
          ...begins,
          ...withAttached(attachments),
        })
      })
      const isHere = state().sessionId === sessionId
      set({ isSending: false })
      // Somebody else has asked in the same moment: it waits, as it would have a moment later.
      if (!answer.ok && answer.failure.code === 'busy' && sessionId !== null && isHere) return await queue(text, false)
      if (!answer.ok) {
        if (isHere) set({ sendFailure: answer.failure })
        return false
      }
      if (drafts.read(key) === text) drafts.replace(key, '')
      void drafts.flush()
      if (attachments.length > 0) void attached.set(key, [])
      if (sessionId === null) {
        // The next one begins without a folder, unless that was chosen for it meanwhile.
        if (state().choice === choice) set({ choice: noChoice })
        options.onBegun(answer.value.sessionId)
      }
      if (isHere && sessionId === null) await open(answer.value.sessionId)
      else if (isHere) await toLatest()
      return true
    },
    queue,
    async retry(model, entryId) {
      await retry(model, entryId)
    },
    compact,
    async answerWith(model, entryId) {
      const comparing = comparingOf(entryId, true)
      if ((await retry(model, entryId)) && comparing) set({ comparing })
    },
    showSideBySide: (replayId) => set({ sideBySide: replayId }),
    compare: (entryId) => set({ comparing: entryId === null ? null : comparingOf(entryId, false) }),
    async version(entryId) {
      const slice = { at: 'from' as const, entryId, branch: entryId }
      return await bridge.call('sessions.open', { sessionId: state().sessionId ?? '', slice })
    },
    beginEdit(entryId) {
      const { sessionId, editing } = state()
      if (sessionId === null || editing?.isSending) return
      edits.begin(sessionId, entryId)
      set({ editing: { entryId, isSending: false, failure: null } })
    },
    endEdit() {
      const { sessionId, editing } = state()
      if (sessionId === null || !editing || editing.isSending) return
      edits.end(sessionId, editing.entryId)
      set({ editing: null })
    },
    async sendEdit(text, model) {
      const { sessionId, editing } = state()
      if (sessionId === null || !editing || editing.isSending || asking) return false
      const { entryId } = editing
      edits.write(sessionId, entryId, text)
      set({ editing: { entryId, isSending: true, failure: null } })
      const answer = await ask(() => bridge.call('chat.edit', { sessionId, entryId, text, model }))
      const isHere = state().sessionId === sessionId
      if (answer.ok) edits.end(sessionId, entryId)
      if (!isHere) return answer.ok
      if (answer.ok) {
        set({ editing: null })
        await toLatest()
      } else set({ editing: { entryId, isSending: false, failure: answer.failure } })
      return answer.ok
    },
    async switchTo(entryId) {
      const failure = await rearrange((sessionId) => bridge.call('sessions.switch', { sessionId, entryId }))
      const ids = state().marks.versions.get(entryId)
      // Other entries are held now: the one that was asked for is looked for among them.
      if (!failure && !isWhole(state())) set({ target: { entryId, terms: [], field: null, takesFocus: false } })
      if (!failure && ids) announce(words.versions.shown(ids.indexOf(entryId) + 1, ids.length))
      return failure
    },
    async hide(entryId, hidden) {
      const failure = await rearrange((sessionId) =>
        bridge.call('sessions.hide', { sessionId, entryId, hidden, slice: sameAgain(state()) }),
      )
      if (!failure) announce(hidden ? words.said.hidden : words.said.shown)
      return failure
    },
    async rewind(entryId, files) {
      const rewound = state().entries.find(({ id }) => id === entryId)?.message
      const question = rewound?.content ?? ''
      const { sessionId: from } = state()
      const failure = await rearrange((sessionId) => bridge.call('sessions.rewind', { sessionId, entryId, files }))
      if (failure || from === null) return failure
      if (drafts.read(from) === '') {
        drafts.replace(from, question)
        const were = rewound ? attachmentsOf(rewound) : []
        if (were.length > 0 && attached.read(from).length === 0) void attached.set(from, were as NamedAttachment[])
      }
      announce(words.said.rewound)
      set((before) => ({ toComposer: before.toComposer + 1 }))
      return null
    },
    async output(entryId, from) {
      return await bridge.call('sessions.output', { sessionId: state().sessionId ?? '', entryId, from })
    },
    fork: (entryId) => openCopy((sessionId) => bridge.call('sessions.fork', { sessionId, entryId })),
    repair: () => openCopy((sessionId) => bridge.call('sessions.repair', { sessionId })),
    async importedFrom(sessionId) {
      const answer = await bridge.call('sessions.importedFrom', { sessionId })
      return answer.ok ? answer.value.imported : null
    },
    watchReplays: options.watchReplays,
    replayPairs: async (sessionId, from) => await bridge.call('sessions.replayPairs', { sessionId, from }),
    watchTitle(sessionId, tell) {
      let isWatched = true
      const known = options.titleOf(sessionId)
      if (known !== null) tell({ title: known })
      else {
        void bridge.call('sessions.list', { filter: 'all' }).then((answer) => {
          if (!isWatched) return
          if (!answer.ok) return tell('unknown')
          const found = answer.value.sessions.find(({ id }) => id === sessionId)
          tell(found ? titled(found) : 'gone')
        })
      }
      const stops = [
        bridge.on('sessions.changed', (session) => session.id === sessionId && tell(titled(session))),
        bridge.on('sessions.removed', (removed) => removed.sessionId === sessionId && tell('gone')),
        () => {
          isWatched = false
        },
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
    onRearranging(listener) {
      rearranging.add(listener)
      return () => void rearranging.delete(listener)
    },
    async decide({ sessionId, id: approvalId, hash }, answer) {
      const answered = await bridge.call('approval.decide', { sessionId, approvalId, hash, ...answer })
      return answered.ok ? null : answered.failure
    },
    stop() {
      const { sessionId, live, isOpening } = state()
      if (asking && asking.sessionId === sessionId) asking.isUnwanted = true
      // While it is being opened, only the main process knows whether something goes on in it.
      else if (sessionId !== null && (isOpening || (live && !live.end))) void bridge.call('chat.stop', { sessionId })
    },
    focusComposer,
  }
}

function compactFault(sessionId: string | null, wish: string): Failure | null {
  if (sessionId === null) return { code: 'invalid-input', message: compactWords.noSession }
  return wish.length <= wishLimit ? null : { code: 'invalid-input', message: compactWords.tooLong(wishLimit) }
}

function withAttached(attachments: readonly NamedAttachment[]) {
  return attachments.length > 0 ? { attachments: [...attachments] } : {}
}

function beginningOf({ workspace, mode, onlySkill, skills, answers }: Choice) {
  const begins = workspace === null ? { workspace } : { workspace, mode }
  // Where one is tried, it is on, and no other counts.
  const hasChoices = onlySkill === null && Object.keys(skills).length > 0
  return {
    ...begins,
    ...(onlySkill !== null && { onlySkill }),
    ...(hasChoices && { skillChoices: skills }),
    ...(answers && { answers }),
  }
}

function titled(session: SessionSummary): OtherTitle {
  return { title: withPlainTitle(session).title || words.untitled }
}

/** What stands in a run between its question and its last answer: calls, and what comes of them. */
function goesOn({ message }: Entry): boolean {
  return message?.role !== 'assistant' || message.stop === 'tool_calls'
}

/** The run as its next words come behind this entry. The run says so itself in a moment, and until then nothing is missing. */
function behind(live: Live, { id, message }: Entry): Live {
  const text = message?.role === 'assistant' ? createLiveRunText({ text: '', thinking: '' }) : live.text
  return { ...live, run: { ...live.run, parentId: id }, text }
}

/** A front that opens a session again is told again. */
function joinNotices(known: readonly Noticed[], told: readonly Noticed[]): readonly Noticed[] {
  const isKnown = ({ code, after }: Noticed) => known.some((one) => one.code === code && one.after === after)
  const fresh = told.filter((one) => !isKnown(one))
  return fresh.length === 0 ? known : [...known, ...fresh]
}

/** The message that is this entry, or in whose card it is told. */
function drawnAt(entries: readonly Entry[], entryId: string): MessageRecord | null {
  const at = entries.findIndex(({ id }) => id === entryId)
  return at < 0 ? null : (entries.slice(0, at + 1).findLast(({ message }) => message !== null)?.message ?? null)
}

/** The same part with entries at its end, or a longer session beyond it. */
function grownBy({ slice, entries }: ChatState, now: readonly Entry[], beyond: number): SessionSlice | null {
  if (slice === null) return null
  const more = now.length - entries.length
  return { ...slice, to: slice.to + more, total: slice.total + more + beyond }
}

function joinDiagnostics(known: readonly Diagnostic[], told: readonly Diagnostic[]): readonly Diagnostic[] {
  const isKnown = ({ code, offset }: Diagnostic) => known.some((one) => one.code === code && one.offset === offset)
  return [...known, ...told.filter((one) => !isKnown(one))]
}

/** Told by its moment: one question may have had answers before this run. */
function isAnswerOf(entry: Entry, run: RunState): boolean {
  const { message } = entry
  if (message?.role !== 'assistant' || entry.parentId !== run.parentId || goesOn(entry)) return false
  return message.ts !== null && message.ts >= run.startedAt
}
