// What a terminal command is given, and how an answer or a failure becomes output and an exit code.

import type { JsonCommand, JsonOf } from '../../shared/command-json.ts'
import type { Answer, Failure, FailureCode } from '../../shared/failure.ts'
import type { Bridge, Notice } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { BackupContents } from '../contracts.ts'

export interface OpenRequest {
  home: string | null
  host: string | null
  as: 'owner' | 'reader'
  /** What goes wrong inside; to standard error, unless told. */
  log?: (line: string) => void
  /** A window wants the data folder, which this process is to give back. Left out, it is kept. */
  onYield?: () => void
  /** Somebody else is about to own it. */
  goesSecond?: boolean
}

export type OpenMore = Pick<OpenRequest, 'log' | 'onYield' | 'goesSecond'>

/** What a command works with: this process's own services, or those of the process that owns the data folder. */
export interface OpenedFront {
  bridge: Bridge
  notices: readonly Notice[]
  /** This process owns the data folder, or only reads it: nobody else's end is of concern. */
  isOwn: boolean
  /** Aborts when the process that owns the data folder has gone. */
  gone: AbortSignal
  /** An owner first lets the runs of those attached to it end, until the signal is aborted. */
  close(signal: AbortSignal): Promise<void>
}

export interface RestoreRequest {
  home: string | null
  /** Absolute path of the backup. */
  path: string
  withRights: boolean
  onProgress(bytes: number, ofBytes: number): void
}

/** What was in the backup, the data folder it is in now, and where what was there is kept. */
export interface RestoredBackup extends BackupContents {
  home: string
  kept: string | null
}

/** A terminal as something that is led key by key needs it. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  /** Makes several rows of one that no longer fits when the window gets narrower; most do. */
  readonly reflows: boolean
  /** It knows no cursor that moves. */
  readonly isDumb: boolean
  /** The person wants colours, as far as the environment says. */
  readonly hasColour: boolean
  /** False: it has not taken all it was given until now; `onDrain` says when. */
  write(text: string): boolean
  onInput(take: (bytes: Uint8Array) => void): void
  /** It has gone. */
  onEnd(told: () => void): void
  onResize(told: () => void): void
  onDrain(told: () => void): void
  /** Keys as they are pressed, or lines as the terminal edits them. */
  setRaw(isRaw: boolean): void
  /** Stops this process as Ctrl+Z does anywhere; resolves when it goes on. */
  suspend(): Promise<void>
  close(): void
}

export interface TerminalSurroundings {
  words: readonly string[]
  version: string
  /** Where the person stands: relative paths begin here. */
  folder: string
  readInput(): Promise<string>
  /** The same as it comes; ends when the signal is aborted. */
  inputPieces(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** A line from the person, without its end; null when they interrupt or end the input. null where nobody sits at a terminal. */
  ask: ((question: string) => Promise<string | null>) | null
  /** Where a person sits who can be led through a session; null elsewhere. */
  terminal: Terminal | null
  /** They listen to it: nothing is drawn. */
  isSpoken: boolean
  /** Onto standard output: text, or bytes as they are. */
  write(text: string | Uint8Array): void
  writeError(text: string): void
  /** Whether a person sees what is written there, in a terminal that may have colours. */
  hasColour: boolean
  /** Aborts when the person interrupts. */
  signal: AbortSignal
  open(request: OpenRequest): Promise<OpenedFront>
  /** Throws when it cannot be done, also because somebody has the data folder open; then nothing has changed. */
  restoreBackup(request: RestoreRequest): Promise<RestoredBackup>
}

export interface CommandContext extends TerminalSurroundings {
  json: boolean
  arguments: readonly string[]
  options: Readonly<Record<string, string | boolean | undefined>>
  /** As they were named, in their order. */
  attach: readonly string[]
  /** Boots, lends the Bridge, and closes again whatever happens. */
  withBridge(as: 'owner' | 'reader', work: (bridge: Bridge) => Promise<number>): Promise<number>
  /** The same with all that a front is. */
  withFront(as: 'owner' | 'reader', work: (front: OpenedFront) => Promise<number>): Promise<number>
}

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unavailable: 3,
  denied: 4,
  limit: 5,
  damaged: 6,
  cancelled: 130,
}

const exitOf: Record<FailureCode, number> = {
  'invalid-input': exitCodes.usage,
  'not-found': exitCodes.failed,
  busy: exitCodes.failed,
  cancelled: exitCodes.cancelled,
  denied: exitCodes.denied,
  limit: exitCodes.limit,
  unavailable: exitCodes.unavailable,
  damaged: exitCodes.damaged,
  'no-space': exitCodes.failed,
  internal: exitCodes.failed,
}

/** A failure as the command's whole output. Answers the exit code. */
export function fail(context: Pick<CommandContext, 'json' | 'write' | 'writeError'>, failure: Failure): number {
  if (context.json) context.write(`${JSON.stringify({ error: { code: failure.code, message: failure.message } })}\n`)
  else context.writeError(`${printable(failure.message)}\n`)
  return exitOf[failure.code]
}

/** The person interrupted before there was anything to keep. */
export function cancelled(context: Pick<CommandContext, 'json' | 'write' | 'writeError'>): number {
  return fail(context, { code: 'cancelled', message: messages.failures.cancelled })
}

/** A command's document, or one of its lines, in the shape that is published for it. */
export function jsonLine<Name extends JsonCommand>(_command: Name, value: JsonOf<Name>): string {
  return `${JSON.stringify(value)}\n`
}

/** Shows a value or its failure. */
export function show<Name extends JsonCommand, Value extends JsonOf<Name>>(
  context: CommandContext,
  command: Name,
  answer: Answer<Value>,
  print: (value: Value) => string,
): number {
  if (!answer.ok) return fail(context, answer.failure)
  context.write(context.json ? jsonLine(command, answer.value) : print(answer.value))
  return exitCodes.done
}

/**
 * Text of a model or a file as a terminal may show it: control characters could move the cursor, rename the window or
 * write to the clipboard, so only line breaks and tabs are left.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}

export function exitOfCode(code: string): number {
  return Object.hasOwn(exitOf, code) ? exitOf[code as FailureCode] : exitCodes.failed
}
