// The open session: its entries, the run that goes on in it, and what can be done there.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from '../../shared/failure.ts'
import type { OpenedSession } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { RunEnd, RunFrame, RunState } from '../../shared/run.ts'
import type { Diagnostic, SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import { createDrafts, type Drafts, newDraft } from './drafts.ts'
import { appendEntry, type Entry, readEntries, readEntry } from './entries.ts'
import { startFramePump } from './frame-pump.ts'
import { createLiveRunText, type LiveRunText } from './live-run.ts'

export interface Live {
  run: RunState
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

export function createChat(
  bridge: Bridge,
  options: { drafts: Readonly<Record<string, string>>; onShown: (sessionId: string | null) => void },
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
  /** Frames that came while the session was being opened. */
  let early: RunFrame[] = []

  function announce(announcement: string) {
    set({ announcement })
  }

  async function read(sessionId: string) {
    opens += 1
    const ticket = opens
    early = []
    set({ isOpening: true, openFailure: null })
    const answer = await bridge.call('sessions.open', { sessionId })
    if (ticket !== opens) return
    if (!answer.ok) {
      set({ isOpening: false, openFailure: answer.failure })
      return
    }
    take(answer.value)
    const frames = early
    early = []
    for (const frame of frames) applyFrame(frame)
  }

  function take(opened: OpenedSession) {
    set({
      session: opened.session,
      entries: readEntries(opened.entries),
      diagnostics: opened.diagnostics,
      isOpening: false,
      live:
        opened.run && opened.run.phase !== 'ended'
          ? { run: opened.run, text: createLiveRunText(opened.run), answered: false, end: null }
          : null,
    })
  }

  function applyFrame(frame: RunFrame) {
    const { sessionId, isOpening, live } = state()
    if (frame.sessionId !== sessionId) return
    if (isOpening) {
      early.push(frame)
      return
    }
    if (live?.run.runId === frame.runId && (live.answered || live.end)) return
    if (live?.run.runId === frame.runId && live.text.apply(frame) === 'applied') return
    void read(frame.sessionId)
  }

  startFramePump(bridge, applyFrame)

  bridge.on('run.changed', (run) => {
    const { sessionId, isOpening, live } = state()
    if (run.sessionId !== sessionId || isOpening || run.phase === 'ended') return
    if (live?.run.runId === run.runId) {
      const isNewPhase = live.run.phase !== run.phase
      set({ live: { ...live, run } })
      if (!isNewPhase) return
    } else {
      const text = createLiveRunText({ text: '', thinking: '' })
      set({ live: { run, text, answered: false, end: null } })
    }
    announce(words.announce.phase(run.phase, run.model))
  })

  bridge.on('run.ended', (end) => {
    const { sessionId, live } = state()
    if (end.sessionId !== sessionId) return
    announce(words.announce.ended(end.stop))
    set({ freshEnd: end.stop === 'error' ? (live?.run.parentId ?? null) : null })
    if (live?.run.runId !== end.runId) return
    set({ live: live.answered ? null : { ...live, end } })
  })

  bridge.on('sessions.appended', (pushed) => {
    const { sessionId, isOpening, live } = state()
    if (pushed.sessionId !== sessionId || isOpening) return
    let entries: readonly Entry[] | null = state().entries
    let isAnswered = false
    for (const record of pushed.entries) {
      const entry = readEntry(record)
      if (!entry || !entries) continue
      entries = appendEntry(entries, entry)
      isAnswered ||= entry.message?.role === 'assistant'
    }
    if (!entries) void read(pushed.sessionId)
    else if (live && isAnswered) set({ entries, live: live.end ? null : { ...live, answered: true } })
    else set({ entries })
  })

  bridge.on('sessions.changed', (session) => {
    if (session.id === state().sessionId) set({ session })
  })

  function show(sessionId: string | null) {
    drafts.flush()
    opens += 1
    set({ ...nothingOpen, sessionId, announcement: '' })
    options.onShown(sessionId)
  }

  async function open(sessionId: string) {
    if (state().sessionId !== sessionId) show(sessionId)
    await read(sessionId)
    set((before) => ({ toEnd: before.toEnd + 1 }))
  }

  return {
    store,
    drafts,
    open,
    begin: () => show(null),
    async send(text, model) {
      const { sessionId, isSending } = state()
      if (isSending) return false
      set({ isSending: true, sendFailure: null })
      const answer = await bridge.call('chat.send', { sessionId, text, model, think: null, workspace: null })
      const isHere = state().sessionId === sessionId
      set({ isSending: false })
      if (!answer.ok) {
        if (isHere) set({ sendFailure: answer.failure })
        return false
      }
      drafts.write(sessionId ?? newDraft, '')
      drafts.flush()
      if (isHere && sessionId === null) await open(answer.value.sessionId)
      else if (isHere) set((before) => ({ toEnd: before.toEnd + 1 }))
      return true
    },
    async retry(model) {
      const { sessionId } = state()
      if (sessionId === null) return
      set({ sendFailure: null })
      const answer = await bridge.call('chat.retry', { sessionId, model })
      if (state().sessionId !== sessionId) return
      if (answer.ok) set((before) => ({ toEnd: before.toEnd + 1 }))
      else set({ sendFailure: answer.failure })
    },
    stop() {
      const { sessionId, live } = state()
      if (sessionId !== null && live && !live.end) void bridge.call('chat.stop', { sessionId })
    },
    focusComposer: () => set((before) => ({ toComposer: before.toComposer + 1 })),
  }
}
