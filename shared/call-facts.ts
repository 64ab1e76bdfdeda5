// What a card and a line of the terminal need to know of one call, out of its records. Reads leniently: files are anybody's.
import type { RunState } from './run.ts'
import type { MessageRecord } from './session.ts'
import type { RecordedCall } from './session-tree.ts'
import { refusalReason, type ToolDetail, toolDetail } from './tool.ts'

/**
 * waiting: others come first · running · done · failed: it could not · refused: a guard said no · stopped: while it ran ·
 * not-run · unknown: it had begun when Carrel ended, and nobody knows.
 */
export type CallState = 'waiting' | 'running' | 'done' | 'failed' | 'refused' | 'stopped' | 'not-run' | 'unknown'

export interface CallFacts {
  state: CallState
  /** Milliseconds; null when it was not run, or goes on. */
  ms: number | null
  detail: ToolDetail | null
  failure: { code: string; reason: string | null } | null
  /** What the model was shown is a part of the output. */
  isShortened: boolean
}

type LiveCall = Pick<RunState['calling'][number], 'ms' | 'isError' | 'failure'>

/** `calling` is what the run says of it while it lives; `isLive`: its run goes on, `hasStarted`: it had begun. */
export function callFacts(
  result: MessageRecord | null,
  more: { calling?: LiveCall | null; isLive?: boolean; hasStarted?: boolean } = {},
): CallFacts {
  const nothing = { ms: null, detail: null, failure: null, isShortened: false }
  if (!result) {
    const { calling = null, isLive = false, hasStarted = false } = more
    if (calling) {
      const { ms, isError, failure } = calling
      return { ...nothing, state: ms === null ? 'running' : isError ? stateOfError(failure, ms) : 'done', ms, failure }
    }
    return { ...nothing, state: isLive ? 'waiting' : hasStarted ? 'unknown' : 'not-run' }
  }
  const ms = typeof result['ms'] === 'number' ? result['ms'] : null
  const failure = failureOf(result['failure'])
  const isError = result['isError'] === true
  return {
    state: isError ? stateOfError(failure, ms) : 'done',
    ms,
    detail: toolDetail.safeParse(result['detail']).data ?? null,
    failure,
    isShortened: wholeOf(result) !== null,
  }
}

function stateOfError(failure: CallFacts['failure'], ms: number | null): CallState {
  if (failure?.code === 'cancelled') return ms === null ? 'not-run' : 'stopped'
  if (failure && ms === null) return 'not-run'
  return refusalReason.safeParse(failure?.reason).success ? 'refused' : 'failed'
}

function failureOf(value: unknown): CallFacts['failure'] {
  if (typeof value !== 'object' || value === null || !('code' in value) || typeof value.code !== 'string') return null
  return { code: value.code, reason: 'reason' in value && typeof value.reason === 'string' ? value.reason : null }
}

/** Bytes of the whole output, when it lies beside its record. */
export function wholeOf(result: MessageRecord): { bytes: number } | null {
  const full = result['full']
  if (typeof full !== 'object' || full === null || !('bytes' in full) || typeof full.bytes !== 'number') return null
  return { bytes: full.bytes }
}

/** What a call is about: the path or the words that are looked for; its name for a tool that no card knows. */
export interface CallObject {
  text: string
  isPath: boolean
  /** It is a line for a shell, shown as it is written. */
  isCommand?: true
  /** Where it is looked for, when that is not everywhere. */
  within: string | null
}

export function objectOf({ name, arguments: given }: RecordedCall): CallObject {
  const text = (key: string) => (typeof given?.[key] === 'string' ? given[key] : null)
  const path = text('path')
  const query = text('query')
  const command = text('command')
  if (name === 'run_command' && command !== null) return { text: command, isPath: false, isCommand: true, within: null }
  const skill = text('name')
  if (name === 'use_skill' && skill !== null) return { text: skill, isPath: false, within: null }
  if (name === 'search_sessions' && query !== null) return { text: query, isPath: false, within: null }
  if (name === 'search_files' && query !== null) return { text: query, isPath: false, within: path }
  if (['read_file', 'write_file', 'edit_file'].includes(name) && path !== null) {
    return { text: path, isPath: true, within: null }
  }
  return { text: name, isPath: false, within: null }
}
