// The open session: its entries, the run that goes on in it, and what can be done there.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Answer, Failure } from '../../shared/failure.ts'
import type { OpenedSession, PushPayload } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { RunEnd, RunFrame, RunState } from '../../shared/run.ts'
import type { Diagnostic, SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import { withPlainTitle } from '../ui/plain-title.ts'
import { createDrafts, type Drafts, newDraft } from './drafts.ts'
import { appendEntry, type Entry } from './entries.ts'
import { startFramePump } from './frame-pump.ts'
import { createLiveRunText, type LiveRunText } from './live-run.ts'

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

export interface ChatState {
  /** null is the composer of a session that does not exist yet. */
  sessionId: string | null
  session: SessionSummary | null
  entries: readonly Entry[]
  diagnostics: readonly Diagnostic[]
  isOpening: boolean
  openFailure: Failure | null
  live: Live | null
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
  open(sessionId: string): Promise<void>
  begin(): void
  /** True when the message is in the log. */
  send(text: string, model: string | null): Promise<boolean>
  retry(model: string | null): Promise<void>
  stop(): void
  focusComposer(): void
}

const nothingOpen = {
  session: null,
  entries: [],
  diagnostics: [],
  isOpening: false,
  openFailure: null,
  live: null,
  sendFailure: null,
  freshEnd: null,
} as const

/** How many ended runs are remembered: their last frames may come a little after their end. */
const endedKept = 64

export function createChat(
  bridge: Bridge,
  options: {
    drafts: Readonly<Record<string, string>>
    onShown: (sessionId: string | null) => void
    /** The session that had not begun has its id now. */
    onBegun: (sessionId: string) => void
    /** null for a session the list does not have. */
    titleOf: (sessionId: string) => string | null
  },
): Chat {
  const drafts = createDrafts(bridge, options.drafts)
  const store = createStore<ChatState>(() => ({
    ...nothingOpen,
    sessionId: null,
    isSending: false,
    announcement: '',
    toEnd: 0,
    toComposer: 0,
  }))
  const { getState: state, setState: set } = store
  let opens = 0
  /** There as soon as a session is. */
  let reader: typeof import('./read-entries.ts') | null = null
  /** Pushes that came while the session was being opened, in their order. */
  let early: (() => void)[] = []
  const ended = new Set<string>()
  /** The question on its way to the main process: its run has no name yet, but may be unwanted already. */
  let asking: { sessionId: string | null; isUnwanted: boolean } | null = null

  function announce(announcement: string) {
    set({ announcement })
  }

  async function read(sessionId: string) {
    opens += 1
    const ticket = opens
    early = []
    set({ isOpening: true, openFailure: null })
    const [answer, entryReader] = await Promise.all([
      bridge.call('sessions.open', { sessionId }),
      import('./read-entries.ts'),
    ])
    reader = entryReader
    if (ticket !== opens) return
    const pushes = early
    early = []
    if (!answer.ok) {
      set({ isOpening: false, openFailure: answer.failure })
      return
    }
    take(answer.value, reader.readEntries(answer.value.entries))
    for (const push of pushes) push()
  }

  function take(opened: OpenedSession, entries: readonly Entry[]) {
    const { run } = opened
    const isLive = run !== null && run.phase !== 'ended'
    set({
      session: withPlainTitle(opened.session),
      entries,
      diagnostics: opened.diagnostics,
      isOpening: false,
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
  }

  const behindTitle = ({ behind }: RunState) => (behind === null ? null : options.titleOf(behind))

  /** Calls back for what is pushed about the open session; while it is being opened, only once it is there. */
  function listen<Name extends 'run.changed' | 'run.ended' | 'sessions.appended'>(
    name: Name,
    apply: (payload: PushPayload<Name>) => void,
  ) {
    bridge.on(name, (payload) => whenOpen(payload.sessionId, () => apply(payload)))
  }

  function whenOpen(sessionId: string, apply: () => void) {
    if (sessionId !== state().sessionId) return
    if (state().isOpening) early.push(() => whenOpen(sessionId, apply))
    else apply()
  }

  function applyFrame(frame: RunFrame) {
    const { live } = state()
    if (live?.run.runId === frame.runId) {
      if (live.answered || live.text.apply(frame) === 'applied') return
    }
    if (!ended.has(frame.runId)) void read(frame.sessionId)
  }

  startFramePump(bridge, (frame) => whenOpen(frame.sessionId, () => applyFrame(frame)))

  // Before all else that is told of the end: what comes late about this run is known to be late.
  bridge.on('run.ended', ({ runId }) => {
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
      if (!isNewPhase) return
    } else {
      const text = createLiveRunText({ text: '', thinking: '' })
      set({ live: { run, behindTitle: behindTitle(run), text, answered: false, end: null } })
    }
    announce(words.announce.phase(run.phase, run.model))
  })

  listen('run.ended', (end) => {
    const { live } = state()
    announce(words.announce.ended(end.stop))
    set({ freshEnd: end.stop === 'error' ? (live?.run.parentId ?? null) : null })
    if (live?.run.runId !== end.runId) return
    set({ live: live.answered ? null : { ...live, end } })
  })

  listen('sessions.appended', (pushed) => {
    const { live } = state()
    let entries: readonly Entry[] | null = state().entries
    let isAnswered = false
    for (const record of pushed.entries) {
      const entry = reader?.readEntry(record)
      if (!entry || !entries) continue
      const before: readonly Entry[] = entries
      entries = appendEntry(before, entry)
      // An entry that was there already may be the answer of an earlier run.
      const isNew = entries !== before
      isAnswered ||= isNew ? entry.message?.role === 'assistant' : live !== null && isAnswerOf(entry, live.run)
    }
    if (!entries) void read(pushed.sessionId)
    else if (live && isAnswered) set({ entries, live: live.end ? null : { ...live, answered: true } })
    else set({ entries })
  })

  bridge.on('sessions.changed', (session) => {
    whenOpen(session.id, () => set({ session: withPlainTitle(session) }))
  })

  function show(sessionId: string | null) {
    void drafts.flush()
    opens += 1
    set({ ...nothingOpen, sessionId, announcement: '' })
    options.onShown(sessionId)
  }

  async function open(sessionId: string) {
    if (state().sessionId !== sessionId) show(sessionId)
    await read(sessionId)
    set((before) => ({ toEnd: before.toEnd + 1 }))
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

  return {
    store,
    drafts,
    open,
    begin: () => show(null),
    async send(text, model) {
      const { sessionId, isSending } = state()
      if (isSending) return false
      const key = sessionId ?? newDraft
      set({ isSending: true, sendFailure: null })
      const answer = await ask(async () => {
        // A window that is killed right now must find the text again: in the log, or here.
        drafts.write(key, text)
        await drafts.flush()
        return await bridge.call('chat.send', { sessionId, text, model, think: null, workspace: null })
      })
      const isHere = state().sessionId === sessionId
      set({ isSending: false })
      if (!answer.ok) {
        if (isHere) set({ sendFailure: answer.failure })
        return false
      }
      if (drafts.read(key) === text) drafts.replace(key, '')
      void drafts.flush()
      if (sessionId === null) options.onBegun(answer.value.sessionId)
      if (isHere && sessionId === null) await open(answer.value.sessionId)
      else if (isHere) set((before) => ({ toEnd: before.toEnd + 1 }))
      return true
    },
    async retry(model) {
      const { sessionId } = state()
      if (sessionId === null || asking) return
      set({ sendFailure: null })
      const answer = await ask(() => bridge.call('chat.retry', { sessionId, model }))
      if (state().sessionId !== sessionId) return
      if (answer.ok) set((before) => ({ toEnd: before.toEnd + 1 }))
      else set({ sendFailure: answer.failure })
    },
    stop() {
      const { sessionId, live, isOpening } = state()
      if (asking && asking.sessionId === sessionId) asking.isUnwanted = true
      // While it is being opened, only the main process knows whether something goes on in it.
      else if (sessionId !== null && (isOpening || (live && !live.end))) void bridge.call('chat.stop', { sessionId })
    },
    focusComposer: () => set((before) => ({ toComposer: before.toComposer + 1 })),
  }
}

/** Told by its moment: one question may have had answers before this run. */
function isAnswerOf(entry: Entry, run: RunState): boolean {
  const { message } = entry
  if (message?.role !== 'assistant' || entry.parentId !== run.parentId) return false
  return message.ts !== null && message.ts >= run.startedAt
}
