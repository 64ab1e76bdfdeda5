// What every reader of logs is: it takes line after line and has its sessions at the end. It knows no file and no disk.
import type { LogKind } from '../../../shared/importing.ts'
import type { ReadSession } from './conversation.ts'
import type { Fields } from './fields.ts'

export interface Line {
  value: Fields
  /** Where it begins in the log, in bytes. */
  offset: number
}

export interface LogReader {
  add(line: Line): void
  /** The main one first. None when nobody said anything. */
  end(): ReadSession[]
  /** How much of what was said is kept so far, in UTF-16 code units. */
  kept(): number
  /** It was written by a newer version, and may mean what is not understood here. */
  isNewer?(): boolean
}

/** `changed`: of the log, for lines without a time. */
export type Readers = Record<LogKind, (changed: Date) => LogReader>
