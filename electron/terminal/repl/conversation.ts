// The session that is led: what comes of it is said line by line, what goes on in it is a few rows that change.
import type { SessionMode } from '../../../shared/approval.ts'
import { attachmentsOf } from '../../../shared/attachment-kinds.ts'
import { type ContextCount, lastCount } from '../../../shared/context-count.ts'
import type { Failure } from '../../../shared/failure.ts'
import type { Bridge, Input, OpenedSession, PushPayload } from '../../../shared/ipc.ts'
import { attachedLine } from '../../../shared/messages/attached-line.ts'
import { compactWords } from '../../../shared/messages/compact.ts'
import { elapsed, took } from '../../../shared/messages/durations.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { RunFrame, RunState } from '../../../shared/run.ts'
import { type MessageRecord, messageRecord, type UnknownRecord } from '../../../shared/session.ts'
import { compaction } from '../../../shared/session-format.ts'
import { callsOf } from '../../../shared/session-tree.ts'
import { createCallLines } from '../commands/call-lines.ts'
import { type AnswerLines, createAnswerLines } from './answer-lines.ts'
import { safeLine, safeText } from './safe-text.ts'
import { broken, type Style, wrapped } from './style.ts'

/** Where a session to come begins. */
export interface Beginning {
  /** Absolute path; null for none. */
  folder: string | null
  mode: SessionMode
  /** Lets what the folder says in. */
  trustFolder: boolean
}

export interface ConversationView {
  readonly width: number
  readonly style: Style
  say(lines: readonly string[]): void
  /** The rows that change are others now. */
  changed(): void
}

export interface Conversation {
  readonly sessionId: string | null
  readonly title: string
  readonly folder: string | null
  readonly mode: SessionMode
  /** As it was chosen here, or as the session's last answer came from; null when neither is known. */
  readonly model: string | null
  readonly run: RunState | null
  /** It answers what was said here, and not in another front. */
  readonly isOwnRun: boolean
  /** How full the window was with the last answer, as the window says it, too. */
  readonly count: ContextCount | null
  /** Of the answer that is being written, about. */
  readonly rate: number | null
  readonly thinking: string
  readonly isSending: boolean
  connect(bridge: Bridge): void
  disconnect(): void
  begin(beginning: Beginning): void
  /** With its last turns when they are to be shown; what has come since it was open here is shown in any case. */
  open(sessionId: string, isShown: boolean): Promise<Failure | null>
  /** null: it was sent, or waits. */
  send(text: string, host: string | null): Promise<Failure | null>
  stop(): void
  choose(model: string): void
  /** Has what was said summarised for the model. null: it goes on. */
  compact(wish: string): Promise<Failure | null>
  setMode(mode: SessionMode): Promise<Failure | null>
  /** The rows that change, the last of them the newest. */
  live(now: number): string[]
  /** Says that so much of it is on the screen. */
  painted(): void
}

/** Of an older session, when it is opened. Messages. */
const shownMessages = 6
const shownQuestionLines = 20

export function createConversation(view: ConversationView): Conversation {
  const { style } = view
  let bridge: Bridge | null = null
  let stops: (() => void)[] = []
  let beginning: Beginning = { folder: null, mode: 'workspace', trustFolder: false }
  let sessionId: string | null = null
  let title = ''
  let folder: string | null = null
  let mode: SessionMode = 'workspace'
  let chosenModel: string | null = null
  let usedModel: string | null = null
  let count: ContextCount | null = null
  let run: RunState | null = null
  let text = ''
  let thought = ''
  let thoughtSince: number | null = null
  let lastThought = ''
  let writtenSince: number | null = null
  let answer: AnswerLines = createAnswerLines(style)
  /** What a command has written lately, by its call. */
  const outputs = new Map<string, string>()
  /** The last that was said is no part of an answer. */
  let isBehindWork = false
  let isSending = false
  /** Of what was said here. */
  let ownRun: string | null = null
  /** So many more wait for a run. */
  let queuedHere = 0
  /** Who listens has heard what they typed. */
  let justSaid: string | null = null
  /** The last of the entries that were shown. */
  let lastEntry: string | null = null
  let isChanging = false
  let unpainted = 0
  /** What is pushed of a session whose id is not known yet. */
  let heard: (() => void)[] | null = null

  const say = (lines: readonly string[]) => view.say(lines)
  const callLines = createCallLines((line) => say([paintedCall(line.replace(/\n$/, ''), style)]), false)

  function forget(): void {
    title = ''
    usedModel = null
    count = null
    run = null
    lastThought = ''
    lastEntry = null
    queuedHere = 0
    newAnswer()
  }

  function newAnswer(): void {
    text = ''
    thought = ''
    thoughtSince = null
    writtenSince = null
    answer = createAnswerLines(style)
  }

  /** What is finished of the answer; an empty line sets it off from what was thought and done before. */
  function grow(whole: string, isFinished: boolean): void {
    const lines = answer.grow(whole, isFinished, view.width)
    if (lines.length === 0) return
    say(isBehindWork ? ['', ...lines] : lines)
    isBehindWork = false
  }

  function endThought(): void {
    if (thought === '') return
    lastThought = thought
    const time = took(thoughtSince === null ? 0 : Date.now() - thoughtSince)
    const said = style.isSpoken ? words.spokenThought(time) : words.thought(time)
    say([style.faint(said)])
    isBehindWork = true
    thought = ''
    thoughtSince = null
  }

  function takeFrame(frame: RunFrame): void {
    if (frame.sessionId !== sessionId) return
    if (frame.replaces) {
      if (answer.open(view.width).length > 0 || text !== '') say([style.faint(words.replaced)])
      newAnswer()
    }
    if (frame.thinking !== '') {
      thoughtSince ??= Date.now()
      thought += frame.thinking
    }
    if (frame.text === '') return
    if (frame.textFrom !== text.length) {
      void catchUp()
      return
    }
    endThought()
    writtenSince ??= Date.now()
    text += frame.text
    grow(text, false)
  }

  /** Something was missed: the main process has all of it. */
  async function catchUp(): Promise<void> {
    const id = sessionId
    if (id === null || !bridge) return
    const opened = await bridge.call('sessions.open', { sessionId: id, slice: theEnd })
    if (!opened.ok || id !== sessionId || !opened.value.run || opened.value.run.runId !== run?.runId) return
    const { text: whole } = opened.value.run
    if (whole.length <= text.length) return
    text = whole
    grow(text, false)
    view.changed()
  }

  function showEntry(entry: UnknownRecord, isLive: boolean): void {
    if (entry.type === 'approval' && isLive) showDecision(entry)
    // One that a run makes for itself is told as a notice.
    if (entry.type === 'compaction' && isLive && run?.purpose === 'summary') showSummary(entry)
    const message = messageRecord.safeParse(entry).data
    if (!message) return
    lastEntry = message.id
    for (const call of callsOf(entry)) callLines.called(call)
    if (message.role === 'user') showQuestion(message)
    else if (message.role === 'assistant') showAnswer(message, isLive)
    else if (message.role === 'tool') showResult(message)
  }

  function showSummary(entry: UnknownRecord): void {
    const made = compaction.safeParse(entry).data
    if (!made) return
    const done = compactWords.done(made.messageCount ?? 0, made.leftOut?.messages ?? 0)
    say(['', ...wrapped(safeText(made.summary), view.width), '', ...wrapped(done, view.width)])
  }

  function showResult(message: MessageRecord): void {
    callLines.ended(message)
    isBehindWork = true
    outputs.delete(String(message['callId']))
    const isError = message['isError'] === true
    if (!isError && message['name'] !== 'run_command') return
    // Of what went wrong the beginning says why; of what a command wrote, the end.
    const all = safeText(message.content).trimEnd().split('\n')
    const lines = isError ? all.slice(0, shownOutput) : all.slice(1).slice(-shownOutput)
    // What a command has written stays as it stands; why nothing came of a call is a sentence.
    const fitted = isError && typeof message['exit'] !== 'number' ? wrapped : broken
    say(lines.flatMap((line) => fitted(line, view.width - 4)).map((line) => `    ${line}`))
  }

  function showDecision({ decision, scope, by }: UnknownRecord): void {
    if (by !== 'user') return
    const said =
      words.decided[decision === 'deny' ? 'deny' : scope === 'session' || scope === 'folder' ? scope : 'once']
    say([decision === 'deny' ? style.red(said) : style.green(said)])
  }

  function showQuestion(message: MessageRecord): void {
    newAnswer()
    isBehindWork = false
    if (style.isSpoken && justSaid === message.content) return
    const all = safeText(message.content).split('\n')
    const shown = all.length > shownQuestionLines ? all.slice(0, shownQuestionLines / 2) : all
    const prompt = style.isSpoken ? words.spokenPrompt : words.prompt
    const lines = shown.flatMap((line) => broken(line, view.width - prompt.length))
    say([
      '',
      ...lines.map((line, index) => style.bold(`${index === 0 ? prompt : ' '.repeat(prompt.length)}${line}`)),
      ...(shown.length < all.length ? [style.faint(words.longMessage(all.length))] : []),
      ...attachmentsOf(message).map((one) =>
        style.faint(`  ${safeLine(messages.terminal.attached(attachedLine(one)))}`),
      ),
      '',
    ])
  }

  function showAnswer(message: MessageRecord, isLive: boolean): void {
    if (thought === '' && message.thinking && lastThought !== message.thinking) lastThought = message.thinking
    endThought()
    grow(message.content, true)
    newAnswer()
    if (message.model) usedModel = message.model
    count = lastCount([message]) ?? count
    if (message.error && !isLive) say(wrapped(style.red(safeLine(message.error.message)), view.width))
  }

  function takeRun(changed: RunState): void {
    if (changed.sessionId !== sessionId) return
    if (run?.runId !== changed.runId) {
      newAnswer()
      if (queuedHere > 0 && !isSending && changed.runId !== ownRun) {
        queuedHere -= 1
        ownRun = changed.runId
      }
    }
    run = changed
    usedModel = changed.model
    if (style.isSpoken) callLines.going(changed.calling)
  }

  function takeEnd(end: PushPayload<'run.ended'>): void {
    if (end.sessionId !== sessionId) return
    endThought()
    grow(text, true)
    const began = run ? Date.parse(run.startedAt) : null
    newAnswer()
    run = null
    if (end.purpose === 'summary') {
      // Why there is none was told.
      if (end.stop === 'cancelled') say([compactWords.stopped])
      return
    }
    if (end.error) say(wrapped(style.red(safeLine(end.error.message)), view.width))
    else if (end.stop === 'cancelled') say([style.faint(words.stopped)])
    else if (end.stop === 'length') say([style.faint(messages.terminal.length)])
    const { outputTokens = 0, outputMs = 0 } = end.usage ?? {}
    const facts = [
      ...(began === null ? [] : [took(Math.max(0, Date.now() - began))]),
      ...(outputTokens > 0 ? [words.tokens(outputTokens)] : []),
      ...(outputTokens > 0 && outputMs >= 100 ? [words.rate((outputTokens * 1_000) / outputMs)] : []),
    ]
    if (facts.length > 0) say(['', style.faint(words.done(facts))])
  }

  function listen(to: Bridge): void {
    const inOrder = (work: () => void) => {
      if (heard) heard.push(work)
      else {
        work()
        view.changed()
      }
    }
    stops = [
      to.on('run.frame', (frame) => {
        unpainted += 1
        inOrder(() => takeFrame(frame))
        view.changed()
      }),
      to.on('run.changed', (changed) => inOrder(() => takeRun(changed))),
      to.on('run.output', (output) =>
        inOrder(() => {
          if (output.sessionId !== sessionId) return
          const before = outputs.get(output.callId) ?? ''
          outputs.set(output.callId, (before + output.text).slice(-keptOutput))
        }),
      ),
      to.on('run.ended', (end) => inOrder(() => takeEnd(end))),
      to.on('run.notice', (notice) =>
        inOrder(() => {
          if (notice.sessionId === sessionId) say(wrapped(style.faint(safeLine(notice.message)), view.width))
        }),
      ),
      to.on('sessions.appended', (appended) =>
        inOrder(() => {
          if (appended.sessionId !== sessionId) return
          for (const entry of appended.entries) showEntry(entry, true)
        }),
      ),
      to.on('sessions.changed', (session) =>
        inOrder(() => {
          if (session.id === sessionId) title = session.title
        }),
      ),
      to.on('sessions.rearranged', (told) =>
        inOrder(() => {
          if (told.sessionId === sessionId && !isChanging) void lookAgain()
        }),
      ),
    ]
  }

  /** Another front has chosen another way through the session, or how it goes on. */
  async function lookAgain(): Promise<void> {
    const id = sessionId
    if (id === null || !bridge) return
    const opened = await bridge.call('sessions.open', { sessionId: id, slice: theEnd })
    if (!opened.ok || id !== sessionId) return
    ;({ mode } = opened.value)
    const last = opened.value.entries.findLast(({ type }) => type === 'message')?.id ?? null
    if (last !== lastEntry && !run) {
      say([style.faint(words.rearranged)])
      show(opened.value, null)
    }
    view.changed()
  }

  /** From its last turns on, or behind an entry that was shown. */
  function show(opened: OpenedSession, behind: string | null): void {
    forget()
    ;({ mode } = opened)
    folder = opened.workspace
    title = opened.session.title
    usedModel = opened.session.model
    const isShown = (entry: UnknownRecord) => ['user', 'assistant'].includes(String(entry['role']))
    const places = opened.entries.flatMap((entry, index) => (isShown(entry) ? [index] : []))
    const known = behind === null ? -1 : opened.entries.findIndex(({ id }) => id === behind)
    const from = known >= 0 ? known + 1 : (places.at(-shownMessages) ?? 0)
    const before = (opened.slice?.from ?? 0) + places.filter((index) => index < from).length
    if (before > 0 && known < 0) say([style.faint(words.earlier(before))])
    // What was counted may stand before what is shown.
    count = lastCount(opened.entries)
    for (const entry of opened.entries.slice(from)) showEntry(entry, false)
    if (!opened.run) return
    const { text: written, thinking, ...state } = opened.run
    run = state
    usedModel = state.model
    thought = thinking
    text = written
    grow(text, false)
  }

  return {
    get sessionId() {
      return sessionId
    },
    get title() {
      return title
    },
    get folder() {
      return sessionId === null ? beginning.folder : folder
    },
    get mode() {
      return sessionId === null ? beginning.mode : mode
    },
    get model() {
      return run?.model ?? chosenModel ?? usedModel
    },
    get run() {
      return run
    },
    get count() {
      return count
    },
    get isOwnRun() {
      return run !== null && run.runId === ownRun
    },
    get rate() {
      const seconds = writtenSince === null ? 0 : (Date.now() - writtenSince) / 1_000
      return seconds < 1 ? null : text.length / charactersAToken / seconds
    },
    get thinking() {
      return thought === '' ? lastThought : thought
    },
    get isSending() {
      return isSending
    },
    connect(to) {
      bridge = to
      listen(to)
    },
    disconnect() {
      for (const stop of stops) stop()
      stops = []
      bridge = null
      if (run) {
        endThought()
        grow(text, true)
        say([style.faint(words.gaveUp)])
      }
      run = null
      heard = null
      unpainted = 0
      newAnswer()
    },
    begin(next) {
      beginning = next
      sessionId = null
      forget()
    },
    async open(id, isShown) {
      if (!bridge) return gone
      const opened = await bridge.call('sessions.open', { sessionId: id, slice: theEnd })
      if (!opened.ok) return opened.failure
      sessionId = id
      show(opened.value, isShown ? null : lastEntry)
      view.changed()
      return null
    },
    async send(said, host) {
      if (!bridge) return gone
      if (run && sessionId !== null) {
        const added = await bridge.call('queue.add', { sessionId, text: said, isCorrection: false })
        if (added.ok) queuedHere += 1
        if (added.ok && !added.value.isSent) say([style.faint(words.queued)])
        return added.ok ? null : added.failure
      }
      const wish: Input<'terminal.ask'> = {
        sessionId,
        text: said,
        model: chosenModel,
        think: null,
        workspace: null,
        host,
      }
      if (sessionId === null) {
        heard = []
        wish.workspace = beginning.folder
        wish.mode = beginning.mode
        if (beginning.trustFolder) wish.trustFolder = true
      }
      isSending = true
      justSaid = said
      const sent = await bridge.call('terminal.ask', wish)
      isSending = false
      const before = heard ?? []
      heard = null
      if (!sent.ok) return sent.failure
      ownRun = sent.value.runId
      if (sessionId === null) {
        ;({ folder, mode } = beginning)
        ;({ sessionId } = sent.value)
      }
      for (const work of before) work()
      view.changed()
      return null
    },
    stop() {
      if (sessionId !== null && bridge) void bridge.call('chat.stop', { sessionId })
    },
    choose(model) {
      chosenModel = model
    },
    async compact(wish) {
      if (!bridge || sessionId === null) return gone
      const begun = await bridge.call('sessions.compact', {
        sessionId,
        model: chosenModel ?? usedModel,
        wish: wish === '' ? null : wish,
      })
      if (!begun.ok) return begun.failure
      ownRun = begun.value.runId
      return null
    },
    async setMode(next) {
      if (sessionId === null) {
        beginning = { ...beginning, mode: next }
        return null
      }
      if (!bridge) return gone
      isChanging = true
      const answered = await bridge.call('terminal.setMode', { sessionId, mode: next })
      isChanging = false
      if (!answered.ok) return answered.failure
      mode = next
      return null
    },
    live(now) {
      if (!run) return []
      const calls = run.calling.flatMap(({ callId, name, since, ms }) =>
        ms === null
          ? [
              style.cyan(callLines.goingLine({ callId, name }, elapsed(secondsSince(since, now)))),
              ...tailOf(outputs.get(callId) ?? '').map((line) => `    ${line}`),
            ]
          : [],
      )
      const open = answer.open(view.width).flatMap((line) => broken(line, view.width))
      const isQuiet = calls.length === 0 && text === ''
      const phase = `${words.phases[run.phase]}… ${elapsed(secondsSince(run.phaseSince, now))}`
      const lastThought = thought === '' ? [] : wrapped(safeText(thought), view.width - 2).slice(-shownThought)
      return [
        ...lastThought.map((line) => style.faint(`  ${line}`)),
        ...(isBehindWork && open.length > 0 ? [''] : []),
        ...open,
        ...calls.flatMap((line) => broken(line, view.width)),
        ...(isQuiet && run.phase !== 'asking' ? [style.faint(phase)] : []),
      ]
    },
    painted() {
      const count = unpainted
      unpainted = 0
      for (let index = 0; index < count; index += 1) bridge?.painted()
    },
  }
}

/** Lines of what a command has written, or of why a call failed. */
const shownOutput = 6
/** Characters of what a command writes, while it does. */
const keptOutput = 2_000

const tailOf = (output: string) => (output === '' ? [] : safeText(output).trimEnd().split('\n').slice(-shownOutput))

/** While it goes on, so many rows of what the model thinks. */
const shownThought = 3
/** About, until the server has counted. */
const charactersAToken = 4
const theEnd = { at: 'end', entryId: null, branch: null } as const
const gone: Failure = { code: 'unavailable', message: messages.failures.ownerGone }

function secondsSince(moment: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(moment)) / 1_000))
}

/** A call that failed, and the lines of a diff. */
function paintedCall(line: string, style: Style): string {
  if (/^(✗| {4}-)/.test(line)) return style.red(line)
  if (line.startsWith('    +')) return style.green(line)
  return line.startsWith('    @@') ? style.faint(line) : line
}
