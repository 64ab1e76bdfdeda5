// One run of a session: from the question that is on the disk to the answer that is.

import type { Sampling } from '../../../shared/answers.ts'
import type { SessionMode } from '../../../shared/approval.ts'
import { ExpectedFailure, toFailure } from '../../../shared/failure.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { QueuedText } from '../../../shared/queue.ts'
import type { LiveRun, RunEnd, RunNotice, RunState } from '../../../shared/run.ts'
import type { MessageRecord, TreeRecord, UnknownRecord } from '../../../shared/session.ts'
import type { CompactionChoice, ThinkLevel } from '../../../shared/settings.ts'
import type { Shortening, Shortenings } from '../../../shared/shortenings.ts'
import { skillTool } from '../../../shared/tool.ts'
import { type AgentEvent, type NewEntry, type Outcome, runAgent } from '../../agent/agent-loop.ts'
import type { Attached } from '../../agent/attached.ts'
import type { Compaction } from '../../agent/compacting.ts'
import type { Place } from '../../agent/context.ts'
import type { ApprovalAnswer, DialectName, Events, ModelFacts, Models, Surroundings, Toolbox } from '../../contracts.ts'
import { readsAnew, type Told } from './answer-choices.ts'
import { startDraft } from './answer-draft.ts'
import { attachedOn, attachedTo, canReadWith, type ReadBlob } from './attached.ts'
import { createOutputFrames } from './run-output.ts'
import type { RunSkills, SkillEntry } from './run-skills.ts'
import type { ApprovalEntry, BorderRun, SessionBorder } from './session-border.ts'
import type { Beside } from './sessions-folder.ts'

export interface RunRequest {
  sessionId: string
  runId: string
  /** The path up to and with the question. */
  path: readonly TreeRecord[]
  /** Ids of what the model is not shown of it. */
  hidden: readonly string[]
  place: Omit<Place, 'pictures' | 'skills' | 'attached'>
  skills: RunSkills
  /** The skill the person's question begins with, as a model calls it; null for none. */
  skill: string | null
  /** The picture a result on the path has, or null when it is gone. */
  readPicture(record: TreeRecord): Promise<Uint8Array | null>
  /** What is attached to a question. */
  readBlob: ReadBlob
  /** What of it the model is shown in short. */
  shortened: Shortenings
  parentId: string
  /** Tokens of the window this session asks a model for. */
  window(model: string, facts: ModelFacts): number
  /** The wished model, or null to let the models service choose. */
  model: string | null
  think: ThinkLevel
  sampling: Sampling
  /** What its thinking and the person's words were when the session was answered last. */
  toldBefore: Told | null
  compaction: CompactionChoice
  /** How calls are written; null lets the model's facts decide. */
  dialect: DialectName | null
  toolbox: Toolbox
  /** What is asked of the person, and how: made with where it is recorded and shown. */
  border(hooks: Pick<BorderRun, 'record' | 'show'>): SessionBorder
  /** Answers with calls before the one that must close the turn. */
  rounds: number
  draftPath: string
  /** Lets a correction be recorded that waits, and keeps it when that fails. False when none waits. */
  giveCorrection(record: (correction: QueuedText) => Promise<void>): Promise<boolean>
  /** Puts an entry on the disk, with what is kept beside the session, and tells of it. */
  record(entry: TreeRecord, beside: Beside): Promise<TreeRecord>
  /** Puts on the disk what is said about entries. */
  recordBeside(records: readonly UnknownRecord[]): Promise<void>
}

export interface SessionRun {
  live(): LiveRun
  /** Asks the model and answers how that ended; aborting the signal, or `cancel`, ends it soon. Never throws but for a bug. */
  go(signal: AbortSignal): Promise<Outcome>
  cancel(): void
  /** Answers what is asked. Throws when it is not asked any more, or may not be answered so. */
  decide(answer: ApprovalAnswer): Promise<void>
  /** Records what was chosen for the session while it goes on. */
  choose(choice: { mode: SessionMode } | { skills: Record<string, boolean> }): Promise<TreeRecord>
  /** Tells something a person should know of it. */
  notice(code: string, message: string): void
  /** Puts the answer on the disk. When that fails it is given back to be recorded later, and the end says so. */
  record(outcome: Outcome): Promise<{ end: RunEnd; unrecorded: MessageRecord | null }>
  /** Tells everybody that the run is over. */
  tellEnd(end: RunEnd): void
  /** What has arrived until now, as an answer that was stopped or cut off. */
  partial(stop: 'cancelled' | 'interrupted'): Outcome
}

export function createRun(
  request: RunRequest,
  { models, events, surroundings }: { models: Models; events: Events; surroundings: Surroundings },
): SessionRun {
  const { sessionId, runId } = request
  const controller = new AbortController()
  let text: string[] = []
  let thinking: string[] = []
  let textLength = 0
  let thinkingLength = 0
  const startedAt = surroundings.now().toISOString()
  let state: RunState = {
    sessionId,
    runId,
    parentId: request.parentId,
    model: request.model ?? '',
    phase: 'waiting',
    startedAt,
    phaseSince: startedAt,
    behind: null,
    hasTools: request.toolbox.list().length > 0,
    calling: [],
    approval: null,
  }
  const border = request.border({
    record: (entry) => put(entry),
    show: (approval) => become({ approval, phase: approval ? 'asking' : 'calling' }),
  })
  const output = createOutputFrames((piece) => events.emit('run.output', { sessionId, runId, ...piece }))
  const { skill } = request
  /** The person's own call. Its id is unlike every other. */
  const opening = skill === null ? null : { id: surroundings.newId(), name: skillTool, arguments: { name: skill } }
  let notices: Omit<RunNotice, 'sessionId' | 'runId'>[] = []
  /** Only for a model that can see: any other one would be refused with them. */
  const pictures = new Map<string, Uint8Array | null>()
  let attached = new Map<string, Attached>()
  /** Of the model, once it is known; nothing is asked of it before. */
  let reading = { numCtx: 0, seesImages: false, canRead: false }
  /** Of the answer that is being written; every answer with calls has one of its own. */
  let answerId = surroundings.newId()

  function become(
    change: Partial<Pick<RunState, 'phase' | 'model' | 'behind' | 'parentId' | 'calling' | 'approval'>>,
  ): void {
    // Asked at every token, and most of them change nothing.
    const isNew = (name: keyof typeof change) => change[name] !== undefined && change[name] !== state[name]
    if (!watched.some(isNew)) return
    const next = { ...state, ...change }
    if (next.phase !== state.phase) next.phaseSince = surroundings.now().toISOString()
    state = next
    events.emit('run.changed', state)
  }

  const draft = startDraft(request.draftPath, () => ({
    answerId,
    parentId: state.parentId,
    model: state.model || null,
    content: text.join(''),
    thinking: thinking.join(''),
  }))

  async function answer(): Promise<Outcome> {
    const nothing = { content: '', thinking: '', usage: null }
    // Before the model is asked: a crash from here on must find that an answer was under way.
    await draft.begun
    let facts: ModelFacts
    try {
      // Choosing may wait for a server that does not answer; Stop does not.
      const model = await Promise.race([models.choose(request.model), aborted(controller.signal)])
      if (model === null) return { ...nothing, stop: 'cancelled', error: null }
      become({ model })
      facts = await models.describe(model, controller.signal)
    } catch (thrown) {
      const error = toFailure(thrown, messages.failures.internal)
      if (error.code === 'cancelled') return { ...nothing, stop: 'cancelled', error: null }
      return { ...nothing, stop: 'error', error }
    }
    const { path, hidden, shortened, place, think, sampling, compaction, toolbox, rounds } = request
    const { stop } = facts
    const numCtx = request.window(state.model, facts)
    // Of a server too old to say what a model can do, a person would see no picture refused that it could have shown.
    const seesImages = facts.capabilities.includes('vision')
    if (seesImages) await loadPictures(path)
    reading = { numCtx, seesImages, canRead: canReadWith(toolbox) }
    attached = await attachedOn(path, request.readBlob, reading)
    const dialect = request.dialect ?? facts.dialect
    const { text: catalogue, entry: offer, notices: toTell } = request.skills.told(numCtx)
    const shown = { path, hidden, shortened, place: { ...place, skills: catalogue, pictures, attached }, seesImages }
    const agent = {
      model: state.model,
      numCtx,
      dialect,
      stop,
      ...shown,
      think,
      sampling,
      compaction,
      opening,
      sessionId,
      rounds,
    }
    const dependencies = { models, toolbox, border, record: put, shorten, compact, corrections, tell }
    try {
      if (offer) await putBeside(offer)
      for (const { code, message } of toTell) notice(code, message)
      if (readsAnew(request.toldBefore, { think, ownPrompt: place.ownPrompt }, facts.thinking))
        notice('prompt_changed', messages.notices.readsAnew)
      return sayingWayOut(await runAgent(dependencies, agent, controller.signal), compaction)
    } catch (thrown) {
      // A disk that takes nothing in the middle of a turn is no bug: the person hears what it was.
      if (!(thrown instanceof ExpectedFailure)) throw thrown
      const said = { content: text.join(''), thinking: thinking.join(''), usage: null }
      if (controller.signal.aborted) return { ...said, stop: 'cancelled', error: null }
      return sayingWayOut({ ...said, stop: 'error', error: thrown.failure }, compaction)
    }
  }

  async function loadPictures(path: readonly TreeRecord[]): Promise<void> {
    for (const record of path) {
      // What is shown in short is shown without it.
      if (request.shortened.get(record.id)?.forms.has('line')) continue
      const picture = await request.readPicture(record)
      if (picture || 'image' in record) pictures.set(record.id, picture)
    }
  }

  async function shorten(shortenings: readonly Shortening[]): Promise<void> {
    request.skills.shortened(shortenings)
    const ts = surroundings.now().toISOString()
    await request.recordBeside(shortenings.map((one) => ({ type: 'shorten', id: surroundings.newId(), ts, ...one })))
  }

  const compact = (compaction: Compaction) => putBeside({ type: 'compaction', ...compaction })

  /** One after the other: each stands behind the one before, and what is decided meanwhile is recorded as well. */
  let recorded: Promise<unknown> = Promise.resolve()
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = recorded.then(work)
    recorded = mine.catch(() => undefined)
    return mine
  }
  const put = (entry: NewEntry | ApprovalEntry) => inTurn(() => putNow(entry))

  /** From here on the run answers this entry: what comes next stands behind it. */
  async function putNow(entry: NewEntry | ApprovalEntry): Promise<TreeRecord> {
    const isAnswer = entry.type === 'message' && entry.role === 'assistant'
    const id = isAnswer ? answerId : surroundings.newId()
    // First in the line: a large file is read by the heads of its lines (line-head.ts).
    const place = { type: entry.type, id, parentId: state.parentId, ts: surroundings.now().toISOString() }
    const model = isAnswer && state.model !== '' ? { model: state.model } : {}
    const { full = null, image = null, ...said } = { full: null, image: null, ...entry }
    const record = await request.record(
      { ...place, ...said, ...model, ...(isAnswer && { error: null }) },
      { full, image },
    )
    if (image) pictures.set(id, image.bytes)
    if (isAnswer) {
      answerId = surroundings.newId()
      text = []
      thinking = []
      textLength = 0
      thinkingLength = 0
    }
    const isResult = entry.type === 'message' && entry.role === 'tool'
    const calling = isResult ? { calling: state.calling.filter(({ callId }) => callId !== entry.callId) } : {}
    become({ parentId: id, phase: state.approval ? 'asking' : 'calling', ...calling })
    draft.changed()
    const byPerson = 'callId' in entry && entry.callId === opening?.id
    for (const used of request.skills.heard(record, byPerson)) await putBesideNow(used)
    return record
  }

  async function corrections(): Promise<TreeRecord[]> {
    const said: TreeRecord[] = []
    const record = async ({ id, text: content, attachments = [] }: QueuedText) => {
      const more = attachments.length > 0 ? { attachments } : {}
      const put = await putBeside({ type: 'message', id, role: 'user', content, ...more })
      const found = await attachedTo(put, request.readBlob, reading)
      if (found) attached.set(id, found)
      said.push(put)
    }
    while (await request.giveCorrection(record));
    return said
  }

  /** What does not come from the loop: the run goes on behind it. */
  type BesideEntry = SkillEntry | { type: string; id?: string; [field: string]: unknown }
  const putBeside = (entry: BesideEntry) => inTurn(() => putBesideNow(entry))

  async function putBesideNow(entry: BesideEntry): Promise<TreeRecord> {
    const place = {
      type: entry.type,
      id: 'id' in entry && entry.id !== undefined ? entry.id : surroundings.newId(),
      parentId: state.parentId,
      ts: surroundings.now().toISOString(),
    }
    const record = await request.record({ ...place, ...entry, ...place }, { full: null, image: null })
    become({ parentId: record.id })
    draft.changed()
    return record
  }

  const tell = (event: AgentEvent): void => {
    switch (event.type) {
      case 'waiting':
        become({ phase: phaseOf[event.for], behind: event.for === 'model' ? event.behind : null })
        return
      case 'output':
        output.add(event.callId, event.text)
        return
      case 'tool': {
        const { id: callId, name } = event.call
        if (event.state === 'done') output.flush(callId)
        const known = state.calling.find((one) => one.callId === callId)
        const others = state.calling.filter((one) => one !== known)
        const since = known?.since ?? surroundings.now().toISOString()
        const ms = event.state === 'done' ? event.result.ms : null
        // One that was not run has its result among the entries soon.
        const isError = event.state === 'done' && event.result.isError
        const failure = event.state === 'done' ? (event.result.failure ?? null) : null
        const isLeft = event.state === 'done' && ms === null
        become({ calling: isLeft ? others : [...others, { callId, name, since, ms, isError, failure }] })
        return
      }
      case 'notice':
        notice(event.code, event.message)
        return
      case 'summarising':
        become({ phase: 'summarising' })
        return
      case 'preparing':
        become({ phase: 'preparing' })
        return
      case 'replace':
        text = [event.text]
        textLength = event.text.length
        events.emit('run.delta', { ...frame({ text: event.text }), textFrom: 0, replaces: true })
        break
      case 'text':
        become({ phase: 'writing', behind: null })
        text.push(event.delta)
        events.emit('run.delta', frame({ text: event.delta }))
        textLength += event.delta.length
        break
      case 'thinking':
        become({ phase: 'thinking', behind: null })
        thinking.push(event.delta)
        events.emit('run.delta', frame({ thinking: event.delta }))
        thinkingLength += event.delta.length
        break
      default:
        event satisfies never
    }
    draft.changed()
  }

  function notice(code: string, message: string): void {
    const told = { code, message, after: state.parentId }
    notices = [...notices.slice(1 - noticesKept), told]
    events.emit('run.notice', { sessionId, runId, ...told })
  }

  const frame = (part: { text?: string; thinking?: string }) => ({
    sessionId,
    runId,
    textFrom: textLength,
    text: part.text ?? '',
    thinkingFrom: thinkingLength,
    thinking: part.thinking ?? '',
  })

  const recordOf = (outcome: Outcome): MessageRecord => ({
    type: 'message',
    id: answerId,
    parentId: state.parentId,
    ts: surroundings.now().toISOString(),
    role: 'assistant',
    content: outcome.content,
    ...(outcome.thinking === '' ? {} : { thinking: outcome.thinking }),
    ...(state.model === '' ? {} : { model: state.model }),
    stop: outcome.stop,
    usage: outcome.usage,
    error: outcome.error,
  })

  return {
    live: () => ({ ...state, text: text.join(''), thinking: thinking.join(''), notices }),
    notice,
    async go(signal) {
      const follow = () => controller.abort()
      if (signal.aborted) follow()
      signal.addEventListener('abort', follow, { once: true })
      events.emit('run.changed', state)
      try {
        return await answer()
      } finally {
        signal.removeEventListener('abort', follow)
      }
    },
    cancel: () => controller.abort(),
    decide: (answer) => border.decide(answer),
    choose: (choice) => putBeside({ type: 'settings', ...choice }),
    async record(outcome) {
      await recorded
      const answer = recordOf(outcome)
      let { error } = outcome
      let unrecorded: MessageRecord | null = null
      try {
        await request.record(answer, { full: null, image: null })
        await draft.remove()
      } catch (thrown) {
        unrecorded = answer
        const why = toFailure(thrown, messages.failures.internal)
        error = { ...why, message: messages.failures.answerNotSaved(why.message) }
        // What of it finds room survives a crash; the rest lives as long as this process.
        await draft.keep()
      }
      if (error?.code === 'internal') surroundings.log(`run ${runId}: ${error.detail ?? error.message}`)
      // A limit is no error: it says which one it was.
      const isError = unrecorded !== null || (error !== null && outcome.stop !== 'limit')
      const end: RunEnd = { sessionId, runId, stop: isError ? 'error' : outcome.stop, usage: outcome.usage, error }
      return { end, unrecorded }
    },
    tellEnd(end) {
      become({ phase: 'ended', approval: null })
      events.emit('run.ended', end)
    },
    partial: (stop) => ({ stop, content: text.join(''), thinking: thinking.join(''), usage: null, error: null }),
  }
}

/** Where summaries are off, a full window has another way out. */
function sayingWayOut(outcome: Outcome, compaction: CompactionChoice): Outcome {
  const { error } = outcome
  if (compaction === 'automatic' || error?.message !== messages.failures.contextFull) return outcome
  return { ...outcome, error: { ...error, message: messages.failures.contextFullOff } }
}

/** Told to a front that connects later; more than anybody reads. */
const noticesKept = 50

const watched = ['phase', 'behind', 'model', 'parentId', 'calling', 'approval'] as const

const phaseOf = { model: 'queued', server: 'retrying', loading: 'loading', prompt: 'waiting' } as const

export function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))
}
