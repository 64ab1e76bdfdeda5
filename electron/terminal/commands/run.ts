// `carrel run`: one question, one answer, as text or as JSON lines.
import { resolve } from 'node:path'
import type { AnswerPatch } from '../../../shared/answers.ts'
import { sessionMode } from '../../../shared/approval.ts'
import { attachmentLimit } from '../../../shared/attachment-limits.ts'
import type { JsonOf } from '../../../shared/command-json.ts'
import type { Input, PushPayload } from '../../../shared/ipc.ts'
import { answerLimits, messageLimit } from '../../../shared/limits.ts'
import { attachmentWords } from '../../../shared/messages/attachments.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { messageRecord, sessionId as sessionIdSchema, type UnknownRecord } from '../../../shared/session.ts'
import { callsOf } from '../../../shared/session-tree.ts'
import { dialectChoice, rounds, thinkLevel, thinkLevels } from '../../../shared/settings.ts'
import { type ToolEffect, toolEffect } from '../../../shared/tool.ts'
import {
  type CommandContext,
  cancelled,
  exitCodes,
  exitOfCode,
  fail,
  jsonLine,
  type OpenedFront,
  printable,
} from '../front.ts'
import { createCallLines } from './call-lines.ts'

const words = messages.terminal

export async function runCommand(context: CommandContext): Promise<number> {
  const refuse = (message: string) => fail(context, { code: 'invalid-input', message })
  const { options } = context
  const answers = answersOf(options)
  if (typeof answers === 'string') return refuse(answers)
  const session = options.session === undefined ? null : sessionIdSchema.safeParse(options.session)
  if (session && !session.success) return refuse(words.optionValue('session', 'the ids of `carrel sessions list`'))

  const dialect = options.dialect === undefined ? undefined : dialectChoice.safeParse(options.dialect)
  if (dialect?.success === false) return refuse(words.optionValue('dialect', dialectChoice.options.join(', ')))
  const most = options['max-rounds'] === undefined ? undefined : rounds.safeParse(Number(options['max-rounds']))
  if (most?.success === false) return refuse(words.optionTakes('max-rounds', 'a whole number from 1 to 200'))
  const { skills } = options
  if (skills !== undefined && skills !== 'on' && skills !== 'off') return refuse(words.optionValue('skills', 'on, off'))
  const mode = options.mode ?? 'workspace'
  const chosenMode = sessionMode.safeParse(mode)
  if (!chosenMode.success) return refuse(words.optionValue('mode', sessionMode.options.join(', ')))
  const allow = effectsOf(options.allow)
  if (allow === null) return refuse(words.optionValue('allow', toolEffect.options.join(', ')))
  const isNew = session === null
  const named = typeof options.workspace === 'string' ? resolve(context.folder, options.workspace) : null

  if (context.attach.length > attachmentLimit) return refuse(attachmentWords.tooMany(attachmentLimit))
  const attach = context.attach.map((path) => resolve(context.folder, path))

  const given = context.arguments.join(' ')
  const text = given === '-' ? (await context.readInput()).trimEnd() : given
  if (context.signal.aborted) return cancelled(context)
  if (text.trim() === '' && attach.length === 0) return refuse(words.missingPrompt)
  if (text.length > messageLimit)
    return fail(context, { code: 'limit', message: messages.failures.tooLarge(messageLimit) })

  return await context.withFront('owner', async (front) => {
    // Asked for while the session is being opened: the run needs to know it before anything else.
    if (front.isOwn) void front.bridge.call('models.refresh', {})
    const request = {
      sessionId: session?.data ?? null,
      text: text.trim() === '' ? '' : text,
      model: typeof options.model === 'string' ? options.model : null,
      think: null,
      ...(Object.keys(answers).length > 0 && { answers }),
      // Whoever names no folder means the one they stand in, if it may be one.
      workspace: named ?? (isNew ? context.folder : null),
      ...(named === null && isNew && { workspaceIfAllowed: true as const }),
      ...(options['trust-folder'] === true && { trustFolder: true }),
      ...(skills === 'off' && { skills: false }),
      ...(most && { rounds: most.data }),
      ...(dialect && { dialect: dialect.data }),
      // A session goes on as it was left, unless it is said otherwise, but never trusted without a word.
      ...((isNew || options.mode !== undefined) && { mode: chosenMode.data }),
      allow,
      ...(attach.length > 0 && { attach }),
      // The owner of the folder may be another process with another server: this one is for this run only.
      host: typeof options.host === 'string' ? options.host : null,
    }
    return await followRun(context, front, request)
  })
}

/** What was said about how the model answers; a sentence when it cannot be. */
function answersOf(options: CommandContext['options']): AnswerPatch | string {
  const patch: AnswerPatch = {}
  const level = options['think']
  if (level !== undefined) {
    const think = level === unchosen ? null : thinkLevel.safeParse(level).data
    if (think === undefined) return words.optionValue('think', [...thinkLevels, unchosen].join(', '))
    patch.think = think
  }
  for (const { option, name, isWhole } of numbers) {
    const given = options[option]
    if (given === undefined) continue
    const { least, most } = answerLimits[name]
    const value = given === unchosen ? null : Number(given)
    const isNumber = value === null || (value >= least && value <= most && (!isWhole || Number.isInteger(value)))
    if (!isNumber) return words.optionNumber(option, least, most, isWhole)
    patch[name] = value
  }
  return patch
}

/** In place of a value: as it would be without the choice. */
const unchosen = 'default'

const numbers = [
  { option: 'temperature', name: 'temperature', isWhole: false },
  { option: 'top-p', name: 'topP', isWhole: false },
  { option: 'seed', name: 'seed', isWhole: true },
] as const

/** Separated by commas; null when one of them is none. */
function effectsOf(given: unknown): ToolEffect[] | null {
  if (typeof given !== 'string') return []
  const effects = given.split(',').map((one) => toolEffect.safeParse(one.trim()).data)
  return effects.every((one) => one !== undefined) ? effects : null
}

async function followRun(
  context: CommandContext,
  { bridge, gone }: OpenedFront,
  request: Input<'terminal.send'>,
): Promise<number> {
  const { json, write, writeError, signal } = context
  const line = (value: JsonOf<'run'>) => write(jsonLine('run', value))
  const notice = (code: string, message: string) =>
    json ? line({ type: 'notice', code, message }) : writeError(`${message}\n`)
  // What comes before the answer of terminal.send is kept: `session` has to be the first line.
  let heard: (() => void)[] | null = []
  const inOrder = (work: () => void) => (heard ? heard.push(work) : work())
  /** Of the answer that is being written: those before it ended in calls. */
  let pieces: string[] = []
  let rounds = 1
  let lastCharacter = '\n'
  const callLines = createCallLines(writeError, context.hasColour && context.options['no-color'] !== true)
  let runId: string | null = null
  let sessionId = ''

  const stopListening = [
    bridge.on('run.frame', (frame) => {
      bridge.painted()
      inOrder(() => {
        // Another front may have its own run in the same process.
        if (frame.runId !== runId) return
        if (frame.thinking !== '' && json) line({ type: 'thinking', delta: frame.thinking })
        if (frame.replaces) pieces = [frame.text]
        else if (frame.text === '') return
        else pieces.push(frame.text)
        if (json && frame.replaces) line({ type: 'text_replace', text: frame.text })
        else if (json) line({ type: 'text', delta: frame.text })
        // What is on the screen stays there; the words that count begin on a line of their own.
        else write(`${frame.replaces && lastCharacter !== '\n' ? '\n' : ''}${printable(frame.text)}`)
        lastCharacter = frame.text.at(-1) ?? lastCharacter
      })
    }),
  ]
  let phase: PushPayload<'run.changed'>['phase'] | null = null
  stopListening.push(
    bridge.on('run.changed', (run) =>
      inOrder(() => {
        if (run.runId !== runId) return
        if (!json) callLines.going(run.calling)
        if (run.phase === phase) return
        phase = run.phase
        if (phase === 'queued') notice('model_waiting', words.modelWaiting(run.model))
        // Not for scripts: nothing has happened yet that they could act upon.
        if (phase === 'retrying' && !json) writeError(`${words.serverRetry}\n`)
      }),
    ),
  )
  stopListening.push(
    bridge.on('run.notice', (told) => inOrder(() => told.runId === runId && notice(told.code, told.message))),
    bridge.on('sessions.appended', (appended) =>
      inOrder(() => {
        if (appended.sessionId !== sessionId) return
        for (const entry of appended.entries) showEntry(entry)
      }),
    ),
  )
  const showEntry = (entry: UnknownRecord) => {
    if (entry.type === 'approval' && json) {
      const { callId, decision, scope, by } = { callId: '', decision: '', scope: '', by: '', ...entry }
      line({ type: 'decision', callId, decision, scope, by })
    }
    const message = messageRecord.safeParse(entry).data
    for (const call of callsOf(entry)) {
      if (json) line({ type: 'tool_call', ...call })
      else callLines.called(call)
    }
    if (message?.role === 'assistant' && message.stop === 'tool_calls') {
      pieces = []
      rounds += 1
      if (!json && lastCharacter !== '\n') write('\n')
      lastCharacter = '\n'
    }
    if (message?.role !== 'tool') return
    const isError = message['isError'] === true
    if (json) line({ type: 'tool_result', callId: String(message['callId']), isError, content: message.content })
    else callLines.ended(message)
  }
  const ended = new Promise<PushPayload<'run.ended'>>((resolve) => {
    stopListening.push(bridge.on('run.ended', (end) => inOrder(() => end.runId === runId && resolve(end))))
  })

  try {
    const sent = await bridge.call('terminal.send', request)
    if (!sent.ok) return fail(context, sent.failure)
    ;({ sessionId, runId } = sent.value)
    if (json) line({ type: 'session', id: sessionId })
    for (const work of heard) work()
    heard = null

    const stop = () => void bridge.call('chat.stop', { sessionId })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    const end = await Promise.race([ended, ownerGone(gone, { sessionId, runId })])
    signal.removeEventListener('abort', stop)

    if (json) {
      if (end.usage) line({ type: 'usage', ...end.usage })
      const error = end.error && { code: end.error.code, message: end.error.message }
      line({ type: 'end', stop: end.stop, text: pieces.join(''), sessionId, rounds, error })
    } else {
      if (lastCharacter !== '\n') write('\n')
      if (end.error) writeError(`${printable(end.error.message)}\n`)
      else writeError(afterwards(end.stop, pieces.join('')))
    }
    return exitOfEnd(end)
  } finally {
    for (const stop of stopListening) stop()
  }
}

/** What a person must know of an answer that ended without an error, if anything. */
function afterwards(stop: PushPayload<'run.ended'>['stop'], text: string): string {
  if (stop === 'cancelled') return `${words.stopped}\n`
  if (stop === 'length') return `${words.length}\n`
  return text.trim() === '' ? `${messages.failures.emptyAnswer}\n` : ''
}

/** The end of a run whose process has gone: what had arrived is in that process's draft, and the next start finds it. */
export async function ownerGone(
  gone: AbortSignal,
  run: { sessionId: string; runId: string },
): Promise<PushPayload<'run.ended'>> {
  if (!gone.aborted) await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }))
  const error = { code: 'unavailable', message: messages.failures.ownerGone }
  return { ...run, stop: 'error', usage: null, error }
}

/** stop → 0; length, limit → 5; cancelled → 130; denied → 4; error → 1, or 3 when no server or model answered. */
export function exitOfEnd({ stop, error }: PushPayload<'run.ended'>): number {
  switch (stop) {
    case 'stop':
    case 'tool_calls':
      return exitCodes.done
    case 'length':
    case 'limit':
      return exitCodes.limit
    case 'cancelled':
    case 'interrupted':
      return exitCodes.cancelled
    case 'denied':
      return exitCodes.denied
    case 'error':
      return error && exitOfCode(error.code) === exitCodes.unavailable ? exitCodes.unavailable : exitCodes.failed
    default:
      return stop satisfies never
  }
}
