// A failure on its way up, without the schemas: the window opens before those are read.
import type { Failure, FailureCode } from './failure.ts'

/** What a run can do something about by itself: say it in another way, or say less. */
export type Remedy = 'other-dialect' | 'shorter-prompt'

/** An expected failure on its way up to the gateway; anything else that is thrown is a bug and becomes `internal`. */
export class ExpectedFailure extends Error {
  readonly failure: Failure
  readonly remedy: Remedy | null

  constructor(code: FailureCode, message: string, detail?: string, remedy: Remedy | null = null) {
    super(message)
    this.remedy = remedy
    this.name = 'ExpectedFailure'
    this.failure = detail === undefined ? { code, message } : { code, message, detail: detail.slice(0, 20_000) }
  }
}
