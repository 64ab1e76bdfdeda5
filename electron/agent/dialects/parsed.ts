// What a parsed answer consists of: the words of the dialects.

export type CallErrorCode = 'malformed_json' | 'truncated' | 'missing_name' | 'unknown_tool' | 'bad_arguments'

/** A call that may go on to validation; its tool is known. */
export interface ParsedCall {
  name: string
  /** A plain object as the model wrote it: not validated, and without a `__proto__` key at any depth. */
  arguments: Record<string, unknown>
  /** Its text had to be guessed at (a brace, a backslash): whoever decides about it must always ask a person. */
  repaired: boolean
  /** Place among all calls and errors of the answer, counted from 0. */
  order: number
}

/** A call that must not run, and why. */
export interface CallError {
  code: CallErrorCode
  /** As far as one could be read. */
  name: string | null
  order: number
}

export interface ParsedAnswer {
  /** Trimmed text before the first call. */
  visible: string
  thinking: string
  calls: ParsedCall[]
  errors: CallError[]
}

/** A call or an error before it has its place. */
export type Finding = Omit<ParsedCall, 'order'> | Omit<CallError, 'order'>

export function isError(finding: Finding): finding is Omit<CallError, 'order'> {
  return 'code' in finding
}

/** What ended the stream: anything but `stop` counts as cut off. */
export type DoneReason = 'stop' | 'length' | (string & {}) | null
