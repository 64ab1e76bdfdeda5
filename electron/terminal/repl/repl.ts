// The REPL: one session that is led from a terminal, over the same Bridge as the window.
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Approval, Decision, SessionMode } from '../../../shared/approval.ts'
import { elapsed } from '../../../shared/messages/durations.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { replWords as words } from '../../../shared/messages/repl.ts'
import type { OpenedFront, OpenMore, Terminal } from '../front.ts'
import { type Asking, createAsking } from './asking.ts'
import { approvalCard, type Card, consentCard, scopeOf } from './cards.ts'
import { commandSuggestions, type ReplActs, runCommand } from './commands.ts'
import { ofNames, type Suggestion, suggestionsFor } from './completion.ts'
import { createConversation } from './conversation.ts'
import { filesBelow } from './files.ts'
import { createHistory } from './history.ts'
import { createKeyDecoder, type Key } from './keys.ts'
import { type Choice, createPicker, createSpokenPicker, type Picker } from './picker.ts'
import { createPrompt } from './prompt.ts'
import { safeLine, safeText } from './safe-text.ts'
import { createScreen, createSpoken, type Live, type Spoken } from './screen.ts'
import { statusLine } from './status.ts'
import { createStyle, cut, inColumns, wrapped } from './style.ts'

export interface ReplOptions {
  terminal: Terminal
  version: string
  /** Where the person stands: a new session begins there, if it may. */
  folder: string
  /** Of the terminal's own, for its questions. */
  host: string | null
  hasColour: boolean
  isSpoken: boolean
  /** The session to go on with. */
  sessionId: string | null
  /** What was said of a session that begins; null, what is usual. */
  workspace: string | null
  mode: SessionMode | null
  model: string | null
  /** The one that was worked in last. */
  continues: boolean
  /** Aborts when this process is to end. */
  signal: AbortSignal
  /** Throws its failures. */
  open(more: OpenMore): Promise<OpenedFront>
  /** Runs another command of the terminal on what is open. Answers its exit code. */
  command(request: {
    front: OpenedFront
    signal: AbortSignal
    name: string
    rest: readonly string[]
    options: Readonly<Record<string, string>>
    write(text: string): void
    writeError(text: string): void
  }): Promise<number>
}

/** So long after Escape a key that begins with it may still come. Milliseconds. */
const escapeWaitsMs = 40
/** An owner that ends is no longer to be reached before it has given the data folder back. Milliseconds. */
const givesBackWithinMs = 5_000
const betweenTriesMs = 100
/** Between two pictures. Milliseconds. */
const frameMs = 30

/** Answers the exit code. The terminal is as it was by then. */
export async function runRepl(options: ReplOptions): Promise<number> {
  const { terminal, signal } = options
  const style = createStyle(options)
  const spoken: Spoken | null = options.isSpoken ? createSpoken(terminal, words.spokenPrompt) : null
  const screen = spoken ?? createScreen(terminal)
  const history = createHistory()
  const decoder = createKeyDecoder()

  let front: OpenedFront | null = null
  /** `isAnswered`: here, and what comes of it is on its way. */
  let asking: { about: string; card: Asking; isAnswered: boolean; decline(): void } | null = null
  let picker: Picker | null = null
  let skills: readonly Suggestion[] = []
  /** Names of those that are there and not in use. */
  let skillsOff: readonly string[] = []
  let working: AbortController | null = null
  let workingSince = 0
  /** One after the other. */
  let work: Promise<void> = Promise.resolve()
  let interrupts = 0
  /** A window wants the data folder. */
  let isWanted = false
  /** A folder that the person does not trust, until a session says so. */
  let declined: string | null = null
  let drawing: ReturnType<typeof setTimeout> | null = null
  let isOver = false
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  // A full row would wait for the next sign to begin another one: one column stays free.
  const width = () => terminal.columns - 1
  const say = (lines: readonly string[]) => {
    screen.append(lines)
    changed()
  }
  const fail = (message: string) => say(wrapped(style.red(safeText(message)), width()))
  const remark = (text: string) => say(wrapped(style.faint(text), width()))
  const conversation = createConversation({
    get width() {
      return width()
    },
    style,
    say,
    changed: () => {
      followApproval()
      followWish()
      changed()
    },
  })
  const names = () => [...commandSuggestions, ...skills]
  const prompt = createPrompt({
    style,
    history,
    suggestNow: (before) => (/^\/[^\s/]*$/.test(before) ? ofNames(before, names()) : null),
    suggest: (before) =>
      suggestionsFor(before, names(), async () => await filesBelow(conversation.folder ?? options.folder)),
    send,
    changed,
  })

  function changed(): void {
    if (drawing === null && !isOver) drawing = setTimeout(draw, frameMs)
  }

  function draw(): void {
    if (drawing !== null) clearTimeout(drawing)
    drawing = null
    if (isOver) return
    if (spoken && isListening()) spoken.echo(asking?.card.note ?? picker?.text ?? prompt.text)
    const isTaken = screen.draw(pictureOf())
    if (isTaken) conversation.painted()
    else terminal.onDrain(() => conversation.painted())
  }

  /** Whether what is typed now is what the last line is for. */
  function isListening(): boolean {
    if (asking) return asking.card.note !== null
    return picker !== null || prompt.text !== '' || (!working && !conversation.run && !conversation.isSending)
  }

  function pictureOf(): Live {
    const now = Date.now()
    const most = terminal.rows - 1
    const below = belowOf(most, now)
    const all = [...conversation.live(now), ...workRows(now)]
    const room = Math.max(0, most - below.rows.length - 1)
    const live = all.length > room ? all.slice(all.length - room) : all
    const above = live.length > 0 ? [...live, ''] : []
    return {
      rows: [...above, ...below.rows],
      cursor: below.cursor && { ...below.cursor, row: below.cursor.row + above.length },
    }
  }

  function belowOf(most: number, now: number): Live {
    if (asking) return asking.card.rows(most)
    if (picker) return picker.rows(width(), most)
    const laid = prompt.rows(width(), Math.max(3, most - 2))
    const status = cut(statusLine(conversation, now), width())
    return { rows: [...laid.rows, style.faint(status)], cursor: laid.cursor }
  }

  /** Of what takes long and is no run. */
  function workRows(now: number): string[] {
    const seconds = Math.floor((now - workingSince) / 1_000)
    if (!working || seconds < 1 || conversation.run || asking || picker) return []
    return [style.faint(`${words.phases.calling}… ${elapsed(seconds)}`)]
  }

  /** Questions of the run come and go with it, whoever answers them. */
  function followApproval(): void {
    const approval = conversation.run?.approval ?? null
    if (asking && asking.about !== 'consent' && asking.about !== approval?.id) {
      asking.card.end()
      if (!asking.isAnswered) remark(words.noLongerAsked)
      asking = null
    }
    if (approval && !asking) askApproval(approval)
  }

  function open(about: string, card: () => Card, answer: (key: string, note: string | null) => void): void {
    const asked = createAsking({ style, width, card, takesNote: about !== 'consent', answer, say, changed })
    asking = { about, card: asked, isAnswered: false, decline: () => answer('n', null) }
    changed()
  }

  function close(): void {
    asking?.card.end()
    asking = null
    followApproval()
    changed()
  }

  function askApproval(approval: Approval): void {
    open(
      approval.id,
      () => approvalCard(approval, width(), style),
      (key, note) => {
        const scope = scopeOf[key]
        const decision: Decision = scope ? 'allow' : 'deny'
        void decide(approval, decision, scope ?? 'once', note)
      },
    )
  }

  async function decide(
    approval: Approval,
    decision: Decision,
    scope: 'once' | 'session' | 'folder',
    note: string | null,
  ) {
    const { sessionId, id: approvalId, hash } = approval
    if (asking) asking.isAnswered = true
    const answered = await front?.bridge.call('approval.decide', { sessionId, approvalId, hash, decision, scope, note })
    if (!answered || answered.ok) return
    fail(answered.failure.message)
    // It is asked anew, from its beginning.
    if (asking?.about === approvalId) close()
  }

  async function agree(title: string, notes: readonly string[]): Promise<boolean> {
    if (asking) return false
    return await new Promise((resolve) => {
      open(
        'consent',
        () => consentCard(title, notes, width(), style),
        (key) => {
          close()
          resolve(key === 'y')
        },
      )
    })
  }

  function inTurn(task: () => Promise<void>): void {
    work = work
      .then(async () => {
        working = new AbortController()
        workingSince = Date.now()
        await task()
      })
      .catch((thrown: unknown) => fail(thrown instanceof Error ? thrown.message : words.failed))
      .finally(() => {
        working = null
      })
  }

  function send(text: string): void {
    history.add(text)
    spoken?.newLine()
    inTurn(async () => {
      if (!front && !(await connect())) return giveBack(text)
      if (text.startsWith('/') && (await runCommand(acts, text))) return
      const name = /^\/(\S+)/.exec(text)?.[1]
      const isSkill = skills.some((skill) => skill.text === `/${name}`)
      if (name !== undefined && !name.includes('/') && !isSkill) {
        giveBack(text)
        return fail(skillsOff.includes(name) ? words.skillIsOff(name) : words.unknown(name))
      }
      const failure = await conversation.send(text.trim(), options.host)
      if (failure) {
        giveBack(text)
        return fail(failure.message)
      }
      const { sessionId, folder } = conversation
      if (declined === null || declined !== folder || sessionId === null) return
      declined = null
      await front?.bridge.call('sessions.trustFolder', { sessionId, trusted: false })
    })
  }

  /** What could not be sent is not lost, unless something else is being written by now. */
  function giveBack(text: string): void {
    if (prompt.text === '') prompt.set(text)
  }

  const acts: ReplActs = {
    conversation,
    history,
    folder: options.folder,
    say,
    fail,
    get width() {
      return width()
    },
    began(command) {
      // Who listens has heard what they typed.
      if (!spoken) say(['', ...wrapped(style.bold(`${words.prompt}${safeText(command)}`), width())])
    },
    async command(name, rest, given = {}) {
      if (!front || !working) return false
      let out = ''
      let error = ''
      const code = await options.command({
        front,
        signal: working.signal,
        name,
        rest,
        options: given,
        write(text) {
          out += text
        },
        writeError(text) {
          error += text
        },
      })
      const said = code === 0 ? out + error : out
      if (said !== '') say(linesOf(said).flatMap((line) => inColumns(line, width())))
      if (code !== 0 && error !== '') fail(error.trimEnd())
      return code === 0
    },
    beginIn,
    open: async (sessionId) => void (await openSession(sessionId)),
    pick,
    choose,
    agree: async (title, note) => await agree(title, [note]),
    async archive() {
      const { sessionId } = conversation
      if (sessionId === null || !front) return
      const archived = await front.bridge.call('sessions.archive', { sessionId })
      if (!archived.ok) return fail(archived.failure.message)
      say([words.archived])
      await beginIn(conversation.folder ?? options.folder, false)
    },
    async installedModels() {
      const answer = await front?.bridge.call('models.refresh', {})
      if (!answer) return null
      const failure = answer.ok ? answer.value.failure : answer.failure
      if (failure) fail(failure.message)
      return failure || !answer.ok ? null : answer.value.models
    },
    showThinking() {
      const { thinking } = conversation
      say(thinking === '' ? [words.noThought] : wrapped(safeText(thinking), width()))
    },
    quit: () => end(),
  }

  async function openWithin(patienceMs: number, more: OpenMore): Promise<OpenedFront> {
    const deadline = performance.now() + patienceMs
    for (;;) {
      try {
        return await options.open(more)
      } catch (thrown) {
        if (isOver || performance.now() > deadline) throw thrown
        await pause(betweenTriesMs)
      }
    }
  }

  async function connect({ goesSecond = false, patienceMs = 0 } = {}): Promise<OpenedFront | null> {
    try {
      front = await openWithin(patienceMs, {
        goesSecond,
        log: (line) => remark(safeLine(line)),
        onYield() {
          isWanted = true
          followWish()
        },
      })
    } catch (thrown) {
      fail(words.notTakenOver(thrown instanceof Error ? thrown.message : words.failed))
      return null
    }
    const { bridge, gone, notices } = front
    for (const notice of notices) remark(safeLine(notice.message))
    conversation.connect(bridge)
    const onGone = () => {
      giveUp()
      inTurn(ownerGone)
    }
    gone.addEventListener('abort', onGone, { once: true })
    bridge.on('skills.changed', () => void learnSkills())
    const state = await bridge.call('app.state', {})
    if (state.ok) {
      await history.load(state.value.home)
      if (state.value.readOnly) fail(state.value.readOnly.message)
    }
    void lookAtServer()
    return front
  }

  /** Whoever had the sessions open has ended: somebody has them next, and it may be this process. */
  async function ownerGone(): Promise<void> {
    say([style.orange(words.ownerGone)])
    await openAgain({ patienceMs: givesBackWithinMs })
  }

  /** What a window wants is given when no answer is being written here. */
  function followWish(): void {
    if (!isWanted || conversation.run || conversation.isSending) return
    isWanted = false
    inTurn(async () => await openAgain({ goesSecond: true }))
  }

  async function openAgain(how: { goesSecond?: boolean; patienceMs?: number }): Promise<void> {
    if (isOver) return
    const { sessionId } = conversation
    asking?.card.end()
    asking = null
    conversation.disconnect()
    const before = front
    front = null
    await before?.close(signal)
    const next = await connect(how)
    if (!next) return
    say([style.orange(next.isOwn ? words.takenOver : words.attachedAgain)])
    if (sessionId !== null) await openSession(sessionId, false)
  }

  /** What is missing is said before the first question fails because of it. */
  async function lookAtServer(): Promise<void> {
    const answer = await front?.bridge.call('models.refresh', {})
    if (!answer?.ok) return
    const { failure, models, host } = answer.value
    if (failure) fail(failure.message)
    else if (models.length === 0) fail(messages.failures.noModels(host))
  }

  async function learnSkills(): Promise<void> {
    const answer = await front?.bridge.call('terminal.skillLibrary', { folder: conversation.folder })
    if (!answer?.ok) return
    const all = answer.value.skills
    const on = all.filter(({ state }) => state === 'on')
    skills = on.map(({ name, description }) => ({ text: `/${name}`, note: safeLine(description) }))
    skillsOff = all.flatMap(({ name }) => (on.some((one) => one.name === name) ? [] : [name]))
    changed()
  }

  async function beginIn(path: string, isNamed: boolean, mode: SessionMode = 'workspace'): Promise<void> {
    if (!front) return
    const looked = await front.bridge.call('terminal.folder', { path })
    if (!looked.ok) return fail(looked.failure.message)
    const { folder, refused } = looked.value
    if (refused !== null && isNamed) return fail(refused)
    if (refused === null) remark(words.begins(safeLine(path)))
    else remark(words.folderRefused(safeLine(refused)))
    const beginning = { folder: refused === null ? path : null, mode, trustFolder: false }
    conversation.begin(beginning)
    void learnSkills()
    if (refused !== null || !folder.hasInstructions || folder.trusted !== null || declined === path) return
    const trusts = await agree(words.trustTitle, [])
    if (trusts) conversation.begin({ ...beginning, trustFolder: true })
    else declined = path
    remark(trusts ? words.trusted : words.notTrusted)
  }

  /** `isShown`: with its last turns, which are not on the screen yet. */
  async function openSession(sessionId: string, isShown = true): Promise<boolean> {
    const failure = await conversation.open(sessionId, isShown)
    if (failure) {
      fail(failure.message)
      return false
    }
    if (isShown) remark(words.goesOn(safeLine(conversation.title) || words.untitled))
    void learnSkills()
    followApproval()
    await askForTrust(sessionId)
    return true
  }

  async function askForTrust(sessionId: string): Promise<void> {
    const looked = await front?.bridge.call('sessions.folder', { sessionId })
    const folder = looked?.ok ? looked.value.folder : null
    if (!folder?.hasInstructions || folder.trusted !== null || asking) return
    const trusted = await agree(words.trustTitle, [safeLine(folder.path)])
    const answered = await front?.bridge.call('sessions.trustFolder', { sessionId, trusted })
    if (answered && !answered.ok) fail(answered.failure.message)
    else remark(trusted ? words.trusted : words.notTrusted)
  }

  async function pick(): Promise<void> {
    const listed = await front?.bridge.call('sessions.list', { filter: 'active' })
    if (!listed) return
    if (!listed.ok) return fail(listed.failure.message)
    const choices = listed.value.sessions.map(({ id, title, updatedAt }) => ({
      id,
      title: safeLine(title) || words.untitled,
      note: [momentOf(updatedAt), ...(id === conversation.sessionId ? [words.isOpenHere] : [])].join(', '),
    }))
    if (choices.length === 0) return say([messages.terminal.noSessions])
    const id = await choose(words.whichSession, choices)
    if (id !== null && id !== conversation.sessionId) await openSession(id)
  }

  async function choose(title: string, choices: readonly Choice[]): Promise<string | null> {
    return await new Promise((resolve) => {
      const take = (id: string | null) => {
        picker = null
        resolve(id)
      }
      const asked = { title, choices, take }
      picker = spoken ? createSpokenPicker(asked, say, width) : createPicker(asked, style)
      changed()
    })
  }

  async function begin(): Promise<void> {
    if (!(await connect()) || !front) return
    if (options.model !== null) conversation.choose(options.model)
    if (options.sessionId !== null && (await openSession(options.sessionId))) return
    if (options.continues) {
      const listed = await front.bridge.call('sessions.list', { filter: 'active' })
      const last = listed.ok
        ? listed.value.sessions.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt))[0]
        : undefined
      if (last && (await openSession(last.id))) return
      say([words.noLast])
    }
    await beginIn(options.workspace ?? options.folder, options.workspace !== null, options.mode ?? 'workspace')
  }

  /** First the answer, then this process: what was written stays in either case. */
  function interrupt(): void {
    interrupts += 1
    if (interrupts > 1) end()
    if (giveUp()) return
    if (working && !conversation.isSending && !conversation.run) working.abort()
    if (conversation.run || conversation.isSending) {
      conversation.stop()
      remark(words.stopping)
      return
    }
    prompt.set('')
    remark(words.onceMore)
  }

  /** A question of this terminal's own is answered as if it had not been asked. */
  function giveUp(): boolean {
    if (picker) picker.press({ kind: 'key', name: 'escape', ctrl: false, alt: false, shift: false })
    else if (asking?.about === 'consent') asking.decline()
    else return false
    return true
  }

  function press(key: Key): void {
    const held = key.kind === 'key' && key.ctrl ? key.name : null
    if (held === 'c') {
      interrupt()
      return
    }
    interrupts = 0
    if (held === 'l') screen.clear()
    else if (held === 'z') suspend()
    else if (asking) asking.card.press(key)
    else if (picker) picker.press(key)
    else if (held === 'd' && prompt.text === '') end()
    else if (held === 'o') acts.showThinking()
    else prompt.press(key)
    changed()
  }

  function suspend(): void {
    screen.pause()
    void terminal.suspend().then(() => {
      screen.resume()
      changed()
    })
  }

  let afterEscape: ReturnType<typeof setTimeout> | undefined
  const restore = () => writeSync(1, '\u001b[?2004l\u001b[?25h')
  process.on('exit', restore)
  terminal.setRaw(true)
  terminal.onInput((bytes) => {
    clearTimeout(afterEscape)
    for (const key of decoder.write(bytes)) press(key)
    if (decoder.isOpen) {
      afterEscape = setTimeout(() => {
        for (const key of decoder.flush()) press(key)
      }, escapeWaitsMs)
    }
    draw()
  })
  terminal.onResize(() => {
    screen.resized()
    draw()
  })
  terminal.onEnd(() => end())
  if (signal.aborted) end()
  else signal.addEventListener('abort', () => end(), { once: true })
  const clock = setInterval(() => (conversation.run || working) && changed(), 1_000)

  say([style.bold(words.welcome(options.version)), words.hint])
  draw()
  inTurn(begin)
  await ended
  return await finish()

  async function finish(): Promise<number> {
    const { sessionId } = conversation
    if (sessionId !== null) screen.append([style.faint(words.comesBack(sessionId))])
    if (await isAnsweringOthers()) screen.append([style.bold(words.waitsForOthers)])
    draw()
    isOver = true
    clearInterval(clock)
    clearTimeout(afterEscape)
    asking?.card.end()
    working?.abort()
    screen.close()
    terminal.close()
    process.off('exit', restore)
    // What was asked in another front goes on there.
    if (conversation.isOwnRun) conversation.stop()
    await front?.close(signal)
    return 0
  }

  /** Then this process ends behind what it answers them. */
  async function isAnsweringOthers(): Promise<boolean> {
    if (!front?.isOwn || signal.aborted) return false
    const listed = await front.bridge.call('sessions.list', { filter: 'active' })
    const own = conversation.isOwnRun ? conversation.run?.runId : null
    return listed.ok && listed.value.runs.some(({ runId }) => runId !== own)
  }
}

const linesOf = (text: string) => safeText(text).trimEnd().split('\n')

/** By the person's own clock: 2026-11-30 15:24. */
function momentOf(iso: string): string {
  return new Date(iso).toLocaleString('sv').slice(0, 16)
}
